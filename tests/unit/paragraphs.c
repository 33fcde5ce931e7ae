/* paragraphs: which lines of a text are cut, and what is left */

#include "dedup/paragraphs.h"

#include "tap.h"

static bool
is(struct paragraphs *p, const char *text, const char *rest, size_t ncut,
    size_t nnew)
{
	struct paragraphs_cut cut;

	return paragraphs_cut(p, str_of(text), &cut) &&
	       str_eq(cut.rest, str_of(rest)) && cut.ncut == ncut &&
	       cut.nnew == nnew;
}

/*
 * Which lines are compared as they are, which are too short, and which are
 * repeated only in their own text.
 */
static void
careful(void)
{
	const struct paragraphs_opts opts = {.least = 3};
	struct paragraphs_cut cut;
	struct paragraphs p;
	struct hashset seen;

	hashset_init(&seen, false, NULL);
	paragraphs_init(&p, &opts, &seen);
	ok(is(&p, "Up 1.5 per cent\nYes.\nYes.\nup 1.5 per cent!",
	       "Up 1.5 per cent\nYes.\nYes.\nup 1.5 per cent!", 0, 4),
	    "nothing is cut within a text");
	ok(is(&p, "Up 15 per cent\nUp -1.5 per cent\nup .15 per cent",
	       "Up 15 per cent\nUp -1.5 per cent\nup .15 per cent", 0, 3),
	    "numbers count, with their marks");
	ok(is(&p, "UP 1.5 per cent.\nYes.\nNo.", "Yes.\nNo.", 1, 1),
	    "a short line stays where a long one is cut");
	ok(paragraphs_cut(&p, STR("no\nyes\n"), &cut) && cut.ncut == 0 &&
		cut.nnew == 0 && cut.ncompared == 2,
	    "short lines count when all lines of a text came before");
	paragraphs_release(&p);
	hashset_release(&seen);
}

int
main(void)
{
	const struct paragraphs_opts ccnet = {
	    .least = 1, .within = true, .zero_digits = true};
	struct budget budget = {.max = 1024};
	struct paragraphs_cut cut;
	struct paragraphs p;
	struct hashset seen;

	careful();

	hashset_init(&seen, false, NULL);
	paragraphs_init(&p, &ccnet, &seen);
	ok(is(&p, " One.\n\nTwo: 11\n", " One.\n\nTwo: 11\n", 0, 2),
	    "a new text stays as it is");
	ok(is(&p, "Zero\n\none!\n\nThree\n", "Zero\n\nThree", 1, 2),
	    "a paragraph is cut with the blank line after it");
	ok(is(&p, "two 99\n--\n--", "--\n--", 1, 0),
	    "digits are equal; a line without letters and digits stays");
	ok(is(&p, "Four\nfour", "Four", 1, 1), "a text's own paragraph");
	ok(is(&p, "one\ntwo 34", "", 2, 0), "nothing is left");
	ok(is(&p, "", "", 0, 0), "an empty text");
	ok(paragraphs_cut(&p, STR("one\nfive"), &cut) && cut.len_cut == 4,
	    "the bytes that went");
	paragraphs_release(&p);
	hashset_release(&seen);

	hashset_init(&seen, false, &budget);
	paragraphs_init(&p, &ccnet, &seen);
	ok(!paragraphs_cut(&p, STR("one"), &cut), "memory is bounded");
	paragraphs_release(&p);
	hashset_release(&seen);
	return tap_done();
}
