/*
 * extract - what a page says: the text of its main blocks
 *
 * Each block of a page is described by numbers (features.h) and judged by
 * boosted regression trees, twice, unless the first judgement finds it
 * hopeless: the second time with the first judgement of its neighbours, and of
 * the blocks like it, at hand.  The trees are learnt from pages that people
 * marked (tests/generate/extract-train.py writes extract-trees.h).
 * J. H. Friedman, "Greedy function approximation: a gradient boosting
 * machine", 2001; C. Kohlschuetter et al., "Boilerplate detection using
 * shallow text features", 2010 (blocks and neighbours).
 *
 * One struct extract serves any number of pages; what is borrowed from it lives
 * until the next page.  Time and memory are linear in the page.
 */

#ifndef EXTRACT_H
#define EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "web/html.h"

struct extract {
	float *score;		   /* (nblock): log odds of being main text */
	struct extract_work *work; /* private */
};

struct extract_opts {
	bool all;	/* every visible text */
	bool comments;	/* those of readers too */
	struct str url; /* of the page; may be empty */
};

/* What was made of a page; slices are empty where nothing was found. */
struct page {
	struct str title, lang, text, byline, published;
	size_t nrepeated; /* blocks left out, as they repeat a run of others */
};

/* Memory for any number of pages; the caller releases it. */
void extract_init(struct extract *x);
void extract_release(struct extract *x);

/* What a page says, in *page; its slices are borrowed from x and h. */
void extract_page(struct extract *x, const struct html *h,
    const struct extract_opts *o, struct page *page);

#endif
