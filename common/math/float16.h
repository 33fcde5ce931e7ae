/*
 * float16 - float16 (IEEE 754 binary16), and vectors of it as text
 *
 * The "vec" of a record is base64 (RFC 4648, 4, with padding) of little-endian
 * float16.
 */

#ifndef FLOAT16_H
#define FLOAT16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

uint16_t float16_of(float x); /* to nearest, ties to even */
float float16_float(uint16_t h);
float float16_bfloat(uint16_t h); /* bfloat16 */

/* Scale x[0..n) to unit length, then round it to float16; zeros stay zeros. */
void float16_unit(float *x, size_t n);

/* Append x[0..n), each of them a float16, as base64. */
void float16_format(struct buf *b, const float *x, size_t n);

/*
 * Read n float16 from base64 into x: false if text is anything else, or holds
 * an infinity or NaN.
 */
bool float16_parse(struct str text, float *x, size_t n);

/* How many float16 the base64 text holds; 0 if that is no whole number. */
size_t float16_count(struct str text);

#endif
