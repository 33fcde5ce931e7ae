#include "spill/checkpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cli.h"

void
checkpoint_corrupt(const struct checkpoint *s)
{
	if (ferror(s->fp))
		cli_err(CLI_FATAL, "%s", s->path);
	cli_errx(CLI_FATAL, "%s: incomplete file", s->path);
}

bool
checkpoint_load(struct checkpoint *s, const char *path, const char *magic)
{
	struct stat st;
	char found[8];

	*s = (struct checkpoint){.path = path};
	s->fp = fopen(path, "re");
	if (s->fp == NULL && errno == ENOENT)
		return false;
	if (s->fp == NULL || fstat(fileno(s->fp), &st) != 0)
		cli_err(CLI_FATAL, "%s", path);
	if (fread(found, 1, sizeof(found), s->fp) != sizeof(found) &&
	    ferror(s->fp))
		cli_err(CLI_FATAL, "%s", path);
	if ((uint64_t)st.st_size < sizeof(found) ||
	    memcmp(found, magic, sizeof(found)) != 0)
		cli_errx(
		    CLI_FATAL, "%s: a file of another kind or version", path);
	s->left = (uint64_t)st.st_size - sizeof(found);
	s->hash = hash_start();
	return true;
}

void
checkpoint_save(struct checkpoint *s, const char *path, const char *magic)
{
	*s = (struct checkpoint){.saving = true, .path = path};
	outfile_open(&s->save, path);
	s->fp = s->save.fp;
	s->hash = hash_start();
	if (fwrite(magic, 1, 8, s->fp) != 8)
		cli_err(CLI_FATAL, "%s", path);
}

void
checkpoint_bytes(struct checkpoint *s, void *p, size_t len)
{
	if (len == 0)
		return;
	if (s->saving) {
		if (fwrite(p, 1, len, s->fp) != len)
			cli_err(CLI_FATAL, "%s", s->path);
	} else {
		if (len > s->left || fread(p, 1, len, s->fp) != len)
			checkpoint_corrupt(s);
		s->left -= len;
	}
	hash_add(s->hash, p, len);
}

void
checkpoint_count(struct checkpoint *s, size_t *n, size_t size)
{
	checkpoint_bytes(s, n, sizeof(*n));
	if (!s->saving && *n > s->left / size)
		checkpoint_corrupt(s);
}

void
checkpoint_same(struct checkpoint *s, uint64_t value, const char *what)
{
	uint64_t found = value;

	checkpoint_bytes(s, &found, sizeof(found));
	if (found != value)
		cli_errx(CLI_FATAL, "%s: made with other %s", s->path, what);
}

void
checkpoint_end(struct checkpoint *s)
{
	uint64_t hash = hash_end(s->hash), found;

	if (s->saving) {
		if (fwrite(&hash, 1, sizeof(hash), s->fp) != sizeof(hash))
			cli_err(CLI_FATAL, "%s", s->path);
		outfile_commit(&s->save);
		return;
	}
	if (s->left != sizeof(found) ||
	    fread(&found, 1, sizeof(found), s->fp) != sizeof(found) ||
	    found != hash)
		checkpoint_corrupt(s);
	fclose(s->fp);
}
