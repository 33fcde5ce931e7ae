/*
 * wordpiece - text to the ids that a BERT reads
 *
 * Ids are those of Hugging Face's BertNormalizer, BertPreTokenizer and
 * WordPiece model, their departures from Google's code included: special
 * tokens in the text become their ids; U+0000, U+FFFD, controls, format and
 * private characters go, so that VT, FF and U+0085 join what is around them;
 * ideographs stand alone; accents and case go if the model says so; each
 * punctuation mark stands alone; a word is cut greedily from the left, and is
 * [UNK] as a whole where that fails or it is longer than 100 code points.
 * Y. Wu et al., "Google's neural machine translation system", 2016, 4.1.
 *
 * Character classes are those of Hugging Face's tables, of Unicode 8; what
 * came later has no class there.
 */

#ifndef WORDPIECE_H
#define WORDPIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct wordpiece_options {
	bool clean; /* drop controls, all white space is a blank */
	bool cjk;   /* ideographs stand alone */
	bool strip_accents;
	bool lowercase;
	size_t max_word;   /* code points; 0: 100 */
	struct str prefix; /* of pieces inside a word; "": "##" */
	struct str unk;	   /* "[UNK]" unless given */
};

struct wordpiece;

/*
 * vocab[0..nvocab) is the text of each id, and special[0..nspecial) the ids
 * that the text may hold literally; both are copied.  NULL when the vocabulary
 * lacks the unknown token.
 */
struct wordpiece *wordpiece_new(const struct str *vocab, size_t nvocab,
    const uint32_t *special, size_t nspecial,
    const struct wordpiece_options *options);
void wordpiece_free(struct wordpiece *wp);

/* The id of a token as it stands in the vocabulary; false: not in it. */
bool wordpiece_id(const struct wordpiece *wp, struct str token, uint32_t *id);

/* Whether a code point is punctuation, which stands alone. */
bool wordpiece_is_punct(uint32_t cp);

/*
 * Ids of text into id[0..max), without [CLS] and [SEP]; returns how many.
 * Reads no more of text than it takes to fill id, except for the last word.
 */
size_t wordpiece_encode(
    struct wordpiece *wp, struct str text, uint32_t *id, size_t max);

#endif
