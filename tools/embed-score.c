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
#include "mine/histogram.h"
#include "mine/merge.h"
#include "mine/seeds.h"
#include "mine/select.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

enum {
	OPT_MODEL = TOOL_OPT_OWN,
	OPT_SEEDS,
	OPT_SCORE,
	OPT_MIN_SCORE,
	OPT_SHARE,
	OPT_PER_SEED,
	OPT_MIN_SIM,
	OPT_PRESET,
	OPT_BACKGROUND,
	OPT_VEC,
	OPT_CALIBRATE,
	OPT_MERGE,
	OPT_WINDOW,
	OPT_WINDOWS,
	OPT_PRECISION,
	OPT_HISTOGRAM,
	OPT_RNG
};

struct opts {
	const char *model;
	const char **seeds; /* (nseeds) files */
	size_t nseeds;
	enum { SCORE_DEFAULT, SCORE_CONTRAST, SCORE_COSINE } score;
	struct select_rule rule;
	size_t window;
	bool min_sim_given, dopamine, vec, calibrate, merge, int8;
	enum transformer_windows windows;
	const char *histogram; /* file, or "-", or NULL */
};

static const char usage[] =
    "usage: embed-score --model DIR --seeds FILE [--score contrast|cosine]\n"
    "                   [--min-score P] [--share Q] [--per-seed K]\n"
    "                   [--min-sim T] [--preset dopamine] [--background N]\n"
    "                   [--histogram FILE] [--vec] [--windows first|mean|max]\n"
    "                   [--precision float32|int8] [--window N] [--rng N]\n"
    "                   [file ...]\n"
    "       embed-score --model DIR --vec [--windows first|mean|max]\n"
    "                   [--precision float32|int8] [--window N] [file ...]\n"
    "       embed-score --model DIR --calibrate [--windows first|mean|max]\n"
    "                   [--precision float32|int8] [--window N] [--rng N]\n"
    "                   [file ...]\n"
    "       embed-score --merge --per-seed K [--min-sim T] [--background N]\n"
    "                   [--rng N] [file ...]\n";

static const char help[] =
    "\nPass on the records that are near to seeds, with their scores.\n\n"
    "      --model DIR       encoder, as embed-fit makes it\n"
    "      --seeds FILE      records with id, domains and text; may be given "
    "again\n"
    "      --score contrast  nearer to the domain than to the others "
    "(default)\n"
    "      --score cosine    best cosine to a seed (default for one domain)\n"
    "      --min-score P     keep domains of at least this score, 0..1\n"
    "      --share Q         keep the best share Q of all records, by domain\n"
    "      --per-seed K      keep the K records nearest to each seed\n"
    "      --min-sim T       keep records of at least this cosine to a seed;\n"
    "                        with --per-seed, those alone (the model's t_sim)\n"
    "      --preset dopamine the paper's rule: cosine, 200 a seed, t_sim\n"
    "      --background N    also N of the other records, domains []\n"
    "      --histogram FILE  how the best cosines and scores are spread, JSON\n"
    "                        (-: a table, to stderr)\n"
    "      --vec             add vec, the vector, as base64 of float16\n"
    "      --calibrate       what embed-fit calibrate does: learn how vectors "
    "are\n"
    "                        spread, write it into the model's config.json\n"
    "      --merge           join what --per-seed made of parts\n"
    "      --windows first   of a text longer than the model reads, its "
    "start\n"
    "      --windows mean    all of it, up to 16 windows, and their mean\n"
    "      --windows max     ... and the best of them for each seed and "
    "domain\n"
    "      --precision int8  dense layers of a BERT in eight bits; float32 "
    "(default)\n"
    "      --window N        records at a time (1024)\n"
    "      --rng N           start of the random numbers (0)\n" TOOL_HELP
    "\nexample: embed-score --model model --seeds seeds.jsonl --min-score 0.5 "
    "docs.jsonl\n";

struct job {
	const struct opts *o;
	struct encoder *encoder; /* or NULL: all have their vec */
	struct seeds seeds;
	struct contrast contrast;
	struct select select;
	struct histogram best_sim, best_score; /* of each record */
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
 * Scores and similarities of the items from on, as many as have their rows in a
 * block; the end of them.  An item's are in the place of its first row.
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

/* Modes. */

static void
open_window(struct job *j, size_t dim)
{
	struct window_options w = {.encoder = j->encoder,
	    .dim = dim,
	    .max = j->o->window,
	    .each = j->o->windows == TRANSFORMER_MAX,
	    .add_vec = j->o->vec};

	window_init(&j->window, &w);
}

static void
open_seeds(struct job *j)
{
	struct seeds *s = &j->seeds;
	const float *mean = NULL, *covariance = NULL;

	seeds_read(s, j->o->seeds, j->o->nseeds, j->encoder);
	j->use_contrast = j->o->score != SCORE_COSINE && s->ndomain > 1;
	if (j->o->score == SCORE_CONTRAST && s->ndomain == 1)
		cli_errx(CLI_FATAL, "--score contrast needs seeds of two "
				    "domains or more");
	if (s->ndomain == 1 && !j->o->dopamine)
		cli_warnx("seeds of one domain alone; seeds of others, as "
			  "contrast, would find far more");
	if (j->encoder != NULL) {
		mean = encoder_mean(j->encoder);
		covariance = encoder_covariance(j->encoder);
	}
	if (j->use_contrast)
		contrast_init(&j->contrast, s->vec, s->nseed, s->dim, s->label,
		    s->ndomain, mean, covariance);
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
put_json(FILE *out, const char *name, const struct histogram *h)
{
	double from, step = STEP / 1000.0;
	uint64_t n, left = h->n;
	int i;

	fprintf(
	    out, "\"%s\":{\"records\":%" PRIu64 ",\"quantiles\":{", name, h->n);
	for (i = 0; i < NQUANTILE; i++)
		fprintf(out, "%s\"%g\":%g", i > 0 ? "," : "", quantile[i],
		    histogram_quantile(h, quantile[i]));
	fputs("},\"bins\":[", out);
	for (i = -1000 / STEP; i <= 1000 / STEP && left > 0; i++) {
		from = i * STEP / 1000.0;
		n = histogram_count(h, from, from + step);
		if (left < h->n || n > 0)
			fprintf(out, "%s{\"from\":%g,\"n\":%" PRIu64 "}",
			    left < h->n ? "," : "", from, n);
		left -= n;
	}
	fputs("]}", out);
}

/* Where a threshold would cut: the cosines, and the scores if they differ. */
static void
write_histogram(const struct job *j)
{
	struct outfile s;

	if (strcmp(j->o->histogram, "-") == 0) {
		put_table(stderr, "cosine", &j->best_sim);
		if (j->use_contrast)
			put_table(stderr, "score", &j->best_score);
		return;
	}
	outfile_open(&s, j->o->histogram);
	putc('{', s.fp);
	put_json(s.fp, "sim", &j->best_sim);
	if (j->use_contrast) {
		putc(',', s.fp);
		put_json(s.fp, "score", &j->best_score);
	}
	fputs("}\n", s.fp);
	outfile_commit(&s);
}

static void
run_score(struct job *j)
{
	const struct opts *o = j->o;
	const struct seeds *s = &j->seeds;
	size_t from, to;

	open_seeds(j);
	open_window(j, s->dim);
	select_init(&j->select, &o->rule, s);
	j->block =
	    o->window > TRANSFORMER_NWINDOW ? o->window : TRANSFORMER_NWINDOW;
	j->work = mem_alloc(j->block * s->dim * sizeof(*j->work));
	j->sim = mem_alloc(j->block * s->nseed * sizeof(*j->sim));
	j->score = mem_alloc(j->block * s->ndomain * sizeof(*j->score));
	while (window_read(&j->window, &j->in))
		for (from = 0; from < j->window.nitem; from = to) {
			to = score_block(j, from);
			finish_block(j, from, to);
		}
	if (select_needs_all(&o->rule))
		finish(j);
	if (o->histogram != NULL)
		write_histogram(j);
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
	window_release(&j->window);
	free(j->work);
	free(j->sim);
	free(j->score);
}

/* Fill in defaults from the model; reject what it lacks. */
static void
settle(struct opts *o, const struct encoder *e)
{
	struct select_rule *rule = &o->rule;
	float t_sim;
	bool known = e != NULL && encoder_t_sim(e, &t_sim);

	if (o->dopamine) {
		o->score = SCORE_COSINE;
		if (rule->per_seed == 0)
			rule->per_seed = 200;
		if (!o->min_sim_given && !known)
			cli_errx(CLI_FATAL,
			    "the model has no t_sim; "
			    "embed-fit calibrate or --min-sim sets it");
	}
	if (!o->min_sim_given)
		rule->min_sim = o->dopamine ? t_sim : -INFINITY;
	if (rule->per_seed > 0 || rule->by_score || rule->by_share) {
		rule->by_sim = o->min_sim_given && rule->per_seed == 0;
		return;
	}
	if (!o->min_sim_given && !known && o->histogram == NULL)
		tool_usage("none of --min-score, --share, --per-seed and "
			   "--min-sim, and no t_sim in the model");
	if (!o->min_sim_given && known)
		rule->min_sim = t_sim;
	rule->by_sim =
	    o->min_sim_given || known; /* else for the histogram alone */
}

static void
check(const struct opts *o)
{
	bool select = o->rule.by_score || o->rule.by_share ||
		      o->rule.per_seed > 0 || o->min_sim_given ||
		      o->rule.background > 0 || o->dopamine ||
		      o->histogram != NULL;

	if (o->merge) {
		if (o->rule.per_seed == 0 || o->model != NULL ||
		    o->nseeds > 0 || o->rule.by_score || o->rule.by_share ||
		    o->calibrate || o->vec || o->histogram != NULL)
			tool_usage(
			    "--merge goes with --per-seed, --min-sim and "
			    "--background alone");
		return;
	}
	if (o->calibrate) {
		if (o->model == NULL || o->nseeds > 0 || select || o->vec)
			tool_usage("--calibrate goes with --model alone");
		return;
	}
	if (o->nseeds == 0) {
		if (select || o->model == NULL || !o->vec)
			tool_usage("no --seeds");
	}
}

static void
set_option(struct opts *o, int ch)
{
	static const char *const scores[] = {"contrast", "cosine", NULL};
	static const char *const presets[] = {"dopamine", NULL};
	static const char *const windows[] = {[TRANSFORMER_FIRST] = "first",
	    [TRANSFORMER_MEAN] = "mean",
	    [TRANSFORMER_MAX] = "max",
	    NULL};
	static const char *const precisions[] = {"float32", "int8", NULL};

	switch (ch) {
	case OPT_MODEL:
		o->model = optarg;
		break;
	case OPT_SEEDS:
		o->seeds[o->nseeds++] = optarg;
		break;
	case OPT_SCORE:
		o->score = cli_choice("--score", optarg, scores) == 0
			       ? SCORE_CONTRAST
			       : SCORE_COSINE;
		break;
	case OPT_MIN_SCORE:
		o->rule.min_score = cli_real("--min-score", optarg, 0, 1);
		o->rule.by_score = true;
		break;
	case OPT_SHARE:
		o->rule.share = cli_real("--share", optarg, 0, 1);
		o->rule.by_share = true;
		break;
	case OPT_PER_SEED:
		o->rule.per_seed = cli_size("--per-seed", optarg, 1, 1 << 30);
		break;
	case OPT_MIN_SIM:
		o->rule.min_sim = cli_real("--min-sim", optarg, -1, 1);
		o->min_sim_given = true;
		break;
	case OPT_PRESET:
		cli_choice("--preset", optarg, presets);
		o->dopamine = true;
		break;
	case OPT_BACKGROUND:
		o->rule.background =
		    cli_size("--background", optarg, 0, 1 << 30);
		break;
	case OPT_HISTOGRAM:
		o->histogram = optarg;
		break;
	case OPT_VEC:
		o->vec = true;
		break;
	case OPT_CALIBRATE:
		o->calibrate = true;
		break;
	case OPT_MERGE:
		o->merge = true;
		break;
	case OPT_PRECISION:
		o->int8 = cli_choice("--precision", optarg, precisions) == 1;
		break;
	case OPT_WINDOWS:
		o->windows = (enum transformer_windows)cli_choice(
		    "--windows", optarg, windows);
		break;
	case OPT_WINDOW:
		o->window = cli_size("--window", optarg, 1, 1 << 14);
		break;
	case OPT_RNG:
		o->rule.rng = cli_u64("--rng", optarg);
		break;
	default:
		tool_option(ch);
	}
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
	    {"model", required_argument, NULL, OPT_MODEL},
	    {"seeds", required_argument, NULL, OPT_SEEDS},
	    {"score", required_argument, NULL, OPT_SCORE},
	    {"min-score", required_argument, NULL, OPT_MIN_SCORE},
	    {"share", required_argument, NULL, OPT_SHARE},
	    {"per-seed", required_argument, NULL, OPT_PER_SEED},
	    {"min-sim", required_argument, NULL, OPT_MIN_SIM},
	    {"preset", required_argument, NULL, OPT_PRESET},
	    {"background", required_argument, NULL, OPT_BACKGROUND},
	    {"histogram", required_argument, NULL, OPT_HISTOGRAM},
	    {"vec", no_argument, NULL, OPT_VEC},
	    {"calibrate", no_argument, NULL, OPT_CALIBRATE},
	    {"merge", no_argument, NULL, OPT_MERGE},
	    {"window", required_argument, NULL, OPT_WINDOW},
	    {"windows", required_argument, NULL, OPT_WINDOWS},
	    {"precision", required_argument, NULL, OPT_PRECISION},
	    {"rng", required_argument, NULL, OPT_RNG}, TOOL_OPTIONS};
	struct opts o = {.window = 1024};
	struct job j = {.o = &o};
	int ch;

	tool_init(argc, argv, usage, help);
	o.seeds = mem_alloc((size_t)argc * sizeof(*o.seeds));
	while ((ch = getopt_long(argc, argv, TOOL_SHORT, longopts, NULL)) != -1)
		set_option(&o, ch);
	check(&o);
	if (o.model != NULL) {
		j.encoder = encoder_open(o.model);
		encoder_windows(j.encoder, o.windows);
		if (o.int8 && !encoder_int8(j.encoder))
			cli_errx(CLI_FATAL,
			    "%s: --precision int8 is for BERT encoders",
			    o.model);
	}
	if (o.nseeds > 0)
		settle(&o, j.encoder);
	else if (!o.min_sim_given)
		o.rule.min_sim = -INFINITY;
	rec_open(&j.in, argv + optind);
	if (o.merge)
		run_merge(&j);
	else if (o.calibrate)
		run_calibrate(&j);
	else if (o.nseeds > 0)
		run_score(&j);
	else
		run_embed(&j);
	release(&j);
	free(o.seeds);
	rec_close(&j.in);
	return tool_end(stdout);
}
