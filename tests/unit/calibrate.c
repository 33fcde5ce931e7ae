/*
 * calibrate: mean, covariance and t_sim of vectors are compared with twins
 * that look at each pair; a corpus whose vectors do not vary
 */

#include "encode/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "math/float16.h"
#include "tap.h"

enum { DIM = 5, N = 300, NCELL = DIM * (DIM + 1) / 2 };

static float x[N][DIM];

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-4;
}

static bool
same_covariance(const float *mean, const float *got)
{
	double unit[N][DIM], sum[NCELL] = {0}, len, trace = 0;
	size_t r, i, j;
	bool good = true;

	for (r = 0; r < N; r++) {
		for (len = 0, i = 0; i < DIM; i++) {
			unit[r][i] = (double)x[r][i] - mean[i];
			len += unit[r][i] * unit[r][i];
		}
		for (i = 0; i < DIM; i++)
			unit[r][i] /= sqrt(len);
		for (i = 0; i < DIM; i++)
			for (j = 0; j <= i; j++)
				sum[i * (i + 1) / 2 + j] +=
				    unit[r][i] * unit[r][j];
	}
	for (i = 0; i < DIM; i++)
		trace += sum[i * (i + 1) / 2 + i];
	for (i = 0; i < NCELL; i++)
		good &= near(got[i], sum[i] * DIM / trace);
	return good;
}

/* The share of pairs that are as near as t is one in a thousand. */
static bool
one_in_a_thousand(float t)
{
	size_t r, s, i, n = 0;
	double sim;

	for (r = 0; r < N; r++)
		for (s = 0; s < r; s++) {
			for (sim = 0, i = 0; i < DIM; i++)
				sim += (double)x[r][i] * x[s][i];
			n += sim > (double)t + 1e-6;
		}
	return n <= N * (N - 1) / 2 / 1000 && n + 2 > N * (N - 1) / 2 / 1000;
}

int
main(void)
{
	float mean[DIM], covariance[NCELL], zero[DIM] = {0};
	double sum[DIM] = {0};
	struct calibrate c;
	struct rng rng;
	size_t r, i, j;
	bool good = true;

	rng_init(&rng, 1);
	calibrate_init(&c, DIM, 0);
	for (r = 0; r < N; r++) {
		for (i = 0; i < DIM; i++)
			x[r][i] = (float)(rng_normal(&rng) * (double)(1 + i));
		x[r][0] += 1 + x[r][4];
		float16_unit(x[r], DIM);
		for (i = 0; i < DIM; i++)
			sum[i] += (double)x[r][i] / N;
		calibrate_add(&c, x[r]);
		calibrate_add(&c, zero);
	}
	calibrate_mean(&c, mean);
	for (i = 0; i < DIM; i++)
		good &= near(mean[i], sum[i]);
	ok(good && c.n == N, "the mean of all but zeros");
	calibrate_covariance(&c, mean, covariance);
	ok(same_covariance(mean, covariance), "the covariance, summed by twos");
	ok(one_in_a_thousand(calibrate_t_sim(&c)), "one pair in a thousand");
	calibrate_release(&c);

	calibrate_init(&c, DIM, 0);
	for (r = 0; r < 3; r++)
		calibrate_add(&c, r == 0 ? zero : x[0]);
	calibrate_mean(&c, mean);
	calibrate_covariance(&c, mean, covariance);
	for (good = true, i = 0; i < DIM; i++)
		for (j = 0; j <= i; j++)
			good &=
			    covariance[i * (i + 1) / 2 + j] == (float)(i == j);
	ok(good, "vectors that do not vary give the identity");
	ok(fabs(calibrate_t_sim(&c) - 1) < 2e-3, "and a t_sim of 1");
	calibrate_release(&c);
	return tap_done();
}
