/*
 * lexstat - how rich the words of a text are, and how hard it is to read
 *
 * Tokens, for all that is said of types and tokens, are those of the
 * LexicalRichness library: small letters; the digits 0 to 9 and the dashes -,
 * U+2013 and U+2014 are deleted, which joins what they part; punctuation is a
 * blank.  Unlike there, this holds for punctuation beyond ASCII too, so that a
 * page with curly quotes compares with one without.
 *
 * Words, sentences and syllables, for the two formulas of readability, are
 * counted as the textstat library does.  A word is a run without white space
 * that has a letter, a digit or an underscore; a sentence runs to a full stop,
 * exclamation or question mark, wherever one stands, and counts if it has more
 * than two words; a text with any word has one.  Syllables are those of
 * English: groups of vowels, corrected by runs of letters that were learnt from
 * textstat's own counts, less what such words have too many of on average
 * (lex-syllables.h).
 *
 * Any bytes are text.  Time and memory are linear in it.
 *
 * F. J. Tweedie, R. H. Baayen, "How variable may a constant be?", 1998;
 * P. M. McCarthy, S. Jarvis, "MTLD, vocd-D, and HD-D", 2010; J. P. Kincaid et
 * al., "Derivation of new readability formulas", 1975.
 */

#ifndef LEXSTAT_H
#define LEXSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* N tokens, V types, V1 and V2 of them once and twice, f of each. */
enum lexstat_id {
	LEXSTAT_TTR,	  /* V / N */
	LEXSTAT_FK_GRADE, /* 0.39 words / sentences + 11.8 syllables / words - 15.59
		       */
	LEXSTAT_HAPAX, /* V1 / N */
	LEXSTAT_TYPES, /* V */
	LEXSTAT_MTLD, /* tokens a factor, both ways; a factor ends at TTR 0.72 */
	LEXSTAT_NBASIC,
	LEXSTAT_LENGTH = LEXSTAT_NBASIC, /* N */
	LEXSTAT_FLESCH, /* 206.835 - 1.015 words / sentences - 84.6 syl. / words */
	LEXSTAT_HAPAX_TYPES, /* V1 / V */
	LEXSTAT_GUIRAUD,     /* V / sqrt N */
	LEXSTAT_CTTR,	     /* V / sqrt 2 N */
	LEXSTAT_HERDAN,	     /* ln V / ln N */
	LEXSTAT_SUMMER,	     /* ln ln V / ln ln N */
	LEXSTAT_DUGAST,	     /* ln^2 N / (ln N - ln V) */
	LEXSTAT_MAAS,	     /* (ln N - ln V) / ln^2 N */
	LEXSTAT_YULE_K,	     /* 10^4 (sum f^2 - N) / N^2 */
	LEXSTAT_YULE_I,	     /* V^2 / (sum f^2 - V) */
	LEXSTAT_HERDAN_VM,   /* sqrt(sum (f / N)^2 - 1 / V) */
	LEXSTAT_SIMPSON,     /* sum f (f - 1) / N (N - 1) */
	LEXSTAT_HONORE,	     /* 100 ln N / (1 - V1 / V) */
	LEXSTAT_BRUNET,	     /* N^(V^-0.165) */
	LEXSTAT_SICHEL,	     /* V2 / V */
	LEXSTAT_MSTTR, /* mean TTR of segments of 100 tokens, without the last */
	LEXSTAT_MATTR, /* mean TTR of all runs of 100 tokens */
	LEXSTAT_HDD,   /* sum (1 - P(type not among 42 tokens)) / 42 */
	LEXSTAT_NMETRIC
};

extern const char *const lexstat_name[LEXSTAT_NMETRIC];

/* Memory that is used again for every text; lexstat_init() readies it. */
struct lexstat {
	uint32_t *token; /* (ntoken), numbers of types, in order */
	size_t ntoken, token_cap;
	uint32_t ntype;
	size_t nword, nsentence;
	uint64_t syllables; /* thousandths */

	uint32_t *freq;	   /* (type_cap), of types; 0 but while measuring */
	uint64_t *stamp;   /* (type_cap), the last factor of each type */
	uint64_t factor;   /* of all texts so far */
	uint32_t *place;   /* (type_cap), the slot of each type */
	uint32_t *present; /* (type_cap), types of the part measured */
	struct str *plain_word; /* (type_cap), its letters in the text */
	size_t type_cap;
	struct lexstat_slot *slot; /* (nslot), a power of 2 */
	size_t nslot;
	struct buf low, spoken, plain; /* a token, a word, its letters */
	uint64_t *rule;		       /* by letters */
	uint64_t *known;	       /* counts, by hash of a word */
	unsigned char class[256];      /* of bytes */
};

void lexstat_init(struct lexstat *l);
void lexstat_release(struct lexstat *l);

/* Fill token and the counts from text, of less than 4 GiB. */
void lexstat_read(struct lexstat *l, struct str text);

/* Syllables of an English word in small letters, uncorrected; at least 1. */
size_t lexstat_syllables(struct lexstat *l, struct str word);

/*
 * The metrics of what was read, into value; NAN where one isn't defined, as of
 * too few tokens.  Those from LEXSTAT_NBASIC on only if all.  Where window isn't 0,
 * a metric of tokens is the mean over consecutive segments of so many, what is
 * left over being left out; the readability is that of the whole text.
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
