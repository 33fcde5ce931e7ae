#include "mask/address.h"

#include <stddef.h>
#include <stdint.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "mask/clue.h"

enum {
	MAX_LOCAL = 64,	  /* bytes before the @ (RFC 5321) */
	MAX_DOMAIN = 253, /* and after it */
	MAX_LABEL = 63,
	SMALL = 30 /* of a version, rarely more than one number is larger */
};

/* Letters of the alphabets that addresses are written in besides ASCII's. */
static bool
is_letter(uint32_t cp)
{
	return ascii_is_alpha(cp) ||
	       (cp >= 0xc0 && cp < 0x530 && utf8_is_alpha(cp));
}

/* The code point that ends at p, of at most two bytes; 0 if it is another. */
static uint32_t
take_back(const char *begin, const char **p)
{
	struct str s;
	size_t n = 1;

	if (*p == begin)
		return 0;
	if ((unsigned char)(*p)[-1] >= 0x80) {
		n = 2;
		if (*p - begin < 2 || utf8_length(*p - 2, *p) != 2)
			return 0;
	}
	*p -= n;
	s = (struct str){*p, n};
	return utf8_take(&s);
}

/* Where the part before the "@" at p begins; p where there is none. */
static const char *
local_begin(const char *from, const char *p)
{
	const char *q = p, *before = p;
	uint32_t cp;

	while ((cp = take_back(from, &before)) != 0) {
		if (!is_letter(cp) && !ascii_is_digit(cp) &&
		    (cp >= 0x80 || strchr("._%+'-", (int)cp) == NULL))
			break;
		if (cp == '.' && (*q == '.' || q == p))
			break;
		if (p - before > MAX_LOCAL)
			return p;
		q = before;
	}
	while (q < p && strchr("'.-+%", *q) != NULL)
		q++;
	return q;
}

/* The end of a label of a domain at p; p where none is. */
static const char *
label_end(const char *p, const char *end, bool *letters)
{
	struct str s = {p, (size_t)(end - p)};
	const char *q = p;
	bool dash = false;
	uint32_t cp;

	*letters = true;
	while (s.len > 0) {
		cp = utf8_take(&s);
		if (cp == '-' && q > p)
			dash = true; /* the label's, where more of it follows */
		else if (is_letter(cp) || ascii_is_digit(cp))
			*letters = *letters && !dash && is_letter(cp);
		else
			break;
		q = s.p;
	}
	while (q > p && q[-1] == '-')
		q--;
	return q - p <= MAX_LABEL ? q : p;
}

/* Whether a last label is one that names have, not files. */
static bool
is_top(struct str label, bool letters)
{
	static const char *const suffix[] = {"png", "jpg", "jpeg", "gif", "svg",
	    "webp", "bmp", "ico", "tif", "tiff", "css", "js", "mjs", "cjs",
	    "ts", "tsx", "jsx", "json", "html", "htm", "php", "xml", "pdf",
	    "txt", "exe", "mp3", "mp4"};
	size_t i;

	if (!letters &&
	    !(label.len > 4 && str_ieq((struct str){label.p, 4}, STR("xn--"))))
		return false;
	for (i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++)
		if (str_ieq(label, str_of(suffix[i])))
			return false;
	return label.len >= 2;
}

/* The end of a domain of two labels or more at p; p where there is none. */
static const char *
domain_end(const char *p, const char *end)
{
	const char *label = p, *q, *good = p;
	bool letters;
	size_t n;

	for (n = 0;; n++) {
		q = label_end(label, end, &letters);
		if (q == label || q - p > MAX_DOMAIN)
			break;
		if (n > 0 &&
		    is_top((struct str){label, (size_t)(q - label)}, letters))
			good = q;
		if (q == end || *q != '.')
			break;
		label = q + 1;
	}
	return good;
}

bool
address_email(
    struct str text, const char *from, const char *p, struct str *found)
{
	const char *end = text.p + text.len;
	const char *begin = local_begin(from, p), *q;

	if (begin == p)
		return false;
	q = domain_end(p + 1, end);
	if (q == p + 1)
		return false;
	if (begin > text.p &&
	    (begin[-1] == '@' ||
		(begin - text.p >= 2 && memcmp(begin - 2, "//", 2) == 0)))
		return false;
	if (end - q >= 2 && *q == ':' &&
	    (ascii_is_alnum((uint32_t)q[1]) || q[1] == '/' || q[1] == '~'))
		return false;
	*found = (struct str){begin, (size_t)(q - begin)};
	return true;
}

/* Whether an address of version 4 is that of one machine that all can reach. */
static bool
is_public(const unsigned a[4])
{
	unsigned net = a[0] << 8 | a[1];

	if (a[0] == 0 || a[0] == 10 || a[0] == 127 || a[0] >= 224)
		return false;
	if (net == 0xa9fe || net == 0xc0a8 ||  /* 169.254, 192.168 */
	    (net >= 0x6440 && net < 0x6480) || /* 100.64 */
	    (net >= 0xac10 && net < 0xac20) || /* 172.16 */
	    net == 0xc612 || net == 0xc613)    /* 198.18 */
		return false;
	net = net << 8 | a[2];
	if (net == 0xc00000 || net == 0xc00002 || net == 0xc63364 ||
	    net == 0xcb0071) /* for protocols and for documentation */
		return false;
	return a[2] != 0 || a[3] != 0; /* a network, or a version */
}

/*
 * Whether the characters next to an address of version 4 make it something
 * else.
 */
static bool
is_touched(struct str text, const char *begin, const char *end)
{
	size_t left = (size_t)(text.p + text.len - end);

	if (begin > text.p) {
		if (ascii_is_alnum((uint32_t)begin[-1]) || begin[-1] == '.' ||
		    begin[-1] == '_' || begin[-1] == '-')
			return true;
		if (begin[-1] == '/' && begin - text.p >= 2 &&
		    ascii_is_alnum((uint32_t)begin[-2]))
			return true; /* Chrome/41.0.2.3 */
	}
	if (left > 0 && (ascii_is_alnum((uint32_t)*end) || *end == '_'))
		return true;
	return left > 1 && (*end == '.' || *end == '-') &&
	       ascii_is_alnum((uint32_t)end[1]) &&
	       (*end == '-' || ascii_is_digit((uint32_t)end[1]) ||
		   ascii_is_lower((uint32_t)end[1]));
}

static bool
version_4(struct str text, const char *p, struct str *found)
{
	const char *end = text.p + text.len, *q = p;
	unsigned octet[4], i, n, large = 0;
	enum clue clue;

	for (i = 0; i < 4; i++) {
		octet[i] = 0;
		for (n = 0; n < 3 && q < end && ascii_is_digit((uint32_t)*q);
		     n++)
			octet[i] = octet[i] * 10 + (unsigned)(*q++ - '0');
		if (n == 0 || octet[i] > 255 || (n > 1 && q[-(int)n] == '0'))
			return false;
		if (i < 3 && (q == end || *q++ != '.'))
			return false;
		large += octet[i] > SMALL;
	}
	if (!is_public(octet) || is_touched(text, p, q))
		return false;
	clue = clue_before(text.p, p);
	if (clue == CLUE_VERSION || (large < 2 && clue != CLUE_ADDRESS))
		return false;
	*found = (struct str){p, (size_t)(q - p)};
	return true;
}

/* The value of a hexadecimal digit, or -1. */
static int
hex(char c)
{
	if (ascii_is_digit((uint32_t)c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 2000::/3 without what is for documentation and protocols. */
static bool
version_6(struct str text, const char *p, struct str *found)
{
	const char *end = text.p + text.len, *q = p;
	unsigned group[8] = {0}, n = 0, k;
	bool gap = false;

	if ((p > text.p && (ascii_is_alnum((uint32_t)p[-1]) || p[-1] == ':' ||
			       p[-1] == '.' || p[-1] == '_')) ||
	    (*p != '2' && *p != '3') || end - p < 5 || p[4] != ':')
		return false;
	for (;;) {
		for (k = 0; k < 4 && q < end && hex(*q) >= 0; k++)
			group[n] = group[n] * 16 + (unsigned)hex(*q++);
		if (k == 0)
			break;
		if (++n == 8 || end - q < 2 || *q != ':')
			break;
		if (q[1] == ':' && !gap) {
			gap = true;
			q += 2;
			if (q == end || hex(*q) < 0)
				break;
		} else if (hex(q[1]) >= 0) {
			q++;
		} else {
			break;
		}
	}
	if (q < end && (ascii_is_alnum((uint32_t)*q) || *q == ':' || *q == '_'))
		return false;
	if (gap ? n > 7 || n < 2 : n != 8)
		return false;
	if (group[0] == 0x2001 && (group[1] == 0xdb8 || group[1] < 0x200))
		return false;
	*found = (struct str){p, (size_t)(q - p)};
	return true;
}

bool
address_ip(struct str text, const char *p, struct str *found)
{
	return version_4(text, p, found) || version_6(text, p, found);
}
