/*
 * labels - which labels records have, may have, and don't have
 *
 * Records come one by one, each with the names that it is given and those that
 * could be its too.  labels_settle() makes of all names that some record was
 * given the labels, in the order of their bytes, whatever the order of the
 * records; labels_get() then tells what a record is to them.
 *
 * A zeroed struct labels is an empty one.
 */

#ifndef LABELS_H
#define LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vocab.h"

/* What a record is to a label. */
enum { LABELS_MASKED, LABELS_NEGATIVE, LABELS_POSITIVE };

struct labels_mark {
	uint32_t label; /* as seen; once settled, of the labels */
	uint32_t given;
};

struct labels {
	size_t nrecord, cap;
	uint64_t *start;	  /* (nrecord + 1), places in mark */
	struct labels_mark *mark; /* (start[nrecord]) */
	size_t mark_cap;
	struct vocab seen;
	/* Once settled. */
	size_t nlabel;
	struct str *label;	       /* (nlabel), borrowed from seen */
	size_t *npositive, *nnegative; /* (nlabel): records */
};

/*
 * Add a record with its names, and those that may be: "*" there is every one.
 * The names are copied.
 */
void labels_add(struct labels *t, const struct str *given, size_t ngiven,
    const struct str *maybe, size_t nmaybe);
void labels_settle(struct labels *t);

/* Fill mark[0..n) with what a record is to the labels from first on. */
void labels_get(const struct labels *t, size_t record, size_t first, size_t n,
    uint8_t *mark);

/* Free what is held. */
void labels_release(struct labels *t);

#endif
