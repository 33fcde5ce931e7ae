/*
 * encoder - a model folder as Hugging Face lays it out
 *
 * modules.h tells its parts, and the prompt that each text gets; config.json
 * tells the kind.  "model_type": "bert" and its like are run as transformer.h
 * has it; "model2vec", or none, is a static encoder: model.safetensors with
 * `embeddings` (rows, dim; of eight bits, too), perhaps `mapping` (tokens), the
 * row of each token, and perhaps `weights` (tokens); tokenizer.json with the
 * terms of embed-fit (WordLevel) or BERT's WordPiece; of word pieces, the first
 * "max_length" (512) of a text count.
 *
 * Members of config.json that are ours: "tf": "log" (a token counts 1 + ln of
 * its frequency), "truncate_dim" (the width that vectors are cut to, as
 * encoder_cut() does it), and what was learnt from a corpus: "mean" (dim
 * numbers, the mean of its unit vectors), "covariance" (base64 of float16, as
 * contrast.h has it) and "t_sim" (the cosine from which on two texts are near).
 *
 * A folder that can't be used ends the tool with CLI_FATAL and says why.
 */

#ifndef ENCODER_H
#define ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "encode/calibrate.h"
#include "encode/transformer.h"

struct encoder;

/* Open the model of a folder, to be closed by encoder_close(). */
struct encoder *encoder_open(const char *folder);

/*
 * Keep only the first dim numbers of each vector and make that unit again, for
 * a model that was trained to allow it (Matryoshka).  What was learnt from a
 * corpus at another width does not count any more.  CLI_FATAL if the model has
 * fewer.
 */
void encoder_cut(struct encoder *e, size_t dim);

/* The folder of the weights and the tokenizer: the one given, or one in it. */
const char *encoder_folder(const struct encoder *e);

/*
 * The width of the vectors, and what was learnt from a corpus, if anything was.
 */
size_t encoder_dim(const struct encoder *e);
const float *encoder_mean(const struct encoder *e); /* (dim), or NULL */
/* dim * (dim + 1) / 2 numbers, or NULL */
const float *encoder_covariance(const struct encoder *e);
bool encoder_t_sim(const struct encoder *e, float *t); /* whether it is there */

/*
 * What was learnt from a corpus, as members of config.json: the name of the
 * i-th, NULL after the last; *value, JSON, is set to its value.  Of
 * embed-fit's lsa no covariance is kept: each dimension is scaled by the root
 * of how much the corpus varies along it, and need not be once more.
 */
const char *encoder_learnt(
    const struct calibrate *c, bool lsa, size_t i, struct buf *value);

/*
 * Write what was learnt into config.json of folder, the encoder's own or a copy
 * of it, and the width that vectors are cut to, if they are; all else in the
 * file stays as it is.  CLI_FATAL if c saw no vector.
 */
void encoder_learn(
    const struct encoder *e, const char *folder, const struct calibrate *c);

struct transformer *encoder_bert(struct encoder *e); /* NULL: it is none */

/*
 * Put prompt, which must outlive the encoder, before each text from here on, in
 * the place of the folder's.  CLI_FATAL if the model can't be run with one.
 */
void encoder_prompt(struct encoder *e, struct str prompt);

/* How a BERT reads texts longer than it takes; the first window at first. */
void encoder_windows(struct encoder *e, enum transformer_windows windows);

/* Dense layers in int8 from here on; false: the encoder has none. */
bool encoder_int8(struct encoder *e);

/*
 * The vectors of text[0..n), each of unit length and rounded to float16, as
 * the rows of out (n, dim).  A text without a known token is all zeros.  A
 * row does not depend on the other texts.  Vectors that overflow are CLI_FATAL.
 */
void encoder_embed(
    struct encoder *e, const struct str *text, size_t n, float *out);

/*
 * The same of each window of a BERT's texts, whatever encoder_windows() said:
 * nwindow[i] of text[i], 1 to TRANSFORMER_NWINDOW (a static encoder has 1), as
 * the rows of an array that the caller frees.
 */
float *encoder_embed_each(
    struct encoder *e, const struct str *text, size_t n, size_t *nwindow);

/* Free the encoder, after which no pointer from it may be used. */
void encoder_close(struct encoder *e);

#endif
