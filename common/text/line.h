/*
 * line - lines, and the white space at their ends
 *
 * Both are those of Python's str.splitlines() and str.strip(), which C4 and
 * datatrove use.  A line ends at a line feed, a carriage return or both, a
 * vertical tab, a form feed, U+001C to U+001E, U+0085, U+2028 and U+2029.
 * White space is Unicode's, with no-break and ideographic blanks, and U+001C to
 * U+001F.
 */

#ifndef LINE_H
#define LINE_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Take the next line off rest, with its end, which *line does not have; false
 * when rest is empty.  [line->p, rest->p) is the line with its end.
 */
bool line_next(struct str *rest, struct str *line);

/* Without the white space at both of its ends. */
struct str line_strip(struct str s);

#endif
