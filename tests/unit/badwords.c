/* badwords: where a word of a list occurs, and where it only seems to */

#include "quality/badwords.h"

#include "tap.h"

static const char list[] =
    "bad\n\nBad Word\r\n bad words list \nzed\n\xc3\xa9p\xc3\xa9"
    "e\n\xe5\x9d\x8f\nbadly\na.b\n";

static size_t
count(const char *text)
{
	struct badwords *b = badwords_new(str_of(list));
	size_t n = badwords_count(b, str_of(text));

	badwords_free(b);
	return n;
}

int
main(void)
{
	struct badwords *none = badwords_new(STR(" \n"));

	ok(count("bad") == 1 && count("A BAD one, (bad).") == 2,
	    "alone, of any case");
	ok(count("badge, forbad, bad_, _bad, bad7, bad\xc3\xa9, \xc3\xa9"
		 "bad") == 0,
	    "no part of another word");
	ok(count("bad word") == 1 && count("bad words") == 1 &&
		count("bad words list.") == 1 && count("badly bad") == 2,
	    "the longest of those that begin at one place");
	ok(count("bad words listing zed") == 2,
	    "a longer entry that does not fit leaves a shorter one");
	ok(count("\xc3\x89P\xc3\x89"
		 "E!") == 1,
	    "letters beyond ASCII");
	ok(count("\xe5\xa5\xbd\xe5\x9d\x8f\xe5\xa5\xbd") == 1,
	    "ideographs stand by themselves");
	ok(count("a.b a.bc aa.b xa.b a.b") == 2, "points inside");
	ok(count("") == 0 && count("\xff bad \xc3") == 1, "any bytes");
	ok(badwords_count(none, STR("bad")) == 0, "an empty list");
	badwords_free(none);
	return tap_done();
}
