/* domain-train - make a classifier of domains from labelled records */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "classifier.h"
#include "fasttext.h"
#include "feature.h"
#include "half.h"
#include "json.h"
#include "linear.h"
#include "lowrank.h"
#include "measure.h"
#include "mem.h"
#include "rec.h"
#include "rng.h"
#include "run.h"
#include "save.h"
#include "tagger.h"
#include "vocab.h"

static const char usage[] =
    "usage: domain-train [-hpV] -o FILE [--model linear|fasttext] [--on "
    "text|vec]\n"
    "                    [--word-ngrams N] [--min-count N] [--buckets N]\n"
    "                    [--cost C] [--dim N] [--epochs N] [--lr R]\n"
    "                    [--valid FILE] [--report FILE] [file ...]\n";

static const char help[] =
    "\n"
    "Learn from records with \"text\" and \"domains\" to tell the domains of "
    "others.\n\n"
    "  -o, --output FILE     write the classifier here\n"
    "      --model NAME      linear: logistic regression on tf-idf (the "
    "default);\n"
    "                        fasttext: fastText's model, in its own format\n"
    "      --on text|vec     learn from the text (the default), or from the "
    "vector\n"
    "                        of embed-score --vec\n"
    "      --word-ngrams N   runs of 1 to N words count (linear 1, fasttext "
    "2)\n"
    "      --min-count N     n-grams of at least N records, or words that "
    "occur\n"
    "                        N times, count (1)\n"
    "      --buckets N       n-grams are hashed into these (linear 2097152,\n"
    "                        fasttext 200000)\n"
    "      --cost C          linear: weight of an error against simplicity "
    "(10)\n"
    "      --dim N           fasttext: width of a word's vector (64)\n"
    "      --epochs N        fasttext: passes over the records (25)\n"
    "      --lr R            fasttext: step of the first pass (0.5)\n"
    "      --valid FILE      choose each domain's threshold on these records\n"
    "      --report FILE     figures on --valid, a JSON object (- is "
    "stdout)\n" RUN_HELP "\n"
    "Example:\n"
    "  domain-train -o domains.bin hits.jsonl\n";

struct opts {
	const char *output, *report;
	char *valid[2]; /* NULL-terminated */
	bool fasttext;	/* the model */
	bool vec;	/* --on */
	size_t order, min_count, nbit, nbucket, dim, epochs;
	double cost, rate;
};

/* A record's word of a label. */
enum { GIVEN, MAYBE };
static const uint32_t every_label = UINT32_MAX; /* of "maybe" */

struct mark {
	uint32_t label;
	uint32_t kind;
};

/*
 * The records as numbers.  While they are read, an item is a bucket and how
 * often it occurs, in the spool; then the spool is mapped, and in place an
 * item becomes a dimension and its value.
 */
struct corpus {
	struct vocab labels;
	size_t ndoc, cap;
	uint64_t *start;      /* (ndoc + 1), places in the spool */
	uint64_t *mark_start; /* (ndoc + 1), places in mark */
	struct mark *mark;    /* (mark_start[ndoc]) */
	size_t mark_cap;
	FILE *spool;
	union { /* (start[ndoc]), mapped from spool */
		struct linear_item *item;
		uint32_t *token; /* fastText's: numbers of words_seen */
	};
	struct vocab words_seen;
	size_t dim;		  /* of vectors; 0 before the first */
	uint32_t *df;		  /* (2^nbit): records that have the bucket */
	uint32_t *count;	  /* (2^nbit): in the record at hand */
	struct linear_item *seen; /* (seen_cap): of the record at hand */
	size_t seen_cap;
	struct feature words, ngrams;
};

static void
add_mark(struct corpus *c, uint32_t label, uint32_t kind)
{
	uint64_t n = c->mark_start[c->ndoc + 1]++;

	if (n == c->mark_cap) {
		c->mark_cap = c->mark_cap ? 2 * c->mark_cap : 1024;
		c->mark = mem_grow(c->mark, c->mark_cap, sizeof(*c->mark));
	}
	c->mark[n] = (struct mark){label, kind};
}

/* Spool the record's distinct buckets, in the order they come in. */
static void
add_text(struct corpus *c, struct str text, const struct opts *o)
{
	size_t i, nseen = 0;
	uint32_t bucket;

	feature_words(&c->words, text);
	feature_join(&c->ngrams, c->words.hash, c->words.n, o->order);
	if (c->ngrams.n > c->seen_cap) {
		c->seen_cap = 2 * c->ngrams.n;
		c->seen = mem_grow(c->seen, c->seen_cap, sizeof(*c->seen));
	}
	for (i = 0; i < c->ngrams.n; i++) {
		bucket = classifier_bucket(c->ngrams.hash[i], o->nbit);
		if (c->count[bucket]++ == 0)
			c->seen[nseen++].dim = bucket;
	}
	for (i = 0; i < nseen; i++) {
		bucket = c->seen[i].dim;
		c->seen[i].value = classifier_tf(c->count[bucket]);
		c->count[bucket] = 0;
		c->df[bucket]++;
	}
	if (nseen > 0 &&
	    fwrite(c->seen, sizeof(*c->seen), nseen, c->spool) != nseen)
		run_write_failed("spool");
	c->start[c->ndoc + 1] = c->start[c->ndoc] + nseen;
}

/* Spool the record's words as fastText sees them, and the text's end. */
static void
add_tokens(struct corpus *c, struct str text)
{
	struct str token;
	uint64_t n = c->start[c->ndoc];
	uint32_t number;
	bool more;

	do {
		more = fasttext_next(&text, &token);
		if (!more)
			token = STR("</s>");
		else if (str_starts(token, STR("__label__")))
			continue; /* no word to fastText */
		number = vocab_add(&c->words_seen, token);
		if (fwrite(&number, sizeof(number), 1, c->spool) != 1)
			run_write_failed("spool");
		n++;
	} while (more);
	c->start[c->ndoc + 1] = n;
}

/* Spool a vector, zeros left out. */
static void
add_vector(struct corpus *c, const float *x, size_t dim)
{
	uint64_t n = c->start[c->ndoc];
	struct linear_item item;
	size_t i;

	c->dim = dim;
	for (i = 0; i < dim; i++) {
		if (x[i] == 0)
			continue;
		item = (struct linear_item){(uint32_t)i, x[i]};
		if (fwrite(&item, sizeof(item), 1, c->spool) != 1)
			run_write_failed("spool");
		n++;
	}
	c->start[c->ndoc + 1] = n;
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

/* What a labelled record says, lent by it. */
struct labelled {
	struct str text, *given, *maybe;
	size_t ngiven, nmaybe;
	float *vec; /* (dim), with --on vec */
	size_t dim;
};

/* Read a record's vector, of width dim if that is not 0; why not, or NULL. */
static const char *
get_vector(const struct rec *rec, struct labelled *l, size_t dim)
{
	struct str vec;

	if (!rec_get_str(rec, "vec", &vec))
		return "no string \"vec\"";
	l->dim = half_count(vec);
	if (l->dim == 0 || (dim != 0 && l->dim != dim))
		return "\"vec\" is no vector, or of another width";
	l->vec = arena_alloc(rec->mem, l->dim * sizeof(*l->vec));
	if (!half_parse(vec, l->vec, l->dim))
		return "\"vec\" is not base64 of numbers";
	return NULL;
}

/*
 * Read a record; why it can't be learnt from, or NULL.  dim is the width of
 * the vectors, 0 if any will do.
 */
static const char *
get_labelled(
    const struct rec *rec, struct labelled *l, const struct opts *o, size_t dim)
{
	const char *why;
	size_t i;

	if (o->vec && (why = get_vector(rec, l, dim)) != NULL)
		return why;
	if (!o->vec && !rec_get_str(rec, "text", &l->text))
		return "no string \"text\"";
	if (!rec_get_strs(rec, "domains", &l->given, &l->ngiven))
		return "no array of strings \"domains\"";
	if (!get_maybe(rec, &l->maybe, &l->nmaybe))
		return "\"maybe\" is no array of strings";
	for (i = 0; i < l->ngiven; i++)
		if (!name_is_good(l->given[i]))
			return "a domain without a name, or with U+0000 in it";
	return NULL;
}

static void
add_record(struct corpus *c, const struct labelled *l, const struct opts *o)
{
	size_t i;

	if (c->ndoc + 1 >= c->cap) {
		c->cap = c->cap ? 2 * c->cap : 1024;
		c->start = mem_grow(c->start, c->cap, sizeof(*c->start));
		c->mark_start =
		    mem_grow(c->mark_start, c->cap, sizeof(*c->mark_start));
	}
	if (c->ndoc == 0)
		c->start[0] = c->mark_start[0] = 0;
	c->mark_start[c->ndoc + 1] = c->mark_start[c->ndoc];
	for (i = 0; i < l->nmaybe; i++)
		add_mark(c,
		    str_eq(l->maybe[i], STR("*"))
			? every_label
			: vocab_add(&c->labels, l->maybe[i]),
		    MAYBE);
	for (i = 0; i < l->ngiven; i++)
		add_mark(c, vocab_add(&c->labels, l->given[i]), GIVEN);
	if (o->vec)
		add_vector(c, l->vec, l->dim);
	else if (o->fasttext)
		add_tokens(c, l->text);
	else
		add_text(c, l->text, o);
	c->ndoc++;
}

static void
corpus_open(struct corpus *c, const struct opts *o)
{
	*c = (struct corpus){0};
	c->spool = save_spool();
	if (o->fasttext || o->vec)
		return;
	c->df = mem_zeroed((size_t)1 << o->nbit, sizeof(*c->df));
	c->count = mem_zeroed((size_t)1 << o->nbit, sizeof(*c->count));
}

static void
corpus_close(struct corpus *c)
{
	fclose(c->spool);
	vocab_release(&c->labels);
	vocab_release(&c->words_seen);
	feature_release(&c->words);
	feature_release(&c->ngrams);
	free(c->start);
	free(c->mark_start);
	free(c->mark);
}

/* Which buckets have a row, and its idf: ln((1 + n) / (1 + df)) + 1. */
static void
choose_rows(struct classifier *model, struct corpus *c, const struct opts *o)
{
	size_t i, nbucket = (size_t)1 << o->nbit;
	uint64_t *map = mem_zeroed(nbucket / 64, sizeof(*map));
	uint32_t *rank = mem_alloc(nbucket / 64 * sizeof(*rank));
	float *row;

	for (i = 0; i < nbucket; i++)
		if (c->df[i] >= o->min_count)
			map[i / 64] |= (uint64_t)1 << i % 64;
	model->nrow = classifier_rank(rank, map, o->nbit);
	model->map = map;
	model->rank = rank;
	model->nbit = o->nbit;
	model->order = o->order;
	row = mem_zeroed(model->nrow * (1 + model->nlabel), sizeof(*row));
	model->row = row;
	for (i = 0; i < nbucket; i++)
		if (c->df[i] >= o->min_count) {
			*row = (float)(log((1.0 + (double)c->ndoc) /
					   (1.0 + c->df[i])) +
				       1);
			row += 1 + model->nlabel;
		}
	free(c->df);
	free(c->count);
	free(c->seen);
}

/* A row for every entry of a vector, which counts as it is. */
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

/* Look at what was spooled as an array. */
static void
map_spool(struct corpus *c)
{
	off_t len;

	if (fflush(c->spool) != 0 || (len = ftello(c->spool)) < 0)
		run_write_failed("spool");
	if (len == 0)
		return;
	c->item = mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fileno(c->spool), 0);
	if (c->item == MAP_FAILED)
		cli_err(CLI_FATAL, "spool");
}

/* Make the spool's buckets and counts dimensions and values, unit length. */
static void
weigh(struct corpus *c, const struct classifier *model)
{
	size_t i, k, n, begin;
	uint64_t to = 0;
	int64_t row;
	float norm;

	for (i = 0; i < c->ndoc; i++) {
		begin = to;
		norm = 0;
		k = c->start[i];
		c->start[i] = begin;
		for (n = c->start[i + 1]; k < n; k++) {
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
		for (k = begin; k < to; k++)
			c->item[k].value *= norm;
	}
	c->start[c->ndoc] = to;
}

static int
by_name(const void *a, const void *b, void *arg)
{
	const struct str *name = arg;
	struct str x = name[*(const uint32_t *)a];
	struct str y = name[*(const uint32_t *)b];
	int order = memcmp(x.p, y.p, x.len < y.len ? x.len : y.len);

	return order ? order : (x.len > y.len) - (x.len < y.len);
}

/* The labels of the model. */
struct label_list {
	size_t n;
	struct str *name;  /* (n), lent by the corpus, sorted */
	float *threshold;  /* (n) */
	size_t *npositive; /* (n): records of it */
};

/*
 * The labels of the model: those given to some record, in the order of their
 * names, whatever the order of the records.  number[] is renewed for marks.
 */
static void
choose_labels(struct label_list *l, struct corpus *c)
{
	size_t i, n = 0;
	uint32_t *order = mem_zeroed(c->labels.nword + 1, sizeof(*order));
	uint32_t *number = mem_zeroed(c->labels.nword + 1, sizeof(*number));

	for (i = 0; i < c->mark_start[c->ndoc]; i++)
		if (c->mark[i].kind == GIVEN)
			number[c->mark[i].label] = 1;
	for (i = 0; i < c->labels.nword; i++)
		if (number[i])
			order[n++] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), by_name, c->labels.word);
	l->n = n;
	l->name = mem_zeroed(n + 1, sizeof(*l->name));
	l->threshold = mem_zeroed(n + 1, sizeof(*l->threshold));
	l->npositive = mem_zeroed(n + 1, sizeof(*l->npositive));
	for (i = 0; i < c->labels.nword; i++)
		number[i] = every_label - 1; /* none: nobody is given it */
	for (i = 0; i < n; i++) {
		l->name[i] = c->labels.word[order[i]];
		l->threshold[i] = 0.5f;
		number[order[i]] = (uint32_t)i;
	}
	for (i = 0; i < c->mark_start[c->ndoc]; i++)
		if (c->mark[i].label != every_label)
			c->mark[i].label = number[c->mark[i].label];
	free(order);
	free(number);
}

/* Fill truth[0..n) with what a record is to the labels from first on. */
static void
get_truth(
    uint8_t *truth, const struct corpus *c, size_t doc, size_t first, size_t n)
{
	const struct mark *m = c->mark + c->mark_start[doc];
	const struct mark *end = c->mark + c->mark_start[doc + 1];

	memset(truth, LINEAR_NEGATIVE, n);
	for (; m < end; m++) /* those given come behind those that may be */
		if (m->label == every_label)
			memset(truth, LINEAR_MASKED, n);
		else if (m->label >= first && m->label - first < n)
			truth[m->label - first] =
			    m->kind == GIVEN ? LINEAR_POSITIVE : LINEAR_MASKED;
}

/* A label without a negative can't be learnt, and no threshold would help. */
static void
check_labels(const struct label_list *l, const struct corpus *c)
{
	uint8_t *truth = mem_alloc(l->n);
	bool *has_negative = mem_zeroed(l->n, sizeof(*has_negative));
	size_t i, j;

	for (i = 0; i < c->ndoc; i++) {
		get_truth(truth, c, i, 0, l->n);
		for (j = 0; j < l->n; j++) {
			has_negative[j] |= truth[j] == LINEAR_NEGATIVE;
			l->npositive[j] += truth[j] == LINEAR_POSITIVE;
		}
	}
	for (j = 0; j < l->n; j++)
		if (!has_negative[j])
			cli_errx(CLI_FATAL,
			    "no record is known not to be of \"%.*s\": add "
			    "records of other domains, or with \"domains\":[]",
			    (int)l->name[j].len, l->name[j].p);
	free(truth);
	free(has_negative);
}

static void
train_linear(
    struct classifier *model, const struct corpus *c, const struct opts *o)
{
	struct linear_data data = {c->ndoc, model->nrow, c->start, c->item};
	uint8_t *mark = mem_alloc(c->ndoc * LINEAR_LANE);
	float *weight = mem_zeroed(model->nrow * LINEAR_LANE, sizeof(*weight));
	float *row = (float *)(uintptr_t)model->row;
	float *bias = mem_zeroed(model->nlabel + LINEAR_LANE, sizeof(*bias));
	size_t first, i, n;

	model->bias = bias;
	for (first = 0; first < model->nlabel; first += LINEAR_LANE) {
		n = model->nlabel - first;
		if (n > LINEAR_LANE)
			n = LINEAR_LANE;
		memset(mark, LINEAR_MASKED, c->ndoc * LINEAR_LANE);
		for (i = 0; i < c->ndoc; i++)
			get_truth(mark + i * LINEAR_LANE, c, i, first, n);
		linear_train(&data, mark, o->cost, weight, bias + first);
		for (i = 0; i < model->nrow; i++)
			memcpy(&row[i * (1 + model->nlabel) + 1 + first],
			    &weight[i * LINEAR_LANE], n * sizeof(*weight));
	}
	free(mark);
	free(weight);
}

/* A word of fastText's dictionary: by falling count, then by its bytes. */
struct entry {
	struct str word;
	int64_t count;
	uint32_t number; /* in the corpus */
};

static int
by_count(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t len = x->word.len < y->word.len ? x->word.len : y->word.len;
	int order;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	order = memcmp(x->word.p, y->word.p, len);
	return order
		   ? order
		   : (x->word.len > y->word.len) - (x->word.len < y->word.len);
}

/* What is the same for every text while fastText's model is trained. */
struct lowrank_run {
	const struct corpus *c;
	const struct opts *o;
	const struct label_list *labels;
	struct lowrank model;
	struct entry *entry; /* (nword) */
	size_t nword;
	uint32_t *row;	/* (words of the corpus); UINT32_MAX: left out */
	uint32_t *hash; /* (words of the corpus) */
};

static void
choose_words(struct lowrank_run *r)
{
	const struct vocab *v = &r->c->words_seen;
	struct entry *entry = mem_zeroed(v->nword + 1, sizeof(*entry));
	int64_t *count = mem_zeroed(v->nword + 1, sizeof(*count));
	size_t i;

	for (i = 0; i < r->c->start[r->c->ndoc]; i++)
		count[r->c->token[i]]++;
	r->row = mem_alloc((v->nword + 1) * sizeof(*r->row));
	r->hash = mem_alloc((v->nword + 1) * sizeof(*r->hash));
	for (i = 0; i < v->nword; i++) {
		r->row[i] = UINT32_MAX;
		r->hash[i] = fasttext_hash(v->word[i]);
		if ((size_t)count[i] >= r->o->min_count)
			entry[r->nword++] =
			    (struct entry){v->word[i], count[i], (uint32_t)i};
	}
	qsort(entry, r->nword, sizeof(*entry), by_count);
	for (i = 0; i < r->nword; i++)
		r->row[entry[i].number] = (uint32_t)i;
	r->entry = entry;
	free(count);
}

/* The features of a record, as fasttext.c finds them; how many. */
static size_t
find_rows(const struct lowrank_run *r, size_t doc, uint32_t *to)
{
	const uint32_t *token = r->c->token;
	size_t i, j, n = 0, end = r->c->start[doc + 1];
	uint64_t h;

	for (i = r->c->start[doc]; i < end; i++)
		if (r->row[token[i]] != UINT32_MAX)
			to[n++] = r->row[token[i]];
	for (i = r->c->start[doc]; i < end && r->o->order > 1; i++) {
		h = fasttext_ngram_first(r->hash[token[i]]);
		for (j = i + 1; j < end && j < i + r->o->order; j++) {
			h = fasttext_ngram_add(h, r->hash[token[j]]);
			to[n++] = (uint32_t)(r->nword + h % r->o->nbucket);
		}
	}
	return n;
}

/* White space in a label is written as '_': that must not join two. */
static void
check_names(const struct label_list *l)
{
	struct vocab seen = {0};
	struct buf name = {0};
	size_t i;

	for (i = 0; i < l->n; i++) {
		name.len = 0;
		fasttext_put_label(&name, l->name[i]);
		if (vocab_add(&seen, buf_str(&name)) != i)
			cli_errx(CLI_FATAL,
			    "fastText can't tell \"%.*s\" from another domain",
			    (int)l->name[i].len, l->name[i].p);
	}
	buf_release(&name);
	vocab_release(&seen);
}

/* Every record once an epoch, in an order of its own; the rate falls to 0. */
static void
descend(struct lowrank_run *r, struct rng *rng)
{
	size_t ndoc = r->c->ndoc, i, j, n, longest = 0, epoch;
	size_t *order = mem_alloc(ndoc * sizeof(*order)), swap;
	uint8_t *truth = mem_alloc(r->labels->n);
	uint32_t *row;
	double left;

	for (i = 0; i < ndoc; i++) {
		order[i] = i;
		n = r->c->start[i + 1] - r->c->start[i];
		longest = n > longest ? n : longest;
	}
	row = mem_alloc((longest * r->o->order + 1) * sizeof(*row));
	for (epoch = 0; epoch < r->o->epochs; epoch++)
		for (i = 0; i < ndoc; i++) {
			j = i + rng_below(rng, ndoc - i);
			swap = order[i];
			order[i] = order[j];
			order[j] = swap;
			left = 1 - ((double)epoch + (double)i / (double)ndoc) /
				       (double)r->o->epochs;
			get_truth(truth, r->c, order[i], 0, r->labels->n);
			n = find_rows(r, order[i], row);
			lowrank_step(&r->model, row, n, truth,
			    (float)(r->o->rate * left));
		}
	free(order);
	free(truth);
	free(row);
}

static void
put_matrix(struct buf *out, const float *value, size_t nrow, size_t dim)
{
	int64_t size[2] = {(int64_t)nrow, (int64_t)dim};

	buf_putc(out, '\0'); /* not quantised */
	buf_put(out, size, sizeof(size));
	buf_put(out, value, nrow * dim * sizeof(*value));
}

/* fastText's file, without the trailer. */
static void
put_lowrank(struct buf *bytes, const struct lowrank_run *r)
{
	struct fasttext_args args = {
	    .dim = (int32_t)r->o->dim,
	    .ws = 5,
	    .epoch = (int32_t)r->o->epochs,
	    .min_count = (int32_t)r->o->min_count,
	    .neg = 5,
	    .word_ngrams = (int32_t)r->o->order,
	    .loss = FASTTEXT_OVA,
	    .model = 3,
	    .bucket = r->o->order > 1 ? (int32_t)r->o->nbucket : 0,
	    .lr_update_rate = 100,
	    .t = 1e-4,
	};
	struct str *word = mem_zeroed(r->nword + 1, sizeof(*word));
	int64_t *count = mem_zeroed(r->nword + 1, sizeof(*count));
	int64_t *nrecord = mem_zeroed(r->labels->n, sizeof(*nrecord));
	size_t i;

	for (i = 0; i < r->nword; i++) {
		word[i] = r->entry[i].word;
		count[i] = r->entry[i].count;
	}
	for (i = 0; i < r->labels->n; i++)
		nrecord[i] = (int64_t)r->labels->npositive[i];
	fasttext_format_head(bytes, &args, word, count, r->nword,
	    r->labels->name, nrecord, r->labels->n,
	    (int64_t)r->c->start[r->c->ndoc]);
	put_matrix(bytes, r->model.input, r->model.nrow, r->model.dim);
	put_matrix(bytes, r->model.output, r->model.nlabel, r->model.dim);
	free(word);
	free(count);
	free(nrecord);
}

static void
train_lowrank(struct buf *bytes, const struct corpus *c,
    const struct label_list *l, const struct opts *o)
{
	struct lowrank_run r = {.c = c, .o = o, .labels = l};
	struct rng rng;

	check_names(l);
	choose_words(&r);
	rng_init(&rng, 0);
	lowrank_init(&r.model, r.nword + (o->order > 1 ? o->nbucket : 0), l->n,
	    o->dim, &rng);
	descend(&r, &rng);
	put_lowrank(bytes, &r);
	lowrank_release(&r.model);
	free(r.entry);
	free(r.row);
	free(r.hash);
}

/* Records that were not trained on: what is true, and what the model says. */
struct trial {
	size_t ndoc, cap;
	uint8_t
	    *truth;   /* (ndoc, nlabel): LINEAR_MASKED, _NEGATIVE, _POSITIVE */
	float *score; /* (ndoc, nlabel) */
	bool *none;   /* (ndoc): of no domain at all */
};

static void
add_trial(struct trial *t, const struct tagger *model, const struct vocab *name,
    const struct labelled *l)
{
	size_t i, nlabel = model->nlabel;
	uint32_t at;
	uint8_t *truth;

	if (t->ndoc == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 1024;
		t->truth = mem_grow(t->truth, t->cap, nlabel);
		t->score =
		    mem_grow(t->score, t->cap, nlabel * sizeof(*t->score));
		t->none = mem_grow(t->none, t->cap, sizeof(*t->none));
	}
	truth = t->truth + t->ndoc * nlabel;
	memset(truth, LINEAR_NEGATIVE, nlabel);
	for (i = 0; i < l->nmaybe; i++)
		if (str_eq(l->maybe[i], STR("*")))
			memset(truth, LINEAR_MASKED, nlabel);
		else if ((at = vocab_find(name, l->maybe[i])) != VOCAB_NONE)
			truth[at] = LINEAR_MASKED;
	for (i = 0; i < l->ngiven; i++)
		if ((at = vocab_find(name, l->given[i])) != VOCAB_NONE)
			truth[at] = LINEAR_POSITIVE;
		else
			run_count("unknown_domains", 1);
	t->none[t->ndoc++] = l->ngiven == 0;
}

/* Score the records of --valid. */
static void
try_out(struct trial *t, struct tagger *model, const struct opts *o)
{
	struct labelled l;
	struct rec_reader in;
	struct vocab name = {0};
	struct rec rec;
	const char *why;
	size_t i, n;
	float *p;

	for (i = 0; i < model->nlabel; i++)
		vocab_add(&name, model->label[i]);
	rec_open(&in, o->valid);
	while (rec_read(&in, &rec)) {
		if ((why = get_labelled(&rec, &l, o, model->dim)) != NULL) {
			rec_bad(&in, "%s", why);
			continue;
		}
		add_trial(t, model, &name, &l);
		p = t->score + (t->ndoc - 1) * model->nlabel;
		if (o->vec) {
			tagger_score_vector(model, l.vec, p);
			continue;
		}
		n = tagger_cut(model, l.text);
		tagger_score(model, 0, n, p);
	}
	/* not rec_close(): the account of the run goes on */
	buf_release(&in.buf);
	arena_release(&in.mem);
	vocab_release(&name);
}

/* The judged pairs of a label, sorted. */
static size_t
judged(const struct trial *t, size_t nlabel, size_t label,
    struct measure_pair *pair)
{
	size_t i, n = 0;

	for (i = 0; i < t->ndoc; i++)
		if (t->truth[i * nlabel + label] != LINEAR_MASKED) {
			pair[n].score = t->score[i * nlabel + label];
			pair[n++].gold =
			    t->truth[i * nlabel + label] == LINEAR_POSITIVE;
		}
	measure_sort(pair, n);
	return n;
}

static void
put_figure(struct buf *json, const char *name, double x)
{
	buf_printf(json, "\"%s\":", name);
	json_put_real(json, (float)x);
	buf_putc(json, ',');
}

static void
put_count(struct buf *json, struct measure_count c)
{
	put_figure(json, "precision", measure_precision(c));
	put_figure(json, "recall", measure_recall(c));
	put_figure(json, "f1", measure_f1(c));
}

/* Close an object or array, without the comma behind its last. */
static void
put_end(struct buf *json, const char *end)
{
	if (json->p[json->len - 1] == ',')
		json->len--;
	buf_printf(json, "%s,", end);
}

/*
 * How many records of each domain (row; the last: of none) were decided to be
 * of each (column; the last: of none), where that is judged.
 */
static void
put_confusion(
    struct buf *json, const struct trial *t, size_t n, const float *threshold)
{
	size_t i, r, c, ndecided;
	size_t *count = mem_zeroed((n + 1) * (n + 1), sizeof(*count));
	const uint8_t *truth;
	const float *score;

	for (i = 0; i < t->ndoc; i++) {
		truth = t->truth + i * n;
		score = t->score + i * n;
		for (r = 0; r <= n; r++) {
			if (r < n ? truth[r] != LINEAR_POSITIVE : !t->none[i])
				continue;
			for (ndecided = c = 0; c < n; c++)
				if (score[c] >= threshold[c]) {
					ndecided++;
					count[r * (n + 1) + c] +=
					    truth[c] != LINEAR_MASKED;
				}
			count[r * (n + 1) + n] += ndecided == 0;
		}
	}
	buf_printf(json, "\"confusion\":[");
	for (r = 0; r <= n; r++) {
		buf_putc(json, '[');
		for (c = 0; c <= n; c++)
			buf_printf(json, "%zu,", count[r * (n + 1) + c]);
		put_end(json, "]");
	}
	put_end(json, "]");
	free(count);
}

/* Judged pairs by tenths of probability: how many, and how many are true. */
static void
put_calibration(struct buf *json, const struct trial *t, size_t nlabel)
{
	enum { NBIN = 10 };
	size_t n[NBIN] = {0}, ngold[NBIN] = {0}, i, bin;
	double sum[NBIN] = {0};

	for (i = 0; i < t->ndoc * nlabel; i++) {
		if (t->truth[i] == LINEAR_MASKED)
			continue;
		bin = (size_t)(t->score[i] * NBIN);
		if (bin >= NBIN)
			bin = NBIN - 1;
		n[bin]++;
		ngold[bin] += t->truth[i] == LINEAR_POSITIVE;
		sum[bin] += (double)t->score[i];
	}
	buf_printf(json, "\"calibration\":[");
	for (i = 0; i < NBIN; i++) {
		buf_printf(json, "{\"pairs\":%zu,", n[i]);
		put_figure(json, "mean", n[i] ? sum[i] / (double)n[i] : 0);
		put_figure(
		    json, "true", n[i] ? (double)ngold[i] / (double)n[i] : 0);
		put_end(json, "}");
	}
	put_end(json, "]");
}

/*
 * Choose the thresholds by the trial, and say how good the model is there.
 * Means are over the domains that the trial has.
 */
static void
judge(const struct tagger *model, const struct trial *t, float *threshold,
    struct buf *json)
{
	struct measure_pair *pair = mem_zeroed(t->ndoc + 1, sizeof(*pair));
	struct measure_count c, all = {0};
	double sum[4] = {0}, ap;
	size_t j, n, nseen = 0;

	buf_printf(json, "{\"records\":%zu,\"domains\":{", t->ndoc);
	for (j = 0; j < model->nlabel; j++) {
		n = judged(t, model->nlabel, j, pair);
		threshold[j] = measure_threshold(pair, n, threshold[j]);
		c = measure_decide(pair, n, threshold[j]);
		ap = measure_ap(pair, n);
		json_put_str(json, model->label[j]);
		buf_printf(json, ":{\"records\":%zu,\"judged\":%zu,",
		    c.hit + c.missed, n);
		put_figure(json, "threshold", (double)threshold[j]);
		put_count(json, c);
		put_figure(json, "ap", ap);
		put_end(json, "}");
		all.hit += c.hit;
		all.wrong += c.wrong;
		all.missed += c.missed;
		if (c.hit + c.missed == 0)
			continue;
		sum[0] += measure_precision(c);
		sum[1] += measure_recall(c);
		sum[2] += measure_f1(c);
		sum[3] += ap;
		nseen++;
	}
	put_end(json, "}");
	nseen += nseen == 0;
	buf_printf(json, "\"macro\":{");
	put_figure(json, "precision", sum[0] / (double)nseen);
	put_figure(json, "recall", sum[1] / (double)nseen);
	put_figure(json, "f1", sum[2] / (double)nseen);
	put_figure(json, "ap", sum[3] / (double)nseen);
	put_end(json, "}");
	buf_printf(json, "\"micro\":{");
	put_count(json, all);
	put_end(json, "}");
	put_confusion(json, t, model->nlabel, threshold);
	put_calibration(json, t, model->nlabel);
	put_end(json, "}");
	json->p[json->len - 1] = '\n';
	free(pair);
}

/* Thresholds, and a report, by records that were not trained on. */
static void
validate(struct str bytes, float *threshold, const struct opts *o)
{
	struct tagger model;
	struct trial t = {0};
	struct buf json = {0};
	struct save out;
	const char *why;

	if (!tagger_open(&model, bytes, &why))
		cli_errx(CLI_FATAL, "%s", why);
	try_out(&t, &model, o);
	if (t.ndoc == 0)
		cli_errx(CLI_FATAL, "%s: no record to judge by", o->valid[0]);
	judge(&model, &t, threshold, &json);
	if (o->report != NULL && strcmp(o->report, "-") == 0) {
		if (fwrite(json.p, 1, json.len, stdout) != json.len)
			run_write_failed("stdout");
	} else if (o->report != NULL) {
		save_open(&out, o->report);
		if (fwrite(json.p, 1, json.len, out.fp) != json.len)
			run_write_failed(o->report);
		save_commit(&out);
	}
	tagger_close(&model);
	buf_release(&json);
	free(t.truth);
	free(t.score);
	free(t.none);
}

/* The file of a linear model. */
static void
make_linear(struct buf *bytes, struct corpus *c, const struct label_list *l,
    const struct opts *o)
{
	struct classifier model = {.nlabel = l->n, .label = l->name};

	if (o->vec) {
		choose_entries(&model, c->dim);
	} else {
		choose_rows(&model, c, o);
		weigh(c, &model);
	}
	train_linear(&model, c, o);
	model.threshold = l->threshold;
	classifier_format(&model, bytes);
	if (o->valid[0] != NULL) {
		validate(buf_str(bytes), l->threshold, o);
		bytes->len = 0;
		classifier_format(&model, bytes);
	}
	free((void *)(uintptr_t)model.map);
	free((void *)(uintptr_t)model.rank);
	free((void *)(uintptr_t)model.row);
	free((void *)(uintptr_t)model.bias);
}

/* The file of fastText's model. */
static void
make_lowrank(struct buf *bytes, struct corpus *c, const struct label_list *l,
    const struct opts *o)
{
	size_t body;

	train_lowrank(bytes, c, l, o);
	body = bytes->len;
	fasttext_format_tail(bytes, l->name, l->threshold, l->n);
	if (o->valid[0] != NULL) {
		validate(buf_str(bytes), l->threshold, o);
		bytes->len = body;
		fasttext_format_tail(bytes, l->name, l->threshold, l->n);
	}
}

/* What was not given, and what does not go together. */
static void
complete(struct opts *o)
{
	if (o->vec && (o->fasttext || o->order || o->min_count || o->nbucket))
		run_usage("--on vec makes a linear model, without n-grams");
	if (o->order == 0)
		o->order = o->fasttext ? 2 : 1;
	if (o->min_count == 0)
		o->min_count = 1;
	if (o->nbucket == 0)
		o->nbucket = o->fasttext ? 200000 : 1 << 21;
	o->nbit = CLASSIFIER_MIN_BIT;
	while ((size_t)1 << o->nbit < o->nbucket)
		o->nbit++;
	if (o->output == NULL)
		run_usage("-o FILE is missing");
	if (o->report != NULL && o->valid[0] == NULL)
		run_usage("--report needs --valid");
}

static void
options(struct opts *o, int argc, char *argv[])
{
	enum {
		OPT_MODEL = RUN_OPT_OWN,
		OPT_ON,
		OPT_WORD_NGRAMS,
		OPT_COST,
		OPT_DIM,
		OPT_EPOCHS,
		OPT_LR,
		OPT_MIN_COUNT,
		OPT_BUCKETS,
		OPT_VALID,
		OPT_REPORT
	};
	static const struct option longopts[] = {
	    {"output", required_argument, NULL, 'o'},
	    {"model", required_argument, NULL, OPT_MODEL},
	    {"on", required_argument, NULL, OPT_ON},
	    {"word-ngrams", required_argument, NULL, OPT_WORD_NGRAMS},
	    {"cost", required_argument, NULL, OPT_COST},
	    {"dim", required_argument, NULL, OPT_DIM},
	    {"epochs", required_argument, NULL, OPT_EPOCHS},
	    {"lr", required_argument, NULL, OPT_LR},
	    {"min-count", required_argument, NULL, OPT_MIN_COUNT},
	    {"buckets", required_argument, NULL, OPT_BUCKETS},
	    {"valid", required_argument, NULL, OPT_VALID},
	    {"report", required_argument, NULL, OPT_REPORT}, RUN_OPTIONS};
	static const char *const models[] = {"linear", "fasttext", NULL};
	static const char *const members[] = {"text", "vec", NULL};
	int ch;

	*o = (struct opts){.cost = 10, .dim = 64, .epochs = 25, .rate = 0.5};
	while ((ch = getopt_long(argc, argv, RUN_SHORT "o:", longopts, NULL)) !=
	       -1)
		switch (ch) {
		case 'o':
			o->output = optarg;
			break;
		case OPT_MODEL:
			o->fasttext = cli_choice("--model", optarg, models);
			break;
		case OPT_ON:
			o->vec = cli_choice("--on", optarg, members);
			break;
		case OPT_WORD_NGRAMS:
			o->order = cli_size(
			    "--word-ngrams", optarg, 1, CLASSIFIER_ORDER);
			break;
		case OPT_COST:
			o->cost = cli_real("--cost", optarg, 1e-6, 1e6);
			break;
		case OPT_MIN_COUNT:
			o->min_count =
			    cli_size("--min-count", optarg, 1, UINT32_MAX);
			break;
		case OPT_BUCKETS:
			o->nbucket = cli_size("--buckets", optarg, 1,
			    (size_t)1 << CLASSIFIER_MAX_BIT);
			break;
		case OPT_DIM:
			o->dim = cli_size("--dim", optarg, 1, 10000);
			break;
		case OPT_EPOCHS:
			o->epochs = cli_size("--epochs", optarg, 1, 10000);
			break;
		case OPT_LR:
			o->rate = cli_real("--lr", optarg, 1e-6, 100);
			break;
		case OPT_VALID:
			o->valid[0] = optarg;
			break;
		case OPT_REPORT:
			o->report = optarg;
			break;
		default:
			run_option(ch);
		}
	complete(o);
}

int
main(int argc, char *argv[])
{
	struct label_list labels;
	struct rec_reader in;
	struct corpus corpus;
	struct buf bytes = {0};
	struct labelled l;
	struct opts o;
	struct save out;
	struct rec rec;
	const char *why;

	run_init(argc, argv, usage, help);
	options(&o, argc, argv);
	save_open(&out, o.output);
	corpus_open(&corpus, &o);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		if ((why = get_labelled(&rec, &l, &o, corpus.dim)) != NULL)
			rec_bad(&in, "%s", why);
		else
			add_record(&corpus, &l, &o);
	if (corpus.ndoc == 0)
		cli_errx(CLI_FATAL, "no record to learn from");
	choose_labels(&labels, &corpus);
	if (labels.n == 0)
		cli_errx(CLI_FATAL, "no record is of any domain");
	check_labels(&labels, &corpus);
	map_spool(&corpus);
	if (o.fasttext)
		make_lowrank(&bytes, &corpus, &labels, &o);
	else
		make_linear(&bytes, &corpus, &labels, &o);
	if (fwrite(bytes.p, 1, bytes.len, out.fp) != bytes.len)
		run_write_failed(o.output);
	save_commit(&out);
	buf_release(&bytes);
	free(labels.name);
	free(labels.threshold);
	free(labels.npositive);
	corpus_close(&corpus);
	return rec_close(&in, stdout);
}
