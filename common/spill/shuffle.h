/*
 * shuffle - put more records than memory holds into the order of random keys
 *
 * The shuffle in two passes: scatter to piles by the leading bits of the key,
 * then sort each pile in memory.  A record is announced first with its key and
 * length, so that the piles can be laid out side by side in one temporary file,
 * none larger than the memory that is granted (unless one record is).  One pile
 * that holds all stays in memory.  Records of equal keys follow one another by
 * their ties.
 * P. Sanders, "Random permutations on distributed, external and hierarchical
 * memory", 1998.
 *
 *	shuffle_init(&p, memory);
 *	while (...)
 *		shuffle_expect(&p, key, len);
 *	while (...)			the same, in any order
 *		shuffle_put(&p, &item);
 *	while (shuffle_next(&p, &item))	in order
 *		...
 *	shuffle_release(&p);
 */

#ifndef SHUFFLE_H
#define SHUFFLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/spool.h"

struct shuffle_item {
	uint64_t key, tie;
	uint32_t tokens, split; /* the caller's own */
	struct str bytes;	/* below 4 GiB */
};

struct shuffle {
	size_t memory;	     /* bytes of the largest pile */
	uint64_t *nbyte;     /* (PILE_NBUCKET), expected for each bucket */
	uint32_t *of_bucket; /* (PILE_NBUCKET), its pile */
	struct shuffle_region {
		uint64_t at, len; /* in the spool */
		uint64_t put;	  /* bytes of it already there */
		char *buf;
		size_t nbuf;
	} * region;	    /* (npile) */
	size_t npile, room; /* bytes of each buf */
	struct spool spool;
	size_t reading;		   /* piles loaded so far */
	char *loaded;		   /* bytes of the pile in memory */
	struct shuffle_item *item; /* (nitem), in order */
	size_t nitem, next, cap;
};

/*
 * Begin an order of records within this many bytes of memory; see above for the
 * order of calls.
 */
void shuffle_init(struct shuffle *p, size_t memory);
void shuffle_expect(struct shuffle *p, uint64_t key, size_t len);
void shuffle_put(struct shuffle *p, const struct shuffle_item *item);

/* item->bytes is borrowed until the next call.  False after the last. */
bool shuffle_next(struct shuffle *p, struct shuffle_item *item);

/* Free what is held. */
void shuffle_release(struct shuffle *p);

#endif
