/*
 * unigram - a piece of text to the ids of a unigram language model
 *
 * Of all ways to write a piece in tokens, the one of the greatest sum of
 * scores; of equals the one that Hugging Face's tokenizers finds.  A character
 * that is no token costs 10 more than the least score, and a run of such is one
 * unknown token, or its bytes.
 *
 * A piece of n bytes takes n times the length of the longest token and 16 n
 * bytes of memory.
 *
 * T. Kudo, "Subword regularization: improving neural network translation
 * models with multiple subword candidates", 2018.
 */

#ifndef UNIGRAM_H
#define UNIGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct unigram;

/*
 * A model is made of tokens, whose ids count from 0, and then made ready; text
 * is copied.
 */
struct unigram *unigram_new(void);
void unigram_token(struct unigram *u, struct str token, double score);

/*
 * unk: the id of the unknown token; bytes: what is unknown is tokens such as
 * <0x0A>, if all of its bytes have one.  False if unk is no token.
 */
bool unigram_ready(struct unigram *u, size_t unk, bool bytes);

/* The id of a token; false if there is none. */
bool unigram_id(const struct unigram *u, struct str token, uint32_t *id);

/* The ids of a piece; how many; borrowed until the next call. */
size_t unigram_encode(
    struct unigram *u, struct str piece, const uint32_t **ids);

/* Free what is held. */
void unigram_free(struct unigram *u);

#endif
