/*
 * later - records kept for a second look, in $TMPDIR
 *
 * Each record is put with a rank.  Afterwards they come back in the order of
 * their ranks, the least first, if that was asked for; then in the order in
 * which they were put.
 *
 *	later_open(&l, true);
 *	while (...)
 *		later_put(&l, rec, rank);
 *	while (later_ranked(&l, &rec, &number))
 *		...
 *	while (later_next(&l, &rec))
 *		...
 *	later_release(&l);
 *
 * Memory: what it takes to sort, 64 MB at most, and a record.
 */

#ifndef LATER_H
#define LATER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/rec.h"
#include "record/spool.h"
#include "spill/extsort.h"

struct later {
	struct spool lines;
	bool ranked, reading;
	struct extsort order; /* of ranked records, by rank */
	uint64_t n;	      /* records put */
	struct buf line;      /* of the record at hand, as its members are: */
	struct arena mem;
};

/* ranked: whether later_ranked() will be called. */
void later_open(struct later *l, bool ranked);

/* Whether it is open; one of zeros is not. */
bool later_is_open(const struct later *l);

/* Keep a copy of the record's line; its number is how many were before it. */
void later_put(struct later *l, const struct rec *rec, uint64_t rank);

/*
 * The next record by rank, of equal ranks the one that was put first, and its
 * number; false after the last.  It is borrowed until the next call.
 */
bool later_ranked(struct later *l, struct rec *rec, uint64_t *number);

/* The next record as it was put; false after the last.  Borrowed, too. */
bool later_next(struct later *l, struct rec *rec);

/* Free what is held. */
void later_release(struct later *l);

#endif
