/*
 * passages: what is left of texts, and in which text the first copy stays; the
 * runs themselves are compared with a search in suffix.c
 */

#include "dedup/passages.h"

#include "tap.h"

static const char *const text[] = {
    "a b c d e", "x\n\na b c y d e", "", "b c d e b c d", "z a b c\nb c d e w"};
enum { NTEXT = sizeof(text) / sizeof(text[0]) };

static void
open_all(struct passages *p, bool places)
{
	size_t i;

	passages_init(p, 3, places, NULL);
	for (i = 0; i < NTEXT; i++)
		passages_add(p, str_of(text[i]));
	passages_find(p);
}

static void
rests(bool places)
{
	static const char *const want[] = {
	    "a b c d e", "x\n\ny d e", "", "", "z w"};
	static const bool cut[] = {false, true, false, true, true};
	struct passages p;
	struct str rest;
	size_t i;
	bool good = true;

	open_all(&p, places);
	for (i = 0; i < NTEXT; i++)
		good &= passages_cut(&p, str_of(text[i]), &rest) == cut[i] &&
			str_eq(rest, str_of(want[i]));
	ok(good, places ? "the same with places" : "what is left");
	ok(places || p.nplace == 0, "places only where they are asked for");
	passages_release(&p);
}

static bool
is_place(
    const struct passages *p, size_t i, size_t start, size_t end, size_t of)
{
	return i < p->nplace && p->place[i].start == start &&
	       p->place[i].end == end && p->place[i].text == of;
}

static void
places(void)
{
	struct passages p;
	struct str rest;
	size_t i, nplace[NTEXT];

	open_all(&p, true);
	for (i = 0; i < NTEXT; i++) {
		passages_cut(&p, str_of(text[i]), &rest);
		nplace[i] = p.nplace;
		if (i == 1)
			ok(is_place(&p, 0, 3, 8, 0), "a place in a text");
	}
	ok(nplace[0] == 0 && nplace[1] == 1 && nplace[2] == 0, "their number");
	ok(is_place(&p, 0, 2, 15, 0),
	    "runs that meet and stay in one text make one place");
	passages_release(&p);
}

static void
bounded(void)
{
	struct budget budget = {.max = 50};
	struct passages p;

	passages_init(&p, 3, true, &budget);
	ok(!passages_add(&p, STR("some words that need more than that")) &&
		!p.suffix.full,
	    "memory is bounded");
	passages_release(&p);
}

int
main(void)
{
	rests(false);
	rests(true);
	places();
	bounded();
	return tap_done();
}
