#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/sentence-words.h"
#include "text/sentence.h"

/*
 * The scan runs over the bytes that can end a sentence, which a table tells,
 * and decides at each of them.  It relies on habits of writers: does the word
 * before the stop look shortened, does the word after it begin as sentences
 * do?  What it looks at around a stop is bounded by NEAR bytes, so the time is
 * linear.
 */
enum { NEAR = 48 };

/* What a byte may be to the scan. */
enum { STOP = 1, LINE = 2, LEAD = 4, SPACE = 8 };

static const unsigned char class[256] = {['.'] = STOP,
    ['!'] = STOP,
    ['?'] = STOP,
    ['\n'] = LINE,
    [' '] = SPACE,
    [0xd6] = LEAD,
    [0xd8] = LEAD,
    [0xdb] = LEAD,
    [0xe0] = LEAD,
    [0xe1] = LEAD,
    [0xe2] = LEAD,
    [0xe3] = LEAD,
    [0xef] = LEAD,
    [0xf0] = LEAD};

/* The list item that a sentence is, if it is one. */
struct item {
	uint32_t bullet; /* it began with, or 0 */
	char next[8];	 /* the label that the next item must have */
	size_t len;	 /* of it, or 0 */
};

/* What the first character after a stop says. */
enum next {
	NEXT_END,
	NEXT_SMALL,
	NEXT_LARGE,
	NEXT_DIGIT,
	NEXT_INNER,
	NEXT_OTHER
};

/* How a shortened word behaves before a large letter. */
enum kind {
	KIND_WORD,   /* it isn't one: the stop ends the sentence */
	KIND_NEVER,  /* a name or the like follows: "Dr." */
	KIND_NUMBER, /* a number follows, or it isn't short: "No." */
	KIND_MAYBE   /* ends only before a word that begins sentences: "Co." */
};

/* English: sorted; in small letters. */
static const char *const never[] = {"adm", "al", "attys", "brig", "capt", "cf",
    "cmdr", "col", "cpl", "cpt", "dr", "drs", "e.g", "eg", "fr", "gen", "gov",
    "hon", "i.e", "ie", "lt", "maj", "messrs", "mlle", "mm", "mme", "mr", "mrs",
    "ms", "msgr", "mx", "pfc", "pres", "prof", "profs", "pvt", "rep", "reps",
    "resp", "rev", "rt", "sen", "sens", "sgt", "supt", "v", "viz", "vs"};
static const char *const number[] = {"approx", "art", "arts", "ca", "ch",
    "chap", "cl", "eq", "eqn", "eqs", "ex", "exh", "fig", "figs", "fn", "no",
    "nos", "nr", "n\302\260", "p", "para", "paras", "pg", "pp", "pt", "pts",
    "ref", "refs", "reg", "sec", "secs", "sect", "tab", "vol", "vols"};
static const char *const maybe[] = {"abbr", "acad", "apr", "apt", "assn",
    "assoc", "asst", "aug", "ave", "bldg", "blvd", "bros", "cent", "cert",
    "cie", "co", "comm", "corp", "cos", "dec", "dept", "dist", "div", "ed",
    "eds", "esp", "esq", "est", "etc", "ext", "feb", "ft", "govt", "hr", "hrs",
    "hwy", "inc", "incl", "inst", "int", "intl", "jan", "jr", "jul", "jun",
    "lb", "lbs", "llc", "ltd", "mar", "max", "mfg", "mgr", "min", "mins",
    "misc", "mt", "mtn", "mts", "natl", "nov", "oct", "oz", "ph.d", "phd", "pl",
    "plc", "pop", "pty", "rd", "repr", "sep", "sept", "sq", "sr", "st", "ste",
    "tel", "temp", "trans", "transl", "univ"};
static const char *const starter[] = {"a", "after", "all", "also", "although",
    "an", "and", "another", "are", "as", "at", "because", "before", "both",
    "but", "by", "can", "could", "despite", "did", "do", "does", "during",
    "each", "every", "few", "first", "for", "from", "had", "has", "have", "he",
    "her", "here", "his", "how", "however", "i", "if", "in", "instead", "is",
    "it", "its", "let", "many", "may", "meanwhile", "moreover", "most", "my",
    "no", "not", "now", "on", "once", "one", "only", "or", "other", "our",
    "please", "several", "she", "should", "since", "so", "some", "such", "that",
    "the", "their", "then", "there", "therefore", "these", "they", "this",
    "those", "though", "thus", "to", "today", "two", "under", "until", "was",
    "we", "were", "what", "when", "where", "which", "while", "who", "why",
    "will", "with", "would", "yes", "yet", "you", "your"};

/* Words in small letters, sorted. */
struct list {
	const char *const *word; /* (n) */
	size_t n;
};
#define LIST(array)                                                            \
	{                                                                      \
		array, sizeof(array) / sizeof((array)[0])                      \
	}

/* What is known of a language. */
struct sentence_rules {
	char code[3];			  /* ISO 639-1 */
	struct list never, number, maybe; /* shortened words, by their kind */
	struct list starter;		  /* words that begin sentences */
	bool letters;  /* a small letter by itself is a shortened word, too */
	bool ordinals; /* a number of one or two digits may be an ordinal one */
};

static const struct sentence_rules rules[] = {
    {
	.code = "en",
	.never = LIST(never),
	.number = LIST(number),
	.maybe = LIST(maybe),
	.starter = LIST(starter),
    },
    {
	.code = "de",
	.never = LIST(de_never),
	.number = LIST(de_number),
	.maybe = LIST(de_maybe),
	.starter = LIST(de_starter),
	.letters = true,
	.ordinals = true,
    },
    {
	.code = "fr",
	.never = LIST(fr_never),
	.number = LIST(fr_number),
	.maybe = LIST(fr_maybe),
	.starter = LIST(fr_starter),
	.letters = true,
    },
    {
	.code = "es",
	.never = LIST(es_never),
	.number = LIST(es_number),
	.maybe = LIST(es_maybe),
	.starter = LIST(es_starter),
	.letters = true,
    },
    {
	.code = "it",
	.never = LIST(it_never),
	.number = LIST(it_number),
	.maybe = LIST(it_maybe),
	.starter = LIST(it_starter),
	.letters = true,
    },
    {
	.code = "pt",
	.never = LIST(pt_never),
	.number = LIST(pt_number),
	.maybe = LIST(pt_maybe),
	.starter = LIST(pt_starter),
	.letters = true,
    },
    {
	.code = "nl",
	.never = LIST(nl_never),
	.number = LIST(nl_number),
	.maybe = LIST(nl_maybe),
	.starter = LIST(nl_starter),
	.letters = true,
    },
    {
	.code = "pl",
	.never = LIST(pl_never),
	.number = LIST(pl_number),
	.maybe = LIST(pl_maybe),
	.starter = LIST(pl_starter),
	.letters = true,
    },
    {
	.code = "ru",
	.never = LIST(ru_never),
	.number = LIST(ru_number),
	.maybe = LIST(ru_maybe),
	.starter = LIST(ru_starter),
	.letters = true,
    },
};

const struct sentence_rules *
sentence_rules(struct str lang)
{
	size_t i;

	if (lang.len > 2 && (lang.p[2] == '-' || lang.p[2] == '_'))
		lang.len = 2;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (str_ieq(lang, str_of(rules[i].code)))
			return &rules[i];
	return &rules[0];
}

/* Whether s, of any case, is in the list. */
static bool
listed(const struct list *list, struct str s)
{
	char low[32];
	size_t len = 0, mid, lo = 0, n = list->n;
	int d;

	if (s.len == 0 || s.len >= sizeof(low) - 4)
		return false;
	while (s.len > 0 && len < sizeof(low) - 4) {
		if ((unsigned char)*s.p >= 0x80) {
			len +=
			    utf8_encode(low + len, utf8_lower(utf8_take(&s)));
			continue;
		}
		low[len++] = ascii_lower(*s.p++);
		s.len--;
	}
	low[len] = '\0';
	while (lo < n) {
		mid = lo + (n - lo) / 2;
		d = strcmp(low, list->word[mid]);
		if (d == 0)
			return true;
		if (d > 0)
			lo = mid + 1;
		else
			n = mid;
	}
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The code point at p, 0 at the end. */
static uint32_t
peek(const char *p, const char *end, size_t *len)
{
	struct str s = {p, (size_t)(end - p)};
	uint32_t cp;

	*len = 0;
	if (p == end)
		return 0;
	if ((unsigned char)*p < 0x80) {
		*len = 1;
		return (unsigned char)*p;
	}
	cp = utf8_take(&s);
	*len = (size_t)(s.p - p);
	return cp;
}

/* Stops that need a look around; and those of scripts that need none. */
static bool
is_stop(uint32_t cp)
{
	return cp == '.' || cp == '!' || cp == '?' || cp == 0x2026 ||
	       (cp >= 0x203c && cp <= 0x203d) ||
	       (cp >= 0x2047 && cp <= 0x2049) || cp == 0x61f || cp == 0x6d4 ||
	       cp == 0x589 || cp == 0x1362 || cp == 0x1367 || cp == 0x17d4;
}

static bool
is_full_stop(uint32_t cp)
{
	return cp == 0x3002 || cp == 0xff61 || cp == 0xff01 || cp == 0xff1f ||
	       cp == 0xff0e || cp == 0x964 || cp == 0x965 || cp == 0x104a ||
	       cp == 0x104b;
}

static bool
is_closer(uint32_t cp)
{
	switch (cp) {
	case ')':
	case ']':
	case '}':
	case '"':
	case '\'':
	case '*':
	case '_':
	case 0xbb:
	case 0x2019:
	case 0x201d:
	case 0x203a:
	case 0x3009:
	case 0x300b:
	case 0x300d:
	case 0x300f:
	case 0x3011:
	case 0xff09:
	case 0xff3d:
		return true;
	default:
		return false;
	}
}

static bool
is_opener(uint32_t cp)
{
	switch (cp) {
	case '(':
	case '[':
	case '{':
	case '"':
	case '\'':
	case '*':
	case '_':
	case 0xa1:
	case 0xab:
	case 0xbf:
	case 0x2018:
	case 0x201c:
	case 0x201e:
	case 0x2039:
	case 0x300c:
	case 0x300e:
	case 0xff08:
		return true;
	default:
		return false;
	}
}

static bool
is_bullet(uint32_t cp)
{
	return cp == 0x2022 || cp == 0x2023 || cp == 0x2043 || cp == 0x25aa ||
	       cp == 0x25cf || cp == 0x25e6;
}

/* After a mark of citation at p, as "[12]"; p if there is none. */
static const char *
skip_citation(const char *p, const char *end)
{
	const char *q = p;

	if (q < end && *q == '[')
		for (q++; q < end && q - p <= 3 && ascii_is_digit(*q); q++)
			;
	return q - p > 1 && q < end && *q == ']' ? q + 1 : p;
}

/* Whether the quote at p opens in some languages but closes in this text. */
static bool
is_late_closer(uint32_t cp, const char *after, const char *end)
{
	size_t len;

	if (cp != 0x201c && cp != 0x2018 && cp != 0xab)
		return false;
	return after == end || utf8_is_space(peek(after, end, &len));
}

/* After a closing mark that a blank separates, as in French; p if none is. */
static const char *
skip_spaced_closer(const char *p, const char *end)
{
	const char *q;
	size_t len;

	if (p == end || *p == '\n' || !utf8_is_space(peek(p, end, &len)))
		return p;
	q = p + len;
	if (peek(q, end, &len) != 0xbb)
		return p;
	q += len;
	return q == end || *q == ',' || utf8_is_space(peek(q, end, &len)) ? q
									  : p;
}

static const char *
skip_closers(const char *p, const char *end)
{
	const char *q;
	uint32_t cp;
	size_t len;

	while (p < end) {
		if (ascii_is_alpha(*p) ||
		    (*p == ' ' && end - p > 1 && (unsigned char)p[1] < 0x80))
			break;
		cp = peek(p, end, &len);
		if (is_closer(cp) || is_late_closer(cp, p + len, end))
			p += len;
		else if ((q = skip_citation(p, end)) > p ||
			 (q = skip_spaced_closer(p, end)) > p)
			p = q;
		else
			break;
	}
	return p;
}

/* The first byte after white space, and how many lines it ended. */
static const char *
skip_space(const char *p, const char *end, size_t *nline)
{
	size_t len;
	uint32_t cp;

	for (*nline = 0; p < end; p += len) {
		cp = peek(p, end, &len);
		if (cp == '\n')
			++*nline;
		else if (cp == 0x2029)
			*nline += 2;
		else if (!(cp < 0x80 ? is_blank((char)cp) : utf8_is_space(cp)))
			break;
	}
	return p;
}

/* What stands at p; *word is the run of letters there. */
static enum next
look(const char *p, const char *end, struct str *word)
{
	const char *q, *limit;
	const char *category;
	uint32_t cp;
	size_t i, len;

	*word = (struct str){p, 0};
	cp = peek(p, end, &len);
	for (i = 0; i < 8 && len > 0 && is_opener(cp); i++) {
		p += len;
		cp = peek(p, end, &len);
	}
	if (len == 0)
		return NEXT_END;
	limit = end - p > NEAR ? p + NEAR : end;
	q = p;
	while (q < limit &&
	       (ascii_is_alpha(*q) || ((unsigned char)*q >= 0x80 &&
					  utf8_is_alpha(peek(q, end, &len)))))
		q += ascii_is_alpha(*q) ? 1 : len;
	*word = (struct str){p, (size_t)(q - p)};
	if (ascii_is_lower(*p)) /* "iPhone" begins as a name does */
		return word->len > 1 && ascii_is_upper(p[1]) ? NEXT_LARGE
							     : NEXT_SMALL;
	if (ascii_is_upper(*p))
		return NEXT_LARGE;
	if (ascii_is_digit(*p))
		return NEXT_DIGIT;
	if (strchr(",;:)]}%&=/", *p) && *p != '\0')
		return NEXT_INNER;
	if (cp < 0x80)
		return NEXT_OTHER;
	category = utf8_category(cp);
	return category[0] == 'L' && category[1] == 'l' ? NEXT_SMALL
	       : category[0] == 'L'			? NEXT_LARGE
							: NEXT_OTHER;
}

/* Whether U+00A0 or U+202F ends at p. */
static bool
is_wide_blank(const char *begin, const char *p)
{
	return (p - begin > 1 && memcmp(p - 2, "\xc2\xa0", 2) == 0) ||
	       (p - begin > 2 && memcmp(p - 3, "\xe2\x80\xaf", 3) == 0);
}

/* The word that ends at q, back to a blank or an opening mark. */
static struct str
word_before(const char *begin, const char *q)
{
	const char *p = q;
	size_t len;

	while (p > begin && q - p < NEAR && !is_blank(p[-1]) &&
	       !strchr("\n([{\"/", p[-1]) && !is_wide_blank(begin, p))
		p--;
	while (p < q && is_opener(peek(p, q, &len)))
		p += len;
	return (struct str){p, (size_t)(q - p)};
}

/* Whether the word before p begins with a large letter. */
static bool
large_before(const char *begin, const char *p)
{
	struct str w;
	size_t len;

	while (p > begin && is_blank(p[-1]))
		p--;
	w = word_before(begin, p);
	return utf8_is_upper(peek(w.p, w.p + w.len, &len));
}

/* "U.S", "a.m", "Ph.D": one or two letters between stops. */
static bool
is_initials(struct str w)
{
	size_t run = 0, nstop = 0;
	uint32_t cp;

	while (w.len > 0) {
		cp = utf8_take(&w);
		if (cp == '.') {
			if (run == 0 || run > 2)
				return false;
			run = 0;
			nstop++;
		} else if (utf8_is_alpha(cp))
			run++;
		else
			return false;
	}
	return nstop > 0 && run > 0 && run <= 2;
}

/* The letter that the whole word is, else 0. */
static uint32_t
only_letter(struct str w)
{
	uint32_t cp = w.len > 0 && w.len <= 4 ? utf8_take(&w) : 0;

	return cp != 0 && w.len == 0 && utf8_is_alpha(cp) ? cp : 0;
}

static bool
is_ordinal(struct str w)
{
	return (w.len == 1 || w.len == 2) && ascii_is_digit(w.p[0]) &&
	       ascii_is_digit(w.p[w.len - 1]);
}

/* Without an article that elision has joined: "l'art". */
static struct str
without_article(struct str w)
{
	struct str rest = w;
	uint32_t cp;

	while (rest.len > 0) {
		cp = utf8_take(&rest);
		if (cp == '\'' || cp == 0x2019)
			w = rest;
	}
	return w;
}

static enum kind
kind_of(const struct sentence_rules *r, const char *begin, struct str w)
{
	uint32_t letter;

	if (r->letters)
		w = without_article(w);
	letter = only_letter(w);
	if (r->letters && listed(&r->never, w))
		return KIND_NEVER;
	if (letter == 'I' && !r->letters && !large_before(begin, w.p))
		return KIND_WORD;
	if (utf8_is_upper(letter))
		return large_before(begin, w.p) ? KIND_NEVER : KIND_MAYBE;
	if (letter != 0 && letter < 0x80 && letter != 'v' && !r->letters)
		return KIND_NUMBER;
	if (listed(&r->never, w))
		return KIND_NEVER;
	if (listed(&r->number, w))
		return KIND_NUMBER;
	if (listed(&r->maybe, w) || is_initials(w))
		return KIND_MAYBE;
	return (r->letters && letter != 0) || (r->ordinals && is_ordinal(w))
		   ? KIND_MAYBE
		   : KIND_WORD;
}

/* Whether fewer than n words stand in [p, q). */
static bool
fewer_words(const char *p, const char *q, size_t n)
{
	size_t nword = 0;

	if (q - p > (ptrdiff_t)(NEAR * n))
		return false;
	for (; p < q; p++)
		if (!is_blank(*p) && *p != '\n' &&
		    (p + 1 == q || is_blank(p[1]) || p[1] == '\n'))
			nword++;
	return nword < n;
}

/* A single full stop at q before a blank: does the sentence end? */
static bool
ends_word(const struct sentence_rules *r, const char *begin, const char *q,
    const char *end, enum next next, struct str word)
{
	struct str w = word_before(begin, q);
	enum kind kind = kind_of(r, begin, w);
	struct str am = STR("a.m"), pm = STR("p.m");

	/* "At 5 a.m." alone is no sentence */
	if (str_ieq(w, am) || str_ieq(w, pm))
		return next == NEXT_LARGE && !fewer_words(begin, q, 4);
	switch (kind) {
	case KIND_NEVER:
		return false;
	case KIND_NUMBER:
		return next != NEXT_DIGIT && next != NEXT_SMALL;
	case KIND_MAYBE:
		if (r->letters && only_letter(word) != 0 &&
		    word.p + word.len < end && word.p[word.len] == '.')
			return false; /* the next word is an initial */
		return next == NEXT_LARGE && listed(&r->starter, word);
	default:
		/*
		 * In a text that starts in lower case, a lower-case letter
		 * tells us nothing.
		 */
		return next != NEXT_SMALL ||
		       (begin < q && ascii_is_lower(*begin) && w.len > 2);
	}
}

/*
 * The blank is missing, as in "world.Today"; but "Jane.Doe@example.com" goes
 * on.
 */
static bool
ends_glued(const struct sentence_rules *r, const char *begin, const char *q,
    const char *c, const char *end)
{
	struct str w = word_before(begin, q);
	const char *p, *limit = end - c > NEAR ? c + NEAR : end;

	if (w.len < 2 || w.len >= NEAR || limit - c < 3)
		return false;
	if (!ascii_is_upper(c[0]) || !ascii_is_lower(c[1]))
		return false;
	if (!ascii_is_lower(q[-1]) && !ascii_is_digit(q[-1]) &&
	    !is_closer((unsigned char)q[-1]))
		return false;
	if (kind_of(r, begin, w) != KIND_WORD || memchr(w.p, '@', w.len) ||
	    memchr(w.p, ':', w.len) || (w.len > 3 && !memcmp(w.p, "www", 3)))
		return false;
	if (w.p > begin && w.p[-1] == '/')
		return false;
	for (p = c; p < limit && !is_blank(*p) && *p != '\n'; p++)
		if (strchr("@/=_(", *p) && *p != '\0')
			return false;
	return true;
}

/*
 * A run of stops: where it ends, how many full stops it has, whether blanks
 * separate them.
 */
struct run {
	const char *end;
	size_t ndot, nother;
	bool spaced;
};

static void
take_run(struct run *run, const char *q, const char *end)
{
	uint32_t cp;
	size_t len;

	*run = (struct run){.end = q};
	for (;;) {
		cp = peek(run->end, end, &len);
		if (len > 0 && is_stop(cp)) {
			run->ndot += cp == '.' ? 1 : cp == 0x2026 ? 3 : 0;
			run->nother += cp != '.' && cp != 0x2026;
			run->end += len;
		} else if (run->nother == 0 && end - run->end >= 2 &&
			   run->end[0] == ' ' && run->end[1] == '.' &&
			   (end - run->end == 2 || run->end[2] == ' ' ||
			       run->end[2] == '\n' ||
			       is_closer((unsigned char)run->end[2]) ||
			       (unsigned char)run->end[2] >= 0x80)) {
			run->spaced = true;
			run->ndot++;
			run->end += 2;
		} else
			return;
	}
}

/*
 * Decide about the stops at q.  True if the sentence ends there; *next is
 * where to go on, after the marks that close with the sentence.
 */
static bool
ends_stop(const struct sentence_rules *r, const char *begin, const char *q,
    const char *end, const char **next)
{
	struct run run;
	struct str word;
	const char *c, *w;
	enum next what;
	size_t nline;

	take_run(&run, q, end);
	c = *next = skip_closers(run.end, end);
	w = skip_space(c, end, &nline);
	if (w == end)
		return true;
	if (w == c) {
		if (run.ndot + run.nother != 1 || run.nother == 0 ||
		    c == run.end)
			return (run.ndot == 1 || run.ndot == 0) &&
			       c == run.end && ends_glued(r, begin, q, c, end);
		return false;
	}
	if (run.ndot > 1 && c < end && c > run.end && *run.end == ']')
		return false; /* "[...]" stands for words left out */
	if (nline > 1)
		return true;
	what = look(w, end, &word);
	if (run.ndot == 1 && run.nother == 0) {
		if ((c == run.end || *run.end == '[') && what != NEXT_INNER)
			return ends_word(r, begin, q, end, what, word) ||
			       (nline > 0 &&
				   kind_of(r, begin, word_before(begin, q)) ==
				       KIND_WORD);
		return nline > 0 || (what != NEXT_SMALL && what != NEXT_INNER);
	}
	if (nline > 0)
		return true;
	if (what == NEXT_SMALL || what == NEXT_INNER)
		return false;
	if (run.ndot > 1 && run.nother == 0) {
		if (what == NEXT_DIGIT)
			return false;
		return run.ndot > 3 || !str_eq(word, STR("I"));
	}
	return true;
}

/* A line ends at q: was the sentence only cut off there? */
static bool
cut_off(const char *begin, const char *q, const char *end)
{
	struct str word;
	const char *line = q, *p = q;
	enum next what;
	size_t nline;

	what = look(skip_space(q, end, &nline), end, &word);
	if (nline > 1 || what == NEXT_END)
		return false;
	while (p > begin && is_blank(p[-1]))
		p--;
	if (p > begin && p[-1] == ',' && what != NEXT_OTHER)
		return true;
	while (line > begin && line[-1] != '\n' && q - line <= 4 * NEAR)
		line--;
	return what == NEXT_SMALL && !fewer_words(line, q, 4);
}

/*
 * What a list item begins with: a bullet, a label as "1.", "a)" or "2.)".
 * Gives the place after it, and in item the label of the item to follow.
 */
static const char *
take_item(struct item *item, const char *p, const char *end)
{
	const char *q, *label;
	size_t len, i, n = 0;
	uint32_t cp;

	*item = (struct item){0};
	cp = peek(p, end, &len);
	if (is_bullet(cp)) {
		item->bullet = cp;
		for (p += len; p < end && is_blank(*p); p++)
			;
	}
	label = q = p;
	while (q < end && q - label < 3 && ascii_is_digit(*q))
		n = n * 10 + (size_t)(*q++ - '0');
	if (q == label && q < end && ascii_is_alpha(*q))
		q++;
	if (q == label)
		return p;
	i = (size_t)(q - label);
	while (q < end && q - label < 5 && (*q == '.' || *q == ')'))
		q++;
	if (q == label + i || q == end || !is_blank(*q))
		return p;
	if (ascii_is_digit(*label)) {
		char digit[4];

		for (n++, len = 0; n > 0; n /= 10)
			digit[len++] = (char)('0' + n % 10);
		while (len > 0)
			item->next[item->len++] = digit[--len];
	} else if (*label != 'z' && *label != 'Z')
		item->next[item->len++] = (char)(*label + 1);
	else
		return q;
	if (item->len < 4) {
		memcpy(
		    item->next + item->len, label + i, (size_t)(q - label) - i);
		item->len += (size_t)(q - label) - i;
	} else
		item->len = 0;
	return q;
}

/* Whether the next item begins after the blank at q. */
static bool
next_item(const struct item *item, const char *q, const char *end)
{
	size_t len;

	q++;
	if (item->bullet)
		return peek(q, end, &len) == item->bullet && len > 0;
	return item->len > 0 && (size_t)(end - q) > item->len &&
	       memcmp(q, item->next, item->len) == 0 && is_blank(q[item->len]);
}

static bool
is_emoji(uint32_t cp)
{
	return cp >= 0x1f300 && cp < 0x1fb00;
}

/*
 * Emoji are in [p, q): do they end the sentence?  They do after two words or
 * more, before a large letter.
 */
static bool
ends_emoji(const char *begin, const char *p, const char *q, const char *end)
{
	struct str word;
	size_t nline;
	const char *w = skip_space(q, end, &nline);

	return w > q && nline == 0 && look(w, end, &word) == NEXT_LARGE &&
	       !fewer_words(begin, p, 2);
}

/* After the emoji at p, with what joins and varies them. */
static const char *
skip_emoji(const char *p, const char *end)
{
	uint32_t cp;
	size_t len;

	for (; p < end; p += len) {
		cp = peek(p, end, &len);
		if (!is_emoji(cp) && cp != 0x200d && cp != 0xfe0f)
			break;
	}
	return p;
}

/* The byte after the sentence that begins at p, without white space. */
static const char *
sentence_end(const struct sentence_rules *r, const char *p, const char *end)
{
	struct item item;
	const char *begin = p, *next;
	unsigned mask = STOP | LINE | LEAD;
	size_t len;
	uint32_t cp;

	p = take_item(&item, p, end);
	if (item.len > 0 || item.bullet)
		mask |= SPACE;
	while (p < end) {
		switch (class[(unsigned char)*p] & mask) {
		case 0:
			p++;
			continue;
		case SPACE:
			if (next_item(&item, p, end))
				return p;
			p++;
			continue;
		case LINE:
			if (!cut_off(begin, p, end))
				return p;
			p++;
			continue;
		case LEAD:
			cp = peek(p, end, &len);
			if (cp == 0x2028 || cp == 0x2029)
				return p;
			if (is_full_stop(cp)) {
				while (
				    p < end && is_full_stop(peek(p, end, &len)))
					p += len;
				return skip_closers(p, end);
			}
			if (is_emoji(cp)) {
				next = skip_emoji(p, end);
				if (ends_emoji(begin, p, next, end))
					return next;
				p = next;
				continue;
			}
			if (!is_stop(cp)) {
				p += len;
				continue;
			}
			break;
		default:
			break;
		}
		if (ends_stop(r, begin, p, end, &next))
			return next;
		p = next;
	}
	return end;
}

bool
sentence_next(
    struct str *rest, const struct sentence_rules *r, struct str *sentence)
{
	const char *end = rest->p + rest->len, *p;
	size_t nline;

	if (rest->len == 0)
		return false;
	p = skip_space(rest->p, end, &nline);
	if (p < end)
		p = skip_space(sentence_end(r, p, end), end, &nline);
	*sentence = (struct str){rest->p, (size_t)(p - rest->p)};
	*rest = (struct str){p, (size_t)(end - p)};
	return true;
}

size_t
sentence_count(struct str text, const struct sentence_rules *r)
{
	struct str sentence;
	size_t nline, n = 0;

	while (sentence_next(&text, r, &sentence))
		n += skip_space(sentence.p, sentence.p + sentence.len, &nline) <
		     sentence.p + sentence.len;
	return n;
}
