/* html-strip - the main text of the pages in records */

#include "extract/extract.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "web/html.h"

static const char usage[] =
    "usage: html-strip [-hpV] [--all] [--keep-html] [--comments]\n"
    "                  [--max-work N] [file ...]\n";

static const char help[] =
    "\n"
    "Replace the page in \"html\" by its main text: title, lang, text, byline\n"
    "and published.  Records with \"text\" and no \"html\" pass unchanged.\n\n"
    "      --all             every visible text, not the main one alone\n"
    "      --keep-html       keep the member \"html\"\n"
    "      --comments        keep the comments of readers\n"
    "      --max-work N      read no more bytes of a page than this, nor more\n"
    "                        elements, which count 64 (256Mi)\n" TOOL_HELP "\n"
    "Example:\n"
    "  warc-cat crawl.warc.gz | html-strip > docs.jsonl\n";

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
	rec_set_str(rec, "text", page.text);
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

enum { OPT_ALL = TOOL_OPT_OWN, OPT_KEEP_HTML, OPT_COMMENTS, OPT_MAX_WORK };

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
	    {"all", no_argument, NULL, OPT_ALL},
	    {"keep-html", no_argument, NULL, OPT_KEEP_HTML},
	    {"comments", no_argument, NULL, OPT_COMMENTS},
	    {"max-work", required_argument, NULL, OPT_MAX_WORK}, TOOL_OPTIONS};
	struct opts o = {.max_work = (size_t)256 << 20};
	struct rec_reader in;
	struct rec rec; /* lent by in, until the next rec_read() */
	struct html h;
	struct extract x;
	struct str html, text;
	int ch;

	tool_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, TOOL_SHORT, longopts, NULL)) != -1)
		switch (ch) {
		case OPT_ALL:
			o.extract.all = true;
			break;
		case OPT_KEEP_HTML:
			o.keep_html = true;
			break;
		case OPT_COMMENTS:
			o.extract.comments = true;
			break;
		case OPT_MAX_WORK:
			o.max_work =
			    cli_bytes("--max-work", optarg, 1, (size_t)1 << 40);
			break;
		default:
			tool_option(ch);
		}

	html_init(&h);
	extract_init(&x);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec)) {
		if (rec_get_str(&rec, "html", &html))
			strip(&h, &x, &rec, html, &o);
		else if (!rec_get_str(&rec, "text", &text)) {
			rec_bad(&in, "no string \"html\" or \"text\"");
			continue;
		}
		rec_write(&rec, stdout);
	}
	extract_release(&x);
	html_release(&h);
	rec_close(&in);
	return tool_end(stdout);
}
