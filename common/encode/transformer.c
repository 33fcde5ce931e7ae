#include "encode/transformer.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "encode/bert.h"
#include "record/json.h"
#include "token/ends.h"
#include "token/modelfile.h"
#include "token/subword.h"
#include "token/wordpiece-file.h"
#include "token/wordpiece.h"

enum { BATCH = 1024 /* tokens at a time */ };

struct transformer {
	struct bert_file file;
	struct int8_matrix int8[BERT_FILE_NLAYER]
			       [BERT_NDENSE]; /* a zeroed struct has none */
	struct bert_work work;
	struct wordpiece *wordpiece;
	uint32_t cls, sep, unk;
	size_t max_len;		 /* tokens of a window, [CLS] and [SEP] too */
	struct subword *subword; /* in the place of wordpiece, or NULL */
};

/* The ids of what stands before a text and after it; false: there are none. */
static bool
find_ends(struct transformer *t, struct str cls, struct str sep)
{
	return t->subword != NULL
		   ? subword_id(t->subword, cls, &t->cls) &&
			 subword_id(t->subword, sep, &t->sep)
		   : wordpiece_id(t->wordpiece, cls, &t->cls) &&
			 wordpiece_id(t->wordpiece, sep, &t->sep);
}

/* A byte-level BPE, in which no byte is unknown, or a Unigram, which names one. */
static void
read_subword(struct transformer *t, struct str object, struct str model)
{
	struct arena mem = {0};
	struct str raw;
	size_t unk;
	char why[SUBWORD_WHY];
	uint32_t nvocab;

	t->subword = subword_new(object, &nvocab, why);
	if (t->subword == NULL)
		cli_errx(
		    CLI_FATAL, "%s/tokenizer.json: %s", t->file.folder, why);
	if (nvocab > t->file.bert.nvocab)
		cli_errx(CLI_FATAL, "%s: a token is beyond \"vocab_size\"",
		    t->file.folder);
	t->unk = UINT32_MAX;
	if (json_member(model, &mem, STR("unk_id"), &raw) &&
	    json_get_size(raw, &unk) && unk < nvocab)
		t->unk = (uint32_t)unk;
	arena_release(&mem);
	t->max_len =
	    wordpiece_file_length(t->file.folder, t->file.bert.nposition);
}

static void
read_wordpiece(struct transformer *t)
{
	struct wordpiece_file v;
	struct str unk;

	wordpiece_file_read(
	    &v, t->file.folder, t->file.bert.nvocab, t->file.bert.nposition);
	t->max_len = v.max_len;
	t->wordpiece = wordpiece_file_wordpiece(&v);
	unk = v.options.unk.len > 0 ? v.options.unk : STR("[UNK]");
	if (t->wordpiece == NULL || !wordpiece_id(t->wordpiece, unk, &t->unk))
		cli_errx(CLI_FATAL, "%s: the vocabulary lacks %.*s",
		    t->file.folder, (int)unk.len, unk.p);
	wordpiece_file_release(&v);
}
static void
read_tokenizer(struct transformer *t)
{
	struct str first = STR("[CLS]"), last = STR("[SEP]"), bytes, object;
	struct str model, type = STR("");
	struct arena mem = {0};

	if (!modelfile_object(
		t->file.folder, "tokenizer.json", &bytes, &object)) {
		bytes = STR("");
		read_wordpiece(t);
	} else {
		if (object.p[0] == '{' &&
		    json_member(object, &mem, STR("model"), &model))
			modelfile_str(model, &mem, "type", &type);
		if (str_eq(type, STR("BPE")) || str_eq(type, STR("Unigram")))
			read_subword(t, object, model);
		else
			read_wordpiece(t);
		if (!ends_read(object, &mem, &first, &last))
			cli_errx(CLI_FATAL,
			    "%s/tokenizer.json: can't run a post_processor "
			    "other than [CLS], the text, [SEP]",
			    t->file.folder);
	}
	if (!find_ends(t, first, last))
		cli_errx(CLI_FATAL, "%s: the vocabulary lacks %.*s or %.*s",
		    t->file.folder, (int)first.len, first.p, (int)last.len,
		    last.p);
	arena_release(&mem);
	mapfile_close(&bytes);
}

struct transformer *
transformer_open(const char *folder, struct str config, bool cls)
{
	struct transformer *t = mem_zeroed(1, sizeof(*t));

	bert_file_open(&t->file, folder, config);
	t->file.bert.cls = cls;
	read_tokenizer(t);
	return t;
}

size_t
transformer_nvocab(const struct transformer *t)
{
	return t->file.bert.nvocab;
}

size_t
transformer_window(const struct transformer *t)
{
	return t->max_len - 2; /* [CLS] and [SEP] */
}

size_t
transformer_dim(const struct transformer *t)
{
	return t->file.bert.dim;
}

void
transformer_int8(struct transformer *t)
{
	const struct bert *b = &t->file.bert;
	struct bert_layer *l;
	size_t i;

	for (i = 0; i < b->nlayer; i++) {
		l = &t->file.layer[i];
		bert_to_int8(b, l, t->int8[i]);
		bert_file_drop(&t->file, l->qkv_weight, 3 * b->dim * b->dim);
		bert_file_drop(&t->file, l->out_weight, b->dim * b->dim);
		bert_file_drop(&t->file, l->up_weight, b->nffn * b->dim);
		bert_file_drop(&t->file, l->down_weight, b->dim * b->nffn);
		l->int8 = t->int8[i];
	}
}

/* A window of a text: its tokens. */
struct window {
	size_t start, len; /* in the ids of all */
	size_t place;	   /* among the windows of all */
	bool known;	   /* it holds a token besides the unknown one */
};

static int
by_length(const void *a, const void *b)
{
	const struct window *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

struct tokens {
	uint32_t *id;
	size_t n, cap;
	struct window *window;
	size_t nwindow, window_cap;
};

/* Whether one of the tokens is not the unknown one. */
static bool
any_known(const struct transformer *t, const uint32_t *id, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (id[i] != t->unk)
			return true;
	return false;
}

/* At most max ids of a text; how many. */
static size_t
encode(struct transformer *t, struct str text, uint32_t *id, size_t max)
{
	const uint32_t *all;
	size_t n;

	if (t->subword == NULL)
		return wordpiece_encode(t->wordpiece, text, id, max);
	all = subword_encode(t->subword, text, &n);
	n = n < max ? n : max;
	memcpy(id, all, n * sizeof(*id));
	return n;
}

bool
transformer_knows(struct transformer *t, struct str text)
{
	size_t room = transformer_window(t) * TRANSFORMER_NWINDOW, n;
	uint32_t *id = mem_alloc(room * sizeof(*id));
	bool known;

	n = encode(t, text, id, room);
	known = any_known(t, id, n);
	free(id);
	return known;
}

/* Append the windows of one text; an empty one is [CLS] [SEP]. */
static void
tokenise(struct transformer *t, enum transformer_windows windows,
    struct str text, uint32_t *scratch, struct tokens *all)
{
	size_t inside = transformer_window(t), n, from, len;

	n = encode(t, text, scratch,
	    windows == TRANSFORMER_FIRST ? inside
					 : inside * TRANSFORMER_NWINDOW);
	for (from = 0; from == 0 || from < n; from += len) {
		len = n - from < inside ? n - from : inside;
		if (all->n + len + 2 > all->cap) {
			all->cap = 2 * all->cap + len + 2;
			all->id = mem_grow(all->id, all->cap, sizeof(*all->id));
		}
		if (all->nwindow == all->window_cap) {
			all->window_cap = 2 * all->window_cap + 64;
			all->window = mem_grow(
			    all->window, all->window_cap, sizeof(*all->window));
		}
		all->window[all->nwindow] = (struct window){all->n, len + 2,
		    all->nwindow, any_known(t, scratch + from, len)};
		all->nwindow++;
		all->id[all->n++] = t->cls;
		memcpy(
		    all->id + all->n, scratch + from, len * sizeof(*scratch));
		all->n += len;
		all->id[all->n++] = t->sep;
		if (len == 0)
			break;
	}
}

/* out += x / |x| */
static void
add_unit(float *out, const float *x, size_t dim)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < dim; i++)
		sum += (double)x[i] * x[i];
	sum = sum > 0 ? 1 / sqrt(sum) : 0;
	for (i = 0; i < dim; i++)
		out[i] += (float)(x[i] * sum);
}

/*
 * Windows are sorted by length and run in batches of about BATCH tokens.  A
 * window in which nothing is known gets zeros, since the vector that the model
 * makes of [CLS], [UNK] and [SEP] is near to every text.
 */
static void
run_windows(struct transformer *t, struct tokens *all, float *vector)
{
	size_t *start = mem_alloc((all->nwindow + 1) * sizeof(*start));
	uint32_t *id = mem_alloc((BATCH + t->max_len) * sizeof(*id));
	float *row = mem_alloc((BATCH + 1) * t->file.bert.dim * sizeof(*row));
	size_t i, j, n;
	const struct window *w;

	qsort(all->window, all->nwindow, sizeof(*all->window), by_length);
	for (i = 0; i < all->nwindow; i += n) {
		start[0] = 0;
		for (n = 0; i + n < all->nwindow && start[n] < BATCH; n++) {
			w = &all->window[i + n];
			memcpy(id + start[n], all->id + w->start,
			    w->len * sizeof(*id));
			start[n + 1] = start[n] + w->len;
		}
		bert_embed(&t->file.bert, &t->work, id, start, n, row);
		for (j = 0; j < n; j++)
			memcpy(vector +
				   all->window[i + j].place * t->file.bert.dim,
			    row + j * t->file.bert.dim,
			    t->file.bert.dim * sizeof(*row));
	}
	for (i = 0; i < all->nwindow; i++)
		if (!all->window[i].known)
			memset(vector + all->window[i].place * t->file.bert.dim,
			    0, t->file.bert.dim * sizeof(*vector));
	free(start);
	free(id);
	free(row);
}

/* The vectors, of any length, of the nwindow[i] windows of each text[i]. */
static float *
run_texts(struct transformer *t, enum transformer_windows windows,
    const struct str *text, size_t n, size_t *nwindow)
{
	struct tokens all = {0};
	uint32_t *scratch =
	    mem_alloc(t->max_len * TRANSFORMER_NWINDOW * sizeof(*scratch));
	float *vector;
	size_t i, before;

	for (i = 0; i < n; i++) {
		before = all.nwindow;
		tokenise(t, windows, text[i], scratch, &all);
		nwindow[i] = all.nwindow - before;
	}
	vector =
	    mem_alloc((all.nwindow + 1) * t->file.bert.dim * sizeof(*vector));
	run_windows(t, &all, vector);
	free(all.id);
	free(all.window);
	free(scratch);
	return vector;
}

/*
 * out = the unit vector in the direction of the sum of the unit vectors of n
 * rows of x.
 */
static void
unit_mean(float *out, const float *x, size_t n, size_t dim, float *sum)
{
	size_t i;

	memset(sum, 0, dim * sizeof(*sum));
	for (i = 0; i < n; i++)
		add_unit(sum, x + i * dim, dim);
	memset(out, 0, dim * sizeof(*out));
	add_unit(out, sum, dim);
}

void
transformer_embed(struct transformer *t, enum transformer_windows windows,
    const struct str *text, size_t n, float *out)
{
	size_t i, dim = t->file.bert.dim,
		  *nwindow = mem_alloc(n * sizeof(*nwindow));
	float *vector, *row, *sum = mem_alloc(dim * sizeof(*sum));

	row = vector = run_texts(t, windows, text, n, nwindow);
	for (i = 0; i < n; row += nwindow[i++] * dim)
		unit_mean(out + i * dim, row, nwindow[i], dim, sum);
	free(nwindow);
	free(vector);
	free(sum);
}

float *
transformer_embed_each(
    struct transformer *t, const struct str *text, size_t n, size_t *nwindow)
{
	size_t i, nrow = 0, dim = t->file.bert.dim;
	float *vector, *row, *sum = mem_alloc(dim * sizeof(*sum));

	vector = run_texts(t, TRANSFORMER_MAX, text, n, nwindow);
	for (i = 0; i < n; i++)
		nrow += nwindow[i];
	for (row = vector; row < vector + nrow * dim; row += dim)
		unit_mean(row, row, 1, dim, sum);
	free(sum);
	return vector;
}

void
transformer_pooled(struct transformer *t, const struct str *text, size_t n,
    float *out, bool *known)
{
	size_t dim = t->file.bert.dim, i;
	size_t *nwindow = mem_alloc((n + 1) * sizeof(*nwindow));
	float *row;

	row = run_texts(t, TRANSFORMER_FIRST, text, n, nwindow);
	memcpy(out, row, n * dim * sizeof(*out));
	for (i = 0; i < n; i++)
		known[i] = transformer_knows(t, text[i]);
	free(row);
	free(nwindow);
}

struct bert_file *
transformer_file(struct transformer *t)
{
	return &t->file;
}

void
transformer_tokens(struct transformer *t, size_t from, size_t n, float *out)
{
	enum { NTOKEN = BATCH / 3 };
	uint32_t id[3 * NTOKEN];
	size_t start[NTOKEN + 1] = {0}, i, some;
	bool cls = t->file.bert.cls;

	t->file.bert.cls = false;
	for (; n > 0; n -= some, from += some, out += some * t->file.bert.dim) {
		some = n < NTOKEN ? n : NTOKEN;
		for (i = 0; i < some; i++) {
			id[3 * i] = t->cls;
			id[3 * i + 1] = (uint32_t)(from + i);
			id[3 * i + 2] = t->sep;
			start[i + 1] = 3 * i + 3;
		}
		bert_embed(&t->file.bert, &t->work, id, start, some, out);
	}
	t->file.bert.cls = cls;
}

void
transformer_close(struct transformer *t)
{
	size_t i, k;

	bert_file_close(&t->file);
	for (i = 0; i < BERT_FILE_NLAYER; i++)
		for (k = 0; k < BERT_NDENSE; k++)
			int8_release(&t->int8[i][k]);
	wordpiece_free(t->wordpiece);
	subword_free(t->subword);
	bert_work_release(&t->work);
	free(t);
}
