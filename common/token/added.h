/*
 * added - tokens that stand in a text as they are
 *
 * Some are looked for in the text as it came, some in the normalised text; of
 * those that begin at the same place the longest counts.
 */

#ifndef ADDED_H
#define ADDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

struct added_token {
	struct str text;     /* not empty; the normalised one, if normalised */
	bool lstrip, rstrip; /* takes the white space on that side */
	bool normalised;     /* looked for after normalization, not before */
	bool special;	     /* a control token, such as the end of a text */
	uint32_t id;
};

/* A zeroed struct added is an empty one. */
struct added {
	struct added_token *token; /* (n); once ready, those that begin alike
				    * are side by side, the longest first */
	size_t n;
	bool starts[2][1 << 16]; /* by normalised and two bytes */
	bool begins[2][1 << 8];	 /* and by the first of them */
	struct arena mem;
};

/* The text is copied. */
void added_put(struct added *a, const struct added_token *token);

/* After the last one, and before added_next(). */
void added_ready(struct added *a);

/*
 * The longest token at the first place of text, from *at on, at which one
 * begins, and in *at that place; NULL, and the end of text, if none does.
 */
const struct added_token *added_next(
    const struct added *a, struct str text, size_t *at, bool normalised);

/* Free what is held. */
void added_release(struct added *a);

#endif
