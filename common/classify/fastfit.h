/*
 * fastfit - fastText's training, from numbered words to its file
 *
 * The caller numbers the words of its records in a vocab, as fasttext_next()
 * cuts them and with "</s>" behind each record, and keeps the numbers.  A word
 * that is frequent enough, or has a vector already, gets a row of its own in
 * the input matrix; character and word n-grams share the rows of the buckets,
 * those of rare words too.  fastfit_epoch() then passes over the records in an
 * order of its own, each time another, always the same; the step falls evenly
 * to 0 at the last epoch.
 */

#ifndef FASTFIT_H
#define FASTFIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"
#include "base/vocab.h"
#include "classify/lowrank.h"
#include "classify/truth.h"
#include "classify/wordvec.h"

struct fastfit_opts {
	size_t dim, nepoch, min_count, nbucket;
	size_t order;	   /* of word n-grams, at least 1 */
	size_t minn, maxn; /* characters of n-grams; maxn 0: none */
	bool softmax;
	double rate; /* step of the first epoch */
};

/* What is learnt from; it must live on. */
struct fastfit_data {
	const struct truth *truth; /* settled: its records and labels */
	const struct vocab *words;
	const uint64_t *start; /* (nrecord + 1), places in token */
	const uint32_t *token; /* (start[nrecord]): numbers of words */
};

struct fastfit {
	const struct fastfit_data *data;
	const struct fastfit_opts *opts;
	struct lowrank model;
	struct rng rng;
	struct fastfit_word *word; /* (nword): those with a row, in order */
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
bool fastfit_init(struct fastfit *f, const struct fastfit_data *data,
    const struct fastfit_opts *opts, const struct wordvec *given);
void fastfit_release(struct fastfit *f);

/* One pass over the records; at most opts->nepoch. */
void fastfit_epoch(struct fastfit *f);

/* Append the file as it stands now, all but fasttext.h's trailer. */
void fastfit_format(const struct fastfit *f, struct buf *out);

#endif
