#include "classify/classifier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "math/cpu.h"
#include "math/vecmath.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "the file is used as it lies, and it is little-endian");

struct header {
	char magic[8];
	uint32_t version, nlabel, order, nbit, nrow, nname;
};

static const char magic[8] = "DOMAINS";
enum { VERSION_1 = 1, VERSION_2 = 2, NTF = 256 };

/* The two numbers that follow the header of version 2. */
struct more {
	uint32_t ndim, zero;
};

static bool
has_magic(struct str bytes)
{
	return bytes.len >= sizeof(magic) &&
	       memcmp(bytes.p, magic, sizeof(magic)) == 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Split the names at their NULs; whether they are nlabel, UTF-8, distinct. */
static bool
split_names(struct str *label, size_t nlabel, struct str names)
{
	struct str *sorted;
	const char *nul;
	size_t i;
	bool good = true;

	for (i = 0; i < nlabel; i++) {
		nul = memchr(names.p, '\0', names.len);
		if (nul == NULL)
			return false;
		label[i] = (struct str){names.p, (size_t)(nul - names.p)};
		if (utf8_valid(label[i]) != label[i].len)
			return false;
		names.len -= label[i].len + 1;
		names.p = nul + 1;
	}
	if (names.len != 0)
		return false;
	sorted = mem_alloc(nlabel * sizeof(*sorted));
	memcpy(sorted, label, nlabel * sizeof(*sorted));
	qsort(sorted, nlabel, sizeof(*sorted), by_bytes);
	for (i = 1; i < nlabel; i++)
		if (str_eq(sorted[i - 1], sorted[i]))
			good = false;
	free(sorted);
	return good;
}

size_t
classifier_rank(uint32_t *rank, const uint64_t *map, size_t nbit)
{
	size_t i, nword = ((size_t)1 << nbit) / 64, nrow = 0;

	for (i = 0; i < nword; i++) {
		rank[i] = (uint32_t)nrow;
		nrow += (size_t)__builtin_popcountll(map[i]);
	}
	return nrow;
}

static bool
ranks_fit(const struct classifier *c)
{
	size_t i, nword = ((size_t)1 << c->nbit) / 64, nrow = 0;

	for (i = 0; i < nword; i++) {
		if (c->rank[i] != nrow)
			return false;
		nrow += (size_t)__builtin_popcountll(c->map[i]);
	}
	return nrow == c->nrow;
}

bool
classifier_open(struct classifier *c, struct str bytes, const char **why)
{
	struct header h;
	struct more more = {0};
	uint64_t nword, nrow, need;
	const char *p = bytes.p;

	*c = (struct classifier){0};
	*why = "no classifier of domain-train";
	if (bytes.len < sizeof(h) || !has_magic(bytes))
		return false;
	memcpy(&h, p, sizeof(h));
	*why = "a classifier of another version";
	if (h.version != VERSION_1 && h.version != VERSION_2)
		return false;
	*why = "a damaged classifier";
	p += sizeof(h);
	if (h.version == VERSION_2) {
		if (bytes.len < sizeof(h) + sizeof(more))
			return false;
		memcpy(&more, p, sizeof(more));
		p += sizeof(more);
		if (more.ndim == 0 || more.zero != 0 || h.order == 0)
			return false;
	}
	if (h.nlabel == 0 || h.order > CLASSIFIER_ORDER ||
	    h.nbit < CLASSIFIER_MIN_BIT || h.nbit > CLASSIFIER_MAX_BIT)
		return false;
	if (h.order == 0 && h.nrow == 0)
		return false;
	nword = ((uint64_t)1 << h.nbit) / 64;
	/*
	 * rows times labels, of 32 bits each, exceed 64 bits only through the
	 * factor 4
	 */
	nrow = (uint64_t)h.nrow + more.ndim;
	if (nrow * (1 + (uint64_t)h.nlabel) > bytes.len / 4)
		return false;
	need = (uint64_t)(p - bytes.p) + 12 * nword + 8 * (uint64_t)h.nlabel +
	       4 * nrow * (1 + (uint64_t)h.nlabel) + h.nname;
	if (need != bytes.len)
		return false;
	c->nlabel = h.nlabel;
	c->order = h.order;
	c->nbit = h.nbit;
	c->nrow = h.nrow;
	c->ndim = more.ndim;
	c->map = (const void *)p;
	c->rank = (const void *)(p += 8 * nword);
	c->threshold = (const void *)(p += 4 * nword);
	c->bias = c->threshold + h.nlabel;
	c->row = c->bias + h.nlabel;
	c->entry = c->row + (size_t)h.nrow * (1 + (size_t)h.nlabel);
	p = (const char *)(c->row + nrow * (1 + (size_t)h.nlabel));
	c->label = mem_zeroed(h.nlabel, sizeof(*c->label));
	if (split_names(c->label, h.nlabel, (struct str){p, h.nname}) &&
	    ranks_fit(c))
		return true;
	classifier_close(c);
	return false;
}

void
classifier_close(struct classifier *c)
{
	free(c->label);
	*c = (struct classifier){0};
}

void
classifier_format(const struct classifier *c, struct buf *out)
{
	size_t i, nword = ((size_t)1 << c->nbit) / 64, nname = 0;
	struct header h = {
	    .version = c->ndim > 0 ? VERSION_2 : VERSION_1,
	    .nlabel = (uint32_t)c->nlabel,
	    .order = (uint32_t)c->order,
	    .nbit = (uint32_t)c->nbit,
	    .nrow = (uint32_t)c->nrow,
	};
	struct more more = {.ndim = (uint32_t)c->ndim};

	for (i = 0; i < c->nlabel; i++)
		nname += c->label[i].len + 1;
	h.nname = (uint32_t)nname;
	memcpy(h.magic, magic, sizeof(magic));
	buf_put(out, &h, sizeof(h));
	if (c->ndim > 0)
		buf_put(out, &more, sizeof(more));
	buf_put(out, c->map, nword * sizeof(*c->map));
	buf_put(out, c->rank, nword * sizeof(*c->rank));
	buf_put(out, c->threshold, c->nlabel * sizeof(*c->threshold));
	buf_put(out, c->bias, c->nlabel * sizeof(*c->bias));
	buf_put(out, c->row, c->nrow * (1 + c->nlabel) * sizeof(*c->row));
	if (c->ndim > 0)
		buf_put(out, c->entry,
		    c->ndim * (1 + c->nlabel) * sizeof(*c->entry));
	for (i = 0; i < c->nlabel; i++) {
		buf_puts(out, c->label[i]);
		buf_putc(out, '\0');
	}
}

float
classifier_tf(uint32_t tf)
{
	static float table[NTF];
	uint32_t i;

	if (table[1] == 0)
		for (i = 1; i < NTF; i++)
			table[i] = 1 + logf((float)i);
	return tf < NTF ? table[tf] : 1 + logf((float)tf);
}

void
classifier_work_init(struct classifier_work *work, const struct classifier *c)
{
	*work = (struct classifier_work){0};
	work->count = mem_zeroed(c->nrow + 1, sizeof(*work->count));
	work->vec = mem_zeroed(c->ndim + 1, sizeof(*work->vec));
}

void
classifier_work_release(struct classifier_work *work)
{
	free(work->count);
	free(work->seen);
	free(work->vec);
	*work = (struct classifier_work){0};
}

/* p[0..nlabel) from sums to probabilities. */
static void
finish(const struct classifier *c, struct classifier_work *work, float *p)
{
	float z;
	size_t j;

	for (j = 0; j < c->nlabel; j++) {
		z = p[j] + c->bias[j];
		work->odd |= !isfinite(z);
		p[j] = isfinite(z) ? 1 / (1 + expf(-z)) : 0;
	}
}

bool
classifier_centre(const struct classifier *c, const float *x, float *out)
{
	double sum = 0, scale;
	bool zero = true;
	size_t i;

	for (i = 0; i < c->ndim; i++) {
		zero &= x[i] == 0;
		out[i] = x[i] - c->entry[i * (1 + c->nlabel)];
		sum += (double)out[i] * out[i];
	}
	scale = zero || sum == 0 ? 0 : 1 / sqrt(sum);
	for (i = 0; i < c->ndim; i++)
		out[i] = (float)(out[i] * scale);
	return !zero;
}

CPU_CLONES bool
classifier_score(const struct classifier *c, struct classifier_work *work,
    const uint64_t *hash, size_t nhash, const float *vec, float *p)
{
	size_t i, stride = 1 + c->nlabel;
	int64_t at;
	float value, norm = 0;
	bool known = c->ndim > 0 && classifier_centre(c, vec, work->vec);
	const float *row;

	work->nseen = 0;
	if (nhash > work->cap) {
		work->cap = 2 * nhash;
		work->seen =
		    mem_grow(work->seen, work->cap, sizeof(*work->seen));
	}
	for (i = 0; i < nhash; i++) {
		at = classifier_row(c, classifier_bucket(hash[i], c->nbit));
		if (at != CLASSIFIER_NO_ROW && work->count[at]++ == 0)
			work->seen[work->nseen++] = (uint32_t)at;
	}
	memset(p, 0, c->nlabel * sizeof(*p));
	if (work->nseen == 0 && !known)
		return false;
	for (i = 0; i < work->nseen; i++) {
		row = c->row + work->seen[i] * stride;
		value = classifier_tf(work->count[work->seen[i]]) * row[0];
		work->count[work->seen[i]] = 0;
		norm += value * value;
		vecmath_axpy(p, value, row + 1, c->nlabel);
	}
	work->odd |= !isfinite(norm);
	norm = norm > 0 ? 1 / sqrtf(norm) : 0;
	for (i = 0; i < c->nlabel; i++)
		p[i] *= norm;
	for (i = 0; known && i < c->ndim; i++)
		vecmath_axpy(
		    p, work->vec[i], c->entry + i * stride + 1, c->nlabel);
	finish(c, work, p);
	return true;
}

CPU_CLONES bool
classifier_score_vector(const struct classifier *c,
    struct classifier_work *work, const float *x, float *p)
{
	const float *row = c->row;
	size_t i;

	memset(p, 0, c->nlabel * sizeof(*p));
	for (i = 0; i < c->nrow && x[i] == 0; i++)
		;
	if (i == c->nrow)
		return false;
	for (i = 0; i < c->nrow; i++, row += 1 + c->nlabel)
		vecmath_axpy(p, x[i] * row[0], row + 1, c->nlabel);
	finish(c, work, p);
	return true;
}
