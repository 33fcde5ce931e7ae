#include "encode/model2vec.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "math/cpu.h"
#include "math/vecmath.h"
#include "text/term.h"

enum {
	NKNOWN = 1 << 16, /* terms that are remembered */
	KNOWN_LONG = 3,	  /* of up to so many times 8 bytes */
	BATCH = 16,	  /* terms that are looked up at once */
	LINE = 64	  /* bytes of a line of the processor's caches */
};

/*
 * A term with zeros after it, as little-endian numbers.  No term contains a
 * zero byte, so the numbers are the term itself.
 */
struct model2vec_known {
	uint64_t part[KNOWN_LONG];
	uint32_t row; /* or VOCAB_NONE */
};

void
model2vec_start(struct model2vec *m)
{
	if (m->wordpiece == NULL)
		m->known = mem_zeroed(NKNOWN, sizeof(*m->known));
	m->count = mem_zeroed(m->nrow + 1, sizeof(*m->count));
	m->seen = mem_alloc((m->nrow + 1) * sizeof(*m->seen));
	m->scale = mem_alloc((m->nrow + 1) * sizeof(*m->scale));
}

static uint32_t
find_row(const struct model2vec *m, struct str term)
{
	uint32_t word = vocab_find(&m->vocab, term);

	return word != VOCAB_NONE ? m->row[word] : VOCAB_NONE;
}

/* Fill key with a term; false if it is too long to be remembered. */
static bool
make_key(struct model2vec_known *key, struct str term, uint64_t *hash)
{
	uint64_t h = 0;
	size_t i, left;

	if (term.len > sizeof(key->part))
		return false;
	*key = (struct model2vec_known){0};
	for (i = 0; i < KNOWN_LONG && 8 * i < term.len; i++) {
		left = term.len - 8 * i;
		memcpy(&key->part[i], term.p + 8 * i, 8);
		key->part[i] = le64toh(key->part[i]);
		if (left < 8)
			key->part[i] &= ((uint64_t)1 << 8 * left) - 1;
		h = (h ^ key->part[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	*hash = h;
	return true;
}

/*
 * The row of a term, from the remembered ones if it is among them.  Most are,
 * and a look-up in a vocabulary of many megabytes reads three distant cache
 * lines.
 */
static uint32_t
look_up(const struct model2vec *m, struct model2vec_known *known,
    const struct model2vec_known *key)
{
	char term[sizeof(key->part)];
	uint64_t part;
	size_t i;

	if (memcmp(known->part, key->part, sizeof(key->part)) == 0)
		return known->row;
	for (i = 0; i < KNOWN_LONG; i++) {
		part = htole64(key->part[i]);
		memcpy(term + 8 * i, &part, 8);
	}
	*known = *key;
	known->row =
	    find_row(m, (struct str){term, strnlen(term, sizeof(term))});
	return known->row;
}

static const float *
vector_of(const struct model2vec *m, uint32_t row)
{
	return m->vector +
	       (m->mapping != NULL ? m->mapping[row] : row) * m->dim;
}

/* Count row once more.  Its vector will be needed soon, so it is prefetched. */
static void
count_row(struct model2vec *m, uint32_t row, size_t *nseen)
{
	const char *p;
	size_t i;

	if (m->count[row]++ > 0)
		return;
	m->seen[(*nseen)++] = row;
	if (m->vector == NULL)
		return;
	p = (const char *)vector_of(m, row);
	for (i = 0; i < m->dim * sizeof(*m->vector); i += LINE)
		__builtin_prefetch(p + i, 0, 2);
}

/*
 * Count the rows of text; returns how many are in seen[].  Terms are looked up
 * in groups, in three rounds, each of which prefetches what the next one
 * reads: remembered terms, then counts of rows.
 */
static size_t
count_terms(struct model2vec *m, struct str text)
{
	size_t nseen = 0, n, i;
	struct str rest = text, term;
	struct model2vec_known key[BATCH], *known[BATCH];
	char buf[TERM_MAX + 8]; /* eight bytes are read at a time */
	uint64_t hash;
	uint32_t row[BATCH];

	do {
		for (n = 0; n < BATCH && term_next(&rest, buf, &term); n++) {
			known[n] = NULL;
			if (make_key(&key[n], term, &hash)) {
				known[n] = &m->known[hash % NKNOWN];
				__builtin_prefetch(known[n]);
			} else
				row[n] = find_row(m, term);
		}
		for (i = 0; i < n; i++) {
			if (known[i] != NULL)
				row[i] = look_up(m, known[i], &key[i]);
			if (row[i] != VOCAB_NONE)
				__builtin_prefetch(&m->count[row[i]], 1);
		}
		for (i = 0; i < n; i++)
			if (row[i] != VOCAB_NONE)
				count_row(m, row[i], &nseen);
	} while (n == BATCH);
	return nseen;
}

static size_t
count_pieces(struct model2vec *m, struct str text)
{
	size_t nseen = 0, room, n, i;
	struct str rest = text;

	room =
	    m->max_token > MODEL2VEC_NTOKEN ? m->max_token : MODEL2VEC_NTOKEN;
	room *= m->piece_len;
	if (!m->whole &&
	    text.len > room) { /* or it has no more code points, either */
		for (n = 0; n < room && rest.len > 0; n++)
			utf8_take(&rest);
		text.len -= rest.len;
	}
	n = text.len < m->max_token ? text.len : m->max_token;
	if (n > m->nid) { /* no byte gives more than one */
		m->nid = 2 * n;
		free(m->id);
		m->id = mem_grow(NULL, m->nid, sizeof(*m->id));
	}
	n = wordpiece_encode(m->wordpiece, text, m->id, n);
	for (i = 0; i < n; i++)
		if (m->whole || m->id[i] != m->unk)
			count_row(m, m->id[i], &nseen);
	return nseen;
}

size_t
model2vec_count(struct model2vec *m, struct str text)
{
	return m->wordpiece != NULL ? count_pieces(m, text)
				    : count_terms(m, text);
}

/* Whether nothing is known of the n rows in seen. */
static bool
only_unknown(const struct model2vec *m, size_t n)
{
	return n == 0 || (n == 1 && m->whole && m->seen[0] == m->unk);
}

bool
model2vec_knows(struct model2vec *m, struct str text)
{
	size_t n = model2vec_count(m, text), i;

	for (i = 0; i < n; i++)
		m->count[m->seen[i]] = 0;
	return !only_unknown(m, n);
}

/*
 * out = the sum of the vectors seen[0..n), each times its scale; in the order
 * of seen, but for four at a time that out is read and written once.
 */
CPU_CLONES static void
add_rows(const struct model2vec *m, size_t n, float *restrict out)
{
	const float *x[4], *a;
	size_t i, j, k, dim = m->dim;

	memset(out, 0, dim * sizeof(*out));
	for (i = 0; i + 4 <= n; i += 4) {
		for (j = 0; j < 4; j++)
			x[j] = vector_of(m, m->seen[i + j]);
		a = m->scale + i;
		for (k = 0; k < dim; k++)
			out[k] = (((out[k] + a[0] * x[0][k]) + a[1] * x[1][k]) +
				     a[2] * x[2][k]) +
				 a[3] * x[3][k];
	}
	for (; i < n; i++)
		vecmath_axpy(out, m->scale[i], vector_of(m, m->seen[i]), dim);
}

void
model2vec_embed(struct model2vec *m, struct str text, float *out)
{
	size_t nseen = model2vec_count(m, text), i;
	uint32_t row;
	float scale;

	for (i = 0; i < nseen; i++) {
		row = m->seen[i];
		scale = (float)m->count[row];
		if (m->tf_log)
			scale = m->count[row] > 1 ? 1 + logf(scale) : 1;
		if (m->weight != NULL)
			scale *= m->weight[row];
		m->scale[i] = scale;
		m->count[row] = 0;
	}
	add_rows(m, only_unknown(m, nseen) ? 0 : nseen, out);
}

void
model2vec_release(struct model2vec *m)
{
	vocab_release(&m->vocab);
	if (m->wordpiece != NULL)
		wordpiece_free(m->wordpiece);
	free(m->row);
	free(m->id);
	free(m->count);
	free(m->seen);
	free(m->scale);
	free(m->known);
	*m = (struct model2vec){0};
}
