/*
 * modules - the parts of a model folder, as sentence-transformers lists them
 *
 *	modules.json				the parts, in their order
 *	1_Pooling/config.json			how a text's rows become one
 *	config_sentence_transformers.json	what is put before each text
 *
 * Parts that are run: Transformer or StaticEmbedding, then Pooling by CLS or by
 * the mean, then Normalize (and Dropout, which does nothing).  A folder without
 * modules.json is a Transformer, or what its folder 0_Transformer or
 * 0_StaticEmbedding holds, and pooled as 1_Pooling says or by the mean.
 */

#ifndef MODULES_H
#define MODULES_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

struct modules {
	char folder[4096]; /* that of the encoder, its tokenizer and config */
	const char *sub;   /* its name in the model's folder, "a/" or "" */
	bool is_static;	   /* a StaticEmbedding of sentence-transformers */
	bool cls;	   /* pooling by the first token's row, else the mean */
	struct str prompt; /* "" is none; borrowed from mem */
	bool no_prompt;	   /* its rows would have to be left out of the mean */
	struct arena mem;
};

/*
 * Read them.  What is asked for and can't be run ends the tool with CLI_FATAL
 * and a message that names it.
 */
void modules_read(struct modules *m, const char *folder);
void modules_release(struct modules *m);

#endif
