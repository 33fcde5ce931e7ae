/*
 * html-clean - a page made safe and small before a parser reads it
 *
 * Scripts, styles, comments, drawings and the attributes that nobody reads are
 * left out, references are resolved as browsers do it, each attribute is given
 * once, and white space is squeezed outside <pre>.  JSON-LD goes to html-meta.
 * A formula is given once, as text (html-math.h).  Code that stands in another
 * element than <pre>, by its class or as lines of <code>, is given as <pre>.
 * The shadow tree that a template declares is drawn, as browsers draw it.
 */

#ifndef HTML_CLEAN_H
#define HTML_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "web/html-meta.h"
#include "web/html-tag.h"

/*
 * The attributes of a page's start tags, one after another.  The parser is told
 * only where those of a tag begin, as the value of one attribute of its own.
 */
struct html_attr_ref {
	struct str value; /* in the page, references and all */
	uint32_t klass;	  /* of a class: which of the page's classes it is */
	uint8_t attr;
	bool last; /* of its tag */
};

/*
 * A value of "class" that the page has: most elements have that of another one,
 * so what it says is looked up once.  That of number 0 is empty.
 */
struct html_class {
	struct str name; /* in the page, references and all */
	uint64_t hint;	 /* html_hints() */
	uint32_t hash;	 /* not 0, but for the empty one */
	unsigned kind;	 /* html_kinds() */
};

struct html_clean {
	const struct html_names *names; /* the caller's */
	struct html_meta *meta;		/* the caller's: JSON-LD goes there */
	struct buf out;			/* the page as it is to be read */
	struct html_attr_ref *attr;
	size_t nattr, attr_cap;
	struct html_class *klass;
	size_t nklass, klass_cap;
	uint32_t *slot; /* (nslot): classes by their hash, 0: free */
	size_t nslot;
	/* the page being read */
	unsigned npre;	  /* <pre> and the like that are open in out */
	uint32_t seen;	  /* html, head, body: their start tags */
	unsigned endless; /* bits: elements without end, see clean_whole() */
	unsigned nshadow; /* templates that are drawn and open */
	const char *code_end; /* the end tag of what is given as <pre> */
	size_t look;	      /* bytes that may yet be looked ahead at */
	struct str page;      /* all of it */
	int tex;	      /* do formulas stand in scripts; -1: unknown */
	struct buf math;      /* the last formula */
	size_t math_at, math_end; /* its place in out */
};

/*
 * Fill out and attr from a page, whose bytes attr borrows.  Memory is used
 * again for the next page.  A zero byte, not counted, follows what is in out.
 */
void html_clean(struct html_clean *c, struct str page);
void html_clean_release(struct html_clean *c);

#endif
