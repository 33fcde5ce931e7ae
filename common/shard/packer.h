/*
 * packer - pieces of documents into sequences of one length
 *
 * Pieces are gathered until they make a window of some 4 million ids, or 256
 * sequences if those are longer; its pieces are laid out by bestfit.h, the
 * sequences put into a random order, and written.  The emptiest one is not: its
 * pieces begin the next window.  So memory is bounded (16 MiB at 4 bytes an id,
 * and 40 bytes and its note a piece), and what a sequence holds depends on the
 * pieces, their order and the seed alone.
 *
 *	packer_init(&p, length, width, pad, seed);
 *	while (...) {
 *		packer_put(&p, ids, note);
 *		while (packer_next(&p, false, &sequence))
 *			...
 *	}
 *	while (packer_next(&p, true, &sequence))
 *		...
 *	packer_release(&p);
 */

#ifndef PACKER_H
#define PACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct packer_piece {
	size_t at, note;     /* bytes: its ids in ids, its note in notes */
	uint32_t n, notelen; /* ids; bytes */
	uint32_t next;	     /* of its sequence */
};

struct packer {
	uint32_t length; /* ids of a sequence */
	size_t width;	 /* bytes of an id */
	uint32_t pad;	 /* the id that fills up */
	uint64_t seed;
	struct buf ids, notes;
	struct packer_piece *piece; /* (n) */
	size_t n, cap;
	/* a window that is laid out: */
	uint32_t *first; /* (nbin), the first piece of a sequence */
	uint32_t *order; /* (nbin) */
	size_t nbin, next;
	uint32_t kept; /* the sequence that begins the next window */
	struct packer_sequence {
		struct buf ids;	 /* length of them, in their bytes */
		struct buf lens; /* uint32_t: ids of each piece */
		struct buf notes;
		uint32_t n; /* ids before those that fill up */
	} sequence;
	/* of all that were written so far */
	uint64_t nsequence, nid;
};

/* length: 1 to 2^24; width as megatron_width(). */
void packer_init(struct packer *p, uint32_t length, size_t width, uint32_t pad,
    uint64_t seed);

/*
 * A piece of 1 to length ids, in their bytes, and what the caller wants to know
 * of it later.  Both are copied.  No window may be half taken out.
 */
void packer_put(struct packer *p, struct str ids, struct str note);

/*
 * The next sequence that is ready, borrowed until the next call: its ids, and
 * the notes of its pieces, in order, with commas between them.  last: no piece
 * will follow.  False if none is ready.
 */
bool packer_next(
    struct packer *p, bool last, const struct packer_sequence **sequence);

/* Free what is held. */
void packer_release(struct packer *p);

#endif
