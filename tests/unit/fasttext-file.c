/*
 * fasttext-file: each form of file is read as it was made, every shorter one is
 * refused, and so is every number that contradicts the others
 */

#include "classify/fasttext-file.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { DIM = 3, NWORD = 2, NLABEL = 3, BUCKET = 4, NPRUNED = 2 };

/* Where the numbers lie in a file. */
enum {
	VERSION_AT = 4,
	DIM_AT = 8,
	ORDER_AT = 28,
	LOSS_AT = 32,
	MODEL_AT = 36,
	BUCKET_AT = 40,
	MAXN_AT = 48,
	SIZE_AT = 64,
	NWORD_AT = 68,
	NLABEL_AT = 72,
	WORDS_AT = 92
};

struct form {
	const char *name;
	enum fasttext_loss loss;
	bool pruned, input_codes, output_codes, norms, tail;
};

static const struct form forms[] = {
    {.name = "dense", .loss = FASTTEXT_SOFTMAX},
    {.name = "dense, with names and thresholds",
	.loss = FASTTEXT_OVA,
	.tail = true},
    {.name = "a tree of labels", .loss = FASTTEXT_HS},
    {.name = "pruned, in codes",
	.loss = FASTTEXT_SOFTMAX,
	.pruned = true,
	.input_codes = true},
    {.name = "all in codes, with norms",
	.loss = FASTTEXT_NS,
	.pruned = true,
	.input_codes = true,
	.output_codes = true,
	.norms = true},
};

static const struct str words[] = {
    {FASTTEXT_END, sizeof(FASTTEXT_END) - 1}, {"word", 4}};
static const struct str labels[] = {{"a b", 3}, {"c", 1}, {"d", 1}};
static const int64_t word_counts[] = {9, 5}, label_counts[] = {5, 3, 1};
static const float thresholds[] = {0.25f, 0.5f, 0.75f};

/* Where the parts of the file that was made last begin. */
static size_t pruned_at, input_at, output_at, tail_at;

static void
put_int(struct buf *out, int32_t x)
{
	buf_put(out, &x, sizeof(x));
}

static void
put_floats(struct buf *out, size_t n)
{
	float x;
	size_t i;

	for (i = 0; i < n; i++) {
		x = (float)i / 8;
		buf_put(out, &x, sizeof(x));
	}
}

/* A quantiser of two runs: of two dimensions and of one; or, for norms, of one. */
static void
put_quantiser(struct buf *out, int32_t dim)
{
	put_int(out, dim);
	put_int(out, dim == 1 ? 1 : 2);
	put_int(out, dim == 1 ? 1 : 2);
	put_int(out, 1);
	put_floats(out, (size_t)dim * FASTTEXT_NCENTROID);
}

static void
put_matrix(struct buf *out, int64_t rows, bool codes, bool norms)
{
	int64_t size[2] = {rows, DIM};

	buf_putc(out, (char)codes);
	if (codes)
		buf_putc(out, (char)norms);
	buf_put(out, size, sizeof(size));
	if (!codes) {
		put_floats(out, (size_t)rows * DIM);
		return;
	}
	put_int(out, (int32_t)rows * 2);
	buf_put(out, "0123456789abcdefghij", (size_t)rows * 2);
	put_quantiser(out, DIM);
	if (norms) {
		buf_put(out, "0123456789", (size_t)rows);
		put_quantiser(out, 1);
	}
}

static void
make(struct buf *out, const struct form *form)
{
	struct fasttext_args args = {.dim = DIM,
	    .word_ngrams = 2,
	    .loss = (int32_t)form->loss,
	    .model = 3,
	    .bucket = BUCKET};
	int64_t npruned = NPRUNED;
	int32_t i;

	out->len = 0;
	fasttext_file_head(out, &args, words, word_counts, NWORD, labels,
	    label_counts, NLABEL, 14);
	pruned_at = out->len;
	if (form->pruned) {
		memcpy(out->p + WORDS_AT - 8, &npruned, sizeof(npruned));
		for (i = 0; i < NPRUNED; i++) {
			put_int(out, 3 - i); /* the bucket */
			put_int(out, i);
		}
	}
	input_at = out->len;
	put_matrix(out, NWORD + (form->pruned ? NPRUNED : BUCKET),
	    form->input_codes, form->norms);
	output_at = out->len;
	put_matrix(out, NLABEL, form->output_codes, form->norms);
	tail_at = out->len;
	if (form->tail)
		fasttext_file_tail(out, labels, thresholds, NLABEL);
}

/* Whether bytes, without one more behind them, are a model; why not, if not. */
static bool
opens(struct str bytes, const char **why)
{
	char *copy = malloc(bytes.len > 0 ? bytes.len : 1);
	struct fasttext ft;
	bool good;

	memcpy(copy, bytes.p, bytes.len);
	good = fasttext_file_open(&ft, (struct str){copy, bytes.len}, why);
	if (good)
		fasttext_file_close(&ft);
	free(copy);
	return good;
}

static void
test_whole(const struct form *form, const struct buf *file)
{
	struct fasttext ft;
	const char *why = NULL;
	bool good = fasttext_file_open(&ft, buf_str(file), &why);

	ok(good, form->name);
	if (!good)
		return;
	ok(ft.nword == NWORD && str_eq(ft.word[0], words[0]) &&
		str_eq(ft.word[1], words[1]) && ft.nlabel == NLABEL &&
		str_eq(ft.label[0], form->tail ? STR("a b") : STR("a_b")) &&
		str_eq(ft.label[2], labels[2]) && ft.count[1] == 3,
	    "its words and labels");
	ok(form->tail ? ft.threshold != NULL && ft.threshold[2] == 0.75f
		      : ft.threshold == NULL,
	    "its thresholds");
	ok((ft.input.value != NULL) == !form->input_codes &&
		(ft.output.value != NULL) == !form->output_codes &&
		(ft.input.norm_code != NULL) == form->norms &&
		ft.output.m == NLABEL && ft.output.n == DIM,
	    "its matrices");
	if (form->loss == FASTTEXT_HS) /* counts 5, 3, 1: 1 and 3 meet first */
		ok(ft.tree[0] == 2 && ft.tree[1] == 1 && ft.tree[2] == 3 &&
			ft.tree[3] == 0,
		    "its tree");
	fasttext_file_close(&ft);
}

/* Only where the matrices end, which is where fastText's own files end. */
static void
test_prefixes(const struct buf *file)
{
	const char *why;
	size_t len, nbad = 0;

	for (len = 0; len < file->len; len++)
		nbad +=
		    opens((struct str){file->p, len}, &why) != (len == tail_at);
	ok(nbad == 0, "no shorter file is a model");
}

/* Each number alone put in the place of the file's. */
static void
refused(const struct form *form, size_t at, int32_t value, const char *what)
{
	struct buf file = {0};
	const char *why = "";

	make(&file, form);
	memcpy(file.p + at, &value, sizeof(value));
	ok(!opens(buf_str(&file), &why) && why[0] == 'a', what);
	buf_release(&file);
}

static void
test_numbers(void)
{
	static const struct {
		size_t at;
		int32_t value;
		const char *what;
	} heads[] = {{VERSION_AT, 10, "an old version"},
	    {VERSION_AT, 13, "a new version"}, {MODEL_AT, 1, "word vectors"},
	    {DIM_AT, 0, "no dimensions"}, {DIM_AT, DIM + 1, "other dimensions"},
	    {BUCKET_AT, -1, "fewer buckets than none"},
	    {BUCKET_AT, BUCKET + 1, "more buckets than rows"},
	    {BUCKET_AT, 0, "n-grams of words without a bucket"},
	    {ORDER_AT, 65, "n-grams of too many words"},
	    {MAXN_AT, 65, "n-grams of too many letters"},
	    {LOSS_AT, 0, "no loss"}, {LOSS_AT, 5, "an unknown loss"},
	    {SIZE_AT, NWORD + NLABEL + 1, "more entries than words and labels"},
	    {NWORD_AT, -1, "fewer words than none"},
	    {NLABEL_AT, 0, "no labels"},
	    {SIZE_AT, 1 << 30, "more entries than bytes"},
	    {WORDS_AT + 13, -1, "a word of an unknown type"}};
	const struct form *dense = &forms[0], *tail = &forms[1],
			  *tree = &forms[2], *pruned = &forms[3],
			  *codes = &forms[4];
	struct buf file = {0};
	size_t i, last = WORDS_AT + 14 + 14; /* the first label */

	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		refused(dense, heads[i].at, heads[i].value, heads[i].what);
	refused(dense, last + 13 + 4, -1, "a count below zero");
	refused(tree, last + 13, 1, "counts of a tree that rise");
	make(&file, dense);
	refused(dense, input_at + 1, -1, "a matrix of wrong height");
	refused(dense, input_at + 1, 5, "fewer rows than words and buckets");
	refused(dense, input_at + 9, 0, "a matrix without columns");
	refused(dense, output_at + 1, NLABEL - 1, "fewer rows than labels");
	make(&file, tail);
	refused(tail, tail_at + 8, 2, "fewer thresholds than labels");
	refused(
	    tail, tail_at + 12, 1 << 20, "more bytes of names than there are");
	refused(tail, tail_at + 16 + 12, -1, "a name that is not UTF-8");
	make(&file, pruned);
	refused(
	    pruned, pruned_at + 4, NPRUNED, "a bucket's row beyond the rows");
	refused(pruned, pruned_at + 4, -1, "a bucket's row before the rows");
	make(&file, codes);
	refused(codes, input_at + 18, 7, "fewer codes than rows");
	refused(codes, input_at + 18, -1, "fewer codes than none");
	refused(codes, output_at + 18 + 4 + 2 * NLABEL, DIM + 1,
	    "a quantiser of other dimensions");
	refused(codes, output_at + 18 + 4 + 2 * NLABEL + 4, 0,
	    "a quantiser without runs");
	refused(codes, output_at + 18 + 4 + 2 * NLABEL + 8, 0,
	    "runs without dimensions");
	refused(codes, output_at + 18 + 4 + 2 * NLABEL + 12, 3,
	    "a last run longer than the others");
	refused(codes, output_at + 18 + 4 + 2 * NLABEL + 12, 0,
	    "a last run without dimensions");
	refused(codes, input_at, 2, "an unknown kind of matrix");
	refused(codes, output_at, 2, "an unknown kind of output");
	buf_release(&file);
}

int
main(void)
{
	struct buf file = {0};
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		make(&file, &forms[i]);
		test_whole(&forms[i], &file);
		test_prefixes(&file);
	}
	test_numbers();
	make(&file, &forms[0]);
	file.p[0] ^= 1;
	ok(!fasttext_file_is(buf_str(&file)) &&
		!fasttext_file_is((struct str){file.p, 3}),
	    "other bytes are no such file");
	ok(!opens(buf_str(&file), &why) &&
		strcmp(why, "no model of fastText") == 0,
	    "and are refused as that");
	/* Version 11 has no n-grams of letters, whatever it says of them. */
	make(&file, &forms[0]);
	file.p[VERSION_AT] = 11;
	file.p[MAXN_AT] = 65;
	ok(opens(buf_str(&file), &why), "version 11");
	buf_release(&file);
	return tap_done();
}
