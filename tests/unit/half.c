/* half: float16 both ways, and vectors as base64 */

#include "math/half.h"

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
		off = fabs(fabs((double)x) - (double)half_float((uint16_t)h));
		if (off < least || (off == least && h % 2 == 0)) {
			least = off;
			best = h;
		}
	}
	return (uint16_t)(best | (signbit(x) ? 0x8000 : 0));
}

/* half_unit() of numbers of every size against half_of(), bit by bit. */
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
			want[i] = half_float(
			    half_of((float)(x[i] * (1 / sqrt(sum)))));
		half_unit(x, N);
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
			good &= half_of(half_float((uint16_t)h)) == h;
	ok(good, "every float16 comes back");
	ok(half_float(0x3c00) == 1 && half_float(0xc000) == -2 &&
		half_float(1) == 0x1p-24f && half_float(0x7bff) == 65504,
	    "known values");
	ok(half_of(65519) == 0x7bff && half_of(65520) == 0x7c00 &&
		half_of(INFINITY) == 0x7c00 && (half_of(NAN) & 0x7fff) > 0x7c00,
	    "the upper end");
	rng_init(&rng, 1);
	for (good = true, i = 0; i < 300; i++) {
		float v = (float)(rng_normal(&rng) *
				  pow(2, (double)rng_below(&rng, 40) - 28));
		good &= half_of(v) == naive(v);
	}
	ok(good, "to nearest, as by trying all");
	for (good = true, h = 0; h < 0x7bff; h += 7) {
		float mid =
		    (half_float((uint16_t)h) + half_float((uint16_t)(h + 1))) /
		    2;
		good &= half_of(mid) == (h % 2 == 0 ? h : h + 1);
	}
	ok(good, "ties to even");
	ok(half_bfloat(0x3f80) == 1, "bfloat16");

	for (good = true, n = 1; n <= 7; n++) {
		b.len = 0;
		half_format(&b, x, n);
		good &= half_count(buf_str(&b)) == n &&
			half_parse(buf_str(&b), y, n) &&
			memcmp(x, y, n * sizeof(*x)) == 0;
		good &= !half_parse(buf_str(&b), y, n + 1);
	}
	ok(good, "base64 and back, every padding");
	b.len = 0;
	half_format(&b, (float[]){1, -2}, 2);
	ok(str_eq(buf_str(&b), STR("ADwAwA==")), "as other programs write it");
	ok(!half_parse(STR("ADwAwA"), y, 2) && !half_parse(STR(""), y, 0) &&
		!half_parse(STR("AD*AwA=="), y, 2) &&
		!half_parse(STR("===="), y, 1) && half_count(STR("AAA=")) == 1,
	    "what is no base64");
	ok(!half_parse(STR("AHw="), y, 1), "no infinity");

	for (i = 0; i < 3; i++)
		z[i] = (float)(i + 1);
	half_unit(z, 3);
	for (i = 0; i < 3; i++)
		sum += (double)z[i] * (double)z[i];
	ok(fabs(sum - 1) < 1e-3 && half_float(half_of(z[2])) == z[2],
	    "unit length in float16");
	ok(unit_is_half(&rng), "unit length is rounded as one number is");
	z[0] = z[1] = z[2] = 0;
	half_unit(z, 3);
	ok(z[0] == 0 && z[2] == 0, "zeros stay");
	buf_release(&b);
	return tap_done();
}
