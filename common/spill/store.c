#include "spill/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "record/outfile.h"

enum { BLOCK = 1 << 20 };

void
store_init(struct store *s, struct budget *budget, size_t most)
{
	*s = (struct store){.budget = budget, .most = most};
}

void
store_release(struct store *s)
{
	if (s->spool != NULL)
		fclose(s->spool);
	buf_release(&s->lent);
	free(s->end);
	free(s->p);
	*s = (struct store){0};
}

bool
store_spill(struct store *s)
{
	if (s->len == 0)
		return false;
	if (s->spool == NULL)
		s->spool = outfile_spool();
	if (fwrite(s->p, 1, s->len, s->spool) != s->len ||
	    fflush(s->spool) != 0)
		cli_err(CLI_FATAL, "temporary file");
	s->spooled += s->len;
	budget_give(s->budget, s->cap);
	free(s->p);
	s->p = NULL;
	s->len = s->cap = 0;
	return true;
}

/* Room for more bytes behind len. */
static bool
make_room(struct store *s, size_t more)
{
	size_t cap;

	if (more <= s->cap - s->len)
		return true;
	cap = s->cap + s->cap / 4 + more + 4096;
	if (cap > s->most || !budget_take(s->budget, cap - s->cap)) {
		store_spill(s);
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
make_ends(struct store *s, size_t n)
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
store_add(struct store *s, struct str slice)
{
	if (!make_room(s, slice.len) || !make_ends(s, s->n + 1))
		return false;
	if (slice.len > 0)
		memcpy(s->p + s->len, slice.p, slice.len);
	s->len += slice.len;
	s->end[s->n++] = s->spooled + s->len;
	return true;
}

struct str
store_get(struct store *s, size_t i)
{
	uint64_t start = i > 0 ? s->end[i - 1] : 0;
	size_t len = s->end[i] - start;

	if (start >= s->spooled)
		return (struct str){s->p + (start - s->spooled), len};
	s->lent.len = 0;
	buf_reserve(&s->lent, len);
	outfile_spool_read(s->spool, s->lent.p, len, start);
	return (struct str){s->lent.p, len};
}

/* All bytes to the file, by way of memory that may be lent. */
static void
save_bytes(struct store *s, struct state *state)
{
	uint64_t at;
	size_t len;

	s->lent.len = 0;
	buf_reserve(&s->lent, BLOCK);
	for (at = 0; at < s->spooled; at += len) {
		len = s->spooled - at < BLOCK ? s->spooled - at : BLOCK;
		outfile_spool_read(s->spool, s->lent.p, len, at);
		state_bytes(state, s->lent.p, len);
	}
	state_bytes(state, s->p, s->len);
}

bool
store_state(struct store *s, struct state *state)
{
	size_t n = s->n, left = s->spooled + s->len, len;

	state_count(state, &n, sizeof(*s->end));
	if (!state->saving && !make_ends(s, n))
		return false;
	state_bytes(state, s->end, n * sizeof(*s->end));
	state_count(state, &left, 1);
	if (state->saving) {
		save_bytes(s, state);
		return true;
	}
	for (s->n = n; left > 0; left -= len) {
		len = left < BLOCK ? left : BLOCK;
		if (!make_room(s, len))
			return false;
		state_bytes(state, s->p + s->len, len);
		s->len += len;
	}
	return true;
}
