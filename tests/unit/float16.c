/* float16: conversion both ways, and vectors as base64 */

#include "math/float16.h"

#include <math.h>

#include "base/rng.h"
#include "tap.h"

/* The float16 nearest to x by trying all, ties to the even one. */
static uint16_t
naive(float x)
{
	uint32_t h, best = 0;
	double off, least = INFINITY;

	for (h = 0; h < 0x7c00; h++) {
		off =
		    fabs(fabs((double)x) - (double)float16_float((uint16_t)h));
		if (off < least || (off == least && h % 2 == 0)) {
			least = off;
			best = h;
		}
	}
	return (uint16_t)(best | (signbit(x) ? 0x8000 : 0));
}

/* float16_unit() of numbers of every size against float16_of(), bit by bit. */
static bool
unit_is_half(struct rng *rng)
{
	enum { N = 61 };
	float x[N], want[N];
	double sum;
	bool good = true;
	size_t i, turn;

	for (turn = 0; turn < 500; turn++) {
		for (i = 0; i < N; i++)
			x[i] = (float)(rng_normal(rng) *
				       pow(2, -(double)rng_below(rng, 30)));
		x[turn % N] = -0.0f;
		for (sum = 0, i = 0; i < N; i++)
			sum += (double)x[i] * x[i];
		for (i = 0; i < N; i++)
			want[i] = float16_float(
			    float16_of((float)(x[i] * (1 / sqrt(sum)))));
		float16_unit(x, N);
		good &= memcmp(x, want, sizeof(x)) == 0;
	}
	return good;
}

int
main(void)
{
	float x[7] = {0.5f, -0.25f, 0, 1, -1, 0x1p-24f, 65504}, y[7], z[3];
	struct buf b = {0};
	struct rng rng;
	uint32_t h;
	bool good = true;
	double sum = 0;
	size_t n, i;

	for (h = 0; h < 0x10000; h++)
		if ((h & 0x7fff) <= 0x7c00)
			good &= float16_of(float16_float((uint16_t)h)) == h;
	ok(good, "every float16 comes back");
	ok(float16_float(0x3c00) == 1 && float16_float(0xc000) == -2 &&
		float16_float(1) == 0x1p-24f && float16_float(0x7bff) == 65504,
	    "known values");
	ok(float16_of(65519) == 0x7bff && float16_of(65520) == 0x7c00 &&
		float16_of(INFINITY) == 0x7c00 &&
		(float16_of(NAN) & 0x7fff) > 0x7c00,
	    "the upper end");
	rng_init(&rng, 1);
	for (good = true, i = 0; i < 300; i++) {
		float v = (float)(rng_normal(&rng) *
				  pow(2, (double)rng_below(&rng, 40) - 28));
		good &= float16_of(v) == naive(v);
	}
	ok(good, "to nearest, as by trying all");
	for (good = true, h = 0; h < 0x7bff; h += 7) {
		float mid = (float16_float((uint16_t)h) +
				float16_float((uint16_t)(h + 1))) /
			    2;
		good &= float16_of(mid) == (h % 2 == 0 ? h : h + 1);
	}
	ok(good, "ties to even");
	ok(float16_bfloat(0x3f80) == 1, "bfloat16");

	for (good = true, n = 1; n <= 7; n++) {
		b.len = 0;
		float16_format(&b, x, n);
		good &= float16_count(buf_str(&b)) == n &&
			float16_parse(buf_str(&b), y, n) &&
			memcmp(x, y, n * sizeof(*x)) == 0;
		good &= !float16_parse(buf_str(&b), y, n + 1);
	}
	ok(good, "base64 and back, every padding");
	b.len = 0;
	float16_format(&b, (float[]){1, -2}, 2);
	ok(str_eq(buf_str(&b), STR("ADwAwA==")), "as other programs write it");
	ok(!float16_parse(STR("ADwAwA"), y, 2) &&
		!float16_parse(STR(""), y, 0) &&
		!float16_parse(STR("AD*AwA=="), y, 2) &&
		!float16_parse(STR("===="), y, 1) &&
		float16_count(STR("AAA=")) == 1,
	    "what is no base64");
	ok(!float16_parse(STR("AHw="), y, 1), "no infinity");

	for (i = 0; i < 3; i++)
		z[i] = (float)(i + 1);
	float16_unit(z, 3);
	for (i = 0; i < 3; i++)
		sum += (double)z[i] * (double)z[i];
	ok(fabs(sum - 1) < 1e-3 && float16_float(float16_of(z[2])) == z[2],
	    "unit length in float16");
	ok(unit_is_half(&rng), "unit length is rounded as one number is");
	z[0] = z[1] = z[2] = 0;
	float16_unit(z, 3);
	ok(z[0] == 0 && z[2] == 0, "zeros stay");
	buf_release(&b);
	return tap_done();
}
