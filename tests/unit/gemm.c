/*
 * gemm: products are compared with a naive twin; a row computed alone has the
 * bits that it has in a large matrix
 */

#include "math/gemm.h"

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

/*
 * The largest |c - naive| divided by the bound of the sum's rounding; it must
 * be under 1.
 */
static double
worst(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
    const float *b, size_t b_row, size_t b_col, const float *old,
    const float *c, float beta)
{
	double sum, size, off, most = 0;
	size_t i, j, l;

	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++) {
			sum = (double)beta * old[i * n + j];
			size = fabs(sum);
			for (l = 0; l < k; l++) {
				off = (double)a[i * a_row + l * a_col] *
				      (double)b[l * b_row + j * b_col];
				sum += off;
				size += fabs(off);
			}
			off = fabs(sum - (double)c[i * n + j]) /
			      (size * (double)(k + 2) * 0x1p-24 + 1e-30);
			most = off > most ? off : most;
		}
	return most;
}

static bool
agrees(struct rng *rng, size_t m, size_t n, size_t k)
{
	float *a = noise(rng, m * k), *b = noise(rng, n * k);
	float *old = noise(rng, m * n), *c = mem_alloc(m * n * sizeof(*c) + 1);
	bool good;

	memcpy(c, old, m * n * sizeof(*c));
	gemm_nt(m, n, k, a, k, b, k, 1, c, n);
	good = worst(m, n, k, a, k, 1, b, 1, k, old, c, 1) < 1;
	gemm_nn(m, n, k, a, k, b, n, 0, c, n);
	good &= worst(m, n, k, a, k, 1, b, n, 1, old, c, 0) < 1;
	gemm_tn(m, n, k, a, m, b, n, 0, c, n);
	good &= worst(m, n, k, a, 1, m, b, n, 1, old, c, 0) < 1;
	free(a);
	free(b);
	free(old);
	free(c);
	return good;
}

/* Rows [from, to) of a product of 1024, computed by themselves. */
static bool
same_bits(const float *a, const float *b, const float *all, size_t n, size_t k,
    size_t from, size_t to)
{
	float *part = mem_alloc((to - from) * n * sizeof(*part));
	bool same;

	gemm_nt(to - from, n, k, a + from * k, k, b, k, 0, part, n);
	same =
	    memcmp(part, all + from * n, (to - from) * n * sizeof(*part)) == 0;
	free(part);
	return same;
}

int
main(void)
{
	static const size_t size[][3] = {{1, 1, 1}, {1, 259, 128}, {7, 21, 96},
	    {33, 17, 300}, {128, 259, 256}, {5, 1, 700}, {1, 1, 1000},
	    {13, 33, 5}, {25, 64, 385}, {12, 32, 769}, {103, 1100, 31},
	    {97, 1057, 400}};
	static const size_t shape[][2] = {
	    {21, 128}, {259, 256}, {1, 64}, {7, 384}, {33, 1024}, {300, 64}};
	enum { M = 1024 };
	struct rng rng;
	bool good = true;
	size_t i, from;

	rng_init(&rng, 1);
	for (i = 0; i < sizeof(size) / sizeof(*size); i++)
		good &= agrees(&rng, size[i][0], size[i][1], size[i][2]);
	ok(good, "three products agree with a sum in double");

	for (i = 0; i < sizeof(shape) / sizeof(*shape); i++) {
		size_t n = shape[i][0], k = shape[i][1];
		float *a = noise(&rng, M * k), *b = noise(&rng, n * k);
		float *all = mem_alloc(M * n * sizeof(*all));

		gemm_nt(M, n, k, a, k, b, k, 0, all, n);
		for (good = true, from = 0; from < M; from += 7)
			good &= same_bits(
			    a, b, all, n, k, from, from + 7 < M ? from + 7 : M);
		ok(good, "windows of 7 have the bits of one of 1024");
		for (good = true, from = 0; from < M; from += 31)
			good &= same_bits(a, b, all, n, k, from, from + 1);
		ok(good, "so have rows alone");
		free(a);
		free(b);
		free(all);
	}
	return tap_done();
}
