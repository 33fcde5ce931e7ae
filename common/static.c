#include "static.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "term.h"
#include "vector.h"

void
static_start(struct static_model *m)
{
	m->count = mem_zeroed(m->nrow + 1, sizeof(*m->count));
	m->seen = mem_alloc((m->nrow + 1) * sizeof(*m->seen));
}

VECTOR_CLONES static void
add_scaled(float *restrict y, const float *restrict x, float a, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] += a * x[i];
}

void
static_embed(struct static_model *m, struct str text, float *out)
{
	size_t nseen = 0, i;
	struct str rest = text, term;
	char buf[TERM_MAX];
	uint32_t word, row;
	float scale;

	while (term_next(&rest, buf, &term)) {
		word = vocab_find(&m->vocab, term);
		if (word == VOCAB_NONE)
			continue;
		row = m->row[word];
		if (m->count[row]++ == 0)
			m->seen[nseen++] = row;
	}
	memset(out, 0, m->dim * sizeof(*out));
	for (i = 0; i < nseen; i++) {
		row = m->seen[i];
		scale = (float)m->count[row];
		if (m->tf_log)
			scale = m->count[row] > 1 ? 1 + logf(scale) : 1;
		if (m->weight != NULL)
			scale *= m->weight[row];
		add_scaled(out, m->vector + row * m->dim, scale, m->dim);
		m->count[row] = 0;
	}
}

void
static_release(struct static_model *m)
{
	vocab_release(&m->vocab);
	free(m->row);
	free(m->count);
	free(m->seen);
	*m = (struct static_model){0};
}
