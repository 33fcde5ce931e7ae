/*
 * http-client - many POST requests to one URL at once (the only door to
 * libcurl)
 *
 * Connections are kept alive and used again.  Proxies come from the
 * environment, as libcurl reads it (HTTPS_PROXY, NO_PROXY); a redirect is an
 * answer, never followed, so that no key goes to another server.
 */

#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct http_client;

/* How a request ended. */
struct http_client_reply {
	void *token;	   /* as it was sent */
	int status;	   /* of HTTP; 0 with error */
	const char *error; /* why there is no whole answer, else NULL */
	bool unreachable;  /* no connection could be made */
	bool hopeless;	   /* trying again can't help: a bad URL, certificate */
	struct str type;   /* Content-Type, "" if there is none */
	struct str body;
};

/*
 * headers: "Name: value", NULL-terminated, sent with every request.  At most
 * njob requests are in flight; one that takes longer than timeout_s ends with
 * an error, as does an answer longer than max_len bytes.  cacert: a file of the
 * certificates that are trusted, or NULL for the system's.
 */
struct http_client *http_client_new(const char *url, char *const headers[],
    const char *cacert, size_t njob, double timeout_s, size_t max_len);
void http_client_free(struct http_client *c); /* NULL is allowed */

/* Send a request.  body and token must last until its reply. */
void http_client_send(struct http_client *c, void *token, struct str body);

/*
 * Move bytes for up to wait_s seconds: until a request has moved on, or there
 * is something to read from fd (-1: none).
 */
void http_client_wait(struct http_client *c, double wait_s, int fd);

/*
 * The next reply that is there; it is borrowed until the next
 * http_client_next() or http_client_send().
 */
bool http_client_next(struct http_client *c, struct http_client_reply *reply);

/* A header of the reply given last; false if it isn't there. */
bool http_client_header(
    struct http_client *c, const char *name, struct str *value);

#endif
