/*
 * bert-file - the weights and the shape of a BERT, or of a model of its kind
 *
 *	config.json			the shape; model_type bert, roberta,
 *					xlm-roberta, mpnet, distilbert,
 *					deberta-v2 (and 3), modernbert, or new
 *					(gte-v1.5)
 *	model.safetensors		weights, F32, F16, BF16 or F64, mapped; or
 *	model.safetensors.index.json	... in several files
 *
 * What is asked for and can't be run ends the tool with CLI_FATAL and a
 * message that names it.
 */

#ifndef BERT_FILE_H
#define BERT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "encode/bert.h"
#include "encode/rope.h"
#include "encode/safetensors.h"

enum { BERT_FILE_NFILE = 64, BERT_FILE_NLAYER = 128 };

struct bert_file {
	struct bert bert; /* bert.cls is the caller's to set */
	struct bert_layer layer[BERT_FILE_NLAYER];
	const char *folder;

	/* private */
	const struct family *family;
	struct str prefix; /* of the names of weights in these files */
	struct rope_plan rope;
	bool attention_bias, mlp_bias, norm_bias; /* a modernbert's settings */
	struct str bytes[BERT_FILE_NFILE];
	struct safetensors file[BERT_FILE_NFILE];
	size_t nfile;
	float **copy; /* (ncopy) weights that could not be used in place */
	size_t ncopy;
};

/* Whether a "model_type" is one of these. */
bool bert_file_runs(struct str model_type);

/* config is the JSON object of config.json; folder must live on. */
void bert_file_open(struct bert_file *f, const char *folder, struct str config);

/*
 * A tensor of (nrow, ncol), or of (nrow) where ncol is 0, of a head: it must be
 * there, with finite numbers.
 */
const float *bert_file_floats(
    struct bert_file *f, const char *name, size_t nrow, size_t ncol);
/* An array of n numbers that may be missing, and is zeros then. */
const float *bert_file_zeros(struct bert_file *f, const char *name, size_t n);
bool bert_file_has(const struct bert_file *f, const char *name);

/* All has been read: weights that were not used for anything are CLI_FATAL. */
void bert_file_settle(const struct bert_file *f);

/* Say that the n weights at p are not used any more. */
void bert_file_drop(struct bert_file *f, const float *p, size_t n);

/* Free the file, after which no pointer to its weights may be used. */
void bert_file_close(struct bert_file *f);

#endif
