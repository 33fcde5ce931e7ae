#include "spill/blobs.h"

#include <stdlib.h>
#include <string.h>

#include "record/spool.h"

enum { BLOCK = 1 << 20 };

void
blobs_init(struct blobs *s, struct budget *budget, size_t most)
{
	*s = (struct blobs){.budget = budget, .most = most};
}

void
blobs_release(struct blobs *s)
{
	spool_close(&s->spool);
	buf_release(&s->back);
	free(s->end);
	free(s->p);
	*s = (struct blobs){0};
}

bool
blobs_spill(struct blobs *s)
{
	if (s->len == 0)
		return false;
	if (!spool_is_open(&s->spool))
		spool_open(&s->spool);
	spool_write(&s->spool, s->p, s->len);
	budget_give(s->budget, s->cap);
	free(s->p);
	s->p = NULL;
	s->len = s->cap = 0;
	return true;
}

/* Room for more bytes after len. */
static bool
make_room(struct blobs *s, size_t more)
{
	size_t cap;

	if (more <= s->cap - s->len)
		return true;
	cap = s->cap + s->cap / 4 + more + 4096;
	if (cap > s->most || !budget_take(s->budget, cap - s->cap)) {
		blobs_spill(s);
		cap = more + 4096;
		if (!budget_take(s->budget, cap - s->cap))
			return false;
	}
	s->p = mem_grow(s->p, cap, 1);
	s->cap = cap;
	return true;
}

/* Room for so many slices. */
static bool
make_ends(struct blobs *s, size_t n)
{
	size_t cap = s->end_cap + s->end_cap / 8 + 512;

	if (n <= s->end_cap)
		return true;
	if (cap < n)
		cap = n;
	if (!budget_take(s->budget, (cap - s->end_cap) * sizeof(*s->end)))
		return false;
	s->end = mem_grow(s->end, cap, sizeof(*s->end));
	s->end_cap = cap;
	return true;
}

bool
blobs_add(struct blobs *s, struct str slice)
{
	if (!make_room(s, slice.len) || !make_ends(s, s->n + 1))
		return false;
	if (slice.len > 0)
		memcpy(s->p + s->len, slice.p, slice.len);
	s->len += slice.len;
	s->end[s->n++] = s->spool.len + s->len;
	return true;
}

struct str
blobs_get(struct blobs *s, size_t i)
{
	uint64_t start;
	size_t len;

	if (i >= s->n)
		return STR("");
	start = i > 0 ? s->end[i - 1] : 0;
	len = s->end[i] - start;
	if (len == 0)
		return STR("");
	if (start >= s->spool.len)
		return (struct str){s->p + (start - s->spool.len), len};
	s->back.len = 0;
	buf_reserve(&s->back, len);
	spool_read_at(&s->spool, s->back.p, len, start);
	return (struct str){s->back.p, len};
}

/* Write all bytes to the file, by way of memory that may be borrowed. */
static void
save_bytes(struct blobs *s, struct checkpoint *state)
{
	uint64_t at;
	size_t len;

	s->back.len = 0;
	buf_reserve(&s->back, BLOCK);
	for (at = 0; at < s->spool.len; at += len) {
		len = s->spool.len - at < BLOCK ? s->spool.len - at : BLOCK;
		spool_read_at(&s->spool, s->back.p, len, at);
		checkpoint_bytes(state, s->back.p, len);
	}
	checkpoint_bytes(state, s->p, s->len);
}

bool
blobs_state(struct blobs *s, struct checkpoint *state)
{
	size_t n = s->n, left = s->spool.len + s->len, len, i;

	checkpoint_count(state, &n, sizeof(*s->end));
	if (!state->saving && !make_ends(s, n))
		return false;
	checkpoint_bytes(state, s->end, n * sizeof(*s->end));
	checkpoint_count(state, &left, 1);
	if (state->saving) {
		save_bytes(s, state);
		return true;
	}
	for (i = 0; i < n; i++)
		if (s->end[i] < (i > 0 ? s->end[i - 1] : 0))
			checkpoint_corrupt(state);
	if ((n > 0 ? s->end[n - 1] : 0) != left)
		checkpoint_corrupt(state);
	for (s->n = n; left > 0; left -= len) {
		len = left < BLOCK ? left : BLOCK;
		if (!make_room(s, len))
			return false;
		checkpoint_bytes(state, s->p + s->len, len);
		s->len += len;
	}
	return true;
}
