/*
 * expect - how many records of each domain a corpus seems to hold
 *
 * The scores of a contrast are probabilities, so their sum is the number of a
 * domain's records that are expected, and their sum over those that were kept
 * how many of these are right.
 */

#ifndef EXPECT_H
#define EXPECT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

struct expect {
	size_t ndomain;
	const struct str *domain; /* (ndomain), borrowed */
	uint64_t n;		  /* records seen */
	double *sum;		  /* (ndomain): of the scores of all */
	uint64_t *kept;		  /* (ndomain): records kept */
	double *right;		  /* (ndomain): of the scores of those */
};

/* Sums for domain[0..ndomain), which must outlive e. */
void expect_init(struct expect *e, const struct str *domain, size_t ndomain);
void expect_release(struct expect *e);

/* A record was seen: score (ndomain). */
void expect_seen(struct expect *e, const float *score);

/* It was kept, by the domains whose keep is not 0: keep (ndomain). */
void expect_kept(
    struct expect *e, const float *score, const unsigned char *keep);

/* As a table for people, or as a JSON object and a line feed. */
void expect_table(const struct expect *e, FILE *out);
void expect_json(const struct expect *e, FILE *out);

#endif
