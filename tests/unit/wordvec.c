/* wordvec: the format in the forms that files have it, and what is refused */

#include "classify/wordvec.h"

#include "tap.h"

/* How many vectors of sum 3 are read, and whether the end is correct. */
static size_t
count(const char *text, bool *whole)
{
	struct wordvec w;
	struct str word;
	float value[2];
	size_t n = 0;

	*whole = false;
	if (!wordvec_open(&w, str_of(text)) || w.dim != 2)
		return 0;
	while (wordvec_next(&w, &word, value))
		n += value[0] + value[1] == 3;
	*whole = w.nword == 0;
	return n;
}

int
main(void)
{
	static const char *const none[] = {"", "2", "0 2\n", "x 2\na 1 2\n",
	    "1 0\na\n", "-1 2\na 1 2\n", "3 2\na 1 2\n", "99999999999 2\na 1 2",
	    "1 4294967297\na 1 2"};
	static const char *const broken[] = {"1 2\nabcdefg 1\n", "1 2\na 1 x\n",
	    "1 2\na nan 2\n", "1 2\na inf 2\n", "1 2\na 1e99 2\n",
	    "2 2\nab 1 2\nbcdefg 1\n"};
	struct wordvec w;
	struct str word;
	bool whole, good = true;
	size_t i;

	ok(count("2 2\na 1 2\n</s> 2.5 5e-1\n", &whole) == 2 && whole,
	    "words and their numbers");
	ok(count("2 2\r\na 1 2 \r\n\xc3\xa9 -1\t4", &whole) == 2 && whole,
	    "blanks at line ends, no last line feed, other letters");
	ok(wordvec_open(&w, STR("1 2\nthe x y\n")) &&
		wordvec_next(&w, &word, NULL) && str_eq(word, STR("the")) &&
		!wordvec_next(&w, &word, NULL) && w.nword == 0,
	    "numbers that are passed over");
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		good &= !wordvec_open(&w, str_of(none[i])) || w.dim == 0;
	ok(good, "heads that are none, or more than the file holds");
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		count(broken[i], &whole);
		good &= !whole;
	}
	ok(good, "what is no number, or is missing");
	return tap_done();
}
