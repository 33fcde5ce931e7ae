/*
 * html-math: what is taken off a formula in TeX, and formulas in MathML as
 * lines of text
 */

#include "web/html-math.h"

#include "tap.h"
#include "web/html.h"

static bool
same(struct buf *b, const char *want, const char *given)
{
	bool good = str_eq(buf_str(b), str_of(want));

	if (!good)
		printf("# %s: %.*s\n", given, (int)b->len, b->p);
	b->len = 0;
	return good;
}

static void
test_tex(void)
{
	static const char *const row[][2] = {
	    {"$x$", "x"},
	    {"$$ x $$", "x"},
	    {"\\(x\\)", "x"},
	    {"\\[x\\]", "x"},
	    {"{\\displaystyle x_{0}}", "x_{0}"},
	    {"{\\textstyle $x$}", "x"},
	    {"<![CDATA[x<y]]>", "x<y"},
	    {"&lt;![CDATA[ $x$ ]]&gt;", "x"},
	    {"% x", "x"},
	    {"$x %$", "x"},
	    {"{\\displaystyle %}", ""},
	    {"{\\displaystyle x", "{\\displaystyle x"},
	    {"$x", "$x"},
	    {"$$", "$$"},
	    {" x ", "x"},
	    {"", ""},
	};
	struct buf b = {0};
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		html_math_tex(&b, str_of(row[i][0]));
		good &= same(&b, row[i][1], row[i][0]);
	}
	ok(good, "what encloses a formula in TeX");
	buf_release(&b);
}

/* The content of an element <math>, and its text. */
static const char *const mathml[][2] = {
    {"<mfenced><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfenced>", "(a+b)"},
    {"<mfrac><mn>0.5</mn><mi>&alpha;</mi></mfrac>", "0.5/&alpha;"},
    {"<mfrac><mi>\u03b1</mi><mn>2</mn></mfrac>", "\u03b1/2"},
    {"<mfrac><mrow><mi>a</mi><mo>-</mo><mn>1</mn></mrow><mn>2</mn></mfrac>",
	"(a-1)/2"},
    {"<msup><mi>x</mi><mn>2</mn></msup>", "x^2"},
    {"<munder><mi>x</mi><mi>n</mi></munder>", "x_n"},
    {"<munderover><mo>&sum;</mo><mi>i</mi><mi>n</mi></munderover>",
	"&sum;_i^n"},
    {"<msup><mi>x</mi></msup>", "x"},
    {"<msup><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi><mi>e</mi></msup>",
	"abcde"},
    {"<mtable><MTR><MTD>1</MTD><MTD>2</MTD></MTR><mtr><mtd>3</mtd></mtr>"
     "</mtable>",
	"1 2 ; 3"},
    {"<mtable><mtr><mtd>&pi;</mtd></mtr></mtable>", "&pi;"},
    {"<mtr>&#x3c0;</mtr>", "&#x3c0;"},
    {"<mtr>&</mtr>", "&"},
    {"<mtr></mtr>", ""},
    {"<mi>x</mi><mspace/><mi>y</mi>", "xy"},
    {"<msup><mi>x</mi><mn/></msup>", "x^"},
    {"<mi>x</mi></mrow><mi>y</mi>", "xy"},
    {"<aNameThatIsFarTooLongForMathML>y</aNameThatIsFarTooLongForMathML>", "y"},
    {"x<", "x"},
    {"x<mi", "x"},
    {"x<>y", "xy"},
    {"<semantics><mi>x</mi><annotation encoding='MathML-Content'>y"
     "</annotation></semantics><mi>z</mi>",
	"xz"},
    {"<mi>x</mi><annotation-xml encoding='MathML-Content'><msup><ci>y</ci>"
     "</msup></annotation-xml><mi>z</mi>",
	"xz"},
    {"<mi>x</mi><annotation encoding='MathML-Content'>y</annotation>"
     "<annotation encoding='application/x-tex'>$z$</annotation>",
	"z"},
    {"<mi>x</mi><annotation encoding='TeX'>z</annotation>", "z"},
    {"<mi>x</mi><annotation encoding='TeX'> </annotation>", "x"},
    {"<mi>x</mi><annotation encoding='TeX'>z", "x"},
    {"<mi>x</mi><annotation", "x"},
};

static void
test_mathml(void)
{
	struct buf b = {0}, deep = {0};
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(mathml) / sizeof(mathml[0]); i++) {
		html_math(&b, str_of(mathml[i][0]), STR(""));
		good &= same(&b, mathml[i][1], mathml[i][0]);
	}
	ok(good, "MathML as lines of text");
	html_math(&b, STR("<mi>x</mi>"), STR("\\(y\\)"));
	good = same(&b, "y", "alttext");
	html_math(&b, STR("<annotation encoding='TeX'>z</annotation>"),
	    STR("\\(y\\)"));
	ok(good && same(&b, "z", "annotation"),
	    "an annotation counts before a text beside it, that before MathML");
	for (i = 0; i < 1000; i++)
		buf_puts(&deep, STR("<mrow>"));
	buf_puts(&deep, STR("<mi>x</mi>"));
	html_math(&b, buf_str(&deep), STR(""));
	ok(same(&b, "x", "deep"), "elements within a thousand others");
	buf_release(&deep);
	buf_release(&b);
}

/* Pages, and the text of all of each. */
static const char *const pages[][2] = {
    {"<p>a <span class=MathJax>x2</span> b", "a x2 b"},
    {"<p>a <span class=MathJax>x2<math><mi>x</mi></math></span> b", "a x b"},
    {"<p>a <span class=katex-html>x2</span> b", "a x2 b"},
    {"<p>a <math><mi>x</mi></math><span class=katex-html>x2</span> b", "a x b"},
    {"<p>a <math><mi>x</mi></math><span class=katex-html>x2", "a xx2"},
    {"<p>a <img class=latex alt='$x$'> b", "a x b"},
    {"<p>a <img class=latex> b", "a b"},
    {"<p>a <math><mi>x</mi></math><img class=latex alt='$x$'> b", "a x b"},
    {"<p>a <math><mi>x</mi></math><img class=latex alt='$y$'> b", "a xy b"},
};

static void
test_pages(void)
{
	static const char *const drawn[] = {
	    "<span class=katex-html>x</span>", "<img class=latex alt='$x$'>"};
	struct html h;
	struct buf b = {0}, page = {0}, want = {0};
	bool good = true;
	size_t i, k;

	html_init(&h);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		html_parse(&h, str_of(pages[i][0]), SIZE_MAX);
		buf_puts(&b, str_trim(buf_str(&h.text)));
		good &= same(&b, pages[i][1], pages[i][0]);
	}
	for (i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++) {
		page.len = want.len = 0;
		buf_puts(&page, STR("<math><mi>x</mi></math> "));
		buf_puts(&want, STR("x "));
		for (k = 0; k < 100; k++) {
			buf_puts(&page, STR("far "));
			buf_puts(&want, STR("far "));
		}
		buf_puts(&page, str_of(drawn[i]));
		buf_puts(&want, STR("x"));
		buf_putc(&want, '\0');
		html_parse(&h, buf_str(&page), SIZE_MAX);
		buf_puts(&b, str_trim(buf_str(&h.text)));
		good &= same(&b, want.p, drawn[i]);
	}
	ok(good, "what a page draws of a formula beside it, not far from it");
	buf_release(&page);
	buf_release(&want);
	html_release(&h);
	buf_release(&b);
}

int
main(void)
{
	test_tex();
	test_mathml();
	test_pages();
	return tap_done();
}
