/*
 * chunk: chunks cover the text, keep to their size, and end where they should
 */

#include "text/chunk.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/rng.h"
#include "tap.h"
#include "text/word.h"

static void
properties(void)
{
	static const char *const piece[] = {"word ", "longer ", "stop. ",
	    "Then ", "clause, ", "\n\n", "\xe7\x9a\x84", "\xe3\x80\x82",
	    "e\xcc\x81", "\xcc\x81", "\xff", "a1b2c3d4e5f6a7b8c9d0e1f2", "! "};
	struct arena mem = {0};
	struct buf text = {0};
	struct chunk *chunk;
	struct rng r;
	size_t i, j, n, max, at, nword;
	bool tiles = true, fits = true, counts = true;

	rng_init(&r, 5);
	for (i = 0; i < 30000; i++) {
		text.len = 0;
		n = rng_below(&r, 200);
		for (j = 0; j < n; j++)
			buf_puts(
			    &text, str_of(piece[rng_below(
				       &r, sizeof(piece) / sizeof(piece[0]))]));
		max = 1 + rng_below(&r, 12);
		n = chunk_split(buf_str(&text), STR(""),
		    &(struct chunk_rule){.max = max}, &mem, &chunk);
		for (at = j = 0; j < n; j++) {
			tiles =
			    tiles && chunk[j].start == at && chunk[j].end > at;
			at = chunk[j].end;
			nword = word_count((struct str){
			    text.p + chunk[j].start, at - chunk[j].start});
			fits = fits && nword <= max &&
			       at - chunk[j].start <= max * CHUNK_WORD;
			counts = counts && nword <= chunk[j].size &&
				 chunk[j].size <= max;
		}
		tiles = tiles && at == text.len;
		arena_clear(&mem);
	}
	ok(tiles, "chunks tile any text");
	ok(fits, "no chunk has too many words or bytes");
	ok(counts, "nword is no less than the words of the chunk");
	arena_release(&mem);
	buf_release(&text);
}

/*
 * A tokenizer whose counts do not add up: it has a token for every three
 * bytes, beginning anew after white space, and one for every 64 bytes of a
 * piece.
 */
static size_t
count(void *context, struct str piece)
{
	size_t i, n = piece.len / 64, run = 0;

	*(size_t *)context += piece.len;
	for (i = 0; i < piece.len; i++) {
		n += run % 3 == 0;
		run = piece.p[i] == ' ' ? 0 : run + 1;
	}
	return n;
}

/*
 * Chunks of texts by tokens: they cover the text, or overlap, and keep to
 * their size.
 */
static void
tokens(void)
{
	static const char *const piece[] = {"word ", "longer ", "stop. ",
	    "Then ", "clause, ", "\n\n", "\xe7\x9a\x84", "\xe3\x80\x82",
	    "e\xcc\x81", "a1b2c3d4e5f6a7b8c9d0e1f2", "! "};
	size_t i, j, n, at, counted = 0;
	struct chunk_rule rule = {.count = count, .context = &counted};
	struct arena mem = {0};
	struct buf text = {0};
	struct chunk *chunk;
	struct rng r;
	bool tiles = true, fits = true, laps = true, some = false;

	rng_init(&r, 7);
	for (i = 0; i < 20000; i++) {
		text.len = 0;
		n = rng_below(&r, 200);
		for (j = 0; j < n; j++)
			buf_puts(
			    &text, str_of(piece[rng_below(
				       &r, sizeof(piece) / sizeof(piece[0]))]));
		rule.max = 1 + rng_below(&r, 40);
		rule.overlap = i % 2 ? rng_below(&r, rule.max) : 0;
		n = chunk_split(buf_str(&text), STR(""), &rule, &mem, &chunk);
		for (at = j = 0; j < n; j++) {
			tiles = tiles && chunk[j].end > at &&
				chunk[j].start <= at &&
				(rule.overlap > 0 || chunk[j].start == at);
			laps = laps && count(&counted,
					   (struct str){text.p + chunk[j].start,
					       at - chunk[j].start}) <=
					   rule.overlap + 3;
			some = some || chunk[j].start < at;
			at = chunk[j].end;
			fits = fits &&
			       (chunk[j].size <= rule.max ||
				   chunk[j].end - chunk[j].start <= 4) &&
			       chunk[j].size ==
				   count(&counted,
				       (struct str){text.p + chunk[j].start,
					   at - chunk[j].start});
		}
		tiles = tiles && at == text.len;
		arena_clear(&mem);
	}
	ok(tiles, "chunks by tokens tile any text, or overlap");
	ok(fits, "no chunk has too many tokens, and each tells its own");
	ok(laps && some,
	    "what two chunks have in common is no more than asked");

	text.len = 0;
	for (i = 0; i < 200000; i++)
		buf_puts(&text, STR("longer words, and no stop "));
	counted = 0;
	rule.max = 500;
	rule.overlap = 0;
	n = chunk_split(buf_str(&text), STR(""), &rule, &mem, &chunk);
	ok(counted < 40 * text.len && n < 9000,
	    "a text without a stop is counted a few times");
	arena_release(&mem);
	buf_release(&text);
}

/* The chunks of text joined by bars. */
static bool
cuts(const char *text, size_t max, const char *want)
{
	struct arena mem = {0};
	struct buf b = {0};
	struct chunk *chunk;
	size_t i, n = chunk_split(str_of(text), STR(""),
		      &(struct chunk_rule){.max = max}, &mem, &chunk);
	bool same;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, '|');
		buf_put(
		    &b, text + chunk[i].start, chunk[i].end - chunk[i].start);
	}
	same = str_eq(buf_str(&b), str_of(want));
	if (!same)
		printf("# %.*s\n", (int)b.len, b.p);
	buf_release(&b);
	arena_release(&mem);
	return same;
}

int
main(void)
{
	ok(cuts("", 5, ""), "an empty text has no chunk");
	ok(cuts("One two. Three four. Five six.", 6,
	       "One two. Three four. Five six."),
	    "what fits is one chunk");
	ok(cuts("One two. Three four. Five six. Seven.", 4,
	       "One two. Three four. |Five six. Seven."),
	    "cut where sentences end");
	ok(cuts("A b. C d. E f. G h. I.", 8, "A b. C d. |E f. G h. I."),
	    "a short last chunk is evened out");
	ok(cuts("one two, three four five, six seven eight", 6,
	       "one two, three four five, |six seven eight"),
	    "a long sentence is cut after a clause");
	ok(cuts("one, two three four five six seven", 4,
	       "one, two three four |five six seven"),
	    "or after a word");
	ok(cuts("e\xcc\x81"
		"bcdefghijklmnopqrstuvwxyzabcde\xcc\x81xy",
	       1,
	       "e\xcc\x81"
	       "bcdefghijklmnopqrstuvwxyzabcd|e\xcc\x81xy"),
	    "a long word between grapheme clusters");
	properties();
	tokens();
	return tap_done();
}
