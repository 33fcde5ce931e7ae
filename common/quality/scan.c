#include "quality/scan.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/word.h"

enum { WIDTH = 64 };

/*
 * What a code point is to a word.  IDEOGRAPH is any letter that is a word of
 * its own (text/word); marks go with it.
 */
enum kind { SPACE, PUNCT, DIGIT, ALPHA, IDEOGRAPH, MARK };

/* Sets of bytes: bit i is byte i of a block. */
struct sets {
	uint64_t token;	    /* of a word of n-grams */
	uint64_t alpha;	    /* of a letter */
	uint64_t digit;	    /* of a digit */
	uint64_t ideograph; /* of one */
	uint64_t space;	    /* white space */
};

struct block {
	struct sets is;
	uint64_t high, inner; /* not ASCII; not the first byte of a character */
	uint64_t point, comma, hash; /* point: apostrophes too */
};

/* What a block needs to know about the blocks before it. */
struct carry {
	struct sets spill; /* of a character across the edge */
	struct sets last;  /* of the last byte, in bit 0 */
	uint64_t plain;	   /* 1: the word that goes on has a token, */
	uint64_t alpha;	   /* 1: and a letter */
	size_t nchar;	   /* its characters */
	const char *token; /* begins here, or NULL */
	bool wide;	   /* and has more than ASCII, perhaps */
};

static enum kind
kind_of(uint32_t cp)
{
	const char *c;

	if (cp >= 0xc0 && cp < 0x250)
		return cp == 0xd7 || cp == 0xf7 ? PUNCT : ALPHA;
	if (cp >= 0x400 && cp < 0x482)
		return ALPHA;
	if (cp >= 0x4e00 && cp < 0xa000)
		return IDEOGRAPH;
	if (cp >= 0xac00 && cp < 0xd7a4)
		return ALPHA;
	if (utf8_is_space(cp))
		return SPACE;
	if (word_is_alone(cp))
		return IDEOGRAPH;
	c = utf8_category(cp);
	return c[0] == 'L'   ? ALPHA
	       : c[0] == 'M' ? MARK
	       : c[0] == 'N' ? DIGIT
			     : PUNCT;
}

/* The sets of 64 bytes, as far as they are ASCII. */
static void
classify(struct block *b, const char *p)
{
	b->is = (struct sets){
	    .alpha = ascii_alpha64(p) | ascii_range64(p, '_', '_'),
	    .digit = ascii_range64(p, '0', '9'),
	    .space = ascii_range64(p, '\t', '\r') | ascii_range64(p, ' ', ' '),
	};
	b->is.token = b->is.alpha | b->is.digit;
	b->high = ascii_range64(p, 0x80, 0xff);
	b->inner = b->high != 0 ? ascii_range64(p, 0x80, 0xbf) : 0;
	b->point = ascii_range64(p, '\'', '\'') | ascii_range64(p, '.', '.');
	b->comma = ascii_range64(p, ',', ',');
	b->hash = ascii_range64(p, '#', '#');
}

/* Put len bytes from the i-th into a set, the rest of them into the next. */
static void
put(uint64_t *set, uint64_t *spill, size_t i, size_t len)
{
	uint64_t bits = ((uint64_t)1 << len) - 1;

	*set |= bits << i;
	if (i + len > WIDTH)
		*spill |= bits >> (WIDTH - i);
}

/*
 * The class of the character before the i-th byte, as a combining mark sees it.
 */
static enum kind
before(const struct block *b, const struct carry *c, size_t i)
{
	struct sets s = c->last;

	if (i > 0)
		s = (struct sets){b->is.token >> (i - 1),
		    b->is.alpha >> (i - 1), b->is.digit >> (i - 1),
		    b->is.ideograph >> (i - 1), 0};
	return (s.token & 1) == 0  ? PUNCT
	       : (s.ideograph & 1) ? IDEOGRAPH
	       : (s.digit & 1)	   ? DIGIT
				   : ALPHA;
}

/* Enter what isn't ASCII; p is the block in the text.  Returns ellipses. */
static size_t
widen(struct block *b, struct carry *c, const char *p, const char *end)
{
	uint64_t first;
	struct sets *is = &b->is, *spill = &c->spill;
	struct str rest;
	uint32_t cp;
	size_t i, len, nellipsis = 0;
	enum kind kind;

	is->token |= spill->token;
	is->alpha |= spill->alpha;
	is->digit |= spill->digit;
	is->ideograph |= spill->ideograph;
	is->space |= spill->space;
	*spill = (struct sets){0};
	for (first = b->high & ~b->inner; first != 0; first &= first - 1) {
		i = (size_t)__builtin_ctzll(first);
		rest = (struct str){p + i, (size_t)(end - p) - i};
		cp = utf8_take(&rest);
		len = (size_t)(rest.p - p) - i;
		nellipsis += cp == 0x2026;
		kind = kind_of(cp);
		if (kind == MARK) {
			kind = before(b, c, i);
			if (kind == IDEOGRAPH) /* the same word goes on */
				b->inner |= (uint64_t)1 << i;
		}
		if (kind == SPACE)
			put(&is->space, &spill->space, i, len);
		if (kind <= PUNCT)
			continue;
		put(&is->token, &spill->token, i, len);
		if (kind == DIGIT)
			put(&is->digit, &spill->digit, i, len);
		else
			put(&is->alpha, &spill->alpha, i, len);
		if (kind == IDEOGRAPH)
			put(&is->ideograph, &spill->ideograph, i, len);
	}
	return nellipsis;
}

static size_t
count_bits(uint64_t x)
{
	return (size_t)__builtin_popcountll(x);
}

/*
 * Count the words between white space and ideographs.  A trick finds the words
 * that have a byte of some set: if the bits of the set are added to the runs
 * of the words' bytes, a carry reaches the byte after a word exactly if the
 * word has one of them.
 */
static void
count_words(struct scan_count *n, const struct block *b, struct carry *c)
{
	uint64_t word = ~(b->is.space | b->is.ideograph);
	uint64_t plain, alpha, ends, marks, part;
	size_t i, start;
	bool over;

	over = __builtin_add_overflow(word, b->is.token & word, &plain);
	over |= __builtin_add_overflow(plain, c->plain, &plain);
	c->plain = over;
	over = __builtin_add_overflow(word, b->is.alpha & word, &alpha);
	over |= __builtin_add_overflow(alpha, c->alpha, &alpha);
	c->alpha = over;
	ends = ~word & (word << 1 | (~(c->last.space | c->last.ideograph) & 1));
	n->nalone += count_bits(b->is.ideograph & ~b->inner);
	n->nword += count_bits(plain & ~word);
	n->nalpha += count_bits(alpha & ~word);
	n->nchar += count_bits(word & ~b->inner);
	for (marks = ends & ~plain; marks != 0; marks &= marks - 1) {
		i = (size_t)__builtin_ctzll(marks);
		part = ((uint64_t)1 << i) - 1;
		if ((part & ~word) == 0)
			n->nchar -= c->nchar;
		else {
			start = WIDTH - (size_t)__builtin_clzll(part & ~word);
			part &= ~(uint64_t)0 << start;
		}
		n->nchar -= count_bits(part & ~b->inner);
	}
	if (word == ~(uint64_t)0)
		c->nchar += count_bits(~b->inner);
	else {
		/* After the last gap, which may be byte 63. */
		start = WIDTH - (size_t)__builtin_clzll(~word);
		part = start < WIDTH ? ~(uint64_t)0 << start : 0;
		c->nchar = count_bits(part & ~b->inner);
	}
}

static void
add_tokens(
    struct ngram *gram, const struct block *b, struct carry *c, const char *p)
{
	const struct sets *is = &b->is;
	uint64_t before_token = is->token << 1 | c->last.token;
	uint64_t before_ideograph = is->ideograph << 1 | c->last.ideograph;
	uint64_t starts, ends;
	struct str token;
	const char *end;

	starts = is->token & ~b->inner &
		 (~before_token | is->ideograph | before_ideograph);
	ends = before_token & (~is->token | starts);
	c->wide |= b->high != 0;
	if (c->token == NULL && starts != 0) {
		c->token = p + __builtin_ctzll(starts);
		starts &= starts - 1;
	}
	for (; ends != 0; ends &= ends - 1) {
		end = p + __builtin_ctzll(ends);
		token = (struct str){c->token, (size_t)(end - c->token)};
		ngram_add(gram, token, c->wide ? utf8_count(token) : token.len,
		    false);
		c->token = starts != 0 ? p + __builtin_ctzll(starts) : NULL;
		starts &= starts - 1;
	}
	c->wide = c->token != NULL && b->high != 0;
}

/* "..." and ". . .", each byte counting once. */
static size_t
count_dots(struct str text)
{
	const char *p = text.p, *end = p + text.len;
	size_t n = 0;

	while ((p = memchr(p, '.', (size_t)(end - p))) != NULL) {
		if (end - p >= 3 && memcmp(p, "...", 3) == 0)
			p += 3;
		else if (end - p >= 5 && memcmp(p, ". . .", 5) == 0)
			p += 5;
		else {
			p++;
			continue;
		}
		n++;
	}
	return n;
}

struct scan_count
scan_words(struct ngram *gram, struct str text)
{
	struct scan_count n = {.nellipsis = count_dots(text)};
	struct carry c = {.last.space = 1};
	struct block b;
	struct sets *is = &b.is;
	uint64_t ascii, before_digit, next;
	char tail[WIDTH];
	const char *p, *end = text.p + text.len;
	size_t at;

	gram->end = end;
	/* White space after the text ends its last word. */
	for (at = 0; at <= text.len; at += WIDTH) {
		p = text.p + at;
		if (text.len - at < WIDTH) {
			memset(tail, ' ', WIDTH);
			memcpy(tail, p, text.len - at);
			classify(&b, tail);
		} else
			classify(&b, p);
		ascii = is->token;
		next = is->digit;
		if ((b.high | c.spill.token | c.spill.space) != 0)
			n.nellipsis += widen(&b, &c, p, end);
		/* Points between letters and digits, commas between digits. */
		ascii >>= 1;
		next >>= 1;
		if (end - p > WIDTH && p[WIDTH] >= '0' && p[WIDTH] <= '9') {
			ascii |= (uint64_t)1 << 63;
			next |= (uint64_t)1 << 63;
		} else if (end - p > WIDTH && (((p[WIDTH] | 0x20) >= 'a' &&
						   (p[WIDTH] | 0x20) <= 'z') ||
						  p[WIDTH] == '_'))
			ascii |= (uint64_t)1 << 63;
		before_digit = is->digit << 1 | c.last.digit;
		is->token |= b.point & ascii & (is->token << 1 | c.last.token) &
			     ~(is->ideograph << 1 | c.last.ideograph);
		is->token |= b.comma & next & before_digit;
		n.nhash += count_bits(b.hash);
		count_words(&n, &b, &c);
		add_tokens(gram, &b, &c, p);
		c.last = (struct sets){is->token >> 63, is->alpha >> 63,
		    is->digit >> 63, is->ideograph >> 63, is->space >> 63};
	}
	return n;
}
