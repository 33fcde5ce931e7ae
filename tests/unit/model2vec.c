/*
 * model2vec: the sum of a text's rows is that of the definition, whatever the
 * length of its terms, and also when there are more terms than are remembered
 */

#include "encode/model2vec.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/rng.h"
#include "tap.h"

enum { NROW = 40000, DIM = 37, NTEXT = 400, NWORD = 150, LONGEST = 40 };

/*
 * Terms of 2 to LONGEST letters; the first eight letters of long ones are the
 * same.
 */
static void
make_terms(struct model2vec *m, struct rng *rng)
{
	char word[LONGEST];
	size_t i, j, len;

	m->row = mem_alloc(NROW * sizeof(*m->row));
	while (m->vocab.nword < NROW) {
		len = 2 + rng_below(rng, LONGEST - 1);
		for (j = 0; j < len; j++)
			word[j] =
			    (char)('a' +
				   (len > 8 && j < 8 ? j : rng_below(rng, 26)));
		vocab_add(&m->vocab, (struct str){word, len});
		if (rng_below(rng, 2) == 0) {
			snprintf(word, sizeof(word), "n%zu",
			    (size_t)rng_below(rng, 1 << 20));
			vocab_add(&m->vocab, str_of(word));
		}
	}
	for (i = 0; i < NROW; i++)
		m->row[i] = (uint32_t)(NROW - 1 - i);
}

/* A text of known and unknown terms, and its sum by the definition. */
static void
make_text(const struct model2vec *m, const float *weight, const float *vector,
    struct rng *rng, struct buf *text, double *sum)
{
	static uint32_t count[NROW];
	uint32_t word[NWORD];
	size_t i, k, row, n = rng_below(rng, NWORD);

	text->len = 0;
	memset(sum, 0, DIM * sizeof(*sum));
	for (i = 0; i < n; i++) {
		word[i] = (uint32_t)rng_below(
		    rng, rng_below(rng, 2) == 0 ? 50 : NROW);
		buf_puts(text, m->vocab.word[word[i]]);
		buf_puts(text,
		    i % 3 == 0 ? STR(" unknownunknownunknown, ") : STR(" "));
		count[word[i]]++;
	}
	for (i = 0; i < n; i++) {
		row = m->row[word[i]];
		for (k = 0; count[word[i]] > 0 && k < DIM; k++)
			sum[k] += (1 + log((double)count[word[i]])) *
				  (double)weight[row] *
				  (double)vector[row * DIM + k];
		count[word[i]] = 0;
	}
	buf_putc(text, '.');
}

int
main(void)
{
	float *vector = mem_alloc(NROW * DIM * sizeof(*vector));
	float *weight = mem_alloc(NROW * sizeof(*weight)), got[DIM];
	struct model2vec m = {.vector = vector,
	    .weight = weight,
	    .nrow = NROW,
	    .dim = DIM,
	    .tf_log = true};
	struct buf text = {0};
	struct rng rng;
	double want[DIM], off = 0;
	size_t i, k;

	rng_init(&rng, 3);
	for (i = 0; i < NROW * DIM; i++)
		vector[i] = (float)rng_normal(&rng);
	for (i = 0; i < NROW; i++)
		weight[i] = (float)(1 + rng_below(&rng, 5));
	make_terms(&m, &rng);
	model2vec_start(&m);
	for (i = 0; i < NTEXT; i++) {
		make_text(&m, weight, vector, &rng, &text, want);
		model2vec_embed(&m, buf_str(&text), got);
		for (k = 0; k < DIM; k++)
			off = fmax(off, fabs(want[k] - (double)got[k]));
	}
	/* some 150 rows of up to 25 each, summed in float */
	ok(off < 1e-2, "sums are those of the definition");
	model2vec_release(&m);
	buf_release(&text);
	free(vector);
	free(weight);
	return tap_done();
}
