/* domain-train - make a classifier of domains from labelled records */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "classifier.h"
#include "feature.h"
#include "hash.h"
#include "linear.h"
#include "mem.h"
#include "rec.h"
#include "run.h"
#include "save.h"

static const char usage[] =
    "usage: domain-train [-hpV] -o FILE [--model linear] [--word-ngrams N]\n"
    "                    [--cost C] [--min-count N] [--buckets N] [file ...]\n";

static const char help[] =
    "\n"
    "Learn from records with \"text\" and \"domains\" to tell the domains of "
    "others.\n\n"
    "  -o, --output FILE     write the classifier here\n"
    "      --model linear    logistic regression on tf-idf, a domain each\n"
    "      --word-ngrams N   runs of 1 to N words count (1)\n"
    "      --cost C          weight of an error against simplicity (10)\n"
    "      --min-count N     n-grams of at least N records count (1)\n"
    "      --buckets N       n-grams are hashed into these (2097152)\n" RUN_HELP
    "\n"
    "Example:\n"
    "  domain-train -o domains.bin hits.jsonl\n";

struct opts {
	const char *output;
	size_t order, min_count, nbit;
	double cost;
};

/* Names by number, and numbers by name. */
struct labels {
	struct str *name;  /* (n) */
	uint32_t *table;   /* (cap): number + 1, 0 is free */
	size_t n, cap;	   /* cap: a power of two, over 2 n */
	struct arena text; /* of the names */
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
	struct labels labels;
	size_t ndoc, cap;
	uint64_t *start;      /* (ndoc + 1), places in the spool */
	uint64_t *mark_start; /* (ndoc + 1), places in mark */
	struct mark *mark;    /* (mark_start[ndoc]) */
	size_t mark_cap;
	FILE *spool;
	struct linear_item *item; /* (start[ndoc]), mapped from spool */
	size_t nbyte;		  /* of it */
	uint32_t *df;		  /* (2^nbit): records that have the bucket */
	uint32_t *count;	  /* (2^nbit): in the record at hand */
	struct linear_item *seen; /* (seen_cap): of the record at hand */
	size_t seen_cap;
	struct feature words, ngrams;
};

static void
labels_grow(struct labels *l)
{
	size_t i, at;

	l->cap = l->cap ? 2 * l->cap : 64;
	free(l->table);
	l->table = mem_zeroed(l->cap, sizeof(*l->table));
	l->name = mem_grow(l->name, l->cap / 2, sizeof(*l->name));
	for (i = 0; i < l->n; i++) {
		at = hash_64(l->name[i].p, l->name[i].len, 0) & (l->cap - 1);
		while (l->table[at] != 0)
			at = (at + 1) & (l->cap - 1);
		l->table[at] = (uint32_t)i + 1;
	}
}

/* The number of a name, a new one if need be. */
static uint32_t
label_number(struct labels *l, struct str name)
{
	size_t at;

	if (2 * (l->n + 1) > l->cap)
		labels_grow(l);
	at = hash_64(name.p, name.len, 0) & (l->cap - 1);
	for (; l->table[at] != 0; at = (at + 1) & (l->cap - 1))
		if (str_eq(l->name[l->table[at] - 1], name))
			return l->table[at] - 1;
	l->name[l->n] = arena_copy(&l->text, name);
	l->table[at] = (uint32_t)++l->n;
	return (uint32_t)l->n - 1;
}

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
	if (fwrite(c->seen, sizeof(*c->seen), nseen, c->spool) != nseen)
		run_write_failed("spool");
	c->start[c->ndoc + 1] = c->start[c->ndoc] + nseen;
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

/* Take one record in; why it can't be, or NULL. */
static const char *
add_record(struct corpus *c, const struct rec *rec, const struct opts *o)
{
	struct str text, *given, *maybe;
	size_t i, ngiven, nmaybe;

	if (!rec_get_str(rec, "text", &text))
		return "no string \"text\"";
	if (!rec_get_strs(rec, "domains", &given, &ngiven))
		return "no array of strings \"domains\"";
	if (!get_maybe(rec, &maybe, &nmaybe))
		return "\"maybe\" is no array of strings";
	for (i = 0; i < ngiven; i++)
		if (!name_is_good(given[i]))
			return "a domain without a name, or with U+0000 in it";
	if (c->ndoc + 1 >= c->cap) {
		c->cap = c->cap ? 2 * c->cap : 1024;
		c->start = mem_grow(c->start, c->cap, sizeof(*c->start));
		c->mark_start =
		    mem_grow(c->mark_start, c->cap, sizeof(*c->mark_start));
	}
	if (c->ndoc == 0)
		c->start[0] = c->mark_start[0] = 0;
	c->mark_start[c->ndoc + 1] = c->mark_start[c->ndoc];
	for (i = 0; i < nmaybe; i++)
		add_mark(c,
		    str_eq(maybe[i], STR("*"))
			? every_label
			: label_number(&c->labels, maybe[i]),
		    MAYBE);
	for (i = 0; i < ngiven; i++)
		add_mark(c, label_number(&c->labels, given[i]), GIVEN);
	add_text(c, text, o);
	c->ndoc++;
	return NULL;
}

static void
corpus_open(struct corpus *c, const struct opts *o)
{
	*c = (struct corpus){0};
	c->spool = save_spool();
	c->df = mem_zeroed((size_t)1 << o->nbit, sizeof(*c->df));
	c->count = mem_zeroed((size_t)1 << o->nbit, sizeof(*c->count));
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

/* Make the spool's buckets and counts dimensions and values, unit length. */
static void
weigh(struct corpus *c, const struct classifier *model)
{
	size_t i, k, n, begin;
	uint64_t to = 0;
	int64_t row;
	float norm;

	if (fflush(c->spool) != 0)
		run_write_failed("spool");
	c->nbyte = c->start[c->ndoc] * sizeof(*c->item);
	if (c->nbyte > 0)
		c->item = mmap(NULL, c->nbyte, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fileno(c->spool), 0);
	if (c->item == MAP_FAILED)
		cli_err(CLI_FATAL, "spool");
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

/*
 * The labels of the model: those given to some record, in the order of their
 * names, whatever the order of the records.  number[] is renewed for marks.
 */
static void
choose_labels(struct classifier *model, struct corpus *c)
{
	size_t i, n = 0;
	uint32_t *order = mem_zeroed(c->labels.n + 1, sizeof(*order));
	uint32_t *number = mem_zeroed(c->labels.n + 1, sizeof(*number));

	for (i = 0; i < c->mark_start[c->ndoc]; i++)
		if (c->mark[i].kind == GIVEN)
			number[c->mark[i].label] = 1;
	for (i = 0; i < c->labels.n; i++)
		if (number[i])
			order[n++] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), by_name, c->labels.name);
	model->nlabel = n;
	model->label = mem_zeroed(n + 1, sizeof(*model->label));
	for (i = 0; i < c->labels.n; i++)
		number[i] = every_label - 1; /* none: nobody is given it */
	for (i = 0; i < n; i++) {
		model->label[i] = c->labels.name[order[i]];
		number[order[i]] = (uint32_t)i;
	}
	for (i = 0; i < c->mark_start[c->ndoc]; i++)
		if (c->mark[i].label != every_label)
			c->mark[i].label = number[c->mark[i].label];
	free(order);
	free(number);
}

/* Fill mark (ndoc, LINEAR_LANE) for the labels from first on. */
static void
mark_lanes(uint8_t *mark, const struct corpus *c, size_t first)
{
	const struct mark *m;
	uint8_t *lane;
	size_t i, j;

	memset(mark, LINEAR_NEGATIVE, c->ndoc * LINEAR_LANE);
	for (i = 0; i < c->ndoc; i++) {
		lane = mark + i * LINEAR_LANE;
		for (j = c->mark_start[i]; j < c->mark_start[i + 1]; j++) {
			m = &c->mark[j];
			if (m->label == every_label)
				memset(lane, LINEAR_MASKED, LINEAR_LANE);
			else if (m->label - first < LINEAR_LANE)
				lane[m->label - first] = m->kind == GIVEN
							     ? LINEAR_POSITIVE
							     : LINEAR_MASKED;
		}
	}
}

/* A label without a negative can't be learnt, and no threshold would help. */
static void
check_lane(const struct classifier *model, size_t label, const uint8_t *mark,
    size_t ndoc)
{
	size_t i, lane = label % LINEAR_LANE;

	for (i = 0; i < ndoc; i++)
		if (mark[i * LINEAR_LANE + lane] == LINEAR_NEGATIVE)
			return;
	cli_errx(CLI_FATAL,
	    "no record is known not to be of \"%.*s\": add records of other "
	    "domains, or with \"domains\":[]",
	    (int)model->label[label].len, model->label[label].p);
}

static void
train(struct classifier *model, const struct corpus *c, const struct opts *o)
{
	struct linear_data data = {c->ndoc, model->nrow, c->start, c->item};
	uint8_t *mark = mem_alloc(c->ndoc * LINEAR_LANE);
	float *weight = mem_zeroed(model->nrow * LINEAR_LANE, sizeof(*weight));
	float *row = (float *)(uintptr_t)model->row;
	float *bias = mem_zeroed(model->nlabel + LINEAR_LANE, sizeof(*bias));
	float *threshold = mem_zeroed(model->nlabel, sizeof(*threshold));
	size_t first, i, j, n;

	model->bias = bias;
	model->threshold = threshold;
	for (first = 0; first < model->nlabel; first += LINEAR_LANE) {
		n = model->nlabel - first;
		if (n > LINEAR_LANE)
			n = LINEAR_LANE;
		mark_lanes(mark, c, first);
		for (j = 0; j < n; j++)
			check_lane(model, first + j, mark, c->ndoc);
		linear_train(&data, mark, o->cost, weight, bias + first);
		for (i = 0; i < model->nrow; i++)
			memcpy(&row[i * (1 + model->nlabel) + 1 + first],
			    &weight[i * LINEAR_LANE], n * sizeof(*weight));
	}
	for (i = 0; i < model->nlabel; i++)
		threshold[i] = 0.5f;
	free(mark);
	free(weight);
}

static void
options(struct opts *o, int argc, char *argv[])
{
	enum {
		OPT_MODEL = RUN_OPT_OWN,
		OPT_WORD_NGRAMS,
		OPT_COST,
		OPT_MIN_COUNT,
		OPT_BUCKETS
	};
	static const struct option longopts[] = {
	    {"output", required_argument, NULL, 'o'},
	    {"model", required_argument, NULL, OPT_MODEL},
	    {"word-ngrams", required_argument, NULL, OPT_WORD_NGRAMS},
	    {"cost", required_argument, NULL, OPT_COST},
	    {"min-count", required_argument, NULL, OPT_MIN_COUNT},
	    {"buckets", required_argument, NULL, OPT_BUCKETS}, RUN_OPTIONS};
	static const char *const models[] = {"linear", NULL};
	size_t nbucket;
	int ch;

	*o = (struct opts){.order = 1, .min_count = 1, .nbit = 21, .cost = 10};
	while ((ch = getopt_long(argc, argv, RUN_SHORT "o:", longopts, NULL)) !=
	       -1)
		switch (ch) {
		case 'o':
			o->output = optarg;
			break;
		case OPT_MODEL:
			cli_choice("--model", optarg, models);
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
			nbucket = cli_size("--buckets", optarg, 1,
			    (size_t)1 << CLASSIFIER_MAX_BIT);
			o->nbit = CLASSIFIER_MIN_BIT;
			while ((size_t)1 << o->nbit < nbucket)
				o->nbit++;
			break;
		default:
			run_option(ch);
		}
	if (o->output == NULL)
		run_usage("-o FILE is missing");
}

int
main(int argc, char *argv[])
{
	struct classifier model = {0};
	struct rec_reader in;
	struct corpus corpus;
	struct buf bytes = {0};
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
		if ((why = add_record(&corpus, &rec, &o)) != NULL)
			rec_bad(&in, "%s", why);
	if (corpus.ndoc == 0)
		cli_errx(CLI_FATAL, "no record to learn from");
	choose_labels(&model, &corpus);
	if (model.nlabel == 0)
		cli_errx(CLI_FATAL, "no record is of any domain");
	choose_rows(&model, &corpus, &o);
	weigh(&corpus, &model);
	train(&model, &corpus, &o);
	classifier_format(&model, &bytes);
	if (fwrite(bytes.p, 1, bytes.len, out.fp) != bytes.len)
		run_write_failed(o.output);
	save_commit(&out);
	return rec_close(&in, stdout);
}
