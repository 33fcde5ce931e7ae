/*
 * ascii - classes of ASCII characters, whatever the locale
 *
 * Each takes a character as char, unsigned char or code point; what is beyond
 * ASCII, a negative char too, is in no class and keeps its case.
 *
 * Those that end in 64 classify p[0..64) at once: bit i of the result tells of
 * p[i].
 */

#ifndef ASCII_H
#define ASCII_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline bool
ascii_is_digit(uint32_t c)
{
	return c - '0' < 10;
}

static inline bool
ascii_is_upper(uint32_t c)
{
	return c - 'A' < 26;
}

static inline bool
ascii_is_lower(uint32_t c)
{
	return c - 'a' < 26;
}

static inline bool
ascii_is_alpha(uint32_t c)
{
	return (c | 0x20) - 'a' < 26;
}

static inline bool
ascii_is_alnum(uint32_t c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* The lower case of a letter; anything else as it is. */
static inline char
ascii_lower(char c)
{
	return ascii_is_upper((uint32_t)c) ? (char)(c | 0x20) : c;
}

/*
 * Those of p[0..16), each with the bits of set added, that lie from low to
 * high, which are both of ASCII or both beyond it.
 */
#ifdef __SSE2__
static inline uint64_t
ascii_set16(const char *p, char set, unsigned char low, unsigned char high)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);

	x = _mm_sub_epi8(
	    _mm_or_si128(x, _mm_set1_epi8(set)), _mm_set1_epi8((char)low));
	x = _mm_cmpeq_epi8(
	    x, _mm_min_epu8(x, _mm_set1_epi8((char)(high - low))));
	return (uint64_t)_mm_movemask_epi8(x);
}
#else
static inline uint64_t
ascii_set8(const char *p, char set, unsigned char low, unsigned char high)
{
	const uint64_t each = 0x0101010101010101u, tops = each << 7;
	uint64_t x, y;

	memcpy(&x, p, sizeof(x));
	x = le64toh(x) | (unsigned char)set * each;
	if (low >= 0x80) /* the upper half becomes the lower one */
		x ^= tops;
	y = x & ~tops;
	y = (y + (0x80u - (low & 0x7f)) * each) &
	    ~(y + (0x7fu - (high & 0x7f)) * each) & ~x & tops;
	return (y >> 7) * 0x0102040810204080u >> 56;
}

static inline uint64_t
ascii_set16(const char *p, char set, unsigned char low, unsigned char high)
{
	return ascii_set8(p, set, low, high) | ascii_set8(p + 8, set, low, high)
						   << 8;
}
#endif

static inline uint64_t
ascii_set64(const char *p, char set, unsigned char low, unsigned char high)
{
	return ascii_set16(p, set, low, high) |
	       ascii_set16(p + 16, set, low, high) << 16 |
	       ascii_set16(p + 32, set, low, high) << 32 |
	       ascii_set16(p + 48, set, low, high) << 48;
}

/* Bytes from low to high, which are both of ASCII or both beyond it. */
static inline uint64_t
ascii_range64(const char *p, unsigned char low, unsigned char high)
{
	return ascii_set64(p, 0, low, high);
}

/* Letters of either case. */
static inline uint64_t
ascii_alpha64(const char *p)
{
	return ascii_set64(p, 0x20, 'a', 'z');
}

#endif
