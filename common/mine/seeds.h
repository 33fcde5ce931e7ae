/*
 * seeds - the documents that say what a domain is
 *
 * Records with "id", "domains" and "text" or "vec".  Where "domains" is empty
 * the seed is of none of them: contrast to all.  Domains are in the order of
 * their bytes, seeds in that of the files.
 */

#ifndef SEEDS_H
#define SEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vocab.h"
#include "encode/encoder.h"

struct seeds {
	size_t nseed, ndomain, dim;
	struct str *id;	    /* (nseed) */
	struct str *domain; /* (ndomain) */
	bool *label;	    /* (nseed, ndomain) */
	uint32_t *member;   /* seeds of domain 0, then of domain 1, ... */
	size_t *first;	    /* (ndomain + 1): where those of a domain begin */
	float *vec;	    /* (nseed, dim), float16 values of unit length */
	struct arena mem;
};

/*
 * Read path[0..npath).  e may be NULL when every seed has "vec"; without
 * stored, a "vec" counts for nothing and e is needed, as it is where there are
 * encoders and "vec" is another one's.  What is no seed is a bad record, and so
 * is one of whose text e knows nothing; a file that can't be read, a seed id
 * that is there twice, or no seed of any domain, ends the tool with CLI_FATAL.
 */
void seeds_read(struct seeds *s, char *const *path, size_t npath,
    struct encoder *e, bool stored);

/* Seeds and domains as they come to be known; a zeroed struct is empty. */
struct seeds_names {
	struct vocab id, domain;
	uint32_t *pair; /* (npair, 2): seed, domain, by their numbers */
	size_t npair, cap;
};

/* Note that the seed of this number is of domain. */
void seeds_pair(struct seeds_names *names, uint32_t seed, struct str domain);

/* Fill all of s but vec and dim from names, which are empty thereafter. */
void seeds_name(struct seeds *s, struct seeds_names *names);

/* Free what is held. */
void seeds_release(struct seeds *s);

#endif
