#include "record/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/number.h"
#include "base/utf8.h"

#define EACH 0x0101010101010101ull
#define HIGH 0x8080808080808080ull

enum { SLACK = 32 }; /* bytes after a string that encode() may change */

const char *
json_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/*
 * The first byte at or after p that a string cannot hold as it is: a quote, a
 * backslash, a control character, or one beyond ASCII.  It looks at eight
 * bytes at a time: in a word without high bits, x - EACH borrows into the high
 * bit of a byte first where that byte is 0; false marks can only be above a
 * true one.
 */
static const char *
plain(const char *p, const char *end)
{
	uint64_t w, mark;

#ifdef __SSE2__
	/* sixteen at a time; bytes beyond ASCII are less than any, signed */
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i blank = _mm_set1_epi8(' ');
	__m128i v, hit;
	int bits;

	for (; end - p >= 16; p += 16) {
		v = _mm_loadu_si128((const __m128i *)(const void *)p);
		hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote),
				       _mm_cmpeq_epi8(v, slash)),
		    _mm_cmplt_epi8(v, blank));
		bits = _mm_movemask_epi8(hit);
		if (bits != 0)
			return p + __builtin_ctz((unsigned)bits);
	}
#endif
	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		w = __builtin_bswap64(w);
#endif
		mark = (((w ^ '"' * EACH) - EACH) | ((w ^ '\\' * EACH) - EACH) |
			   (w - ' ' * EACH) | w) &
		       HIGH;
		if (mark != 0)
			return p + __builtin_ctzll(mark) / 8;
	}
	while (p < end && *p != '"' && *p != '\\' && *p >= 0x20 && *p < 0x7f)
		p++;
	return p;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX, or -1. */
static int
unit(const char *p, const char *end)
{
	int i, d, u = 0;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if ((d = hex(p[i])) < 0)
			return -1;
		u = u << 4 | d;
	}
	return u;
}

/* What a backslash makes of the character after it; 0: nothing. */
static const char escape[256] = {['"'] = '"',
    ['\\'] = '\\',
    ['/'] = '/',
    ['b'] = '\b',
    ['f'] = '\f',
    ['n'] = '\n',
    ['r'] = '\r',
    ['t'] = '\t',
    ['u'] = 'u'};

static const char *
skip_string(const char *p, const char *end, const char **why)
{
	size_t len;

	for (p++;;) {
		p = plain(p, end);
		if (p >= end) {
			*why = "unfinished string";
			return NULL;
		}
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			if (end - p < 2 || escape[(unsigned char)p[1]] == 0 ||
			    (p[1] == 'u' && unit(p + 2, end) < 0)) {
				*why = "invalid escape in a string";
				return NULL;
			}
			p += p[1] == 'u' ? 6 : 2;
		} else if ((unsigned char)*p < 0x20) {
			*why = "control character in a string";
			return NULL;
		} else if ((unsigned char)*p < 0x80) {
			p++; /* DEL */
		} else {
			do {
				if ((len = utf8_length(p, end)) == 0) {
					*why = "invalid UTF-8 in a string";
					return NULL;
				}
				p += len;
			} while (p < end && (unsigned char)*p >= 0x80);
		}
	}
}

static const char *
digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static const char *
skip_number(const char *p, const char *end, const char **why)
{
	const char *from;

	*why = "invalid number";
	if (p < end && *p == '-')
		p++;
	if (p < end && *p == '0')
		p++;
	else {
		from = p;
		if ((p = digits(p, end)) == from)
			return NULL;
	}
	if (p < end && *p == '.') {
		from = ++p;
		if ((p = digits(p, end)) == from)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		from = p;
		if ((p = digits(p, end)) == from)
			return NULL;
	}
	return p;
}

static const char *
skip_word(const char *p, const char *end, const char **why)
{
	static const struct str words[] = {
	    {"true", 4}, {"false", 5}, {"null", 4}};
	struct str rest = {p, (size_t)(end - p)};
	size_t i;

	for (i = 0; i < 3; i++)
		if (str_starts(rest, words[i]))
			return p + words[i].len;
	*why = "no JSON value";
	return NULL;
}

static const char *
skip_scalar(const char *p, const char *end, const char **why)
{
	if (*p == '"')
		return skip_string(p, end, why);
	if (*p == '-' || (*p >= '0' && *p <= '9'))
		return skip_number(p, end, why);
	return skip_word(p, end, why);
}

/* A name and its colon; then p is at the value. */
static const char *
skip_name(const char *p, const char *end, const char **why)
{
	if (p == end || *p != '"') {
		*why = "no name of a member";
		return NULL;
	}
	if ((p = skip_string(p, end, why)) == NULL)
		return NULL;
	p = json_blank(p, end);
	if (p == end || *p != ':') {
		*why = "no colon after a name";
		return NULL;
	}
	return json_blank(p + 1, end);
}

/* One bit a level: whether it is an object. */
const char *
json_skip(const char *p, const char *end, const char **why)
{
	uint64_t object[JSON_DEPTH / 64];
	size_t depth = 0;
	bool in_object;

	for (;;) {
		if (p == end) {
			*why = "unfinished value";
			return NULL;
		}
		if (*p == '{' || *p == '[') {
			if (depth == JSON_DEPTH) {
				*why = "nested too deep";
				return NULL;
			}
			in_object = *p == '{';
			if (depth % 64 == 0)
				object[depth / 64] = 0;
			object[depth / 64] &= ~(1ull << depth % 64);
			object[depth / 64] |= (uint64_t)in_object << depth % 64;
			depth++;
			p = json_blank(p + 1, end);
			if (p < end && *p == (in_object ? '}' : ']')) {
				p++;
				depth--;
			} else {
				if (in_object &&
				    (p = skip_name(p, end, why)) == NULL)
					return NULL;
				continue;
			}
		} else if ((p = skip_scalar(p, end, why)) == NULL) {
			return NULL;
		}
		for (;;) { /* after a value */
			if (depth == 0)
				return p;
			in_object =
			    object[(depth - 1) / 64] >> (depth - 1) % 64 & 1;
			p = json_blank(p, end);
			if (p < end && *p == (in_object ? '}' : ']')) {
				p++;
				depth--;
				continue;
			}
			if (p == end || *p != ',') {
				*why = "no comma or end after a value";
				return NULL;
			}
			p = json_blank(p + 1, end);
			if (in_object && (p = skip_name(p, end, why)) == NULL)
				return NULL;
			break;
		}
	}
}

bool
json_valid(struct str text, struct str *raw, const char **why)
{
	const char *end = text.p + text.len, *p = json_blank(text.p, end), *q;

	if ((q = json_skip(p, end, why)) == NULL)
		return false;
	*raw = (struct str){p, (size_t)(q - p)};
	if (json_blank(q, end) != end) {
		*why = "text after the value";
		return false;
	}
	return true;
}

/* Decodes the inside of a valid string; dst has room for s.len bytes. */
static size_t
decode(char *dst, struct str s)
{
	const char *p = s.p, *end = s.p + s.len, *q;
	char *out = dst;
	uint32_t cp;
	int low;

	for (;;) {
		q = memchr(p, '\\', (size_t)(end - p));
		memcpy(out, p, (size_t)((q != NULL ? q : end) - p));
		out += (q != NULL ? q : end) - p;
		if (q == NULL)
			return (size_t)(out - dst);
		if (q[1] != 'u') {
			*out++ = escape[(unsigned char)q[1]];
			p = q + 2;
			continue;
		}
		cp = (uint32_t)unit(q + 2, end);
		p = q + 6;
		if (cp >= 0xd800 && cp < 0xdc00 && end - p >= 6 &&
		    p[0] == '\\' && p[1] == 'u' &&
		    (low = unit(p + 2, end)) >= 0xdc00 && low < 0xe000) {
			cp = 0x10000 + ((cp - 0xd800) << 10) +
			     ((uint32_t)low - 0xdc00);
			p += 6;
		}
		out += utf8_encode(out, cp); /* U+FFFD for a lone one */
	}
}

bool
json_get_str(struct str raw, struct arena *mem, struct str *text)
{
	struct str inside;
	char *p;

	if (raw.len < 2 || raw.p[0] != '"')
		return false;
	inside = (struct str){raw.p + 1, raw.len - 2};
	if (inside.len == 0 || memchr(inside.p, '\\', inside.len) == NULL) {
		*text = inside;
		return true;
	}
	p = arena_alloc(mem, inside.len);
	*text = (struct str){p, decode(p, inside)};
	return true;
}

bool
json_get_num(struct str raw, double *num)
{
	char text[64], *big = NULL;

	if (raw.len == 0 ||
	    (raw.p[0] != '-' && (raw.p[0] < '0' || raw.p[0] > '9')))
		return false;
	if (raw.len >= sizeof(text)) {
		big = mem_string(raw);
	} else {
		memcpy(text, raw.p, raw.len);
		text[raw.len] = '\0';
	}
	*num = strtod(big != NULL ? big : text, NULL);
	free(big);
	return true;
}

bool
json_get_size(struct str raw, size_t *n)
{
	size_t i, x = 0;

	if (raw.len == 0 || raw.len > 19)
		return false;
	for (i = 0; i < raw.len; i++) {
		if (raw.p[i] < '0' || raw.p[i] > '9')
			return false;
		x = x * 10 + (size_t)(raw.p[i] - '0');
	}
	*n = x;
	return true;
}

bool
json_get_bool(struct str raw, bool *b)
{
	bool yes = str_eq(raw, STR("true"));

	if (!yes && !str_eq(raw, STR("false")))
		return false;
	*b = yes;
	return true;
}

bool
json_open(struct json_walk *w, struct str raw, char type)
{
	if (raw.len < 2 || raw.p[0] != type)
		return false;
	w->object = type == '{';
	w->end = raw.p + raw.len - 1;
	w->p = json_blank(raw.p + 1, w->end);
	return true;
}

bool
json_next(
    struct json_walk *w, struct arena *mem, struct str *key, struct str *raw)
{
	const char *why, *from;

	*key = STR("");
	if (w->p >= w->end)
		return false;
	if (w->object) {
		from = w->p;
		w->p = skip_string(from, w->end, &why);
		json_get_str(
		    (struct str){from, (size_t)(w->p - from)}, mem, key);
		w->p = json_blank(json_blank(w->p, w->end) + 1, w->end);
	}
	from = w->p;
	w->p = json_skip(from, w->end, &why);
	*raw = (struct str){from, (size_t)(w->p - from)};
	w->p = json_blank(w->p, w->end);
	if (w->p < w->end)
		w->p = json_blank(w->p + 1, w->end);
	return true;
}

bool
json_member(
    struct str object, struct arena *mem, struct str name, struct str *raw)
{
	struct json_walk w;
	struct str key, value;
	bool found = false;

	if (!json_open(&w, object, '{'))
		return false;
	while (json_next(&w, mem, &key, &value))
		if (str_eq(key, name)) {
			*raw = value;
			found = true;
		}
	return found;
}

#ifdef __SSE2__
/* pass() for 16 bytes: a bit for each that a string can't hold. */
static inline unsigned
pass_16(const char *p, char *dst)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p), hit;

	if (dst != NULL)
		_mm_storeu_si128((__m128i *)(void *)dst, v);
	hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
	hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, control), v));
	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

/*
 * The first byte at or after p, in valid UTF-8, that a string cannot hold as
 * it is.  The bytes before it are copied to dst unless that is NULL, in
 * blocks, so that up to SLACK bytes after them may change.
 */
static inline const char *
pass(const char *p, const char *end, char *dst)
{
#ifdef __SSE2__
	/* in HTML a quote or a line end comes every 30 bytes or so */
	unsigned bits;

	for (; end - p >= 32; p += 32) {
		bits = pass_16(p, dst);
		bits |= pass_16(p + 16, dst != NULL ? dst + 16 : NULL) << 16;
		if (bits != 0)
			return p + __builtin_ctz(bits);
		if (dst != NULL)
			dst += 32;
	}
#endif
	for (; p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20;
	     p++)
		if (dst != NULL)
			*dst++ = *p;
	return p;
}

/* encode() of valid UTF-8. */
static size_t
encode_valid(char *dst, struct str s)
{
	static const char short_form[] = {['"'] = '"',
	    ['\\'] = '\\',
	    ['\b'] = 'b',
	    ['\t'] = 't',
	    ['\n'] = 'n',
	    ['\f'] = 'f',
	    ['\r'] = 'r'};
	const char *p = s.p, *end = s.p + s.len, *q;
	char out[8] = "\\";
	size_t total = 0, n;

	for (;; p++) {
		q = pass(p, end, dst != NULL ? dst + total : NULL);
		total += (size_t)(q - p);
		p = q;
		if (p == end)
			return total;
		n = 2;
		out[1] = short_form[(unsigned char)*p];
		if (out[1] == '\0')
			n = (size_t)snprintf(
			    out, sizeof(out), "\\u%04x", (unsigned)*p);
		if (dst != NULL)
			memcpy(dst + total, out, sizeof(out));
		total += n;
	}
}

/*
 * Bytes of s as the inside of a string; written to dst unless that is NULL,
 * with up to SLACK bytes after them changed.  One routine does both, so that
 * they can't disagree.
 */
static size_t
encode(char *dst, struct str s)
{
	size_t total = 0, len;

	for (;;) {
		len = utf8_valid(s);
		total += encode_valid(
		    dst != NULL ? dst + total : NULL, (struct str){s.p, len});
		s.p += len;
		s.len -= len;
		if (s.len == 0)
			return total;
		utf8_take(&s);
		if (dst != NULL)
			memcpy(dst + total, "\xef\xbf\xbd", 3);
		total += 3;
	}
}

/* Bytes of a piece of s, at most max, that splits no UTF-8 sequence. */
static size_t
piece(struct str s, size_t max)
{
	size_t n = max;

	if (s.len <= max)
		return s.len;
	while (n > max - 3 && (s.p[n] & 0xc0) == 0x80)
		n--;
	return (s.p[n] & 0xc0) == 0x80 ? max : n;
}

/* Piece by piece, with room for the worst, instead of looking twice. */
void
json_put_str(struct buf *b, struct str s)
{
	enum { PIECE = 4096 };
	size_t n;

	buf_putc(b, '"');
	for (; s.len > 0; s.p += n, s.len -= n) {
		n = piece(s, PIECE);
		buf_reserve(b, 6 * n + SLACK);
		b->len += encode(b->p + b->len, (struct str){s.p, n});
	}
	buf_putc(b, '"');
}

struct str
json_quote(struct arena *mem, struct str s)
{
	size_t len = encode(NULL, s);
	char *p = arena_alloc(mem, len + 2 + SLACK);

	p[0] = '"';
	encode(p + 1, s);
	p[len + 1] = '"';
	return (struct str){p, len + 2};
}

void
json_put_real(struct buf *b, float x)
{
	if (!isfinite(x)) {
		buf_puts(b, STR("null"));
		return;
	}
	buf_reserve(b, NUMBER_LEN);
	b->len += number_put(b->p + b->len, x);
}
