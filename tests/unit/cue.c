/* cue - words that speak for or against a block */

#include "cue.h"
#include "lang.h"
#include "str.h"
#include "tap.h"

static uint32_t
hash(const char *s)
{
	uint32_t h = LANG_HASH_START;

	for (; *s != '\0'; s++)
		h = lang_hash(h, (unsigned char)*s);
	return h;
}

static float
weight(const struct cue *c, const char *last, const char *word)
{
	return cue_weight(c, hash(last), hash(word));
}

int
main(void)
{
	struct cue *c = cue_new();

	ok(weight(c, "xyzzy", "cookies") < 0, "a word against");
	ok(weight(c, "xyzzy", "the") > 0, "a word for");
	ok(weight(c, "xyzzy", "plugh") == 0, "a word that says nothing");
	ok(weight(c, "sign", "up") < weight(c, "xyzzy", "up"),
	    "two words say more than the second alone");
	cue_free(c);
	return tap_done();
}
