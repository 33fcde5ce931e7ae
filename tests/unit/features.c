/*
 * features: sets of hashes are compared with a naive list; on a small page,
 * what its blocks have in common, what is around them, and rows that belong
 * together
 */

#include "extract/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "extract/hashes.h"
#include "tap.h"

static bool
listed(const uint32_t *list, size_t n, uint32_t hash)
{
	size_t i;

	for (i = 0; i < n && list[i] != hash; i++)
		;
	return i < n;
}

static void
test_hashes(void)
{
	enum { N = 300 };
	uint32_t list[N], hash;
	struct hashes set = {0};
	struct rng r;
	size_t i, n, round, place;
	bool good = true;

	rng_init(&r, 3);
	for (round = 0; round < 20; round++) {
		hashes_clear(&set);
		for (i = n = 0; i < N; i++) {
			hash = 1 + (uint32_t)rng_below(&r, 400);
			good = good &&
			       hashes_has(&set, hash) == listed(list, n, hash);
			place = hashes_place(&set, hash);
			if (!listed(list, n, hash))
				list[n++] = hash;
			good = good && set.n == n && place < n &&
			       list[place] == hash &&
			       hashes_place(&set, hash) == place;
		}
	}
	ok(good, "a set of hashes is a list without repetitions");
	hashes_clear(&set);
	ok(set.n == 0 && !hashes_has(&set, list[0]), "a cleared set is empty");
	hashes_place(&set, 0);
	ok(hashes_has(&set, 0) && hashes_has(&set, 1), "0 counts as 1");
	hashes_release(&set);
}

static const char page[] =
    "<html><head><title>Interest rates</title></head><body>"
    "<nav><a href=/>Home page</a></nav>"
    "<article><h1>Interest rates rise</h1>"
    "<p>The bank raised its rates on Thursday, as was expected by most."
    "<p>Read more about this."
    "<p>Read more about this.</article>"
    "<div class=comments><p>I do not think so!</div></body></html>";

/* The block that begins with some text. */
static size_t
block_of(const struct html *h, const char *text)
{
	size_t i, len = strlen(text);

	for (i = 0; i < h->nblock; i++)
		if (h->block[i].len >= len &&
		    memcmp(h->text.p + h->block[i].text, text, len) == 0)
			return i;
	return 0;
}

static void
test_words(const struct features *f, const struct html *h)
{
	size_t more = block_of(h, "Read more"), bank = block_of(h, "The bank");
	size_t so = block_of(h, "I do not");

	ok(features_words(f, bank).n == 12, "words of a block");
	ok(features_words(f, bank).twin == 1, "a block that stands alone");
	ok(features_words(f, more).twin == 2 &&
		features_words(f, more + 1).twin == 2,
	    "two blocks with the same words");
	ok(features_words(f, more).hash == features_words(f, more + 1).hash,
	    "have the same hash");
	ok(features_words(f, more).hash != features_words(f, bank).hash,
	    "others have another");
	ok(features_around(f, h, so) & HTML_BIT(HINT_COMMENT),
	    "a box's name says what is in it");
	ok(!(features_around(f, h, bank) & HTML_BIT(HINT_COMMENT)),
	    "and of nothing else");
}

static bool
all_finite(const float *row, size_t n)
{
	size_t i;

	for (i = 0; i < n && isfinite(row[i]); i++)
		;
	return i == n;
}

static void
test_rows(struct features *f, const struct html *h)
{
	size_t nfirst = features_nfirst() * FEATURES_STRIDE;
	size_t nsecond = features_nsecond() * FEATURES_STRIDE, i;
	float *first = calloc(nfirst, sizeof(*first));
	float *second = calloc(nsecond, sizeof(*second));
	float *judged = calloc(h->nblock, sizeof(*judged));
	bool same = true, finite = true, own = true;

	for (i = 0; i < h->nblock; i++)
		judged[i] = 1 / (float)(i + 2);
	features_judged(f, h, judged);
	for (i = 0; i < h->nblock; i++) {
		features_first(f, h, i, first);
		features_second(f, h, i, second);
		same =
		    same && memcmp(first, second, nfirst * sizeof(*first)) == 0;
		finite = finite && all_finite(second, nsecond);
		own = own && second[nfirst] == judged[i];
	}
	ok(nsecond > nfirst && same, "a second row begins as the first");
	ok(own, "and goes on with the first judgement");
	ok(finite, "every feature is a number");
	free(first);
	free(second);
	free(judged);
}

/* Nothing of the page before may be seen in the rows of the next one. */
static void
test_again(struct features *f, const struct html *h, struct lang *lang)
{
	struct features *fresh = features_new(lang);
	size_t nfirst = features_nfirst() * FEATURES_STRIDE, i;
	float *row = calloc(2 * nfirst, sizeof(*row));
	struct html other;
	bool same = true;

	html_init(&other);
	html_parse(&other, STR("<p>Another page, with one block."), SIZE_MAX);
	features_read(f, &other);
	features_read(f, h);
	features_read(fresh, h);
	for (i = 0; i < h->nblock; i++) {
		features_first(f, h, i, row);
		features_first(fresh, h, i, row + nfirst);
		same = same &&
		       memcmp(row, row + nfirst, nfirst * sizeof(*row)) == 0;
	}
	ok(same, "a page's rows do not depend on the page before it");
	free(row);
	html_release(&other);
	features_free(fresh);
}

int
main(void)
{
	struct lang *lang = lang_new();
	struct features *f = features_new(lang);
	struct html h;

	test_hashes();
	html_init(&h);
	html_parse(&h, STR(page), SIZE_MAX);
	ok(h.nblock == 6, "the page has six blocks");
	features_read(f, &h);
	test_words(f, &h);
	test_rows(f, &h);
	test_again(f, &h, lang);
	html_release(&h);
	features_free(f);
	lang_free(lang);
	return tap_done();
}
