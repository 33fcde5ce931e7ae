/*
 * transformer - a BERT, or a model of its kind, and its tokenizer in a folder
 *
 *	config.json, weights		as bert-file.h has them
 *	tokenizer.json or vocab.txt	WordPiece, a byte-level BPE, or a Unigram
 *	tokenizer_config.json		its settings, which win over those above
 *	sentence_bert_config.json	max_seq_length, which wins
 *
 * What is asked for and can't be run ends the tool with CLI_FATAL and a
 * message that names it.
 */

#ifndef TRANSFORMER_H
#define TRANSFORMER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "encode/bert-file.h"

/* Texts longer than the encoder reads. */
enum transformer_windows {
	TRANSFORMER_FIRST, /* what it reads of them */
	TRANSFORMER_MEAN,  /* the mean of the vectors of window after window */
	TRANSFORMER_MAX	   /* the vector of each window; or, of one, the mean */
};

enum { TRANSFORMER_NWINDOW = 16 }; /* of one text; the rest is not read */

struct transformer;

/*
 * config is the JSON object of config.json; cls: a text's vector is the row of
 * [CLS], else the mean of all rows.  folder must live on.  The weights are
 * still to be settled.
 */
struct transformer *transformer_open(
    const char *folder, struct str config, bool cls);
size_t transformer_nvocab(const struct transformer *t);
size_t transformer_dim(const struct transformer *t);
size_t transformer_window(const struct transformer *t); /* pieces it reads */

/* Whether a text has a token besides the unknown one. */
bool transformer_knows(struct transformer *t, struct str text);

/* From here on, dense layers run in int8; their float32 weights are let go. */
void transformer_int8(struct transformer *t);

/*
 * Vectors of text[0..n), of unit length, as the rows of out (n, dim); zeros for
 * a text without a known token.  A row does not depend on the other texts.
 */
void transformer_embed(struct transformer *t, enum transformer_windows windows,
    const struct str *text, size_t n, float *out);

/*
 * Vectors of unit length of all windows of text[0..n), nwindow[i] of text i, as
 * the rows of an array that the caller frees.
 */
float *transformer_embed_each(
    struct transformer *t, const struct str *text, size_t n, size_t *nwindow);

/*
 * Tokens [from, from + n) of the vocabulary, each alone between [CLS] and
 * [SEP]: the means of their last hidden states, of any length, as the rows of
 * out (n, dim).
 */
void transformer_tokens(
    struct transformer *t, size_t from, size_t n, float *out);

/*
 * What heads judge by: the last hidden states of the first tokens, or the means
 * of all, as cls was to transformer_open(), of any length, as the rows of out
 * (n, dim), and whether a token of the text is known: if not, zeros.  What is
 * longer than a window is cut.
 */
void transformer_pooled(struct transformer *t, const struct str *text, size_t n,
    float *out, bool *known);

/* The weights, to read those of a head and to settle them. */
struct bert_file *transformer_file(struct transformer *t);

/* Free the model. */
void transformer_close(struct transformer *t);

#endif
