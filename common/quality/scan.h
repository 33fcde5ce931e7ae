/*
 * scan - words of letters and digits, and words between white space, in one
 * pass
 *
 * A word of n-grams is a run of letters and digits, with the marks that combine
 * with them, "_", and an apostrophe, a full stop, or between digits a comma
 * inside ("don't", "3.14", "1,000"); an ideograph with its marks is one of its
 * own, as is a letter of a script without spaces (text/word).
 *
 * The text is taken 64 bytes at a time as sets of bits, one for each class of
 * character, and the edges of words come from shifts of these sets: there is no
 * branch a character, and few a word that a processor could guess wrong.
 */

#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>

#include "base/str.h"
#include "text/ngram.h"

/* What one pass counts. */
struct scan_count {
	/* Of words between white space and ideographs, ... */
	size_t nword;  /* those that are more than punctuation, */
	size_t nchar;  /* their characters, */
	size_t nalpha; /* and those with a letter; */
	size_t nalone; /* ideographs, and letters of scripts without spaces */
	size_t nhash;  /* "#" */
	size_t nellipsis; /* "...", ". . ." and U+2026 */
};

/* Add the words of n-grams to gram, which is clear.  text is valid UTF-8. */
struct scan_count scan_words(struct ngram *gram, struct str text);

#endif
