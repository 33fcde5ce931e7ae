#include "math/float16.h"

#include <math.h>

#include "math/cpu.h"

static const char digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint16_t
float16_of(float x)
{
	uint32_t bits, sign, rest, shift;

	memcpy(&bits, &x, sizeof(bits));
	sign = bits >> 16 & 0x8000;
	bits &= 0x7fffffff;
	if (bits > 0x7f800000)
		return (uint16_t)(sign | 0x7e00); /* NaN */
	if (bits >= 0x47800000)
		return (uint16_t)(sign | 0x7c00); /* 65536 and more */
	if (bits < 0x33000000)
		return (uint16_t)sign; /* under half the least of all */
	if (bits < 0x38800000) {
		/*
		 * subnormal: the mantissa with its leading 1 written out,
		 * shifted down
		 */
		shift = 126 - (bits >> 23);
		bits = (bits & 0x7fffff) | 0x800000;
	} else {
		/* the biases of the two exponents, 127 and 15, differ by 112 */
		shift = 13;
		bits -= 112u << 23;
	}
	rest = bits & ((1u << shift) - 1);
	bits >>= shift;
	if (rest > 1u << (shift - 1) ||
	    (rest == 1u << (shift - 1) && (bits & 1)))
		bits++;
	return (uint16_t)(sign | bits);
}

float
float16_float(uint16_t h)
{
	uint32_t sign = (uint32_t)(h & 0x8000) << 16, bits = h & 0x7fff;
	float x;

	if (bits >= 0x7c00) {
		bits = bits << 13 | 0x7f800000;
	} else if (bits >= 0x400) {
		bits = (bits << 13) + (112u << 23);
	} else {
		x = (float)bits * 0x1p-24f;
		return sign ? -x : x;
	}
	bits |= sign;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

float
float16_bfloat(uint16_t h)
{
	uint32_t bits = (uint32_t)h << 16;
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/*
 * float16_float(float16_of(scale * x)) for numbers of less than 65504, without
 * a branch.  A float16 of 2^-14 or more has 13 bits less of mantissa; one below
 * is a multiple of 2^-24, as is what 0.5 + x can hold.
 */
CPU_CLONES static void
scale_to_half(float *x, size_t n, double scale)
{
	uint32_t bits, sign, large, small;
	float y;
	size_t i;

	for (i = 0; i < n; i++) {
		y = (float)(x[i] * scale);
		memcpy(&bits, &y, sizeof(bits));
		sign = bits & 0x80000000;
		bits ^= sign;
		large = (bits + 0xfff + (bits >> 13 & 1)) & ~(uint32_t)0x1fff;
		y = fabsf(y) + 0.5f;
		y -= 0.5f;
		memcpy(&small, &y, sizeof(small));
		bits = sign | (bits < 0x38800000 ? small : large);
		memcpy(&x[i], &bits, sizeof(bits));
	}
}

void
float16_unit(float *x, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += (double)x[i] * x[i];
	scale_to_half(x, n, sum > 0 ? 1 / sqrt(sum) : 0);
}

void
float16_format(struct buf *b, const float *x, size_t n)
{
	size_t len = 2 * n, i, j, have;
	unsigned char byte[3];
	uint32_t group;
	char *p;

	buf_reserve(b, (len + 2) / 3 * 4);
	p = b->p + b->len;
	for (i = 0; i < len; i += 3) {
		have = len - i < 3 ? len - i : 3;
		for (j = 0; j < 3; j++)
			byte[j] =
			    j < have
				? (unsigned char)(float16_of(x[(i + j) / 2]) >>
						  (i + j) % 2 * 8)
				: 0;
		group =
		    (uint32_t)byte[0] << 16 | (uint32_t)byte[1] << 8 | byte[2];
		*p++ = digit[group >> 18];
		*p++ = digit[group >> 12 & 63];
		*p++ = have > 1 ? digit[group >> 6 & 63] : '=';
		*p++ = have > 2 ? digit[group & 63] : '=';
	}
	b->len = (size_t)(p - b->p);
}

size_t
float16_count(struct str text)
{
	size_t len = text.len / 4 * 3;

	if (text.len == 0 || text.len % 4 != 0)
		return 0;
	if (text.p[text.len - 1] == '=')
		len--;
	if (text.p[text.len - 2] == '=')
		len--;
	return len % 2 == 0 ? len / 2 : 0;
}

static int
value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
float16_parse(struct str text, float *x, size_t n)
{
	size_t i, nbyte = 0, pad = 0;
	uint32_t bits = 0;
	unsigned have = 0;
	uint16_t h = 0;
	int v;

	if (n == 0 || float16_count(text) != n)
		return false;
	while (text.p[text.len - 1 - pad] == '=')
		pad++;
	for (i = 0; i < text.len - pad; i++) {
		if ((v = value(text.p[i])) < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		h = (uint16_t)(h >> 8 | (bits >> have & 0xff) << 8);
		if (++nbyte % 2 == 0) {
			if ((h & 0x7c00) == 0x7c00)
				return false;
			x[nbyte / 2 - 1] = float16_float(h);
		}
	}
	return true;
}
