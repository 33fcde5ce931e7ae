/*
 * feature - a text as the hashes of its words and word n-grams
 *
 * A word, to a classifier, is a maximal run of letters, marks, digits and
 * underscores of at least two code points, in lower case: what lies between
 * them, punctuation too, parts words and is not seen.  (This is the usual
 * tokenisation of tf-idf models; word.h's runs between white space would take
 * "bank" and "bank," for two words.)
 *
 * A zeroed struct feature is an empty one; feature_release() frees what it
 * holds.
 */

#ifndef FEATURE_H
#define FEATURE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

struct feature {
	uint64_t *hash; /* (n) */
	size_t n, cap;
	struct buf word; /* scratch: the word at hand, in lower case */
};

/* Fill hash[0..n) with the hashes of the words of text, in order. */
void feature_words(struct feature *f, struct str text);

/*
 * Fill f with the hashes of word[0..nword) and of every run of 2 to order
 * words in it: each order's in turn.  order is at least 1.
 */
void feature_join(
    struct feature *f, const uint64_t *word, size_t nword, size_t order);

void feature_release(struct feature *f);

#endif
