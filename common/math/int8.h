/*
 * int8 - dense layers with eight-bit weights and activations
 *
 * A weight is a whole number of -127..127 times its output's scale, an input
 * one of 0..255 times its row's, from the row's least to its largest.  Two
 * neighbouring weights add up to -128..128, so that AVX2's vpmaddubsw, which
 * saturates at 16 bits, is exact.  All sums are, in 32 bits: AMX, AVX-512 VNNI,
 * AVX2 and plain C give the same numbers, and a row does not depend on the
 * others.
 */

#ifndef INT8_H
#define INT8_H

#include <stddef.h>
#include <stdint.h>

enum int8_path { INT8_PLAIN, INT8_AVX2, INT8_VNNI, INT8_AMX };

struct int8_matrix {
	size_t nout, nin;
	int8_t *weight; /* (nout / 16, nin / 4, 16, 4): padded */
	float *scale;	/* (nout) */
	int32_t *sum;	/* (nout): of its weights */
};

/* Inputs as numbers of 0..255; zeroed is empty. */
struct int8_work {
	size_t size;  /* bytes there is room for */
	uint8_t *row; /* (m and more, nin padded) */
	size_t nrow;
	float *scale;  /* (m) */
	int32_t *zero; /* (m): the number that stands for 0 */
};

/* The fastest path of this processor; asks the kernel for AMX' tiles. */
enum int8_path int8_best(void);

/* From weight (nout, nin), row-major; nin is below 65536.  int8_release(). */
void int8_init(
    struct int8_matrix *a, const float *weight, size_t nout, size_t nin);

/* Free what is held. */
void int8_release(struct int8_matrix *a);

/* y (m, nout) = x (m, nin) times the matrix's transpose, by one path. */
void int8_multiply(const struct int8_matrix *a, enum int8_path path,
    struct int8_work *work, size_t m, const float *x, float *y);

/* Free what is held. */
void int8_work_release(struct int8_work *work);

#endif
