/*
 * diversity: every metric is compared with a naive twin that counts with loops
 * over all pairs; and which metrics are defined
 */

#include "quality/diversity.h"

#include <math.h>

#include "base/rng.h"
#include "tap.h"

static bool
near(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

/*
 * MTLD by its definition, with a search of all tokens of the factor for each.
 */
static double
naive_mtld(const uint32_t *t, size_t n, bool backward)
{
	double factors = 0, ttr = 1;
	size_t i, j, from = 0, types = 0;

	for (i = 0; i < n; i++) {
		for (j = from; j < i; j++)
			if (t[backward ? n - 1 - j : j] ==
			    t[backward ? n - 1 - i : i])
				break;
		types += j == i;
		ttr = (double)types / (double)(i - from + 1);
		if (ttr <= 0.72) {
			factors++;
			from = i + 1;
			types = 0;
		}
	}
	if (from < n)
		factors += (1 - ttr) / 0.28;
	return (double)n / (factors > 0 ? factors : 1);
}

static double
naive_types(const uint32_t *t, size_t n)
{
	size_t i, j, types = 0;

	for (i = 0; i < n; i++) {
		for (j = 0; j < i && t[j] != t[i]; j++)
			;
		types += j == i;
	}
	return (double)types;
}

/* log of n choose k */
static double
choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static bool
naive_agrees(const double v[], const uint32_t *t, size_t n)
{
	double N = (double)n, V = naive_types(t, n), V1 = 0, V2 = 0;
	double pairs = 0, hdd = 0, mattr = 0, msttr = 0, f;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (f = 0, j = 0; j < n; j++)
			f += t[j] == t[i];
		V1 += f == 1;
		V2 += f == 2 ? 0.5 : 0;
		pairs += f - 1; /* sum f (f - 1), a token at a time */
		hdd +=
		    (1 - (N - f >= 42 ? exp(choose(N - f, 42) - choose(N, 42))
				      : 0)) /
		    42 / f;
	}
	for (i = 0; i + 100 <= n; i++)
		mattr += naive_types(t + i, 100) / 100;
	for (i = 0; i + 100 < n; i += 100)
		msttr += naive_types(t + i, 100) / 100;
	return v[DIVERSITY_TYPES] == V && v[DIVERSITY_LENGTH] == N &&
	       near(v[DIVERSITY_TTR], V / N) &&
	       near(v[DIVERSITY_HAPAX], V1 / N) &&
	       near(v[DIVERSITY_HAPAX_TYPES], V1 / V) &&
	       near(v[DIVERSITY_SICHEL], V2 / V) &&
	       near(v[DIVERSITY_SIMPSON], pairs / (N * (N - 1))) &&
	       near(v[DIVERSITY_YULE_K], 1e4 * pairs / (N * N)) &&
	       near(v[DIVERSITY_YULE_I],
		   pairs > 0 ? V * V / (pairs + N - V) : NAN) &&
	       near(v[DIVERSITY_HONORE],
		   V1 < V ? 100 * log(N) / (1 - V1 / V) : NAN) &&
	       near(v[DIVERSITY_HDD], n >= 42 ? hdd : NAN) &&
	       near(v[DIVERSITY_MATTR],
		   n >= 100 ? mattr / (double)(n - 99) : NAN) &&
	       near(v[DIVERSITY_MSTTR],
		   n > 100 ? msttr / (double)((n - 1) / 100) : NAN) &&
	       near(v[DIVERSITY_MTLD],
		   (naive_mtld(t, n, false) + naive_mtld(t, n, true)) / 2);
}

/* n tokens, types with low numbers more often than those with high ones. */
static void
random_tokens(struct rng *r, uint32_t *token, size_t n, size_t ntype)
{
	size_t i;

	for (i = 0; i < n; i++)
		token[i] = (uint32_t)rng_below(r, rng_below(r, ntype) + 1);
}

static void
test_metrics(void)
{
	static const size_t sizes[] = {
	    2, 3, 10, 41, 42, 43, 99, 100, 101, 200, 201, 700};
	double value[DIVERSITY_NMETRIC];
	struct diversity d = {0};
	uint32_t token[700];
	struct rng r;
	size_t i, round;
	bool good;

	rng_init(&r, 7);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		good = true;
		for (round = 0; round < 12; round++) {
			random_tokens(
			    &r, token, sizes[i], 1 + round * round * 9);
			diversity_measure(
			    &d, token, sizes[i], 1 + 11 * 11 * 9, true, value);
			good = good && naive_agrees(value, token, sizes[i]);
		}
		ok(good, "metrics and their naive twins");
	}
	diversity_release(&d);
}

/* The number of types may fall or rise sharply from one text to the next. */
static void
test_room(void)
{
	static const uint32_t few[] = {0, 0, 1}, many[] = {5000, 1, 9999, 5000};
	double value[DIVERSITY_NMETRIC];
	struct diversity d = {0};

	diversity_measure(&d, few, 3, 2, false, value);
	ok(value[DIVERSITY_TYPES] == 2 && near(value[DIVERSITY_TTR], 2. / 3) &&
		near(value[DIVERSITY_HAPAX], 1. / 3),
	    "two types of three tokens");
	ok(isnan(value[DIVERSITY_LENGTH]) && isnan(value[DIVERSITY_HDD]),
	    "the others only if all are wanted");
	diversity_measure(&d, many, 4, 10000, true, value);
	ok(value[DIVERSITY_TYPES] == 3 && value[DIVERSITY_LENGTH] == 4,
	    "types with high numbers");
	ok(isnan(value[DIVERSITY_HDD]) && isnan(value[DIVERSITY_MATTR]),
	    "too few tokens for some metrics");
	diversity_measure(&d, few, 3, 2, false, value);
	ok(value[DIVERSITY_TYPES] == 2, "nothing is left of a text before");
	diversity_release(&d);
}

int
main(void)
{
	test_metrics();
	test_room();
	return tap_done();
}
