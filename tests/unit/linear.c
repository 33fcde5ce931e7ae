/*
 * linear: at the solution a naive twin, in doubles, finds a slope of zero;
 * lanes do not influence each other
 */

#include "classify/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NDOC = 300, NDIM = 40, NITEM = 6, LANE = LINEAR_LANE };
static const double cost = 10;

static uint64_t start[NDOC + 1];
static struct linear_item item[NDOC * NITEM];
static uint8_t mark[NDOC * LANE];
static const struct linear_data data = {NDOC, NDIM, start, item};

/* Documents of unit length; the positives of a lane lean to one dimension. */
static void
make(uint64_t seed)
{
	struct rng r;
	size_t i, j, k;
	double norm, pull[LANE];

	rng_init(&r, seed);
	for (i = 0; i < NDOC; i++) {
		start[i + 1] = start[i] + NITEM;
		norm = 0;
		memset(pull, 0, sizeof(pull));
		for (k = start[i]; k < start[i + 1]; k++) {
			item[k].dim = (uint32_t)rng_below(&r, NDIM);
			item[k].value = 0.1f + (float)rng_real(&r);
			norm += (double)item[k].value * (double)item[k].value;
		}
		for (k = start[i]; k < start[i + 1]; k++) {
			item[k].value /= (float)sqrt(norm);
			pull[item[k].dim % LANE] += (double)item[k].value;
		}
		for (j = 0; j < LANE; j++)
			mark[i * LANE + j] =
			    rng_below(&r, 9) == 0 ? LABELS_MASKED
			    : pull[j] + 0.4 * rng_normal(&r) > 0.5
				? LABELS_POSITIVE
				: LABELS_NEGATIVE;
	}
}

/* The gradient of one lane's objective, straight from its definition. */
static void
slope(const float *weight, const float *bias, size_t lane, double g[NDIM + 1])
{
	double z, y, c, count[3] = {0};
	size_t i, k;

	for (i = 0; i < NDOC; i++)
		count[mark[i * LANE + lane]]++;
	for (i = 0; i < NDIM; i++)
		g[i] = (double)weight[i * LANE + lane];
	g[NDIM] = 0;
	for (i = 0; i < NDOC; i++) {
		if (mark[i * LANE + lane] == LABELS_MASKED)
			continue;
		y = mark[i * LANE + lane] == LABELS_POSITIVE ? 1 : -1;
		c = cost * (count[1] + count[2]) /
		    (2 * count[mark[i * LANE + lane]]);
		z = (double)bias[lane];
		for (k = start[i]; k < start[i + 1]; k++)
			z += (double)item[k].value *
			     (double)weight[item[k].dim * LANE + lane];
		c *= -y / (1 + exp(y * z));
		for (k = start[i]; k < start[i + 1]; k++)
			g[item[k].dim] += c * (double)item[k].value;
		g[NDIM] += c;
	}
}

static double
norm(const double g[NDIM + 1])
{
	double sum = 0;
	size_t i;

	for (i = 0; i <= NDIM; i++)
		sum += g[i] * g[i];
	return sqrt(sum);
}

int
main(void)
{
	static float weight[NDIM * LANE], bias[LANE], one[NDIM * LANE],
	    bias1[LANE];
	double g[NDIM + 1], first;
	size_t i, j, nstep;
	uint64_t seed;
	bool flat, same;

	for (seed = 1; seed <= 5; seed++) {
		make(seed);
		nstep = linear_train(&data, mark, cost, weight, bias);
		ok(nstep > 0 && nstep < 30, "few Newton steps");
		flat = true;
		for (j = 0; j < LANE; j++) {
			memset(one, 0, sizeof(one));
			memset(bias1, 0, sizeof(bias1));
			slope(one, bias1, j, g);
			first = norm(g);
			slope(weight, bias, j, g);
			if (norm(g) > 2e-3 * first)
				flat = false;
		}
		ok(flat, "no slope is left in any lane");
	}

	/* Mask all other lanes, or fill them with something else. */
	for (i = 0; i < NDOC; i++)
		for (j = 0; j < LANE; j++)
			if (j != 3)
				mark[i * LANE + j] =
				    i % 7 ? LABELS_MASKED : (uint8_t)(j % 3);
	linear_train(&data, mark, cost, one, bias1);
	same = bias1[3] == bias[3];
	for (i = 0; i < NDIM; i++)
		if (one[i * LANE + 3] != weight[i * LANE + 3])
			same = false;
	ok(same, "a lane's answer does not depend on the others");
	ok(bias1[1] == 0 && one[1] == 0, "a lane without positives is zeros");

	/* All items lie in no document. */
	start[1] = start[0];
	for (i = 1; i < NDOC; i++)
		start[i + 1] = start[i];
	linear_train(&data, mark, cost, one, bias1);
	ok(isfinite(bias1[3]) && one[3] == 0, "documents without words");
	return tap_done();
}
