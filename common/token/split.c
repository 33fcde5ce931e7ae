#include "token/split.h"

#include <stdint.h>

#include "base/utf8.h"
#include "token/wordpiece.h"

/* What a code point is to the regular expressions. */
enum {
	UPPER = 1,    /* Lu, Lt */
	LOWER = 2,    /* Ll */
	CASELESS = 4, /* Lm, Lo */
	MARK = 8,
	NUMBER = 16,
	SPACE = 32,
	NEWLINE = 64,
	SYMBOL = 128, /* P, S */
	OTHER = 256,
	LETTER = UPPER | LOWER | CASELESS,
	WHITE = SPACE | NEWLINE,
	REST = MARK | SYMBOL | OTHER, /* no letter, number or white space */
	BIG = UPPER | CASELESS | MARK,
	SMALL = LOWER | CASELESS | MARK
};

#define BLANK "\xe2\x96\x81" /* U+2581 */

/*
 * Characters that Unicode 15.1 and 16 added, which the tokenizers library
 * knows and Debian's utf8proc does not; found by asking both about each code
 * point.
 */
static const struct later {
	uint32_t from, to;
	unsigned kind;
} later[] = {
    {0x897, 0x897, MARK},
    {0x1b4e, 0x1b4f, SYMBOL},
    {0x1b7f, 0x1b7f, SYMBOL},
    {0x1c89, 0x1c89, UPPER},
    {0x1c8a, 0x1c8a, LOWER},
    {0x2427, 0x2429, SYMBOL},
    {0x2ffc, 0x2fff, SYMBOL},
    {0x31e4, 0x31e5, SYMBOL},
    {0x31ef, 0x31ef, SYMBOL},
    {0xa7cb, 0xa7cc, UPPER},
    {0xa7cd, 0xa7cd, LOWER},
    {0xa7da, 0xa7da, UPPER},
    {0xa7db, 0xa7db, LOWER},
    {0xa7dc, 0xa7dc, UPPER},
    {0x105c0, 0x105f3, CASELESS},
    {0x10d40, 0x10d49, NUMBER},
    {0x10d4a, 0x10d4f, CASELESS},
    {0x10d50, 0x10d65, UPPER},
    {0x10d69, 0x10d6d, MARK},
    {0x10d6e, 0x10d6e, SYMBOL},
    {0x10d6f, 0x10d6f, CASELESS},
    {0x10d70, 0x10d85, LOWER},
    {0x10d8e, 0x10d8f, SYMBOL},
    {0x10ec2, 0x10ec4, CASELESS},
    {0x10efc, 0x10efc, MARK},
    {0x11380, 0x11389, CASELESS},
    {0x1138b, 0x1138b, CASELESS},
    {0x1138e, 0x1138e, CASELESS},
    {0x11390, 0x113b5, CASELESS},
    {0x113b7, 0x113b7, CASELESS},
    {0x113b8, 0x113c0, MARK},
    {0x113c2, 0x113c2, MARK},
    {0x113c5, 0x113c5, MARK},
    {0x113c7, 0x113ca, MARK},
    {0x113cc, 0x113d0, MARK},
    {0x113d1, 0x113d1, CASELESS},
    {0x113d2, 0x113d2, MARK},
    {0x113d3, 0x113d3, CASELESS},
    {0x113d4, 0x113d5, SYMBOL},
    {0x113d7, 0x113d8, SYMBOL},
    {0x113e1, 0x113e2, MARK},
    {0x116d0, 0x116e3, NUMBER},
    {0x11bc0, 0x11be0, CASELESS},
    {0x11be1, 0x11be1, SYMBOL},
    {0x11bf0, 0x11bf9, NUMBER},
    {0x11f5a, 0x11f5a, MARK},
    {0x13460, 0x143fa, CASELESS},
    {0x16100, 0x1611d, CASELESS},
    {0x1611e, 0x1612f, MARK},
    {0x16130, 0x16139, NUMBER},
    {0x16d40, 0x16d6c, CASELESS},
    {0x16d6d, 0x16d6f, SYMBOL},
    {0x16d70, 0x16d79, NUMBER},
    {0x18cff, 0x18cff, CASELESS},
    {0x1cc00, 0x1ccef, SYMBOL},
    {0x1ccf0, 0x1ccf9, NUMBER},
    {0x1cd00, 0x1ceb3, SYMBOL},
    {0x1e5d0, 0x1e5ed, CASELESS},
    {0x1e5ee, 0x1e5ef, MARK},
    {0x1e5f0, 0x1e5f0, CASELESS},
    {0x1e5f1, 0x1e5fa, NUMBER},
    {0x1e5ff, 0x1e5ff, SYMBOL},
    {0x1f8b2, 0x1f8bb, SYMBOL},
    {0x1f8c0, 0x1f8c1, SYMBOL},
    {0x1fa89, 0x1fa89, SYMBOL},
    {0x1fa8f, 0x1fa8f, SYMBOL},
    {0x1fabe, 0x1fabe, SYMBOL},
    {0x1fac6, 0x1fac6, SYMBOL},
    {0x1fadc, 0x1fadc, SYMBOL},
    {0x1fadf, 0x1fadf, SYMBOL},
    {0x1fae9, 0x1fae9, SYMBOL},
    {0x1fbcb, 0x1fbef, SYMBOL},
    {0x2ebf0, 0x2ee5d, CASELESS},
};

static unsigned
later_kind(uint32_t cp)
{
	size_t i;

	for (i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (cp >= later[i].from && cp <= later[i].to)
			return later[i].kind;
	return OTHER;
}

static unsigned
find_kind(uint32_t cp)
{
	const char *category;

	if (cp == '\r' || cp == '\n')
		return NEWLINE;
	if (utf8_is_space(cp))
		return SPACE;
	category = utf8_category(cp);
	switch (category[0]) {
	case 'L':
		return category[1] == 'l'			  ? LOWER
		       : category[1] == 'u' || category[1] == 't' ? UPPER
								  : CASELESS;
	case 'M':
		return MARK;
	case 'N':
		return NUMBER;
	case 'P':
	case 'S':
		return SYMBOL;
	default:
		return later_kind(cp);
	}
}

/* The same from a table, which fills as code points are asked for. */
static unsigned
kind_of(uint32_t cp)
{
	static uint16_t known[0x110000];

	if (known[cp] == 0)
		known[cp] = (uint16_t)find_kind(cp);
	return known[cp];
}

/* The kind of the code point at s.p[*at], and *at after it; 0 at the end. */
static unsigned
take_kind(struct str s, size_t *at)
{
	struct str rest = {s.p + *at, s.len - *at};
	unsigned kind;

	if (rest.len == 0)
		return 0;
	if ((unsigned char)*rest.p < 0x80) {
		kind = kind_of((unsigned char)*rest.p);
		++*at;
	} else {
		kind = kind_of(utf8_take(&rest));
		*at = s.len - rest.len;
	}
	return kind;
}

/* Where at most max code points of these kinds end that start at at. */
static size_t
kinds_end(struct str s, size_t at, unsigned kinds, size_t max)
{
	size_t next;

	for (next = at; max-- > 0 && take_kind(s, &next) & kinds; at = next)
		;
	return at;
}

/*
 * 's|'t|'re|'ve|'m|'ll|'d at s.p[at]: its length, or 0.  U+017F is a small s,
 * too.
 */
static size_t
contraction(struct str s, size_t at, bool any_case)
{
	static const char *const end[] = {
	    "s", "t", "re", "ve", "m", "ll", "d", "\xc5\xbf"};
	size_t i, len;

	if (s.len - at < 2 || s.p[at] != '\'')
		return 0;
	for (i = 0; i < (any_case ? 8 : 7); i++) {
		struct str tail = {s.p + at + 1, len = strlen(end[i])};

		if (len < s.len - at &&
		    (any_case ? str_ieq(tail, str_of(end[i]))
			      : str_eq(tail, str_of(end[i]))))
			return len + 1;
	}
	return 0;
}

/* \s+(?!\S)|\s+ where the code point before end is the last white space. */
static size_t
blank_piece(struct str s, size_t end)
{
	size_t last = end - 1;

	while ((s.p[last] & 0xc0) == 0x80)
		last--;
	return end == s.len || last == 0 ? end : last;
}

/* \s*[\r\n]+|\s+(?!\S)|\s+ where white space begins. */
static size_t
white_piece(struct str s)
{
	size_t end = kinds_end(s, 0, WHITE, SIZE_MAX), at;

	for (at = end; at > 0; at--)
		if (s.p[at - 1] == '\n' || s.p[at - 1] == '\r')
			return at;
	return blank_piece(s, end);
}

static size_t
gpt2_piece(struct str s)
{
	size_t len = contraction(s, 0, false), from = s.p[0] == ' ', at = from;
	unsigned kind;

	if (len > 0)
		return len;
	kind = take_kind(s, &at);
	if (kind & (LETTER | NUMBER | REST)) {
		kind = kind & LETTER ? LETTER : kind & REST ? REST : NUMBER;
		return kinds_end(s, at, kind, SIZE_MAX);
	}
	return blank_piece(s, kinds_end(s, from, WHITE, SIZE_MAX));
}

static size_t
llama_piece(struct str s, size_t ndigit)
{
	size_t len = contraction(s, 0, true), at = 0, next;
	unsigned kind;

	if (len > 0)
		return len;
	kind = take_kind(s, &at);
	if (kind == NUMBER)
		return kinds_end(s, 0, NUMBER, ndigit);
	next = at;
	if (kind & LETTER || (kind != NEWLINE && take_kind(s, &next) & LETTER))
		return kinds_end(s, next, LETTER, SIZE_MAX);
	next = s.p[0] == ' ' ? at : 0;
	if (take_kind(s, &next) & REST) {
		next = kinds_end(s, next, REST, SIZE_MAX);
		return kinds_end(s, next, NEWLINE, SIZE_MAX);
	}
	return white_piece(s);
}

/*
 * Match U*L+ from at on; returns its end, or 0 where there is none.  U* takes
 * as much as it can; if no L follows, it gives back as much as it must.
 */
static size_t
small_end(struct str s, size_t at)
{
	size_t next = at, last = 0;
	unsigned kind;

	while ((kind = take_kind(s, &next)) & BIG) {
		if (kind & SMALL)
			last = next;
		at = next;
	}
	return kind == LOWER ? kinds_end(s, at, SMALL, SIZE_MAX) : last;
}

/* o200k, and, without the contractions and with single digits, Tekken. */
static size_t
o200k_piece(struct str s, bool tekken)
{
	size_t at = 0, next, end;
	unsigned kind = take_kind(s, &at);

	if (kind == NUMBER)
		return kinds_end(s, 0, NUMBER, tekken ? 1 : 3);
	end = kind & (LETTER | NEWLINE) ? 0 : small_end(s, at);
	if (end == 0)
		end = small_end(s, 0);
	if (end == 0 && !(kind & (LETTER | NEWLINE))) {
		end = kinds_end(s, at, BIG, SIZE_MAX);
		if (end == at)
			end = 0;
	}
	if (end == 0)
		end = kinds_end(s, 0, BIG, SIZE_MAX);
	if (end > 0)
		return tekken ? end : end + contraction(s, end, true);
	next = s.p[0] == ' ' ? at : 0;
	if (take_kind(s, &next) & REST) {
		next = kinds_end(s, next, REST, SIZE_MAX);
		while (
		    next < s.len && (s.p[next] == '\r' || s.p[next] == '\n' ||
					s.p[next] == '/'))
			next++;
		return next;
	}
	return white_piece(s);
}

static bool
is_ascii_letter(char c)
{
	return (unsigned char)(c | 0x20) - 97U < 26;
}

/* The match of DeepSeek's expression at the start of s, or 0. */
static size_t
deepseek_match(struct str s)
{
	size_t at = 0, next, end;
	unsigned kind = take_kind(s, &at);

	if (kind == SYMBOL && (unsigned char)s.p[0] < 0x80 && s.len > 1 &&
	    is_ascii_letter(s.p[1])) {
		for (end = 1; end < s.len && is_ascii_letter(s.p[end]); end++)
			;
		return end;
	}
	if (!(kind & (NEWLINE | LETTER | SYMBOL))) {
		end = kinds_end(s, at, LETTER | MARK, SIZE_MAX);
		if (end > at)
			return end;
	}
	if (kind & (LETTER | MARK))
		return kinds_end(s, 0, LETTER | MARK, SIZE_MAX);
	next = s.p[0] == ' ' ? at : 0;
	if (take_kind(s, &next) == SYMBOL) {
		next = kinds_end(s, next, SYMBOL, SIZE_MAX);
		return kinds_end(s, next, NEWLINE, SIZE_MAX);
	}
	return kind & WHITE ? white_piece(s) : 0;
}

static size_t
ideographs_match(struct str s)
{
	struct str rest = s;
	size_t end = 0;
	uint32_t cp;

	while (rest.len > 0) {
		cp = utf8_take(&rest);
		if (!(cp >= 0x4e00 && cp <= 0x9fa5) &&
		    !(cp >= 0x3040 && cp <= 0x30ff))
			break;
		end = s.len - rest.len;
	}
	return end;
}

/* Numbers among GPT-2's letters for bytes, where some of ISO 8859-1 are. */
static size_t
byte_numbers_match(struct str s)
{
	size_t end;
	unsigned char c;

	for (end = 0; end < s.len; end++) {
		c = (unsigned char)s.p[end];
		if (!(c >= '0' && c <= '9') && c != 0xb2 && c != 0xb3 &&
		    c != 0xb9 && !(c >= 0xbc && c <= 0xbe))
			break;
	}
	return end;
}

static size_t
punctuation_match(struct str s)
{
	struct str rest = s;
	size_t end = 0;

	while (rest.len > 0 && wordpiece_is_punct(utf8_take(&rest)))
		end = s.len - rest.len;
	return end;
}

static size_t
digit3_match(struct str s)
{
	size_t end;

	for (end = 0; end < 3 && end < s.len; end++)
		if (s.p[end] < '0' || s.p[end] > '9')
			return 0;
	return end == 3 ? end : 0;
}

static size_t
words_match(struct str s)
{
	return kinds_end(s, 0, WHITE, SIZE_MAX);
}

/* U+2581 and what follows it, up to the next one. */
static size_t
blanks_match(struct str s)
{
	const char *next;

	if (!str_starts(s, STR(BLANK)))
		return 0;
	next = memmem(s.p + 3, s.len - 3, BLANK, 3);
	return next != NULL ? (size_t)(next - s.p) : s.len;
}

/* The match of a step at the start of s, or 0. */
static size_t
match(const struct split_step *step, struct str s)
{
	switch (step->kind) {
	case SPLIT_DEEPSEEK:
		return deepseek_match(s);
	case SPLIT_NUMBER3:
		return kinds_end(s, 0, NUMBER, 3);
	case SPLIT_NUMBER:
		return kinds_end(s, 0, NUMBER, 1);
	case SPLIT_IDEOGRAPHS:
		return ideographs_match(s);
	case SPLIT_DIGIT3:
		return digit3_match(s);
	case SPLIT_NUMBERS:
		return step->bytes ? byte_numbers_match(s)
				   : kinds_end(s, 0, NUMBER, SIZE_MAX);
	case SPLIT_PUNCTUATION:
		return punctuation_match(s);
	case SPLIT_WORDS:
		return words_match(s);
	case SPLIT_BLANKS:
		return blanks_match(s);
	default:
		return s.len;
	}
}

/* The first piece of s: a match, or what lies before the first one. */
static size_t
first_piece(const struct split_step *step, struct str s)
{
	size_t len, at;

	switch (step->kind) {
	case SPLIT_GPT2:
		return gpt2_piece(s);
	case SPLIT_LLAMA3:
		return llama_piece(s, 3);
	case SPLIT_QWEN2:
		return llama_piece(s, 1);
	case SPLIT_O200K:
		return o200k_piece(s, false);
	case SPLIT_TEKKEN:
		return o200k_piece(s, true);
	default:
		break;
	}
	if ((len = match(step, s)) > 0)
		return len;
	for (at = 0; at < s.len;) {
		if (step->bytes)
			at++;
		else
			take_kind(s, &at);
		if (at < s.len &&
		    match(step, (struct str){s.p + at, s.len - at}) > 0)
			break;
	}
	return at;
}

/* A step's text: with its blanks and its prefix. */
static struct str
prepare(const struct split_step *step, struct split_level *l, struct str text)
{
	struct str mark = step->blanks ? STR(BLANK) : STR(" ");
	bool add = step->prefix == SPLIT_ALWAYS ||
		   (step->prefix == SPLIT_FIRST && l->first);
	const char *blank;

	if (str_starts(text, mark) ||
	    (step->blanks && str_starts(text, STR(" "))))
		add = false;
	if (!add && !step->blanks)
		return text;
	l->prefixed.len = 0;
	if (add)
		buf_puts(&l->prefixed, mark);
	while (step->blanks && text.len > 0 &&
	       (blank = memchr(text.p, ' ', text.len)) != NULL) {
		buf_put(&l->prefixed, text.p, (size_t)(blank - text.p));
		buf_puts(&l->prefixed, mark);
		text.len -= (size_t)(blank - text.p) + 1;
		text.p = blank + 1;
	}
	buf_puts(&l->prefixed, text);
	return buf_str(&l->prefixed);
}

static void
enter(struct split *s, size_t depth, struct str text, bool first)
{
	struct split_level *l = &s->level[depth];

	l->first = first;
	l->rest =
	    s->step[depth].prefix != SPLIT_NO_PREFIX || s->step[depth].blanks
		? prepare(&s->step[depth], l, text)
		: text;
	s->depth = depth;
}

void
split_start(struct split *s, struct str text, bool first)
{
	enter(s, 0, text, first);
	if (text.len == 0)
		s->level[0].rest.len = 0;
}

bool
split_next(struct split *s, struct str *piece)
{
	const struct split_step *step;
	struct split_level *l;
	struct str here;
	bool first;

	for (;;) {
		l = &s->level[s->depth];
		if (l->rest.len == 0) {
			if (s->depth-- == 0) {
				s->depth = 0;
				return false;
			}
			continue;
		}
		step = &s->step[s->depth];
		here = (struct str){l->rest.p, first_piece(step, l->rest)};
		first = l->first;
		l->first = false;
		l->rest.p += here.len;
		l->rest.len -= here.len;
		if (step->kind == SPLIT_WORDS && words_match(here) > 0)
			continue;
		if (s->depth + 1 == s->nstep) {
			*piece = here;
			return true;
		}
		enter(s, s->depth + 1, here, first);
	}
}

void
split_release(struct split *s)
{
	size_t i;

	for (i = 0; i < SPLIT_NSTEP; i++)
		buf_release(&s->level[i].prefixed);
}
