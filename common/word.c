#include "word.h"

#include <endian.h>
#include <stdint.h>

#include "utf8.h"

/* 1: white space; 2: first byte of more than one; 0: part of a word. */
static const unsigned char class[256] = {
    ['\t'] = 1,
    ['\n'] = 1,
    ['\v'] = 1,
    ['\f'] = 1,
    ['\r'] = 1,
    [' '] = 1,
    [0xc2] = 2, /* U+0085, U+00A0 */
    [0xe1] = 2, /* U+1680 */
    [0xe2] = 2, /* U+2000..U+200A, U+2028, U+2029, U+202F, U+205F */
    [0xe3] = 2, /* U+3000 */
};

/* Bytes of the white space at p, 0 if there is none. */
static size_t
space(const char *p, const char *end)
{
	struct str s = {p, (size_t)(end - p)};
	unsigned char c = class[(unsigned char)*p];

	if (c != 2)
		return c;
	return utf8_is_space(utf8_take(&s)) ? (size_t)(s.p - p) : 0;
}

bool
word_next(struct str *rest, struct str *word)
{
	const char *p = rest->p, *end = p + rest->len;
	size_t n = 0;

	while (p < end && (n = space(p, end)) > 0)
		p += n;
	word->p = p;
	while (p < end &&
	       (class[(unsigned char)*p] == 0 || (n = space(p, end)) == 0))
		p++;
	word->len = (size_t)(p - word->p);
	rest->p = p;
	rest->len = (size_t)(end - p);
	return word->len > 0;
}

/*
 * How many words start in 8 bytes of ASCII, the first in the lowest bits.
 * *inside says whether a word is open before them, and then behind them.
 * Sums of bytes below 0x80 carry into the top bit of their own byte alone.
 */
static size_t
ascii_starts(uint64_t bytes, uint64_t *inside)
{
	const uint64_t each = 0x0101010101010101, top = each << 7;
	uint64_t unlike_blank = (bytes ^ each * ' ') + each * 0x7f;
	uint64_t from_tab = bytes + each * (0x80 - '\t');
	uint64_t behind_return = bytes + each * (0x80 - '\r' - 1);
	uint64_t word = unlike_blank & ~(from_tab & ~behind_return) & top;
	uint64_t start = word & ~(word << 8 | *inside << 7);

	*inside = word >> 63;
	return (size_t)((start >> 7) * each >> 56);
}

/* As many as word_next() finds, without a stop at each. */
size_t
word_count(struct str text)
{
	const char *p = text.p, *end = p + text.len;
	uint64_t inside = 0, bytes;
	size_t n = 0, len;
	unsigned white;

	while (p < end) {
		if (end - p >= 8) {
			memcpy(&bytes, p, 8);
			if ((bytes & 0x8080808080808080) == 0) {
				n += ascii_starts(le64toh(bytes), &inside);
				p += 8;
				continue;
			}
		}
		white = class[(unsigned char)*p];
		len = 1;
		if (white == 2) {
			len = space(p, end);
			white = len > 0;
			len += len == 0;
		}
		n += ~white & ~inside & 1;
		inside = ~white & 1;
		p += len;
	}
	return n;
}
