/* embed-score - find the records that are near to seeds */

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "encode/calibrate.h"
#include "encode/encoder.h"
#include "encode/window.h"
#include "math/gemm.h"
#include "mine/contrast.h"
#include "mine/decide.h"
#include "mine/expect.h"
#include "mine/histogram.h"
#include "mine/merge.h"
#include "mine/panel.h"
#include "mine/seeds.h"
#include "mine/select.h"
#include "record/json-writer.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

enum form { SCORE, CALIBRATE, MERGE };

struct opts {
	struct option_list models; /* folders */
	const char *model;	   /* the first of them, or NULL */
	struct option_list seeds;  /* files */
	enum { CONTRAST, COSINE } score;
	struct select_rule rule;
	size_t window, rng, dim;
	bool vec;
	enum { DOPAMINE } preset;
	enum transformer_windows windows;
	enum { FLOAT32, INT8 } precision;
	const char *prompt_seeds, *prompt_records; /* or NULL: the folder's */
	const char *histogram;			   /* file, or "-", or NULL */
	const char *expect;			   /* likewise */
};

static const struct tool_help help = {
    .usage =
	"usage: embed-score --model DIR --seeds FILE [--score "
	"contrast|cosine]\n"
	"                   [--min-score P] [--second S] [--share Q] "
	"[--per-seed K]\n"
	"                   [--min-sim T] [--preset dopamine] [--background "
	"N]\n"
	"                   [--histogram FILE] [--expect FILE] [--vec]\n"
	"                   [--windows first|mean|max] [--dim N]\n"
	"                   [--prompt-seeds TEXT --prompt-records TEXT]\n"
	"                   [--precision float32|int8] [--window N] [--rng N]\n"
	"                   [file ...]\n"
	"       embed-score --model DIR --vec [--windows first|mean|max]\n"
	"                   [--dim N] [--prompt-records TEXT]\n"
	"                   [--precision float32|int8] [--window N] [file "
	"...]\n"
	"       embed-score --model DIR --calibrate [--windows "
	"first|mean|max]\n"
	"                   [--dim N] [--prompt-records TEXT]\n"
	"                   [--precision float32|int8] [--window N] [--rng N]\n"
	"                   [file ...]\n"
	"       embed-score --merge --per-seed K [--min-sim T] [--background "
	"N]\n"
	"                   [--rng N] [file ...]\n"
	"       embed-score --merge --share Q [--background N] [--rng N] [file "
	"...]\n",
    .about = "Pass on the records that are near to seeds, with their scores.\n",
    .example = "Example:\n"
	       "  embed-score --model model --seeds seeds.jsonl docs.jsonl\n",
    .forms = (const char *const[]){[SCORE] = "",
	[CALIBRATE] = "--calibrate",
	[MERGE] = "--merge",
	NULL},
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1 << SCORE | 1 << MERGE};

struct job {
	const struct opts *o;
	struct encoder *encoder; /* or NULL: all have their vec */
	struct seeds seeds;
	struct contrast contrast;
	struct select select;
	struct histogram best_sim, best_score; /* of each record */
	struct expect expect;
	struct panel panel; /* encoders after the first */
	struct str *text;   /* (block), where there is a panel */
	bool use_contrast;
	struct window window;
	struct rec_reader in;

	/* a block of the window's items, of block rows at most, scored at once */
	size_t block;
	float *work;  /* (block, dim) */
	float *sim;   /* (block, nseed) */
	float *score; /* (block, ndomain) */
};

/* Write a record with what was found of it. */
static void
emit(struct job *j, struct str line, const float *score)
{
	struct arena mem = {0};
	struct rec rec;
	const char *why;

	if (!rec_parse(&rec, &mem, line, &why))
		cli_errx(CLI_FATAL, "a spooled record was lost: %s", why);
	select_set(&j->select, &rec, score);
	if (j->o->expect != NULL)
		expect_kept(&j->expect, score, j->select.keep);
	rec_write(&rec, stdout);
	arena_release(&mem);
}

/* Each item's first row of x, of width columns: the largest of its rows. */
static void
take_largest(
    const struct window *win, size_t from, size_t to, float *x, size_t width)
{
	size_t base = win->item[from].row, r, w, i;
	const float *row;
	float *best;

	for (r = from; r < to; r++) {
		best = x + (win->item[r].row - base) * width;
		for (w = 1; w < win->item[r].nrow; w++) {
			row = best + w * width;
			for (i = 0; i < width; i++)
				if (row[i] > best[i])
					best[i] = row[i];
		}
	}
}

/* The best cosine to a seed of each domain. */
static void
best_cosines(const struct seeds *s, const float *sim, float *score)
{
	size_t d, i;

	for (d = 0; d < s->ndomain; d++) {
		score[d] = 0;
		for (i = s->first[d]; i < s->first[d + 1]; i++)
			if (sim[s->member[i]] > score[d])
				score[d] = sim[s->member[i]];
		/* float16 has vectors a little over unit length */
		if (score[d] > 1)
			score[d] = 1;
	}
}

/*
 * Add the judgement of the other encoders on the items [from, to), a row each.
 */
static void
ask_panel(struct job *j, size_t from, size_t to)
{
	size_t i;

	if (j->panel.n == 0)
		return;
	for (i = from; i < to; i++)
		j->text[i - from] = j->window.item[i].text;
	panel_score(&j->panel, j->text, to - from, j->score);
}

/*
 * Compute scores and similarities of the items from on, for as many as have
 * their rows in a block; returns the end of them.  Those of an item are in the
 * place of its first row.
 */
static size_t
score_block(struct job *j, size_t from)
{
	const struct seeds *s = &j->seeds;
	size_t base = j->window.item[from].row, to, nrow = 0, r, row;
	size_t dim = j->window.o.dim;
	const float *x = j->window.x + base * dim;

	for (to = from; to < j->window.nitem &&
			nrow + j->window.item[to].nrow <= j->block;)
		nrow += j->window.item[to++].nrow;
	gemm_nt(nrow, s->nseed, dim, x, dim, s->vec, dim, 0, j->sim, s->nseed);
	take_largest(&j->window, from, to, j->sim, s->nseed);
	if (j->use_contrast) {
		contrast_score(&j->contrast, x, nrow, j->work, j->score);
		take_largest(&j->window, from, to, j->score, s->ndomain);
		ask_panel(j, from, to);
		return to;
	}
	for (r = from; r < to; r++) {
		row = j->window.item[r].row - base;
		best_cosines(
		    s, j->sim + row * s->nseed, j->score + row * s->ndomain);
	}
	return to;
}

/* Write what passes of the records that were put by. */
static void
finish(struct job *j)
{
	struct select_verdict v;

	select_decide(&j->select);
	while (select_next(&j->select, &v))
		if (v.pass)
			emit(j, v.line, v.score);
		else
			tool_drop("not near");
}

/* What the tool does in each of its forms. */

static void
open_window(struct job *j, size_t dim)
{
	struct window_options w = {.encoder = j->encoder,
	    .dim = dim,
	    .max = j->o->window,
	    .each = j->o->windows == TRANSFORMER_MAX,
	    .texts = j->panel.n > 0,
	    .add_vec = j->o->vec};

	window_init(&j->window, &w);
}

static void
open_seeds(struct job *j)
{
	struct seeds *s = &j->seeds;
	const float *mean = NULL, *covariance = NULL;

	seeds_read(s, j->o->seeds.item, j->o->seeds.n, j->encoder, true);
	j->use_contrast = j->o->score != COSINE && s->ndomain > 1;
	if (tool_given("score") && j->o->score == CONTRAST && s->ndomain == 1)
		cli_errx(CLI_FATAL, "--score contrast needs seeds of two "
				    "domains or more");
	if (s->ndomain == 1 && !tool_given("preset"))
		cli_warnx("all seeds are of one domain; with seeds of other "
			  "domains as contrast, far more would be found");
	if (j->encoder != NULL) {
		mean = encoder_mean(j->encoder);
		covariance = encoder_covariance(j->encoder);
	}
	if (j->use_contrast)
		contrast_init(&j->contrast, s->vec, s->nseed, s->dim, s->label,
		    s->ndomain, mean, covariance);
	if (!j->use_contrast && j->o->models.n > 1)
		tool_usage("several models need --score contrast: cosines of "
			   "one mean nothing to another");
}

/* An encoder as the options want it, ready for the seeds. */
static struct encoder *
open_encoder(const struct opts *o, const char *path, bool *is_int8)
{
	struct encoder *e = encoder_open(path);

	encoder_windows(e, o->windows);
	if (o->prompt_seeds != NULL)
		encoder_prompt(e, str_of(o->prompt_seeds));
	if (o->dim > 0)
		encoder_cut(e, o->dim);
	if (o->precision == INT8 && encoder_int8(e))
		*is_int8 = true;
	return e;
}

/* The first is the one whose vectors are stored, the others are a panel. */
static void
open_models(struct job *j)
{
	const struct opts *o = j->o;
	bool is_int8 = false;
	size_t i;

	if (o->models.n == 0)
		return;
	j->encoder = open_encoder(o, o->model, &is_int8);
	if (o->seeds.n > 0)
		open_seeds(j);
	for (i = 1; i < o->models.n; i++)
		panel_add(&j->panel,
		    open_encoder(o, o->models.item[i], &is_int8), o->seeds.item,
		    o->seeds.n, &j->seeds);
	if (o->precision == INT8 && !is_int8)
		cli_errx(CLI_FATAL, "%s: --precision int8 is for BERT encoders",
		    o->model);
	if (o->prompt_records == NULL)
		return;
	encoder_prompt(j->encoder, str_of(o->prompt_records));
	for (i = 0; i < j->panel.n; i++)
		encoder_prompt(
		    j->panel.judge[i].encoder, str_of(o->prompt_records));
}

static float
largest(const float *x, size_t n)
{
	float best = x[0];
	size_t i;

	for (i = 1; i < n; i++)
		best = x[i] > best ? x[i] : best;
	return best;
}

/* Judge the records [from, to) of the window at once, or put them by. */
static void
finish_block(struct job *j, size_t from, size_t to)
{
	bool later = select_needs_all(&j->o->rule);
	const struct window_item *item = j->window.item + from;
	const float *score, *sim;
	size_t row, base = item->row;

	for (; from < to; from++, item++) {
		row = item->row - base;
		score = j->score + row * j->seeds.ndomain;
		sim = j->sim + row * j->seeds.nseed;
		if (j->o->histogram != NULL) {
			histogram_add(
			    &j->best_sim, largest(sim, j->seeds.nseed));
			histogram_add(
			    &j->best_score, largest(score, j->seeds.ndomain));
		}
		if (j->o->expect != NULL)
			expect_seen(&j->expect, score);
		if (later)
			select_put(
			    &j->select, item->line, item->id, sim, score);
		else if (select_now(&j->select, sim, score))
			emit(j, item->line, score);
		else
			tool_drop("not near");
	}
}

enum { STEP = 25 }; /* thousandths of a row */

static const double quantile[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999};
enum { NQUANTILE = sizeof(quantile) / sizeof(*quantile) };

static void
put_table(FILE *out, const char *name, const struct histogram *h)
{
	double from, step = STEP / 1000.0;
	uint64_t n, left = h->n;
	int i;

	fprintf(out, "best %s of %" PRIu64 " records\n", name, h->n);
	for (i = -1000 / STEP; i <= 1000 / STEP && left > 0; i++) {
		from = i * STEP / 1000.0;
		n = histogram_count(h, from, from + step);
		if (left < h->n || n > 0)
			fprintf(out, "%7.3f %10" PRIu64 " %7.3f%% and above\n",
			    from, n, 100 * (double)left / (double)h->n);
		left -= n;
	}
	for (i = 0; i < NQUANTILE; i++)
		fprintf(out, "%7.3f has %g%% at or above it\n",
		    histogram_quantile(h, quantile[i]),
		    round(1000 * (1 - quantile[i])) / 10);
}

static void
put_json(struct json_writer *w, const char *name, const struct histogram *h)
{
	char text[32];
	double from, step = STEP / 1000.0;
	uint64_t n, left = h->n;
	int i;

	jw_begin_object(w, name);
	jw_u64(w, "records", h->n);
	jw_begin_object(w, "quantiles");
	for (i = 0; i < NQUANTILE; i++) {
		snprintf(text, sizeof(text), "%g", quantile[i]);
		jw_double(w, text, "%g", histogram_quantile(h, quantile[i]));
	}
	jw_end_object(w);
	jw_begin_array(w, "bins");
	for (i = -1000 / STEP; i <= 1000 / STEP && left > 0; i++) {
		from = i * STEP / 1000.0;
		n = histogram_count(h, from, from + step);
		if (left < h->n || n > 0) {
			jw_begin_object(w, NULL);
			jw_double(w, "from", "%g", from);
			jw_u64(w, "n", n);
			jw_end_object(w);
		}
		left -= n;
	}
	jw_end_array(w);
	jw_end_object(w);
}

/* Where a threshold would cut: the cosines, and the scores if they differ. */
static void
write_histogram(const struct job *j)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	struct outfile s;

	if (strcmp(j->o->histogram, "-") == 0) {
		put_table(stderr, "cosine", &j->best_sim);
		if (j->use_contrast)
			put_table(stderr, "score", &j->best_score);
		return;
	}
	outfile_open(&s, j->o->histogram);
	jw_begin_object(&w, NULL);
	put_json(&w, "sim", &j->best_sim);
	if (j->use_contrast)
		put_json(&w, "score", &j->best_score);
	jw_end_object(&w);
	buf_putc(&b, '\n');
	fwrite(b.p, 1, b.len, s.fp);
	buf_release(&b);
	outfile_commit(&s);
}

/* What is expected of each domain, and what was kept of it. */
static void
write_expect(const struct job *j)
{
	struct outfile s;

	if (strcmp(j->o->expect, "-") == 0) {
		expect_table(&j->expect, stderr);
		return;
	}
	outfile_open(&s, j->o->expect);
	expect_json(&j->expect, s.fp);
	outfile_commit(&s);
}

static void
run_score(struct job *j)
{
	const struct opts *o = j->o;
	const struct seeds *s = &j->seeds;
	size_t from, to;

	open_window(j, s->dim);
	expect_init(&j->expect, s->domain, s->ndomain);
	select_init(&j->select, &o->rule, s);
	j->block =
	    o->window > TRANSFORMER_NWINDOW ? o->window : TRANSFORMER_NWINDOW;
	j->work = mem_alloc(j->block * s->dim * sizeof(*j->work));
	j->sim = mem_alloc(j->block * s->nseed * sizeof(*j->sim));
	j->score = mem_alloc(j->block * s->ndomain * sizeof(*j->score));
	j->text = mem_alloc(j->block * sizeof(*j->text));
	while (window_read(&j->window, &j->in))
		for (from = 0; from < j->window.nitem; from = to) {
			to = score_block(j, from);
			finish_block(j, from, to);
		}
	if (select_needs_all(&o->rule))
		finish(j);
	if (o->histogram != NULL)
		write_histogram(j);
	if (o->expect != NULL)
		write_expect(j);
}

static void
run_embed(struct job *j)
{
	struct arena mem = {0};
	struct rec rec;
	const char *why;
	size_t i;

	open_window(j, encoder_dim(j->encoder));
	while (window_read(&j->window, &j->in))
		for (i = 0; i < j->window.nitem; i++) {
			if (!rec_parse(
				&rec, &mem, j->window.item[i].line, &why))
				cli_errx(
				    CLI_FATAL, "a record was lost: %s", why);
			rec_write(&rec, stdout);
			arena_clear(&mem);
		}
	arena_release(&mem);
}

static void
run_calibrate(struct job *j)
{
	struct calibrate c;

	open_window(j, encoder_dim(j->encoder));
	calibrate_init(&c, j->window.o.dim, j->o->rule.rng);
	window_calibrate(&j->window, &j->in, &c);
	encoder_learn(j->encoder, j->o->model, &c);
	calibrate_release(&c);
}

static void
run_merge(struct job *j)
{
	select_init(&j->select, &j->o->rule, &j->seeds);
	merge_read(&j->select, &j->seeds, &j->in);
	finish(j);
}

static void
release(struct job *j)
{
	if (j->encoder != NULL)
		encoder_close(j->encoder);
	seeds_release(&j->seeds);
	contrast_release(&j->contrast);
	select_release(&j->select);
	expect_release(&j->expect);
	window_release(&j->window);
	free(j->work);
	free(j->sim);
	free(j->score);
	free(j->text);
	panel_release(&j->panel);
}

/*
 * Fill in how records are selected, if the options leave it open: by the
 * default of --min-score for probabilities, by the model's threshold for
 * cosines.  Reject options that need what the model lacks.
 */
static void
settle(struct opts *o, const struct job *j)
{
	struct select_rule *rule = &o->rule;
	float t_sim;
	bool known = j->encoder != NULL && encoder_t_sim(j->encoder, &t_sim);
	bool dopamine = tool_given("preset"), given = tool_given("min-sim");

	if (o->expect != NULL && !j->use_contrast)
		tool_usage("--expect needs --score contrast: cosines are no "
			   "probabilities");
	if (dopamine) {
		if (rule->per_seed == 0)
			rule->per_seed = 200;
		if (!given && !known)
			cli_errx(CLI_FATAL,
			    "the model has no t_sim; "
			    "embed-fit calibrate or --min-sim sets it");
	}
	if (!given)
		rule->min_sim = dopamine ? t_sim : -INFINITY;
	if (rule->per_seed > 0 || rule->by_score || rule->by_share) {
		rule->by_sim = given && rule->per_seed == 0;
		return;
	}
	if (!given && j->use_contrast) {
		rule->by_score = true;
		rule->min_score = (double)decide_least;
		if (!tool_given("second"))
			rule->second = (double)decide_second;
		return;
	}
	if (!given && !known && o->histogram == NULL)
		tool_usage("give --min-score, --share, --per-seed or "
			   "--min-sim: the model has no t_sim");
	if (!given && known)
		rule->min_sim = t_sim;
	rule->by_sim = given || known; /* else for the histogram alone */
}

/* Without seeds, all that is left to do is to add vectors. */
static void
check(const struct opts *o, enum form form)
{
	static const char *const select[] = {"min-score", "second", "share",
	    "per-seed", "min-sim", "background", "preset", "histogram",
	    "expect", NULL};
	size_t i;

	if (form == MERGE && (o->rule.per_seed > 0) == tool_given("share"))
		tool_usage("--merge needs one of --per-seed and --share");
	if (form == MERGE && tool_given("share") && tool_given("min-sim"))
		tool_usage("--min-sim needs --per-seed");
	if (form == MERGE)
		return;
	if (o->models.n > 1 && (o->seeds.n == 0 || form == CALIBRATE))
		tool_usage("several models need --seeds, and cannot be "
			   "calibrated at once");
	if (o->models.n > 1 && o->windows == TRANSFORMER_MAX)
		tool_usage("--windows max takes one model");
	if ((o->prompt_seeds != NULL) != (o->prompt_records != NULL) &&
	    o->seeds.n > 0)
		tool_usage("--prompt-seeds and --prompt-records need each "
			   "other: one may be empty");
	if (o->prompt_seeds != NULL && (o->seeds.n == 0 || o->model == NULL))
		tool_usage("--prompt-seeds needs --seeds and --model");
	if (form == CALIBRATE && o->model == NULL)
		tool_usage("--calibrate needs --model");
	if (form == CALIBRATE || o->seeds.n > 0)
		return;
	for (i = 0; select[i] != NULL; i++)
		if (tool_given(select[i]))
			tool_usage("--seeds is missing");
	if (o->model == NULL || !o->vec)
		tool_usage("--seeds is missing");
}

/*
 * Derive the parts of the rule from which options are given, and from their
 * values.
 */
static void
fill_rule(struct opts *o)
{
	o->rule.rng = o->rng;
	o->rule.by_score = tool_given("min-score");
	o->rule.by_share = tool_given("share");
	if (o->seeds.n == 0 && !tool_given("min-sim"))
		o->rule.min_sim = -INFINITY;
}

/* The names of choices, in the order of their values. */
static const char *const scores[] = {"contrast", "cosine", NULL};
static const char *const presets[] = {"dopamine", NULL};
static const char *const windows[] = {[TRANSFORMER_FIRST] = "first",
    [TRANSFORMER_MEAN] = "mean",
    [TRANSFORMER_MAX] = "max",
    NULL};
static const char *const precisions[] = {"float32", "int8", NULL};

/* Forms that share options. */
enum {
	ENCODES = 1 << SCORE | 1 << CALIBRATE,
	SELECTS = 1 << SCORE | 1 << MERGE
};

/* Take the options and give back the operands. */
static char **
options(struct opts *o, unsigned *form, int argc, char *argv[])
{
	struct select_rule *rule = &o->rule;
	const struct option_row rows[] = {
	    {"model", "DIR", "encoder of embed-fit; again: all judge together",
		OPTION_LIST(&o->models), .forms = ENCODES,
		.writes = 1 << CALIBRATE},
	    {"seeds", "FILE",
		"records with id, domains and text; may be given again",
		OPTION_LIST(&o->seeds), .forms = 1 << SCORE},
	    {"score", "contrast|cosine",
		"contrast: how likely the record is of the domain (default); "
		"cosine: best cosine to a seed (default for one domain)",
		OPTION_CHOICE(&o->score, scores), .forms = 1 << SCORE},
	    {"min-score", "P",
		"keep domains of at least this score, 0..1 (of contrast: one "
		"third, where nothing selects)",
		OPTION_REAL(&rule->min_score, 0, 1), .forms = 1 << SCORE},
	    {"second", "S",
		"of a record that is kept, also domains of at least this "
		"(a quarter where --min-score is left out)",
		OPTION_REAL(&rule->second, 0, 1), .forms = 1 << SCORE},
	    {"share", "Q", "keep the best share Q of all records, by domain",
		OPTION_REAL(&rule->share, 0, 1), .forms = SELECTS},
	    {"per-seed", "K", "keep the K records nearest to each seed",
		OPTION_SIZE(&rule->per_seed, 1, 1 << 30), .forms = SELECTS},
	    {"min-sim", "T",
		"keep records of at least this cosine to a seed; with "
		"--per-seed, those alone (the model's t_sim)",
		OPTION_REAL(&rule->min_sim, -1, 1), .forms = SELECTS},
	    {"preset", "dopamine",
		"the paper's rule: cosine, 200 a seed, t_sim",
		OPTION_CHOICE(&o->preset, presets), .forms = 1 << SCORE},
	    {"background", "N", "also N of the other records, domains []",
		OPTION_SIZE(&rule->background, 0, 1 << 30), .forms = SELECTS},
	    {"histogram", "FILE",
		"how the best cosines and scores are spread, JSON (-: a table, "
		"to stderr)",
		OPTION_STRING(&o->histogram), .forms = 1 << SCORE,
		.writes = OPTION_ALWAYS},
	    {"expect", "FILE",
		"records expected of each domain, JSON (-: a table, to stderr)",
		OPTION_STRING(&o->expect), .forms = 1 << SCORE,
		.writes = OPTION_ALWAYS},
	    {"vec", NULL, "add vec, the vector, as base64 of float16",
		OPTION_FLAG(&o->vec), .forms = 1 << SCORE},
	    {"calibrate", NULL, "what embed-fit calibrate does",
		.selects = CALIBRATE},
	    {"merge", NULL,
		"join what --per-seed or --min-score 0 made of parts",
		.selects = MERGE},
	    {"windows", "first|mean|max",
		"of a text longer than the model reads, its start (first), or "
		"up to 16 windows: their mean, or the best for each seed",
		OPTION_CHOICE(&o->windows, windows), .forms = ENCODES},
	    {"dim", "N",
		"the first N numbers of a vector, made unit again: of models "
		"trained for it (Matryoshka)",
		OPTION_SIZE(&o->dim, 1, 1 << 16), .forms = ENCODES},
	    {"precision", "float32|int8",
		"int8: dense layers of a BERT in eight bits (float32)",
		OPTION_CHOICE(&o->precision, precisions), .forms = ENCODES},
	    {"prompt-seeds", "TEXT",
		"put before each seed (the model's prompt)",
		OPTION_STRING(&o->prompt_seeds), .forms = 1 << SCORE},
	    {"prompt-records", "TEXT", "put before each record (likewise)",
		OPTION_STRING(&o->prompt_records), .forms = ENCODES},
	    {"window", "N", "records at a time (1024)",
		OPTION_SIZE(&o->window, 1, 1 << 14), .forms = ENCODES},
	    {"rng", "N", "seed of the random numbers (0)",
		OPTION_SIZE(&o->rng, 0, SIZE_MAX)},
	    {.name = NULL}};
	char **operands;

	*o = (struct opts){.window = 1024};
	operands = tool_init(argc, argv, &help, rows, form);
	o->model = o->models.n > 0 ? o->models.item[0] : NULL;
	check(o, *form);
	fill_rule(o);
	return operands;
}

int
main(int argc, char *argv[])
{
	struct opts o;
	struct job j = {.o = &o};
	char **operands;
	unsigned form;

	operands = options(&o, &form, argc, argv);
	if (tool_given("preset"))
		o.score = COSINE;
	open_models(&j);
	if (o.models.n == 0 && o.seeds.n > 0)
		open_seeds(&j);
	if (o.seeds.n > 0)
		settle(&o, &j);
	rec_open(&j.in, operands);
	if (form == MERGE)
		run_merge(&j);
	else if (form == CALIBRATE)
		run_calibrate(&j);
	else if (o.seeds.n > 0)
		run_score(&j);
	else
		run_embed(&j);
	release(&j);
	free(o.seeds.item);
	free(o.models.item);
	rec_close(&j.in);
	return tool_end(stdout);
}
