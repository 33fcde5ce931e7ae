#include "text/word.h"

#include "base/utf8.h"
#include "math/cpu.h"

/*
 * 1: white space; 2: first byte of what may be white space or a letter that is
 * a word; 0: else.
 */
static const unsigned char class[256] = {
    ['\t'] = 1,
    ['\n'] = 1,
    ['\v'] = 1,
    ['\f'] = 1,
    ['\r'] = 1,
    [' '] = 1,
    [0xc2] = 2, /* U+0085, U+00A0 */
    [0xe0] = 2, /* Thai, Lao */
    [0xe1] = 2, /* U+1680; Burmese, Khmer */
    [0xe2] = 2, /* U+2000..U+200A, U+2028, U+2029, U+202F, U+205F */
    [0xe3] = 2, /* U+3000; kana, ideographs */
    [0xe4] = 2, /* ideographs, up to 0xe9 */
    [0xe5] = 2,
    [0xe6] = 2,
    [0xe7] = 2,
    [0xe8] = 2,
    [0xe9] = 2,
    [0xea] = 2, /* more of Burmese */
    [0xef] = 2, /* more of ideographs and kana */
    [0xf0] = 2,
};

/* Blocks of scripts without spaces, but for the most frequent ones. */
static bool
in_blocks(uint32_t cp)
{
	return (cp >= 0xe00 && cp < 0xf00) ||	  /* Thai, Lao */
	       (cp >= 0x1000 && cp < 0x10a0) ||	  /* Burmese */
	       (cp >= 0x1780 && cp < 0x1800) ||	  /* Khmer */
	       (cp >= 0x3005 && cp < 0x3008) ||	  /* ideographs again, zero */
	       (cp >= 0x3031 && cp < 0x3130) ||	  /* kana, Bopomofo */
	       (cp >= 0x31a0 && cp < 0x3200) ||	  /* more of both */
	       (cp >= 0x3400 && cp < 0x4dc0) ||	  /* ideographs */
	       (cp >= 0xa9e0 && cp < 0xaa00) ||	  /* Burmese */
	       (cp >= 0xaa60 && cp < 0xaa80) ||	  /* Burmese */
	       (cp >= 0xf900 && cp < 0xfb00) ||	  /* ideographs */
	       (cp >= 0xff66 && cp < 0xffa0) ||	  /* kana of half width */
	       (cp >= 0x1b000 && cp < 0x1b170) || /* kana */
	       (cp >= 0x20000 && cp < 0x32400);	  /* ideographs */
}

bool
word_is_alone(uint32_t cp)
{
	if (cp >= 0x4e00 && cp < 0xa000)
		return true;
	return in_blocks(cp) &&
	       (utf8_is_alpha(cp) || cp == 0x3007); /* its category is Nl */
}

/* What a character is to the words around it. */
enum kind { BLANK, ALONE, SOLID, MARK, OTHER };

static enum kind
kind_of(uint32_t cp)
{
	const char *c;

	if (utf8_is_space(cp))
		return BLANK;
	if (word_is_alone(cp))
		return ALONE;
	c = utf8_category(cp);
	return c[0] == 'L' || c[0] == 'N' ? SOLID : c[0] == 'M' ? MARK : OTHER;
}

/*
 * Whether what begins at p is BLANK or ALONE, and its bytes; all else is OTHER,
 * and taken a byte at a time where that is enough.
 */
static inline enum kind
look(const char *p, const char *end, size_t *len)
{
	struct str s = {p, (size_t)(end - p)};
	unsigned char c = class[(unsigned char)*p];
	uint32_t cp;

	*len = 1;
	if (c != 2)
		return c == 1 ? BLANK : OTHER;
	cp = utf8_take(&s);
	*len = (size_t)(s.p - p);
	return utf8_is_space(cp) ? BLANK : word_is_alone(cp) ? ALONE : OTHER;
}

/*
 * Whether a letter or digit stands in [begin, p), after the last white space.
 */
static bool
has_solid(const char *begin, const char *p)
{
	struct str s;
	const char *q;
	enum kind kind;

	while (p > begin) {
		for (q = p - 1; q > begin && p - q < 4 &&
				((unsigned char)*q & 0xc0) == 0x80;
		     q--)
			;
		s = (struct str){q, (size_t)(p - q)};
		kind = kind_of(utf8_take(&s));
		if (kind == BLANK)
			return false;
		if (kind == SOLID || kind == ALONE)
			return true;
		p = q;
	}
	return false;
}

/*
 * After a letter that is a word: the end of its marks and of the punctuation
 * that follows it.
 */
static const char *
alone_end(const char *p, const char *end)
{
	struct str s;
	enum kind kind;
	const char *q;

	for (; p < end; p = q) {
		s = (struct str){p, (size_t)(end - p)};
		kind = kind_of(utf8_take(&s));
		q = s.p;
		if (kind <= SOLID)
			break;
	}
	return p;
}

bool
word_next(struct str *rest, struct str *word)
{
	const char *p = rest->p, *end = p + rest->len;
	enum kind kind = OTHER;
	size_t n = 0;

	while (p < end && look(p, end, &n) == BLANK)
		p += n;
	word->p = p;
	for (;; p += n) {
		while (p < end && class[(unsigned char)*p] == 0)
			p++;
		if (p == end)
			break;
		kind = look(p, end, &n);
		if (kind == BLANK)
			break;
		if (kind == ALONE) {
			if (!has_solid(word->p, p))
				p = alone_end(p + n, end);
			break;
		}
	}
	word->len = (size_t)(p - word->p);
	rest->p = p;
	rest->len = (size_t)(end - p);
	return word->len > 0;
}

/* Whether what begins at p is white space to Python, and its bytes. */
static inline bool
is_gap(const char *p, const char *end, size_t *n)
{
	*n = 1;
	if (*p >= 0x1c && *p <= 0x1f)
		return true;
	return class[(unsigned char)*p] != 0 && look(p, end, n) == BLANK;
}

bool
word_run(struct str *rest, struct str *run)
{
	const char *p = rest->p, *end = p + rest->len;
	size_t n = 0;

	while (p < end && is_gap(p, end, &n))
		p += n;
	run->p = p;
	for (;; p += n) {
		while (p < end && class[(unsigned char)*p] == 0 &&
		       (*p < 0x1c || *p > 0x1f))
			p++;
		if (p == end || is_gap(p, end, &n))
			break;
	}
	run->len = (size_t)(p - run->p);
	rest->p = p;
	rest->len = (size_t)(end - p);
	return run->len > 0;
}

void
word_squeeze(struct buf *to, struct str text)
{
	const size_t start = to->len;
	struct str run;

	while (word_run(&text, &run)) {
		if (to->len > start)
			buf_putc(to, ' ');
		buf_puts(to, run);
	}
}

enum { NLANE = 32, MOST = 255 /* that a lane counts to */ };
typedef uint8_t lanes __attribute__((vector_size(NLANE)));

/* All ones for each byte at p that is white space by itself. */
static inline void
find_blank(lanes *blank, const char *p)
{
	lanes v;

	memcpy(&v, p, sizeof(v));
	*blank = (lanes)(v == ' ') | (lanes)(v - '\t' <= '\r' - '\t');
}

/* Whether a byte of class 2 may be among those at p. */
static inline bool
may_be_wide(const char *p)
{
	uint64_t part[NLANE / 8];
	lanes v;

	memcpy(&v, p, sizeof(v));
	v = (lanes)(v == 0xc2) | (lanes)(v - 0xe0 <= 0xea - 0xe0) |
	    (lanes)(v - 0xef <= 1);
	memcpy(part, &v, sizeof(part));
	return (part[0] | part[1] | part[2] | part[3]) != 0;
}

static inline size_t
sum(const lanes *v)
{
	size_t i, n = 0;

	for (i = 0; i < NLANE; i++)
		n += (*v)[i];
	return n;
}

/*
 * Count a letter that is a word and begins at *p, and all that follow it up to
 * white space or to a letter of another kind, whose word, which begins there,
 * is counted and *p put after that letter.  begin: of the word that *p may
 * stand in; moved to that of the last one.
 */
static size_t
count_alone(const char **p, const char *end, const char **begin, bool inside)
{
	size_t len, n = !inside || has_solid(*begin, *p);
	enum kind kind;
	struct str s;

	for (;;) {
		look(*p, end, &len);
		*p = alone_end(*p + len, end);
		if (*p == end)
			return n;
		s = (struct str){*p, (size_t)(end - *p)};
		kind = kind_of(utf8_take(&s));
		if (kind == BLANK)
			return n;
		n++;
		*begin = *p;
		if (kind == SOLID) {
			*p = s.p;
			return n;
		}
	}
}

/*
 * As many as word_next() finds, without a stop at each: a word starts at a byte
 * that is none of white space, after one that is.
 */
CPU_CLONES size_t
word_count(struct str text)
{
	const char *p = text.p, *end = p + text.len;
	const char *wide = p;  /* after the last white space of more than a
				 byte, or the start */
	const char *begin = p; /* after no word of letters that are words */
	lanes starts = {0}, here, before;
	size_t n = 0, nadded = 0, len;
	enum kind kind;
	bool start;

	while (p < end) {
		if (p > wide && end - p >= NLANE && !may_be_wide(p)) {
			find_blank(&here, p);
			find_blank(&before, p - 1);
			starts -= ~here & before;
			if (++nadded == MOST) {
				n += sum(&starts);
				starts = (lanes){0};
				nadded = 0;
			}
			p += NLANE;
			continue;
		}
		kind = look(p, end, &len);
		start = p == wide || class[(unsigned char)p[-1]] == 1;
		if (kind == ALONE) {
			n += count_alone(&p, end, &begin, !start);
			continue;
		}
		if (kind != BLANK)
			n += start;
		p += len;
		if (kind == BLANK)
			begin = p;
		if (kind == BLANK && len > 1)
			wide = p;
	}
	return n + sum(&starts);
}
