#include "term.h"

#include <stdint.h>

#include "utf8.h"

/* ASCII letters and digits, lower-cased; 0 for the rest of ASCII. */
static char
ascii_lower(unsigned char c)
{
	if ((unsigned)c - '0' < 10)
		return (char)c;
	c |= 0x20;
	return (unsigned)c - 'a' < 26 ? (char)c : 0;
}

/*
 * Take one code point off rest: the bytes of its lower case in *lower, their
 * number returned; 0 if it is no part of a term.
 */
static size_t
take(struct str *rest, char lower[4])
{
	unsigned char c = (unsigned char)rest->p[0];
	const char *category;
	uint32_t cp;

	if (c < 0x80) {
		rest->p++;
		rest->len--;
		lower[0] = ascii_lower(c);
		return lower[0] != 0;
	}
	cp = utf8_take(rest);
	category = utf8_category(cp);
	if (category[0] != 'L' && category[0] != 'M' && category[0] != 'N')
		return 0;
	return utf8_encode(lower, utf8_lower(cp));
}

bool
term_next(struct str *rest, char dst[TERM_MAX], struct str *term)
{
	size_t len = 0, n, ncode = 0; /* len: of the whole run, lower-cased */
	char lower[4];

	while (rest->len > 0) {
		n = take(rest, lower);
		if (n > 0) {
			if (len + n <= TERM_MAX)
				memcpy(dst + len, lower, n);
			len += n;
			ncode++;
			if (rest->len > 0)
				continue;
		}
		if (ncode > 1 && len <= TERM_MAX) {
			*term = (struct str){dst, len};
			return true;
		}
		len = ncode = 0;
	}
	return false;
}
