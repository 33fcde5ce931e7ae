/*
 * mix - in which order to draw from weighted sources
 *
 * The rule of Megatron-LM's blended data sets: the next draw goes to the
 * source that lags its weight most, argmax over i of
 * weight[i] * max(total, 1) - taken[i], the first of equals.  Here a draw may
 * weigh any number of units (tokens, records, bytes), and a source that is
 * closed (exhausted, or of weight 0) is drawn no more.
 */

#ifndef MIX_H
#define MIX_H

#include <stddef.h>
#include <stdint.h>

struct mix {
	size_t nsource;
	double *weight;	 /* (nsource), of sum 1 */
	uint64_t *taken; /* (nsource), units */
	char *closed;	 /* (nsource) */
	uint64_t total;	 /* units */
};

/* weight: (nsource), at least 0, their sum above 0; copied. */
void mix_init(struct mix *m, const double *weight, size_t nsource);
void mix_release(struct mix *m);

/* The source to draw from, or nsource when all are closed. */
size_t mix_next(const struct mix *m);

/* Note that units were drawn from a source, or that it has no more records. */
void mix_take(struct mix *m, size_t source, uint64_t units);
void mix_close(struct mix *m, size_t source);

#endif
