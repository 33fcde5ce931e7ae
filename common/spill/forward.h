/*
 * forward - pieces of a file in the order in which they lie in it
 *
 * The file is plain, gzip or zstd, and is decompressed once, from its start,
 * by the blocks in which it is read.
 *
 *	struct forward f = {0};
 *
 *	forward_open(&f, name);
 *	line = forward_read(&f, offset, len);
 *	...
 *	forward_close(&f);
 *
 * A file that can't be opened, or ends before the last piece, is CLI_FATAL:
 * the tool read it before, so it has been changed since.
 */

#ifndef FORWARD_H
#define FORWARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct forward {
	const char *name; /* the file's, the caller's own */
	struct gz *gz;
	char *p;	   /* (FORWARD_BLOCK), the block read last */
	size_t len;	   /* bytes of it */
	uint64_t offset;   /* of p[len] in the decompressed file */
	struct buf across; /* a piece that lies in two blocks or more */
};

/* From the start of a file; the one that was open before is closed. */
void forward_open(struct forward *f, const char *name);

/*
 * len bytes from offset (of the decompressed file) on, which must not lie
 * before the piece asked for last.  Borrowed until the next call.
 */
struct str forward_read(struct forward *f, uint64_t offset, size_t len);

/* Close the file and free what is held. */
void forward_close(struct forward *f);

#endif
