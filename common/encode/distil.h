/*
 * distil - a static encoder out of what a larger one says
 *
 * Model2vec's recipe: the teacher's vector of every token by itself, centred,
 * turned to the directions in which they differ most, each weighed by
 * a / (a + p), p being the token's share of all text.  Then, with texts that
 * the teacher has read, the rows are moved so that weighted sums of them point
 * where the teacher does: least squares by conjugate gradients, which begin at
 * the recipe's rows and are stopped where texts that were kept aside fit best,
 * so that rare tokens stay where they were.  In these sums a token counts
 * 1 + ln of its frequency in the text.
 * S. Tulkens, T. van Dongen, "Model2Vec", 2024; S. Arora et al., "A simple but
 * tough-to-beat baseline for sentence embeddings", 2017; M. R. Hestenes,
 * E. Stiefel, "Methods of conjugate gradients", 1952; P. C. Hansen,
 * "Rank-deficient and discrete ill-posed problems", 1998, 6.3.
 *
 *	struct distil d;
 *	distil_init(&d, nrow, width)
 *	distil_add(&d, ...), once a text
 *	distil_recipe(&d, token, used, dim)
 *	distil_fit(&d, ...)
 *	... d.vector, d.weight ...
 *	distil_release(&d)
 */

#ifndef DISTIL_H
#define DISTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DISTIL_ASIDE = 10,  /* of so many texts one is kept aside */
	DISTIL_ROUNDS = 100 /* of conjugate gradients, at most */
};

struct distil_cell {
	uint32_t row;
	float value; /* 1 + ln of its frequency; then its share of the text */
};

struct distil {
	size_t nrow;		  /* tokens */
	size_t width;		  /* of the teacher's vectors */
	struct distil_cell *cell; /* (ncell): texts one after the other */
	size_t ncell, cell_cap;
	size_t *start; /* (ntext + 1): a text's cells */
	float *target; /* (ntext, width) */
	double *count; /* (nrow): of the token in all texts */
	size_t ntext, text_cap;

	/* what distil_recipe() makes, and distil_fit() betters */
	size_t dim;
	float *weight; /* (nrow) */
	float *vector; /* (nrow, dim), without their weights */
	float *basis;  /* (width, dim): orthonormal columns */
};

/* Begin for a teacher of nrow tokens whose vectors are width wide. */
void distil_init(struct distil *d, size_t nrow, size_t width);

/*
 * One text: its n distinct tokens, count[row[i]] the frequency of each, and the
 * teacher's vector of it, (width), of unit length.
 */
void distil_add(struct distil *d, const uint32_t *row, const uint32_t *count,
    size_t n, const float *target);

/*
 * Rows from token (nrow, width), the teacher's vectors of the tokens, which is
 * centred in place; those not used[] (nrow) become zeros.  Of the used, the
 * order says which is how frequent (Zipf's law), and the texts do.  dim is at
 * most width.
 */
void distil_recipe(
    struct distil *d, float *token, const bool *used, size_t dim);

/*
 * Fit the rows to the texts; returns the rounds taken.  before and after are
 * the mean cosine to the teacher's vectors, turned as the rows are, of the
 * texts kept aside, which join the others in the end.  Fewer than DISTIL_ASIDE
 * texts are no news: 0 rounds.
 */
size_t distil_fit(struct distil *d, double *before, double *after);

/*
 * What the rows make of texts [from, to), of any length, as the rows of out
 * (to - from, dim).
 */
void distil_texts(const struct distil *d, size_t from, size_t to, float *out);

/* Free what is held. */
void distil_release(struct distil *d);

#endif
