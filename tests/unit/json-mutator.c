/*
 * json-mutator: what was JSON is JSON after each change, and all kinds of
 * change happen; other texts are changed without harm
 */

#include "../fuzz/json-mutator.c"

#include <stdlib.h>

#include "base/str.h"
#include "record/json.h"
#include "tap.h"

static bool by_bytes;

/* This replaces libFuzzer's own mutator, which would break the text. */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t len, size_t max)
{
	(void)data;
	(void)max;
	by_bytes = true;
	return len;
}

static bool
is_json(const uint8_t *p, size_t len)
{
	struct str raw;
	const char *why;

	return json_valid((struct str){(const char *)p, len}, &raw, &why);
}

/* Change a text, of at most max bytes, by a seed; returns its new length. */
static size_t
change(uint8_t *data, const char *text, size_t max, unsigned seed)
{
	memcpy(data, text, strlen(text));
	by_bytes = false;
	return LLVMFuzzerCustomMutator(data, strlen(text), max, seed);
}

int
main(void)
{
	static const char text[] =
	    " {\"a\" : [1, -2.5e3 ,\"x,]\\\"}\" , {}] ,\"b\":{\"c\":null,"
	    "\"d\":[ ]}, \"e\":true }";
	static const char broken[] = "{\"a\":[1,\"b\\";
	unsigned shorter = 0, longer = 0, other = 0, bytes = 0, seed;
	bool valid = true, fits = true, prefix = true;
	uint8_t data[256];
	size_t len;

	for (seed = 0; seed < 20000; seed++) {
		len = change(data, text, sizeof(data), seed);
		valid &= is_json(data, len);
		shorter += len < strlen(text);
		longer += len > strlen(text);
		other += len == strlen(text) && memcmp(data, text, len) != 0;
		bytes += by_bytes;
		len = change(data, text, strlen(text) + 2, seed);
		fits &= len <= strlen(text) + 2 && is_json(data, len);
		len = change(data, "\x02{\"a\":1}", sizeof(data), seed);
		prefix &= data[0] == 2 && is_json(data + 1, len - 1);
	}
	ok(valid, "20,000 changes of a text leave it JSON");
	ok(shorter > 1000 && longer > 1000 && other > 10 && bytes > 8000 &&
		bytes < 12000,
	    "it grows, shrinks, and half of the changes are of bytes");
	ok(fits, "no change makes it longer than there is room");
	ok(prefix, "the bytes before it stay");
	for (seed = 0; seed < 20000; seed++)
		fits &=
		    change(data, broken, sizeof(data), seed) <= sizeof(data);
	ok(fits, "a text that is cut short is changed, too");
	return tap_done();
}
