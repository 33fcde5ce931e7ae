#include "dedup/shingle.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/datatrove.h"
#include "text/word.h"

/* What a byte or code point becomes in the plain text. */
enum kind { UNKNOWN, LETTER, BLANK, DIGIT, ALONE, NOTHING };

enum { WIDTH = 64 }; /* bytes that are looked at at once */

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

/* Letters of small case, whose bytes after p[0..len) may be read up to p[8). */
static inline void
word_letters(struct word *w, const char *p, size_t len)
{
	uint64_t x;

	for (; len > 0 && (w->len & 7) != 0; len--)
		word_byte(w, *p++);
	for (; len > 0; len -= 8, p += 8) {
		memcpy(&x, p, sizeof(x));
		x = be64toh(x);
		if (len < 8) {
			w->part = x >> (64 - 8 * len);
			w->len += len;
			break;
		}
		w->hash = mix(w->hash, x);
		w->len += 8;
	}
}

static inline void
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
 * Append the number at the front of rest, which is digits of any script with
 * marks between them, to the word; returns where it ends.  With numbers as
 * zero it is "0", and ends before its second mark.
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

/*
 * Take what begins with a digit, with a character beyond ASCII, or with a mark
 * before a digit; returns what follows it.
 */
static struct str
take_other(struct shingler *s, struct word *w, struct str text)
{
	struct shingle_plain far = {0}, *plain;
	const struct str before = text;
	uint32_t cp;

	if (ascii_is_digit((unsigned char)*text.p))
		return take_number(w, text, s->zero_digits);
	cp = utf8_take(&text);
	if (cp < 0x80) { /* of a number, if no word goes before it */
		if (w->len == 0)
			word_byte(w, (char)cp);
		else
			word_end(s, w);
		return text;
	}
	plain = cp < 0x10000 ? &s->plain[cp] : &far;
	if (plain->kind == UNKNOWN)
		make_plain(plain, cp);
	if (plain->kind == DIGIT)
		return take_number(w, before, s->zero_digits);
	put_plain(s, w, plain);
	return text;
}

/* 64 bytes of a text, blanks after its end. */
struct block {
	uint64_t letter;       /* bit i: byte i is a letter of ASCII */
	uint64_t other;	       /* or of what take_other() takes; else a blank */
	bool more;	       /* text after the block */
	char small[WIDTH + 8]; /* its letters in small case */
};

static void
classify(struct block *b, struct str text, bool zero)
{
	uint64_t digit, next;
	size_t i;

	b->more = text.len > WIDTH;
	if (text.len < WIDTH)
		memset(b->small, ' ', WIDTH);
	memcpy(b->small, text.p, b->more ? WIDTH : text.len);
	b->letter = ascii_alpha64(b->small);
	digit = ascii_range64(b->small, '0', '9');
	b->other = digit | ascii_range64(b->small, 0x80, 0xff);
	next = b->more && ascii_is_digit((unsigned char)text.p[WIDTH]);
	if (!zero)
		b->other |= ascii_range64(b->small, '-', '.') &
			    (digit >> 1 | next << (WIDTH - 1));
	for (i = 0; i < WIDTH; i++)
		b->small[i] |= 0x20;
}

/*
 * Take the letters and blanks of a block, from the at-th byte up to the next
 * byte of another kind, or up to the start of a word that may continue in the
 * next block.  Returns where they end.
 */
static size_t
take_plain(struct shingler *s, struct word *w, const struct block *b, size_t at)
{
	const uint64_t others = b->other >> at;
	const size_t end =
	    others != 0 ? at + (size_t)__builtin_ctzll(others) : WIDTH;
	size_t len, begin = at;
	uint64_t rest;

	while (at < end) {
		rest = b->letter >> at;
		if ((rest & 1) == 0) {
			word_end(s, w);
			if (rest == 0)
				break;
			at += (size_t)__builtin_ctzll(rest);
			continue;
		}
		len = ~rest != 0 ? (size_t)__builtin_ctzll(~rest) : WIDTH;
		if (at + len == WIDTH && at > begin && b->more)
			return at;
		word_letters(w, b->small + at, len);
		at += len;
	}
	return end;
}

void
shingle_words(struct shingler *s, struct str text)
{
	struct word w = {0};
	struct block b;
	struct str rest;
	size_t at;

	memset(&b, 0, sizeof(b)); /* what is read after the last letter */
	if (s->plain == NULL)
		s->plain = mem_zeroed(0x10000, sizeof(*s->plain));
	s->nword = 0;
	while (text.len > 0) {
		classify(&b, text, s->zero_digits);
		for (at = 0; at < WIDTH;) {
			at = take_plain(s, &w, &b, at);
			if (at == WIDTH || (b.other >> at & 1) == 0)
				break;
			rest = (struct str){text.p + at, text.len - at};
			at = (size_t)(take_other(s, &w, rest).p - text.p);
		}
		if (at > text.len)
			at = text.len;
		text.p += at;
		text.len -= at;
	}
	word_end(s, &w);
}

/* run[0..nrun), each of n words. */
static inline void
hash_runs(struct shingler *s, const size_t n)
{
	size_t i, j;
	uint64_t h;

	for (i = 0; i < s->nrun; i++) {
		h = n;
		for (j = 0; j < n; j++)
			h = mix(h, s->word[i + j]);
		s->run[i] = mix(h, n);
	}
}

void
shingle_runs(struct shingler *s, size_t n)
{
	s->nrun = s->nword >= n ? s->nword - n + 1 : s->nword > 0;
	if (s->nword < n)
		n = s->nword;
	if (s->nrun > s->run_cap) {
		s->run_cap = s->nrun + s->nrun / 2;
		s->run = mem_grow(s->run, s->run_cap, sizeof(*s->run));
	}
	if (n == 5) /* as it is mostly, without the inner loop */
		hash_runs(s, 5);
	else
		hash_runs(s, n);
}

static void
insert(uint32_t *p, size_t n)
{
	size_t i, j;
	uint32_t x;

	for (i = 1; i < n; i++) {
		x = p[i];
		for (j = i; j > 0 && p[j - 1] > x; j--)
			p[j] = p[j - 1];
		p[j] = x;
	}
}

/*
 * Sort by one byte after the other, the lowest first.  If there are few
 * hashes, their upper halves are hardly ever equal, so sorting by these leaves
 * little for the insertion sort.
 */
static void
sort(uint32_t *p, uint32_t *spare, size_t n)
{
	const size_t first = n < 1 << 14 ? 2 : 0;
	uint32_t count[256], sum, c;
	uint32_t *from = p, *to = spare, *swap;
	size_t i, pass;

	for (pass = n < 32 ? 4 : first; pass < 4; pass++) { /* an even number */
		memset(count, 0, sizeof(count));
		for (i = 0; i < n; i++)
			count[from[i] >> 8 * pass & 255]++;
		for (i = sum = 0; i < 256; i++) {
			c = count[i];
			count[i] = sum;
			sum += c;
		}
		for (i = 0; i < n; i++)
			to[count[from[i] >> 8 * pass & 255]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (n < 1 << 14)
		insert(p, n);
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
