/*
 * lsa - vectors of words from the documents they share
 *
 * Latent semantic analysis: the matrix of documents and terms, 1 + ln of a
 * term's count times its weight, each row of unit length, and its strongest
 * singular vectors.  The weight is the square of the inverse document
 * frequency, ln((1 + documents) / (documents with the term)): the square does
 * the work of a list of stop words, in every language.  A term's vector is its
 * entries in the right singular vectors, each times the square root of its
 * singular value; but for the first, which all documents share and which would
 * make any two of them alike.
 *
 * S. Deerwester et al., "Indexing by latent semantic analysis", 1990;
 * N. Halko et al., "Finding structure with randomness", 2011 (algorithm 4.4);
 * J. Mu, P. Viswanath, "All-but-the-top", 2018.
 *
 *	struct lsa lsa = {0};
 *	lsa_add(&lsa, text), once a document
 *	lsa_fit(&lsa, dim, max_vocab, seed)
 *	... lsa.vocab, lsa.weight, lsa.vector ...
 *	lsa_release(&lsa)
 */

#ifndef LSA_H
#define LSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vocab.h"

struct lsa_cell {
	uint32_t term;
	float value;
};

struct lsa {
	struct vocab vocab; /* all terms; after the fit, the nterm chosen */
	uint32_t *ndoc;	    /* (vocab.nword): documents that have the term */
	uint32_t *count;    /* (vocab.nword): in the document at hand */
	uint32_t cap;
	struct lsa_cell *cell; /* (ncell): documents one after the other */
	size_t ncell, cell_cap;
	size_t *start; /* (ndocument + 1): a document's cells */
	size_t ndocument, start_cap;

	/* what lsa_fit() makes */
	size_t nterm, dim;
	float *weight; /* (nterm) */
	float *vector; /* (nterm, dim) */
};

/* Count the terms of one document. */
void lsa_add(struct lsa *lsa, struct str text);

/*
 * Choose the max_vocab terms that most documents have, of those that two have
 * or more, and make their vectors: dim wide, or as many as the matrix has
 * directions.  False when it has none.  The documents
 * stay, as weighted rows for lsa_documents().
 */
bool lsa_fit(struct lsa *lsa, size_t dim, size_t max_vocab, uint64_t seed);

/*
 * The sums of the vectors of the terms of documents [from, to), of any length,
 * as the rows of out (to - from, dim): what a static encoder makes of them.
 */
void lsa_documents(const struct lsa *lsa, size_t from, size_t to, float *out);

/* Free what is held. */
void lsa_release(struct lsa *lsa);

#endif
