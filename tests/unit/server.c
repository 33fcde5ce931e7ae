/*
 * server: which headers and which URL a request has, and which parts of them may
 * be shown
 */

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

static void
clear(void)
{
	static const char *const variable[] = {"LLM_HEADERS",
	    "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_ORG_ID",
	    "OPENAI_PROJECT_ID", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL",
	    "SSL_CERT_FILE", "CURL_CA_BUNDLE"};
	size_t i;

	for (i = 0; i < sizeof(variable) / sizeof(variable[0]); i++)
		unsetenv(variable[i]);
}

/* Whether the headers of a server are those between bars. */
static bool
has(struct server *s, enum chat_api api, const char *want)
{
	char got[1000] = "";
	size_t i;

	server_complete(s, api);
	for (i = 0; i < s->nheader; i++) {
		strcat(got, i > 0 ? "|" : "");
		strcat(got, s->header[i]);
	}
	server_release(s);
	if (strcmp(got, want) != 0)
		printf("# %s\n", got);
	return strcmp(got, want) == 0 && s->nheader == 0;
}

static void
test_headers(void)
{
	struct server s = {0};

	clear();
	ok(has(&s, CHAT_OPENAI, "Content-Type: application/json|Expect:"),
	    "no key");
	setenv("OPENAI_API_KEY", "k", 1);
	setenv("OPENAI_ORG_ID", "o", 1);
	setenv("OPENAI_PROJECT_ID", "", 1);
	setenv("ANTHROPIC_API_KEY", "a", 1);
	ok(has(&s, CHAT_OPENAI,
	       "Authorization: Bearer k|OpenAI-Organization: o|"
	       "Content-Type: application/json|Expect:"),
	    "the environment's");
	ok(has(&s, CHAT_ANTHROPIC,
	       "x-api-key: a|anthropic-version: 2023-06-01|"
	       "Content-Type: application/json|Expect:"),
	    "Anthropic's");
	setenv("LLM_HEADERS", "X-A: 1\n\n X-B:\t2 \n", 1);
	unsetenv("OPENAI_ORG_ID");
	server_header(&s, "api-key: g");
	ok(has(&s, CHAT_OPENAI,
	       "api-key: g|X-A: 1|X-B:\t2|Content-Type: application/json|"
	       "Expect:"),
	    "a gateway's key goes in the place of OpenAI's");
	unsetenv("LLM_HEADERS");
	server_header(&s, "X-API-Key: g");
	server_header(&s, "content-type: x");
	ok(has(&s, CHAT_OPENAI, "X-API-Key: g|content-type: x|Expect:"),
	    "those that are given stand");
	clear();
}

static const char *header;

static void
take_header(void)
{
	struct server s = {0};

	server_header(&s, header);
}

/* Whether a header ends the tool. */
static bool
is_refused(const char *line)
{
	header = line;
	return tap_status(take_header) == 2;
}

static void
key_of_two_lines(void)
{
	struct server s = {0};

	setenv("OPENAI_API_KEY", "k\nX-B: 2", 1);
	server_complete(&s, CHAT_OPENAI);
}

static void
headers_too_many(void)
{
	struct server s = {0};
	int i;

	for (i = 0; i <= SERVER_NHEADER; i++)
		server_header(&s, "X-A: 1");
}

static void
headers_all(void)
{
	struct server s = {0};
	int i;

	for (i = 0; i < SERVER_NHEADER; i++)
		server_header(&s, "X-A: 1");
	server_release(&s);
}

static void
test_refused(void)
{
	ok(is_refused("X A: 1") && is_refused("X-A: 1\x01") &&
		is_refused("X-A: 1\nX-B: 2") &&
		tap_status(key_of_two_lines) == 2,
	    "what would end a header early is refused");
	ok(is_refused("@/nowhere/headers"), "a file that is not there");
	ok(tap_status(headers_all) == 0 && tap_status(headers_too_many) == 2,
	    "headers without number");
}

static bool
goes(enum chat_api api, const char *base, const char *want)
{
	char *got = server_url(api, base);
	bool good = strcmp(got, want) == 0;

	if (!good)
		printf("# %s, not %s\n", got, want);
	free(got);
	return good;
}

static void
test_urls(void)
{
	clear();
	ok(goes(CHAT_OPENAI, NULL,
	       "https://api.openai.com/v1/chat/completions") &&
		goes(CHAT_ANTHROPIC, "",
		    "https://api.anthropic.com/v1/messages") &&
		goes(CHAT_EMBEDDINGS, NULL,
		    "https://api.openai.com/v1/embeddings"),
	    "the usual URLs");
	setenv("OPENAI_BASE_URL", "http://h/v1//", 1);
	setenv("ANTHROPIC_BASE_URL", "http://h/v1", 1);
	ok(goes(CHAT_OPENAI, NULL, "http://h/v1/chat/completions") &&
		goes(CHAT_ANTHROPIC, NULL, "http://h/v1/messages"),
	    "the environment's");
	ok(goes(CHAT_OPENAI, "http://g/chat/completions?v=1#x",
	       "http://g/chat/completions?v=1") &&
		goes(CHAT_OPENAI, "http://g?v=1",
		    "http://g/chat/completions?v=1") &&
		goes(CHAT_OPENAI, "/", "/chat/completions"),
	    "one that is given, whole or not");
	clear();
}

static void
test_certificates(void)
{
	const char *file;

	ok(server_certificates(NULL) == NULL && server_certificates("") == NULL,
	    "no file of certificates");
	setenv("SSL_CERT_FILE", "", 1);
	setenv("CURL_CA_BUNDLE", "b", 1);
	file = server_certificates(NULL);
	ok(file != NULL && strcmp(file, "b") == 0, "curl's");
	setenv("SSL_CERT_FILE", "a", 1);
	file = server_certificates("");
	ok(file != NULL && strcmp(file, "a") == 0 &&
		strcmp(server_certificates("c"), "c") == 0,
	    "OpenSSL's counts before it, one that is given before both");
	clear();
}

int
main(void)
{
	test_headers();
	test_refused();
	test_urls();
	test_certificates();
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
