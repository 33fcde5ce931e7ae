/*
 * table - the columns of the tables of a page
 *
 * A cell's first slot among the columns of its table, by the cells before it in
 * its row and those of rows above that reach down to it; HTML, 4.9.12.  Spans
 * count up to TABLE_SPAN columns and the rows that are there.  A page has no
 * more slots than bytes: beyond, cells span one column.
 *
 * Tables that only arrange a page have no columns: those with a table or a
 * heading in them, of one row or one column, or with longer texts.
 */

#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/html.h"

enum { TABLE_SPAN = 1000 };

struct table_place {	/* of an element */
	uint32_t table; /* of a cell or row: the table of data; 0: none */
	uint32_t slot;	/* of a cell: the first; of a row: how many */
};

/* Zeroed memory is ready; it serves any number of pages. */
struct tables {
	struct table_place *place;  /* (nelem): of the page read last */
	uint32_t *busy;		    /* by column: the first row that is free */
	size_t cap, busy_cap, used; /* columns of the last table */
	size_t budget;		    /* slots that may yet be */
};

/* Find the columns of the tables of a page, whose cells are elements of h. */
void tables_read(struct tables *t, const struct html *h);
void tables_release(struct tables *t);

#endif
