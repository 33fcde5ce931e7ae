/*
 * utf8 - code points (the only door to utf8proc)
 *
 * Functions over text take any bytes: what is no UTF-8 reads as U+FFFD, one
 * for each maximal subpart (Unicode 15, 3.9, as the WHATWG decoder does).
 */

#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

/* The number of bytes of the longest prefix of s that is valid UTF-8. */
size_t utf8_valid(struct str s);

/* Bytes of the valid sequence at p, 1 to 4; 0 where there is none. */
size_t utf8_length(const char *p, const char *end);

/*
 * How many code points s has if it is valid: bytes that do not continue a
 * sequence, eight at a time.  Inline, since most s are single words.
 */
static inline size_t
utf8_count(struct str s)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t w;
	size_t i, n = s.len;

	for (i = 0; i + 8 <= s.len; i += 8) {
		memcpy(&w, s.p + i, 8);
		w = w >> 7 & ~w >> 6 & ones; /* of 10xxxxxx */
		n -= w * ones >> 56;
	}
	for (; i < s.len; i++)
		n -= ((unsigned char)s.p[i] & 0xc0) == 0x80;
	return n;
}

/* Take one code point off the front of s; s must not be empty. */
uint32_t utf8_take(struct str *s);

/* Write cp as UTF-8, 1 to 4 bytes; returns how many. */
size_t utf8_encode(char dst[4], uint32_t cp);
void utf8_put(struct buf *b, uint32_t cp);

/*
 * Copy s, with U+FFFD for each maximal subpart of invalid bytes; returns how
 * many there were.
 */
size_t utf8_repair(struct buf *b, struct str s);

/* Unicode classes; ASCII answers come from a table. */
bool utf8_is_space(uint32_t cp);	/* White_Space */
bool utf8_is_alpha(uint32_t cp);	/* general category L */
bool utf8_is_digit(uint32_t cp);	/* Nd */
bool utf8_is_punct(uint32_t cp);	/* P */
bool utf8_is_upper(uint32_t cp);	/* Lu, Lt */
bool utf8_is_mark(uint32_t cp);		/* Mn */
bool utf8_is_format(uint32_t cp);	/* Cf */
const char *utf8_category(uint32_t cp); /* "Lu", "Zs", ... */

uint32_t utf8_lower(uint32_t cp); /* simple, no locale */

/* Bytes of the first grapheme cluster (UAX 29) of s, which isn't empty. */
size_t utf8_grapheme(struct str s);

/*
 * s without format characters (general category Cf: zero-width blanks and
 * joiners, soft hyphens, marks of direction), or as it is if it has none;
 * borrowed from b.
 */
struct str utf8_visible(struct buf *b, struct str s);

/*
 * s in Unicode normal form C, or as it is if it is so already; borrowed from b.
 */
struct str utf8_nfc(struct buf *b, struct str s);

/* s in Unicode normal form KC, or as it is if it is ASCII; borrowed from b. */
struct str utf8_nfkc(struct buf *b, struct str s);

/* Append s decomposed (NFD), case kept. */
void utf8_nfd(struct buf *b, struct str s);

#endif
