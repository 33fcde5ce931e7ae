/*
 * wordpiece-file - the WordPiece of a model folder
 *
 *	tokenizer.json or vocab.txt	tokens and how a text is read
 *	tokenizer_config.json		settings that win over those above
 *	sentence_bert_config.json	max_seq_length, which wins
 */

#ifndef WORDPIECE_FILE_H
#define WORDPIECE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "token/wordpiece.h"

enum { WORDPIECE_FILE_NSPECIAL = 512 };

struct wordpiece_file {
	struct str *token; /* (n) by id; one without a token is empty */
	size_t n, cap;
	size_t nvocab, nposition;		   /* as asked for */
	uint32_t special[WORDPIECE_FILE_NSPECIAL]; /* (nspecial) ids */
	bool control[WORDPIECE_FILE_NSPECIAL];	   /* (nspecial), as [SEP] */
	size_t nspecial;
	size_t max_len; /* tokens that the model reads; nposition at most */
	struct wordpiece_options options;
	const char *folder;
	struct arena mem;
};

/*
 * A folder that can't be used, has a token beyond nvocab or a model of fewer
 * than 3 tokens a text ends the tool with CLI_FATAL; so does one that cuts
 * texts in other ways than BertNormalizer, BertPreTokenizer and WordPiece do.
 */
void wordpiece_file_read(struct wordpiece_file *v, const char *folder,
    size_t nvocab, size_t nposition);

/*
 * The tokens of a text that a model with so many positions reads, as
 * sentence_bert_config.json or tokenizer_config.json says; 3 or more, or
 * CLI_FATAL.
 */
size_t wordpiece_file_length(const char *folder, size_t nposition);

/* Let control tokens that stand in a text be text like any other. */
void wordpiece_file_plain(struct wordpiece_file *v);

/* NULL when it lacks the unknown token. */
struct wordpiece *wordpiece_file_wordpiece(const struct wordpiece_file *v);

/* The median length of the tokens, in code points, rounded down; 1 at least. */
size_t wordpiece_file_median(const struct wordpiece_file *v);

/* Free what is held. */
void wordpiece_file_release(struct wordpiece_file *v);

#endif
