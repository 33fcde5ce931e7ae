#include "encode/head.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "encode/transformer.h"
#include "math/gemm.h"
#include "math/vecmath.h"
#include "record/json.h"
#include "token/modelfile.h"

enum { MAX_LABEL = 1 << 16 };

struct head {
	struct transformer *transformer;
	size_t dim, nlabel;
	struct str *label;  /* (nlabel), of mem */
	const float *dense; /* (dim, dim), or NULL: the classifier alone */
	const float *dense_bias;
	enum { TANH, RELU, GELU } act;
	const float *norm;	 /* (dim), a normalisation after act, or NULL */
	const float *norm_shift; /* (dim) */
	float epsilon;
	const float *classify; /* (nlabel, dim) */
	const float *classify_bias;
	enum { SOFTMAX, SIGMOID, REGRESSION } kind;
	struct arena mem;
};

/* "id2label":{"0":"NEGATIVE",..}, each number once; or "num_labels". */
static void
read_labels(struct head *h, struct str config, const char *folder)
{
	struct json_walk w;
	struct str raw, key, item, name, none = {NULL, 0};
	size_t id;
	char text[32];

	h->nlabel = 2; /* what a config that says nothing means */
	if (json_member(config, &h->mem, STR("num_labels"), &raw))
		json_get_size(raw, &h->nlabel);
	if (json_member(config, &h->mem, STR("id2label"), &raw) &&
	    json_open(&w, raw, '{'))
		for (h->nlabel = 0; json_next(&w, &h->mem, &key, &item);)
			h->nlabel++;
	if (h->nlabel == 0 || h->nlabel > MAX_LABEL)
		cli_errx(CLI_FATAL, "%s/config.json: no labels", folder);
	h->label = mem_alloc(h->nlabel * sizeof(*h->label));
	for (id = 0; id < h->nlabel; id++) {
		snprintf(text, sizeof(text), "LABEL_%zu", id);
		h->label[id] = arena_copy(&h->mem, str_of(text));
	}
	if (!json_member(config, &h->mem, STR("id2label"), &raw) ||
	    !json_open(&w, raw, '{'))
		return;
	for (id = 0; id < h->nlabel; id++)
		h->label[id] = none;
	while (json_next(&w, &h->mem, &key, &item)) {
		if (!json_get_size(key, &id) || id >= h->nlabel ||
		    h->label[id].p != NULL ||
		    !json_get_str(item, &h->mem, &name))
			cli_errx(CLI_FATAL,
			    "%s/config.json: \"id2label\" is no list of names",
			    folder);
		h->label[id] = arena_copy(&h->mem, name);
	}
}

static void
read_kind(struct head *h, struct str config, const char *folder)
{
	struct str type = STR("");

	modelfile_str(config, &h->mem, "problem_type", &type);
	if (str_eq(type, STR("multi_label_classification")))
		h->kind = SIGMOID;
	else if (str_eq(type, STR("regression")) ||
		 (type.len == 0 && h->nlabel == 1))
		h->kind = REGRESSION;
	else if (type.len > 0 &&
		 !str_eq(type, STR("single_label_classification")))
		cli_errx(CLI_FATAL,
		    "%s/config.json: can't run \"problem_type\": %.*s", folder,
		    (int)type.len, type.p);
}

/* What a deberta-v2 has after its dense layer. */
static void
read_pooler(struct head *h, struct str config, const char *folder)
{
	struct str act = STR("gelu");

	modelfile_str(config, &h->mem, "pooler_hidden_act", &act);
	if (str_eq(act, STR("gelu")))
		h->act = GELU;
	else if (!str_eq(act, STR("tanh")))
		cli_errx(CLI_FATAL,
		    "%s/config.json: can't run \"pooler_hidden_act\": %.*s",
		    folder, (int)act.len, act.p);
}

/* A modernbert's settings; true: it is pooled by the first token. */
static bool
read_modern(struct head *h, struct str config, const char *folder)
{
	struct str raw, pooling = STR("cls"), act = STR("gelu");
	double epsilon = 1e-5;

	modelfile_str(config, &h->mem, "classifier_pooling", &pooling);
	modelfile_str(config, &h->mem, "classifier_activation", &act);
	if (!str_eq(pooling, STR("cls")) && !str_eq(pooling, STR("mean")))
		cli_errx(CLI_FATAL,
		    "%s/config.json: can't run \"classifier_pooling\": %.*s",
		    folder, (int)pooling.len, pooling.p);
	if (!str_eq(act, STR("gelu")))
		cli_errx(CLI_FATAL,
		    "%s/config.json: can't run \"classifier_activation\": %.*s",
		    folder, (int)act.len, act.p);
	if (json_member(config, &h->mem, STR("norm_eps"), &raw))
		json_get_num(raw, &epsilon);
	h->epsilon = (float)epsilon;
	return str_eq(pooling, STR("cls"));
}

/* A dense layer's weights (nout, dim) and bias. */
static void
read_dense(struct head *h, const char *name, size_t nout, const float **weight,
    const float **bias)
{
	struct bert_file *f = transformer_file(h->transformer);
	char full[64];

	snprintf(full, sizeof(full), "%s.weight", name);
	*weight = bert_file_floats(f, full, nout, h->dim);
	snprintf(full, sizeof(full), "%s.bias", name);
	*bias = bert_file_floats(f, full, nout, 0);
}

static void
read_weights(struct head *h)
{
	struct bert_file *f = transformer_file(h->transformer);
	const char *dense = "pooler.dense", *last = "classifier";

	if (h->epsilon > 0) { /* a modernbert */
		h->act = GELU;
		read_dense(h, last, h->nlabel, &h->classify, &h->classify_bias);
		h->dense =
		    bert_file_floats(f, "head.dense.weight", h->dim, h->dim);
		h->dense_bias = bert_file_zeros(f, "head.dense.bias", h->dim);
		h->norm = bert_file_floats(f, "head.norm.weight", h->dim, 0);
		h->norm_shift = bert_file_zeros(f, "head.norm.bias", h->dim);
		bert_file_settle(f);
		return;
	}
	if (bert_file_has(f, "fc.weight")) {
		read_dense(h, "fc", h->nlabel, &h->classify, &h->classify_bias);
		bert_file_settle(f);
		return;
	}
	if (bert_file_has(f, "classifier.out_proj.weight")) {
		dense = "classifier.dense";
		last = "classifier.out_proj";
	} else if (bert_file_has(f, "pre_classifier.weight")) {
		dense = "pre_classifier";
		h->act = RELU;
	}
	read_dense(h, last, h->nlabel, &h->classify, &h->classify_bias);
	read_dense(h, dense, h->dim, &h->dense, &h->dense_bias);
	bert_file_settle(f);
}

struct head *
head_open(const char *folder)
{
	struct head *h = mem_zeroed(1, sizeof(*h));
	struct str bytes, config, type = STR("");
	bool cls = true;

	if (!modelfile_object(folder, "config.json", &bytes, &config) ||
	    config.p[0] != '{')
		cli_errx(CLI_FATAL,
		    "%s/config.json: no such file, or no object", folder);
	modelfile_str(config, &h->mem, "model_type", &type);
	if (!bert_file_runs(type))
		cli_errx(CLI_FATAL,
		    "%s/config.json: can't run a model of type %.*s", folder,
		    (int)type.len, type.p);
	read_labels(h, config, folder);
	read_kind(h, config, folder);
	if (str_eq(type, STR("modernbert")))
		cls = read_modern(h, config, folder);
	if (str_eq(type, STR("deberta-v2")))
		read_pooler(h, config, folder);
	h->transformer = transformer_open(folder, config, cls);
	h->dim = transformer_dim(h->transformer);
	read_weights(h);
	mapfile_close(&bytes);
	return h;
}

void
head_close(struct head *h)
{
	transformer_close(h->transformer);
	arena_release(&h->mem);
	free(h->label);
	free(h);
}

size_t
head_nlabel(const struct head *h)
{
	return h->nlabel;
}

const struct str *
head_label(const struct head *h)
{
	return h->label;
}

bool
head_is_regression(const struct head *h)
{
	return h->kind == REGRESSION;
}

/* Turn the numbers of the classifier into scores, as "problem_type" says. */
static void
finish(const struct head *h, float *p)
{
	float max = p[0], sum = 0;
	size_t j;

	switch (h->kind) {
	case REGRESSION:
		break;
	case SIGMOID:
		for (j = 0; j < h->nlabel; j++)
			p[j] = 1 / (1 + expf(-p[j]));
		break;
	case SOFTMAX:
		for (j = 1; j < h->nlabel; j++)
			max = p[j] > max ? p[j] : max;
		for (j = 0; j < h->nlabel; j++)
			sum += p[j] = expf(p[j] - max);
		for (j = 0; j < h->nlabel; j++)
			p[j] /= sum;
		break;
	}
}

/* y (n, dim), as the dense layer made it, through all that follows it. */
static void
activate(const struct head *h, float *y, size_t n)
{
	size_t dim = h->dim, i;

	if (h->act == GELU) {
		bert_gelu(y, n, dim, h->dense_bias, false);
		if (h->norm != NULL)
			bert_norm(
			    y, n, dim, h->norm, h->norm_shift, h->epsilon);
		return;
	}
	for (i = 0; i < n * dim; i++) {
		y[i] += h->dense_bias[i % dim];
		y[i] = h->act == TANH ? tanhf(y[i]) : y[i] > 0 ? y[i] : 0;
	}
}

void
head_score(
    struct head *h, const struct str *text, size_t n, float *p, bool *known)
{
	size_t i, j, dim = h->dim, nlabel = h->nlabel;
	float *x = mem_alloc((n + 1) * dim * sizeof(*x));
	float *y = mem_alloc((n + 1) * dim * sizeof(*y));

	transformer_pooled(h->transformer, text, n, x, known);
	if (h->dense != NULL) {
		gemm_nt(n, dim, dim, x, dim, h->dense, dim, 0, y, dim);
		activate(h, y, n);
	}
	gemm_nt(n, nlabel, dim, h->dense != NULL ? y : x, dim, h->classify, dim,
	    0, p, nlabel);
	for (i = 0; i < n * nlabel; i++)
		p[i] += h->classify_bias[i % nlabel];
	if (!vecmath_finite(p, n * nlabel))
		cli_errx(CLI_FATAL,
		    "the classifier makes a score that is an infinity or NaN");
	for (i = 0; i < n; i++) {
		finish(h, p + i * nlabel);
		for (j = 0; j < nlabel && !known[i]; j++)
			p[i * nlabel + j] = 0;
	}
	free(x);
	free(y);
}
