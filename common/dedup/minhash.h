/*
 * minhash - signatures of sets, cut into bands
 *
 * A signature is the least value that each of bands * rows hash functions,
 * a * x + b modulo 2^32 with odd a, takes over a set of 32-bit hashes.  Two
 * sets of Jaccard similarity s agree in an entry with probability s, so in all
 * rows of at least one band with 1 - (1 - s^rows)^bands.
 *
 * A. Z. Broder, "On the resemblance and containment of documents", 1997;
 * P. Indyk, R. Motwani, "Approximate nearest neighbors", 1998 (bands).
 */

#ifndef MINHASH_H
#define MINHASH_H

#include <stddef.h>
#include <stdint.h>

struct minhash {
	size_t nband, nrow;
	size_t nlane;	 /* nband * nrow, rounded up to whole blocks */
	uint32_t *a, *b; /* (nlane) */
};

/* Equal seeds give equal functions.  The caller releases m. */
void minhash_init(struct minhash *m, size_t nband, size_t nrow, uint64_t seed);
void minhash_release(struct minhash *m);

/*
 * Fill sig, (nlane), from x[0..n).  An empty set gives UINT32_MAX throughout.
 */
void minhash_sign(
    const struct minhash *m, uint32_t *sig, const uint32_t *x, size_t n);

/* Fill key, (nband), with a hash of each band and its place. */
void minhash_bands(const struct minhash *m, uint64_t *key, const uint32_t *sig);

#endif
