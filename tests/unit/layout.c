/*
 * layout: the curve of UMAP; a chain that starts stretched out; groups that
 * end apart from each other; the same points when it is run again
 */

#include "map/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

enum { N = 300, DIM = 16, K = 14, NGROUP = 5, NCHAIN = 60 };

static float x[N][DIM], y[N][2], again[N][2];
static struct neighbour near[N][K];

/* Points of NGROUP groups; spread 0 puts those of a group on one place. */
static void
fill(double spread)
{
	struct rng rng;
	double sum;
	size_t i, j;

	rng_init(&rng, 7);
	for (i = 0; i < N; i++) {
		for (j = 0; j < DIM; j++)
			x[i][j] = (j == i % NGROUP) +
				  (float)(spread * rng_normal(&rng));
		for (sum = 0, j = 0; j < DIM; j++)
			sum += x[i][j] * x[i][j];
		for (j = 0; j < DIM; j++)
			x[i][j] /= (float)sqrt(sum);
	}
}

static void
lay_out(size_t n, float (*out)[2])
{
	const struct layout_options o = {
	    .nepoch = 200, .min_dist = 0.1, .rng = 3};
	struct neighbour_graph g;
	size_t i, k = n > K ? K : n - 1;

	neighbours_find(*x, n, *x, n, DIM, k, true, *near);
	for (i = 0; i < n; i++)
		neighbours_weigh(*near + i * k, k);
	neighbours_graph(&g, *near, n, k);
	layout_start(&g, *x, DIM, o.rng, *out);
	layout_optimise(&g, &o, *out);
	neighbours_release(&g);
}

/*
 * How many points have a point of their own group as their nearest in the
 * plane.
 */
static size_t
nearest_alike(void)
{
	size_t i, j, best, n = 0;
	double d, least;

	for (i = 0; i < N; i++) {
		for (best = i, least = INFINITY, j = 0; j < N; j++) {
			d = hypot(y[i][0] - y[j][0], y[i][1] - y[j][1]);
			if (j != i && d < least) {
				least = d;
				best = j;
			}
		}
		n += best % NGROUP == i % NGROUP;
	}
	return n;
}

static bool
finite_all(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isfinite(y[i][0]) || !isfinite(y[i][1]))
			return false;
	return true;
}

/* The second eigenvector of a path graph is a cosine from end to end. */
static void
start_of_chain(void)
{
	struct neighbour_graph g = {.n = NCHAIN};
	size_t i, n = 0;
	bool good = true;

	g.start = mem_zeroed(NCHAIN + 1, sizeof(*g.start));
	g.edge = mem_alloc(2 * NCHAIN * sizeof(*g.edge));
	for (i = 0; i < NCHAIN; i++) {
		if (i > 0)
			g.edge[n++] = (struct neighbour){(uint32_t)i - 1, 1};
		if (i + 1 < NCHAIN)
			g.edge[n++] = (struct neighbour){(uint32_t)i + 1, 1};
		g.start[i + 1] = n;
	}
	layout_start(&g, *x, DIM, 0, *y);
	/* The ends are left out, because they weigh less. */
	for (i = 3; i < NCHAIN - 1; i++)
		good &= (y[i][0] > y[i - 1][0]) == (y[2][0] > y[1][0]);
	ok(good, "a chain starts in its order");
	ok(fabsf(y[1][0] - y[NCHAIN - 2][0]) > 9.5f,
	    "from one side to the other");
	neighbours_release(&g);
}

int
main(void)
{
	static const size_t sizes[] = {1, 2, 3, 16};
	double a, b;
	size_t i;
	bool good;

	/* umap.umap_.find_ab_params(1, 0.1), and of min_dist 0.5 */
	layout_curve(0.1, &a, &b);
	ok(fabs(a - 1.577) < 2e-3 && fabs(b - 0.8951) < 1e-3,
	    "the curve of 0.1");
	layout_curve(0.5, &a, &b);
	ok(fabs(a - 0.583) < 2e-3 && fabs(b - 1.334) < 1e-3,
	    "the curve of 0.5");

	start_of_chain();
	fill(0.25);
	lay_out(N, y);
	ok(nearest_alike() > N * 95 / 100, "groups lie together");
	lay_out(N, again);
	ok(memcmp(y, again, sizeof(y)) == 0, "the same again, bit for bit");
	fill(0);
	lay_out(N, y);
	ok(finite_all(N) && nearest_alike() == N,
	    "equal vectors, in pieces that nothing joins");
	for (good = true, i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		lay_out(sizes[i], y);
		good &= finite_all(sizes[i]);
	}
	ok(good, "one point, two, three, sixteen");
	return tap_done();
}
