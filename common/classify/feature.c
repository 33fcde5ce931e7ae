#include "classify/feature.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/term.h"

static void
push(struct feature *f, uint64_t hash)
{
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 1024;
		f->hash = mem_grow(f->hash, f->cap, sizeof(*f->hash));
	}
	f->hash[f->n++] = hash;
}

void
feature_words(struct feature *f, struct str text)
{
	char word[TERM_MAX];
	struct str term;

	f->n = 0;
	while (term_next(&text, word, &term))
		push(f, hash_64(term.p, term.len, 0));
}

void
feature_join(
    struct feature *f, const uint64_t *word, size_t nword, size_t order)
{
	size_t i, j, n;
	uint64_t hash;

	f->n = 0;
	for (i = 0; i < nword; i++)
		push(f, word[i]);
	for (n = 2; n <= order; n++)
		for (i = 0; i + n <= nword; i++) {
			hash = word[i];
			for (j = i + 1; j < i + n; j++)
				hash =
				    (hash ^ hash >> 29) * 0x9e3779b97f4a7c15 +
				    word[j];
			/* the product's high bits are its mixed ones */
			push(f, (hash ^ hash >> 32) * 0xd6e8feb86659fd93);
		}
}

void
feature_release(struct feature *f)
{
	free(f->hash);
	*f = (struct feature){0};
}
