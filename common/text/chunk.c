#include "text/chunk.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "text/sentence.h"
#include "text/word.h"

/*
 * A text is chunked in two steps.  First it is cut into units, which are
 * sentences, or pieces of long ones, each small enough for a chunk.  Then units
 * are packed into chunks, in order.
 */
struct units {
	struct chunk *p; /* (n) */
	size_t n, cap;
	struct arena *mem;
};

static void
add_unit(struct units *u, size_t start, size_t end, size_t size)
{
	struct chunk *p;

	if (u->n == u->cap) {
		u->cap = u->cap > 0 ? 2 * u->cap : 64;
		p = arena_alloc(u->mem, u->cap * sizeof(*p));
		if (u->n > 0)
			memcpy(p, u->p, u->n * sizeof(*p));
		u->p = p;
	}
	u->p[u->n++] = (struct chunk){start, end, size};
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
		/* A cluster that is too long is cut between code points. */
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

/* Where a unit that is being filled may end. */
struct cut {
	size_t at, nword;
};

/*
 * Cut the sentence [start, end) of nword words into units of at most max_words:
 * of even size, each after the clause that ends next to it in its second half,
 * else after a word.
 */
static void
cut_sentence(struct units *u, struct str text, size_t start, size_t end,
    size_t nword, size_t max_words)
{
	struct str rest = {text.p + start, end - start}, word, next;
	struct cut clause = {0}, even = {0}, cut;
	size_t max_len = max_words * CHUNK_WORD, n = 0, at, after, want;

	want = even_share(nword, max_words);
	while (rest.len > 0) {
		at = (size_t)(rest.p - text.p);
		word_next(&rest, &word);
		next = rest; /* white space after a word goes with it */
		after =
		    word_next(&next, &word) ? (size_t)(word.p - text.p) : end;
		rest = (struct str){text.p + after, end - after};
		if (n > 0 && (n == max_words || after - start > max_len)) {
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
		if (after - start > max_len) {
			if (n > 0)
				add_unit(u, start, at, n);
			cut_word(u, text, at, after, max_len);
			start = after;
			nword -= n + 1;
			n = 0;
			want = even_share(nword, max_words);
			clause = even = (struct cut){0};
			continue;
		}
		n++;
		if (n == want)
			even = (struct cut){after, n};
		if (2 * n > want && after < end &&
		    (clause.nword == 0 || n <= want) &&
		    ends_clause(
			str_trim((struct str){text.p + at, after - at})))
			clause = (struct cut){after, n};
	}
	if (start < end)
		add_unit(u, start, end, n);
}

/* Places where a long sentence may be cut, in the order of the text. */
struct places {
	size_t *at; /* (n): offsets in the text */
	size_t n, cap;
};

static void
add_place(struct places *p, struct arena *mem, size_t at)
{
	size_t *more;

	if (p->n == p->cap) {
		p->cap = p->cap > 0 ? 2 * p->cap : 64;
		more = arena_alloc(mem, p->cap * sizeof(*more));
		if (p->n > 0)
			memcpy(more, p->at, p->n * sizeof(*more));
		p->at = more;
	}
	p->at[p->n++] = at;
}

/* The ends of the words, or of the grapheme clusters, of [start, end). */
static void
find_places(struct places *p, struct arena *mem, struct str text, size_t start,
    size_t end, bool words)
{
	struct str rest = {text.p + start, end - start}, word, next;
	size_t at = start;

	p->n = 0;
	while (rest.len > 0) {
		if (words) {
			word_next(&rest, &word);
			next = rest;
			at = word_next(&next, &word) ? (size_t)(word.p - text.p)
						     : end;
		} else {
			at += utf8_grapheme(rest);
		}
		rest = (struct str){text.p + at, end - at};
		add_place(p, mem, at);
	}
}

/*
 * The greatest place whose piece from start on has at most max tokens, or
 * nearly so; its index + 1, and *size.  0: none has.  Tokens grow about as
 * bytes do, so that a few guesses are enough.
 */
static size_t
last_that_fits(const struct places *p, struct str text, size_t start,
    const struct chunk_rule *rule, size_t *size)
{
	size_t low = 0, high = p->n, probe = p->n - 1, n, span, want, guess;

	while (low < high) {
		span = p->at[probe] - start;
		n = rule->count(
		    rule->context, (struct str){text.p + start, span});
		if (n <= rule->max) {
			low = probe + 1;
			*size = n;
			if (low == high || 16 * n >= 15 * rule->max)
				break;
		} else {
			high = probe;
			if (low == high)
				break;
		}
		want = start + (size_t)((double)span * (double)rule->max /
					(double)(n > 0 ? n : 1));
		guess = low;
		while (guess + 1 < high && p->at[guess + 1] <= want)
			guess++;
		/* at least a quarter of what is left is decided */
		span = (high - low) / 4;
		probe = guess < low + span	  ? low + span
			: guess + 1 + span > high ? high - 1 - span
						  : guess;
	}
	return low;
}

/* The last place in the second half of [start, p->at[n - 1]) after a clause. */
static size_t
clause_place(const struct places *p, struct str text, size_t start, size_t n)
{
	size_t half = start + (p->at[n - 1] - start) / 2, i;

	for (i = n; i-- > 0 && p->at[i] > half;)
		if (ends_clause(str_trim(
			(struct str){text.p + start, p->at[i] - start})))
			return i + 1;
	return n;
}

/* Cut the sentence [start, end) into units of at most rule->max tokens. */
static void
cut_counted(struct units *u, struct str text, size_t start, size_t end,
    const struct chunk_rule *rule)
{
	struct places p = {0};
	size_t n, size = 0, cut, stop;
	bool words = true;

	while (start < end) {
		stop = end - start < rule->max * CHUNK_WORD
			   ? end
			   : start + rule->max * CHUNK_WORD;
		while (
		    stop < end && ((unsigned char)text.p[stop] & 0xc0) == 0x80)
			stop--;
		find_places(&p, u->mem, text, start, stop, words);
		n = last_that_fits(&p, text, start, rule, &size);
		if (n == 0 && words) {
			words = false;
			continue;
		}
		/* a single cluster cannot be cut: it stays as it is */
		if (n == 0) {
			n = 1;
			size = rule->count(rule->context,
			    (struct str){text.p + start, p.at[0] - start});
		}
		cut = words && p.at[n - 1] < end
			  ? clause_place(&p, text, start, n)
			  : n;
		if (cut < n)
			size = rule->count(
			    rule->context, (struct str){text.p + start,
					       p.at[cut - 1] - start});
		add_unit(u, start, p.at[cut - 1], size);
		start = p.at[cut - 1];
		words = true;
	}
}

/* Sentences, and pieces of those that are too long, as units. */
static void
find_units(struct units *u, struct str text, struct str lang,
    const struct chunk_rule *rule)
{
	const struct sentence_rules *rules = sentence_rules(lang);
	struct str rest = text, sentence;
	size_t at, size;

	while (sentence_next(&rest, rules, &sentence)) {
		at = (size_t)(sentence.p - text.p);
		if (sentence.len > rule->max * CHUNK_WORD)
			size = rule->max + 1;
		else if (rule->count != NULL)
			size = rule->count(rule->context, sentence);
		else
			size = word_count(sentence);
		if (size <= rule->max)
			add_unit(u, at, at + sentence.len, size);
		else if (rule->count != NULL)
			cut_counted(u, text, at, at + sentence.len, rule);
		else
			cut_sentence(u, text, at, at + sentence.len,
			    word_count(sentence), rule->max);
	}
}

/*
 * Whether a chunk may take up a unit, and its size then.  Tokens of two pieces
 * may run together, so that they are counted again where it matters.
 */
static bool
takes(const struct chunk *c, const struct chunk *unit, struct str text,
    const struct chunk_rule *rule, size_t *size)
{
	size_t len = unit->end - c->start;

	*size = c->size + unit->size;
	if (len > rule->max * CHUNK_WORD ||
	    (rule->count == NULL && *size > rule->max) ||
	    (rule->count != NULL && *size > rule->max + rule->max / 4 + 2))
		return false;
	if (rule->count != NULL)
		*size = rule->count(
		    rule->context, (struct str){text.p + c->start, len});
	return *size <= rule->max;
}

/*
 * A chunk that begins with unit i, and before it with as many of the units from
 * first on as the overlap holds and as leave room for i.
 */
static struct chunk
begin_chunk(const struct units *u, size_t first, size_t i, struct str text,
    const struct chunk_rule *rule)
{
	struct chunk c = u->p[i], lap = {0, 0, 0};
	size_t back, size;

	for (back = i; back > first; back--) {
		lap.start = u->p[back - 1].start;
		lap.size += u->p[back - 1].size;
		if (lap.size > rule->overlap ||
		    !takes(&lap, &u->p[i], text, rule, &size))
			break;
		c.start = lap.start;
		c.size = size;
	}
	return c;
}

/* Move the cut between the last two chunks to where it halves them best. */
static void
even_out(struct chunk *chunk, size_t n, const struct units *u, size_t first,
    struct str text, const struct chunk_rule *rule)
{
	struct chunk last = chunk[n - 1], prev = chunk[n - 2];
	size_t total = 0, head = 0, i;

	if (2 * last.size >= rule->max)
		return;
	for (i = first; i < u->n; i++)
		total += u->p[i].size;
	for (i = first; i < u->n; i++) {
		if (2 * (head + u->p[i].size) > total &&
		    2 * (head + u->p[i].size) - total > total - 2 * head)
			break;
		head += u->p[i].size;
	}
	if (i == first || i == u->n || total - head > rule->max ||
	    last.end - u->p[i].start > rule->max * CHUNK_WORD)
		return;
	prev.end = last.start = u->p[i].start;
	prev.size = head;
	last.size = total - head;
	if (rule->count != NULL) {
		prev.size = rule->count(rule->context,
		    (struct str){text.p + prev.start, prev.end - prev.start});
		last.size = rule->count(rule->context,
		    (struct str){text.p + last.start, last.end - last.start});
		if (prev.size > rule->max || last.size > rule->max)
			return;
	}
	chunk[n - 1] = last;
	chunk[n - 2] = prev;
}

size_t
chunk_split(struct str text, struct str lang, const struct chunk_rule *rule,
    struct arena *mem, struct chunk **chunk)
{
	struct units u = {.mem = mem};
	struct chunk *c;
	size_t n = 0, i, first = 0, size;

	find_units(&u, text, lang, rule);
	*chunk = c = arena_alloc(mem, (u.n + 1) * sizeof(*c));
	for (i = 0; i < u.n; i++) {
		if (n > 0 && takes(&c[n - 1], &u.p[i], text, rule, &size)) {
			c[n - 1].end = u.p[i].end;
			c[n - 1].size = size;
			continue;
		}
		c[n++] = begin_chunk(&u, first, i, text, rule);
		first = i;
	}
	if (n > 1 && rule->overlap == 0) {
		for (first = u.n; u.p[first - 1].start > c[n - 2].start;
		     first--)
			;
		even_out(c, n, &u, first - 1, text, rule);
	}
	return n;
}
