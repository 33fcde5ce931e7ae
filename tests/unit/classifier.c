/*
 * classifier: a file that is read back is the one that was written, and gives
 * the scores of a naive twin with a table of all buckets; damage anywhere is
 * refused or harmless
 */

#include "classify/classifier.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

enum { NBIT = 8, NBUCKET = 1 << NBIT, NLABEL = 3, NWORD = NBUCKET / 64 };

static uint64_t map[NWORD];
static uint32_t rank[NWORD];
static float row[NBUCKET * (1 + NLABEL)], threshold[NLABEL], bias[NLABEL];
static float vector[1 << 16];
static float idf[NBUCKET], weight[NBUCKET][NLABEL]; /* by bucket */
static struct str label[NLABEL];

static void
make(struct classifier *c, struct rng *r)
{
	size_t b, j, n = 0;

	*c = (struct classifier){.nlabel = NLABEL,
	    .order = 2,
	    .nbit = NBIT,
	    .map = map,
	    .rank = rank,
	    .threshold = threshold,
	    .bias = bias,
	    .row = row,
	    .label = label};
	label[0] = STR("A & B");
	label[1] = STR("");
	label[2] = STR("\xc3\xa9");
	for (b = 0; b < NBUCKET; b++) {
		idf[b] = 0;
		if (rng_below(r, 2) == 0)
			continue;
		map[b / 64] |= (uint64_t)1 << b % 64;
		row[n++] = idf[b] = 1 + (float)rng_real(r);
		for (j = 0; j < NLABEL; j++)
			row[n++] = weight[b][j] = (float)rng_normal(r);
	}
	for (j = 0; j < NLABEL; j++) {
		threshold[j] = (float)rng_real(r);
		bias[j] = (float)rng_normal(r);
	}
	c->nrow = classifier_rank(rank, map, NBIT);
}

/* Probabilities by the definition, in doubles. */
static void
naive(const uint64_t *hash, size_t n, double p[NLABEL])
{
	size_t tf[NBUCKET] = {0}, b, j;
	double value, norm = 0, z[NLABEL] = {0};

	for (b = 0; b < n; b++)
		tf[hash[b] / ((uint64_t)1 << (64 - NBIT))]++;
	for (b = 0; b < NBUCKET; b++) {
		if (tf[b] == 0 || idf[b] == 0)
			continue;
		value = (1 + log((double)tf[b])) * (double)idf[b];
		norm += value * value;
		for (j = 0; j < NLABEL; j++)
			z[j] += value * (double)weight[b][j];
	}
	for (j = 0; j < NLABEL; j++) /* nothing known: 0 */
		p[j] = norm > 0
			   ? 1 / (1 + exp(-z[j] / sqrt(norm) - (double)bias[j]))
			   : 0;
}

static bool
scores_agree(const struct classifier *c, struct rng *r)
{
	struct classifier_work work;
	uint64_t hash[1000];
	double want[NLABEL];
	float got[NLABEL];
	size_t i, j, n, round;
	bool good = true;

	classifier_work_init(&work, c);
	for (round = 0; round < 200; round++) {
		n = rng_below(r, round % 4 ? 40 : 1000);
		for (i = 0; i < n; i++)
			hash[i] = rng_next(r) & ~((uint64_t)round << 56);
		classifier_score(c, &work, hash, n, NULL, got);
		naive(hash, n, want);
		for (j = 0; j < NLABEL; j++)
			if (fabs((double)got[j] - want[j]) > 1e-5)
				good = false;
	}
	classifier_work_release(&work);
	return good;
}

/*
 * Change every byte of the file in turn: it is refused, or gives scores in
 * 0..1.
 */
static bool
damage_is_harmless(struct buf *file)
{
	struct classifier_work work;
	struct classifier c;
	const char *why;
	float *p;
	uint64_t hash[64];
	size_t i, j, len;
	bool good = true;

	for (i = 0; i < 64; i++)
		hash[i] = i * 0x9e3779b97f4a7c15;
	for (i = 0; i < file->len; i++) {
		file->p[i] ^= (char)0xff;
		if (classifier_open(&c, buf_str(file), &why)) {
			classifier_work_init(&work, &c);
			p = mem_zeroed(c.nlabel, sizeof(*p));
			classifier_score(&c, &work, hash, 64, vector, p);
			for (j = 0; j < c.nlabel; j++)
				if (!(p[j] >= 0 && p[j] <= 1))
					good = false;
			free(p);
			classifier_work_release(&work);
			classifier_close(&c);
		}
		file->p[i] ^= (char)0xff;
	}
	len = file->len;
	for (file->len = 0; file->len < len; file->len++)
		if (classifier_open(&c, buf_str(file), &why))
			good = false;
	return good;
}

/*
 * A model of vectors, with sums that can be done by hand; without rows it is
 * refused.
 */
static void
vectors(void)
{
	static const float rows[2 * 3] = {1, 2, 0, 0.5, -1, 4};
	static const float zero[2], minus[2] = {0, -1};
	uint64_t first = 3;
	uint32_t none = 0;
	struct str name[2] = {STR("a"), STR("b")};
	struct classifier back, c = {.nlabel = 2,
				    .nbit = CLASSIFIER_MIN_BIT,
				    .nrow = 2,
				    .map = &first,
				    .rank = &none,
				    .threshold = zero,
				    .bias = minus,
				    .row = rows,
				    .label = name};
	struct classifier_work work;
	struct buf file = {0};
	const char *why;
	float p[2];

	classifier_format(&c, &file);
	ok(classifier_open(&back, buf_str(&file), &why) && back.order == 0,
	    "a model of vectors is read back");
	classifier_work_init(&work, &back);
	ok(classifier_score_vector(&back, &work, (float[]){0.5f, 2}, p),
	    "a vector is judged");
	ok(p[0] == 0.5f && fabsf(p[1] - 1 / (1 + expf(-3))) < 1e-6f,
	    "its rows are the entries of a vector");
	ok(!classifier_score_vector(&back, &work, (float[]){0, 0}, p) &&
		p[0] == 0 && p[1] == 0,
	    "nothing is known of zeros");
	ok(!work.odd &&
		classifier_score_vector(&back, &work, (float[]){NAN, 1}, p) &&
		p[0] == 0 && work.odd,
	    "what is no number is told");
	classifier_work_release(&work);
	classifier_close(&back);
	file.len = 0;
	first = 0;
	c.nrow = 0;
	classifier_format(&c, &file);
	ok(!classifier_open(&back, buf_str(&file), &why),
	    "one of no entries is refused");
	buf_release(&file);
}

/* A model of a text and its vector, with sums that can be done by hand. */
static void
both(void)
{
	static const float rows[] = {1, 2}, entries[] = {1, 3, 0, -1};
	static const float half[1] = {0.5f}, nought[1] = {0};
	uint64_t first = 1;
	uint32_t none = 0;
	struct str name = STR("a");
	struct classifier back, c = {.nlabel = 1,
				    .order = 1,
				    .nbit = CLASSIFIER_MIN_BIT,
				    .nrow = 1,
				    .ndim = 2,
				    .map = &first,
				    .rank = &none,
				    .threshold = half,
				    .bias = nought,
				    .row = rows,
				    .entry = entries,
				    .label = &name};
	struct classifier_work work;
	struct buf file = {0};
	const char *why;
	uint64_t known = 0, unknown = UINT64_MAX;
	float p;

	classifier_format(&c, &file);
	ok(classifier_open(&back, buf_str(&file), &why) && back.ndim == 2,
	    "a model of texts and vectors is read back");
	classifier_work_init(&work, &back);
	/* (4, 4) less (1, 0) is (.6, .8) at unit length: 2 + 1.8 - .8 */
	classifier_score(&back, &work, &known, 1, (float[]){4, 4}, &p);
	ok(fabsf(p - 1 / (1 + expf(-3))) < 1e-6f, "both are added");
	ok(classifier_score(&back, &work, &unknown, 1, (float[]){4, 4}, &p) &&
		fabsf(p - 1 / (1 + expf(-1))) < 1e-6f,
	    "the vector alone, of a text without known words");
	ok(classifier_score(&back, &work, &known, 1, (float[]){0, 0}, &p) &&
		fabsf(p - 1 / (1 + expf(-2))) < 1e-6f,
	    "the text alone, where the vector is zeros");
	ok(!classifier_score(&back, &work, &unknown, 1, (float[]){0, 0}, &p) &&
		p == 0,
	    "nothing is known of neither");
	classifier_work_release(&work);
	classifier_close(&back);
	ok(damage_is_harmless(&file), "damage to it is refused or harmless");
	buf_release(&file);
}

int
main(void)
{
	struct classifier c, back;
	struct buf file = {0}, again = {0};
	const char *why;
	struct rng r;

	rng_init(&r, 5);
	make(&c, &r);
	classifier_format(&c, &file);
	ok(classifier_open(&back, buf_str(&file), &why), "read back");
	ok(str_eq(back.label[0], label[0]) && back.label[1].len == 0 &&
		str_eq(back.label[2], label[2]),
	    "its labels");
	classifier_format(&back, &again);
	ok(str_eq(buf_str(&file), buf_str(&again)), "written again");
	ok(scores_agree(&back, &r), "scores are the naive twin's");
	classifier_close(&back);
	ok(damage_is_harmless(&file), "damage is refused or harmless");
	label[1] = label[0];
	again.len = 0;
	classifier_format(&c, &again);
	ok(!classifier_open(&back, buf_str(&again), &why),
	    "two labels of one name are refused");
	ok(classifier_tf(1) == 1.0f &&
		fabsf(classifier_tf(255) - 6.5412636f) < 1e-5f &&
		fabsf(classifier_tf(1000) - 7.9077554f) < 1e-5f,
	    "the factor of a count");
	buf_release(&file);
	buf_release(&again);
	vectors();
	both();
	return tap_done();
}
