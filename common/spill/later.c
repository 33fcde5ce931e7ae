#include "spill/later.h"

#include "base/cli.h"

enum { ORDER_HELD = 64 << 20 }; /* bytes to sort in */

struct ranked {
	uint64_t rank;
	uint64_t number, offset, len;
};

static int
by_rank(const void *va, const void *vb, const void *context)
{
	const struct ranked *a = va, *b = vb;

	(void)context;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

void
later_open(struct later *l, bool ranked)
{
	*l = (struct later){.ranked = ranked};
	spool_open(&l->lines);
	extsort_init(
	    &l->order, sizeof(struct ranked), by_rank, NULL, ORDER_HELD);
}

bool
later_is_open(const struct later *l)
{
	return spool_is_open(&l->lines);
}

void
later_put(struct later *l, const struct rec *rec, uint64_t rank)
{
	struct ranked item = {rank, l->n++, l->lines.len, rec->line.len};

	spool_write(&l->lines, rec->line.p, rec->line.len);
	spool_write(&l->lines, "\n", 1);
	if (l->ranked)
		extsort_put(&l->order, &item);
}

static void
parse(struct later *l, struct rec *rec, struct str line)
{
	const char *why;

	arena_clear(&l->mem);
	if (!rec_parse(rec, &l->mem, line, &why))
		cli_errx(CLI_FATAL, "temporary file: %s", why);
}

bool
later_ranked(struct later *l, struct rec *rec, uint64_t *number)
{
	struct ranked item;

	if (!extsort_next(&l->order, &item))
		return false;
	l->line.len = 0;
	buf_reserve(&l->line, item.len);
	spool_read_at(&l->lines, l->line.p, item.len, item.offset);
	parse(l, rec, (struct str){l->line.p, item.len});
	*number = item.number;
	return true;
}

bool
later_next(struct later *l, struct rec *rec)
{
	struct str line;

	if (!l->reading)
		spool_rewind(&l->lines);
	l->reading = true;
	if (!spool_line(&l->lines, &line))
		return false;
	parse(l, rec, line);
	return true;
}

void
later_release(struct later *l)
{
	spool_close(&l->lines);
	extsort_release(&l->order);
	buf_release(&l->line);
	arena_release(&l->mem);
	*l = (struct later){0};
}
