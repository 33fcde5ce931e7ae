/*
 * html - a page as flat arrays of elements and blocks
 *
 * The only door to libxml2, whose SAX interface is fed with a page that has
 * been made safe first: scripts, styles, comments, drawings and the attributes
 * that nobody reads are left out, and each attribute is given once (libxml2's
 * own check for doubles is quadratic).  No network, no DTD, no entity is ever
 * loaded.  The elements that are open are kept here, not by libxml2, so depth
 * has no bound but work.
 *
 * A block is a run of text between two boundaries that a browser would draw:
 * the start or end of an element that is no inline one, or <br><br>.
 *
 * One struct html serves any number of pages, one after another; the arrays
 * and the text of a page live until the next html_parse().
 *
 * LIMITATIONS: CSS is read in style attributes alone; scripts are not run.
 */

#ifndef HTML_H
#define HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "web/html-meta.h"
#include "web/html-tag.h"

enum {			    /* flags of elements, inherited by what is inside */
	HTML_IS_HIDDEN = 1, /* display:none, hidden, aria-hidden */
	HTML_IS_NOSCRIPT = 2, /* seen where scripts don't run */
	HTML_IS_SILENT = 4,   /* holds no text of the page: select, template */
	HTML_IS_LINK = 8,
	HTML_IS_BOLD = 16,
	HTML_IS_PRE = 32
};

enum { HTML_CLASS, HTML_ID, HTML_NNAME };

struct html_elem {
	uint64_t hint;		   /* its own */
	uint32_t klass;		   /* its class, see html_name() */
	uint32_t id, id_len;	   /* where in the page, how many bytes */
	uint32_t sign;		   /* equal for elements of a tag and class */
	uint32_t parent;	   /* element 0 is the root, its own parent */
	uint32_t end;		   /* one past the last element inside */
	uint32_t block, block_end; /* the blocks inside, half open */
	uint16_t flags;
	uint16_t colspan, rowspan; /* of a cell, as stated; 0: not */
	uint8_t tag;
	bool box : 1; /* by its style */
	/* while parsing: is it, has it a name of a script's */
	bool open : 1, custom : 1;
};

struct html_block {
	uint32_t text, len; /* bytes of html.text; never empty */
	uint32_t link;	    /* of them, not blank and inside <a href> */
	uint32_t bold;	    /* of them, not blank and bold */
	uint32_t elem;	    /* innermost element that is no inline one */
	uint32_t inner;	    /* innermost element that holds all of it */
	uint32_t row, cell; /* innermost <tr>, <td>; 0: none */
	uint32_t item;	    /* innermost <li>; 0: none */
	uint16_t flags;	    /* of inner */
	bool pre;
	bool after_br; /* separated from the block before by <br> */
};

struct html {
	struct html_elem *elem;
	size_t nelem, elem_cap;
	struct html_block *block;
	size_t nblock, block_cap;
	struct buf text;	     /* of the blocks, one after another */
	struct str page;	     /* borrowed from the caller */
	struct str meta[HTML_NMETA]; /* empty where the page is silent */
	const char *cut; /* why the page was not read to its end, or NULL */
	struct html_parse *parse; /* private */
};

/* Ready the memory for any number of pages; the caller releases it. */
void html_init(struct html *h);
void html_release(struct html *h);

/*
 * Read a page, which is UTF-8 and stays where it is as long as the names of its
 * elements are looked at.  No more than 1 GiB is read, of the page and of what
 * it is made into for the parser.  max_work bounds time and memory: no more
 * bytes are read, nor elements, of which each counts HTML_ELEM_WORK, and each
 * stray end tag those that are open; h->cut says that something was left out.
 */
enum { HTML_ELEM_WORK = 64 };
void html_parse(struct html *h, struct str page, size_t max_work);

/* The class or the id of an element, in the page as it stands there. */
struct str html_name(const struct html *h, uint32_t elem, int which);

#endif
