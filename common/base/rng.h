/*
 * rng - reproducible random numbers (splitmix64)
 *
 * G. L. Steele et al., "Fast splittable pseudorandom number generators", 2014.
 * Equal seeds give equal numbers on every machine.
 */

#ifndef RNG_H
#define RNG_H

#include <stdint.h>

#include "base/str.h"

struct rng {
	uint64_t state;
};

/* From --rng alone, or from it and a record's id: one stream a record. */
void rng_init(struct rng *r, uint64_t seed);
void rng_init_id(struct rng *r, uint64_t seed, struct str id);

/* The next 64 bits.  Inline, since inner loops ask for them. */
static inline uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t rng_below(struct rng *r, uint64_t n); /* 0 .. n-1, unbiased; n > 0 */
double rng_real(struct rng *r);		       /* [0, 1), 53 bits */
double rng_normal(struct rng *r);	       /* mean 0, variance 1 */

#endif
