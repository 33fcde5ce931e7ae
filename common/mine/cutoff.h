/*
 * cutoff - the best n of many records, exactly, without holding them
 *
 * Records are in the order of a key of 96 bits: the higher score comes first,
 * and of equal scores the lesser tie.  The cutoff is the key of the last record
 * that is among the best n.  It is found 16 bits at a time, as a radix sort
 * would: a pass over all keys counts those that begin with the digits found so
 * far by their next digit, and the digit at which the counts reach n is the
 * next one of the cutoff.  Scores take two passes; the four digits of the tie
 * are looked at only where some, but not all, records of one score are in.  So
 * memory does not grow with the number of records or with n, and the counts of
 * parts of a corpus add up to those of the whole.
 *
 *	struct cutoff c = {.left = n};
 *
 *	while (!cutoff_exact(&c)) {
 *		memset(bin, 0, CUTOFF_NBIN * sizeof(*bin));
 *		for (each key)
 *			cutoff_count(&c, key, bin);
 *		cutoff_refine(&c, bin);
 *	}
 *	for (each key)
 *		... cutoff_has(&c, key) ...
 *
 * Records of one key are in together or not at all, so more than n may be in:
 * a tie should be a hash of the record's id, or its place.
 */

#ifndef CUTOFF_H
#define CUTOFF_H

#include <stdbool.h>
#include <stdint.h>

enum { CUTOFF_NBIN = 1 << 16, CUTOFF_NDIGIT = 6 };

struct cutoff_key {
	uint32_t rank; /* falls as the score rises */
	uint64_t tie;
};

struct cutoff {
	/*
	 * How many of the records whose keys begin with the digits found are
	 * in; 0: none, and nothing is left to find.
	 */
	uint64_t left;
	struct cutoff_key key; /* digits that are not found yet are 0 */
	unsigned ndigit;       /* found so far, 0 to CUTOFF_NDIGIT */
};

/* The key of a record; score is any number, -0 being 0, but no NaN. */
struct cutoff_key cutoff_key(float score, uint64_t tie);

/* The score of which key is. */
float cutoff_score(struct cutoff_key key);

/* Whether all is found, so that cutoff_has() may be asked. */
bool cutoff_exact(const struct cutoff *c);

/* Whether a and b have found the same digits so far. */
bool cutoff_same(const struct cutoff *a, const struct cutoff *b);

/* Count a key in bin[0..CUTOFF_NBIN) if it begins with the digits found. */
void cutoff_count(const struct cutoff *c, struct cutoff_key key, uint64_t *bin);

/*
 * All keys were counted in bin: find the next digit.  Where there are no more
 * keys than are wanted all are in.  Nothing happens to an exact cutoff.
 */
void cutoff_refine(struct cutoff *c, const uint64_t *bin);

/* Whether a record of this key is among the best. */
bool cutoff_has(const struct cutoff *c, struct cutoff_key key);

#endif
