/* domain-train - make a classifier of domains from labelled records */

#include <stdlib.h>
#include <unistd.h>

#include "base/mapfile.h"
#include "base/mem.h"
#include "base/vocab.h"
#include "classify/classifier.h"
#include "classify/corpus.h"
#include "classify/evaluate.h"
#include "classify/fasttext-file.h"
#include "classify/fasttext-train.h"
#include "classify/fold.h"
#include "classify/labels.h"
#include "classify/linear.h"
#include "classify/predict.h"
#include "classify/wordvec.h"
#include "math/vecmath.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage =
	"usage: domain-train [-hpV] -o FILE [--model linear|fasttext] [--on "
	"text|vec|text,vec]\n"
	"                    [--word-ngrams N] [--min-count N] [--buckets N]\n"
	"                    [--cost C] [--loss ova|softmax] [--minn N] "
	"[--maxn N]\n"
	"                    [--dim N] [--epochs N] [--lr R]\n"
	"                    [--pretrained-vectors FILE] [--threshold P]\n"
	"                    [--fold K/N] [--valid FILE] [--report FILE] "
	"[file ...]\n",
    .about = "Learn from records with \"text\" and \"domains\" to tell the "
	     "domains of others.\n",
    .example = "Example:\n"
	       "  domain-train -o domains.bin hits.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID};

enum { MAX_DIM = 10000, MAX_CHARS = 64 };

struct opts {
	const char *output, *report, *vectors, *valid;
	size_t fold, nfold; /* of --fold; 0: all records count */
	enum { LINEAR, FASTTEXT } model;
	enum { TEXT, VEC, BOTH } on;
	enum { OVA, SOFTMAX } loss;
	struct corpus_opts corpus;
	double cost, threshold;
	struct fasttext_train_opts fit;
};

/* A label without a negative cannot be learnt, and no threshold would help. */
static void
check_labels(const struct labels *t)
{
	size_t j;

	if (t->nlabel == 0)
		cli_errx(CLI_FATAL, "no record is of any domain");
	for (j = 0; j < t->nlabel; j++)
		if (t->nnegative[j] == 0)
			cli_errx(CLI_FATAL,
			    "no record is known not to be of \"%.*s\": add "
			    "records of other domains, or with \"domains\":[]",
			    (int)t->label[j].len, t->label[j].p);
}

/* Weights (rows and entries, LINEAR_LANE) of labels [first, first + n). */
static void
keep_weights(
    struct classifier *model, const float *weight, size_t first, size_t n)
{
	size_t stride = 1 + model->nlabel, i, j;
	float *row = (float *)(uintptr_t)model->row;
	float *entry = (float *)(uintptr_t)model->entry;

	for (i = 0; i < model->nrow; i++, weight += LINEAR_LANE)
		memcpy(
		    &row[i * stride + 1 + first], weight, n * sizeof(*weight));
	/* the model's vectors have length 1 */
	for (i = 0; i < model->ndim; i++, weight += LINEAR_LANE)
		for (j = 0; j < n; j++)
			entry[i * stride + 1 + first + j] =
			    corpus_vec_length * weight[j];
}

static void
train_linear(
    struct classifier *model, const struct corpus *c, const struct opts *o)
{
	size_t ndoc = c->truth.nrecord, first, i, n;
	size_t ndim = model->nrow + model->ndim;
	struct linear_data data = {ndoc, ndim, c->start, c->item};
	uint8_t *mark = mem_alloc(ndoc * LINEAR_LANE);
	float *weight = mem_zeroed(ndim * LINEAR_LANE, sizeof(*weight));
	float *bias = mem_zeroed(model->nlabel + LINEAR_LANE, sizeof(*bias));

	model->bias = bias;
	for (first = 0; first < model->nlabel; first += LINEAR_LANE) {
		n = model->nlabel - first;
		if (n > LINEAR_LANE)
			n = LINEAR_LANE;
		memset(mark, LABELS_MASKED, ndoc * LINEAR_LANE);
		for (i = 0; i < ndoc; i++)
			labels_get(
			    &c->truth, i, first, n, mark + i * LINEAR_LANE);
		linear_train(&data, mark, o->cost, weight, bias + first);
		keep_weights(model, weight, first, n);
	}
	if (!vecmath_finite(model->row, model->nrow * (1 + model->nlabel)) ||
	    !vecmath_finite(model->entry, model->ndim * (1 + model->nlabel)) ||
	    !vecmath_finite(bias, model->nlabel))
		cli_errx(CLI_FATAL,
		    "training diverged: it needs a smaller --cost than %g",
		    o->cost);
	free(mark);
	free(weight);
}

/* White space in a label is written as '_': that must not join two. */
static void
check_names(const struct labels *t)
{
	struct vocab seen = {0};
	struct buf name = {0};
	size_t i;

	for (i = 0; i < t->nlabel; i++) {
		name.len = 0;
		fasttext_file_label(&name, t->label[i]);
		if (vocab_add(&seen, buf_str(&name)) != i)
			cli_errx(CLI_FATAL,
			    "fastText can't tell \"%.*s\" from another domain",
			    (int)t->label[i].len, t->label[i].p);
	}
	buf_release(&name);
	vocab_release(&seen);
}

/* Read the records of --valid, as those of the corpus were. */
static void
read_valid(struct evaluate *t, const struct corpus *c, const struct opts *o)
{
	char *operands[] = {mem_string(str_of(o->valid)), NULL};
	struct corpus_record r;
	struct rec_reader in;
	struct rec rec;
	const char *why;
	size_t nunknown = 0;

	evaluate_init(t, c->truth.label, c->truth.nlabel);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if ((why = corpus_get(c, &rec, &r)) != NULL)
			rec_bad(&in, "%s", why);
		else
			nunknown += evaluate_add(t, &r);
	tool_count("unknown_domains", nunknown);
	rec_close(&in);
	free(operands[0]);
	if (t->nrecord == 0)
		cli_errx(CLI_FATAL, "%s: no record to judge by", o->valid);
}

/* Have the classifier of a file's bytes score the trial. */
static void
try_out(struct evaluate *t, const struct buf *bytes)
{
	struct predictor model;
	const char *why;

	if (!predict_open(&model, buf_str(bytes), &why))
		cli_errx(CLI_FATAL, "%s", why);
	evaluate_run(t, &model);
	predict_close(&model);
}

static void
put_report(
    const struct evaluate *t, const float *threshold, const struct opts *o)
{
	struct buf json = {0};
	struct outfile out;

	if (o->report == NULL)
		return;
	evaluate_report(t, threshold, &json);
	if (strcmp(o->report, "-") == 0) {
		if (fwrite(json.p, 1, json.len, stdout) != json.len)
			tool_write_failed("stdout");
	} else {
		outfile_open(&out, o->report);
		if (fwrite(json.p, 1, json.len, out.fp) != json.len)
			tool_write_failed(o->report);
		outfile_commit(&out);
	}
	buf_release(&json);
}

/* The file of a linear model; t is NULL without --valid. */
static void
make_linear(struct buf *bytes, struct corpus *c, struct evaluate *t,
    float *threshold, const struct opts *o)
{
	struct classifier model = {.nlabel = c->truth.nlabel,
	    .label = c->truth.label,
	    .threshold = threshold};

	corpus_rows(c, &model);
	train_linear(&model, c, o);
	classifier_format(&model, bytes);
	if (t != NULL) {
		try_out(t, bytes);
		evaluate_thresholds(t, threshold);
		bytes->len = 0;
		classifier_format(&model, bytes);
	}
	free((void *)(uintptr_t)model.map);
	free((void *)(uintptr_t)model.rank);
	free((void *)(uintptr_t)model.row);
	free((void *)(uintptr_t)model.entry);
	free((void *)(uintptr_t)model.bias);
}

/* Vectors to start from: their words count, whether or not they occur. */
static void
open_vectors(
    struct wordvec *given, struct str *bytes, struct corpus *c, struct opts *o)
{
	struct wordvec vectors;
	struct str name;

	if (!mapfile_open(bytes, o->vectors))
		cli_err(CLI_FATAL, "%s", o->vectors);
	if (!wordvec_open(given, *bytes))
		cli_errx(CLI_FATAL, "%s: no vectors of words", o->vectors);
	if (tool_given("dim") && o->fit.dim != given->dim)
		cli_errx(CLI_FATAL, "%s: vectors of %zu numbers, not of --dim",
		    o->vectors, given->dim);
	if (given->dim > MAX_DIM)
		cli_errx(CLI_FATAL, "%s: vectors of more than %d numbers",
		    o->vectors, MAX_DIM);
	o->fit.dim = given->dim;
	for (vectors = *given; wordvec_next(&vectors, &name, NULL);)
		if (fasttext_is_word(name))
			vocab_add(&c->words_seen, name);
}

/*
 * Pass over the records until the best figure on --valid is a while ago;
 * bytes are those of the best pass, or of the last without --valid.
 */
static void
descend(struct fasttext_train *fit, struct buf *bytes, struct evaluate *t)
{
	enum { PATIENCE = 5 };
	struct buf now = {0}, swap;
	double ap, best = -1;
	size_t at = 0;

	while (fit->epoch < fit->opts->nepoch) {
		if (!fasttext_train_epoch(fit))
			cli_errx(CLI_FATAL,
			    "training diverged in pass %zu: it needs a smaller "
			    "--lr than %g",
			    fit->epoch, fit->opts->rate);
		if (t == NULL)
			continue;
		now.len = 0;
		fasttext_train_format(fit, &now);
		try_out(t, &now);
		ap = evaluate_ap(t);
		if (ap > best) {
			best = ap;
			at = fit->epoch;
			swap = *bytes;
			*bytes = now;
			now = swap;
		}
		if (fit->epoch - at == PATIENCE)
			break;
	}
	buf_release(&now);
	if (t == NULL)
		fasttext_train_format(fit, bytes);
	tool_count("epochs", t == NULL ? fit->epoch : at);
}

/* The file of fastText's model; t is NULL without --valid. */
static void
make_fasttext(struct buf *bytes, struct corpus *c, struct evaluate *t,
    float *threshold, struct opts *o)
{
	struct fasttext_train_data data;
	struct fasttext_train fit;
	struct wordvec given;
	struct str vectors;

	check_names(&c->truth);
	if (o->vectors != NULL)
		open_vectors(&given, &vectors, c, o);
	data = (struct fasttext_train_data){
	    &c->truth, &c->words_seen, c->start, c->token};
	if (!fasttext_train_init(
		&fit, &data, &o->fit, o->vectors != NULL ? &given : NULL))
		cli_errx(CLI_FATAL, "%s: damaged vectors", o->vectors);
	if (o->vectors != NULL)
		mapfile_close(&vectors);
	descend(&fit, bytes, t);
	fasttext_train_release(&fit);
	if (t != NULL) {
		try_out(t, bytes);
		evaluate_thresholds(t, threshold);
	}
	fasttext_file_tail(bytes, c->truth.label, threshold, c->truth.nlabel);
}

/* "K/N" */
static void
read_fold(void *context, char *arg)
{
	struct opts *o = context;
	char *slash = strchr(arg, '/');

	if (slash == NULL)
		tool_usage("--fold must be K/N");
	*slash = '\0';
	o->nfold = cli_size("--fold K/N", slash + 1, 2, FOLD_MAX);
	o->fold = cli_size("--fold K/N", arg, 1, o->nfold);
	*slash = '/';
}

/* Whether a record is to be learnt from; if not, it is counted, or told. */
static bool
is_wanted(const struct opts *o, struct rec_reader *in, const struct rec *rec)
{
	struct str id;

	if (o->nfold == 0)
		return true;
	if (!rec_need_str(in, rec, tool_id(), &id))
		return false;
	if (fold_of(id, o->nfold) != o->fold)
		return true;
	tool_drop("fold");
	return false;
}

/* Fill in defaults; reject options that contradict each other. */
static void
complete(struct opts *o)
{
	struct fasttext_train_opts *fit = &o->fit;

	if (o->on == VEC && (o->model == FASTTEXT || o->corpus.order ||
				o->corpus.min_count || fit->nbucket))
		tool_usage("--on vec makes a linear model, without n-grams");
	if (o->on == BOTH && o->model == FASTTEXT)
		tool_usage("--on text,vec makes a linear model");
	fit->softmax = o->loss == SOFTMAX;
	if (o->model == LINEAR && fit->softmax)
		tool_usage("--loss softmax needs --model fasttext: a linear "
			   "model learns each domain on its own");
	if (o->model == LINEAR && (fit->maxn > 0 || o->vectors != NULL))
		tool_usage("--minn, --maxn and --pretrained-vectors need "
			   "--model fasttext");
	if (fit->minn > fit->maxn)
		tool_usage("--minn is more than --maxn");
	if (o->corpus.order == 0)
		o->corpus.order = o->model == FASTTEXT ? 2 : 1;
	if (o->corpus.min_count == 0)
		o->corpus.min_count = 1;
	if (fit->nbucket == 0)
		fit->nbucket = o->model == FASTTEXT ? 200000 : 1 << 21;
	o->corpus.nbit = CLASSIFIER_MIN_BIT;
	while ((size_t)1 << o->corpus.nbit < fit->nbucket)
		o->corpus.nbit++;
	if (o->model == FASTTEXT)
		o->corpus.kind = CORPUS_WORDS;
	else if (o->on == VEC)
		o->corpus.kind = CORPUS_VECTOR;
	else if (o->on == BOTH)
		o->corpus.kind = CORPUS_BOTH;
	fit->order = o->corpus.order;
	fit->min_count = o->corpus.min_count;
	if (o->output == NULL)
		tool_usage("-o FILE is missing");
	if (o->report != NULL && o->valid == NULL)
		tool_usage("--report needs --valid");
}

/* Take the options and give back the operands. */
static char **
options(struct opts *o, int argc, char *argv[])
{
	static const char *const models[] = {"linear", "fasttext", NULL};
	static const char *const members[] = {"text", "vec", "text,vec", NULL};
	static const char *const losses[] = {"ova", "softmax", NULL};
	const size_t max_bucket = (size_t)1 << CLASSIFIER_MAX_BIT;
	struct fasttext_train_opts *fit = &o->fit;
	const struct option_row rows[] = {
	    {"o,output", "FILE", "write the classifier here",
		OPTION_STRING(&o->output), .writes = OPTION_ALWAYS},
	    {"model", "linear|fasttext",
		"linear: logistic regression on tf-idf (the default); "
		"fasttext: fastText's model, in its own format",
		OPTION_CHOICE(&o->model, models)},
	    {"on", "text|vec|text,vec",
		"learn from the text (the default), from the vector of "
		"embed-score --vec, or from both",
		OPTION_CHOICE(&o->on, members)},
	    {"word-ngrams", "N",
		"runs of 1 to N words count (linear 1, fasttext 2)",
		OPTION_SIZE(&o->corpus.order, 1, CLASSIFIER_ORDER)},
	    {"min-count", "N",
		"n-grams of at least N records, or words that occur N times, "
		"count (1)",
		OPTION_SIZE(&o->corpus.min_count, 1, UINT32_MAX)},
	    {"buckets", "N",
		"hash n-grams into so many buckets (linear 2097152, fasttext "
		"200000)",
		OPTION_SIZE(&fit->nbucket, 1, max_bucket)},
	    {"cost", "C", "linear: weight of an error against simplicity (10)",
		OPTION_REAL(&o->cost, 1e-6, 1e6)},
	    {"loss", "ova|softmax",
		"fasttext: ova, each domain on its own (the default); "
		"softmax, the domains exclude each other",
		OPTION_CHOICE(&o->loss, losses)},
	    {"minn", "N",
		"fasttext: the shortest run of characters of a word that "
		"counts (0)",
		OPTION_SIZE(&fit->minn, 0, MAX_CHARS)},
	    {"maxn", "N", "fasttext: the longest such run (0: none counts)",
		OPTION_SIZE(&fit->maxn, 0, MAX_CHARS)},
	    {"dim", "N", "fasttext: width of a word's vector (64)",
		OPTION_SIZE(&fit->dim, 1, MAX_DIM)},
	    {"epochs", "N", "fasttext: passes over the records (25)",
		OPTION_SIZE(&fit->nepoch, 1, 10000)},
	    {"lr", "R", "fasttext: step of the first pass (0.5)",
		OPTION_REAL(&fit->rate, 1e-6, 100)},
	    {"pretrained-vectors", "FILE",
		"fasttext: start from the words' vectors in a .vec",
		OPTION_STRING(&o->vectors)},
	    {"threshold", "P",
		"decide from this probability on, where --valid chooses none "
		"(0.5)",
		OPTION_REAL(&o->threshold, 0, 1)},
	    {"fold", "K/N",
		"learn nothing from the records of the Kth of N parts, by "
		"their ids: domain-tag --crosswise",
		OPTION_CALL(read_fold, o)},
	    {"valid", "FILE",
		"choose each domain's threshold on these records, and "
		"fasttext's best epoch",
		OPTION_STRING(&o->valid)},
	    {"report", "FILE",
		"figures on --valid, a JSON object (- is stdout)",
		OPTION_STRING(&o->report), .writes = OPTION_ALWAYS},
	    {.name = NULL}};
	char **operands;

	*o = (struct opts){.cost = 10,
	    .threshold = 0.5,
	    .fit = {.dim = 64, .nepoch = 25, .rate = 0.5}};
	operands = tool_init(argc, argv, &help, rows, NULL);
	complete(o);
	return operands;
}

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct corpus corpus;
	struct evaluate trial, *t = NULL;
	struct buf bytes = {0};
	struct corpus_record r;
	struct opts o;
	struct outfile out;
	struct rec rec;
	const char *why;
	char **operands;
	float *threshold;
	size_t i;

	operands = options(&o, argc, argv);
	outfile_open(&out, o.output);
	corpus_open(&corpus, &o.corpus);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if (!is_wanted(&o, &in, &rec))
			continue;
		else if ((why = corpus_get(&corpus, &rec, &r)) != NULL)
			rec_bad(&in, "%s", why);
		else
			corpus_add(&corpus, &r);
	if (corpus.truth.nrecord == 0)
		cli_errx(CLI_FATAL, "no record to learn from");
	corpus_settle(&corpus);
	check_labels(&corpus.truth);
	if (o.valid != NULL)
		read_valid(t = &trial, &corpus, &o);
	threshold = mem_alloc(corpus.truth.nlabel * sizeof(*threshold));
	for (i = 0; i < corpus.truth.nlabel; i++)
		threshold[i] = (float)o.threshold;
	if (o.model == FASTTEXT)
		make_fasttext(&bytes, &corpus, t, threshold, &o);
	else
		make_linear(&bytes, &corpus, t, threshold, &o);
	if (t != NULL) {
		put_report(t, threshold, &o);
		evaluate_release(t);
	}
	if (fwrite(bytes.p, 1, bytes.len, out.fp) != bytes.len)
		tool_write_failed(o.output);
	outfile_commit(&out);
	buf_release(&bytes);
	free(threshold);
	corpus_close(&corpus);
	rec_close(&in);
	return tool_end(stdout);
}
