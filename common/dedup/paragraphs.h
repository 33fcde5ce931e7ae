/*
 * paragraphs - cut the paragraphs of a text that stood in an earlier one
 *
 * A paragraph is a line (text/line).  Lines are compared as CCNet does it: in
 * small letters, without punctuation, controls and format characters.  CCNet
 * takes every digit for 0; here numbers count as they stand, with the marks
 * between their digits and a minus or a point before them, unless the options
 * say otherwise.  A line of fewer words than the options say is never cut, nor
 * one of which nothing remains, but for blank lines that follow a paragraph
 * that was cut.
 *
 * G. Wenzek and others, "CCNet: extracting high quality monolingual datasets
 * from web crawl data", 2020.
 */

#ifndef PARAGRAPHS_H
#define PARAGRAPHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "spill/hashset.h"

struct paragraphs_opts {
	size_t least;	  /* words of a line that may be cut */
	bool within;	  /* cut what stood earlier in the same text, too */
	bool zero_digits; /* every digit is 0 */
};

struct paragraphs {
	struct paragraphs_opts opts;
	struct hashset *seen;
	struct buf fresh; /* of struct hash128: new lines of the text at hand */
	struct buf plain; /* the line at hand, as it is compared */
	struct buf rest;  /* the text without what was cut */
};

/* What became of a text. */
struct paragraphs_cut {
	struct str rest; /* what is left, trimmed where something was cut */
	size_t ncut;	 /* paragraphs that were cut */
	size_t ncompared, nnew; /* lines of which something remains; of them,
				   those that did not stand before */
	size_t len_cut;		/* bytes of the paragraphs that were cut */
};

/*
 * seen holds the paragraphs, with 0 as their value.  It is the caller's, who
 * may save it and load it, and must outlive p.  The caller releases p.
 */
void paragraphs_init(struct paragraphs *p, const struct paragraphs_opts *opts,
    struct hashset *seen);
void paragraphs_release(struct paragraphs *p);

/*
 * Cut from text each paragraph that stood in an earlier text, or earlier in
 * this one if the options say so, and enter the others in seen.  cut->rest is
 * borrowed until the next call.  False when memory won't do; seen then has some
 * of the paragraphs.
 */
bool paragraphs_cut(
    struct paragraphs *p, struct str text, struct paragraphs_cut *cut);

#endif
