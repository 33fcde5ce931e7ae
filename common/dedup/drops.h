/*
 * drops - the records that a list of --cluster wants gone
 *
 * The last of three steps (text-dedup --keys, --cluster, --drop).  A line of
 * the list begins PART TAB OFFSET: the file that a record lies in, spelt as it
 * was for --keys, and where its line begins, in bytes of the decompressed file.
 * What follows in the line, the record that stays, is not looked at.
 */

#ifndef DROPS_H
#define DROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "spill/hashset.h"

struct drops {
	struct hashset place; /* hashes of PART TAB OFFSET */
	size_t left;	      /* records of the list that were not met so far */
	struct buf name;      /* of the place looked for */
};

/*
 * Read the list, as far as it is of the operands (NULL-terminated), some 16
 * bytes of memory a record.  False when the budget won't do; CLI_FATAL if the
 * list can't be read, or a line is none of --cluster.
 */
bool drops_read(struct drops *d, const char *list, char *const operand[],
    struct budget *budget);

/* Whether the record at that byte of that file is to go; it counts as met. */
bool drops_take(struct drops *d, const char *part, uint64_t offset);

/* Free it; a zeroed one, too. */
void drops_release(struct drops *d);

#endif
