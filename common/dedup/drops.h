/*
 * drops - the records that a list of --cluster or --judge wants gone
 *
 * The step after near duplicates were found (dedup/steps).  The list names its
 * parts, then has a line for each record that goes, PART TAB OFFSET and what
 * follows, which is not looked at: the part by its number, and where the
 * record's line begins, in bytes of the decompressed file.  As the lines are in
 * the order of the records, those of the files at hand are found in a regular
 * file by bisection, so that a file of a hundred thousand costs little.
 */

#ifndef DROPS_H
#define DROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "dedup/parts.h"
#include "spill/hashset.h"

struct drops {
	struct hashset place; /* hashes of part and offset */
	size_t left;	      /* records of the list that were not met so far */
	uint32_t *part;	      /* of each operand, its number in the list */
};

/*
 * Read the list, as far as it is of the operands (NULL-terminated), some 16
 * bytes of memory a record.  False when the budget won't do; CLI_FATAL if the
 * list can't be read or is none, or if an operand is not among its parts, spelt
 * as it was for the steps before, or there twice.
 */
bool drops_read(struct drops *d, const char *list, char *const operand[],
    struct budget *budget);

/*
 * Whether the record at that byte of an operand, counted from 0, is to go; it
 * counts as met.
 */
bool drops_take(struct drops *d, size_t operand, uint64_t offset);

/* Free what d holds; a zeroed struct is allowed. */
void drops_release(struct drops *d);

#endif
