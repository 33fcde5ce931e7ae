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

/* What the spool knows of a record besides what pick does; hits follow. */
struct entry {
	uint64_t hash; /* the hash of the id, which draws the background */
	uint64_t ncand;
};

/*
 * Make room for the candidates of a record; the seeds and domains are known by
 * now.
 */
static void
open_record(struct select *s)
{
	size_t ns = s->seeds->nseed, nd = s->seeds->ndomain;

	s->cand = mem_alloc((ns + 1) * sizeof(*s->cand));
	s->hit = mem_alloc((ns + 1) * sizeof(*s->hit));
	s->seen = mem_zeroed(ns + 1, sizeof(*s->seen));
	s->keep = mem_zeroed(nd + 1, sizeof(*s->keep));
	s->verdict = mem_zeroed(nd + 1, sizeof(*s->verdict));
	if (s->known == NULL)
		s->known = mem_zeroed(nd + 1, sizeof(*s->known));
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
	struct pick_rule by_score = {.by_score = rule->by_score,
	    .min_score = rule->min_score,
	    .second = rule->second,
	    .by_share = rule->by_share,
	    .share = rule->share};
	size_t d;

	*s = (struct select){.rule = *rule, .seeds = seeds};
	pick_init(&s->pick, &by_score);
	for (d = 0; d < seeds->ndomain; d++)
		pick_domain(&s->pick, seeds->domain[d]);
	if (seeds->nseed > 0)
		open_record(s);
	if (rule->per_seed > 0)
		knn_init(&s->knn, seeds->nseed, rule->per_seed,
		    (float)rule->min_sim);
	if (select_needs_all(rule))
		spool_open(&s->meta);
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
	float top;

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
		top = sim[best];
		for (i = seeds->first[d]; i < seeds->first[d + 1]; i++)
			if (sim[seeds->member[i]] > top) {
				best = seeds->member[i];
				top = sim[best];
			}
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
judge_scores(struct select *s, const struct pick_record *r)
{
	size_t i;

	memset(s->keep, 0, s->seeds->ndomain * sizeof(*s->keep));
	pick_judge(&s->pick, r, s->verdict);
	for (i = 0; i < r->nscore; i++)
		if (s->verdict[i] == PICK_KEPT)
			s->keep[r->score[i].domain] = BY_SCORE;
}

/*
 * Whether the record passes whose candidates are in cand[].  near[0..nnear)
 * are the seeds that have it among their nearest.
 */
static bool
judge(struct select *s, const struct pick_record *r, const struct knn_hit *near,
    size_t nnear)
{
	const struct seeds *seeds = s->seeds;
	const struct select_hit *cand = s->cand;
	bool any = false;
	size_t d, i;

	s->nhit = 0;
	judge_scores(s, r);
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
	struct pick_record r = {.score = s->known, .nscore = s->seeds->ndomain};
	size_t d;

	for (d = 0; d < r.nscore; d++)
		s->known[d] = (struct pick_score){(uint32_t)d, score[d]};
	find_candidates(s, sim);
	return judge(s, &r, NULL, 0);
}

/* The spool, where the whole corpus decides. */

void
select_put_hits(struct select *s, struct str line, struct str id,
    const float *score, size_t nscore, const struct select_hit *hit,
    size_t nhit)
{
	struct pick_record r = {
	    .line = line, .hash = s->nput, .nscore = nscore};
	struct entry e = {.ncand = nhit};
	struct rng rng;
	size_t d;

	if (nscore > 0 && s->known == NULL)
		s->known = mem_alloc(nscore * sizeof(*s->known));
	for (d = 0; d < nscore; d++)
		s->known[d] = (struct pick_score){(uint32_t)d, score[d]};
	r.score = s->known;
	pick_put(&s->pick, &r);
	rng_init_id(&rng, s->rule.rng, id);
	e.hash = rng_next(&rng);
	spool_write(&s->meta, &e, sizeof(e));
	spool_write(&s->meta, hit, nhit * sizeof(*hit));
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

/* Go back to the first record. */
static void
rewind_spool(struct select *s)
{
	pick_rewind(&s->pick);
	spool_rewind(&s->meta);
	s->place = s->at = s->drawn_at = 0;
}

/* Whether the record r passes, which pick has just given back; its *hash. */
static bool
judge_next(struct select *s, const struct pick_record *r, uint64_t *hash)
{
	const struct knn_hit *near = NULL;
	struct entry e = {0};
	size_t n = 0;
	bool pass;

	spool_read(&s->meta, &e, sizeof(e));
	s->ncand = e.ncand;
	spool_read(&s->meta, s->cand, s->ncand * sizeof(*s->cand));
	if (s->at < s->nnear)
		near = s->near + s->at;
	while (s->at + n < s->nnear && near[n].place == s->place)
		n++;
	pass = judge(s, r, near, n);
	s->at += n;
	s->place++;
	*hash = e.hash;
	return pass;
}

/* Draw the background among those that do not pass: least hash first. */
static void
draw_background(struct select *s)
{
	struct pick_record r;
	struct knn draw;
	uint64_t hash;

	knn_init(&draw, 1, s->rule.background, -INFINITY);
	rewind_spool(s);
	while (pick_next_scores(&s->pick, &r))
		if (!judge_next(s, &r, &hash))
			/* the 24 highest bits of the hash make a float */
			knn_offer(&draw, 0, s->place - 1, -(float)(hash >> 40));
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
	pick_decide(&s->pick);
	if (s->rule.background > 0)
		draw_background(s);
	rewind_spool(s);
}

bool
select_next(struct select *s, struct select_verdict *v)
{
	struct pick_record r;
	uint64_t hash;
	size_t d;

	if (!pick_next(&s->pick, &r))
		return false;
	v->pass = judge_next(s, &r, &hash);
	if (s->drawn_at < s->ndrawn &&
	    s->drawn[s->drawn_at].place == s->place - 1) {
		s->drawn_at++;
		v->pass = true;
	}
	for (d = 0; d < r.nscore; d++)
		s->score[d] = r.score[d].score;
	v->line = r.line;
	v->score = r.nscore > 0 ? s->score : NULL;
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
	free(s->known);
	free(s->verdict);
	free(s->drawn);
	free(s->score);
	pick_release(&s->pick);
	spool_close(&s->meta);
	*s = (struct select){0};
}
