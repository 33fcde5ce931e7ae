/*
 * fold - records in parts by their ids, so that none is judged by its own label
 *
 * Of the models 1 to n, the k-th learns from all records but those of fold k,
 * and judges these: then every record is judged by a model that has not seen
 * it.
 */

#ifndef FOLD_H
#define FOLD_H

#include <stddef.h>

#include "base/hash.h"
#include "base/str.h"

enum { FOLD_MAX = 64 };

/* The fold of a record, 1 to n. */
static inline size_t
fold_of(struct str id, size_t n)
{
	static const uint64_t seed = 0x666f6c64;

	return 1 + (size_t)(hash_64(id.p, id.len, seed) % n);
}

#endif
