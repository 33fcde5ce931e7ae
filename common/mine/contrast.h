/*
 * contrast - how much nearer a record is to a domain than to the others
 *
 * The seeds tell what a domain is by what sets it apart.  What all domains
 * share, the style of whoever wrote the seeds above all, is their mean, each
 * domain counting alike; it is taken off.  So is the corpus' own mean from the
 * records, and both are scaled to unit length.  Then ridge regression on the
 * seeds gives, for each domain by itself, the linear function that is nearest
 * to 1 on its seeds and to 0 on the others.  Directions in which the corpus
 * varies cost less of the ridge: in the others seeds differ by their style.  A
 * seed of two domains is a 1 for both, so it is no contrast to either; a record
 * may be high in two, and one that is near to nothing is low in all.  A seed of
 * no domain is a 0 for every one; all of these together count as one domain
 * does, and how near a record is to them is found as for a domain: what is near
 * to them is less likely to be of any.
 *
 * The value becomes a probability, see decide.h.  Where seeds of other domains
 * and of none are at hand, it is one of a document of a crawl, too.  A. E.
 * Hoerl, R. W. Kennard, "Ridge regression", 1970.
 */

#ifndef CONTRAST_H
#define CONTRAST_H

#include <stdbool.h>
#include <stddef.h>

#include "mine/decide.h"

struct contrast {
	size_t ndomain, dim;
	size_t ncolumn; /* ndomain, or one more: the seeds of no domain */
	float *mean;	/* (dim): taken off a record's vector */
	float *weight;	/* (ncolumn, dim) */
	float *offset;	/* (ncolumn) */
	float scale;	/* value to z: 0 for a left out seed, -3 for others' */
	double ridge;	/* that was taken */
	struct decide decide;
};

/*
 * seed (nseed, dim): unit vectors; label (nseed, ndomain): whether the seed is
 * of the domain; every domain must have a seed, and there must be two domains.
 * mean (dim) is that of the corpus, or NULL: then that of the seeds is taken.
 * covariance is that of the corpus' centred vectors, whose mean variance is 1,
 * as rows of its lower triangle, dim * (dim + 1) / 2 numbers; or NULL: then all
 * directions are alike.
 */
void contrast_init(struct contrast *c, const float *seed, size_t nseed,
    size_t dim, const bool *label, size_t ndomain, const float *mean,
    const float *covariance);

/*
 * The scores of x (n, dim), unit vectors, in score (n, ndomain), each 0..1.  A
 * row's scores do not depend on the other rows.  A row of zeros, a text of
 * which nothing is known, scores 0.  work (n, dim) is written over.
 */
void contrast_score(const struct contrast *c, const float *x, size_t n,
    float *work, float *score);

/* Free what is held. */
void contrast_release(struct contrast *c);

#endif
