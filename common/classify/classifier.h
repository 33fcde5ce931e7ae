/*
 * classifier - the linear model as a file, and as a function of a text
 *
 * A text's n-grams fall into 2^nbit buckets by the high bits of their hash.
 * Those that training kept have a row, found by a bit map with ranks; the
 * others are passed over.  With tf the times that a row occurs and idf its
 * weight, the text's vector has entries (1 + ln tf) idf and is brought to unit
 * length; a label's probability is the logistic function of its weights times
 * that vector plus its intercept.
 *
 * With order 0 it is a model of vectors instead: row i is that of entry i,
 * which its first number scales, and nothing is brought to unit length.
 *
 * With ndim more than 0 it is a model of a text and its vector together: the
 * mean is taken off the vector, it is brought to unit length, and its weights
 * are added.  A vector of zeros, of which nothing is known, adds nothing.
 *
 * The file is little-endian and holds, one after the other:
 *
 *	char magic[8]		"DOMAINS" and a NUL
 *	u32 version		1; 2 where ndim is there
 *	u32 nlabel, order	order of n-grams, 1 to CLASSIFIER_ORDER;
 *				0: a model of vectors
 *	u32 nbit		6 to 30
 *	u32 nrow, nname		nname: bytes of the names
 *	u32 ndim, 0		of version 2: entries of the vector
 *	u64 map[2^nbit / 64]	bit b of word w: bucket 64 w + b has a row
 *	u32 rank[2^nbit / 64]	rows of the words before this one
 *	f32 threshold[nlabel], bias[nlabel]
 *	f32 row[nrow][1 + nlabel]	idf, then a weight a label
 *	f32 entry[ndim][1 + nlabel]	mean, then a weight a label
 *	char name[nname]	of each label, with a NUL after it
 *
 * so that it can be mapped and used as it lies.
 */

#ifndef CLASSIFIER_H
#define CLASSIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	CLASSIFIER_ORDER = 8,
	CLASSIFIER_MIN_BIT = 6,
	CLASSIFIER_MAX_BIT = 30,
	CLASSIFIER_NO_ROW = -1
};

struct classifier {
	size_t nlabel, order, nbit, nrow, ndim;
	const uint64_t *map;	/* (2^nbit / 64) */
	const uint32_t *rank;	/* (2^nbit / 64) */
	const float *threshold; /* (nlabel) */
	const float *bias;	/* (nlabel) */
	const float *row;	/* (nrow, 1 + nlabel) */
	const float *entry;	/* (ndim, 1 + nlabel) */
	struct str *label;	/* (nlabel), distinct */
};

/* Scratch of one caller for one classifier. */
struct classifier_work {
	uint32_t *count; /* (nrow): 0 between calls */
	uint32_t *seen;	 /* (nseen): rows of the text at hand */
	size_t nseen, cap;
	float *vec; /* (ndim): the vector at hand, centred, of unit length */
	/* whether a number of the file was ever found to be infinite or NaN */
	bool odd;
};

/*
 * Make sense of a file's bytes, which must outlive c and lie at a multiple of
 * 8.  Sizes, ranks and names are checked, so that no bytes can lead a later
 * call astray; false, and *why, if they don't fit.
 */
bool classifier_open(struct classifier *c, struct str bytes, const char **why);
/* Free label; the bytes are the caller's. */
void classifier_close(struct classifier *c);

/* Append c as a file. */
void classifier_format(const struct classifier *c, struct buf *out);

/* Fill rank from map; the number of rows. */
size_t classifier_rank(uint32_t *rank, const uint64_t *map, size_t nbit);

static inline uint32_t
classifier_bucket(uint64_t hash, size_t nbit)
{
	return (uint32_t)(hash >> (64 - nbit));
}

/* The row of a bucket, or CLASSIFIER_NO_ROW. */
static inline int64_t
classifier_row(const struct classifier *c, uint32_t bucket)
{
	uint64_t word = c->map[bucket / 64], bit = (uint64_t)1 << bucket % 64;

	if ((word & bit) == 0)
		return CLASSIFIER_NO_ROW;
	return (int64_t)c->rank[bucket / 64] +
	       __builtin_popcountll(word & (bit - 1));
}

/* The factor of a row that occurs tf > 0 times: 1 + ln tf. */
float classifier_tf(uint32_t tf);

/*
 * What classifier_score() needs for one text at a time; the caller releases it.
 */
void classifier_work_init(
    struct classifier_work *work, const struct classifier *c);
void classifier_work_release(struct classifier_work *work);

/*
 * Fill p[0..nlabel) with the probabilities of a text that has these n-grams and
 * the vector vec (ndim), which is not looked at where ndim is 0.  False, and
 * all of them 0, if the model knows none of the n-grams and the vector is
 * zeros.  A number in the file that makes no sense gives 0, never a NaN, and
 * work->odd.
 */
bool classifier_score(const struct classifier *c, struct classifier_work *work,
    const uint64_t *hash, size_t nhash, const float *vec, float *p);

/*
 * out = x less the mean of each entry, brought to unit length; zeros stay
 * zeros. False if they are.
 */
bool classifier_centre(const struct classifier *c, const float *x, float *out);

/*
 * The same for a vector x[0..nrow), by a model of order 0.  False if it is
 * zeros.
 */
bool classifier_score_vector(const struct classifier *c,
    struct classifier_work *work, const float *x, float *p);

#endif
