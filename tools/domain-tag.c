/* domain-tag - tell the domains of records by a classifier */

#include <errno.h>
#include <stdlib.h>

#include "base/mapfile.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "classify/predict.h"
#include "math/float16.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage = "usage: domain-tag [-hpV] --model FILE [--threshold P] [--as "
	     "MEMBER] [--all]\n"
	     "                  [--window N] [--mean] [file ...]\n",
    .about = "Set \"domains\" and \"scores\" of records by a classifier of "
	     "domain-train.\n",
    .example = "Example:\n"
	       "  domain-tag --model domains.bin docs.jsonl > tagged.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1};

struct opts {
	const char *model;
	const char *member; /* --as, or NULL */
	char *scores;	    /* the member of the scores */
	double threshold;   /* < 0: the model's */
	size_t window;	    /* words; 0: all at once */
	bool all, mean;
};

struct work {
	struct str bytes; /* of the model, mapped */
	struct predictor tagger;
	float *threshold; /* (nlabel) */
	float *p, *best;  /* (nlabel) */
	bool known;	  /* the model knows something of the record at hand */
	float *vector;	  /* (dim) of a model of vectors */
	uint32_t *order;  /* (nlabel): decided labels, best first */
	struct str *name; /* (nlabel): likewise */
	struct str *quoted; /* (nlabel): as JSON strings */
	struct arena text;  /* of quoted */
	struct buf json;
};

/* Take the options and give back the operands. */
static char **
options(struct opts *o, int argc, char *argv[])
{
	const struct option_row rows[] = {
	    {"model", "FILE", "the classifier: also fastText's .bin and .ftz",
		OPTION_STRING(&o->model)},
	    {"threshold", "P", "decide from this probability on (the model's)",
		OPTION_REAL(&o->threshold, 0, 1)},
	    {"as", "MEMBER",
		"set MEMBER to the best label instead, and MEMBER_scores",
		OPTION_STRING(&o->member)},
	    {"all", NULL, "scores of every label, not of those decided alone",
		OPTION_FLAG(&o->all)},
	    {"window", "N",
		"judge long texts N words at a time; the best counts",
		OPTION_SIZE(&o->window, 1, SIZE_MAX)},
	    {"mean", NULL, "the mean of the windows counts",
		OPTION_FLAG(&o->mean)},
	    {.name = NULL}};
	char **operands;
	size_t len;

	*o = (struct opts){.threshold = -1};
	operands = tool_init(argc, argv, &help, rows, NULL);
	if (o->model == NULL)
		tool_usage("--model FILE is missing");
	if (o->mean && o->window == 0)
		tool_usage("--mean needs --window");
	if (o->member == NULL) {
		o->scores = mem_string(STR("scores"));
		return operands;
	}
	if (*o->member == '\0' ||
	    utf8_valid(str_of(o->member)) != strlen(o->member))
		tool_usage("--as wants a name in UTF-8");
	len = strlen(o->member) + sizeof("_scores");
	o->scores = mem_alloc(len);
	snprintf(o->scores, len, "%s_scores", o->member);
	return operands;
}

static void
work_init(struct work *w, const struct opts *o)
{
	const char *why;
	size_t i, n;

	*w = (struct work){0};
	if (!mapfile_open(&w->bytes, o->model))
		cli_err(CLI_FATAL, "%s", o->model);
	if (!predict_open(&w->tagger, w->bytes, &why))
		cli_errx(CLI_FATAL, "%s: %s", o->model, why);
	if (w->tagger.dim > 0 && o->window > 0)
		tool_usage("--window is for texts, and the model for vectors");
	n = w->tagger.nlabel;
	w->threshold = mem_zeroed(n, sizeof(*w->threshold));
	w->p = mem_zeroed(n, sizeof(*w->p));
	w->best = mem_zeroed(n, sizeof(*w->best));
	w->vector = mem_zeroed(w->tagger.dim + 1, sizeof(*w->vector));
	w->order = mem_zeroed(n, sizeof(*w->order));
	w->name = mem_zeroed(n, sizeof(*w->name));
	w->quoted = mem_zeroed(n, sizeof(*w->quoted));
	for (i = 0; i < n; i++) {
		w->quoted[i] = json_quote(&w->text, w->tagger.label[i]);
		w->threshold[i] = o->threshold >= 0
				      ? (float)o->threshold
				      : predict_threshold(&w->tagger, i);
	}
}

static void
work_release(struct work *w)
{
	predict_close(&w->tagger);
	mapfile_close(&w->bytes);
	free(w->threshold);
	free(w->p);
	free(w->best);
	free(w->vector);
	free(w->order);
	free(w->name);
	free(w->quoted);
	arena_release(&w->text);
	buf_release(&w->json);
}

/*
 * Fill w->best with the probabilities of a text, by its windows of which the
 * model knows something; zeros, and not w->known, if there is none.
 */
static void
score(struct work *w, const struct opts *o, struct str text)
{
	size_t i, j, n = predict_cut(&w->tagger, text), step, nwindow = 0;
	size_t nlabel = w->tagger.nlabel;

	step = o->window > 0 && o->window < n ? o->window : n;
	memset(w->best, 0, nlabel * sizeof(*w->best));
	for (i = 0; i < n; i += step) {
		if (!predict_score(
			&w->tagger, i, n - i < step ? n : i + step, w->p))
			continue;
		nwindow++;
		for (j = 0; j < nlabel; j++)
			if (o->mean)
				w->best[j] += w->p[j];
			else if (w->p[j] > w->best[j])
				w->best[j] = w->p[j];
	}
	w->known = nwindow > 0;
	if (o->mean && w->known)
		for (j = 0; j < nlabel; j++)
			w->best[j] /= (float)nwindow;
}

/* Fill w->best and w->known for a record; why that can't be, or NULL. */
static const char *
judge(struct work *w, const struct opts *o, const struct rec *rec)
{
	struct str text;

	if (w->tagger.dim == 0) {
		if (!rec_get_str(rec, tool_text(), &text))
			return rec_no_str(rec, tool_text());
		score(w, o, text);
		return NULL;
	}
	if (!rec_get_str(rec, "vec", &text))
		return "no string \"vec\"";
	if (float16_count(text) != w->tagger.dim ||
	    !float16_parse(text, w->vector, w->tagger.dim))
		return "\"vec\" is no vector of the model's width";
	w->known = predict_score_vector(&w->tagger, w->vector, w->best);
	return NULL;
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
tag(struct work *w, const struct opts *o, struct rec *rec)
{
	size_t i, n = 0;
	bool good;

	w->json.len = 0;
	buf_putc(&w->json, '{');
	for (i = 0; i < w->tagger.nlabel; i++) {
		good = w->known && w->best[i] >= w->threshold[i];
		if (good)
			w->order[n++] = (uint32_t)i;
		if (!good && !o->all)
			continue;
		if (w->json.len > 1)
			buf_putc(&w->json, ',');
		buf_puts(&w->json, w->quoted[i]);
		buf_putc(&w->json, ':');
		json_put_real(&w->json, w->best[i]);
	}
	buf_putc(&w->json, '}');
	qsort_r(w->order, n, sizeof(*w->order), by_score, w->best);
	for (i = 0; i < n; i++)
		w->name[i] = w->tagger.label[w->order[i]];
	rec_set(rec, o->scores, arena_copy(rec->mem, buf_str(&w->json)));
	if (o->member == NULL)
		rec_set_strs(rec, "domains", w->name, n);
	else if (n > 0)
		rec_set_str(rec, o->member, w->name[0]);
	else
		rec_remove(rec, o->member);
}

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct work work;
	struct opts o;
	struct rec rec;
	const char *why;
	char **operands;

	operands = options(&o, argc, argv);
	work_init(&work, &o);
	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if ((why = judge(&work, &o, &rec)) == NULL)
			tag(&work, &o, &rec);
		else
			rec_bad(&in, "%s", why);
		if (predict_odd(&work.tagger))
			cli_errx(CLI_FATAL,
			    "%s: the classifier holds what is infinite or no "
			    "number",
			    o.model);
		rec_write(&rec, stdout);
	}
	work_release(&work);
	free(o.scores);
	rec_close(&in);
	return tool_end(stdout);
}
