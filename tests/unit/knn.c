/*
 * knn: the heaps hold what sorting all records would give, in any order and
 * any parts
 */

#include "math/knn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

enum { NSEED = 37, NRECORD = 500 };

static float sim[NRECORD][NSEED];

/* How many records come before this one in the list of a seed. */
static size_t
rank_of(size_t record, size_t seed)
{
	size_t r, n = 0;

	for (r = 0; r < NRECORD; r++)
		n += sim[r][seed] > sim[record][seed] ||
		     (sim[r][seed] == sim[record][seed] && r < record);
	return n;
}

static bool
right(const struct knn_hit *hit, size_t n, size_t k, float min)
{
	size_t r, s, found = 0;
	bool good = true;

	for (r = 0; r < NRECORD; r++)
		for (s = 0; s < NSEED; s++)
			if (sim[r][s] >= min && rank_of(r, s) < k) {
				good &= found < n && hit[found].place == r;
				found++;
			}
	for (r = 0; r < n; r++) {
		good &= hit[r].sim == sim[hit[r].place][hit[r].seed] &&
			rank_of(hit[r].place, hit[r].seed) < k;
		if (r > 0 && hit[r].place == hit[r - 1].place)
			good &= hit[r - 1].sim > hit[r].sim ||
				(hit[r - 1].sim == hit[r].sim &&
				    hit[r - 1].seed < hit[r].seed);
	}
	return good && found == n;
}

int
main(void)
{
	static const size_t ks[] = {1, 2, 7, 200, 1000};
	struct knn knn, part, merged;
	struct knn_hit *hit, *again;
	size_t i, j, n, m, r, s;
	struct rng rng;

	rng_init(&rng, 2);
	for (r = 0; r < NRECORD; r++)
		for (s = 0; s < NSEED; s++) /* with ties */
			sim[r][s] = (float)rng_below(&rng, 50) / 50;
	for (i = 0; i < sizeof(ks) / sizeof(*ks); i++) {
		float min = i % 2 ? 0.5f : -1;

		knn_init(&knn, NSEED, ks[i], min);
		knn_init(&merged, 0, ks[i], min);
		knn_grow(&merged, NSEED, min);
		for (r = 0; r < NRECORD; r++)
			knn_offer_all(&knn, r, sim[r]);
		hit = knn_hits(&knn, &n);
		ok(right(hit, n, ks[i], min), "the k nearest, by sorting");
		for (r = 0; r < 3; r++) {
			knn_init(&part, NSEED, ks[i], min);
			for (s = r * 170; s < (r + 1) * 170 && s < NRECORD; s++)
				knn_offer_all(&part, s, sim[s]);
			again = knn_hits(&part, &m);
			for (j = 0; j < m; j++)
				knn_offer(&merged, again[j].seed,
				    again[j].place, again[j].sim);
			free(again);
			knn_release(&part);
		}
		again = knn_hits(&merged, &m);
		ok(m == n && memcmp(hit, again, n * sizeof(*hit)) == 0,
		    "parts merged are the whole");
		free(hit);
		free(again);
		knn_release(&knn);
		knn_release(&merged);
	}
	return tap_done();
}
