/* corpus - labelled records as the numbers that a classifier learns from */

#include "classify/corpus.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "classify/fasttext.h"
#include "math/float16.h"
#include "record/reader.h"
#include "record/tool.h"
#include "text/term.h"

const float corpus_vec_length = 0.7f;

void
corpus_open(struct corpus *c, const struct corpus_opts *opts)
{
	*c = (struct corpus){.opts = *opts};
	spool_open(&c->spool);
	if (opts->kind != CORPUS_NGRAMS && opts->kind != CORPUS_BOTH)
		return;
	c->df = mem_zeroed((size_t)1 << opts->nbit, sizeof(*c->df));
	c->count = mem_zeroed((size_t)1 << opts->nbit, sizeof(*c->count));
}

static void
free_counts(struct corpus *c)
{
	free(c->df);
	free(c->count);
	free(c->seen);
	c->df = c->count = NULL;
	c->seen = NULL;
}

void
corpus_close(struct corpus *c)
{
	spool_close(&c->spool);
	labels_release(&c->truth);
	vocab_release(&c->words_seen);
	feature_release(&c->words);
	feature_release(&c->ngrams);
	free(c->start);
	free(c->sum);
	free_counts(c);
}

static bool
name_is_good(struct str name)
{
	return name.len > 0 && memchr(name.p, '\0', name.len) == NULL;
}

/* What "maybe" says: an array of names, or one; "*" is every label. */
static bool
get_maybe(const struct rec *rec, struct str **name, size_t *n)
{
	struct str raw;

	*n = 0;
	if (!rec_get(rec, "maybe", &raw) || str_eq(raw, STR("null")) ||
	    rec_get_strs(rec, "maybe", name, n))
		return true;
	*name = arena_alloc(rec->mem, sizeof(**name));
	*n = 1;
	return rec_get_str(rec, "maybe", *name);
}

/* Read a record's vector, of width dim if that is not 0; why not, or NULL. */
static const char *
get_vector(const struct rec *rec, struct corpus_record *r, size_t dim)
{
	struct str vec;

	if (!rec_get_str(rec, "vec", &vec))
		return "no string \"vec\"";
	r->dim = float16_count(vec);
	if (r->dim == 0 || (dim != 0 && r->dim != dim))
		return "\"vec\" is no vector, or of another width";
	r->vec = arena_alloc(rec->mem, r->dim * sizeof(*r->vec));
	if (!float16_parse(vec, r->vec, r->dim))
		return "\"vec\" is not base64 of numbers";
	return NULL;
}

static bool
is_zeros(const float *x, size_t n)
{
	size_t i;

	for (i = 0; i < n && x[i] == 0; i++)
		;
	return i == n;
}

/* Whether a text has a word, as the corpus counts words. */
static bool
has_word(const struct corpus *c, struct str text)
{
	char word[TERM_MAX];
	struct str token;

	return c->opts.kind == CORPUS_WORDS ? fasttext_next(&text, &token)
					    : term_next(&text, word, &token);
}

const char *
corpus_get(
    const struct corpus *c, const struct rec *rec, struct corpus_record *r)
{
	bool text = c->opts.kind != CORPUS_VECTOR;
	bool vec = !text || c->opts.kind == CORPUS_BOTH;
	const char *why;
	size_t i;

	*r = (struct corpus_record){.text = STR("")};
	if (vec && (why = get_vector(rec, r, c->dim)) != NULL)
		return why;
	if (!text && is_zeros(r->vec, r->dim))
		return "\"vec\" is zeros: nothing is known of it";
	if (text && !rec_get_str(rec, tool_text(), &r->text))
		return rec_no_str(rec, tool_text());
	if (text && !has_word(c, r->text))
		return "a text without a word";
	if (!rec_get_strs(rec, "domains", &r->given, &r->ngiven))
		return "no array of strings \"domains\"";
	if (!get_maybe(rec, &r->maybe, &r->nmaybe))
		return "\"maybe\" is no array of strings";
	for (i = 0; i < r->ngiven; i++)
		if (!name_is_good(r->given[i]))
			return "a domain without a name, or with U+0000 in it";
	return NULL;
}

/* Spool the distinct buckets of a record, in the order in which they come. */
static void
add_text(struct corpus *c, struct str text)
{
	size_t i, nseen = 0;
	uint32_t bucket;

	feature_words(&c->words, text);
	feature_join(&c->ngrams, c->words.hash, c->words.n, c->opts.order);
	if (c->ngrams.n > c->seen_cap) {
		c->seen_cap = 2 * c->ngrams.n;
		c->seen = mem_grow(c->seen, c->seen_cap, sizeof(*c->seen));
	}
	for (i = 0; i < c->ngrams.n; i++) {
		bucket = classifier_bucket(c->ngrams.hash[i], c->opts.nbit);
		if (c->count[bucket]++ == 0)
			c->seen[nseen++].dim = bucket;
	}
	for (i = 0; i < nseen; i++) {
		bucket = c->seen[i].dim;
		c->seen[i].value = classifier_tf(c->count[bucket]);
		c->count[bucket] = 0;
		c->df[bucket]++;
	}
	spool_write(&c->spool, c->seen, nseen * sizeof(*c->seen));
	c->start[c->truth.nrecord] = c->start[c->truth.nrecord - 1] + nseen;
}

/* Spool the record's words as fastText sees them, and the text's end. */
static void
add_tokens(struct corpus *c, struct str text)
{
	struct str token;
	uint64_t n = c->start[c->truth.nrecord - 1];
	uint32_t number;
	bool more;

	do {
		more = fasttext_next(&text, &token);
		if (!more)
			token = STR("</s>");
		else if (!fasttext_is_word(token))
			continue;
		number = vocab_add(&c->words_seen, token);
		spool_write(&c->spool, &number, sizeof(number));
		n++;
	} while (more);
	c->start[c->truth.nrecord] = n;
}

/* Spool a vector, zeros left out. */
static void
add_vector(struct corpus *c, const float *x, size_t dim)
{
	uint64_t n = c->start[c->truth.nrecord - 1];
	struct linear_item item;
	size_t i;

	c->dim = dim;
	for (i = 0; i < dim; i++) {
		if (x[i] == 0)
			continue;
		item = (struct linear_item){(uint32_t)i, x[i]};
		spool_write(&c->spool, &item, sizeof(item));
		n++;
	}
	c->start[c->truth.nrecord] = n;
}

/*
 * Spool a vector after the buckets of its text, as if its entries were buckets
 * that come after all others.  Zeros, of which nothing is known, are no items.
 */
static void
append_vector(struct corpus *c, const float *x, size_t dim)
{
	uint32_t first = (uint32_t)1 << c->opts.nbit;
	struct linear_item item;
	size_t i;

	if (c->sum == NULL)
		c->sum = mem_zeroed(dim, sizeof(*c->sum));
	c->dim = dim;
	if (is_zeros(x, dim))
		return;
	for (i = 0; i < dim; i++) {
		item = (struct linear_item){first + (uint32_t)i, x[i]};
		spool_write(&c->spool, &item, sizeof(item));
		c->sum[i] += (double)x[i];
	}
	c->nvec++;
	c->start[c->truth.nrecord] += dim;
}

void
corpus_add(struct corpus *c, const struct corpus_record *r)
{
	labels_add(&c->truth, r->given, r->ngiven, r->maybe, r->nmaybe);
	if (c->truth.nrecord >= c->cap) {
		c->cap = 2 * c->cap + 1024;
		c->start = mem_grow(c->start, c->cap, sizeof(*c->start));
		c->start[0] = 0;
	}
	switch (c->opts.kind) {
	case CORPUS_NGRAMS:
		add_text(c, r->text);
		break;
	case CORPUS_WORDS:
		add_tokens(c, r->text);
		break;
	case CORPUS_VECTOR:
		add_vector(c, r->vec, r->dim);
		break;
	case CORPUS_BOTH:
		add_text(c, r->text);
		append_vector(c, r->vec, r->dim);
		break;
	}
}

void
corpus_settle(struct corpus *c)
{
	labels_settle(&c->truth);
	c->item = spool_map(&c->spool);
}

/*
 * Decide which buckets have a row, and compute its idf: ln((1 + n) / (1 + df))
 * + 1.
 */
static void
choose_rows(struct classifier *model, const struct corpus *c)
{
	size_t i, nbucket = (size_t)1 << c->opts.nbit;
	uint64_t *map = mem_zeroed(nbucket / 64, sizeof(*map));
	uint32_t *rank = mem_alloc(nbucket / 64 * sizeof(*rank));
	float *row;

	for (i = 0; i < nbucket; i++)
		if (c->df[i] >= c->opts.min_count)
			map[i / 64] |= (uint64_t)1 << i % 64;
	model->nrow = classifier_rank(rank, map, c->opts.nbit);
	model->map = map;
	model->rank = rank;
	model->nbit = c->opts.nbit;
	model->order = c->opts.order;
	row = mem_zeroed(model->nrow * (1 + model->nlabel), sizeof(*row));
	model->row = row;
	for (i = 0; i < nbucket; i++)
		if (c->df[i] >= c->opts.min_count) {
			*row = (float)(log((1.0 + (double)c->truth.nrecord) /
					   (1.0 + c->df[i])) +
				       1);
			row += 1 + model->nlabel;
		}
}

/* Make a row for every entry of a vector; an entry counts as it is. */
static void
choose_entries(struct classifier *model, size_t dim)
{
	size_t i;
	uint64_t *map;
	uint32_t *rank;
	float *row = mem_zeroed(dim * (1 + model->nlabel), sizeof(*row));

	model->nbit = CLASSIFIER_MIN_BIT;
	while ((size_t)1 << model->nbit < dim)
		model->nbit++;
	map = mem_zeroed(((size_t)1 << model->nbit) / 64, sizeof(*map));
	rank = mem_alloc(((size_t)1 << model->nbit) / 64 * sizeof(*rank));
	for (i = 0; i < dim; i++) {
		map[i / 64] |= (uint64_t)1 << i % 64;
		row[i * (1 + model->nlabel)] = 1;
	}
	model->nrow = classifier_rank(rank, map, model->nbit);
	model->map = map;
	model->rank = rank;
	model->row = row;
	model->order = 0;
}

/* Entries of a vector beside a text, with their mean over the corpus. */
static void
add_entries(struct classifier *model, const struct corpus *c)
{
	float *entry = mem_zeroed(c->dim * (1 + model->nlabel), sizeof(*entry));
	size_t i;

	for (i = 0; c->nvec > 0 && i < c->dim; i++)
		entry[i * (1 + model->nlabel)] =
		    (float)(c->sum[i] / (double)c->nvec);
	model->ndim = c->dim;
	model->entry = entry;
}

/*
 * Append the items of a vector: dim dimensions after the rows, with the values
 * in to.
 */
static void
weigh_vector(const struct classifier *model, const struct linear_item *from,
    struct linear_item *to, float *work)
{
	size_t i;

	for (i = 0; i < model->ndim; i++)
		work[i] = from[i].value;
	classifier_centre(model, work, work);
	for (i = 0; i < model->ndim; i++)
		to[i] = (struct linear_item){
		    (uint32_t)(model->nrow + i), corpus_vec_length * work[i]};
}

/*
 * Turn the buckets and counts of the spool into dimensions and values of unit
 * length, and do the same with the entries of a vector that follow them.
 */
static void
weigh(struct corpus *c, const struct classifier *model)
{
	float *work = mem_zeroed(c->dim + 1, sizeof(*work));
	uint32_t nbucket = (uint32_t)1 << c->opts.nbit;
	size_t i, k, n, begin;
	uint64_t to = 0;
	int64_t row;
	float norm;

	for (i = 0; i < c->truth.nrecord; i++) {
		begin = to;
		norm = 0;
		k = c->start[i];
		c->start[i] = begin;
		for (n = c->start[i + 1]; k < n; k++) {
			if (c->item[k].dim >= nbucket)
				break;
			row = classifier_row(model, c->item[k].dim);
			if (row == CLASSIFIER_NO_ROW)
				continue;
			c->item[to].dim = (uint32_t)row;
			c->item[to].value =
			    c->item[k].value *
			    model->row[(size_t)row * (1 + model->nlabel)];
			norm += c->item[to].value * c->item[to].value;
			to++;
		}
		norm = norm > 0 ? 1 / sqrtf(norm) : 0;
		for (; begin < to; begin++)
			c->item[begin].value *= norm;
		if (k < n) {
			weigh_vector(model, c->item + k, c->item + to, work);
			to += model->ndim;
		}
	}
	c->start[c->truth.nrecord] = to;
	free(work);
}

void
corpus_rows(struct corpus *c, struct classifier *model)
{
	if (c->opts.kind == CORPUS_VECTOR) {
		choose_entries(model, c->dim);
	} else {
		choose_rows(model, c);
		if (c->opts.kind == CORPUS_BOTH)
			add_entries(model, c);
		free_counts(c);
		weigh(c, model);
	}
}
