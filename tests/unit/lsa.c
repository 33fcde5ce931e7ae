/*
 * lsa: terms and weights by the definition; vectors compared with the
 * eigenvectors of the whole matrix; and a static encoder of them that gives a
 * document its own vector
 */

#include "encode/lsa.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "encode/model2vec.h"
#include "math/eigen.h"
#include "tap.h"
#include "text/term.h"

enum { NDOCUMENT = 60, NWORD = 40, DIM = 5 };

static char document[NDOCUMENT][1024];

/*
 * Five themes of eight words each, a word that all documents have, and noise.
 */
static void
make_documents(void)
{
	struct rng rng;
	size_t d, i, len;

	rng_init(&rng, 7);
	for (d = 0; d < NDOCUMENT; d++) {
		len = (size_t)sprintf(document[d], "Alle");
		for (i = 0; i < 20; i++)
			len += (size_t)sprintf(document[d] + len, " w%02d",
			    (int)(rng_below(&rng, 4) > 0
				      ? d % 5 * 8 + rng_below(&rng, 8)
				      : rng_below(&rng, NWORD)));
	}
}

static void
terms(void)
{
	struct str rest =
	    STR("It's the \xc3\x89T\xc3\x89 of 1999, x\xe2\x80\x94"
		"e\xcc\x81 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaa fin");
	static const char *const want[] = {
	    "it", "the", "\xc3\xa9t\xc3\xa9", "of", "1999", "e\xcc\x81", "fin"};
	char buf[TERM_MAX];
	struct str term;
	size_t n = 0;
	bool good = true;

	while (term_next(&rest, buf, &term)) {
		good &= n < 7 && str_eq(term, str_of(want[n]));
		n++;
	}
	ok(good && n == 7, "terms of a line");
}

/* Row d of the matrix, by the definition. */
static void
naive_row(const struct lsa *lsa, size_t d, double *row)
{
	double sum = 0;
	char word[8];
	size_t t, n;
	const char *p;

	for (t = 0; t < lsa->nterm; t++) {
		snprintf(word, sizeof(word), "%.*s",
		    (int)lsa->vocab.word[t].len, lsa->vocab.word[t].p);
		if (word[0] == 'a')
			word[0] = 'A';
		for (n = 0, p = document[d]; (p = strstr(p, word)) != NULL; p++)
			n++;
		row[t] =
		    n > 0 ? (1 + log((double)n)) * (double)lsa->weight[t] : 0;
		sum += row[t] * row[t];
	}
	for (t = 0; t < lsa->nterm; t++)
		row[t] /= sqrt(sum);
}

/*
 * The vectors are those of A^T A without the first, times the fourth root of
 * the eigenvalue.
 */
static void
vectors(const struct lsa *lsa)
{
	size_t n = lsa->nterm, d, i, j;
	double *row = mem_alloc(n * sizeof(*row));
	double *a = mem_zeroed(n * n, sizeof(*a));
	double *v = mem_alloc(n * n * sizeof(*v)), off = 0, plus, minus, x;
	double *value = mem_alloc(n * sizeof(*value));

	for (d = 0; d < NDOCUMENT; d++) {
		naive_row(lsa, d, row);
		for (i = 0; i < n; i++)
			for (j = 0; j < n; j++)
				a[i * n + j] += row[i] * row[j];
	}
	eigen_symmetric(a, n, value, v);
	for (j = 0; j < lsa->dim; j++) {
		for (plus = minus = 0, i = 0; i < n; i++) {
			x = v[(j + 1) * n + i] * sqrt(sqrt(value[j + 1]));
			plus = fmax(plus,
			    fabs(x - (double)lsa->vector[i * lsa->dim + j]));
			minus = fmax(minus,
			    fabs(x + (double)lsa->vector[i * lsa->dim + j]));
		}
		off = fmax(off, fmin(plus, minus));
	}
	/*
	 * The error of float sums over a few hundred terms, times the gap
	 * between eigenvalues.
	 */
	ok(off < 1e-4, "vectors are the singular vectors, scaled");
	free(row);
	free(a);
	free(v);
	free(value);
}

/* The sum that a static encoder makes, before it is scaled to unit length. */
static void
encoded(struct lsa *lsa)
{
	struct model2vec m = {.vector = lsa->vector,
	    .weight = lsa->weight,
	    .nrow = lsa->nterm,
	    .dim = lsa->dim,
	    .tf_log = true};
	float own[DIM], sum[DIM];
	double dot, a, b, off = 0;
	size_t d, i;

	m.row = mem_alloc(lsa->nterm * sizeof(*m.row));
	for (i = 0; i < lsa->nterm; i++) {
		vocab_add(&m.vocab, lsa->vocab.word[i]);
		m.row[i] = (uint32_t)i;
	}
	model2vec_start(&m);
	for (d = 0; d < NDOCUMENT; d++) {
		lsa_documents(lsa, d, d + 1, own);
		model2vec_embed(&m, str_of(document[d]), sum);
		for (dot = a = b = 0, i = 0; i < DIM; i++) {
			dot += (double)own[i] * (double)sum[i];
			a += (double)own[i] * (double)own[i];
			b += (double)sum[i] * (double)sum[i];
		}
		off = fmax(off, 1 - dot / sqrt(a * b));
	}
	ok(off < 1e-5, "a static encoder gives the same vectors");
	model2vec_embed(&m, STR("nothing known, ?"), sum);
	ok(sum[0] == 0 && sum[DIM - 1] == 0, "zeros for unknown words");
	model2vec_release(&m);
}

int
main(void)
{
	struct lsa lsa = {0}, again = {0}, empty = {0};
	size_t d;
	bool good = true;

	terms();
	make_documents();
	for (d = 0; d < NDOCUMENT; d++) {
		lsa_add(&lsa, str_of(document[d]));
		lsa_add(&again, str_of(document[d]));
	}
	ok(lsa_fit(&lsa, DIM, 1000, 1), "a fit");
	ok(lsa.nterm == NWORD + 1 && lsa.dim == DIM, "all terms, five wide");
	ok(str_eq(lsa.vocab.word[0], STR("alle")), "the most frequent first");
	ok(fabs((double)lsa.weight[0] - pow(log(61.0 / 60), 2)) < 1e-9,
	    "weight: the square of ln((1 + n) / df)");
	vectors(&lsa);
	encoded(&lsa);
	ok(lsa_fit(&again, DIM, 1000, 1) &&
		memcmp(lsa.vector, again.vector,
		    lsa.nterm * lsa.dim * sizeof(float)) == 0,
	    "the same again has the same bits");
	for (d = 1; d < lsa.nterm; d++)
		good &= lsa.weight[d] >= lsa.weight[d - 1];
	ok(good, "weights rise as documents get fewer");
	lsa_release(&lsa);
	lsa_release(&again);

	for (d = 0; d < 3; d++)
		lsa_add(&again, STR("same same text"));
	ok(lsa_fit(&again, 4, 10, 0) && again.dim == 1, "one direction");
	lsa_release(&again);
	for (d = 0; d < NDOCUMENT; d++)
		lsa_add(&again, str_of(document[d]));
	ok(lsa_fit(&again, 100, 7, 0) && again.nterm == 7 && again.dim == 6,
	    "max_vocab; no more directions than there are, less one");
	lsa_release(&again);
	lsa_add(&empty, STR("but once"));
	ok(!lsa_fit(&empty, 4, 10, 0), "no term in two documents");
	lsa_release(&empty);
	ok(!lsa_fit(&empty, 4, 10, 0), "no document");
	lsa_release(&empty);
	return tap_done();
}
