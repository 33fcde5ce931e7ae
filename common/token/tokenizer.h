/*
 * tokenizer - the tokenizer of a model folder
 *
 * tokenizer.json with a WordPiece as BERT has it, a BPE as GPT-2, Llama and
 * most others have it, or a Unigram as T5 and XLM-R have it (subword.h); or
 * vocab.txt, of a WordPiece.  Texts are encoded whole
 * and nothing is put around them: "truncation", "padding" and
 * "post_processor" don't count.
 */

#ifndef TOKENIZER_H
#define TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct tokenizer;

/*
 * A folder that can't be used ends the tool with CLI_FATAL and says why.
 * plain: a control token that stands in a text is text like any other; else it
 * is that token.
 */
struct tokenizer *tokenizer_open(const char *folder, bool plain);
void tokenizer_close(struct tokenizer *t);

const char *tokenizer_kind(const struct tokenizer *t);	/* "BPE" ... */
uint32_t tokenizer_nvocab(const struct tokenizer *t);	/* greatest id + 1 */
uint64_t tokenizer_identity(const struct tokenizer *t); /* hash of its files */

/* The id of a token as it stands; false: there is none such. */
bool tokenizer_id(const struct tokenizer *t, struct str token, uint32_t *id);

/* The ids of text, (*n), borrowed until the next call. */
const uint32_t *tokenizer_encode(
    struct tokenizer *t, struct str text, size_t *n);

#endif
