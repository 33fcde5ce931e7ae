/* html-strip - the main text of the pages in records */

#include "extract/extract.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "web/html.h"

static const struct tool_help help = {
    .usage = "usage: html-strip [-hpV] [--all] [--keep-html] [--comments]\n"
	     "                  [--max-work N] [file ...]\n",
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
	size_t max_work;
};

static void
set_if(struct rec *rec, const char *name, struct str value)
{
	if (value.len > 0)
		rec_set_str(rec, name, value);
}

static void
strip(struct html *h, struct extract *x, struct rec *rec, struct str html,
    const struct opts *o)
{
	struct page page;

	html_parse(h, html, o->max_work);
	extract_page(x, h, &o->extract, &page);
	set_if(rec, "title", page.title);
	set_if(rec, "lang", page.lang);
	rec_set_str(rec, tool_text(), page.text);
	set_if(rec, "byline", page.byline);
	set_if(rec, "published", page.published);
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
	    {"all", NULL, "every visible text, not the main one alone",
		OPTION_FLAG(&o.extract.all)},
	    {"keep-html", NULL, "keep the member \"html\"",
		OPTION_FLAG(&o.keep_html)},
	    {"comments", NULL, "keep the comments of readers",
		OPTION_FLAG(&o.extract.comments)},
	    {"max-work", "N",
		"read no more bytes of a page than this, nor more elements, "
		"which count 64 (256Mi)",
		OPTION_BYTES(&o.max_work, 1, (size_t)1 << 40)},
	    {.name = NULL}};
	struct rec_reader in;
	struct rec rec; /* lent by in, until the next rec_read() */
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
		rec_write(&rec, stdout);
	}
	extract_release(&x);
	html_release(&h);
	rec_close(&in);
	return tool_end(stdout);
}
