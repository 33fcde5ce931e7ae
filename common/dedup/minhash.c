#include "dedup/minhash.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"

/*
 * A signature is the least value of each hash function over the set, so the
 * work is (elements) x (functions) multiplications.  A block of lanes, one a
 * function, stays in registers while the whole set passes by.  Four vectors of
 * eight lanes are enough to keep both multipliers of a core busy.  The compiler
 * makes one version of the function for each class of processor.
 */
enum { BLOCK = 32 };

#if defined(__x86_64__) && !defined(__clang__) &&                              \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&         \
    !defined(CPU_ONE) /* see math/cpu.h */
#define CLONES                                                                 \
	__attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CLONES
#endif

void
minhash_init(struct minhash *m, size_t nband, size_t nrow, uint64_t seed)
{
	struct rng r;
	size_t i;

	m->nband = nband;
	m->nrow = nrow;
	m->nlane = (nband * nrow + BLOCK - 1) / BLOCK * BLOCK;
	m->a = mem_aligned(m->nlane * sizeof(*m->a));
	m->b = mem_aligned(m->nlane * sizeof(*m->b));
	rng_init(&r, seed);
	for (i = 0; i < m->nlane; i++) {
		m->a[i] = (uint32_t)rng_next(&r) | 1;
		m->b[i] = (uint32_t)rng_next(&r);
	}
}

void
minhash_release(struct minhash *m)
{
	free(m->a);
	free(m->b);
	*m = (struct minhash){0};
}

CLONES static void
sign_block(uint32_t *restrict sig, const uint32_t *restrict a,
    const uint32_t *restrict b, const uint32_t *restrict x, size_t n)
{
	uint32_t least[BLOCK], y;
	size_t i, j;

	for (j = 0; j < BLOCK; j++)
		least[j] = UINT32_MAX;
	for (i = 0; i < n; i++)
		for (j = 0; j < BLOCK; j++) {
			y = a[j] * x[i] + b[j];
			least[j] = y < least[j] ? y : least[j];
		}
	for (j = 0; j < BLOCK; j++)
		sig[j] = least[j];
}

void
minhash_sign(
    const struct minhash *m, uint32_t *sig, const uint32_t *x, size_t n)
{
	size_t i;

	for (i = 0; i < m->nlane; i += BLOCK)
		sign_block(sig + i, m->a + i, m->b + i, x, n);
}

void
minhash_bands(const struct minhash *m, uint64_t *key, const uint32_t *sig)
{
	size_t i;

	for (i = 0; i < m->nband; i++)
		key[i] =
		    hash_64(sig + i * m->nrow, m->nrow * sizeof(*sig), i + 1);
}
