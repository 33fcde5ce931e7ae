/* html: blocks, boxes, and what a page says about itself */

#include "web/html.h"

#include "tap.h"
#include "web/html-meta.h"

static struct html h;

static void
parse(const char *page)
{
	html_parse(&h, str_of(page), SIZE_MAX);
}

static bool
is_block(size_t i, const char *text)
{
	return i < h.nblock &&
	       str_eq((struct str){h.text.p + h.block[i].text, h.block[i].len},
		   str_of(text));
}

static bool
is_meta(enum html_meta_id m, const char *text)
{
	return str_eq(h.meta[m], str_of(text));
}

static void
test_blocks(void)
{
	parse("<div class='post-content'>a <a href=/x>link</a><p>b<b>c</b>"
	      "</div><ul><li>d<li>e</ul>");
	ok(h.nblock == 4 && is_block(0, "a link") && is_block(1, "bc") &&
		is_block(2, "d") && is_block(3, "e"),
	    "text falls into blocks at boxes");
	ok(h.block[0].link == 4 && h.block[1].link == 0, "letters of links");
	ok(h.block[1].bold == 1, "bold letters");
	ok(h.elem[h.block[1].elem].tag == HTML_P, "the box of a block");
	ok(h.elem[h.elem[h.block[1].elem].parent].hint ==
		(HTML_BIT(HINT_ENTRY) | HTML_BIT(HINT_CONTENT)),
	    "what a class hints at");
	ok(h.block[2].item != 0 && h.block[2].item != h.block[3].item &&
		h.block[0].item == 0,
	    "items of a list");
	parse("<a>x<span>y</span></a> z<p><span class=q>all</span>");
	ok(h.elem[h.block[0].inner].tag != HTML_SPAN &&
		h.elem[h.block[1].inner].tag == HTML_SPAN,
	    "the element that holds all of a block");
}

static void
test_hints(void)
{
	parse("<p class='mainNav'>a<p class='commentform'>b<p class=sad>c"
	      "<p id=ad-1>d<p role=navigation>e");
	ok(h.elem[h.block[0].elem].hint ==
		(HTML_BIT(HINT_MAIN) | HTML_BIT(HINT_NAV)),
	    "a new word begins at a capital");
	ok(h.elem[h.block[1].elem].hint & HTML_BIT(HINT_COMMENT),
	    "a word at the start of a longer one");
	ok(h.elem[h.block[2].elem].hint == 0 &&
		h.elem[h.block[3].elem].hint == HTML_BIT(HINT_AD),
	    "a short word counts alone");
	ok(h.elem[h.block[4].elem].hint & HTML_BIT(HINT_NAV), "roles");
}

static void
test_meta(void)
{
	parse("<html lang=de><title>A &amp; B</title>"
	      "<meta property='og:site_name' content='S &lt; T'>"
	      "<script type='application/ld+json'>{\"@type\": \"Article\","
	      "\"articleBody\": \"one\\ntwo \\u00e9\\ud83d\\ude00\n\","
	      "\"author\": [{\"@type\": \"Person\", \"name\": \"Jo\"}]}"
	      "</script>");
	ok(is_meta(META_TITLE, "A & B"), "title");
	ok(is_meta(META_SITE, "S < T"), "site");
	ok(is_meta(META_LANG, "de"), "language");
	ok(is_meta(META_BODY, "one\ntwo \303\251\360\237\230\200"),
	    "a string of JSON-LD, with a raw line end");
	ok(is_meta(META_AUTHOR, "Jo"), "an author in an array");
	ok(is_meta(META_KIND, "Article"), "the first type");
	parse("<p>x");
	ok(h.meta[META_TITLE].len == 0 && h.meta[META_BODY].len == 0,
	    "nothing is left of the page before");
}

/* JSON-LD, and the author or the headline that it tells. */
static void
test_json(void)
{
	static const struct {
		enum html_meta_id meta;
		const char *json, *value;
	} row[] = {
	    {META_AUTHOR, "{\"author\": \"Jo\"}", "Jo"},
	    {META_AUTHOR, "{\"author\" : [ \"Jo\",\"Al\" , \"Jo\"]}", "Jo, Al"},
	    {META_AUTHOR, "{\"author\": {\"name\": \"Jo\"}}", "Jo"},
	    {META_AUTHOR, "{\"author\": {\"name\": {\"x\": 1}}}", ""},
	    {META_AUTHOR, "{\"author\": {\"name\" \"Jo\"}}", ""},
	    {META_AUTHOR,
		"{\"author\": {\"@id\": \"#1\"}, \"x\": [{\"@id\": \"#2\", "
		"\"name\": \"Al\"}, {\"name\": \"Jo\", \"@id\": \"#1\"}]}",
		"Jo"},
	    {META_AUTHOR,
		"{\"author\": {\"@id\": \"#3\"}, \"x\": {\"@id\": \"#2\", "
		"\"name\": \"Al\"}}",
		""},
	    {META_AUTHOR, "{\"author\": \"Jo\"}, {\"author\": \"Al\"}", "Jo"},
	    {META_AUTHOR, "{\"author\": 5}", ""},
	    {META_AUTHOR, "{\"author\": [5, \"Jo\"]}", ""},
	    {META_AUTHOR, "{\"author\": [\"Jo\"", "Jo"},
	    {META_AUTHOR, "{\"author\" \"Jo\"}", ""},
	    {META_AUTHOR, "{\"author\": ", ""},
	    {META_AUTHOR, "{\"author\"", ""},
	    {META_HEADLINE, "{\"headline\": [ \"A\", \"B\"]}", "A"},
	    {META_HEADLINE, "{\"headline\": 5}", ""},
	    {META_HEADLINE, "{\"headline\": [", ""},
	    {META_HEADLINE, "{\"headline\": \"\\ud83dx\"}", "\ufffdx"},
	    {META_HEADLINE, "{\"headline\": \"\\ud83d\\u0041\"}", "\ufffdA"},
	    {META_HEADLINE, "{\"headline\": \"\\ud83d\\n1234\"}",
		"\ufffd\n1234"},
	    {META_HEADLINE, "{\"headline\": \"\\ud83d\\ue000\"}",
		"\ufffd\ue000"},
	    {META_HEADLINE, "{\"headline\": \"\\u00E9 \\/ \\\"\"}",
		"\u00e9 / \""},
	    {META_HEADLINE, "{\"headline\": \"a", "a"},
	};
	struct buf page = {0};
	bool good = true, this;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		page.len = 0;
		buf_printf(&page,
		    "<script type='application/ld+json'>%s</script>",
		    row[i].json);
		html_parse(&h, buf_str(&page), SIZE_MAX);
		this = is_meta(row[i].meta, row[i].value);
		if (!this)
			printf("# %s: %.*s\n", row[i].json,
			    (int)h.meta[row[i].meta].len,
			    h.meta[row[i].meta].p);
		good &= this;
	}
	ok(good, "authors and headlines of JSON-LD");
	page.len = 0;
	buf_puts(&page, STR("<meta property=og:title content='"));
	for (i = 0; i < HTML_META_MAX; i++)
		buf_puts(&page, STR("\u00e9"));
	buf_puts(&page, STR("'>"));
	html_parse(&h, buf_str(&page), SIZE_MAX);
	ok(h.meta[META_OG_TITLE].len == HTML_META_MAX,
	    "a value is kept so far");
	parse("<meta name=description content=' '>"
	      "<meta property=og:description content=x>");
	ok(is_meta(META_DESCRIPTION, "x"), "an empty value is none");
	parse("<nav><time datetime=2021-03-12>x</time></nav>"
	      "<footer><time datetime=2021-03-13>x</time></footer>"
	      "<aside><time datetime=2021-03-14>x</time></aside>"
	      "<p><time datetime=2021>x</time>"
	      "<p><time datetime=2021-03-15>x</time>");
	ok(is_meta(META_TIME, "2021-03-15"), "the time of the subject");
	parse("<table><thead><tr><td>a<tbody><tr><td>b<tfoot><tr><td>c"
	      "</table>d");
	ok(h.nblock == 4 && h.block[0].row != 0 && h.block[1].row != 0 &&
		h.block[2].row != 0 && h.block[0].row != h.block[1].row &&
		h.block[1].row != h.block[2].row && h.block[3].row == 0,
	    "rows of all parts of a table");
	parse("<title>a</title><title>b</title>");
	ok(is_meta(META_TITLE, "a"), "the first title");
	buf_release(&page);
}

/* Pages, and the blocks of their text between bars. */
static void
test_texts(void)
{
	static const char *const row[][2] = {
	    {"a<p title=", "a"},
	    {"a<p title=x", "a"},
	    {"a<p title= 'x>y'>b", "a|b"},
	    {"a<p title= >b", "a|b"},
	    {"a<p title = x>b", "a|b"},
	    {"<svg><svgx>no</svg>b", "b"},
	    {"a<!--", "a"},
	    {"a <", "a <"},
	    {"a</", "a"},
	    {"a<!", "a"},
	    {"<code>a\n  b</code>", "a\n  b"},
	    {"<pre>\n\n</pre>a", "a"},
	    {"<pre>a\n<div>b</div></pre>", "a\nb"},
	    {"<pre>a\x7f"
	     "b</pre>",
		"ab"},
	    {"a\x7f"
	     "b",
		"ab"},
	    {"a<br><sup>2</sup>", "a\n2"},
	    {"a <sup>2</sup>", "a 2"},
	    {"<p><sup>2</sup>a", "2a"},
	    {"x<sup>+3</sup>", "x^+3"},
	    {"Cl<sup>-</sup>", "Cl-"},
	    {"Cl<sup>\u2212</sup>", "Cl\u2212"},
	    {"[a]<sup>2</sup>", "[a]^2"},
	    {"\u00e9<sup>2</sup>", "\u00e9^2"},
	    {"5 %<sup>2</sup>", "5 %2"},
	    {"a<sup></sup>b", "ab"},
	    {"<p>a<sup><a href=#x>no mark, for it is too long</a></sup>",
		"ano mark, for it is too long"},
	    {"<p>b<sup><a>1</a></sup>", "b^1"},
	    {"<p>b<sup><a href=#1>1</a></sup> c", "b c"},
	    {"<b style='display:grid'>a</b><b style='display:table'>b</b>"
	     "<b style='display:list-item'>c</b>"
	     "<b style='display:flow-root'>d</b>"
	     "<b style='display:inline-flex'>e</b>f",
		"a|b|c|d|ef"},
	    {"<div> <code>a\n  b</code> </div>c", "a\n  b|c"},
	    {"<div><code>a\n  b</code> is it</div>", "a b is it"},
	    {"<div><code>a\n  b</code>", "a\n  b"},
	    {"<div><code>a b</code></div>", "a b"},
	    {"<div class=code-block><div>a</div><div>  b</div></div>",
		"a\n  b"},
	    {"<div class=code-block><ol><li>a<li>  b</ol></div>", "a\n  b"},
	    {"<div class=code-block>x\n  a < b\n  c</div>", "x\n  a < b\n  c"},
	    {"<div class=code-block>x\n  y<</div>", "x\n  y<"},
	};
	struct buf b = {0};
	bool good = true, this;
	size_t i, k;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		parse(row[i][0]);
		b.len = 0;
		for (k = 0; k < h.nblock; k++) {
			if (k > 0)
				buf_putc(&b, '|');
			buf_put(&b, h.text.p + h.block[k].text, h.block[k].len);
		}
		this = str_eq(buf_str(&b), str_of(row[i][1]));
		if (!this)
			printf("# %s: %.*s\n", row[i][0], (int)b.len, b.p);
		good &= this;
	}
	ok(good, "what is markup, and code");
	buf_release(&b);
}

static void
test_bounds(void)
{
	struct buf page = {0};
	size_t i;

	for (i = 0; i < 100000; i++)
		buf_puts(&page, STR("<div>"));
	buf_puts(&page, STR("x"));
	html_parse(&h, buf_str(&page), SIZE_MAX);
	ok(h.nelem > 100000 && is_block(0, "x") && h.cut == NULL,
	    "depth 100,000");
	html_parse(&h, buf_str(&page), page.len);
	ok(h.nelem < page.len / HTML_ELEM_WORK + 3 && h.cut != NULL,
	    "elements are bounded");
	page.len = 0;
	for (i = 0; i < 3000; i++)
		buf_printf(&page, "<p>%zu", i);
	html_parse(&h, buf_str(&page), 1000);
	ok(h.cut != NULL && is_block(0, "0"), "the text so far");
	html_parse(&h, buf_str(&page), SIZE_MAX);
	ok(h.nblock == 3000 && h.cut == NULL, "and all of it again");
	html_parse(&h, (struct str){"", 0}, SIZE_MAX);
	ok(h.nblock == 0 && h.nelem == 1, "an empty page");
	buf_release(&page);
}

int
main(void)
{
	html_init(&h);
	test_blocks();
	test_hints();
	test_meta();
	test_json();
	test_texts();
	test_bounds();
	html_release(&h);
	return tap_done();
}
