/*
 * features - the numbers of a block by which it is judged
 *
 * Its text, its tag, the names of what holds it, the same of its neighbours,
 * of the boxes around it and of the blocks like it.  Blocks are judged twice;
 * the features of the second judgement are those of the first and, after them,
 * what the first one made of the block and of what is around it.
 *
 * One struct features serves any number of pages, one after another; what is
 * asked for is of the page that was read last.  A row of features is
 * features_nfirst() or features_nsecond() floats of the caller, feature j at
 * row[j * FEATURES_STRIDE], so that rows of some blocks lie side by side, as
 * trees.h wants them.  Nothing can fail.  Time and memory are linear in the
 * page.
 */

#ifndef FEATURES_H
#define FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "extract/cue.h"
#include "text/lang.h"
#include "web/html.h"

enum { FEATURES_STRIDE = 16 };

struct features;

/* lang is borrowed until features_free(). */
struct features *features_new(const struct lang *lang);
void features_free(struct features *f);

/* The number of features of a block: of the first and the second judgement. */
size_t features_nfirst(void);
size_t features_nsecond(void);

/* Begin with a page; the functions below are to be given the same one. */
void features_read(struct features *f, const struct html *h);

/*
 * For training: give the blocks other cues, cue[0 .. nblock), and the elements
 * other names' cues, name[0 .. nelem), than those of cue.h.
 */
void features_cued(struct features *f, const struct html *h, const float *cue,
    const struct cue_name *name);

/* Fill a row with the features_nfirst() features of block i. */
void features_first(
    const struct features *f, const struct html *h, size_t i, float *row);

/* Learn the first judgements, judged[0 .. nblock), as probabilities. */
void features_judged(
    struct features *f, const struct html *h, const float *judged);

/* After features_judged(): fill a row of features_nsecond() for block i. */
void features_second(
    const struct features *f, const struct html *h, size_t i, float *row);

/* The words of a block. */
struct features_words {
	uint32_t hash; /* of all of them, in order */
	float n;       /* how many; scripts without blanks by their bytes */
	float twin;    /* blocks of the page with the same words */
};
struct features_words features_words(const struct features *f, size_t i);

/* The hints of all boxes around block i, as HTML_BIT()s. */
uint64_t features_around(
    const struct features *f, const struct html *h, size_t i);

#endif
