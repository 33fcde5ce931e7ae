/*
 * overlap - texts that share a run of words with texts of another collection
 *
 * For decontamination: the runs of OVERLAP_WORDS words of test sets are
 * entered, and a text that has one of them is told.  Words are those of
 * shingle, so letter case, punctuation and the value of numbers don't matter.
 *
 * Memory: 27 to 54 bytes a different run.
 *
 * T. Brown and others, "Language models are few-shot learners", 2020 (appendix
 * C: runs of 13 words).
 */

#ifndef OVERLAP_H
#define OVERLAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "dedup/shingle.h"
#include "spill/hashset.h"

enum { OVERLAP_WORDS = 13 };

struct overlap {
	struct shingler shingler;
	struct hashset run; /* run.n is the number of different runs */
};

/* The budget must outlive o; NULL is no bound.  The caller releases o. */
void overlap_init(struct overlap *o, struct budget *budget);
void overlap_release(struct overlap *o);

/*
 * Enter the runs of a text of collection number `source`; a run that several
 * have stays with the first.  A text of fewer words has none.  False when
 * memory won't do; some of the runs are then entered.
 */
bool overlap_add(struct overlap *o, struct str text, uint32_t source);

/* Whether text has a run that was entered, and the source of its first one. */
bool overlap_find(struct overlap *o, struct str text, uint32_t *source);

#endif
