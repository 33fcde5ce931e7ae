/* embed-fit - make a small encoder of texts from a corpus */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "encode/calibrate.h"
#include "encode/distil.h"
#include "encode/encoder.h"
#include "encode/lsa.h"
#include "encode/model2vec.h"
#include "encode/safetensors.h"
#include "encode/transformer.h"
#include "encode/window.h"
#include "math/float16.h"
#include "record/json.h"
#include "record/outdir.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "token/wordpiece-file.h"

enum {
	BLOCK = 256,		/* documents at a time */
	BLOCK_BYTES = 16 << 20, /* of their text */
	RECORDS = 1024, /* to calibrate by, at a time, as embed-score has it */
	DIM_LSA = 128,
	DIM_DISTIL = 256
};

enum verb { LSA, DISTIL, CALIBRATE };

struct opts {
	const char *folder, *teacher, *model;
	size_t dim, max_vocab;
	size_t rng;
	enum transformer_windows windows;
	enum { FLOAT32, INT8 } precision;
};

static const struct tool_help help = {
    .usage = "usage: embed-fit lsa -o DIR [--dim N] [--max-vocab N] [--rng N] "
	     "[file ...]\n"
	     "       embed-fit distil --teacher DIR -o DIR [--dim N] [--rng N] "
	     "[file ...]\n"
	     "       embed-fit calibrate --model DIR [-o DIR]\n"
	     "                 [--dim N] [--windows first|mean|max]\n"
	     "                 [--precision float32|int8] [--rng N] [file "
	     "...]\n",
    .about =
	"Make a static encoder, for embed-score.\n\n"
	"lsa: from the texts of a corpus alone, by latent semantic analysis.\n"
	"distil: from a BERT, and better from what it says of a corpus' "
	"texts.\n"
	"calibrate: learn how a model's vectors of a corpus are spread, and "
	"write it\n"
	"into the model's config.json.\n",
    .example = "Example:\n"
	       "  embed-fit lsa -o model crawl.jsonl.gz\n",
    .forms = (const char *const[]){[LSA] = "lsa",
	[DISTIL] = "distil",
	[CALIBRATE] = "calibrate",
	NULL},
    .members = TOOL_TEXT | TOOL_ID};

/* Mean and t_sim of the documents' vectors. */
static void
learn(struct calibrate *c, const struct lsa *lsa)
{
	float *x = mem_alloc(BLOCK * lsa->dim * sizeof(*x)), *row;
	size_t from, to, d;

	calibrate_init(c, lsa->dim, 0);
	for (from = 0; from < lsa->ndocument; from = to) {
		to = lsa->ndocument - from < BLOCK ? lsa->ndocument
						   : from + BLOCK;
		lsa_documents(lsa, from, to, x);
		for (d = from; d < to; d++) {
			row = x + (d - from) * lsa->dim;
			float16_unit(row, lsa->dim);
			calibrate_add(c, row);
		}
	}
	free(x);
}

/* c is empty where there was no corpus; own: members to write besides. */
static void
write_config(FILE *out, const struct calibrate *c, bool lsa, const char *own)
{
	struct buf value = {0};
	const char *name;
	size_t i;

	fprintf(out,
	    "{\n\"model_type\": \"model2vec\",\n"
	    "\"architectures\": [\"StaticModel\"],\n\"hidden_dim\": %zu,\n"
	    "\"normalize\": true%s",
	    c->dim, own);
	for (i = 0;
	     c->n > 0 && (name = encoder_learnt(c, lsa, i, &value)) != NULL;
	     i++)
		fprintf(out, ",\n\"%s\": %.*s", name, (int)value.len, value.p);
	fputs("\n}\n", out);
	buf_release(&value);
}

/* The terms, numbered by row; the last row is that of an unknown one. */
static void
write_tokenizer(FILE *out, const struct lsa *lsa)
{
	struct buf b = {0};
	size_t i;

	buf_puts(&b,
	    STR("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,"
		"\"added_tokens\":[],\"normalizer\":{\"type\":\"Lowercase\"},"
		"\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		"\"[\\\\p{L}\\\\p{M}\\\\p{N}]+\"},\"behavior\":\"Removed\","
		"\"invert\":true},\"post_processor\":null,\"decoder\":null,"
		"\"model\":{\"type\":\"WordLevel\",\"vocab\":{\n"));
	for (i = 0; i < lsa->nterm; i++) {
		json_put_str(&b, lsa->vocab.word[i]);
		buf_printf(&b, ":%zu,\n", i);
	}
	buf_printf(&b, "\"[UNK]\":%zu},\"unk_token\":\"[UNK]\"}}\n", i);
	fwrite(b.p, 1, b.len, out);
	buf_release(&b);
}

static void
write_weights(FILE *out, const struct lsa *lsa)
{
	size_t nrow = lsa->nterm + 1;
	float *vector = mem_zeroed(nrow * lsa->dim, sizeof(*vector));
	float *weight = mem_zeroed(nrow, sizeof(*weight));
	struct tensor_out t[] = {{"embeddings", vector, 2, {nrow, lsa->dim}},
	    {"weights", weight, 1, {nrow, 0}}};

	memcpy(vector, lsa->vector, lsa->nterm * lsa->dim * sizeof(*vector));
	memcpy(weight, lsa->weight, lsa->nterm * sizeof(*weight));
	safetensors_write(out, t, 2);
	free(vector);
	free(weight);
}

static void
write_folder(struct outdir *f, const struct lsa *lsa, const struct calibrate *c)
{
	struct outfile s;

	outdir_file(f, &s, "model.safetensors");
	write_weights(s.fp, lsa);
	outfile_commit(&s);
	outdir_file(f, &s, "tokenizer.json");
	write_tokenizer(s.fp, lsa);
	outfile_commit(&s);
	outdir_file(f, &s, "config.json");
	write_config(s.fp, c, true, ",\n\"tf\": \"log\"");
	outfile_commit(&s);
	outdir_commit(f);
}

static int
fit_lsa(const struct opts *o, char *operands[])
{
	struct lsa lsa = {0};
	struct calibrate c;
	struct outdir folder;
	struct rec_reader in;
	struct rec rec;
	struct str text;

	outdir_open(&folder, o->folder, "config.json");
	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (rec_need_str(&in, &rec, tool_text(), &text))
			lsa_add(&lsa, text);
	}
	if (!lsa_fit(&lsa, o->dim, o->max_vocab, o->rng))
		cli_errx(CLI_FATAL, "no term occurs in two of %zu documents",
		    lsa.ndocument);
	if (lsa.dim < o->dim)
		cli_warnx("the corpus has only %zu directions, and --dim "
			  "becomes that",
		    lsa.dim);
	learn(&c, &lsa);
	write_folder(&folder, &lsa, &c);
	tool_count("terms", lsa.nterm);
	tool_count("dim", lsa.dim);
	calibrate_release(&c);
	lsa_release(&lsa);
	rec_close(&in);
	return tool_end(stdout);
}

/* Distillation. */

struct distilling {
	const struct opts *o;
	struct encoder *teacher;
	struct transformer *bert; /* the same */
	struct wordpiece_file vocab;
	struct model2vec tokens; /* how texts are cut, and no more */
	bool *used;		 /* (nvocab) */
	struct distil distil;
	size_t rounds;
	double before, after;

	/* texts that wait for their vectors */
	struct str text[BLOCK]; /* (ntext), in mem */
	size_t ntext, nbyte;
	struct arena mem;
	float *vector; /* (BLOCK, width) */
};

static void
open_teacher(struct distilling *j)
{
	struct wordpiece_file *v = &j->vocab;
	struct model2vec *m = &j->tokens;
	struct str unk;
	size_t n, i;

	j->teacher = encoder_open(j->o->teacher);
	j->bert = encoder_bert(j->teacher);
	if (j->bert == NULL)
		cli_errx(CLI_FATAL,
		    "%s: a static model; only a BERT can be learnt from",
		    j->o->teacher);
	/* the full width, whatever the folder cuts vectors to */
	encoder_cut(j->teacher, transformer_dim(j->bert));
	n = transformer_nvocab(j->bert);
	wordpiece_file_read(v, encoder_folder(j->teacher), n, SIZE_MAX);
	*m = (struct model2vec){.nrow = n,
	    .max_token = transformer_window(j->bert),
	    .piece_len = wordpiece_file_median(v),
	    .wordpiece = wordpiece_file_wordpiece(v)};
	unk = v->options.unk.len > 0 ? v->options.unk : STR("[UNK]");
	wordpiece_id(m->wordpiece, unk, &m->unk); /* the teacher has it */
	model2vec_start(m);
	j->used = mem_zeroed(n, sizeof(*j->used));
	for (i = 0; i < v->n; i++)
		j->used[i] = v->token[i].len > 0 &&
			     !str_starts(v->token[i], STR("[unused"));
	for (i = 0; i < v->nspecial; i++)
		j->used[v->special[i]] = false;
	distil_init(&j->distil, n, encoder_dim(j->teacher));
	j->vector =
	    mem_alloc(BLOCK * encoder_dim(j->teacher) * sizeof(*j->vector));
}

static void
add_text(struct distilling *j, struct str text, const float *vector)
{
	struct model2vec *m = &j->tokens;
	size_t n = model2vec_count(m, text), known = 0, i;

	for (i = 0; i < n; i++)
		if (j->used[m->seen[i]])
			m->seen[known++] = m->seen[i];
		else
			m->count[m->seen[i]] = 0;
	distil_add(&j->distil, m->seen, m->count, known, vector);
	for (i = 0; i < known; i++)
		m->count[m->seen[i]] = 0;
}

static void
teach(struct distilling *j)
{
	size_t i, width = encoder_dim(j->teacher);

	if (j->ntext > 0)
		encoder_embed(j->teacher, j->text, j->ntext, j->vector);
	for (i = 0; i < j->ntext; i++)
		add_text(j, j->text[i], j->vector + i * width);
	j->ntext = j->nbyte = 0;
	arena_clear(&j->mem);
}

/* A record's text, with its vec, or to be encoded with others. */
static void
take_record(struct distilling *j, struct rec_reader *in, struct rec *rec)
{
	size_t width = encoder_dim(j->teacher);
	struct str text, vec;

	if (!rec_need_str(in, rec, tool_text(), &text))
		return;
	if (!rec_get_str(rec, "vec", &vec)) {
		j->text[j->ntext++] = arena_copy(&j->mem, text);
		j->nbyte += text.len;
		if (j->ntext == BLOCK || j->nbyte >= BLOCK_BYTES)
			teach(j);
		return;
	}
	teach(j); /* texts stay in order */
	if (window_vec(in, vec, 1, width, j->vector))
		add_text(j, text, j->vector);
}

static void
make_table(struct distilling *j)
{
	struct distil *d = &j->distil;
	size_t dim = j->o->dim < d->width ? j->o->dim : d->width;
	float *token = mem_alloc(d->nrow * d->width * sizeof(*token));

	if (dim < j->o->dim && j->o->dim != DIM_DISTIL)
		cli_warnx("the teacher has only %zu dimensions, and --dim "
			  "becomes that",
		    dim);
	transformer_tokens(j->bert, 0, d->nrow, token);
	distil_recipe(d, token, j->used, dim);
	free(token);
	if (d->ntext > 0 && d->ntext < DISTIL_ASIDE)
		cli_warnx(
		    "%zu texts are too few to fit the encoder to; it takes %d",
		    d->ntext, DISTIL_ASIDE);
	j->rounds = distil_fit(d, &j->before, &j->after);
}

/* WordPiece, with the teacher's vocabulary and settings. */
static void
write_wordpiece(FILE *out, const struct wordpiece_file *v)
{
	const struct wordpiece_options *w = &v->options;
	struct buf b = {0};
	size_t i;
	bool first = true;

	buf_puts(&b, STR("{\"version\":\"1.0\",\"truncation\":null,"
			 "\"padding\":null,\"added_tokens\":["));
	for (i = 0; i < v->nspecial; i++) {
		buf_printf(&b, "%s{\"id\":%u,\"content\":", i > 0 ? "," : "",
		    v->special[i]);
		json_put_str(&b, v->token[v->special[i]]);
		buf_puts(&b, STR(",\"single_word\":false,\"lstrip\":false,"
				 "\"rstrip\":false,\"normalized\":false,"
				 "\"special\":true}"));
	}
	buf_printf(&b,
	    "],\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":%s,"
	    "\"handle_chinese_chars\":%s,\"strip_accents\":%s,"
	    "\"lowercase\":%s},\"pre_tokenizer\":{\"type\":"
	    "\"BertPreTokenizer\"},\"post_processor\":null,\"decoder\":null,"
	    "\"model\":{\"type\":\"WordPiece\",\"unk_token\":",
	    w->clean ? "true" : "false", w->cjk ? "true" : "false",
	    w->strip_accents ? "true" : "false",
	    w->lowercase ? "true" : "false");
	json_put_str(&b, w->unk.len > 0 ? w->unk : STR("[UNK]"));
	buf_puts(&b, STR(",\"continuing_subword_prefix\":"));
	json_put_str(&b, w->prefix.len > 0 ? w->prefix : STR("##"));
	buf_printf(&b, ",\"max_input_chars_per_word\":%zu,\"vocab\":{\n",
	    w->max_word > 0 ? w->max_word : 100);
	for (i = 0; i < v->n; i++) {
		if (v->token[i].len == 0)
			continue;
		if (!first)
			buf_puts(&b, STR(",\n"));
		first = false;
		json_put_str(&b, v->token[i]);
		buf_printf(&b, ":%zu", i);
	}
	buf_puts(&b, STR("}}}\n"));
	fwrite(b.p, 1, b.len, out);
	buf_release(&b);
}

static void
write_distilled(struct outdir *f, const struct distilling *j)
{
	const struct distil *d = &j->distil;
	float *x = mem_alloc(
	    (d->nrow > BLOCK ? d->nrow : BLOCK) * d->dim * sizeof(*x));
	struct tensor_out t = {"embeddings", x, 2, {d->nrow, d->dim}};
	struct calibrate c;
	struct buf own = {0};
	struct outfile s;
	size_t i, k, to;

	calibrate_init(&c, d->dim, j->o->rng);
	for (i = 0; i < d->ntext; i = to) {
		to = d->ntext - i < BLOCK ? d->ntext : i + BLOCK;
		distil_texts(d, i, to, x);
		for (k = 0; k < to - i; k++) {
			float16_unit(x + k * d->dim, d->dim);
			calibrate_add(&c, x + k * d->dim);
		}
	}
	for (i = 0; i < d->nrow; i++)
		for (k = 0; k < d->dim; k++)
			x[i * d->dim + k] =
			    d->weight[i] * d->vector[i * d->dim + k];
	outdir_file(f, &s, "model.safetensors");
	safetensors_write(s.fp, &t, 1);
	outfile_commit(&s);
	outdir_file(f, &s, "tokenizer.json");
	write_wordpiece(s.fp, &j->vocab);
	outfile_commit(&s);
	buf_printf(&own, ",\n\"max_length\": %zu", j->tokens.max_token);
	if (d->ntext > 0)
		buf_printf(&own, ",\n\"tf\": \"log\"");
	if (d->ntext >= DISTIL_ASIDE)
		buf_printf(&own,
		    ",\n\"fit\": {\"texts\": %zu, \"rounds\": %zu, "
		    "\"cosine_before\": %.4f, \"cosine\": %.4f}",
		    d->ntext, j->rounds, j->before, j->after);
	buf_putc(&own, '\0');
	outdir_file(f, &s, "config.json");
	write_config(s.fp, &c, false, own.p);
	outfile_commit(&s);
	outdir_commit(f);
	calibrate_release(&c);
	buf_release(&own);
	free(x);
}

static int
fit_distil(const struct opts *o, char *operands[])
{
	struct distilling *j = mem_zeroed(1, sizeof(*j));
	struct outdir folder;
	struct rec_reader in;
	struct rec rec;
	int status = CLI_OK;

	j->o = o;
	outdir_open(&folder, o->folder, "config.json");
	open_teacher(j);
	/* without a file there is no corpus, so standard input must be named */
	if (operands[0] != NULL) {
		rec_open(&in, operands);
		while (rec_read(&in, &rec))
			take_record(j, &in, &rec);
		teach(j);
		rec_close(&in);
	}
	make_table(j);
	write_distilled(&folder, j);
	tool_count("texts", j->distil.ntext);
	tool_count("rounds", j->rounds);
	tool_count("dim", j->distil.dim);
	status = tool_end(stdout);
	distil_release(&j->distil);
	model2vec_release(&j->tokens);
	wordpiece_file_release(&j->vocab);
	encoder_close(j->teacher);
	arena_release(&j->mem);
	free(j->used);
	free(j->vector);
	free(j);
	return status;
}

/* Calibration of a model that is there. */

static int
calibrate(const struct opts *o, char *operands[])
{
	struct window_options w = {.encoder = encoder_open(o->model),
	    .max = RECORDS,
	    .each = o->windows == TRANSFORMER_MAX};
	struct calibrate c;
	struct outdir folder;
	struct rec_reader in;
	struct window window;

	if (o->folder != NULL)
		outdir_open(&folder, o->folder, "config.json");
	encoder_windows(w.encoder, o->windows);
	if (o->dim > 0)
		encoder_cut(w.encoder, o->dim);
	if (o->precision == INT8 && !encoder_int8(w.encoder))
		cli_errx(CLI_FATAL, "%s: --precision int8 is for BERT encoders",
		    o->model);
	w.dim = encoder_dim(w.encoder);
	window_init(&window, &w);
	calibrate_init(&c, w.dim, o->rng);
	rec_open(&in, operands);
	window_calibrate(&window, &in, &c);
	if (o->folder == NULL) {
		encoder_learn(w.encoder, o->model, &c);
	} else {
		outdir_copy(&folder, o->model);
		encoder_learn(w.encoder, folder.tmp, &c);
		outdir_commit(&folder);
	}
	calibrate_release(&c);
	window_release(&window);
	encoder_close(w.encoder);
	rec_close(&in);
	return tool_end(stdout);
}

/* Reject what is missing; fill in defaults. */
static void
check(struct opts *o, enum verb verb)
{
	if (verb == CALIBRATE) {
		if (o->model == NULL)
			tool_usage("--model is missing");
		return;
	}
	if (o->folder == NULL)
		tool_usage("no -o");
	if (verb == DISTIL && o->teacher == NULL)
		tool_usage("--teacher is missing");
	if (o->dim == 0)
		o->dim = verb == DISTIL ? DIM_DISTIL : DIM_LSA;
}

int
main(int argc, char *argv[])
{
	static const char *const windows[] = {[TRANSFORMER_FIRST] = "first",
	    [TRANSFORMER_MEAN] = "mean",
	    [TRANSFORMER_MAX] = "max",
	    NULL};
	static const char *const precisions[] = {"float32", "int8", NULL};
	struct opts o = {.max_vocab = 200000};
	const struct option_row rows[] = {
	    {"o,output", "DIR",
		"the model folder to write; replaced if it is one (calibrate: "
		"a calibrated copy of the model)",
		OPTION_STRING(&o.folder), .writes = OPTION_ALWAYS},
	    {"model", "DIR", "the encoder to calibrate",
		OPTION_STRING(&o.model), .forms = 1 << CALIBRATE,
		.writes = OPTION_ALWAYS},
	    {"teacher", "DIR", "the BERT's folder", OPTION_STRING(&o.teacher),
		.forms = 1 << DISTIL},
	    {"dim", "N",
		"width of the vectors (128; distil: 256); calibrate: cut them "
		"to it, where the model was trained for it (Matryoshka)",
		OPTION_SIZE(&o.dim, 1, 4096)},
	    {"max-vocab", "N", "most terms, the more frequent first (200000)",
		OPTION_SIZE(&o.max_vocab, 1, UINT32_MAX - 2),
		.forms = 1 << LSA},
	    {"rng", "N", "seed of the random numbers (0)",
		OPTION_SIZE(&o.rng, 0, SIZE_MAX)},
	    {"windows", "first|mean|max",
		"of a text longer than the model reads, its start (first), or "
		"all of it, up to 16 windows: their mean, or each of them",
		OPTION_CHOICE(&o.windows, windows), .forms = 1 << CALIBRATE},
	    {"precision", "float32|int8",
		"int8: dense layers of a BERT in eight bits (float32)",
		OPTION_CHOICE(&o.precision, precisions),
		.forms = 1 << CALIBRATE},
	    {.name = NULL}};
	char **operands;
	unsigned verb;

	operands = tool_init(argc, argv, &help, rows, &verb);
	check(&o, verb);
	return verb == LSA	? fit_lsa(&o, operands)
	       : verb == DISTIL ? fit_distil(&o, operands)
				: calibrate(&o, operands);
}
