/* embed-score - find the records that are near to seeds */

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vocab.h"
#include "encode/calibrate.h"
#include "encode/encoder.h"
#include "encode/window.h"
#include "math/gemm.h"
#include "math/knn.h"
#include "mine/contrast.h"
#include "mine/histogram.h"
#include "mine/seeds.h"
#include "record/json.h"
#include "record/outfile.h"
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
	bool by_score, by_share, by_sim; /* which selections were asked for */
	double min_score, share, min_sim;
	size_t per_seed, background, window;
	bool min_sim_given, dopamine, vec, calibrate, merge, int8;
	enum transformer_windows windows;
	const char *histogram; /* file, or "-", or NULL */
	uint64_t rng;
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

/* A seed that a record is near to. */
struct hit {
	uint32_t seed;
	float sim;
};

enum { BY_SCORE = 1, BY_SEED = 2 };

/* What is known of a record besides its line; followed by ncand hits. */
struct entry {
	uint64_t len;  /* of the line */
	uint64_t hash; /* that draws the background */
	uint64_t ncand;
};

struct job {
	const struct opts *o;
	struct encoder *encoder; /* or NULL: all have their vec */
	struct seeds seeds;
	struct contrast contrast;
	struct histogram best_sim, best_score; /* of each record */
	bool use_contrast;
	struct window window;
	struct rec_reader in;

	/* a block of the window's items, of block rows at most, scored at once */
	size_t block;
	float *work;  /* (block, dim) */
	float *sim;   /* (block, nseed) */
	float *score; /* (block, ndomain) */

	/* of one record */
	struct hit *cand;    /* (nseed): that may keep it */
	bool *seen;	     /* (nseed), all false between uses */
	unsigned char *keep; /* (ndomain): why it is of the domain, or 0 */
	struct hit *hit;     /* (nseed): that keep it */
	size_t ncand, nhit;

	/* where the whole corpus decides: places in order, then lines */
	struct knn knn;
	struct knn_hit *near; /* (nnear), by place */
	size_t nnear;
	FILE *meta, *lines;
	uint64_t place;
	float *least;	/* (ndomain): least score in the share */
	uint64_t *ties; /* (ndomain): how many of that score still pass */
	uint64_t *rest; /* (nrest): places of the background, in order */
	size_t nrest;
};

static int
by_sim(const void *pa, const void *pb, void *ctx)
{
	const struct hit *a = pa, *b = pb;
	const struct seeds *s = ctx;

	if (a->sim != b->sim)
		return a->sim > b->sim ? -1 : 1;
	return str_cmp(s->id[a->seed], s->id[b->seed]);
}

/*
 * The seeds that may keep a record: those of at least --min-sim, or, where
 * scores decide, the nearest of each domain.
 */
static void
find_candidates(struct job *j, const float *sim)
{
	const struct seeds *s = &j->seeds;
	size_t d, i, best;

	j->ncand = 0;
	for (i = 0; j->o->by_sim && i < s->nseed; i++)
		if (sim[i] >= (float)j->o->min_sim) {
			j->cand[j->ncand++] = (struct hit){(uint32_t)i, sim[i]};
			j->seen[i] = true;
		}
	for (d = 0; (j->o->by_score || j->o->by_share) && d < s->ndomain; d++) {
		best = s->member[s->first[d]];
		for (i = s->first[d]; i < s->first[d + 1]; i++)
			if (sim[s->member[i]] > sim[best])
				best = s->member[i];
		if (j->seen[best])
			continue;
		j->cand[j->ncand++] = (struct hit){(uint32_t)best, sim[best]};
		j->seen[best] = true;
	}
	for (i = 0; i < j->ncand; i++)
		j->seen[j->cand[i].seed] = false;
}

static void
add_hit(struct job *j, struct hit hit)
{
	if (j->seen[hit.seed])
		return;
	j->seen[hit.seed] = true;
	j->hit[j->nhit++] = hit;
}

/* A seed that keeps a record by itself brings all of its domains. */
static void
add_near(struct job *j, struct hit hit)
{
	const bool *label = j->seeds.label + hit.seed * j->seeds.ndomain;
	size_t d;

	add_hit(j, hit);
	for (d = 0; d < j->seeds.ndomain; d++)
		if (label[d])
			j->keep[d] |= BY_SEED;
}

/*
 * Whether the record passes; then keep[] are its domains, hit[0..nhit) the
 * seeds that it is near to.  near[0..nnear) are the seeds that have it among
 * their nearest.
 */
static bool
judge(struct job *j, const float *score, const struct hit *cand, size_t ncand,
    const struct knn_hit *near, size_t nnear)
{
	const struct seeds *s = &j->seeds;
	bool any = false;
	size_t d, i;

	j->nhit = 0;
	for (d = 0; d < s->ndomain; d++) {
		j->keep[d] = 0;
		if (j->o->by_score && score[d] >= (float)j->o->min_score)
			j->keep[d] = BY_SCORE;
		if (!j->o->by_share || score[d] < j->least[d])
			continue;
		if (score[d] > j->least[d])
			j->keep[d] = BY_SCORE;
		else if (j->ties[d] > 0)
			j->ties[d]--, j->keep[d] = BY_SCORE;
	}
	for (i = 0; i < nnear; i++)
		add_near(j, (struct hit){near[i].seed, near[i].sim});
	for (i = 0; i < ncand; i++) {
		if (j->o->by_sim && cand[i].sim >= (float)j->o->min_sim)
			add_near(j, cand[i]);
		for (d = 0; d < s->ndomain; d++)
			if (s->label[cand[i].seed * s->ndomain + d] &&
			    (j->keep[d] & BY_SCORE))
				add_hit(j, cand[i]);
	}
	for (i = 0; i < j->nhit; i++)
		j->seen[j->hit[i].seed] = false;
	for (d = 0; d < s->ndomain; d++)
		any |= j->keep[d] != 0;
	qsort_r(j->hit, j->nhit, sizeof(*j->hit), by_sim, &j->seeds);
	return any;
}

/* The domains of seed as a JSON array. */
static void
put_domains(const struct seeds *s, uint32_t seed, struct buf *b)
{
	bool first = true;
	size_t d;

	buf_putc(b, '[');
	for (d = 0; d < s->ndomain; d++) {
		if (!s->label[seed * s->ndomain + d])
			continue;
		if (!first)
			buf_putc(b, ',');
		first = false;
		json_put_str(b, s->domain[d]);
	}
	buf_putc(b, ']');
}

static struct str
format_hits(struct job *j, struct arena *mem)
{
	struct buf b = {0};
	struct str raw;
	size_t i;

	buf_putc(&b, '[');
	for (i = 0; i < j->nhit; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_puts(&b, STR("{\"seed\":"));
		json_put_str(&b, j->seeds.id[j->hit[i].seed]);
		buf_puts(&b, STR(",\"sim\":"));
		json_put_real(&b, j->hit[i].sim);
		buf_puts(&b, STR(",\"domains\":"));
		put_domains(&j->seeds, j->hit[i].seed, &b);
		buf_putc(&b, '}');
	}
	buf_putc(&b, ']');
	raw = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return raw;
}

/* Write a record with what judge() found; score NULL: as they stand. */
static void
emit(struct job *j, struct str line, const float *score)
{
	struct str *domain;
	struct arena mem = {0};
	struct buf b = {0};
	struct rec rec;
	const char *why;
	size_t d, n = 0;

	if (!rec_parse(&rec, &mem, line, &why))
		cli_errx(CLI_FATAL, "a spooled record was lost: %s", why);
	if (score != NULL) {
		for (d = 0; d < j->seeds.ndomain; d++) {
			buf_putc(&b, d > 0 ? ',' : '{');
			json_put_str(&b, j->seeds.domain[d]);
			buf_putc(&b, ':');
			json_put_real(&b, score[d]);
		}
		buf_putc(&b, '}');
		rec_set(&rec, "scores", buf_str(&b));
	}
	domain = arena_alloc(&mem, (j->seeds.ndomain + 1) * sizeof(*domain));
	for (d = 0; d < j->seeds.ndomain; d++)
		if (j->keep[d] != 0)
			domain[n++] = j->seeds.domain[d];
	rec_set(&rec, "hits", format_hits(j, &mem));
	rec_set_strs(&rec, "domains", domain, n);
	rec_write(&rec, stdout);
	buf_release(&b);
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

/* Spooling, where the whole corpus decides. */

static void
spool(struct job *j, struct str line, struct str id, const float *score)
{
	struct entry e = {.len = line.len, .ncand = j->ncand};
	size_t nd = j->seeds.ndomain;
	struct rng rng;

	rng_init_id(&rng, j->o->rng, id);
	e.hash = rng_next(&rng);

	if (fwrite(&e, sizeof(e), 1, j->meta) != 1 ||
	    (score != NULL &&
		fwrite(score, sizeof(*score), nd, j->meta) != nd) ||
	    (j->ncand > 0 && fwrite(j->cand, sizeof(*j->cand), j->ncand,
				 j->meta) != j->ncand) ||
	    fwrite(line.p, 1, line.len, j->lines) != line.len)
		tool_write_failed("the spool in $TMPDIR");
}

/* The next entry of the spool: its scores, and its hits in cand[]. */
static bool
next_entry(struct job *j, struct entry *e, float *score)
{
	size_t nd = j->seeds.ndomain;

	if (fread(e, sizeof(*e), 1, j->meta) != 1) {
		if (ferror(j->meta))
			cli_err(CLI_FATAL, "the spool in $TMPDIR");
		return false;
	}
	j->ncand = e->ncand;
	if ((score != NULL &&
		fread(score, sizeof(*score), nd, j->meta) != nd) ||
	    fread(j->cand, sizeof(*j->cand), e->ncand, j->meta) != e->ncand)
		cli_err(CLI_FATAL, "the spool in $TMPDIR");
	return true;
}

static void
rewind_spool(FILE *fp)
{
	if (fflush(fp) != 0)
		tool_write_failed("the spool in $TMPDIR");
	rewind(fp);
}

/*
 * The least score of the best n of a domain's scores, by their bits, which
 * rise with numbers that are not negative: the upper 16 first, then, of the
 * scores that share those, the lower.  So memory does not grow with n.
 */
enum { NBIN = 1 << 16, NCHUNK = 32 /* domains at a time */ };

static uint32_t
bits_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* The bin in which the count from above reaches *n; *n is what it lacks. */
static uint32_t
find_bin(const uint64_t *bin, uint64_t *n)
{
	uint32_t b = NBIN - 1;

	while (b > 0 && bin[b] < *n)
		*n -= bin[b--];
	return b;
}

static void
find_share(struct job *j)
{
	uint64_t want = (uint64_t)(j->o->share * (double)j->place + 0.5);
	size_t nd = j->seeds.ndomain, d, from, to;
	uint64_t *bin = mem_alloc(NCHUNK * NBIN * sizeof(*bin)), *b;
	float *score = mem_alloc((nd + 1) * sizeof(*score));
	uint32_t high[NCHUNK], bits;
	uint64_t left[NCHUNK];
	struct entry e;
	int low;

	for (from = 0; from < nd; from = to) {
		to = nd - from < NCHUNK ? nd : from + NCHUNK;
		for (low = 0; low < 2; low++) {
			memset(bin, 0, NCHUNK * NBIN * sizeof(*bin));
			rewind_spool(j->meta);
			while (next_entry(j, &e, score))
				for (d = from; d < to; d++) {
					bits = bits_of(score[d]);
					b = bin + (d - from) * NBIN;
					if (!low)
						b[bits >> 16]++;
					else if (bits >> 16 == high[d - from])
						b[bits & 0xffff]++;
				}
			for (d = from; d < to; d++) {
				b = bin + (d - from) * NBIN;
				if (!low) {
					left[d - from] = want;
					high[d - from] =
					    find_bin(b, &left[d - from]);
					continue;
				}
				bits = high[d - from] << 16 |
				       find_bin(b, &left[d - from]);
				memcpy(&j->least[d], &bits, sizeof(bits));
				j->ties[d] = left[d - from];
			}
		}
	}
	free(bin);
	free(score);
}

/*
 * Once through the spool: every record is judged.  Those that pass, and those
 * of the background, are written; or, if draw is not NULL, nothing is, and the
 * places of the others are offered to it.
 */
static void
sweep(struct job *j, bool scored, struct knn *draw)
{
	float *score = mem_alloc((j->seeds.ndomain + 1) * sizeof(*score));
	uint64_t *ties = mem_alloc((j->seeds.ndomain + 1) * sizeof(*ties));
	size_t from = 0, to, rest = 0;
	struct buf line = {0};
	struct entry e;
	uint64_t place;
	bool pass;

	if (j->o->by_share)
		memcpy(ties, j->ties, j->seeds.ndomain * sizeof(*ties));
	rewind_spool(j->meta);
	rewind_spool(j->lines);
	for (place = 0; next_entry(j, &e, scored ? score : NULL); place++) {
		for (to = from; to < j->nnear && j->near[to].place == place;)
			to++;
		pass = judge(
		    j, score, j->cand, j->ncand, j->near + from, to - from);
		from = to;
		if (draw != NULL) {
			/* the 24 highest bits of the hash make a float */
			if (!pass)
				knn_offer(
				    draw, 0, place, -(float)(e.hash >> 40));
			continue;
		}
		line.len = 0;
		buf_reserve(&line, e.len);
		if (fread(line.p, 1, e.len, j->lines) != e.len)
			cli_err(CLI_FATAL, "the spool in $TMPDIR");
		line.len = e.len;
		if (rest < j->nrest && j->rest[rest] == place) {
			rest++;
			pass = true;
		}
		if (pass)
			emit(j, buf_str(&line), scored ? score : NULL);
		else
			tool_drop("not near");
	}
	if (j->o->by_share)
		memcpy(j->ties, ties, j->seeds.ndomain * sizeof(*ties));
	free(score);
	free(ties);
	buf_release(&line);
}

/* Decide over what was spooled, and write it. */
static void
finish_spool(struct job *j, bool scored)
{
	struct knn_hit *hit;
	struct knn draw;
	size_t i, n;

	if (j->o->per_seed > 0)
		j->near = knn_hits(&j->knn, &j->nnear);
	if (j->o->by_share)
		find_share(j);
	if (j->o->background > 0) {
		knn_init(&draw, 1, j->o->background, -INFINITY);
		sweep(j, scored, &draw);
		hit = knn_hits(&draw, &n);
		j->rest = mem_alloc((n + 1) * sizeof(*j->rest));
		for (i = 0; i < n; i++)
			j->rest[i] = hit[i].place;
		j->nrest = n;
		free(hit);
		knn_release(&draw);
	}
	sweep(j, scored, NULL);
	free(j->near);
	free(j->rest);
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

static void
open_record(struct job *j)
{
	const struct seeds *s = &j->seeds;

	j->cand = mem_alloc((s->nseed + 1) * sizeof(*j->cand));
	j->hit = mem_alloc((s->nseed + 1) * sizeof(*j->hit));
	j->seen = mem_zeroed(s->nseed + 1, sizeof(*j->seen));
	j->keep = mem_zeroed(s->ndomain + 1, sizeof(*j->keep));
	j->least = mem_zeroed(s->ndomain + 1, sizeof(*j->least));
	j->ties = mem_zeroed(s->ndomain + 1, sizeof(*j->ties));
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

/* Judge the block's records at once, or put them by. */
static void
finish_block(struct job *j, size_t from, size_t to)
{
	const float *score, *sim;
	size_t r, row;

	for (r = from; r < to; r++, j->place++) {
		row = j->window.item[r].row - j->window.item[from].row;
		score = j->score + row * j->seeds.ndomain;
		sim = j->sim + row * j->seeds.nseed;
		find_candidates(j, sim);
		if (j->o->histogram != NULL) {
			histogram_add(
			    &j->best_sim, largest(sim, j->seeds.nseed));
			histogram_add(
			    &j->best_score, largest(score, j->seeds.ndomain));
		}
		if (j->o->per_seed > 0)
			knn_offer_all(&j->knn, j->place, sim);
		if (j->meta != NULL)
			spool(j, j->window.item[r].line, j->window.item[r].id,
			    score);
		else if (judge(j, score, j->cand, j->ncand, NULL, 0))
			emit(j, j->window.item[r].line, score);
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
	open_record(j);
	j->block =
	    o->window > TRANSFORMER_NWINDOW ? o->window : TRANSFORMER_NWINDOW;
	j->work = mem_alloc(j->block * s->dim * sizeof(*j->work));
	j->sim = mem_alloc(j->block * s->nseed * sizeof(*j->sim));
	j->score = mem_alloc(j->block * s->ndomain * sizeof(*j->score));
	if (o->per_seed > 0)
		knn_init(&j->knn, s->nseed, o->per_seed, (float)o->min_sim);
	if (o->per_seed > 0 || o->by_share || o->background > 0) {
		j->meta = outfile_spool();
		j->lines = outfile_spool();
	}
	while (window_read(&j->window, &j->in))
		for (from = 0; from < j->window.nitem; from = to) {
			to = score_block(j, from);
			finish_block(j, from, to);
		}
	if (j->meta != NULL)
		finish_spool(j, true);
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
	calibrate_init(&c, j->window.o.dim, j->o->rng);
	window_calibrate(&j->window, &j->in, &c);
	encoder_learn(j->encoder, j->o->model, &c);
	calibrate_release(&c);
}

/* Merging: seeds and their domains are known by the hits alone. */

struct merging {
	struct vocab id, domain;
	uint32_t *pair; /* (npair, 2): seed, domain */
	size_t npair, cap;
};

static void
add_pair(struct merging *m, uint32_t seed, struct str domain)
{
	if (m->npair == m->cap) {
		m->cap = 2 * m->cap + 64;
		m->pair = mem_grow(m->pair, m->cap, 2 * sizeof(*m->pair));
	}
	m->pair[2 * m->npair] = seed;
	m->pair[2 * m->npair++ + 1] = vocab_add(&m->domain, domain);
}

/* One hit as format_hits() wrote it. */
static bool
merge_hit(struct job *j, struct merging *m, struct str raw, struct arena *mem)
{
	struct str id, domains, key, item, name;
	uint32_t seed, known = m->id.nword;
	struct json_walk w;
	double sim;

	if (!json_member(raw, mem, STR("seed"), &item) ||
	    !json_get_str(item, mem, &id) ||
	    !json_member(raw, mem, STR("sim"), &item) ||
	    !json_get_num(item, &sim) ||
	    !json_member(raw, mem, STR("domains"), &domains) ||
	    !json_open(&w, domains, '['))
		return false;
	seed = vocab_add(&m->id, id);
	if (seed == known) {
		knn_grow(&j->knn, seed + 1, (float)j->o->min_sim);
		while (json_next(&w, mem, &key, &item))
			if (json_get_str(item, mem, &name))
				add_pair(m, seed, name);
	}
	knn_offer(&j->knn, seed, j->place, (float)sim);
	return true;
}

static bool
merge_record(struct job *j, struct merging *m, struct rec *rec)
{
	struct str raw, key, id;
	struct json_walk w;

	if (!rec_get(rec, "hits", &raw) || !json_open(&w, raw, '[')) {
		rec_bad(&j->in, "no array \"hits\"");
		return false;
	}
	while (json_next(&w, rec->mem, &key, &raw))
		if (raw.p[0] != '{' || !merge_hit(j, m, raw, rec->mem)) {
			rec_bad(&j->in, "a hit without seed, sim or domains");
			return false;
		}
	if (!rec_get_str(rec, "id", &id))
		id = rec->line;
	spool(j, rec->line, id, NULL);
	return true;
}

static void
run_merge(struct job *j)
{
	struct merging m = {0};
	struct rec rec;

	knn_init(&j->knn, 0, j->o->per_seed, (float)j->o->min_sim);
	j->meta = outfile_spool();
	j->lines = outfile_spool();
	while (rec_read(&j->in, &rec))
		if (merge_record(j, &m, &rec))
			j->place++;
	seeds_name(&j->seeds, &m.id, &m.domain, m.pair, m.npair);
	open_record(j);
	finish_spool(j, false);
	vocab_release(&m.id);
	vocab_release(&m.domain);
	free(m.pair);
}

static void
release(struct job *j)
{
	if (j->encoder != NULL)
		encoder_close(j->encoder);
	seeds_release(&j->seeds);
	contrast_release(&j->contrast);
	knn_release(&j->knn);
	window_release(&j->window);
	free(j->work);
	free(j->sim);
	free(j->score);
	free(j->cand);
	free(j->hit);
	free(j->seen);
	free(j->keep);
	free(j->least);
	free(j->ties);
	if (j->meta != NULL)
		fclose(j->meta);
	if (j->lines != NULL)
		fclose(j->lines);
}

/* What the options leave open, the model says; what they contradict, we. */
static void
settle(struct opts *o, const struct encoder *e)
{
	float t_sim;
	bool known = e != NULL && encoder_t_sim(e, &t_sim);

	if (o->dopamine) {
		o->score = SCORE_COSINE;
		if (o->per_seed == 0)
			o->per_seed = 200;
		if (!o->min_sim_given && !known)
			cli_errx(CLI_FATAL, "the model has no t_sim; "
					    "--calibrate or --min-sim sets it");
	}
	if (!o->min_sim_given)
		o->min_sim = o->dopamine ? t_sim : -INFINITY;
	if (o->per_seed > 0 || o->by_score || o->by_share) {
		o->by_sim = o->min_sim_given && o->per_seed == 0;
		return;
	}
	if (!o->min_sim_given && !known && o->histogram == NULL)
		tool_usage("none of --min-score, --share, --per-seed and "
			   "--min-sim, and no t_sim in the model");
	if (!o->min_sim_given && known)
		o->min_sim = t_sim;
	o->by_sim =
	    o->min_sim_given || known; /* else for the histogram alone */
}

static void
check(const struct opts *o)
{
	bool select = o->by_score || o->by_share || o->per_seed > 0 ||
		      o->min_sim_given || o->background > 0 || o->dopamine ||
		      o->histogram != NULL;

	if (o->merge) {
		if (o->per_seed == 0 || o->model != NULL || o->nseeds > 0 ||
		    o->by_score || o->by_share || o->calibrate || o->vec ||
		    o->histogram != NULL)
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
		o->min_score = cli_real("--min-score", optarg, 0, 1);
		o->by_score = true;
		break;
	case OPT_SHARE:
		o->share = cli_real("--share", optarg, 0, 1);
		o->by_share = true;
		break;
	case OPT_PER_SEED:
		o->per_seed = cli_size("--per-seed", optarg, 1, 1 << 30);
		break;
	case OPT_MIN_SIM:
		o->min_sim = cli_real("--min-sim", optarg, -1, 1);
		o->min_sim_given = true;
		break;
	case OPT_PRESET:
		cli_choice("--preset", optarg, presets);
		o->dopamine = true;
		break;
	case OPT_BACKGROUND:
		o->background = cli_size("--background", optarg, 0, 1 << 30);
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
		o->rng = cli_u64("--rng", optarg);
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
		o.min_sim = -INFINITY;
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
	return rec_close(&j.in, stdout);
}
