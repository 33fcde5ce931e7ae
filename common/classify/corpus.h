/*
 * corpus - labelled records as the numbers that a classifier learns from
 *
 * A record is read to its domains and its input: a text, or a vector.  Added to
 * the corpus, an input becomes items: the distinct n-grams of a text, each with
 * how often it occurs; the numbers of its words as fastText sees them; the
 * entries of a vector; or n-grams and the entries of the text's vector.  A
 * corpus may be larger than memory, so the items go to a spool, which is mapped
 * when the corpus is settled.
 *
 *	corpus_open(&c, &opts);
 *	while (rec_read(&in, &rec))
 *		if ((why = corpus_get(&c, &rec, &r)) == NULL)
 *			corpus_add(&c, &r);
 *	corpus_settle(&c);
 *	corpus_rows(&c, &model);	for a linear model
 *	...
 *	corpus_close(&c);
 *
 * A spool that cannot be written ends the tool with CLI_FATAL.
 */

#ifndef CORPUS_H
#define CORPUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vocab.h"
#include "classify/classifier.h"
#include "classify/feature.h"
#include "classify/labels.h"
#include "classify/linear.h"
#include "record/rec.h"
#include "record/spool.h"

/* What an input becomes. */
enum corpus_kind { CORPUS_NGRAMS, CORPUS_WORDS, CORPUS_VECTOR, CORPUS_BOTH };

struct corpus_opts {
	enum corpus_kind kind;
	/* Of n-grams alone. */
	size_t order;	  /* at most CLASSIFIER_ORDER */
	size_t nbit;	  /* they are hashed into 2^nbit buckets */
	size_t min_count; /* records that a bucket must have to count */
};

/* What a labelled record says, borrowed from it. */
struct corpus_record {
	struct str text;	   /* empty if the corpus is of vectors alone */
	float *vec;		   /* (dim) if it is of vectors too */
	size_t dim;		   /* 0 if it is not */
	struct str *given, *maybe; /* (ngiven), (nmaybe): as labels_add() */
	size_t ngiven, nmaybe;
};

struct corpus {
	struct corpus_opts opts;
	struct labels truth; /* of each record */
	uint64_t *start;     /* (truth.nrecord + 1), places of its items */
	size_t cap;
	struct spool spool;
	union { /* (start[truth.nrecord]), mapped from spool */
		struct linear_item *item;
		uint32_t *token; /* of CORPUS_WORDS: numbers of words_seen */
	};
	struct vocab words_seen;
	size_t dim;	 /* of vectors; 0 before the first */
	double *sum;	 /* (dim), of CORPUS_BOTH, and ... */
	size_t nvec;	 /* ... of so many vectors that are not zeros */
	uint32_t *df;	 /* (2^nbit): records that have the bucket */
	uint32_t *count; /* (2^nbit): in the record at hand */
	struct linear_item *seen; /* (seen_cap): of the record at hand */
	size_t seen_cap;
	struct feature words, ngrams;
};

/* Begin an empty corpus; opts is copied. */
void corpus_open(struct corpus *c, const struct corpus_opts *opts);
void corpus_close(struct corpus *c);

/*
 * Read a record: "domains", "maybe", and "text" or "vec".  NULL, or why nothing
 * can be learnt from it.  A vector must be as wide as those added before.
 */
const char *corpus_get(
    const struct corpus *c, const struct rec *rec, struct corpus_record *r);

/* Add a record as corpus_get() gave it: its items go to the spool. */
void corpus_add(struct corpus *c, const struct corpus_record *r);

/* No more records come: settle the labels and map the items. */
void corpus_settle(struct corpus *c);

/*
 * The length that a record's vector is brought to beside its n-grams, whose
 * length is 1.  Shorter is further from the optimum of its weights.
 */
extern const float corpus_vec_length;

/*
 * Give the model (its nlabel is set) the rows that the corpus needs, weights
 * still 0, and make each item of the corpus a row and its value: of an n-gram
 * tf-idf, unit length a record; of a vector the entry as it is.  In CORPUS_BOTH
 * the entries of the vector follow the rows, their mean taken off, of length
 * corpus_vec_length a record.  The caller frees the model's map, rank, row and
 * entry.
 */
void corpus_rows(struct corpus *c, struct classifier *model);

#endif
