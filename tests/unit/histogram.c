/* histogram: quantiles and bins are compared with sorting */

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "mine/histogram.h"
#include "tap.h"

enum { N = 3000 };

static int
descending(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a < *b) - (*a > *b);
}

int
main(void)
{
	static const double at[] = {0, 0.25, 0.5, 0.9, 0.99, 0.999, 1};
	static struct histogram h, edge;
	static double x[N];
	struct rng rng;
	size_t i, want;
	uint64_t n = 0;
	double t;
	bool right = true;

	ok(histogram_quantile(&edge, 0.5) == -1, "of nothing");
	rng_init(&rng, 1);
	for (i = 0; i < N; i++) {
		x[i] = 0.3 * rng_normal(&rng);
		x[i] = x[i] > 1 ? 1 : x[i] < -1 ? -1 : x[i];
		histogram_add(&h, x[i]);
		n += x[i] >= -0.1 && x[i] < 0.25;
	}
	qsort(x, N, sizeof(*x), descending);
	for (i = 0; i < sizeof(at) / sizeof(*at); i++) {
		want = (size_t)ceil((1 - at[i]) * N - 1e-9);
		t = x[want > 0 ? want - 1 : 0];
		right &= histogram_quantile(&h, at[i]) <= t &&
			 t < histogram_quantile(&h, at[i]) + 0.001 + 1e-12;
	}
	ok(right, "quantiles, to a thousandth");
	ok(histogram_count(&h, -0.1, 0.25) == n, "a range");
	ok(histogram_count(&h, -1, 1.001) == N, "all of it");
	for (i = 0, right = true; i < 2000; i++) {
		edge = (struct histogram){0};
		histogram_add(&edge, ((double)i - 1000) / 1000);
		right &= edge.bin[i] == 1;
	}
	ok(right, "a multiple of a thousandth is in the bin that it begins");
	histogram_add(&edge, 7);
	histogram_add(&edge, -7);
	ok(edge.bin[0] == 1 && edge.bin[HISTOGRAM_NBIN - 1] == 1,
	    "what is beyond counts as the end");
	return tap_done();
}
