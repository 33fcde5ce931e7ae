/*
 * gz-inside - what gz and gz-members share: a file and the bytes read from it
 *
 * For these two alone; others use gz.h and gz-members.h.
 */

#ifndef GZ_INSIDE_H
#define GZ_INSIDE_H

#include <libdeflate.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

enum { GZ_IN = 256 << 10 }; /* bytes a read */

/* A member of which bytes are in the window. */
struct gz_member {
	uint64_t begin, end; /* in the file; end when done */
	uint64_t first;	     /* its first byte, by decompressed bytes */
	bool fresh;	     /* nothing of it has been inflated yet */
	bool done;	     /* all of it has */
};

struct gz {
	int fd;
	enum { PLAIN, GZIP, ZSTD } format;
	unsigned char *in; /* bytes of the file, [pos, len) not yet used */
	size_t pos, len, cap;
	uint64_t offset; /* of in[len] in the file */
	uint64_t size;
	bool started, ended;
	bool inside;	/* a gzip member or a zstd frame has begun */
	uint64_t frame; /* where the zstd frame read last begins */
	z_stream z;
	ZSTD_DStream *zstd;  /* keeps the dictionary */
	bool undecipherable; /* as it cannot be read */
	char error[160];     /* "" is none */

	/*
	 * Member by member: the window holds decompressed bytes, numbered
	 * from base; [taken, out.len) are not yet taken.  Members [head, last]
	 * are borrowed; at most one follows, which gz_ahead() has opened.
	 */
	struct buf out;
	size_t taken;
	uint64_t base;
	struct gz_member *member;
	size_t head, last, nmember, member_cap;
	struct libdeflate_decompressor *whole;
};

/* Look at the first bytes of the file, which tell the format; once a file. */
void gz_start(struct gz *gz);

/* End the bytes: error says what happened, and where.  Always 0. */
size_t gz_stop(struct gz *gz, const char *what);

/*
 * More bytes into in, after [pos, len), which moves to the front; false at the
 * end or after an error.
 */
bool gz_fill(struct gz *gz);

/* Whether [pos, len) begins with these bytes. */
bool gz_starts(const struct gz *gz, const char *magic, size_t len);

/*
 * Between zstd frames: pass over skippable ones, taking the dictionary out of
 * one that holds it.  False after an error, which gz_stop() has told.
 */
bool gz_skip_frames(struct gz *gz);

/* gz_read() of a file that is not compressed. */
size_t gz_read_plain(struct gz *gz, void *p, size_t len);

#endif
