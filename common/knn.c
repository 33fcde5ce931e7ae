#include "knn.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
knn_init(struct knn *knn, size_t nseed, size_t k, float min_sim)
{
	*knn = (struct knn){.k = k};
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
		knn->heap = mem_grow(knn->heap, knn->cap, sizeof(*knn->heap));
	}
	for (; knn->nseed < nseed; knn->nseed++) {
		knn->len[knn->nseed] = 0;
		knn->floor[knn->nseed] = min_sim;
		knn->heap[knn->nseed] = NULL;
	}
}

static bool
worse(struct knn_hit a, struct knn_hit b)
{
	if (a.sim != b.sim)
		return a.sim < b.sim;
	return a.place > b.place;
}

static void
sift_up(struct knn_hit *heap, size_t i, struct knn_hit hit)
{
	while (i > 0 && worse(hit, heap[(i - 1) / 2])) {
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = hit;
}

static void
sift_down(struct knn_hit *heap, size_t n, struct knn_hit hit)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && worse(heap[child + 1], heap[child]))
			child++;
		if (!worse(heap[child], hit))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = hit;
}

void
knn_offer(struct knn *knn, uint32_t seed, uint64_t place, float sim)
{
	struct knn_hit hit = {.place = place, .seed = seed, .sim = sim};
	struct knn_hit *heap = knn->heap[seed];
	size_t len = knn->len[seed];

	if (!(sim >= knn->floor[seed]))
		return;
	if (len == knn->k) {
		if (!worse(heap[0], hit))
			return;
		sift_down(heap, len, hit);
		knn->floor[seed] = heap[0].sim;
		return;
	}
	/* room doubles: its sizes are the powers of two */
	if ((len & (len - 1)) == 0)
		heap = knn->heap[seed] =
		    mem_grow(heap, len > 0 ? 2 * len : 1, sizeof(*heap));
	sift_up(heap, len, hit);
	if (++knn->len[seed] == knn->k)
		knn->floor[seed] = heap[0].sim;
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
knn_hits(const struct knn *knn, size_t *n)
{
	struct knn_hit *hit;
	size_t s;

	for (*n = 0, s = 0; s < knn->nseed; s++)
		*n += knn->len[s];
	hit = mem_alloc((*n + 1) * sizeof(*hit));
	for (*n = 0, s = 0; s < knn->nseed; s++) {
		if (knn->len[s] > 0)
			memcpy(
			    hit + *n, knn->heap[s], knn->len[s] * sizeof(*hit));
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
		free(knn->heap[s]);
	free(knn->heap);
	free(knn->floor);
	free(knn->len);
	*knn = (struct knn){0};
}
