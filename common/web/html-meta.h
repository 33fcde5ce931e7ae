/*
 * html-meta - what a page says about itself: its <meta> elements and JSON-LD
 */

#ifndef HTML_META_H
#define HTML_META_H

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum html_meta_id {	  /* what the page says about itself */
	META_TITLE,	  /* <title> */
	META_OG_TITLE,	  /* og:title, twitter:title, dc.title */
	META_HEADLINE,	  /* JSON-LD headline */
	META_SITE,	  /* og:site_name, application-name */
	META_TYPE,	  /* og:type */
	META_DESCRIPTION, /* description, og:description */
	META_AUTHOR,	  /* author, article:author, JSON-LD author */
	META_BYLINE,	  /* text of rel=author, itemprop=author */
	META_NAMES,	  /* text of what is named as a byline */
	META_PUBLISHED,	  /* article:published_time, datePublished */
	META_TIME,	  /* the first <time datetime> of the page's own */
	META_LANG,	  /* <html lang>, content-language, og:locale */
	META_BODY,	  /* JSON-LD articleBody */
	META_KIND,	  /* JSON-LD @type, first */
	META_ROBOTS,	  /* robots */
	META_TDM,	  /* tdm-reservation */
	META_TDM_POLICY,  /* tdm-policy */
	META_LICENSE,	  /* the address of rel=license */
	HTML_NMETA
};

enum { HTML_META_MAX = 4096 }; /* bytes kept of a value but META_BODY */

/*
 * What one page says.  The first value of a kind counts, but of authors and of
 * robots all that the same source gives, with commas; zeroed memory is
 * ready, html_meta_clear() makes it so again for another page, of that length,
 * which bounds how much of its JSON is read again in search of authors.
 */
struct html_meta {
	struct buf text; /* of all values, one after another */
	struct {
		size_t at, len; /* in text; len is 0 where the page is silent */
	} at[HTML_NMETA];
	struct buf decoded; /* a value at hand */
	struct buf list;    /* values that are joined */
	const char *author; /* the name of the <meta> that META_AUTHOR is of */
	size_t look; /* bytes of JSON that may still be read for authors */
};

/* Forget the page before; page_len is the length of the next one, in bytes. */
void html_meta_clear(struct html_meta *m, size_t page_len);
void html_meta_release(struct html_meta *m);

/* Keep value, blanks around it cut; html_meta_decode() resolves references. */
void html_meta_set(struct html_meta *m, enum html_meta_id id, struct str value);
void html_meta_decode(
    struct html_meta *m, enum html_meta_id id, struct str value);

/* Keep what the content of a <script type="application/ld+json"> says. */
void html_meta_json(struct html_meta *m, struct str script);

/* Keep what a <meta> says; attr is (HTML_NATTR), by enum html_attr. */
void html_meta_tag(struct html_meta *m, const struct str *attr);

/* The value kept, borrowed until m changes; empty where the page is silent. */
struct str html_meta_get(struct html_meta *m, enum html_meta_id id);

#endif
