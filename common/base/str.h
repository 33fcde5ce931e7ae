/* str - a slice of bytes that somebody else owns */

#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *p; /* not NUL-terminated */
	size_t len;    /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})

static inline struct str
str_of(const char *s)
{
	return (struct str){s, strlen(s)};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* The order of bytes, as strcmp(3) says it. */
static inline int
str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Whether a and b are equal but for the case of ASCII letters. */
static inline bool
str_ieq(struct str a, struct str b)
{
	size_t i;
	unsigned char x, y;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++) {
		x = (unsigned char)a.p[i];
		y = (unsigned char)b.p[i];
		if ((unsigned)x - 'A' < 26)
			x |= 0x20;
		if ((unsigned)y - 'A' < 26)
			y |= 0x20;
		if (x != y)
			return false;
	}
	return true;
}

static inline bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

/* A blank, a tab or a line end, of ASCII. */
static inline bool
str_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Return s without the blanks, tabs and line ends at both of its ends. */
static inline struct str
str_trim(struct str s)
{
	while (s.len > 0 && str_blank(s.p[0]))
		s.p++, s.len--;
	while (s.len > 0 && str_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

#endif
