/* retry: seconds from the values of headers */

#include "llm/retry.h"

#include <math.h>

#include "tap.h"

enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT */

static bool
after(const char *value, double s)
{
	return fabs(retry_after(str_of(value), NOW) - s) < 1e-9;
}

static bool
reset(const char *value, double s)
{
	return fabs(retry_reset(str_of(value), NOW) - s) < 1e-9;
}

int
main(void)
{
	double low = retry_backoff(1, 0.999), high = retry_backoff(99, 0);

	ok(after("0", 0) && after("120", 120) && after(" 1.5 ", 1.5),
	    "seconds");
	ok(after("Sun, 06 Nov 1994 08:49:47 GMT", 10), "IMF-fixdate");
	ok(after("Sunday, 06-Nov-94 08:49:47 GMT", 10), "RFC 850 date");
	ok(after("Sun Nov  6 08:49:47 1994", 10), "asctime date");
	ok(after("Sun, 06 Nov 1994 08:49:27 GMT", 0), "a past date is now");
	ok(after("", -1) && after("soon", -1) && after("-5", -1) &&
		after("1e9", -1) && after("0x10", -1) && after("nan", -1) &&
		after("1 s", -1),
	    "anything else is nothing");
	ok(reset("1s", 1) && reset("6m0s", 360) && reset("120ms", 0.12) &&
		reset("1h2m3.5s", 3723.5) && reset("1d", 86400) &&
		reset("7", 7),
	    "durations");
	ok(reset("1994-11-06T08:49:57Z", 20) &&
		reset("1994-11-06T08:49:57.25Z", 20) &&
		reset("1994-11-06T10:49:57+02:00", 20) &&
		reset("1994-11-06T04:19:57-04:30", 20),
	    "times of RFC 3339");
	ok(reset("", -1) && reset("6x", -1) && reset("s", -1) &&
		reset("1m5", -1) && reset("1994-11-06Tnoon", -1) &&
		reset("1994-11-06T08:49:57", -1),
	    "anything else is no reset");
	ok(retry_backoff(1, 0) == 0.5 && retry_backoff(2, 0) == 1 &&
		retry_backoff(4, 0) == 4 && retry_backoff(5, 0) == 8 &&
		high == 8 && low > 0.375 && low < 0.376,
	    "backoff");
	return tap_done();
}
