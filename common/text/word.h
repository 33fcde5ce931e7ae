/*
 * word - what a word is
 *
 * A word is a maximal run without white space (Unicode White_Space), in every
 * tool and wherever words are counted.  Scripts that write no spaces between
 * words have a word for each letter instead, together with its marks and the
 * punctuation that follows: ideographs, kana, Thai, Lao, Khmer and Burmese.
 */

#ifndef WORD_H
#define WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Whether a code point is such a letter. */
bool word_is_alone(uint32_t cp);

/* Take the next word off rest; false when there is none left. */
bool word_next(struct str *rest, struct str *word);

/*
 * The same of runs without white space, in whatever script, as Python's
 * str.split() has them: U+001C to U+001F are white space, too.
 */
bool word_run(struct str *rest, struct str *run);

/* Append these runs, with one blank between them. */
void word_squeeze(struct buf *to, struct str text);

/* The number of words of text. */
size_t word_count(struct str text);

#endif
