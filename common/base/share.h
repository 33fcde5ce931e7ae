/*
 * share - a part of a whole
 */

#ifndef SHARE_H
#define SHARE_H

#include <stdint.h>

/* part / whole; 0 of nothing. */
static inline double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

#endif
