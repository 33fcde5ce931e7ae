/*
 * model2vec - texts as the mean of fixed vectors of their tokens
 *
 * A text's vector is the sum over its distinct tokens of the token's vector
 * times its weight times its frequency, or 1 + ln of that.  Nothing else is
 * computed: some microseconds a text.
 * S. Tulkens, T. van Dongen, "Model2Vec", 2024.
 */

#ifndef MODEL2VEC_H
#define MODEL2VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vocab.h"
#include "token/wordpiece.h"

enum { MODEL2VEC_NTOKEN = 512 }; /* max_token, unless the model says else */

/*
 * Tokens are the terms of a vocabulary, or word pieces, whose ids are rows.  Of
 * those, as model2vec does it, the first max_token of the text's first
 * piece_len times that, or 512 if it is more, code points count, but for the
 * unknown; of a StaticEmbedding, which is whole, all of them.
 */
struct model2vec {
	struct vocab vocab;
	uint32_t *row;		     /* (vocab.nword): a term's row */
	struct wordpiece *wordpiece; /* or NULL: terms */
	size_t piece_len;	     /* code points of a piece, the median */
	uint32_t unk;		     /* the unknown piece */
	size_t max_token;
	bool whole; /* all pieces count, the unknown too, as far as max_token */
	uint32_t *id; /* (nid): work */
	size_t nid;
	const float *vector; /* (nrow, dim); with mapping, rows that it names */
	const float *weight; /* (nrow), or NULL: all 1 */
	const uint32_t *mapping; /* (nrow): which row of vector; or NULL */
	size_t nrow, dim;	 /* rows are ids of tokens */
	bool tf_log;		 /* 1 + ln of the frequency, instead of it */

	/* (nrow), of the text at hand: all 0; its rows; their weights */
	uint32_t *count, *seen;
	float *scale;
	struct model2vec_known
	    *known; /* short terms met before, with their row */
};

/* Ready what the rest is done with, once all else is set. */
void model2vec_start(struct model2vec *m);

/*
 * Count the tokens of text: seen[0..returned) are its distinct rows, count[] of
 * each its frequency, which the caller puts back to 0.
 */
size_t model2vec_count(struct model2vec *m, struct str text);

/* Whether a text has a token that is known. */
bool model2vec_knows(struct model2vec *m, struct str text);

/* The sum, of any length, in out[0..dim); zeros if no token is known. */
void model2vec_embed(struct model2vec *m, struct str text, float *out);

/* Free what the model owns: all but vector, weight and mapping. */
void model2vec_release(struct model2vec *m);

#endif
