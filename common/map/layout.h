/*
 * layout - a graph of neighbours as points of a plane
 *
 * The second half of UMAP (see map/neighbours): points start where the slowest
 * waves of the graph put them (spectral embedding), or, if the graph is of
 * several pieces, where the two main axes of the vectors do (PCA).  Then each
 * edge pulls its ends together as often as it is heavy, and each pull comes
 * with pushes away from points drawn by chance.
 *
 * The same input gives the same points on the same kind of processor.
 */

#ifndef LAYOUT_H
#define LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "map/neighbours.h"

struct layout_options {
	size_t nepoch;	 /* rounds over the edges, 1 or more */
	double min_dist; /* how near points may come, 0 to 1 */
	uint64_t rng;	 /* start of the random numbers */
};

/*
 * Start the points y (n, 2) of the graph g of x (n, dim), within 0 to 10.
 * M. Belkin, P. Niyogi, "Laplacian eigenmaps for dimensionality reduction and
 * data representation", 2003.
 */
void layout_start(const struct neighbour_graph *g, const float *x, size_t dim,
    uint64_t rng, float *y);

/* Move the points of y (n, 2) to where the edges of g want them. */
void layout_optimise(
    const struct neighbour_graph *g, const struct layout_options *o, float *y);

/*
 * The curve 1 / (1 + a d^(2b)) that comes nearest to 1 up to min_dist and to
 * exp(min_dist - d) from there on, for d in [0, 3] (least squares).
 */
void layout_curve(double min_dist, double *a, double *b);

#endif
