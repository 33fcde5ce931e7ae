/*
 * evaluate - what a classifier says of records whose labels are known
 *
 * Records are added once, and spooled; evaluate_run() has a classifier score
 * them all, as often as there is another one.  Then figures can be taken:
 * average precision, the thresholds of the best F1, a report.
 */

#ifndef EVALUATE_H
#define EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vocab.h"
#include "classify/corpus.h"
#include "classify/predict.h"
#include "record/spool.h"

struct evaluate {
	size_t nlabel, nrecord, cap;
	const struct str *label; /* (nlabel) */
	struct vocab number;	 /* of the labels */
	uint8_t *truth;		 /* (nrecord, nlabel), marks of truth.h */
	float *score;		 /* (nrecord, nlabel), after evaluate_run() */
	bool *none;		 /* (nrecord): of no domain at all */
	struct spool spool; /* a record's vector, then its text, and padding */
	size_t *start;	    /* (nrecord), bytes of spool */
	size_t *text_len;   /* (nrecord) */
	size_t size;	    /* bytes of spool so far */
	const char *input;  /* the spool, mapped */
};

/* For labels, distinct, which must outlive it. */
void evaluate_init(struct evaluate *t, const struct str *label, size_t nlabel);

/* Add a record of a corpus.  How many of the names it is given are no label. */
size_t evaluate_add(struct evaluate *t, const struct corpus_record *r);

/* Score all records; no more can be added. */
void evaluate_run(struct evaluate *t, struct predictor *model);

/* The mean, over labels that some record has, of their average precision. */
double evaluate_ap(const struct evaluate *t);

/*
 * Change threshold[0..nlabel) to that of the best F1, where a record has the
 * label.
 */
void evaluate_thresholds(const struct evaluate *t, float *threshold);

/* Append the report, a JSON object and a line feed. */
void evaluate_report(
    const struct evaluate *t, const float *threshold, struct buf *json);

/* Free what is held; the labels are the caller's. */
void evaluate_release(struct evaluate *t);

#endif
