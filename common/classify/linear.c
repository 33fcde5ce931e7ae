#include "classify/linear.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "math/cpu.h"

enum {
	LANE = LINEAR_LANE,
	MAX_NEWTON = 100, /* steps; a dozen are usual */
	MAX_CG = 60,	  /* products with the Hessian a step */
	MAX_HALVING = 30  /* of a step that doesn't descend */
};

static const double gradient_tolerance = 1e-3; /* of the first gradient */
static const double cg_tolerance = 0.1;	       /* of the step's gradient */
static const double armijo = 1e-4;	       /* descent asked of a step */

/*
 * One float for each lane.  Compiled, this is one vector register, or two, or
 * plain code.
 */
typedef float lanes __attribute__((vector_size(LANE * sizeof(float))));

/*
 * The state of a training run.  Vectors over dimensions have one more row, the
 * last: that of the intercept, whose input is 1 in every document.
 */
struct trainer {
	const struct linear_data *data;
	const uint8_t *mark;	  /* (ndoc, LANE) */
	float cost[3][LANE];	  /* by mark */
	size_t nlive;		  /* lanes with something to learn */
	bool live[LANE];	  /* not yet at its optimum */
	lanes *w, *g, *s, *r, *d; /* (ndim + 1): weights, gradient, step,
				     residual, direction */
	lanes *h;		  /* (ndim + 1): Hd; the Hessian's diagonal */
	lanes *diag;		  /* (ndim + 1) */
	lanes *z, *zd, *zs;	  /* (ndoc): w x + b; d x; s x */
	lanes *curve;		  /* (ndoc): c sigma (1 - sigma) */
};

/* out[j] = sum over rows of a[.][j] b[.][j], in double beyond 1,024 rows. */
CPU_CLONES static void
dot(double out[LANE], const lanes *a, const lanes *b, size_t n)
{
	size_t i, j, k;
	lanes sum;

	for (j = 0; j < LANE; j++)
		out[j] = 0;
	for (i = 0; i < n; i = k) {
		sum = (lanes){0};
		for (k = i; k < n && k < i + 1024; k++)
			sum += a[k] * b[k];
		for (j = 0; j < LANE; j++)
			out[j] += sum[j];
	}
}

/* Compute y += a x in all lanes. */
CPU_CLONES static void
axpy(lanes *y, const double a[LANE], const lanes *x, size_t n)
{
	lanes f = {0};
	size_t i, j;

	for (j = 0; j < LANE; j++)
		f[j] = (float)a[j];
	for (i = 0; i < n; i++)
		y[i] += f * x[i];
}

/* *sum = the value of one document for weights w, without the intercept's. */
static inline void
project(lanes *sum, const struct linear_data *data, size_t doc, const lanes *w)
{
	const struct linear_item *p = data->item + data->start[doc];
	const struct linear_item *end = data->item + data->start[doc + 1];

	for (*sum = (lanes){0}; p < end; p++)
		*sum += p->value * w[p->dim];
}

/*
 * Gradient and the diagonal of the Hessian at w, whose values z are known:
 * g = w + sum c (sigma - t) x, diag = 1 + sum c sigma (1 - sigma) x^2.
 */
CPU_CLONES static void
gradient(struct trainer *t)
{
	const struct linear_data *data = t->data;
	const struct linear_item *p, *end;
	size_t i, j, ndim = data->ndim;
	lanes slope, curve;
	float sigma, c;
	unsigned mark;

	memcpy(t->g, t->w, ndim * sizeof(*t->g));
	for (i = 0; i < ndim; i++)
		t->diag[i] = (lanes){0} + 1.0f;
	t->g[ndim] = (lanes){0};
	t->diag[ndim] = (lanes){0};
	for (i = 0; i < data->ndoc; i++) {
		for (j = 0; j < LANE; j++) {
			mark = t->mark[i * LANE + j];
			c = t->cost[mark][j];
			sigma = 1.0f / (1.0f + expf(-t->z[i][j]));
			slope[j] = c * (sigma - (mark == LABELS_POSITIVE));
			curve[j] = c * sigma * (1.0f - sigma);
		}
		t->curve[i] = curve;
		p = data->item + data->start[i];
		end = data->item + data->start[i + 1];
		for (; p < end; p++) {
			t->g[p->dim] += p->value * slope;
			t->diag[p->dim] += p->value * p->value * curve;
		}
		t->g[ndim] += slope;
		t->diag[ndim] += curve;
	}
	/* a lane without data, or one whose documents are all decided */
	for (j = 0; j < LANE; j++)
		if (t->diag[ndim][j] < 1e-6f)
			t->diag[ndim][j] = 1e-6f;
}

/* h = H d, and zd = d x on the way. */
CPU_CLONES static void
hessian(struct trainer *t)
{
	const struct linear_data *data = t->data;
	const struct linear_item *p, *end;
	size_t i, ndim = data->ndim;
	lanes value;

	memcpy(t->h, t->d, ndim * sizeof(*t->h));
	t->h[ndim] = (lanes){0};
	for (i = 0; i < data->ndoc; i++) {
		project(&value, data, i, t->d);
		value += t->d[ndim];
		t->zd[i] = value;
		value *= t->curve[i];
		p = data->item + data->start[i];
		end = data->item + data->start[i + 1];
		for (; p < end; p++)
			t->h[p->dim] += p->value * value;
		t->h[ndim] += value;
	}
}

/* The loss of values z + a zs, by lanes. */
static void
loss(const struct trainer *t, const double a[LANE], double out[LANE])
{
	size_t i, j;
	unsigned mark;
	double z;

	memset(out, 0, LANE * sizeof(*out));
	for (i = 0; i < t->data->ndoc; i++)
		for (j = 0; j < LANE; j++) {
			mark = t->mark[i * LANE + j];
			if (mark == LABELS_MASKED)
				continue;
			z = (double)t->z[i][j] + a[j] * (double)t->zs[i][j];
			if (mark == LABELS_POSITIVE)
				z = -z;
			/* log(1 + exp(z)) without overflow */
			z = z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
			out[j] += (double)t->cost[mark][j] * z;
		}
}

/* d = r / diag + beta d */
CPU_CLONES static void
turn(struct trainer *t, const double beta[LANE])
{
	lanes b = {0};
	size_t i, j;

	for (j = 0; j < LANE; j++)
		b[j] = (float)beta[j];
	for (i = 0; i <= t->data->ndim; i++)
		t->d[i] = t->r[i] / t->diag[i] + b * t->d[i];
}

/* r' (r / diag) */
CPU_CLONES static void
preconditioned_norm(const struct trainer *t, double out[LANE])
{
	size_t i, j, k, n = t->data->ndim + 1;
	lanes sum;

	for (j = 0; j < LANE; j++)
		out[j] = 0;
	for (i = 0; i < n; i = k) {
		sum = (lanes){0};
		for (k = i; k < n && k < i + 1024; k++)
			sum += t->r[k] * t->r[k] / t->diag[k];
		for (j = 0; j < LANE; j++)
			out[j] += sum[j];
	}
}

/* The Newton step s, and its values zs: H s = -g, nearly. */
static void
find_step(struct trainer *t)
{
	size_t i, j, k, n = t->data->ndim + 1, nbusy;
	double rho[LANE], last[LANE], dhd[LANE], alpha[LANE], minus[LANE];
	double beta[LANE] = {0}, enough[LANE];
	bool busy[LANE];

	memset(t->s, 0, n * sizeof(*t->s));
	memset(t->d, 0, n * sizeof(*t->d));
	memset(t->zs, 0, t->data->ndoc * sizeof(*t->zs));
	for (i = 0; i < n; i++)
		t->r[i] = -t->g[i];
	preconditioned_norm(t, rho);
	for (j = 0; j < LANE; j++) {
		busy[j] = t->live[j] && rho[j] > 0;
		enough[j] = cg_tolerance * cg_tolerance * rho[j];
	}
	for (k = 0; k < MAX_CG; k++) {
		turn(t, beta);
		hessian(t);
		dot(dhd, t->d, t->h, n);
		for (j = 0; j < LANE; j++) {
			alpha[j] = busy[j] && dhd[j] > 0 ? rho[j] / dhd[j] : 0;
			minus[j] = -alpha[j];
		}
		axpy(t->s, alpha, t->d, n);
		axpy(t->zs, alpha, t->zd, t->data->ndoc);
		axpy(t->r, minus, t->h, n);
		memcpy(last, rho, sizeof(last));
		preconditioned_norm(t, rho);
		nbusy = 0;
		for (j = 0; j < LANE; j++) {
			if (!busy[j])
				continue;
			busy[j] = rho[j] > enough[j] && alpha[j] > 0;
			beta[j] = busy[j] ? rho[j] / last[j] : 0;
			nbusy += busy[j];
		}
		if (nbusy == 0)
			break;
	}
}

/*
 * Go along s as far as it descends enough (Armijo's rule).  A lane that finds
 * no such point is as near to its optimum as float32 allows, and stops.
 */
static void
walk(struct trainer *t, double f[LANE])
{
	size_t j, k, ndim = t->data->ndim, nopen;
	double ww[LANE], ws[LANE], ss[LANE], gs[LANE], a[LANE], next[LANE];
	double step[LANE] = {0};
	bool open[LANE];

	dot(ww, t->w, t->w, ndim);
	dot(ws, t->w, t->s, ndim);
	dot(ss, t->s, t->s, ndim);
	dot(gs, t->g, t->s, ndim + 1);
	for (j = 0; j < LANE; j++) {
		a[j] = 1;
		open[j] = t->live[j];
	}
	for (k = 0; k < MAX_HALVING; k++) {
		loss(t, a, next);
		nopen = 0;
		for (j = 0; j < LANE; j++) {
			if (!open[j])
				continue;
			next[j] +=
			    (ww[j] + 2 * a[j] * ws[j] + a[j] * a[j] * ss[j]) /
			    2;
			if (next[j] <= f[j] + armijo * a[j] * gs[j]) {
				step[j] = a[j];
				f[j] = next[j];
				open[j] = false;
			} else {
				a[j] /= 2;
				nopen++;
			}
		}
		if (nopen == 0)
			break;
	}
	for (j = 0; j < LANE; j++)
		if (open[j])
			t->live[j] = false;
	axpy(t->w, step, t->s, ndim + 1);
	axpy(t->z, step, t->zs, t->data->ndoc);
}

/* Costs by mark, and which lanes have both positives and negatives. */
static void
balance(struct trainer *t, double cost, double rarest[LANE])
{
	size_t count[3][LANE] = {{0}}, i, j;
	double npos, nneg;

	for (i = 0; i < t->data->ndoc; i++)
		for (j = 0; j < LANE; j++)
			count[t->mark[i * LANE + j]][j]++;
	for (j = 0; j < LANE; j++) {
		npos = (double)count[LABELS_POSITIVE][j];
		nneg = (double)count[LABELS_NEGATIVE][j];
		t->live[j] = npos > 0 && nneg > 0;
		rarest[j] = 1;
		if (!t->live[j])
			continue;
		t->cost[LABELS_POSITIVE][j] =
		    (float)(cost * (npos + nneg) / (2 * npos));
		t->cost[LABELS_NEGATIVE][j] =
		    (float)(cost * (npos + nneg) / (2 * nneg));
		rarest[j] = gradient_tolerance;
	}
}

static void *
lanes_alloc(size_t n)
{
	return memset(mem_aligned(n * sizeof(lanes)), 0, n * sizeof(lanes));
}

size_t
linear_train(const struct linear_data *data, const uint8_t *mark, double cost,
    float *weight, float *bias)
{
	struct trainer t = {.data = data, .mark = mark};
	lanes **over_dim[] = {&t.w, &t.g, &t.s, &t.r, &t.d, &t.h, &t.diag};
	lanes **over_doc[] = {&t.z, &t.zd, &t.zs, &t.curve};
	double f[LANE], gg[LANE], first[LANE] = {0}, tolerance[LANE];
	size_t j, k, nstep, nlive;

	for (k = 0; k < sizeof(over_dim) / sizeof(*over_dim); k++)
		*over_dim[k] = lanes_alloc(data->ndim + 1);
	for (k = 0; k < sizeof(over_doc) / sizeof(*over_doc); k++)
		*over_doc[k] = lanes_alloc(data->ndoc);
	balance(&t, cost, tolerance);
	loss(&t, (double[LANE]){0}, f);
	for (nstep = 0; nstep < MAX_NEWTON; nstep++) {
		gradient(&t);
		dot(gg, t.g, t.g, data->ndim + 1);
		nlive = 0;
		for (j = 0; j < LANE; j++) {
			if (nstep == 0)
				first[j] = sqrt(gg[j]);
			if (sqrt(gg[j]) <= tolerance[j] * first[j])
				t.live[j] = false;
			nlive += t.live[j];
		}
		if (nlive == 0)
			break;
		find_step(&t);
		walk(&t, f);
	}
	memcpy(weight, t.w, data->ndim * sizeof(*t.w));
	memcpy(bias, &t.w[data->ndim], sizeof(lanes));
	for (k = 0; k < sizeof(over_dim) / sizeof(*over_dim); k++)
		free(*over_dim[k]);
	for (k = 0; k < sizeof(over_doc) / sizeof(*over_doc); k++)
		free(*over_doc[k]);
	return nstep;
}
