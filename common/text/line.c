#include "text/line.h"

#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"
#include "math/cpu.h"

/* 1: ends a line; 2: first byte of what may end one. */
static const unsigned char class[256] = {
    ['\n'] = 1,
    ['\v'] = 1,
    ['\f'] = 1,
    ['\r'] = 1,
    [0x1c] = 1,
    [0x1d] = 1,
    [0x1e] = 1,
    [0xc2] = 2,
    [0xe2] = 2,
};

/* Bytes of the end of a line at p, 0 if there is none. */
static size_t
line_end(const char *p, const char *end)
{
	switch (class[(unsigned char)*p]) {
	case 1:
		return *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
	case 2:
		if (end - p >= 2 && memcmp(p, "\xc2\x85", 2) == 0)
			return 2;
		if (end - p >= 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
		    (p[2] == '\xa8' || p[2] == '\xa9'))
			return 3;
		return 0;
	default:
		return 0;
	}
}

enum { NLANE = 32 };
typedef uint8_t lanes __attribute__((vector_size(NLANE)));

/* Whether none of the NLANE bytes at p may end a line. */
static inline bool
is_inside(const char *p)
{
	uint64_t part[NLANE / 8];
	lanes v;

	memcpy(&v, p, sizeof(v));
	v = (lanes)(v - '\n' <= '\r' - '\n') | (lanes)(v - 0x1c <= 2) |
	    (lanes)(v == 0xc2) | (lanes)(v == 0xe2);
	memcpy(part, &v, sizeof(part));
	return (part[0] | part[1] | part[2] | part[3]) == 0;
}

CPU_CLONES bool
line_next(struct str *rest, struct str *line)
{
	const char *p = rest->p, *end, *stop;
	size_t len = 0;

	if (rest->len == 0)
		return false;
	end = p + rest->len;
	while (p < end) {
		while (end - p >= NLANE && is_inside(p))
			p += NLANE;
		stop = end - p > NLANE ? p + NLANE : end;
		while (p < stop && (class[(unsigned char)*p] == 0 ||
				       (len = line_end(p, end)) == 0))
			p++;
		if (p < stop)
			break;
	}
	*line = (struct str){rest->p, (size_t)(p - rest->p)};
	*rest = (struct str){p + len, (size_t)(end - p) - len};
	return true;
}

static bool
is_space(uint32_t cp)
{
	return utf8_is_space(cp) || (cp >= 0x1c && cp <= 0x1f);
}

struct str
line_strip(struct str s)
{
	struct str rest, last;

	while (s.len > 0) {
		rest = s;
		if (!is_space(utf8_take(&rest)))
			break;
		s = rest;
	}
	while (s.len > 0) {
		rest = s;
		do
			rest.len--;
		while (rest.len > 0 && s.len - rest.len < 4 &&
		       ((unsigned char)s.p[rest.len] & 0xc0) == 0x80);
		last = (struct str){s.p + rest.len, s.len - rest.len};
		if (!is_space(utf8_take(&last)))
			break;
		s = rest;
	}
	return s;
}
