/*
 * json-writer - JSON text, written value by value
 *
 * The writer knows where a comma belongs; the caller says what comes next:
 *
 *	struct json_writer w = {.out = &line};
 *
 *	jw_begin_object(&w, NULL);
 *	jw_str(&w, "id", id);
 *	jw_begin_array(&w, "sizes");
 *	jw_u64(&w, NULL, 3);
 *	jw_end_array(&w);
 *	jw_end_object(&w);
 *
 * appends {"id":"a","sizes":[3]} to line.  In an object every value has a key;
 * in an array, or as the outermost value, it has none: key is NULL.  The bytes
 * written so far may be taken out of the buffer at any time.
 *
 * Limitations: a key that is given as a string of C is written as it stands, so
 * that it must have no quote, backslash, control character or broken UTF-8; one
 * that is data goes through jw_key().  Nothing checks that objects and arrays
 * end in turn, that keys differ, that raw values are JSON, or that a key is
 * given where there must be one.  The text is compact: no blanks, no lines.
 */

#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct json_writer {
	struct buf *out; /* the caller's; only appended to */
	bool comma;	 /* the next value needs one before it */
};

/*
 * Begin and end objects and arrays. key is NULL for an item of an array and for
 * the outermost value.
 */
void jw_begin_object(struct json_writer *w, const char *key);
void jw_end_object(struct json_writer *w);
void jw_begin_array(struct json_writer *w, const char *key);
void jw_end_array(struct json_writer *w);

/* A key of any bytes, for the next value, whose own key is then NULL. */
void jw_key(struct json_writer *w, struct str key);

/* Strings and numbers come out as json_put_str() and json_put_real() have it. */
void jw_str(struct json_writer *w, const char *key, struct str s);
void jw_u64(struct json_writer *w, const char *key, uint64_t n);
void jw_real(struct json_writer *w, const char *key, float x);
void jw_bool(struct json_writer *w, const char *key, bool b);
void jw_null(struct json_writer *w, const char *key);

/* A value that is JSON already. */
void jw_raw(struct json_writer *w, const char *key, struct str raw);

/* A number in a format of printf(3); null if it is not finite. */
void jw_double(struct json_writer *w, const char *key, const char *fmt,
    double x) __attribute__((format(printf, 3, 0)));

#endif
