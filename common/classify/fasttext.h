/*
 * fasttext - the supervised models of fastText, mapped and used as they lie
 *
 * fasttext-file.h reads and writes them.  A. Joulin et al., "Bag of tricks for
 * efficient text classification", 2017; A. Joulin et al., "FastText.zip", 2016.
 *
 * A text is cut at ASCII white space and NUL and ends with the token "</s>", as
 * one line of input does for fastText.  Its features are the ids of its words,
 * of their character n-grams and of its word n-grams; the mean of their rows in
 * the input matrix times the output matrix gives the labels.
 */

#ifndef FASTTEXT_H
#define FASTTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "text/wordkey.h"

/* Little-endian values of the file lie at any address. */
typedef float fasttext_float __attribute__((aligned(1)));
typedef int32_t fasttext_int __attribute__((aligned(1)));

enum { FASTTEXT_NCENTROID = 256 }; /* of a product quantiser */

/* What begins a label in a text or file, and the token that ends a text. */
#define FASTTEXT_PREFIX "__label__"
#define FASTTEXT_END "</s>"

enum fasttext_loss {
	FASTTEXT_HS = 1,
	FASTTEXT_NS,
	FASTTEXT_SOFTMAX,
	FASTTEXT_OVA
};

/* The arguments, as the file begins with them. */
struct fasttext_args {
	int32_t dim, ws, epoch, min_count, neg, word_ngrams, loss, model,
	    bucket, minn, maxn, lr_update_rate;
	double t;
};

/* Product quantisation: 256 centroids for each run of dsub dimensions. */
struct fasttext_pq {
	int32_t dim, nsub, dsub, lastdsub;
	const fasttext_float *centroid; /* (dim * 256) */
};

/* A matrix of floats, or of codes. */
struct fasttext_matrix {
	int64_t m, n;
	const fasttext_float *value; /* (m, n); NULL: quantised */
	const uint8_t *code;	     /* (m, pq.nsub) */
	const uint8_t *norm_code;    /* (m), or NULL */
	struct fasttext_pq pq, norm_pq;
};

/* Of a hash table: a word, unless it is a long one, whole. */
struct fasttext_slot {
	struct wordkey key; /* value: the word's number + 1; 0: free */
	uint32_t hash;	    /* fasttext_hash() */
};

struct fasttext {
	struct fasttext_args args;
	size_t nword, nlabel;
	struct str *word;	    /* (nword) */
	struct fasttext_slot *slot; /* (nslot) */
	size_t nslot;		    /* a power of two */
	struct str *label;	    /* (nlabel): names, without __label__ */
	int64_t *count;		    /* (nlabel) */
	const fasttext_float *threshold; /* (nlabel), or NULL: 0.5 */
	int64_t npruned;	    /* of buckets that are kept; -1: all are */
	const fasttext_int *pruned; /* (npruned, 2): bucket, row */
	uint32_t *pruned_slot;	    /* (npruned_slot): place in pruned + 1 */
	size_t npruned_slot;
	struct fasttext_matrix input, output;
	int32_t *tree; /* (nlabel - 1, 2): children, for FASTTEXT_HS */
};

struct fasttext_token {
	struct str text;
	uint32_t hash; /* fasttext_hash() */
	int32_t id;    /* of a word of the model, or -1 */
};

/* The character n-grams of a word; a zeroed one is empty. */
struct fasttext_chars {
	uint32_t *hash; /* (n) */
	size_t n, cap;
	struct buf word; /* between its brackets */
};

/* Scratch of one caller. */
struct fasttext_work {
	struct fasttext_token *token; /* (ntoken) */
	size_t ntoken, token_cap;
	int32_t *feature; /* (nfeature): rows of the input matrix */
	size_t nfeature, feature_cap;
	struct fasttext_chars chars;
	float *hidden; /* (dim) */
	double *score; /* (2 nlabel), for the tree */
	bool odd;      /* a number of the file was infinite or none, ever */
};

/* What one text at a time needs; the caller releases it. */
void fasttext_work_init(struct fasttext_work *work, const struct fasttext *ft);
void fasttext_work_release(struct fasttext_work *work);

/* Take the next token off rest; false when there is none left. */
bool fasttext_next(struct str *rest, struct str *token);

/* Cut text into tokens, without those that fastText takes for labels. */
void fasttext_cut(
    const struct fasttext *ft, struct fasttext_work *work, struct str text);

/*
 * Fill p[0..nlabel) with the probabilities of token[begin..end) as a text of
 * its own: what fastText prints, less the 1e-5 that it adds.  False, and zeros,
 * for a text of which no word and no run of characters is known: fastText
 * judges it by the end of the line alone.  A number in the file that makes no
 * sense gives 0, never a NaN, and work->odd.
 */
bool fasttext_score(const struct fasttext *ft, struct fasttext_work *work,
    size_t begin, size_t end, float *p);

/* Whether a token is no label to fastText. */
bool fasttext_is_word(struct str token);

/*
 * The hash by which fastText finds words and n-grams: FNV-1a of signed bytes.
 */
uint32_t fasttext_hash(struct str token);

/*
 * Fill c->hash[0..c->n) with the hashes of the n-grams of minn to maxn
 * characters of a word between < and >; of "</s>", the end of a text, none.
 */
void fasttext_chars(
    struct fasttext_chars *c, struct str word, int32_t minn, int32_t maxn);
void fasttext_chars_release(struct fasttext_chars *c);

/* The bucket of a run of words' hashes: start with the first, then add. */
static inline uint64_t
fasttext_ngram_first(uint32_t hash)
{
	return (uint64_t)(int64_t)(int32_t)hash;
}

static inline uint64_t
fasttext_ngram_add(uint64_t ngram, uint32_t hash)
{
	return ngram * 116049371 + (uint64_t)(int64_t)(int32_t)hash;
}

/* White space to fastText, NUL among it. */
static inline bool
fasttext_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\v' ||
	       c == '\f' || c == '\0';
}

/* The place of a token among the words: its slot, or the free one. */
static inline struct fasttext_slot *
fasttext_find(const struct fasttext *ft, struct str token, struct wordkey key)
{
	size_t at = wordkey_hash(key) & (ft->nslot - 1);

	for (; ft->slot[at].key.value != 0; at = (at + 1) & (ft->nslot - 1))
		if (wordkey_eq(ft->slot[at].key, key) &&
		    (token.len <= WORDKEY_WHOLE ||
			str_eq(ft->word[ft->slot[at].key.value - 1], token)))
			break;
	return &ft->slot[at];
}

/* The place of a bucket in pruned_slot, or the free one. */
static inline size_t
fasttext_find_pruned(const struct fasttext *ft, int32_t bucket)
{
	size_t mask = ft->npruned_slot - 1;
	size_t at = ((uint32_t)bucket * 2654435769u) & mask;

	for (; ft->pruned_slot[at] != 0; at = (at + 1) & mask)
		if (ft->pruned[2 * (ft->pruned_slot[at] - 1)] == bucket)
			break;
	return at;
}

#endif
