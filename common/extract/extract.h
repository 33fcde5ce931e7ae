/*
 * extract - what a page says: the text of its main blocks
 *
 * Each block of a page is described by numbers (its text, its tag, the names
 * of what holds it, the same of its neighbours and of the boxes around it) and
 * judged by boosted regression trees, twice, unless the first judgement finds
 * it hopeless: the second time with the first judgement of its neighbours, and
 * of the blocks like it, at hand.  The trees are learnt from pages that people
 * marked (tests/generate/extract-train.py writes extract-trees.h).
 * J. H. Friedman, "Greedy function approximation: a gradient boosting
 * machine", 2001; C. Kohlschuetter et al., "Boilerplate detection using
 * shallow text features", 2010 (blocks and neighbours).
 *
 * One struct extract serves any number of pages; what it lends lives until the
 * next page.  Time and memory are linear in the page.
 */

#ifndef EXTRACT_H
#define EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "extract/cue.h"
#include "web/html.h"

struct extract {
	float *score;		   /* (nblock): log odds of being main text */
	struct extract_work *work; /* private */
};

struct extract_opts {
	bool all;      /* every visible text */
	bool comments; /* those of readers too */
};

/* What was made of a page; slices are empty where nothing was found. */
struct page {
	struct str title, lang, text, byline, published;
};

void extract_init(struct extract *x);
void extract_release(struct extract *x);

/* All of it. */
void extract_page(struct extract *x, const struct html *h,
    const struct extract_opts *o, struct page *page);

/*
 * The steps, for training.  extract_open() reads a page; extract_cued() gives
 * the blocks other cues, cue[0 .. nblock), and the elements other names' cues,
 * name[0 .. nelem), than those of cue.h; then there are extract_nfirst()
 * features of block i; and, when extract_judged() was told the first
 * judgements, judged[0 .. nblock), as probabilities, extract_nsecond().
 */
size_t extract_nfirst(void);
size_t extract_nsecond(void);
void extract_open(struct extract *x, const struct html *h);
void extract_cued(struct extract *x, const struct html *h, const float *cue,
    const struct cue_name *name);
void extract_first(
    const struct extract *x, const struct html *h, size_t i, float *feature);
void extract_judged(
    struct extract *x, const struct html *h, const float *judged);
void extract_second(
    const struct extract *x, const struct html *h, size_t i, float *feature);

#endif
