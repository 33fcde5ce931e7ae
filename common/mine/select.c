#include "mine/select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/rng.h"
#include "record/json-writer.h"
#include "record/spool.h"
#include "record/tool.h"

/* Why a domain keeps a record, in keep[]. */
enum { BY_SCORE = 1, BY_SEED = 2 };

/* What the spool knows of a record besides its line; scores and hits follow. */
struct entry {
	uint64_t len;  /* of the line */
	uint64_t hash; /* that draws the background */
	uint64_t ncand;
};

/* Make room for what is found of a record; seeds and domains are known. */
static void
open_record(struct select *s)
{
	size_t ns = s->seeds->nseed, nd = s->seeds->ndomain;

	s->cand = mem_alloc((ns + 1) * sizeof(*s->cand));
	s->hit = mem_alloc((ns + 1) * sizeof(*s->hit));
	s->seen = mem_zeroed(ns + 1, sizeof(*s->seen));
	s->keep = mem_zeroed(nd + 1, sizeof(*s->keep));
	s->share = mem_zeroed(nd + 1, sizeof(*s->share));
	s->score = mem_alloc((nd + 1) * sizeof(*s->score));
}

bool
select_needs_all(const struct select_rule *rule)
{
	return rule->per_seed > 0 || rule->by_share || rule->background > 0;
}

void
select_init(
    struct select *s, const struct select_rule *rule, const struct seeds *seeds)
{
	*s = (struct select){.rule = *rule, .seeds = seeds};
	if (seeds->nseed > 0)
		open_record(s);
	if (rule->per_seed > 0)
		knn_init(&s->knn, seeds->nseed, rule->per_seed,
		    (float)rule->min_sim);
	if (select_needs_all(rule)) {
		spool_open(&s->meta);
		spool_open(&s->lines);
	}
}

static int
by_sim(const void *pa, const void *pb, void *ctx)
{
	const struct select_hit *a = pa, *b = pb;
	const struct seeds *seeds = ctx;

	if (a->sim != b->sim)
		return a->sim > b->sim ? -1 : 1;
	return str_cmp(seeds->id[a->seed], seeds->id[b->seed]);
}

/*
 * The seeds that may keep a record: those of at least min_sim, or, where
 * scores decide, the nearest of each domain.
 */
static void
find_candidates(struct select *s, const float *sim)
{
	const struct seeds *seeds = s->seeds;
	const struct select_rule *rule = &s->rule;
	size_t d, i, best;

	s->ncand = 0;
	for (i = 0; rule->by_sim && i < seeds->nseed; i++)
		if (sim[i] >= (float)rule->min_sim) {
			s->cand[s->ncand++] =
			    (struct select_hit){(uint32_t)i, sim[i]};
			s->seen[i] = true;
		}
	for (d = 0; (rule->by_score || rule->by_share) && d < seeds->ndomain;
	     d++) {
		best = seeds->member[seeds->first[d]];
		for (i = seeds->first[d]; i < seeds->first[d + 1]; i++)
			if (sim[seeds->member[i]] > sim[best])
				best = seeds->member[i];
		if (s->seen[best])
			continue;
		s->cand[s->ncand++] =
		    (struct select_hit){(uint32_t)best, sim[best]};
		s->seen[best] = true;
	}
	for (i = 0; i < s->ncand; i++)
		s->seen[s->cand[i].seed] = false;
}

static void
add_hit(struct select *s, struct select_hit hit)
{
	if (s->seen[hit.seed])
		return;
	s->seen[hit.seed] = true;
	s->hit[s->nhit++] = hit;
}

/*
 * A seed that keeps a record by itself brings all of its domains; one of no
 * domain keeps nothing.
 */
static void
add_near(struct select *s, struct select_hit hit)
{
	const bool *label = s->seeds->label + hit.seed * s->seeds->ndomain;
	bool any = false;
	size_t d;

	for (d = 0; d < s->seeds->ndomain; d++)
		if (label[d]) {
			s->keep[d] |= BY_SEED;
			any = true;
		}
	if (any)
		add_hit(s, hit);
}

/* The domains that keep the record by its score, in keep[]. */
static void
judge_scores(struct select *s, const float *score)
{
	const struct select_rule *rule = &s->rule;
	size_t d;

	for (d = 0; d < s->seeds->ndomain; d++) {
		s->keep[d] = 0;
		if (rule->by_score && score[d] >= (float)rule->min_score)
			s->keep[d] = BY_SCORE;
		if (rule->by_share &&
		    cutoff_has(&s->share[d], cutoff_key(score[d], s->place)))
			s->keep[d] = BY_SCORE;
	}
}

/*
 * Whether the record passes whose candidates are in cand[].  near[0..nnear)
 * are the seeds that have it among their nearest.
 */
static bool
judge(struct select *s, const float *score, const struct knn_hit *near,
    size_t nnear)
{
	const struct seeds *seeds = s->seeds;
	const struct select_hit *cand = s->cand;
	bool any = false;
	size_t d, i;

	s->nhit = 0;
	judge_scores(s, score);
	for (i = 0; i < nnear; i++)
		add_near(s, (struct select_hit){near[i].seed, near[i].sim});
	for (i = 0; i < s->ncand; i++) {
		if (s->rule.by_sim && cand[i].sim >= (float)s->rule.min_sim)
			add_near(s, cand[i]);
		for (d = 0; d < seeds->ndomain; d++)
			if (seeds->label[cand[i].seed * seeds->ndomain + d] &&
			    (s->keep[d] & BY_SCORE))
				add_hit(s, cand[i]);
	}
	for (i = 0; i < s->nhit; i++)
		s->seen[s->hit[i].seed] = false;
	for (d = 0; d < seeds->ndomain; d++)
		any |= s->keep[d] != 0;
	qsort_r(s->hit, s->nhit, sizeof(*s->hit), by_sim, (void *)seeds);
	return any;
}

bool
select_now(struct select *s, const float *sim, const float *score)
{
	find_candidates(s, sim);
	return judge(s, score, NULL, 0);
}

/* The spool, where the whole corpus decides. */

void
select_put_hits(struct select *s, struct str line, struct str id,
    const float *score, size_t nscore, const struct select_hit *hit,
    size_t nhit)
{
	struct entry e = {.len = line.len, .ncand = nhit};
	struct rng rng;

	s->scored = nscore > 0;
	rng_init_id(&rng, s->rule.rng, id);
	e.hash = rng_next(&rng);
	spool_write(&s->meta, &e, sizeof(e));
	spool_write(&s->meta, score, nscore * sizeof(*score));
	spool_write(&s->meta, hit, nhit * sizeof(*hit));
	spool_write(&s->lines, line.p, line.len);
	s->nput++;
}

void
select_put(struct select *s, struct str line, struct str id, const float *sim,
    const float *score)
{
	size_t nscore = score != NULL ? s->seeds->ndomain : 0;

	if (sim != NULL) {
		find_candidates(s, sim);
		if (s->rule.per_seed > 0)
			knn_offer_all(&s->knn, s->nput, sim);
	}
	select_put_hits(s, line, id, score, nscore, s->cand, s->ncand);
}

void
select_offer(struct select *s, uint32_t seed, float sim)
{
	if (seed >= s->knn.nseed)
		knn_grow(&s->knn, seed + 1, (float)s->rule.min_sim);
	knn_offer(&s->knn, seed, s->nput, sim);
}

/* The next entry of the spool: its scores, and its hits in cand[]. */
static bool
next_entry(struct select *s, struct entry *e)
{
	size_t nd = s->scored ? s->seeds->ndomain : 0;

	if (!spool_read(&s->meta, e, sizeof(*e)))
		return false;
	s->ncand = e->ncand;
	return spool_read(&s->meta, s->score, nd * sizeof(*s->score)) &&
	       spool_read(&s->meta, s->cand, s->ncand * sizeof(*s->cand));
}

/* To the first record again. */
static void
rewind_spool(struct select *s)
{
	spool_rewind(&s->meta);
	spool_rewind(&s->lines);
	s->place = s->at = s->drawn_at = 0;
}

enum { NCHUNK = 32 /* domains whose cutoffs are looked for at a time */ };

/*
 * A pass for the cutoffs of the domains [from, to): count their scores in bin
 * (NCHUNK, CUTOFF_NBIN).  False if all are exact.
 */
static bool
count_scores(struct select *s, size_t from, size_t to, uint64_t *bin)
{
	struct entry e;
	bool exact = true;
	uint64_t place;
	size_t d;

	for (d = from; d < to; d++)
		exact &= cutoff_exact(&s->share[d]);
	if (exact)
		return false;
	memset(bin, 0, NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	rewind_spool(s);
	for (place = 0; next_entry(s, &e); place++)
		for (d = from; d < to; d++)
			cutoff_count(&s->share[d],
			    cutoff_key(s->score[d], place),
			    bin + (d - from) * CUTOFF_NBIN);
	return true;
}

static void
find_share(struct select *s)
{
	uint64_t want = (uint64_t)(s->rule.share * (double)s->nput + 0.5);
	uint64_t *bin = mem_alloc(NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	size_t nd = s->seeds->ndomain, from, to, d;

	for (d = 0; d < nd; d++)
		s->share[d] = (struct cutoff){.left = want};
	for (from = 0; from < nd; from = to) {
		to = nd - from < NCHUNK ? nd : from + NCHUNK;
		while (count_scores(s, from, to, bin))
			for (d = from; d < to; d++)
				cutoff_refine(&s->share[d],
				    bin + (d - from) * CUTOFF_NBIN);
	}
	free(bin);
}

/* The next record of the spool, without its line, and whether it passes. */
static bool
judge_next(struct select *s, struct entry *e, bool *pass)
{
	const struct knn_hit *near = s->near + s->at;
	size_t n = 0;

	if (!next_entry(s, e))
		return false;
	while (s->at + n < s->nnear && near[n].place == s->place)
		n++;
	*pass = judge(s, s->score, near, n);
	s->at += n;
	s->place++;
	return true;
}

/* Draw the background among those that do not pass: least hash first. */
static void
draw_background(struct select *s)
{
	struct entry e;
	struct knn draw;
	bool pass;

	knn_init(&draw, 1, s->rule.background, -INFINITY);
	rewind_spool(s);
	while (judge_next(s, &e, &pass))
		if (!pass) /* the 24 highest bits of the hash make a float */
			knn_offer(
			    &draw, 0, s->place - 1, -(float)(e.hash >> 40));
	s->drawn = knn_hits(&draw, &s->ndrawn);
	knn_release(&draw);
}

void
select_decide(struct select *s)
{
	if (s->cand == NULL)
		open_record(s);
	if (s->rule.per_seed > 0)
		s->near = knn_hits(&s->knn, &s->nnear);
	if (s->rule.by_share)
		find_share(s);
	if (s->rule.background > 0)
		draw_background(s);
	rewind_spool(s);
}

bool
select_next(struct select *s, struct select_verdict *v)
{
	struct entry e;

	if (!judge_next(s, &e, &v->pass))
		return false;
	s->line.len = 0;
	buf_reserve(&s->line, e.len);
	spool_read(&s->lines, s->line.p, e.len);
	s->line.len = e.len;
	if (s->drawn_at < s->ndrawn &&
	    s->drawn[s->drawn_at].place == s->place - 1) {
		s->drawn_at++;
		v->pass = true;
	}
	v->line = buf_str(&s->line);
	v->score = s->scored ? s->score : NULL;
	return true;
}

/* What was found, as members of a record. */

static void
put_scores(const struct seeds *seeds, const float *score, struct buf *b)
{
	struct json_writer w = {.out = b};
	size_t d;

	jw_begin_object(&w, NULL);
	for (d = 0; d < seeds->ndomain; d++) {
		jw_key(&w, seeds->domain[d]);
		jw_real(&w, NULL, score[d]);
	}
	jw_end_object(&w);
}

/* The hits as a JSON array; merge.c reads it. */
static void
put_hits(const struct select *s, struct buf *b)
{
	const struct seeds *seeds = s->seeds;
	struct json_writer w = {.out = b};
	size_t i, d;

	jw_begin_array(&w, NULL);
	for (i = 0; i < s->nhit; i++) {
		jw_begin_object(&w, NULL);
		jw_str(&w, "seed", seeds->id[s->hit[i].seed]);
		jw_real(&w, "sim", s->hit[i].sim);
		jw_begin_array(&w, "domains");
		for (d = 0; d < seeds->ndomain; d++)
			if (seeds->label[s->hit[i].seed * seeds->ndomain + d])
				jw_str(&w, NULL, seeds->domain[d]);
		jw_end_array(&w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
}

void
select_set(const struct select *s, struct rec *rec, const float *score)
{
	const struct seeds *seeds = s->seeds;
	struct str *domain =
	    arena_alloc(rec->mem, (seeds->ndomain + 1) * sizeof(*domain));
	struct buf b = {0};
	size_t d, n = 0;

	if (score != NULL) {
		put_scores(seeds, score, &b);
		rec_set(rec, "scores", arena_copy(rec->mem, buf_str(&b)));
		b.len = 0;
	}
	put_hits(s, &b);
	rec_set(rec, "hits", arena_copy(rec->mem, buf_str(&b)));
	for (d = 0; d < seeds->ndomain; d++)
		if (s->keep[d] != 0)
			domain[n++] = seeds->domain[d];
	rec_set_strs(rec, "domains", domain, n);
	buf_release(&b);
}

void
select_release(struct select *s)
{
	knn_release(&s->knn);
	free(s->hit);
	free(s->keep);
	free(s->cand);
	free(s->seen);
	free(s->near);
	free(s->share);
	free(s->drawn);
	free(s->score);
	buf_release(&s->line);
	spool_close(&s->meta);
	spool_close(&s->lines);
	*s = (struct select){0};
}
