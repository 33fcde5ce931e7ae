/*
 * http - HTTP/1.x messages as crawlers store them
 *
 * Lenient where archives are: a status line without reason, blank lines before
 * it, interim responses, bare line feeds, folded and repeated fields, any
 * bytes, lines that are no fields; codings that were declared and already
 * undone, or never declared. RFC 9110, RFC 9112.  The only door to brotli; gzip
 * and zlib come from gz.
 */

#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

enum { HTTP_HEADER_MAX = 8 << 20 }; /* bytes of a header that count */

struct http_field {
	struct str name, value; /* no blanks around them; folds unfolded */
};

struct http_fields {
	struct http_field *field; /* (n), as they came */
	size_t n;
};

/*
 * Take the fields off the front of *rest, up to and with the blank line that
 * ends them; of more than a thousand, the first thousand count, and of more
 * than HTTP_HEADER_MAX bytes, what lies in these.  All is borrowed from *rest
 * or mem.
 */
struct http_fields http_fields(struct str *rest, struct arena *mem);

/* Copy them to mem, to outlive the bytes that they were taken from. */
void http_keep(struct http_fields *fields, struct arena *mem);

/* The value of the first field of that name, or an empty slice. */
struct str http_get(const struct http_fields *fields, const char *name);

/*
 * The values of all fields of that name with ", " between them, in mem, as RFC
 * 9110, 5.3 joins them; or an empty slice.
 */
struct str http_join(
    const struct http_fields *fields, const char *name, struct arena *mem);

struct http_message {
	bool request;
	int status; /* of a response; 0 where there is none */
	struct http_fields fields;
	struct str codings; /* Content-Encoding, in mem */
	struct str body;    /* as it was stored */
};

/*
 * False when block is no HTTP message.  The message is borrowed from block and
 * mem.  Of several responses, as interim ones (1xx) and a proxy's reply to
 * CONNECT make them, it is the last.
 */
bool http_parse(struct http_message *m, struct str block, struct arena *mem);

/*
 * The body without its chunked coding, in *entity: a slice of the body where
 * it isn't chunked, whatever is declared, else of out.  A coding that breaks
 * off gives what came before; one within another goes as well, if all of it is
 * sound.  False when entity would be longer than max.
 */
bool http_dechunk(const struct http_message *m, size_t max, struct buf *out,
    struct str *entity);

/* Whether http_decode() may have something to undo. */
bool http_is_coded(const struct http_message *m, struct str entity);

/*
 * The entity without its content codings: those that are declared, and what
 * then, of a type of text or of no type, still is gzip or zstd, or is no text
 * and all of it brotli.  *payload is a slice of it or of one of the buffers.
 * out[1] and out[2] alternate; out[0] may hold the entity. Of large buffers no
 * more than two are there at a time: one is released when it has been decoded.
 */
enum http_status {
	HTTP_DECODED, /* nothing is left to undo */
	HTTP_CUT,     /* the end is missing */
	HTTP_AS_IS, /* an unknown coding, or bytes that don't decode: no text */
	HTTP_LONG   /* more than max: payload is empty */
};
enum http_status http_decode(const struct http_message *m, struct str entity,
    size_t max, struct buf out[3], struct str *payload);

#endif
