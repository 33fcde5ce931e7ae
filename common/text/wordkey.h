/*
 * wordkey - words as whole keys of hash tables
 *
 * Most words have no more than 16 bytes: their first and last eight and their
 * length are the word itself, so that a table that holds these compares no
 * other memory.  Of a longer one the key is a hash: words of equal keys must
 * then be compared.
 */

#ifndef WORDKEY_H
#define WORDKEY_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

enum { WORDKEY_WHOLE = 16 }; /* bytes of the longest word that is its key */

/* Bytes after a short word's end are zero. */
struct wordkey {
	uint64_t head, tail;
	uint32_t len;
	uint32_t value; /* what the table's owner keeps with it */
};

/* The n bytes at p, at most eight; what lies before end may be read. */
static inline uint64_t
wordkey_load(const char *p, size_t n, const char *end)
{
	uint64_t x = 0;

	if (p + 8 <= end) {
		memcpy(&x, p, 8);
		x = le64toh(x);
		return n < 8 ? x & (((uint64_t)1 << 8 * n) - 1) : x;
	}
	memcpy(&x, p, n);
	return le64toh(x);
}

/* end: as far as the memory that s lies in may be read; NULL: unknown. */
static inline struct wordkey
wordkey_of(struct str s, const char *end)
{
	struct wordkey k = {.len = (uint32_t)s.len};
	size_t n = s.len < 8 ? s.len : 8;

	if (s.len > WORDKEY_WHOLE) {
		k.head = k.tail = hash_64(s.p, s.len, 0);
	} else {
		k.head = wordkey_load(s.p, n, end);
		k.tail = wordkey_load(s.p + s.len - n, n, end);
	}
	return k;
}

static inline bool
wordkey_eq(struct wordkey a, struct wordkey b)
{
	return ((a.head ^ b.head) | (a.tail ^ b.tail) | (a.len ^ b.len)) == 0;
}

/* Where to look for it in a table of a power of two. */
static inline uint64_t
wordkey_hash(struct wordkey k)
{
	uint64_t x = (k.head + k.len) ^ k.tail * 0xff51afd7ed558ccd;

	x *= 0x9e3779b97f4a7c15;
	return x ^ x >> 32;
}

#endif
