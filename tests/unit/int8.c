/*
 * int8: every path gives exactly the numbers of a twin that rounds and sums
 * one at a time, and these are near to the product in float
 */

#include "math/int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
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

/* q = inputs as whole numbers, zero among them; their scale. */
static float
twin_inputs(const float *x, size_t n, int *q, int *zero)
{
	float min = 0, max = 0, step;
	size_t i;

	for (i = 0; i < n; i++) {
		min = fminf(min, x[i]);
		max = fmaxf(max, x[i]);
	}
	step = max > min ? 254 / (max - min) : 0;
	*zero = -(int)rintf(min * step);
	for (i = 0; i < n; i++)
		q[i] = (int)rintf(x[i] * step) + *zero;
	return (max - min) / 254;
}

static int
cut(int q)
{
	return q > 127 ? 127 : q < -127 ? -127 : q;
}

/* q = weights as whole numbers of a scale; the sum of squared errors. */
static double
twin_weights(const float *w, size_t n, float scale, int *q)
{
	double sum = 0;
	size_t i, j;

	for (i = 0; i < n; i++)
		q[i] = scale > 0 ? cut((int)rintf(w[i] * (1 / scale))) : 0;
	/* A pair whose sum is too large gives way, the second number first. */
	for (i = 0; i + 1 < n; i += 2)
		for (j = 1; abs(q[i] + q[i + 1]) > 128; j ^= 1)
			q[i + j] += q[i + j] > 0 ? -1 : 1;
	for (i = 0; i < n; i++)
		sum += pow(w[i] - (double)q[i] * scale, 2);
	return sum;
}

/*
 * Whether no scale near the row's largest weight has a clearly smaller error.
 */
static bool
is_best(const float *w, size_t n, float scale)
{
	int *q = mem_alloc(n * sizeof(*q)), i;
	double error = twin_weights(w, n, scale, q);
	bool best = true;
	float max = 0;
	size_t j;

	for (j = 0; j < n; j++)
		max = fmaxf(max, fabsf(w[j]));
	for (i = 6; i <= 16; i++)
		best &= error <=
			twin_weights(w, n, max / 127 * (float)i / 8, q) * 1.001;
	free(q);
	return best;
}

/*
 * The largest error that a product may have: that of its weights, which is
 * given, and half a step of each input.
 */
static double
bound(const float *x, const float *w, size_t n, float step, double error)
{
	double inputs = 0, weights = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		inputs +=
		    ((double)fabsf(x[i]) + step) * ((double)fabsf(x[i]) + step);
		weights += fabs(w[i]);
	}
	return sqrt(inputs) * error + 0.51 * step * weights +
	       1e-5 * sqrt(inputs);
}

/* Whether y is the twin's; *worst becomes the largest error in float so far. */
static bool
is_twin(const float *x, const float *w, const struct int8_matrix *a, size_t m,
    const float *y, double *worst)
{
	size_t k = a->nin, i, j, l;
	int *qx = mem_alloc(k * sizeof(*qx)), *qw = mem_alloc(k * sizeof(*qw));
	int zero;
	double exact, size;
	bool same = true;
	long long sum;
	float sx;

	for (j = 0; j < a->nout; j++) {
		same &= is_best(w + j * k, k, a->scale[j]);
		size = sqrt(twin_weights(w + j * k, k, a->scale[j], qw));
		for (i = 0; i < m; i++) {
			sx = twin_inputs(x + i * k, k, qx, &zero);
			sum = 0;
			exact = 0;
			for (l = 0; l < k; l++) {
				same &= qx[l] >= 0 && qx[l] <= 255;
				sum += (long long)(qx[l] - zero) * qw[l];
				exact += (double)x[i * k + l] * w[j * k + l];
			}
			same &=
			    y[i * a->nout + j] == (float)sum * a->scale[j] * sx;
			*worst = fmax(*worst,
			    fabs(exact - y[i * a->nout + j]) /
				(bound(x + i * k, w + j * k, k, sx, size) +
				    1e-30));
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
	    {5, 16, 7}, {100, 40, 130}, {3, 72, 24}, {7, 17, 1536},
	    {65, 33, 192}};
	struct int8_work work = {0};
	struct int8_matrix a;
	struct rng rng;
	double worst = 0;
	bool same = true, alone = true;
	float *x, *w, *y, *one;
	size_t s, m, n, k, i;

	rng_init(&rng, 3);
	for (s = 0; s < sizeof(shape) / sizeof(*shape); s++) {
		m = shape[s][0], n = shape[s][1], k = shape[s][2];
		x = noise(&rng, m * k);
		w = noise(&rng, n * k);
		y = mem_alloc(m * n * sizeof(*y));
		one = mem_alloc(n * sizeof(*one));
		memset(x + (m - 1) * k, 0, s % 2 * k * sizeof(*x));
		w[0] = 40; /* an outlier */
		for (i = (n - 1) * k; i < n * k; i++)
			w[i] = 2; /* pairs that are too large by far */
		int8_init(&a, w, n, k);
		int8_multiply(&a, way, &work, m, x, y);
		same &= is_twin(x, w, &a, m, y, &worst);
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
	if (int8_best() >= INT8_AMX)
		path(INT8_AMX, "AMX");
	return tap_done();
}
