#include "mine/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "encode/calibrate.h"
#include "math/gemm.h"

/*
 * The strength of the ridge, as a share of the variance of the seeds, summed
 * over all directions.  It should suppress the directions in which seeds
 * hardly differ, and keep those that matter.  The more seeds there are, the
 * smaller the best ridge; so of these values that one is taken by which seeds,
 * each left out in turn, are told apart best.
 */
static const double ridges[] = {0.001, 0.003, 0.01, 0.03, 0.1};
enum { NRIDGE = sizeof(ridges) / sizeof(*ridges) };

/*
 * The part that the corpus has in the cost of a direction; the rest is the same
 * for all directions.
 */
static const double PRIOR = 0.2;

/* What the regression works on. */
struct fit {
	size_t nseed, dim;
	size_t
	    ndomain;  /* columns: the seeds of none are the last, if any are */
	bool *label;  /* (nseed, ndomain) */
	float *prior; /* (dim, dim): lower triangle, Cholesky */
	float *x; /* (nseed, dim): centred, unit, times prior, less middle */
	double *share;	/* (nseed): weight of a seed, 1 in all */
	double *weight; /* (nseed): the same, nseed in all */
	double *middle; /* (dim): weighted mean of the seeds */
	double *base;	/* (ndomain): weighted mean of the labels */
	double *root;	/* (dim, dim): lower triangle, Cholesky */
	double *slope;	/* (ndomain, dim) */

	/* (nseed, ndomain): the values of the seeds, each left out where it is
	 * the domain's; NAN where that is not known */
	float *value;
	double own, other; /* the mean of those for its own, for another */
};

/* Whether a seed, of labels (n), is of no domain. */
static bool
is_none(const bool *label, size_t n)
{
	return memchr(label, 1, n) == NULL;
}

/* The labels of the seeds, those of no domain as a column of their own. */
static void
take_labels(struct fit *f, const bool *label, size_t ndomain)
{
	bool none = false;
	size_t s;

	for (s = 0; s < f->nseed; s++)
		none |= is_none(label + s * ndomain, ndomain);
	f->ndomain = ndomain + none;
	f->label = mem_zeroed(f->nseed * f->ndomain, sizeof(*f->label));
	for (s = 0; s < f->nseed; s++) {
		memcpy(f->label + s * f->ndomain, label + s * ndomain,
		    ndomain * sizeof(*label));
		if (none)
			f->label[s * f->ndomain + ndomain] =
			    is_none(label + s * ndomain, ndomain);
	}
}

/*
 * Every domain weighs the same, its seeds share that; a seed of two domains
 * has the mean of what it would have in either.
 */
static void
share_out(struct fit *f)
{
	double *nseed = mem_zeroed(f->ndomain, sizeof(*nseed)), all = 0, n;
	size_t s, d;

	for (s = 0; s < f->nseed; s++)
		for (d = 0; d < f->ndomain; d++)
			nseed[d] += f->label[s * f->ndomain + d];
	for (s = 0; s < f->nseed; s++) {
		f->share[s] = n = 0;
		for (d = 0; d < f->ndomain; d++)
			if (f->label[s * f->ndomain + d]) {
				f->share[s] += 1 / nseed[d];
				n++;
			}
		f->share[s] /= n;
		all += f->share[s];
	}
	for (s = 0; s < f->nseed; s++) {
		f->share[s] /= all;
		f->weight[s] = f->share[s] * (double)f->nseed;
	}
	free(nseed);
}

/*
 * The mean of the domains' means, those of no domain being one of them, which
 * is all that their seeds have alike.
 */
static void
common_mean(const struct fit *f, const float *seed, float *mean)
{
	double *sum = mem_zeroed(f->dim, sizeof(*sum));
	double *own = mem_alloc(f->dim * sizeof(*own));
	size_t s, d, i, n;

	for (d = 0; d < f->ndomain; d++) {
		memset(own, 0, f->dim * sizeof(*own));
		for (n = 0, s = 0; s < f->nseed; s++) {
			if (!f->label[s * f->ndomain + d])
				continue;
			n++;
			for (i = 0; i < f->dim; i++)
				own[i] += seed[s * f->dim + i];
		}
		for (i = 0; n > 0 && i < f->dim; i++)
			sum[i] += own[i] / (double)n;
	}
	for (i = 0; i < f->dim; i++)
		mean[i] = (float)(sum[i] / (double)f->ndomain);
	free(sum);
	free(own);
}

static void
take_middle(struct fit *f)
{
	size_t s, d, i;

	for (s = 0; s < f->nseed; s++) {
		for (i = 0; i < f->dim; i++)
			f->middle[i] += f->share[s] * f->x[s * f->dim + i];
		for (d = 0; d < f->ndomain; d++)
			if (f->label[s * f->ndomain + d])
				f->base[d] += f->share[s];
	}
	for (s = 0; s < f->nseed; s++)
		for (i = 0; i < f->dim; i++)
			f->x[s * f->dim + i] -= (float)f->middle[i];
}

/* a (n, n), positive definite, of which the lower triangle is read, becomes the
 * lower triangle that times its transpose is a. */
static void
cholesky(double *a, size_t n)
{
	size_t i, j, k;
	double sum;

	for (i = 0; i < n; i++)
		for (j = 0; j <= i; j++) {
			sum = a[i * n + j];
			for (k = 0; k < j; k++)
				sum -= a[i * n + k] * a[j * n + k];
			a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
		}
}

/*
 * x = x times the root of how much directions may vary.  Ridge regression on
 * these vectors equals one on x whose penalty is the inverse of that.
 */
static void
stretch(struct fit *f, const float *covariance)
{
	size_t n = f->dim, i, j;
	double *a = mem_alloc(n * n * sizeof(*a));
	float *x = mem_alloc(f->nseed * n * sizeof(*x));

	for (i = 0; i < n; i++)
		for (j = 0; j <= i; j++)
			a[i * n + j] = PRIOR * (double)*covariance++ +
				       (i == j ? 1 - PRIOR : 0);
	cholesky(a, n);
	f->prior = mem_zeroed(n * n, sizeof(*f->prior));
	for (i = 0; i < n; i++)
		for (j = 0; j <= i; j++)
			f->prior[i * n + j] = (float)a[i * n + j];
	gemm_nn(f->nseed, n, n, f->x, n, f->prior, n, 0, x, n);
	free(f->x);
	f->x = x;
	free(a);
}

/* root root^T = the weighted covariance of x, plus the ridge. */
static void
factor(struct fit *f, double ridge)
{
	size_t n = f->dim, s, i, j;
	float *w = mem_alloc(f->nseed * n * sizeof(*w));
	float *cov = mem_alloc(n * n * sizeof(*cov));
	double trace = 0;

	for (s = 0; s < f->nseed; s++)
		for (i = 0; i < n; i++)
			w[s * n + i] =
			    f->x[s * n + i] * (float)sqrt(f->share[s]);
	gemm_tn(n, n, f->nseed, w, n, w, n, 0, cov, n);
	for (i = 0; i < n; i++)
		trace += cov[i * n + i];
	if (!(trace > 0))
		/* all seeds are alike: any ridge gives slopes of zero */
		trace = 1;
	for (i = 0; i < n; i++)
		for (j = 0; j <= i; j++)
			f->root[i * n + j] =
			    cov[i * n + j] + (i == j ? ridge * trace : 0);
	cholesky(f->root, n);
	free(w);
	free(cov);
}

/* x = root^-1 x */
static void
solve_lower(const struct fit *f, double *x)
{
	size_t i, k;

	for (i = 0; i < f->dim; i++) {
		for (k = 0; k < i; k++)
			x[i] -= f->root[i * f->dim + k] * x[k];
		x[i] /= f->root[i * f->dim + i];
	}
}

/* x = root^-T x */
static void
solve_upper(const struct fit *f, double *x)
{
	size_t i, k;

	for (i = f->dim; i-- > 0;) {
		for (k = i + 1; k < f->dim; k++)
			x[i] -= f->root[k * f->dim + i] * x[k];
		x[i] /= f->root[i * f->dim + i];
	}
}

static void
find_slopes(struct fit *f)
{
	double *slope, y;
	size_t d, s, i;

	for (d = 0; d < f->ndomain; d++) {
		slope = f->slope + d * f->dim;
		memset(slope, 0, f->dim * sizeof(*slope));
		for (s = 0; s < f->nseed; s++) {
			y = f->label[s * f->ndomain + d] - f->base[d];
			for (i = 0; i < f->dim; i++)
				slope[i] += f->share[s] * y *
					    (double)f->x[s * f->dim + i];
		}
		solve_lower(f, slope);
		solve_upper(f, slope);
	}
}

/*
 * The values of the seeds when they are left out: a linear smoother's
 * y - (y - fit) / (1 - leverage).  A domain's only seed, left out, tells
 * nothing.
 */
static void
leave_out(struct fit *f, const size_t *nseed)
{
	double *z = mem_alloc(f->dim * sizeof(*z)), leverage, value, y;
	size_t s, d, i;

	for (s = 0; s < f->nseed; s++) {
		for (i = 0; i < f->dim; i++)
			z[i] = (double)f->x[s * f->dim + i];
		solve_lower(f, z);
		for (leverage = 1, i = 0; i < f->dim; i++)
			leverage += z[i] * z[i];
		leverage *= f->share[s];
		if (leverage > 0.99)
			leverage = 0.99;
		for (d = 0; d < f->ndomain; d++) {
			y = f->label[s * f->ndomain + d];
			for (value = f->base[d], i = 0; i < f->dim; i++)
				value += f->slope[d * f->dim + i] *
					 (double)f->x[s * f->dim + i];
			value = y - (y - value) / (1 - leverage);
			f->value[s * f->ndomain + d] =
			    y > 0 && nseed[d] < 2 ? NAN : (float)value;
		}
	}
	free(z);
}

/*
 * The mean value of a seed for other domains and for its own, where every
 * domain counts the same.  A few seeds that are far from each other tell too
 * little, so own is at least a quarter of the way from other to 1.
 */
static void
find_means(struct fit *f, const size_t *nseed)
{
	double n[2] = {0, 0}, sum[2] = {0, 0}, value;
	size_t s, d;
	bool y;

	for (s = 0; s < f->nseed; s++)
		for (d = 0; d < f->ndomain; d++) {
			value = (double)f->value[s * f->ndomain + d];
			if (isnan(value))
				continue;
			y = f->label[s * f->ndomain + d];
			sum[y] += value / (double)nseed[d];
			n[y] += 1 / (double)nseed[d];
		}
	f->other = n[0] > 0 ? sum[0] / n[0] : 0;
	f->own = f->other + (1 - f->other) / 4;
	if (n[1] > 0 && sum[1] / n[1] > f->own)
		f->own = sum[1] / n[1];
	if (!(f->own - f->other > 1e-3))
		f->own = f->other + 1e-3;
}

/* The values as decide.h has them: 0 at own, -3 at other. */
static void
scale_values(struct fit *f)
{
	size_t i, n = f->nseed * f->ndomain;

	for (i = 0; i < n; i++)
		f->value[i] = (float)(3 * ((double)f->value[i] - f->own) /
				      (f->own - f->other));
}

/* The regression with a ridge, and what its values are worth: its loss. */
static double
regress(struct fit *f, double ridge, const size_t *nseed, struct contrast *c)
{
	factor(f, ridge);
	find_slopes(f);
	leave_out(f, nseed);
	find_means(f, nseed);
	scale_values(f);
	return decide_fit(&c->decide, f->value, f->label, f->weight, f->nseed,
	    f->ndomain, c->ndomain);
}

/* Solve with the ridge that is best. */
static void
find_ridge(struct fit *f, struct contrast *c)
{
	size_t *nseed = mem_zeroed(f->ndomain, sizeof(*nseed)), s, d, i;
	double loss, least = INFINITY;
	size_t best = 0;

	for (s = 0; s < f->nseed; s++)
		for (d = 0; d < f->ndomain; d++)
			nseed[d] += f->label[s * f->ndomain + d];
	for (i = 0; i < NRIDGE; i++) {
		loss = regress(f, ridges[i], nseed, c);
		if (loss < least) {
			least = loss;
			best = i;
		}
	}
	c->ridge = ridges[best];
	regress(f, c->ridge, nseed, c);
	free(nseed);
}

/* A slope on stretched vectors as one on the vectors themselves. */
static void
unstretch(const struct fit *f, const double *slope, float *out)
{
	size_t i, k;
	double sum;

	for (i = 0; i < f->dim; i++) {
		for (sum = 0, k = 0; f->prior != NULL && k <= i; k++)
			sum += (double)f->prior[i * f->dim + k] * slope[k];
		out[i] = (float)(f->prior != NULL ? sum : slope[i]);
	}
}

static void
put_together(struct contrast *c, const struct fit *f)
{
	const double *slope;
	double shift;
	size_t d, i;

	c->scale = (float)(3 / (f->own - f->other));
	for (d = 0; d < c->ncolumn; d++) {
		slope = f->slope + d * c->dim;
		for (shift = f->base[d] - f->own, i = 0; i < c->dim; i++)
			shift -= slope[i] * f->middle[i];
		unstretch(f, slope, c->weight + d * c->dim);
		c->offset[d] = (float)shift;
	}
}

void
contrast_init(struct contrast *c, const float *seed, size_t nseed, size_t dim,
    const bool *label, size_t ndomain, const float *mean,
    const float *covariance)
{
	struct fit f = {.nseed = nseed, .dim = dim};
	size_t s, ncolumn;

	take_labels(&f, label, ndomain);
	ncolumn = f.ndomain;
	*c = (struct contrast){
	    .ndomain = ndomain, .ncolumn = ncolumn, .dim = dim};
	c->mean = mem_zeroed(dim, sizeof(*c->mean));
	c->weight = mem_zeroed(ncolumn * dim, sizeof(*c->weight));
	c->offset = mem_zeroed(ncolumn, sizeof(*c->offset));
	f.x = mem_alloc(nseed * dim * sizeof(*f.x));
	f.share = mem_alloc(nseed * sizeof(*f.share));
	f.weight = mem_alloc(nseed * sizeof(*f.weight));
	f.middle = mem_zeroed(dim, sizeof(*f.middle));
	f.base = mem_zeroed(ncolumn, sizeof(*f.base));
	f.root = mem_zeroed(dim * dim, sizeof(*f.root));
	f.slope = mem_zeroed(ncolumn * dim, sizeof(*f.slope));
	f.value = mem_alloc(nseed * ncolumn * sizeof(*f.value));

	share_out(&f);
	common_mean(&f, seed, c->mean);
	for (s = 0; s < nseed; s++)
		calibrate_centre(seed + s * dim, c->mean, dim, f.x + s * dim);
	if (mean != NULL)
		memcpy(c->mean, mean, dim * sizeof(*mean));
	if (covariance != NULL)
		stretch(&f, covariance);
	take_middle(&f);
	find_ridge(&f, c);
	put_together(c, &f);

	free(f.label);
	free(f.prior);
	free(f.x);
	free(f.share);
	free(f.weight);
	free(f.value);
	free(f.middle);
	free(f.base);
	free(f.root);
	free(f.slope);
}

/* Whether a centred vector is one of a text of which nothing is known. */
static bool
is_zero(const float *x, size_t dim)
{
	size_t i;

	for (i = 0; i < dim; i++)
		if (x[i] != 0)
			return false;
	return true;
}

void
contrast_score(const struct contrast *c, const float *x, size_t n, float *work,
    float *score)
{
	float *z = mem_alloc((n * c->ncolumn + 1) * sizeof(*z)), *row;
	size_t r, d;

	for (r = 0; r < n; r++)
		calibrate_centre(
		    x + r * c->dim, c->mean, c->dim, work + r * c->dim);
	gemm_nt(n, c->ncolumn, c->dim, work, c->dim, c->weight, c->dim, 0, z,
	    c->ncolumn);
	for (r = 0; r < n; r++) {
		row = z + r * c->ncolumn;
		for (d = 0; d < c->ncolumn; d++)
			row[d] = (row[d] + c->offset[d]) * c->scale;
	}
	decide_apply(&c->decide, z, n, c->ncolumn, c->ndomain, score);
	for (r = 0; r < n; r++)
		if (is_zero(work + r * c->dim, c->dim))
			memset(score + r * c->ndomain, 0,
			    c->ndomain * sizeof(*score));
	free(z);
}

void
contrast_release(struct contrast *c)
{
	free(c->mean);
	free(c->weight);
	free(c->offset);
	*c = (struct contrast){0};
}
