/*
 * badwords - words and phrases of a list in a text, as C4 drops pages by them
 *
 * Case does not count.  A word stands alone: before and after it is the end of
 * the text or what is no letter, digit or "_"; but at the side where it has a
 * letter of a script without spaces (text/word).
 */

#ifndef BADWORDS_H
#define BADWORDS_H

#include <stddef.h>

#include "base/str.h"

struct badwords;

/* Of a list, a word or phrase a line; empty lines don't count.  It is copied. */
struct badwords *badwords_new(struct str list);
void badwords_free(struct badwords *b);

/* How many a text has; of those at one place the longest. */
size_t badwords_count(struct badwords *b, struct str text);

#endif
