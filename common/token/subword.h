/*
 * subword - text to the ids of a tokenizer.json, as Hugging Face's tokenizers
 * gives them for encode(text, add_special_tokens=False)
 *
 * Added tokens in the text become their ids (added.h); what lies between them
 * is normalised (normal.h) and split (split.h), and each piece becomes the ids
 * of a BPE (bpe.h) or a Unigram (unigram.h).  Most of a text are pieces that
 * have been seen before, whose ids are remembered.
 */

#ifndef SUBWORD_H
#define SUBWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { SUBWORD_WHY = 256 };

struct subword;

/*
 * From the JSON of a tokenizer.json; *nvocab: the greatest id + 1.  NULL, and
 * why, of what has neither model or asks for what can't be done exactly.
 */
struct subword *subword_new(
    struct str object, uint32_t *nvocab, char why[SUBWORD_WHY]);

/* "BPE" or "Unigram". */
const char *subword_kind(const struct subword *s);

/*
 * The id of a token or added token as the file writes it; false if there is
 * none.
 */
bool subword_id(const struct subword *s, struct str token, uint32_t *id);

/*
 * Whether control tokens in a text are text like any other
 * (split_special_tokens of Hugging Face's library); they are not, at first.
 */
void subword_plain(struct subword *s, bool plain);

/* The ids of text, (*n), borrowed until the next call. */
const uint32_t *subword_encode(struct subword *s, struct str text, size_t *n);

/* Free what is held. */
void subword_free(struct subword *s);

#endif
