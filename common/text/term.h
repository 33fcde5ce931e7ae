/*
 * term - the words of a bag of words
 *
 * A term is a maximal run of letters, marks and numbers (Unicode categories L,
 * M and N), lower-cased a code point at a time; one of a single code point, or
 * of more than TERM_MAX bytes, is passed over.
 */

#ifndef TERM_H
#define TERM_H

#include <stdbool.h>

#include "base/str.h"

enum { TERM_MAX = 64 }; /* bytes */

/* Take the next term off rest; *term is borrowed from dst. */
bool term_next(struct str *rest, char dst[TERM_MAX], struct str *term);

#endif
