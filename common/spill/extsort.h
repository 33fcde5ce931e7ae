/*
 * extsort - sort more items of one size than memory holds
 *
 * Items are put, sorted in runs of the memory that is granted, spooled to
 * $TMPDIR through one open file and merged as they are taken out.  Equal items
 * come out in the order in which they were put.  A full disk is CLI_FATAL.
 * D. E. Knuth, "The Art of Computer Programming", volume 3, 5.4.1.
 *
 *	extsort_init(&s, sizeof(item), compare, NULL, 32 << 20);
 *	while (...)
 *		extsort_put(&s, &item);
 *	while (extsort_next(&s, &item))
 *		...
 *	extsort_release(&s);
 */

#ifndef EXTSORT_H
#define EXTSORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/spool.h"

struct extsort_run {
	uint64_t next, end; /* items of the spool not yet read */
	char *item;	    /* (room, size): those read */
	size_t pos, len;    /* [pos, len) not yet taken */
};

struct extsort {
	size_t size; /* bytes of an item */
	int (*compare)(const void *, const void *, const void *context);
	const void *context; /* for compare */
	bool numbered;	     /* extsort_numbered() was called */
	size_t memory;	     /* bytes to work in */
	char *item;	     /* (room, size): not yet spooled */
	char *other;	     /* (room, size): for merging them */
	size_t nitem, room;
	struct spool spool;
	uint64_t nspooled; /* items */
	struct extsort_run *run;
	size_t nrun;
	size_t *heap; /* (nheap) runs, the least at 0 */
	size_t nheap;
	bool merging;
};

/*
 * compare is as qsort(3)'s, and gets context besides, which it only reads and
 * which must live until extsort_release(); NULL where it needs none.
 */
void extsort_init(struct extsort *s, size_t size,
    int (*compare)(const void *, const void *, const void *context),
    const void *context, size_t memory);

/*
 * Every item begins with a uint64_t, and of two items that of the lesser number
 * comes first.  If the numbers are spread evenly, as hashes are, sorting is
 * some times faster.
 */
void extsort_numbered(struct extsort *s);

/*
 * Copy in an item; a run that is full goes to a file, and a full disk ends the
 * tool.
 */
void extsort_put(struct extsort *s, const void *item);

/* The next in order; false after the last.  Nothing may be put any more. */
bool extsort_next(struct extsort *s, void *item);

/* Free what is held. */
void extsort_release(struct extsort *s);

#endif
