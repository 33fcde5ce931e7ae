/* seen - a set of 128-bit hashes, each with a number if it is asked for */

#ifndef SEEN_H
#define SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/mem.h"
#include "spill/state.h"

struct seen {
	struct hash128 *key; /* (mask + 1); all zero is an empty slot */
	uint32_t *value;     /* (mask + 1), or NULL */
	size_t mask, n;
	bool valued;
	struct budget *budget;
};

void seen_init(struct seen *s, bool valued, struct budget *budget);
void seen_release(struct seen *s);

/* Whether key is there, and its value. */
bool seen_find(const struct seen *s, struct hash128 key, uint32_t *value);

/* Enter a key that isn't there; false when memory won't do. */
bool seen_add(struct seen *s, struct hash128 key, uint32_t value);

/* All keys to a file, or from it if empty; false when memory won't do. */
bool seen_state(struct seen *s, struct state *state);

#endif
