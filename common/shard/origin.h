/*
 * origin - where a record lies, kept with it until it is written
 *
 * While a record waits in a pile its origin stands before its bytes.  In a map
 * it is told as {"source":"mined","part":0,"offset":1234,"id":"a#1",
 * "chars":[0,531]}: the number of the file among those of its source, the byte
 * of the decompressed file at which the line begins, and the characters of the
 * text; "tokens" where there are ids.
 */

#ifndef ORIGIN_H
#define ORIGIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct origin {
	uint64_t offset;
	uint64_t part;
};

/* The record's bytes with its origin before them, borrowed from b. */
struct str origin_put(
    const struct origin *origin, struct str bytes, struct buf *b);

/* Take the origin off. */
struct origin origin_take(struct str *bytes);

/* A piece of a text: characters from..to; ntoken: of its ids, 0: it has none. */
struct origin_piece {
	const char *source;
	struct str id; /* no p: none */
	size_t from, to, ntoken;
};

/* Append it as JSON. */
void origin_tell(const struct origin *origin, const struct origin_piece *piece,
    struct buf *out);

#endif
