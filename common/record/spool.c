#include "record/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"

enum { BLOCK = 256 << 10 }; /* bytes a write */

static const char *
folder(void)
{
	const char *path = getenv("TMPDIR");

	return path != NULL && *path != '\0' ? path : "/tmp";
}

static _Noreturn void
fail(void)
{
	cli_err(CLI_FATAL, "temporary file in %s (TMPDIR)", folder());
}

static _Noreturn void
cut_short(void)
{
	cli_errx(CLI_FATAL,
	    "temporary file in %s (TMPDIR): shorter than what was written",
	    folder());
}

/*
 * A file that never has a name, so that nothing is left of a tool that is
 * killed; where the file system has no such files (O_TMPFILE), its name is
 * taken away at once.
 */
static int
open_unnamed(void)
{
	char path[4096];
	int fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 ||
	    (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	snprintf(path, sizeof(path), "%s/spool.XXXXXX", folder());
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

void
spool_open(struct spool *s)
{
	int fd = open_unnamed();

	*s = (struct spool){0};
	if (fd < 0 || (s->fp = fdopen(fd, "w+")) == NULL)
		fail();
	setvbuf(s->fp, NULL, _IOFBF, BLOCK);
}

bool
spool_is_open(const struct spool *s)
{
	return s->fp != NULL;
}

void
spool_write(struct spool *s, const void *p, size_t len)
{
	if (len == 0)
		return;
	if (fwrite_unlocked(p, 1, len, s->fp) != len)
		fail();
	s->len += len;
	s->pending = true;
}

void
spool_write_at(struct spool *s, const void *p, size_t len, uint64_t at)
{
	const char *from = p;
	ssize_t n;

	while (len > 0) {
		n = pwrite(fileno(s->fp), from, len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail();
		from += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

static void
flush(struct spool *s)
{
	if (s->pending && fflush(s->fp) != 0)
		fail();
	s->pending = false;
}

void
spool_rewind(struct spool *s)
{
	flush(s);
	if (fseeko(s->fp, 0, SEEK_SET) != 0)
		fail();
	s->pos = 0;
}

/* fewer bytes were read than had been written */
static _Noreturn void
fail_read(struct spool *s)
{
	if (ferror(s->fp))
		fail();
	cut_short();
}

bool
spool_read(struct spool *s, void *p, size_t len)
{
	if (len == 0)
		return true;
	if (s->pos == s->len)
		return false;
	if (fread_unlocked(p, 1, len, s->fp) != len)
		fail_read(s);
	s->pos += len;
	return true;
}

bool
spool_line(struct spool *s, struct str *line)
{
	ssize_t len;

	if (s->pos == s->len)
		return false;
	len = getline(&s->line, &s->cap, s->fp);
	if (len <= 0 || s->line[len - 1] != '\n')
		fail_read(s);
	s->pos += (uint64_t)len;
	*line = (struct str){s->line, (size_t)len - 1};
	return true;
}

void
spool_read_at(struct spool *s, void *p, size_t len, uint64_t at)
{
	char *to = p;
	ssize_t n;

	flush(s);
	while (len > 0) {
		n = pread(fileno(s->fp), to, len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail();
		if (n == 0)
			cut_short();
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

void *
spool_map(struct spool *s)
{
	flush(s);
	if (s->map != NULL || s->len == 0)
		return s->map;
	s->map_len = (size_t)s->len;
	s->map = mmap(NULL, s->map_len, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fileno(s->fp), 0);
	if (s->map == MAP_FAILED)
		fail();
	return s->map;
}

int
spool_fd(struct spool *s)
{
	flush(s);
	return fileno(s->fp);
}

void
spool_close(struct spool *s)
{
	if (s->fp == NULL)
		return;
	if (s->map != NULL)
		munmap(s->map, s->map_len);
	fclose(s->fp);
	free(s->line);
	*s = (struct spool){0};
}
