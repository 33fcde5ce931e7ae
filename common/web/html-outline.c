#include "web/html-outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	PIECE = 1000, /* bytes after which libxml2 ends a piece of text */
	FIRST = 'A',  /* the digits of a mark, none of which is markup */
	BASE = '~' + 1 - FIRST
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The bytes of a character at s that XML forbids, or 0. */
static size_t
forbidden(struct str s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c < ' ')
		return !is_blank(s.p[0]);
	return s.len >= 3 && c == 0xef && (unsigned char)s.p[1] == 0xbf &&
		       (unsigned char)s.p[2] >= 0xbe
		   ? 3
		   : 0;
}

enum { NLANE = 16 };
typedef uint8_t lanes __attribute__((vector_size(NLANE)));

/* Whether a page holds any forbidden character. */
static bool
has_forbidden(struct str page)
{
	const char *end = page.p + page.len, *s;
	uint64_t part[NLANE / 8];
	lanes v, low = {0};
	size_t i;

	for (i = 0; i + NLANE <= page.len; i += NLANE) {
		memcpy(&v, page.p + i, sizeof(v));
		low |= (lanes)(v < ' ') & (lanes)(v != '\t') &
		       (lanes)(v != '\n') & (lanes)(v != '\r');
	}
	memcpy(part, &low, sizeof(part));
	if ((part[0] | part[1]) != 0)
		return true;
	for (; i < page.len; i++)
		if ((unsigned char)page.p[i] < ' ' && !is_blank(page.p[i]))
			return true;
	for (s = page.p; s < end; s++) {
		s = memchr(s, 0xef, (size_t)(end - s));
		if (s == NULL)
			return false;
		if (forbidden((struct str){s, (size_t)(end - s)}) > 0)
			return true;
	}
	return false;
}

/* Whether text is white space, but for what is forbidden. */
static bool
is_white(struct str s)
{
	size_t len;

	for (; s.len > 0; s = (struct str){s.p + len, s.len - len}) {
		len = is_blank(s.p[0]) ? 1 : forbidden(s);
		if (len == 0)
			return false;
	}
	return true;
}

/* Write the mark of the next text: its number, the lowest digit first. */
static void
put_mark(struct html_outline *o, size_t text)
{
	size_t n = o->ntext;

	if (o->ntext == o->text_cap) {
		o->text_cap = o->text_cap ? 2 * o->text_cap : 256;
		o->text = mem_grow(o->text, o->text_cap, sizeof(*o->text));
	}
	o->text[o->ntext++] = (uint32_t)text;
	do
		buf_putc(&o->out, (char)(FIRST + n % BASE));
	while ((n /= BASE) > 0);
}

/*
 * What libxml2 reads of a page: not a mark of byte order, or two, and the white
 * space after it.
 */
static struct str
begin_of(struct str page)
{
	static const struct str mark = {"\xef\xbb\xbf", 3};

	if (str_starts(page, mark))
		page = (struct str){page.p + 3, page.len - 3};
	if (page.len > 3 && str_starts(page, mark))
		page = (struct str){page.p + 3, page.len - 3};
	while (page.len > 0 && is_blank(page.p[0]))
		page.p++, page.len--;
	return page;
}

void
html_outline_make(struct html_outline *o, struct str page)
{
	const char *s, *end, *q;
	struct str text;

	page = begin_of(page);
	o->allowed = !has_forbidden(page);
	o->page = page;
	o->out.len = o->ntext = 0;
	for (s = page.p, end = s + page.len; s < end; s = q) {
		if (*s == '<') {
			q = memchr(s, '>', (size_t)(end - s));
			q = q != NULL ? q + 1 : end;
			buf_put(&o->out, s, (size_t)(q - s));
			continue;
		}
		for (q = s; q < end && *q != '<'; q++)
			;
		text = (struct str){s, (size_t)(q - s)};
		if (is_white(text))
			buf_puts(&o->out, text);
		else
			put_mark(o, (size_t)(s - page.p));
	}
	buf_putc(&o->out, '\0');
	o->out.len--;
}

void
html_outline_release(struct html_outline *o)
{
	free(o->text);
	buf_release(&o->out);
	buf_release(&o->piece);
	*o = (struct html_outline){0};
}

/* The text without what is forbidden. */
static struct str
without_forbidden(struct html_outline *o, struct str s)
{
	size_t len;

	if (o->allowed)
		return s;
	o->piece.len = 0;
	while (s.len > 0) {
		len = forbidden(s);
		if (len == 0)
			buf_putc(&o->piece, s.p[len++]);
		s = (struct str){s.p + len, s.len - len};
	}
	return buf_str(&o->piece);
}

/* Tell text without references. */
static void
tell_plain(struct html_outline *o, struct str s,
    void (*text)(void *ctx, const char *s, size_t len), void *ctx)
{
	size_t len;

	for (s = without_forbidden(o, s); s.len > 0;
	     s = (struct str){s.p + len, s.len - len}) {
		len = s.len < PIECE ? s.len : (size_t)PIECE;
		while (len < s.len && ((unsigned char)s.p[len] & 0xc0) == 0x80)
			len++;
		text(ctx, s.p, len);
	}
}

void
html_outline_tell(struct html_outline *o, struct str told,
    void (*text)(void *ctx, const char *s, size_t len), void *ctx)
{
	struct str s;
	const char *q;
	size_t n = 0, len, i;

	if (is_blank(told.p[0])) {
		text(ctx, told.p, told.len);
		return;
	}
	for (i = told.len; i-- > 0;)
		n = n * BASE + (size_t)((unsigned char)told.p[i] - FIRST);
	if (n >= o->ntext)
		return;
	s.p = o->page.p + o->text[n];
	s.len = o->page.len - o->text[n];
	q = memchr(s.p, '<', s.len);
	if (q != NULL)
		s.len = (size_t)(q - s.p);
	for (; s.len > 0; s = (struct str){s.p + len, s.len - len}) {
		q = memchr(s.p, '&', s.len);
		len = q != NULL ? (size_t)(q - s.p) : s.len;
		tell_plain(o, (struct str){s.p, len}, text, ctx);
		if (q == NULL)
			continue;
		/* html-clean leaves &lt; and &amp; */
		text(ctx, q[1] == 'l' ? "<" : "&", 1);
		len += q[1] == 'l' ? 4 : 5;
		len = len < s.len ? len : s.len;
	}
}
