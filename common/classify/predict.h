/*
 * predict - a classifier of either kind: the linear model, or fastText's
 *
 * A text is cut once, then judged whole or by windows of its words, as the
 * model counts them.  A model of vectors knows no words; one of both judges a
 * text together with its vector.
 */

#ifndef PREDICT_H
#define PREDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "classify/classifier.h"
#include "classify/fasttext.h"
#include "classify/feature.h"

struct predictor {
	bool is_fasttext;
	size_t dim; /* of the vectors it judges; 0: of none */
	bool texts; /* whether it judges texts, perhaps with their vectors */
	size_t nlabel;
	const struct str *label; /* (nlabel) */
	struct classifier linear;
	struct classifier_work linear_work;
	struct feature words, ngrams;
	struct fasttext fasttext;
	struct fasttext_work fasttext_work;
};

/* Of a file's bytes, which must outlive t; false, and *why, if they are bad. */
bool predict_open(struct predictor *t, struct str bytes, const char **why);
void predict_close(struct predictor *t);

/* The threshold that the model holds for a label: 0.5 if it holds none. */
float predict_threshold(const struct predictor *t, size_t label);

/* Whether a number of the model came up that is infinite or none. */
bool predict_odd(const struct predictor *t);

/*
 * Fill p[0..nlabel) for a vector x[0..dim) alone, of a model that judges no
 * texts.  False, and all of them 0, if it is zeros, the vector of a text of
 * which nothing is known.
 */
bool predict_score_vector(struct predictor *t, const float *x, float *p);

/* Cut text into words; how many.  For this and the next, texts is true. */
size_t predict_cut(struct predictor *t, struct str text);

/*
 * Fill p[0..nlabel) for the words in [begin, end) of the text cut last and its
 * vector x[0..dim), NULL where dim is 0.  False, and all of them 0, if the
 * model knows none of them.
 */
bool predict_score(
    struct predictor *t, size_t begin, size_t end, const float *x, float *p);

#endif
