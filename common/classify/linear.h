/*
 * linear - logistic regression, a label at a time, to its one optimum
 *
 * For each label, with documents x[i] (sparse rows), marks y[i] = +1 or -1 and
 * costs c[i], find the weights w and the intercept b that minimise
 *
 *	f(w, b) = |w|^2 / 2 + sum_i c[i] log(1 + exp(-y[i] (w x[i] + b)))
 *
 * The intercept is not regularised.  Costs are balanced: the positives of a
 * label weigh C n / (2 npos) each, its negatives C n / (2 nneg), n = npos +
 * nneg, as scikit-learn's class_weight="balanced".  f is convex, so the answer
 * depends on the data alone: no seed, no order of visits, no learning rate.
 *
 * The method is Newton's with conjugate gradients (C.-J. Lin, R. Weng,
 * S. Keerthi, "Trust region Newton method for large-scale logistic
 * regression", 2008, with a line search for the region): a pass over the data
 * gives the gradient, another each product with the Hessian, which is never
 * formed.  LINEAR_LANE labels are trained abreast, their weights for a
 * dimension lying side by side, so that one read of the data and one vector
 * instruction serve them all; each lane has its own step lengths and stops on
 * its own, so that its answer does not depend on the others.
 */

#ifndef LINEAR_H
#define LINEAR_H

#include <stddef.h>
#include <stdint.h>

#include "classify/labels.h"

enum { LINEAR_LANE = 8 };

struct linear_item {
	uint32_t dim;
	float value;
};

struct linear_data {
	size_t ndoc, ndim;
	const uint64_t *start;		/* (ndoc + 1), places in item */
	const struct linear_item *item; /* (start[ndoc]), dim < ndim */
};

/*
 * Train LINEAR_LANE labels: mark is (ndoc, LINEAR_LANE); weight (ndim,
 * LINEAR_LANE) and bias (LINEAR_LANE) are filled in.  A lane without positives
 * or without negatives has nothing to learn and gets zeros.  Returns the
 * Newton steps that the slowest lane took.
 */
size_t linear_train(const struct linear_data *data, const uint8_t *mark,
    double cost, float *weight, float *bias);

#endif
