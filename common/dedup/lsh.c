#include "dedup/lsh.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dedup/shingle.h"

/* How full the table may be, and how many slots follow the last home. */
enum { FULL_NUM = 7, FULL_DEN = 8, SPARE = 1024 };

/* Bytes after the table, since a slot is read as a number of eight bytes. */
enum { SLACK = 8 };

/*
 * The least reach at which keys are cut, and the last set number of three
 * bytes.
 */
enum { REACH_MIN = 512, SET_MAX = 0xffffff };

/*
 * What a slot holds: set + 1, or 0 if it is empty; and the last bits of its
 * key.
 */
struct slot {
	uint32_t set, low;
};

void
lsh_init(struct lsh *l, size_t nband, double least, struct budget *budget)
{
	*l = (struct lsh){
	    .nband = nband, .least = least, .set_len = 3, .key_len = 4};
	l->found = mem_grow(NULL, nband * LSH_BUCKET, sizeof(*l->found));
	blobs_init(&l->sets, budget, SIZE_MAX);
}

void
lsh_release(struct lsh *l)
{
	blobs_release(&l->sets);
	free(l->table);
	free(l->found);
	*l = (struct lsh){0};
}

static size_t
home(size_t nhome, uint32_t key)
{
	return (uint64_t)key * nhome >> 32;
}

/* How the bytes of a slot are read: the set + 1, then bits of the key. */
struct shape {
	size_t len; /* bytes */
	unsigned set_bits;
	uint32_t set_mask, key_mask;
	unsigned cut; /* bits of 64 that say nothing of two keys' difference */
};

static inline struct shape
shape_of(const struct lsh *l)
{
	return (struct shape){
	    .len = l->set_len + l->key_len,
	    .set_bits = 8 * l->set_len,
	    .set_mask = UINT32_MAX >> (32 - 8 * l->set_len),
	    .key_mask = UINT32_MAX >> (32 - 8 * l->key_len),
	    .cut = l->key_len == 4 ? 0 : 64 - 8 * l->key_len,
	};
}

static inline struct slot
get(struct shape shape, const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	x = le64toh(x);
	return (struct slot){(uint32_t)x & shape.set_mask,
	    (uint32_t)(x >> shape.set_bits) & shape.key_mask};
}

/* In two halves, which may overlap: a slot has five to eight bytes. */
static inline void
put(struct shape shape, char *p, uint32_t key, uint32_t set)
{
	uint64_t x = htole64(set | (uint64_t)key << shape.set_bits);

	memcpy(p, &x, 4);
	memcpy(p + shape.len - 4, (const char *)&x + shape.len - 4, 4);
}

/*
 * By how much the key of a slot, which lies within reach of the home of key,
 * is larger than key; less than 0 if it is smaller.
 */
static inline int64_t
excess(struct shape shape, struct slot s, uint32_t key)
{
	return (int64_t)(((uint64_t)s.low - key) << shape.cut) >> shape.cut;
}

/*
 * Entries must be nearer to their homes than this.  It is half of the keys
 * that the bits of a slot can tell apart, since a key is compared with those
 * on either side.
 */
static size_t
reach(size_t nhome, unsigned key_len)
{
	return key_len == 4 ? SIZE_MAX : nhome >> (33 - 8 * key_len);
}

/* The entries of a table one after the other, with their whole keys. */
struct walk {
	struct shape shape;
	const char *p;	/* the next slot */
	size_t at, end; /* its number; slots that there are */
	size_t nhome;
	uint64_t top, part; /* its last key, as a quotient and its remainder */
	uint64_t step, step_part; /* from slot to slot */
};

static struct walk
walk_start(const struct lsh *l, const char *table)
{
	const uint64_t nkey = (uint64_t)1 << 32;
	const size_t nhome = l->nhome > 0 ? l->nhome : 1;

	return (struct walk){shape_of(l), table, 0, l->nslot, nhome,
	    (nkey - 1) / nhome, (nkey - 1) % nhome, nkey / nhome, nkey % nhome};
}

/* The set + 1 of the next entry, and its key; 0 after the last. */
static inline uint32_t
walk_next(struct walk *w, uint32_t *key)
{
	struct slot s = {0};
	uint64_t top = 0;

	while (s.set == 0 && w->at < w->end) {
		s = get(w->shape, w->p);
		top = w->top;
		w->p += w->shape.len;
		w->at++;
		w->top += w->step;
		w->part += w->step_part;
		if (w->part >= w->nhome) {
			w->part -= w->nhome;
			w->top++;
		}
	}
	if (top > UINT32_MAX)
		top = UINT32_MAX;
	*key =
	    w->shape.cut == 0
		? s.low
		: (uint32_t)top - (((uint32_t)top - s.low) & w->shape.key_mask);
	return s.set;
}

/* What must be computed before the table has nhome homes. */
struct layout {
	size_t used;  /* slots up to the last entry, as the table is */
	size_t nslot; /* the same, as it will be */
	size_t far;   /* from its home to the farthest entry then */
};

static struct layout
lay_out(const struct lsh *l, size_t nhome)
{
	struct walk w = walk_start(l, l->table);
	struct layout new = {0};
	uint32_t key;
	size_t h;

	while (walk_next(&w, &key) != 0) {
		h = home(nhome, key);
		if (h > new.nslot)
			new.nslot = h;
		if (new.nslot - h > new.far)
			new.far = new.nslot - h;
		new.nslot++;
		new.used = w.at;
	}
	return new;
}

/*
 * Move the entries of old, whose table begins at from now, to their new
 * places.
 */
static void
spread(const struct lsh *l, const struct lsh *old, const char *from)
{
	struct walk w = walk_start(old, from);
	const struct shape shape = shape_of(l);
	const size_t nhome = l->nhome;
	char *p = l->table;
	size_t at = 0, h;
	uint32_t key, set;

	while ((set = walk_next(&w, &key)) != 0) {
		for (h = home(nhome, key); at < h; at++, p += shape.len)
			put(shape, p, 0, 0);
		put(shape, p, key, set);
		p += shape.len;
		at++;
	}
	memset(p, 0, (l->nslot - at) * shape.len + SLACK);
}

/*
 * Grow the table to nhome homes in place: move it to the end of the new one,
 * and then each entry from there to its place.  No place is after the one that
 * its entry is taken from: the distance of an entry from the start of the
 * table grows at most by the ratio of homes, and the new table is longer, in
 * bytes, than the old one.  False if there is no memory; then nothing has
 * changed.
 */
static bool
resize(struct lsh *l, size_t nhome)
{
	const struct layout layout = lay_out(l, nhome);
	struct lsh old = *l, new = *l;
	const size_t old_len = old.set_len + old.key_len;
	size_t len, had, held = old.nslot * old_len;

	if (old.nhome > 0)
		new.nslot = (size_t)ceil(
		    (double)layout.used * (double)nhome / (double)old.nhome);
	if (new.nslot < layout.nslot)
		new.nslot = layout.nslot;
	if (new.nslot < nhome)
		new.nslot = nhome;
	new.nslot += SPARE;
	new.nhome = nhome;
	old.nslot = layout.used;
	had = old.nslot * old_len;
	new.set_len = old.many ? 4 : 3;
	for (new.key_len = 2; new.key_len < 4; new.key_len++)
		if (reach(nhome, new.key_len) >= REACH_MIN &&
		    reach(nhome, new.key_len) / 2 > layout.far &&
		    (new.nslot - 2) * (new.set_len + new.key_len) >= had)
			break;
	len = new.nslot *(new.set_len + new.key_len);
	if (!budget_take(l->sets.budget, len > held ? len - held : 0))
		return false;
	new.table = mem_grow(old.table, len + SLACK, 1);
	if (had > 0)
		memmove(new.table + len - had, new.table, had);
	spread(&new, &old, new.table + len - had);
	*l = new;
	return true;
}

/*
 * Grow by a third, or by less if the budget is short of memory; only if that
 * is not enough, move the sets out of it.
 */
static bool
grow(struct lsh *l)
{
	static const size_t part[] = {3, 8, 32};
	size_t i;

	do
		for (i = 0; i < sizeof(part) / sizeof(*part); i++)
			if (resize(l, l->nhome + l->nhome / part[i] + 64))
				return true;
	while (blobs_spill(&l->sets));
	return false;
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

/* The first slot that is empty or of key or after it. */
static inline size_t
seek(const struct lsh *l, struct shape shape, uint32_t key)
{
	size_t at = home(l->nhome, key);
	const char *p = l->table + at * shape.len;
	struct slot s;

	for (; at < l->nslot; at++, p += shape.len) {
		s = get(shape, p);
		if (s.set == 0 || excess(shape, s, key) >= 0)
			break;
	}
	return at;
}

/* The set + 1 of a slot if it is of key, else 0. */
static inline uint32_t
set_at(const struct lsh *l, struct shape shape, size_t at, uint32_t key)
{
	struct slot s;

	if (at >= l->nslot)
		return 0;
	s = get(shape, l->table + at * shape.len);
	return excess(shape, s, key) == 0 ? s.set : 0;
}

/* Sets that share a band, ascending, each once: found[0..n). */
static size_t
find_bands(struct lsh *l, const uint64_t *key)
{
	const struct shape shape = shape_of(l);
	size_t i, at, n = 0, nfound = 0;
	uint32_t low, set;

	for (i = 0; i < l->nband && l->nentry > 0; i++)
		__builtin_prefetch(
		    l->table + home(l->nhome, (uint32_t)key[i]) * shape.len);
	for (i = 0; i < l->nband && l->nentry > 0; i++) {
		low = (uint32_t)key[i];
		at = seek(l, shape, low);
		for (; (set = set_at(l, shape, at, low)) != 0; at++)
			l->found[nfound++] = set - 1;
	}
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

/*
 * Whether the entries from at to end may each move to the next slot; all are
 * within reach of key.
 */
static bool
may_move(const struct lsh *l, size_t at, size_t end, uint32_t key)
{
	const struct shape shape = shape_of(l);
	const size_t far = reach(l->nhome, l->key_len);
	uint32_t other;

	if (end - home(l->nhome, key) < far)
		return true; /* none has a home before that */
	if (at - home(l->nhome, key) >= far)
		return false;
	for (; at < end; at++) {
		other = key + (uint32_t)excess(shape,
				  get(shape, l->table + at * shape.len), key);
		if (at + 1 - home(l->nhome, other) >= far)
			return false;
	}
	return true;
}

/* Enter a set under a key, after those that have it; false: no room. */
static bool
enter(struct lsh *l, uint32_t key, uint32_t set)
{
	const struct shape shape = shape_of(l);
	size_t at = seek(l, shape, key), end, crowd = 0;
	char *p = l->table, *last;

	for (; set_at(l, shape, at, key) != 0; at++)
		crowd++;
	if (crowd >= LSH_BUCKET) {
		l->nfull++;
		return true;
	}
	p += at * shape.len;
	for (end = at, last = p; end < l->nslot && get(shape, last).set != 0;
	     end++)
		last += shape.len;
	l->many |= set >= SET_MAX;
	if (end == l->nslot || (l->many && l->set_len < 4) ||
	    !may_move(l, at, end, key))
		return false;
	memmove(p + shape.len, p, (size_t)(last - p));
	put(shape, p, key, set + 1);
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

/* The table to a file, or from it if empty; false when memory won't do. */
static bool
table_state(struct lsh *l, struct checkpoint *state)
{
	struct {
		uint32_t key, set;
	} item = {0, 0};
	struct walk w = walk_start(l, l->table);
	size_t n = l->nentry, i;
	uint32_t before = 0;

	checkpoint_count(state, &n, sizeof(item));
	if (state->saving) {
		while ((item.set = walk_next(&w, &item.key)) != 0)
			checkpoint_bytes(state, &item, sizeof(item));
		return true;
	}
	if (n > 0 && !resize(l, n + n / FULL_NUM + 64))
		return false;
	for (i = 0; i < n; i++) { /* in the order in which they lay */
		checkpoint_bytes(state, &item, sizeof(item));
		if (item.set == 0 || item.key < before)
			checkpoint_corrupt(state);
		before = item.key;
		while (!enter(l, item.key, item.set - 1))
			if (!grow(l))
				return false;
	}
	return true;
}

bool
lsh_state(struct lsh *l, struct checkpoint *state)
{
	size_t i;

	if (!table_state(l, state) || !blobs_state(&l->sets, state))
		return false;
	if (state->saving)
		return true;
	for (i = 0; i < l->sets.n; i++)
		if (l->sets.end[i] % sizeof(uint32_t) != 0)
			checkpoint_corrupt(state);
	return true;
}
