#include "classify/fasttext.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "base/utf8.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "the file is used as it lies, and it is little-endian");

enum {
	MAGIC = 793712314,
	SUPERVISED = 3,
	WORD = 0,
	LABEL = 1,
	NCENTROID = 256
};
enum { MAX_ORDER = 64 }; /* of n-grams: work a token */
enum { MAX_SIGMOID = 8, SIGMOID_STEPS = 512 };

static const uint32_t hash_of_nothing = 2166136261u;
static const char prefix[] = "__label__";
static const char end_of_text[] = "</s>";
static const char tail_magic[8] = "domains";

/* What is left of the file. */
struct reader {
	const char *p, *end;
};

static bool
take(struct reader *r, void *to, size_t len)
{
	if ((size_t)(r->end - r->p) < len)
		return false;
	memcpy(to, r->p, len);
	r->p += len;
	return true;
}

/* A slice of n values of size bytes; NULL when there are fewer. */
static const void *
slice(struct reader *r, uint64_t n, size_t size)
{
	const char *p = r->p;

	if (n > (uint64_t)(r->end - r->p) / size)
		return NULL;
	r->p += n * size;
	return p;
}

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
	return !str_starts(token, str_of(prefix));
}

bool
fasttext_is(struct str bytes)
{
	int32_t magic;

	if (bytes.len < sizeof(magic))
		return false;
	memcpy(&magic, bytes.p, sizeof(magic));
	return magic == MAGIC;
}

static bool
read_args(struct reader *r, struct fasttext_args *a, const char **why)
{
	int32_t head[2];

	*why = "no model of fastText";
	if (!take(r, head, sizeof(head)) || head[0] != MAGIC)
		return false;
	*why = "a fastText model of a version other than 11 and 12";
	if (head[1] != 11 && head[1] != 12)
		return false;
	*why = "a damaged fastText model";
	if (!take(r, a, offsetof(struct fasttext_args, t)) ||
	    !take(r, &a->t, sizeof(a->t)))
		return false;
	*why = "a fastText model that is not a supervised one";
	if (a->model != SUPERVISED)
		return false;
	*why = "a damaged fastText model";
	if (head[1] == 11)
		a->maxn = 0;
	return a->dim > 0 && a->bucket >= 0 && a->word_ngrams <= MAX_ORDER &&
	       a->maxn <= MAX_ORDER && a->loss >= FASTTEXT_HS &&
	       a->loss <= FASTTEXT_OVA &&
	       (a->bucket > 0 || (a->word_ngrams <= 1 && a->maxn <= 0));
}

/* The place of a token among the words: its slot, or the free one. */
static inline struct fasttext_slot *
find_slot(const struct fasttext *ft, struct str token, struct wordkey key)
{
	size_t at = wordkey_hash(key) & (ft->nslot - 1);

	for (; ft->slot[at].key.value != 0; at = (at + 1) & (ft->nslot - 1))
		if (wordkey_eq(ft->slot[at].key, key) &&
		    (token.len <= WORDKEY_WHOLE ||
			str_eq(ft->word[ft->slot[at].key.value - 1], token)))
			break;
	return &ft->slot[at];
}

static bool
read_entries(struct reader *r, struct fasttext *ft, int32_t nentry)
{
	struct str name;
	const char *nul;
	int64_t count;
	int8_t type;
	int32_t i;
	size_t nword = 0, nlabel = 0;

	for (i = 0; i < nentry; i++) {
		nul = memchr(r->p, '\0', (size_t)(r->end - r->p));
		if (nul == NULL)
			return false;
		name = (struct str){r->p, (size_t)(nul - r->p)};
		r->p = nul + 1;
		if (!take(r, &count, sizeof(count)) ||
		    !take(r, &type, sizeof(type)))
			return false;
		if (type == WORD && nword < ft->nword && nlabel == 0) {
			ft->word[nword++] = name;
		} else if (type == LABEL && nlabel < ft->nlabel) {
			if (str_starts(name, str_of(prefix))) {
				name.p += sizeof(prefix) - 1;
				name.len -= sizeof(prefix) - 1;
			}
			/* a tree's counts fall, and stay below its infinity */
			if (count < 0 || count >= 1000000000000000 ||
			    utf8_valid(name) != name.len)
				return false;
			ft->count[nlabel] = count;
			ft->label[nlabel++] = name;
		} else {
			return false;
		}
	}
	return nword == ft->nword && nlabel == ft->nlabel;
}

static void
index_words(struct fasttext *ft, const char *end)
{
	struct fasttext_slot *slot;
	struct wordkey key;
	size_t i;

	ft->nslot = 64;
	while (ft->nslot < 2 * ft->nword)
		ft->nslot *= 2;
	ft->slot = mem_aligned(ft->nslot * sizeof(*ft->slot));
	memset(ft->slot, 0, ft->nslot * sizeof(*ft->slot));
	for (i = 0; i < ft->nword; i++) {
		key = wordkey_of(ft->word[i], end);
		slot = find_slot(ft, ft->word[i], key);
		if (slot->key.value == 0) {
			key.value = (uint32_t)i + 1;
			*slot = (struct fasttext_slot){
			    key, fasttext_hash(ft->word[i])};
		}
	}
}

static size_t
pruned_slot(const struct fasttext *ft, int32_t bucket)
{
	size_t mask = ft->npruned_slot - 1;
	size_t at = ((uint32_t)bucket * 2654435769u) & mask;

	for (; ft->pruned_slot[at] != 0; at = (at + 1) & mask)
		if (ft->pruned[2 * (ft->pruned_slot[at] - 1)] == bucket)
			break;
	return at;
}

static bool
read_pruned(struct reader *r, struct fasttext *ft)
{
	size_t at;
	int64_t i;

	if (ft->npruned <= 0)
		return true;
	if ((ft->pruned = slice(r, (uint64_t)ft->npruned, 8)) == NULL ||
	    ft->npruned > INT32_MAX / 2)
		return false;
	ft->npruned_slot = 64;
	while (ft->npruned_slot < 2 * (size_t)ft->npruned)
		ft->npruned_slot *= 2;
	ft->pruned_slot =
	    mem_zeroed(ft->npruned_slot, sizeof(*ft->pruned_slot));
	for (i = 0; i < ft->npruned; i++) {
		at = pruned_slot(ft, ft->pruned[2 * i]);
		if (ft->pruned_slot[at] == 0)
			ft->pruned_slot[at] = (uint32_t)i + 1;
	}
	return true;
}

static bool
read_dictionary(struct reader *r, struct fasttext *ft)
{
	int32_t size[3];
	int64_t ntoken, i;

	if (!take(r, size, sizeof(size)) || !take(r, &ntoken, 8) ||
	    !take(r, &ft->npruned, 8))
		return false;
	/* an entry has at least 10 bytes */
	if (size[1] < 0 || size[2] <= 0 ||
	    (int64_t)size[1] + size[2] != size[0] ||
	    size[0] > (r->end - r->p) / 10)
		return false;
	ft->nword = (size_t)size[1];
	ft->nlabel = (size_t)size[2];
	ft->word = mem_zeroed(ft->nword + 1, sizeof(*ft->word));
	ft->label = mem_zeroed(ft->nlabel, sizeof(*ft->label));
	ft->count = mem_zeroed(ft->nlabel, sizeof(*ft->count));
	if (!read_entries(r, ft, size[0]) || !read_pruned(r, ft))
		return false;
	index_words(ft, r->end);
	for (i = 0; i < ft->npruned; i++)
		if (ft->pruned[2 * i + 1] < 0 ||
		    ft->pruned[2 * i + 1] >= ft->npruned)
			return false;
	return true;
}

static bool
read_pq(struct reader *r, struct fasttext_pq *pq, int64_t dim)
{
	int32_t h[4];

	if (!take(r, h, sizeof(h)))
		return false;
	pq->dim = h[0], pq->nsub = h[1], pq->dsub = h[2], pq->lastdsub = h[3];
	if (pq->dim != dim || pq->nsub <= 0 || pq->dsub <= 0 ||
	    pq->lastdsub <= 0 || pq->lastdsub > pq->dsub ||
	    (int64_t)(pq->nsub - 1) * pq->dsub + pq->lastdsub != dim)
		return false;
	pq->centroid = slice(r, (uint64_t)dim * NCENTROID, 4);
	return pq->centroid != NULL;
}

static bool
read_matrix(struct reader *r, struct fasttext_matrix *x, bool quantised)
{
	uint8_t norms = 0;
	int32_t ncode;

	if (quantised && !take(r, &norms, 1))
		return false;
	if (!take(r, &x->m, 8) || !take(r, &x->n, 8) || x->m < 0 || x->n <= 0 ||
	    x->n > INT32_MAX || x->m > INT32_MAX)
		return false;
	if (!quantised) {
		x->value = slice(r, (uint64_t)x->m * (uint64_t)x->n, 4);
		return x->value != NULL;
	}
	if (!take(r, &ncode, 4) || ncode < 0 ||
	    (x->code = slice(r, (uint64_t)ncode, 1)) == NULL ||
	    !read_pq(r, &x->pq, x->n) || x->m * x->pq.nsub != ncode)
		return false;
	if (norms == 0)
		return true;
	x->norm_code = slice(r, (uint64_t)x->m, 1);
	return x->norm_code != NULL && read_pq(r, &x->norm_pq, 1);
}

/* Huffman's tree over the labels, as fastText makes it of their counts. */
static bool
grow_tree(struct fasttext *ft)
{
	int32_t n = (int32_t)ft->nlabel, leaf = n - 1, node = n, i, j, *child;
	int64_t *count;

	for (i = 1; i < n; i++)
		if (ft->count[i] > ft->count[i - 1])
			return false;
	count = mem_alloc(2 * ft->nlabel * sizeof(*count));
	for (i = 0; i < 2 * n; i++)
		count[i] = i < n ? ft->count[i] : 1000000000000000;
	ft->tree = mem_zeroed(ft->nlabel, 2 * sizeof(*ft->tree));
	for (i = n; i < 2 * n - 1; i++) {
		child = &ft->tree[2 * (i - n)];
		for (j = 0; j < 2; j++)
			child[j] = leaf >= 0 && count[leaf] < count[node]
				       ? leaf--
				       : node++;
		count[i] = count[child[0]] + count[child[1]];
	}
	free(count);
	return true;
}

/* The trailer, if there is one: false only if it is damaged. */
static bool
read_tail(struct reader *r, struct fasttext *ft)
{
	char magic[8];
	uint32_t n[2];
	const char *name, *nul, *end;
	size_t i;

	if (!take(r, magic, sizeof(magic)) ||
	    memcmp(magic, tail_magic, sizeof(magic)) != 0)
		return true;
	if (!take(r, n, sizeof(n)) || n[0] != ft->nlabel ||
	    (ft->threshold = slice(r, n[0], 4)) == NULL ||
	    (name = slice(r, n[1], 1)) == NULL)
		return false;
	for (i = 0, end = name + n[1]; i < ft->nlabel; i++, name = nul + 1) {
		nul = memchr(name, '\0', (size_t)(end - name));
		if (nul == NULL)
			return false;
		ft->label[i] = (struct str){name, (size_t)(nul - name)};
		if (utf8_valid(ft->label[i]) != ft->label[i].len)
			return false;
	}
	return true;
}

bool
fasttext_open(struct fasttext *ft, struct str bytes, const char **why)
{
	struct reader r = {bytes.p, bytes.p + bytes.len};
	uint8_t quantised, quantised_out;
	int64_t nbucket;

	*ft = (struct fasttext){0};
	if (!read_args(&r, &ft->args, why) || !read_dictionary(&r, ft) ||
	    !take(&r, &quantised, 1) || quantised > 1 ||
	    !read_matrix(&r, &ft->input, quantised) ||
	    !take(&r, &quantised_out, 1) || quantised_out > 1 ||
	    !read_matrix(&r, &ft->output, quantised && quantised_out))
		goto damaged;
	nbucket = ft->npruned >= 0 ? ft->npruned : ft->args.bucket;
	if (ft->input.n != ft->args.dim || ft->output.n != ft->args.dim ||
	    ft->input.m < (int64_t)ft->nword + nbucket ||
	    ft->output.m != (int64_t)ft->nlabel)
		goto damaged;
	if (ft->args.loss == FASTTEXT_HS && !grow_tree(ft))
		goto damaged;
	if (read_tail(&r, ft))
		return true;
damaged:
	fasttext_close(ft);
	return false;
}

void
fasttext_close(struct fasttext *ft)
{
	free(ft->word);
	free(ft->slot);
	free(ft->label);
	free(ft->count);
	free(ft->pruned_slot);
	free(ft->tree);
	*ft = (struct fasttext){0};
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

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\v' ||
	       c == '\f' || c == '\0';
}

bool
fasttext_next(struct str *rest, struct str *token)
{
	const char *p = rest->p, *end = rest->p + rest->len;

	while (p < end && is_space(*p))
		p++;
	token->p = p;
	while (p < end && !is_space(*p))
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
		slot = find_slot(ft, token[i].text, key[i]);
		token[i].id = (int32_t)slot->key.value - 1;
		token[i].hash = slot->key.value != 0
				    ? slot->hash
				    : fasttext_hash(token[i].text);
	}
}

/*
 * The table is larger than the nearest caches: the slots of some tokens are
 * asked for before the first of them is looked at.
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
		at = ft->pruned_slot[pruned_slot(ft, bucket)];
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
	if (maxn <= 0 || str_eq(word, str_of(end_of_text)))
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

/* Fill work->feature for token[begin..end) and the end of the text. */
static void
find_features(const struct fasttext *ft, struct fasttext_work *work,
    size_t begin, size_t end)
{
	struct fasttext_token last = {.text = str_of(end_of_text)};
	struct wordkey key;
	size_t i, j,
	    n = (size_t)(ft->args.word_ngrams > 1 ? ft->args.word_ngrams : 1);
	uint64_t h;

	work->nfeature = 0;
	key = wordkey_of(last.text, NULL);
	look_up(ft, &last, &key, 1);
	for (i = begin; i < end; i++)
		push_token(ft, work, &work->token[i]);
	push_token(ft, work, &last);
	for (i = begin; i < end; i++) {
		h = fasttext_ngram_first(work->token[i].hash);
		for (j = i + 1; j <= end && j < i + n; j++) {
			h = fasttext_ngram_add(
			    h, j < end ? work->token[j].hash : last.hash);
			push_bucket(ft, work, h);
		}
	}
}

/*
 * sum += the rows of a matrix of floats, in order.  They lie far apart in a
 * matrix larger than any cache, so they are asked for some time ahead.
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

/* A quantised row's norm. */
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
	return pq->centroid + (size_t)i * NCENTROID * (size_t)pq->dsub +
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
	for (i = n - 1; i-- > 0;) { /* a child comes before its parent */
		f = 1 / (1 + exp(-(double)dot_row(
				 &ft->output, (int64_t)i, work->hidden)));
		child = &ft->tree[2 * i];
		score[child[0]] = score[n + i] + log(1 - f + 1e-5);
		score[child[1]] = score[n + i] + log(f + 1e-5);
	}
	for (i = 0; i < n; i++)
		p[i] = (float)(exp(score[i]) - 1e-5);
}

void
fasttext_score(const struct fasttext *ft, struct fasttext_work *work,
    size_t begin, size_t end, float *p)
{
	size_t i, n = ft->nlabel, dim = (size_t)ft->args.dim;
	float scale;

	find_features(ft, work, begin, end);
	memset(p, 0, n * sizeof(*p));
	if (work->nfeature == 0)
		return;
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
	if (ft->args.loss == FASTTEXT_HS) {
		climb(ft, work, p);
	} else {
		for (i = 0; i < n; i++)
			p[i] = dot_row(&ft->output, (int64_t)i, work->hidden);
		if (ft->args.loss == FASTTEXT_SOFTMAX)
			softmax(p, n);
		else
			for (i = 0; i < n; i++)
				p[i] = sigmoid(p[i]);
	}
	for (i = 0; i < n; i++)
		if (!(p[i] >= 0))
			p[i] = 0;
		else if (p[i] > 1)
			p[i] = 1;
}

void
fasttext_put_label(struct buf *out, struct str name)
{
	size_t i;

	buf_puts(out, str_of(prefix));
	for (i = 0; i < name.len; i++)
		buf_putc(out, is_space(name.p[i]) ? '_' : name.p[i]);
}

static void
put_entry(struct buf *out, int64_t count, int8_t type)
{
	buf_putc(out, '\0');
	buf_put(out, &count, sizeof(count));
	buf_put(out, &type, sizeof(type));
}

void
fasttext_format_head(struct buf *out, const struct fasttext_args *args,
    const struct str *word, const int64_t *word_count, size_t nword,
    const struct str *label, const int64_t *label_count, size_t nlabel,
    int64_t ntoken)
{
	int32_t head[2] = {MAGIC, 12};
	int32_t size[3] = {
	    (int32_t)(nword + nlabel), (int32_t)nword, (int32_t)nlabel};
	int64_t all_buckets = -1;
	size_t i;

	buf_put(out, head, sizeof(head));
	buf_put(out, args, offsetof(struct fasttext_args, t));
	buf_put(out, &args->t, sizeof(args->t));
	buf_put(out, size, sizeof(size));
	buf_put(out, &ntoken, sizeof(ntoken));
	buf_put(out, &all_buckets, sizeof(all_buckets));
	for (i = 0; i < nword; i++) {
		buf_puts(out, word[i]);
		put_entry(out, word_count[i], WORD);
	}
	for (i = 0; i < nlabel; i++) {
		fasttext_put_label(out, label[i]);
		put_entry(out, label_count[i], LABEL);
	}
}

void
fasttext_format_tail(struct buf *out, const struct str *label,
    const float *threshold, size_t nlabel)
{
	uint32_t n[2] = {(uint32_t)nlabel, 0};
	size_t i;

	for (i = 0; i < nlabel; i++)
		n[1] += (uint32_t)label[i].len + 1;
	buf_put(out, tail_magic, sizeof(tail_magic));
	buf_put(out, n, sizeof(n));
	buf_put(out, threshold, nlabel * sizeof(*threshold));
	for (i = 0; i < nlabel; i++) {
		buf_puts(out, label[i]);
		buf_putc(out, '\0');
	}
}
