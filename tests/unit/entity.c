/* entity: character references, compared with what the HTML standard says */

#include "web/entity.h"
#include "tap.h"

/* Whether s begins with a reference of len bytes that gives these. */
static bool
reads(const char *s, bool attribute, size_t len, uint32_t a, uint32_t b)
{
	uint32_t cp[2] = {0};

	return entity_read(str_of(s), attribute, cp) == len && cp[0] == a &&
	       cp[1] == b;
}

static void
test_names(void)
{
	ok(reads("&amp;x", false, 5, '&', 0), "a name");
	ok(reads("&AElig", false, 6, 0xc6, 0) &&
		reads("&zwnj;", false, 6, 0x200c, 0),
	    "the first and the last of the table");
	ok(reads("&NotEqualTilde;", false, 15, 0x2242, 0x338),
	    "a name of two code points");
	ok(reads("&CounterClockwiseContourIntegral;", false, 33, 0x2233, 0),
	    "the longest name");
	ok(reads("&notit;", false, 4, 0xac, 0) &&
		reads("&notin;", false, 7, 0x2209, 0),
	    "the longest that is there");
	ok(reads("&check", false, 0, 0, 0) && reads("&Foo;", false, 0, 0, 0) &&
		reads("&", false, 0, 0, 0) && reads("&;", false, 0, 0, 0),
	    "what is none");
	ok(reads("&copy=", true, 0, 0, 0) && reads("&copya", true, 0, 0, 0) &&
		reads("&copy;=", true, 6, 0xa9, 0) &&
		reads("&copy ", true, 5, 0xa9, 0),
	    "attributes need the semicolon before = and letters");
}

static void
test_numbers(void)
{
	ok(reads("&#65;", false, 5, 'A', 0) &&
		reads("&#x41g", false, 5, 'A', 0),
	    "decimal and hexadecimal");
	ok(reads("&#146;", false, 6, 0x2019, 0) &&
		reads("&#x80;", false, 6, 0x20ac, 0),
	    "windows-1252");
	ok(reads("&#0;", false, 4, 0, 0) && reads("&#xd800;", false, 8, 0, 0) &&
		reads("&#1114112;", false, 10, 0, 0) &&
		reads("&#99999999999999999999;", false, 23, 0, 0),
	    "no characters");
	ok(reads("&#;", false, 0, 0, 0) && reads("&#x;", false, 0, 0, 0),
	    "no numbers");
}

int
main(void)
{
	struct buf out = {0};

	test_names();
	test_numbers();
	entity_decode(&out, STR("a&lt;b&amp;&copy=&#x2026;&"));
	ok(str_eq(buf_str(&out), STR("a<b&&copy=\342\200\246&")), "a value");
	buf_release(&out);
	return tap_done();
}
