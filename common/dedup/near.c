#include "dedup/near.h"

#include <stdlib.h>

void
near_init(struct near *n, const struct near_opts *opts, struct budget *budget)
{
	*n = (struct near){.opts = *opts};
	n->shingler.zero_digits = opts->zero_digits;
	minhash_init(&n->minhash, opts->nband, opts->nrow, 1);
	lsh_init(&n->lsh, opts->nband, opts->least, budget);
	n->sig = mem_aligned(n->minhash.nlane * sizeof(*n->sig));
	n->band = mem_aligned(opts->nband * sizeof(*n->band));
}

void
near_release(struct near *n)
{
	shingle_release(&n->shingler);
	minhash_release(&n->minhash);
	lsh_release(&n->lsh);
	free(n->sig);
	free(n->band);
	*n = (struct near){0};
}

bool
near_sign(struct near *n, struct str text)
{
	struct shingler *s = &n->shingler;

	shingle_words(s, text);
	shingle_runs(s, n->opts.shingle);
	shingle_set(s);
	minhash_sign(&n->minhash, n->sig, s->set, s->nset);
	minhash_bands(&n->minhash, n->band, n->sig);
	return s->nset > 0;
}

bool
near_find(struct near *n, size_t *number, double *jaccard)
{
	return lsh_find(&n->lsh, n->band, n->shingler.set, n->shingler.nset,
	    number, jaccard);
}

bool
near_add(struct near *n)
{
	return lsh_add(&n->lsh, n->band, n->shingler.set, n->shingler.nset);
}

bool
near_state(struct near *n, struct checkpoint *state)
{
	return lsh_state(&n->lsh, state);
}
