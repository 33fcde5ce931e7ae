#include "gemm.h"

#include <blis.h>
#include <stdbool.h>
#include <stdlib.h>

/*
 * BLIS 0.9 counts the FMA units of a processor by its name, and takes its AVX2
 * kernels where the name is masked.  0 is the AVX-512 ("skx") family.
 */
static void
choose_kernel(void)
{
	static bool chosen;

	if (chosen)
		return;
	chosen = true;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl"))
		setenv("BLIS_ARCH_TYPE", "0", 0);
#endif
}

/* c = a b + beta c, of any strides (row, column). */
static void
multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row,
    size_t a_col, const float *b, size_t b_row, size_t b_col, float beta,
    float *c, size_t c_stride)
{
	rntm_t rntm = BLIS_RNTM_INITIALIZER;
	float one = 1;

	if (m == 0 || n == 0)
		return;
	choose_kernel();
	/* its kernels for small matrices sum in other orders */
	bli_rntm_disable_l3_sup(&rntm);
	bli_rntm_set_num_threads(1, &rntm);
	bli_sgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, (dim_t)m, (dim_t)n,
	    (dim_t)k, &one, (float *)(uintptr_t)a, (inc_t)a_row, (inc_t)a_col,
	    (float *)(uintptr_t)b, (inc_t)b_row, (inc_t)b_col, &beta, c,
	    (inc_t)c_stride, 1, NULL, &rntm);
}

void
gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	multiply(m, n, k, a, a_stride, 1, b, 1, b_stride, beta, c, c_stride);
}

void
gemm_nn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	multiply(m, n, k, a, a_stride, 1, b, b_stride, 1, beta, c, c_stride);
}

void
gemm_tn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	multiply(m, n, k, a, 1, a_stride, b, b_stride, 1, beta, c, c_stride);
}
