#include "mine/decide.h"

#include <math.h>
#include <string.h>

const float decide_least = 1.0F / 3;
const float decide_second = 0.25F;

/*
 * The usual slope and base, which many seeds of many domains give with whatever
 * encoder.  They count as much as STRENGTH seeds near a decision would, so that
 * a handful of seeds gives numbers that make sense.
 */
static const double usual[] = {1.7, 0};
static const double STRENGTH = 3;

/* Seeds of 21 domains and of none give .38 to .44. */
static const double RIVAL = 0.4;

enum { NNUMBER = 2 };

/* The two largest of z[0..n), those that are known. */
struct top {
	size_t first; /* the place of the largest */
	float z[2];
};

static struct top
find_top(const float *z, size_t n)
{
	struct top t = {n, {-INFINITY, -INFINITY}};
	size_t d;

	for (d = 0; d < n; d++)
		if (z[d] > t.z[0]) {
			t.z[1] = t.z[0];
			t.z[0] = z[d];
			t.first = d;
		} else if (z[d] > t.z[1]) {
			t.z[1] = z[d];
		}
	return t;
}

/* The variable of the slope: z of domain d, less the part of its rival. */
static double
lead(const float *z, const struct top *t, size_t d)
{
	return (double)z[d] - RIVAL * (double)t->z[d == t->first];
}

/*
 * The loss of the seeds, and the gradient and the Hessian of it and of the
 * distance from the usual numbers.
 */
static double
look(const double number[NNUMBER], const float *z, const bool *label,
    const double *weight, size_t n, size_t ncolumn, size_t ndomain,
    double gradient[NNUMBER], double hessian[NNUMBER][NNUMBER])
{
	double loss = 0, x[NNUMBER] = {0, 1}, o, p;
	struct top t;
	size_t s, d, i, j;

	for (i = 0; i < NNUMBER; i++) {
		gradient[i] = STRENGTH * (number[i] - usual[i]);
		for (j = 0; j < NNUMBER; j++)
			hessian[i][j] = i == j ? STRENGTH : 0;
	}
	for (s = 0; s < n; s++, z += ncolumn, label += ncolumn) {
		t = find_top(z, ncolumn);
		for (d = 0; d < ndomain; d++) {
			x[0] = lead(z, &t, d);
			if (!isfinite(x[0]))
				continue;
			o = number[0] * x[0] + number[1];
			loss += weight[s] * log1p(exp(-fabs(o)));
			if ((o > 0) != label[d])
				loss += weight[s] * fabs(o);
			p = 1 / (1 + exp(-o));
			for (i = 0; i < NNUMBER; i++) {
				gradient[i] +=
				    weight[s] * (p - label[d]) * x[i];
				for (j = 0; j < NNUMBER; j++)
					hessian[i][j] += weight[s] * p *
							 (1 - p) * x[i] * x[j];
			}
		}
	}
	return loss / (double)n;
}

/*
 * What the steps make smaller: the loss plus the distance from the usual
 * numbers.
 */
static double
aim(const double number[NNUMBER], double loss, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < NNUMBER; i++)
		sum += (number[i] - usual[i]) * (number[i] - usual[i]);
	return loss * (double)n + STRENGTH / 2 * sum;
}

/*
 * One of Newton's steps, made shorter until it gains; number, and its loss, are
 * replaced.  False if no step gains any more.
 */
static bool
step(double number[NNUMBER], double *loss, const float *z, const bool *label,
    const double *weight, size_t n, size_t ncolumn, size_t ndomain)
{
	double move[NNUMBER], gradient[NNUMBER], next[NNUMBER];
	double hessian[NNUMBER][NNUMBER], length, then, det;
	size_t i;

	look(number, z, label, weight, n, ncolumn, ndomain, gradient, hessian);
	det = hessian[0][0] * hessian[1][1] - hessian[0][1] * hessian[1][0];
	move[0] =
	    (hessian[1][1] * gradient[0] - hessian[0][1] * gradient[1]) / det;
	move[1] =
	    (hessian[0][0] * gradient[1] - hessian[1][0] * gradient[0]) / det;
	for (length = 1; length > 1e-3; length /= 2) {
		for (i = 0; i < NNUMBER; i++)
			next[i] = number[i] - length * move[i];
		then = look(next, z, label, weight, n, ncolumn, ndomain,
		    gradient, hessian);
		if (aim(next, then, n) < aim(number, *loss, n) - 1e-9) {
			memcpy(number, next, sizeof(next));
			*loss = then;
			return true;
		}
	}
	return false;
}

double
decide_fit(struct decide *c, const float *z, const bool *label,
    const double *weight, size_t n, size_t ncolumn, size_t ndomain)
{
	double number[NNUMBER], gradient[NNUMBER], hessian[NNUMBER][NNUMBER];
	double loss;

	memcpy(number, usual, sizeof(number));
	loss = look(
	    number, z, label, weight, n, ncolumn, ndomain, gradient, hessian);
	while (step(number, &loss, z, label, weight, n, ncolumn, ndomain))
		continue;
	*c = (struct decide){number[0], number[1]};
	return loss;
}

void
decide_apply(const struct decide *c, const float *z, size_t n, size_t ncolumn,
    size_t ndomain, float *p)
{
	struct top t;
	size_t r, d;
	double o;

	for (r = 0; r < n; r++, z += ncolumn, p += ndomain) {
		t = find_top(z, ncolumn);
		for (d = 0; d < ndomain; d++) {
			o = c->slope * lead(z, &t, d) + c->base;
			p[d] = (float)(1 / (1 + exp(-o)));
		}
	}
}
