#include "quality/gopher.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"
#include "quality/scan.h"
#include "text/datatrove.h"
#include "text/line.h"
#include "text/sentence.h"
#include "text/word.h"

enum { BOTH = 1 << GOPHER_PAPER | 1 << GOPHER_DATATROVE };
enum { PAPER = 1 << GOPHER_PAPER, TROVE = 1 << GOPHER_DATATROVE };

const struct gopher_rule gopher_rule[GOPHER_NRULE] = {
    {"min_words", GOPHER_RULES, BOTH, .least = true, .limit = 50},
    {"max_words", GOPHER_RULES, BOTH, .limit = 100000},
    {"min_word_length", GOPHER_RULES, BOTH, .least = true, .limit = 3},
    {"max_word_length", GOPHER_RULES, BOTH, .limit = 10},
    {"symbols", GOPHER_RULES, PAPER, .limit = 0.1},
    {"hashes", GOPHER_RULES, TROVE, .limit = 0.1},
    {"ellipses", GOPHER_RULES, TROVE, .limit = 0.1},
    {"bullet_lines", GOPHER_RULES, BOTH, .limit = 0.9},
    {"ellipsis_lines", GOPHER_RULES, BOTH, .limit = 0.3},
    {"alpha_words", GOPHER_RULES, BOTH, .least = true, .limit = 0.8},
    {"stop_words", GOPHER_RULES, BOTH, .least = true, .limit = 2},
    {"dup_lines", GOPHER_RULES, BOTH, .limit = 0.3},
    {"dup_paragraphs", GOPHER_RULES, BOTH, .limit = 0.3},
    {"dup_line_chars", GOPHER_RULES, BOTH, .limit = 0.2},
    {"dup_paragraph_chars", GOPHER_RULES, BOTH, .limit = 0.2},
    {"top_2gram", GOPHER_RULES, BOTH, .limit = 0.20},
    {"top_3gram", GOPHER_RULES, BOTH, .limit = 0.18},
    {"top_4gram", GOPHER_RULES, BOTH, .limit = 0.16},
    {"dup_5gram", GOPHER_RULES, BOTH, .limit = 0.15},
    {"dup_6gram", GOPHER_RULES, BOTH, .limit = 0.14},
    {"dup_7gram", GOPHER_RULES, BOTH, .limit = 0.13},
    {"dup_8gram", GOPHER_RULES, BOTH, .limit = 0.12},
    {"dup_9gram", GOPHER_RULES, BOTH, .limit = 0.11},
    {"dup_10gram", GOPHER_RULES, BOTH, .limit = 0.10},
    {"c4_sentences", GOPHER_C4, BOTH, .least = true, .limit = 5},
    {"c4_lorem_ipsum", GOPHER_C4, BOTH, .limit = 0},
    {"c4_curly", GOPHER_C4, BOTH, .limit = 0},
    {"c4_bad_words", GOPHER_C4, BOTH, .limit = 0},
    {"c4_line_words", GOPHER_C4, BOTH, .least = true, .line = true, .limit = 3},
    {"c4_word_length", GOPHER_C4, BOTH, .line = true, .limit = 1000},
    {"fineweb_line_ends", GOPHER_FINEWEB, BOTH, .least = true, .limit = 0.12},
    {"fineweb_short_lines", GOPHER_FINEWEB, BOTH, .limit = 0.67},
    {"fineweb_dup_chars", GOPHER_FINEWEB, BOTH, .limit = 0.01},
    {"fineweb_newlines", GOPHER_FINEWEB, BOTH, .limit = 0.3},
};

/* Frequent short words, those of English being Gopher's own. */
#define W(word)                                                                \
	{                                                                      \
		word, sizeof(word) - 1                                         \
	}
static const struct {
	const char *lang;
	struct str word[12];
} stop_words[] = {
    {"en", {W("the"), W("be"), W("to"), W("of"), W("and"), W("that"), W("have"),
	       W("with")}},
    {"de", {W("der"), W("die"), W("das"), W("und"), W("ist"), W("nicht"),
	       W("mit"), W("von"), W("zu"), W("ein"), W("den")}},
    {"fr", {W("le"), W("la"), W("les"), W("de"), W("des"), W("et"), W("est"),
	       W("que"), W("dans"), W("pour"), W("une")}},
    {"es", {W("el"), W("la"), W("los"), W("de"), W("que"), W("y"), W("en"),
	       W("una"), W("por"), W("con"), W("para")}},
    {"it", {W("il"), W("la"), W("di"), W("che"), W("e"), W("un"), W("per"),
	       W("non"), W("con"), W("del"), W("sono")}},
    {"pt", {W("o"), W("os"), W("de"), W("que"), W("e"), W("do"), W("da"),
	       W("em"), W("um"), W("para"), W("com")}},
    {"nl", {W("de"), W("het"), W("een"), W("en"), W("van"), W("is"), W("dat"),
	       W("niet"), W("te"), W("met"), W("voor")}},
};
#undef W

enum { NLANG = sizeof(stop_words) / sizeof(stop_words[0]) };

static void
add_item(struct gopher *g, struct str s)
{
	if (g->nitem == g->cap) {
		g->cap = g->cap > 0 ? 2 * g->cap : 256;
		g->item = mem_grow(g->item, g->cap, sizeof(*g->item));
	}
	g->item[g->nitem++] =
	    (struct ngram_word){s, (uint32_t)utf8_count(s), false};
}

static bool
starts_bullet(struct str line)
{
	return str_starts(line, STR("-")) || str_starts(line, STR("*")) ||
	       str_starts(line, STR("\xe2\x80\xa2")) ||
	       str_starts(line, STR("\xe2\x97\x8f"));
}

static bool
str_ends(struct str s, struct str tail)
{
	return s.len >= tail.len &&
	       memcmp(s.p + s.len - tail.len, tail.p, tail.len) == 0;
}

static bool
ends_ellipsis(struct str line)
{
	return str_ends(line, STR("...")) || str_ends(line, STR(". . .")) ||
	       str_ends(line, STR("\xe2\x80\xa6"));
}

/* Lines and paragraphs: bullets, ellipses, copies.  Blank ones don't count. */
static void
measure_lines(struct gopher *g, struct str text, double value[])
{
	struct str rest = text, line, paragraph = {text.p, 0};
	struct ngram_copies c;
	size_t nbullet = 0, nellipsis = 0;

	g->nitem = 0;
	while (line_next(&rest, &line)) {
		line = line_strip(line);
		if (line.len == 0)
			continue;
		add_item(g, line);
		nbullet += starts_bullet(line);
		nellipsis += ends_ellipsis(line);
	}
	c = gram_copies(&g->gram, g->item, g->nitem, true);
	value[GOPHER_BULLET_LINES] = share(nbullet, g->nitem);
	value[GOPHER_ELLIPSIS_LINES] = share(nellipsis, g->nitem);
	value[GOPHER_DUP_LINES] = share(c.ncopy, g->nitem);
	value[GOPHER_DUP_LINE_CHARS] = share(c.nchar, c.total);

	g->nitem = 0;
	for (rest = text; line_next(&rest, &line);) {
		if (line_strip(line).len > 0) {
			paragraph.len =
			    (size_t)(line.p + line.len - paragraph.p);
			continue;
		}
		if (line_strip(paragraph).len > 0)
			add_item(g, line_strip(paragraph));
		paragraph = (struct str){rest.p, 0};
	}
	if (line_strip(paragraph).len > 0)
		add_item(g, line_strip(paragraph));
	c = gram_copies(&g->gram, g->item, g->nitem, true);
	value[GOPHER_DUP_PARAGRAPHS] = share(c.ncopy, g->nitem);
	value[GOPHER_DUP_PARAGRAPH_CHARS] = share(c.nchar, c.total);
}

/* Characters in the words [at, at + n). */
static size_t
gram_chars(const struct ngram *g, size_t at, size_t n)
{
	return g->nchar[at + n] - g->nchar[at];
}

/*
 * Characters of all copies of the most frequent n-gram, the longest of those.
 */
static size_t
top_gram(const struct ngram *g)
{
	size_t i, len, best = 0, count = 2;

	for (i = 0; i < g->nat; i++) {
		if (g->count[g->gram[i]] < count)
			continue;
		len = gram_chars(g, g->at[i], g->n);
		if (g->count[g->gram[i]] > count || len > best) {
			count = g->count[g->gram[i]];
			best = len;
		}
	}
	return best * count;
}

/* Characters of the words under any repeated n-gram. */
static size_t
covered(const struct ngram *g)
{
	size_t i, from, to = 0, nchar = 0;

	for (i = 0; i < g->nat; i++) {
		from = g->at[i] > to ? g->at[i] : to;
		to = g->at[i] + g->n;
		nchar += g->nchar[to] - g->nchar[from];
	}
	return nchar;
}

/* The row of the language's stop words, or NLANG. */
static size_t
find_lang(struct str lang)
{
	size_t i;

	if (lang.len > 2 && (lang.p[2] == '-' || lang.p[2] == '_'))
		lang.len = 2;
	if (lang.len == 0)
		return 0;
	for (i = 0; i < NLANG; i++)
		if (str_ieq(lang, str_of(stop_words[i].lang)))
			break;
	return i;
}

/*
 * One of 64 bits, chosen by the first eight bytes of a word, whatever their
 * case.
 */
static uint64_t
head_bit(uint64_t head)
{
	head |= 0x2020202020202020;
	return (uint64_t)1 << (head * 0x9e3779b97f4a7c15 >> 58);
}

/*
 * The bits of all stop words of a row.  Most words of a text have none of these
 * bits, and need no comparison.
 */
static uint64_t
stop_bits(size_t lang)
{
	const struct str *w;
	uint64_t bits = 0;
	uint64_t head;
	size_t i;

	for (w = stop_words[lang].word; w->len > 0; w++) {
		for (head = i = 0; i < w->len; i++)
			head |= (uint64_t)(unsigned char)w->p[i] << 8 * i;
		bits |= head_bit(head);
	}
	return bits;
}

/*
 * Stop words, of any case; distinct: those that are there, in just this case.
 */
static size_t
count_stop_words(const struct ngram *g, size_t lang, bool distinct)
{
	uint64_t bits = stop_bits(lang);
	const struct str *w;
	struct str word;
	size_t i, n = 0;

	for (i = 0; i < g->nid; i++) {
		if ((bits & head_bit(g->known[i].head)) == 0)
			continue;
		word = g->word[g->known[i].value].s;
		for (w = stop_words[lang].word; w->len > 0; w++)
			if (distinct)
				n += str_eq(word, *w);
			else if (str_ieq(word, *w))
				n += g->count[i];
	}
	return n;
}

static void
measure_paper(struct gopher *g, const double limit[], struct str text,
    size_t lang, double value[])
{
	struct ngram *gram = &g->gram;
	struct scan_count n;
	size_t size, total, nword;

	measure_lines(g, text, value);
	ngram_clear(gram);
	n = scan_words(gram, text);
	nword = n.nword + n.nalone;
	value[GOPHER_MIN_WORDS] = value[GOPHER_MAX_WORDS] = (double)nword;
	value[GOPHER_MIN_WORD_LENGTH] = value[GOPHER_MAX_WORD_LENGTH] =
	    share(n.nchar, n.nword);
	value[GOPHER_SYMBOLS] = share(n.nhash + n.nellipsis, nword);
	value[GOPHER_ALPHA_WORDS] = share(n.nalpha + n.nalone, nword);
	ngram_number(gram);
	value[GOPHER_STOP_WORDS] =
	    lang < NLANG ? (double)count_stop_words(gram, lang, false)
			 : limit[GOPHER_STOP_WORDS];
	if (n.nalone > n.nword) { /* a script without spaces, on the whole */
		value[GOPHER_MIN_WORD_LENGTH] = limit[GOPHER_MIN_WORD_LENGTH];
		value[GOPHER_MAX_WORD_LENGTH] = limit[GOPHER_MAX_WORD_LENGTH];
		value[GOPHER_STOP_WORDS] = limit[GOPHER_STOP_WORDS];
	}
	total = gram->nchar[gram->nword];
	for (size = 2; size <= 10; size++) {
		ngram_next(gram);
		if (size < 5)
			value[GOPHER_TOP_2GRAM + size - 2] =
			    share(top_gram(gram), total);
		else
			value[GOPHER_DUP_5GRAM + size - 5] =
			    share(covered(gram), total);
	}
}

/* The last code point of s, which isn't empty. */
static uint32_t
last_char(struct str s)
{
	size_t i = s.len - 1;

	while (i > 0 && s.len - i < 4 && ((unsigned char)s.p[i] & 0xc0) == 0x80)
		i--;
	s.p += i;
	s.len -= i;
	return utf8_take(&s);
}

/* Split s at runs of at least least line feeds into the items. */
static void
split_at_feeds(struct gopher *g, struct str s, size_t least)
{
	const char *p, *end = s.p + s.len, *start = s.p, *q;

	g->nitem = 0;
	for (p = s.p; p < end; p = q) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			break;
		for (q = p; q < end && *q == '\n'; q++)
			;
		if ((size_t)(q - p) < least)
			continue;
		add_item(g, (struct str){start, (size_t)(p - start)});
		start = q;
	}
	add_item(g, (struct str){start, (size_t)(end - start)});
}

static void
measure_trove_lines(struct gopher *g, struct str text, double value[])
{
	struct str rest = text, line;
	struct ngram_copies c;
	size_t nline = 0, nbullet = 0, nellipsis = 0, nchar = utf8_count(text);

	while (line_next(&rest, &line)) {
		nline++;
		line = line_strip(line);
		nbullet += str_starts(line, STR("-")) ||
			   str_starts(line, STR("\xe2\x80\xa2"));
		nellipsis += str_ends(line, STR("...")) ||
			     str_ends(line, STR("\xe2\x80\xa6"));
	}
	value[GOPHER_BULLET_LINES] = share(nbullet, nline);
	value[GOPHER_ELLIPSIS_LINES] = share(nellipsis, nline);
	split_at_feeds(g, line_strip(text), 2);
	c = gram_copies(&g->gram, g->item, g->nitem, false);
	value[GOPHER_DUP_PARAGRAPHS] = share(c.ncopy, g->nitem);
	value[GOPHER_DUP_PARAGRAPH_CHARS] = share(c.nchar, nchar);
	split_at_feeds(g, text, 1);
	c = gram_copies(&g->gram, g->item, g->nitem, false);
	value[GOPHER_DUP_LINES] = share(c.ncopy, g->nitem);
	value[GOPHER_DUP_LINE_CHARS] = share(c.nchar, nchar);
}

/*
 * Characters of all copies of the most frequent n-gram, with a blank between
 * words; of those the first in the text, even if it is there but once.
 */
static size_t
top_trove(const struct ngram *g)
{
	size_t i, at = 0, count = 1;

	if (g->nword < g->n)
		return 0;
	for (i = 0; i < g->nat; i++)
		if (g->count[g->gram[i]] > count) {
			count = g->count[g->gram[i]];
			at = g->at[i];
		}
	return (gram_chars(g, at, g->n) + g->n - 1) * count;
}

/* Characters of later copies, found by a scan that jumps over each find. */
static size_t
jumped(struct ngram *g)
{
	size_t i, from = 0, nchar = 0;

	memset(g->count, 0, g->nid * sizeof(*g->count));
	for (i = 0; i < g->nat; i++) {
		if (g->at[i] < from)
			continue;
		if (g->count[g->gram[i]]++ > 0) {
			nchar += gram_chars(g, g->at[i], g->n);
			from = g->at[i] + g->n;
		}
	}
	return nchar;
}

static size_t
count_phrase(struct str s, struct str phrase)
{
	const char *p = s.p, *end = s.p + s.len;
	size_t n = 0;

	while (p < end && (p = memmem(p, (size_t)(end - p), phrase.p,
			       phrase.len)) != NULL) {
		p += phrase.len;
		n++;
	}
	return n;
}

static void
measure_trove(struct gopher *g, const double limit[], struct str text,
    size_t lang, double value[])
{
	struct ngram *gram = &g->gram;
	size_t i, size, nword = 0, nplain = 0, nalpha;
	size_t nchar = utf8_count(text);

	measure_trove_lines(g, text, value);
	ngram_clear(gram);
	nalpha = datatrove_words(gram, text);
	g->nword = gram->nword;
	for (i = 0; i < gram->nword; i++)
		if (!gram->word[i].symbol) {
			nword++;
			nplain += gram->word[i].nchar;
		}
	value[GOPHER_MIN_WORDS] = value[GOPHER_MAX_WORDS] = (double)nword;
	value[GOPHER_MIN_WORD_LENGTH] = value[GOPHER_MAX_WORD_LENGTH] =
	    share(nplain, nword);
	value[GOPHER_HASHES] = share(count_phrase(text, STR("#")), gram->nword);
	value[GOPHER_ELLIPSES] =
	    share(count_phrase(text, STR("...")) +
		      count_phrase(text, STR("\xe2\x80\xa6")),
		gram->nword);
	value[GOPHER_ALPHA_WORDS] = share(nalpha, gram->nword);
	ngram_number(gram);
	value[GOPHER_STOP_WORDS] =
	    lang < NLANG ? (double)count_stop_words(gram, lang, true)
			 : limit[GOPHER_STOP_WORDS];
	for (size = 2; size <= 10; size++) {
		ngram_next(gram);
		if (size < 5)
			value[GOPHER_TOP_2GRAM + size - 2] =
			    share(top_trove(gram), nchar);
		else
			value[GOPHER_DUP_5GRAM + size - 5] =
			    share(jumped(gram), nchar);
	}
	if (text.len == 0)
		value[GOPHER_DUP_LINES] = 1;
}

/* Up to the next line feed, which is taken off rest with it: datatrove's way. */
static bool
next_feed(struct str *rest, struct str *line)
{
	const char *p;

	if (rest->len == 0)
		return false;
	p = memchr(rest->p, '\n', rest->len);
	line->p = rest->p;
	line->len = p != NULL ? (size_t)(p - rest->p) : rest->len;
	rest->p += line->len + (p != NULL);
	rest->len -= line->len + (p != NULL);
	return true;
}

static void
measure_fineweb(struct gopher *g, struct str text, enum gopher_dialect dialect,
    double value[])
{
	bool trove = dialect == GOPHER_DATATROVE;
	bool (*next)(struct str *, struct str *) =
	    trove ? next_feed : line_next;
	struct str rest = text, line, stripped;
	struct ngram_copies c;
	size_t nfeed = 0, nend = 0, nshort = 0;

	g->nitem = 0;
	while (next(&rest, &line)) {
		nfeed += rest.p > line.p + line.len;
		stripped = line_strip(line);
		if (stripped.len == 0)
			continue;
		if (!trove)
			line = stripped;
		add_item(g, line);
		nend += datatrove_is_terminal(last_char(line));
		nshort += g->item[g->nitem - 1].nchar <= 30;
	}
	c = gram_copies(&g->gram, g->item, g->nitem, false);
	value[GOPHER_FINEWEB_LINE_ENDS] = share(nend, g->nitem);
	value[GOPHER_FINEWEB_SHORT_LINES] = share(nshort, g->nitem);
	value[GOPHER_FINEWEB_DUP_CHARS] =
	    share(c.nchar, utf8_count(text) - nfeed);
	if (!g->counted && trove) {
		ngram_clear(&g->gram);
		datatrove_words(&g->gram, text);
		g->nword = g->gram.nword;
	} else if (!g->counted)
		g->nword = word_count(text);
	value[GOPHER_FINEWEB_NEWLINES] = share(nfeed, g->nword);
}

/* The line without "[12]", "[edit]" and "[citation needed]", into out. */
static void
put_uncited(struct buf *out, struct str line)
{
	static const char *const mark[] = {"[edit]", "[citation needed]"};
	const char *p = line.p, *end = p + line.len, *q;
	size_t i, len;

	while (p < end) {
		q = memchr(p, '[', (size_t)(end - p));
		if (q == NULL)
			q = end;
		buf_put(out, p, (size_t)(q - p));
		if (q == end)
			return;
		for (p = q + 1; p < end && *p >= '0' && *p <= '9'; p++)
			;
		if (p < end && *p == ']') {
			p++;
			continue;
		}
		p = q;
		for (i = 0; i < 2 && p == q; i++) {
			len = strlen(mark[i]);
			if ((size_t)(end - q) >= len &&
			    memcmp(q, mark[i], len) == 0)
				p = q + len;
		}
		if (p == q)
			buf_putc(out, *p++);
	}
}

/*
 * Whether the line has as many words as it must, and none of more characters
 * than it may.
 */
static bool
good_words(
    struct str line, enum gopher_dialect dialect, double least, double most)
{
	bool (*next)(struct str *, struct str *) =
	    dialect == GOPHER_DATATROVE ? word_run : word_next;
	struct str word;
	double n = 0;

	while (next(&line, &word)) {
		n++;
		if ((double)word.len > most && (double)utf8_count(word) > most)
			return false;
		if (n >= least && (double)line.len <= most)
			return true;
	}
	return n >= least;
}

static bool
holds(const struct buf *b, const char *phrase)
{
	return memmem(b->p, b->len, phrase, strlen(phrase)) != NULL;
}

/* Whether the line, in small letters, speaks of the site and not the matter. */
static bool
is_policy(const struct buf *low)
{
	return holds(low, "terms of use") || holds(low, "privacy policy") ||
	       (holds(low, "cookie") &&
		   (holds(low, "cookie policy") || holds(low, "uses cookies") ||
		       holds(low, "use of cookies") ||
		       holds(low, "use cookies")));
}

static bool
c4_ends(struct str line, enum gopher_dialect dialect)
{
	char c = line.len > 0 ? line.p[line.len - 1] : '\0';

	if (c == '\'' && dialect == GOPHER_DATATROVE)
		return true;
	return (c == '.' || c == '?' || c == '!' || c == '"') &&
	       !str_ends(line, STR("..."));
}

/* Sentences of a line that stays; datatrove's words on the way. */
static size_t
count_sentences(struct gopher *g, struct str line, struct str lang,
    enum gopher_dialect dialect)
{
	if (dialect != GOPHER_DATATROVE)
		return sentence_count(line, sentence_rules(lang));
	ngram_clear(&g->gram);
	datatrove_words(&g->gram, line);
	g->nword += g->gram.nword;
	return datatrove_sentences(&g->gram);
}

/* Turn eight bytes into small letters of ASCII. */
static inline uint64_t
small_eight(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t low = w & 0x7f * ones;

	/* The highest bit of each byte: from 'A' on, but not after 'Z'. */
	low = (low + (0x80 - 'A') * ones) ^ (low + (0x7f - 'Z') * ones);
	return w | (low & ~w & 0x80 * ones) >> 2;
}

/* The line in small letters of ASCII, alone in low. */
static void
put_small(struct buf *low, struct str line)
{
	uint64_t w;
	size_t i;

	low->len = 0;
	buf_reserve(low, line.len);
	for (i = 0; i + sizeof(w) <= line.len; i += sizeof(w)) {
		memcpy(&w, line.p + i, sizeof(w));
		w = small_eight(w);
		memcpy(low->p + i, &w, sizeof(w));
	}
	for (; i < line.len; i++)
		low->p[i] = ascii_lower(line.p[i]);
	low->len = line.len;
}

/* What C4 leaves of the text, into g->c4; returns how many lines went. */
static size_t
measure_c4(struct gopher *g, const struct gopher_plan *plan, struct str text,
    struct str lang, double value[])
{
	struct buf *out = &g->c4;
	struct str rest = text, line;
	size_t i, from, nsentence = 0, nlorem = 0, ncurly = 0, ngone = 0;

	out->len = g->nword = 0;
	for (; line_next(&rest, &line); out->len = from) {
		line = line_strip(line);
		from = out->len;
		ngone++;
		if (!good_words(line, plan->dialect,
			plan->limit[GOPHER_C4_LINE_WORDS],
			plan->limit[GOPHER_C4_WORD_LENGTH]))
			continue;
		if (from > 0)
			buf_putc(out, '\n');
		put_uncited(out, line);
		i = from + (from > 0);
		line = (struct str){out->p + i, out->len - i};
		if (!c4_ends(line, plan->dialect))
			continue;
		put_small(&g->low, line);
		nlorem += holds(&g->low, "lorem ipsum");
		if (holds(&g->low, "javascript"))
			continue;
		ncurly += memchr(line.p, '{', line.len) != NULL;
		if (is_policy(&g->low))
			continue;
		nsentence += count_sentences(g, line, lang, plan->dialect);
		from = out->len;
		ngone--;
	}
	value[GOPHER_C4_SENTENCES] = (double)nsentence;
	value[GOPHER_C4_LOREM_IPSUM] = (double)nlorem;
	value[GOPHER_C4_CURLY] = (double)ncurly;
	value[GOPHER_C4_BAD_WORDS] =
	    plan->bad == NULL ? 0
			      : (double)badwords_count(plan->bad, buf_str(out));
	return ngone;
}

enum { LARGE = 1 << 20, PIECE = 1 << 16 }; /* bytes */

/* The words of a piece that white space ends, as min_words counts them. */
static size_t
piece_words(struct gopher *g, struct str piece, enum gopher_dialect dialect)
{
	struct scan_count count;
	size_t i, n = 0;

	ngram_clear(&g->gram);
	if (dialect != GOPHER_DATATROVE) {
		count = scan_words(&g->gram, piece);
		return count.nword + count.nalone;
	}
	datatrove_words(&g->gram, piece);
	for (i = 0; i < g->gram.nword; i++)
		n += !g->gram.word[i].symbol;
	return n;
}

/*
 * Whether a large text has too many words, which ends its judgement; then the
 * figures of its words are set to a number beyond the limit.
 */
static bool
too_many_words(struct gopher *g, const struct gopher_plan *plan,
    struct str text, double value[])
{
	double limit = plan->limit[GOPHER_MAX_WORDS], n = 0;
	const char *p = text.p, *end = p + text.len, *q;

	if (!plan->decide || text.len < LARGE ||
	    plan->limit[GOPHER_MIN_WORDS] > limit)
		return false;
	while (p < end && n <= limit) {
		q = end - p > PIECE ? p + PIECE : end;
		while (q < end && *q != '\n' && *q != ' ')
			q++;
		n += (double)piece_words(
		    g, (struct str){p, (size_t)(q - p)}, plan->dialect);
		p = q;
	}
	value[GOPHER_MIN_WORDS] = value[GOPHER_MAX_WORDS] = n;
	return n > limit;
}

struct str
gopher_measure(struct gopher *g, const struct gopher_plan *plan,
    struct str text, struct str lang, double value[], size_t *ngone)
{
	size_t i;

	*ngone = 0;
	g->counted = false;
	for (i = 0; i < plan->nset; i++) {
		switch (plan->set[i]) {
		case GOPHER_RULES:
			g->counted = false;
			if (too_many_words(g, plan, text, value))
				break;
			if (plan->dialect == GOPHER_DATATROVE)
				measure_trove(g, plan->limit, text,
				    find_lang(lang), value);
			else
				measure_paper(g, plan->limit, text,
				    find_lang(lang), value);
			g->counted = plan->dialect == GOPHER_DATATROVE;
			break;
		case GOPHER_C4:
			*ngone = measure_c4(g, plan, text, lang, value);
			text = line_strip(buf_str(&g->c4));
			g->counted = plan->dialect == GOPHER_DATATROVE;
			break;
		default:
			measure_fineweb(g, text, plan->dialect, value);
		}
	}
	return text;
}

void
gopher_release(struct gopher *g)
{
	ngram_release(&g->gram);
	free(g->item);
	buf_release(&g->low);
	buf_release(&g->c4);
}
