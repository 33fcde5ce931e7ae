/* trees: sums of random trees are those of a walk from node to node */

#include "extract/trees.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NTREE = 40, NNODE = 2 * TREES_LEAVES - 1, NFEATURE = 23, NROUND = 300 };

static float
number(struct rng *r)
{
	return (float)rng_below(r, 9) - 4;
}

/* A tree of nleaf leaves at node[0 ..); returns its nodes. */
static size_t
grow(struct rng *r, struct tree_node *node, size_t nleaf)
{
	size_t nleft, right;

	node->value = number(r);
	if (nleaf == 1) {
		node->value = number(r) * 0.37f;
		node->feature = TREE_LEAF;
		return 1;
	}
	node->feature = (uint16_t)rng_below(r, NFEATURE);
	nleft = 1 + rng_below(r, nleaf - 1);
	right = 1 + grow(r, node + 1, nleft);
	node->right = (uint16_t)right;
	return right + grow(r, node + right, nleaf - nleft);
}

static float
walk(const struct tree_node *node, const uint16_t *root, size_t ntree,
    const float *f)
{
	const struct tree_node *n;
	float sum = 0;
	size_t i;

	for (i = 0; i < ntree; i++) {
		for (n = &node[root[i]]; n->feature != TREE_LEAF;)
			n += f[n->feature] <= n->value ? 1 : n->right;
		sum += n->value;
	}
	return sum;
}

int
main(void)
{
	static struct tree_node node[NTREE * NNODE];
	static float row[TREES_LANES][NFEATURE];
	static float rows[NFEATURE][TREES_LANES];
	uint16_t root[NTREE];
	float sum[TREES_LANES], want;
	struct trees t;
	struct rng r;
	size_t round, i, n, lane;
	bool good = true;

	rng_init(&r, 5);
	for (round = 0; round < NROUND; round++) {
		for (i = n = 0; i < NTREE; i++) {
			root[i] = (uint16_t)n;
			n += grow(&r, node + n,
			    round % 2 ? TREES_LEAVES
				      : 1 + rng_below(&r, TREES_LEAVES));
		}
		trees_init(&t, node, root, NTREE);
		for (lane = 0; lane < TREES_LANES; lane++) {
			for (i = 0; i < NFEATURE; i++)
				row[lane][i] =
				    rng_below(&r, 50) == 0 ? NAN : number(&r);
			for (i = 0; i < NFEATURE; i++)
				rows[i][lane] = row[lane][i];
		}
		trees_sum(&t, rows[0], sum);
		for (lane = 0; lane < TREES_LANES; lane++) {
			want = walk(node, root, NTREE, row[lane]);
			good = good &&
			       memcmp(&sum[lane], &want, sizeof(want)) == 0;
		}
		trees_release(&t);
	}
	ok(good, "the sums of all lanes are those of walks, to the last bit");
	trees_init(&t, node, root, 0);
	trees_sum(&t, rows[0], sum);
	ok(sum[0] == 0, "no tree sums up to nothing");
	trees_release(&t);
	return tap_done();
}
