#include "map/layout.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "math/cpu.h"
#include "math/eigen.h"
#include "math/gemm.h"

enum {
	/* steps of Lanczos' method: the start of a map need not be exact */
	NSTEP = 64,
	NNEGATIVE = 5, /* pushes for each pull, as umap-learn has it */
	NLANE = 8      /* of a vector: they and the pull */
};

/* The two leading eigenvectors of a symmetric operator. */

struct operator
{
	size_t n;
	const struct neighbour_graph *graph; /* or NULL, and then */
	const double *root;   /* (n): roots of the degrees, unit length */
	const double *matrix; /* (n, n) */
};

CPU_CLONES static double
dot(const double *a, const double *b, size_t n)
{
	double sum[8] = {0}, rest = 0;
	size_t i, j;

	for (i = 0; i + 8 <= n; i += 8)
		for (j = 0; j < 8; j++)
			sum[j] += a[i + j] * b[i + j];
	for (; i < n; i++)
		rest += a[i] * b[i];
	return ((sum[0] + sum[1]) + (sum[2] + sum[3])) +
	       ((sum[4] + sum[5]) + (sum[6] + sum[7])) + rest;
}

/* y[0..n) += a x[0..n) */
CPU_CLONES static void
add(double *restrict y, double a, const double *restrict x, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] += a * x[i];
}

/* to = A from, for the graph A = D^-1/2 W D^-1/2 without its first vector. */
static void
apply(const struct operator* op, const double *from, double *to)
{
	const struct neighbour_graph *g = op->graph;
	size_t i, e;
	double sum;

	for (i = 0; i < op->n; i++) {
		if (g == NULL) {
			to[i] = dot(op->matrix + i * op->n, from, op->n);
			continue;
		}
		for (sum = 0, e = g->start[i]; e < g->start[i + 1]; e++)
			sum += g->edge[e].weight * from[g->edge[e].at] /
			       op->root[g->edge[e].at];
		to[i] = sum / op->root[i];
	}
	if (g != NULL)
		add(to, -dot(to, op->root, op->n), op->root, op->n);
}

/* Take away what v has of the n-vectors basis (m, n); twice is enough. */
static void
orthogonalise(double *v, const double *basis, size_t m, size_t n)
{
	size_t i, round;

	for (round = 0; round < 2; round++)
		for (i = 0; i < m; i++)
			add(v, -dot(v, basis + i * n, n), basis + i * n, n);
}

/* The unit vector of v, or zeros where almost nothing is left of it. */
static double
normalise(double *v, size_t n)
{
	double length = sqrt(dot(v, v, n));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = length > 1e-9 ? v[i] / length : 0;
	return length > 1e-9 ? length : 0;
}

/*
 * The eigenvectors of the two largest eigenvalues in out (2, n), the first
 * first; zeros where there is none (C. Lanczos, 1950, with all vectors kept
 * orthogonal).
 */
static void
leading(const struct operator* op, uint64_t seed, double *out)
{
	size_t n = op->n, most = n < NSTEP ? n : NSTEP, m, i, j;
	double *basis = mem_zeroed((most + 1) * n, sizeof(*basis)), *v = basis;
	double diagonal[NSTEP] = {0}, beside[NSTEP]; /* of the small matrix */
	double *small, *value, *vector;
	struct rng rng;

	rng_init(&rng, seed);
	for (i = 0; i < n; i++)
		v[i] = rng_normal(&rng);
	if (op->graph != NULL)
		add(v, -dot(v, op->root, n), op->root, n);
	normalise(v, n);
	for (m = 0; m < most; m++, v += n) {
		if (m > 0 && beside[m - 1] == 0)
			break;
		apply(op, v, v + n);
		diagonal[m] = dot(v, v + n, n);
		orthogonalise(v + n, basis, m + 1, n);
		beside[m] = normalise(v + n, n);
	}
	small = mem_zeroed(m * m + 1, sizeof(*small));
	value = mem_alloc((m + 1) * sizeof(*value));
	vector = mem_alloc((m * m + 1) * sizeof(*vector));
	for (i = 0; i < m; i++) {
		small[i * m + i] = diagonal[i];
		if (i + 1 < m)
			small[i * m + i + 1] = small[(i + 1) * m + i] =
			    beside[i];
	}
	eigen_symmetric(small, m, value, vector);
	memset(out, 0, 2 * n * sizeof(*out));
	for (j = 0; j < 2 && j < m; j++)
		for (i = 0; i < m; i++)
			add(out + j * n, vector[j * m + i], basis + i * n, n);
	free(basis);
	free(small);
	free(value);
	free(vector);
}

/* Where points start. */

/* Whether all of the graph is reached from its first point. */
static bool
in_one_piece(const struct neighbour_graph *g)
{
	uint32_t *queue = mem_alloc((g->n + 1) * sizeof(*queue));
	unsigned char *seen = mem_zeroed(g->n + 1, 1);
	size_t i, e, nqueue = 0;

	if (g->n > 0) {
		queue[nqueue++] = 0;
		seen[0] = 1;
	}
	for (i = 0; i < nqueue; i++)
		for (e = g->start[queue[i]]; e < g->start[queue[i] + 1]; e++)
			if (!seen[g->edge[e].at]) {
				seen[g->edge[e].at] = 1;
				queue[nqueue++] = g->edge[e].at;
			}
	free(queue);
	free(seen);
	return nqueue == g->n;
}

static void
start_spectral(const struct neighbour_graph *g, uint64_t rng, double *y)
{
	double *root = mem_zeroed(g->n, sizeof(*root));
	struct operator op = {.n = g->n, .graph = g, .root = root};
	size_t i, e;

	for (i = 0; i < g->n; i++) {
		for (e = g->start[i]; e < g->start[i + 1]; e++)
			root[i] += g->edge[e].weight;
		root[i] = sqrt(root[i]);
	}
	normalise(root, g->n); /* scales the operator, not its eigenvectors */
	leading(&op, rng, y);
	free(root);
}

static void
start_pca(const float *x, size_t n, size_t dim, uint64_t rng, double *y)
{
	float *second = mem_alloc(dim * dim * sizeof(*second));
	double *mean = mem_zeroed(dim, sizeof(*mean));
	double *matrix = mem_alloc(dim * dim * sizeof(*matrix));
	double axis[2], *axes = mem_alloc(2 * dim * sizeof(*axes));
	struct operator op = {.n = dim, .matrix = matrix};
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < dim; j++)
			mean[j] += x[i * dim + j] / (double)n;
	gemm_tn(dim, dim, n, x, dim, x, dim, 0, second, dim);
	for (i = 0; i < dim; i++)
		for (j = 0; j < dim; j++)
			matrix[i * dim + j] =
			    second[i * dim + j] / (double)n - mean[i] * mean[j];
	leading(&op, rng, axes);
	for (i = 0; i < n; i++) {
		axis[0] = axis[1] = 0;
		for (j = 0; j < dim; j++) {
			axis[0] += (x[i * dim + j] - mean[j]) * axes[j];
			axis[1] += (x[i * dim + j] - mean[j]) * axes[dim + j];
		}
		y[i] = axis[0];
		y[n + i] = axis[1];
	}
	free(second);
	free(mean);
	free(matrix);
	free(axes);
}

void
layout_start(const struct neighbour_graph *g, const float *x, size_t dim,
    uint64_t seed, float *y)
{
	size_t n = g->n, i, axis;
	double *start = mem_zeroed(2 * n + 1, sizeof(*start));
	double most = 0, low, high;
	struct rng rng;

	rng_init(&rng, seed);
	if (n > 2 && in_one_piece(g))
		start_spectral(g, rng_next(&rng), start);
	else if (n > 0)
		start_pca(x, n, dim, rng_next(&rng), start);
	for (i = 0; i < 2 * n; i++)
		most = fabs(start[i]) > most ? fabs(start[i]) : most;
	/* Noise, so that no two points lie on each other, as umap-learn adds. */
	for (i = 0; i < 2 * n; i++)
		start[i] = (most > 0 ? 10 * start[i] / most : 0) +
			   1e-4 * rng_normal(&rng);
	for (axis = 0; axis < 2; axis++) {
		low = DBL_MAX;
		high = -DBL_MAX;
		for (i = axis * n; i < (axis + 1) * n; i++) {
			low = start[i] < low ? start[i] : low;
			high = start[i] > high ? start[i] : high;
		}
		for (i = 0; i < n; i++)
			y[2 * i + axis] =
			    high > low
				? (float)(10 * (start[axis * n + i] - low) /
					  (high - low))
				: 5;
	}
	free(start);
}

/* The curve. */

/* The square error of a curve, and the sums that a step to a better needs. */
static double
curve_error(double min_dist, double a, double b, double sum[5])
{
	double error = 0, d, want, power, got, r, da, db;
	size_t i;

	memset(sum, 0, 5 * sizeof(*sum));
	for (i = 1; i < 300; i++) {
		d = 3.0 * (double)i / 299;
		want = d < min_dist ? 1 : exp(min_dist - d);
		power = pow(d, 2 * b);
		got = 1 / (1 + a * power);
		r = want - got;
		da = -power * got * got;
		db = -2 * a * power * log(d) * got * got;
		sum[0] += da * da;
		sum[1] += da * db;
		sum[2] += db * db;
		sum[3] += da * r;
		sum[4] += db * r;
		error += r * r;
	}
	return error;
}

/* Levenberg's and Marquardt's steps from a = b = 1. */
void
layout_curve(double min_dist, double *a, double *b)
{
	double damp = 1e-3, sum[5], next[5], error, less, det, na, nb;
	size_t i;

	*a = *b = 1;
	error = curve_error(min_dist, *a, *b, sum);
	for (i = 0; i < 100; i++) {
		det =
		    sum[0] * sum[2] * (1 + damp) * (1 + damp) - sum[1] * sum[1];
		na =
		    *a + (sum[3] * sum[2] * (1 + damp) - sum[1] * sum[4]) / det;
		nb =
		    *b + (sum[4] * sum[0] * (1 + damp) - sum[1] * sum[3]) / det;
		less = na > 0 && nb > 0 ? curve_error(min_dist, na, nb, next)
					: DBL_MAX;
		damp *= less < error ? 0.1 : 10;
		if (!(less < error))
			continue;
		error = less;
		memcpy(sum, next, sizeof(sum));
		*a = na;
		*b = nb;
	}
}

/* Moving the points. */

/*
 * x^b for x > 0, within a few parts in a million: 2^(b log2 x) by polynomials
 * on the mantissa, since pow(3) would take most of the time.  log2 by the
 * series of the inverse hyperbolic tangent on [sqrt(1/2), sqrt(2)], exp2 by
 * Taylor's on [-1/2, 1/2].
 */
static inline float
power(float x, float b)
{
	uint32_t bits;
	int32_t whole;
	float m, t, t2, e, f;

	memcpy(&bits, &x, sizeof(bits));
	whole = (int32_t)(bits - 0x3f3504f3) >> 23; /* from sqrt(1/2) on */
	bits -= (uint32_t)whole << 23;
	memcpy(&m, &bits, sizeof(m));
	t = (m - 1) / (m + 1);
	t2 = t * t;
	e = (float)whole +
	    t * (2.8853901f +
		    t2 * (0.9617967f + t2 * (0.5770780f + t2 * 0.4121986f)));
	e *= b;
	e = e < -126 ? -126 : e;
	e = e > 126 ? 126 : e;
	whole = (int32_t)(e + 127.5f) - 127; /* to the nearest */
	f = e - (float)whole;
	f = 1 + f * (0.6931472f +
			f * (0.2402265f +
				f * (0.0555041f +
					f * (0.0096181f + f * 0.0013334f))));
	bits = (uint32_t)(whole + 127) << 23;
	memcpy(&m, &bits, sizeof(m));
	return f * m;
}

struct edges {
	size_t n;
	uint32_t *head, *tail; /* (n) */
	float *period;	       /* (n): epochs from one pull to the next */
	float *next;	       /* (n): the epoch of the next pull */
};

/* Edges that are never pulled, for they are too light, are left out. */
static void
edges_init(struct edges *s, const struct neighbour_graph *g, size_t nepoch)
{
	size_t total = g->start[g->n], i, e;
	float most = 0;

	for (e = 0; e < total; e++)
		most = g->edge[e].weight > most ? g->edge[e].weight : most;
	*s = (struct edges){.n = 0};
	s->head = mem_alloc((total + 1) * sizeof(*s->head));
	s->tail = mem_alloc((total + 1) * sizeof(*s->tail));
	s->period = mem_alloc((total + 1) * sizeof(*s->period));
	s->next = mem_alloc((total + 1) * sizeof(*s->next));
	for (i = 0; i < g->n; i++)
		for (e = g->start[i]; e < g->start[i + 1]; e++) {
			if (g->edge[e].weight < most / (float)nepoch)
				continue;
			s->head[s->n] = (uint32_t)i;
			s->tail[s->n] = g->edge[e].at;
			s->period[s->n] = most / g->edge[e].weight;
			s->next[s->n] = s->period[s->n];
			s->n++;
		}
}

static void
edges_release(struct edges *s)
{
	free(s->head);
	free(s->tail);
	free(s->period);
	free(s->next);
}

/*
 * The gradient at the square distance d is (push + pull d^b) / ((least + d)
 * (a d^b + 1)) times the way, by lane: lane 0 pulls, the others push.
 */
struct mover {
	float push[NLANE], pull[NLANE], least[NLANE];
	float a, b, rate;
	float *y; /* (n, 2) */
	size_t n;
	struct rng rng;
};

static inline float
clip(float x)
{
	x = x > 4 ? 4 : x;
	return x < -4 ? -4 : x;
}

/*
 * Move one edge: its point is pulled to the other end, and NNEGATIVE points
 * that are drawn at random push it.  All of them act on the place where it was
 * at first, in lanes of one vector, with the pull in lane 0.  (umap-learn lets
 * each act on the place where the one before it left the point, which is a
 * long chain of divisions; apart from the order the sum is the same.)  Lanes
 * without a point hold the point itself, which has no effect.  Points are
 * fetched by their places, so that a processor with gathers can use them.
 */
static inline void
move(struct mover *m, float *at, float *to)
{
	float dx[NLANE], dy[NLANE], d, p, grad;
	uint32_t place[NLANE];
	uint64_t draw = 0;
	size_t i;

	for (i = 0; i < NLANE; i++)
		place[i] = (uint32_t)(at - m->y);
	place[0] = (uint32_t)(to - m->y);
	for (i = 1; i <= NNEGATIVE; i++) {
		draw = i & 1 ? rng_next(&m->rng) : draw << 32;
		place[i] = 2 * (uint32_t)(((draw >> 32) * m->n) >> 32);
	}
	for (i = 0; i < NLANE; i++) {
		dx[i] = at[0] - m->y[place[i]];
		dy[i] = at[1] - m->y[place[i] + 1];
	}
	for (i = 0; i < NLANE; i++) {
		d = dx[i] * dx[i] + dy[i] * dy[i];
		p = power(d, m->b);
		grad = (m->push[i] + m->pull[i] * p) /
		       ((m->least[i] + d) * (m->a * p + 1));
		dx[i] = m->rate * clip(grad * dx[i]);
		dy[i] = m->rate * clip(grad * dy[i]);
	}
	to[0] -= dx[0];
	to[1] -= dy[0];
	at[0] += ((dx[0] + dx[1]) + (dx[2] + dx[3])) + (dx[4] + dx[5]);
	at[1] += ((dy[0] + dy[1]) + (dy[2] + dy[3])) + (dy[4] + dy[5]);
}

CPU_CLONES static void
run_epoch(struct mover *m, struct edges *s, size_t epoch)
{
	float now = (float)epoch;
	size_t e;

	for (e = 0; e < s->n; e++)
		if (s->next[e] <= now) {
			move(m, m->y + 2 * (size_t)s->head[e],
			    m->y + 2 * (size_t)s->tail[e]);
			s->next[e] += s->period[e];
		}
}

void
layout_optimise(
    const struct neighbour_graph *g, const struct layout_options *o, float *y)
{
	struct mover m = {.y = y, .n = g->n};
	struct edges s;
	size_t epoch, i;
	double a, b;

	layout_curve(o->min_dist, &a, &b);
	m.a = (float)a;
	m.b = (float)b;
	for (i = 0; i < NLANE; i++) {
		m.push[i] = i > 0 ? (float)(2 * b) : 0;
		m.pull[i] = i > 0 ? 0 : (float)(-2 * a * b);
		m.least[i] = i > 0 ? 0.001f : FLT_MIN; /* umap-learn's */
	}
	rng_init(&m.rng, o->rng);
	edges_init(&s, g, o->nepoch);
	for (epoch = 0; epoch < o->nepoch; epoch++) {
		m.rate = 1 - (float)epoch / (float)o->nepoch;
		run_epoch(&m, &s, epoch);
	}
	edges_release(&s);
}
