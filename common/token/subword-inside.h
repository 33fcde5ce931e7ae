/* subword-inside - what subword.c runs and subword-file.c fills */

#ifndef SUBWORD_INSIDE_H
#define SUBWORD_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "token/added.h"
#include "token/bpe.h"
#include "token/normal.h"
#include "token/split.h"
#include "token/subword.h"
#include "token/unigram.h"

struct subword {
	struct added added;
	struct normal normal;
	struct split split;
	struct bpe *bpe; /* or NULL, and then */
	struct unigram *unigram;
	bool plain;	  /* control tokens in a text are text */
	struct arena mem; /* of what normal holds */
	struct subword_known *known;
	uint32_t *id; /* (nid) of the text */
	size_t nid, id_cap;
};

/* Without a model. */
struct subword *subword_empty(void);

#endif
