/*
 * fasttext-sgd - fastText's model, trained a text at a time
 *
 * A text's hidden vector is the mean of its features' rows in the input matrix;
 * a label's value is its row of the output matrix times that vector, and its
 * probability the logistic function of that (one against all), or its share of
 * the exponentials (softmax).  Both matrices are fitted by stochastic gradient
 * descent on the logarithm of the probability of what is true, all labels of a
 * text at once.  Where fastText's softmax draws one of a text's labels by
 * chance, the step here is the mean of what the draws would give.
 * A. Joulin et al., "Bag of tricks for efficient text classification", 2017.
 */

#ifndef FASTTEXT_SGD_H
#define FASTTEXT_SGD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

struct fasttext_sgd {
	size_t nrow, nlabel, dim;
	bool softmax;
	float *input;	       /* (nrow, dim) */
	float *output;	       /* (nlabel, dim) */
	float *hidden, *slope; /* (dim), scratch */
	float *error;	       /* (nlabel), scratch */
};

/* Input uniform in -1/dim to 1/dim, output zero; one against all. */
void fasttext_sgd_init(struct fasttext_sgd *m, size_t nrow, size_t nlabel,
    size_t dim, struct rng *rng);
void fasttext_sgd_release(struct fasttext_sgd *m);

/*
 * One step with one text: its rows of the input matrix and truth[0..nlabel),
 * marks of truth.h; masked labels neither teach nor learn.  A row given twice
 * counts twice.  Softmax learns nothing from a text without a label.
 */
void fasttext_sgd_step(struct fasttext_sgd *m, const uint32_t *row, size_t nrow,
    const uint8_t *truth, float rate);

#endif
