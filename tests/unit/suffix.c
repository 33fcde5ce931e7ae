/*
 * suffix: repeated runs are compared with a search of all earlier places, and
 * with a naive suffix sort, on random small inputs
 */

#include "dedup/suffix.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NTEXT = 6, NWORD = 400 };

/* The words of all texts, each with the number of its text. */
struct naive {
	char word[NWORD][4];
	int text[NWORD];
	size_t n;
};

static bool
equal_runs(const struct naive *v, size_t i, size_t j, size_t n)
{
	size_t k;

	if (i + n > v->n || j + n > v->n || v->text[i] != v->text[i + n - 1] ||
	    v->text[j] != v->text[j + n - 1])
		return false;
	for (k = 0; k < n; k++)
		if (strcmp(v->word[i + k], v->word[j + k]) != 0)
			return false;
	return true;
}

/* Texts of few words over few letters, blanks of all kinds between them. */
static void
draw(struct rng *r, struct suffix *rep, struct naive *v)
{
	static const char *const blank[] = {
	    " ", "  ", "\n", "\t ", "\xc2\xa0", "\xe3\x80\x80"};
	char text[4096];
	size_t i, j, nword, len, nletter = 1 + rng_below(r, 3);
	size_t ntext = 1 + rng_below(r, NTEXT);

	v->n = 0;
	for (i = 0; i < ntext; i++) {
		text[0] = '\0';
		nword = rng_below(r, 60);
		for (j = 0; j < nword; j++) {
			len = 1 + rng_below(r, 2);
			v->word[v->n][len] = '\0';
			while (len-- > 0)
				v->word[v->n][len] =
				    (char)("a\x01\xff"[rng_below(r, nletter)]);
			strcat(text, v->word[v->n]);
			v->text[v->n++] = (int)i;
			if (j + 1 < nword || rng_below(r, 2))
				strcat(text, blank[rng_below(r, 6)]);
		}
		suffix_add(rep, str_of(text));
	}
}

static void
against_search(void)
{
	struct suffix rep;
	struct naive v;
	struct rng r;
	size_t round, i, j, n, nfound = 0;
	uint32_t want;
	bool good = true;

	rng_init(&r, 5);
	for (round = 0; round < 3000 && good; round++) {
		suffix_init(&rep, NULL);
		draw(&r, &rep, &v);
		n = 1 + rng_below(&r, 6);
		suffix_find(&rep, n);
		good = rep.nword == v.n;
		for (i = 0; i < v.n && good; i++) {
			for (j = 0; j < i && !equal_runs(&v, j, i, n); j++)
				;
			want = j + n <= i ? (uint32_t)j : SUFFIX_NONE;
			good = rep.of[i] == want;
			nfound += want != SUFFIX_NONE;
		}
		suffix_release(&rep);
	}
	ok(good && nfound > 1000, "what stood before is what a search finds");
}

static const char *sorted; /* the text whose suffixes are compared */

static int
by_suffix(const void *va, const void *vb)
{
	return strcmp(
	    sorted + *(const uint32_t *)va, sorted + *(const uint32_t *)vb);
}

/* The same by sorting all suffixes of the words and comparing neighbours. */
static void
against_sort(void)
{
	struct suffix rep;
	struct rng r;
	char text[1024];
	uint32_t at[512], first[512], word;
	size_t round, i, j, k, n, nword, len, run;
	bool good = true;

	rng_init(&r, 9);
	for (round = 0; round < 2000 && good; round++) {
		nword = 1 + rng_below(&r, 500);
		n = 1 + rng_below(&r, 20);
		for (i = 0; i < nword; i++) { /* words of a letter */
			text[2 * i] = (char)('a' + rng_below(&r, 2));
			text[2 * i + 1] = ' ';
			at[i] = (uint32_t)(2 * i);
		}
		text[2 * nword] = '\0';
		sorted = text;
		qsort(at, nword, sizeof(*at), by_suffix);
		run = 2 * n;
		for (i = 0; i < nword; i = j) {
			len = strlen(text + at[i]);
			for (j = i + 1, word = at[i];
			     j < nword && len >= run &&
			     strncmp(text + at[i], text + at[j], run) == 0;
			     j++)
				word = at[j] < word ? at[j] : word;
			for (k = i; k < j; k++)
				first[at[k] / 2] = at[k] / 2 >= word / 2 + n
						       ? word / 2
						       : SUFFIX_NONE;
		}
		suffix_init(&rep, NULL);
		suffix_add(&rep, str_of(text));
		suffix_find(&rep, n);
		good = memcmp(first, rep.of, nword * sizeof(*first)) == 0;
		suffix_release(&rep);
	}
	ok(good, "and what a naive suffix sort finds");
}

static void
bounds(void)
{
	struct budget b = {.max = 100000};
	struct suffix rep;
	size_t i;

	suffix_init(&rep, NULL);
	suffix_find(&rep, 3);
	ok(rep.nword == 0, "no text");
	suffix_release(&rep);
	suffix_init(&rep, &b);
	for (i = 0; suffix_add(&rep, STR("some words to hold")); i++)
		;
	ok(i > 500 && b.held <= b.max, "memory is bounded");
	suffix_find(&rep, 3);
	ok(rep.of[0] == SUFFIX_NONE && rep.of[4] == 0, "copies are found");
	suffix_release(&rep);
}

int
main(void)
{
	against_search();
	against_sort();
	bounds();
	return tap_done();
}
