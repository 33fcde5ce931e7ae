#include "encode/lsa.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "math/cpu.h"
#include "math/eigen.h"
#include "math/gemm.h"
#include "math/vecmath.h"
#include "text/term.h"

enum {
	/* directions sought in addition to those that are wanted */
	EXTRA = 16,
	ROUNDS = 5,	 /* of the power iteration */
	BLOCK = 256,	 /* documents of a block */
	MIN_DOCUMENT = 2 /* documents that must have a term */
};

static void
grow_terms(struct lsa *lsa)
{
	uint32_t old = lsa->cap;

	lsa->cap = lsa->vocab.cap;
	lsa->ndoc = mem_grow(lsa->ndoc, lsa->cap, sizeof(*lsa->ndoc));
	lsa->count = mem_grow(lsa->count, lsa->cap, sizeof(*lsa->count));
	memset(lsa->ndoc + old, 0, (lsa->cap - old) * sizeof(*lsa->ndoc));
	memset(lsa->count + old, 0, (lsa->cap - old) * sizeof(*lsa->count));
}

void
lsa_add(struct lsa *lsa, struct str text)
{
	size_t begin = lsa->ncell, i;
	struct str rest = text, term;
	char buf[TERM_MAX];
	uint32_t t;

	while (term_next(&rest, buf, &term)) {
		t = vocab_add(&lsa->vocab, term);
		if (t == VOCAB_NONE)
			continue;
		if (lsa->cap < lsa->vocab.cap)
			grow_terms(lsa);
		if (lsa->count[t]++ > 0)
			continue;
		lsa->ndoc[t]++;
		if (lsa->ncell == lsa->cell_cap) {
			lsa->cell_cap = 2 * lsa->cell_cap + 4096;
			lsa->cell = mem_grow(
			    lsa->cell, lsa->cell_cap, sizeof(*lsa->cell));
		}
		lsa->cell[lsa->ncell++].term = t;
	}
	for (i = begin; i < lsa->ncell; i++) {
		t = lsa->cell[i].term;
		lsa->cell[i].value = 1 + logf((float)lsa->count[t]);
		lsa->count[t] = 0;
	}
	if (lsa->ndocument + 2 > lsa->start_cap) {
		lsa->start_cap = 2 * lsa->start_cap + 512;
		lsa->start =
		    mem_grow(lsa->start, lsa->start_cap, sizeof(*lsa->start));
	}
	lsa->start[lsa->ndocument++] = begin;
	lsa->start[lsa->ndocument] = lsa->ncell;
}

struct ranked {
	uint32_t ndoc, term;
	struct str word;
};

static int
by_frequency(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	if (a->ndoc != b->ndoc)
		return a->ndoc < b->ndoc ? 1 : -1;
	return str_cmp(a->word, b->word);
}

/* Number the chosen terms anew, the most frequent first, and weigh them. */
static void
choose_terms(struct lsa *lsa, size_t max_vocab)
{
	struct ranked *rank = mem_alloc((lsa->vocab.nword + 1) * sizeof(*rank));
	uint32_t *number = mem_alloc((lsa->vocab.nword + 1) * sizeof(*number));
	struct vocab chosen = {0};
	size_t n = 0, i;
	double idf;

	for (i = 0; i < lsa->vocab.nword; i++) {
		number[i] = VOCAB_NONE;
		if (lsa->ndoc[i] >= MIN_DOCUMENT)
			rank[n++] = (struct ranked){
			    lsa->ndoc[i], (uint32_t)i, lsa->vocab.word[i]};
	}
	qsort(rank, n, sizeof(*rank), by_frequency);
	lsa->nterm = n < max_vocab ? n : max_vocab;
	lsa->weight = mem_alloc((lsa->nterm + 1) * sizeof(*lsa->weight));
	for (i = 0; i < lsa->nterm; i++) {
		idf = log((1.0 + (double)lsa->ndocument) / rank[i].ndoc);
		lsa->weight[i] = (float)(idf * idf);
		number[rank[i].term] = vocab_add(&chosen, rank[i].word);
	}
	for (i = 0; i < lsa->ncell; i++)
		lsa->cell[i].term = number[lsa->cell[i].term];
	free(rank);
	free(number);
	vocab_release(&lsa->vocab);
	lsa->vocab = chosen;
}

/* Cells of chosen terms alone, weighted, each document of unit length. */
static void
weigh_documents(struct lsa *lsa)
{
	size_t d, i, begin, n = 0;
	double sum;

	for (d = 0; d < lsa->ndocument; d++) {
		begin = n;
		sum = 0;
		for (i = lsa->start[d]; i < lsa->start[d + 1]; i++) {
			if (lsa->cell[i].term == VOCAB_NONE)
				continue;
			lsa->cell[n] = lsa->cell[i];
			lsa->cell[n].value *= lsa->weight[lsa->cell[n].term];
			sum += (double)lsa->cell[n].value * lsa->cell[n].value;
			n++;
		}
		lsa->start[d] = begin;
		if (sum > 0)
			for (i = begin; i < n; i++)
				lsa->cell[i].value /= (float)sqrt(sum);
	}
	if (lsa->ndocument > 0)
		lsa->start[lsa->ndocument] = n;
	lsa->ncell = n;
}

/* y (documents [from, to), n) = their rows of the matrix times x (nterm, n) */
CPU_CLONES static void
times(const struct lsa *lsa, size_t from, size_t to, const float *x, size_t n,
    float *y)
{
	const struct lsa_cell *c, *end;
	size_t d;

	memset(y, 0, (to - from) * n * sizeof(*y));
	for (d = from; d < to; d++, y += n)
		for (c = lsa->cell + lsa->start[d],
		    end = lsa->cell + lsa->start[d + 1];
		     c < end; c++)
			vecmath_axpy(y, c->value, x + c->term * n, n);
}

/* out (nterm, n) = A^T A x, A the matrix, x (nterm, n) */
CPU_CLONES static void
power(const struct lsa *lsa, const float *x, size_t n, float *out)
{
	float *y = mem_alloc(BLOCK * n * sizeof(*y)); /* (BLOCK, n) */
	const struct lsa_cell *c, *end;
	size_t d, from, to;

	memset(out, 0, lsa->nterm * n * sizeof(*out));
	for (from = 0; from < lsa->ndocument; from = to) {
		to = lsa->ndocument - from < BLOCK ? lsa->ndocument
						   : from + BLOCK;
		times(lsa, from, to, x, n, y);
		for (d = from; d < to; d++)
			for (c = lsa->cell + lsa->start[d],
			    end = lsa->cell + lsa->start[d + 1];
			     c < end; c++)
				vecmath_axpy(out + c->term * n, c->value,
				    y + (d - from) * n, n);
	}
	free(y);
}

/*
 * The eigenvectors of gram (n, n), which is written over, whose eigenvalues are
 * above least times the largest, as the columns of turn (n, returned); in the
 * order of the eigenvalues, value[], largest first.
 */
static size_t
turn_of(double *gram, size_t n, double least, double *turn, double *value)
{
	double *vector = mem_alloc(n * n * sizeof(*vector));
	size_t i, j, rank = 0;

	eigen_symmetric(gram, n, value, vector);
	while (rank < n && value[rank] > least * value[0])
		rank++;
	for (j = 0; j < rank; j++)
		for (i = 0; i < n; i++)
			turn[i * rank + j] = vector[j * n + i];
	free(vector);
	return rank;
}

/* gram[0..i] += the sum over 4 rows (4, n) of x[i] x[0..i], for every i < n */
CPU_CLONES static void
add_products(double *restrict gram, const float *restrict x, size_t n)
{
	double a, b, c, d;
	size_t i, j;

	for (i = 0; i < n; i++, gram += n) {
		a = x[i], b = x[n + i], c = x[2 * n + i], d = x[3 * n + i];
		for (j = 0; j <= i; j++)
			gram[j] += a * x[j] + b * x[n + j] + c * x[2 * n + j] +
				   d * x[3 * n + j];
	}
}

/*
 * x (m, *n) becomes orthonormal, and narrower if it has too few directions.
 * x^T x is summed in double: a power of the matrix spreads its singular values
 * to the fourth power in it, beyond what float can tell apart.
 */
static void
orthonormalise(float **x, float **spare, size_t m, size_t *n)
{
	double *gram = mem_zeroed(*n * *n, sizeof(*gram));
	double *turn = mem_alloc(*n * *n * sizeof(*turn));
	double *value = mem_alloc(*n * sizeof(*value));
	float *last = mem_zeroed(4 * *n, sizeof(*last)), *swap;
	float *turn_float = mem_alloc(*n * *n * sizeof(*turn_float));
	size_t i, j, rank;

	for (i = 0; i + 4 <= m; i += 4)
		add_products(gram, *x + i * *n, *n);
	memcpy(last, *x + i * *n, (m - i) * *n * sizeof(*last));
	add_products(gram, last, *n);
	for (i = 0; i < *n; i++)
		for (j = 0; j < i; j++)
			gram[j * *n + i] = gram[i * *n + j];
	rank = turn_of(gram, *n, 1e-12, turn, value);
	for (i = 0; i < *n * rank; i++)
		turn_float[i] = (float)(turn[i] / sqrt(value[i % rank]));
	gemm_nn(m, rank, *n, *x, *n, turn_float, rank, 0, *spare, rank);
	swap = *x, *x = *spare, *spare = swap;
	*n = rank;
	free(gram);
	free(turn);
	free(value);
	free(last);
	free(turn_float);
}

/* gram (n, n) = (A x)^T (A x) */
static void
gram_of(const struct lsa *lsa, const float *x, size_t n, float *gram)
{
	float *y = mem_alloc(BLOCK * n * sizeof(*y));
	size_t from, to;

	memset(gram, 0, n * n * sizeof(*gram));
	for (from = 0; from < lsa->ndocument; from = to) {
		to = lsa->ndocument - from < BLOCK ? lsa->ndocument
						   : from + BLOCK;
		times(lsa, from, to, x, n, y);
		gemm_tn(n, n, to - from, y, n, y, n, 1, gram, n);
	}
	free(y);
}

/*
 * The vectors of the terms from x (nterm, n), which is orthonormal: the
 * singular vectors in its span, the strongest first, without the very first,
 * which is what all documents have in common; each is scaled by the root of
 * its singular value.  The sign of an eigenvector is arbitrary: the largest
 * entry is made positive.
 */
static void
finish(struct lsa *lsa, const float *x, size_t n, size_t dim)
{
	float *gram = mem_alloc(n * n * sizeof(*gram)), *v, best;
	double *a = mem_alloc(n * n * sizeof(*a));
	double *turn = mem_alloc(n * n * sizeof(*turn)), scale;
	double *value = mem_alloc(n * sizeof(*value));
	size_t i, j, rank, first;

	gram_of(lsa, x, n, gram);
	for (i = 0; i < n * n; i++)
		a[i] = gram[i];
	rank = turn_of(a, n, 1e-6, turn, value);
	first = rank > 1;
	lsa->dim = rank - first < dim ? rank - first : dim;
	for (i = 0; i < n; i++)
		for (j = 0; j < lsa->dim; j++)
			gram[i * lsa->dim + j] =
			    (float)turn[i * rank + first + j];
	v = mem_alloc(lsa->nterm * lsa->dim * sizeof(*v));
	gemm_nn(lsa->nterm, lsa->dim, n, x, n, gram, lsa->dim, 0, v, lsa->dim);
	for (j = 0; j < lsa->dim; j++) {
		for (best = 0, i = 0; i < lsa->nterm; i++)
			if (fabsf(v[i * lsa->dim + j]) > fabsf(best))
				best = v[i * lsa->dim + j];
		/* value is the square of the singular value */
		scale = sqrt(sqrt(value[first + j]));
		if (best < 0)
			scale = -scale;
		for (i = 0; i < lsa->nterm; i++)
			v[i * lsa->dim + j] *= (float)scale;
	}
	lsa->vector = v;
	free(gram);
	free(a);
	free(turn);
	free(value);
}

bool
lsa_fit(struct lsa *lsa, size_t dim, size_t max_vocab, uint64_t seed)
{
	float *x, *spare, *swap;
	size_t n, i, round;
	struct rng rng;

	choose_terms(lsa, max_vocab);
	weigh_documents(lsa);
	n = 1 + dim + EXTRA;
	if (n > lsa->nterm)
		n = lsa->nterm;
	if (n > lsa->ndocument)
		n = lsa->ndocument;
	x = mem_alloc(lsa->nterm * n * sizeof(*x) + 1);
	spare = mem_alloc(lsa->nterm * n * sizeof(*spare) + 1);
	rng_init(&rng, seed);
	for (i = 0; i < lsa->nterm * n; i++)
		x[i] = (float)rng_normal(&rng);
	for (round = 0; round < ROUNDS && n > 0; round++) {
		power(lsa, x, n, spare);
		swap = x, x = spare, spare = swap;
		orthonormalise(&x, &spare, lsa->nterm, &n);
	}
	/*
	 * orthonormalise once more, since the first time is as inexact as x was
	 * uneven
	 */
	if (n > 0)
		orthonormalise(&x, &spare, lsa->nterm, &n);
	if (n > 0)
		finish(lsa, x, n, dim);
	free(x);
	free(spare);
	return lsa->dim > 0;
}

void
lsa_documents(const struct lsa *lsa, size_t from, size_t to, float *out)
{
	times(lsa, from, to, lsa->vector, lsa->dim, out);
}

void
lsa_release(struct lsa *lsa)
{
	vocab_release(&lsa->vocab);
	free(lsa->ndoc);
	free(lsa->count);
	free(lsa->cell);
	free(lsa->start);
	free(lsa->weight);
	free(lsa->vector);
	*lsa = (struct lsa){0};
}
