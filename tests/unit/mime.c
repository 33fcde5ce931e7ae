/* mime: types and parameters as archives have them, and what bytes show */

#include "web/mime.h"

#include <string.h>

#include "tap.h"

static bool
is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

static void
test_values(void)
{
	struct arena mem = {0};

	ok(is(mime_type(STR(" Text/HTML ; charset=x"), &mem), "text/html"),
	    "blanks, capitals and parameters go");
	ok(is(mime_type(STR("text/plain, text/html"), &mem), "text/plain"),
	    "of a list, the first");
	ok(is(mime_type(STR(""), &mem), ""), "no value");
	ok(is(mime_param(STR("text/html;CHARSET = \"utf-8\" ; b=c"), "charset"),
	       "utf-8"),
	    "a quoted parameter");
	ok(is(mime_param(STR("text/html; charset='x y'"), "charset"), "x"),
	    "a value ends at a blank");
	ok(is(mime_param(STR("a; b=1; charset=2"), "charset"), "2"),
	    "one after another");
	ok(is(mime_param(STR("text/html; x=charset=no"), "charset"), ""),
	    "no parameter");
	arena_release(&mem);
}

static void
test_classes(void)
{
	ok(mime_is_html(STR("text/html")) &&
		mime_is_html(STR("application/xhtml+xml")),
	    "HTML and XHTML");
	ok(!mime_is_html(STR("text/xml")) && !mime_is_html(STR("text/htm")),
	    "others are not");
	ok(mime_is_markup(STR("text/html")) &&
		mime_is_markup(STR("image/svg+xml")),
	    "markup: HTML and all XML");
	ok(!mime_is_markup(STR("text/plain")) && !mime_is_markup(STR("ml")),
	    "others are not");
	ok(mime_is_text(STR("a\tb\r\n\f\033\xff"), 64), "bytes of text");
	ok(!mime_is_text(STR("ab\1"), 3), "a control character");
	ok(mime_is_text(STR("ab\1"), 2), "beyond what is looked at");
}

static void
test_sniff(void)
{
	static const struct {
		const char *bytes, *type;
	} known[] = {{"<!DOCTYPE html>", "text/html"},
	    {"\xef\xbb\xbf \r\n<HTML>", "text/html"},
	    {"<body class=x>", "text/html"}, {"<!-- note", "text/html"},
	    {"<a href=x>", "text/html"}, {"<article>", "text/plain"},
	    {"<b", "text/plain"}, {"<?xml version=\"1.0\"?>", "text/xml"},
	    {"plain", "text/plain"}, {"", "text/plain"},
	    {"%PDF-1.4\n\1", "application/octet-stream"}};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ok(is(mime_sniff(str_of(known[i].bytes)), known[i].type),
		    known[i].type);
}

int
main(void)
{
	test_values();
	test_classes();
	test_sniff();
	return tap_done();
}
