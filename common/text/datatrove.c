#include "text/datatrove.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/word.h"

static const uint32_t terminal[][2] = {{0x21, 0x21}, {0x2e, 0x2e}, {0x3f, 0x3f},
    {0x589, 0x589}, {0x61d, 0x61f}, {0x6d4, 0x6d4}, {0x700, 0x702},
    {0x7f9, 0x7f9}, {0x837, 0x837}, {0x839, 0x839}, {0x83d, 0x83e},
    {0x964, 0x965}, {0x104a, 0x104b}, {0x1362, 0x1362}, {0x1367, 0x1368},
    {0x166e, 0x166e}, {0x1735, 0x1736}, {0x17d4, 0x17d6}, {0x17d9, 0x17da},
    {0x1803, 0x1803}, {0x1809, 0x1809}, {0x1944, 0x1945}, {0x1aa8, 0x1aab},
    {0x1b5a, 0x1b5b}, {0x1b5e, 0x1b5f}, {0x1b7d, 0x1b7e}, {0x1c3b, 0x1c3c},
    {0x1c7e, 0x1c7f}, {0x203c, 0x203d}, {0x2047, 0x2049}, {0x2e2e, 0x2e2e},
    {0x2e3c, 0x2e3c}, {0x2e53, 0x2e54}, {0x3002, 0x3002}, {0xa4ff, 0xa4ff},
    {0xa60e, 0xa60f}, {0xa6f3, 0xa6f3}, {0xa6f7, 0xa6f7}, {0xa876, 0xa877},
    {0xa8ce, 0xa8cf}, {0xa92f, 0xa92f}, {0xa9c8, 0xa9c9}, {0xaa5d, 0xaa5f},
    {0xaaf0, 0xaaf1}, {0xabeb, 0xabeb}, {0xfe52, 0xfe52}, {0xfe56, 0xfe57},
    {0xff01, 0xff01}, {0xff0e, 0xff0e}, {0xff1f, 0xff1f}, {0xff61, 0xff61},
    {0x10a56, 0x10a57}, {0x10f55, 0x10f59}, {0x10f86, 0x10f89},
    {0x11047, 0x11048}, {0x110be, 0x110c1}, {0x11141, 0x11143},
    {0x111c5, 0x111c6}, {0x111cd, 0x111cd}, {0x111de, 0x111df},
    {0x11238, 0x11239}, {0x1123b, 0x1123c}, {0x112a9, 0x112a9},
    {0x1144b, 0x1144c}, {0x115c2, 0x115c3}, {0x115c9, 0x115d7},
    {0x11641, 0x11642}, {0x1173c, 0x1173e}, {0x11944, 0x11944},
    {0x11946, 0x11946}, {0x11a42, 0x11a43}, {0x11a9b, 0x11a9c},
    {0x11c41, 0x11c42}, {0x11ef7, 0x11ef8}, {0x11f43, 0x11f44},
    {0x16a6e, 0x16a6f}, {0x16af5, 0x16af5}, {0x16b37, 0x16b38},
    {0x16b44, 0x16b44}, {0x16e98, 0x16e98}, {0x1bc9f, 0x1bc9f},
    {0x1da88, 0x1da88}};

static const uint32_t punct[][2] = {{0x0, 0x8}, {0xb, 0x1f}, {0x21, 0x2f},
    {0x3a, 0x40}, {0x5b, 0x60}, {0x7b, 0x9f}, {0xab, 0xab}, {0xb4, 0xb4},
    {0xbb, 0xbb}, {0x2013, 0x2014}, {0x2019, 0x2019}, {0x201c, 0x201e},
    {0x2026, 0x2026}, {0x2236, 0x2236}, {0x2501, 0x2501}, {0x25ba, 0x25ba},
    {0x3001, 0x3002}, {0x3008, 0x300d}, {0x3010, 0x3011}, {0xff01, 0xff01},
    {0xff05, 0xff05}, {0xff08, 0xff09}, {0xff0c, 0xff0c}, {0xff0e, 0xff0e},
    {0xff11, 0xff11}, {0xff1a, 0xff1b}, {0xff1f, 0xff1f}, {0xff5e, 0xff5e}};

static bool
in_ranges(const uint32_t range[][2], size_t n, uint32_t cp)
{
	size_t lo = 0, mid;

	while (lo < n) {
		mid = lo + (n - lo) / 2;
		if (cp > range[mid][1])
			lo = mid + 1;
		else if (cp < range[mid][0])
			n = mid;
		else
			return true;
	}
	return false;
}

bool
datatrove_is_terminal(uint32_t cp)
{
	return in_ranges(terminal, sizeof(terminal) / sizeof(terminal[0]), cp);
}

bool
datatrove_is_punct(uint32_t cp)
{
	return in_ranges(punct, sizeof(punct) / sizeof(punct[0]), cp);
}

/* Words that keep their stop, and others that stay whole. */
static const char *const whole[] = {"Adm.", "Ak.", "Ala.", "Apr.", "Ariz.",
    "Ark.", "Aug.", "Bros.", "Calif.", "Co.", "Colo.", "Conn.", "Corp.", "D.C.",
    "Dec.", "Del.", "Dr.", "E.G.", "E.g.", "Feb.", "Fla.", "Ga.", "Gen.",
    "Gov.", "I.E.", "I.e.", "Ia.", "Id.", "Ill.", "Inc.", "Ind.", "Jan.", "Jr.",
    "Jul.", "Jun.", "Kan.", "Kans.", "Ky.", "La.", "Ltd.", "Mar.", "Mass.",
    "Md.", "Messrs.", "Mich.", "Minn.", "Miss.", "Mo.", "Mont.", "Mr.", "Mrs.",
    "Ms.", "Mt.", "N.C.", "N.D.", "N.H.", "N.J.", "N.M.", "N.Y.", "Neb.",
    "Nebr.", "Nev.", "Nov.", "Oct.", "Okla.", "Ore.", "Pa.", "Ph.D.", "Prof.",
    "Rep.", "Rev.", "S.C.", "Sen.", "Sep.", "Sept.", "St.", "Tenn.", "Va.",
    "Wash.", "Wis.", "a.m.", "and/or", "co.", "e.g.", "i.e.", "p.m.", "v.",
    "v.s.", "vs.", "w/o", "'s", "'S", "'re", "'ll", "'d", "'em", "'cause",
    "'bout", "'m", "'ve", "'", "''", "C++", ":)", ":(", ":D", ":/", ":P", ":p",
    ":|", ":3", ":O", ":o", ":x", ":*", ":]", ":-)", ":-(", ":-/", ":-D", ":-P",
    ":-p", ":))", ":')", ":'(", ";)", ";-)", ";D", "=)", "=(", "=D", "=/", "=3",
    "8)", "8D", "8-)", "<3", "</3", "(:", "(;", "):", "(-:", ")-:", "^_^",
    "-_-"};

static bool
is_lower(uint32_t cp)
{
	const char *c;

	if (cp < 0x80)
		return cp - 'a' < 26;
	c = utf8_category(cp);
	return c[0] == 'L' && c[1] == 'l';
}

static bool
is_digit(uint32_t cp)
{
	return cp - '0' < 10;
}

static bool
is_quote(uint32_t cp)
{
	return cp == '\'' || cp == '"' || cp == '`' || cp == ',' ||
	       cp == 0xb4 || cp == 0xab || cp == 0xbb ||
	       (cp >= 0x2018 && cp <= 0x201a) ||
	       (cp >= 0x201c && cp <= 0x201e) ||
	       (cp >= 0x3008 && cp <= 0x3011) || cp == 0x3014 || cp == 0x3015 ||
	       cp == 0xff08 || cp == 0xff09 || cp == 0x27e6 || cp == 0x27e7;
}

static bool
is_mark(uint32_t cp)
{
	switch (cp) {
	case ',':
	case ':':
	case ';':
	case '!':
	case '?':
	case '(':
	case ')':
	case '[':
	case ']':
	case '{':
	case '}':
	case '<':
	case '>':
	case '_':
	case '#':
	case '*':
	case '&':
	case 0xa1:
	case 0xbf:
	case 0xb7:
	case 0x2026:
	case 0x61f:
	case 0x60c:
	case 0x61b:
	case 0x66a:
	case 0x6d4:
	case 0x964:
	case 0x3001:
	case 0x3002:
	case 0xff01:
	case 0xff0c:
	case 0xff1a:
	case 0xff1b:
	case 0xff1f:
	case 0xff5e:
		return true;
	default:
		return false;
	}
}

static bool
is_currency(uint32_t cp)
{
	return cp == '$' || cp == 0xa3 || cp == 0xa5 || cp == 0xe3f ||
	       cp == 0xfdfc || (cp >= 0x20a0 && cp <= 0x20bf);
}

static bool
is_icon(uint32_t cp)
{
	const char *c;

	if (cp < 0x80)
		return false;
	c = utf8_category(cp);
	return c[0] == 'S' && c[1] == 'o';
}

/* The code point at p, and before p; 0 where the text ends. */
static uint32_t
at(const char *p, const char *end, size_t *len)
{
	struct str s = {p, (size_t)(end - p)};
	uint32_t cp;

	*len = 0;
	if (p >= end)
		return 0;
	if ((unsigned char)*p < 0x80) {
		*len = 1;
		return (unsigned char)*p;
	}
	cp = utf8_take(&s);
	*len = (size_t)(s.p - p);
	return cp;
}

static uint32_t
before(const char *begin, const char *p, size_t *len)
{
	const char *q = p;

	*len = 0;
	if (p <= begin)
		return 0;
	do
		q--;
	while (q > begin && p - q < 4 && ((unsigned char)*q & 0xc0) == 0x80);
	return at(q, p, len);
}

/* Bytes to peel off the front. */
static size_t
prefix(const char *p, const char *end)
{
	const char *q;
	size_t len, next;
	uint32_t cp = at(p, end, &len);

	if (cp == '.') {
		for (q = p; q < end && *q == '.'; q++)
			;
		return q - p > 1 ? (size_t)(q - p) : 0;
	}
	if (cp == '+')
		return is_digit(at(p + 1, end, &next)) ? 0 : 1;
	if (cp == 0x2026 && at(p + len, end, &next) == 0x2026)
		return len + next;
	if (cp == 0xa7 || cp == '%' || cp == '=' || cp == 0x2013 ||
	    cp == 0x2014 || is_mark(cp) || is_quote(cp) || is_currency(cp) ||
	    is_icon(cp))
		return len;
	if ((cp == 'C' || cp == 'A') && end - p > 1 && p[1] == '$')
		return 2;
	return end - p > 2 && memcmp(p, "US$", 3) == 0 ? 3 : 0;
}

/* Bytes of a unit that ends a number. */
static size_t
unit(const char *p, const char *end)
{
	static const char *const units[] = {"km/h", "kmh", "mph", "km", "cm",
	    "mm", "nm", "kg", "mg", "lb", "oz", "MB", "KB", "GB", "TB", "mb",
	    "kb", "gb", "ft", "in", "yd", "ha", "hPa", "Pa", "m/s", "m", "g",
	    "t", "T", "G", "M", "K", "%"};
	const char *q;
	size_t i, len, n;

	for (q = end; q > p && end - q < 5 && !is_digit((unsigned char)q[-1]);
	     q--)
		;
	if (q == p || q == end || !is_digit((unsigned char)q[-1]))
		return 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		len = strlen(units[i]);
		if ((size_t)(end - p) > len &&
		    memcmp(end - len, units[i], len) == 0 &&
		    is_digit(before(p, end - len, &n)))
			return len;
	}
	return 0;
}

/* Bytes to peel off the end. */
static size_t
suffix(const char *p, const char *end)
{
	const char *q;
	size_t len, n, m;
	uint32_t cp = before(p, end, &len), prev;

	if (len == 0)
		return 0;
	prev = before(p, end - len, &n);
	if (cp == '.') {
		for (q = end; q > p && q[-1] == '.'; q--)
			;
		if (end - q > 1)
			return (size_t)(end - q);
		if (is_digit(prev) || is_lower(prev) || prev == '%' ||
		    prev == 0xb2 || prev == '-' || prev == '+' ||
		    is_quote(prev) || is_mark(prev))
			return 1;
		cp = before(p, end - len - n, &m);
		return (utf8_is_upper(prev) && utf8_is_upper(cp)) ||
		       (cp == 0xb0 && prev < 0x80 && prev != 0 &&
			   strchr("FfCcKk", (int)prev) != NULL);
	}
	if ((cp == 's' || cp == 'S') && (prev == '\'' || prev == 0x2019))
		return len + n;
	if (cp == 0x2026 && prev == 0x2026)
		return len + n;
	if (is_mark(cp) || is_quote(cp) || is_icon(cp) || cp == 0x2013 ||
	    cp == 0x2014)
		return len;
	if (is_digit(prev) && (cp == '+' || is_currency(cp)))
		return len;
	return unit(p, end);
}

/* Heads of contractions and, as bits, the tails that they take. */
enum { NT = 1, VE = 2, LL = 4, D = 8, RE = 16, M = 32, S = 64 };

static const struct {
	char head[7];
	unsigned char tails;
} contraction[] = {{"i", VE | LL | D | M}, {"you", VE | LL | D | RE},
    {"he", LL | D | S}, {"she", LL | D | S}, {"it", LL | D | S},
    {"we", VE | LL | D | RE}, {"they", VE | LL | D | RE},
    {"who", LL | D | S | VE | RE}, {"what", LL | D | S | VE | RE},
    {"when", LL | D | S | VE | RE}, {"where", LL | D | S | VE | RE},
    {"why", LL | D | S | VE | RE}, {"how", LL | D | S | VE | RE},
    {"there", LL | D | S | VE | RE}, {"that", LL | D | S}, {"this", LL | D | S},
    {"these", LL | D | VE | RE}, {"those", LL | D | VE | RE}, {"ca", NT},
    {"could", NT | VE}, {"do", NT}, {"does", NT}, {"did", NT}, {"had", NT},
    {"may", NT}, {"might", NT | VE}, {"must", NT | VE}, {"need", NT},
    {"ought", NT}, {"sha", NT}, {"should", NT | VE}, {"wo", NT},
    {"would", NT | VE}, {"ai", NT}, {"are", NT}, {"is", NT}, {"was", NT},
    {"were", NT}, {"have", NT}, {"has", NT}, {"dare", NT}, {"not", VE},
    {"let", S}};

/* Words that look like contractions without their apostrophe. */
static const char *const no_contraction[] = {
    "ill", "its", "hell", "shell", "shed", "were", "well", "whore", "lets"};

/* Whether s is the word, in small letters or with a large first one. */
static bool
is_word(struct str s, const char *word)
{
	size_t len;

	if (s.len == 0 || (s.p[0] | 0x20) != word[0])
		return false;
	len = strlen(word);
	return s.len == len && memcmp(s.p + 1, word + 1, len - 1) == 0;
}

/* The tail at the end of s, with its apostrophe or without: bytes, else 0. */
static size_t
tail(struct str s, unsigned *bit)
{
	char last = s.p[s.len - 1], prev = s.len > 1 ? s.p[s.len - 2] : '\0';
	size_t len = last == 'e' || last == 'l' ? 2 : 1;

	switch (last) {
	case 't':
		*bit = NT;
		break;
	case 'e':
		*bit = prev == 'v' ? VE : prev == 'r' ? RE : 0;
		break;
	case 'l':
		*bit = prev == 'l' ? LL : 0;
		break;
	case 'd':
		*bit = D;
		break;
	case 'm':
		*bit = M;
		break;
	case 's':
		*bit = S;
		break;
	default:
		*bit = 0;
	}
	if (*bit == 0)
		return 0;
	if (s.len > len + 1 && s.p[s.len - len - 1] == '\'')
		len++;
	else if (s.len > len + 3 &&
		 memcmp(s.p + s.len - len - 3, "\xe2\x80\x99", 3) == 0)
		len += 3;
	if (*bit == NT) {
		if (s.len <= len + 1 || s.p[s.len - len - 1] != 'n')
			return 0;
		len++;
	}
	return s.len > len ? len : 0;
}

/* Whether the contraction's head takes the tail. */
static bool
takes(struct str head, unsigned bit)
{
	size_t i;

	if (head.len > 6)
		return false;
	for (i = 0; i < sizeof(contraction) / sizeof(contraction[0]); i++)
		if ((contraction[i].tails & bit) != 0 &&
		    is_word(head, contraction[i].head))
			return true;
	return false;
}

static bool
is_excepted(struct str s)
{
	size_t i;

	for (i = 0; i < sizeof(no_contraction) / sizeof(no_contraction[0]); i++)
		if (is_word(s, no_contraction[i]))
			return true;
	return false;
}

/* The pieces of a contraction, as lengths; how many, 0 where it is none. */
static size_t
contracted(struct str s, size_t piece[3])
{
	unsigned bit, inner;
	size_t len = tail(s, &bit), more;
	struct str head = {s.p, s.len - len};

	if (len == 0)
		return 0;
	if (takes(head, bit)) {
		piece[0] = head.len;
		piece[1] = len;
		return is_excepted(s) ? 0 : 2;
	}
	if (bit != VE || (more = tail(head, &inner)) == 0 ||
	    (inner & (NT | LL | D)) == 0)
		return 0;
	head.len -= more; /* "couldn't've", "I'd've" */
	if (!takes(head, inner))
		return 0;
	piece[0] = head.len;
	piece[1] = more;
	piece[2] = len;
	return 3;
}

/* ASCII letters at the front of s. */
static size_t
letters(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] | 0x20u) - 'a' >= 26)
			break;
	return i;
}

/* "3am", "11p.m.": the bytes of the number, else 0. */
static size_t
hour(struct str s)
{
	static const char *const half[] = {"am", "pm", "a.m.", "p.m."};
	size_t i, n = s.len > 1 && s.p[0] == '1' && s.p[1] <= '2' &&
			      is_digit((unsigned char)s.p[1])
			  ? 2
			  : 1;

	if (s.p[0] < '1' || s.p[0] > '9')
		return 0;
	s.p += n;
	s.len -= n;
	for (i = 0; i < 4; i++)
		if (str_eq(s, str_of(half[i])))
			return n;
	return 0;
}

/* Whether s, which isn't empty, is listed, or a small letter with a stop. */
static bool
is_whole(struct str s)
{
	size_t i;

	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (s.p[0] == whole[i][0] && str_eq(s, str_of(whole[i])))
			return true;
	return s.len == 2 && s.p[1] == '.' && is_lower((unsigned char)s.p[0]);
}

/* The pieces of a word that is listed, as lengths; how many, 0 for none. */
static size_t
special(struct str s, size_t piece[3])
{
	if (s.len > 16 || s.len == 0)
		return 0;
	piece[0] = s.len;
	if (letters(s) < s.len) {
		if (is_whole(s))
			return 1;
		if (s.len == 2 && s.p[1] == '.')
			return 0;
		if ((piece[0] = hour(s)) > 0) {
			piece[1] = s.len - piece[0];
			return 2;
		}
		piece[0] = s.len;
	}
	if ((s.len == 5 || s.len == 6) &&
	    (is_word(s, "cannot") || is_word(s, "gonna") ||
		is_word(s, "gotta"))) {
		piece[0] = 3;
		piece[1] = s.len - 3;
		return 2;
	}
	switch (s.p[s.len - 1]) {
	case 't':
	case 'e':
	case 'd':
	case 'l':
	case 'm':
	case 's':
		return contracted(s, piece);
	default:
		return 0;
	}
}

/* Letters, digits, - and _ between stops, the last run small letters. */
static bool
is_host(const char *p, const char *end)
{
	const char *label = p, *q;
	size_t nlabel = 0;

	for (q = p; q < end; q++) {
		if (*q == '.') {
			if (q == label || q[-1] == '-' || q[-1] == '_')
				return false;
			label = q + 1;
			nlabel++;
		} else if ((unsigned char)*q < 0x80 && *q != '-' && *q != '_' &&
			   !(((unsigned char)*q | 0x20u) - 'a' < 26) &&
			   !is_digit((unsigned char)*q))
			return false;
	}
	if (nlabel == 0 || end - label < 2)
		return false;
	for (q = label; q < end; q++)
		if ((unsigned char)*q < 0x80 && !(*q >= 'a' && *q <= 'z'))
			return false;
	return true;
}

/* Whether the word is an address, of the web or of mail. */
static bool
is_address(struct str s)
{
	const char *p = s.p, *end = s.p + s.len, *q;

	if (memchr(p, '.', s.len) == NULL)
		return false;
	q = memmem(p, s.len, "://", 3);
	if (q != NULL && q - p >= 2)
		p = q + 3;
	q = memchr(p, '@', (size_t)(end - p));
	if (q != NULL && q > p)
		p = q + 1;
	for (q = p; q < end && *q != '/' && *q != '?' && *q != '#'; q++)
		;
	end = q;
	for (q = end; q > p && is_digit((unsigned char)q[-1]); q--)
		;
	if (q > p && q < end && q[-1] == ':' && end - q >= 2 && end - q <= 5)
		end = q - 1;
	return is_host(p, end);
}

/* Bytes of a mark at p that cuts the word [begin, end), else 0. */
static size_t
infix(const char *begin, const char *p, const char *end)
{
	size_t len, n;
	uint32_t cp = at(p, end, &len), prev, next;
	const char *q;

	if (cp == '.') {
		for (q = p; q < end && *q == '.'; q++)
			;
		if (q - p > 1)
			return (size_t)(q - p);
	}
	if (cp == 0x2026 || is_icon(cp))
		return len;
	prev = before(begin, p, &n);
	next = at(p + len, end, &n);
	switch (cp) {
	case '.':
		return (is_lower(prev) || is_quote(prev)) &&
		       (utf8_is_upper(next) || is_quote(next));
	case ',':
		return utf8_is_alpha(prev) && utf8_is_alpha(next);
	case ':':
	case '<':
	case '>':
	case '=':
	case '/':
		return (utf8_is_alpha(prev) || is_digit(prev)) &&
		       utf8_is_alpha(next);
	case '+':
	case '*':
	case '^':
		return is_digit(prev) && (is_digit(next) || next == '-');
	case '-':
	case '~':
	case 0x2013:
	case 0x2014:
		if (cp == '-' && is_digit(prev) &&
		    (is_digit(next) || next == '-'))
			return 1;
		if (!utf8_is_alpha(prev) && !is_digit(prev))
			return 0;
		for (q = p + len;
		     cp == '-' && q < end && *q == '-' && q - p < 3; q++)
			;
		if (cp == 0x2014 && next == cp)
			q += len;
		return utf8_is_alpha(at(q, end, &n)) ? (size_t)(q - p) : 0;
	default:
		return 0;
	}
}

/* What the words of a text add up to. */
struct sink {
	struct ngram *gram;
	size_t nalpha;
	const char **cut; /* (ncut), where suffixes begin, the last first */
	size_t ncut, cut_cap;
};

static void
push_cut(struct sink *sink, const char *p)
{
	if (sink->ncut == sink->cut_cap) {
		sink->cut_cap = 2 * sink->cut_cap + 16;
		sink->cut =
		    mem_grow(sink->cut, sink->cut_cap, sizeof(*sink->cut));
	}
	sink->cut[sink->ncut++] = p;
}

/* A word as the table takes it; whether it holds a letter. */
static bool
describe(struct str s, struct ngram_word *word)
{
	struct str rest = s;
	bool alpha = false;
	uint32_t cp;

	*word = (struct ngram_word){s, 0, true};
	while (rest.len > 0) {
		cp = utf8_take(&rest);
		word->nchar++;
		if (cp < 0x80 && (cp | 0x20) - 'a' < 26) {
			alpha = true;
			word->symbol = false;
			continue;
		}
		alpha = alpha || utf8_is_alpha(cp);
		word->symbol = word->symbol && (datatrove_is_punct(cp) ||
						   datatrove_is_terminal(cp));
	}
	return alpha;
}

static void
put(struct sink *sink, const char *p, const char *end)
{
	struct ngram_word word;

	sink->nalpha += describe((struct str){p, (size_t)(end - p)}, &word);
	ngram_add(sink->gram, word.s, word.nchar, word.symbol);
}

/*
 * Join the words of one run again, from the first at from, if together they
 * are in the list of exceptions: "(Acme Co.)", whose marks were cut off first,
 * and "):".
 */
static void
join_listed(struct sink *sink, size_t from)
{
	enum { MOST = 4, LONGEST = 8 };
	struct ngram_word *w = sink->gram->word, old;
	size_t i, j, k, n = sink->gram->nword, to = from;
	struct str s;

	for (i = from; i < n; i += k) {
		for (k = n - i < MOST ? n - i : MOST; k > 1; k--) {
			s.p = w[i].s.p;
			s.len = (size_t)(w[i + k - 1].s.p - s.p) +
				w[i + k - 1].s.len;
			if (s.len <= LONGEST && is_whole(s))
				break;
		}
		if (k == 1) {
			w[to++] = w[i];
			continue;
		}
		for (j = i; j < i + k; j++)
			sink->nalpha -= describe(w[j].s, &old);
		sink->nalpha += describe(s, &w[to++]);
	}
	sink->gram->nword = to;
}

/* The middle of a word: its pieces if it is listed, else cut at marks. */
static void
put_middle(struct sink *sink, const char *p, const char *end)
{
	size_t piece[3], n, i, len;
	const char *q, *start = p;

	n = special((struct str){p, (size_t)(end - p)}, piece);
	for (i = 0; i < n; i++, p += piece[i - 1])
		put(sink, p, p + piece[i]);
	if (n > 0 || p == end)
		return;
	if (is_address((struct str){p, (size_t)(end - p)})) {
		put(sink, p, end);
		return;
	}
	for (q = p; q < end;) {
		len = infix(p, q, end);
		if (len == 0) {
			at(q, end, &len);
			q += len;
			continue;
		}
		if (q > start) {
			put(sink, start, q);
			put(sink, q, q + len);
			start = q + len;
		}
		q += len;
	}
	if (start < end)
		put(sink, start, end);
}

static bool
is_special(const char *p, const char *end)
{
	size_t piece[3];

	return special((struct str){p, (size_t)(end - p)}, piece) > 0;
}

/* A run of ASCII letters, which has nothing to peel off or to cut at. */
static void
put_letters(struct sink *sink, struct str word)
{
	size_t piece[3], i, n = special(word, piece);

	if (n == 0)
		piece[n++] = word.len;
	for (i = 0; i < n; word.p += piece[i++])
		ngram_add(sink->gram, (struct str){word.p, piece[i]}, piece[i],
		    false);
	sink->nalpha += n;
}

/* One run without white space: peel marks off both ends, then the middle. */
static void
take_run(struct sink *sink, const char *p, const char *end)
{
	const char *tail_end = end;
	size_t pre, suf, i, n, from = sink->gram->nword;

	/* Most runs are letters, and a comma perhaps. */
	n = letters((struct str){p, (size_t)(end - p)});
	if (n > 0 && (p + n == end || (p[n] == ',' && p + n + 1 == end))) {
		put_letters(sink, (struct str){p, n});
		if (p + n < end)
			put(sink, p + n, end);
		return;
	}
	sink->ncut = 0;
	while (p < end && !is_special(p, end)) {
		pre = prefix(p, end);
		if (pre > 0 && p + pre < end && is_special(p + pre, end)) {
			put(sink, p, p + pre);
			p += pre;
			break;
		}
		suf = suffix(p + pre, end);
		if (suf > 0)
			push_cut(sink, end - suf);
		if (suf > 0 && is_special(p, end - suf)) {
			end -= suf;
			break;
		}
		if (pre + suf == 0)
			break;
		if (pre > 0)
			put(sink, p, p + pre);
		p += pre;
		end -= suf;
	}
	put_middle(sink, p, end);
	for (i = sink->ncut; i > 0; i--)
		put(sink, sink->cut[i - 1],
		    i > 1 ? sink->cut[i - 2] : tail_end);
	if (sink->gram->nword > from + 1)
		join_listed(sink, from);
}

size_t
datatrove_words(struct ngram *g, struct str text)
{
	struct sink sink = {.gram = g};
	struct str word;

	g->end = text.p + text.len;
	while (word_run(&text, &word))
		take_run(&sink, word.p, word.p + word.len);
	free(sink.cut);
	return sink.nalpha;
}

size_t
datatrove_sentences(const struct ngram *g)
{
	struct str rest;
	size_t i, n = g->nword > 0;
	bool ended = false, marks;
	uint32_t cp;

	for (i = 0; i < g->nword; i++) {
		rest = g->word[i].s;
		cp = utf8_take(&rest);
		if (rest.len == 0 && datatrove_is_terminal(cp)) {
			ended = true;
			continue;
		}
		for (marks = utf8_is_punct(cp); marks && rest.len > 0;)
			marks = utf8_is_punct(utf8_take(&rest));
		if (ended && !marks) {
			n++;
			ended = false;
		}
	}
	return n;
}
