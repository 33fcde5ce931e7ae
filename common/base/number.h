/*
 * number - shares of a whole, numbers in bytes, and floats as decimals
 */

#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* part / whole; 0 of nothing. */
static inline double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* The number of which p[0..nbyte), at most 8, are the bytes, the lowest first. */
static inline uint64_t
number_little(const char *p, size_t nbyte)
{
	uint64_t x = 0;

	while (nbyte-- > 0)
		x = x << 8 | (unsigned char)p[nbyte];
	return x;
}

enum { NUMBER_LEN = 16 }; /* bytes of the longest float as a decimal */

/*
 * Write x, which is finite, to p[0..NUMBER_LEN) with the fewest digits that
 * read back as an equal float, in the form of %g (0.5, 1e-05, 1.5e+20); of
 * numbers with as few, the nearest to x.  Returns the length; no NUL follows.
 */
size_t number_put(char *p, float x);

#endif
