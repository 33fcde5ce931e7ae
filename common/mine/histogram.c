#include "mine/histogram.h"

#include <math.h>

/*
 * The number of the largest multiple of 1/1000 that, as a double, is not above
 * x.
 */
static size_t
bin_of(double x)
{
	double place;

	if (!(x > -1))
		return 0;
	if (x >= 1)
		return HISTOGRAM_NBIN - 1;
	place = floor(1000 * x);
	if ((place + 1) / 1000 <= x)
		place++;
	return (size_t)(place + 1000);
}

void
histogram_add(struct histogram *h, double x)
{
	h->bin[bin_of(x)]++;
	h->n++;
}

uint64_t
histogram_count(const struct histogram *h, double from, double to)
{
	long i = lround(1000 * from) + 1000, end = lround(1000 * to) + 1000;
	uint64_t n = 0;

	for (i = i < 0 ? 0 : i; i < end && i < HISTOGRAM_NBIN; i++)
		n += h->bin[i];
	return n;
}

double
histogram_quantile(const struct histogram *h, double q)
{
	/* 1 - 0.99 is a little more than 0.01 */
	double want = (1 - q) * (double)h->n - 1e-9 * (double)h->n;
	size_t i = HISTOGRAM_NBIN - 1;
	uint64_t n = h->bin[i];

	while (i > 0 && (n == 0 || (double)n < want))
		n += h->bin[--i];
	return ((double)i - 1000) / 1000;
}
