/*
 * html-tree: the events of random pages are those of libxml2's parser, of which
 * version 2.9 is followed
 */

#include "web/html-tree.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include "base/rng.h"
#include "tap.h"

enum { NPAGE = 30000 };

/* Events, a line each; strays count as they did in libxml2's error handler. */

static void
told_start(void *ctx, const struct html_tree_name *name, uint32_t attr)
{
	struct buf *b = ctx;
	size_t i;

	buf_puts(b, STR("<"));
	for (i = 0; i < name->name.len; i++)
		buf_putc(b, (char)html_lower((unsigned char)name->name.p[i]));
	if (attr != HTML_TREE_NONE)
		buf_printf(b, " %u", attr);
	buf_puts(b, STR("\n"));
}

static void
told_end(void *ctx, const struct html_tree_name *name)
{
	struct buf *b = ctx;
	size_t i;

	buf_puts(b, STR("/"));
	for (i = 0; i < name->name.len; i++)
		buf_putc(b, (char)html_lower((unsigned char)name->name.p[i]));
	buf_puts(b, STR("\n"));
}

static void
told_text(void *ctx, const char *s, size_t len)
{
	buf_printf(ctx, "%zu:%.*s\n", len, (int)len, s);
}

static void
told_stray(void *ctx)
{
	buf_puts(ctx, STR("stray\n"));
}

static void
sax_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	buf_printf(ctx, "<%s", (const char *)name);
	if (atts != NULL && atts[0] != NULL)
		buf_printf(ctx, " %s", (const char *)atts[1]);
	buf_puts(ctx, STR("\n"));
}

static void
sax_end(void *ctx, const xmlChar *name)
{
	buf_printf(ctx, "/%s\n", (const char *)name);
}

static void
sax_text(void *ctx, const xmlChar *s, int len)
{
	told_text(ctx, (const char *)s, (size_t)len);
}

static void
sax_error(void *ctx, xmlErrorPtr error)
{
	htmlParserCtxtPtr ctxt = error->ctxt;

	(void)ctx;
	if (ctxt != NULL && error->code == XML_ERR_TAG_NAME_MISMATCH)
		told_stray(ctxt->userData);
}

static void
read_by_libxml(struct buf *told, struct str page)
{
	htmlParserCtxtPtr ctxt =
	    htmlCreateMemoryParserCtxt(page.p, (int)page.len);
	htmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
	    .startElement = sax_start,
	    .endElement = sax_end,
	    .characters = sax_text,
	    .ignorableWhitespace = sax_text,
	    .serror = sax_error};

	xmlSwitchEncoding(ctxt, XML_CHAR_ENCODING_UTF8);
	*ctxt->sax = sax;
	ctxt->userData = told;
	htmlCtxtUseOptions(ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
				     HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
	htmlParseDocument(ctxt);
	htmlFreeParserCtxt(ctxt);
}

/* libxml2 also tells of the ends of what is open at the end of the page. */
static bool
agree(
    struct html_tree *t, struct buf *mine, struct buf *theirs, struct str page)
{
	size_t i;

	mine->len = theirs->len = 0;
	html_tree_read(t, page);
	read_by_libxml(theirs, page);
	if (theirs->len < mine->len ||
	    (mine->len > 0 && memcmp(mine->p, theirs->p, mine->len) != 0))
		return false;
	for (i = mine->len; i < theirs->len; i++) {
		if (theirs->p[i] != '/')
			return false;
		while (theirs->p[i] != '\n')
			i++;
	}
	return true;
}

/*
 * Random pages, in the form that html-clean gives, which has no scripts and no
 * styles, but for their end tags.
 */

static const char *const names[] = {
#define CLOSES(name, flags, closes) name,
#include "web/html-closes.h"
#undef CLOSES
    "article", "nav", "wbr", "x-y", "x:y", "P.a", "li.b", "td.c", "a_b", "DIV",
    "aVeryLongName-ofAn.element_thatNobodyKnows", "bdi"};

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

	do
		name = rng_below(r, 2) ? ANY(r, often) : ANY(r, names);
	while (strcmp(name, "script") == 0 || strcmp(name, "style") == 0);
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
		if (rng_below(r, 30) == 0)
			name = "script";
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
	struct html_names tags;
	struct buf page = {0}, mine = {0}, theirs = {0};
	struct html_tree t;
	struct rng r;
	size_t i, j, ntoken;
	bool good = true;

	html_names_init(&tags);
	html_tree_init(&t, &tags,
	    &(struct html_tree_events){
		told_start, told_end, told_text, told_stray},
	    &mine);
	if (strncmp(LIBXML_DOTTED_VERSION, "2.9.", 4) != 0) {
		puts("ok 1 # SKIP libxml2 is not 2.9\n1..1");
		return 0;
	}
	rng_init(&r, 27);
	for (i = 0; i < NPAGE && good; i++) {
		page.len = 0;
		ntoken = 1 + rng_below(&r, i % 10 ? 12 : 300);
		for (j = 0; j < ntoken; j++)
			put_token(&r, &page);
		buf_putc(&page, '\0');
		page.len--;
		good = agree(&t, &mine, &theirs, buf_str(&page));
	}
	ok(good, "the events are those of libxml2");
	if (!good)
		printf("# page:\n%s\n# mine:\n%.*s\n# theirs:\n%.*s\n", page.p,
		    (int)mine.len, mine.p, (int)theirs.len, theirs.p);
	page.len = 0;
	for (i = 0; i < 3000; i++)
		buf_printf(&page, "<x%zu><y%zu></x%zu>", i % 1500, i, i % 1500);
	buf_putc(&page, '\0');
	page.len--;
	ok(agree(&t, &mine, &theirs, buf_str(&page)), "thousands of names");
	ok(agree(&t, &mine, &theirs, STR("<p>x<x1>y")),
	    "and a page after them");
	html_tree_release(&t);
	buf_release(&page);
	buf_release(&mine);
	buf_release(&theirs);
	return tap_done();
}
