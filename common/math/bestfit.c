#include "math/bestfit.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum { LEVELS = 6, NONE = UINT32_MAX }; /* 64^6 is more than any length */

/*
 * A set of numbers: a bit for each on level 0, and on each level above one for
 * each word below that is not 0, so that the next of the set is found in a few
 * words.
 */
struct set {
	uint64_t *word[LEVELS];
	size_t nlevel;
};

static void
set_init(struct set *s, size_t n)
{
	s->nlevel = 0;
	do {
		n = n / 64 + 1;
		s->word[s->nlevel++] = mem_zeroed(n, sizeof(uint64_t));
	} while (n > 1);
}

static void
set_release(struct set *s)
{
	while (s->nlevel > 0)
		free(s->word[--s->nlevel]);
}

static void
set_put(struct set *s, size_t i)
{
	size_t level;

	for (level = 0; level < s->nlevel; level++, i /= 64)
		s->word[level][i / 64] |= UINT64_C(1) << i % 64;
}

static void
set_take(struct set *s, size_t i)
{
	size_t level;

	for (level = 0; level < s->nlevel; level++, i /= 64) {
		s->word[level][i / 64] &= ~(UINT64_C(1) << i % 64);
		if (s->word[level][i / 64] != 0)
			break;
	}
}

/* The least of the set from i on into *i; false if there is none. */
static bool
set_next(const struct set *s, size_t *i)
{
	size_t level = 0, at = *i;
	uint64_t w;

	/* up, until a word has one at this place or after it; then down */
	while ((w = s->word[level][at / 64] >> at % 64) == 0) {
		at = at / 64 + 1;
		if (++level == s->nlevel)
			return false;
	}
	at += (size_t)__builtin_ctzll(w);
	while (level-- > 0)
		at = 64 * at + (size_t)__builtin_ctzll(s->word[level][at]);
	*i = at;
	return true;
}

/* Sort the places by length, the longest first; equal ones keep their order. */
static uint32_t *
by_length(const uint32_t *len, size_t n, uint32_t length)
{
	size_t *first = mem_zeroed((size_t)length + 2, sizeof(*first)), i;
	uint32_t *order = mem_zeroed(n, sizeof(*order));

	for (i = 0; i < n; i++)
		first[length - len[i] + 1]++;
	for (i = 0; i <= length; i++)
		first[i + 1] += first[i];
	for (i = 0; i < n; i++)
		order[first[length - len[i]]++] = (uint32_t)i;
	free(first);
	return order;
}

size_t
bestfit(const uint32_t *len, size_t n, uint32_t length, uint32_t *bin,
    uint32_t *room)
{
	uint32_t *order = by_length(len, n, length), *top, *below, k;
	struct set rooms; /* those that a sequence has */
	size_t nbin = 0, i, r;

	/* the sequences of a room: the last one, and that before each */
	top = mem_alloc(((size_t)length + 1) * sizeof(*top));
	for (i = 0; i <= length; i++)
		top[i] = NONE;
	below = mem_zeroed(n, sizeof(*below));
	set_init(&rooms, length);
	for (i = 0; i < n; i++) {
		r = len[order[i]];
		if (set_next(&rooms, &r)) {
			k = top[r];
			if ((top[r] = below[k]) == NONE)
				set_take(&rooms, r);
		} else {
			k = (uint32_t)nbin++;
			r = length;
		}
		bin[order[i]] = k;
		room[k] = (uint32_t)r - len[order[i]];
		below[k] = top[room[k]];
		top[room[k]] = k;
		set_put(&rooms, room[k]);
	}
	set_release(&rooms);
	free(order);
	free(top);
	free(below);
	return nbin;
}
