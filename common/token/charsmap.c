#include "token/charsmap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { WHOLE = 6 }; /* bytes from which a cluster is looked up by parts */

struct charsmap {
	uint32_t *unit; /* (nunit) */
	size_t nunit;
	struct str text; /* of the replacements, NUL-terminated each */
	bool ascii[128]; /* whether it has an entry */
	struct buf bytes;
};

/* The six bits of a letter of base64; 64 for any other. */
static unsigned
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

static void
decode(struct buf *out, struct str s)
{
	uint32_t bits = 0;
	unsigned nbit = 0, six;

	for (; s.len > 0 && (six = sextet(*s.p)) < 64; s.p++, s.len--) {
		bits = bits << 6 | six;
		nbit += 6;
		if (nbit < 8)
			continue;
		nbit -= 8;
		buf_putc(out, (char)(bits >> nbit));
	}
}

static uint32_t
offset_of(uint32_t unit)
{
	return (unit >> 10) << ((unit & 1 << 9) >> 6);
}

/* What replaces a beginning of s, the shortest there is; false if none. */
static bool
replacement(const struct charsmap *c, struct str s, struct str *text)
{
	size_t node = offset_of(c->unit[0]), at;
	uint32_t unit, i;
	unsigned char byte;

	for (at = 0; at < s.len && s.p[at] != '\0'; at++) {
		byte = (unsigned char)s.p[at];
		node ^= byte;
		if (node >= c->nunit)
			return false;
		unit = c->unit[node];
		if ((unit & (1u << 31 | 0xff)) != byte)
			return false;
		node ^= offset_of(unit);
		if ((unit >> 8 & 1) == 0)
			continue; /* only node ^ the next byte need be there */
		if (node >= c->nunit)
			return false;
		i = c->unit[node] & ((1u << 31) - 1);
		if (i >= c->text.len)
			return false;
		*text = (struct str){
		    c->text.p + i, strnlen(c->text.p + i, c->text.len - i)};
		return true;
	}
	return false;
}

struct charsmap *
charsmap_new(struct str base64)
{
	struct charsmap *c = mem_zeroed(1, sizeof(*c));
	const unsigned char *p;
	struct str text;
	uint32_t len;
	size_t i;
	char byte;

	decode(&c->bytes, base64);
	p = (const unsigned char *)c->bytes.p;
	len = c->bytes.len < 4
		  ? 0
		  : p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			(uint32_t)p[3] << 24;
	if (len < 4 || len % 4 != 0 || len > c->bytes.len - 4) {
		charsmap_free(c);
		return NULL;
	}
	c->nunit = len / 4;
	c->unit = mem_grow(NULL, c->nunit, sizeof(*c->unit));
	for (i = 0; i < c->nunit; i++) {
		p += 4;
		c->unit[i] = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			     (uint32_t)p[3] << 24;
	}
	c->text = (struct str){c->bytes.p + 4 + len, c->bytes.len - 4 - len};
	for (i = 0; i < 128; i++) {
		byte = (char)i;
		c->ascii[i] = replacement(c, (struct str){&byte, 1}, &text);
	}
	return c;
}

static void
put_part(const struct charsmap *c, struct buf *out, struct str part)
{
	struct str text;

	buf_puts(out, replacement(c, part, &text) ? text : part);
}

void
charsmap_put(struct charsmap *c, struct buf *out, struct str s)
{
	struct str cluster, rest, text;
	unsigned char byte, next;
	size_t len;

	while (s.len > 0) {
		byte = (unsigned char)s.p[0];
		next = s.len > 1 ? (unsigned char)s.p[1] : 0;
		if (byte < 0x80 && next < 0x80 && byte != '\r') {
			/* ASCII stands alone, but for CR and LF. */
			if (c->ascii[byte])
				put_part(c, out, (struct str){s.p, 1});
			else
				buf_putc(out, s.p[0]);
			s.p++, s.len--;
			continue;
		}
		len = utf8_grapheme(s);
		cluster = (struct str){s.p, len};
		s.p += len;
		s.len -= len;
		if (len < WHOLE && replacement(c, cluster, &text)) {
			buf_puts(out, text);
			continue;
		}
		for (rest = cluster; rest.len > 0;) {
			const char *from = rest.p;

			utf8_take(&rest);
			put_part(c, out,
			    (struct str){from, (size_t)(rest.p - from)});
		}
	}
}

void
charsmap_free(struct charsmap *c)
{
	if (c == NULL)
		return;
	free(c->unit);
	buf_release(&c->bytes);
	free(c);
}
