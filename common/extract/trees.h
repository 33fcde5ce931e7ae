/*
 * trees - sums of regression trees, for many rows of features at a time
 *
 * A walk from the root of a tree to a leaf takes a branch at each node, and a
 * processor guesses many of them wrong.  Here all tests of a tree are made
 * instead, for TREES_LANES rows at once and without a branch: each test that
 * sends a row to the right rules out the leaves to its left, and of those that
 * are left over the first is the one that the walk would have come to.
 * C. Lucchese et al., "QuickScorer: a fast algorithm to rank documents with
 * additive ensembles of regression trees", 2015; "Exploiting CPU SIMD
 * extensions to speed-up document scoring with tree ensembles", 2016.
 *
 * The leaves of a row are added in the order of the trees, so that the sum is
 * that of the walks to the last bit.
 */

#ifndef TREES_H
#define TREES_H

#include <stddef.h>
#include <stdint.h>

enum {
	TREES_LANES = 16,  /* rows that are judged together */
	TREES_LEAVES = 16, /* of a tree, at most */
	TREE_LEAF = 65535
};

/* A tree is its nodes, each before its left child, which is the next one. */
struct tree_node {
	float
	    value; /* of a leaf; else go left if the feature is not above it */
	uint16_t feature,
	    right; /* TREE_LEAF: a leaf; nodes to the right child */
};

struct trees {
	size_t ntree;
	struct trees_test { /* pass: go left, and all leaves stay */
		float value;
		uint32_t at;  /* in the rows: of the feature's first lane */
		int32_t keep; /* bits: the leaves that stay else */
	} * test;	      /* (ntree, TREES_LEAVES - 1) */
	float *leaf;	      /* (ntree, TREES_LEAVES), from left to right */
};

/*
 * Make trees of nodes, root[i] being the first node of a tree; neither is
 * looked at later.  The caller releases them.
 */
void trees_init(struct trees *t, const struct tree_node *node,
    const uint16_t *root, size_t ntree);
void trees_release(struct trees *t);

/*
 * The sums of all trees, one for each lane; rows (nfeature, TREES_LANES) are
 * the features.
 */
void trees_sum(
    const struct trees *t, const float *rows, float sum[TREES_LANES]);

#endif
