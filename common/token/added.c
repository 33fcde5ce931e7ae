#include "token/added.h"

#include <stdlib.h>

/* Two bytes that a token begins with; of a token of one byte, that byte. */
static unsigned
start_of(struct str text)
{
	return (unsigned)(unsigned char)text.p[0] << 8 |
	       (text.len > 1 ? (unsigned char)text.p[1] : 0);
}

void
added_put(struct added *a, const struct added_token *token)
{
	bool *starts = a->starts[token->normalised];
	unsigned start = start_of(token->text), i;

	a->token = mem_grow(a->token, a->n + 1, sizeof(*a->token));
	a->token[a->n] = *token;
	a->token[a->n++].text = arena_copy(&a->mem, token->text);
	starts[start] = true;
	a->begins[token->normalised][start >> 8] = true;
	for (i = 0; token->text.len == 1 && i < 256; i++)
		starts[start | i] = true;
}

/* By kind and start; the tokens of one byte before the others; then by length. */
static int
compare(const struct added_token *x, const struct added_token *y)
{
	unsigned a = start_of(x->text), b = start_of(y->text);

	if (x->normalised != y->normalised)
		return x->normalised - y->normalised;
	if ((x->text.len == 1) != (y->text.len == 1))
		return y->text.len == 1 ? 1 : -1;
	if (a != b)
		return a < b ? -1 : 1;
	return (x->text.len < y->text.len) - (x->text.len > y->text.len);
}

static int
compare_tokens(const void *x, const void *y)
{
	return compare(x, y);
}

void
added_ready(struct added *a)
{
	if (a->n > 0)
		qsort(a->token, a->n, sizeof(*a->token), compare_tokens);
}

/* The first token that does not sort before one of this kind and start. */
static const struct added_token *
lower_bound(const struct added *a, const struct added_token *like)
{
	size_t from = 0, to = a->n, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (compare(&a->token[middle], like) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return a->token + from;
}

/* The longest token that s, which isn't empty, begins with; or NULL. */
static const struct added_token *
longest(const struct added *a, struct str s, bool normalised)
{
	struct added_token like = {.text = s, .normalised = normalised};
	const struct added_token *t, *end = a->token + a->n;
	unsigned start = start_of(s);

	if (!a->starts[normalised][start])
		return NULL;
	if (s.len > 1) {
		for (t = lower_bound(a, &like);
		     t < end && t->normalised == normalised &&
		     t->text.len > 1 && start_of(t->text) == start;
		     t++)
			if (str_starts(s, t->text))
				return t;
	}
	like.text.len = 1;
	t = lower_bound(a, &like);
	return t < end && t->normalised == normalised &&
		       str_eq(t->text, like.text)
		   ? t
		   : NULL;
}

const struct added_token *
added_next(const struct added *a, struct str text, size_t *at, bool normalised)
{
	const bool *begins = a->begins[normalised];
	const struct added_token *found;
	size_t i;

	for (i = *at; i < text.len; i++) {
		if (!begins[(unsigned char)text.p[i]])
			continue;
		found = longest(
		    a, (struct str){text.p + i, text.len - i}, normalised);
		if (found != NULL) {
			*at = i;
			return found;
		}
	}
	*at = text.len;
	return NULL;
}

void
added_release(struct added *a)
{
	free(a->token);
	arena_release(&a->mem);
}
