/*
 * fasttext-sgd: a step follows the slope that differences of the loss show,
 * for either loss; masked labels do not move
 */

#include "classify/fasttext-sgd.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "classify/labels.h"
#include "tap.h"

enum { NROW = 7, NLABEL = 4, DIM = 11 };

static const uint32_t row[] = {1, 4, 4, 6};
static const size_t nrow = sizeof(row) / sizeof(*row);
static const float rate = 0.05f;
static const uint8_t truth[NLABEL] = {
    LABELS_POSITIVE, LABELS_NEGATIVE, LABELS_MASKED, LABELS_POSITIVE};

/* The loss of the text, by the definition. */
static double
loss(const float *input, const float *output, bool softmax)
{
	double z[NLABEL] = {0}, sum = 0, all = 0, hidden;
	size_t i, j, k;

	for (i = 0; i < NLABEL; i++) {
		if (truth[i] == LABELS_MASKED)
			continue;
		for (j = 0; j < DIM; j++) {
			for (hidden = k = 0; k < nrow; k++)
				hidden += (double)input[row[k] * DIM + j];
			z[i] +=
			    hidden / (double)nrow * (double)output[i * DIM + j];
		}
		all += exp(z[i]);
	}
	for (i = 0; i < NLABEL; i++)
		if (truth[i] == LABELS_MASKED)
			continue;
		else if (!softmax)
			sum += log1p(
			    exp(truth[i] == LABELS_POSITIVE ? -z[i] : z[i]));
		else if (truth[i] == LABELS_POSITIVE) /* one of two */
			sum -= log(exp(z[i]) / all) / 2;
	return sum;
}

/* Whether change is -rate times the slope of the loss at x[at]. */
static bool
follows(float *x, size_t at, const float *input, const float *output,
    double change, bool softmax)
{
	const float h = 1e-2f;
	float old = x[at];
	double slope;

	x[at] = old + h;
	slope = loss(input, output, softmax);
	x[at] = old - h;
	slope = (slope - loss(input, output, softmax)) / (2 * (double)h);
	x[at] = old;
	return fabs(change + (double)rate * slope) < 1e-5;
}

/* A step from a random place, of one loss. */
static void
step(struct fasttext_sgd *m, struct rng *rng)
{
	float input[NROW * DIM], output[NLABEL * DIM];
	bool good = true, still = true;
	size_t i;

	for (i = 0; i < NLABEL * DIM; i++)
		m->output[i] = (float)rng_normal(rng);
	memcpy(input, m->input, sizeof(input));
	memcpy(output, m->output, sizeof(output));
	fasttext_sgd_step(m, row, nrow, truth, rate);
	for (i = 0; i < NLABEL * DIM; i++)
		good &= follows(output, i, input, output,
		    (double)m->output[i] - (double)output[i], m->softmax);
	ok(good, "the output follows its slope");
	/* fastText gives each row the slope over the number of features */
	good = true;
	for (i = 0; i < NROW * DIM; i++)
		good &= follows(input, i, input, output,
		    (double)m->input[i] - (double)input[i], m->softmax);
	ok(good, "the input follows its slope, a row given twice too");
	for (i = 2 * DIM; i < 3 * DIM; i++)
		still &= m->output[i] == output[i];
	for (i = 0; i < DIM; i++)
		still &= m->input[i] == input[i];
	ok(still, "masked labels and other rows stand still");
	memcpy(input, m->input, sizeof(input));
	fasttext_sgd_step(m, row, 0, truth, rate);
	ok(memcmp(input, m->input, sizeof(input)) == 0, "a text of nothing");
}

int
main(void)
{
	static const uint8_t none[NLABEL] = {
	    LABELS_NEGATIVE, LABELS_MASKED, LABELS_NEGATIVE, LABELS_NEGATIVE};
	struct fasttext_sgd m;
	struct rng rng;
	float output[NLABEL * DIM];
	bool range = true;
	size_t i;

	rng_init(&rng, 3);
	fasttext_sgd_init(&m, NROW, NLABEL, DIM, &rng);
	for (i = 0; i < NROW * DIM; i++)
		range &= fabsf(m.input[i]) <= 1.0f / DIM;
	ok(range && m.output[0] == 0, "where it starts");
	step(&m, &rng);
	m.softmax = true;
	step(&m, &rng);
	memcpy(output, m.output, sizeof(output));
	fasttext_sgd_step(&m, row, nrow, none, rate);
	ok(memcmp(output, m.output, sizeof(output)) == 0,
	    "softmax: a text without a label");
	fasttext_sgd_release(&m);
	return tap_done();
}
