/*
 * metrics - how well scores find what is gold
 *
 * One label at a time, over the records that are judged for it.
 */

#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>
#include <stddef.h>

struct metrics_pair {
	float score;
	bool gold;
};

/* Decisions against gold; adding them up over labels gives micro figures. */
struct metrics_count {
	size_t hit, wrong, missed;
};

/* Sort by falling score; of equal scores, those that are not gold first. */
void metrics_sort(struct metrics_pair *pair, size_t n);

/*
 * Average precision of sorted pairs: the mean over gold ones of the precision
 * down to them.  0 where nothing is gold.
 */
double metrics_ap(const struct metrics_pair *pair, size_t n);

/*
 * The threshold of the best F1 on sorted pairs, half way between the last score
 * taken and the first one left; fallback where nothing is gold.
 */
float metrics_threshold(
    const struct metrics_pair *pair, size_t n, float fallback);

/* What deciding score >= threshold gets right and wrong, in any order. */
struct metrics_count metrics_decide(
    const struct metrics_pair *pair, size_t n, float threshold);

/* Of counts; 0 where there is nothing to divide by. */
double metrics_precision(struct metrics_count c);
double metrics_recall(struct metrics_count c);
double metrics_f1(struct metrics_count c);

#endif
