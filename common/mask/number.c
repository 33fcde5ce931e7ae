#include "mask/number.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { PARTS = 4 }; /* characters between two digits, at most: " - (" */

/* A blank or dash of any kind at p as ASCII, and its bytes; 0 if it is none. */
static char
part(const char *p, const char *end, size_t *len)
{
	unsigned char last;

	*len = 1;
	if (*p == ' ' || *p == '-' || *p == '.' || *p == '/' || *p == '(' ||
	    *p == ')')
		return *p;
	if (end - p >= 2 && memcmp(p, "\xc2\xa0", 2) == 0) {
		*len = 2;
		return ' ';
	}
	if (end - p < 3)
		return 0;
	*len = 3;
	last = (unsigned char)p[2];
	if (memcmp(p, "\xe2\x80", 2) == 0)
		return last >= 0x90 && last <= 0x94 ? '-' /* hyphens, dashes */
		       : last == 0xaf || (last >= 0x87 && last <= 0x89) ? ' '
									: 0;
	return memcmp(p, "\xe2\x88\x92", 3) == 0 ? '-' : 0;
}

static void
push(struct number *n, char c, const char *at)
{
	n->form[n->len] = c;
	n->at[n->len++] = at;
}

/*
 * What separates the digits before p from those after it, up to four
 * characters; NULL where no digit follows.
 */
static const char *
separated(struct number *n, const char *p, const char *end)
{
	char mark[PARTS];
	const char *at[PARTS];
	size_t i, k, len;

	for (k = 0; k < PARTS && p < end && !ascii_is_digit((uint32_t)*p);
	     k++) {
		mark[k] = part(p, end, &len);
		at[k] = p;
		if (mark[k] == 0)
			return NULL;
		p += len;
	}
	if (k == 0 || p == end || !ascii_is_digit((uint32_t)*p) ||
	    n->len + k >= NUMBER_MAX)
		return NULL;
	for (i = 0; i < k; i++)
		push(n, mark[i], at[i]);
	return p;
}

void
number_read(struct number *n, struct str text, const char *from, const char *p)
{
	const char *end = text.p + text.len, *next;

	n->len = 0;
	n->cut = false;
	if (p > from && p[-1] == '+') {
		if (p - 1 > from && p[-2] == '(')
			push(n, '(', p - 2);
		push(n, '+', p - 1);
	} else if (p > from && p[-1] == '(') {
		push(n, '(', p - 1);
	}
	for (;;) {
		while (p < end && ascii_is_digit((uint32_t)*p) &&
		       n->len < NUMBER_MAX) {
			push(n, *p, p);
			p++;
		}
		if (n->len == NUMBER_MAX)
			break;
		next = p < end ? separated(n, p, end) : NULL;
		if (next == NULL)
			break;
		p = next;
	}
	n->cut = n->len >= NUMBER_MAX - PARTS;
	n->form[n->len] = 0;
	n->at[n->len] = p;
}

bool
number_may_begin(const struct number *n, size_t i)
{
	if (i == 0)
		return true;
	return (n->form[i - 1] == ' ' && n->form[i] != ' ' &&
		   n->form[i] != '-' && n->form[i] != '/') ||
	       (n->form[i - 1] == '(' && i == 1);
}

/* Whether c is a digit that the letter of a pattern stands for. */
static bool
fits(char letter, char c)
{
	switch (letter) {
	case 'D':
		return ascii_is_digit((uint32_t)c);
	case 'Z':
		return c >= '1' && c <= '9';
	case 'N':
		return c >= '2' && c <= '9';
	case 'M':
		return c >= '3' && c <= '9';
	case 'P':
		return c >= '6' && c <= '9';
	case '_':
		return c == ' ' || c == '-' || c == '.';
	default:
		return c == letter;
	}
}

size_t
number_match(const struct number *n, size_t i, const char *pattern)
{
	size_t k;

	for (; *pattern != 0; pattern++) {
		if (*pattern != '~') {
			if (!fits(*pattern, n->form[i]))
				return 0;
			i++;
			continue;
		}
		for (k = 0;
		     k < 2 && (fits('_', n->form[i]) || n->form[i] == '/'); k++)
			i++;
	}
	switch (n->form[i]) {
	case 0:
		return n->cut ? 0 : i;
	case ' ':
	case '/':
	case '(':
	case ')':
		return i;
	default:
		return 0;
	}
}

/*
 * The code point before p, and its first byte; bytes that are no UTF-8 are
 * taken one by one.
 */
static uint32_t
code_before(const char *begin, const char *p, const char **first)
{
	struct str s;
	const char *q = p - 1;

	while (q > begin && p - q < 4 && ((unsigned char)*q & 0xc0) == 0x80)
		q--;
	s = (struct str){q, (size_t)(p - q)};
	*first = q;
	return utf8_take(&s);
}

/*
 * Whether a letter is of a script that separates words by blanks, and so would
 * be joined to a number.
 */
static bool
is_glue(uint32_t cp)
{
	return ascii_is_alnum(cp) || cp == '_' ||
	       (cp >= 0x80 && cp < 0x2000 && utf8_is_alpha(cp));
}

static bool
is_money(uint32_t cp)
{
	return cp == '$' || (cp >= 0xa2 && cp <= 0xa5) ||
	       (cp >= 0x20a0 && cp < 0x20d0);
}

/* Whether the text before p, after begin, leaves a number to stand alone. */
static bool
is_free_before(const char *begin, const char *p)
{
	const char *q;
	uint32_t cp;

	if (p == begin)
		return true;
	cp = code_before(begin, p, &q);
	if (cp == ' ' && q > begin)
		return !is_money(code_before(begin, q, &q));
	if (is_glue(cp) || is_money(cp))
		return false;
	switch (cp) {
	case '-':
	case '@':
	case '#':
	case '=':
	case '%':
	case '&':
	case '\\':
	case '+':
	case '*':
	case '^':
	case 0x2212:
		return false;
	case '.':
	case ',':
	case ':':
		return q == begin || !ascii_is_digit((uint32_t)q[-1]);
	case '/':
	case '\'':
	case '~':
		return q == begin || !is_glue(code_before(begin, q, &q));
	default:
		return true;
	}
}

/* The same of what stands at p, before end. */
static bool
is_free_after(const char *p, const char *end)
{
	struct str s = {p, (size_t)(end - p)};
	uint32_t cp, next;

	if (p == end)
		return true;
	cp = utf8_take(&s);
	next = s.len > 0 ? utf8_take(&s) : ' ';
	if (cp == ' ')
		return !is_money(next) && next != '%';
	if (is_glue(cp) || is_money(cp))
		return false;
	switch (cp) {
	case '@':
	case '%':
	case '=':
	case '*':
	case '^':
	case 0xb0: /* a degree */
	case 0x2032:
		return false;
	case '.':
		return !ascii_is_digit(next) && !ascii_is_lower(next);
	case ',':
	case ':':
		return !ascii_is_digit(next);
	case '-':
	case '/':
	case '\'':
		return !is_glue(next);
	default:
		return true;
	}
}

/* Whether the word around p is a URL, or a path: looked at a piece before p. */
static bool
is_in_url(const char *begin, const char *p)
{
	const char *q = p;

	while (q > begin && p - q < 200 && !str_blank(q[-1]) && q[-1] != '<' &&
	       q[-1] != '>' && q[-1] != '"') {
		q--;
		if (*q == '/' && q[1] == '/')
			return true;
		if (p - q >= 4 && memcmp(q, "www.", 4) == 0)
			return true;
		if (*q == '?' && p > q + 1)
			return true;
	}
	return false;
}

bool
number_is_free(struct str text, const char *begin, const char *end)
{
	return is_free_before(text.p, begin) &&
	       is_free_after(end, text.p + text.len) &&
	       !is_in_url(text.p, begin);
}
