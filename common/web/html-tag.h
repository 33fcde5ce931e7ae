/*
 * html-tag - the names and kinds of elements, the attributes that are read, and
 * what the words of names hint at
 *
 * Names are compared in letters of either size.  All tables are html-tags.h
 * and html-hints.h.
 */

#ifndef HTML_TAG_H
#define HTML_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum html_tag {
	HTML_OTHER, /* unknown: inline */
#define HTML_TAG(id, name, flags) HTML_##id,
#include "web/html-tags.h"
#undef HTML_TAG
	HTML_NTAG
};

enum {			     /* flags of tags */
	HTML_TAG_BOX = 1,    /* a box of its own */
	HTML_TAG_VOID = 2,   /* holds nothing */
	HTML_TAG_SILENT = 4, /* what it holds is no text of the page */
	HTML_TAG_KEEPS = 8   /* keeps white space */
};

/* What the name of a class, an id or a role hints at; bit numbers. */
enum html_hint {
#define HTML_HINT(id, words) HINT_##id,
#include "web/html-hints.h"
#undef HTML_HINT
	HTML_NHINT
};
_Static_assert(HTML_NHINT <= 64, "hints are bits of a uint64_t");

#define HTML_BIT(hint) (UINT64_C(1) << (hint))

enum html_attr { /* the attributes that are read */
	AT_CLASS,
	AT_ID,
	AT_ROLE,
	AT_STYLE,
	AT_HIDDEN,
	AT_ARIA_HIDDEN,
	AT_HREF,
	AT_ITEMPROP,
	AT_LANG,
	AT_NAME,
	AT_PROPERTY,
	AT_CONTENT,
	AT_DATETIME,
	AT_REL,
	AT_EQUIV,
	AT_TYPE,
	AT_TESTID,
	AT_COMPONENT,
	AT_XML_LANG,
	AT_ALT,
	AT_ALTTEXT,
	AT_COLSPAN,
	AT_ROWSPAN,
	HTML_NATTR
};

enum {			      /* what a class, taken whole, may be a name of */
	HTML_NAMES_CODE = 1,  /* code that a style sheet shows as <pre> */
	HTML_NAMES_MATH = 2,  /* a picture of a formula */
	HTML_NAMES_KATEX = 4, /* what KaTeX drew */
	HTML_NAMES_MATHJAX = 8,
	HTML_NAMES_LINES = 16, /* the numbers of lines of code */
	HTML_NAMES_NOTE = 32,  /* the mark of a footnote */
	HTML_NAMES_BYLINE = 64 /* the names of authors */
};

enum { /* what a byte is, as bits */
	HTML_BYTE_SPACE = 1,
	HTML_BYTE_NAME = 2,  /* of names of elements, as libxml2 has them */
	HTML_BYTE_MARKUP = 4 /* "<" and "&" */
};

enum {
	HTML_TAG_SLOTS = 1024,
	HTML_ATTR_SLOTS = 128,
	HTML_HINT_SLOTS = 4096,
	HTML_KIND_SLOTS = 256,
	HTML_NPREFIX = 16
};

/*
 * Hash tables over the names of the elements and over the words of names that
 * hint at something; html_names_init() fills them, nothing is allocated.
 */
struct html_names {
	uint8_t byte[256]; /* HTML_BYTE_SPACE and so on */
	uint8_t tag_slot[HTML_TAG_SLOTS];
	uint8_t attr_slot[HTML_ATTR_SLOTS]; /* enum html_attr, or HTML_NATTR */
	struct html_hint_slot {
		uint32_t hash; /* 0: empty */
		uint64_t hint;
	} hint_slot[HTML_HINT_SLOTS];
	struct {
		uint32_t hash; /* of the name; 0: empty */
		unsigned kind;
	} kind_slot[HTML_KIND_SLOTS];
	struct {
		struct str name;
		unsigned kind;
	} prefix[HTML_NPREFIX]; /* names that go on in any way */
	size_t nprefix;
};

/* Fill the tables. */
void html_names_init(struct html_names *names);

/* The name of a tag, in lower case; empty for HTML_OTHER. */
const char *html_tag_name(enum html_tag tag);

/* Its flags: HTML_TAG_BOX and so on; 0 for HTML_OTHER. */
unsigned html_tag_flags(enum html_tag tag);

/* Whether an element is drawn in the line, not as a box of its own. */
bool html_tag_is_inline(enum html_tag tag);

/* The element of a name; HTML_OTHER: none that is known. */
enum html_tag html_tag_find(const struct html_names *names, struct str name);

/* The attribute of a name, which isn't empty; HTML_NATTR: none that is read. */
enum html_attr html_attr_find(const struct html_names *names, struct str name);

/*
 * What the names in a list, separated by blanks, are names of: HTML_NAMES_CODE
 * and so on.
 */
unsigned html_kinds(const struct html_names *names, struct str list);

/* Whether a list of names, separated by blanks, has this one. */
bool html_has_name(struct str list, struct str name);

/* The bits of all that a list of names (of classes, an id) hints at. */
uint64_t html_hints(const struct html_names *names, struct str list);

/* One step of the hash by which names are found; FNV-1a. */
static inline uint32_t
html_hash_byte(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * UINT32_C(16777619);
}

/* Classes of ASCII, as HTML has them: no locale is asked. */
static inline unsigned char
html_lower(unsigned char c)
{
	return (unsigned)(c - 'A') < 26 ? c | 0x20 : c;
}

static inline bool
html_is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
html_is_alpha(unsigned char c)
{
	return (unsigned)((c | 0x20) - 'a') < 26;
}

#endif
