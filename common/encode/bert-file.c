#include "encode/bert-file.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "math/vecmath.h"
#include "record/json.h"
#include "token/modelfile.h"

/*
 * The names that each kind of model has for its parts.  Other differences:
 * modernbert and new have rotary positions and gated units, modernbert
 * normalises before a part, and deberta-v2 attends by distance, as bert.h
 * says.
 */
static const struct family {
	const char *model_type, *prefix; /* of names, in a model with a head */
	const char *dim, *nlayer, *nhead, *nffn, *act, *epsilon; /* settings */
	const char *word, *norm0; /* of the embeddings */
	const char *layer;	  /* and of each layer: */
	const char *qkv[3];	  /* one name: all three in one */
	const char *out, *norm1, *up, *down, *norm2;
	bool segments;	/* there are embeddings of segments */
	bool padded;	/* positions begin after that of the padding */
	bool relative;	/* attention has a bias by distance */
	bool distances; /* ... or is disentangled, and positions may lack */
	bool rope;	/* rotary positions, and gated units */
	bool modern;	/* ... of a modernbert: biases as config.json says */
} families[] = {
#define BERT_CONFIG(act, epsilon)                                              \
	"hidden_size", "num_hidden_layers", "num_attention_heads",             \
	    "intermediate_size", act, epsilon
#define BERT_EMBEDDINGS                                                        \
	"embeddings.word_embeddings.weight", "embeddings.LayerNorm"
#define BERT_LAYER                                                             \
	BERT_EMBEDDINGS, "encoder.layer",                                      \
	    {"attention.self.query", "attention.self.key",                     \
		"attention.self.value"},                                       \
	    "attention.output.dense", "attention.output.LayerNorm",            \
	    "intermediate.dense", "output.dense", "output.LayerNorm"
    {"bert", "bert.", BERT_CONFIG("hidden_act", "layer_norm_eps"), BERT_LAYER,
	.segments = true},
    {"roberta", "roberta.", BERT_CONFIG("hidden_act", "layer_norm_eps"),
	BERT_LAYER, .segments = true, .padded = true},
    {"xlm-roberta", "roberta.", BERT_CONFIG("hidden_act", "layer_norm_eps"),
	BERT_LAYER, .segments = true, .padded = true},
    {"mpnet", "mpnet.", BERT_CONFIG("hidden_act", "layer_norm_eps"),
	BERT_EMBEDDINGS, "encoder.layer",
	{"attention.attn.q", "attention.attn.k", "attention.attn.v"},
	"attention.attn.o", "attention.LayerNorm", "intermediate.dense",
	"output.dense", "output.LayerNorm", .padded = true, .relative = true},
    {"distilbert", "distilbert.", "dim", "n_layers", "n_heads", "hidden_dim",
	"activation", "layer_norm_eps", BERT_EMBEDDINGS, "transformer.layer",
	{"attention.q_lin", "attention.k_lin", "attention.v_lin"},
	"attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2",
	"output_layer_norm", .segments = false},
    {"deberta-v2", "deberta.", BERT_CONFIG("hidden_act", "layer_norm_eps"),
	BERT_EMBEDDINGS, "encoder.layer",
	{"attention.self.query_proj", "attention.self.key_proj",
	    "attention.self.value_proj"},
	"attention.output.dense", "attention.output.LayerNorm",
	"intermediate.dense", "output.dense", "output.LayerNorm",
	.segments = true, .distances = true},
    {"modernbert", "model.", BERT_CONFIG("hidden_activation", "norm_eps"),
	"embeddings.tok_embeddings.weight", "embeddings.norm", "layers",
	{"attn.Wqkv"}, "attn.Wo", "attn_norm", "mlp.Wi", "mlp.Wo", "mlp_norm",
	.rope = true, .modern = true},
    {"new", "new.", BERT_CONFIG("hidden_act", "layer_norm_eps"),
	BERT_EMBEDDINGS, "encoder.layer", {"attention.qkv_proj"},
	"attention.o_proj", "attn_ln", "mlp.up_gate_proj", "mlp.down_proj",
	"mlp_ln", .segments = true, .rope = true}};

static const struct family *
find_family(struct str model_type)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (str_eq(model_type, str_of(families[i].model_type)))
			return &families[i];
	return NULL;
}

bool
bert_file_runs(struct str model_type)
{
	return find_family(model_type) != NULL;
}

static size_t
need_size(const struct bert_file *t, struct str config, struct arena *mem,
    const char *name, size_t max)
{
	struct str raw;
	size_t n;

	if (!json_member(config, mem, str_of(name), &raw) ||
	    !json_get_size(raw, &n) || n == 0 || n > max)
		cli_errx(CLI_FATAL,
		    "%s/config.json: \"%s\" is not a number of 1 to %zu",
		    t->folder, name, max);
	return n;
}

/* A string member that must be one of two values, or absent. */
static bool
is_choice(const struct bert_file *t, struct str config, struct arena *mem,
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
read_shape(struct bert_file *t, struct str config)
{
	const struct family *f = t->family;
	struct bert *b = &t->bert;
	struct arena mem = {0};
	struct str raw, act;
	double epsilon = f->modern ? 1e-5 : f->distances ? 1e-7 : 1e-12;
	const char *why;

	b->dim = need_size(t, config, &mem, f->dim, 1 << 16);
	b->nlayer = need_size(t, config, &mem, f->nlayer, BERT_FILE_NLAYER);
	b->nhead = need_size(t, config, &mem, f->nhead, b->dim);
	b->nffn = need_size(t, config, &mem, f->nffn, 1 << 20);
	b->nvocab = need_size(t, config, &mem, "vocab_size", 1 << 24);
	b->nposition =
	    need_size(t, config, &mem, "max_position_embeddings", 1 << 16);
	if (b->dim % b->nhead != 0)
		cli_errx(CLI_FATAL,
		    "%s/config.json: %zu dimensions cannot be divided into %zu "
		    "attention heads",
		    t->folder, b->dim, b->nhead);
	if (f->rope && !rope_read(&t->rope, config, f->modern, &why))
		cli_errx(CLI_FATAL, "%s/config.json: can't run this \"%s\"",
		    t->folder, why);
	if (f->distances &&
	    !disentangled_read(&b->disentangled, config, b->nposition, &why))
		cli_errx(CLI_FATAL, "%s/config.json: can't run this \"%s\"",
		    t->folder, why);
	if (!f->rope && !f->distances)
		is_choice(t, config, &mem, "position_embedding_type",
		    "absolute", NULL);
	b->gated = f->rope;
	b->pre_norm = f->modern;
	act = STR("gelu");
	if (json_member(config, &mem, str_of(f->act), &raw))
		json_get_str(raw, &mem, &act);
	if (str_eq(act, STR("gelu_new")))
		b->tanh_gelu = true;
	else
		b->tanh_gelu = is_choice(
		    t, config, &mem, f->act, "gelu", "gelu_pytorch_tanh");
	if (json_member(config, &mem, str_of(f->epsilon), &raw))
		json_get_num(raw, &epsilon);
	b->epsilon = (float)epsilon;
	modelfile_bool(config, &mem, "attention_bias", &t->attention_bias);
	modelfile_bool(config, &mem, "mlp_bias", &t->mlp_bias);
	modelfile_bool(config, &mem, "norm_bias", &t->norm_bias);
	arena_release(&mem);
}

static void
open_weights_file(struct bert_file *t, const char *name)
{
	char path[4096];
	const char *why, *cause;

	modelfile_path(path, t->folder, name);
	if (t->nfile == BERT_FILE_NFILE)
		cli_errx(CLI_FATAL, "%s: more than %d files of weights",
		    t->folder, BERT_FILE_NFILE);
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
open_weights(struct bert_file *t)
{
	struct str bytes, index, map, key, raw, name;
	struct arena mem = {0};
	struct json_walk w;
	char *opened[BERT_FILE_NFILE + 1]; /* the last is refused */
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
		open_weights_file(t, opened[n++]);
	}
	while (n > 0)
		free(opened[--n]);
	arena_release(&mem);
	mapfile_close(&bytes);
}

static struct tensor *
find_tensor(const struct bert_file *t, const char *name)
{
	struct tensor *found = NULL;
	char full[160];
	size_t i;

	snprintf(full, sizeof(full), "%.*s%s", (int)t->prefix.len, t->prefix.p,
	    name);
	for (i = 0; i < t->nfile && found == NULL; i++) {
		found = safetensors_find(&t->file[i], full);
		if (found == NULL)
			found = safetensors_find(&t->file[i], name);
	}
	return found;
}

/*
 * In a model that contains another one, the names of the inner one begin with
 * "model.".
 */
static void
find_prefix(struct bert_file *t)
{
	t->prefix = STR("model.");
	if (find_tensor(t, t->family->word) == NULL)
		t->prefix = str_of(t->family->prefix);
}

static void
keep_copy(struct bert_file *t, float *copy)
{
	t->copy = mem_grow(t->copy, t->ncopy + 1, sizeof(*t->copy));
	t->copy[t->ncopy++] = copy;
}

/*
 * A tensor of nrow rows of ncol floats (ncol 0: nrow floats), or of more rows
 * where at_least says so.
 */
static const float *
tensor(struct bert_file *t, const char *name, size_t nrow, size_t ncol,
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
	/* whole numbers of eight bits would want scales */
	p = str_eq(found->dtype, STR("I8")) ? NULL
					    : safetensors_floats(found, &copy);
	if (p == NULL)
		cli_errx(CLI_FATAL, "%s: can't read weights of type %.*s",
		    t->folder, (int)found->dtype.len, found->dtype.p);
	if (!vecmath_finite(p, found->nitem))
		cli_errx(CLI_FATAL,
		    "%s: weights \"%s\" hold an infinity or NaN", t->folder,
		    name);
	found->used = true;
	if (copy != NULL) {
		keep_copy(t, copy);
		mapfile_forget(found->data);
	}
	return p;
}

/* Zeros for n weights that a kind of model does not have. */
static const float *
zeros(struct bert_file *t, size_t n)
{
	float *zero = mem_zeroed(n, sizeof(*zero));

	keep_copy(t, zero);
	return zero;
}

/* The scale and shift of a normalisation, under its new names or its old. */
static void
norm(struct bert_file *t, const char *name, const float **scale,
    const float **shift)
{
	char full[128];
	bool old;

	snprintf(full, sizeof(full), "%s.gamma", name);
	old = find_tensor(t, full) != NULL;
	snprintf(full, sizeof(full), "%s.%s", name, old ? "gamma" : "weight");
	*scale = tensor(t, full, t->bert.dim, 0, false);
	if (t->family->modern && !t->norm_bias) {
		*shift = zeros(t, t->bert.dim);
		return;
	}
	snprintf(full, sizeof(full), "%s.%s", name, old ? "beta" : "bias");
	*shift = tensor(t, full, t->bert.dim, 0, false);
}

/* Copy a tensor to p, and give back the memory of what was read. */
static void
copy_tensor(
    struct bert_file *t, const char *name, size_t nrow, size_t ncol, float *p)
{
	size_t n = nrow * (ncol > 0 ? ncol : 1), ncopy = t->ncopy;

	memcpy(p, tensor(t, name, nrow, ncol, false), n * sizeof(*p));
	while (t->ncopy > ncopy)
		free(t->copy[--t->ncopy]);
	mapfile_forget(find_tensor(t, name)->data);
}

/* The name of a part of a layer, made of a pattern and a last word. */
static void
layer_name(const struct bert_file *t, size_t i, const char *part,
    const char *last, char name[128])
{
	snprintf(name, 128, "%s.%zu.%s%s", t->family->layer, i, part, last);
}

/*
 * A dense layer's weights (nout, nin), and its bias, zeros where a kind of
 * model has none.
 */
static void
dense(struct bert_file *t, size_t i, const char *part, size_t nout, size_t nin,
    bool biased, const float **weight, const float **bias)
{
	char name[128];

	layer_name(t, i, part, ".weight", name);
	*weight = tensor(t, name, nout, nin, false);
	layer_name(t, i, part, ".bias", name);
	*bias = biased ? tensor(t, name, nout, 0, false) : zeros(t, nout);
}

/* Query, key and value as one matrix, so that one product makes all three. */
static void
fuse(struct bert_file *t, struct bert_layer *l, size_t i)
{
	size_t k, dim = t->bert.dim;
	float *weight = mem_aligned(3 * dim * dim * sizeof(*weight));
	float *bias = mem_aligned(3 * dim * sizeof(*bias));
	char name[128];

	for (k = 0; k < 3; k++) {
		layer_name(t, i, t->family->qkv[k], ".weight", name);
		copy_tensor(t, name, dim, dim, weight + k * dim * dim);
		layer_name(t, i, t->family->qkv[k], ".bias", name);
		copy_tensor(t, name, dim, 0, bias + k * dim);
	}
	keep_copy(t, weight);
	keep_copy(t, bias);
	l->qkv_weight = weight;
	l->qkv_bias = bias;
}

/*
 * In a "new", the half that passes GELU comes last: put it first, where bert.h
 * has it.
 */
static void
swap_halves(struct bert_file *t, struct bert_layer *l)
{
	size_t half = t->bert.nffn * t->bert.dim;
	float *weight = mem_aligned(2 * half * sizeof(*weight));

	memcpy(weight, l->up_weight + half, half * sizeof(*weight));
	memcpy(weight + half, l->up_weight, half * sizeof(*weight));
	bert_file_drop(t, l->up_weight, 2 * half);
	keep_copy(t, weight);
	l->up_weight = weight;
}

static void
read_layer(struct bert_file *t, size_t i)
{
	const struct family *f = t->family;
	const struct bert *b = &t->bert;
	struct bert_layer *l = &t->layer[i];
	size_t nup = b->gated ? 2 * b->nffn : b->nffn;
	bool attention = !f->modern || t->attention_bias;
	bool up = f->modern ? t->mlp_bias : !f->rope;
	char name[128];

	if (f->qkv[1] != NULL)
		fuse(t, l, i);
	else
		dense(t, i, f->qkv[0], 3 * b->dim, b->dim, attention,
		    &l->qkv_weight, &l->qkv_bias);
	dense(t, i, f->out, b->dim, b->dim, attention, &l->out_weight,
	    &l->out_bias);
	dense(t, i, f->up, nup, b->dim, up, &l->up_weight, &l->up_bias);
	dense(t, i, f->down, b->dim, b->nffn, !f->modern || t->mlp_bias,
	    &l->down_weight, &l->down_bias);
	if (f->rope && !f->modern)
		swap_halves(t, l);
	if (!f->modern || i > 0) { /* the embeddings are normal already */
		layer_name(t, i, f->norm1, "", name);
		norm(t, name, &l->norm1_scale, &l->norm1_shift);
	}
	layer_name(t, i, f->norm2, "", name);
	norm(t, name, &l->norm2_scale, &l->norm2_shift);
}

/*
 * Rotary positions: one table for layers that see all keys, one for local
 * layers.
 */
static void
read_rope(struct bert_file *t)
{
	const struct rope_plan *plan = &t->rope;
	const struct bert *b = &t->bert;
	float *table[2] = {NULL, NULL};
	size_t i;
	bool local;

	for (i = 0; i < b->nlayer; i++) {
		local = rope_is_local(plan, i);
		if (table[local] == NULL) {
			table[local] = rope_table(b->nposition,
			    b->dim / b->nhead,
			    local ? plan->local_theta : plan->theta, plan->ntk);
			keep_copy(t, table[local]);
		}
		t->layer[i].rope = table[local];
		t->layer[i].window = local ? plan->window : 0;
	}
}

/*
 * MPNet's bias of attention, by buckets of distance: near ones have their own,
 * farther ones share it by the logarithm; a row of 2 nposition - 1 a head.
 */
static void
read_relative(struct bert_file *t)
{
	enum { NBUCKET = 32, HALF = NBUCKET / 2, EXACT = HALF / 2, FAR = 128 };
	struct bert *b = &t->bert;
	size_t span = 2 * b->nposition - 1, i, h, far, bucket;
	const float *bias = tensor(t, "encoder.relative_attention_bias.weight",
	    NBUCKET, b->nhead, false);
	float *relative = mem_alloc(b->nhead * span * sizeof(*relative));

	for (i = 0; i < span; i++) {
		/* of a key that is i - (nposition - 1) after the query */
		far = i < b->nposition ? b->nposition - 1 - i
				       : i - (b->nposition - 1);
		bucket = far;
		if (far >= EXACT)
			bucket = EXACT + (size_t)(logf((float)far / EXACT) /
						  logf((float)FAR / EXACT) *
						  (HALF - EXACT));
		if (bucket > HALF - 1)
			bucket = HALF - 1;
		if (i >= b->nposition)
			bucket += HALF;
		for (h = 0; h < b->nhead; h++)
			relative[h * span + i] = bias[bucket * b->nhead + h];
	}
	keep_copy(t, relative);
	b->relative = relative;
}

/*
 * Compute for each layer the keys and queries of distances, by its own
 * weights.
 */
static void
read_distances(struct bert_file *t)
{
	const struct bert *b = &t->bert;
	const struct disentangled *d = &b->disentangled;
	size_t n = d->nrow * b->dim, i, k;
	const float *scale, *shift;
	struct bert_layer *l;
	float *table = mem_alloc(n * sizeof(*table)), *row[2];

	copy_tensor(t, "encoder.rel_embeddings.weight", d->nrow, b->dim, table);
	if (d->norm) {
		norm(t, "encoder.LayerNorm", &scale, &shift);
		bert_norm(table, d->nrow, b->dim, scale, shift, b->epsilon);
	}
	for (i = 0; i < b->nlayer; i++) {
		l = &t->layer[i];
		for (k = 0; k < 2; k++) {
			row[k] = mem_aligned(n * sizeof(*row[k]));
			disentangled_project(d, b->dim, table,
			    l->qkv_weight + k * b->dim * b->dim,
			    l->qkv_bias + k * b->dim, row[k]);
			keep_copy(t, row[k]);
		}
		l->row_query = row[0];
		l->row_key = row[1];
	}
	free(table);
}

static void
read_weights(struct bert_file *t, size_t padding, bool segments, bool positions)
{
	const struct family *f = t->family;
	struct bert *b = &t->bert;
	size_t skip = f->padded ? padding + 1 : 0, i;

	find_prefix(t);
	b->word = tensor(t, f->word, b->nvocab, b->dim, false);
	if (positions)
		b->position = tensor(t, "embeddings.position_embeddings.weight",
		    b->nposition, b->dim, false);
	if (skip + 3 > b->nposition)
		cli_errx(
		    CLI_FATAL, "%s/config.json: too few positions", t->folder);
	if (positions)
		b->position += skip * b->dim;
	b->nposition -= skip;
	b->type = f->segments && segments
		      ? tensor(t, "embeddings.token_type_embeddings.weight", 1,
			    b->dim, true)
		      : zeros(t, b->dim);
	norm(t, f->norm0, &b->norm_scale, &b->norm_shift);
	for (i = 0; i < b->nlayer; i++)
		read_layer(t, i);
	b->layer = t->layer;
	if (f->modern)
		norm(t, "final_norm", &b->final_scale, &b->final_shift);
	if (f->relative)
		read_relative(t);
	if (f->rope)
		read_rope(t);
	if (f->distances)
		read_distances(t);
}

/* Refuse weights that were not used, except parts that vectors do not need. */
void
bert_file_settle(const struct bert_file *t)
{
	static const char *const idle[] = {"pooler.", "cls.", "lm_head.",
	    "vocab_", "lm_predictions.", "mask_predictions.",
	    "embeddings.position_ids", "embeddings.token_type_ids", "head.",
	    "decoder."}; /* the last two of a modernbert */
	size_t nidle = sizeof(idle) / sizeof(*idle) - !t->family->modern * 2;
	const struct tensor *x;
	struct str name;
	size_t i, j, k;

	for (i = 0; i < t->nfile; i++)
		for (j = 0; j < t->file[i].ntensor; j++) {
			x = &t->file[i].tensor[j];
			if (x->used)
				continue;
			name = x->name;
			if (str_starts(name, t->prefix)) {
				name.p += t->prefix.len;
				name.len -= t->prefix.len;
			}
			for (k = 0; k < nidle; k++)
				if (str_starts(name, str_of(idle[k])))
					break;
			if (k < nidle)
				continue;
			if (str_starts(name, STR("classifier.")) ||
			    str_starts(name, STR("fc.")))
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

void
bert_file_open(struct bert_file *t, const char *folder, struct str config)
{
	struct arena mem = {0};
	struct str raw, type = STR("");
	size_t padding = 1, nsegment = 2;
	bool positions = true;

	*t = (struct bert_file){.folder = folder};
	modelfile_str(config, &mem, "model_type", &type);
	t->family = find_family(type);
	if (t->family == NULL)
		cli_errx(CLI_FATAL, "%s: can't run a model of type %.*s",
		    folder, (int)type.len, type.p);
	if (json_member(config, &mem, STR("pad_token_id"), &raw))
		json_get_size(raw, &padding);
	if (t->family->distances)
		nsegment = 0;
	if (json_member(config, &mem, STR("type_vocab_size"), &raw))
		json_get_size(raw, &nsegment);
	if (t->family->distances)
		modelfile_bool(
		    config, &mem, "position_biased_input", &positions);
	arena_release(&mem);
	read_shape(t, config);
	open_weights(t);
	read_weights(t, padding,
	    nsegment > 0 || (!t->family->rope && !t->family->distances),
	    positions && !t->family->rope);
}

const float *
bert_file_floats(
    struct bert_file *t, const char *name, size_t nrow, size_t ncol)
{
	return tensor(t, name, nrow, ncol, false);
}

const float *
bert_file_zeros(struct bert_file *t, const char *name, size_t n)
{
	return bert_file_has(t, name) ? tensor(t, name, n, 0, false)
				      : zeros(t, n);
}

bool
bert_file_has(const struct bert_file *t, const char *name)
{
	return find_tensor(t, name) != NULL;
}

/*
 * Give back weights that are not used any more: a copy, or a part of a mapped
 * file.
 */
void
bert_file_drop(struct bert_file *t, const float *p, size_t n)
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
bert_file_close(struct bert_file *t)
{
	size_t i;

	for (i = 0; i < t->nfile; i++) {
		safetensors_release(&t->file[i]);
		mapfile_close(&t->bytes[i]);
	}
	for (i = 0; i < t->ncopy; i++)
		free(t->copy[i]);
	free(t->copy);
	disentangled_release(&t->bert.disentangled);
	*t = (struct bert_file){0};
}
