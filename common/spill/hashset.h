/* hashset - a set of 128-bit hashes, each with a number if it is asked for */

#ifndef HASHSET_H
#define HASHSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/mem.h"
#include "spill/checkpoint.h"

struct hashset {
	struct hash128 *key; /* (mask + 1); all zero is an empty slot */
	uint32_t *value;     /* (mask + 1), or NULL */
	size_t mask, n;
	bool valued;
	struct budget *budget;
};

/* An empty set of keys, each with a value if valued; budget must outlive s. */
void hashset_init(struct hashset *s, bool valued, struct budget *budget);
void hashset_release(struct hashset *s);

/* Whether key is there, and its value. */
bool hashset_find(const struct hashset *s, struct hash128 key, uint32_t *value);

/* Enter a key that isn't there; false when memory won't do. */
bool hashset_add(struct hashset *s, struct hash128 key, uint32_t value);

/* Give a key that is there another value. */
void hashset_set(struct hashset *s, struct hash128 key, uint32_t value);

/* All keys to a file, or from it if empty; false when memory won't do. */
bool hashset_state(struct hashset *s, struct checkpoint *state);

#endif
