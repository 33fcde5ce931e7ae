/*
 * disentangled - attention by what tokens say and by how far apart they stand
 *
 * To the product of a query and a key come two more: that of the query and the
 * key of their distance, and that of the key and the query of their distance.
 * Distances have rows in a table of the model, from which each layer makes
 * their keys and queries as it makes those of tokens; so there are no positions
 * besides.  Far distances share rows by their logarithm.
 *
 * P. He et al., "DeBERTa: decoding-enhanced BERT with disentangled attention",
 * 2021, and as version 3 of it (Hugging Face's deberta-v2) has it.
 */

#ifndef DISENTANGLED_H
#define DISENTANGLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Which row a distance has; zeroed: attention is plain. */
struct disentangled {
	size_t nrow;	  /* of the table */
	size_t nposition; /* distances are shorter */
	/*
	 * (2 nposition - 1): the row by how much later the key stands than the
	 * query, from 1 - nposition on.  It never grows along the array.
	 */
	uint32_t *row;
	bool norm; /* the table is to be normalised first */
};

/*
 * Read it of config, the JSON object of config.json.  False, and *why names the
 * setting that can't be run.
 */
bool disentangled_read(struct disentangled *d, struct str config,
    size_t nposition, const char **why);

/*
 * What a layer has for distances: out (nrow, dim) is table (nrow, dim) times
 * weight (dim, dim), which is (out, in), and bias (dim).
 */
void disentangled_project(const struct disentangled *d, size_t dim,
    const float *table, const float *weight, const float *bias, float *out);

/* Queries and keys of one head, with rows of width floats, stride apart. */
struct disentangled_block {
	const float *query, *key;
	size_t nquery, nkey, width, stride;
	size_t later; /* by which the first query stands after the first key */
	const float *row_key, *row_query; /* those of distances, dim apart */
	size_t dim;
};

/*
 * score (nquery, nkey) += both products of each query and key with what their
 * distance has.  product has room for the larger of nquery and nkey, times
 * nrow.
 */
void disentangled_add(const struct disentangled *d,
    const struct disentangled_block *b, float *product, float *score);

/* Free what is held. */
void disentangled_release(struct disentangled *d);

#endif
