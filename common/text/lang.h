/*
 * lang - the language of a text, by its script and its commonest words
 *
 * Meant for whole texts: some dozen words tell the languages below apart, two
 * or three don't.
 */

#ifndef LANG_H
#define LANG_H

#include <stdint.h>

#include "base/str.h"

enum { LANG_HASH_START = 0x1505 };

/* The hash of a word, letter by letter, in lower case. */
static inline uint32_t
lang_hash(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * UINT32_C(0x01000193);
}

struct lang; /* the table; made once */

struct lang *lang_new(void);
void lang_free(struct lang *l);

/* The languages that a word of this hash is common in, as bits; 0: none. */
uint32_t lang_word(const struct lang *l, uint32_t hash);

/* The code (ISO 639-1) of text's language, or empty where it can't be told. */
struct str lang_guess(const struct lang *l, struct str text);

/*
 * The same where a language is declared, in small letters, or empty: it stands
 * unless the text's script is another language's, or the text clearly has the
 * common words of another one that is not related to it.
 */
struct str lang_decide(
    const struct lang *l, struct str text, struct str declared);

/* A code of ISO 639-2 as that of ISO 639-1, if there is one; else itself. */
struct str lang_two(struct str code);

#endif
