/*
 * ascii - classes of ASCII characters, whatever the locale
 *
 * Each takes a character as char, unsigned char or code point; what is beyond
 * ASCII, a negative char too, is in no class and keeps its case.
 */

#ifndef ASCII_H
#define ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool
ascii_is_digit(uint32_t c)
{
	return c - '0' < 10;
}

static inline bool
ascii_is_upper(uint32_t c)
{
	return c - 'A' < 26;
}

static inline bool
ascii_is_lower(uint32_t c)
{
	return c - 'a' < 26;
}

static inline bool
ascii_is_alpha(uint32_t c)
{
	return (c | 0x20) - 'a' < 26;
}

static inline bool
ascii_is_alnum(uint32_t c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* The lower case of a letter; anything else as it is. */
static inline char
ascii_lower(char c)
{
	return ascii_is_upper((uint32_t)c) ? (char)(c | 0x20) : c;
}

#endif
