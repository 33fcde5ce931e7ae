/*
 * measure - how well scores find what is gold
 *
 * One label at a time, over the records that are judged for it.
 */

#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>

struct measure_pair {
	float score;
	bool gold;
};

/* Decisions against gold; adding them up over labels gives micro figures. */
struct measure_count {
	size_t hit, wrong, missed;
};

/* Sort by falling score; of equal scores, those that are not gold first. */
void measure_sort(struct measure_pair *pair, size_t n);

/*
 * Average precision of sorted pairs: the mean over gold ones of the precision
 * down to them.  0 where nothing is gold.
 */
double measure_ap(const struct measure_pair *pair, size_t n);

/*
 * The threshold of the best F1 on sorted pairs, half way between the last score
 * taken and the first one left; fallback where nothing is gold.
 */
float measure_threshold(
    const struct measure_pair *pair, size_t n, float fallback);

/* What deciding score >= threshold gets right and wrong, in any order. */
struct measure_count measure_decide(
    const struct measure_pair *pair, size_t n, float threshold);

/* Of counts; 0 where there is nothing to divide by. */
double measure_precision(struct measure_count c);
double measure_recall(struct measure_count c);
double measure_f1(struct measure_count c);

#endif
