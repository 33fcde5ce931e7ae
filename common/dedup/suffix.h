/*
 * suffix - runs of words that stood in a text before
 *
 * Texts are laid one after the other, their words separated by one blank; the
 * suffixes are sorted (the only door to libdivsufsort), and of those that begin
 * a word, neighbours are compared (Kasai's way: what is known of a word holds,
 * less that word, for the next), each pair no further than the run is long.
 * Runs of equal words are neighbours, for both end in a blank; they never reach
 * over the end of a text.  Time doesn't depend on how much is repeated.
 *
 * Memory: 5.2 bytes a byte of the words, 4 a word once all is found.
 *
 * K. Lee and others, "Deduplicating training data makes language models
 * better", 2021; T. Kasai and others, "Linear-time longest-common-prefix
 * computation in suffix arrays", 2001.
 */

#ifndef SUFFIX_H
#define SUFFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

enum { SUFFIX_MOST = INT32_MAX }; /* bytes of words */
#define SUFFIX_NONE UINT32_MAX

struct suffix {
	struct budget *budget;
	char *text; /* (len) */
	size_t len, cap;
	size_t nword; /* of all texts */
	bool full;    /* a text was refused for SUFFIX_MOST */
	uint32_t *of; /* (nword), from suffix_find() on */
};

/* Begin without texts; budget must outlive r. */
void suffix_init(struct suffix *r, struct budget *budget);
void suffix_release(struct suffix *r);

/* Append a text; false when memory or SUFFIX_MOST won't do. */
bool suffix_add(struct suffix *r, struct str text);

/*
 * Fill of: for the run of n words that begins at word i, the first word of its
 * first occurrence, if that lies wholly before it; else SUFFIX_NONE.  Words are
 * counted through all texts.  The texts are released.
 */
void suffix_find(struct suffix *r, size_t n);

#endif
