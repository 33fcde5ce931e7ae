/*
 * scan: words and counts 64 bytes at a time, compared with a twin that takes
 * one character after the other
 */

#include "quality/scan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"

/* Pieces from which texts are drawn, and the class of each within a word. */
enum kind { SPACE, PUNCT, POINT, COMMA, DIGIT, ALPHA, IDEOGRAPH, MARK };
static const struct piece {
	const char *s;
	enum kind kind;
} piece[] = {{" ", SPACE}, {"\n", SPACE}, {"\xc2\xa0", SPACE},
    {"\xe3\x80\x80", SPACE}, {"-", PUNCT}, {"#", PUNCT}, {"\x7f", PUNCT},
    {"@", PUNCT}, {"`", PUNCT}, {"[", PUNCT}, {"{", PUNCT}, {"/", PUNCT},
    {":", PUNCT}, {"\xe2\x80\xa6", PUNCT}, {"\xe2\x80\x99", PUNCT},
    {"\xf0\x9f\x98\x80", PUNCT}, {".", POINT}, {".", POINT}, {".", POINT},
    {"'", POINT}, {",", COMMA}, {"0", DIGIT}, {"9", DIGIT}, {"\xd9\xa1", DIGIT},
    {"a", ALPHA}, {"Z", ALPHA}, {"z", ALPHA}, {"A", ALPHA}, {"_", ALPHA},
    {"\xc3\xa9", ALPHA}, {"\xd0\xb6", ALPHA}, {"\xea\xb0\x80", ALPHA},
    {"\xe4\xb8\xad", IDEOGRAPH}, {"\xe0\xb8\x81", IDEOGRAPH},
    {"\xcc\x81", MARK}};
enum { NPIECE = sizeof(piece) / sizeof(piece[0]), MAX = 400 };

static bool
ascii(const struct piece *p)
{
	return (p->s[0] & 0x80) == 0;
}

/* What the i-th of n drawn pieces means for the word that it may continue. */
static enum kind
kind_at(const struct piece *const drawn[], size_t i, size_t n, enum kind before)
{
	const struct piece *next = i + 1 < n ? drawn[i + 1] : NULL;
	bool digit = next != NULL && ascii(next) && next->kind == DIGIT;
	bool letter = next != NULL && ascii(next) && next->kind == ALPHA;

	switch (drawn[i]->kind) {
	case MARK:
		return before > COMMA ? before : PUNCT;
	case POINT:
		return (before == DIGIT || before == ALPHA) && (digit || letter)
			   ? before
			   : PUNCT;
	case COMMA:
		return before == DIGIT && digit ? before : PUNCT;
	default:
		return drawn[i]->kind;
	}
}

static struct scan_count
twin(
    const struct piece *const drawn[], size_t n, struct ngram *gram, char *text)
{
	struct scan_count c = {0};
	enum kind kind, before = PUNCT;
	size_t i, nchar = 0, ntoken = 0;
	bool plain = false, alpha = false, goes_on, gap;
	char *p = text, *token = text;

	for (i = 0; i <= n; i++) {
		kind = i < n ? kind_at(drawn, i, n, before) : SPACE;
		goes_on = kind == IDEOGRAPH && drawn[i]->kind == MARK;
		if (ntoken > 0 && !goes_on &&
		    (kind <= COMMA || kind == IDEOGRAPH ||
			before == IDEOGRAPH)) {
			ngram_add(gram,
			    (struct str){token, (size_t)(p - token)}, ntoken,
			    false);
			ntoken = 0;
		}
		if (kind > COMMA && ntoken++ == 0)
			token = p;
		c.nalone += kind == IDEOGRAPH && !goes_on;
		gap = kind == SPACE || kind == IDEOGRAPH;
		plain |= !gap && kind > COMMA;
		alpha |= !gap && kind > DIGIT;
		nchar += !gap;
		if (gap && nchar > 0) {
			c.nword += plain;
			c.nchar += plain ? nchar : 0;
			c.nalpha += alpha;
			nchar = 0;
			plain = alpha = false;
		}
		c.nhash += i < n && drawn[i]->s[0] == '#';
		c.nellipsis +=
		    i < n && strcmp(drawn[i]->s, "\xe2\x80\xa6") == 0;
		before = kind;
		p += i < n ? strlen(drawn[i]->s) : 0;
	}
	for (p = text; *p != '\0';)
		if (strncmp(p, "...", 3) == 0 || strncmp(p, ". . .", 5) == 0) {
			p += p[1] == '.' ? 3 : 5;
			c.nellipsis++;
		} else
			p++;
	return c;
}

static bool
same_words(const struct ngram *a, const struct ngram *b)
{
	size_t i;

	for (i = 0; i < a->nword && i < b->nword; i++)
		if (a->word[i].s.p != b->word[i].s.p ||
		    a->word[i].s.len != b->word[i].s.len ||
		    a->word[i].nchar != b->word[i].nchar)
			return false;
	return a->nword == b->nword;
}

static void
against_twin(void)
{
	const struct piece *drawn[MAX];
	struct ngram a = {0}, b = {0};
	struct scan_count ca, cb;
	bool words = true, counts = true;
	struct rng r;
	size_t round, i, n, len, from;
	char *text;

	rng_init(&r, 11);
	for (round = 0; round < 20000 && words && counts; round++) {
		n = rng_below(&r, MAX);
		/*
		 * Some texts are ASCII alone, and some have only few classes.
		 */
		from = rng_below(&r, NPIECE);
		for (i = len = 0; i < n; i++) {
			drawn[i] = &piece[from + rng_below(&r, NPIECE - from)];
			if (rng_below(&r, 3) > 0)
				drawn[i] = &piece[24 + rng_below(&r, 4)];
			len += strlen(drawn[i]->s);
		}
		/*
		 * A copy of exactly its size, so that reading one byte too
		 * many is noticed.
		 */
		text = malloc(len + 1);
		for (text[0] = '\0', i = len = 0; i < n; i++)
			len += (size_t)sprintf(text + len, "%s", drawn[i]->s);
		ngram_clear(&a);
		ngram_clear(&b);
		cb = twin(drawn, n, &b, text);
		ca = scan_words(&a, (struct str){text, len});
		words = same_words(&a, &b);
		counts = memcmp(&ca, &cb, sizeof(ca)) == 0;
		free(text);
	}
	ok(words, "words are those of the twin");
	ok(counts, "counts are those of the twin");
	ngram_release(&a);
	ngram_release(&b);
}

int
main(void)
{
	struct ngram gram = {0};
	struct scan_count n = scan_words(&gram, STR(""));

	ok(n.nword == 0 && n.nalone == 0 && gram.nword == 0,
	    "an empty text has no words");
	n = scan_words(&gram, STR("don't 3.14 1,000 x,y #1 -- wait..."));
	ok(n.nword == 6 && n.nalpha == 3 && n.nchar == 26 && n.nhash == 1 &&
		n.nellipsis == 1 && gram.nword == 7,
	    "a text by hand");
	ngram_clear(&gram);
	n = scan_words(&gram,
	    STR("\xe5\x8c\x97\xe4\xba\xac 3 ab\xe0\xb8\x81\xe0\xb9\x87"));
	ok(n.nword == 2 && n.nalpha == 1 && n.nchar == 3 && n.nalone == 3 &&
		gram.nword == 5,
	    "letters of scripts without spaces");
	ngram_release(&gram);
	against_twin();
	return tap_done();
}
