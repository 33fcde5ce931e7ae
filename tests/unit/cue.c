/* cue - words and names that speak for or against a block */

#include "extract/cue.h"
#include "base/str.h"
#include "tap.h"
#include "text/lang.h"

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

/* CUE_NAMES words */
#define MANY "xa xb xc xd xe xf xg xh xi xj xk xl xm xn xo xp"

static float
says(const struct cue *c, const char *class, const char *id)
{
	struct str name[] = {str_of(class), str_of(id)};
	struct cue_name sum = {0};

	cue_names(c, name, 2, &sum);
	return sum.near + sum.far;
}

static float
tag_says(const struct cue *c, const char *tag)
{
	struct cue_name sum = {0};

	cue_tag(c, str_of(tag), &sum);
	return sum.near + sum.far;
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
	ok(says(c, "related", "") < 0, "a name against");
	ok(says(c, "xyzzy", "Related7 plugh") == says(c, "related", ""),
	    "of class or id, in either case, beside what says nothing");
	ok(says(c, "related xyzzy", "related") == says(c, "related", ""),
	    "once an element");
	ok(says(c, "entryContent", "") == says(c, "entry-content", ""),
	    "a capital begins a word");
	ok(says(c, "entry content", "") != says(c, "entry-content", ""),
	    "two words of one name say more than of two");
	ok(says(c, MANY " related", "") == says(c, MANY, ""),
	    "no more than CUE_NAMES words count");
	ok(tag_says(c, "footer") < 0 && tag_says(c, "xyzzy") == 0, "a tag");
	cue_free(c);
	return tap_done();
}
