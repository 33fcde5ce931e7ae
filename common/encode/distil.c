#include "encode/distil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "math/cpu.h"
#include "math/eigen.h"
#include "math/gemm.h"
#include "math/vecmath.h"

enum {
	BLOCK = 256,	/* rows whose products are summed in float */
	PRIOR = 100000, /* Zipf's law counts as so many tokens of text */
	PATIENCE = 3	/* rounds in a row that may bring nothing */
};

static const double sif = 1e-4; /* a in a / (a + p) */

void
distil_init(struct distil *d, size_t nrow, size_t width)
{
	*d = (struct distil){.nrow = nrow, .width = width};
	d->count = mem_zeroed(nrow + 1, sizeof(*d->count));
	d->start = mem_zeroed(1, sizeof(*d->start));
}

void
distil_add(struct distil *d, const uint32_t *row, const uint32_t *count,
    size_t n, const float *target)
{
	size_t i;

	if (d->ncell + n > d->cell_cap) {
		d->cell_cap = 2 * d->cell_cap + n + 4096;
		d->cell = mem_grow(d->cell, d->cell_cap, sizeof(*d->cell));
	}
	if (d->ntext == d->text_cap) {
		d->text_cap = 2 * d->text_cap + 256;
		d->start =
		    mem_grow(d->start, d->text_cap + 1, sizeof(*d->start));
		d->target = mem_grow(
		    d->target, d->text_cap, d->width * sizeof(*d->target));
	}
	for (i = 0; i < n; i++) {
		d->cell[d->ncell++] = (struct distil_cell){
		    row[i], 1 + logf((float)count[row[i]])};
		d->count[row[i]] += count[row[i]];
	}
	memcpy(d->target + d->ntext * d->width, target,
	    d->width * sizeof(*target));
	d->start[++d->ntext] = d->ncell;
}

/* gram (n, n) += x^T x / its trace, x (m, n) */
static void
add_gram(double *gram, const float *x, size_t m, size_t n)
{
	float *part = mem_alloc(n * n * sizeof(*part));
	double *sum = mem_zeroed(n * n, sizeof(*sum)), trace = 0;
	size_t i, k, rows;

	for (i = 0; i < m; i += rows) {
		rows = m - i < BLOCK ? m - i : BLOCK;
		gemm_tn(n, n, rows, x + i * n, n, x + i * n, n, 0, part, n);
		for (k = 0; k < n * n; k++)
			sum[k] += part[k];
	}
	for (i = 0; i < n; i++)
		trace += sum[i * n + i];
	for (k = 0; trace > 0 && k < n * n; k++)
		gram[k] += sum[k] / trace;
	free(part);
	free(sum);
}

/* Subtract the mean of the used rows from them, and set the others to zeros. */
static void
centre(float *x, const bool *used, size_t nrow, size_t n)
{
	double *mean = mem_zeroed(n, sizeof(*mean));
	size_t i, k, nused = 0;

	for (i = 0; i < nrow; i++)
		for (k = 0, nused += used[i]; used[i] && k < n; k++)
			mean[k] += x[i * n + k];
	for (i = 0; i < nrow; i++)
		for (k = 0; k < n; k++)
			x[i * n + k] = used[i]
					   ? (float)(x[i * n + k] -
						     mean[k] / (double)nused)
					   : 0;
	free(mean);
}

/*
 * The directions in which tokens differ most and, with as much weight, texts.
 * The sign of an eigenvector is arbitrary: its largest entry is made positive.
 */
static void
find_basis(struct distil *d, const float *token)
{
	size_t n = d->width, i, k;
	double *gram = mem_zeroed(n * n, sizeof(*gram)), best;
	double *value = mem_alloc(n * sizeof(*value));
	double *vector = mem_alloc(n * n * sizeof(*vector)), *v;

	add_gram(gram, token, d->nrow, n);
	add_gram(gram, d->target, d->ntext, n);
	eigen_symmetric(gram, n, value, vector);
	d->basis = mem_alloc(n * d->dim * sizeof(*d->basis));
	for (k = 0; k < d->dim; k++) {
		v = vector + k * n;
		for (best = 0, i = 0; i < n; i++)
			if (fabs(v[i]) > fabs(best))
				best = v[i];
		for (i = 0; i < n; i++)
			d->basis[i * d->dim + k] =
			    (float)(best < 0 ? -v[i] : v[i]);
	}
	free(gram);
	free(value);
	free(vector);
}

/*
 * The share of each token in all text, by Zipf's law over the used tokens in
 * their order, and by what was counted.
 */
static void
weigh(struct distil *d, const bool *used)
{
	double sum = 0, all = 0, p;
	size_t i, rank;

	d->weight = mem_zeroed(d->nrow, sizeof(*d->weight));
	for (i = 0, rank = 2; i < d->nrow; i++)
		if (used[i]) {
			sum += 1.0 / (double)rank++;
			all += d->count[i];
		}
	for (i = 0, rank = 2; i < d->nrow; i++)
		if (used[i]) {
			p = 1.0 / (double)rank++ / sum;
			p = (d->count[i] + PRIOR * p) / (all + PRIOR);
			d->weight[i] = (float)(sif / (sif + p));
		}
}

void
distil_recipe(struct distil *d, float *token, const bool *used, size_t dim)
{
	size_t t, i;
	double sum;
	float *w;

	d->dim = dim;
	centre(token, used, d->nrow, d->width);
	find_basis(d, token);
	weigh(d, used);
	d->vector = mem_alloc(d->nrow * dim * sizeof(*d->vector));
	gemm_nn(d->nrow, dim, d->width, token, d->width, d->basis, dim, 0,
	    d->vector, dim);
	/* The texts as weighted bags of tokens, each of unit length. */
	for (t = 0; t < d->ntext; t++) {
		for (sum = 0, i = d->start[t]; i < d->start[t + 1]; i++) {
			w = &d->cell[i].value;
			*w *= d->weight[d->cell[i].row];
			sum += (double)*w * *w;
		}
		for (i = d->start[t]; sum > 0 && i < d->start[t + 1]; i++)
			d->cell[i].value /= (float)sqrt(sum);
	}
}

/* Which texts: all, those learnt from, or those kept aside. */
enum part { ALL, LEARNT, ASIDE };

static bool
is_of(size_t text, enum part part)
{
	bool aside = text % DISTIL_ASIDE == DISTIL_ASIDE - 1;

	return part == ALL || (part == ASIDE) == aside;
}

/* y (dim) = the bag of a text times x (nrow, dim) */
CPU_CLONES static void
times_text(const struct distil *d, size_t text, const float *x, float *y)
{
	const struct distil_cell *c = d->cell + d->start[text];
	const struct distil_cell *end = d->cell + d->start[text + 1];

	memset(y, 0, d->dim * sizeof(*y));
	for (; c < end; c++)
		vecmath_axpy(y, c->value, x + c->row * d->dim, d->dim);
}

/* y (ntext, dim): rows of the part = its bags times x (nrow, dim) */
static void
times(const struct distil *d, enum part part, const float *x, float *y)
{
	size_t t;

	for (t = 0; t < d->ntext; t++)
		if (is_of(t, part))
			times_text(d, t, x, y + t * d->dim);
}

void
distil_texts(const struct distil *d, size_t from, size_t to, float *out)
{
	size_t t;

	for (t = from; t < to; t++)
		times_text(d, t, d->vector, out + (t - from) * d->dim);
}

/* y (nrow, dim) = the part's bags, transposed, times x (ntext, dim) */
CPU_CLONES static void
times_transposed(
    const struct distil *d, enum part part, const float *x, float *y)
{
	const struct distil_cell *c, *end;
	size_t t, n = d->dim;

	memset(y, 0, d->nrow * n * sizeof(*y));
	for (t = 0; t < d->ntext; t++, x += n) {
		if (!is_of(t, part))
			continue;
		for (c = d->cell + d->start[t], end = d->cell + d->start[t + 1];
		     c < end; c++)
			vecmath_axpy(y + c->row * n, c->value, x, n);
	}
}

/* sum[k] = the squares of column k of x (m, n), of rows of the part */
static void
squares(const float *x, size_t m, size_t n, enum part part, double *sum)
{
	size_t i, k;

	memset(sum, 0, n * sizeof(*sum));
	for (i = 0; i < m; i++)
		for (k = 0; is_of(i, part) && k < n; k++)
			sum[k] += (double)x[i * n + k] * x[i * n + k];
}

/* The mean cosine of the part's rows of x and y, both (ntext, dim). */
static double
mean_cosine(
    const struct distil *d, enum part part, const float *x, const float *y)
{
	double xx, yy, xy, sum = 0;
	size_t t, k, n = 0;

	for (t = 0; t < d->ntext; t++, x += d->dim, y += d->dim) {
		if (!is_of(t, part))
			continue;
		xx = yy = xy = 0;
		for (k = 0; k < d->dim; k++) {
			xx += (double)x[k] * x[k];
			yy += (double)y[k] * y[k];
			xy += (double)x[k] * y[k];
		}
		if (xx > 0 && yy > 0)
			sum += xy / sqrt(xx * yy);
		n++;
	}
	return n > 0 ? sum / (double)n : 0;
}

struct solver {
	const struct distil *d;
	const float *want;    /* (ntext, dim) */
	float *vector;	      /* (nrow, dim) */
	float *rest;	      /* (ntext, dim): want less what is reached */
	float *step, *slope;  /* (nrow, dim) */
	float *reach;	      /* (ntext, dim) */
	double *gamma, *next; /* (dim) */
};

/* Begin at the rows of the recipe, scaled by the one factor that fits best. */
static void
solver_start(struct solver *s, enum part part)
{
	const struct distil *d = s->d;
	size_t nrow = d->nrow * d->dim, ntext = d->ntext * d->dim, i;
	double xx = 0, xy = 0;

	times(d, part, d->vector, s->reach);
	for (i = 0; i < ntext; i++)
		if (is_of(i / d->dim, part)) {
			xx += (double)s->reach[i] * s->reach[i];
			xy += (double)s->reach[i] * s->want[i];
		}
	/* a factor that turned them around would be no beginning */
	xx = xx > 0 && xy > 0 ? xy / xx : 1;
	for (i = 0; i < nrow; i++)
		s->vector[i] = (float)(d->vector[i] * xx);
	for (i = 0; i < ntext; i++)
		if (is_of(i / d->dim, part))
			s->rest[i] = (float)(s->want[i] - s->reach[i] * xx);
	times_transposed(d, part, s->rest, s->slope);
	memcpy(s->step, s->slope, nrow * sizeof(*s->step));
	squares(s->slope, d->nrow, d->dim, ALL, s->gamma);
}

/* One round of conjugate gradients, for each column by itself. */
static void
solver_round(struct solver *s, enum part part)
{
	const struct distil *d = s->d;
	size_t n = d->dim, i, k;

	times(d, part, s->step, s->reach);
	squares(s->reach, d->ntext, n, part, s->next);
	for (k = 0; k < n; k++) /* how far along its step */
		s->next[k] = s->next[k] > 0 ? s->gamma[k] / s->next[k] : 0;
	for (i = 0; i < d->nrow; i++)
		for (k = 0; k < n; k++)
			s->vector[i * n + k] +=
			    (float)s->next[k] * s->step[i * n + k];
	for (i = 0; i < d->ntext; i++)
		for (k = 0; is_of(i, part) && k < n; k++)
			s->rest[i * n + k] -=
			    (float)s->next[k] * s->reach[i * n + k];
	times_transposed(d, part, s->rest, s->slope);
	squares(s->slope, d->nrow, n, ALL, s->next);
	for (k = 0; k < n; k++) {
		s->gamma[k] = s->gamma[k] > 0 ? s->next[k] / s->gamma[k] : 0;
	}
	for (i = 0; i < d->nrow; i++)
		for (k = 0; k < n; k++)
			s->step[i * n + k] =
			    s->slope[i * n + k] +
			    (float)s->gamma[k] * s->step[i * n + k];
	memcpy(s->gamma, s->next, n * sizeof(*s->gamma));
}

/* How near the texts kept aside are. */
static double
solver_judge(struct solver *s)
{
	times(s->d, ASIDE, s->vector, s->reach);
	return mean_cosine(s->d, ASIDE, s->reach, s->want);
}

size_t
distil_fit(struct distil *d, double *before, double *after)
{
	size_t nrow = d->nrow * d->dim, ntext = d->ntext * d->dim, i, best = 0;
	float *want = mem_alloc(ntext * sizeof(*want) + 1);
	struct solver s = {.d = d, .want = want};
	double near;

	if (d->ntext < DISTIL_ASIDE) {
		*before = *after = 0;
		free(want);
		return 0;
	}
	gemm_nn(d->ntext, d->dim, d->width, d->target, d->width, d->basis,
	    d->dim, 0, want, d->dim);
	s.vector = mem_alloc(nrow * sizeof(*s.vector));
	s.step = mem_alloc(nrow * sizeof(*s.step));
	s.slope = mem_alloc(nrow * sizeof(*s.slope));
	s.rest = mem_alloc(ntext * sizeof(*s.rest));
	s.reach = mem_alloc(ntext * sizeof(*s.reach));
	s.gamma = mem_alloc(d->dim * sizeof(*s.gamma));
	s.next = mem_alloc(d->dim * sizeof(*s.next));
	solver_start(&s, LEARNT);
	*before = *after = solver_judge(&s);
	for (i = 1; i <= DISTIL_ROUNDS && i <= best + PATIENCE; i++) {
		solver_round(&s, LEARNT);
		near = solver_judge(&s);
		if (near > *after) {
			*after = near;
			best = i;
		}
	}
	solver_start(&s, ALL);
	for (i = 0; i < best; i++)
		solver_round(&s, ALL);
	free(d->vector);
	d->vector = s.vector;
	free(s.step);
	free(s.slope);
	free(s.rest);
	free(s.reach);
	free(s.gamma);
	free(s.next);
	free(want);
	return best;
}

void
distil_release(struct distil *d)
{
	free(d->cell);
	free(d->start);
	free(d->target);
	free(d->count);
	free(d->weight);
	free(d->vector);
	free(d->basis);
	*d = (struct distil){0};
}
