/*
 * utf8: validity compared with a table-driven twin, U+FFFD for maximal
 * subparts (Unicode 15, table 3-8), and NFC with its quick check compared with
 * utf8proc alone
 */

#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/rng.h"
#include "tap.h"

/* Unicode 15, table 3-7: ranges of the bytes of well-formed sequences. */
static const unsigned char table[9][5][2] = {
    {{1}, {0x00, 0x7f}},
    {{2}, {0xc2, 0xdf}, {0x80, 0xbf}},
    {{3}, {0xe0, 0xe0}, {0xa0, 0xbf}, {0x80, 0xbf}},
    {{3}, {0xe1, 0xec}, {0x80, 0xbf}, {0x80, 0xbf}},
    {{3}, {0xed, 0xed}, {0x80, 0x9f}, {0x80, 0xbf}},
    {{3}, {0xee, 0xef}, {0x80, 0xbf}, {0x80, 0xbf}},
    {{4}, {0xf0, 0xf0}, {0x90, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
    {{4}, {0xf1, 0xf3}, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
    {{4}, {0xf4, 0xf4}, {0x80, 0x8f}, {0x80, 0xbf}, {0x80, 0xbf}},
};

static size_t
twin_valid(const unsigned char *p, size_t len)
{
	size_t at = 0, row, i, n;

	while (at < len) {
		for (row = 0; row < 9; row++) {
			n = table[row][0][0];
			for (i = 0; i < n && at + i < len; i++)
				if (p[at + i] < table[row][i + 1][0] ||
				    p[at + i] > table[row][i + 1][1])
					break;
			if (i == n)
				break;
		}
		if (row == 9)
			break;
		at += n;
	}
	return at;
}

static void
validity(void)
{
	static const unsigned char bytes[] = {'a', 'b', 0x80, 0xbf, 0xc1, 0xc2,
	    0xe0, 0xa0, 0x9f, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff};
	unsigned char text[24];
	struct rng r;
	size_t i, j, len;
	bool good = true;

	rng_init(&r, 1);
	for (i = 0; i < 400000 && good; i++) {
		len = rng_below(&r, sizeof(text) + 1);
		for (j = 0; j < len; j++)
			text[j] = rng_below(&r, 2)
				      ? 'x'
				      : bytes[rng_below(&r, sizeof(bytes))];
		good = utf8_valid((struct str){(char *)text, len}) ==
		       twin_valid(text, len);
	}
	ok(good, "valid prefixes agree with the table of Unicode");
}

static void
repair(void)
{
	struct buf b = {0};
	size_t n;

	n = utf8_repair(
	    &b, STR("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64"));
	ok(n == 6 &&
		str_eq(buf_str(&b), STR("a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
					"b\xef\xbf\xbd"
					"c\xef\xbf\xbd\xef\xbf\xbd"
					"d")),
	    "one U+FFFD a maximal subpart");
	b.len = 0;
	ok(utf8_repair(&b, STR("\xed\xa0\x80\xf0\x9f\x98")) == 4,
	    "surrogates and a sequence cut off");
	buf_release(&b);
}

static void
code_points(void)
{
	char bytes[4];
	struct str s;
	uint32_t cp;
	bool good = true, spaces = true;

	for (cp = 0; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		s = (struct str){bytes, utf8_encode(bytes, cp)};
		good = good && utf8_valid(s) == s.len && utf8_take(&s) == cp &&
		       s.len == 0;
		if (strcmp(utf8_category(cp), "Zs") == 0)
			spaces = spaces && utf8_is_space(cp);
	}
	ok(good, "every code point is written and read");
	ok(utf8_count(STR("")) == 0 &&
		utf8_count(STR("a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80z"
			       "\xe4\xb8\xad")) == 6,
	    "code points of a string");
	ok(spaces, "what separates is white space");
	ok(utf8_lower(0xc9) == 0xe9 && utf8_lower('Q') == 'q' &&
		utf8_is_upper(0x410) && !utf8_is_upper(0x430) &&
		utf8_is_alpha(0x4e2d) && utf8_is_digit(0x663) &&
		utf8_is_punct(0x3002) && utf8_is_mark(0x301),
	    "classes beyond ASCII");
}

static bool
nfc_agrees(struct buf *b, struct str s)
{
	utf8proc_uint8_t *want = NULL;
	utf8proc_ssize_t len;
	struct str got;
	bool good;

	len = utf8proc_map((const utf8proc_uint8_t *)s.p,
	    (utf8proc_ssize_t)s.len, &want, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	got = utf8_nfc(b, s);
	good = len >= 0 && str_eq(got, (struct str){(char *)want, (size_t)len});
	free(want);
	return good;
}

static void
nfc(void)
{
	static const uint32_t marks[] = {0x300, 0x301, 0x308, 0x323, 0x327,
	    0x338, 0x3099, 0x93c, 0x9be, 0x1161, 0x11a8, 0xb3e, 0x653, 0x110ba,
	    0x1133e, 0x102e};
	char bytes[12];
	struct buf b = {0};
	struct str s;
	uint32_t cp;
	size_t i;
	bool good = true;

	for (cp = 0; cp < 0x30000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		for (i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
			s = (struct str){bytes, utf8_encode(bytes, cp)};
			if (i > 0)
				s.len +=
				    utf8_encode(bytes + s.len, marks[i - 1]);
			if (i > 0 && cp % 16 != i && cp > 0x3000)
				continue;
			good = good && nfc_agrees(&b, s);
		}
	}
	ok(good, "NFC with its quick check is NFC");
	ok(str_eq(
	       utf8_nfc(&b, STR("e\xcc\x81\xff")), STR("\xc3\xa9\xef\xbf\xbd")),
	    "NFC of bytes that are no UTF-8");
	buf_release(&b);
}

int
main(void)
{
	validity();
	repair();
	code_points();
	nfc();
	return tap_done();
}
