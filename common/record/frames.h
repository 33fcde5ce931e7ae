/*
 * frames - a stdio stream that comes out as zstd frames of whole lines
 *
 * Lines are gathered into frames of at most FRAMES_MAX bytes; a longer line has
 * a frame of its own.  zstd -d and gz.h read the frames as one file, and it can
 * be entered at any frame, so a line is found again by one number, its locus:
 * the offset of its frame times FRAMES_MAX, plus its place within the frame.
 */

#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

enum { FRAMES_MAX = 1 << 20 }; /* bytes of lines in a frame */

/* Of a line that lies farther in its frame than a locus can tell. */
#define FRAMES_NOWHERE UINT64_MAX

static inline uint64_t
frames_locus(uint64_t frame, uint64_t within)
{
	return within < FRAMES_MAX ? frame * FRAMES_MAX + within
				   : FRAMES_NOWHERE;
}

struct frames;

/*
 * A stream in place of descriptor fd, which stays the caller's.  fflush(3)
 * sends nothing on that is less than a frame.  *stream must not be closed
 * before frames_end().
 */
struct frames *frames_open(int fd, FILE **stream);

/*
 * Write what is left, an incomplete line too, and free f and close its stream.
 * False, with errno, if that or an earlier write failed.
 */
bool frames_end(struct frames *f);

/* Frames that were read last, to find lines in. */
struct frames_cache;
struct frames_cache *frames_cache_new(void);
void frames_cache_free(struct frames_cache *c);

/*
 * The line at a locus of a file, without its line feed; borrowed until the line
 * after the next is asked for.  file is a number of the caller's for fd.  False
 * if there is no such line, or the file can't be read (errno).
 */
bool frames_line(struct frames_cache *c, uint32_t file, int fd, uint64_t locus,
    struct str *line);

/* Throw away what is left and whatever is written from now on. */
void frames_drop(struct frames *f);

#endif
