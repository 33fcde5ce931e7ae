#include "classify/metrics.h"

#include <stdlib.h>

#include "base/number.h"

static int
by_score(const void *a, const void *b)
{
	const struct metrics_pair *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (int)x->gold - (int)y->gold;
}

void
metrics_sort(struct metrics_pair *pair, size_t n)
{
	qsort(pair, n, sizeof(*pair), by_score);
}

double
metrics_ap(const struct metrics_pair *pair, size_t n)
{
	size_t i, hit = 0;
	double sum = 0;

	for (i = 0; i < n; i++)
		if (pair[i].gold)
			sum += (double)++hit / (double)(i + 1);
	return hit > 0 ? sum / (double)hit : 0;
}

float
metrics_threshold(const struct metrics_pair *pair, size_t n, float fallback)
{
	size_t i, hit = 0, ngold = 0;
	double f1, best = 0;
	float threshold = fallback;

	for (i = 0; i < n; i++)
		ngold += pair[i].gold;
	for (i = 0; i < n; i++) {
		hit += pair[i].gold;
		if (i + 1 < n && pair[i + 1].score == pair[i].score)
			continue;
		f1 = 2 * (double)hit / (double)(i + 1 + ngold);
		if (f1 > best) {
			best = f1;
			threshold = i + 1 < n ? pair[i].score / 2 +
						    pair[i + 1].score / 2
					      : pair[i].score / 2;
		}
	}
	return threshold;
}

struct metrics_count
metrics_decide(const struct metrics_pair *pair, size_t n, float threshold)
{
	struct metrics_count c = {0};
	size_t i;

	for (i = 0; i < n; i++)
		if (pair[i].score >= threshold) {
			c.hit += pair[i].gold;
			c.wrong += !pair[i].gold;
		} else {
			c.missed += pair[i].gold;
		}
	return c;
}

double
metrics_precision(struct metrics_count c)
{
	return share(c.hit, c.hit + c.wrong);
}

double
metrics_recall(struct metrics_count c)
{
	return share(c.hit, c.hit + c.missed);
}

double
metrics_f1(struct metrics_count c)
{
	return share(2 * c.hit, 2 * c.hit + c.wrong + c.missed);
}
