/*
 * hashes - a set of hashes of 32 bits, open addressed
 *
 * A zeroed struct is empty and has no room: hashes_clear() makes it.  0 and 1
 * count as one hash.  The number of a slot may serve as the number of a hash
 * until the next hashes_clear(), in arrays of the caller beside the set.
 */

#ifndef HASHES_H
#define HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct hashes {
	uint32_t *slot; /* (size), 0: free */
	size_t size, n; /* size is a power of two */
};

static inline void
hashes_release(struct hashes *s)
{
	free(s->slot);
	*s = (struct hashes){0};
}

/* Empty the set, and make room for n hashes. */
static inline void
hashes_clear(struct hashes *s, size_t n)
{
	size_t want = 16;

	while (want < 2 * n)
		want *= 2;
	if (want > s->size || want * 16 < s->size) {
		free(s->slot);
		s->slot = mem_zeroed(want, sizeof(*s->slot));
		s->size = want;
	} else {
		memset(s->slot, 0, s->size * sizeof(*s->slot));
	}
	s->n = 0;
}

/* The slot of a hash, taken if it was free; room was made by hashes_clear(). */
static inline size_t
hashes_place(struct hashes *s, uint32_t hash)
{
	size_t i;

	hash += hash == 0;
	for (i = (hash * UINT32_C(0x9e3779b1)) >> 7;; i++) {
		i &= s->size - 1;
		if (s->slot[i] == hash)
			return i;
		if (s->slot[i] == 0) {
			s->slot[i] = hash;
			s->n++;
			return i;
		}
	}
}

/* Whether a hash is in a set to which hashes_clear() gave room. */
static inline bool
hashes_has(const struct hashes *s, uint32_t hash)
{
	size_t i;

	hash += hash == 0;
	for (i = (hash * UINT32_C(0x9e3779b1)) >> 7;; i++) {
		i &= s->size - 1;
		if (s->slot[i] == hash || s->slot[i] == 0)
			return s->slot[i] == hash;
	}
}

#endif
