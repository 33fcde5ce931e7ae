#include "math/knn.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
knn_init(struct knn *knn, size_t nseed, size_t k, float min_sim)
{
	*knn = (struct knn){.k = k};
	rng_init(&knn->rng, 0);
	knn_grow(knn, nseed, min_sim);
}

void
knn_grow(struct knn *knn, size_t nseed, float min_sim)
{
	if (nseed > knn->cap) {
		knn->cap = nseed + knn->cap;
		knn->len = mem_grow(knn->len, knn->cap, sizeof(*knn->len));
		knn->floor =
		    mem_grow(knn->floor, knn->cap, sizeof(*knn->floor));
		knn->hit = mem_grow(knn->hit, knn->cap, sizeof(*knn->hit));
	}
	for (; knn->nseed < nseed; knn->nseed++) {
		knn->len[knn->nseed] = 0;
		knn->floor[knn->nseed] = min_sim;
		knn->hit[knn->nseed] = NULL;
	}
}

static bool
better(struct knn_hit a, struct knn_hit b)
{
	if (a.sim != b.sim)
		return a.sim > b.sim;
	return a.place < b.place;
}

/*
 * Bring the k best of n to the front, the k-th of them to its place; 0 < k <= n
 * (Hoare, "Algorithm 65: find", 1961; three-way, for a place may come twice).
 */
static void
quickselect(struct knn_hit *hit, size_t n, size_t k, struct rng *rng)
{
	size_t lo = 0, hi = n, i, above, below;
	struct knn_hit pivot, t;

	while (hi - lo > 1) {
		pivot = hit[lo + rng_below(rng, hi - lo)];
		for (i = above = lo, below = hi; i < below;) {
			t = hit[i];
			if (better(t, pivot)) {
				hit[i++] = hit[above];
				hit[above++] = t;
			} else if (better(pivot, t)) {
				hit[i] = hit[--below];
				hit[below] = t;
			} else {
				i++;
			}
		}
		if (k <= above)
			hi = above;
		else if (k > below)
			lo = below;
		else
			break;
	}
}

static void
keep_best(struct knn *knn, size_t seed)
{
	if (knn->len[seed] < knn->k)
		return;
	quickselect(knn->hit[seed], knn->len[seed], knn->k, &knn->rng);
	knn->len[seed] = knn->k;
	knn->floor[seed] = knn->hit[seed][knn->k - 1].sim;
}

void
knn_offer(struct knn *knn, uint32_t seed, uint64_t place, float sim)
{
	size_t len, room;

	if (!(sim >= knn->floor[seed]))
		return;
	if (knn->len[seed] == 2 * knn->k)
		keep_best(knn, seed);
	len = knn->len[seed]++;
	/* room doubles: it takes the powers of two, and 2 k at last */
	if ((len & (len - 1)) == 0) {
		room = len > 0 ? 2 * len : 1;
		if (room > 2 * knn->k)
			room = 2 * knn->k;
		knn->hit[seed] =
		    mem_grow(knn->hit[seed], room, sizeof(**knn->hit));
	}
	knn->hit[seed][len] =
	    (struct knn_hit){.place = place, .seed = seed, .sim = sim};
}

void
knn_offer_all(struct knn *knn, uint64_t place, const float *sim)
{
	size_t s, end, i;
	int any;

	for (s = 0; s < knn->nseed; s = end) {
		end = knn->nseed - s < 16 ? knn->nseed : s + 16;
		for (any = 0, i = s; i < end; i++)
			any |= sim[i] >= knn->floor[i];
		for (i = s; any && i < end; i++)
			knn_offer(knn, (uint32_t)i, place, sim[i]);
	}
}

static int
by_place(const void *pa, const void *pb)
{
	const struct knn_hit *a = pa, *b = pb;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->sim != b->sim)
		return a->sim > b->sim ? -1 : 1;
	return (a->seed > b->seed) - (a->seed < b->seed);
}

struct knn_hit *
knn_hits(struct knn *knn, size_t *n)
{
	struct knn_hit *hit;
	size_t s;

	for (*n = 0, s = 0; s < knn->nseed; s++) {
		keep_best(knn, s);
		*n += knn->len[s];
	}
	hit = mem_alloc((*n + 1) * sizeof(*hit));
	for (*n = 0, s = 0; s < knn->nseed; s++) {
		if (knn->len[s] > 0)
			memcpy(
			    hit + *n, knn->hit[s], knn->len[s] * sizeof(*hit));
		*n += knn->len[s];
	}
	qsort(hit, *n, sizeof(*hit), by_place);
	return hit;
}

void
knn_release(struct knn *knn)
{
	size_t s;

	for (s = 0; s < knn->nseed; s++)
		free(knn->hit[s]);
	free(knn->hit);
	free(knn->floor);
	free(knn->len);
	*knn = (struct knn){0};
}
