/*
 * metadata: dates in their forms, names and what is none, titles and languages
 * that pages declare
 */

#include "extract/metadata.h"

#include "tap.h"

static struct html h;
static struct metadata a;
static struct lang *l;

static const struct metadata *
read_page(const char *page, const char *url)
{
	html_parse(&h, str_of(page), SIZE_MAX);
	metadata_read(&a, &h, l, STR(""), str_of(url));
	return &a;
}

/* Whether one of the texts of a page is as it should be; "" for none. */
static bool
gives(struct str got, const char *want, const char *given)
{
	if (str_eq(got, str_of(want)))
		return true;
	printf("# %s: \"%.*s\"\n", given, (int)got.len, got.p);
	return false;
}

/* What a page declares as its time of publication (ISO 8601, RFC 5322). */
static const struct {
	const char *declared, *published;
} dates[] = {
    {"2021-03-12", "2021-03-12"},
    {"2021/3/12", "2021-03-12"},
    {"2021.3.2", "2021-03-02"},
    {"20210312", "2021-03-12"},
    {"12.03.2021", "2021-03-12"},
    {"1.3.2021", "2021-03-01"},
    {"1.3.21", ""},
    {"12.03/2021", ""},
    {"12/03/2021", ""}, /* of a day or of a month, nobody knows */
    {"2021-03", ""},
    {"2021-03x12", ""},
    {"2021-03-121", ""},
    {"202103121", ""},
    {"2020-02-29", "2020-02-29"},
    {"2000-02-29", "2000-02-29"},
    {"1900-02-29", ""},
    {"2021-02-29", ""},
    {"2021-02-28", "2021-02-28"},
    {"2020-02-30", ""},
    {"2021-04-30", "2021-04-30"},
    {"2021-04-31", ""},
    {"2021-12-31", "2021-12-31"},
    {"2021-13-01", ""},
    {"2021-00-10", ""},
    {"2021-03-00", ""},
    {"1970-01-01", ""}, /* an unset clock */
    {"1970-01-02", "1970-01-02"},
    {"1970-02-01", "1970-02-01"},
    {"1800-01-01", "1800-01-01"},
    {"1799-12-31", ""},
    {"2021-03-12T10:22", "2021-03-12T10:22"},
    {"2021-03-12t10:22z", "2021-03-12T10:22Z"},
    {"2021-03-12 10:22:33", "2021-03-12T10:22:33"},
    {"2021-03-12T10:22:60Z", "2021-03-12T10:22:60Z"},
    {"2021-03-12T10:22:61", "2021-03-12T10:22"},
    {"2021-03-12T10:22:x", "2021-03-12T10:22"},
    {"2021-03-12T10:22:33.5Z", "2021-03-12T10:22:33.5Z"},
    {"2021-03-12T10:22:33,25+02:00", "2021-03-12T10:22:33,25+02:00"},
    {"2021-03-12T10:22:33.1234567890Z", "2021-03-12T10:22:33Z"},
    {"2021-03-12T10:22:33.Z", "2021-03-12T10:22:33Z"},
    {"2021-03-12T10:22:33.", "2021-03-12T10:22:33"},
    {"2021-03-12 10:22 UTC", "2021-03-12T10:22Z"},
    {"2021-03-12 10:22 GMT", "2021-03-12T10:22Z"},
    {"2021-03-12T10:22+0530", "2021-03-12T10:22+05:30"},
    {"2021-03-12T10:22-05", "2021-03-12T10:22-05:00"},
    {"2021-03-12T10:22+15:00", "2021-03-12T10:22"},
    {"2021-03-12T10:22+x", "2021-03-12T10:22"},
    {"2021-03-12T24:00", "2021-03-12"},
    {"2021-03-12T10:60", "2021-03-12"},
    {"2021-03-12T10:6", "2021-03-12"},
    {"2021-03-12T10-22", "2021-03-12"},
    {"2021-03-12Tx", "2021-03-12"},
    {"12 March 2021", "2021-03-12"},
    {"March 2, 2021", "2021-03-02"},
    {"Fri, 12 Mar 2021 10:22:33 GMT", "2021-03-12"},
    {"12 March 2021, changed in 2022", "2021-03-12"},
    {"12 March", ""},
    {"March 2021", ""},
    {"12 Foo 2021", ""},
    {"123 March 2021", ""},
    {"30 February 2021", ""},
    {"12 March 2021, which is a date in a line of more than sixty letters", ""},
};

static void
test_dates(void)
{
	char page[200];
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		snprintf(page, sizeof(page),
		    "<meta property=article:published_time content=\"%s\">"
		    "<p>x",
		    dates[i].declared);
		good &= gives(read_page(page, "")->published,
		    dates[i].published, dates[i].declared);
	}
	ok(good, "dates that are declared");
}

/* A date in the address, or in a line beside the first heading. */
static const struct {
	const char *page, *url, *published;
} places[] = {
    {"<p>x", "https://x.example/2021/03/12/kiln", "2021-03-12"},
    {"<p>x", "https://x.example/20210312-kiln", "2021-03-12"},
    {"<p>x", "https://x.example/a-2021-03-12", ""},
    {"<p>x", "https://x.example/1234/56/78", ""},
    {"<p>12 March 2021<h1>Kiln</h1>", "", "2021-03-12"},
    {"<h1>Kiln</h1><p>Posted on March 3, 2021 at 10", "", "2021-03-03"},
    {"<h1>Kiln</h1><p>Posted 2021-03-12 by Jane", "", "2021-03-12"},
    {"<h1>Kiln</h1><p>No. 12345, March 3, 2021", "", "2021-03-03"},
    {"<h1>Kiln</h1><p>el 3 de enero de 2021", "", "2021-01-03"},
    {"<h1>Kiln</h1><p>le 3 juin 2021", "", "2021-06-03"},
    {"<h1>Kiln</h1><p>le 3 juillet 2021", "", "2021-07-03"},
    {"<h1>Kiln</h1><p>3 maart 2021", "", "2021-03-03"},
    {"<h1>Kiln</h1><p>3. Dezember 2021", "", "2021-12-03"},
    {"<h1>Kiln</h1><p>March 2021", "", ""},
    {"<h1>Kiln</h1><p>30 February 2021", "", ""},
    {"<h1>Kiln</h1><p>In 2021 we marched for 3 days", "", ""},
    {"<p>3 March 2021<p>a<p>b<h1>Kiln</h1>", "", ""},
    {"<p>3 March 2021", "", ""},
};

static void
test_places(void)
{
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		good &=
		    gives(read_page(places[i].page, places[i].url)->published,
			places[i].published, places[i].page);
	ok(good, "dates in addresses and beside headings");
}

static const struct {
	const char *declared, *byline;
} names[] = {
    {"By Jane Roe", "Jane Roe"},
    {"Jane  Roe ", "Jane Roe"},
    {"By", "By"},
    {"admin", ""},
    {"Author Name", ""},
    {"{{author}}", ""},
    {"{%author%}", ""},
    {"${author}", ""},
    {"%author%", ""},
    {"%a", "%a"},
    {"Jane {Roe}", "Jane {Roe}"},
    {"A$AP Roe", "A$AP Roe"},
    {"https://x.example/jane", ""},
    {"A name that is as long as a paragraph and so is none, for it goes on "
     "and on without an end, as some programs put the whole text of a page "
     "where the name of its author should be, and so more than 200 bytes",
	""},
};

static void
test_names(void)
{
	char page[400];
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(page, sizeof(page),
		    "<meta name=author content=\"%s\"><p>x", names[i].declared);
		good &= gives(read_page(page, "")->byline, names[i].byline,
		    names[i].declared);
	}
	ok(good, "names of authors");
}

static const struct {
	const char *page, *title;
} titles[] = {
    {"<title>The kiln | Mill Weekly</title>"
     "<meta property=og:site_name content='Mill Weekly'>",
	"The kiln"},
    {"<title>Mill Weekly | The kiln</title>"
     "<meta property=og:site_name content='Mill Weekly'>",
	"The kiln"},
    {"<title>The kiln - mill.example.org</title>", "The kiln"},
    {"<title>mill.example.org - A kiln</title>", "A kiln"},
    {"<title>The kiln of our village | Mill</title>",
	"The kiln of our village"},
    {"<title>Mill | The kiln of our village</title>",
	"Mill | The kiln of our village"},
    {"<title>News - Kiln - Mill</title><h1>Kiln</h1>", "Kiln"},
    {"<title>News - Kilns - Mill</title><h1>Kiln</h1>", "News - Kilns"},
    {"<h1>Kiln</h1>", "Kiln"},
    {"<p>x", ""},
};

static void
test_titles(void)
{
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		good &= gives(read_page(titles[i].page, "")->title,
		    titles[i].title, titles[i].page);
	ok(good, "titles without the names of their sites");
}

static void
test_langs(void)
{
	static const char *const declared[][2] = {{"en", "en"},
	    {"en-US,de", "en"}, {"DE_at", "de"}, {"deu", "de"}, {"gsw", "gsw"},
	    {"x", ""}, {"english", ""}, {"en/us", ""}, {"und", ""}, {"12", ""}};
	char page[100];
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(declared) / sizeof(declared[0]); i++) {
		snprintf(
		    page, sizeof(page), "<html lang='%s'><p>x", declared[i][0]);
		good &= gives(
		    read_page(page, "")->lang, declared[i][1], declared[i][0]);
	}
	ok(good, "languages that are declared");
}

static void
test_squeeze(void)
{
	struct buf b = {0};

	ok(gives(
	       metadata_squeeze(&b, STR(" a\x01 \n\u00a0"
					"b\u00ad\u200b\ufeffc\xc2\x91\x7f d ")),
	       "a bc d", "blanks and controls"),
	    "white space is squeezed, what nobody sees is left out");
	buf_release(&b);
}

int
main(void)
{
	html_init(&h);
	l = lang_new();
	test_dates();
	test_places();
	test_names();
	test_titles();
	test_langs();
	test_squeeze();
	metadata_release(&a);
	html_release(&h);
	lang_free(l);
	return tap_done();
}
