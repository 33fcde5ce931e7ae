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
#include "classify/labels.h"
#include "classify/linear.h"
#include "classify/predict.h"
#include "classify/wordvec.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const char usage[] =
    "usage: domain-train [-hpV] -o FILE [--model linear|fasttext] [--on "
    "text|vec]\n"
    "                    [--word-ngrams N] [--min-count N] [--buckets N]\n"
    "                    [--cost C] [--loss ova|softmax] [--minn N] [--maxn "
    "N]\n"
    "                    [--dim N] [--epochs N] [--lr R]\n"
    "                    [--pretrained-vectors FILE] [--valid FILE]\n"
    "                    [--report FILE] [file ...]\n";

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
    "      --loss NAME       fasttext: ova, each domain on its own (the "
    "default);\n"
    "                        softmax, the domains exclude each other\n"
    "      --minn N          fasttext: runs of N characters of a word count,\n"
    "      --maxn N          to runs of N of them (0: none)\n"
    "      --dim N           fasttext: width of a word's vector (64)\n"
    "      --epochs N        fasttext: passes over the records (25)\n"
    "      --lr R            fasttext: step of the first pass (0.5)\n"
    "      --pretrained-vectors FILE\n"
    "                        fasttext: start from the words' vectors in a "
    ".vec\n"
    "      --valid FILE      choose each domain's threshold on these records, "
    "and\n"
    "                        fasttext's best epoch\n"
    "      --report FILE     figures on --valid, a JSON object (- is "
    "stdout)\n" TOOL_HELP "\n"
    "Example:\n"
    "  domain-train -o domains.bin hits.jsonl\n";

enum { MAX_DIM = 10000, MAX_CHARS = 64 };

struct opts {
	const char *output, *report, *vectors;
	char *valid[2]; /* NULL-terminated */
	bool fasttext;	/* the model */
	bool vec;	/* --on */
	struct corpus_opts corpus;
	double cost;
	bool given_dim;
	struct fasttext_train_opts fit;
};

/* A label without a negative can't be learnt, and no threshold would help. */
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

static void
train_linear(
    struct classifier *model, const struct corpus *c, const struct opts *o)
{
	size_t ndoc = c->truth.nrecord, first, i, n;
	struct linear_data data = {ndoc, model->nrow, c->start, c->item};
	uint8_t *mark = mem_alloc(ndoc * LINEAR_LANE);
	float *weight = mem_zeroed(model->nrow * LINEAR_LANE, sizeof(*weight));
	float *row = (float *)(uintptr_t)model->row;
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
		for (i = 0; i < model->nrow; i++)
			memcpy(&row[i * (1 + model->nlabel) + 1 + first],
			    &weight[i * LINEAR_LANE], n * sizeof(*weight));
	}
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
	struct corpus_record r;
	struct rec_reader in;
	struct rec rec;
	const char *why;
	size_t nunknown = 0;

	evaluate_init(t, c->truth.label, c->truth.nlabel);
	rec_open(&in, o->valid);
	while (rec_read(&in, &rec))
		if ((why = corpus_get(c, &rec, &r)) != NULL)
			rec_bad(&in, "%s", why);
		else
			nunknown += evaluate_add(t,
			    o->vec ? (struct str){(const char *)r.vec,
					 r.dim * sizeof(*r.vec)}
				   : r.text,
			    r.given, r.ngiven, r.maybe, r.nmaybe);
	tool_count("unknown_domains", nunknown);
	rec_close(&in);
	if (t->nrecord == 0)
		cli_errx(CLI_FATAL, "%s: no record to judge by", o->valid[0]);
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
	if (o->given_dim && o->fit.dim != given->dim)
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
		fasttext_train_epoch(fit);
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

/* What was not given, and what does not go together. */
static void
complete(struct opts *o)
{
	struct fasttext_train_opts *fit = &o->fit;

	if (o->vec && (o->fasttext || o->corpus.order || o->corpus.min_count ||
			  fit->nbucket))
		tool_usage("--on vec makes a linear model, without n-grams");
	if (!o->fasttext && fit->softmax)
		tool_usage("a linear model learns each domain on its own: "
			   "--loss softmax is for fasttext");
	if (!o->fasttext && (fit->maxn > 0 || o->vectors != NULL))
		tool_usage("characters and vectors of words are for fasttext");
	if (fit->minn > fit->maxn)
		tool_usage("--minn is more than --maxn");
	if (o->corpus.order == 0)
		o->corpus.order = o->fasttext ? 2 : 1;
	if (o->corpus.min_count == 0)
		o->corpus.min_count = 1;
	if (fit->nbucket == 0)
		fit->nbucket = o->fasttext ? 200000 : 1 << 21;
	o->corpus.nbit = CLASSIFIER_MIN_BIT;
	while ((size_t)1 << o->corpus.nbit < fit->nbucket)
		o->corpus.nbit++;
	if (o->fasttext)
		o->corpus.kind = CORPUS_WORDS;
	else if (o->vec)
		o->corpus.kind = CORPUS_VECTOR;
	fit->order = o->corpus.order;
	fit->min_count = o->corpus.min_count;
	if (o->output == NULL)
		tool_usage("-o FILE is missing");
	if (o->report != NULL && o->valid[0] == NULL)
		tool_usage("--report needs --valid");
}

enum {
	OPT_MODEL = TOOL_OPT_OWN,
	OPT_ON,
	OPT_WORD_NGRAMS,
	OPT_COST,
	OPT_LOSS,
	OPT_MINN,
	OPT_MAXN,
	OPT_DIM,
	OPT_EPOCHS,
	OPT_LR,
	OPT_MIN_COUNT,
	OPT_BUCKETS,
	OPT_VECTORS,
	OPT_VALID,
	OPT_REPORT
};

static void
set_option(struct opts *o, int ch)
{
	static const char *const models[] = {"linear", "fasttext", NULL};
	static const char *const members[] = {"text", "vec", NULL};
	static const char *const losses[] = {"ova", "softmax", NULL};
	struct fasttext_train_opts *fit = &o->fit;

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
		o->corpus.order =
		    cli_size("--word-ngrams", optarg, 1, CLASSIFIER_ORDER);
		break;
	case OPT_COST:
		o->cost = cli_real("--cost", optarg, 1e-6, 1e6);
		break;
	case OPT_MIN_COUNT:
		o->corpus.min_count =
		    cli_size("--min-count", optarg, 1, UINT32_MAX);
		break;
	case OPT_BUCKETS:
		fit->nbucket = cli_size(
		    "--buckets", optarg, 1, (size_t)1 << CLASSIFIER_MAX_BIT);
		break;
	case OPT_LOSS:
		fit->softmax = cli_choice("--loss", optarg, losses);
		break;
	case OPT_MINN:
		fit->minn = cli_size("--minn", optarg, 0, MAX_CHARS);
		break;
	case OPT_MAXN:
		fit->maxn = cli_size("--maxn", optarg, 0, MAX_CHARS);
		break;
	case OPT_DIM:
		fit->dim = cli_size("--dim", optarg, 1, MAX_DIM);
		o->given_dim = true;
		break;
	case OPT_EPOCHS:
		fit->nepoch = cli_size("--epochs", optarg, 1, 10000);
		break;
	case OPT_LR:
		fit->rate = cli_real("--lr", optarg, 1e-6, 100);
		break;
	case OPT_VECTORS:
		o->vectors = optarg;
		break;
	case OPT_VALID:
		o->valid[0] = optarg;
		break;
	case OPT_REPORT:
		o->report = optarg;
		break;
	default:
		tool_option(ch);
	}
}

static void
options(struct opts *o, int argc, char *argv[])
{
	static const struct option longopts[] = {
	    {"output", required_argument, NULL, 'o'},
	    {"model", required_argument, NULL, OPT_MODEL},
	    {"on", required_argument, NULL, OPT_ON},
	    {"word-ngrams", required_argument, NULL, OPT_WORD_NGRAMS},
	    {"cost", required_argument, NULL, OPT_COST},
	    {"loss", required_argument, NULL, OPT_LOSS},
	    {"minn", required_argument, NULL, OPT_MINN},
	    {"maxn", required_argument, NULL, OPT_MAXN},
	    {"dim", required_argument, NULL, OPT_DIM},
	    {"epochs", required_argument, NULL, OPT_EPOCHS},
	    {"lr", required_argument, NULL, OPT_LR},
	    {"min-count", required_argument, NULL, OPT_MIN_COUNT},
	    {"buckets", required_argument, NULL, OPT_BUCKETS},
	    {"pretrained-vectors", required_argument, NULL, OPT_VECTORS},
	    {"valid", required_argument, NULL, OPT_VALID},
	    {"report", required_argument, NULL, OPT_REPORT}, TOOL_OPTIONS};
	int ch;

	*o = (struct opts){
	    .cost = 10, .fit = {.dim = 64, .nepoch = 25, .rate = 0.5}};
	while ((ch = getopt_long(
		    argc, argv, TOOL_SHORT "o:", longopts, NULL)) != -1)
		set_option(o, ch);
	complete(o);
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
	float *threshold;
	size_t i;

	tool_init(argc, argv, usage, help);
	options(&o, argc, argv);
	outfile_open(&out, o.output);
	corpus_open(&corpus, &o.corpus);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		if ((why = corpus_get(&corpus, &rec, &r)) != NULL)
			rec_bad(&in, "%s", why);
		else
			corpus_add(&corpus, &r);
	if (corpus.truth.nrecord == 0)
		cli_errx(CLI_FATAL, "no record to learn from");
	corpus_settle(&corpus);
	check_labels(&corpus.truth);
	if (o.valid[0] != NULL)
		read_valid(t = &trial, &corpus, &o);
	threshold = mem_alloc(corpus.truth.nlabel * sizeof(*threshold));
	for (i = 0; i < corpus.truth.nlabel; i++)
		threshold[i] = 0.5f;
	if (o.fasttext)
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
