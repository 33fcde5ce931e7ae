#include "extract/trees.h"

#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/mem.h"

enum { NTEST = TREES_LEAVES - 1, ALL = (1 << TREES_LEAVES) - 1 };

/*
 * The tests and leaves of what begins at a node, where ntest and nleaf of the
 * tree's are known.
 */
static void
add(const struct tree_node *node, struct trees_test *test, float *leaf,
    size_t *ntest, size_t *nleaf)
{
	struct trees_test *own = test + *ntest;
	size_t first = *nleaf;

	if (node->feature == TREE_LEAF) {
		leaf[(*nleaf)++] = node->value;
		return;
	}
	own->value = node->value;
	own->at = (uint32_t)node->feature * TREES_LANES;
	++*ntest;
	add(node + 1, test, leaf, ntest, nleaf);
	own->keep = ALL & ~((1 << *nleaf) - (1 << first));
	add(node + node->right, test, leaf, ntest, nleaf);
}

void
trees_init(struct trees *t, const struct tree_node *node, const uint16_t *root,
    size_t ntree)
{
	struct trees_test *test;
	size_t i, ntest, nleaf;

	memset(t, 0, sizeof(*t));
	t->ntree = ntree;
	t->test = mem_zeroed(ntree * NTEST, sizeof(*t->test));
	t->leaf = mem_zeroed(ntree * TREES_LEAVES, sizeof(*t->leaf));
	for (i = 0; i < ntree; i++) {
		test = t->test + i * NTEST;
		ntest = nleaf = 0;
		add(node + root[i], test, t->leaf + i * TREES_LEAVES, &ntest,
		    &nleaf);
		for (; ntest < NTEST; ntest++)
			test[ntest] = (struct trees_test){.keep = ALL};
	}
}

void
trees_release(struct trees *t)
{
	free(t->test);
	free(t->leaf);
	memset(t, 0, sizeof(*t));
}

/* f = the leaves whose numbers are in at: one by one, or all that there are. */
#define TAKE_EACH(f, leaf, at)                                                 \
	do {                                                                   \
		float found[sizeof(f) / sizeof(float)];                        \
                                                                               \
		for (j = 0; j < sizeof(f) / sizeof(float); j++)                \
			found[j] = (leaf)[(at)[j]];                            \
		memcpy(&(f), found, sizeof(f));                                \
	} while (0)
#define TAKE_ALL(f, leaf, at)                                                  \
	(f) = (floats)_mm512_permutexvar_ps(                                   \
	    (__m512i)(at), _mm512_loadu_ps(leaf))

/*
 * The sums of lanes, as many at a time as a register holds.  low is the lowest
 * bit that is left, as a number of floating point, whose exponent is the number
 * of the leaf.
 */
#define SUM(name, isa, width, take)                                            \
	isa static void name(                                                  \
	    const struct trees *t, const float *rows, float *sum)              \
	{                                                                      \
		typedef float floats                                           \
		    __attribute__((vector_size(4 * (width))));                 \
		typedef int32_t ints                                           \
		    __attribute__((vector_size(4 * (width))));                 \
		const struct trees_test *test;                                 \
		const float *leaf;                                             \
		floats total, f, low;                                          \
		ints left, at;                                                 \
		size_t lane, i, j;                                             \
                                                                               \
		for (lane = 0; lane < TREES_LANES; lane += (width)) {          \
			total = (floats){0};                                   \
			test = t->test;                                        \
			leaf = t->leaf;                                        \
			for (i = 0; i < t->ntree; i++, leaf += TREES_LEAVES) { \
				left = (ints){0} + ALL;                        \
				for (j = 0; j < NTEST; j++, test++) {          \
					memcpy(&f, rows + test->at + lane,     \
					    sizeof(f));                        \
					left &=                                \
					    (f <= test->value) | test->keep;   \
				}                                              \
				left &= -left;                                 \
				low = __builtin_convertvector(left, floats);   \
				memcpy(&at, &low, sizeof(at));                 \
				at = (at >> 23) - 127;                         \
				take(f, leaf, at);                             \
				total += f;                                    \
			}                                                      \
			memcpy(sum + lane, &total, sizeof(total));             \
		}                                                              \
	}

SUM(sum_plain, , 4, TAKE_EACH)
#ifdef __x86_64__
SUM(sum_avx2, __attribute__((target("avx2"))), 8, TAKE_EACH)
SUM(sum_avx512, __attribute__((target("avx512f"))), TREES_LEAVES, TAKE_ALL)
#endif

void
trees_sum(const struct trees *t, const float *rows, float sum[TREES_LANES])
{
	void (*sum_lanes)(const struct trees *, const float *, float *) =
	    sum_plain;

#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f"))
		sum_lanes = sum_avx512;
	else if (__builtin_cpu_supports("avx2"))
		sum_lanes = sum_avx2;
#endif
	sum_lanes(t, rows, sum);
}
