#include "encode/transformer.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "encode/bert.h"
#include "encode/safetensors.h"
#include "math/vecmath.h"
#include "record/json.h"
#include "token/modelfile.h"
#include "token/wordpiece-file.h"
#include "token/wordpiece.h"

enum { MAX_FILE = 64, MAX_LAYER = 128, BATCH = 1024 /* tokens at a time */ };

struct transformer {
	struct bert bert;
	struct bert_layer layer[MAX_LAYER];
	struct int8_matrix int8[MAX_LAYER][BERT_NDENSE]; /* zeroed: none */
	struct bert_work work;
	struct wordpiece *wordpiece;
	uint32_t cls, sep, unk;
	size_t max_len; /* tokens of a window, [CLS] and [SEP] too */
	const char *folder;
	struct str bytes[MAX_FILE];
	struct safetensors file[MAX_FILE];
	size_t nfile;
	bool prefixed; /* names begin with "bert." */
	float **copy;  /* (ncopy) weights that could not be used in place */
	size_t ncopy;
};

static size_t
need_size(const struct transformer *t, struct str config, struct arena *mem,
    const char *name, size_t max)
{
	struct str raw;
	size_t n;

	if (!json_member(config, mem, str_of(name), &raw) ||
	    !json_get_size(raw, &n) || n == 0 || n > max)
		cli_errx(CLI_FATAL, "%s/config.json: no \"%s\" of 1 to %zu",
		    t->folder, name, max);
	return n;
}

/* A string member that must be one of two values, or absent. */
static bool
is_choice(const struct transformer *t, struct str config, struct arena *mem,
    const char *name, const char *usual, const char *other)
{
	struct str raw, value = str_of(usual);

	if (json_member(config, mem, str_of(name), &raw))
		json_get_str(raw, mem, &value);
	if (str_eq(value, str_of(usual)))
		return false;
	if (other == NULL || !str_eq(value, str_of(other)))
		cli_errx(CLI_FATAL, "%s/config.json: can't run \"%s\": %.*s",
		    t->folder, name, (int)value.len, value.p);
	return true;
}

static void
read_shape(struct transformer *t, struct str config)
{
	struct bert *b = &t->bert;
	struct arena mem = {0};
	struct str raw, act;
	double epsilon = 1e-12;

	b->dim = need_size(t, config, &mem, "hidden_size", 1 << 16);
	b->nlayer = need_size(t, config, &mem, "num_hidden_layers", MAX_LAYER);
	b->nhead = need_size(t, config, &mem, "num_attention_heads", b->dim);
	b->nffn = need_size(t, config, &mem, "intermediate_size", 1 << 20);
	b->nvocab = need_size(t, config, &mem, "vocab_size", 1 << 24);
	b->nposition =
	    need_size(t, config, &mem, "max_position_embeddings", 1 << 16);
	if (b->dim % b->nhead != 0)
		cli_errx(CLI_FATAL,
		    "%s/config.json: %zu dimensions in %zu attention heads",
		    t->folder, b->dim, b->nhead);
	is_choice(t, config, &mem, "position_embedding_type", "absolute", NULL);
	act = STR("gelu");
	if (json_member(config, &mem, STR("hidden_act"), &raw))
		json_get_str(raw, &mem, &act);
	if (str_eq(act, STR("gelu_new")))
		b->tanh_gelu = true;
	else
		b->tanh_gelu = is_choice(
		    t, config, &mem, "hidden_act", "gelu", "gelu_pytorch_tanh");
	if (json_member(config, &mem, STR("layer_norm_eps"), &raw))
		json_get_num(raw, &epsilon);
	b->epsilon = (float)epsilon;
	arena_release(&mem);
}

static void
open_weights_file(struct transformer *t, const char *name)
{
	char path[4096];
	const char *why, *cause;

	modelfile_path(path, t->folder, name);
	if (t->nfile == MAX_FILE)
		cli_errx(CLI_FATAL, "%s: more than %d files of weights",
		    t->folder, MAX_FILE);
	if (!mapfile_open(&t->bytes[t->nfile], path)) {
		if (errno == ENOENT)
			cli_errx(CLI_FATAL,
			    "%s: no such file; weights must be in the "
			    "safetensors format",
			    path);
		cli_err(CLI_FATAL, "%s", path);
	}
	cause = modelfile_cause(t->bytes[t->nfile]);
	if (cause != NULL ||
	    !safetensors_open(&t->file[t->nfile], t->bytes[t->nfile], &why))
		cli_errx(
		    CLI_FATAL, "%s: %s", path, cause != NULL ? cause : why);
	t->nfile++;
}

/* The files that the index names, each once. */
static void
open_weights(struct transformer *t)
{
	struct str bytes, index, map, key, raw, name;
	struct arena mem = {0};
	struct json_walk w;
	char *opened[MAX_FILE];
	size_t i, n = 0;

	if (!modelfile_object(
		t->folder, "model.safetensors.index.json", &bytes, &index)) {
		open_weights_file(t, "model.safetensors");
		return;
	}
	if (!json_member(index, &mem, STR("weight_map"), &map) ||
	    !json_open(&w, map, '{'))
		cli_errx(CLI_FATAL,
		    "%s/model.safetensors.index.json: no \"weight_map\"",
		    t->folder);
	while (json_next(&w, &mem, &key, &raw)) {
		if (!json_get_str(raw, &mem, &name) ||
		    memchr(name.p, '/', name.len) != NULL)
			cli_errx(CLI_FATAL,
			    "%s/model.safetensors.index.json: no file name",
			    t->folder);
		for (i = 0; i < n; i++)
			if (str_eq(name, str_of(opened[i])))
				break;
		if (i < n)
			continue;
		opened[n] = mem_string(name);
		open_weights_file(t, opened[n++]); /* at most MAX_FILE */
	}
	while (n > 0)
		free(opened[--n]);
	arena_release(&mem);
	mapfile_close(&bytes);
}

static struct tensor *
find_tensor(const struct transformer *t, const char *name)
{
	struct tensor *found = NULL;
	char full[160];
	size_t i;

	snprintf(full, sizeof(full), "%s%s", t->prefixed ? "bert." : "", name);
	for (i = 0; i < t->nfile && found == NULL; i++)
		found = safetensors_find(&t->file[i], full);
	return found;
}

static void
keep_copy(struct transformer *t, float *copy)
{
	t->copy = mem_grow(t->copy, t->ncopy + 1, sizeof(*t->copy));
	t->copy[t->ncopy++] = copy;
}

/*
 * A tensor of nrow rows of ncol floats (ncol 0: nrow floats), or of more rows
 * where at_least says so.
 */
static const float *
tensor(struct transformer *t, const char *name, size_t nrow, size_t ncol,
    bool at_least)
{
	struct tensor *found = find_tensor(t, name);
	const float *p;
	float *copy = NULL;

	if (found == NULL)
		cli_errx(CLI_FATAL, "%s: no weights \"%s\"", t->folder, name);
	if (found->ndim != (ncol > 0 ? 2 : 1) ||
	    (at_least ? found->shape[0] < nrow : found->shape[0] != nrow) ||
	    (ncol > 0 && found->shape[1] != ncol))
		cli_errx(CLI_FATAL,
		    "%s: weights \"%s\" are not of the shape that config.json "
		    "says",
		    t->folder, name);
	p = safetensors_floats(found, &copy);
	if (p == NULL)
		cli_errx(CLI_FATAL, "%s: can't read weights of type %.*s",
		    t->folder, (int)found->dtype.len, found->dtype.p);
	if (!vecmath_finite(p, found->nitem))
		cli_errx(CLI_FATAL,
		    "%s: weights \"%s\" that are infinite or no numbers",
		    t->folder, name);
	found->used = true;
	if (copy != NULL) {
		keep_copy(t, copy);
		mapfile_forget(found->data);
	}
	return p;
}

/* The scale and shift of a normalisation, under its new names or its old. */
static void
norm(struct transformer *t, const char *name, const float **scale,
    const float **shift)
{
	char full[128];
	bool old;

	snprintf(full, sizeof(full), "%s.gamma", name);
	old = find_tensor(t, full) != NULL;
	snprintf(full, sizeof(full), "%s.%s", name, old ? "gamma" : "weight");
	*scale = tensor(t, full, t->bert.dim, 0, false);
	snprintf(full, sizeof(full), "%s.%s", name, old ? "beta" : "bias");
	*shift = tensor(t, full, t->bert.dim, 0, false);
}

/* A tensor into p; what was read of it is given back. */
static void
copy_tensor(
    struct transformer *t, const char *name, size_t nrow, size_t ncol, float *p)
{
	size_t n = nrow * (ncol > 0 ? ncol : 1), ncopy = t->ncopy;

	memcpy(p, tensor(t, name, nrow, ncol, false), n * sizeof(*p));
	while (t->ncopy > ncopy)
		free(t->copy[--t->ncopy]);
	mapfile_forget(find_tensor(t, name)->data);
}

/* Query, key and value as one matrix, so that one product makes all three. */
static void
fuse(struct transformer *t, struct bert_layer *l, size_t i)
{
	static const char *const part[] = {"query", "key", "value"};
	size_t k, dim = t->bert.dim;
	float *weight = mem_aligned(3 * dim * dim * sizeof(*weight));
	float *bias = mem_aligned(3 * dim * sizeof(*bias));
	char name[128];

	for (k = 0; k < 3; k++) {
		snprintf(name, sizeof(name),
		    "encoder.layer.%zu.attention.self.%s.weight", i, part[k]);
		copy_tensor(t, name, dim, dim, weight + k * dim * dim);
		snprintf(name, sizeof(name),
		    "encoder.layer.%zu.attention.self.%s.bias", i, part[k]);
		copy_tensor(t, name, dim, 0, bias + k * dim);
	}
	keep_copy(t, weight);
	keep_copy(t, bias);
	l->qkv_weight = weight;
	l->qkv_bias = bias;
}

/* A dense layer's weights (nout, nin) and bias. */
static void
dense(struct transformer *t, size_t i, const char *part, size_t nout,
    size_t nin, const float **weight, const float **bias)
{
	char name[128];

	snprintf(
	    name, sizeof(name), "encoder.layer.%zu.%s.dense.weight", i, part);
	*weight = tensor(t, name, nout, nin, false);
	snprintf(
	    name, sizeof(name), "encoder.layer.%zu.%s.dense.bias", i, part);
	*bias = tensor(t, name, nout, 0, false);
}

static void
read_weights(struct transformer *t)
{
	struct bert *b = &t->bert;
	struct bert_layer *l;
	char name[128];
	size_t i;

	t->prefixed =
	    find_tensor(t, "embeddings.word_embeddings.weight") == NULL;
	b->word = tensor(
	    t, "embeddings.word_embeddings.weight", b->nvocab, b->dim, false);
	b->position = tensor(t, "embeddings.position_embeddings.weight",
	    b->nposition, b->dim, false);
	b->type = tensor(
	    t, "embeddings.token_type_embeddings.weight", 1, b->dim, true);
	norm(t, "embeddings.LayerNorm", &b->norm_scale, &b->norm_shift);
	for (i = 0; i < b->nlayer; i++) {
		l = &t->layer[i];
		fuse(t, l, i);
		dense(t, i, "attention.output", b->dim, b->dim, &l->out_weight,
		    &l->out_bias);
		dense(t, i, "intermediate", b->nffn, b->dim, &l->up_weight,
		    &l->up_bias);
		dense(t, i, "output", b->dim, b->nffn, &l->down_weight,
		    &l->down_bias);
		snprintf(name, sizeof(name),
		    "encoder.layer.%zu.attention.output.LayerNorm", i);
		norm(t, name, &l->norm1_scale, &l->norm1_shift);
		snprintf(name, sizeof(name),
		    "encoder.layer.%zu.output.LayerNorm", i);
		norm(t, name, &l->norm2_scale, &l->norm2_shift);
	}
	b->layer = t->layer;
}

static void
read_tokenizer(struct transformer *t)
{
	struct wordpiece_file v;
	struct str unk;

	wordpiece_file_read(&v, t->folder, t->bert.nvocab, t->bert.nposition);
	if (!v.wrapped)
		cli_errx(CLI_FATAL,
		    "%s/tokenizer.json: can't run a post_processor other than "
		    "[CLS], the text, [SEP]",
		    t->folder);
	t->max_len = v.max_len;
	t->wordpiece = wordpiece_file_wordpiece(&v);
	unk = v.options.unk.len > 0 ? v.options.unk : STR("[UNK]");
	if (t->wordpiece != NULL)
		wordpiece_id(t->wordpiece, unk, &t->unk);
	wordpiece_file_release(&v);
	if (t->wordpiece == NULL ||
	    !wordpiece_id(t->wordpiece, STR("[CLS]"), &t->cls) ||
	    !wordpiece_id(t->wordpiece, STR("[SEP]"), &t->sep))
		cli_errx(CLI_FATAL,
		    "%s: the vocabulary lacks [UNK], [CLS] or [SEP]",
		    t->folder);
}

/* Weights that nothing was made of, but for parts that vectors don't need. */
static void
refuse_rest(const struct transformer *t)
{
	static const char *const idle[] = {"pooler.", "cls.",
	    "embeddings.position_ids", "embeddings.token_type_ids"};
	const struct tensor *x;
	struct str name;
	size_t i, j, k;

	for (i = 0; i < t->nfile; i++)
		for (j = 0; j < t->file[i].ntensor; j++) {
			x = &t->file[i].tensor[j];
			if (x->used)
				continue;
			name = x->name;
			if (str_starts(name, STR("bert.")))
				name.p += 5, name.len -= 5;
			for (k = 0; k < sizeof(idle) / sizeof(*idle); k++)
				if (str_starts(name, str_of(idle[k])))
					break;
			if (k < sizeof(idle) / sizeof(*idle))
				continue;
			if (str_starts(name, STR("classifier.")))
				cli_errx(CLI_FATAL,
				    "%s: a classifier, which makes no vectors "
				    "(weights \"%.*s\")",
				    t->folder, (int)x->name.len, x->name.p);
			cli_errx(CLI_FATAL,
			    "%s: weights \"%.*s\" that config.json has no "
			    "place for",
			    t->folder, (int)x->name.len, x->name.p);
		}
}

struct transformer *
transformer_open(const char *folder, struct str config, bool cls)
{
	struct transformer *t = mem_zeroed(1, sizeof(*t));

	t->folder = folder;
	t->bert.cls = cls;
	read_shape(t, config);
	read_tokenizer(t);
	open_weights(t);
	read_weights(t);
	refuse_rest(t);
	return t;
}

size_t
transformer_nvocab(const struct transformer *t)
{
	return t->bert.nvocab;
}

size_t
transformer_window(const struct transformer *t)
{
	return t->max_len - 2; /* [CLS] and [SEP] */
}

size_t
transformer_dim(const struct transformer *t)
{
	return t->bert.dim;
}

/* Weights that are not used any more: a copy, or a part of a mapped file. */
static void
drop(struct transformer *t, const float *p, size_t n)
{
	size_t i;

	for (i = 0; i < t->ncopy; i++)
		if (t->copy[i] == p) {
			free(t->copy[i]);
			t->copy[i] = NULL;
			return;
		}
	mapfile_forget((struct str){(const char *)p, n * sizeof(*p)});
}

void
transformer_int8(struct transformer *t)
{
	const struct bert *b = &t->bert;
	struct bert_layer *l;
	size_t i;

	for (i = 0; i < b->nlayer; i++) {
		l = &t->layer[i];
		bert_to_int8(b, l, t->int8[i]);
		drop(t, l->qkv_weight, 3 * b->dim * b->dim);
		drop(t, l->out_weight, b->dim * b->dim);
		drop(t, l->up_weight, b->nffn * b->dim);
		drop(t, l->down_weight, b->dim * b->nffn);
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

bool
transformer_knows(struct transformer *t, struct str text)
{
	size_t room = transformer_window(t) * TRANSFORMER_NWINDOW, n;
	uint32_t *id = mem_alloc(room * sizeof(*id));
	bool known;

	n = wordpiece_encode(t->wordpiece, text, id, room);
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

	n = wordpiece_encode(t->wordpiece, text, scratch,
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
 * Sorted by length, windows are run in batches of about BATCH tokens.  One in
 * which nothing is known gets zeros: what the model makes of [CLS], [UNK] and
 * [SEP] is near to every text.
 */
static void
run_windows(struct transformer *t, struct tokens *all, float *vector)
{
	size_t *start = mem_alloc((all->nwindow + 1) * sizeof(*start));
	uint32_t *id = mem_alloc((BATCH + t->max_len) * sizeof(*id));
	float *row = mem_alloc((BATCH + 1) * t->bert.dim * sizeof(*row));
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
		bert_embed(&t->bert, &t->work, id, start, n, row);
		for (j = 0; j < n; j++)
			memcpy(vector + all->window[i + j].place * t->bert.dim,
			    row + j * t->bert.dim, t->bert.dim * sizeof(*row));
	}
	for (i = 0; i < all->nwindow; i++)
		if (!all->window[i].known)
			memset(vector + all->window[i].place * t->bert.dim, 0,
			    t->bert.dim * sizeof(*vector));
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
	vector = mem_alloc((all.nwindow + 1) * t->bert.dim * sizeof(*vector));
	run_windows(t, &all, vector);
	free(all.id);
	free(all.window);
	free(scratch);
	return vector;
}

/* out = the unit vector along the sum of those along n rows of x. */
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
	size_t i, dim = t->bert.dim, *nwindow = mem_alloc(n * sizeof(*nwindow));
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
	size_t i, nrow = 0, dim = t->bert.dim;
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
transformer_tokens(struct transformer *t, size_t from, size_t n, float *out)
{
	enum { NTOKEN = BATCH / 3 };
	uint32_t id[3 * NTOKEN];
	size_t start[NTOKEN + 1] = {0}, i, some;
	bool cls = t->bert.cls;

	t->bert.cls = false;
	for (; n > 0; n -= some, from += some, out += some * t->bert.dim) {
		some = n < NTOKEN ? n : NTOKEN;
		for (i = 0; i < some; i++) {
			id[3 * i] = t->cls;
			id[3 * i + 1] = (uint32_t)(from + i);
			id[3 * i + 2] = t->sep;
			start[i + 1] = 3 * i + 3;
		}
		bert_embed(&t->bert, &t->work, id, start, some, out);
	}
	t->bert.cls = cls;
}

void
transformer_close(struct transformer *t)
{
	size_t i, k;

	for (i = 0; i < t->nfile; i++) {
		safetensors_release(&t->file[i]);
		mapfile_close(&t->bytes[i]);
	}
	for (i = 0; i < t->ncopy; i++)
		free(t->copy[i]);
	free(t->copy);
	for (i = 0; i < MAX_LAYER; i++)
		for (k = 0; k < BERT_NDENSE; k++)
			int8_release(&t->int8[i][k]);
	wordpiece_free(t->wordpiece);
	bert_work_release(&t->work);
	free(t);
}
