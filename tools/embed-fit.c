/* embed-fit - make a small encoder of texts from a corpus */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate.h"
#include "cli.h"
#include "folder.h"
#include "half.h"
#include "json.h"
#include "lsa.h"
#include "mem.h"
#include "rec.h"
#include "run.h"
#include "safetensors.h"

enum {
	OPT_DIM = RUN_OPT_OWN,
	OPT_MAX_VOCAB,
	OPT_RNG,
	BLOCK = 256 /* documents at a time */
};

struct opts {
	const char *folder;
	size_t dim, max_vocab;
	uint64_t rng;
};

static const char usage[] =
    "usage: embed-fit lsa -o DIR [--dim N] [--max-vocab N] [--rng N]"
    " [file ...]\n";

static const char help[] =
    "\nMake a static encoder from the texts of a corpus, for embed-score:\n"
    "latent semantic analysis, a vector and a weight for every term.\n\n"
    "  -o DIR                the model folder to write; replaced if it is one\n"
    "      --dim N           width of the vectors (128)\n"
    "      --max-vocab N     most terms, the more frequent first (200000)\n"
    "      --rng N           start of the random numbers (0)\n" RUN_HELP
    "\nexample: embed-fit lsa -o model crawl.jsonl.gz\n";

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
			half_unit(row, lsa->dim);
			calibrate_add(c, row);
		}
	}
	free(x);
}

static void
write_config(FILE *out, const struct calibrate *c)
{
	float *mean = mem_alloc(c->dim * sizeof(*mean));
	struct buf b = {0};
	size_t i;

	buf_printf(&b,
	    "{\n\"model_type\": \"model2vec\",\n"
	    "\"architectures\": [\"StaticModel\"],\n\"hidden_dim\": %zu,\n"
	    "\"normalize\": true,\n\"tf\": \"log\",\n\"t_sim\": ",
	    c->dim);
	json_put_real(&b, calibrate_t_sim(c));
	calibrate_mean(c, mean);
	buf_puts(&b, STR(",\n\"mean\": ["));
	for (i = 0; i < c->dim; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		json_put_real(&b, mean[i]);
	}
	buf_puts(&b, STR("]\n}\n"));
	fwrite(b.p, 1, b.len, out);
	free(mean);
	buf_release(&b);
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
write_folder(struct folder *f, const struct lsa *lsa, const struct calibrate *c)
{
	struct save s;

	folder_file(f, &s, "model.safetensors");
	write_weights(s.fp, lsa);
	save_commit(&s);
	folder_file(f, &s, "tokenizer.json");
	write_tokenizer(s.fp, lsa);
	save_commit(&s);
	folder_file(f, &s, "config.json");
	write_config(s.fp, c);
	save_commit(&s);
	folder_commit(f);
}

static int
fit_lsa(const struct opts *o, char *operands[])
{
	struct lsa lsa = {0};
	struct calibrate c;
	struct folder folder;
	struct rec_reader in;
	struct rec rec;
	struct str text;

	folder_open(&folder, o->folder, "config.json");
	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (rec_get_str(&rec, "text", &text))
			lsa_add(&lsa, text);
		else
			rec_bad(&in, "no string \"text\"");
	}
	if (!lsa_fit(&lsa, o->dim, o->max_vocab, o->rng))
		cli_errx(CLI_FATAL, "no term that is in two of %zu documents",
		    lsa.ndocument);
	if (lsa.dim < o->dim)
		cli_warnx("the corpus has but %zu directions; --dim is that",
		    lsa.dim);
	learn(&c, &lsa);
	write_folder(&folder, &lsa, &c);
	run_count("terms", lsa.nterm);
	run_count("dim", lsa.dim);
	calibrate_release(&c);
	lsa_release(&lsa);
	return rec_close(&in, stdout);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
	    {"dim", required_argument, NULL, OPT_DIM},
	    {"max-vocab", required_argument, NULL, OPT_MAX_VOCAB},
	    {"rng", required_argument, NULL, OPT_RNG}, RUN_OPTIONS};
	struct opts o = {.dim = 128, .max_vocab = 200000};
	int ch;

	run_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, RUN_SHORT "o:", longopts, NULL)) !=
	       -1)
		switch (ch) {
		case 'o':
			o.folder = optarg;
			break;
		case OPT_DIM:
			o.dim = cli_size("--dim", optarg, 1, 4096);
			break;
		case OPT_MAX_VOCAB:
			o.max_vocab =
			    cli_size("--max-vocab", optarg, 1, UINT32_MAX - 2);
			break;
		case OPT_RNG:
			o.rng = cli_u64("--rng", optarg);
			break;
		default:
			run_option(ch);
		}
	if (optind == argc)
		run_usage("no kind of encoder given");
	if (strcmp(argv[optind], "lsa") != 0)
		run_usage("the kind of encoder is lsa");
	if (o.folder == NULL)
		run_usage("no -o");
	return fit_lsa(&o, argv + optind + 1);
}
