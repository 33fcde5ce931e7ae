/*
 * mime: types and parameters as archives have them, and types that the bytes
 * show
 */

#include "web/mime.h"

#include <string.h>

#include "base/rng.h"
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
	ok(mime_valid(STR("text/html")) &&
		mime_valid(STR("application/xhtml+xml")),
	    "types");
	ok(!mime_valid(STR("\"text/html\"")) && !mime_valid(STR("'a/b'")) &&
		!mime_valid(STR("text")) && !mime_valid(STR("text/")) &&
		!mime_valid(STR("/html")) && !mime_valid(STR("text/a b")) &&
		!mime_valid((struct str){"a/\0", 3}) && !mime_valid(STR("")),
	    "what is no type");
}

/* Binary bytes that are declared as text, and text with a few odd bytes. */
static void
test_binary(void)
{
	static char coded[1000], page[1000], wide[1000];
	static const struct str magic[] = {STR("%PDF-1.4\n"),
	    STR(" \r\n%PDF-1.4"), STR("\xef\xbb\xbf%PDF-1.4"),
	    STR("\xff\xd8\xff\xe0"), STR("GIF89a"), STR("PK\3\4"),
	    STR("\x1f\x8b\x08\0"), STR("RIFF\1\2\3\4WEBPVP8 "),
	    STR("\0\0\0\x20\x66typisom")};
	struct rng rng;
	bool all = true;
	size_t i;

	rng_init(&rng, 1);
	for (i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		all = all && mime_is_binary(magic[i]) &&
		      mime_magic(magic[i]).len > 0;
	ok(all, "binary formats");
	for (i = 0; i < 1000; i++) {
		coded[i] = (char)rng_below(&rng, 256);
		page[i] = i % 50 == 49 ? '\0' : i % 2 ? '\xe9' : 'a';
		wide[i] = i % 2 ? '\0' : 'a';
	}
	page[500] = '\7';
	coded[0] = '\xc1';
	for (i = 20, all = true; i <= 1000; i++)
		all = all && mime_is_binary((struct str){coded + 1000 - i, i});
	ok(all, "bytes at random, and many and few of them");
	ok(!mime_is_binary((struct str){page, 1000}),
	    "text with a NUL here and there");
	ok(!mime_is_binary((struct str){wide, 1000}), "UTF-16");
	ok(!mime_is_binary(STR("\xff\xfe\1\2\3\4")), "UTF-16 with its mark");
	memset(wide + 30, '\0', 970);
	memset(wide, 'a', 30);
	ok(!mime_is_binary((struct str){wide, 1000}),
	    "ASCII in a block of NULs");
	ok(!mime_is_binary(STR("")) &&
		!mime_is_binary(STR("\033$)C\016?*;g@{\017 \016?9<v\017 b")),
	    "nothing, and what shifts sets");
	ok(mime_magic(STR("<p>%PDF-")).len == 0 && mime_magic(STR("")).len == 0,
	    "no binary format");
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
	    {"%PDF-1.4\n\1", "application/pdf"},
	    {"\1\2\3", "application/octet-stream"}};
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
	test_binary();
	test_sniff();
	return tap_done();
}
