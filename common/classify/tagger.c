#include "classify/tagger.h"

bool
tagger_open(struct tagger *t, struct str bytes, const char **why)
{
	*t = (struct tagger){.is_fasttext = fasttext_is(bytes)};
	if (t->is_fasttext) {
		if (!fasttext_open(&t->fasttext, bytes, why))
			return false;
		fasttext_work_init(&t->fasttext_work, &t->fasttext);
		t->nlabel = t->fasttext.nlabel;
		t->label = t->fasttext.label;
		return true;
	}
	if (!classifier_open(&t->linear, bytes, why))
		return false;
	classifier_work_init(&t->linear_work, &t->linear);
	t->dim = t->linear.order == 0 ? t->linear.nrow : 0;
	t->nlabel = t->linear.nlabel;
	t->label = t->linear.label;
	return true;
}

void
tagger_close(struct tagger *t)
{
	if (t->is_fasttext) {
		fasttext_work_release(&t->fasttext_work);
		fasttext_close(&t->fasttext);
	} else {
		classifier_work_release(&t->linear_work);
		classifier_close(&t->linear);
	}
	feature_release(&t->words);
	feature_release(&t->ngrams);
	*t = (struct tagger){0};
}

float
tagger_threshold(const struct tagger *t, size_t label)
{
	if (!t->is_fasttext)
		return t->linear.threshold[label];
	return t->fasttext.threshold != NULL ? t->fasttext.threshold[label]
					     : 0.5f;
}

void
tagger_score_vector(struct tagger *t, const float *x, float *p)
{
	classifier_score_vector(&t->linear, x, p);
}

size_t
tagger_cut(struct tagger *t, struct str text)
{
	if (t->is_fasttext) {
		fasttext_cut(&t->fasttext, &t->fasttext_work, text);
		return t->fasttext_work.ntoken;
	}
	feature_words(&t->words, text);
	return t->words.n;
}

void
tagger_score(struct tagger *t, size_t begin, size_t end, float *p)
{
	if (t->is_fasttext) {
		fasttext_score(&t->fasttext, &t->fasttext_work, begin, end, p);
		return;
	}
	feature_join(
	    &t->ngrams, t->words.hash + begin, end - begin, t->linear.order);
	classifier_score(
	    &t->linear, &t->linear_work, t->ngrams.hash, t->ngrams.n, p);
}
