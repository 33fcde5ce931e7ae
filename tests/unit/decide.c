/*
 * decide: parameters that are known are found again; a threshold that makes
 * sense with few seeds; which domains have a rival
 */

#include "mine/decide.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "tap.h"

enum { N = 4000, NDOMAIN = 5 };

static float z[N * NDOMAIN];
static bool label[N * NDOMAIN];
static double weight[N];

/* Labels drawn by their probability, by slope and base. */
static void
draw(double slope, double base)
{
	struct rng rng;
	size_t s, d;
	float p[NDOMAIN];
	struct decide c = {slope, base};

	rng_init(&rng, 3);
	for (s = 0; s < N; s++) {
		weight[s] = 1;
		for (d = 0; d < NDOMAIN; d++)
			p[d] = z[s * NDOMAIN + d] =
			    (float)(rng_normal(&rng) * 1.5 - 2);
		decide_apply(&c, p, 1, NDOMAIN, NDOMAIN, p);
		for (d = 0; d < NDOMAIN; d++)
			label[s * NDOMAIN + d] = rng_real(&rng) < (double)p[d];
	}
}

static void
finds(double slope, double base, const char *what)
{
	struct decide c, other;
	double loss, more;

	draw(slope, base);
	loss = decide_fit(&c, z, label, weight, N, NDOMAIN, NDOMAIN);
	ok(fabs(c.slope - slope) < 0.15 && fabs(c.base - base) < 0.15, what);

	/* what is not known counts for nothing */
	for (size_t i = 0; i < N; i += 7)
		z[i * NDOMAIN + 2] = NAN;
	more = decide_fit(&other, z, label, weight, N, NDOMAIN, NDOMAIN);
	ok(isfinite(more) && fabs(other.slope - c.slope) < 0.2 && more < loss,
	    "values that are not known are passed over");
}

int
main(void)
{
	float row[] = {0, -1, -1, 0.5F, -3}, same[] = {-1, -1};
	float none[] = {0, -3, 1, 0, -1, -3};
	float few[] = {0, -3, -3, 0}, two[] = {0.5F, 0.5F, -3};
	const bool of[] = {true, false, false, true};
	const double one[] = {1, 1};
	struct decide c = {2, -0.5};
	double loss;

	decide_apply(&c, row, 1, 5, 5, row);
	/* the rival of the best is the second, of all others the best */
	ok(fabs(log((double)row[3] / (1 - (double)row[3])) - 0.5) < 1e-5 &&
		fabs(log((double)row[0] / (1 - (double)row[0])) + 0.9) < 1e-5,
	    "the best other domain is the rival");
	decide_apply(&c, same, 1, 2, 2, same);
	ok(same[0] == same[1], "two that are equal are each other's rivals");
	decide_apply(&c, none, 2, 3, 2, none);
	ok(fabs(log((double)none[0] / (1 - (double)none[0])) + 1.3) < 1e-5 &&
		fabs(log((double)none[2] / (1 - (double)none[2])) - 0.3) < 1e-5,
	    "a rival that is no domain lowers the others and gets no score");

	finds(1.2, 0.7, "slope and base of one drawing");
	finds(2.5, -1, "and of another");

	loss = decide_fit(&c, few, of, one, 2, 2, 2);
	ok(isfinite(loss) && c.slope > 1 && c.slope < 4 && fabs(c.base) < 2,
	    "two seeds: near what is usual");
	decide_apply(&c, two, 1, 3, 3, two);
	ok(two[0] > decide_least && two[1] > decide_least &&
		two[2] < decide_least,
	    "as near as seeds to two: both");
	return tap_done();
}
