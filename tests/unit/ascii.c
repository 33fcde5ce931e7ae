/* ascii: the classes against the characters written out */

#include "base/ascii.h"

#include <string.h>

#include "tap.h"

int
main(void)
{
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	bool good = true, cased = true;
	const char *at;
	int i;

	for (i = -128; i < 256; i++) { /* as signed and unsigned char */
		char c = (char)i;
		bool plain = i > 0 && i < 128;
		bool small = plain && strchr(lower, c) != NULL;
		bool large = plain && (at = strchr(upper, c)) != NULL;
		bool digit = plain && strchr("0123456789", c) != NULL;

		good = good && ascii_is_lower((uint32_t)i) == small &&
		       ascii_is_upper((uint32_t)i) == large &&
		       ascii_is_digit((uint32_t)i) == digit &&
		       ascii_is_alpha((uint32_t)i) == (small || large) &&
		       ascii_is_alnum((uint32_t)i) == (small || large || digit);
		cased =
		    cased && ascii_lower(c) == (large ? lower[at - upper] : c);
	}
	ok(good, "classes");
	ok(cased, "lower case");
	return tap_done();
}
