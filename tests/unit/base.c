/*
 * base: random numbers as published, words between white space, hashes by
 * xxHash's own vectors, and buffers and arenas that keep what they were given
 */

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"
#include "text/word.h"

static void
random_numbers(void)
{
	struct rng r;
	uint64_t i, n[7] = {0};
	double x, sum = 0, squares = 0, chi = 0;

	rng_init(&r, 1234567);
	ok(rng_next(&r) == 6457827717110365317u &&
		rng_next(&r) == 3203168211198807973u,
	    "splitmix64's published numbers");
	for (i = 0; i < 70000; i++)
		n[rng_below(&r, 7)]++;
	for (i = 0; i < 7; i++)
		chi += ((double)n[i] - 10000) * ((double)n[i] - 10000) / 10000;
	ok(chi < 30, "rng_below() is even"); /* p < 1e-4 at 6 degrees */
	for (i = 0; i < 100000; i++) {
		x = rng_normal(&r);
		sum += x;
		squares += x * x;
	}
	ok(sum / 1e5 < .02 && sum / 1e5 > -.02 && squares / 1e5 > .98 &&
		squares / 1e5 < 1.02,
	    "rng_normal() has mean 0 and variance 1");
}

static size_t
twin_count(struct str s)
{
	size_t n = 0;
	bool inside = false, space;

	while (s.len > 0) {
		space = utf8_is_space(utf8_take(&s));
		n += !space && !inside;
		inside = !space;
	}
	return n;
}

static void
words(void)
{
	static const uint32_t alphabet[] = {'a', ' ', '\n', 0x85, 0xa0, 0xe9,
	    0x2003, 0x2014, 0x3000, 0x3001, 0x1680, 0x1681, 0x1f600};
	struct str text, word;
	struct rng r;
	static char bytes[32 << 10];
	size_t i, j, n, len;
	bool good = true;

	rng_init(&r, 1);
	for (i = 0; i < 50000 && good; i++) {
		n = rng_below(&r, i % 8 ? 20 : 300);
		for (j = len = 0; j < n; j++)
			len += utf8_encode(
			    bytes + len, alphabet[rng_below(&r,
					     i % 2 || j % 100 == 99 ? 13 : 3)]);
		text = (struct str){bytes, len};
		good = word_count(text) == twin_count(text);
	}
	ok(good, "words are runs without white space");
	/*
	 * A letter at every second place, which is more words than a lane can
	 * count.
	 */
	for (len = 0; len < sizeof(bytes); len += 2)
		memcpy(bytes + len, "a ", 2);
	ok(word_count((struct str){bytes, len}) == len / 2,
	    "as many words as there can be");
	text = STR("  one\xc2\xa0two ");
	ok(word_next(&text, &word) && str_eq(word, STR("one")) &&
		word_next(&text, &word) && str_eq(word, STR("two")) &&
		!word_next(&text, &word),
	    "one after the other");
}

static void
memory(void)
{
	struct arena a = {0};
	struct buf b = {0};
	struct str s[300];
	size_t i, round;
	bool good = true;
	char *big;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 300; i++) {
			b.len = 0;
			buf_printf(&b, "%0*zu", (int)(i * i % 977), i);
			s[i] = arena_copy(&a, buf_str(&b));
		}
		big = arena_alloc(&a, 1 << 20);
		memset(big, 'x', 1 << 20);
		for (i = 0; i < 300; i++) {
			b.len = 0;
			buf_printf(&b, "%0*zu", (int)(i * i % 977), i);
			good = good && str_eq(s[i], buf_str(&b));
		}
		arena_clear(&a);
	}
	ok(good, "an arena keeps what it was given until it is cleared");
	arena_release(&a);
	buf_release(&b);
}

int
main(void)
{
	char hex[33];

	random_numbers();
	words();
	memory();
	hash_hex(hex, hash_128("", 0));
	ok(strcmp(hex, "99aa06d3014798d86001c324468d497f") == 0,
	    "XXH3 of nothing, 128 bits");
	ok(hash_64("", 0, 0) == 0x2d06800538d394c2, "and 64 bits");
	return tap_done();
}
