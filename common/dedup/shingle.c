#include "dedup/shingle.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/datatrove.h"
#include "text/word.h"

/* What a byte or code point becomes in the plain text. */
enum kind { UNKNOWN, LETTER, BLANK, DIGIT, ALONE, NOTHING };

/* A code point made plain, found once. */
struct shingle_plain {
	uint8_t kind, len;
	char p
	    [14]; /* UTF-8 of a digit, or of a letter, small and without marks */
};

static void
make_plain(struct shingle_plain *plain, uint32_t cp)
{
	char utf8[4];
	struct buf nfd = {0};
	struct str rest;
	uint32_t part;
	size_t len;

	plain->len = 0;
	if (utf8_is_digit(cp)) {
		plain->kind = DIGIT;
		plain->len = (uint8_t)utf8_encode(plain->p, cp);
	} else if (utf8_is_space(cp) || datatrove_is_punct(cp))
		plain->kind = BLANK;
	else if (utf8_is_format(cp))
		plain->kind = NOTHING;
	else {
		len = utf8_encode(utf8, utf8_lower(cp));
		utf8_nfd(&nfd, (struct str){utf8, len});
		for (rest = buf_str(&nfd); rest.len > 0;) {
			part = utf8_take(&rest);
			if (!utf8_is_mark(part) &&
			    plain->len + 4u <= sizeof(plain->p))
				plain->len += (uint8_t)utf8_encode(
				    plain->p + plain->len, part);
		}
		plain->kind = plain->len == 0	  ? NOTHING
			      : word_is_alone(cp) ? ALONE
						  : LETTER;
		buf_release(&nfd);
	}
}

/* Small letters, '0', blank: what ASCII becomes. */
static const char ascii[129] = "                "
			       "                "
			       "                "
			       "0000000000      "
			       " abcdefghijklmno"
			       "pqrstuvwxyz     "
			       " abcdefghijklmno"
			       "pqrstuvwxyz     ";

static uint64_t
mix(uint64_t h, uint64_t w)
{
	h = (h ^ w) * 0x9fb21c651e98df25;
	return h ^ h >> 35;
}

/* Hash the bytes of a word as they come, eight at a time. */
struct word {
	uint64_t hash, part;
	size_t len; /* bytes */
};

static inline void
word_byte(struct word *w, char c)
{
	w->part = w->part << 8 | (unsigned char)c;
	if ((++w->len & 7) == 0) {
		w->hash = mix(w->hash, w->part);
		w->part = 0;
	}
}

static void
word_end(struct shingler *s, struct word *w)
{
	if (w->len == 0)
		return;
	if (s->nword == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 4096;
		s->word = mem_grow(s->word, s->cap, sizeof(*s->word));
	}
	s->word[s->nword++] =
	    mix(mix(w->hash, w->part), w->len + 0x2545f4914f6cdd1d);
	*w = (struct word){0};
}

/* Whether cp, which is followed by rest, is a mark between two digits. */
static bool
is_inner_mark(uint32_t cp, struct str rest)
{
	return (cp == '.' || cp == ',' || cp == 0x60c || cp == 0x66b ||
		   (cp >= 0x2396 && cp <= 0x2398)) &&
	       rest.len > 0 && utf8_is_digit(utf8_take(&rest));
}

/*
 * The number at the front of rest, digits of any script and marks between them,
 * becomes a part of the word; where it ends.  As zero it is "0", and ends before
 * its second mark.
 */
static struct str
take_number(struct word *w, struct str rest, bool zero)
{
	struct str after;
	bool marked = false;
	uint32_t cp;

	if (zero)
		word_byte(w, '0');
	while (rest.len > 0) {
		after = rest;
		cp = utf8_take(&after);
		if (!utf8_is_digit(cp)) {
			if ((zero && marked) || !is_inner_mark(cp, after))
				break;
			marked = true;
		}
		for (; rest.p < after.p; rest.p++)
			if (!zero)
				word_byte(w, *rest.p);
		rest = after;
	}
	return rest;
}

/* Whether the text goes on with a minus or a point, and a digit. */
static bool
starts_number(struct str text)
{
	return text.len > 1 && (text.p[0] == '-' || text.p[0] == '.') &&
	       text.p[1] >= '0' && text.p[1] <= '9';
}

static void
put_plain(struct shingler *s, struct word *w, const struct shingle_plain *plain)
{
	size_t i;

	if (plain->kind == BLANK || plain->kind == ALONE)
		word_end(s, w);
	if (plain->kind == LETTER || plain->kind == ALONE)
		for (i = 0; i < plain->len; i++)
			word_byte(w, plain->p[i]);
	if (plain->kind == ALONE)
		word_end(s, w);
}

/* The run of ASCII letters at p; where it ends. */
static const char *
take_letters(struct word *word, const char *p, const char *end)
{
	struct word w = *word;
	char c;

	for (; p < end && (unsigned char)*p < 0x80; p++) {
		c = ascii[(unsigned char)*p];
		if (c < 'a')
			break;
		word_byte(&w, c);
	}
	*word = w;
	return p;
}

void
shingle_words(struct shingler *s, struct str text)
{
	const char *end = text.p + text.len;
	struct shingle_plain far = {0}, *plain;
	const bool zero = s->zero_digits;
	struct word w = {0};
	uint32_t cp;
	char c;

	if (s->plain == NULL)
		s->plain = mem_zeroed(0x10000, sizeof(*s->plain));
	s->nword = 0;
	while (text.len > 0) {
		if ((unsigned char)*text.p < 0x80) {
			c = ascii[(unsigned char)*text.p];
			if (c == '0') {
				text = take_number(&w, text, zero);
				continue;
			}
			if (c == ' ') {
				if (!zero && w.len == 0 && starts_number(text))
					word_byte(&w, *text.p);
				else
					word_end(s, &w);
				text.p++;
			} else
				text.p = take_letters(&w, text.p, end);
			text.len = (size_t)(end - text.p);
			continue;
		}
		struct str before = text;

		cp = utf8_take(&text);
		plain = cp < 0x10000 ? &s->plain[cp] : &far;
		if (plain == &far || plain->kind == UNKNOWN)
			make_plain(plain, cp);
		if (plain->kind == DIGIT)
			text = take_number(&w, before, zero);
		else
			put_plain(s, &w, plain);
	}
	word_end(s, &w);
}

void
shingle_runs(struct shingler *s, size_t n)
{
	size_t i, j, nrun;
	uint64_t h;

	nrun = s->nword >= n ? s->nword - n + 1 : s->nword > 0;
	if (s->nword < n)
		n = s->nword;
	if (nrun > s->run_cap) {
		s->run_cap = nrun + nrun / 2;
		s->run = mem_grow(s->run, s->run_cap, sizeof(*s->run));
	}
	for (i = 0; i < nrun; i++) {
		h = n;
		for (j = 0; j < n; j++)
			h = mix(h, s->word[i + j]);
		s->run[i] = mix(h, n);
	}
	s->nrun = nrun;
}

/* Sort a byte at a time, the least first; small sets by insertion. */
static void
sort(uint32_t *p, uint32_t *spare, size_t n)
{
	uint32_t count[4][256] = {{0}}, sum, c, x;
	uint32_t *from = p, *to = spare, *swap;
	size_t i, j, pass;

	if (n < 32) {
		for (i = 1; i < n; i++) {
			x = p[i];
			for (j = i; j > 0 && p[j - 1] > x; j--)
				p[j] = p[j - 1];
			p[j] = x;
		}
		return;
	}
	for (i = 0; i < n; i++) {
		count[0][p[i] & 255]++;
		count[1][p[i] >> 8 & 255]++;
		count[2][p[i] >> 16 & 255]++;
		count[3][p[i] >> 24]++;
	}
	for (pass = 0; pass < 4; pass++) { /* an even number: back into p */
		for (i = sum = 0; i < 256; i++) {
			c = count[pass][i];
			count[pass][i] = sum;
			sum += c;
		}
		for (i = 0; i < n; i++)
			to[count[pass][from[i] >> 8 * pass & 255]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
}

void
shingle_set(struct shingler *s)
{
	size_t i, n = 0;

	if (s->nrun > s->set_cap) {
		s->set_cap = s->nrun + s->nrun / 2;
		s->set = mem_grow(s->set, s->set_cap, sizeof(*s->set));
		s->spare = mem_grow(s->spare, s->set_cap, sizeof(*s->spare));
	}
	for (i = 0; i < s->nrun; i++)
		s->set[i] = (uint32_t)s->run[i];
	sort(s->set, s->spare, s->nrun);
	for (i = 0; i < s->nrun; i++)
		if (n == 0 || s->set[i] != s->set[n - 1])
			s->set[n++] = s->set[i];
	s->nset = n;
}

double
shingle_jaccard(
    const uint32_t *a, size_t na, const uint32_t *b, size_t nb, double least)
{
	size_t i = 0, j = 0, both = 0, miss = 0, may;

	if (na == 0 && nb == 0)
		return 1;
	/*
	 * If x elements are common, the Jaccard similarity is J = x / (na + nb
	 * - x).  So x must be at least J (na + nb) / (1 + J), and all elements
	 * but these may be missing.
	 */
	may = na + nb -
	      (size_t)floor(
		  2 * least / (1 + least) * (double)(na + nb) * (1 - 1e-12));
	while (i < na && j < nb) {
		both += a[i] == b[j];
		miss += a[i] != b[j];
		if (miss > may)
			return 0;
		if (a[i] == b[j]) {
			i++;
			j++;
		} else if (a[i] < b[j])
			i++;
		else
			j++;
	}
	return (double)both / (double)(na + nb - both);
}

void
shingle_release(struct shingler *s)
{
	free(s->word);
	free(s->run);
	free(s->set);
	free(s->spare);
	free(s->plain);
	*s = (struct shingler){0};
}
