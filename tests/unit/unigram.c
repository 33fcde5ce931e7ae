/*
 * unigram: with thousands of tokens, the best way to write a text scores as
 * much as the best of all ways, tried one after the other
 */

#include "token/unigram.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "tap.h"

enum { NTOKEN = 3000, TOKEN_LEN = 8, NTEXT = 300, TEXT_LEN = 40 };

static char token[NTOKEN][TOKEN_LEN + 1];
static double score[NTOKEN];

/* The unknown token, four letters, and words of them that differ. */
static size_t
make_tokens(struct unigram *u, struct rng *rng)
{
	size_t i, k, len;
	uint32_t id;

	strcpy(token[0], "<u>");
	unigram_token(u, str_of(token[0]), 0);
	for (i = 1; i < NTOKEN; i++) {
		len = i <= 4 ? 1 : 2 + (size_t)rng_below(rng, TOKEN_LEN - 1);
		for (k = 0; k < len; k++)
			token[i][k] =
			    (char)('a' + (i <= 4 ? i - 1 : rng_below(rng, 4)));
		token[i][len] = '\0';
		if (unigram_id(u, str_of(token[i]), &id)) {
			i--;
			continue;
		}
		/* In 64ths, so that sums are exact. */
		score[i] = -(double)(64 * len + rng_below(rng, 99)) / 64;
		unigram_token(u, str_of(token[i]), score[i]);
	}
	return NTOKEN;
}

/* The greatest sum of scores that any way of writing the text has. */
static double
best_score(struct str text)
{
	double best[TEXT_LEN + 1];
	size_t end, i, len;

	best[0] = 0;
	for (end = 1; end <= text.len; end++) {
		best[end] = -INFINITY;
		for (i = 1; i < NTOKEN; i++) {
			len = strlen(token[i]);
			if (len <= end &&
			    memcmp(text.p + end - len, token[i], len) == 0)
				best[end] =
				    fmax(best[end], best[end - len] + score[i]);
		}
	}
	return best[text.len];
}

/* Whether ids write the text, and their scores. */
static bool
writes(const uint32_t *id, size_t n, struct str text, double *sum)
{
	size_t i, at = 0, len;

	*sum = 0;
	for (i = 0; i < n; i++) {
		len = strlen(token[id[i]]);
		if (len > text.len - at ||
		    memcmp(text.p + at, token[id[i]], len) != 0)
			return false;
		at += len;
		*sum += score[id[i]];
	}
	return at == text.len;
}

int
main(void)
{
	struct unigram *u = unigram_new();
	struct rng rng;
	char text[TEXT_LEN];
	const uint32_t *id;
	double sum;
	size_t i, k, len, n;
	uint32_t number;
	bool written = true, best = true;

	rng_init(&rng, 8);
	n = make_tokens(u, &rng);
	ok(!unigram_ready(u, n, false), "an unknown token that is none");
	ok(unigram_ready(u, 0, true), "and one that is");
	ok(unigram_id(u, str_of(token[NTOKEN - 1]), &number) &&
		number == NTOKEN - 1 && !unigram_id(u, STR("x"), &number),
	    "ids by name");
	for (i = 0; i < NTEXT; i++) {
		len = (size_t)rng_below(&rng, TEXT_LEN + 1);
		for (k = 0; k < len; k++)
			text[k] = (char)('a' + rng_below(&rng, 4));
		n = unigram_encode(u, (struct str){text, len}, &id);
		written &= writes(id, n, (struct str){text, len}, &sum);
		best &= sum == best_score((struct str){text, len});
	}
	ok(written, "ids write the text");
	ok(best, "and no other way scores more");
	n = unigram_encode(u, STR("xyaxx"), &id);
	ok(n == 3 && id[0] == 0 && id[1] == 1 && id[2] == 0,
	    "what is unknown, side by side, is one token");
	unigram_free(u);
	unigram_free(NULL);
	return tap_done();
}
