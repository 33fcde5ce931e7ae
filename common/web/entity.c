#include "web/entity.h"

#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"

enum { NAME_MAX_LEN = 31, OLD_MAX_LEN = 6 };

static const struct name {
	char name[NAME_MAX_LEN + 1];
	bool old; /* needs no semicolon */
	uint32_t cp[2];
} names[] = {
#define ENTITY(name, old, first, second) {name, old, {first, second}},
#include "web/entity-names.h"
#undef ENTITY
};

/* 128 to 159 in windows-1252; 0: not a character there */
static const uint16_t windows[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
    0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
    0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

static const struct name *
find(const char *s, size_t len)
{
	size_t lo = 0, hi = sizeof(names) / sizeof(names[0]), mid;
	int diff;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		diff = strncmp(names[mid].name, s, len);
		if (diff == 0)
			diff = names[mid].name[len] != '\0';
		if (diff == 0)
			return &names[mid];
		if (diff < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The number at s, which is after "&#"; as entity_read(). */
static size_t
read_number(struct str s, uint32_t cp[2])
{
	bool hex = s.len > 2 && (s.p[2] | 0x20) == 'x';
	size_t i = hex ? 3 : 2, start = i;
	uint32_t value = 0;
	unsigned digit;

	for (; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (ascii_is_digit(c))
			digit = c - '0';
		else if (hex && (unsigned)((c | 0x20) - 'a') < 6)
			digit = (c | 0x20) - 'a' + 10;
		else
			break;
		if (value < 0x110000)
			value = value * (hex ? 16 : 10) + digit;
	}
	if (i == start)
		return 0;
	if (value >= 128 && value < 160)
		value = windows[value - 128];
	if (value >= 0x110000 || (value >= 0xd800 && value < 0xe000))
		value = 0;
	cp[0] = value;
	cp[1] = 0;
	return i + (i < s.len && s.p[i] == ';');
}

size_t
entity_read(struct str s, bool attribute, uint32_t cp[2])
{
	const struct name *n = NULL;
	size_t len = 1;

	if (s.len < 2)
		return 0;
	if (s.p[1] == '#')
		return read_number(s, cp);
	while (len < s.len && len <= NAME_MAX_LEN &&
	       ascii_is_alnum((unsigned char)s.p[len]))
		len++;
	if (len < s.len && s.p[len] == ';')
		n = find(s.p + 1, len - 1);
	if (n != NULL) {
		memcpy(cp, n->cp, sizeof(n->cp));
		return len + 1;
	}
	if (len > OLD_MAX_LEN + 1)
		len = OLD_MAX_LEN + 1;
	for (; len > 2; len--) {
		n = find(s.p + 1, len - 1);
		if (n == NULL || !n->old)
			continue;
		if (attribute && len < s.len &&
		    (s.p[len] == '=' ||
			ascii_is_alnum((unsigned char)s.p[len])))
			return 0;
		memcpy(cp, n->cp, sizeof(n->cp));
		return len;
	}
	return 0;
}

void
entity_decode(struct buf *out, struct str s)
{
	const char *q;
	uint32_t cp[2];
	size_t n;

	while (s.len > 0 && (q = memchr(s.p, '&', s.len)) != NULL) {
		buf_put(out, s.p, (size_t)(q - s.p));
		s = (struct str){q, s.len - (size_t)(q - s.p)};
		n = entity_read(s, true, cp);
		if (n == 0) {
			buf_putc(out, '&');
			n = 1;
		} else {
			if (cp[0] != 0)
				utf8_put(out, cp[0]);
			if (cp[1] != 0)
				utf8_put(out, cp[1]);
		}
		s = (struct str){s.p + n, s.len - n};
	}
	buf_puts(out, s);
}
