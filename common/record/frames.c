#include "record/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mem.h"
#include "record/gz-whole.h"

enum {
	BLOCK = 256 << 10, /* bytes that stdio gathers */
	NCACHED = 16	   /* frames held; at least 2, as frames_line() says */
};

struct frames {
	int fd;
	FILE *stream;
	struct buf lines; /* not written yet */
	struct buf frame; /* one, compressed */
	char block[BLOCK];
	bool dropped;
};

static bool
write_all(int fd, const char *p, size_t len)
{
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

/* Write the first len bytes of the lines as a frame. */
static bool
put_frame(struct frames *f, const char *p, size_t len)
{
	f->frame.len = 0;
	gz_pack(&f->frame, GZ_ZSTD, -1, (struct str){p, len});
	return write_all(f->fd, f->frame.p, f->frame.len);
}

/*
 * How many of the bytes p[0, len) the next frame takes: as many whole lines as
 * fit, or one line that is longer than a frame. 0 means that no full frame is
 * known yet.
 */
static size_t
frame_len(const char *p, size_t len)
{
	const char *end;

	if (len <= FRAMES_MAX)
		return 0;
	end = memrchr(p, '\n', FRAMES_MAX);
	if (end == NULL)
		end = memchr(p + FRAMES_MAX, '\n', len - FRAMES_MAX);
	return end != NULL ? (size_t)(end - p) + 1 : 0;
}

/* fopencookie(3)'s write: 0 with errno is a failure. */
static ssize_t
take(void *cookie, const char *p, size_t len)
{
	struct frames *f = cookie;
	size_t done = 0, n;

	if (f->dropped)
		return (ssize_t)len;
	buf_puts(&f->lines, (struct str){p, len});
	while ((n = frame_len(f->lines.p + done, f->lines.len - done)) > 0) {
		if (!put_frame(f, f->lines.p + done, n))
			return 0;
		done += n;
	}
	f->lines.len -= done;
	memmove(f->lines.p, f->lines.p + done, f->lines.len);
	return (ssize_t)len;
}

struct frames *
frames_open(int fd, FILE **stream)
{
	struct frames *f = mem_zeroed(1, sizeof(*f));

	f->fd = fd;
	f->stream = fopencookie(f, "w", (cookie_io_functions_t){.write = take});
	if (f->stream == NULL)
		cli_err(CLI_FATAL, "frames");
	setvbuf(f->stream, f->block, _IOFBF, BLOCK);
	*stream = f->stream;
	return f;
}

void
frames_drop(struct frames *f)
{
	f->dropped = true;
}

bool
frames_end(struct frames *f)
{
	bool good = fflush(f->stream) == 0 && !ferror(f->stream);

	if (good && f->lines.len > 0)
		good = put_frame(f, f->lines.p, f->lines.len);
	fclose(f->stream);
	buf_release(&f->lines);
	buf_release(&f->frame);
	free(f);
	return good;
}

struct frames_cache {
	struct cached {
		struct buf lines;
		uint64_t frame, used; /* last used, as counted by clock */
		uint32_t file;
	} cached[NCACHED];
	uint64_t clock;
};

struct frames_cache *
frames_cache_new(void)
{
	return mem_zeroed(1, sizeof(struct frames_cache));
}

void
frames_cache_free(struct frames_cache *c)
{
	size_t i;

	for (i = 0; c != NULL && i < NCACHED; i++)
		buf_release(&c->cached[i].lines);
	free(c);
}

/*
 * The frame of a file that begins at start, out of the cache or read in place
 * of the oldest one; NULL if it cannot be read.
 */
static const struct buf *
find_frame(struct frames_cache *c, uint32_t file, int fd, uint64_t frame)
{
	struct cached *oldest = c->cached, *f;

	for (f = c->cached; f < c->cached + NCACHED; f++) {
		if (f->used > 0 && f->file == file && f->frame == frame) {
			f->used = ++c->clock;
			return &f->lines;
		}
		if (f->used < oldest->used)
			oldest = f;
	}
	oldest->used = 0;
	if (!gz_unframe(fd, frame, &oldest->lines))
		return NULL;
	oldest->file = file;
	oldest->frame = frame;
	oldest->used = ++c->clock;
	return &oldest->lines;
}

bool
frames_line(struct frames_cache *c, uint32_t file, int fd, uint64_t locus,
    struct str *line)
{
	const struct buf *lines = find_frame(c, file, fd, locus / FRAMES_MAX);
	size_t within = (size_t)(locus % FRAMES_MAX);
	const char *end;

	if (lines == NULL || within >= lines->len)
		return false;
	*line = (struct str){lines->p + within, lines->len - within};
	end = memchr(line->p, '\n', line->len);
	if (end != NULL)
		line->len = (size_t)(end - line->p);
	return true;
}
