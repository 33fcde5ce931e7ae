/*
 * knn - the k nearest records of every seed, exactly
 *
 * Each seed has room for 2 k records; when it is full, a quickselect keeps the
 * k best, and the last of them is the floor that others must reach (what faiss
 * calls a reservoir).  Of equal similarities the record with the smaller place
 * wins, so that parts of a corpus give, merged, what the whole gives.
 */

#ifndef KNN_H
#define KNN_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

struct knn_hit {
	uint64_t place; /* of the record */
	uint32_t seed;
	float sim;
};

struct knn {
	size_t nseed, k, cap;
	size_t *len;	      /* (nseed) */
	float *floor;	      /* (nseed): what is below can't enter */
	struct knn_hit **hit; /* (nseed): len[s] hits, in no order */
	struct rng rng;	      /* for pivots: no result depends on it */
};

/* k > 0.  Nothing below min_sim is kept. */
void knn_init(struct knn *knn, size_t nseed, size_t k, float min_sim);

/* Take more seeds: nseed of them in all. */
void knn_grow(struct knn *knn, size_t nseed, float min_sim);

/* One record's similarity to a seed, or to all of them. */
void knn_offer(struct knn *knn, uint32_t seed, uint64_t place, float sim);
void knn_offer_all(struct knn *knn, uint64_t place, const float *sim);

/*
 * All that were kept, by place, then the most similar first, then by seed; *n
 * tells how many.  The caller frees the array.
 */
struct knn_hit *knn_hits(struct knn *knn, size_t *n);

/* Free what is held. */
void knn_release(struct knn *knn);

#endif
