/* card: how the types of members are derived from one value after another */

#include "shard/card.h"

#include "tap.h"

/*
 * The type that these values give, one after the other; the last one is empty.
 */
static enum card_type
of(const char *const *value)
{
	enum card_type type = CARD_NULL;

	for (; **value != '\0'; value++)
		type = card_type(type, str_of(*value));
	return type;
}

int
main(void)
{
	const char *const none[] = {"null", "null", ""};
	const char *const text[] = {"null", "\"a\"", "null", "\"\"", ""};
	const char *const whole[] = {"1", "-20", ""};
	const char *const real[] = {"1", "2.5", "3", "1e3", ""};
	const char *const flag[] = {"true", "false", ""};
	const char *const texts[] = {"[]", "[ \"a\"]", ""};
	const char *const numbers[] = {"[1]", "[]", ""};
	const char *const object[] = {"{}", "null", ""};
	const char *const mixed[] = {"1", "\"a\"", "1", ""};

	ok(of(none) == CARD_NULL, "nothing but null");
	ok(of(text) == CARD_STRING, "strings");
	ok(of(whole) == CARD_INT, "whole numbers");
	ok(of(real) == CARD_REAL, "numbers");
	ok(of(flag) == CARD_BOOL, "true and false");
	ok(of(texts) == CARD_STRINGS, "lists of strings");
	ok(of(numbers) == CARD_OTHER && of(object) == CARD_OTHER &&
		of(mixed) == CARD_OTHER,
	    "what has no name here");
	return tap_done();
}
