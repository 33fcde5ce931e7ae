#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/cli.h"

/*
 * Bytes of the sequence at p if it is valid; else 0, and *bad is the length of
 * the maximal subpart that one U+FFFD stands for (Unicode 15, table 3-7).
 */
static size_t
sequence(const char *s, const char *end, size_t *bad)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, left = (size_t)(end - s), n;
	unsigned char low = 0x80, high = 0xbf;

	*bad = 1;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if (i == left || p[i] < low || p[i] > high) {
			*bad = i;
			return 0;
		}
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

size_t
utf8_length(const char *p, const char *end)
{
	size_t bad;

	return sequence(p, end, &bad);
}

/* The end of a run of ASCII from p on, or up to 31 bytes before it. */
static const char *
ascii(const char *p, const char *end)
{
	uint64_t w[4];

	for (; end - p >= (ptrdiff_t)sizeof(w); p += sizeof(w)) {
		memcpy(w, p, sizeof(w));
		if (((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080) != 0)
			break;
	}
	return p;
}

size_t
utf8_valid(struct str s)
{
	const char *p = s.p, *end = s.p + s.len;
	size_t n, bad;
	uint64_t w;

	while (p < end) {
		if (end - p >= 8) {
			memcpy(&w, p, 8);
			if ((w & 0x8080808080808080) == 0) {
				p += 8;
				p = ascii(p, end);
				continue;
			}
		}
		if ((n = sequence(p, end, &bad)) == 0)
			break;
		p += n;
	}
	return (size_t)(p - s.p);
}

uint32_t
utf8_take(struct str *s)
{
	const unsigned char *p = (const unsigned char *)s->p;
	uint32_t cp;
	size_t n, bad;

	if (p[0] < 0x80) {
		s->p++, s->len--;
		return p[0];
	}
	n = sequence(s->p, s->p + s->len, &bad);
	switch (n) {
	case 2:
		cp = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		break;
	case 3:
		cp =
		    (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
		break;
	case 4:
		cp = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
		     (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
		break;
	default:
		cp = 0xfffd;
		n = bad;
	}
	s->p += n;
	s->len -= n;
	return cp;
}

size_t
utf8_encode(char dst[4], uint32_t cp)
{
	if (cp >= 0xd800 && (cp < 0xe000 || cp > 0x10ffff))
		cp = 0xfffd;
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		dst[0] = (char)(0xc0 | cp >> 6);
		dst[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		dst[0] = (char)(0xe0 | cp >> 12);
		dst[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | cp >> 18);
	dst[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

void
utf8_put(struct buf *b, uint32_t cp)
{
	buf_reserve(b, 4);
	b->len += utf8_encode(b->p + b->len, cp);
}

size_t
utf8_repair(struct buf *b, struct str s)
{
	const char *p = s.p, *end = s.p + s.len;
	size_t nbad = 0, len, bad;

	while (p < end) {
		len = utf8_valid((struct str){p, (size_t)(end - p)});
		buf_put(b, p, len);
		p += len;
		if (p < end) {
			sequence(p, end, &bad);
			buf_put(b, "\xef\xbf\xbd", 3);
			p += bad;
			nbad++;
		}
	}
	return nbad;
}

static utf8proc_category_t
category(uint32_t cp)
{
	return utf8proc_category((utf8proc_int32_t)cp);
}

bool
utf8_is_space(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	return cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
	       (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

bool
utf8_is_alpha(uint32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x80)
		return (cp | 0x20) - 'a' < 26;
	c = category(cp);
	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool
utf8_is_digit(uint32_t cp)
{
	if (cp < 0x80)
		return cp - '0' < 10;
	return category(cp) == UTF8PROC_CATEGORY_ND;
}

bool
utf8_is_punct(uint32_t cp)
{
	utf8proc_category_t c = category(cp);

	return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}

bool
utf8_is_upper(uint32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x80)
		return cp - 'A' < 26;
	c = category(cp);
	return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LT;
}

bool
utf8_is_mark(uint32_t cp)
{
	return cp >= 0x300 && category(cp) == UTF8PROC_CATEGORY_MN;
}

bool
utf8_is_format(uint32_t cp)
{
	return cp >= 0xad && category(cp) == UTF8PROC_CATEGORY_CF;
}

struct str
utf8_visible(struct buf *b, struct str s)
{
	struct str rest = s, here;
	bool same = true;
	const char *p;

	b->len = 0;
	while (rest.len > 0) {
		p = rest.p;
		rest.p = ascii(rest.p, p + rest.len);
		while (rest.p < p + rest.len && (unsigned char)*rest.p < 0x80)
			rest.p++;
		rest.len -= (size_t)(rest.p - p);
		if (!same)
			buf_put(b, p, (size_t)(rest.p - p));
		if (rest.len == 0)
			break;
		here = rest;
		if (!utf8_is_format(utf8_take(&rest))) {
			if (!same)
				buf_put(b, here.p, (size_t)(rest.p - here.p));
			continue;
		}
		if (same)
			buf_put(b, s.p, (size_t)(here.p - s.p));
		same = false;
	}
	return same ? s : buf_str(b);
}

const char *
utf8_category(uint32_t cp)
{
	return utf8proc_category_string((utf8proc_int32_t)cp);
}

uint32_t
utf8_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp - 'A' < 26 ? cp | 0x20 : cp;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

/* Appends s mapped by utf8proc; s must be valid UTF-8. */
static void
map(struct buf *b, struct str s, utf8proc_option_t options)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t len;

	len = utf8proc_map((const utf8proc_uint8_t *)s.p,
	    (utf8proc_ssize_t)s.len, &out, options);
	if (len < 0)
		cli_errx(CLI_FATAL, "utf8proc: %s", utf8proc_errmsg(len));
	buf_put(b, out, (size_t)len);
	free(out);
}

/* Whether NFC changes cp where it stands alone. */
static bool
changes(uint32_t cp)
{
	utf8proc_int32_t text[8] = {(utf8proc_int32_t)cp};
	utf8proc_ssize_t n;
	int last = UTF8PROC_BOUNDCLASS_START;

	n = utf8proc_decompose_char((utf8proc_int32_t)cp, text, 8,
	    UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &last);
	n = utf8proc_normalize_utf32(
	    text, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	return n != 1 || text[0] != (utf8proc_int32_t)cp;
}

/*
 * The quick check of UAX 15, section 9.  Below U+0300 all is NFC.  Above, three
 * kinds of code points need the slow way: marks, what composes with the
 * character before it, and what NFC never holds.  The table has one bit for
 * each code point below U+30000, which says "may change", and is filled page by
 * page as text asks for it.
 */
static bool
may_change(uint32_t cp)
{
	enum { PAGES = 0x30000 / 256, SECOND = 0x8000 };
	static uint64_t bits[PAGES][4];
	static bool filled[PAGES];
	const utf8proc_property_t *prop;
	uint32_t page = cp / 256, c;

	if (cp >= 0x30000)
		return false;
	if (!filled[page]) {
		for (c = page * 256; c < (page + 1) * 256; c++) {
			prop = utf8proc_get_property((utf8proc_int32_t)c);
			if (prop->combining_class != 0 ||
			    (prop->comb_index != UINT16_MAX &&
				prop->comb_index >= SECOND) ||
			    (c >= 0x1161 && c <= 0x11c2) || /* jamo V, T */
			    changes(c))
				bits[page][c / 64 % 4] |= 1ull << c % 64;
		}
		filled[page] = true;
	}
	return bits[page][cp / 64 % 4] >> cp % 64 & 1;
}

static bool
is_nfc(struct str s)
{
	uint64_t w;

	while (s.len > 0) {
		if (s.len >= 8) {
			memcpy(&w, s.p, 8);
			if ((w & 0x8080808080808080) == 0) {
				s.p += 8, s.len -= 8;
				continue;
			}
		}
		if ((unsigned char)s.p[0] < 0xcc) /* below U+0300 */
			s.p++, s.len--;
		else if (may_change(utf8_take(&s)))
			return false;
	}
	return true;
}

/* Append s, whatever its bytes, mapped by utf8proc. */
static void
map_any(struct buf *b, struct str s, utf8proc_option_t options)
{
	struct buf repaired = {0};

	if (utf8_valid(s) == s.len) {
		map(b, s, options);
		return;
	}
	utf8_repair(&repaired, s);
	map(b, buf_str(&repaired), options);
	buf_release(&repaired);
}

struct str
utf8_nfc(struct buf *b, struct str s)
{
	if (is_nfc(s))
		return s;
	b->len = 0;
	map_any(b, s, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	return buf_str(b);
}

struct str
utf8_nfkc(struct buf *b, struct str s)
{
	size_t i;

	for (i = 0; i < s.len && (unsigned char)s.p[i] < 0x80; i++)
		;
	if (i == s.len)
		return s;
	b->len = 0;
	map_any(b, s, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
	return buf_str(b);
}

void
utf8_nfd(struct buf *b, struct str s)
{
	map_any(b, s, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
}

size_t
utf8_grapheme(struct str s)
{
	const char *p = s.p;
	utf8proc_int32_t a = (utf8proc_int32_t)utf8_take(&s), b, state = 0;
	size_t len = (size_t)(s.p - p);

	while (s.len > 0) {
		b = (utf8proc_int32_t)utf8_take(&s);
		if (utf8proc_grapheme_break_stateful(a, b, &state))
			break;
		a = b;
		len = (size_t)(s.p - p);
	}
	return len;
}
