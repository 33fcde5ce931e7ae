/*
 * contrast: the linear function is compared with ridge regression solved in
 * another way; and what the scores say about records
 */

#include "mine/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "math/float16.h"
#include "tap.h"

enum { NDOMAIN = 4, PER = 6, NTWO = 2, NNONE = 4, DIM = 12, N = 50 };
enum { NONE = NDOMAIN * PER + NTWO, NSEED = NONE + NNONE };

static float seed[NSEED * DIM], x[N * DIM], work[N * DIM];
static bool label[NSEED * NDOMAIN];

/* Domain d lies along axis d, all share axis 10; noise in the others. */
static void
make(void)
{
	struct rng rng;
	size_t s, i, d;
	float *v;

	rng_init(&rng, 5);
	for (s = 0; s < NSEED; s++) {
		v = seed + s * DIM;
		for (i = 0; i < DIM; i++)
			v[i] = (float)(rng_normal(&rng) * 0.3);
		v[10] += 2;
		for (d = 0; d < NDOMAIN; d++) {
			/* the last seeds but NNONE are of domains 0 and 1 */
			label[s * NDOMAIN + d] = s < NDOMAIN * PER
						     ? s / PER == d
						     : s < NONE && d < 2;
			if (label[s * NDOMAIN + d])
				v[d] += 1;
		}
		float16_unit(v, DIM);
	}
	for (s = 0; s < N; s++) {
		v = x + s * DIM;
		for (i = 0; i < DIM; i++)
			v[i] = (float)(rng_normal(&rng) * 0.05);
		v[11] += 1;
		/* of none, of one, or of two */
		if (s % 3 > 0)
			v[s % NDOMAIN] += 1;
		if (s % 3 > 1)
			v[(s + 1) % NDOMAIN] += 1;
		float16_unit(v, DIM);
	}
}

/* Gauss, with pivots: a (n, n + 1) becomes the solution in its last column. */
static void
solve(double *a, size_t n)
{
	size_t c, r, p, k, w = n + 1;
	double t;

	for (c = 0; c < n; c++) {
		for (p = c, r = c + 1; r < n; r++)
			if (fabs(a[r * w + c]) > fabs(a[p * w + c]))
				p = r;
		for (k = 0; k < w; k++) {
			t = a[c * w + k];
			a[c * w + k] = a[p * w + k];
			a[p * w + k] = t;
		}
		for (r = 0; r < n; r++) {
			if (r == c)
				continue;
			t = a[r * w + c] / a[c * w + c];
			for (k = c; k < w; k++)
				a[r * w + k] -= t * a[c * w + k];
		}
	}
	for (r = 0; r < n; r++)
		a[r * w + n] /= a[r * w + r];
}

/* Whether a seed is of a domain, or, of NDOMAIN, of none. */
static bool
is_of(size_t s, size_t d)
{
	return d < NDOMAIN ? label[s * NDOMAIN + d] : s >= NONE;
}

/* Centred, unit seeds. */
static void
centred(double *z)
{
	double mean[DIM] = {0}, n, sum;
	size_t s, d, i;

	for (d = 0; d <= NDOMAIN; d++) {
		for (n = 0, s = 0; s < NSEED; s++)
			n += is_of(s, d);
		for (s = 0; s < NSEED; s++)
			for (i = 0; is_of(s, d) && i < DIM; i++)
				mean[i] += (double)seed[s * DIM + i] / n /
					   (NDOMAIN + 1);
	}
	for (s = 0; s < NSEED; s++) {
		for (sum = 0, i = 0; i < DIM; i++) {
			z[s * DIM + i] = (double)seed[s * DIM + i] - mean[i];
			sum += z[s * DIM + i] * z[s * DIM + i];
		}
		for (i = 0; i < DIM; i++)
			z[s * DIM + i] /= sqrt(sum);
	}
}

/*
 * By how much directions may vary: one fifth of the corpus' covariance, if
 * there is one, and the identity for the rest.
 */
static void
prior_of(const float *covariance, double *p)
{
	size_t i, j;

	for (i = 0; i < DIM; i++)
		for (j = 0; j <= i; j++)
			p[i * DIM + j] = p[j * DIM + i] =
			    covariance == NULL
				? i == j
				: 0.2 * (double)*covariance++ + 0.8 * (i == j);
}

/*
 * The slopes of a domain by the normal equations of slope and intercept
 * together. The intercept is not penalised; the slope is multiplied by the
 * prior, so that its penalty is a multiple of the identity.
 */
static void
naive_slopes(
    size_t domain, double ridge, const float *covariance, double *slope)
{
	static const size_t w = DIM + 2;
	double z[NSEED * DIM], b[(DIM + 1) * (DIM + 2)] = {0};
	double a[(DIM + 1) * (DIM + 2)] = {0}, prior[DIM * DIM];
	double share[NSEED], mean[DIM] = {0}, all = 0, trace = 0;
	size_t s, i, j, k;

	centred(z);
	prior_of(covariance, prior);
	for (s = 0; s < NSEED; s++) {
		/* domains 0 and 1 have 8 seeds, the others 6 */
		share[s] = s >= NONE			       ? 1.0 / NNONE
			   : s / PER >= 2 && s < NDOMAIN * PER ? 1.0 / 6
							       : 1.0 / 8;
		all += share[s];
	}
	for (s = 0; s < NSEED; s++)
		for (share[s] /= all, i = 0; i < DIM; i++)
			mean[i] += share[s] * z[s * DIM + i];
	for (s = 0; s < NSEED; s++) {
		double row[DIM + 2];

		for (i = 0; i < DIM; i++)
			row[i] = z[s * DIM + i];
		for (i = 0; i < DIM; i++)
			for (j = 0; j < DIM; j++)
				trace += share[s] * (row[i] - mean[i]) *
					 (row[j] - mean[j]) *
					 prior[i * DIM + j];
		row[DIM] = 1;
		row[DIM + 1] = is_of(s, domain);
		for (i = 0; i <= DIM; i++)
			for (j = 0; j < w; j++)
				b[i * w + j] += share[s] * row[i] * row[j];
	}
	memcpy(a, b, sizeof(a));
	for (i = 0; i < DIM; i++)
		for (j = 0; j < w; j++)
			for (a[i * w + j] = 0, k = 0; k < DIM; k++)
				a[i * w + j] +=
				    prior[i * DIM + k] * b[k * w + j];
	for (i = 0; i < DIM; i++)
		a[i * w + i] += ridge * trace;
	solve(a, DIM + 1);
	for (i = 0; i < DIM; i++)
		slope[i] = a[i * w + DIM + 1];
}

static void
scores(const struct contrast *c)
{
	float score[N * NDOMAIN], alone[NDOMAIN], zero[DIM] = {0};
	float lowest, highest, none = 0;
	bool good = true, same = true;
	size_t s, d;

	contrast_score(c, x, N, work, score);
	for (s = 0; s < N; s++) {
		for (lowest = 1, highest = 0, d = 0; d < NDOMAIN; d++) {
			float v = score[s * NDOMAIN + d];

			good &= v > 0 && v < 1;
			if ((s % 3 > 0 && d == s % NDOMAIN) ||
			    (s % 3 > 1 && d == (s + 1) % NDOMAIN))
				lowest = v < lowest ? v : lowest;
			else
				highest = v > highest ? v : highest;
		}
		if (s % 3 == 0)
			none += highest / ((N + 2) / 3);
		else
			good &= lowest > highest;
		contrast_score(c, x + s * DIM, 1, work, alone);
		same &= memcmp(alone, score + s * NDOMAIN, sizeof(alone)) == 0;
	}
	ok(good, "a record's domains, one or two, are above the others");
	ok(none < 0.33f, "records of none are low in all");
	ok(same, "a record alone scores the same");
	contrast_score(c, zero, 1, work, alone);
	ok(alone[0] == 0 && alone[NDOMAIN - 1] == 0, "nothing known, no score");
}

/* The largest difference between c and the naive slopes. */
static double
error(const struct contrast *c, const float *covariance)
{
	double slope[DIM], off, worst = 0;
	size_t d, i;

	for (d = 0; d <= NDOMAIN; d++) {
		naive_slopes(d, c->ridge, covariance, slope);
		/*
		 * The branches avoid fmax(), on which gcc 12 for arm64 stops
		 * with an internal error.
		 */
		for (i = 0; i < DIM; i++) {
			off = fabs(slope[i] - (double)c->weight[d * DIM + i]);
			if (off > worst)
				worst = off;
		}
	}
	return worst;
}

/* The corpus varies along the domains' axes and, far more, along axis 9. */
static void
priors(const float *mean)
{
	float covariance[DIM * (DIM + 1) / 2] = {0};
	struct contrast c;
	size_t i;

	for (i = 0; i < DIM; i++)
		covariance[i * (i + 1) / 2 + i] = i < NDOMAIN ? 1 : 0.125f;
	covariance[9 * 10 / 2 + 9] = 7.125f;
	covariance[9 * 10 / 2 + 2] = -1.5f;
	contrast_init(&c, seed, NSEED, DIM, label, NDOMAIN, mean, covariance);
	ok(error(&c, covariance) < 1e-5 && error(&c, NULL) > 1e-3,
	    "the same, where the corpus varies more in some directions");
	scores(&c);
	contrast_release(&c);
}

int
main(void)
{
	float mean[DIM] = {[11] = 0.7f};
	struct contrast c, one;
	double off = 0;
	bool few[NSEED * NDOMAIN];
	size_t d, i, s;

	make();
	contrast_init(&c, seed, NSEED, DIM, label, NDOMAIN, mean, NULL);
	ok(error(&c, NULL) < 1e-5, "ridge regression, solved another way");
	ok(memcmp(c.mean, mean, sizeof(mean)) == 0, "the corpus' mean");
	scores(&c);
	priors(mean);

	/* a seed of both of two domains says nothing about their difference */
	for (s = 0; s < NSEED; s++)
		for (d = 0; d < NDOMAIN; d++)
			few[s * NDOMAIN + d] =
			    label[s * NDOMAIN + d] || (s == 0 && d == 1);
	contrast_init(&one, seed, NSEED, DIM, few, NDOMAIN, NULL, NULL);
	for (i = 0; i < DIM * NDOMAIN; i++)
		off = fmax(off, isfinite(one.weight[i]) ? 0 : 1);
	ok(off < 1 && one.mean[10] > 0.5f, "without a mean, the seeds' own");
	contrast_release(&one);

	/* one seed each, and all alike: no division by zero */
	memset(few, 0, sizeof(few));
	for (s = 0; s < 2; s++)
		few[s * 2 + s] = true;
	contrast_init(&one, seed, 2, DIM, few, 2, NULL, NULL);
	ok(isfinite(one.scale) && isfinite(one.offset[0]) && one.scale > 0,
	    "one seed a domain");
	contrast_release(&one);
	memcpy(seed + DIM, seed, DIM * sizeof(*seed));
	contrast_init(&one, seed, 2, DIM, few, 2, NULL, NULL);
	ok(isfinite(one.scale) && isfinite(one.weight[0]), "two equal seeds");
	contrast_release(&one);
	contrast_release(&c);
	return tap_done();
}
