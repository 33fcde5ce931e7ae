/*
 * gram - repeated n-grams of a sequence of words, in linear time
 *
 * A word is known by a number; so is an n-gram that occurs twice: by the pair
 * of numbers of its first and last n-1 words.  An n-gram can occur twice only
 * where both of these do, so each round looks at what the last one left, which
 * in plain prose is less than half of it.  Numbers of n-grams come from tables
 * of whole keys: nothing is taken for equal that isn't.
 */

#ifndef GRAM_H
#define GRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/wordkey.h"

/* A word as the caller found it. */
struct gram_word {
	struct str s;
	uint32_t nchar;
	bool symbol; /* nothing but punctuation */
};

struct gram {
	struct gram_word *word; /* (nword) */
	size_t nword, cap;
	const char *end; /* of the text that all words lie in; NULL: unknown */
	struct wordkey *known; /* (nid), after gram_number(); value: the
				  place of the first one */
	uint32_t *id;	       /* (nword), of words: equal as words are */
	uint32_t *count;       /* (nid), of words, later of n-grams */
	size_t nid;
	uint64_t *nchar; /* (nword + 1), characters before each word */
	/* After gram_next(): where the repeated n-grams are, and which. */
	size_t n, nat;
	uint32_t *at, *gram; /* (nat), places ascending; numbers below nid */
	/* Inside. */
	uint64_t *pair; /* (room), numbers of two n-grams in a row */
	uint64_t *key;	/* (mask + 1) */
	uint32_t *slot; /* (mask + 1), number + 1 */
	size_t mask, nslot, room;
};

/* A zeroed struct gram is an empty one; it is used again for every text. */
void gram_clear(struct gram *g);
void gram_release(struct gram *g);

/* The words must live until the last gram_next(). */
void gram_grow(struct gram *g);

static inline void
gram_add(struct gram *g, struct str s, size_t nchar, bool symbol)
{
	if (g->nword == g->cap)
		gram_grow(g);
	g->word[g->nword++] = (struct gram_word){s, (uint32_t)nchar, symbol};
}

/* Number the words: fills id, count, nid and nchar; at and gram for n = 1. */
void gram_number(struct gram *g);

/* From the repeated n-grams to the repeated n+1-grams. */
void gram_next(struct gram *g);

/*
 * Lines and the like: how many of the nitem are copies, and their characters.
 * With first, the first copy of what occurs twice counts too.
 */
struct gram_copies {
	size_t ncopy, nchar; /* of the copies */
	size_t total;	     /* characters of all items */
};
struct gram_copies gram_copies(
    struct gram *g, const struct gram_word *item, size_t nitem, bool first);

#endif
