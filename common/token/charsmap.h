/*
 * charsmap - the "precompiled_charsmap" of SentencePiece's models
 *
 * A table of strings and what replaces them, as XLM-R and T5 have it (NFKC and
 * a little more).  As in Hugging Face's library a grapheme cluster of less than
 * six bytes that begins with an entry becomes what the shortest such entry
 * says, as a whole; else each of its code points is looked up by itself.
 * T. Kudo, J. Richardson, "SentencePiece: a simple and language independent
 * subword tokenizer and detokenizer for neural text processing", 2018.
 */

#ifndef CHARSMAP_H
#define CHARSMAP_H

#include "base/buf.h"
#include "base/str.h"

struct charsmap;

/*
 * From its text in base64: bytes of the trie (32 bits, little-endian), the trie
 * (a double array of 32 bits a unit), and the replacements, each ended by a NUL
 * byte.  NULL if it is none.
 */
struct charsmap *charsmap_new(struct str base64);

/* Append s, with its replacements. */
void charsmap_put(struct charsmap *c, struct buf *out, struct str s);

/* Free the map; NULL is allowed. */
void charsmap_free(struct charsmap *c);

#endif
