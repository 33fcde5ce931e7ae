/*
 * gopher - what a good page is: the rules of Gopher, C4 and FineWeb
 *
 * Every rule is a figure measured on a text and a limit to it.  Two dialects
 * tell how to count where the papers leave it open:
 *
 * GOPHER_PAPER counts as DCLM does.  A word is that of text/word; words of
 * nothing but punctuation don't count.  For n-grams words are runs of letters
 * and digits, and an ideograph is one of its own.  The mean length is that of
 * words between white space.  Every copy
 * of a repeated thing counts, the first too; characters under n-grams that
 * overlap count once; shares are of the characters of all words or lines.
 *
 * GOPHER_DATATROVE decides as the datatrove library does, with spaCy's English
 * words: punctuation marks are words, a first copy doesn't count, the most
 * frequent n-gram counts even when it occurs once, repeated n-grams are found
 * by a scan that jumps over each find, and shares are of all characters.
 *
 * Characters are code points.  Time is linear in the text, whatever it holds;
 * an empty text has the figure 0 by every rule, but for datatrove, which drops
 * it as repetitive, 1 by dup_lines.  Texts are valid UTF-8, below
 * 4 GiB.
 *
 * J. W. Rae et al., "Scaling language models: methods, analysis & insights from
 * training Gopher", 2021, A1.1 and table A1; C. Raffel et al., "Exploring the
 * limits of transfer learning", 2020, 2.2; G. Penedo et al., "The FineWeb
 * datasets", 2024.
 */

#ifndef GOPHER_H
#define GOPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "quality/badwords.h"
#include "text/ngram.h"

enum gopher_dialect { GOPHER_PAPER, GOPHER_DATATROVE };

/* Sets of rules, as bits. */
enum { GOPHER_RULES = 1, GOPHER_C4 = 2, GOPHER_FINEWEB = 4, GOPHER_NSET = 3 };

enum gopher_id {
	GOPHER_MIN_WORDS,
	GOPHER_MAX_WORDS,
	GOPHER_MIN_WORD_LENGTH,
	GOPHER_MAX_WORD_LENGTH,
	GOPHER_SYMBOLS,
	GOPHER_HASHES,
	GOPHER_ELLIPSES,
	GOPHER_BULLET_LINES,
	GOPHER_ELLIPSIS_LINES,
	GOPHER_ALPHA_WORDS,
	GOPHER_STOP_WORDS,
	GOPHER_DUP_LINES,
	GOPHER_DUP_PARAGRAPHS,
	GOPHER_DUP_LINE_CHARS,
	GOPHER_DUP_PARAGRAPH_CHARS,
	GOPHER_TOP_2GRAM,			 /* and of 3 and 4 words */
	GOPHER_DUP_5GRAM = GOPHER_TOP_2GRAM + 3, /* and of 6 to 10 words */
	GOPHER_C4_SENTENCES = GOPHER_DUP_5GRAM + 6,
	GOPHER_C4_LOREM_IPSUM,
	GOPHER_C4_CURLY,
	GOPHER_C4_BAD_WORDS,
	GOPHER_C4_LINE_WORDS,  /* of a line, at least; else the line goes */
	GOPHER_C4_WORD_LENGTH, /* in a line, at most; else the line goes */
	GOPHER_FINEWEB_LINE_ENDS,
	GOPHER_FINEWEB_SHORT_LINES,
	GOPHER_FINEWEB_DUP_CHARS,
	GOPHER_FINEWEB_NEWLINES,
	GOPHER_NRULE
};

struct gopher_rule {
	const char *name;
	unsigned set;	  /* the one that it belongs to */
	unsigned dialect; /* 1 << dialect of those that have it */
	bool least;	  /* the limit is a least one, else a greatest */
	bool line;	  /* it judges lines and has no figure of the page */
	double limit;
};

extern const struct gopher_rule gopher_rule[GOPHER_NRULE];

/* What is measured, and how. */
struct gopher_plan {
	unsigned set[GOPHER_NSET]; /* (nset), in order */
	size_t nset;
	enum gopher_dialect dialect;
	double limit[GOPHER_NRULE]; /* C4 takes those of its lines from here */
	struct badwords *bad;	    /* of C4; NULL: its rule is not asked for */
	/*
	 * Only the first rule that a text breaks is asked for: one of too many
	 * words has the right figures of these alone, and takes no memory for
	 * n-grams.
	 */
	bool decide;
};

/* Memory that is used again for every text; a zeroed one is ready. */
struct gopher {
	struct ngram gram;
	struct ngram_word *item; /* lines, (cap) */
	size_t nitem, cap;
	struct buf low; /* a line in small letters */
	struct buf c4;	/* what C4 leaves */
	size_t nword;	/* of the text as it stands, if a set counted them */
	bool counted;
};

/* Free what is held. */
void gopher_release(struct gopher *g);

/*
 * The figures of the plan's sets into value, (GOPHER_NRULE); those of other
 * sets are left alone.  lang names the stop words (ISO 639-1; empty is
 * English): of a language without any, value[GOPHER_STOP_WORDS] is the limit of
 * the rule; by GOPHER_PAPER, it and the mean length are so, too, where most
 * words are of scripts without spaces. Returns the text, by C4 without the
 * lines that it drops and the marks of citation; what stands after C4 in the
 * plan measures that.  It is borrowed until the next call.  *ngone is how many
 * lines went.
 */
struct str gopher_measure(struct gopher *g, const struct gopher_plan *plan,
    struct str text, struct str lang, double value[], size_t *ngone);

/* Whether the figure keeps to the rule's limit. */
static inline bool
gopher_good(enum gopher_id id, double value, double limit)
{
	return gopher_rule[id].least ? value >= limit : value <= limit;
}

#endif
