/* html-strip - the main text of the pages in records */

#include "extract/extract.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "web/html.h"

static const struct tool_help help = {
    .usage = "usage: html-strip [-hpV] [--all] [--keep-html] [--comments]\n"
	     "                  [--drop-optout] [--max-work N] [file ...]\n",
    .about = "Replace the page in \"html\" by its main text: title, lang, "
	     "text, byline\n"
	     "and published.  Records with \"text\" and no \"html\" pass "
	     "unchanged.\n",
    .example = "Example:\n"
	       "  warc-cat crawl.warc.gz | html-strip > docs.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1};

struct opts {
	struct extract_opts extract;
	bool keep_html;
	bool drop_optout;
	size_t max_work;
};

static void
set_if(struct rec *rec, const char *name, struct str value)
{
	if (value.len > 0)
		rec_set_str(rec, name, value);
}

/* The robots of the page's headers and of its own, with a comma. */
static void
set_robots(struct rec *rec, struct str own)
{
	struct buf b = {0};
	struct str sent;

	if (own.len == 0)
		return;
	if (rec_get_str(rec, "robots", &sent) && sent.len > 0) {
		buf_puts(&b, sent);
		buf_puts(&b, STR(", "));
	}
	buf_puts(&b, own);
	rec_set_str(rec, "robots", arena_copy(rec->mem, buf_str(&b)));
	buf_release(&b);
}

/* Whether a list of directives, "agent: a, b", has one of them. */
static bool
has_directive(struct str list, struct str directive)
{
	struct str item;
	size_t len;

	while (list.len > 0) {
		for (len = 0; len < list.len && list.p[len] != ',' &&
			      list.p[len] != ':' && list.p[len] != ';';)
			len++;
		item = str_trim((struct str){list.p, len});
		if (str_ieq(item, directive))
			return true;
		len += len < list.len;
		list = (struct str){list.p + len, list.len - len};
	}
	return false;
}

/* Whether the page's owner wants no model to be trained on it. */
static bool
is_optout(struct rec *rec)
{
	struct str s;

	if (rec_get_str(rec, "robots", &s) &&
	    (has_directive(s, STR("noai")) ||
		has_directive(s, STR("noimageai"))))
		return true;
	return rec_get_str(rec, "tdm", &s) && str_eq(str_trim(s), STR("1"));
}

static void
strip(struct html *h, struct extract *x, struct rec *rec, struct str html,
    const struct opts *o)
{
	struct extract_opts extract = o->extract;
	struct page page;

	if (!rec_get_str(rec, "url", &extract.url))
		extract.url = (struct str){"", 0};
	html_parse(h, html, o->max_work);
	extract_page(x, h, &extract, &page);
	set_if(rec, "title", page.title);
	set_if(rec, "lang", page.lang);
	rec_set_str(rec, tool_text(), page.text);
	set_if(rec, "byline", page.byline);
	set_if(rec, "published", page.published);
	if (page.nrepeated > 0)
		rec_set_size(rec, "repeated", page.nrepeated);
	set_robots(rec, h->meta[META_ROBOTS]);
	set_if(rec, "tdm", h->meta[META_TDM]);
	set_if(rec, "tdm_policy", h->meta[META_TDM_POLICY]);
	set_if(rec, "license", h->meta[META_LICENSE]);
	if (h->cut != NULL) {
		rec_set_str(rec, "cut", str_of(h->cut));
		tool_count("cut", 1);
	}
	if (!o->keep_html)
		rec_remove(rec, "html");
	tool_count("empty", page.text.len == 0);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.max_work = (size_t)256 << 20};
	const struct option_row rows[] = {
	    {"all", NULL, "write all visible text, not only the main text",
		OPTION_FLAG(&o.extract.all)},
	    {"keep-html", NULL, "keep the member \"html\"",
		OPTION_FLAG(&o.keep_html)},
	    {"comments", NULL, "keep the comments of readers",
		OPTION_FLAG(&o.extract.comments)},
	    {"drop-optout", NULL,
		"drop pages that opt out: noai, noimageai, TDM reservation",
		OPTION_FLAG(&o.drop_optout)},
	    {"max-work", "N",
		"read no more bytes of a page than this, nor more elements, "
		"which count 64 (256Mi)",
		OPTION_BYTES(&o.max_work, 1, (size_t)1 << 40)},
	    {.name = NULL}};
	struct rec_reader in;
	struct rec rec; /* borrowed from in, until the next rec_read() */
	struct html h;
	struct extract x;
	struct str html, text;
	char **operands;

	operands = tool_init(argc, argv, &help, rows, NULL);
	html_init(&h);
	extract_init(&x);
	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (rec_get_str(&rec, "html", &html))
			strip(&h, &x, &rec, html, &o);
		else if (!rec_get_str(&rec, tool_text(), &text)) {
			rec_bad(
			    &in, "no string \"html\" or \"%s\"", tool_text());
			continue;
		}
		if (o.drop_optout && is_optout(&rec)) {
			tool_drop("optout");
			continue;
		}
		rec_write(&rec, stdout);
	}
	extract_release(&x);
	html_release(&h);
	rec_close(&in);
	return tool_end(stdout);
}
