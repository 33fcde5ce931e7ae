#include "dedup/overlap.h"

void
overlap_init(struct overlap *o, struct budget *budget)
{
	*o = (struct overlap){.shingler.zero_digits = true};
	hashset_init(&o->run, true, budget);
}

void
overlap_release(struct overlap *o)
{
	shingle_release(&o->shingler);
	hashset_release(&o->run);
	*o = (struct overlap){0};
}

/* The runs of a text, their number; none in a text of fewer words. */
static size_t
make_runs(struct overlap *o, struct str text)
{
	shingle_words(&o->shingler, text);
	if (o->shingler.nword < OVERLAP_WORDS)
		return 0; /* shingle would make one of all its words */
	shingle_runs(&o->shingler, OVERLAP_WORDS);
	return o->shingler.nrun;
}

bool
overlap_add(struct overlap *o, struct str text, uint32_t source)
{
	size_t i, nrun = make_runs(o, text);
	struct hash128 h = {0};
	uint32_t other;

	for (i = 0; i < nrun; i++) {
		h.low = o->shingler.run[i];
		if (!hashset_find(&o->run, h, &other) &&
		    !hashset_add(&o->run, h, source))
			return false;
	}
	return true;
}

bool
overlap_find(struct overlap *o, struct str text, uint32_t *source)
{
	size_t i, nrun = make_runs(o, text);
	struct hash128 h = {0};

	for (i = 0; i < nrun; i++) {
		h.low = o->shingler.run[i];
		if (hashset_find(&o->run, h, source))
			return true;
	}
	return false;
}
