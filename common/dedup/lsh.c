#include "dedup/lsh.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dedup/shingle.h"

/* How full the table may be, and slots after the last that is asked for. */
enum { FULL_NUM = 7, FULL_DEN = 8, SPARE = 1024 };

void
lsh_init(struct lsh *l, size_t nband, double least, struct budget *budget)
{
	*l = (struct lsh){.nband = nband, .least = least};
	l->found = mem_grow(NULL, nband * LSH_BUCKET, sizeof(*l->found));
	blobs_init(&l->sets, budget, SIZE_MAX);
}

void
lsh_release(struct lsh *l)
{
	blobs_release(&l->sets);
	free(l->slot);
	free(l->found);
	*l = (struct lsh){0};
}

static size_t
home(size_t nhome, uint32_t key)
{
	return (uint64_t)key * nhome >> 32;
}

/* Take more bytes from the budget; if it has no room, the sets leave memory. */
static bool
take(struct lsh *l, size_t more)
{
	return budget_take(l->sets.budget, more) ||
	       (blobs_spill(&l->sets) && budget_take(l->sets.budget, more));
}

/* The slots that the entries reach over when nhome are asked for. */
static size_t
reach(const struct lsh *l, size_t nhome)
{
	size_t i, at = 0, h;

	for (i = 0; i < l->nslot; i++) {
		if (l->slot[i].set == 0)
			continue;
		h = home(nhome, l->slot[i].key);
		at = (h > at ? h : at) + 1;
	}
	return at;
}

/*
 * Grow where it lies: all entries to the end, in their order, then each to its
 * new place, which is never after the one it is taken from.
 */
static bool
grow(struct lsh *l)
{
	size_t nhome = l->nhome + l->nhome / 8 + 64, nslot, i, from, at;
	struct lsh_slot e;

	if (nhome < l->nentry + l->nentry / 7)
		nhome = l->nentry + l->nentry / 7 + 64;

	nslot = reach(l, nhome);
	nslot = (nslot > nhome ? nslot : nhome) + SPARE;
	if (!take(l, (nslot - l->nslot) * sizeof(*l->slot)))
		return false;
	l->slot = mem_grow(l->slot, nslot, sizeof(*l->slot));
	for (i = l->nslot, from = nslot; i-- > 0;)
		if (l->slot[i].set != 0)
			l->slot[--from] = l->slot[i];
	for (at = 0; from < nslot; from++) {
		e = l->slot[from];
		for (i = home(nhome, e.key); at < i; at++)
			l->slot[at].set = 0;
		l->slot[at++] = e;
	}
	for (; at < nslot; at++)
		l->slot[at].set = 0;
	l->nhome = nhome;
	l->nslot = nslot;
	return true;
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

/* The first slot that is empty or of key or after it. */
static size_t
seek(const struct lsh *l, uint32_t key)
{
	size_t at = home(l->nhome, key);

	while (at < l->nslot && l->slot[at].set != 0 && l->slot[at].key < key)
		at++;
	return at;
}

static bool
is_at(const struct lsh *l, size_t at, uint32_t key)
{
	return at < l->nslot && l->slot[at].set != 0 && l->slot[at].key == key;
}

/* Sets that share a band, ascending, each once: found[0..n). */
static size_t
find_bands(struct lsh *l, const uint64_t *key)
{
	size_t i, at, n = 0, nfound = 0;

	for (i = 0; i < l->nband && l->nentry > 0; i++)
		__builtin_prefetch(&l->slot[home(l->nhome, (uint32_t)key[i])]);
	for (i = 0; i < l->nband && l->nentry > 0; i++)
		for (at = seek(l, (uint32_t)key[i]);
		     is_at(l, at, (uint32_t)key[i]); at++)
			l->found[nfound++] = l->slot[at].set - 1;
	if (nfound > 1)
		qsort(l->found, nfound, sizeof(*l->found), ascending);
	for (i = 0; i < nfound; i++)
		if (n == 0 || l->found[i] != l->found[n - 1])
			l->found[n++] = l->found[i];
	return n;
}

bool
lsh_find(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n,
    size_t *set, double *jaccard)
{
	size_t i, nfound = find_bands(l, key);
	struct str other;

	for (i = 0; i < nfound; i++) {
		other = blobs_get(&l->sets, l->found[i]);
		l->ncompare++;
		*jaccard =
		    shingle_jaccard((const uint32_t *)(const void *)other.p,
			other.len / sizeof(*x), x, n, l->least);
		if (*jaccard >= l->least) {
			*set = l->found[i];
			return true;
		}
	}
	return false;
}

/* Enter a set under a key, after those that have it; false: no room. */
static bool
enter(struct lsh *l, uint32_t key, uint32_t set)
{
	size_t at = seek(l, key), end, crowd = 0;

	for (; is_at(l, at, key); at++)
		crowd++;
	if (crowd >= LSH_BUCKET) {
		l->nfull++;
		return true;
	}
	for (end = at; end < l->nslot && l->slot[end].set != 0; end++)
		;
	if (end == l->nslot)
		return false;
	memmove(&l->slot[at + 1], &l->slot[at], (end - at) * sizeof(*l->slot));
	l->slot[at] = (struct lsh_slot){key, set + 1};
	l->nentry++;
	return true;
}

bool
lsh_add(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n)
{
	uint32_t set = (uint32_t)l->sets.n;
	size_t i;

	if (l->sets.n >= UINT32_MAX - 1 ||
	    !blobs_add(&l->sets, (struct str){(const char *)x, n * sizeof(*x)}))
		return false;
	for (i = 0; i < l->nband; i++) {
		if (l->nentry >= l->nhome / FULL_DEN * FULL_NUM && !grow(l))
			return false;
		while (!enter(l, (uint32_t)key[i], set))
			if (!grow(l))
				return false;
	}
	return true;
}

bool
lsh_state(struct lsh *l, struct checkpoint *state)
{
	size_t n = l->nentry, i;

	checkpoint_count(state, &n, sizeof(*l->slot));
	if (state->saving) {
		for (i = 0; i < l->nslot; i++)
			if (l->slot[i].set != 0)
				checkpoint_bytes(
				    state, &l->slot[i], sizeof(*l->slot));
		return blobs_state(&l->sets, state);
	}
	/* Make a table without gaps, which grow() will spread. */
	if (!take(l, n * sizeof(*l->slot)))
		return false;
	l->slot = mem_grow(NULL, n, sizeof(*l->slot));
	checkpoint_bytes(state, l->slot, n * sizeof(*l->slot));
	for (i = 0; i < n; i++) /* in the order in which they lay */
		if (l->slot[i].set == 0 ||
		    (i > 0 && l->slot[i].key < l->slot[i - 1].key))
			checkpoint_corrupt(state);
	l->nentry = l->nslot = n;
	if ((n > 0 && !grow(l)) || !blobs_state(&l->sets, state))
		return false;
	for (i = 0; i < l->sets.n; i++)
		if (l->sets.end[i] % sizeof(uint32_t) != 0)
			checkpoint_corrupt(state);
	return true;
}
