/*
 * hashes - a set of hashes of 32 bits, open addressed, which grows
 *
 * A zeroed struct is empty.  Hashes are numbered from 0 on as they come: arrays
 * of the caller beside the set go by these numbers.  0 and 1 count as one hash.
 * Memory is in proportion to the different hashes, of which there are few where
 * things repeat, as rows and cells do.
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
	struct hashes_slot {
		uint32_t hash, number; /* hash 0: free */
	} * slot;		       /* (size) */
	size_t size, n;		       /* size is a power of two */
};

static inline void
hashes_release(struct hashes *s)
{
	free(s->slot);
	*s = (struct hashes){0};
}

/* Empty the set; room that is far more than was needed last is given back. */
static inline void
hashes_clear(struct hashes *s)
{
	enum { LEAST = 64 };

	if (s->size < LEAST || (s->size > LEAST && s->n * 16 < s->size)) {
		s->size = s->size / 4 > LEAST ? s->size / 4 : LEAST;
		free(s->slot);
		s->slot = mem_zeroed(s->size, sizeof(*s->slot));
	} else {
		memset(s->slot, 0, s->size * sizeof(*s->slot));
	}
	s->n = 0;
}

/* The slot of a hash that isn't 0, or the free one where it would be. */
static inline struct hashes_slot *
hashes_find(const struct hashes *s, uint32_t hash)
{
	size_t i;

	for (i = (hash * UINT32_C(0x9e3779b1)) >> 7;; i++) {
		i &= s->size - 1;
		if (s->slot[i].hash == hash || s->slot[i].hash == 0)
			return &s->slot[i];
	}
}

static inline void
hashes_grow(struct hashes *s)
{
	struct hashes old = *s;
	size_t i;

	s->size *= 4;
	s->slot = mem_zeroed(s->size, sizeof(*s->slot));
	for (i = 0; i < old.size; i++)
		if (old.slot[i].hash != 0)
			*hashes_find(s, old.slot[i].hash) = old.slot[i];
	free(old.slot);
}

/* The number of a hash, which is put into a set that was cleared before. */
static inline size_t
hashes_place(struct hashes *s, uint32_t hash)
{
	struct hashes_slot *slot;

	hash += hash == 0;
	slot = hashes_find(s, hash);
	if (slot->hash == 0) {
		if (2 * (s->n + 1) > s->size) {
			hashes_grow(s);
			slot = hashes_find(s, hash);
		}
		*slot = (struct hashes_slot){hash, (uint32_t)s->n++};
	}
	return slot->number;
}

/* Whether a hash is in a set that was cleared before. */
static inline bool
hashes_has(const struct hashes *s, uint32_t hash)
{
	hash += hash == 0;
	return hashes_find(s, hash)->hash == hash;
}

#endif
