/* overlap: a run of 13 words in common, and of which collection it is */

#include "dedup/overlap.h"

#include "tap.h"

#define TWELVE "b c d e f g h i j k l m"

int
main(void)
{
	struct budget budget = {.max = 1024};
	struct overlap o;
	uint32_t source = 9;

	overlap_init(&o, NULL);
	ok(!overlap_find(&o, STR("a " TWELVE), &source), "nothing entered");
	ok(overlap_add(&o, STR(TWELVE), 3) && o.run.n == 0,
	    "twelve words are no run");
	ok(overlap_add(&o, STR("a " TWELVE " n"), 4) && o.run.n == 2 &&
		overlap_add(&o, STR("A, " TWELVE "!"), 5) && o.run.n == 2,
	    "fourteen are two");
	ok(!overlap_find(&o, STR(TWELVE), &source) &&
		!overlap_find(&o, STR("y " TWELVE " z"), &source),
	    "twelve words in common are not enough");
	ok(overlap_find(&o, STR("x y a " TWELVE " z"), &source) && source == 4,
	    "thirteen are, and the first source has them");
	overlap_release(&o);

	overlap_init(&o, &budget);
	ok(!overlap_add(&o, STR("a " TWELVE), 0), "memory is bounded");
	overlap_release(&o);
	return tap_done();
}
