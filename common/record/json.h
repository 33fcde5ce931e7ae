/*
 * json - RFC 8259, as slices of the text
 *
 * "raw" is a slice of valid JSON text, as it stands; reading checks syntax and
 * UTF-8 once, in json_skip(), and later functions trust what it passed.
 * Nesting beyond JSON_DEPTH is refused.  A lone surrogate escape, which the
 * grammar allows, reads as U+FFFD; numbers are kept as they are written.
 */

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

enum { JSON_DEPTH = 1024 };

/*
 * The end of the one value that starts at p, which must be no white space; or
 * NULL, and *why says what is wrong.  Nothing before end is trusted.
 */
const char *json_skip(const char *p, const char *end, const char **why);

/* The first byte at or after p that is no JSON white space. */
const char *json_blank(const char *p, const char *end);

/* Whether all of text is one JSON value, with white space around it. */
bool json_valid(struct str text, struct str *raw, const char **why);

/* Reading raw values; false when raw is of another type. */
bool json_get_str(struct str raw, struct arena *mem, struct str *text);
bool json_get_num(struct str raw, double *num);
bool json_get_size(struct str raw, size_t *n);
bool json_get_bool(struct str raw, bool *b);

/*
 * Walk the members of an object or the items of an array: json_open() says
 * whether raw is such; json_next() gives the next, key empty in an array.
 * Keys are decoded into mem where they hold escapes.
 */
struct json_walk {
	const char *p, *end;
	bool object;
};
bool json_open(struct json_walk *w, struct str raw, char type /* { or [ */);
bool json_next(
    struct json_walk *w, struct arena *mem, struct str *key, struct str *raw);

/* The raw value of an object's member (the last of that name). */
bool json_member(
    struct str object, struct arena *mem, struct str name, struct str *raw);

/*
 * Writing.  Strings come out quoted, with the short escapes, other control
 * characters as \u00XX and all else as it is; a byte that is no UTF-8 becomes
 * U+FFFD.  json_put_real() gives the shortest form that reads back as the same
 * float32; a number that is not finite becomes null.
 */
void json_put_str(struct buf *b, struct str s);
void json_put_real(struct buf *b, float x);
struct str json_quote(struct arena *mem, struct str s);

#endif
