#include "map/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "math/gemm.h"
#include "math/knn.h"

enum {
	/*
	 * Products at a time: a tile of TILE rows of x and BLOCK of q, 512 kB,
	 * stays in the second-level cache until its numbers are looked at.
	 */
	TILE = 256,
	BLOCK = 512
};

static int
by_distance(const void *pa, const void *pb)
{
	const struct neighbour *a = pa, *b = pb;

	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
by_row(const void *pa, const void *pb)
{
	const struct neighbour *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

/* The nearest rows to those of one block, whose first row in x is self_at. */
static void
find_block(const float *x, size_t n, const float *q, size_t nq, size_t dim,
    size_t k, size_t self_at, struct neighbour *near)
{
	size_t i, j, m, nhit, *len = mem_zeroed(nq, sizeof(*len));
	float *product = mem_alloc(TILE * nq * sizeof(*product));
	struct neighbour *to;
	struct knn_hit *hit;
	struct knn knn;
	float d;

	knn_init(&knn, nq, k, -1.5f);
	for (i = 0; i < n; i += TILE) {
		m = n - i < TILE ? n - i : TILE;
		gemm_nt(m, nq, dim, x + i * dim, dim, q, dim, 0, product, nq);
		for (j = 0; j < m; j++) {
			/* i + j - self_at wraps around for rows before it. */
			if (i + j - self_at < nq)
				product[j * nq + (i + j - self_at)] = -2;
			knn_offer_all(&knn, i + j, product + j * nq);
		}
	}
	hit = knn_hits(&knn, &nhit);
	for (i = 0; i < nhit; i++) {
		to = near + hit[i].seed * k + len[hit[i].seed]++;
		d = 1 - hit[i].sim;
		*to = (struct neighbour){(uint32_t)hit[i].place, d > 0 ? d : 0};
	}
	for (i = 0; i < nq; i++)
		qsort(near + i * k, k, sizeof(*near), by_distance);
	free(hit);
	free(len);
	free(product);
	knn_release(&knn);
}

void
neighbours_find(const float *x, size_t n, const float *q, size_t nq, size_t dim,
    size_t k, bool self, struct neighbour *near)
{
	size_t i, m;

	for (i = 0; k > 0 && i < nq; i += BLOCK) {
		m = nq - i < BLOCK ? nq - i : BLOCK;
		find_block(x, n, q + i * dim, m, dim, k,
		    self ? i : SIZE_MAX / 2, near + i * k);
	}
}

/* The sum of all weights for one width. */
static double
sum_of_weights(const struct neighbour *near, size_t k, double rho, double sigma)
{
	double sum = 0, d;
	size_t i;

	for (i = 0; i < k; i++) {
		d = near[i].weight - rho;
		sum += d > 0 ? exp(-d / sigma) : 1;
	}
	return sum;
}

void
neighbours_weigh(struct neighbour *near, size_t k)
{
	double target = log2((double)(k + 1)), rho = 0, sigma = 1, mean = 0;
	double low = 0, high = INFINITY, sum, d;
	size_t i;

	for (i = 0; i < k; i++) {
		mean += near[i].weight / (double)k;
		if (rho == 0)
			rho = near[i].weight; /* the nearest that differs */
	}
	for (i = 0; i < 64; i++) {
		sum = sum_of_weights(near, k, rho, sigma);
		if (fabs(sum - target) < 1e-5)
			break;
		if (sum > target)
			high = sigma;
		else
			low = sigma;
		sigma = isinf(high) ? 2 * sigma : (low + high) / 2;
	}
	if (sigma < 1e-3 * mean) /* umap-learn keeps the same least width */
		sigma = 1e-3 * mean;
	for (i = 0; i < k; i++) {
		d = near[i].weight - rho;
		near[i].weight = d > 0 ? (float)exp(-d / sigma) : 1;
	}
}

/* The neighbour at among k, by row; NULL if it is not one of them. */
static const struct neighbour *
look_up(const struct neighbour *near, size_t k, size_t at)
{
	size_t i;

	for (i = 0; i < k; i++)
		if (near[i].at == at)
			return near + i;
	return NULL;
}

static void
add_edge(struct neighbour_graph *g, size_t *end, size_t i, size_t j, float w)
{
	g->edge[end[i]++] = (struct neighbour){(uint32_t)j, w};
}

void
neighbours_graph(
    struct neighbour_graph *g, const struct neighbour *near, size_t n, size_t k)
{
	size_t i, j, e, *end = mem_zeroed(n + 1, sizeof(*end));
	const struct neighbour *back;
	float a;

	*g = (struct neighbour_graph){.n = n};
	g->start = mem_zeroed(n + 1, sizeof(*g->start));
	for (i = 0; i < n; i++)
		for (e = 0; e < k; e++) {
			j = near[i * k + e].at;
			g->start[i + 1]++;
			if (look_up(near + j * k, k, i) == NULL)
				g->start[j + 1]++;
		}
	for (i = 0; i < n; i++) {
		g->start[i + 1] += g->start[i];
		end[i] = g->start[i];
	}
	g->edge = mem_alloc((g->start[n] + 1) * sizeof(*g->edge));
	for (i = 0; i < n; i++)
		for (e = 0; e < k; e++) {
			j = near[i * k + e].at;
			a = near[i * k + e].weight;
			back = look_up(near + j * k, k, i);
			if (back != NULL) {
				add_edge(g, end, i, j,
				    a + back->weight - a * back->weight);
			} else {
				add_edge(g, end, i, j, a);
				add_edge(g, end, j, i, a);
			}
		}
	for (i = 0; i < n; i++)
		qsort(g->edge + g->start[i], g->start[i + 1] - g->start[i],
		    sizeof(*g->edge), by_row);
	free(end);
}

void
neighbours_release(struct neighbour_graph *g)
{
	free(g->start);
	free(g->edge);
	*g = (struct neighbour_graph){0};
}
