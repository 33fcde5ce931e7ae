/* syllable: the syllables of known words, counted and remembered */

#include "quality/syllable.h"

#include "base/hash.h"
#include "tap.h"

static struct syllable syllable;

static size_t
count(const char *word)
{
	struct str s = str_of(word);

	return syllable_count(&syllable, s, hash_64(s.p, s.len, 0));
}

static void
test_syllables(void)
{
	static const struct {
		const char *word;
		size_t n;
	} known[] = {{"the", 1}, {"a", 1}, {"table", 2}, {"people", 2},
	    {"created", 3}, {"area", 3}, {"science", 2}, {"walked", 1},
	    {"wanted", 2}, {"business", 2}, {"every", 3}, {"don't", 1},
	    {"couldn't", 2}, {"university", 5}, {"company", 3}, {"being", 2},
	    {"houses", 2}, {"makes", 1}, {"something", 2}, {"really", 2},
	    {"idea", 3}, {"were", 1}, {"one", 1}, {"2009", 1}, {"20th", 1},
	    {"information", 4}, {"caf\xc3\xa9", 2}, {"rhythm", 2}};
	size_t i, round;
	bool good;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		good = true;
		for (round = 0; round < 2; round++) /* counted, remembered */
			good = good && count(known[i].word) == known[i].n;
		ok(good, known[i].word);
	}
}

/* The expected number is near to the counted one, and is remembered as well. */
static void
test_expected(void)
{
	static const char *const word[] = {"a", "the", "table", "area",
	    "university", "incomprehensibilities", "aaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "zyx", "\xc3\xa9t\xc3\xa9"};
	uint64_t hash, first;
	struct str s;
	size_t i;
	bool close = true, again = true;

	for (i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		s = str_of(word[i]);
		hash = hash_64(s.p, s.len, 0);
		first = syllable_expected(&syllable, s, hash);
		again = again && syllable_expected(&syllable, s, hash) == first;
		close =
		    close && first > 0 && first < 1000 * (count(word[i]) + 1);
	}
	ok(close, "the expected count is near the counted one");
	ok(again, "and the same when it is asked for again");
}

/*
 * Two words with the same place in the table: neither is taken for the other.
 */
static void
test_places(void)
{
	uint64_t hash = 7, other = hash + SYLLABLE_NKNOWN;
	bool good = true;
	int round;

	for (round = 0; round < 3; round++)
		good = good &&
		       syllable_count(&syllable, STR("table"), hash) == 2 &&
		       syllable_count(&syllable, STR("university"), other) == 5;
	ok(good, "words that share a place of the table");
}

int
main(void)
{
	syllable_init(&syllable);
	test_syllables();
	test_expected();
	test_places();
	syllable_release(&syllable);
	return tap_done();
}
