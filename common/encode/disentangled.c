#include "encode/disentangled.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "math/gemm.h"
#include "record/json.h"
#include "token/modelfile.h"

enum { MAX_ROW = 1 << 16, TILE = 16 };

/* "pos_att_type", a string or a list, names both products and no other. */
static bool
has_both(struct str config, struct arena *mem)
{
	struct str raw, key, item, text = STR("");
	struct json_walk w;
	size_t n = 0;

	if (!json_member(config, mem, STR("pos_att_type"), &raw))
		return false;
	if (json_get_str(raw, mem, &text))
		return str_eq(text, STR("p2c|c2p")) ||
		       str_eq(text, STR("c2p|p2c"));
	if (!json_open(&w, raw, '['))
		return false;
	for (; json_next(&w, mem, &key, &item); n++)
		if (!json_get_str(item, mem, &text) ||
		    !(str_eq(text, STR("p2c")) || str_eq(text, STR("c2p"))))
			return false;
	return n == 2;
}

/*
 * Read a whole number above 0.  If it is absent, null or below 1, *n keeps
 * its default; false if it is no number.
 */
static bool
take_size(struct str config, struct arena *mem, const char *name, size_t *n)
{
	struct str raw;
	double x;

	if (!json_member(config, mem, str_of(name), &raw) || raw.p[0] == 'n')
		return true;
	if (!json_get_num(raw, &x) || x > MAX_ROW / 2 || x != floor(x))
		return false;
	if (x > 0)
		*n = (size_t)x;
	return true;
}

/*
 * The row of a key that stands far after its query, or before it: of nbucket to
 * each side, the nearer half has one a distance.
 */
static size_t
row_of(size_t far, bool after, size_t nbucket, size_t most, size_t span)
{
	size_t half = nbucket / 2, bucket = far;

	if (nbucket > 0 && far > half)
		bucket =
		    half + (size_t)ceilf(logf((float)far / (float)half) /
					 logf((float)(most - 1) / (float)half) *
					 (float)(half - 1));
	if (after)
		return bucket < span ? span - bucket : 0;
	return bucket < span ? span + bucket : 2 * span - 1;
}

bool
disentangled_read(struct disentangled *d, struct str config, size_t nposition,
    const char **why)
{
	struct arena mem = {0};
	struct str norm = STR("none");
	size_t most = nposition, nbucket = 0, nconv = 0, span, far;
	bool relative = false, shared = false, ok = false;

	*d = (struct disentangled){.nposition = nposition};
	modelfile_bool(config, &mem, "relative_attention", &relative);
	modelfile_bool(config, &mem, "share_att_key", &shared);
	modelfile_str(config, &mem, "norm_rel_ebd", &norm);
	if (*why = "relative_attention", !relative)
		goto done;
	if (*why = "share_att_key", !shared)
		goto done;
	if (*why = "pos_att_type", !has_both(config, &mem))
		goto done;
	d->norm = str_eq(norm, STR("layer_norm"));
	if (*why = "norm_rel_ebd", !d->norm && !str_eq(norm, STR("none")))
		goto done;
	if (*why = "conv_kernel_size",
	    !take_size(config, &mem, "conv_kernel_size", &nconv) || nconv > 0)
		goto done;
	if (*why = "max_relative_positions",
	    !take_size(config, &mem, "max_relative_positions", &most))
		goto done;
	if (*why = "position_buckets",
	    !take_size(config, &mem, "position_buckets", &nbucket) ||
		(nbucket > 0 && (nbucket < 4 || most <= nbucket / 2 + 1)))
		goto done;
	ok = true;
	span = nbucket > 0 ? nbucket : most;
	d->nrow = 2 * span;
	d->row = mem_alloc((2 * nposition - 1) * sizeof(*d->row));
	for (far = 0; far < nposition; far++) {
		d->row[nposition - 1 - far] =
		    (uint32_t)row_of(far, false, nbucket, most, span);
		d->row[nposition - 1 + far] =
		    (uint32_t)row_of(far, true, nbucket, most, span);
	}
done:
	arena_release(&mem);
	return ok;
}

void
disentangled_project(const struct disentangled *d, size_t dim,
    const float *table, const float *weight, const float *bias, float *out)
{
	size_t i, j;

	gemm_nt(d->nrow, dim, dim, table, dim, weight, dim, 0, out, dim);
	for (i = 0; i < d->nrow; i++)
		for (j = 0; j < dim; j++)
			out[i * dim + j] += bias[j];
}

/*
 * The rows of the table that a block needs lie side by side: n of them from the
 * last key's for the first query on.
 */
void
disentangled_add(const struct disentangled *d,
    const struct disentangled_block *b, float *product, float *score)
{
	const uint32_t *row = d->row + d->nposition - 1 - b->later;
	size_t first = row[b->nkey - 1], i, j, at, end, n;
	const uint32_t *later;

	n = *(row - (b->nquery - 1)) - first + 1;
	gemm_nt(b->nquery, n, b->width, b->query, b->stride,
	    b->row_key + first * b->dim, b->dim, 0, product, n);
	for (i = 0; i < b->nquery; i++)
		for (j = 0; j < b->nkey; j++)
			score[i * b->nkey + j] +=
			    product[i * n + *(row - i + j) - first];
	gemm_nt(b->nkey, n, b->width, b->key, b->stride,
	    b->row_query + first * b->dim, b->dim, 0, product, n);
	/* a few queries at a time, whose numbers of a key lie together */
	for (at = 0; at < b->nquery; at = end) {
		end = at + TILE < b->nquery ? at + TILE : b->nquery;
		for (j = 0; j < b->nkey; j++)
			for (i = at, later = row + j - at; i < end; i++)
				score[i * b->nkey + j] +=
				    product[j * n + *later-- - first];
	}
}

void
disentangled_release(struct disentangled *d)
{
	free(d->row);
	*d = (struct disentangled){0};
}
