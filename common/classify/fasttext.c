#include "classify/fasttext.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "math/cpu.h"
#include "math/vecmath.h"

enum { MAX_SIGMOID = 8, SIGMOID_STEPS = 512 };

static const uint32_t hash_of_nothing = 2166136261u;

static inline uint32_t
hash_byte(uint32_t h, char c)
{
	return (h ^ (uint32_t)(int32_t)(int8_t)c) * 16777619u;
}

uint32_t
fasttext_hash(struct str token)
{
	uint32_t h = hash_of_nothing;
	size_t i;

	for (i = 0; i < token.len; i++)
		h = hash_byte(h, token.p[i]);
	return h;
}

bool
fasttext_is_word(struct str token)
{
	return !str_starts(token, str_of(FASTTEXT_PREFIX));
}

void
fasttext_work_init(struct fasttext_work *work, const struct fasttext *ft)
{
	*work = (struct fasttext_work){0};
	work->hidden = mem_zeroed((size_t)ft->args.dim, sizeof(*work->hidden));
	work->score = mem_zeroed(ft->nlabel, 2 * sizeof(*work->score));
}

void
fasttext_work_release(struct fasttext_work *work)
{
	free(work->token);
	free(work->feature);
	fasttext_chars_release(&work->chars);
	free(work->hidden);
	free(work->score);
	*work = (struct fasttext_work){0};
}

bool
fasttext_next(struct str *rest, struct str *token)
{
	const char *p = rest->p, *end = rest->p + rest->len;

	while (p < end && fasttext_is_space(*p))
		p++;
	token->p = p;
	while (p < end && !fasttext_is_space(*p))
		p++;
	token->len = (size_t)(p - token->p);
	*rest = (struct str){p, (size_t)(end - p)};
	return token->len > 0;
}

/* The words of the tokens, and their hashes. */
static void
look_up(const struct fasttext *ft, struct fasttext_token *token,
    const struct wordkey *key, size_t n)
{
	const struct fasttext_slot *slot;
	size_t i;

	for (i = 0; i < n; i++) {
		slot = fasttext_find(ft, token[i].text, key[i]);
		token[i].id = (int32_t)slot->key.value - 1;
		token[i].hash = slot->key.value != 0
				    ? slot->hash
				    : fasttext_hash(token[i].text);
	}
}

/*
 * The table is larger than the nearest caches, so the slots of some tokens are
 * prefetched before the first of them is read.
 */
void
fasttext_cut(
    const struct fasttext *ft, struct fasttext_work *work, struct str text)
{
	enum { NAHEAD = 16 };
	struct wordkey key[NAHEAD];
	const char *end = text.p + text.len;
	struct fasttext_token *t;
	size_t i, n;

	work->ntoken = 0;
	do {
		if (work->ntoken + NAHEAD > work->token_cap) {
			work->token_cap = 2 * work->token_cap + 256;
			work->token = mem_grow(
			    work->token, work->token_cap, sizeof(*work->token));
		}
		t = &work->token[work->ntoken];
		for (n = 0; n < NAHEAD && fasttext_next(&text, &t[n].text);
		     n++) {
			key[n] = wordkey_of(t[n].text, end);
			__builtin_prefetch(
			    &ft->slot[wordkey_hash(key[n]) & (ft->nslot - 1)]);
		}
		look_up(ft, t, key, n);
		for (i = 0; i < n; i++)
			if (t[i].id >= 0 || fasttext_is_word(t[i].text))
				work->token[work->ntoken++] = t[i];
	} while (n == NAHEAD);
}

static void
push(struct fasttext_work *work, int32_t row)
{
	if (work->nfeature == work->feature_cap) {
		work->feature_cap = 2 * work->feature_cap + 1024;
		work->feature = mem_grow(
		    work->feature, work->feature_cap, sizeof(*work->feature));
	}
	work->feature[work->nfeature++] = row;
}

static void
push_bucket(const struct fasttext *ft, struct fasttext_work *work, uint64_t h)
{
	int32_t bucket = (int32_t)(h % (uint64_t)ft->args.bucket);
	uint32_t at;

	if (ft->npruned == 0)
		return;
	if (ft->npruned > 0) {
		at = ft->pruned_slot[fasttext_find_pruned(ft, bucket)];
		if (at == 0)
			return;
		bucket = ft->pruned[2 * (at - 1) + 1];
	}
	push(work, (int32_t)ft->nword + bucket);
}

void
fasttext_chars(
    struct fasttext_chars *c, struct str word, int32_t minn, int32_t maxn)
{
	const char *s;
	size_t i, j, len;
	uint32_t h;
	int32_t n;

	c->n = 0;
	if (maxn <= 0 || str_eq(word, str_of(FASTTEXT_END)))
		return;
	c->word.len = 0;
	buf_putc(&c->word, '<');
	buf_puts(&c->word, word);
	buf_putc(&c->word, '>');
	s = c->word.p;
	len = c->word.len;
	for (i = 0; i < len; i++) {
		if ((s[i] & 0xc0) == 0x80)
			continue;
		if (c->n + (size_t)maxn > c->cap) {
			c->cap = 2 * (c->n + (size_t)maxn);
			c->hash = mem_grow(c->hash, c->cap, sizeof(*c->hash));
		}
		h = hash_of_nothing;
		for (j = i, n = 1; j < len && n <= maxn; n++) {
			h = hash_byte(h, s[j]);
			for (j++; j < len && (s[j] & 0xc0) == 0x80; j++)
				h = hash_byte(h, s[j]);
			if (n >= minn && !(n == 1 && (i == 0 || j == len)))
				c->hash[c->n++] = h;
		}
	}
}

void
fasttext_chars_release(struct fasttext_chars *c)
{
	free(c->hash);
	buf_release(&c->word);
}

static void
push_token(const struct fasttext *ft, struct fasttext_work *work,
    const struct fasttext_token *t)
{
	size_t i;

	if (t->id >= 0)
		push(work, t->id);
	if (ft->args.maxn <= 0)
		return;
	fasttext_chars(&work->chars, t->text, ft->args.minn, ft->args.maxn);
	for (i = 0; i < work->chars.n; i++)
		push_bucket(ft, work, work->chars.hash[i]);
}

/*
 * Fill work->feature for token[begin..end) and the end of the text.  False if
 * no token gave a feature: runs of unknown words do not count, though each
 * falls into a bucket.
 */
static bool
find_features(const struct fasttext *ft, struct fasttext_work *work,
    size_t begin, size_t end)
{
	struct fasttext_token last = {.text = str_of(FASTTEXT_END)};
	struct wordkey key;
	size_t i, j,
	    n = (size_t)(ft->args.word_ngrams > 1 ? ft->args.word_ngrams : 1);
	uint64_t h;
	bool known;

	work->nfeature = 0;
	key = wordkey_of(last.text, NULL);
	look_up(ft, &last, &key, 1);
	for (i = begin; i < end; i++)
		push_token(ft, work, &work->token[i]);
	known = work->nfeature > 0;
	push_token(ft, work, &last);
	for (i = begin; i < end; i++) {
		h = fasttext_ngram_first(work->token[i].hash);
		for (j = i + 1; j <= end && j < i + n; j++) {
			h = fasttext_ngram_add(
			    h, j < end ? work->token[j].hash : last.hash);
			push_bucket(ft, work, h);
		}
	}
	return known;
}

/*
 * sum += the rows of a matrix of floats, in order.  They are far apart in a
 * matrix that is larger than any cache, so they are prefetched some time
 * ahead.
 */
CPU_CLONES static void
add_rows(float *restrict sum, const struct fasttext_matrix *x,
    const int32_t *row, size_t nrow)
{
	enum { AHEAD = 8, LINE = 64 };
	const fasttext_float *value;
	const char *next;
	size_t i, j, n = (size_t)x->n;

	for (i = 0; i < nrow; i++) {
		if (i + AHEAD < nrow) {
			next = (const char *)(x->value +
					      (size_t)row[i + AHEAD] * n);
			for (j = 0; j < n * sizeof(*value); j += LINE)
				__builtin_prefetch(next + j);
		}
		value = x->value + (size_t)row[i] * n;
		for (j = 0; j < n; j++)
			sum[j] += value[j];
	}
}

/* The norm of a quantised row. */
static float
norm_of(const struct fasttext_matrix *x, int64_t row)
{
	if (x->norm_code == NULL)
		return 1;
	return x->norm_pq.centroid[x->norm_code[row]];
}

/* The i-th run of a quantised row over its norm: len values. */
static inline const fasttext_float *
run_of(const struct fasttext_matrix *x, int64_t row, int32_t i, int32_t *len)
{
	const struct fasttext_pq *pq = &x->pq;

	*len = i == pq->nsub - 1 ? pq->lastdsub : pq->dsub;
	return pq->centroid +
	       (size_t)i * FASTTEXT_NCENTROID * (size_t)pq->dsub +
	       (size_t)x->code[row * pq->nsub + i] * (size_t)*len;
}

/* sum += a row of x, which is quantised. */
static void
add_codes(float *sum, const struct fasttext_matrix *x, int64_t row)
{
	const fasttext_float *value;
	int32_t i, j, len;
	float norm = norm_of(x, row);

	for (i = 0; i < x->pq.nsub; i++) {
		value = run_of(x, row, i, &len);
		for (j = 0; j < len; j++)
			*sum++ += norm * value[j];
	}
}

/* The product of a row of x and v. */
static float
dot_row(const struct fasttext_matrix *x, int64_t row, const float *v)
{
	const fasttext_float *value;
	int32_t i, j, len;
	float sum = 0;

	if (x->value != NULL) {
		value = x->value + row * x->n;
		for (j = 0; j < (int32_t)x->n; j++)
			sum += value[j] * v[j];
		return sum;
	}
	for (i = 0; i < x->pq.nsub; i++) {
		value = run_of(x, row, i, &len);
		for (j = 0; j < len; j++)
			sum += value[j] * *v++;
	}
	return sum * norm_of(x, row);
}

/* The logistic function by fastText's table: p in 1/512ths of 16. */
static float
sigmoid(float z)
{
	float step;

	if (z < -MAX_SIGMOID)
		return 0;
	if (z > MAX_SIGMOID)
		return 1;
	if (!(z == z)) /* a NaN of the file */
		return 0;
	step = (float)(int64_t)((z + MAX_SIGMOID) * SIGMOID_STEPS /
				MAX_SIGMOID / 2);
	z = step * 2 * MAX_SIGMOID / SIGMOID_STEPS - MAX_SIGMOID;
	return (float)(1.0 / (1.0 + exp(-(double)z)));
}

static void
softmax(float *p, size_t n)
{
	float max = p[0], sum = 0;
	size_t i;

	for (i = 1; i < n; i++)
		if (p[i] > max)
			max = p[i];
	for (i = 0; i < n; i++) {
		p[i] = expf(p[i] - max);
		sum += p[i];
	}
	for (i = 0; i < n; i++)
		p[i] /= sum;
}

/* A label's probability is the product of the turns from the root to it. */
static void
climb(const struct fasttext *ft, struct fasttext_work *work, float *p)
{
	size_t n = ft->nlabel, i;
	double *score = work->score, f;
	const int32_t *child;

	score[2 * n - 2] = 0;
	/* a child has a lower number than its parent */
	for (i = n - 1; i-- > 0;) {
		f = 1 / (1 + exp(-(double)dot_row(
				 &ft->output, (int64_t)i, work->hidden)));
		child = &ft->tree[2 * i];
		score[child[0]] = score[n + i] + log(1 - f + 1e-5);
		score[child[1]] = score[n + i] + log(f + 1e-5);
	}
	for (i = 0; i < n; i++)
		p[i] = (float)(exp(score[i]) - 1e-5);
}

bool
fasttext_score(const struct fasttext *ft, struct fasttext_work *work,
    size_t begin, size_t end, float *p)
{
	size_t i, n = ft->nlabel, dim = (size_t)ft->args.dim;
	float scale;

	memset(p, 0, n * sizeof(*p));
	if (!find_features(ft, work, begin, end))
		return false;
	memset(work->hidden, 0, dim * sizeof(*work->hidden));
	if (ft->input.value != NULL)
		add_rows(
		    work->hidden, &ft->input, work->feature, work->nfeature);
	else
		for (i = 0; i < work->nfeature; i++)
			add_codes(work->hidden, &ft->input, work->feature[i]);
	scale = (float)(1.0 / (double)work->nfeature);
	for (i = 0; i < dim; i++)
		work->hidden[i] *= scale;
	work->odd |= !vecmath_finite(work->hidden, dim);
	if (ft->args.loss == FASTTEXT_HS) {
		climb(ft, work, p);
	} else {
		for (i = 0; i < n; i++) {
			p[i] = dot_row(&ft->output, (int64_t)i, work->hidden);
			work->odd |= !isfinite(p[i]);
		}
		if (ft->args.loss == FASTTEXT_SOFTMAX)
			softmax(p, n);
		else
			for (i = 0; i < n; i++)
				p[i] = sigmoid(p[i]);
	}
	for (i = 0; i < n; i++)
		if (!(p[i] >= 0)) {
			/* the tree's, less 1e-5, may be a little below 0 */
			work->odd |= isnan(p[i]);
			p[i] = 0;
		} else if (p[i] > 1) {
			p[i] = 1;
		}
	return true;
}
