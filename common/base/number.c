/*
 * The interval of all numbers that round to x has a width w.  With the power of
 * ten 10^k <= w < 10^(k + 1), the interval holds at most one multiple of
 * 10^(k + 1), and that has the fewest digits; else a multiple of 10^k does, one
 * of the two beside x.  Both are found by products of integers with a power of
 * ten, of which 64 bits are kept and the rest is only a bit that says that it
 * is not zero.  R. Giulietti, "The Schubfach way to render doubles", 2020.
 */

#include "base/number.h"

#include <stdbool.h>
#include <string.h>

enum {
	MANTISSA = 23, /* bits */
	BIAS = 150,    /* of the exponent, where the mantissa is an integer */
	POWER_MIN = -31
};

/* 10^(POWER_MIN + i) times the power of two by which it has 64 bits, rounded up. */
static const uint64_t power[] = {
    0x81ceb32c4b43fcf5,
    0xa2425ff75e14fc32,
    0xcad2f7f5359a3b3f,
    0xfd87b5f28300ca0e,
    0x9e74d1b791e07e49,
    0xc612062576589ddb,
    0xf79687aed3eec552,
    0x9abe14cd44753b53,
    0xc16d9a0095928a28,
    0xf1c90080baf72cb2,
    0x971da05074da7bef,
    0xbce5086492111aeb,
    0xec1e4a7db69561a6,
    0x9392ee8e921d5d08,
    0xb877aa3236a4b44a,
    0xe69594bec44de15c,
    0x901d7cf73ab0acda,
    0xb424dc35095cd810,
    0xe12e13424bb40e14,
    0x8cbccc096f5088cc,
    0xafebff0bcb24aaff,
    0xdbe6fecebdedd5bf,
    0x89705f4136b4a598,
    0xabcc77118461cefd,
    0xd6bf94d5e57a42bd,
    0x8637bd05af6c69b6,
    0xa7c5ac471b478424,
    0xd1b71758e219652c,
    0x83126e978d4fdf3c,
    0xa3d70a3d70a3d70b,
    0xcccccccccccccccd,
    0x8000000000000000,
    0xa000000000000000,
    0xc800000000000000,
    0xfa00000000000000,
    0x9c40000000000000,
    0xc350000000000000,
    0xf424000000000000,
    0x9896800000000000,
    0xbebc200000000000,
    0xee6b280000000000,
    0x9502f90000000000,
    0xba43b74000000000,
    0xe8d4a51000000000,
    0x9184e72a00000000,
    0xb5e620f480000000,
    0xe35fa931a0000000,
    0x8e1bc9bf04000000,
    0xb1a2bc2ec5000000,
    0xde0b6b3a76400000,
    0x8ac7230489e80000,
    0xad78ebc5ac620000,
    0xd8d726b7177a8000,
    0x878678326eac9000,
    0xa968163f0a57b400,
    0xd3c21bcecceda100,
    0x84595161401484a0,
    0xa56fa5b99019a5c8,
    0xcecb8f27f4200f3a,
    0x813f3978f8940985,
    0xa18f07d736b90be6,
    0xc9f2c9cd04674edf,
    0xfc6f7c4045812297,
    0x9dc5ada82b70b59e,
    0xc5371912364ce306,
    0xf684df56c3e01bc7,
    0x9a130b963a6c115d,
    0xc097ce7bc90715b4,
    0xf0bdc21abb48db21,
    0x96769950b50d88f5,
    0xbc143fa4e250eb32,
    0xeb194f8e1ae525fe,
    0x92efd1b8d0cf37bf,
    0xb7abc627050305ae,
    0xe596b7b0c643c71a,
    0x8f7e32ce7bea5c70,
    0xb35dbf821ae4f38c,
};

/* Decimal digits and exponent: digits * 10^exponent. */
struct decimal {
	uint32_t digits;
	int exponent;
};

/* floor(log2(10^e)), and floor(log10(2^e)), 3/4 of which 2^e is where cut. */
static int
log2_of_power10(int e)
{
	return e * 1741647 >> 19;
}

static int
log10_of_power2(int e, bool cut)
{
	return (e * 1262611 - (cut ? 524031 : 0)) >> 22;
}

/* The upper bits of a product; the last of them is set if any below is. */
static uint32_t
product(uint64_t g, uint32_t x)
{
	const uint64_t low = (g & UINT32_MAX) * x;
	const uint64_t sum = (g >> 32) * x + (low >> 32);

	return (uint32_t)(sum >> 32) | ((uint32_t)sum > 1);
}

static struct decimal
shortest(uint32_t bits)
{
	const uint32_t fraction = bits & ((1u << MANTISSA) - 1);
	const uint32_t biased = bits >> MANTISSA;
	const uint32_t c = biased > 0 ? fraction | 1u << MANTISSA : fraction;
	const int q = (int)(biased > 0 ? biased : 1) - BIAS;
	const bool cut = fraction == 0 && biased > 1; /* less room below */
	const int k = log10_of_power2(q, cut);
	const int shift = q + log2_of_power10(-k) + 1;
	const uint64_t g = power[-k - POWER_MIN];
	/* the interval and x, four times over, in units of 10^k */
	const uint32_t odd = c & 1; /* then its ends are not of it */
	const uint32_t low = product(g, (4 * c - 2 + cut) << shift) + odd;
	const uint32_t mid = product(g, 4 * c << shift);
	const uint32_t high = product(g, (4 * c + 2) << shift) - odd;
	const uint32_t s = mid / 4, ten = s / 10 * 10;
	bool below, above;

	below = s >= 10 && low <= 4 * ten;
	above = s >= 10 && 4 * ten + 40 <= high;
	if (below != above)
		return (struct decimal){s / 10 + above, k + 1};
	below = low <= 4 * s;
	above = 4 * s + 4 <= high;
	if (below == above)
		above = mid > 4 * s + 2 || (mid == 4 * s + 2 && (s & 1) != 0);
	return (struct decimal){s + above, k};
}

size_t
number_put(char *p, float x)
{
	struct decimal d;
	char digit[10];
	size_t n = 0, len = 0, i;
	uint32_t bits;
	int e;

	if (x == 0) {
		p[0] = '0';
		return 1;
	}
	memcpy(&bits, &x, sizeof(bits));
	if (bits >> 31 != 0)
		p[len++] = '-';
	d = shortest(bits & UINT32_MAX >> 1);
	while (d.digits % 10 == 0) {
		d.digits /= 10;
		d.exponent++;
	}
	for (; d.digits > 0; d.digits /= 10)
		digit[sizeof(digit) - ++n] = (char)('0' + d.digits % 10);
	e = d.exponent + (int)n - 1; /* of the first digit */
	if (e < 0 && e >= -4) {
		memcpy(p + len, "0.000", 5);
		len += (size_t)(1 - e);
		memcpy(p + len, digit + sizeof(digit) - n, n);
		return len + n;
	}
	for (i = 0; i < n; i++) {
		if (i == (e >= 0 && e < (int)n ? (size_t)e + 1 : 1))
			p[len++] = '.';
		p[len++] = digit[sizeof(digit) - n + i];
	}
	if (e >= 0 && e < (int)n)
		return len;
	p[len++] = 'e';
	p[len++] = e < 0 ? '-' : '+';
	e = e < 0 ? -e : e;
	p[len++] = (char)('0' + e / 10);
	p[len++] = (char)('0' + e % 10);
	return len;
}
