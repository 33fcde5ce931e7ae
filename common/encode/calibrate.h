/*
 * calibrate - what scoring needs to know of a corpus' vectors
 *
 * Their mean; how they vary; and t_sim, the cosine from which on two texts are
 * near: what one pair in a thousand of unlike documents reaches.  The latter
 * two by a sample of CALIBRATE_MAX.
 */

#ifndef CALIBRATE_H
#define CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"

enum { CALIBRATE_MAX = 1000 };

struct calibrate {
	size_t dim;
	uint64_t n;	/* vectors so far */
	double *sum;	/* (dim) */
	float *sample;	/* (CALIBRATE_MAX, dim) */
	struct rng rng; /* of the sample */
};

/* Begin for vectors of width dim; seed draws the sample. */
void calibrate_init(struct calibrate *c, size_t dim, uint64_t seed);

/*
 * One vector of unit length.  Zeros, a text without known words, are ignored.
 */
void calibrate_add(struct calibrate *c, const float *x);

/* mean (dim); zeros if nothing was added. */
void calibrate_mean(const struct calibrate *c, float *mean);

/*
 * The covariance of the sample, less mean and scaled to unit length, times what
 * makes the mean variance 1: rows of its lower triangle, dim * (dim + 1) / 2
 * numbers; those of the identity if vectors don't vary.
 */
void calibrate_covariance(
    const struct calibrate *c, const float *mean, float *covariance);

/* 1 if there are no pairs. */
float calibrate_t_sim(const struct calibrate *c);

/* out = (x - mean) / |x - mean|, all (dim); out may be x.  Zeros stay zeros. */
void calibrate_centre(
    const float *x, const float *mean, size_t dim, float *out);

/* Free what is held. */
void calibrate_release(struct calibrate *c);

#endif
