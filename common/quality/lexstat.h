/*
 * lexstat - how rich the words of a text are, and how hard it is to read
 *
 * Tokens, for all that is said of types and tokens, are those of the
 * LexicalRichness library: small letters; the digits 0 to 9 and the dashes -,
 * U+2013 and U+2014 are deleted, which joins what stood around them;
 * punctuation is a blank.  Unlike there, this holds for punctuation beyond
 * ASCII too, so that a page with curly quotes compares with one without.
 *
 * Words, sentences and syllables, for the two formulas of readability, are
 * counted as the textstat library does.  A word is a run without white space
 * that has a letter, a digit or an underscore; a sentence runs to a full stop,
 * exclamation or question mark, wherever one stands, and counts if it has more
 * than two words; a text with any word has one.  Syllables are those of
 * English, see syllable.h.
 *
 * Any bytes are text.  Time and memory are linear in it.
 *
 * J. P. Kincaid et al., "Derivation of new readability formulas", 1975.
 */

#ifndef LEXSTAT_H
#define LEXSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "quality/diversity.h"
#include "quality/syllable.h"

/* The metrics of diversity.h, and of the whole text: */
enum lexstat_id {
	/* 0.39 words / sentences + 11.8 syllables / words - 15.59 */
	LEXSTAT_FK_GRADE = DIVERSITY_NMETRIC,
	/* 206.835 - 1.015 words / sentences - 84.6 syllables / words */
	LEXSTAT_FLESCH,
	LEXSTAT_NMETRIC,
	LEXSTAT_NBASIC = DIVERSITY_NBASIC + 1 /* with FK_GRADE */
};

/*
 * All metrics in the order in which they are told, and where in an array of
 * values each stands; the first LEXSTAT_NBASIC are always measured.
 */
struct lexstat_metric {
	const char *name;
	unsigned id;
};
extern const struct lexstat_metric lexstat_metric[LEXSTAT_NMETRIC];

/* Memory that is used again for every text; lexstat_init() readies it. */
struct lexstat {
	uint32_t *token; /* (ntoken), numbers of types, in order */
	size_t ntoken, token_cap;
	uint32_t ntype;
	size_t nword, nsentence;
	uint64_t syllables; /* thousandths */

	uint32_t *place;	/* (type_cap), the slot of each type */
	struct str *plain_word; /* (type_cap), its letters in the text */
	size_t type_cap;
	struct lexstat_slot *slot; /* (nslot), a power of 2 */
	size_t nslot;
	struct buf low, spoken;	  /* a token, a word */
	unsigned char class[256]; /* of bytes */
	struct syllable syllable;
	struct diversity diversity;
};

/* Ready the memory, which the caller releases. */
void lexstat_init(struct lexstat *l);
void lexstat_release(struct lexstat *l);

/* Fill token and the counts from text, of less than 4 GiB. */
void lexstat_read(struct lexstat *l, struct str text);

/*
 * The metrics of what was read, into value; NAN where one isn't defined, as of
 * too few tokens.  Those from DIVERSITY_NBASIC on only if all, but for the
 * readability.  Where window isn't 0, a metric of tokens is the mean over
 * consecutive segments of so many, what is left over being left out; the
 * readability is that of the whole text.
 */
void lexstat_measure(
    struct lexstat *l, size_t window, bool all, double value[LEXSTAT_NMETRIC]);

/* A mean that is gathered, and half its 95 % confidence interval (Student's
 * t); NAN of fewer than one, and two, values.  A zeroed one is empty. */
struct lexstat_mean {
	size_t n;
	double mean, square; /* sum of squared distances from the mean */
};
void lexstat_mean_add(
    struct lexstat_mean *m, double value); /* NAN isn't added */
double lexstat_mean_value(const struct lexstat_mean *m);
double lexstat_mean_half(const struct lexstat_mean *m);

#endif
