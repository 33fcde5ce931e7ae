#include "classify/predict.h"

#include "classify/fasttext-file.h"

bool
predict_open(struct predictor *t, struct str bytes, const char **why)
{
	*t = (struct predictor){.is_fasttext = fasttext_file_is(bytes)};
	if (t->is_fasttext) {
		if (!fasttext_file_open(&t->fasttext, bytes, why))
			return false;
		fasttext_work_init(&t->fasttext_work, &t->fasttext);
		t->nlabel = t->fasttext.nlabel;
		t->label = t->fasttext.label;
		t->texts = true;
		return true;
	}
	if (!classifier_open(&t->linear, bytes, why))
		return false;
	classifier_work_init(&t->linear_work, &t->linear);
	t->texts = t->linear.order > 0;
	t->dim = t->texts ? t->linear.ndim : t->linear.nrow;
	t->nlabel = t->linear.nlabel;
	t->label = t->linear.label;
	return true;
}

void
predict_close(struct predictor *t)
{
	if (t->is_fasttext) {
		fasttext_work_release(&t->fasttext_work);
		fasttext_file_close(&t->fasttext);
	} else {
		classifier_work_release(&t->linear_work);
		classifier_close(&t->linear);
	}
	feature_release(&t->words);
	feature_release(&t->ngrams);
	*t = (struct predictor){0};
}

float
predict_threshold(const struct predictor *t, size_t label)
{
	if (!t->is_fasttext)
		return t->linear.threshold[label];
	return t->fasttext.threshold != NULL ? t->fasttext.threshold[label]
					     : 0.5f;
}

bool
predict_odd(const struct predictor *t)
{
	return t->is_fasttext ? t->fasttext_work.odd : t->linear_work.odd;
}

bool
predict_score_vector(struct predictor *t, const float *x, float *p)
{
	return classifier_score_vector(&t->linear, &t->linear_work, x, p);
}

size_t
predict_cut(struct predictor *t, struct str text)
{
	if (t->is_fasttext) {
		fasttext_cut(&t->fasttext, &t->fasttext_work, text);
		return t->fasttext_work.ntoken;
	}
	feature_words(&t->words, text);
	return t->words.n;
}

bool
predict_score(
    struct predictor *t, size_t begin, size_t end, const float *x, float *p)
{
	if (t->is_fasttext)
		return fasttext_score(
		    &t->fasttext, &t->fasttext_work, begin, end, p);
	feature_join(
	    &t->ngrams, t->words.hash + begin, end - begin, t->linear.order);
	return classifier_score(
	    &t->linear, &t->linear_work, t->ngrams.hash, t->ngrams.n, x, p);
}
