/*
 * shingle - a text as the set of its runs of words, for resemblance
 *
 * The text is first made plain, as the datatrove library does: small letters,
 * punctuation and controls are blanks, accents are taken off (NFD without Mn),
 * and so are format characters (Cf).
 * A number is a word, with the marks between its digits and a minus or a
 * point before them; with zero_digits every number is 0, as datatrove has it.
 * A shingle is the hash of a run of words; a text of fewer words is one
 * shingle, and a text without any has none.  An ideograph, a kana and a letter
 * of a script without spaces is a word of its own (text/word).
 *
 * A. Z. Broder, "On the resemblance and containment of documents", 1997.
 */

#ifndef SHINGLE_H
#define SHINGLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * A zeroed struct shingler is ready, and is used again for every text; the
 * caller may set zero_digits before the first.
 */
struct shingler {
	bool zero_digits;
	uint64_t *word; /* (nword), hashes in order */
	size_t nword, cap;
	uint64_t *run; /* (nrun), hashes of runs in order */
	size_t nrun, run_cap;
	uint32_t *set, *spare; /* (nset), ascending, each once */
	size_t nset, set_cap;
	struct shingle_plain *plain; /* of the code points below 65,536 */
};

/* Free what is held. */
void shingle_release(struct shingler *s);

/* Fill word with the words of the plain text. */
void shingle_words(struct shingler *s, struct str text);

/* From word: fill run with all runs of n words; n is at least 1. */
void shingle_runs(struct shingler *s, size_t n);

/* From run: fill set with their lower halves. */
void shingle_set(struct shingler *s);

/*
 * Jaccard similarity of two ascending sets; two empty ones have 1.  What is
 * sure to be below least may come back as 0.
 */
double shingle_jaccard(
    const uint32_t *a, size_t na, const uint32_t *b, size_t nb, double least);

#endif
