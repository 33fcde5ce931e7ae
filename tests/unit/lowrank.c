/*
 * lowrank: a step goes down the slope that differences of the loss show;
 * masked labels stand still
 */

#include "lowrank.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tap.h"
#include "truth.h"

enum { NROW = 7, NLABEL = 3, DIM = 11 };

static const uint32_t row[] = {1, 4, 4, 6};
static const size_t nrow = sizeof(row) / sizeof(*row);
static const uint8_t truth[NLABEL] = {
    TRUTH_POSITIVE, TRUTH_NEGATIVE, TRUTH_MASKED};

/* The logistic loss of the text, by the definition. */
static double
loss(const float *input, const float *output)
{
	double z, sum = 0, hidden;
	size_t i, j, k;

	for (i = 0; i < NLABEL; i++) {
		if (truth[i] == TRUTH_MASKED)
			continue;
		for (z = j = 0; j < DIM; j++) {
			for (hidden = k = 0; k < nrow; k++)
				hidden += (double)input[row[k] * DIM + j];
			z +=
			    hidden / (double)nrow * (double)output[i * DIM + j];
		}
		sum += log1p(exp(truth[i] == TRUTH_POSITIVE ? -z : z));
	}
	return sum;
}

/* Whether after - before is -rate times the slope of the loss at x[at]. */
static bool
follows(float *x, size_t at, const float *input, const float *output,
    double before, double after, double rate)
{
	const float h = 1e-2f;
	float old = x[at];
	double slope;

	x[at] = old + h;
	slope = loss(input, output);
	x[at] = old - h;
	slope = (slope - loss(input, output)) / (2 * (double)h);
	x[at] = old;
	return fabs(after - before + rate * slope) < 1e-5;
}

int
main(void)
{
	struct lowrank m;
	struct rng rng;
	float input[NROW * DIM], output[NLABEL * DIM];
	bool good = true, still = true, range = true;
	size_t i;
	const float rate = 0.05f;

	rng_init(&rng, 3);
	lowrank_init(&m, NROW, NLABEL, DIM, &rng);
	for (i = 0; i < NROW * DIM; i++)
		range &= fabsf(m.input[i]) <= 1.0f / DIM;
	ok(range && m.output[0] == 0, "where it starts");
	for (i = 0; i < NLABEL * DIM; i++)
		m.output[i] = (float)rng_normal(&rng);
	memcpy(input, m.input, sizeof(input));
	memcpy(output, m.output, sizeof(output));
	lowrank_step(&m, row, nrow, truth, rate);
	for (i = 0; i < NLABEL * DIM; i++)
		good &= follows(output, i, input, output, (double)output[i],
		    (double)m.output[i], (double)rate);
	ok(good, "the output follows its slope");
	/* fastText gives each row the slope over the number of features */
	good = true;
	for (i = 0; i < NROW * DIM; i++)
		good &= follows(input, i, input, output, (double)input[i],
		    (double)m.input[i], (double)rate);
	ok(good, "the input follows its slope, a row given twice too");
	for (i = 2 * DIM; i < NLABEL * DIM; i++)
		still &= m.output[i] == output[i];
	for (i = 0; i < DIM; i++)
		still &= m.input[i] == input[i];
	ok(still, "masked labels and other rows stand still");
	memcpy(input, m.input, sizeof(input));
	lowrank_step(&m, row, 0, truth, rate);
	ok(memcmp(input, m.input, sizeof(input)) == 0, "a text of nothing");
	lowrank_release(&m);
	return tap_done();
}
