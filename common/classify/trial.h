/*
 * trial - what a classifier says of records whose labels are known
 *
 * Records are added once, and spooled; trial_run() has a classifier score them
 * all, as often as there is another one.  Then figures can be taken: average
 * precision, the thresholds of the best F1, a report.
 */

#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vocab.h"
#include "classify/tagger.h"

struct trial {
	size_t nlabel, nrecord, cap;
	const struct str *label; /* (nlabel) */
	struct vocab number;	 /* of the labels */
	uint8_t *truth;		 /* (nrecord, nlabel), marks of truth.h */
	float *score;		 /* (nrecord, nlabel), after trial_run() */
	bool *none;		 /* (nrecord): of no domain at all */
	FILE *spool;
	size_t *start; /* (nrecord + 1), bytes of spool */
	char *input;   /* the spool, mapped */
};

/* For labels, distinct, which must outlive it. */
void trial_init(struct trial *t, const struct str *label, size_t nlabel);

/*
 * Add a record: a text, or the bytes of a vector's floats, and its names as
 * truth_add() takes them.  How many of the names given are no label.
 */
size_t trial_add(struct trial *t, struct str input, const struct str *given,
    size_t ngiven, const struct str *maybe, size_t nmaybe);

/* Score all records; no more can be added. */
void trial_run(struct trial *t, struct tagger *model);

/* The mean, over labels that some record has, of their average precision. */
double trial_ap(const struct trial *t);

/*
 * Change threshold[0..nlabel) to that of the best F1, where a record has the
 * label.
 */
void trial_thresholds(const struct trial *t, float *threshold);

/* Append the report, a JSON object and a line feed. */
void trial_report(
    const struct trial *t, const float *threshold, struct buf *json);

void trial_release(struct trial *t);

#endif
