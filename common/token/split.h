/*
 * split - a text into the pieces that a model reads one by one
 *
 * What tokenizer.json calls "pre_tokenizer": one step or more, each of which
 * cuts the pieces of the step before.  Regular expressions are written out by
 * hand:
 *
 *	GPT-2	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
 *		\s+(?!\S)|\s+
 *	Llama 3	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|
 *		\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *	Qwen 2	the same with \p{N}
 *	o200k	[^\r\n\p{L}\p{N}]?U*L+C?|[^\r\n\p{L}\p{N}]?U+L*C?|\p{N}{1,3}|
 *		 ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *		where U is [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], L is
 *		[\p{Ll}\p{Lm}\p{Lo}\p{M}], C is (?i:'s|'t|'re|'ve|'m|'ll|'d)
 *	Tekken	the same without C and with \p{N}
 *	DeepSeek [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|
 *		[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|
 *		\s*[\r\n]+|\s+(?!\S)|\s+
 *
 * Letters, marks, numbers and symbols are those of Unicode 16.  Where no match
 * begins, the text up to the next one is a piece.
 */

#ifndef SPLIT_H
#define SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum split_kind {
	SPLIT_GPT2, /* these six as above */
	SPLIT_LLAMA3,
	SPLIT_QWEN2,
	SPLIT_O200K,
	SPLIT_TEKKEN,
	SPLIT_DEEPSEEK,
	SPLIT_NUMBER3,	   /* \p{N}{1,3} */
	SPLIT_NUMBER,	   /* \p{N} */
	SPLIT_IDEOGRAPHS,  /* [\u4e00-\u9fa5\u3040-\u30ff]+ */
	SPLIT_DIGIT3,	   /* [0-9][0-9][0-9] */
	SPLIT_NUMBERS,	   /* \p{N}+ */
	SPLIT_PUNCTUATION, /* runs of marks as BERT knows them */
	SPLIT_WORDS,	   /* white space is dropped */
	SPLIT_BLANKS,	   /* each U+2581 begins a piece */
	SPLIT_NONE
};

/* What a step puts before a piece that does not start with it. */
enum split_prefix { SPLIT_NO_PREFIX, SPLIT_ALWAYS, SPLIT_FIRST };

enum { SPLIT_NSTEP = 8 };

struct split_step {
	enum split_kind kind;
	/*
	 * A blank (or, if blanks, U+2581, which every blank becomes first)
	 * before each piece, or before one that begins the text.
	 */
	enum split_prefix prefix;
	bool blanks;
	bool bytes; /* numbers are those of GPT-2's letters for bytes */
};

/*
 * A zeroed struct split with steps in place is ready; split_release() frees
 * what it holds.
 *
 *	split_start(&s, text, true);
 *	while (split_next(&s, &piece))
 *		...
 */
struct split {
	struct split_step step[SPLIT_NSTEP];
	size_t nstep; /* at least 1 */
	struct split_level {
		struct str rest;
		bool first;	     /* rest begins where the text does */
		struct buf prefixed; /* what rest lies in, if it has a prefix */
	} level[SPLIT_NSTEP];
	size_t depth;
};

/*
 * Begin with a text, which must live as long as its pieces are asked for;
 * first: nothing stands before it.
 */
void split_start(struct split *s, struct str text, bool first);

/* The next piece, not empty, borrowed until the next call; false at the end. */
bool split_next(struct split *s, struct str *piece);

/* Free what is held. */
void split_release(struct split *s);

#endif
