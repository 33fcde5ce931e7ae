/*
 * minhash, lsh, shingle: the kernel compared with its naive twin, estimates
 * and the S-curve within their errors, Jaccard compared with a count, and what
 * lsh finds compared with a search of all pairs
 */

#include "dedup/minhash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "dedup/lsh.h"
#include "dedup/shingle.h"
#include "tap.h"

static void
kernel(void)
{
	struct minhash m;
	struct rng r;
	uint32_t x[200], *sig, least, y;
	size_t i, j, n, round;
	bool good = true;

	minhash_init(&m, 7, 5, 1);
	sig = malloc(m.nlane * sizeof(*sig));
	rng_init(&r, 1);
	for (round = 0; round < 200; round++) {
		n = rng_below(&r, 200);
		for (i = 0; i < n; i++)
			x[i] = (uint32_t)rng_next(&r);
		minhash_sign(&m, sig, x, n);
		for (j = 0; j < m.nlane; j++) {
			least = UINT32_MAX;
			for (i = 0; i < n; i++) {
				y = m.a[j] * x[i] + m.b[j];
				least = y < least ? y : least;
			}
			good = good && sig[j] == least;
		}
	}
	ok(good, "signatures are those of the naive twin");
	free(sig);
	minhash_release(&m);
}

/* Two random sets of n elements each with Jaccard similarity near s. */
static double
make_pair(struct rng *r, uint32_t *a, uint32_t *b, size_t n, double s)
{
	size_t both = (size_t)(2 * s / (1 + s) * (double)n + 0.5), i;

	for (i = 0; i < n; i++) {
		a[i] = (uint32_t)rng_next(r);
		b[i] = i < both ? a[i] : (uint32_t)rng_next(r);
	}
	return (double)both / (double)(2 * n - both);
}

static void
curve(const char *name, size_t nband, size_t nrow, size_t npair)
{
	static const double at[] = {.5, .6, .7, .75, .8, .85, .9, .95};
	enum { N = 100 };
	struct minhash m;
	struct rng r;
	uint32_t a[N], b[N], *sa, *sb;
	uint64_t *ka, *kb;
	double s, p, sum, estimate, error;
	size_t i, j, k, hit, equal;
	char what[64];
	bool good;

	minhash_init(&m, nband, nrow, 1);
	sa = malloc(m.nlane * sizeof(*sa));
	sb = malloc(m.nlane * sizeof(*sb));
	ka = malloc(nband * sizeof(*ka));
	kb = malloc(nband * sizeof(*kb));
	rng_init(&r, 11);
	for (k = 0; k < sizeof(at) / sizeof(at[0]); k++) {
		for (i = hit = 0, sum = s = 0; i < npair; i++) {
			s = make_pair(&r, a, b, N, at[k]);
			minhash_sign(&m, sa, a, N);
			minhash_sign(&m, sb, b, N);
			minhash_bands(&m, ka, sa);
			minhash_bands(&m, kb, sb);
			for (j = 0; j < nband && ka[j] != kb[j]; j++)
				;
			hit += j < nband;
			for (j = equal = 0; j < nband * nrow; j++)
				equal += sa[j] == sb[j];
			sum += (double)equal / (double)(nband * nrow);
		}
		p = 1 - pow(1 - pow(s, (double)nrow), (double)nband);
		error = sqrt((p * (1 - p) + 1e-4) / (double)npair);
		good = fabs((double)hit / (double)npair - p) <= 3 * error;
		if (!good)
			printf("# %s at %.3f: %.4f, not %.4f +- %.4f\n", name,
			    s, (double)hit / (double)npair, p, error);
		snprintf(
		    what, sizeof(what), "%s: S-curve at %.2f", name, at[k]);
		ok(good, what);
		estimate = sum / (double)npair;
		good = fabs(estimate - s) <=
		       4 * sqrt(s * (1 - s) / (double)(npair * nband * nrow));
		if (!good)
			printf("# %.5f, not %.5f\n", estimate, s);
		snprintf(
		    what, sizeof(what), "%s: estimate at %.2f", name, at[k]);
		ok(good, what);
	}
	free(sa);
	free(sb);
	free(ka);
	free(kb);
	minhash_release(&m);
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

/*
 * Ascending, each value once, from a small range, so that sets have values in
 * common.
 */
static size_t
random_set(struct rng *r, uint32_t *x, size_t max, uint32_t range)
{
	size_t i, n = rng_below(r, max), k = 0;

	for (i = 0; i < n; i++)
		x[i] = (uint32_t)rng_below(r, range);
	qsort(x, n, sizeof(*x), ascending);
	for (i = 0; i < n; i++)
		if (k == 0 || x[i] != x[k - 1])
			x[k++] = x[i];
	return k;
}

static double
twin_jaccard(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t i, j, both = 0;

	for (i = 0; i < na; i++)
		for (j = 0; j < nb; j++)
			both += a[i] == b[j];
	return na + nb > 0 ? (double)both / (double)(na + nb - both) : 1;
}

static void
jaccard(void)
{
	uint32_t a[40], b[40];
	struct rng r;
	size_t i, na, nb;
	double want, got, least;
	bool good = true;

	rng_init(&r, 2);
	for (i = 0; i < 300000 && good; i++) {
		na = random_set(&r, a, 40, 30);
		nb = random_set(&r, b, 40, 30);
		want = twin_jaccard(a, na, b, nb);
		least = (double)rng_below(&r, 11) / 10;
		got = shingle_jaccard(a, na, b, nb, least);
		good = want >= least ? got == want : got < least;
	}
	ok(good, "Jaccard similarity is that of the naive twin");
}

/*
 * Drop records in order, by lsh, and by comparing with all earlier sets that
 * stay.
 */
static void
finds(void)
{
	enum { N = 600, LEN = 24 };
	static uint32_t x[N][LEN];
	struct minhash m;
	struct lsh l;
	struct rng r;
	uint32_t sig[64];
	uint64_t key[N][12];
	size_t i, j, k, n[N], kept[N], nkept = 0, found, want;
	double value;
	bool good = true, hit;

	minhash_init(&m, 12, 2, 1);
	lsh_init(&l, 12, 0.5, NULL);
	rng_init(&r, 4);
	for (i = 0; i < N && good; i++) {
		n[i] = random_set(&r, x[i], LEN, 40);
		minhash_sign(&m, sig, x[i], n[i]);
		minhash_bands(&m, key[i], sig);
		for (want = 0; want < nkept; want++) {
			j = kept[want];
			for (k = 0; k < 12 && key[i][k] != key[j][k]; k++)
				;
			if (k < 12 &&
			    twin_jaccard(x[i], n[i], x[j], n[j]) >= 0.5)
				break;
		}
		hit = lsh_find(&l, key[i], x[i], n[i], &found, &value);
		good = hit == (want < nkept) && (!hit || found == want);
		if (!hit) {
			good = good && lsh_add(&l, key[i], x[i], n[i]);
			kept[nkept++] = i;
		}
	}
	ok(good && nkept > 10 && nkept < N,
	    "lsh finds what a full search does");
	lsh_release(&l);
	minhash_release(&m);
}

/* Many records with one key and nothing else in common stay cheap. */
static void
crowd(void)
{
	struct budget b = {.max = 100000};
	struct lsh l;
	uint64_t key[2] = {1, 2};
	uint32_t x[3];
	size_t i, found;
	double value;

	lsh_init(&l, 2, 0.8, NULL);
	for (i = 0; i < 20000; i++) {
		x[0] = (uint32_t)(3 * i);
		x[1] = (uint32_t)(3 * i + 1);
		x[2] = (uint32_t)(3 * i + 2);
		if (!lsh_find(&l, key, x, 3, &found, &value))
			lsh_add(&l, key, x, 3);
	}
	ok(l.sets.n == 20000, "look-alikes below the threshold stay");
	ok(l.ncompare <= 20000 * (size_t)LSH_BUCKET, "comparisons are bounded");
	ok(l.nfull == 2 * (20000 - LSH_BUCKET),
	    "and what was left out counted");
	lsh_release(&l);
	lsh_init(&l, 2, 0.8, &b);
	for (i = 0; i < 100000; i++) {
		x[0] = (uint32_t)i;
		key[0] = i;
		key[1] = i + 1000000;
		if (!lsh_add(&l, key, x, 1))
			break;
	}
	ok(i > 1000 && i < 100000 && b.held <= 100000, "memory is bounded");
	lsh_release(&l);
}

/* Sets of one element each, by which each is found among many others. */
static bool
all_found(struct lsh *l, const uint64_t *key, size_t nset)
{
	const size_t nband = l->nband;
	size_t i, found;
	double value;
	uint32_t x;
	bool good = true;

	l->nband = 1; /* by each of its keys alone */
	for (i = 0; i < nset * nband && good; i++) {
		x = (uint32_t)(i / nband);
		good =
		    lsh_find(l, key + i, &x, 1, &found, &value) && found == x;
	}
	l->nband = nband;
	return good;
}

/*
 * A table in which keys are cut, and then one in which they cannot be cut any
 * more, because 400 keys that follow one another have 128 sets each.
 */
static void
large(void)
{
	enum { NBAND = 10, NSET = 60000, NALIKE = 400 * LSH_BUCKET };
	uint64_t *key = malloc((NSET + NALIKE) * NBAND * sizeof(*key));
	struct lsh l;
	struct rng r;
	size_t i, j;
	uint32_t x;
	bool good = true;

	rng_init(&r, 8);
	lsh_init(&l, NBAND, 0.8, NULL);
	for (i = 0; i < NSET + NALIKE; i++) {
		for (j = 0; j < NBAND; j++)
			key[i * NBAND + j] = rng_next(&r);
		if (i >= NSET)
			key[i * NBAND] = 77777777 + (i - NSET) / LSH_BUCKET;
		x = (uint32_t)i;
		good = good && lsh_add(&l, key + i * NBAND, &x, 1);
		if (i == NSET - 1)
			ok(good && l.key_len == 3 && all_found(&l, key, NSET),
			    "keys are cut, and found");
	}
	ok(good && l.key_len == 4 && all_found(&l, key, NSET + NALIKE),
	    "many neighbouring keys are kept whole");
	lsh_release(&l);
	free(key);
}

static bool
same_words(const char *a, const char *b, bool zero)
{
	struct shingler s = {.zero_digits = zero}, t = {.zero_digits = zero};
	bool same;

	shingle_words(&s, str_of(a));
	shingle_words(&t, str_of(b));
	same = s.nword == t.nword &&
	       (s.nword == 0 ||
		   memcmp(s.word, t.word, s.nword * sizeof(*s.word)) == 0);
	shingle_release(&s);
	shingle_release(&t);
	return same;
}

static void
plain(void)
{
	struct shingler s = {0};

	ok(same_words("The Mill, (1,250 t)!", "the mill 0 t", true),
	    "plain text");
	ok(same_words("3.14 and 1.2.3", "0 and 0 0", true), "numbers as 0");
	ok(same_words("Up 1,250.5, (2%)", "up 1,250.5 2", false) &&
		!same_words("1,250", "1250", false) &&
		!same_words("-4 x", "4 x", false) &&
		!same_words(".4", "4", false) &&
		same_words("x 1-4", "x 1 4", false),
	    "numbers as they stand");
	ok(same_words(
	       "caf\xc3\xa9 \xc3\x85ngstr\xc3\xb6m", "cafe angstrom", false),
	    "accents, composed");
	ok(same_words("cafe\xcc\x81", "caf\xc3\xa9", false),
	    "accents, decomposed");
	ok(same_words("\xd9\xa3\xd9\xa4 x", "12 x", true),
	    "digits of any script");
	ok(!same_words("ab c", "a bc", false), "words are separated");
	ok(!same_words("eightlet ters", "eightletters", false),
	    "long words too");
	shingle_words(&s, STR("\xe7\xaa\x91\xe7\x83\xad\xe3\x80\x82ok"));
	ok(s.nword == 3, "an ideograph is a word");
	shingle_runs(&s, 5);
	ok(s.nrun == 1, "a short text is one run");
	shingle_words(&s, STR(" .!? "));
	shingle_runs(&s, 5);
	shingle_set(&s);
	ok(s.nrun == 0 && s.nset == 0, "no words, no run");
	shingle_words(&s, STR("a b c d e f a b c d e"));
	shingle_runs(&s, 5);
	shingle_set(&s);
	ok(s.nrun == 7 && s.nset == 6, "a set holds a run once");
	shingle_release(&s);
}

int
main(void)
{
	kernel();
	curve("14 x 8", 14, 8, 2000);
	curve("450 x 20", 450, 20, 30);
	jaccard();
	finds();
	crowd();
	large();
	plain();
	return tap_done();
}
