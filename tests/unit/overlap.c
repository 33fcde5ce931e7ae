/*
 * overlap: which runs two texts have in common, of which collection, how large
 * a part of a text they are, and what is left when they are cut
 */

#include "dedup/overlap.h"

#include "tap.h"

#define TWELVE "b c d e f g h i j k l m"

static const struct overlap_opts plain = {
    .nword = OVERLAP_WORDS, .zero_digits = true};

static void
runs(void)
{
	struct overlap o;
	uint32_t source = 9;

	overlap_init(&o, &plain, NULL);
	ok(!overlap_find(&o, STR("a " TWELVE), &source), "nothing entered");
	ok(overlap_add(&o, STR("a b c d e f g"), 3) && o.run.n == 0,
	    "seven words are no run");
	ok(overlap_add(&o, STR("a " TWELVE " n"), 4) && o.run.n == 2 &&
		overlap_add(&o, STR("A, " TWELVE "!"), 5) && o.run.n == 2,
	    "fourteen are two");
	ok(!overlap_find(&o, STR(TWELVE), &source) &&
		!overlap_find(&o, STR("y " TWELVE " z"), &source),
	    "twelve words in common are not enough");
	ok(overlap_find(&o, STR("x y a " TWELVE " z"), &source) && source == 4,
	    "thirteen are, and the first source has them");
	ok(overlap_add(&o, STR("q 1 q 2 q q q r"), 6) &&
		overlap_find(&o, STR("so: Q 1 q 7 q, q q r. Yes"), &source) &&
		source == 6,
	    "eight words match whole");
	ok(!overlap_find(&o, STR("1 q 2 q q q r"), &source), "and not in part");
	overlap_release(&o);
}

/* A run that ten texts have is common; one that a text has ten times is not. */
static void
common(void)
{
	struct overlap o;
	uint32_t source;
	size_t i;

	overlap_init(&o, &plain, NULL);
	overlap_add(&o,
	    STR("a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b"),
	    0);
	ok(overlap_find(&o, STR("a b a b a b a b a b a b a"), &source),
	    "a run that one text repeats");
	for (i = 0; i < 9; i++)
		overlap_add(&o, STR("x " TWELVE), 0);
	ok(overlap_find(&o, STR("x " TWELVE), &source), "a run of nine texts");
	overlap_add(&o, STR("x " TWELVE " y"), 0);
	ok(!overlap_find(&o, STR("x " TWELVE), &source), "but not of ten");
	ok(overlap_find(&o, STR(TWELVE " y"), &source),
	    "the others of that text count");
	overlap_release(&o);
}

static void
parts(void)
{
	struct overlap_opts opts = {.nword = 3, .share = 0.5};
	struct overlap o;
	uint32_t source;

	overlap_init(&o, &opts, NULL);
	overlap_add(&o, STR("one two three four"), 0);
	ok(overlap_find(&o, STR("one two three four five six"), &source),
	    "two runs of four are half of them");
	ok(!overlap_find(&o, STR("one two three four five six seven"), &source),
	    "two of five are not");
	overlap_release(&o);
	opts = (struct overlap_opts){.nword = 13, .share = 0.5};
	overlap_init(&o, &opts, NULL);
	overlap_add(&o, STR("1 2 3 4 5 6 7 8"), 0);
	ok(overlap_find(&o,
	       STR("a b c d e f g h i j k l m n o p q r s t u v 1 2 3 4 5 6 7 "
		   "8"),
	       &source),
	    "a whole text is enough");
	overlap_release(&o);
}

/* n words that are in no other text. */
static void
put_fill(struct buf *b, char c, size_t n)
{
	for (; n > 0; n--)
		buf_printf(b, "%c%zu ", c, n);
}

static void
cuts(void)
{
	struct overlap_opts opts = {.nword = 3, .cut = true};
	struct buf b = {0};
	struct str rest;
	struct overlap o;
	uint32_t source;
	size_t i;

	overlap_init(&o, &opts, NULL);
	overlap_add(&o, STR("one two three"), 0);
	put_fill(&b, 'a', 99); /* 386 bytes */
	buf_puts(&b, STR("One, two: three! "));
	for (i = 0; i < 250; i++)
		buf_puts(&b, STR("\xc3\xa9"));
	ok(overlap_find(&o, buf_str(&b), &source), "a text to cut");
	rest = overlap_cut(&o, buf_str(&b));
	ok(o.ncut == 1 && o.cut[0].start == 187 && o.cut[0].end == 802,
	    "from 200 code points before to 200 after");
	ok(rest.len == 187 + 1 + 2 * 51 && rest.p[187] == '\n',
	    "the rest is on two lines");
	b.len = 0;
	for (i = 0; i < 3; i++) {
		buf_puts(&b, STR("one two three "));
		put_fill(&b, 'b', i == 1 ? 200 : 20);
	}
	overlap_find(&o, buf_str(&b), &source);
	overlap_cut(&o, buf_str(&b));
	ok(o.ncut == 2, "two that meet are one cut");
	b.len = 0;
	buf_puts(&b, STR("one two three"));
	overlap_find(&o, buf_str(&b), &source);
	ok(overlap_cut(&o, buf_str(&b)).len == 0, "nothing is left");
	buf_release(&b);
	overlap_release(&o);
}

int
main(void)
{
	struct budget budget = {.max = 1024};
	struct overlap o;

	runs();
	common();
	parts();
	cuts();
	overlap_init(&o, &plain, &budget);
	ok(!overlap_add(&o, STR("a " TWELVE), 0), "memory is bounded");
	overlap_release(&o);
	return tap_done();
}
