#include "encode/bert.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "math/cpu.h"
#include "math/gemm.h"

enum {
	INT8_ROWS = 96,
	QUERIES = 512,	    /* queries whose scores are computed at once */
	WINDOW_QUERIES = 64 /* the same in layers where only near keys count */
};

#define INLINE static inline __attribute__((always_inline))

/*
 * e^x is 2^n e^r, with r in +-ln2/2 and e^r by its series to the sixth degree;
 * the relative error is below 3e-7. x is clamped to -87..88, so that n stays
 * within a float's exponent.
 */
INLINE float
exp_fast(float x)
{
	const float magic = 12582912; /* 1.5 * 2^23: rounds to whole numbers */
	float n, r, p;
	int32_t bits;

	x = x < -87 ? -87 : x > 88 ? 88 : x;
	n = x * 1.44269504f + magic;
	memcpy(&bits, &n, 4);
	n -= magic;
	r = x - n * 0.693145752f - n * 1.42860677e-6f;
	p = 1.3888889e-3f;
	p = p * r + 8.3333333e-3f;
	p = p * r + 4.1666667e-2f;
	p = p * r + 1.6666667e-1f;
	p = p * r + 0.5f;
	p = p * r + 1;
	p = p * r + 1;
	bits = (int32_t)((uint32_t)bits << 23) + 0x3f800000;
	memcpy(&n, &bits, 4);
	return p * n;
}

/* M. Abramowitz, I. A. Stegun, 7.1.26: absolute error below 1.5e-7. */
INLINE float
erf_fast(float x)
{
	float a = fabsf(x), t = 1 / (1 + 0.3275911f * a), p;

	p = 1.061405429f;
	p = p * t - 1.453152027f;
	p = p * t + 1.421413741f;
	p = p * t - 0.284496736f;
	p = p * t + 0.254829592f;
	return copysignf(1 - p * t * exp_fast(-a * a), x);
}

CPU_CLONES static void
gelu_erf(float *x, size_t n, const float *bias)
{
	float z;
	size_t i;

	for (i = 0; i < n; i++) {
		z = x[i] + bias[i];
		x[i] = 0.5f * z * (1 + erf_fast(z * 0.707106781f));
	}
}

/* tanh u = 1 - 2 / (e^2u + 1) */
CPU_CLONES static void
gelu_tanh(float *x, size_t n, const float *bias)
{
	float z, u;
	size_t i;

	for (i = 0; i < n; i++) {
		z = x[i] + bias[i];
		u = 0.797884561f * (z + 0.044715f * z * z * z);
		x[i] = z * (1 - 1 / (exp_fast(2 * u) + 1));
	}
}

void
bert_gelu(float *x, size_t nrow, size_t n, const float *bias, bool by_tanh)
{
	size_t i;

	for (i = 0; i < nrow; i++)
		if (by_tanh)
			gelu_tanh(x + i * n, n, bias);
		else
			gelu_erf(x + i * n, n, bias);
}

/*
 * Partial sums, in one order on every processor; what is left of a row goes to
 * the first lane.  A whole vector is added for it: gcc 12, told -march of
 * AVX-512, cannot compile an assignment to one lane for a processor without it.
 */
enum { LANES = 16 };

typedef float lanes
    __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE float
sum_lanes(const lanes *s)
{
	float t = 0;
	size_t i;

	for (i = 0; i < LANES; i++)
		t += (*s)[i];
	return t;
}

INLINE float
sum_row(const float *x, size_t n)
{
	size_t i, whole = n - n % LANES;
	lanes s = {0};

	for (i = 0; i < whole; i += LANES)
		s += *(const lanes *)(x + i);
	for (; i < n; i++)
		s += (lanes){x[i]};
	return sum_lanes(&s);
}

CPU_CLONES static void
norm_row(
    float *x, size_t dim, const float *scale, const float *shift, float epsilon)
{
	size_t i, whole = dim - dim % LANES;
	float mean = sum_row(x, dim) / (float)dim, inv;
	lanes q = {0}, d;

	for (i = 0; i < whole; i += LANES) {
		d = *(const lanes *)(x + i) - mean;
		q += d * d;
	}
	for (; i < dim; i++) {
		d = (lanes){x[i] - mean};
		q += d * d;
	}
	inv = 1 / sqrtf(sum_lanes(&q) / (float)dim + epsilon);
	for (i = 0; i < dim; i++)
		x[i] = (x[i] - mean) * inv * scale[i] + shift[i];
}

void
bert_norm(float *x, size_t nrow, size_t dim, const float *scale,
    const float *shift, float epsilon)
{
	size_t i;

	for (i = 0; i < nrow; i++)
		norm_row(x + i * dim, dim, scale, shift, epsilon);
}

CPU_CLONES static void
softmax_row(float *x, size_t n, float scale)
{
	float max = x[0], inv;
	size_t i;

	for (i = 1; i < n; i++)
		max = x[i] > max ? x[i] : max;
	for (i = 0; i < n; i++)
		x[i] = exp_fast((x[i] - max) * scale);
	inv = 1 / sum_row(x, n);
	for (i = 0; i < n; i++)
		x[i] *= inv;
}

void
bert_softmax(float *x, size_t nrow, size_t n, float scale)
{
	size_t i;

	for (i = 0; i < nrow; i++)
		softmax_row(x + i * n, n, scale);
}

/* x (nrow, dim) += y (nrow, dim) + bias (dim) */
CPU_CLONES static void
add_bias_and(
    float *x, const float *y, size_t nrow, size_t dim, const float *bias)
{
	size_t i, j;

	for (i = 0; i < nrow; i++)
		for (j = 0; j < dim; j++)
			x[i * dim + j] += y[i * dim + j] + bias[j];
}

CPU_CLONES static void
add_bias(float *x, size_t nrow, size_t dim, const float *bias)
{
	size_t i, j;

	for (i = 0; i < nrow; i++)
		for (j = 0; j < dim; j++)
			x[i * dim + j] += bias[j];
}

/* x[row] = word[id] + type, and position[row in its sequence] if there is one */
static void
look_up(const struct bert *b, const uint32_t *id, const size_t *start,
    size_t nseq, float *x)
{
	const float *w, *p;
	size_t s, t, i;

	for (s = 0; s < nseq; s++)
		for (t = start[s]; t < start[s + 1]; t++, x += b->dim) {
			w = b->word + (size_t)id[t] * b->dim;
			if (b->position == NULL) {
				for (i = 0; i < b->dim; i++)
					x[i] = w[i] + b->type[i];
				continue;
			}
			p = b->position + (t - start[s]) * b->dim;
			for (i = 0; i < b->dim; i++)
				x[i] = w[i] + p[i] + b->type[i];
		}
}

/* Turn the pairs of x (2 half) by the angles whose cosines and sines follow. */
CPU_CLONES static void
turn(float *x, const float *angle, size_t half)
{
	size_t i;
	float a, b;

	for (i = 0; i < half; i++) {
		a = x[i];
		b = x[i + half];
		x[i] = a * angle[i] - b * angle[i + half];
		x[i + half] = b * angle[i] + a * angle[i + half];
	}
}

/* The queries and keys of qkv, each by its place in its sequence. */
static void
turn_rows(const struct bert *b, const float *rope, float *qkv,
    const size_t *start, size_t nseq)
{
	size_t width = b->dim / b->nhead, s, t, i;

	for (s = 0; s < nseq; s++)
		for (t = start[s]; t < start[s + 1]; t++, qkv += 3 * b->dim)
			for (i = 0; i < 2 * b->dim; i += width)
				turn(qkv + i, rope + (t - start[s]) * width,
				    width / 2);
}

/* Queries [query, query + nquery) of a sequence, and the keys of any of them. */
struct reach {
	size_t query, nquery, key, nkey;
};

/*
 * score (nquery, nkey) += the bias by distance of head h, divided by the scale
 * that is applied later
 */
static void
add_relative(const struct bert *b, size_t h, const struct reach *r, float scale,
    float *score)
{
	const float *bias = b->relative + h * (2 * b->nposition - 1);
	size_t i, j;

	for (i = 0; i < r->nquery; i++)
		for (j = 0; j < r->nkey; j++)
			score[i * r->nkey + j] +=
			    bias[b->nposition - 1 + r->key + j - r->query - i] /
			    scale;
}

/* Give keys that are too far from their query this score. */
static void
mask_far(const struct reach *r, size_t window, float *score, float value)
{
	size_t i, j, first, end;

	for (i = 0; i < r->nquery; i++, score += r->nkey) {
		first = r->query + i > r->key + window
			    ? r->query + i - r->key - window
			    : 0;
		end = r->query + i + window + 1 - r->key;
		for (j = 0; j < first; j++)
			score[j] = value;
		for (j = end; j < r->nkey; j++)
			score[j] = value;
	}
}

/* Queries from on of a sequence of n rows. */
static struct reach
reach_of(size_t from, size_t n, size_t window)
{
	size_t most = window > 0 ? WINDOW_QUERIES : QUERIES, end = n;
	struct reach r = {.query = from};

	r.nquery = n - from < most ? n - from : most;
	if (window > 0) {
		r.key = from < window ? 0 : from - window;
		if (n - from > r.nquery + window)
			end = from + r.nquery + window;
	}
	r.nkey = end - r.key;
	return r;
}

/* score (nquery, nkey) += the scores by distance of head h in a sequence */
static void
add_distances(const struct bert *b, const struct bert_layer *l, size_t h,
    const struct reach *r, const float *qkv, float *by_row, float *score)
{
	size_t width = b->dim / b->nhead, stride = 3 * b->dim;
	struct disentangled_block block = {.nquery = r->nquery,
	    .nkey = r->nkey,
	    .width = width,
	    .stride = stride,
	    .later = r->query - r->key,
	    .dim = b->dim};

	block.query = qkv + r->query * stride + h * width;
	block.key = qkv + r->key * stride + b->dim + h * width;
	block.row_key = l->row_key + h * width;
	block.row_query = l->row_query + h * width;
	disentangled_add(&b->disentangled, &block, by_row, score);
}

/*
 * y = softmax(q k^T / sqrt(width)) v of one head, from the rows of qkv (n, 3
 * dim) of a sequence, into the head's columns of y (n, dim).
 */
static void
attend_head(const struct bert *b, const struct bert_layer *l, size_t h,
    const float *qkv, size_t n, struct bert_work *work, float *y)
{
	size_t width = b->dim / b->nhead, stride = 3 * b->dim, from;
	const float *q = qkv + h * width, *k = q + b->dim, *v = k + b->dim;
	size_t nproduct = l->row_key != NULL ? 3 : 1;
	float scale = 1 / sqrtf((float)(nproduct * width));
	float *score = work->score;
	struct reach r;

	for (from = 0; from < n; from += r.nquery) {
		r = reach_of(from, n, l->window);
		gemm_nt(r.nquery, r.nkey, width, q + from * stride, stride,
		    k + r.key * stride, stride, 0, score, r.nkey);
		if (b->relative != NULL)
			add_relative(b, h, &r, scale, score);
		if (l->row_key != NULL)
			add_distances(b, l, h, &r, qkv, work->by_row, score);
		if (l->window > 0)
			mask_far(&r, l->window, score, -FLT_MAX);
		bert_softmax(score, r.nquery, r.nkey, scale);
		/*
		 * what softmax leaves of the masked keys is denormal, and so
		 * slow to multiply
		 */
		if (l->window > 0)
			mask_far(&r, l->window, score, 0);
		gemm_nn(r.nquery, width, r.nkey, score, r.nkey,
		    v + r.key * stride, stride, 0,
		    y + from * b->dim + h * width, b->dim);
	}
}

static void
attend(const struct bert *b, const struct bert_layer *l, struct bert_work *w,
    const size_t *start, size_t nseq)
{
	size_t s, h, first;

	for (s = 0; s < nseq; s++) {
		first = start[s] - start[0];
		for (h = 0; h < b->nhead; h++)
			attend_head(b, l, h, w->qkv + first * 3 * b->dim,
			    start[s + 1] - start[s], w, w->y + first * b->dim);
	}
}

/* y (n, nout) = x (n, nin) times the weights of a part, in float32 or int8. */
static void
multiply(const struct bert_layer *l, struct bert_work *w, int part, size_t n,
    size_t nout, size_t nin, const float *x, const float *weight, float *y)
{
	if (l->int8 != NULL)
		int8_multiply(&l->int8[part], int8_best(), &w->int8, n, x, y);
	else
		gemm_nt(n, nout, nin, x, nin, weight, nin, 0, y, nout);
}

static size_t
nup_of(const struct bert *b)
{
	return b->gated ? 2 * b->nffn : b->nffn;
}

/* out[i] = x[i] (gate[i] + bias[i]); out may be x or what comes before it. */
CPU_CLONES static void
multiply_gate(
    float *out, const float *x, const float *gate, const float *bias, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = x[i] * (gate[i] + bias[i]);
}

/* The rows of ffn (nrow, nup) through GELU, and gated: then (nrow, nffn). */
static void
activate(const struct bert *b, const float *bias, float *ffn, size_t nrow)
{
	size_t i, n = b->nffn;
	float *x = ffn;

	if (!b->gated) {
		bert_gelu(ffn, nrow, n, bias, b->tanh_gelu);
		return;
	}
	for (i = 0; i < nrow; i++, x += 2 * n) {
		bert_gelu(x, 1, n, bias, b->tanh_gelu);
		multiply_gate(ffn + i * n, x, x + n, bias + n, n);
	}
}

/* The layer after its attention, y, for rows [from, from + n) of x. */
static void
finish_rows(const struct bert *b, const struct bert_layer *l,
    struct bert_work *w, size_t from, size_t n)
{
	size_t dim = b->dim, nffn = b->nffn;
	float *x = w->x + from * dim, *y = w->y + from * dim, *in = x;

	/* qkv is free now, and holds the attention's output */
	multiply(l, w, BERT_OUT, n, dim, dim, y, l->out_weight, w->qkv);
	add_bias_and(x, w->qkv, n, dim, l->out_bias);
	if (b->pre_norm) {
		in = memcpy(y, x, n * dim * sizeof(*y));
		bert_norm(
		    in, n, dim, l->norm2_scale, l->norm2_shift, b->epsilon);
	} else {
		bert_norm(
		    x, n, dim, l->norm1_scale, l->norm1_shift, b->epsilon);
	}

	multiply(l, w, BERT_UP, n, nup_of(b), dim, in, l->up_weight, w->ffn);
	activate(b, l->up_bias, w->ffn, n);
	multiply(l, w, BERT_DOWN, n, dim, nffn, w->ffn, l->down_weight, y);
	add_bias_and(x, y, n, dim, l->down_bias);
	if (!b->pre_norm)
		bert_norm(
		    x, n, dim, l->norm2_scale, l->norm2_shift, b->epsilon);
}

/*
 * Take the first n rows through a layer.  In int8, whose products are fast,
 * only so many rows at a time that the numbers between products stay in the
 * level 2 cache.
 */
static void
finish_layer(const struct bert *b, const struct bert_layer *l,
    struct bert_work *w, size_t n)
{
	size_t at, step = l->int8 != NULL ? INT8_ROWS : n;

	for (at = 0; at < n; at += step)
		finish_rows(b, l, w, at, n - at < step ? n - at : step);
}

static void
layer(const struct bert *b, const struct bert_layer *l, struct bert_work *w,
    const size_t *start, size_t nseq)
{
	size_t n = start[nseq] - start[0], dim = b->dim;
	const float *in = w->x;

	if (b->pre_norm && l->norm1_scale != NULL) {
		in = memcpy(w->y, w->x, n * dim * sizeof(*w->y));
		bert_norm(
		    w->y, n, dim, l->norm1_scale, l->norm1_shift, b->epsilon);
	}
	multiply(l, w, BERT_QKV, n, 3 * dim, dim, in, l->qkv_weight, w->qkv);
	add_bias(w->qkv, n, 3 * dim, l->qkv_bias);
	if (l->rope != NULL)
		turn_rows(b, l->rope, w->qkv, start, nseq);
	attend(b, l, w, start, nseq);
	finish_layer(b, l, w, n);
}

/*
 * The last layer, if the vector of a text is its first row: all rows give keys
 * and values, but only the first of each sequence gives a query and continues.
 * These then are the rows 0..nseq of x.
 */
static void
last_layer(const struct bert *b, const struct bert_layer *l,
    struct bert_work *w, const size_t *start, size_t nseq)
{
	size_t n = start[nseq] - start[0], dim = b->dim, s, h, first;
	size_t width = dim / b->nhead, stride = 3 * dim;
	float scale = 1 / sqrtf((float)width), *q, *k;
	struct reach r = {.nquery = 1};

	gemm_nt(n, 2 * dim, dim, w->x, dim, l->qkv_weight + dim * dim, dim, 0,
	    w->qkv + dim, stride);
	for (s = 0; s < n; s++)
		add_bias(
		    w->qkv + s * stride + dim, 1, 2 * dim, l->qkv_bias + dim);
	for (s = 1; s < nseq; s++) /* a sequence has one row at least */
		memmove(w->x + s * dim, w->x + (start[s] - start[0]) * dim,
		    dim * sizeof(*w->x));
	gemm_nt(nseq, dim, dim, w->x, dim, l->qkv_weight, dim, 0, w->y, dim);
	add_bias(w->y, nseq, dim, l->qkv_bias);
	for (s = 0; s < nseq; s++) {
		first = start[s] - start[0];
		n = start[s + 1] - start[s];
		for (h = 0; h < b->nhead; h++) {
			q = w->y + s * dim + h * width;
			k = w->qkv + first * stride + dim + h * width;
			gemm_nt(1, n, width, q, dim, k, stride, 0, w->score, n);
			r.nkey = n;
			if (b->relative != NULL)
				add_relative(b, h, &r, scale, w->score);
			bert_softmax(w->score, 1, n, scale);
			gemm_nn(1, width, n, w->score, n, k + dim, stride, 0, q,
			    dim);
		}
	}
	finish_layer(b, l, w, nseq);
}

/* The means of the rows of each sequence, or the first of them. */
static void
pool(const struct bert *b, const float *x, const size_t *start, size_t nseq,
    float *out)
{
	size_t s, t, i, n;
	const float *row;

	for (s = 0; s < nseq; s++, out += b->dim) {
		row = x + (start[s] - start[0]) * b->dim;
		memcpy(out, row, b->dim * sizeof(*out));
		n = b->cls ? 1 : start[s + 1] - start[s];
		for (t = 1; t < n; t++)
			for (i = 0; i < b->dim; i++)
				out[i] += row[t * b->dim + i];
		for (i = 0; i < b->dim; i++)
			out[i] /= (float)n;
	}
}

static void
make_room(
    const struct bert *b, struct bert_work *w, size_t nrow, size_t longest)
{
	if (nrow > w->nrow) {
		free(w->x);
		free(w->y);
		free(w->qkv);
		free(w->ffn);
		w->x = mem_aligned(nrow * b->dim * sizeof(float));
		w->y = mem_aligned(nrow * b->dim * sizeof(float));
		w->qkv = mem_aligned(nrow * 3 * b->dim * sizeof(float));
		w->ffn = mem_aligned(nrow * nup_of(b) * sizeof(float));
		w->nrow = nrow;
	}
	if (longest > w->longest) {
		free(w->score);
		w->score = mem_aligned((longest < QUERIES ? longest : QUERIES) *
				       longest * sizeof(float));
		free(w->by_row);
		w->by_row = NULL;
		if (b->disentangled.nrow > 0)
			w->by_row = mem_aligned(
			    longest * b->disentangled.nrow * sizeof(float));
		w->longest = longest;
	}
}

void
bert_embed(const struct bert *b, struct bert_work *w, const uint32_t *id,
    const size_t *start, size_t nseq, float *out)
{
	size_t i, longest = 0, nrow = start[nseq] - start[0];
	bool shorter; /* the last layer needs no rows but the first */

	for (i = 0; i < nseq; i++)
		if (start[i + 1] - start[i] > longest)
			longest = start[i + 1] - start[i];
	make_room(b, w, nrow, longest);
	look_up(b, id, start, nseq, w->x);
	bert_norm(w->x, nrow, b->dim, b->norm_scale, b->norm_shift, b->epsilon);
	shorter =
	    b->cls && !b->pre_norm && b->layer[b->nlayer - 1].int8 == NULL &&
	    b->layer[b->nlayer - 1].rope == NULL && b->disentangled.nrow == 0;
	for (i = 0; i + shorter < b->nlayer; i++)
		layer(b, &b->layer[i], w, start, nseq);
	if (b->pre_norm)
		bert_norm(w->x, nrow, b->dim, b->final_scale, b->final_shift,
		    b->epsilon);
	if (shorter) {
		last_layer(b, &b->layer[i], w, start, nseq);
		memcpy(out, w->x, nseq * b->dim * sizeof(*out));
	} else {
		pool(b, w->x, start, nseq, out);
	}
}

void
bert_to_int8(
    const struct bert *b, const struct bert_layer *l, struct int8_matrix *part)
{
	int8_init(&part[BERT_QKV], l->qkv_weight, 3 * b->dim, b->dim);
	int8_init(&part[BERT_OUT], l->out_weight, b->dim, b->dim);
	int8_init(&part[BERT_UP], l->up_weight, nup_of(b), b->dim);
	int8_init(&part[BERT_DOWN], l->down_weight, b->dim, b->nffn);
}

void
bert_work_release(struct bert_work *w)
{
	free(w->x);
	free(w->y);
	free(w->qkv);
	free(w->ffn);
	free(w->score);
	free(w->by_row);
	int8_work_release(&w->int8);
	*w = (struct bert_work){0};
}
