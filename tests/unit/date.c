/* date: dates of all lengths and zones as seconds since 1970 */

#include "text/date.h"

#include "tap.h"

static bool
is(const char *text, int64_t seconds)
{
	int64_t got = -7;

	return date_parse(str_of(text), &got) && got == seconds;
}

int
main(void)
{
	int64_t seconds = -7;

	ok(is("1970-01-01T00:00:00Z", 0), "the epoch");
	ok(is("2024-05-01T10:00:00Z", 1714557600), "a whole date");
	ok(is("2024-05-01 10:00:00", 1714557600), "a blank, and no zone");
	ok(is("2024-05-01T10:00:00-03:00", 1714557600 + 3 * 3600),
	    "a zone in the west");
	ok(is("2024-05-01T10:00:00.25+05:30", 1714557600 - 19800),
	    "a zone in the east, after a fraction");
	ok(is("2024-05-01", 1714521600) && is("2024-05", 1714521600) &&
		is("2024", 1704067200),
	    "a day, a month, a year");
	ok(is("1969-12-31T23:59:59Z", -1), "before the epoch");
	ok(!date_parse(str_of("May 2024"), &seconds) &&
		!date_parse(str_of(""), &seconds) && seconds == -7,
	    "no date leaves the seconds alone");
	return tap_done();
}
