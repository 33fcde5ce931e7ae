/*
 * chunk - pieces of a text, cut where sentences end
 *
 * Chunks tile the text: joined they are it, byte for byte.  A chunk holds at
 * most max_words words (text/word) and at most CHUNK_WORD bytes for each of
 * them, for the sake of runs that are no words.
 * It is filled with whole sentences.  A sentence that alone is too long is cut
 * behind a clause, else behind a word, and a word that alone is too long
 * between grapheme clusters.  A last chunk of less than half the size is evened
 * out with the one before it.
 */

#ifndef CHUNK_H
#define CHUNK_H

#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

enum { CHUNK_WORD = 32 }; /* bytes; most languages write 6 to 16 a word */

struct chunk {
	size_t start, end; /* bytes [start, end) of the text */
	size_t nword;
};

/*
 * The chunks of text; how many.  lang is its language, as sentence_rules() takes
 * it.  An empty text has none.  *chunk is borrowed from
 * mem; max_words is at least 1.
 */
size_t chunk_split(struct str text, struct str lang, size_t max_words,
    struct arena *mem, struct chunk **chunk);

#endif
