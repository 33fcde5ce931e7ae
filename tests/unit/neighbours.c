/*
 * neighbours: the nearest of all rows, whatever the blocks; weights with the
 * right sum; an undirected graph
 */

#include "map/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

enum { N = 700, NQ = 30, DIM = 24, K = 14 };

static float x[N][DIM], q[NQ][DIM];
static struct neighbour near[N][K], other[NQ][N];

static void
fill(float (*v)[DIM], size_t n, struct rng *rng)
{
	double sum;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (sum = 0, j = 0; j < DIM; j++) {
			v[i][j] = (float)rng_normal(rng);
			sum += v[i][j] * v[i][j];
		}
		for (j = 0; j < DIM; j++)
			v[i][j] /= (float)sqrt(sum);
	}
}

static double
distance(const float *a, const float *b)
{
	double sum = 0;
	size_t j;

	for (j = 0; j < DIM; j++)
		sum += (double)a[j] * b[j];
	return 1 - sum;
}

/* Whether no row but those listed is nearer than the last of them. */
static bool
are_nearest(
    const struct neighbour *list, size_t k, const float *to, size_t self)
{
	static bool listed[N];
	double last = list[k - 1].weight;
	bool good = true;
	size_t i;

	for (i = 0; i < N; i++)
		listed[i] = false;
	for (i = 0; i < k; i++) {
		good &=
		    !listed[list[i].at] && list[i].at != self &&
		    fabs(list[i].weight - distance(x[list[i].at], to)) < 1e-5 &&
		    (i == 0 || list[i].weight >= list[i - 1].weight);
		listed[list[i].at] = true;
	}
	for (i = 0; i < N; i++)
		if (!listed[i] && i != self)
			good &= distance(x[i], to) > last - 1e-5;
	return good;
}

int
main(void)
{
	struct neighbour_graph g;
	struct rng rng;
	size_t i, e, f, k, nback = 0;
	bool good;
	double sum, a, b, want;

	rng_init(&rng, 1);
	fill(x, N, &rng);
	fill(q, NQ, &rng);
	neighbours_find(*x, N, *x, N, DIM, K, true, *near);
	for (good = true, i = 0; i < N; i++)
		good &= are_nearest(near[i], K, x[i], i);
	ok(good, "the nearest of their own, in two blocks");
	neighbours_find(*x, N, *q, NQ, DIM, N, false, *other);
	for (good = true, i = 0; i < NQ; i++)
		good &= are_nearest(other[i], N, q[i], SIZE_MAX);
	ok(good, "all rows, of others, by distance");

	for (good = true, i = 0; i < N; i++) {
		neighbours_weigh(near[i], K);
		for (sum = 0, e = 0; e < K; e++) {
			sum += near[i][e].weight;
			good &= near[i][e].weight > 0 &&
				near[i][e].weight <= 1 &&
				(e == 0 ||
				    near[i][e].weight <= near[i][e - 1].weight);
		}
		good &=
		    fabs(sum - log2(K + 1)) < 1e-3 && near[i][0].weight == 1;
	}
	ok(good, "weights: 1, then less, log2(K + 1) in all");
	for (k = 0; k < 3; k++)
		other[0][k].weight = 0;
	neighbours_weigh(other[0], 3);
	ok(other[0][0].weight == 1 && other[0][2].weight == 1,
	    "equal vectors are as near as can be");

	neighbours_graph(&g, *near, N, K);
	for (good = true, i = 0; i < N; i++)
		for (e = g.start[i]; e < g.start[i + 1]; e++) {
			f = g.edge[e].at;
			good &= f != i &&
				(e == g.start[i] ||
				    f > g.edge[e - 1].at); /* sorted, once */
			for (a = 0, k = 0; k < K; k++)
				if (near[i][k].at == f)
					a = near[i][k].weight;
			for (b = 0, k = 0; k < K; k++)
				if (near[f][k].at == i)
					b = near[f][k].weight;
			want = a + b - a * b;
			good &=
			    want > 0 && fabs(g.edge[e].weight - want) < 1e-6;
			for (k = g.start[f]; k < g.start[f + 1]; k++)
				nback += g.edge[k].at == i &&
					 g.edge[k].weight == g.edge[e].weight;
		}
	ok(good, "edges: a + b - a b, of neighbours alone");
	ok(nback == g.start[N], "each stands at both ends");
	neighbours_release(&g);
	return tap_done();
}
