/* distil: the recipe by its definition, and a table that the fit can learn */

#include "encode/distil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NROW = 60, WIDTH = 12, NTEXT = 400, LEN = 10 };

static float token[NROW][WIDTH], truth[NROW][WIDTH];
static bool used[NROW];

static void
make_tokens(void)
{
	struct rng rng;
	size_t i, k;

	rng_init(&rng, 5);
	for (i = 0; i < NROW; i++)
		for (k = 0; k < WIDTH; k++) {
			/*
			 * The vector of a token alone shows only a part of its
			 * effect in a text.
			 */
			token[i][k] = (float)rng_normal(&rng) + 3;
			truth[i][k] =
			    token[i][k] - 3 + 2 * (float)rng_normal(&rng);
			used[i] = i >= 4;
		}
}

static void
recipe(void)
{
	struct distil d;
	float x[NROW][WIDTH];
	double mean[WIDTH] = {0}, want, got, zipf = 0, worst = 0;
	size_t i, j, k;

	memcpy(x, token, sizeof(x));
	distil_init(&d, NROW, WIDTH);
	distil_recipe(&d, &x[0][0], used, WIDTH);
	for (i = 4; i < NROW; i++) {
		zipf += 1.0 / (double)(i - 2);
		for (k = 0; k < WIDTH; k++)
			mean[k] += token[i][k] / (NROW - 4.0);
	}
	for (i = 4; i < NROW; i++) {
		want = 1e-4 / (1e-4 + 1.0 / (double)(i - 2) / zipf);
		worst = fmax(worst, fabs(want - d.weight[i]) / want);
		for (j = 4; j < NROW; j++) {
			want = got = 0;
			for (k = 0; k < WIDTH; k++) {
				want += (token[i][k] - mean[k]) *
					(token[j][k] - mean[k]);
				got += (double)d.vector[i * WIDTH + k] *
				       d.vector[j * WIDTH + k];
			}
			worst = fmax(worst, fabs(want - got) / 10);
		}
	}
	ok(worst < 1e-5, "rows are turned, centred and weighed by Zipf's law");
	for (got = 0, i = 0; i < 4; i++)
		for (k = 0; k < WIDTH; k++)
			got += fabsf(d.vector[i * WIDTH + k]) + d.weight[i];
	ok(got == 0, "those not used are zeros");
	distil_release(&d);
}

/* Texts whose vectors are the sums of the true rows. */
static void
add_texts(struct distil *d, size_t ntext, uint64_t seed)
{
	uint32_t count[NROW] = {0}, row[NROW];
	float target[WIDTH];
	struct rng rng;
	size_t t, i, k, n;
	double sum;

	rng_init(&rng, seed);
	for (t = 0; t < ntext; t++) {
		memset(target, 0, sizeof(target));
		for (i = 0; i < LEN; i++)
			count[4 + rng_below(&rng, NROW - 4)]++;
		for (n = 0, i = 0; i < NROW; i++) {
			if (count[i] > 0)
				row[n++] = (uint32_t)i;
			for (k = 0; k < WIDTH; k++)
				target[k] += (float)count[i] * truth[i][k];
		}
		for (sum = 0, k = 0; k < WIDTH; k++)
			sum += (double)target[k] * target[k];
		for (k = 0; k < WIDTH; k++)
			target[k] /= (float)sqrt(sum);
		distil_add(d, row, count, n, target);
		memset(count, 0, sizeof(count));
	}
}

static void
fit(void)
{
	struct distil d;
	float x[NROW][WIDTH], *first;
	double before, after;

	memcpy(x, token, sizeof(x));
	distil_init(&d, NROW, WIDTH);
	add_texts(&d, NTEXT, 1);
	distil_recipe(&d, &x[0][0], used, WIDTH);
	ok(distil_fit(&d, &before, &after) > 0, "there are rounds");
	ok(before > 0.2 && before < 0.7, "the tokens alone know a part");
	ok(after > 0.9, "the fit knows the rest, on texts kept aside");
	distil_texts(&d, 0, 1, &x[0][0]);
	first = malloc(NROW * WIDTH * sizeof(*first));
	memcpy(first, d.vector, NROW * WIDTH * sizeof(*first));
	distil_release(&d);

	memcpy(x, token, sizeof(x));
	distil_init(&d, NROW, WIDTH);
	add_texts(&d, NTEXT, 1);
	distil_recipe(&d, &x[0][0], used, WIDTH);
	distil_fit(&d, &before, &after);
	ok(memcmp(first, d.vector, NROW * WIDTH * sizeof(*first)) == 0,
	    "the same again");
	free(first);
	distil_release(&d);
}

static void
few(void)
{
	struct distil d;
	float x[NROW][WIDTH];
	double before, after;

	memcpy(x, token, sizeof(x));
	distil_init(&d, NROW, WIDTH);
	add_texts(&d, DISTIL_ASIDE - 1, 1);
	distil_recipe(&d, &x[0][0], used, 3);
	ok(distil_fit(&d, &before, &after) == 0, "too few texts are no news");
	distil_release(&d);
}

int
main(void)
{
	make_tokens();
	recipe();
	fit();
	few();
	return tap_done();
}
