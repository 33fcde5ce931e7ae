/*
 * bpe - a piece of text to the ids of a byte pair encoding
 *
 * The symbols of a piece are joined, pair by pair, the pair of least rank
 * first, the leftmost of equals.  Symbols are bytes at first, as GPT-2 has it,
 * or characters, as SentencePiece has it.  Ids are those of Hugging Face's
 * tokenizers.
 *
 * A piece of n bytes takes n log n steps and 28 n bytes of memory.
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

struct bpe_options {
	bool bytes; /* tokens are written in GPT-2's letters for bytes */
	bool ignore_merges; /* a piece that is a token is that token */
	/* of models of characters: */
	bool byte_fallback; /* one that is no token is tokens as <0x0A> */
	bool fuse_unk;	    /* unknown ones side by side are one token */
};

struct bpe;

/*
 * A model is made of tokens, then merges by rising rank, and then made ready;
 * all text is copied.  A token or a merge that comes again replaces the one
 * before.
 */
struct bpe *bpe_new(const struct bpe_options *options);
void bpe_token(struct bpe *b, struct str token, uint32_t id);

/* False unless left, right and both joined are tokens. */
bool bpe_merge(struct bpe *b, struct str left, struct str right);

/*
 * unk: the token of what is unknown, or "".  False if it is no token, or if
 * text would be lost: neither is there an unknown token (of a model of
 * characters) nor has every byte a token.  A model of bytes may lack those of
 * control characters and of no character at all, which then give no id.
 */
bool bpe_ready(struct bpe *b, struct str unk);

/* The id of a token as the model writes it; false if there is none. */
bool bpe_id(const struct bpe *b, struct str token, uint32_t *id);

/*
 * Bytes of the first part of s, which isn't empty: no token crosses its end, so
 * that the ids of s are those of its parts.
 */
size_t bpe_part(const struct bpe *b, struct str s);

/* The ids of a piece of less than 2^31 bytes; how many; borrowed until the
 * next call. */
size_t bpe_encode(struct bpe *b, struct str piece, const uint32_t **ids);

/* Free what is held. */
void bpe_free(struct bpe *b);

#endif
