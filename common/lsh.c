#include "lsh.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "shingle.h"

void
lsh_init(struct lsh *l, size_t nband, double least, size_t max_len)
{
	*l = (struct lsh){.nband = nband, .least = least, .max_len = max_len};
	l->found = mem_grow(NULL, nband * LSH_BUCKET, sizeof(*l->found));
}

void
lsh_release(struct lsh *l)
{
	size_t i;

	for (i = 0; i < LSH_PART; i++)
		free(l->part[i].slot);
	free(l->pool);
	free(l->start);
	free(l->found);
	*l = (struct lsh){0};
}

/* The part by the key's first eight bits, the slot by the others. */
static struct lsh_part *
part_of(struct lsh *l, uint32_t key)
{
	return &l->part[key >> 24];
}

static size_t
home(const struct lsh_part *p, uint32_t key)
{
	return (uint64_t)(key << 8) * p->nslot >> 32;
}

static void
put(struct lsh_part *p, struct lsh_slot slot)
{
	size_t i = home(p, slot.key);

	while (p->slot[i].set != 0)
		i = i + 1 < p->nslot ? i + 1 : 0;
	p->slot[i] = slot;
	p->n++;
}

/* Whether more bytes may be held. */
static bool
charge(struct lsh *l, size_t more)
{
	if (l->max_len > 0 && l->len + more > l->max_len)
		return false;
	l->len += more;
	return true;
}

static bool
grow_part(struct lsh *l, struct lsh_part *p)
{
	struct lsh_part old = *p;
	size_t i, nslot = old.nslot > 0 ? old.nslot + old.nslot / 4 : 64;

	if (!charge(l, nslot * sizeof(*p->slot)))
		return false;
	p->slot = mem_zeroed(nslot, sizeof(*p->slot));
	p->nslot = nslot;
	p->n = 0;
	for (i = 0; i < old.nslot; i++)
		if (old.slot[i].set != 0)
			put(p, old.slot[i]);
	free(old.slot);
	l->len -= old.nslot * sizeof(*p->slot);
	return true;
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

bool
lsh_find(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n,
    size_t *set, double *jaccard)
{
	const struct lsh_part *p;
	uint64_t start, end;
	uint32_t k;
	size_t i, at, nfound = 0, in_band;

	for (i = 0; i < l->nband; i++) {
		k = (uint32_t)key[i];
		p = part_of(l, k);
		if (p->nslot == 0)
			continue;
		in_band = 0;
		for (at = home(p, k); p->slot[at].set != 0;
		     at = at + 1 < p->nslot ? at + 1 : 0)
			if (p->slot[at].key == k && in_band < LSH_BUCKET) {
				l->found[nfound++] = p->slot[at].set - 1;
				in_band++;
			}
	}
	if (nfound > 1)
		qsort(l->found, nfound, sizeof(*l->found), ascending);
	for (i = 0; i < nfound; i++) {
		if (i > 0 && l->found[i] == l->found[i - 1])
			continue;
		start = l->start[l->found[i]];
		end = l->found[i] + 1 < l->nset ? l->start[l->found[i] + 1]
						: l->npool;
		l->ncompare++;
		*jaccard = shingle_jaccard(
		    l->pool + start, end - start, x, n, l->least);
		if (*jaccard >= l->least) {
			*set = l->found[i];
			return true;
		}
	}
	return false;
}

/* Room in the arrays for one more set of n elements. */
static bool
make_room(struct lsh *l, size_t n)
{
	size_t cap;

	if (l->npool + n > l->pool_cap) {
		cap = l->pool_cap + l->pool_cap / 4 + n + 4096;
		if (!charge(l, (cap - l->pool_cap) * sizeof(*l->pool)))
			return false;
		l->pool = mem_grow(l->pool, cap, sizeof(*l->pool));
		l->pool_cap = cap;
	}
	if (l->nset == l->set_cap) {
		cap = l->set_cap + l->set_cap / 4 + 1024;
		if (!charge(l, (cap - l->set_cap) * sizeof(*l->start)))
			return false;
		l->start = mem_grow(l->start, cap, sizeof(*l->start));
		l->set_cap = cap;
	}
	return l->nset < UINT32_MAX - 1;
}

/* Sets entered under the key, up to LSH_BUCKET. */
static size_t
crowd(const struct lsh_part *p, uint32_t key)
{
	size_t at, n = 0;

	if (p->nslot == 0)
		return 0;
	for (at = home(p, key); p->slot[at].set != 0 && n < LSH_BUCKET;
	     at = at + 1 < p->nslot ? at + 1 : 0)
		n += p->slot[at].key == key;
	return n;
}

bool
lsh_add(struct lsh *l, const uint64_t *key, const uint32_t *x, size_t n)
{
	struct lsh_part *p;
	uint32_t k;
	size_t i;

	if (!make_room(l, n))
		return false;
	for (i = 0; i < l->nband; i++) {
		k = (uint32_t)key[i];
		p = part_of(l, k);
		if (crowd(p, k) >= LSH_BUCKET) {
			l->nfull++;
			continue;
		}
		if (p->n >= p->nslot - p->nslot / 5 && !grow_part(l, p))
			return false;
		put(p, (struct lsh_slot){k, (uint32_t)l->nset + 1});
	}
	l->start[l->nset++] = l->npool;
	if (n > 0)
		memcpy(l->pool + l->npool, x, n * sizeof(*x));
	l->npool += n;
	return true;
}
