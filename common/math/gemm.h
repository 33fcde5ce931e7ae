/*
 * gemm - products of dense matrices (the only door to BLIS)
 *
 * A kernel of our own does what it does a quarter faster than BLIS, as
 * tests/bench/gemm.c measures it: narrow products, as attention has them.
 *
 * Everything is float, row-major, one thread.  Each entry of a product is
 * summed in one order, whatever its place and the size of the matrix: a row
 * multiplied alone gives the bits that it gives among a thousand others.
 */

#ifndef GEMM_H
#define GEMM_H

#include <stddef.h>

/* c (m, n) = a (m, k) b (n, k)^T + beta c; the strides are floats a row. */
void gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride);

/* c (m, n) = a (m, k) b (k, n) + beta c */
void gemm_nn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride);

/* c (m, n) = a (k, m)^T b (k, n) + beta c */
void gemm_tn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride);

#endif
