/*
 * neighbours - a graph of the nearest neighbours of unit vectors
 *
 * The first half of UMAP: from vectors to a graph whose edges say how surely
 * two records are near.  Neighbours are found exactly, by the products of all
 * vectors.  L. McInnes, J. Healy, J. Melville, "UMAP: Uniform manifold
 * approximation and projection for dimension reduction", 2018, sections 3.1 and
 * 4.3; what it leaves open is as in the program umap-learn 0.5.
 */

#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct neighbour {
	uint32_t at;  /* a row of x */
	float weight; /* the distance, 1 - cosine; later the edge's weight */
};

/*
 * The k nearest rows of x (n, dim) to each row of q (nq, dim), nearest first,
 * in near (nq, k); of equal distances the earlier row.  All rows have unit
 * length. Where self, q is x, and no row is its own neighbour.  k is less than
 * n, or n where not self; n is less than 2^32.  Nothing can fail.
 */
void neighbours_find(const float *x, size_t n, const float *q, size_t nq,
    size_t dim, size_t k, bool self, struct neighbour *near);

/*
 * Replace the distances of one row's k neighbours, nearest first, by weights of
 * (0, 1]: 1 for the nearest, and less for the others, so much that the sum of
 * all is log2(k + 1).  (k + 1, since UMAP's neighbours count the point itself.)
 */
void neighbours_weigh(struct neighbour *near, size_t k);

/* A graph without direction; each edge stands at both of its ends. */
struct neighbour_graph {
	size_t n;
	size_t *start;		/* (n + 1): the edges of i are [start[i], */
	struct neighbour *edge; /* start[i + 1]), by row */
};

/*
 * The graph of the neighbours near (n, k), weighed: where i is near to j with
 * weight a, and j to i with weight b (0 if it is not), they are joined by an
 * edge of weight a + b - a b.  The caller releases it.
 */
void neighbours_graph(struct neighbour_graph *g, const struct neighbour *near,
    size_t n, size_t k);

/* Free what is held. */
void neighbours_release(struct neighbour_graph *g);

#endif
