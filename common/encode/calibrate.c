#include "encode/calibrate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "math/gemm.h"

void
calibrate_centre(const float *x, const float *mean, size_t dim, float *out)
{
	double sum = 0, scale;
	bool zero = true;
	size_t i;

	for (i = 0; i < dim; i++) {
		zero &= x[i] == 0;
		out[i] = x[i] - mean[i];
		sum += (double)out[i] * out[i];
	}
	scale = zero || sum == 0 ? 0 : 1 / sqrt(sum);
	for (i = 0; i < dim; i++)
		out[i] = (float)(out[i] * scale);
}

void
calibrate_init(struct calibrate *c, size_t dim, uint64_t seed)
{
	*c = (struct calibrate){.dim = dim};
	c->sum = mem_zeroed(dim, sizeof(*c->sum));
	c->sample = mem_zeroed(CALIBRATE_MAX * dim, sizeof(*c->sample));
	rng_init(&c->rng, seed);
}

void
calibrate_add(struct calibrate *c, const float *x)
{
	uint64_t place;
	bool zero = true;
	size_t i;

	for (i = 0; i < c->dim; i++) {
		zero &= x[i] == 0;
		c->sum[i] += x[i];
	}
	if (zero)
		return;
	/* a reservoir: each vector has the same chance of being in it */
	place = c->n < CALIBRATE_MAX ? c->n : rng_below(&c->rng, c->n + 1);
	if (place < CALIBRATE_MAX)
		memcpy(c->sample + place * c->dim, x, c->dim * sizeof(*x));
	c->n++;
}

void
calibrate_mean(const struct calibrate *c, float *mean)
{
	size_t i;

	for (i = 0; i < c->dim; i++)
		mean[i] = c->n > 0 ? (float)(c->sum[i] / (double)c->n) : 0;
}

static size_t
sampled(const struct calibrate *c)
{
	return c->n < CALIBRATE_MAX ? (size_t)c->n : CALIBRATE_MAX;
}

void
calibrate_covariance(
    const struct calibrate *c, const float *mean, float *covariance)
{
	size_t n = sampled(c), dim = c->dim, i, j;
	float *x = mem_alloc(n * dim * sizeof(*x) + 1);
	float *gram = mem_alloc(dim * dim * sizeof(*gram));
	double trace = 0, scale;

	for (i = 0; i < n; i++)
		calibrate_centre(c->sample + i * dim, mean, dim, x + i * dim);
	gemm_tn(dim, dim, n, x, dim, x, dim, 0, gram, dim);
	for (i = 0; i < dim; i++)
		trace += gram[i * dim + i];
	scale = trace > 0 ? (double)dim / trace : 0;
	for (i = 0; i < dim; i++)
		for (j = 0; j <= i; j++)
			*covariance++ = trace > 0
					    ? (float)(gram[i * dim + j] * scale)
					    : (float)(i == j);
	free(x);
	free(gram);
}

static int
descending(const void *pa, const void *pb)
{
	const float *a = pa, *b = pb;

	return (*a < *b) - (*a > *b);
}

float
calibrate_t_sim(const struct calibrate *c)
{
	size_t n = sampled(c), i, j, npair = 0;
	float *sim = mem_alloc(n * n * sizeof(*sim) + 1), t_sim = 1;

	gemm_nt(n, n, c->dim, c->sample, c->dim, c->sample, c->dim, 0, sim, n);
	/* row i is read only up to column i - 1 before it is overwritten */
	for (i = 1; i < n; i++)
		for (j = 0; j < i; j++)
			sim[npair++] = sim[i * n + j];
	qsort(sim, npair, sizeof(*sim), descending);
	if (npair > 0 && sim[npair / 1000] < 1)
		t_sim = sim[npair / 1000];
	free(sim);
	return t_sim;
}

void
calibrate_release(struct calibrate *c)
{
	free(c->sum);
	free(c->sample);
	*c = (struct calibrate){0};
}
