/*
 * sentence - where sentences end
 *
 * Sentences tile a text: each takes the white space after it along, so that
 * all of them joined are the text, byte for byte.  The end of a paragraph (a
 * blank line, U+2029) always ends a sentence; a single line feed does unless
 * the line was cut off in the middle.  A full stop ends none inside a number,
 * an address or an abbreviation, nor where the text goes on in small letters.
 * Abbreviations, initials, ordinal numbers and the words that begin sentences
 * are those of English, German, French, Spanish, Italian, Portuguese, Dutch,
 * Polish and Russian; stops of other scripts (CJK, Devanagari, Arabic, ...) are
 * known.
 *
 * Any bytes are text.  Time is linear: at every stop a bounded piece around it
 * is looked at.
 */

#ifndef SENTENCE_H
#define SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * The rules of a language (ISO 639-1, as "de" or "de-AT"): English where lang
 * is empty or of a language that has none here.
 */
struct sentence_rules;
const struct sentence_rules *sentence_rules(struct str lang);

/* Take the next sentence off rest; false when rest is empty. */
bool sentence_next(
    struct str *rest, const struct sentence_rules *rules, struct str *sentence);

/* Sentences of text that are more than white space. */
size_t sentence_count(struct str text, const struct sentence_rules *rules);

#endif
