/* select: the share, the nearest and the background, compared with sorting */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "mine/select.h"
#include "tap.h"

enum { N = 400, NSEED = 7, NDOMAIN = 3 };

static float sim[N][NSEED], score[N][NDOMAIN];
static bool pass[N];

/* How many records are before record i in the order of x, largest first. */
static size_t
rank_of(const float *x, size_t stride, size_t i)
{
	size_t k, n = 0;

	for (k = 0; k < N; k++)
		n += x[k * stride] > x[i * stride] ||
		     (x[k * stride] == x[i * stride] && k < i);
	return n;
}

/* Seeds 0..6 of domains a, b, c in turn; the last is of all. */
static void
make_seeds(struct seeds *seeds)
{
	static const char *const domain[] = {"a", "b", "c"};
	struct seeds_names names = {0};
	char id[2] = "0";
	uint32_t i, d;

	for (i = 0; i < NSEED; i++, id[0]++) {
		vocab_add(&names.id, str_of(id));
		for (d = 0; d < NDOMAIN; d++)
			if (d == i % NDOMAIN || i == NSEED - 1)
				seeds_pair(&names, i, str_of(domain[d]));
	}
	seeds_name(seeds, &names);
}

/* Put all in, fill pass[]; how many pass. */
static size_t
run(const struct select_rule *rule, const struct seeds *seeds)
{
	struct select_verdict v;
	struct select s;
	char line[32];
	size_t i, n = 0;
	struct str l;

	select_init(&s, rule, seeds);
	for (i = 0; i < N; i++) {
		snprintf(line, sizeof(line), "{\"n\":%zu}", i);
		l = str_of(line);
		select_put(&s, l, l, sim[i], score[i]);
	}
	select_decide(&s);
	for (i = 0; select_next(&s, &v); i++) {
		snprintf(line, sizeof(line), "{\"n\":%zu}", i);
		if (!str_eq(v.line, str_of(line)) ||
		    memcmp(v.score, score[i], sizeof(score[i])) != 0)
			return 0;
		pass[i] = v.pass;
		n += v.pass;
	}
	select_release(&s);
	return i == N ? n : 0;
}

int
main(void)
{
	struct select_rule rule = {.by_share = true, .share = 0.1};
	struct seeds seeds = {0};
	struct select s;
	struct rng rng;
	size_t i, d, n, near;
	bool right = true, want;

	make_seeds(&seeds);
	rng_init(&rng, 1);
	for (i = 0; i < N; i++) {
		for (d = 0; d < NSEED; d++)
			sim[i][d] = (float)rng_below(&rng, 100) / 100;
		for (d = 0; d < NDOMAIN; d++) /* many are alike */
			score[i][d] = (float)rng_below(&rng, 20) / 20;
	}
	ok(run(&rule, &seeds) > 0, "a share, with the lines and scores");
	for (i = 0; i < N; i++) {
		for (want = false, d = 0; d < NDOMAIN; d++)
			want |= rank_of(&score[0][d], NDOMAIN, i) < N / 10;
		right &= pass[i] == want;
	}
	ok(right, "of equal scores the earlier are in it");

	rule = (struct select_rule){.per_seed = 9, .min_sim = -INFINITY};
	near = run(&rule, &seeds);
	for (i = 0, right = true; i < N; i++) {
		for (want = false, d = 0; d < NSEED; d++)
			want |= rank_of(&sim[0][d], NSEED, i) < 9;
		right &= pass[i] == want;
	}
	ok(right, "the nearest of each seed");
	rule.min_sim = 0.99;
	n = run(&rule, &seeds);
	ok(n > 0 && n < near, "fewer where they must be near");
	rule.min_sim = -INFINITY;
	rule.background = 50;
	ok(run(&rule, &seeds) == near + 50, "and others as background");
	rule.background = N;
	ok(run(&rule, &seeds) == N, "as many as there are");

	rule = (struct select_rule){.by_score = true, .min_score = 0.9};
	select_init(&s, &rule, &seeds);
	ok(!select_needs_all(&rule), "a score is enough by itself");
	for (i = 0, right = true; i < N; i++) {
		for (want = false, d = 0; d < NDOMAIN; d++)
			want |= score[i][d] >= 0.9F;
		right &= select_now(&s, sim[i], score[i]) == want;
		for (d = 1; d < s.nhit; d++)
			right &= s.hit[d - 1].sim >= s.hit[d].sim;
		right &= !want || s.nhit > 0;
	}
	ok(right, "records of at least a score pass, with hits in order");
	select_release(&s);
	seeds_release(&seeds);
	return tap_done();
}
