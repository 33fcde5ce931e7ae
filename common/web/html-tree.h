/*
 * html-tree - which elements a page opens and closes, and the text between
 *
 * Reads what html-clean made of a page: start tags with one attribute at most,
 * a number; end tags; text in which only &lt; and &amp; are references.  It
 * follows the parser of libxml2 2.9, by which the trees of extract were learnt:
 * the same tags close others, stand for others that are missing or are left
 * out, and text comes in the same pieces (tests/unit/html-tree.c holds it
 * against that parser).  As each name is looked up once a tag, and nothing is
 * copied, it takes a tenth of the time.
 *
 * What it knows of the elements of HTML is html-closes.h.  Other names are
 * numbered as they come.  Time is linear in the page, but for end tags that the
 * caller is told of as strays: each may look at all open elements.
 */

#ifndef HTML_TREE_H
#define HTML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "web/html-tag.h"

struct html_tree_name {
	struct str name; /* as it stands in the page, where it is not known */
	uint64_t key;
	uint64_t closes[2]; /* bits: known names that its start tag closes */
	uint32_t nopen;	    /* open elements of that name */
	uint8_t tag;	    /* enum html_tag */
	uint8_t priority;   /* its end tag ends no element of a higher one */
	bool empty;	    /* its start tag is all of it */
	bool strict;	    /* an end tag of another one is a stray */
	bool custom;	    /* a name of a script's: it has a hyphen */
};

#define HTML_TREE_NONE UINT32_MAX

/* What the caller is told; all of it may set stop. */
struct html_tree_events {
	/* attr is the number that the tag has, or HTML_TREE_NONE */
	void (*start)(
	    void *ctx, const struct html_tree_name *name, uint32_t attr);
	void (*end)(void *ctx, const struct html_tree_name *name);
	/* a piece of text, never empty */
	void (*text)(void *ctx, const char *s, size_t len);
	/* an end tag, or an element that it ends, has no partner */
	void (*stray)(void *ctx);
};

struct html_tree {
	const struct html_tree_events *events;
	void *ctx;
	bool stop; /* set by the caller: read no further */
	/* private */
	const struct html_names *names;
	struct html_tree_name *name; /* fixed ones, then those of the page */
	size_t nname, nfixed, name_cap;
	uint32_t *slot; /* (1 << slot_bits): names by their key, 0: free */
	unsigned slot_bits;
	uint32_t *open; /* (nopen): the open elements' names, outermost first */
	size_t nopen, open_cap;
	bool head_seen, body_seen;
	unsigned nmisplaced; /* start tags that were left out */
	struct buf text;     /* without the characters that XML forbids */
};

/* names, events and ctx are borrowed; the caller releases the tree. */
void html_tree_init(struct html_tree *t, const struct html_names *names,
    const struct html_tree_events *events, void *ctx);
void html_tree_release(struct html_tree *t);

/*
 * Read a page, which is valid UTF-8 without zero bytes.  The elements that are
 * open at its end are not told to have ended.
 */
void html_tree_read(struct html_tree *t, struct str page);

#endif
