/*
 * bert - the forward pass of a BERT encoder, to one vector a text
 *
 * J. Devlin et al., "BERT: pre-training of deep bidirectional transformers",
 * 2019; post-norm layers as Hugging Face's BertModel computes them, in
 * float32.  Sequences lie packed one after the other, without padding; a
 * text's vector does not depend on the others it is packed with.
 *
 * What later models do otherwise: rotary positions (J. Su et al., "RoFormer",
 * 2021) in place of learnt ones, layers in which a token attends only to those
 * near it, normalisation before a part instead of after it, and gated linear
 * units (N. Shazeer, "GLU variants improve transformer", 2020): half of what
 * goes up is multiplied by GELU of the other half; and attention by distance,
 * as disentangled.h has it.
 */

#ifndef BERT_H
#define BERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encode/disentangled.h"
#include "math/int8.h"

/* Weights are (out, in), row-major, as they are stored; biases (out). */
struct bert_layer {
	const float *qkv_weight; /* (3 dim, dim): query, key, value */
	const float *qkv_bias;	 /* (3 dim) */
	const float *out_weight; /* (dim, dim) */
	const float *out_bias;
	const float *norm1_scale, *norm1_shift; /* (dim); before: or NULL */
	const float *up_weight;			/* (nup, dim) */
	const float *up_bias;			/* (nup) */
	const float *down_weight;		/* (dim, nffn) */
	const float *down_bias;			/* (dim) */
	const float *norm2_scale, *norm2_shift; /* (dim) */
	const struct int8_matrix *int8; /* (BERT_NDENSE), or NULL: float32 */
	/*
	 * (nposition, width), width that of a head, or NULL: of each position
	 * the cosines of width / 2 angles, then their sines.  The numbers i and
	 * i + width / 2 of queries and keys are turned by angle i.
	 */
	const float *rope;
	size_t window; /* keys farther than that away don't count; 0: all do */
	const float *row_key;	/* (disentangled.nrow, dim), or NULL */
	const float *row_query; /* (disentangled.nrow, dim) */
};

/* The dense parts of a layer, as they stand in int8. */
enum { BERT_QKV, BERT_OUT, BERT_UP, BERT_DOWN, BERT_NDENSE };

struct bert {
	size_t nlayer, dim, nhead, nffn, nvocab, nposition;
	float epsilon;	/* of layer normalisation */
	bool tanh_gelu; /* else by erf */
	bool cls;	/* pooling: the first token's row, else the mean */
	bool gated;	/* nup is 2 nffn, of which GELU is of the first half */
	bool pre_norm;	/* normalisation before a part, not after it */
	const float *word;     /* (nvocab, dim) */
	const float *position; /* (nposition, dim), or NULL */
	const float *type;     /* (dim): that of the first segment */
	/*
	 * (nhead, 2 nposition - 1), or NULL: added to the attention of a query
	 * to a key, by how much later the key is, from 1 - nposition on.
	 */
	const float *relative;
	struct disentangled disentangled;
	const float *norm_scale, *norm_shift;	/* (dim), of the embeddings */
	const float *final_scale, *final_shift; /* (dim), where pre_norm */
	const struct bert_layer *layer;		/* (nlayer) */
};

/* What one batch needs beside the weights; zeroed is empty. */
struct bert_work {
	size_t nrow;	/* rows there is room for */
	float *x;	/* (nrow, dim) */
	float *y;	/* (nrow, dim) */
	float *qkv;	/* (nrow, 3 dim) */
	float *ffn;	/* (nrow, nup) */
	float *score;	/* (queries at a time, longest) */
	float *by_row;	/* (longest, disentangled.nrow) */
	size_t longest; /* rows of one sequence */
	struct int8_work int8;
};

/*
 * The pooled vectors, not yet of unit length, of sequences 0..nseq: tokens
 * id[start[i]] .. id[start[i + 1]] go to row i of out (nseq, dim).  Every id
 * is below nvocab, no sequence is empty or longer than nposition.
 */
void bert_embed(const struct bert *b, struct bert_work *work,
    const uint32_t *id, const size_t *start, size_t nseq, float *out);

/* Free the arrays; work becomes empty. */
void bert_work_release(struct bert_work *work);

/*
 * The dense parts of a layer as int8, into part[0..BERT_NDENSE), each to be
 * released by int8_release(); the float32 of them is not used any more once
 * l->int8 is part.  Attention, normalisation and GELU stay in float32.
 */
void bert_to_int8(
    const struct bert *b, const struct bert_layer *l, struct int8_matrix *part);

/* The parts, for their naive twins in the tests; all in place. */
void bert_norm(float *x, size_t nrow, size_t dim, const float *scale,
    const float *shift, float epsilon);
void bert_softmax(float *x, size_t nrow, size_t n, float scale);
void bert_gelu(
    float *x, size_t nrow, size_t n, const float *bias, bool by_tanh);

#endif
