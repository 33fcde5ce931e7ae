/*
 * select - which records pass, by their scores and their nearness to seeds
 *
 * A rule is made of parts, and a record passes if one of them keeps it: scores
 * of at least min_score or in the best share of a domain (mine/pick; of equal
 * scores the earlier is the better), cosines to a seed of at least min_sim, the
 * per_seed records nearest to each seed.  Besides, some of the other records
 * may pass as background, drawn at random.
 *
 * Where a record can be judged by itself, select_now() does so.  The share, the
 * nearest and the background need to have seen the whole corpus: then
 * select_put() spools each record to $TMPDIR, and when all have been seen,
 * select_next() gives them back in order, with whether they pass.
 *
 * Of one that passes, `domains` are the domains that keep it, `hits` the seeds:
 * those that keep it by themselves, and the nearest of each domain that does by
 * its score.
 */

#ifndef SELECT_H
#define SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "math/knn.h"
#include "mine/pick.h"
#include "mine/seeds.h"
#include "record/rec.h"
#include "record/spool.h"

struct select_rule {
	bool by_score, by_share, by_sim; /* whether these parts are in it */
	double min_score;		 /* for by_score: 0..1 */
	double second;			 /* 0, or as pick_rule has it */
	double share;			 /* for by_share: 0..1 of all records */
	double min_sim;	   /* for by_sim; also the least of per_seed's */
	size_t per_seed;   /* 0: not in it */
	size_t background; /* how many of the others; 0: none */
	uint64_t rng;	   /* the seed that draws the background */
};

/* A seed that a record is near to. */
struct select_hit {
	uint32_t seed;
	float sim;
};

struct select {
	struct select_rule rule;
	const struct seeds *seeds; /* borrowed */

	/* what was found of the record judged last */
	struct select_hit *hit; /* (nhit): seeds, the nearest first */
	size_t nhit;
	unsigned char *keep; /* (ndomain): 0, or the domain keeps it */

	/* private */
	struct pick pick;	    /* of the scores; it spools lines, too */
	struct pick_score *known;   /* (ndomain), of the record at hand */
	enum pick_verdict *verdict; /* (ndomain), likewise */
	struct select_hit *cand;    /* (ncand of nseed): that may keep it */
	size_t ncand;
	bool *seen; /* (nseed), all false between uses */

	/* where the whole corpus decides */
	struct knn knn;	      /* the nearest to each seed */
	struct knn_hit *near; /* (nnear), by place; at is the next to come */
	size_t nnear, at;
	struct spool meta;     /* a struct entry a record, and its hits */
	uint64_t nput, place;  /* records put in, and taken out again */
	struct knn_hit *drawn; /* (ndrawn): the background, by place */
	size_t ndrawn, drawn_at;
	float *score; /* (ndomain): of the record taken out last */
};

/*
 * seeds, with their names, must live as long; of seeds that come to be known
 * with the records only (merge.h) there is none here, and their domains, where
 * there are scores, are named by pick_domain() before the first is put.
 */
void select_init(struct select *s, const struct select_rule *rule,
    const struct seeds *seeds);

/* Whether the rule needs to see the whole corpus. */
bool select_needs_all(const struct select_rule *rule);

/* Whether a record passes: its sim (nseed) are cosines, its score (ndomain). */
bool select_now(struct select *s, const float *sim, const float *score);

/*
 * Spool the next record: line, without its line feed, and id, which draws the
 * background.  With sim and score NULL only what was offered for it counts.
 */
void select_put(struct select *s, struct str line, struct str id,
    const float *sim, const float *score);

/*
 * The same of a record that was scored before: its score[0..nscore), of the
 * domains in order, and hit[0..nhit), the nearest seed of each domain.  Every
 * record has as many scores as there are domains.
 */
void select_put_hits(struct select *s, struct str line, struct str id,
    const float *score, size_t nscore, const struct select_hit *hit,
    size_t nhit);

/* Say of the record that select_put() takes next how near it is to a seed. */
void select_offer(struct select *s, uint32_t seed, float sim);

/* All were put: decide.  The seeds' names are known by now. */
void select_decide(struct select *s);

struct select_verdict {
	struct str line;    /* borrowed until the next select_next() */
	const float *score; /* likewise; NULL if none were put in */
	bool pass;
};

/* The next record in the order in which they were put; false after the last. */
bool select_next(struct select *s, struct select_verdict *v);

/*
 * Set "scores" (unless score is NULL), "hits" and "domains" of rec by what was
 * found of the record judged last.
 */
void select_set(const struct select *s, struct rec *rec, const float *score);

/* Free what is held. */
void select_release(struct select *s);

#endif
