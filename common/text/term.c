#include "text/term.h"

#include <stdint.h>

#include "base/utf8.h"

/* ASCII letters and digits, lower-cased; 0 for the rest of ASCII. */
static char
term_letter(unsigned char c)
{
	if ((unsigned)c - '0' < 10)
		return (char)c;
	c |= 0x20;
	return (unsigned)c - 'a' < 26 ? (char)c : 0;
}

/*
 * Take one code point of more than a byte off rest: the bytes of its lower case
 * in *lower, their number returned; 0 if it is no part of a term.
 */
static size_t
take(struct str *rest, char lower[4])
{
	uint32_t cp = utf8_take(rest);
	const char *category = utf8_category(cp);

	if (category[0] != 'L' && category[0] != 'M' && category[0] != 'N')
		return 0;
	return utf8_encode(lower, utf8_lower(cp));
}

bool
term_next(struct str *rest, char dst[TERM_MAX], struct str *term)
{
	/* len counts the bytes of the whole run, lower-cased */
	size_t len = 0, n, ncode = 0;
	char lower[4], c;

	while (rest->len > 0) {
		if ((unsigned char)*rest->p < 0x80) {
			c = term_letter((unsigned char)*rest->p);
			n = c != 0;
			if (len < TERM_MAX)
				dst[len] = c;
			rest->p++;
			rest->len--;
		} else {
			n = take(rest, lower);
			if (len + n <= TERM_MAX)
				memcpy(dst + len, lower, n);
		}
		len += n;
		ncode += n > 0;
		if (n > 0 && rest->len > 0)
			continue;
		if (ncode > 1 && len <= TERM_MAX) {
			*term = (struct str){dst, len};
			return true;
		}
		len = ncode = 0;
	}
	return false;
}
