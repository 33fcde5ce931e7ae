/*
 * word: what a word is in which script, and counting compared with taking one
 * by one
 */

#include "text/word.h"

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"

/* The words of a text with "|" between them. */
static bool
are(const char *text, const char *words)
{
	struct str rest = str_of(text), word;
	struct buf b = {0};
	bool same;
	size_t n = 0;

	for (; word_next(&rest, &word); n++) {
		if (b.len > 0)
			buf_putc(&b, '|');
		buf_puts(&b, word);
	}
	same =
	    str_eq(buf_str(&b), str_of(words)) && word_count(str_of(text)) == n;
	if (!same)
		printf(
		    "# %.*s, %zu\n", (int)b.len, b.p, word_count(str_of(text)));
	buf_release(&b);
	return same;
}

static void
scripts(void)
{
	ok(are("  It's 3.5 \xe2\x80\x93 caf\xc3\xa9, na\xc3\xafve!\n",
	       "It's|3.5|\xe2\x80\x93|caf\xc3\xa9,|na\xc3\xafve!"),
	    "runs between white space");
	ok(are("\xd0\x96\xd1\x83\xd0\xba \xec\x84\x9c\xec\x9a\xb8\xec\x97\x90 "
	       "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d",
	       "\xd0\x96\xd1\x83\xd0\xba|"
	       "\xec\x84\x9c\xec\x9a\xb8\xec\x97\x90|"
	       "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d"),
	    "of Cyrillic, Hangul, Devanagari too");
	ok(are("\xe5\x8c\x97\xe4\xba\xac\xef\xbc\x8c\xe7\xa7\x8b",
	       "\xe5\x8c\x97|\xe4\xba\xac\xef\xbc\x8c|\xe7\xa7\x8b"),
	    "an ideograph, with the mark after it");
	ok(are("\xef\xbc\x88\xe5\x8c\x97\xef\xbc\x89x\xe4\xba\xac"
	       "3\xe6\x9c\x88-y",
	       "\xef\xbc\x88\xe5\x8c\x97\xef\xbc\x89|x|\xe4\xba\xac|3|"
	       "\xe6\x9c\x88-|y"),
	    "letters and digits between ideographs");
	ok(are("\xe3\x81\x8b\xe3\x82\x99\xe3\x82\xab\xe3\x83\xbc\xef\xbd\xb6",
	       "\xe3\x81\x8b\xe3\x82\x99|\xe3\x82\xab|\xe3\x83\xbc|"
	       "\xef\xbd\xb6"),
	    "kana, with a mark, and of half width");
	ok(are("\xe0\xb8\x81\xe0\xb9\x87\xe0\xb8\x94\xe0\xb9\x92",
	       "\xe0\xb8\x81\xe0\xb9\x87|\xe0\xb8\x94|\xe0\xb9\x92"),
	    "Thai, with a vowel above, and a digit");
	ok(are("\xe1\x80\x80\xe1\x80\xbb \xe1\x9e\x80\xe1\x9e\xbe "
	       "\xe0\xba\x81\xe3\x80\x85\xe3\x80\x87\xf0\xa0\x80\x80",
	       "\xe1\x80\x80\xe1\x80\xbb|\xe1\x9e\x80\xe1\x9e\xbe|\xe0\xba\x81"
	       "|\xe3\x80\x85|\xe3\x80\x87|\xf0\xa0\x80\x80"),
	    "Burmese, Khmer, Lao, and rare ideographs");
	ok(are("\u3400\uf900\u31a0\ua9e0\uaa60\U0001b002\u30a2",
	       "\u3400|\uf900|\u31a0|\ua9e0|\uaa60|\U0001b002|\u30a2"),
	    "letters of the other blocks");
	ok(are("\u3200x \u4dc0x \uaa00\uaa01 \ufb00\ufb00 \U0001b170x "
	       "\U000e0100x \ua840\ua841",
	       "\u3200x|\u4dc0x|\uaa00\uaa01|\ufb00\ufb00|\U0001b170x|"
	       "\U000e0100x|\ua840\ua841"),
	    "what lies between the blocks is as other letters are");
	ok(are("", "") && are(" \xe3\x80\x80\n", ""), "nothing");
}

/* Random texts, made of words, marks and blanks. */
static void
counts(void)
{
	static const char *const piece[] = {" ", "\n", "a", "bcd", "7", ".",
	    ",", "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\x99", "\xe2\x80\xa8",
	    "\xc3\xa9", "\xd0\x96", "\xe5\x8c\x97", "\xe3\x81\x8b",
	    "\xe0\xb8\x81", "\xe0\xb9\x87", "\xef\xbc\x8c", "\xef\xbc\x88",
	    "\xe0\xa4\xb9", "\xcc\x81", "\xf0\x9f\x98\x80", "\xf0\xa0\x80\x80",
	    "the harbour office opened early that morning and "};
	enum { NPIECE = sizeof(piece) / sizeof(piece[0]) };
	struct buf text = {0};
	struct str rest, word;
	struct rng rng;
	size_t i, k, n, len, some, nbad = 0;

	rng_init(&rng, 1);
	for (i = 0; i < 20000; i++) {
		text.len = 0;
		len = rng_below(&rng, 60);
		some = 1 + rng_below(&rng, NPIECE);
		for (k = 0; k < len; k++)
			buf_puts(&text,
			    str_of(
				piece[(i + rng_below(&rng, some)) % NPIECE]));
		rest = buf_str(&text);
		for (n = 0; word_next(&rest, &word); n++)
			;
		nbad += word_count(buf_str(&text)) != n;
	}
	ok(nbad == 0, "as many are counted as are taken");
	buf_release(&text);
}

static void
runs(void)
{
	struct str rest = STR(" a\x1f\xe5\x8c\x97\xe4\xba\xac\xe3\x80\x80"
			      "b\n"),
		   run;
	size_t n = 0, len = 0;

	for (; word_run(&rest, &run); n++)
		len += run.len;
	ok(n == 3 && len == 8, "runs, whatever the script");
}

int
main(void)
{
	runs();
	scripts();
	counts();
	return tap_done();
}
