#include "base/rng.h"

#include <math.h>

#include "base/hash.h"

void
rng_init(struct rng *r, uint64_t seed)
{
	r->state = seed;
}

void
rng_init_id(struct rng *r, uint64_t seed, struct str id)
{
	r->state = hash_64(id.p, id.len, seed);
}

/*
 * Numbers past the last whole multiple of n are thrown away, so that no result
 * is likelier than another.
 */
uint64_t
rng_below(struct rng *r, uint64_t n)
{
	uint64_t x, rest = -n % n; /* 2^64 mod n */

	do
		x = rng_next(r);
	while (x < rest);
	return x % n;
}

double
rng_real(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* G. E. P. Box, M. E. Muller, 1958; the second of each pair is not kept. */
double
rng_normal(struct rng *r)
{
	double u = 1.0 - rng_real(r), v = rng_real(r);

	return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}
