/*
 * near - texts kept so far, found again by their resemblance
 *
 * A text becomes the set of its runs of words (shingle), the set a signature
 * (minhash), and the signature is cut into bands by which similar sets are
 * found (lsh) and compared.  One text at a time is under consideration: that
 * of the last near_sign().
 *
 *	near_init(&n, &opts, &budget);
 *	while (...) {
 *		near_sign(&n, text);
 *		if (near_find(&n, &number, &jaccard))
 *			...			it resembles text `number`
 *		else
 *			near_add(&n);
 *	}
 *	near_release(&n);
 */

#ifndef NEAR_H
#define NEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "dedup/lsh.h"
#include "dedup/minhash.h"
#include "dedup/shingle.h"

struct near_opts {
	size_t shingle;	    /* words in a run, at least 1 */
	size_t nband, nrow; /* of the signature, at least 1 each */
	double least;	    /* Jaccard similarity of two texts that are near */
	bool zero_digits;   /* numbers are equal (shingle.h) */
};

struct near {
	struct near_opts opts;
	struct shingler shingler;
	struct minhash minhash;
	struct lsh lsh; /* of the texts kept; lsh.sets.n is their number */
	uint32_t *sig;	/* (nband * nrow and more), of the current text */
	uint64_t *band; /* (nband), keys of the current text */
};

/*
 * The signatures of equal options are equal in every run.  Without a budget
 * (NULL) memory has no bound; otherwise the budget must outlive n.  The caller
 * releases n.
 */
void near_init(
    struct near *n, const struct near_opts *opts, struct budget *budget);
void near_release(struct near *n);

/*
 * Make text the current one and fill n->band.  False if it has no words: its
 * set is then empty, and resembles wholly any other empty one and nothing else.
 */
bool near_sign(struct near *n, struct str text);

/*
 * The earliest text kept that the current one is near to, and how similar it
 * is; false if there is none.  Only texts that share a band are looked at, so
 * a similar one is missed now and then (minhash.h says how rarely).
 */
bool near_find(struct near *n, size_t *number, double *jaccard);

/*
 * Keep the current text; its number is how many were kept before it.  False
 * when memory won't do.
 */
bool near_add(struct near *n);

/*
 * Save the texts kept, or load them if n is empty; false when memory won't do.
 * The options are not saved: it is for the caller to see that they are equal.
 */
bool near_state(struct near *n, struct checkpoint *state);

#endif
