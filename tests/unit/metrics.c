/*
 * metrics: figures worked out by hand, and thresholds compared with all others
 */

#include "classify/metrics.h"

#include <math.h>

#include "base/rng.h"
#include "tap.h"

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

/* No threshold at or between the scores does better than the one chosen. */
static bool
best_of_all(struct rng *r)
{
	struct metrics_pair pair[30];
	size_t i, n = 1 + rng_below(r, 30);
	double best;
	bool any = false, good = true;

	for (i = 0; i < n; i++) {
		pair[i].score = (float)rng_below(r, 12) / 12;
		pair[i].gold = rng_below(r, 3) == 0;
		any |= pair[i].gold;
	}
	metrics_sort(pair, n);
	if (!any)
		return metrics_threshold(pair, n, 0.25f) == 0.25f;
	best =
	    metrics_f1(metrics_decide(pair, n, metrics_threshold(pair, n, 2)));
	for (i = 0; i < n; i++)
		if (metrics_f1(metrics_decide(pair, n, pair[i].score)) >
		    best + 1e-12)
			good = false;
	return good;
}

int
main(void)
{
	struct metrics_pair pair[] = {
	    {0.2f, false}, {0.9f, true}, {0.5f, true}, {0.5f, false}};
	struct metrics_count c;
	struct rng r;
	size_t i;
	bool good = true;

	metrics_sort(pair, 4);
	ok(pair[0].score == 0.9f && !pair[1].gold && pair[2].gold,
	    "falling scores, ties against the gold");
	ok(near(metrics_ap(pair, 4), (1 + 2.0 / 3) / 2), "average precision");
	ok(metrics_ap(pair, 0) == 0, "average precision of nothing");
	c = metrics_decide(pair, 4, 0.5f);
	ok(c.hit == 2 && c.wrong == 1 && c.missed == 0, "decisions");
	ok(near(metrics_precision(c), 2.0 / 3) && near(metrics_recall(c), 1) &&
		near(metrics_f1(c), 0.8),
	    "precision, recall, F1");
	c = metrics_decide(pair, 0, 0.5f);
	ok(metrics_precision(c) == 0 && metrics_f1(c) == 0, "of nothing");
	rng_init(&r, 3);
	for (i = 0; i < 2000; i++)
		good &= best_of_all(&r);
	ok(good, "the threshold of the best F1");
	return tap_done();
}
