/*
 * frames - a stdio stream that comes out as zstd frames of whole lines
 *
 * Lines are gathered into frames of at most FRAMES_MAX bytes; a longer line has
 * a frame of its own.  zstd -d and gz.h read the frames as one file, and it can
 * be entered at any frame, so a line is found again by the offset of its frame
 * and its place within.
 */

#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stdio.h>

enum { FRAMES_MAX = 1 << 20 }; /* bytes of lines in a frame */

struct frames;

/*
 * A stream in place of descriptor fd, which stays the caller's.  fflush(3) sends
 * nothing on that is less than a frame.  *stream must not be closed before
 * frames_end().
 */
struct frames *frames_open(int fd, FILE **stream);

/*
 * Write what is left, an incomplete line too, and free f and close its stream.
 * False, with errno, if that or an earlier write failed.
 */
bool frames_end(struct frames *f);

/* Throw away what is left and whatever is written from now on. */
void frames_drop(struct frames *f);

#endif
