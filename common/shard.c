#include "shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "hash.h"
#include "mem.h"
#include "run.h"

enum { BLOCK = 1 << 20 }; /* bytes of records a member */

const char *
shard_suffix(enum gz_format format)
{
	static const char *const suffix[] = {
	    ".jsonl", ".jsonl.gz", ".jsonl.zst"};

	return suffix[format];
}

static char *
path_of(const char *folder, const char *name)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	buf_putc(&path, '\0');
	return path.p;
}

static void
open_shard(struct shard_writer *w)
{
	struct buf name = {0};
	struct shard *s;
	char *path;

	if ((w->nshard & (w->nshard - 1)) == 0)
		w->shard = mem_grow(
		    w->shard, w->nshard ? 2 * w->nshard : 1, sizeof(*w->shard));
	s = &w->shard[w->nshard];
	buf_printf(&name, "%s-%05zu%s", w->split, w->nshard++,
	    shard_suffix(w->format));
	buf_putc(&name, '\0');
	*s = (struct shard){.name = name.p, .split = w->split};
	path = path_of(w->folder, s->name);
	w->there = w->resume && access(path, F_OK) == 0;
	if (!w->there) {
		save_open(&w->save, path);
		w->xxh3 = hash_start();
		w->sha256 = digest_start();
	}
	free(path);
	w->open = true;
}

static void
flush_block(struct shard_writer *w)
{
	struct shard *s = &w->shard[w->nshard - 1];

	if (w->block.len > 0 && !w->there) {
		w->packed.len = 0;
		gz_pack(&w->packed, w->format, -1, buf_str(&w->block));
		if (fwrite(w->packed.p, 1, w->packed.len, w->save.fp) !=
		    w->packed.len)
			run_write_failed(w->save.path);
		hash_add(w->xxh3, w->packed.p, w->packed.len);
		digest_add(w->sha256, w->packed.p, w->packed.len);
		s->packed += w->packed.len;
	}
	w->block.len = 0;
}

static void
close_shard(struct shard_writer *w)
{
	struct shard *s = &w->shard[w->nshard - 1];
	const char *why;

	flush_block(w);
	if (w->there) {
		if (!shard_read(s, w->folder, false, &why))
			cli_errx(
			    CLI_FATAL, "%s/%s: %s", w->folder, s->name, why);
	} else {
		save_commit(&w->save);
		snprintf(
		    s->xxh3, sizeof(s->xxh3), "%016" PRIx64, hash_end(w->xxh3));
		digest_end(w->sha256, s->sha256);
	}
	w->open = false;
}

void
shard_put(struct shard_writer *w, struct str line, uint64_t tokens)
{
	struct shard *s = w->open ? &w->shard[w->nshard - 1] : NULL;

	if (s != NULL && s->bytes + line.len + 1 > w->size)
		close_shard(w);
	if (!w->open)
		open_shard(w);
	s = &w->shard[w->nshard - 1];
	if (w->block.len > 0 && w->block.len + line.len + 1 > BLOCK)
		flush_block(w);
	buf_puts(&w->block, line);
	buf_putc(&w->block, '\n');
	s->records++;
	s->tokens += tokens;
	s->bytes += line.len + 1;
	run_out(1, line.len + 1);
}

void
shard_finish(struct shard_writer *w)
{
	if (w->open)
		close_shard(w);
}

void
shard_release(struct shard_writer *w)
{
	size_t i;

	for (i = 0; i < w->nshard; i++)
		free(w->shard[i].name);
	free(w->shard);
	buf_release(&w->block);
	buf_release(&w->packed);
	*w = (struct shard_writer){0};
}

/* The digests of the file as it lies. */
static bool
read_digests(struct shard *s, const char *path, char *p)
{
	struct hash_stream *xxh3;
	struct digest_stream *sha256;
	bool good;
	FILE *fp = fopen(path, "re");
	size_t n;

	if (fp == NULL)
		return false;
	xxh3 = hash_start();
	sha256 = digest_start();
	s->packed = 0;
	while ((n = fread(p, 1, BLOCK, fp)) > 0) {
		hash_add(xxh3, p, n);
		digest_add(sha256, p, n);
		s->packed += n;
	}
	snprintf(s->xxh3, sizeof(s->xxh3), "%016" PRIx64, hash_end(xxh3));
	digest_end(sha256, s->sha256);
	good = !ferror(fp);
	fclose(fp);
	return good;
}

static bool
read_lines(struct shard *s, const char *path, char *p)
{
	struct gz *gz = gz_open(path);
	size_t n, i;
	bool good;

	if (gz == NULL)
		return false;
	s->records = s->bytes = 0;
	while ((n = gz_read(gz, p, BLOCK)) > 0) {
		s->bytes += n;
		for (i = 0; i < n; i++)
			s->records += p[i] == '\n';
	}
	good = gz_error(gz) == NULL;
	gz_close(gz);
	errno = EILSEQ;
	return good;
}

bool
shard_read(struct shard *s, const char *folder, bool counted, const char **why)
{
	char *path = path_of(folder, s->name), *p = mem_alloc(BLOCK);
	bool good =
	    read_digests(s, path, p) && (!counted || read_lines(s, path, p));

	if (!good)
		*why = errno == EILSEQ ? "corrupt" : strerror(errno);
	free(p);
	free(path);
	return good;
}
