/*
 * share - a part of a whole
 */

#ifndef SHARE_H
#define SHARE_H

#include <stdint.h>

/* Return part / whole, and 0 if whole is 0. */
static inline double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

#endif
