/*
 * lowrank - fastText's model, trained: one against all, a text at a time
 *
 * A text's hidden vector is the mean of its features' rows in the input matrix;
 * a label's probability is the logistic function of its row of the output
 * matrix times that vector.  Both are fitted by stochastic gradient descent on
 * the logistic loss, all labels of a text at once.
 * A. Joulin et al., "Bag of tricks for efficient text classification", 2017.
 */

#ifndef LOWRANK_H
#define LOWRANK_H

#include <stddef.h>
#include <stdint.h>

#include "rng.h"

struct lowrank {
	size_t nrow, nlabel, dim;
	float *input;	       /* (nrow, dim) */
	float *output;	       /* (nlabel, dim) */
	float *hidden, *slope; /* (dim), scratch */
};

/* Input uniform in -1/dim to 1/dim, output zero. */
void lowrank_init(
    struct lowrank *m, size_t nrow, size_t nlabel, size_t dim, struct rng *rng);
void lowrank_release(struct lowrank *m);

/*
 * One step with one text: its rows of the input matrix and truth[0..nlabel),
 * of linear.h's marks; masked labels neither teach nor learn.  A row given
 * twice counts twice.
 */
void lowrank_step(struct lowrank *m, const uint32_t *row, size_t nrow,
    const uint8_t *truth, float rate);

#endif
