/*
 * datatrove - words and marks as the datatrove library sees them
 *
 * Its words are those of spaCy's English tokenizer: what stands between white
 * space, with marks peeled off both ends, contractions separated ("do", "n't"),
 * and cut at marks inside.  Here it is restated from its rules; what is left
 * out are emoticons, units after numbers but for the common ones, and address
 * patterns that few texts have.
 */

#ifndef DATATROVE_H
#define DATATROVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "text/ngram.h"

bool datatrove_is_punct(uint32_t cp);	 /* its PUNCTUATION */
bool datatrove_is_terminal(uint32_t cp); /* its TERMINAL_PUNCTUATION */

/*
 * Add the words of text to g, those of marks alone as symbols; returns how many
 * hold a letter.  g must be clear.
 */
size_t datatrove_words(struct ngram *g, struct str text);

/*
 * Sentences of these words, as spaCy's sentencizer counts them: a new one
 * begins with the first word of more than punctuation after a mark that ends
 * one.
 */
size_t datatrove_sentences(const struct ngram *g);

#endif
