/*
 * normal - a text as a model is to see it
 *
 * What tokenizer.json calls "normalizer": steps, each of which changes the
 * whole text.
 */

#ifndef NORMAL_H
#define NORMAL_H

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "token/charsmap.h"

enum normal_kind {
	NORMAL_NFC,
	NORMAL_NFKC,
	NORMAL_PREPEND,	 /* to, unless the text is empty */
	NORMAL_REPLACE,	 /* from by to */
	NORMAL_BLANKS,	 /* two blanks or more by to */
	NORMAL_CHARSMAP, /* what charsmap says */
	NORMAL_LEFT,	 /* no white space at the beginning */
	NORMAL_RIGHT	 /* nor at the end */
};

enum { NORMAL_NSTEP = 8 };

struct normal_step {
	enum normal_kind kind;
	struct str from, to;	   /* from isn't empty */
	struct charsmap *charsmap; /* owned */
};

/* A zeroed struct normal changes nothing. */
struct normal {
	struct normal_step step[NORMAL_NSTEP];
	size_t nstep;
	struct buf out[2]; /* of the steps, in turn */
	struct buf part;   /* of a step */
};

/* The normalised text, borrowed until the next call or, unchanged, as it is. */
struct str normal_text(struct normal *n, struct str text);

/* Free what is held. */
void normal_release(struct normal *n);

#endif
