/*
 * truth - which labels records have, may have, and don't have
 *
 * Records come one by one, each with the names that it is given and those that
 * could be its too.  truth_settle() makes of all names that some record was
 * given the labels, in the order of their bytes, whatever the order of the
 * records; truth_get() then tells what a record is to them.
 *
 * A zeroed struct truth is an empty one.
 */

#ifndef TRUTH_H
#define TRUTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vocab.h"

/* What a record is to a label. */
enum { TRUTH_MASKED, TRUTH_NEGATIVE, TRUTH_POSITIVE };

struct truth_mark {
	uint32_t label; /* as seen; once settled, of the labels */
	uint32_t given;
};

struct truth {
	size_t nrecord, cap;
	uint64_t *start;	 /* (nrecord + 1), places in mark */
	struct truth_mark *mark; /* (start[nrecord]) */
	size_t mark_cap;
	struct vocab seen;
	/* Once settled. */
	size_t nlabel;
	struct str *label;	       /* (nlabel), lent by seen */
	size_t *npositive, *nnegative; /* (nlabel): records */
};

/*
 * Add a record with its names, and those that may be: "*" there is every one.
 * The names are copied.
 */
void truth_add(struct truth *t, const struct str *given, size_t ngiven,
    const struct str *maybe, size_t nmaybe);
void truth_settle(struct truth *t);

/* Fill mark[0..n) with what a record is to the labels from first on. */
void truth_get(const struct truth *t, size_t record, size_t first, size_t n,
    uint8_t *mark);

void truth_release(struct truth *t);

#endif
