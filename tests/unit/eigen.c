/* eigen: eigenvectors satisfy their equation, are orthonormal, and in order */

#include "math/eigen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

/* The largest of |A v - value v| and |V V^T - I|. */
static double
residual(const double *a, const double *value, const double *v, size_t n)
{
	double most = 0, sum, dot;
	size_t i, j, k;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			for (sum = dot = 0, k = 0; k < n; k++) {
				sum += a[j * n + k] * v[i * n + k];
				dot += v[i * n + k] * v[j * n + k];
			}
			most = fmax(most, fabs(sum - value[i] * v[i * n + j]));
			most = fmax(most, fabs(dot - (i == j)));
		}
	return most;
}

int
main(void)
{
	static const size_t size[] = {1, 2, 3, 17, 60};
	double a[3600], copy[3600], value[60], v[3600];
	struct rng rng;
	size_t s, n, i, j;
	bool good;

	rng_init(&rng, 3);
	for (s = 0; s < 5; s++) {
		n = size[s];
		for (i = 0; i < n; i++)
			for (j = 0; j <= i; j++)
				a[i * n + j] = a[j * n + i] = rng_normal(&rng);
		memcpy(copy, a, n * n * sizeof(*a));
		eigen_symmetric(copy, n, value, v);
		ok(residual(a, value, v, n) < 1e-10, "a random matrix");
		for (good = true, i = 1; i < n; i++)
			good &= value[i - 1] >= value[i];
		ok(good, "largest first");
	}
	memset(a, 0, sizeof(a));
	memcpy(copy, a, sizeof(a));
	eigen_symmetric(copy, 5, value, v);
	ok(value[0] == 0 && residual(a, value, v, 5) < 1e-12, "zeros");
	for (i = 0; i < 25; i++)
		copy[i] = a[i] = 1;
	eigen_symmetric(copy, 5, value, v);
	ok(fabs(value[0] - 5) < 1e-12 && fabs(value[4]) < 1e-12 &&
		residual(a, value, v, 5) < 1e-12,
	    "one direction");
	return tap_done();
}
