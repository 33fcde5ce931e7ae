/*
 * ngram: numbers of words and repeated n-grams, compared with a naive twin
 * that compares every pair of places
 */

#include "text/ngram.h"

#include <stdlib.h>

#include "base/rng.h"
#include "tap.h"

enum { MAX = 80 };

static const char *const vocabulary[] = {"a", "b", "ab", "aa", "eightlet",
    "eightlets", "eightlett", "c", "a word that is long",
    "a word that is l0ng"};

/* Whether the n-gram at i occurs again. */
static bool
twin_repeats(const struct ngram *g, size_t i, size_t n)
{
	size_t j, k;

	for (j = 0; j + n <= g->nword; j++) {
		if (j == i)
			continue;
		for (k = 0; k < n; k++)
			if (!str_eq(g->word[i + k].s, g->word[j + k].s))
				break;
		if (k == n)
			return true;
	}
	return false;
}

static bool
twin_equal(const struct ngram *g, size_t i, size_t j, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (!str_eq(g->word[i + k].s, g->word[j + k].s))
			return false;
	return true;
}

static bool
level_is_right(const struct ngram *g, size_t n)
{
	size_t i, j, at = 0, count;

	for (i = 0; i + n <= g->nword; i++) {
		if (!twin_repeats(g, i, n))
			continue;
		if (at == g->nat || g->at[at] != i)
			return false;
		at++;
	}
	if (at != g->nat)
		return false;
	for (i = 0; i < g->nat; i++) {
		for (count = j = 0; j < g->nat; j++) {
			if (twin_equal(g, g->at[i], g->at[j], n) !=
			    (g->gram[i] == g->gram[j]))
				return false;
			count += g->gram[i] == g->gram[j];
		}
		if (g->count[g->gram[i]] != count)
			return false;
	}
	return true;
}

static void
against_twin(void)
{
	struct ngram g = {0};
	struct rng r;
	size_t i, j, n, nword, nvocabulary;
	bool good = true, chars = true;
	uint64_t nchar;

	rng_init(&r, 7);
	for (i = 0; i < 2000 && good; i++) {
		ngram_clear(&g);
		nword = rng_below(&r, MAX);
		nvocabulary = 1 + rng_below(&r, sizeof(vocabulary) /
						    sizeof(vocabulary[0]));
		for (j = nchar = 0; j < nword; j++) {
			struct str s =
			    str_of(vocabulary[rng_below(&r, nvocabulary)]);

			ngram_add(&g, s, s.len, false);
			nchar += s.len;
		}
		ngram_number(&g);
		chars = chars && g.nchar[nword] == nchar;
		good = level_is_right(&g, 1);
		for (n = 2; n <= 10 && good; n++) {
			ngram_next(&g);
			good = g.n == n && level_is_right(&g, n);
		}
	}
	ok(good, "repeated 1- to 10-grams are those of the naive twin");
	ok(chars, "characters add up");
	ngram_release(&g);
}

static void
copies(void)
{
	const struct ngram_word item[] = {{STR("x"), 1, false},
	    {STR("yy"), 2, false}, {STR("x"), 1, false}, {STR("x"), 1, false},
	    {STR("zzz"), 3, false}};
	struct ngram g = {0};
	struct ngram_copies c = gram_copies(&g, item, 5, false);

	ok(c.ncopy == 2 && c.nchar == 2 && c.total == 8, "later copies");
	c = gram_copies(&g, item, 5, true);
	ok(c.ncopy == 3 && c.nchar == 3 && c.total == 8, "all copies");
	c = gram_copies(&g, item, 0, true);
	ok(c.ncopy == 0 && c.nchar == 0 && c.total == 0, "no items");
	ngram_release(&g);
}

int
main(void)
{
	against_twin();
	copies();
	return tap_done();
}
