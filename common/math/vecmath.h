/*
 * vecmath - what is said of vectors in one line, for inner loops
 *
 * Inline, so that it is compiled for the processor that its caller is compiled
 * for: mark that one CPU_CLONES.  Each entry is computed by itself, so that
 * wider registers change no bit.
 */

#ifndef VECMATH_H
#define VECMATH_H

#include <stddef.h>

/* y[0..n) += a x[0..n); the two do not overlap. */
static inline void
vecmath_axpy(float *restrict y, float a, const float *restrict x, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] += a * x[i];
}

#endif
