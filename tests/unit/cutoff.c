/*
 * cutoff: the best n by score and tie, in one part and in several, compared
 * with sorting
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mine/cutoff.h"
#include "tap.h"

enum { N = 3000, NPART = 7 };

static struct cutoff_key key[N];

static int
by_key(const void *pa, const void *pb)
{
	const struct cutoff_key *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->tie > b->tie) - (a->tie < b->tie);
}

/*
 * The cutoff of the best n, counted in this many parts, and the number of
 * passes.
 */
static unsigned
find(struct cutoff *c, uint64_t n, size_t npart)
{
	uint64_t *bin = mem_zeroed(CUTOFF_NBIN, sizeof(*bin));
	uint64_t *sum = mem_zeroed(CUTOFF_NBIN, sizeof(*sum));
	unsigned npass = 0;
	size_t part, i;

	*c = (struct cutoff){.left = n};
	for (; !cutoff_exact(c); npass++) {
		memset(sum, 0, CUTOFF_NBIN * sizeof(*sum));
		for (part = 0; part < npart; part++) {
			memset(bin, 0, CUTOFF_NBIN * sizeof(*bin));
			for (i = part; i < N; i += npart)
				cutoff_count(c, key[i], bin);
			for (i = 0; i < CUTOFF_NBIN; i++)
				sum[i] += bin[i];
		}
		cutoff_refine(c, sum);
	}
	free(bin);
	free(sum);
	return npass;
}

/* Whether the cutoff of the best n takes exactly the best n. */
static bool
right(uint64_t n, size_t npart)
{
	static struct cutoff_key sorted[N];
	struct cutoff c;
	size_t i, got = 0;
	bool good = true;

	memcpy(sorted, key, sizeof(key));
	qsort(sorted, N, sizeof(*sorted), by_key);
	find(&c, n, npart);
	for (i = 0; i < N; i++)
		got += cutoff_has(&c, key[i]);
	for (i = 0; i < N; i++)
		good &= cutoff_has(&c, sorted[i]) == (i < n);
	return good && got == (n < N ? n : N);
}

static bool
right_for_all(size_t npart)
{
	static const uint64_t n[] = {
	    0, 1, 2, 17, 299, 300, 301, 1500, N - 1, N, N + 1, UINT64_MAX};
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(n) / sizeof(*n); i++)
		good &= right(n[i], npart);
	return good;
}

int
main(void)
{
	static const float rising[] = {-INFINITY, -3e38F, -1, -1e-40F, 0,
	    1e-40F, 1e-5F, 0.25F, 0.5F, 0.99999994F, 1, 7, INFINITY};
	struct cutoff c;
	struct rng rng;
	bool good = true;
	size_t i;

	for (i = 1; i < sizeof(rising) / sizeof(*rising); i++)
		good &= cutoff_key(rising[i], 0).rank <
			    cutoff_key(rising[i - 1], 0).rank &&
			cutoff_score(cutoff_key(rising[i], 5)) == rising[i];
	ok(good, "ranks fall as scores rise, and tell the score");
	ok(cutoff_key(-0.0F, 0).rank == cutoff_key(0, 0).rank, "-0 is 0");

	rng_init(&rng, 1);
	for (i = 0; i < N; i++)
		key[i] = cutoff_key((float)rng_real(&rng), rng_next(&rng));
	ok(right_for_all(1), "the best n of scores that all differ");
	ok(right_for_all(NPART), "of parts, too");
	find(&c, 300, 1);
	ok(find(&c, 300, 1) <= 2, "in two passes");
	for (i = 0; i < N; i++)
		key[i] =
		    cutoff_key((float)rng_below(&rng, 4) / 4, rng_next(&rng));
	ok(right_for_all(NPART), "of four scores, by tie");
	for (i = 0; i < N; i++)
		key[i] = cutoff_key(0.5F, i);
	ok(right_for_all(1), "of one score, by place");
	for (i = 0; i < N; i++)
		key[i] = cutoff_key(0.5F, i / 10);
	find(&c, 15, 1);
	ok(cutoff_has(&c, key[19]) && !cutoff_has(&c, key[20]),
	    "of one key all are in");
	return tap_done();
}
