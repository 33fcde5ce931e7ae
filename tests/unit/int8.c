/*
 * int8: every path gives the very numbers of a twin that rounds and sums one at
 * a time, and these are near to the product in float
 */

#include "int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rng.h"
#include "tap.h"

static float *
noise(struct rng *rng, size_t n)
{
	float *x = mem_alloc(n * sizeof(*x) + 1);
	size_t i;

	for (i = 0; i < n; i++)
		x[i] = (float)rng_normal(rng);
	return x;
}

/* q = the row as whole numbers; its scale. */
static float
twin_quantise(const float *x, size_t n, int *q)
{
	float max = 0;
	size_t i;

	for (i = 0; i < n; i++)
		max = fmaxf(max, fabsf(x[i]));
	for (i = 0; i < n; i++)
		q[i] = max > 0 ? (int)rintf(x[i] * (127 / max)) : 0;
	return max / 127;
}

/* Whether y is the twin's; *worst grows to the largest error in float. */
static bool
is_twin(const float *x, const float *w, size_t m, size_t n, size_t k,
    const float *y, double *worst)
{
	int *qx = mem_alloc(k * sizeof(*qx)), *qw = mem_alloc(k * sizeof(*qw));
	float sx, sw;
	double exact, size;
	bool same = true;
	long long sum;
	size_t i, j, l;

	for (j = 0; j < n; j++) {
		sw = twin_quantise(w + j * k, k, qw);
		for (i = 0; i < m; i++) {
			sx = twin_quantise(x + i * k, k, qx);
			sum = 0;
			exact = size = 0;
			for (l = 0; l < k; l++) {
				sum += (long long)qx[l] * qw[l];
				exact += (double)x[i * k + l] * w[j * k + l];
				size += fabs((double)x[i * k + l]) * 127 * sw +
					fabs((double)w[j * k + l]) * 127 * sx;
			}
			same &= y[i * n + j] == (float)sum * sw * sx;
			/* half a step of either in every product */
			*worst = fmax(*worst,
			    fabs(exact - y[i * n + j]) / (size / 250 + 1e-30));
		}
	}
	free(qx);
	free(qw);
	return same;
}

static void
path(enum int8_path way, const char *name)
{
	static const size_t shape[][3] = {{1, 1, 1}, {13, 33, 5}, {12, 32, 64},
	    {5, 16, 7}, {100, 40, 130}, {3, 72, 24}, {7, 17, 1536}};
	struct int8_work work = {0};
	struct int8_matrix a;
	struct rng rng;
	double worst = 0;
	bool same = true, alone = true;
	float *x, *w, *y, *one;
	size_t s, m, n, k;

	rng_init(&rng, 3);
	for (s = 0; s < sizeof(shape) / sizeof(*shape); s++) {
		m = shape[s][0], n = shape[s][1], k = shape[s][2];
		x = noise(&rng, m * k);
		w = noise(&rng, n * k);
		y = mem_alloc(m * n * sizeof(*y));
		one = mem_alloc(n * sizeof(*one));
		memset(x + (m - 1) * k, 0, s % 2 * k * sizeof(*x));
		w[0] = 40; /* an outlier */
		int8_init(&a, w, n, k);
		int8_multiply(&a, way, &work, m, x, y);
		same &= is_twin(x, w, m, n, k, y, &worst);
		int8_multiply(&a, way, &work, 1, x + (m - 1) * k, one);
		alone &= memcmp(one, y + (m - 1) * n, n * sizeof(*one)) == 0;
		int8_release(&a);
		free(x);
		free(w);
		free(y);
		free(one);
	}
	int8_work_release(&work);
	printf("# %s: %.2f of the bound\n", name, worst);
	ok(same, "the numbers of the twin");
	ok(worst < 1, "near to the product in float");
	ok(alone, "a row alone has the bits that it has among others");
}

int
main(void)
{
	path(INT8_PLAIN, "plain C");
	if (int8_best() >= INT8_AVX2)
		path(INT8_AVX2, "AVX2");
	if (int8_best() >= INT8_VNNI)
		path(INT8_VNNI, "AVX-512 VNNI");
	return tap_done();
}
