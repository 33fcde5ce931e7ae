#include "quality/diversity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	/*
	 * a factor of MTLD ends where no more than 18 / 25 = 0.72 of its tokens
	 * are types (McCarthy and Jarvis, 2010)
	 */
	FACTOR_TYPES = 18,
	FACTOR_TOKENS = 25,
	SEGMENT = 100, /* tokens whose TTR is taken */
	SAMPLE = 42,   /* tokens that HD-D draws */
	NSHARE = 64    /* frequencies whose share is remembered */
};

void
diversity_release(struct diversity *d)
{
	free(d->freq);
	free(d->stamp);
	free(d->present);
}

static void
make_room(struct diversity *d, size_t ntype)
{
	size_t had = d->cap;

	if (ntype <= had)
		return;
	d->cap = 2 * ntype;
	d->freq = mem_grow(d->freq, d->cap, sizeof(*d->freq));
	d->stamp = mem_grow(d->stamp, d->cap, sizeof(*d->stamp));
	d->present = mem_grow(d->present, d->cap, sizeof(*d->present));
	memset(d->freq + had, 0, (d->cap - had) * sizeof(*d->freq));
	memset(d->stamp + had, 0, (d->cap - had) * sizeof(*d->stamp));
}

/* The factors of token[0..n), read to its end or from there. */
static double
mtld_factors(
    struct diversity *d, const uint32_t *token, size_t n, bool backward)
{
	double factors = 0;
	uint64_t nread = 0, nseen = 0;
	uint32_t type;
	size_t i;

	d->factor++;
	for (i = 0; i < n; i++) {
		type = token[backward ? n - 1 - i : i];
		nread++;
		nseen += d->stamp[type] != d->factor;
		d->stamp[type] = d->factor;
		if (FACTOR_TOKENS * nseen <= FACTOR_TYPES * nread) {
			d->factor++;
			factors++;
			nread = nseen = 0;
		}
	}
	if (nread > 0)
		factors += (1 - (double)nseen / (double)nread) /
			   (1 - (double)FACTOR_TYPES / FACTOR_TOKENS);
	return factors > 0 ? factors : 1;
}

static double
mtld(struct diversity *d, const uint32_t *token, size_t n)
{
	return ((double)n / mtld_factors(d, token, n, false) +
		   (double)n / mtld_factors(d, token, n, true)) /
	       2;
}

/* Means of the TTR of segments and of all runs of 100 tokens. */
static void
moving(struct diversity *d, const uint32_t *token, size_t n, double value[])
{
	const size_t width = SEGMENT;
	size_t i, nseen = 0, sum = 0, segments = 0, nsegment = 0;

	if (n < width)
		return;
	for (i = 0; i < n; i++) {
		nseen += d->freq[token[i]]++ == 0;
		if (i >= width)
			nseen -= --d->freq[token[i - width]] == 0;
		if (i + 1 >= width)
			sum += nseen;
		if ((i + 1) % width == 0 && i + 1 < n) {
			segments += nseen;
			nsegment++;
		}
	}
	for (i = n - width; i < n; i++)
		d->freq[token[i]] = 0;
	value[DIVERSITY_MATTR] =
	    (double)sum / (double)width / (double)(n - width + 1);
	if (nsegment > 0)
		value[DIVERSITY_MSTTR] =
		    (double)segments / (double)width / (double)nsegment;
}

/* The share of samples of SAMPLE of n tokens in which a type of f is. */
static double
hdd_share(size_t n, size_t f)
{
	double none = 1;
	size_t i;

	for (i = 0; i < SAMPLE && i < n && none > 0; i++)
		none *= n - i > f ? (double)(n - f - i) / (double)(n - i) : 0;
	return 1 - none;
}

/* Compute the metrics from present, the types of n tokens, and freq. */
static void
measure_all(
    struct diversity *d, size_t ntype, size_t n, size_t nhapax, double v[])
{
	double N = (double)n, V = (double)ntype, V1 = (double)nhapax;
	double lnN = log(N), lnV = log(V), square = 0, vm = 0, f;
	size_t i, at, ndis = 0;
	double share[NSHARE] = {0}; /* by frequency, once it is met */

	v[DIVERSITY_HDD] = n >= SAMPLE ? 0 : NAN;
	for (i = 0; i < ntype; i++) {
		f = d->freq[d->present[i]];
		ndis += f == 2;
		square += f * f;
		vm += f / N * (f / N);
		at = f < NSHARE ? (size_t)f : 0;
		if (at == 0 || share[at] == 0)
			share[at] = hdd_share(n, (size_t)f);
		v[DIVERSITY_HDD] += share[at] / SAMPLE;
	}
	v[DIVERSITY_LENGTH] = N;
	v[DIVERSITY_HAPAX_TYPES] = V1 / V;
	v[DIVERSITY_GUIRAUD] = V / sqrt(N);
	v[DIVERSITY_CTTR] = V / sqrt(2 * N);
	v[DIVERSITY_YULE_K] = 1e4 * (square - N) / (N * N);
	v[DIVERSITY_HERDAN_VM] = vm > 1 / V ? sqrt(vm - 1 / V) : 0;
	v[DIVERSITY_BRUNET] = pow(N, pow(V, -0.165));
	v[DIVERSITY_SICHEL] = (double)ndis / V;
	if (n > 1) {
		v[DIVERSITY_HERDAN] = lnV / lnN;
		v[DIVERSITY_MAAS] = (lnN - lnV) / (lnN * lnN);
		v[DIVERSITY_SIMPSON] = (square - N) / (N * (N - 1));
	}
	if (ntype > 1)
		v[DIVERSITY_SUMMER] = log(lnV) / log(lnN);
	if (n > ntype) {
		v[DIVERSITY_DUGAST] = lnN * lnN / (lnN - lnV);
		v[DIVERSITY_YULE_I] = V * V / (square - V);
	}
	if (nhapax < ntype)
		v[DIVERSITY_HONORE] = 100 * lnN / (1 - V1 / V);
}

void
diversity_measure(struct diversity *d, const uint32_t *token, size_t n,
    size_t most, bool all, double value[DIVERSITY_NMETRIC])
{
	size_t i, ntype = 0, nhapax = 0;

	make_room(d, most + 1); /* of present, one more is written */
	for (i = 0; i < DIVERSITY_NMETRIC; i++)
		value[i] = NAN;
	for (i = 0; i < n; i++) {
		d->present[ntype] = token[i];
		ntype += d->freq[token[i]]++ == 0;
	}
	for (i = 0; i < ntype; i++)
		nhapax += d->freq[d->present[i]] == 1;
	value[DIVERSITY_TTR] = (double)ntype / (double)n;
	value[DIVERSITY_HAPAX] = (double)nhapax / (double)n;
	value[DIVERSITY_TYPES] = (double)ntype;
	value[DIVERSITY_MTLD] = mtld(d, token, n);
	if (all)
		measure_all(d, ntype, n, nhapax, value);
	for (i = 0; i < ntype; i++)
		d->freq[d->present[i]] = 0;
	if (all)
		moving(d, token, n, value);
}
