#include "text/word.h"

#include <stdint.h>

#include "base/utf8.h"
#include "math/cpu.h"

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

enum { NLANE = 32, MOST = 255 /* that a lane counts to */ };
typedef uint8_t lanes __attribute__((vector_size(NLANE)));

/* All ones for each byte at p that is white space by itself. */
static inline void
find_blank(lanes *blank, const char *p)
{
	lanes v;

	memcpy(&v, p, sizeof(v));
	*blank = (lanes)(v == ' ') | (lanes)(v - '\t' <= '\r' - '\t');
}

/* Whether white space beyond ASCII may begin at p: a byte of class 2. */
static inline bool
may_be_wide(const char *p)
{
	uint64_t part[NLANE / 8];
	lanes v;

	memcpy(&v, p, sizeof(v));
	v = (lanes)(v == 0xc2) | (lanes)(v - 0xe1 <= 2);
	memcpy(part, &v, sizeof(part));
	return (part[0] | part[1] | part[2] | part[3]) != 0;
}

static inline size_t
sum(const lanes *v)
{
	size_t i, n = 0;

	for (i = 0; i < NLANE; i++)
		n += (*v)[i];
	return n;
}

/*
 * As many as word_next() finds, without a stop at each: a word starts at a byte
 * that is none of white space, behind one that is.
 */
CPU_CLONES size_t
word_count(struct str text)
{
	const char *p = text.p, *end = p + text.len;
	const char *wide = p; /* behind the last of class 2, or the start */
	lanes starts = {0}, here, before;
	size_t n = 0, nadded = 0, len;

	while (p < end) {
		if (p > wide && end - p >= NLANE && !may_be_wide(p)) {
			find_blank(&here, p);
			find_blank(&before, p - 1);
			starts -= ~here & before;
			if (++nadded == MOST) {
				n += sum(&starts);
				starts = (lanes){0};
				nadded = 0;
			}
			p += NLANE;
			continue;
		}
		len = space(p, end);
		if (len == 0)
			n += p == wide || class[(unsigned char)p[-1]] == 1;
		p += len > 0 ? len : 1;
		if (len > 1)
			wide = p;
	}
	return n + sum(&starts);
}
