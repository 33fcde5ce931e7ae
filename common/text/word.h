/*
 * word - what a word is
 *
 * A word is a maximal run without white space (Unicode White_Space), in every
 * tool and wherever words are counted.
 */

#ifndef WORD_H
#define WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Take the next word off rest; false when there is none left. */
bool word_next(struct str *rest, struct str *word);

size_t word_count(struct str text);

#endif
