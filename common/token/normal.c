#include "token/normal.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

static struct str
replace(struct buf *out, struct str s, const struct normal_step *step)
{
	const char *at;
	size_t before;

	out->len = 0;
	while (s.len > 0 && (at = memmem(s.p, s.len, step->from.p,
				 step->from.len)) != NULL) {
		before = (size_t)(at - s.p);
		buf_put(out, s.p, before);
		buf_puts(out, step->to);
		s.p += before + step->from.len;
		s.len -= before + step->from.len;
	}
	buf_puts(out, s);
	return buf_str(out);
}

static struct str
join_blanks(struct buf *out, struct str s, struct str to)
{
	size_t i, n;

	out->len = 0;
	for (i = 0; i < s.len; i += n) {
		for (n = 0; i + n < s.len && s.p[i + n] == ' '; n++)
			;
		if (n > 1)
			buf_puts(out, to);
		else
			buf_putc(out, s.p[i]);
		n += n == 0;
	}
	return buf_str(out);
}

static struct str
strip_left(struct str s)
{
	struct str rest;

	for (rest = s; rest.len > 0 && utf8_is_space(utf8_take(&rest));)
		s = rest;
	return s;
}

static struct str
strip_right(struct str s)
{
	struct str last;
	size_t at;

	while (s.len > 0) {
		for (at = s.len - 1; at > 0 && (s.p[at] & 0xc0) == 0x80; at--)
			;
		last = (struct str){s.p + at, s.len - at};
		if (!utf8_is_space(utf8_take(&last)))
			break;
		s.len = at;
	}
	return s;
}

/*
 * Characters that were added to Unicode after version 11 and decompose, which
 * the tokenizers library does not know; found by asking it about each code
 * point.
 */
static bool
is_later(uint32_t cp)
{
	static const uint32_t later[][2] = {{0x32ff, 0x32ff}, {0xa7f2, 0xa7f4},
	    {0xab69, 0xab69}, {0x10781, 0x10785}, {0x10787, 0x107b0},
	    {0x107b2, 0x107ba}, {0x1e030, 0x1e06d}, {0x1f16c, 0x1f16c},
	    {0x1fbf0, 0x1fbf9}};
	size_t i;

	for (i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (cp >= later[i][0] && cp <= later[i][1])
			return true;
	return false;
}

/* NFKC of s, but for what the library leaves as it is. */
static struct str
nfkc(struct normal *n, struct buf *out, struct str s)
{
	struct str rest = s, before;
	bool some = false;

	before.p = s.p;
	while (rest.len > 0) {
		const char *here = rest.p;

		if ((unsigned char)*rest.p < 0xe3) { /* below U+3000 */
			rest.p++, rest.len--;
			continue;
		}
		if (!is_later(utf8_take(&rest)))
			continue;
		if (!some)
			out->len = 0;
		some = true;
		before.len = (size_t)(here - before.p);
		buf_puts(out, utf8_nfkc(&n->part, before));
		buf_put(out, here, (size_t)(rest.p - here));
		before.p = rest.p;
	}
	if (!some)
		return utf8_nfkc(out, s);
	before.len = (size_t)(s.p + s.len - before.p);
	buf_puts(out, utf8_nfkc(&n->part, before));
	return buf_str(out);
}

static struct str
apply(struct normal *n, const struct normal_step *step, struct buf *out,
    struct str s)
{
	switch (step->kind) {
	case NORMAL_NFC:
		return utf8_nfc(out, s);
	case NORMAL_NFKC:
		return nfkc(n, out, s);
	case NORMAL_PREPEND:
		out->len = 0;
		if (s.len > 0)
			buf_puts(out, step->to);
		buf_puts(out, s);
		return buf_str(out);
	case NORMAL_REPLACE:
		return replace(out, s, step);
	case NORMAL_BLANKS:
		return join_blanks(out, s, step->to);
	case NORMAL_CHARSMAP:
		out->len = 0;
		charsmap_put(step->charsmap, out, s);
		return buf_str(out);
	case NORMAL_LEFT:
		return strip_left(s);
	case NORMAL_RIGHT:
		return strip_right(s);
	}
	return s;
}

struct str
normal_text(struct normal *n, struct str text)
{
	size_t i;

	for (i = 0; i < n->nstep; i++)
		text = apply(n, &n->step[i], &n->out[i % 2], text);
	return text;
}

void
normal_release(struct normal *n)
{
	size_t i;

	for (i = 0; i < n->nstep; i++)
		charsmap_free(n->step[i].charsmap);
	buf_release(&n->out[0]);
	buf_release(&n->out[1]);
	buf_release(&n->part);
}
