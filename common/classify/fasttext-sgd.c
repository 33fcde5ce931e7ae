#include "classify/fasttext-sgd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "classify/labels.h"
#include "math/cpu.h"
#include "math/vecmath.h"

enum { LANE = 8 };

void
fasttext_sgd_init(struct fasttext_sgd *m, size_t nrow, size_t nlabel,
    size_t dim, struct rng *rng)
{
	size_t i;

	m->softmax = false;
	m->nrow = nrow;
	m->nlabel = nlabel;
	m->dim = dim;
	m->input = mem_alloc(nrow * dim * sizeof(*m->input));
	m->output = mem_zeroed(nlabel * dim, sizeof(*m->output));
	m->hidden = mem_zeroed(dim, sizeof(*m->hidden));
	m->slope = mem_zeroed(dim, sizeof(*m->slope));
	m->error = mem_zeroed(nlabel, sizeof(*m->error));
	for (i = 0; i < nrow * dim; i++)
		m->input[i] = (float)((2 * rng_real(rng) - 1) / (double)dim);
}

void
fasttext_sgd_release(struct fasttext_sgd *m)
{
	free(m->input);
	free(m->output);
	free(m->hidden);
	free(m->slope);
	free(m->error);
	*m = (struct fasttext_sgd){0};
}

static inline float
dot(const float *restrict a, const float *restrict b, size_t n)
{
	float part[LANE] = {0}, sum = 0;
	size_t i, j;

	for (i = 0; i + LANE <= n; i += LANE)
		for (j = 0; j < LANE; j++)
			part[j] += a[i + j] * b[i + j];
	for (; i < n; i++)
		sum += a[i] * b[i];
	for (j = 0; j < LANE; j++)
		sum += part[j];
	return sum;
}

/* From values to errors: what is true, 0 or 1, less the probability. */
static void
err_ova(float *error, const uint8_t *truth, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (truth[i] == LABELS_MASKED)
			error[i] = 0;
		else
			error[i] = (truth[i] == LABELS_POSITIVE) -
				   1 / (1 + expf(-error[i]));
}

/*
 * The same for softmax, where the truth is shared evenly by the labels of a
 * text.
 */
static void
err_softmax(float *error, const uint8_t *truth, size_t n)
{
	float max = -INFINITY, sum = 0, share = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (truth[i] == LABELS_MASKED)
			continue;
		share += truth[i] == LABELS_POSITIVE;
		max = error[i] > max ? error[i] : max;
	}
	for (i = 0; i < n; i++) {
		error[i] = truth[i] == LABELS_MASKED ? 0 : expf(error[i] - max);
		sum += error[i];
	}
	share = share > 0 ? 1 / share : 0;
	for (i = 0; i < n; i++)
		error[i] = share > 0 ? share * (truth[i] == LABELS_POSITIVE) -
					   error[i] / sum
				     : 0;
}

CPU_CLONES void
fasttext_sgd_step(struct fasttext_sgd *m, const uint32_t *row, size_t nrow,
    const uint8_t *truth, float rate)
{
	size_t i, dim = m->dim;
	float step, *out, *hidden = m->hidden, *slope = m->slope;

	if (nrow == 0)
		return;
	memset(hidden, 0, dim * sizeof(*hidden));
	memset(slope, 0, dim * sizeof(*slope));
	for (i = 0; i < nrow; i++)
		vecmath_axpy(hidden, 1, m->input + row[i] * dim, dim);
	for (i = 0; i < dim; i++)
		hidden[i] /= (float)nrow;
	for (i = 0; i < m->nlabel; i++)
		m->error[i] = dot(m->output + i * dim, hidden, dim);
	if (m->softmax)
		err_softmax(m->error, truth, m->nlabel);
	else
		err_ova(m->error, truth, m->nlabel);
	for (i = 0; i < m->nlabel; i++) {
		if (m->error[i] == 0)
			continue;
		out = m->output + i * dim;
		step = rate * m->error[i];
		vecmath_axpy(slope, step, out, dim);
		vecmath_axpy(out, step, hidden, dim);
	}
	for (i = 0; i < nrow; i++)
		vecmath_axpy(
		    m->input + row[i] * dim, 1 / (float)nrow, slope, dim);
}
