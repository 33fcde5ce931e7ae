#include "classify/wordvec.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "classify/fasttext.h"

/* A number of the head. */
static bool
get_size(struct str token, size_t *n)
{
	size_t i;

	*n = 0;
	if (token.len == 0 || token.len > 10)
		return false;
	for (i = 0; i < token.len; i++) {
		if (!ascii_is_digit(token.p[i]))
			return false;
		*n = *n * 10 + (size_t)(token.p[i] - '0');
	}
	return true;
}

static bool
get_real(struct str token, float *x)
{
	char number[64], *end;

	if (token.len == 0 || token.len >= sizeof(number))
		return false;
	memcpy(number, token.p, token.len);
	number[token.len] = '\0';
	*x = strtof(number, &end);
	return *end == '\0' && isfinite(*x);
}

bool
wordvec_open(struct wordvec *w, struct str bytes)
{
	struct str token;

	w->rest = bytes;
	if (!fasttext_next(&w->rest, &token) || !get_size(token, &w->nword) ||
	    !fasttext_next(&w->rest, &token) || !get_size(token, &w->dim))
		return false;
	/*
	 * a word and each of its numbers have two bytes or more, but the last
	 */
	return w->dim > 0 && w->dim <= INT32_MAX && w->nword > 0 &&
	       w->nword <= (w->rest.len + 1) / 2 / (w->dim + 1);
}

bool
wordvec_next(struct wordvec *w, struct str *word, float *value)
{
	struct str token;
	size_t i;

	if (w->nword == 0 || !fasttext_next(&w->rest, word))
		return false;
	for (i = 0; i < w->dim; i++)
		if (!fasttext_next(&w->rest, &token) ||
		    (value != NULL && !get_real(token, &value[i])))
			return false;
	w->nword--;
	return true;
}
