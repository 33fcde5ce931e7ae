/*
 * html-outline: libxml2 tells the same of the outline of a random page as of the
 * page itself
 */

#include "web/html-outline.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include "base/rng.h"
#include "tap.h"

enum { NPAGE = 20000 };

struct reader {
	struct html_outline *outline; /* what is read is its, or NULL */
	struct buf told;
};

/* Events, a line each. */

static void
told_text(void *ctx, const char *s, size_t len)
{
	struct reader *r = ctx;

	buf_printf(&r->told, "%zu:%.*s\n", len, (int)len, s);
}

static void
sax_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct reader *r = ctx;

	buf_printf(&r->told, "<%s", (const char *)name);
	if (atts != NULL && atts[0] != NULL)
		buf_printf(&r->told, " %s", (const char *)atts[1]);
	buf_puts(&r->told, STR("\n"));
}

static void
sax_end(void *ctx, const xmlChar *name)
{
	struct reader *r = ctx;

	buf_printf(&r->told, "/%s\n", (const char *)name);
}

static void
sax_text(void *ctx, const xmlChar *s, int len)
{
	struct reader *r = ctx;

	if (r->outline == NULL)
		told_text(ctx, (const char *)s, (size_t)len);
	else
		html_outline_tell(r->outline,
		    (struct str){(const char *)s, (size_t)len}, told_text, ctx);
}

static void
sax_error(void *ctx, xmlErrorPtr error)
{
	htmlParserCtxtPtr ctxt = error->ctxt;
	struct reader *r = ctxt != NULL ? ctxt->userData : NULL;

	(void)ctx;
	if (r != NULL && error->code == XML_ERR_TAG_NAME_MISMATCH)
		buf_puts(&r->told, STR("stray\n"));
}

static void
read_by_libxml(struct reader *r, struct str page)
{
	htmlParserCtxtPtr ctxt;
	htmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
	    .startElement = sax_start,
	    .endElement = sax_end,
	    .characters = sax_text,
	    .ignorableWhitespace = sax_text,
	    .serror = sax_error};

	r->told.len = 0;
	if (page.len == 0)
		return;
	ctxt = htmlCreateMemoryParserCtxt(page.p, (int)page.len);
	xmlSwitchEncoding(ctxt, XML_CHAR_ENCODING_UTF8);
	*ctxt->sax = sax;
	ctxt->userData = r;
	htmlCtxtUseOptions(ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
				     HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
	htmlParseDocument(ctxt);
	htmlFreeParserCtxt(ctxt);
}

/* Random pages, in the form that html-clean gives. */

static const char *const names[] = {"article", "nav", "wbr", "x-y", "font",
    "h1", "form", "center", "dl", "dt", "P.a", "br", "option", "frameset"};

static const char *const often[] = {"html", "head", "body", "p", "div", "table",
    "tr", "td", "li", "ul", "a", "title", "meta", "link", "span"};

static const char *const texts[] = {" ", "\n", "\t \r", "x", "two words",
    "&lt;", "&amp;", "\xc3\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbd",
    "\xf0\x9f\x98\x80", "\x01", "\x0b", "\x7f", "  y"};

static const char *
any(struct rng *r, const char *const *list, size_t n)
{
	return list[rng_below(r, n)];
}
#define ANY(r, list) any(r, list, sizeof(list) / sizeof((list)[0]))

static void
put_token(struct rng *r, struct buf *page)
{
	const char *name, *s;
	size_t i, n;

	name = rng_below(r, 2) ? ANY(r, often) : ANY(r, names);
	switch (rng_below(r, 8)) {
	case 0:
	case 1:
	case 2:
		buf_printf(page, "<%s>", name);
		break;
	case 3:
		buf_printf(page, "<%s x=%zu>", name, rng_below(r, 2000));
		break;
	case 4:
	case 5:
		buf_printf(page, "</%s>", name);
		break;
	case 6:
		buf_puts(page, str_of(ANY(r, texts)));
		break;
	default:
		n = rng_below(r, 40) == 0 ? 900 + rng_below(r, 1300) : 3;
		for (i = 0, s = ANY(r, texts); i < n; i++)
			buf_puts(page, str_of(s));
	}
}

int
main(void)
{
	struct html_outline outline = {0};
	struct reader whole = {0}, brief = {.outline = &outline};
	struct buf page = {0};
	struct rng r;
	size_t i, j, ntoken;
	bool good = true;

	rng_init(&r, 27);
	for (i = 0; i < NPAGE && good; i++) {
		page.len = 0;
		ntoken = 1 + rng_below(&r, i % 10 ? 12 : 300);
		for (j = 0; j < ntoken; j++)
			put_token(&r, &page);
		buf_putc(&page, '\0');
		page.len--;
		html_outline_make(&outline, buf_str(&page));
		read_by_libxml(&whole, buf_str(&page));
		read_by_libxml(&brief, buf_str(&outline.out));
		good = str_eq(buf_str(&whole.told), buf_str(&brief.told));
	}
	ok(good, "an outline tells the same as its page");
	html_outline_make(&outline, STR("<p>a b &lt; c</p> <p>d"));
	ok(str_eq(buf_str(&outline.out), STR("<p>A</p> <p>B")),
	    "a text is a letter, white space stays");
	html_outline_release(&outline);
	buf_release(&page);
	buf_release(&whole.told);
	buf_release(&brief.told);
	return tap_done();
}
