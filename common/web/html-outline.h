/*
 * html-outline - a page for libxml2, in which a mark stands for each text
 *
 * libxml2 reads text a character at a time and copies it.  All that it must
 * know is where text is and whether it is more than white space, so each run of
 * text between two tags is given as its number, in letters; white space alone
 * is given as it is.  When libxml2 tells of the mark, the text is told in the
 * pieces in which libxml2 would have told it.
 */

#ifndef HTML_OUTLINE_H
#define HTML_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct html_outline {
	struct buf out; /* what libxml2 reads; a zero byte follows */
	/* private */
	struct str page;
	uint32_t *text; /* (ntext): where in the page; each ends before a tag */
	size_t ntext, text_cap;
	bool allowed;	  /* no character of the page is one XML forbids */
	struct buf piece; /* text without those */
};

/*
 * Outline what html-clean made of a page, which is borrowed until the next one
 * and less than 4 GiB.
 * A zeroed struct is ready; html_outline_release() frees its memory.
 */
void html_outline_make(struct html_outline *o, struct str page);
void html_outline_release(struct html_outline *o);

/*
 * Tell a text that libxml2 told of: the one that it stands for, if it is a
 * mark.  No piece is empty.
 */
void html_outline_tell(struct html_outline *o, struct str told,
    void (*text)(void *ctx, const char *s, size_t len), void *ctx);

#endif
