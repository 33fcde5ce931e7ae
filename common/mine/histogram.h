/*
 * histogram - how numbers of -1 to 1 are spread, to a thousandth
 *
 * A zeroed struct is an empty one; nothing is allocated.
 */

#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_NBIN = 2001 };

struct histogram {
	uint64_t n;
	uint64_t bin[HISTOGRAM_NBIN]; /* i: of i/1000 - 1 to (i + 1)/1000 - 1 */
};

/* What is beyond -1 or 1 counts as that. */
void histogram_add(struct histogram *h, double x);

/* How many are at least from and below to, both rounded to thousandths. */
uint64_t histogram_count(const struct histogram *h, double from, double to);

/*
 * The highest threshold, in thousandths, that a share of 1 - q of the numbers
 * or more is not below; -1 if there are none.
 */
double histogram_quantile(const struct histogram *h, double q);

#endif
