/* near: a text is found again by a text that resembles it, and by no other */

#include "dedup/near.h"

#include "tap.h"

static const struct near_opts opts = {
    .shingle = 2, .nband = 40, .nrow = 2, .least = 0.6};

static const char *const text[] = {
    "one two three four five six seven eight nine ten",
    "red orange yellow green blue indigo violet black white grey"};

static void
found(void)
{
	struct near n;
	size_t i, number = 9;
	double jaccard = 0;

	near_init(&n, &opts, NULL);
	for (i = 0; i < 2; i++) {
		near_sign(&n, str_of(text[i]));
		ok(!near_find(&n, &number, &jaccard) && near_add(&n),
		    "a new text is not found");
	}
	ok(near_sign(&n, str_of("Red; orange, yellow green blue indigo violet "
				"black white pink")) &&
		near_find(&n, &number, &jaccard) && number == 1,
	    "an edited text is");
	ok(jaccard > 0.79 && jaccard < 0.81, "of ten runs, eight are shared");
	ok(!near_sign(&n, STR(" ... ")), "a text without words");
	ok(!near_find(&n, &number, &jaccard), "is like no text with words");
	ok(near_add(&n) && near_find(&n, &number, &jaccard) && number == 2 &&
		jaccard == 1,
	    "but like another without");
	near_release(&n);
}

/* Texts that differ in a number. */
static void
numbers(void)
{
	static const char *const other[] = {"up 12.4 to -3 in 2019",
	    "up 12.5 to -3 in 2019", "up 124 to -3 in 2019",
	    "up 12.4 to 3 in 2019"};
	struct near_opts o = {
	    .shingle = 9, .nband = 4, .nrow = 1, .least = 0.9};
	struct near n;
	size_t i, zero, number, nfound;
	double jaccard;

	for (zero = 0; zero < 2; zero++) {
		o.zero_digits = zero;
		near_init(&n, &o, NULL);
		near_sign(&n, str_of(other[0]));
		near_add(&n);
		for (i = 1, nfound = 0; i < 4; i++) {
			near_sign(&n, str_of(other[i]));
			nfound += near_find(&n, &number, &jaccard);
		}
		ok(nfound == 3 * zero,
		    zero ? "as 0, numbers are equal" : "numbers count");
		near_release(&n);
	}
}

static void
bounded(void)
{
	struct budget budget = {.max = 4096};
	struct near n;

	near_init(&n, &opts, &budget);
	near_sign(&n, str_of(text[0]));
	ok(!near_add(&n), "memory is bounded");
	near_release(&n);
}

int
main(void)
{
	found();
	numbers();
	bounded();
	return tap_done();
}
