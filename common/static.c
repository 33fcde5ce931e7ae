#include "static.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "term.h"
#include "utf8.h"
#include "vector.h"

void
static_start(struct static_model *m)
{
	if (m->wordpiece != NULL)
		m->id = mem_alloc(m->max_token * sizeof(*m->id));
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

/* Count the rows of text; how many are in seen[]. */
static size_t
count_terms(struct static_model *m, struct str text)
{
	size_t nseen = 0;
	struct str rest = text, term;
	char buf[TERM_MAX];
	uint32_t word;

	while (term_next(&rest, buf, &term)) {
		word = vocab_find(&m->vocab, term);
		if (word != VOCAB_NONE && m->count[m->row[word]]++ == 0)
			m->seen[nseen++] = m->row[word];
	}
	return nseen;
}

static size_t
count_pieces(struct static_model *m, struct str text)
{
	size_t room = m->max_token * m->piece_len, nseen = 0, n, i;
	struct str rest = text;

	for (n = 0; n < room && rest.len > 0; n++)
		utf8_take(&rest);
	text.len -= rest.len;
	n = wordpiece_encode(m->wordpiece, text, m->id, m->max_token);
	for (i = 0; i < n; i++)
		if (m->id[i] != m->unk && m->count[m->id[i]]++ == 0)
			m->seen[nseen++] = m->id[i];
	return nseen;
}

size_t
static_count(struct static_model *m, struct str text)
{
	return m->wordpiece != NULL ? count_pieces(m, text)
				    : count_terms(m, text);
}

void
static_embed(struct static_model *m, struct str text, float *out)
{
	size_t nseen = static_count(m, text), i;
	uint32_t row;
	float scale;

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
	if (m->wordpiece != NULL)
		wordpiece_free(m->wordpiece);
	free(m->row);
	free(m->id);
	free(m->count);
	free(m->seen);
	*m = (struct static_model){0};
}
