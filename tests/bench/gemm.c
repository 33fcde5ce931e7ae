/*
 * gemm - GFLOP/s for the shapes of MiniLM and bge-small, and of their
 * attention, of our products and of BLIS alone, in turn; the best of ROUNDS of
 * each, by processor time
 */

#include "math/gemm.h"

#include <blis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

enum { ROUNDS = 15 };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
peer(size_t m, size_t n, size_t k, float *a, float *b, float *c)
{
	float one = 1, zero = 0;

	bli_sgemm(BLIS_NO_TRANSPOSE, BLIS_TRANSPOSE, (dim_t)m, (dim_t)n,
	    (dim_t)k, &one, a, (inc_t)k, 1, b, (inc_t)k, 1, &zero, c, (inc_t)n,
	    1);
}

static void
compare(size_t m, size_t n, size_t k)
{
	float *a = mem_aligned(m * k * sizeof(*a));
	float *b = mem_aligned(n * k * sizeof(*b));
	float *c = mem_aligned(m * n * sizeof(*c));
	double best = 1e9, best_peer = 1e9, start, took, flop;
	size_t i, j, repeat;

	for (i = 0; i < m * k; i++)
		a[i] = (float)(i % 17) - 8;
	for (i = 0; i < n * k; i++)
		b[i] = (float)(i % 13) - 6;
	flop = 2. * (double)m * (double)n * (double)k;
	repeat = 1 + (size_t)(1e9 / flop);
	for (i = 0; i < 2 * ROUNDS; i++) {
		start = seconds();
		for (j = 0; j < repeat; j++)
			if (i % 2 == 0)
				gemm_nt(m, n, k, a, k, b, k, 0, c, n);
			else
				peer(m, n, k, a, b, c);
		took = (seconds() - start) / (double)repeat;
		if (i % 2 == 0)
			best = took < best ? took : best;
		else
			best_peer = took < best_peer ? took : best_peer;
	}
	printf("%5zu x %4zu x %4zu  %6.1f GFLOP/s  BLIS %6.1f  %.2f x\n", m, n,
	    k, flop / best / 1e9, flop / best_peer / 1e9, best_peer / best);
	free(a);
	free(b);
	free(c);
}

int
main(void)
{
	compare(1024, 1152, 384);
	compare(1024, 384, 384);
	compare(1024, 1536, 384);
	compare(1024, 384, 1536);
	compare(1024, 3072, 768);
	compare(256, 256, 32);
	compare(128, 128, 64);
	compare(32, 1536, 384);
	compare(1, 1536, 384);
	compare(1024, 4200, 384);
	return 0;
}
