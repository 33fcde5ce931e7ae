/*
 * about - what a page says about itself: title, language, author, date
 *
 * Out of its <title>, <meta>, JSON-LD, headings and marked elements (html.h
 * has gathered them).  What isn't stated, or isn't what it should be, is left
 * empty.  A zeroed struct about is ready; about_release() frees what it holds.
 */

#ifndef ABOUT_H
#define ABOUT_H

#include "base/buf.h"
#include "base/str.h"
#include "text/lang.h"
#include "web/html.h"

struct about {		      /* lent until the next about_read() */
	struct str title;     /* without the name of the site */
	struct str lang;      /* first subtag, small letters */
	struct str byline;    /* an author's name, or the list of them */
	struct str published; /* ISO 8601: a date, or a date and a time */
	struct buf text;      /* private */
};

/* text, of the page, tells the language of one that doesn't declare it. */
void about_read(struct about *a, const struct html *h, const struct lang *l,
    struct str text);
void about_release(struct about *a);

/*
 * Append s with its white space squeezed, without controls and marks of no
 * width; returns what was appended.
 */
struct str about_squeeze(struct buf *out, struct str s);

#endif
