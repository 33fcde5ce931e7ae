/*
 * pqueue - a priority queue of more than memory holds
 *
 * Items have a rank of three numbers, the first of them the most significant,
 * and some bytes.  They are put in any order; the item of the least rank is
 * taken first.  New items go to a heap in memory.  When that is full, all of it
 * is sorted and written to an unnamed file in $TMPDIR, as a run; the least item
 * is then the least of the heap and of the heads of the runs.  When there are
 * PQUEUE_WAYS runs of one age, they are merged to one of the next, so that an
 * item is written once for each power of PQUEUE_WAYS that all items are larger
 * than the memory, and a run is open for each file read.  A run that is used up
 * gives its disk space back.
 *
 * For time-forward processing: who visits places in the order of their ranks
 * sends what he knows to a later place, which takes it when its turn comes.
 * L. Arge, "The buffer tree: a technique for designing batched external data
 * structures", 2003; P. Sanders, "Fast priority queues for cached memory", 2000
 * (the runs).
 *
 * Memory: as much as is granted, and some 5 KB a run.  A full disk is
 * CLI_FATAL.
 */

#ifndef PQUEUE_H
#define PQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "record/spool.h"

enum { PQUEUE_WAYS = 16 };

struct pqueue_item {
	uint64_t rank[3];
	struct str bytes; /* below 4 GiB */
};

/* What stands before an item's bytes in a run. */
struct pqueue_head {
	uint64_t rank[3];
	uint64_t len; /* of the bytes */
};

/* A sorted run; its spool is read from the first item to the last. */
struct pqueue_run {
	struct spool spool;
	struct pqueue_head head; /* of the item that is next */
	size_t age;		 /* how often its items were merged */
};

struct pqueue {
	size_t memory; /* bytes of heap and arena together */
	struct pqueue_slot {
		uint64_t rank[3];
		size_t at; /* of its cell in the arena */
	} * heap;	   /* (nheap), the least at 0 */
	size_t nheap, heap_cap;
	char *arena; /* (used), cells of whole units; nothing is ever moved */
	size_t used, arena_cap;
	size_t *freed; /* (nfreed), by units of a cell: a list through them */
	size_t nfreed;
	struct pqueue_run *run; /* (nrun) */
	size_t nrun, run_cap;
	size_t least;	   /* the run of the least head */
	struct buf bytes;  /* of the item taken last */
	size_t most;	   /* bytes of heap and arena, at any time */
	uint64_t nspooled; /* bytes written to runs */
};

/* In so many bytes of memory, at least some thousands. */
void pqueue_init(struct pqueue *q, size_t memory);

/* The bytes are copied. */
void pqueue_put(struct pqueue *q, const struct pqueue_item *item);

/* The least rank; NULL if the queue is empty.  Until the next put or take. */
const uint64_t *pqueue_first(const struct pqueue *q);

/* Take the item of the least rank, whose bytes live until the next take. */
bool pqueue_take(struct pqueue *q, struct pqueue_item *item);

/* Free what is held. */
void pqueue_release(struct pqueue *q);

#endif
