/* server: which parts of a URL and of a header may be shown */

#include "llm/server.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static bool
shows(char *(*show)(const char *), const char *text, const char *want)
{
	char *got = show(text);
	bool good = strcmp(got, want) == 0;

	if (!good)
		printf("# %s, not %s\n", got, want);
	free(got);
	return good;
}

int
main(void)
{
	ok(shows(server_shown_url, "http://localhost:8080/v1/x",
	       "http://localhost:8080/v1/x"),
	    "a URL without secrets");
	ok(shows(server_shown_url, "https://us:p%40w@host/v1",
	       "https://***@host/v1"),
	    "its user and password are hidden");
	ok(shows(server_shown_url, "https://us:p@w@host/v1",
	       "https://***@host/v1"),
	    "even where an @ is in the password");
	ok(shows(server_shown_url, "us:pw@host", "***@host"),
	    "and where the scheme is left out");
	ok(shows(server_shown_url,
	       "https://host/v1/@a?api-key=abc=d&alt&x=1&SIG=a#key=part",
	       "https://host/v1/@a?api-key=***&alt&x=1&SIG=***#key=part"),
	    "a key in a query is, what tells no secret is not");
	ok(shows(server_shown_url, "h?=a&key&token=", "h?=a&key&token=***"),
	    "values without a name, names without a value");
	ok(shows(server_shown_header, "X-Key: abc", "X-Key: ***"),
	    "the value of a header is hidden");
	ok(shows(server_shown_header, "@keys.txt", "@keys.txt"),
	    "the name of a file of headers is not");
	ok(shows(server_shown_header, "abc def", "***"),
	    "what is no header may be a key");
	return tap_done();
}
