#include "text/chunk.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "text/sentence.h"
#include "text/word.h"

/*
 * First the text is cut into units, sentences or pieces of long ones, each of
 * which fits a chunk; then units are packed into chunks in order.
 */
struct units {
	struct chunk *p; /* (n) */
	size_t n, cap;
	struct arena *mem;
};

static void
add_unit(struct units *u, size_t start, size_t end, size_t nword)
{
	struct chunk *p;

	if (u->n == u->cap) {
		u->cap = u->cap > 0 ? 2 * u->cap : 64;
		p = arena_alloc(u->mem, u->cap * sizeof(*p));
		if (u->n > 0)
			memcpy(p, u->p, u->n * sizeof(*p));
		u->p = p;
	}
	u->p[u->n++] = (struct chunk){start, end, nword};
}

/* Whether a clause ends with the word. */
static bool
ends_clause(struct str word)
{
	static const char *const mark[] = {",", ";", ":", "\xe2\x80\x94",
	    "\xe2\x80\x93", "\xef\xbc\x8c", "\xe3\x80\x81", "\xef\xbc\x9b"};
	size_t i, len;

	for (i = 0; i < sizeof(mark) / sizeof(mark[0]); i++) {
		len = strlen(mark[i]);
		if (word.len >= len &&
		    memcmp(word.p + word.len - len, mark[i], len) == 0)
			return true;
	}
	return false;
}

/* Cut a word, with the white space around it, into pieces of at most max. */
static void
cut_word(struct units *u, struct str text, size_t start, size_t end, size_t max)
{
	struct str rest;
	size_t len, piece = start;

	for (rest = (struct str){text.p + start, end - start}; rest.len > 0;
	     rest.p += len, rest.len -= len) {
		/* A cluster without end is cut between code points. */
		len = utf8_grapheme(
		    (struct str){rest.p, rest.len < max ? rest.len : max});
		if ((size_t)(rest.p - text.p) + len - piece > max) {
			add_unit(u, piece, (size_t)(rest.p - text.p), 1);
			piece = (size_t)(rest.p - text.p);
		}
	}
	add_unit(u, piece, end, 1);
}

/* Words of each piece when nword of them are cut into the fewest that fit. */
static size_t
even_share(size_t nword, size_t max_words)
{
	size_t npiece = (nword + max_words - 1) / max_words;

	return npiece > 0 ? (nword + npiece - 1) / npiece : 0;
}

/* Where a unit that is being filled could end. */
struct cut {
	size_t at, nword;
};

/*
 * Cut the sentence [start, end) of nword words into units of at most max_words:
 * of even size, each behind the clause that ends next to it in its second half,
 * else behind a word.
 */
static void
cut_sentence(struct units *u, struct str text, size_t start, size_t end,
    size_t nword, size_t max_words)
{
	struct str rest = {text.p + start, end - start}, word, next;
	struct cut clause = {0}, even = {0}, cut;
	size_t max_len = max_words * CHUNK_WORD, n = 0, at, behind, want;

	want = even_share(nword, max_words);
	while (rest.len > 0) {
		at = (size_t)(rest.p - text.p);
		word_next(&rest, &word);
		next = rest; /* white space behind a word goes with it */
		behind =
		    word_next(&next, &word) ? (size_t)(word.p - text.p) : end;
		rest = (struct str){text.p + behind, end - behind};
		if (n > 0 && (n == max_words || behind - start > max_len)) {
			cut = clause.nword > 0 ? clause
			      : even.nword > 0 ? even
					       : (struct cut){at, n};
			add_unit(u, start, cut.at, cut.nword);
			start = cut.at;
			n -= cut.nword;
			nword -= cut.nword;
			want = even_share(nword, max_words);
			clause = even = (struct cut){0};
		}
		if (behind - start > max_len) {
			if (n > 0)
				add_unit(u, start, at, n);
			cut_word(u, text, at, behind, max_len);
			start = behind;
			nword -= n + 1;
			n = 0;
			want = even_share(nword, max_words);
			clause = even = (struct cut){0};
			continue;
		}
		n++;
		if (n == want)
			even = (struct cut){behind, n};
		if (2 * n > want && behind < end &&
		    (clause.nword == 0 || n <= want) &&
		    ends_clause(
			str_trim((struct str){text.p + at, behind - at})))
			clause = (struct cut){behind, n};
	}
	if (start < end)
		add_unit(u, start, end, n);
}

/* Move the cut between the last two chunks to where it halves them best. */
static void
even_out(struct chunk *chunk, size_t n, const struct units *u, size_t first,
    size_t max_words)
{
	struct chunk *last = &chunk[n - 1], *prev = &chunk[n - 2];
	size_t total = prev->nword + last->nword, head = 0, i;

	if (2 * last->nword >= max_words)
		return;
	for (i = first; i < u->n; i++) {
		if (2 * (head + u->p[i].nword) > total &&
		    2 * (head + u->p[i].nword) - total > total - 2 * head)
			break;
		head += u->p[i].nword;
	}
	if (i == first || i == u->n || total - head > max_words ||
	    last->end - u->p[i].start > max_words * CHUNK_WORD)
		return;
	prev->end = last->start = u->p[i].start;
	prev->nword = head;
	last->nword = total - head;
}

size_t
chunk_split(struct str text, struct str lang, size_t max_words,
    struct arena *mem, struct chunk **chunk)
{
	const struct sentence_rules *rules = sentence_rules(lang);
	struct units u = {.mem = mem};
	struct str rest = text, sentence;
	struct chunk *c;
	size_t n = 0, i, at, nword, first;

	while (sentence_next(&rest, rules, &sentence)) {
		at = (size_t)(sentence.p - text.p);
		nword = word_count(sentence);
		if (nword > max_words || sentence.len > max_words * CHUNK_WORD)
			cut_sentence(
			    &u, text, at, at + sentence.len, nword, max_words);
		else
			add_unit(&u, at, at + sentence.len, nword);
	}
	*chunk = c = arena_alloc(mem, (u.n + 1) * sizeof(*c));
	for (i = 0; i < u.n; i++) {
		if (n > 0 && c[n - 1].nword + u.p[i].nword <= max_words &&
		    u.p[i].end - c[n - 1].start <= max_words * CHUNK_WORD) {
			c[n - 1].end = u.p[i].end;
			c[n - 1].nword += u.p[i].nword;
			continue;
		}
		c[n++] = u.p[i];
	}
	if (n > 1) {
		for (first = u.n; u.p[first - 1].start > c[n - 2].start;
		     first--)
			;
		even_out(c, n, &u, first - 1, max_words);
	}
	return n;
}
