#include "base/vocab.h"

#include <stdlib.h>

#include "base/hash.h"

/* The slot that holds word, or the empty one where it belongs. */
static size_t
find_slot(const struct vocab *v, struct str word, uint64_t hash)
{
	size_t i = hash >> 32 & (v->nslot - 1);

	while (v->slot[i].number != 0 &&
	       (v->slot[i].hash != (uint32_t)hash ||
		   !str_eq(v->word[v->slot[i].number - 1], word)))
		i = (i + 1) & (v->nslot - 1);
	return i;
}

static void
grow(struct vocab *v)
{
	uint64_t hash;
	uint32_t n;

	v->nslot = v->nslot > 0 ? 2 * v->nslot : 1024;
	free(v->slot);
	v->slot = mem_zeroed(v->nslot, sizeof(*v->slot));
	for (n = 0; n < v->nword; n++) {
		hash = hash_64(v->word[n].p, v->word[n].len, 0);
		v->slot[find_slot(v, v->word[n], hash)] =
		    (struct vocab_slot){(uint32_t)hash, n + 1};
	}
}

uint32_t
vocab_add(struct vocab *v, struct str word)
{
	uint64_t hash = hash_64(word.p, word.len, 0);
	size_t i;

	if (2 * ((size_t)v->nword + 1) > v->nslot)
		grow(v);
	i = find_slot(v, word, hash);
	if (v->slot[i].number != 0)
		return v->slot[i].number - 1;
	if (v->nword == UINT32_MAX - 1)
		return VOCAB_NONE;
	if (v->nword == v->cap) {
		v->cap =
		    v->cap < UINT32_MAX / 2 ? 2 * v->cap + 512 : UINT32_MAX;
		v->word = mem_grow(v->word, v->cap, sizeof(*v->word));
	}
	v->word[v->nword] = arena_copy(&v->bytes, word);
	v->slot[i] = (struct vocab_slot){(uint32_t)hash, ++v->nword};
	return v->nword - 1;
}

uint32_t
vocab_find(const struct vocab *v, struct str word)
{
	size_t i;

	if (v->nslot == 0)
		return VOCAB_NONE;
	i = find_slot(v, word, hash_64(word.p, word.len, 0));
	return v->slot[i].number != 0 ? v->slot[i].number - 1 : VOCAB_NONE;
}

void
vocab_release(struct vocab *v)
{
	free(v->word);
	free(v->slot);
	arena_release(&v->bytes);
	*v = (struct vocab){0};
}
