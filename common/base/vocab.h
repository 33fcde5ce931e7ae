/*
 * vocab - words and their numbers
 *
 * Words are numbered from 0 in the order in which they come; the bytes are
 * copied.  A zeroed struct vocab is an empty one.
 */

#ifndef VOCAB_H
#define VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

enum { VOCAB_NONE = UINT32_MAX };

struct vocab {
	struct str *word; /* (nword) */
	uint32_t nword, cap;
	struct vocab_slot {
		uint32_t hash;	 /* the lower half of the word's */
		uint32_t number; /* of the word, + 1; or 0 */
	} * slot;		 /* (nslot), a power of 2 */
	size_t nslot;
	struct arena bytes;
};

/* The number of word, new or old.  VOCAB_NONE when 2^32 - 2 are taken. */
uint32_t vocab_add(struct vocab *v, struct str word);

/* The number of word, or VOCAB_NONE. */
uint32_t vocab_find(const struct vocab *v, struct str word);

/* Free the words; v becomes empty. */
void vocab_release(struct vocab *v);

#endif
