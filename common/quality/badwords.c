#include "quality/badwords.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/line.h"
#include "text/word.h"

struct phrase {
	struct str s;  /* in small letters */
	size_t parent; /* the longest one that it begins with, + 1; 0: none */
};

/*
 * Phrases in the order of bytes.  Those that a text begins with are the last
 * one that is not after it, if it is one, and that one's parents.
 */
struct badwords {
	struct buf bytes, small; /* of the phrases; of the text */
	struct phrase *phrase;	 /* (n) */
	size_t n;
	bool first[256]; /* bytes that phrases begin with */
};

/* Append s in small letters. */
static void
put_lower(struct buf *b, struct str s)
{
	uint32_t cp;

	while (s.len > 0) {
		cp = utf8_take(&s);
		if (cp < 0x80)
			buf_putc(b, ascii_lower((char)cp));
		else
			utf8_put(b, utf8_lower(cp));
	}
}

static int
by_bytes(const void *va, const void *vb)
{
	const struct phrase *a = va, *b = vb;

	return str_cmp(a->s, b->s);
}

struct badwords *
badwords_new(struct str list)
{
	struct badwords *b = mem_zeroed(1, sizeof(*b));
	struct str rest, line;
	struct buf small = {0};
	size_t i, up, n = 0;

	put_lower(&small, list);
	b->bytes = small;
	for (rest = buf_str(&small); line_next(&rest, &line);)
		n += line_strip(line).len > 0;
	b->phrase = mem_zeroed(n + 1, sizeof(*b->phrase));
	for (rest = buf_str(&small); line_next(&rest, &line);) {
		line = line_strip(line);
		if (line.len > 0)
			b->phrase[b->n++].s = line;
	}
	qsort(b->phrase, b->n, sizeof(*b->phrase), by_bytes);
	for (i = 0; i < b->n; i++) {
		b->first[(unsigned char)b->phrase[i].s.p[0]] = true;
		for (up = i; up > 0; up = b->phrase[up - 1].parent)
			if (str_starts(b->phrase[i].s, b->phrase[up - 1].s))
				break;
		b->phrase[i].parent = up;
	}
	return b;
}

void
badwords_free(struct badwords *b)
{
	if (b == NULL)
		return;
	buf_release(&b->bytes);
	buf_release(&b->small);
	free(b->phrase);
	free(b);
}

/* The code point at p, or the one that ends there; a blank where none is. */
static uint32_t
at(const char *p, const char *end)
{
	struct str s = {p, (size_t)(end - p)};

	return s.len > 0 ? utf8_take(&s) : ' ';
}

static uint32_t
before(const char *begin, const char *p)
{
	const char *q = p;

	while (q > begin && p - q < 4 &&
	       (q == p || ((unsigned char)*q & 0xc0) == 0x80))
		q--;
	return q < p ? at(q, p) : ' ';
}

static bool
is_word(uint32_t cp)
{
	const char *c;

	if (cp < 0x80)
		return ascii_is_alnum(cp) || cp == '_';
	c = utf8_category(cp);
	return c[0] == 'L' || c[0] == 'N';
}

/* Whether the phrase at p in text ends there as a word, and began as one. */
static bool
stands(struct str text, const char *p, struct str phrase)
{
	const char *end = p + phrase.len;

	return (!is_word(before(text.p, p)) ||
		   word_is_alone(at(phrase.p, phrase.p + phrase.len))) &&
	       (!is_word(at(end, text.p + text.len)) ||
		   word_is_alone(before(p, end)));
}

/* The longest phrase that stands at p; its bytes, 0 for none. */
static size_t
longest(const struct badwords *b, struct str text, const char *p)
{
	struct str rest = {p, (size_t)(text.p + text.len - p)};
	size_t low = 0, high = b->n, mid;

	while (low < high) { /* the first that is after rest */
		mid = low + (high - low) / 2;
		if (str_cmp(b->phrase[mid].s, rest) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low > 0; low = b->phrase[low - 1].parent)
		if (str_starts(rest, b->phrase[low - 1].s) &&
		    stands(text, p, b->phrase[low - 1].s))
			return b->phrase[low - 1].s.len;
	return 0;
}

size_t
badwords_count(struct badwords *b, struct str text)
{
	struct str small;
	const char *p, *end;
	size_t n = 0, len;

	b->small.len = 0;
	buf_reserve(&b->small, text.len + 1);
	put_lower(&b->small, text);
	small = buf_str(&b->small);
	end = small.p + small.len;
	for (p = small.p; p < end; p += len) {
		len = 1;
		if (!b->first[(unsigned char)*p] ||
		    (p > small.p && ascii_is_alnum((uint32_t)p[-1]) &&
			ascii_is_alnum((uint32_t)*p)))
			continue;
		len = longest(b, small, p);
		n += len > 0;
		len += len == 0;
	}
	return n;
}
