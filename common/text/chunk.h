/*
 * chunk - pieces of a text, cut where sentences end
 *
 * Chunks tile the text: joined they are it, byte for byte.  A chunk holds at
 * most so many words (text/word), or tokens of a model, and at most CHUNK_WORD
 * bytes for each of them, for the sake of runs that are no words.
 * It is filled with whole sentences.  A sentence that alone is too long is cut
 * after a clause, else after a word, and a word that alone is too long
 * between grapheme clusters.  A last chunk of less than half the size is evened
 * out with the one before it.
 *
 * With an overlap, a chunk begins with the last sentences of the one before it,
 * and the last is not evened out.
 */

#ifndef CHUNK_H
#define CHUNK_H

#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

enum { CHUNK_WORD = 32 }; /* bytes; most languages write 6 to 16 a word */

struct chunk {
	size_t start, end; /* bytes [start, end) of the text */
	size_t size;	   /* words or tokens */
};

struct chunk_rule {
	size_t max;	/* words or tokens of a chunk; at least 1 */
	size_t overlap; /* of it, at most so many of the chunk before */
	/* The tokens of a piece of the text; NULL: words are counted. */
	size_t (*count)(void *context, struct str piece);
	void *context;
};

/*
 * The chunks of text; how many.  lang is its language, as sentence_rules()
 * takes it.  An empty text has none.  *chunk is borrowed from mem.  With
 * count() no chunk has more than max tokens by it, unless a single code point
 * has.
 */
size_t chunk_split(struct str text, struct str lang,
    const struct chunk_rule *rule, struct arena *mem, struct chunk **chunk);

#endif
