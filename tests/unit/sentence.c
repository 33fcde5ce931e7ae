/*
 * sentence: the 52 situations of the "Golden Rules" of English sentence
 * splitting in examples of our own, stops of other scripts, and the properties
 * that sentences tile any bytes and that time is linear
 */

#include "text/sentence.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/rng.h"
#include "tap.h"

/* A bar stands where a sentence ends and the next begins. */
static const struct {
	const char *why, *marked;
} rule[] = {
    {"full stop", "The kiln is hot. | Stand back."},
    {"question mark", "Is the kiln hot? | Stand back."},
    {"exclamation mark", "The kiln is hot! | Stand back."},
    {"initial of a name", "The ledger was kept by Maria T. Holt."},
    {"small single letter", "The glaze is listed on p. 112."},
    {"small abbreviation inside", "Did Anton and co. at last agree?"},
    {"abbreviation inside", "They sued Marsh, Lund & Co. at once."},
    {"small abbreviation at the end",
	"Leave it to Anton and co. | They know the way."},
    {"abbreviation at the end",
	"They sued Marsh, Lund & Co. | It settled in May."},
    {"abbreviation before a name", "From here one sees Mt. Etna smoke."},
    {"before and after a name", "St. Olaf's School is on 9th st. by the mill."},
    {"abbreviation with a genitive", "We sold Henry Wise Jr.'s boat."},
    {"stops inside an abbreviation", "She taught in the U.S.A. until June."},
    {"such an abbreviation at the end", "They left the E.U. | What comes now?"},
    {"U.S. at the end", "They moved to the U.S. | What did it cost?"},
    {"U.S. before a name", "She joined the U.S. Navy in Maine."},
    {"U.S. inside", "We sold in the U.S. for 12 years."},
    {"a.m. and p.m.",
	"At 6 a.m. Mrs. Vane woke up. | She was asleep by 9 P.M. | Mrs. Vane "
	"then dreamt of the sea."},
    {"number inside", "It weighs 14.75 grams when dry."},
    {"number at the end", "It weighs 14.75. | That is little."},
    {"sentence in brackets inside",
	"He paints boats (He once built 6 of them in a shed.) near the quay."},
    {"address of mail", "Write to Ann.Poole@example.org. | She will answer."},
    {"address of the web",
	"Look at https://www.mill.30.org/old-maps/river_west.html. | It has "
	"maps."},
    {"single quotes inside", "He looked up, 'That will do.' he said."},
    {"double quotes inside", "He looked up, \"That will do.\" he said."},
    {"double quotes at the end",
	"He looked up, \"That will do.\" | She put the file down to rest."},
    {"two exclamation marks", "Careful!! | The step is loose."},
    {"two question marks", "Really?? | Which one broke?"},
    {"exclamation, question", "Really!? | Did it break?"},
    {"question, exclamation", "Really?! | Did it break?"},
    {"list 1.)", "1.) Sand the board | 2.) Oil the board"},
    {"list 1.) with stops", "1.) Sand the board. | 2.) Oil the board."},
    {"list 1)", "1) Sand the board | 2) Oil the board"},
    {"list 1) with stops", "1) Sand the board. | 2) Oil the board."},
    {"list 1.", "1. Sand the board | 2. Oil the board"},
    {"list 1. with stops", "1. Sand the board. | 2. Oil the board."},
    {"list with bullets", "\u2022 9. Sand the board | \u2022 10. Oil it"},
    {"list with hyphen bullets", "\u20439. Sand the board | \u204310. Oil it"},
    {"list with letters", "a. Sand the board | b. Oil the board | c. Rest"},
    {"line cut off", "The board must dry\nfor a night before use."},
    {"line cut off behind a blank", "The board must dry \nfor a night."},
    {"lines of a list", "tools\n|sanding block\n|oil, rags\n"},
    {"number with a degree sign",
	"The grave is at N\u00b0. 2210.118.407. | There the wall ends."},
    {"name with an exclamation mark", "He buys shoes at Zap! in the arcade."},
    {"I at the end and as initial",
	"It was only my cousin and I. | Have you met Clara I. Brandt before?"},
    {"dots at the end of a quotation",
	"Emmer writes that in a dry year \u201cthe roots of the vine go down . "
	". "
	". .\u201d"},
    {"dots in square brackets", "\"Emmer [...] speaks of the vine as of a "
				"neighbour [...]\" (Holt 31)."},
    {"four dots with blanks end",
	"Where the end of a line is left out, set the dots and then the stop . "
	". . . | Then go on."},
    {"four dots end", "I thought he.... | She shut the door."},
    {"three dots inside", "I could\u2019ve ... look, what I want...wait . . . "
			  "what I want, it is . "
			  ". . I want to stay."},
    {"dots inside, then at the end",
	"A custom that lasted longer . . . was that of lighting lamps at the "
	"gate. . . . | The lamps are gone. . . ."},
    {"no blank between",
	"The kiln is cold.|Nobody came.|Mrs. Vane counted the pots and found "
	"1,200.|That will do."},
    {"small letters throughout", "we went home. | nobody was there."},
    {"name that begins small", "The shop sold it. | iPhone cases stayed."},
    {"paragraph", "A heading\n\n|and the text below"},
    {"stop in brackets", "It rained. | (It was March.) | We stayed in."},
    {"see figure", "See Fig. 3 and eqs. 4 to 6, cf. Holt et al. 1990."},
    {"the word no", "He said no. | Then he left."},
    {"version", "Use version 2.1.3 of the tool. | It is faster."},
    {"degree", "Ask Ana Ruiz, Ph.D. | She knows."},
    {"ellipsis character", "So it goes\u2026 | The end."},
    {"Chinese", "\u7a91\u70ed\u3002|\u7ad9\u5f00\uff01|\u300c\u597d\u3002"
		"\u300d|\u8d70"},
    {"Devanagari", "\u0930\u093e\u092e \u0917\u092f\u093e\u0964 | "
		   "\u0935\u0939 \u0906\u092f\u093e\u0964"},
    {"Arabic", "\u0647\u0644 \u062c\u0627\u0621\u061f | "
	       "\u0646\u0639\u0645."},
};

static void
rules(void)
{
	struct buf plain = {0}, found = {0};
	struct str rest, sentence;
	const char *p;
	size_t i;

	for (i = 0; i < sizeof(rule) / sizeof(rule[0]); i++) {
		plain.len = found.len = 0;
		for (p = rule[i].marked; *p != '\0'; p++)
			if (*p != '|')
				buf_putc(&plain, *p);
			else if (p[1] == ' ')
				p++;
		rest = buf_str(&plain);
		while (sentence_next(&rest, &sentence)) {
			if (found.len > 0)
				buf_putc(&found, '|');
			if (found.len > 1 && found.p[found.len - 2] == ' ')
				buf_putc(&found, ' ');
			buf_puts(&found, sentence);
		}
		ok(str_eq(buf_str(&found), str_of(rule[i].marked)),
		    rule[i].why);
		if (!str_eq(buf_str(&found), str_of(rule[i].marked)))
			printf("# %.*s\n", (int)found.len, found.p);
	}
	buf_release(&plain);
	buf_release(&found);
}

static void
tiles(void)
{
	static const char *const piece[] = {".", " ", "\n", "A", "a", "1", "!",
	    "?", "\"", ")", "(", "\xe2\x80\xa6", "\xe3\x80\x82", "Mr", "a.m",
	    "\xff", "\xe2", "\xe2\x80\xa2", "2)", ". ", "\xc2\xa0", "[...]"};
	struct buf text = {0};
	struct str rest, sentence;
	struct rng r;
	const char *p;
	size_t i, j, n;
	bool good = true;

	rng_init(&r, 3);
	for (i = 0; i < 200000 && good; i++) {
		text.len = 0;
		n = rng_below(&r, 24);
		for (j = 0; j < n; j++)
			buf_puts(
			    &text, str_of(piece[rng_below(
				       &r, sizeof(piece) / sizeof(piece[0]))]));
		rest = buf_str(&text);
		p = rest.p;
		while (good && sentence_next(&rest, &sentence)) {
			good = sentence.p == p && sentence.len > 0;
			p += sentence.len;
		}
		good = good && p == text.p + text.len;
	}
	ok(good, "sentences tile any bytes");
	buf_release(&text);
}

/* Ten megabytes of a piece that makes the scan look around. */
static void
linear(void)
{
	static const char *const piece[] = {". ", "a.Bc", "1) x 2) ", "((.",
	    "\n", ". . ", "\xe2\x80\xa2 ", ".\"", "Mr. ", ".     ", "...a",
	    "a\n"};
	struct buf text = {0};
	struct str rest, sentence;
	clock_t began;
	size_t i, n = 0;

	for (i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		text.len = 0;
		while (text.len < 4000000)
			buf_puts(&text, str_of(piece[i]));
		began = clock();
		rest = buf_str(&text);
		while (sentence_next(&rest, &sentence))
			n++;
		if (clock() - began > 20 * CLOCKS_PER_SEC)
			break;
	}
	ok(i == sizeof(piece) / sizeof(piece[0]) && n > 0, "linear time");
	buf_release(&text);
}

int
main(void)
{
	rules();
	tiles();
	linear();
	return tap_done();
}
