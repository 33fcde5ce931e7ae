#include "encode/encoder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "encode/model2vec.h"
#include "encode/modules.h"
#include "encode/safetensors.h"
#include "encode/transformer.h"
#include "math/float16.h"
#include "math/vecmath.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/rec.h"
#include "token/modelfile.h"
#include "token/wordpiece-file.h"
#include "token/wordpiece.h"

struct encoder {
	struct modules modules;
	struct transformer *bert; /* or NULL, and then */
	struct model2vec table;
	size_t width, dim; /* of the model's vectors, and of ours */
	enum transformer_windows windows;
	struct str weights;	/* model.safetensors, mapped */
	float *vector, *weight; /* copies, where it can't be used as it lies */
	uint32_t *mapping;
	float *mean;	   /* (dim), or NULL */
	float *covariance; /* dim * (dim + 1) / 2 numbers, or NULL */
	float t_sim;
	bool has_t_sim;
};

static void
read_mean(struct encoder *e, struct str raw, const char *path)
{
	struct json_walk w;
	struct str key, item;
	size_t n = 0;
	double x;

	e->mean = mem_zeroed(e->dim, sizeof(*e->mean));
	if (json_open(&w, raw, '['))
		while (json_next(&w, NULL, &key, &item)) {
			if (n == e->dim || !json_get_num(item, &x)) {
				n = SIZE_MAX;
				break;
			}
			e->mean[n++] = (float)x;
		}
	if (n != e->dim || !vecmath_finite(e->mean, e->dim))
		cli_errx(CLI_FATAL, "%s: \"mean\" is no array of %zu numbers",
		    path, e->dim);
}

static void
read_covariance(struct encoder *e, struct str raw, const char *path)
{
	size_t n = e->dim * (e->dim + 1) / 2;
	struct arena mem = {0};
	struct str text;

	e->covariance = mem_alloc(n * sizeof(*e->covariance));
	if (!json_get_str(raw, &mem, &text) ||
	    !float16_parse(text, e->covariance, n))
		cli_errx(CLI_FATAL,
		    "%s: \"covariance\" is no base64 of %zu numbers of "
		    "float16; embed-fit calibrate makes it anew",
		    path, n);
	arena_release(&mem);
}

/*
 * Whether the folder holds a BERT.  What is neither that nor a static encoder
 * is refused before its other files are looked at.
 */
static bool
is_bert(struct str config, const char *path)
{
	struct arena mem = {0};
	struct str raw, kind = STR("model2vec"); /* which may not say so */
	bool bert;

	if (json_member(config, &mem, STR("model_type"), &raw) &&
	    !json_get_str(raw, &mem, &kind))
		cli_errx(CLI_FATAL, "%s: \"model_type\" is no string", path);
	bert = bert_file_runs(kind);
	if (!bert && !str_eq(kind, STR("model2vec")))
		cli_errx(CLI_FATAL, "%s: can't run a model of type %.*s", path,
		    (int)kind.len, kind.p);
	arena_release(&mem);
	return bert;
}

/* What config.json says beyond the kind; the table is read. */
static void
read_config(struct encoder *e, struct str config, const char *path)
{
	struct arena mem = {0};
	struct str raw, tf;
	double x;

	if (json_member(config, &mem, STR("tf"), &raw)) {
		if (!json_get_str(raw, &mem, &tf) || !str_eq(tf, STR("log")))
			cli_errx(CLI_FATAL, "%s: \"tf\" is not \"log\"", path);
		e->table.tf_log = true;
	}
	e->table.max_token = MODEL2VEC_NTOKEN;
	if (json_member(config, &mem, STR("max_length"), &raw) &&
	    !str_eq(raw, STR("null")) &&
	    (!json_get_size(raw, &e->table.max_token) ||
		e->table.max_token < 1 || e->table.max_token > 1 << 20))
		cli_errx(
		    CLI_FATAL, "%s: \"max_length\" is not 1 to 1048576", path);
	if (json_member(config, &mem, STR("truncate_dim"), &raw) &&
	    !str_eq(raw, STR("null")) &&
	    (!json_get_size(raw, &e->dim) || e->dim < 1 || e->dim > e->width))
		cli_errx(CLI_FATAL, "%s: \"truncate_dim\" is not 1 to %zu",
		    path, e->width);
	if (json_member(config, &mem, STR("mean"), &raw))
		read_mean(e, raw, path);
	if (json_member(config, &mem, STR("covariance"), &raw))
		read_covariance(e, raw, path);
	if (json_member(config, &mem, STR("t_sim"), &raw)) {
		if (!json_get_num(raw, &x) || !(x >= -1 && x <= 1))
			cli_errx(CLI_FATAL, "%s: \"t_sim\" is no cosine", path);
		e->t_sim = (float)x;
		e->has_t_sim = true;
	}
	arena_release(&mem);
}

/* An array of floats of the folder's file; NULL if it is of no such type. */
static const float *
table_floats(const struct tensor *t, const char *path, float **copy)
{
	const float *x = safetensors_floats(t, copy);

	if (x != NULL && !vecmath_finite(x, t->nitem))
		cli_errx(CLI_FATAL, "%s: \"%.*s\" holds an infinity or NaN",
		    path, (int)t->name.len, t->name.p);
	mapfile_forget(t->data); /* few rows of it are read */
	return x;
}

/*
 * The weights of the tokens, and the rows that they have; both may be missing.
 */
static void
read_token_rows(
    struct encoder *e, const struct safetensors *st, const char *path)
{
	struct model2vec *m = &e->table;
	const struct tensor *t = safetensors_find(st, "mapping");

	if (t != NULL) {
		if (t->ndim == 1 && t->nitem > 0 && t->nitem < UINT32_MAX)
			e->mapping = safetensors_numbers(t, (uint32_t)m->nrow);
		if (e->mapping == NULL)
			cli_errx(CLI_FATAL,
			    "%s: \"mapping\" is no list of rows", path);
		m->mapping = e->mapping;
		m->nrow = t->nitem;
	}
	t = safetensors_find(st, "weights");
	if (t != NULL &&
	    (t->ndim != 1 || t->nitem != m->nrow ||
		(m->weight = table_floats(t, path, &e->weight)) == NULL))
		cli_errx(CLI_FATAL,
		    "%s: \"weights\" is not a number for each token", path);
}

static void
read_table(struct encoder *e)
{
	const char *name =
	    e->modules.is_static ? "embedding.weight" : "embeddings";
	const struct tensor *t;
	struct safetensors st;
	char path[4096];
	const char *why, *cause;

	modelfile_path(path, e->modules.folder, "model.safetensors");
	if (!mapfile_open(&e->weights, path))
		cli_err(CLI_FATAL, "%s", path);
	cause = modelfile_cause(e->weights);
	if (cause != NULL || !safetensors_open(&st, e->weights, &why))
		cli_errx(
		    CLI_FATAL, "%s: %s", path, cause != NULL ? cause : why);
	t = safetensors_find(&st, name);
	if (t != NULL && t->ndim == 2 && t->nitem > 0 &&
	    t->shape[0] < UINT32_MAX)
		e->table.vector = table_floats(t, path, &e->vector);
	if (e->table.vector == NULL)
		cli_errx(CLI_FATAL,
		    "%s: no matrix \"%s\" of F64, F32, F16, BF16 or I8", path,
		    name);
	e->table.nrow = t->shape[0];
	e->table.dim = t->shape[1];
	read_token_rows(e, &st, path);
	safetensors_release(&st);
}

static void
read_words(struct encoder *e, struct str raw, const char *path)
{
	struct arena mem = {0};
	struct json_walk w;
	struct str word;
	size_t row, cap = 0;
	uint32_t number;

	if (!json_open(&w, raw, '{'))
		cli_errx(CLI_FATAL, "%s: \"vocab\" is no object", path);
	while (json_next(&w, &mem, &word, &raw)) {
		if (!json_get_size(raw, &row) || row >= e->table.nrow)
			cli_errx(CLI_FATAL,
			    "%s: a token has no row in the matrix", path);
		number = vocab_add(&e->table.vocab, word);
		if (cap < e->table.vocab.cap) {
			cap = e->table.vocab.cap;
			e->table.row =
			    mem_grow(e->table.row, cap, sizeof(*e->table.row));
		}
		e->table.row[number] = (uint32_t)row;
		arena_clear(&mem);
	}
	arena_release(&mem);
}

/* WordPiece over BERT's words, as model2vec has it from its teachers. */
static void
read_wordpiece(struct encoder *e)
{
	struct model2vec *m = &e->table;
	struct wordpiece_file v;
	struct str unk;

	wordpiece_file_read(&v, e->modules.folder, m->nrow, SIZE_MAX);
	unk = v.options.unk.len > 0 ? v.options.unk : STR("[UNK]");
	m->wordpiece = wordpiece_file_wordpiece(&v);
	if (m->wordpiece == NULL || !wordpiece_id(m->wordpiece, unk, &m->unk))
		cli_errx(CLI_FATAL, "%s: no unknown token in \"vocab\"",
		    e->modules.folder);
	m->piece_len = wordpiece_file_median(&v);
	wordpiece_file_release(&v);
}

/* A StaticEmbedding reads all of a text, or what "truncation" leaves of it. */
static void
read_truncation(struct encoder *e, struct str tokenizer, const char *path)
{
	struct arena mem = {0};
	struct str raw, len;

	e->table.whole = true;
	e->table.max_token = SIZE_MAX;
	if (json_member(tokenizer, &mem, STR("truncation"), &raw) &&
	    raw.p[0] == '{' &&
	    (!json_member(raw, &mem, STR("max_length"), &len) ||
		!json_get_size(len, &e->table.max_token)))
		cli_errx(CLI_FATAL, "%s: \"truncation\" has no length", path);
	arena_release(&mem);
}

static void
read_tokenizer(struct encoder *e)
{
	struct str bytes, object, model, raw, kind = STR("unknown");
	struct arena mem = {0};
	char path[4096];

	modelfile_path(path, e->modules.folder, "tokenizer.json");
	if (!modelfile_object(
		e->modules.folder, "tokenizer.json", &bytes, &object))
		cli_errx(CLI_FATAL, "%s: no such file", path);
	if (object.p[0] != '{' ||
	    !json_member(object, &mem, STR("model"), &model) ||
	    model.p[0] != '{')
		cli_errx(CLI_FATAL, "%s: no \"model\"", path);
	modelfile_str(model, &mem, "type", &kind);
	if (str_eq(kind, STR("WordPiece")))
		read_wordpiece(e);
	else if (!str_eq(kind, STR("WordLevel")) || e->modules.is_static)
		cli_errx(CLI_FATAL, "%s: can't run a tokenizer of type %.*s",
		    path, (int)kind.len, kind.p);
	else if (!json_member(model, &mem, STR("vocab"), &raw))
		cli_errx(CLI_FATAL, "%s: no \"vocab\"", path);
	else
		read_words(e, raw, path);
	if (e->modules.is_static)
		read_truncation(e, object, path);
	arena_release(&mem);
	mapfile_close(&bytes);
}

struct encoder *
encoder_open(const char *folder)
{
	struct encoder *e = mem_zeroed(1, sizeof(*e));
	struct str bytes = STR(""), config = STR("{}");
	char path[4096];

	modules_read(&e->modules, folder);
	modelfile_path(path, e->modules.folder, "config.json");
	if (!modelfile_object(
		e->modules.folder, "config.json", &bytes, &config) &&
	    !e->modules.is_static)
		cli_errx(CLI_FATAL, "%s: no such file", path);
	if (config.p[0] != '{')
		cli_errx(CLI_FATAL, "%s: no object", path);
	if (!e->modules.is_static && is_bert(config, path)) {
		e->bert =
		    transformer_open(e->modules.folder, config, e->modules.cls);
		e->dim = e->width = transformer_dim(e->bert);
		bert_file_settle(transformer_file(e->bert));
	} else {
		read_table(e);
		e->dim = e->width = e->table.dim;
	}
	read_config(e, config, path);
	mapfile_close(&bytes);
	if (e->bert == NULL) {
		read_tokenizer(e);
		model2vec_start(&e->table);
	}
	return e;
}

void
encoder_cut(struct encoder *e, size_t dim)
{
	if (dim > e->width)
		cli_errx(CLI_FATAL, "%s: vectors of %zu numbers, not of %zu",
		    e->modules.folder, e->width, dim);
	if (dim == e->dim)
		return;
	e->dim = dim;
	free(e->mean);
	free(e->covariance);
	e->mean = e->covariance = NULL;
	e->has_t_sim = false;
}

const char *
encoder_folder(const struct encoder *e)
{
	return e->modules.folder;
}

size_t
encoder_dim(const struct encoder *e)
{
	return e->dim;
}

const float *
encoder_mean(const struct encoder *e)
{
	return e->mean;
}

const float *
encoder_covariance(const struct encoder *e)
{
	return e->covariance;
}

/*
 * A covariance that float16 cannot hold is replaced by the largest number that
 * it can.
 */
static void
put_covariance(struct buf *b, const struct calibrate *c, const float *mean)
{
	static const float largest = 65504;
	size_t n = c->dim * (c->dim + 1) / 2, i;
	float *x = mem_alloc(n * sizeof(*x));

	calibrate_covariance(c, mean, x);
	for (i = 0; i < n; i++) {
		x[i] = x[i] > largest ? largest : x[i];
		x[i] = float16_float(
		    float16_of(x[i] < -largest ? -largest : x[i]));
	}
	buf_putc(b, '"');
	float16_format(b, x, n);
	buf_putc(b, '"');
	free(x);
}

const char *
encoder_learnt(const struct calibrate *c, bool lsa, size_t i, struct buf *value)
{
	static const char *const name[] = {"t_sim", "mean", "covariance"};
	struct json_writer w = {.out = value};
	float *mean;
	size_t k;

	if (i == (lsa ? 2 : 3))
		return NULL;
	mean = mem_alloc(c->dim * sizeof(*mean));
	calibrate_mean(c, mean);
	value->len = 0;
	if (i == 0) {
		json_put_real(value, calibrate_t_sim(c));
	} else if (i == 1) {
		jw_begin_array(&w, NULL);
		for (k = 0; k < c->dim; k++)
			jw_real(&w, NULL, mean[k]);
		jw_end_array(&w);
	} else {
		put_covariance(value, c, mean);
	}
	free(mean);
	return name[i];
}

/* Whether it is embed-fit's lsa. */
static bool
is_lsa(const struct encoder *e)
{
	return e->bert == NULL && e->table.tf_log && e->table.wordpiece == NULL;
}

void
encoder_learn(
    const struct encoder *e, const char *folder, const struct calibrate *c)
{
	char path[4096];
	const char *why, *name;
	struct buf value = {0};
	struct arena mem = {0};
	struct outfile save;
	struct rec rec;
	struct str old;
	size_t i;

	if (c->n == 0)
		cli_errx(CLI_FATAL, "no record to learn from");
	if (snprintf(path, sizeof(path), "%s/%sconfig.json", folder,
		e->modules.sub) >= (int)sizeof(path))
		cli_errx(CLI_FATAL, "%s: the path is too long", folder);
	if (!mapfile_open(&old, path)) {
		if (!e->modules.is_static || errno != ENOENT)
			cli_err(CLI_FATAL, "%s", path);
		old = STR(""); /* a StaticEmbedding has no Pooling of its own */
	}
	if (!rec_parse(&rec, &mem, old.len > 0 ? old : STR("{}"), &why))
		cli_errx(CLI_FATAL, "%s: %s", path, why);
	for (i = 0; (name = encoder_learnt(c, is_lsa(e), i, &value)) != NULL;
	     i++)
		rec_set(&rec, name, arena_copy(&mem, buf_str(&value)));
	if (e->dim != e->width)
		rec_set_size(&rec, "truncate_dim", e->dim);
	outfile_open(&save, path);
	rec_write(&rec, save.fp);
	outfile_commit(&save);
	mapfile_close(&old);
	buf_release(&value);
	arena_release(&mem);
}

bool
encoder_t_sim(const struct encoder *e, float *t)
{
	*t = e->t_sim;
	return e->has_t_sim;
}

struct transformer *
encoder_bert(struct encoder *e)
{
	return e->bert;
}

void
encoder_prompt(struct encoder *e, struct str prompt)
{
	if (prompt.len > 0 && e->modules.no_prompt)
		cli_errx(CLI_FATAL,
		    "%s: can't be run with a prompt, since its mean would "
		    "leave the prompt out",
		    e->modules.folder);
	e->modules.prompt = prompt;
}

void
encoder_windows(struct encoder *e, enum transformer_windows windows)
{
	e->windows = windows;
}

bool
encoder_int8(struct encoder *e)
{
	if (e->bert != NULL)
		transformer_int8(e->bert);
	return e->bert != NULL;
}

/*
 * The model's rows (nrow, width) to unit rows of ours (nrow, dim), which may be
 * in their place; numbers that overflowed are fatal.
 */
static void
finish_rows(const struct encoder *e, const float *row, size_t nrow, float *out)
{
	if (!vecmath_finite(row, nrow * e->width))
		cli_errx(CLI_FATAL,
		    "%s: the model makes a vector with an infinity or NaN",
		    e->modules.folder);
	for (; nrow > 0; nrow--, row += e->width, out += e->dim) {
		memmove(out, row, e->dim * sizeof(*out));
		float16_unit(out, e->dim);
	}
}

static bool
knows(struct encoder *e, struct str text)
{
	return e->bert != NULL ? transformer_knows(e->bert, text)
			       : model2vec_knows(&e->table, text);
}

/* The texts after the model's prompt, in mem; without one, as they are. */
static const struct str *
prompted(struct encoder *e, const struct str *text, size_t n, struct arena *mem)
{
	struct str prompt = e->modules.prompt, *all;
	size_t i;
	char *p;

	if (prompt.len == 0)
		return text;
	all = arena_alloc(mem, n * sizeof(*all));
	for (i = 0; i < n; i++) {
		p = arena_alloc(mem, prompt.len + text[i].len);
		memcpy(p, prompt.p, prompt.len);
		if (text[i].len > 0)
			memcpy(p + prompt.len, text[i].p, text[i].len);
		/* a prompt alone says nothing */
		all[i] = knows(e, text[i])
			     ? (struct str){p, prompt.len + text[i].len}
			     : STR("");
	}
	return all;
}

void
encoder_embed(struct encoder *e, const struct str *text, size_t n, float *out)
{
	struct arena mem = {0};
	float *cut = NULL, *row = out;
	size_t i;

	if (e->dim != e->width)
		row = cut = mem_alloc(n * e->width * sizeof(*cut) + 1);
	text = prompted(e, text, n, &mem);
	if (e->bert != NULL)
		transformer_embed(e->bert, e->windows, text, n, row);
	else
		for (i = 0; i < n; i++)
			model2vec_embed(&e->table, text[i], row + i * e->width);
	finish_rows(e, row, n, out);
	arena_release(&mem);
	free(cut);
}

float *
encoder_embed_each(
    struct encoder *e, const struct str *text, size_t n, size_t *nwindow)
{
	struct arena mem = {0};
	size_t i, nrow = 0;
	float *out;

	if (e->bert == NULL) {
		out = mem_alloc(n * e->dim * sizeof(*out));
		for (i = 0; i < n; i++)
			nwindow[i] = 1;
		encoder_embed(e, text, n, out);
		return out;
	}
	out = transformer_embed_each(
	    e->bert, prompted(e, text, n, &mem), n, nwindow);
	for (i = 0; i < n; i++)
		nrow += nwindow[i];
	finish_rows(e, out, nrow, out);
	arena_release(&mem);
	return out;
}

void
encoder_close(struct encoder *e)
{
	if (e->bert != NULL)
		transformer_close(e->bert);
	model2vec_release(&e->table);
	free(e->vector);
	free(e->weight);
	free(e->mapping);
	free(e->mean);
	free(e->covariance);
	mapfile_close(&e->weights);
	modules_release(&e->modules);
	free(e);
}
