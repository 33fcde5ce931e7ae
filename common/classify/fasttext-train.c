#include "classify/fasttext-train.h"

#include <stdlib.h>

#include "base/mem.h"
#include "classify/fasttext-file.h"
#include "math/vecmath.h"

/* A word of the file's dictionary. */
struct fasttext_train_word {
	struct str name;
	int64_t count;
	uint32_t number; /* in data->words */
};

/* By falling count, then by bytes. */
static int
by_count(const void *a, const void *b)
{
	const struct fasttext_train_word *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/*
 * The words that get a row.  As in fastText, a given vector counts as one more
 * occurrence of its word, after the rare words were dropped.
 */
static void
choose_words(struct fasttext_train *f, const struct wordvec *given)
{
	const struct fasttext_train_data *d = f->data;
	const struct vocab *words = d->words;
	struct wordvec vectors;
	struct str name;
	int64_t *count = mem_zeroed((size_t)words->nword + 1, sizeof(*count));
	uint32_t number;
	size_t i;

	for (i = 0; i < d->start[d->truth->nrecord]; i++)
		count[d->token[i]]++;
	for (i = 0; i < words->nword; i++)
		if ((size_t)count[i] < f->opts->min_count)
			count[i] = 0;
	if (given != NULL)
		for (vectors = *given; wordvec_next(&vectors, &name, NULL);)
			if ((number = vocab_find(words, name)) != VOCAB_NONE)
				count[number]++;
	f->word = mem_zeroed((size_t)words->nword + 1, sizeof(*f->word));
	for (i = 0; i < words->nword; i++)
		if (count[i] > 0)
			f->word[f->nword++] = (struct fasttext_train_word){
			    words->word[i], count[i], (uint32_t)i};
	qsort(f->word, f->nword, sizeof(*f->word), by_count);
	free(count);
}

/* The rows of every word: its own, then those of its character n-grams. */
static void
find_subwords(struct fasttext_train *f)
{
	const struct fasttext_train_opts *o = f->opts;
	const struct vocab *words = f->data->words;
	struct fasttext_chars chars = {0};
	uint32_t *own = mem_alloc(((size_t)words->nword + 1) * sizeof(*own));
	size_t i, j, n = 0, cap = 0;

	for (i = 0; i < words->nword; i++)
		own[i] = UINT32_MAX;
	for (i = 0; i < f->nword; i++)
		own[f->word[i].number] = (uint32_t)i;
	f->sub_start =
	    mem_zeroed((size_t)words->nword + 1, sizeof(*f->sub_start));
	f->hash = mem_zeroed((size_t)words->nword + 1, sizeof(*f->hash));
	for (i = 0; i < words->nword; i++) {
		f->hash[i] = fasttext_hash(words->word[i]);
		fasttext_chars(
		    &chars, words->word[i], (int32_t)o->minn, (int32_t)o->maxn);
		if (n + 1 + chars.n > cap) {
			cap = 2 * (n + 1 + chars.n);
			f->sub = mem_grow(f->sub, cap, sizeof(*f->sub));
		}
		if (own[i] != UINT32_MAX)
			f->sub[n++] = own[i];
		for (j = 0; j < chars.n; j++)
			f->sub[n++] =
			    (uint32_t)(f->nword + chars.hash[j] % o->nbucket);
		f->sub_start[i + 1] = n;
	}
	fasttext_chars_release(&chars);
	free(own);
}

/* Room for the rows of the longest record. */
static void
make_room(struct fasttext_train *f)
{
	const struct fasttext_train_data *d = f->data;
	size_t i, j, n, most = 0;

	for (i = 0; i < d->truth->nrecord; i++) {
		n = (d->start[i + 1] - d->start[i]) * (f->opts->order - 1);
		for (j = d->start[i]; j < d->start[i + 1]; j++)
			n += f->sub_start[d->token[j] + 1] -
			     f->sub_start[d->token[j]];
		most = n > most ? n : most;
	}
	f->row = mem_alloc((most + 1) * sizeof(*f->row));
}

/* The rows of a record, as fasttext.c finds them; how many. */
static size_t
find_rows(const struct fasttext_train *f, size_t record)
{
	const struct fasttext_train_data *d = f->data;
	const uint32_t *token = d->token;
	size_t i, j, n = 0, end = d->start[record + 1];
	uint64_t h;

	for (i = d->start[record]; i < end; i++)
		for (j = f->sub_start[token[i]]; j < f->sub_start[token[i] + 1];
		     j++)
			f->row[n++] = f->sub[j];
	for (i = d->start[record]; i < end && f->opts->order > 1; i++) {
		h = fasttext_ngram_first(f->hash[token[i]]);
		for (j = i + 1; j < end && j < i + f->opts->order; j++) {
			h = fasttext_ngram_add(h, f->hash[token[j]]);
			f->row[n++] =
			    (uint32_t)(f->nword + h % f->opts->nbucket);
		}
	}
	return n;
}

/* Whether there are n-grams, and so buckets. */
static bool
has_buckets(const struct fasttext_train_opts *o)
{
	return o->order > 1 || o->maxn > 0;
}

/* Put the vectors that are given in their words' rows. */
static bool
take_vectors(struct fasttext_train *f, const struct wordvec *given)
{
	struct wordvec vectors = *given;
	const struct vocab *words = f->data->words;
	float *value = mem_alloc(f->opts->dim * sizeof(*value));
	struct str name;
	uint32_t number;
	size_t row;

	while (wordvec_next(&vectors, &name, value)) {
		if ((number = vocab_find(words, name)) == VOCAB_NONE)
			continue;
		row = f->sub[f->sub_start[number]];
		memcpy(f->model.input + row * f->opts->dim, value,
		    f->opts->dim * sizeof(*value));
	}
	free(value);
	return vectors.nword == 0;
}

bool
fasttext_train_init(struct fasttext_train *f,
    const struct fasttext_train_data *data,
    const struct fasttext_train_opts *opts, const struct wordvec *given)
{
	size_t i, nrecord = data->truth->nrecord;

	*f = (struct fasttext_train){.data = data, .opts = opts};
	choose_words(f, given);
	find_subwords(f);
	make_room(f);
	f->mark = mem_alloc(data->truth->nlabel + 1);
	f->order = mem_alloc((nrecord + 1) * sizeof(*f->order));
	for (i = 0; i < nrecord; i++)
		f->order[i] = i;
	rng_init(&f->rng, 0);
	fasttext_sgd_init(&f->model,
	    f->nword + (has_buckets(opts) ? opts->nbucket : 0),
	    data->truth->nlabel, opts->dim, &f->rng);
	f->model.softmax = opts->softmax;
	return given == NULL || take_vectors(f, given);
}

void
fasttext_train_release(struct fasttext_train *f)
{
	fasttext_sgd_release(&f->model);
	free(f->word);
	free(f->sub_start);
	free(f->sub);
	free(f->hash);
	free(f->order);
	free(f->row);
	free(f->mark);
	*f = (struct fasttext_train){0};
}

bool
fasttext_train_epoch(struct fasttext_train *f)
{
	const struct labels *truth = f->data->truth;
	size_t i, j, n, swap, nrecord = truth->nrecord;
	double left;

	for (i = 0; i < nrecord; i++) {
		j = i + rng_below(&f->rng, nrecord - i);
		swap = f->order[i];
		f->order[i] = f->order[j];
		f->order[j] = swap;
		left = 1 - ((double)f->epoch + (double)i / (double)nrecord) /
			       (double)f->opts->nepoch;
		labels_get(truth, f->order[i], 0, truth->nlabel, f->mark);
		n = find_rows(f, f->order[i]);
		fasttext_sgd_step(&f->model, f->row, n, f->mark,
		    (float)(f->opts->rate * left));
	}
	f->epoch++;
	return vecmath_finite(f->model.input, f->model.nrow * f->model.dim) &&
	       vecmath_finite(f->model.output, f->model.nlabel * f->model.dim);
}

static void
put_matrix(struct buf *out, const float *value, size_t nrow, size_t dim)
{
	int64_t size[2] = {(int64_t)nrow, (int64_t)dim};

	buf_putc(out, '\0'); /* not quantised */
	buf_put(out, size, sizeof(size));
	buf_put(out, value, nrow * dim * sizeof(*value));
}

void
fasttext_train_format(const struct fasttext_train *f, struct buf *out)
{
	const struct fasttext_train_opts *o = f->opts;
	const struct labels *truth = f->data->truth;
	const struct fasttext_sgd *m = &f->model;
	struct fasttext_args args = {
	    .dim = (int32_t)o->dim,
	    .ws = 5,
	    .epoch = (int32_t)o->nepoch,
	    .min_count = (int32_t)o->min_count,
	    .neg = 5,
	    .word_ngrams = (int32_t)o->order,
	    .loss = o->softmax ? FASTTEXT_SOFTMAX : FASTTEXT_OVA,
	    .model = 3,
	    .bucket = has_buckets(o) ? (int32_t)o->nbucket : 0,
	    .minn = (int32_t)o->minn,
	    .maxn = (int32_t)o->maxn,
	    .lr_update_rate = 100,
	    .t = 1e-4,
	};
	struct str *word = mem_zeroed(f->nword + 1, sizeof(*word));
	int64_t *count = mem_zeroed(f->nword + 1, sizeof(*count));
	int64_t *nrecord = mem_zeroed(truth->nlabel, sizeof(*nrecord));
	size_t i;

	for (i = 0; i < f->nword; i++) {
		word[i] = f->word[i].name;
		count[i] = f->word[i].count;
	}
	for (i = 0; i < truth->nlabel; i++)
		nrecord[i] = (int64_t)truth->npositive[i];
	fasttext_file_head(out, &args, word, count, f->nword, truth->label,
	    nrecord, truth->nlabel, (int64_t)f->data->start[truth->nrecord]);
	buf_reserve(
	    out, (m->nrow + m->nlabel) * m->dim * sizeof(*m->input) + 64);
	put_matrix(out, m->input, m->nrow, m->dim);
	put_matrix(out, m->output, m->nlabel, m->dim);
	free(word);
	free(count);
	free(nrecord);
}
