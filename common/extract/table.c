#include "extract/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	CELL_TEXT = 300, /* bytes of a cell of data, on average at most */
	UP = 16		 /* elements between a cell and its row, at most */
};

void
tables_release(struct tables *t)
{
	free(t->place);
	free(t->busy);
	memset(t, 0, sizeof(*t));
}

static bool
is_cell(const struct html_elem *e)
{
	return e->tag == HTML_TD || e->tag == HTML_TH;
}

/* The row of a cell: its <tr>, or what holds it where there is none. */
static uint32_t
row_of(const struct html *h, uint32_t table, uint32_t cell)
{
	uint32_t e = h->elem[cell].parent;
	int up;

	for (up = 0; up < UP && e != table && h->elem[e].tag != HTML_TR; up++)
		e = h->elem[e].parent;
	return h->elem[e].tag == HTML_TR ? e : h->elem[cell].parent;
}

/*
 * Whether a table holds data: rows and columns of short texts.  *nrow is how
 * many rows it has.
 */
static bool
is_data(const struct html *h, uint32_t table, uint32_t *nrow)
{
	uint32_t i, row = 0, r, inrow = 0, wide = 0, ncell = 0;
	size_t text = 0, b;
	const struct html_elem *e;

	*nrow = 0;
	for (i = table + 1; i < h->elem[table].end; i++) {
		e = &h->elem[i];
		if (e->tag == HTML_TABLE ||
		    (e->tag >= HTML_H1 && e->tag <= HTML_H6))
			return false;
		if (!is_cell(e))
			continue;
		r = row_of(h, table, i);
		if (r != row) {
			row = r;
			inrow = 0;
			++*nrow;
		}
		wide += ++inrow == 2;
		if (e->block == e->block_end)
			continue;
		ncell++;
		for (b = e->block; b < e->block_end; b++)
			text += h->block[b].len;
	}
	return *nrow >= 2 && wide * 2 >= *nrow && text <= ncell * CELL_TEXT;
}

/* Mark columns [from, to) as taken up to a row. */
static void
take(struct tables *t, uint32_t from, uint32_t to, uint32_t row)
{
	if (to > t->busy_cap) {
		t->busy = mem_grow(t->busy, 2 * (size_t)to, sizeof(*t->busy));
		memset(t->busy + t->busy_cap, 0,
		    (2 * (size_t)to - t->busy_cap) * sizeof(*t->busy));
		t->busy_cap = 2 * (size_t)to;
	}
	if (to > t->used)
		t->used = to;
	for (; from < to; from++)
		t->busy[from] = row;
}

static bool
is_busy(const struct tables *t, uint32_t column, uint32_t row)
{
	return column < t->busy_cap && t->busy[column] > row;
}

static void
read_table(struct tables *t, const struct html *h, uint32_t table)
{
	uint32_t i, row = 0, r, nrow, n = 0, column = 0, span, down;
	const struct html_elem *e;

	if (!is_data(h, table, &nrow))
		return;
	if (t->used > 0)
		memset(t->busy, 0, t->used * sizeof(*t->busy));
	t->used = 0;
	for (i = table + 1; i < h->elem[table].end; i++) {
		e = &h->elem[i];
		if (!is_cell(e))
			continue;
		r = row_of(h, table, i);
		if (r != row) {
			row = r;
			n++;
			column = 0;
			t->place[row].table = table;
		}
		for (; is_busy(t, column, n - 1); column++)
			t->budget -= t->budget > 0;
		t->place[i] = (struct table_place){table, column};
		span = e->colspan > 1 ? e->colspan : 1;
		span = span < TABLE_SPAN ? span : TABLE_SPAN;
		if (span > t->budget)
			span = 1;
		t->budget -= span < t->budget ? span : t->budget;
		down = e->rowspan > 1 ? e->rowspan : 1;
		/*
		 * a cell reaches no further down than the last row, nor
		 * beyond its own once the budget is spent
		 */
		down = down < nrow - n + 1 ? down : nrow - n + 1;
		if (t->budget == 0)
			down = 1;
		take(t, column, column + span, n - 1 + down);
		column += span;
		t->place[row].slot = column;
	}
}

void
tables_read(struct tables *t, const struct html *h)
{
	uint32_t i;

	if (h->nelem > t->cap) {
		t->cap = h->nelem * 2;
		free(t->place);
		t->place = mem_zeroed(t->cap, sizeof(*t->place));
	}
	memset(t->place, 0, h->nelem * sizeof(*t->place));
	t->budget = h->page.len;
	for (i = 1; i < h->nelem; i++)
		if (h->elem[i].tag == HTML_TABLE)
			read_table(t, h, i);
}
