/*
 * bpe - text to the ids of a byte-level BPE, as GPT-2 and Llama 3 have it
 *
 * Ids are those of Hugging Face's tokenizers for encode(text,
 * add_special_tokens=False).  Added tokens in the text become their ids; what
 * lies between them is normalised (NFC, if asked for) and split into pieces as
 * the regular expression of the model does, here written out by hand:
 *
 *	GPT-2	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
 *		\s+(?!\S)|\s+
 *	Llama 3	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|
 *		\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *	Qwen 2	the same with \p{N}
 *
 * The bytes of a piece are then joined, pair by pair, the pair of least rank
 * first, the leftmost of equals.  Letters and numbers are those of Unicode 16.
 *
 * A piece of n bytes takes n log n steps and 28 n bytes of memory; most of a
 * text are pieces that have been seen before, whose ids are remembered.
 *
 * P. Gage, "A new algorithm for data compression", 1994; R. Sennrich et al.,
 * "Neural machine translation of rare words with subword units", 2016; A.
 * Radford et al., "Language models are unsupervised multitask learners", 2019.
 */

#ifndef BPE_H
#define BPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum bpe_split { BPE_GPT2, BPE_LLAMA3, BPE_QWEN2 };

struct bpe_options {
	enum bpe_split split;
	bool nfc;
	bool prefix_space; /* a text starts with a blank, its own or one more */
	bool ignore_merges; /* a piece that is a token is that token */
};

struct bpe_added {
	struct str text;     /* not empty */
	bool lstrip, rstrip; /* takes the white space on that side */
	bool normalised;     /* looked for behind NFC, not before */
	bool special;	     /* a control token, such as the end of a text */
	uint32_t id;
};

struct bpe;

/*
 * A model is made of tokens, then merges by rising rank, then added tokens; all
 * text is copied.  Tokens are written in GPT-2's letters for bytes.  A token or
 * a merge that comes again replaces the one before.
 */
struct bpe *bpe_new(const struct bpe_options *options);
void bpe_token(struct bpe *b, struct str token, uint32_t id);

/* False unless left, right and both joined are tokens. */
bool bpe_merge(struct bpe *b, struct str left, struct str right);

/* An added token that is a token of the model too has its id there. */
void bpe_add(struct bpe *b, const struct bpe_added *added);

/* Whether every byte is a token, without which text would be lost. */
bool bpe_whole(const struct bpe *b);

/*
 * The id of the token or added token whose text is exactly this; false if there
 * is none.
 */
bool bpe_id(const struct bpe *b, struct str text, uint32_t *id);

/*
 * Whether control tokens in a text are text like any other (split_special_tokens
 * of Hugging Face's library); they are not, at first.
 */
void bpe_plain(struct bpe *b, bool plain);

/* The ids of text, (*n), lent until the next call. */
const uint32_t *bpe_encode(struct bpe *b, struct str text, size_t *n);

void bpe_free(struct bpe *b);

#endif
