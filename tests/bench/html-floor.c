/*
 * html-floor - what libxml2 alone, and each of our steps, take of a processor
 *
 * usage: html-floor < pages.jsonl
 *
 * The floor is libxml2's SAX parse of the page as it was fetched, without
 * handlers. No tool that uses libxml2 can be faster, unless it keeps a part of
 * the page from the parser.  Each page passes through all steps in turn.
 * Writes one JSON object with the number of pages and bytes, and the
 * microseconds a page of each step.
 */

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "extract/extract.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
bare_parse(struct str html)
{
	htmlParserCtxtPtr ctxt =
	    htmlCreateMemoryParserCtxt(html.p, (int)html.len);

	if (ctxt == NULL)
		return;
	xmlSwitchEncoding(ctxt, XML_CHAR_ENCODING_UTF8);
	memset(ctxt->sax, 0, sizeof(*ctxt->sax));
	htmlCtxtUseOptions(ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
				     HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
	htmlParseDocument(ctxt);
	htmlFreeParserCtxt(ctxt);
}

static const struct tool_help help = {
    .usage = "usage: html-floor [file ...]\n", .about = ""};
static const struct option_row rows[] = {{.name = NULL}};

int
main(int argc, char *argv[])
{
	static const struct extract_opts opts;
	struct rec_reader in;
	struct rec rec;
	struct html h;
	struct extract x;
	struct page page;
	struct str html;
	double bare = 0, parse = 0, extract = 0, a, b, c;
	size_t npage = 0, nbyte = 0;

	char **operands = tool_init(argc, argv, &help, rows, NULL);

	html_init(&h);
	extract_init(&x);
	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (!rec_get_str(&rec, "html", &html) || html.len == 0)
			continue;
		a = seconds();
		bare_parse(html);
		b = seconds();
		html_parse(&h, html, SIZE_MAX);
		c = seconds();
		extract_page(&x, &h, &opts, &page);
		extract += seconds() - c;
		parse += c - b;
		bare += b - a;
		npage++;
		nbyte += html.len;
	}
	printf("{\"pages\":%zu,\"bytes\":%zu,\"bare\":%.1f,\"parse\":%.1f,"
	       "\"extract\":%.1f}\n",
	    npage, nbyte, bare * 1e6 / (double)npage,
	    parse * 1e6 / (double)npage, extract * 1e6 / (double)npage);
	extract_release(&x);
	html_release(&h);
	rec_close(&in);
	return tool_end(stdout);
}
