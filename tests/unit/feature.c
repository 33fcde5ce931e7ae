/*
 * feature: n-grams are those of a naive twin; words are terms without regard
 * to case
 */

#include "classify/feature.h"

#include <stdlib.h>

#include "base/rng.h"
#include "tap.h"

static struct feature words, ngrams, other;

static bool
same_words(const char *a, const char *b)
{
	feature_words(&words, str_of(a));
	feature_words(&other, str_of(b));
	return words.n == other.n &&
	       (words.n == 0 || memcmp(words.hash, other.hash,
				    words.n * sizeof(*words.hash)) == 0);
}

/* Whether n-grams are equal exactly where the runs of words are equal. */
static bool
told_apart(size_t order)
{
	uint64_t word[60];
	struct rng r;
	size_t i, j, k, n, at = 0, nword = sizeof(word) / sizeof(*word);
	bool equal, good = true;

	rng_init(&r, order);
	for (i = 0; i < nword; i++)
		word[i] = (1 + rng_below(&r, 3)) * 0x9e3779b97f4a7c15;
	feature_join(&ngrams, word, nword, order);
	for (n = 1; n <= order; at += nword - n + 1, n++)
		for (i = 0; i + n <= nword; i++)
			for (j = 0; j + n <= nword; j++) {
				equal = true;
				for (k = 0; k < n; k++)
					if (word[i + k] != word[j + k])
						equal = false;
				if (equal != (ngrams.hash[at + i] ==
						 ngrams.hash[at + j]))
					good = false;
			}
	return good && at == ngrams.n;
}

int
main(void)
{
	ok(same_words("The Bank, the BANK.", "the\nbank (the) bank"),
	    "punctuation, space and case are not seen");
	ok(same_words("\xc3\x89"
		      "t\xc3\xa9 a b",
	       "\xc3\xa9t\xc3\xa9"),
	    "letters beyond ASCII, lower-cased; single ones passed over");
	ok(!same_words("red blue", "blue red"), "words are in order");
	ok(same_words("", " .,;! "), "no words");
	feature_join(&ngrams, NULL, 0, 3);
	ok(ngrams.n == 0, "no n-grams of no words");
	ok(told_apart(1) && told_apart(2) && told_apart(3) && told_apart(4),
	    "equal n-grams are equal runs of words");
	feature_words(&words, STR("one two"));
	feature_join(&ngrams, words.hash, words.n, 5);
	ok(ngrams.n == 3, "a text shorter than the order");
	feature_release(&words);
	feature_release(&ngrams);
	feature_release(&other);
	return tap_done();
}
