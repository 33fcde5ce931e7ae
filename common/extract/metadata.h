/*
 * metadata - what a page says about itself: title, language, author, date
 *
 * Out of its <title>, <meta>, JSON-LD, headings and marked elements (html.h
 * has gathered them).  What isn't stated, or isn't what it should be, is left
 * empty.  A zeroed struct metadata is ready; metadata_release() frees what it
 * holds.
 */

#ifndef METADATA_H
#define METADATA_H

#include "base/buf.h"
#include "base/str.h"
#include "text/lang.h"
#include "web/html.h"

struct metadata {	      /* borrowed until the next metadata_read() */
	struct str title;     /* without the name of the site */
	struct str lang;      /* first subtag, small letters */
	struct str byline;    /* an author's name, or the list of them */
	struct str published; /* ISO 8601: a date, or a date and a time */
	struct buf text;      /* private */
};

/*
 * text, of the page, tells its language where that isn't declared, or clearly
 * another one; url, which may be empty, a date that nothing else does.
 */
void metadata_read(struct metadata *a, const struct html *h,
    const struct lang *l, struct str text, struct str url);
void metadata_release(struct metadata *a);

/*
 * Append s with its white space squeezed, without controls and marks of no
 * width; returns what was appended.
 */
struct str metadata_squeeze(struct buf *out, struct str s);

#endif
