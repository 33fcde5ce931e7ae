/* domain-tag - tell the domains of records by a classifier */

#include <errno.h>
#include <stdlib.h>

#include "classifier.h"
#include "fasttext.h"
#include "feature.h"
#include "json.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "run.h"
#include "utf8.h"

static const char usage[] =
    "usage: domain-tag [-hpV] --model FILE [--threshold P] [--as MEMBER] "
    "[--all]\n"
    "                  [--window N] [--mean] [file ...]\n";

static const char help[] =
    "\n"
    "Set \"domains\" and \"scores\" of records by a classifier of "
    "domain-train.\n\n"
    "      --model FILE      the classifier: also fastText's .bin and .ftz\n"
    "      --threshold P     decide from this probability on (the model's)\n"
    "      --as MEMBER       set MEMBER to the best label instead, and "
    "MEMBER_scores\n"
    "      --all             scores of every label, not of those decided "
    "alone\n"
    "      --window N        judge long texts N words at a time; the best "
    "counts\n"
    "      --mean            the mean of the windows counts\n" RUN_HELP "\n"
    "Example:\n"
    "  domain-tag --model domains.bin docs.jsonl > tagged.jsonl\n";

struct opts {
	const char *model;
	const char *member; /* --as, or NULL */
	char *scores;	    /* the member of the scores */
	double threshold;   /* < 0: the model's */
	size_t window;	    /* words; 0: all at once */
	bool all, mean;
};

/* A model of either kind, and scratch for it. */
struct tagger {
	bool is_fasttext;
	struct classifier linear;
	struct classifier_work linear_work;
	struct feature words, ngrams;
	struct fasttext fasttext;
	struct fasttext_work fasttext_work;
	size_t nlabel;
	struct str *label;  /* (nlabel) */
	float *threshold;   /* (nlabel) */
	float *p, *best;    /* (nlabel) */
	uint32_t *order;    /* (nlabel): decided labels, best first */
	struct str *name;   /* (nlabel): likewise */
	struct str *quoted; /* (nlabel): as JSON strings */
	struct arena text;  /* of quoted */
	struct buf json;
};

static void
options(struct opts *o, int argc, char *argv[])
{
	enum {
		OPT_MODEL = RUN_OPT_OWN,
		OPT_THRESHOLD,
		OPT_AS,
		OPT_ALL,
		OPT_WINDOW,
		OPT_MEAN
	};
	static const struct option longopts[] = {
	    {"model", required_argument, NULL, OPT_MODEL},
	    {"threshold", required_argument, NULL, OPT_THRESHOLD},
	    {"as", required_argument, NULL, OPT_AS},
	    {"all", no_argument, NULL, OPT_ALL},
	    {"window", required_argument, NULL, OPT_WINDOW},
	    {"mean", no_argument, NULL, OPT_MEAN}, RUN_OPTIONS};
	size_t len;
	int ch;

	*o = (struct opts){.threshold = -1};
	while ((ch = getopt_long(argc, argv, RUN_SHORT, longopts, NULL)) != -1)
		switch (ch) {
		case OPT_MODEL:
			o->model = optarg;
			break;
		case OPT_THRESHOLD:
			o->threshold = cli_real("--threshold", optarg, 0, 1);
			break;
		case OPT_AS:
			o->member = optarg;
			break;
		case OPT_ALL:
			o->all = true;
			break;
		case OPT_WINDOW:
			o->window = cli_size("--window", optarg, 1, SIZE_MAX);
			break;
		case OPT_MEAN:
			o->mean = true;
			break;
		default:
			run_option(ch);
		}
	if (o->model == NULL)
		run_usage("--model FILE is missing");
	if (o->mean && o->window == 0)
		run_usage("--mean needs --window");
	if (o->member == NULL) {
		o->scores = mem_string(STR("scores"));
		return;
	}
	if (*o->member == '\0' ||
	    utf8_valid(str_of(o->member)) != strlen(o->member))
		run_usage("--as wants a name in UTF-8");
	len = strlen(o->member) + sizeof("_scores");
	o->scores = mem_alloc(len);
	snprintf(o->scores, len, "%s_scores", o->member);
}

static void
open_model(struct tagger *t, const char *path)
{
	struct str bytes;
	const char *why;

	if (!map_open(&bytes, path))
		cli_err(CLI_FATAL, "%s", path);
	t->is_fasttext = fasttext_is(bytes);
	if (t->is_fasttext) {
		if (!fasttext_open(&t->fasttext, bytes, &why))
			cli_errx(CLI_FATAL, "%s: %s", path, why);
		fasttext_work_init(&t->fasttext_work, &t->fasttext);
		t->nlabel = t->fasttext.nlabel;
		t->label = t->fasttext.label;
	} else {
		if (!classifier_open(&t->linear, bytes, &why))
			cli_errx(CLI_FATAL, "%s: %s", path, why);
		classifier_work_init(&t->linear_work, &t->linear);
		t->nlabel = t->linear.nlabel;
		t->label = t->linear.label;
	}
}

static void
tagger_init(struct tagger *t, const struct opts *o)
{
	size_t i, n;

	*t = (struct tagger){0};
	open_model(t, o->model);
	n = t->nlabel;
	t->threshold = mem_zeroed(n, sizeof(*t->threshold));
	t->p = mem_zeroed(n, sizeof(*t->p));
	t->best = mem_zeroed(n, sizeof(*t->best));
	t->order = mem_zeroed(n, sizeof(*t->order));
	t->name = mem_zeroed(n, sizeof(*t->name));
	t->quoted = mem_zeroed(n, sizeof(*t->quoted));
	for (i = 0; i < n; i++) {
		t->quoted[i] = json_quote(&t->text, t->label[i]);
		if (o->threshold >= 0)
			t->threshold[i] = (float)o->threshold;
		else if (!t->is_fasttext)
			t->threshold[i] = t->linear.threshold[i];
		else
			t->threshold[i] = t->fasttext.threshold != NULL
					      ? t->fasttext.threshold[i]
					      : 0.5f;
	}
}

/* Cut the text into words, as the model sees them; how many. */
static size_t
cut(struct tagger *t, struct str text)
{
	if (t->is_fasttext) {
		fasttext_cut(&t->fasttext, &t->fasttext_work, text);
		return t->fasttext_work.ntoken;
	}
	feature_words(&t->words, text);
	return t->words.n;
}

/* Fill t->p for the words in [begin, end). */
static void
score_window(struct tagger *t, size_t begin, size_t end)
{
	if (t->is_fasttext) {
		fasttext_score(
		    &t->fasttext, &t->fasttext_work, begin, end, t->p);
		return;
	}
	feature_join(
	    &t->ngrams, t->words.hash + begin, end - begin, t->linear.order);
	classifier_score(
	    &t->linear, &t->linear_work, t->ngrams.hash, t->ngrams.n, t->p);
}

/* Fill t->best with the probabilities of a text. */
static void
score(struct tagger *t, const struct opts *o, struct str text)
{
	size_t i, j, n = cut(t, text), step, nwindow = 0;

	step = o->window > 0 && o->window < n ? o->window : n;
	memset(t->best, 0, t->nlabel * sizeof(*t->best));
	for (i = 0; i < n || nwindow == 0; i += step) {
		score_window(t, i, n - i < step ? n : i + step);
		nwindow++;
		for (j = 0; j < t->nlabel; j++)
			if (o->mean)
				t->best[j] += t->p[j];
			else if (t->p[j] > t->best[j])
				t->best[j] = t->p[j];
	}
	if (o->mean)
		for (j = 0; j < t->nlabel; j++)
			t->best[j] /= (float)nwindow;
}

static int
by_score(const void *a, const void *b, void *arg)
{
	const float *p = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (p[x] != p[y])
		return p[x] > p[y] ? -1 : 1;
	return (x > y) - (x < y);
}

static void
tag(struct tagger *t, const struct opts *o, struct rec *rec)
{
	size_t i, n = 0;
	bool good;

	t->json.len = 0;
	buf_putc(&t->json, '{');
	for (i = 0; i < t->nlabel; i++) {
		good = t->best[i] >= t->threshold[i];
		if (good)
			t->order[n++] = (uint32_t)i;
		if (!good && !o->all)
			continue;
		if (t->json.len > 1)
			buf_putc(&t->json, ',');
		buf_puts(&t->json, t->quoted[i]);
		buf_putc(&t->json, ':');
		json_put_real(&t->json, t->best[i]);
	}
	buf_putc(&t->json, '}');
	qsort_r(t->order, n, sizeof(*t->order), by_score, t->best);
	for (i = 0; i < n; i++)
		t->name[i] = t->label[t->order[i]];
	rec_set(rec, o->scores, arena_copy(rec->mem, buf_str(&t->json)));
	if (o->member == NULL)
		rec_set_strs(rec, "domains", t->name, n);
	else if (n > 0)
		rec_set_str(rec, o->member, t->name[0]);
	else
		rec_remove(rec, o->member);
}

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct tagger tagger;
	struct opts o;
	struct rec rec;
	struct str text;

	run_init(argc, argv, usage, help);
	options(&o, argc, argv);
	tagger_init(&tagger, &o);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec)) {
		if (rec_get_str(&rec, "text", &text)) {
			score(&tagger, &o, text);
			tag(&tagger, &o, &rec);
		} else {
			rec_bad(&in, "no string \"text\"");
		}
		rec_write(&rec, stdout);
	}
	return rec_close(&in, stdout);
}
