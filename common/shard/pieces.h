/*
 * pieces - the text of a record as ids, cut where it is longer than a sequence
 *
 * A text is encoded whole if its ids, with the tokens around them, fit into a
 * sequence.  A longer one is cut into slices, each as long as fits, and each is
 * encoded by itself, so that its ids are those of these very characters.  Cuts
 * lie before white space; in scripts without spaces, and in words of more than
 * 64 bytes, between characters.
 */

#ifndef PIECES_H
#define PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "token/tokenizer.h"

enum { PIECES_SHORTEST = 64 }; /* a sequence, so that any character fits */

struct pieces {
	struct tokenizer *tokenizer; /* the caller's */
	/* tokens around each text that has any; no name: none */
	struct pieces_mark {
		const char *name;
		uint32_t id;
	} bos, eos, eod;
	size_t width;  /* bytes of an id */
	size_t length; /* ids of a piece, at most; 0: any number */
	/* of the text that was encoded last: */
	struct buf ids; /* in their bytes */
	struct piece {
		size_t at, n;	 /* its ids, counted in ids */
		size_t from, to; /* its characters (code points) of the text */
	} * piece;		 /* (npiece) */
	size_t npiece, cap;
};

/* How many ids a text will have, with those around it; 0 if it has no token. */
uint32_t pieces_count(struct pieces *p, struct str text);

/* Fill ids and piece; a text without tokens has no piece. */
void pieces_encode(struct pieces *p, struct str text);

/* Free what is held; the tokenizer is the caller's. */
void pieces_release(struct pieces *p);

#endif
