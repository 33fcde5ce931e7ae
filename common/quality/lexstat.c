#include "quality/lexstat.h"

#include <math.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/word.h"

enum {
	NSLOT = 1024, /* slots for types, to begin with */
	AHEAD = 16,   /* types whose count is on its way from memory */
	BLOCK = 16    /* bytes that are looked at together */
};

const struct lexstat_metric lexstat_metric[LEXSTAT_NMETRIC] = {
    {"ttr", DIVERSITY_TTR},
    {"fk_grade", LEXSTAT_FK_GRADE},
    {"hapax", DIVERSITY_HAPAX},
    {"types", DIVERSITY_TYPES},
    {"mtld", DIVERSITY_MTLD},
    {"length", DIVERSITY_LENGTH},
    {"flesch", LEXSTAT_FLESCH},
    {"hapax_types", DIVERSITY_HAPAX_TYPES},
    {"guiraud", DIVERSITY_GUIRAUD},
    {"cttr", DIVERSITY_CTTR},
    {"herdan", DIVERSITY_HERDAN},
    {"summer", DIVERSITY_SUMMER},
    {"dugast", DIVERSITY_DUGAST},
    {"maas", DIVERSITY_MAAS},
    {"yule_k", DIVERSITY_YULE_K},
    {"yule_i", DIVERSITY_YULE_I},
    {"herdan_vm", DIVERSITY_HERDAN_VM},
    {"simpson", DIVERSITY_SIMPSON},
    {"honore", DIVERSITY_HONORE},
    {"brunet", DIVERSITY_BRUNET},
    {"sichel", DIVERSITY_SICHEL},
    {"msttr", DIVERSITY_MSTTR},
    {"mattr", DIVERSITY_MATTR},
    {"hdd", DIVERSITY_HDD},
};

struct lexstat_slot {
	uint64_t hash;
	uint32_t number; /* of the type, + 1; or 0 */
	uint32_t nplain; /* how often read_plain() found it */
};

/* What a byte is: to tokens, and to words. */
enum {
	LETTER = 1,   /* the lower case is the byte | 0x20 */
	DELETED = 2,  /* dropped; does not end a token */
	WORDLY = 4,   /* a word is a run with at least one of these */
	STOP = 8,     /* ends a sentence */
	QUOTE = 16,   /* an apostrophe */
	BEYOND = 32,  /* of a longer sequence */
	CONTROL = 64, /* stands as it is */
	WHITE = 128   /* separates words; there are more of them beyond ASCII */
};

static unsigned
byte_class(unsigned char c)
{
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		return LETTER | WORDLY;
	if (c >= '0' && c <= '9')
		return DELETED | WORDLY;
	switch (c) {
	case '-':
		return DELETED;
	case '_':
		return WORDLY;
	case '.':
	case '!':
	case '?':
		return STOP;
	case '\'':
		return QUOTE;
	case ' ':
	case '\t':
	case '\n':
	case '\v':
	case '\f':
	case '\r':
		return WHITE;
	default:
		return c >= 0x80 ? BEYOND : c < 0x20 || c == 0x7f ? CONTROL : 0;
	}
}

void
lexstat_init(struct lexstat *l)
{
	size_t i;

	*l = (struct lexstat){0};
	for (i = 0; i < 256; i++)
		l->class[i] = (unsigned char)byte_class((unsigned char)i);
	syllable_init(&l->syllable);
}

void
lexstat_release(struct lexstat *l)
{
	syllable_release(&l->syllable);
	diversity_release(&l->diversity);
	free(l->token);
	free(l->place);
	free(l->plain_word);
	free(l->slot);
	buf_release(&l->low);
	buf_release(&l->spoken);
}

/*
 * Most words fit one block of bytes: hash both halves of it and fold the
 * product.
 */
static uint64_t
hash_block(const char block[BLOCK], size_t len)
{
	unsigned __int128 product;
	uint64_t low, high;

	memcpy(&low, block, 8);
	memcpy(&high, block + 8, 8);
	product = (unsigned __int128)(low ^ 0x9e3779b97f4a7c15) *
		  (high ^ (0xd1b54a32d192ed03 + len));
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
hash_word(struct str word)
{
	char block[BLOCK] = {0};

	if (word.len > BLOCK)
		return hash_64(word.p, word.len, 0);
	memcpy(block, word.p, word.len);
	return hash_block(block, word.len);
}

static void
grow_slots(struct lexstat *l)
{
	struct lexstat_slot *old = l->slot;
	size_t i, at, nold = l->nslot;

	l->nslot = nold > 0 ? 2 * nold : NSLOT;
	l->slot = mem_zeroed(l->nslot, sizeof(*l->slot));
	for (i = 0; i < nold; i++) {
		if (old[i].number == 0)
			continue;
		for (at = old[i].hash & (l->nslot - 1); l->slot[at].number != 0;
		     at = (at + 1) & (l->nslot - 1))
			;
		l->slot[at] = old[i];
		l->place[old[i].number - 1] = (uint32_t)at;
	}
	free(old);
}

static void
grow_types(struct lexstat *l)
{
	l->type_cap = 2 * l->type_cap + 512;
	l->place = mem_grow(l->place, l->type_cap, sizeof(*l->place));
	l->plain_word =
	    mem_grow(l->plain_word, l->type_cap, sizeof(*l->plain_word));
}

/*
 * Count one token more, and return its slot.  Types are told apart by their
 * hash.  About half of the tokens are of new types, so a branch on that would
 * be mispredicted; the code has none.
 */
static struct lexstat_slot *
add_token(struct lexstat *l, uint64_t hash)
{
	struct lexstat_slot *slot;
	uint32_t is_new;
	size_t at;

	if (2 * ((size_t)l->ntype + 1) > l->nslot)
		grow_slots(l);
	at = hash & (l->nslot - 1);
	while ((l->slot[at].number != 0) & (l->slot[at].hash != hash))
		at = (at + 1) & (l->nslot - 1);
	if (l->ntype + 1 >= l->type_cap)
		grow_types(l);
	slot = &l->slot[at];
	slot->hash = hash;
	l->place[l->ntype] = (uint32_t)at;
	is_new = slot->number == 0;
	l->ntype += is_new;
	slot->number |= (0 - is_new) & l->ntype;
	if (l->ntoken == l->token_cap) {
		l->token_cap = 2 * l->token_cap + 4096;
		l->token = mem_grow(l->token, l->token_cap, sizeof(*l->token));
	}
	l->token[l->ntoken++] = slot->number - 1;
	return slot;
}

/* If bytes were gathered in low, they are a token: count it. */
static void
end_token(struct lexstat *l)
{
	if (l->low.len > 0)
		add_token(l, hash_word(buf_str(&l->low)));
	l->low.len = 0;
}

/* Whether rest begins as a contraction ends after its apostrophe. */
static bool
ends_contraction(struct str rest)
{
	return str_starts(rest, STR("t")) || str_starts(rest, STR("s")) ||
	       str_starts(rest, STR("d")) || str_starts(rest, STR("ve")) ||
	       str_starts(rest, STR("ll")) || str_starts(rest, STR("re"));
}

/* The sentence that is being read. */
struct sentence {
	bool open;
	size_t nword;
};

static void
end_sentence(struct lexstat *l, struct sentence *s)
{
	l->nsentence += s->open && s->nword > 2;
	*s = (struct sentence){0};
}

/* Take one code point beyond ASCII as read_word() does; its class. */
static unsigned
take_beyond(struct str *rest, char **low, char **spoken)
{
	uint32_t cp = utf8_take(rest);
	const char *category = utf8_category(cp);
	char lower[4];
	size_t len;

	if (category[0] == 'P')
		return cp == 0x2013 || cp == 0x2014 ? DELETED : 0;
	len = utf8_encode(lower, utf8_lower(cp));
	memcpy(*low, lower, len);
	*low += len;
	if (category[0] != 'L' && category[0] != 'N')
		return CONTROL;
	memcpy(*spoken, lower, len);
	*spoken += len;
	return LETTER | WORDLY;
}

/*
 * One run without white space: its tokens, and what it is as a word.  Bytes are
 * written to low, of the token, and to spoken, of the word.
 */
static void
read_word(struct lexstat *l, struct str word, struct sentence *s)
{
	struct str rest = word;
	bool counted = false; /* in this sentence */
	char *low, *spoken;
	unsigned kind;
	char c;

	l->low.len = l->spoken.len = 0;
	buf_reserve(&l->low, 3 * word.len + 4); /* U+FFFD for a byte */
	buf_reserve(&l->spoken, 3 * word.len + 4);
	low = l->low.p;
	spoken = l->spoken.p;
	while (rest.len > 0) {
		c = *rest.p;
		kind = l->class[(unsigned char)c];
		if (kind == (LETTER | WORDLY)) {
			*low++ = *spoken++ = c | 0x20;
			rest.p++;
			rest.len--;
		} else if (kind & BEYOND) {
			kind = take_beyond(&rest, &low, &spoken);
		} else {
			rest.p++;
			rest.len--;
			if (kind & CONTROL)
				*low++ = c;
			if (kind & WORDLY ||
			    (kind & QUOTE && ends_contraction(rest)))
				*spoken++ = c;
		}
		if (!(kind & (LETTER | DELETED | CONTROL))) {
			l->low.len = (size_t)(low - l->low.p);
			end_token(l);
			low = l->low.p;
		}
		if (kind & STOP) {
			end_sentence(l, s);
			counted = false;
		}
		if (kind & WORDLY && !counted) {
			counted = s->open = true;
			s->nword++;
		}
	}
	l->low.len = (size_t)(low - l->low.p);
	end_token(l);
	l->spoken.len = (size_t)(spoken - l->spoken.p);
	if (l->spoken.len == 0)
		return;
	l->nword++;
	word = buf_str(&l->spoken);
	l->syllables += syllable_expected(&l->syllable, word, hash_word(word));
}

#ifdef __SSE2__
/*
 * Make the n letters at p small, with zeros after them; BLOCK bytes are read.
 */
static void
small_letters(char block[BLOCK], const char *p, size_t n)
{
	const __m128i place =
	    _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	v = _mm_or_si128(v, _mm_set1_epi8(0x20));
	v = _mm_and_si128(v, _mm_cmplt_epi8(place, _mm_set1_epi8((char)n)));
	_mm_storeu_si128((__m128i *)(void *)block, v);
}

/*
 * read_word() at once for what most words are: after a mark at most, letters
 * of ASCII, marks, and white space after them, all in one block.  The end of
 * that word at p, after which 2 * BLOCK bytes may be read; p if it isn't such.
 */
static const char *
read_plain(struct lexstat *l, const char *p, struct sentence *s)
{
	const char *from = p + (l->class[(unsigned char)*p] == 0);
	char block[BLOCK];
	struct lexstat_slot *slot;
	__m128i v, is_letter;
	size_t nletter, n;
	unsigned kind = 0, stop = 0;

	v = _mm_loadu_si128((const __m128i *)(const void *)from);
	v = _mm_or_si128(v, _mm_set1_epi8(0x20));
	is_letter = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('a' - 1)),
	    _mm_cmplt_epi8(v, _mm_set1_epi8('z' + 1)));
	nletter =
	    (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(is_letter));
	for (n = nletter; n < BLOCK; n++) {
		kind = l->class[(unsigned char)from[n]];
		if ((kind & ~(unsigned)STOP) != 0)
			break;
		stop |= kind;
	}
	if (nletter == 0 || n == BLOCK || kind != WHITE)
		return p;
	small_letters(block, from, nletter);
	slot = add_token(l, hash_block(block, nletter));
	slot->nplain++;
	l->plain_word[slot->number - 1] = (struct str){from, nletter};
	l->nword++;
	s->open = true;
	s->nword++;
	if (stop != 0)
		end_sentence(l, s);
	return from + n;
}

/* As many words as read_plain() takes, from the start of rest. */
static void
read_plain_words(struct lexstat *l, struct str *rest, struct sentence *s)
{
	const char *p = rest->p, *end = p + rest->len, *q;

	while (end - p > 2 * BLOCK) {
		if (l->class[(unsigned char)*p] == WHITE) {
			p++;
			continue;
		}
		if ((q = read_plain(l, p, s)) == p)
			break;
		p = q;
	}
	*rest = (struct str){p, (size_t)(end - p)};
}

/* The syllables of the words that read_plain() found. */
static void
count_plain(struct lexstat *l)
{
	const struct lexstat_slot *slot;
	char block[BLOCK];
	struct str word;
	size_t i;

	for (i = 0; i < l->ntype; i++) {
		if (i + AHEAD < l->ntype)
			syllable_prefetch(
			    &l->syllable, l->slot[l->place[i + AHEAD]].hash);
		slot = &l->slot[l->place[i]];
		if (slot->nplain == 0)
			continue;
		word = l->plain_word[i];
		small_letters(block, word.p, word.len);
		word.p = block;
		l->syllables += slot->nplain * syllable_expected(&l->syllable,
						   word, slot->hash);
	}
}
#endif

void
lexstat_read(struct lexstat *l, struct str text)
{
	struct sentence s = {0};
	struct str word;
	size_t i;

	/* few types in a large table would lie far apart in memory */
	if (l->nslot > NSLOT) {
		free(l->slot);
		l->slot = NULL;
		l->nslot = 0;
	} else {
		for (i = 0; i < l->ntype; i++)
			l->slot[l->place[i]] = (struct lexstat_slot){0};
	}
	l->ntype = 0;
	l->ntoken = l->nword = l->nsentence = 0;
	l->syllables = 0;
	for (;;) {
#ifdef __SSE2__
		read_plain_words(l, &text, &s);
#endif
		if (!word_next(&text, &word))
			break;
		read_word(l, word, &s);
	}
	end_sentence(l, &s);
#ifdef __SSE2__
	count_plain(l);
#endif
	if (l->nsentence == 0 && l->nword > 0)
		l->nsentence = 1;
}

void
lexstat_measure(
    struct lexstat *l, size_t window, bool all, double value[LEXSTAT_NMETRIC])
{
	double part[DIVERSITY_NMETRIC], words = (double)l->nword;
	double length, syllables;
	struct lexstat_mean mean[DIVERSITY_NMETRIC] = {0};
	size_t i, at, width = window > 0 ? window : l->ntoken;

	for (at = 0; width > 0 && at + width <= l->ntoken; at += width) {
		diversity_measure(
		    &l->diversity, l->token + at, width, l->ntype, all, part);
		for (i = 0; i < DIVERSITY_NMETRIC; i++)
			lexstat_mean_add(&mean[i], part[i]);
	}
	for (i = 0; i < DIVERSITY_NMETRIC; i++)
		value[i] = lexstat_mean_value(&mean[i]);
	value[LEXSTAT_FK_GRADE] = value[LEXSTAT_FLESCH] = NAN;
	if (l->nword == 0)
		return;
	length = words / (double)l->nsentence;
	syllables = (double)l->syllables / 1000 / words;
	value[LEXSTAT_FK_GRADE] = 0.39 * length + 11.8 * syllables - 15.59;
	value[LEXSTAT_FLESCH] = 206.835 - 1.015 * length - 84.6 * syllables;
}

void
lexstat_mean_add(struct lexstat_mean *m, double value)
{
	double off = value - m->mean;

	if (isnan(value))
		return;
	m->n++;
	m->mean += off / (double)m->n;
	m->square += off * (value - m->mean);
}

double
lexstat_mean_value(const struct lexstat_mean *m)
{
	return m->n > 0 ? m->mean : NAN;
}

/*
 * The 97.5th percentile of Student's t of df degrees of freedom, to 0.5 %: the
 * expansion of M. Abramowitz, I. A. Stegun, "Handbook of mathematical
 * functions", 1964, 26.7.5, which is off for the first two.
 */
static double
student(size_t df)
{
	static const double term[] = {1.959964, 2.372271, 2.822497, 2.555817,
	    1.589536}; /* of the normal percentile; 26.7.5's g1 to g4 */
	double t = 0, n = (double)df;
	size_t i;

	if (df < 3)
		return df == 1 ? 12.7062 : 4.30265;
	for (i = sizeof(term) / sizeof(term[0]); i-- > 0;)
		t = t / n + term[i];
	return t;
}

double
lexstat_mean_half(const struct lexstat_mean *m)
{
	double n = (double)m->n;

	if (m->n < 2)
		return NAN;
	return student(m->n - 1) * sqrt(m->square / (n - 1) / n);
}
