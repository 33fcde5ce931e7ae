/*
 * ngram - repeated n-grams of a sequence of words, in linear time
 *
 * A word is known by a number; so is an n-gram that occurs twice: by the pair
 * of numbers of its first and last n-1 words.  An n-gram can occur twice only
 * where both of these do, so each round looks at what the last one left, which
 * in plain prose is less than half of it.  Numbers of n-grams come from tables
 * of whole keys: nothing is taken for equal that isn't.
 */

#ifndef NGRAM_H
#define NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "text/wordkey.h"

/* A word as the caller found it. */
struct ngram_word {
	struct str s;
	uint32_t nchar;
	bool symbol; /* nothing but punctuation */
};

struct ngram {
	struct ngram_word *word; /* (nword) */
	size_t nword, cap;
	const char *end; /* of the text that all words lie in; NULL: unknown */
	struct wordkey *known; /* (nid), after ngram_number(); value: the
				  place of the first one */
	uint32_t *id;	       /* (nword), of words: equal as words are */
	uint32_t *count;       /* (nid), of words, later of n-grams */
	size_t nid;
	uint64_t *nchar; /* (nword + 1), characters before each word */
	/* After ngram_next(): where the repeated n-grams are, and which. */
	size_t n, nat;
	uint32_t *at, *gram; /* (nat), places ascending; numbers below nid */
	/* Inside. */
	uint64_t *pair; /* (room), numbers of two n-grams in a row */
	uint64_t *key;	/* (mask + 1) */
	uint32_t *slot; /* (mask + 1), number + 1 */
	size_t mask, nslot, room;
};

/* A zeroed struct ngram is an empty one; it is used again for every text. */
void ngram_clear(struct ngram *g);
void ngram_release(struct ngram *g);

/* The words must live until the last ngram_next(). */
void ngram_grow(struct ngram *g);

static inline void
ngram_add(struct ngram *g, struct str s, size_t nchar, bool symbol)
{
	if (g->nword == g->cap)
		ngram_grow(g);
	g->word[g->nword++] = (struct ngram_word){s, (uint32_t)nchar, symbol};
}

/* Number the words: fills id, count, nid and nchar; at and gram for n = 1. */
void ngram_number(struct ngram *g);

/* From the repeated n-grams to the repeated n+1-grams. */
void ngram_next(struct ngram *g);

/*
 * Lines and the like: how many of the nitem are copies, and their characters.
 * With first, the first copy of what occurs twice counts too.
 */
struct ngram_copies {
	size_t ncopy, nchar; /* of the copies */
	size_t total;	     /* characters of all items */
};
struct ngram_copies gram_copies(
    struct ngram *g, const struct ngram_word *item, size_t nitem, bool first);

#endif
