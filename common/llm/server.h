/*
 * server - where a language model answers, and what it is told of us
 *
 * The URL of an endpoint, and the headers that go to it: those of the API with
 * the keys of the environment, and the user's own, which win.  What a header
 * says is never shown.
 */

#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>

#include "llm/chat.h"

enum { SERVER_NHEADER = 64 };

struct server {
	char *header[SERVER_NHEADER + 1]; /* (nheader) "Name: value", NULL */
	size_t nheader;
};

/*
 * Add a header of the user's: "Name: value", or "@FILE", a file with one a
 * line; empty lines don't count.  CLI_FATAL if it is none, without saying its
 * value.
 */
void server_header(struct server *s, const char *text);

/*
 * Add the headers of LLM_HEADERS, one a line, and those of the API that were
 * not given: OPENAI_API_KEY and the like.
 */
void server_complete(struct server *s, enum chat_api api);
void server_release(struct server *s);

/*
 * The URL to send requests to, which the caller frees: base, or what the
 * environment says if it is NULL, and the API's path, unless that ends it
 * already; before the query if there is one.  Of a base that ends in /v1, that
 * isn't repeated.
 */
char *server_url(enum chat_api api, const char *base);

/*
 * What may be shown of a URL, for the caller to free: its user, its password
 * and those values of its query whose names tell of a secret ("key") are "***".
 */
char *server_shown_url(const char *url);

/* The same of server_header()'s text: the header's name, or the file's. */
char *server_shown_header(const char *text);

/* A file of certificates to trust: file, or what SSL_CERT_FILE or CURL_CA_BUNDLE
 * says if it is NULL; NULL: the system's. */
const char *server_certificates(const char *file);

#endif
