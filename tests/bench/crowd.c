/*
 * crowd - records for tests/bench/dedup-steps.py, one in five made from another
 *
 * usage: crowd FIRST FROM TO LEAST MOST
 *
 * Writes the records FROM to TO of those whose numbers begin with FIRST, each
 * of LEAST to MOST words.  Of ten records one is made from any record before
 * it, and one from a record shortly before it, which may be such a copy itself;
 * the last word of a copy is replaced by another.
 */

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/rng.h"

enum { NWORD = 20000, WORD_LEN = 10, RECENT = 1000 };

/* From two to four syllables each. */
static void
make_words(char word[NWORD][WORD_LEN])
{
	struct rng r;
	size_t i, k, n;

	for (i = 0; i < NWORD; i++) {
		rng_init(&r, i);
		n = 2 * (2 + rng_below(&r, 3));
		for (k = 0; k < n; k += 2) {
			word[i][k] = "bdfgklmnprst"[rng_below(&r, 12)];
			word[i][k + 1] = "aeiou"[rng_below(&r, 5)];
		}
		word[i][n] = 0;
	}
}

/* The text of record i as it was made, of least to most words. */
static void
make_text(struct buf *text, char word[NWORD][WORD_LEN], uint64_t i,
    uint64_t least, uint64_t most)
{
	struct rng r;
	uint64_t n;

	rng_init(&r, i);
	text->len = 0;
	for (n = least + rng_below(&r, most - least + 1); n > 0; n--) {
		buf_puts(text, str_of(word[rng_below(&r, NWORD)]));
		if (n > 1)
			buf_putc(text, ' ');
	}
}

/* Put another word in place of the last. */
static void
change(struct buf *text, const char *word)
{
	while (text->p[text->len - 1] != ' ')
		text->len--;
	buf_puts(text, str_of(word));
}

int
main(int argc, char *argv[])
{
	static char word[NWORD][WORD_LEN];
	static struct buf recent[RECENT];
	struct buf *text, *other;
	uint64_t arg[5], i, first, least, most;
	struct rng r;

	if (argc < 6)
		return 0;
	for (i = 0; i < 5; i++)
		arg[i] = cli_size("number", argv[i + 1], 0, SIZE_MAX);
	first = arg[0];
	least = arg[3];
	most = arg[4];
	make_words(word);
	for (i = arg[1]; i < arg[2]; i++) {
		text = &recent[i % RECENT];
		other = &recent[(i - 5 - 7 * (1 + i % 90)) % RECENT];
		rng_init(&r, ~i);
		if (i % 10 == 9 && i - arg[1] >= RECENT) {
			text->len = 0;
			buf_puts(text, buf_str(other));
			change(text, word[i % NWORD]);
		} else if (i % 10 == 4 && i > first) {
			make_text(text, word, first + rng_below(&r, i - first),
			    least, most);
			change(text, word[i % NWORD]);
		} else
			make_text(text, word, i, least, most);
		printf("{\"id\":\"%" PRIu64 "\",\"text\":\"%.*s\"}\n", i,
		    (int)text->len, text->p);
	}
	for (i = 0; i < RECENT; i++)
		buf_release(&recent[i]);
	return 0;
}
