/*
 * fasttext-train - fastText's training, from numbered words to its file
 *
 * The caller numbers the words of its records in a vocab, as fasttext_next()
 * cuts them and with "</s>" after each record, and keeps the numbers.  A word
 * that is frequent enough, or has a vector already, gets a row of its own in
 * the input matrix; character and word n-grams share the rows of the buckets,
 * those of rare words too.  fasttext_train_epoch() then passes over the records
 * in an order of its own, each time another, always the same; the step falls
 * evenly to 0 at the last epoch.
 */

#ifndef FASTTEXT_TRAIN_H
#define FASTTEXT_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"
#include "base/vocab.h"
#include "classify/fasttext-sgd.h"
#include "classify/labels.h"
#include "classify/wordvec.h"

struct fasttext_train_opts {
	size_t dim, nepoch, min_count, nbucket;
	size_t order;	   /* of word n-grams, at least 1 */
	size_t minn, maxn; /* characters of n-grams; maxn 0: none */
	bool softmax;
	double rate; /* step of the first epoch */
};

/* What is learnt from; it must live on. */
struct fasttext_train_data {
	const struct labels *truth; /* settled: its records and labels */
	const struct vocab *words;
	const uint64_t *start; /* (nrecord + 1), places in token */
	const uint32_t *token; /* (start[nrecord]): numbers of words */
};

struct fasttext_train {
	const struct fasttext_train_data *data;
	const struct fasttext_train_opts *opts;
	struct fasttext_sgd model;
	struct rng rng;
	struct fasttext_train_word
	    *word; /* (nword): those with a row, in order */
	size_t nword;
	uint64_t *sub_start; /* (data->words->nword + 1), places in sub */
	uint32_t *sub;	     /* rows that each of data's words stands for */
	uint32_t *hash;	     /* (data->words->nword) */
	size_t *order;	     /* (nrecord) */
	uint32_t *row;	     /* scratch: of one record */
	uint8_t *mark;	     /* (nlabel), scratch */
	size_t epoch;	     /* passes made */
};

/*
 * Ready to learn.  given, or NULL, are vectors of width opts->dim to start
 * from, for words that are in data->words; false if they are not whole.
 */
bool fasttext_train_init(struct fasttext_train *f,
    const struct fasttext_train_data *data,
    const struct fasttext_train_opts *opts, const struct wordvec *given);
void fasttext_train_release(struct fasttext_train *f);

/*
 * One pass over the records; at most opts->nepoch.  False if the weights are
 * not numbers any more, as with a rate that is too great.
 */
bool fasttext_train_epoch(struct fasttext_train *f);

/* Append the file as it stands now, all but fasttext.h's trailer. */
void fasttext_train_format(const struct fasttext_train *f, struct buf *out);

#endif
