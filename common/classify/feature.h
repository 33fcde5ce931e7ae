/*
 * feature - a text as the hashes of its words and word n-grams
 *
 * A word, to a classifier, is a term (term.h): what lies between terms,
 * also punctuation, separates them and is ignored.  Word n-grams run over it.
 *
 * A zeroed struct feature is an empty one; feature_release() frees what it
 * holds.
 */

#ifndef FEATURE_H
#define FEATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct feature {
	uint64_t *hash; /* (n) */
	size_t n, cap;
};

/* Fill hash[0..n) with the hashes of the words of text, in order. */
void feature_words(struct feature *f, struct str text);

/*
 * Fill f with the hashes of word[0..nword) and of every run of 2 to order
 * words in it: each order's in turn.  order is at least 1.
 */
void feature_join(
    struct feature *f, const uint64_t *word, size_t nword, size_t order);

/* Free what is held. */
void feature_release(struct feature *f);

#endif
