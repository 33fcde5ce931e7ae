#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "save.h"

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
	size_t done = 0;
	ssize_t n;

	if (s->len == 0)
		return false;
	if (s->spool == NULL)
		s->spool = save_spool();
	while (done < s->len) {
		n = pwrite(fileno(s->spool), s->p + done, s->len - done,
		    (off_t)(s->spooled + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			cli_err(CLI_FATAL, "temporary file");
		done += (size_t)n;
	}
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

bool
store_add(struct store *s, struct str slice)
{
	size_t cap;

	if (!make_room(s, slice.len))
		return false;
	if (s->n == s->end_cap) {
		cap = s->end_cap + s->end_cap / 8 + 512;
		if (!budget_take(
			s->budget, (cap - s->end_cap) * sizeof(*s->end)))
			return false;
		s->end = mem_grow(s->end, cap, sizeof(*s->end));
		s->end_cap = cap;
	}
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
	size_t len = s->end[i] - start, done = 0;
	ssize_t n;

	if (start >= s->spooled)
		return (struct str){s->p + (start - s->spooled), len};
	s->lent.len = 0;
	buf_reserve(&s->lent, len);
	while (done < len) {
		n = pread(fileno(s->spool), s->lent.p + done, len - done,
		    (off_t)(start + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			cli_err(CLI_FATAL, "temporary file");
		done += (size_t)n;
	}
	return (struct str){s->lent.p, len};
}
