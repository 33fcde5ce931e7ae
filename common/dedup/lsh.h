/*
 * lsh - the sets kept so far, found again by the bands of their signatures
 *
 * A set shares a band with another when they have one of their band keys in
 * common.  Of each key the first LSH_BUCKET sets are entered, and no more: a
 * crowd of look-alikes below the threshold costs a constant each.  Nothing is
 * ever found that isn't as similar as was asked for; keys are kept as 32 bits,
 * and a false match among them costs a comparison.
 *
 * The bands lie in one table in the order of their keys, with gaps, each as
 * near after the place that its key asks for as the others let it; so the
 * table grows where it lies (ordered linear probing: O. Amble, D. E. Knuth,
 * "Ordered hash tables", 1974).  In a large table the place tells the upper
 * bits of a key, and a slot holds only its last 24 or 16 (J. G. Cleary,
 * "Compact hash tables using bidirectional linear probing", 1984).
 *
 * Memory: some 8 bytes a set and band, 8 a set, 4 an element; the elements
 * go to a file where the budget is short of room for the others.
 */

#ifndef LSH_H
#define LSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spill/blobs.h"

enum { LSH_BUCKET = 128, LSH_LEN = 8 /* bytes an entry, on average */ };

struct lsh {
	size_t nband;
	double least;	     /* Jaccard similarity */
	char *table;	     /* (nslot), slots in ascending order of keys */
	size_t nhome, nslot; /* keys ask for one of the first nhome */
	size_t nentry;
	unsigned set_len, key_len; /* bytes of a set and of a key in a slot */
	bool many;		   /* sets, for three bytes */
	struct blobs sets;
	uint32_t *found; /* (nband * LSH_BUCKET), sets to compare with */
	uint64_t ncompare, nfull; /* comparisons; entries left out */
};

/*
 * Sets with nband keys each; those of a Jaccard similarity of least or more are
 * found. budget must outlive l.
 */
void lsh_init(struct lsh *l, size_t nband, double least, struct budget *budget);
void lsh_release(struct lsh *l);

/*
 * The earliest set that shares one of key[0..nband) with x[0..n), ascending,
 * and is at least as similar as asked for; false if there is none.
 */
bool lsh_find(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n,
    size_t *set, double *jaccard);

/* Keep x, as number sets.n, which grows; false when memory won't do. */
bool lsh_add(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n);

/*
 * Save all of it to a file, or load it if it is empty; false when the budget
 * has no room.
 */
bool lsh_state(struct lsh *l, struct checkpoint *state);

#endif
