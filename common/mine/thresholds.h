/*
 * thresholds - what runs over the parts of a corpus tell each other
 *
 * pick.h tells how thresholds are found in passes.  Two kinds of files go
 * between the runs, both of records.  Thresholds, as far as they are known:
 *
 *	{"rule":{...},"pass":1,"records":1000,"exact":false}
 *	{"domain":"Law","kept":0,"share":{"key":"40bf","left":3},"grey":{...}}
 *	{"background":{"key":"00000000","left":20}}
 *
 * and the counts that a part is to add to them:
 *
 *	{"rule":{...},"pass":1,"records":250}
 *	{"domain":"Law","kept":0}			in pass 1 alone
 *	{"domain":"Law","key":"","bins":[16575,2,16577,1]}
 *	{"key":"00000000","bins":[...]}			of the background
 *
 * "key" is the digits found of a cutoff, in hexadecimal; "bins" holds pairs of
 * a next digit and how many records have it.  "rule" is the caller's: JSON text
 * that must be the same in all runs.  "records" are those of the part in the
 * counts of pass 1, of the corpus elsewhere.  Where two digits or more are
 * known, thresholds have the "score" too, for those who look at them.
 */

#ifndef THRESHOLDS_H
#define THRESHOLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "mine/pick.h"
#include "record/rec.h"

/* All that is known after so many passes, as lines after those of b. */
void thresholds_put(
    const struct pick *p, struct str rule, uint64_t pass, struct buf *b);

/*
 * Such lines into p, which is new, and *pass; text may be empty: nothing is
 * known yet.  NULL, or what is wrong with it.
 */
const char *thresholds_get(
    struct pick *p, struct str text, struct str rule, uint64_t *pass);

/* The first lines of a part's counts, for the pass of that number. */
void thresholds_put_head(
    const struct pick *p, struct str rule, uint64_t pass, struct buf *b);

/* The counts of one of p's tables: bin[0..CUTOFF_NBIN). */
void thresholds_put_table(
    const struct pick *p, size_t table, const uint64_t *bin, struct buf *b);

/* Counts of parts, being added.  pick, rule and pass are the caller's. */
struct thresholds_sum {
	struct pick *pick;
	struct str rule;
	uint64_t pass; /* the number of the pass that they are of */

	/* private */
	struct thresholds_slot {
		struct pick_table table;
		uint64_t *bin; /* (CUTOFF_NBIN) */
	} * slot;	       /* (nslot) */
	size_t nslot, cap;
	bool begun; /* there was a first line */
};

/* Add a line of counts; NULL, or what is wrong with it. */
const char *thresholds_add(struct thresholds_sum *s, const struct rec *rec);

/*
 * All were added: bring pick to its next pass.  NULL, or which counts are
 * missing.
 */
const char *thresholds_close(struct thresholds_sum *s);

#endif
