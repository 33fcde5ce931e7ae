/*
 * blobs - slices kept by number, in memory while that is granted
 *
 * What the budget has no room for goes to an unnamed file in $TMPDIR, the
 * oldest first, and is read back from there a slice at a time.
 *
 * Memory: the bytes, or none once they are spooled, and 8 a slice.
 */

#ifndef BLOBS_H
#define BLOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "record/spool.h"
#include "spill/checkpoint.h"

struct blobs {
	struct budget *budget;
	size_t most;   /* bytes */
	uint64_t *end; /* (n), of each slice, from the start of the first */
	size_t n, end_cap;
	char *p; /* (len), the newest bytes */
	size_t len, cap;
	struct spool spool; /* the older bytes */
	struct buf back;    /* bytes read back from it */
};

/* Of the bytes, at most this many stay in memory. */
void blobs_init(struct blobs *s, struct budget *budget, size_t most);
void blobs_release(struct blobs *s);

/*
 * Keep a copy of the bytes as slice number n, and count n up.  False when the
 * budget has no room.
 */
bool blobs_add(struct blobs *s, struct str slice);

/*
 * Slice i, at a multiple of four where all are; borrowed until the next call.
 * One that there is not is empty: numbers may come from a file.
 */
struct str blobs_get(struct blobs *s, size_t i);

/*
 * All slices to a file, or from it into an empty store; false when memory
 * won't do.  Slices that don't follow one another are CLI_FATAL.  Only after
 * checkpoint_end() may slices be asked for.
 */
bool blobs_state(struct blobs *s, struct checkpoint *state);

/* Move all bytes out of memory; false if there were none. */
bool blobs_spill(struct blobs *s);

#endif
