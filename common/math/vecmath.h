/*
 * vecmath - what is said of vectors in one line, for inner loops
 *
 * Inline, so that it is compiled for the processor that its caller is compiled
 * for: mark that one CPU_CLONES.  Each entry is computed by itself, so that
 * wider registers change no bit.
 */

#ifndef VECMATH_H
#define VECMATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* y[0..n) += a x[0..n); the two do not overlap. */
static inline void
vecmath_axpy(float *restrict y, float a, const float *restrict x, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] += a * x[i];
}

/* Whether none of x[0..n) is infinite or NaN, by its bits alone. */
static inline bool
vecmath_finite(const float *x, size_t n)
{
	uint32_t bits, odd = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy(&bits, x + i, sizeof(bits));
		odd |= (bits & 0x7f800000) == 0x7f800000;
	}
	return odd == 0;
}

#endif
