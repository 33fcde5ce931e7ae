/*
 * wordvec - vectors of words, in the text format of fastText and word2vec
 *
 * "nword dim", then of each word its name and dim numbers, all separated by
 * white space as fastText's program reads it.
 */

#ifndef WORDVEC_H
#define WORDVEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct wordvec {
	struct str rest; /* of the bytes, which must outlive it */
	size_t nword;	 /* that are left */
	size_t dim;	 /* at least 1 */
};

/* Read the head; false if it is none, or if what follows can't hold it. */
bool wordvec_open(struct wordvec *w, struct str bytes);

/*
 * Read the next word, borrowed from the bytes, and its value[0..dim); a NULL
 * value passes over the numbers unread.  False at the end, and at what is no
 * vector of finite numbers: then nword is not 0.
 */
bool wordvec_next(struct wordvec *w, struct str *word, float *value);

#endif
