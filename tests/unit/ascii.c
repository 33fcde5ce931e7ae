/* ascii: the classes are compared with the characters written out */

#include "base/ascii.h"

#include <string.h>

#include "tap.h"

/* Classes of blocks of random bytes are compared with those of single bytes. */
static void
blocks(void)
{
	char p[64];
	size_t i, round;
	uint64_t alpha, digit, inner, beyond, want[4];
	uint32_t x = 1;
	bool good = true;

	for (round = 0; round < 1000; round++) {
		memset(want, 0, sizeof(want));
		for (i = 0; i < sizeof(p); i++) {
			x = x * 1664525 + 1013904223;
			p[i] = (char)(x >> 24);
			want[0] |= (uint64_t)ascii_is_alpha((uint32_t)p[i])
				   << i;
			want[1] |= (uint64_t)ascii_is_digit((uint32_t)p[i])
				   << i;
			want[2] |= (uint64_t)((p[i] & 0xc0) == 0x80) << i;
			want[3] |= (uint64_t)((p[i] & 0x80) != 0) << i;
		}
		alpha = ascii_alpha64(p);
		digit = ascii_range64(p, '0', '9');
		inner = ascii_range64(p, 0x80, 0xbf);
		beyond = ascii_range64(p, 0x80, 0xff);
		good = good && alpha == want[0] && digit == want[1] &&
		       inner == want[2] && beyond == want[3];
	}
	ok(good, "sets of 64 characters");
}

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
	blocks();
	return tap_done();
}
