/*
 * number - digits and what stands between them, in one plain spelling
 *
 * People separate digits by blanks, dashes, stops, slashes and brackets of many
 * kinds.  A struct number is a run of such characters as ASCII, together with
 * where each of them stands in the text, so that rules can be told as patterns.
 */

#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { NUMBER_MAX = 64 };

struct number {
	/*
	 * Digits as they are; any blank is ' ', any dash '-'; then . / ( ) +,
	 * and a 0 at the end.  At most four characters separate two digits.
	 */
	char form[NUMBER_MAX + 1];
	const char
	    *at[NUMBER_MAX + 1]; /* (len + 1): in the text; then the end */
	size_t len;
	bool cut; /* the run goes on beyond form */
};

/*
 * Read the run whose first digit is at p, with the "+", "(" or "(+" before it;
 * nothing before from is looked at.  text is what p points into.
 */
void number_read(
    struct number *n, struct str text, const char *from, const char *p);

/* Whether a number, or a word of a command or of an address, may begin at i. */
bool number_may_begin(const struct number *n, size_t i);

/*
 * The end of form from i on that matches a pattern; 0 if it does not.  In a
 * pattern D is a digit, Z one of 1 to 9, N of 2 to 9, M of 3 to 9, P of 6 to 9;
 * _ is a blank, a dash or a stop, ~ up to two of them or of slashes, or
 * nothing; all else is itself.  A match may end before a blank, a slash or a
 * bracket.
 */
size_t number_match(const struct number *n, size_t i, const char *pattern);

/*
 * Whether [begin, end) of text stands by itself: no letter, digit, sign of
 * money or unit touches it, it goes on neither before nor after as a decimal, a
 * name with dashes or a path, and it is no part of a URL.
 */
bool number_is_free(struct str text, const char *begin, const char *end);

#endif
