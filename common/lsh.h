/*
 * lsh - the sets kept so far, found again by the bands of their signatures
 *
 * A set shares a band with another when they have one of their band keys in
 * common.  Of each key the first LSH_BUCKET sets are entered, and no more: a
 * crowd of look-alikes below the threshold costs a constant each.  Nothing is
 * ever found that isn't as similar as was asked for; keys are kept as 32 bits,
 * and a false match among them costs a comparison.
 *
 * Memory: 4 bytes an element, 8 a set, about 11 a set and band.
 */

#ifndef LSH_H
#define LSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LSH_BUCKET = 128, LSH_PART = 256 };

struct lsh_slot {
	uint32_t key, set; /* set + 1; 0 is an empty slot */
};

struct lsh {
	size_t nband;
	double least; /* Jaccard similarity */
	/* A table in parts, so that growth copies one of them at a time. */
	struct lsh_part {
		struct lsh_slot *slot; /* (nslot) */
		size_t nslot, n;
	} part[LSH_PART];
	uint32_t *pool; /* (npool), the sets one behind the other */
	size_t npool, pool_cap;
	uint64_t *start; /* (nset), of each in pool */
	size_t nset, set_cap;
	uint32_t *found; /* (nband * LSH_BUCKET), sets to compare with */
	uint64_t ncompare, nfull; /* comparisons; entries left out */
	size_t len, max_len;	  /* bytes held, and allowed */
};

/* max_len bounds the bytes held; 0 for no bound. */
void lsh_init(struct lsh *l, size_t nband, double least, size_t max_len);
void lsh_release(struct lsh *l);

/*
 * The earliest set that shares one of key[0..nband) with x[0..n), ascending,
 * and is at least as similar as asked for; false if there is none.
 */
bool lsh_find(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n,
    size_t *set, double *jaccard);

/* Keep x, as number nset, which grows; false when memory won't do. */
bool lsh_add(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n);

#endif
