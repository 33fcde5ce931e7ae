/*
 * sentence: the 52 situations of the "Golden Rules" of English sentence
 * splitting in examples of our own, sentence ends of other scripts, and the
 * properties that sentences cover any bytes and that time is linear
 */

#include "text/sentence.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/rng.h"
#include "tap.h"

/* A bar marks where a sentence ends and the next begins. */
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
    {"line cut off after a blank", "The board must dry \nfor a night."},
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
    {"Urdu", "\u06cc\u06c1 \u0622\u06cc\u0627\u06d4 | "
	     "\u0648\u06c1 \u06af\u06cc\u0627\u06d4"},
    {"Armenian", "\u0535\u057d \u0565\u056f\u0561\u0589 | "
		 "\u0546\u0561 \u0563\u0576\u0561\u0581\u0589"},
    {"Amharic", "\u1230\u120b\u121d \u1290\u12cd\u1362 | "
		"\u121b\u1295 \u1290\u12cd\u1367 | \u12a5\u1231\u1362"},
    {"Khmer", "\u1781\u17d2\u1789\u17bb\u17c6\u17d4 | "
	      "\u1782\u17b6\u178f\u17cb\u17d4"},
    {"Burmese", "\u101e\u1031\u102c\u104b | \u101c\u102c\u104b"},
    {"double danda", "\u0930\u093e\u092e\u0965 | \u0935\u0939\u0965"},
    {"half-width and wide stops", "\u4e00\uff61|\u4e8c\uff1f|\u4e09\uff0e|"
				  "\u56db"},
    {"a rare ideograph", "\U00020000\u3002|\U0002f800\u3002"},
    {"two marks in one",
	"Careful\u203c | The step is loose. | What\u203d | It broke\u2049 | "
	"Really\u2047 | So\u2048 | Yes."},
    {"feeds of form and of page", "It rained.\f|We stayed.\v|He left.\r|Yes."},
    {"separators of lines", "A heading\u2028|and text\u2029|in two parts"},
    {"bullets of other kinds",
	"\u2023 Sand the board | \u2023 Oil it\n|\u25aa Sand it | \u25aa Oil "
	"it\n|\u25cf Sand it | \u25cf Oil it\n|\u25e6 Sand it | \u25e6 Oil it"},
    {"the last letter", "z. Sand the board. | Rest now."},
    {"and the large one", "Z) Sand the board. | Rest now."},
    {"a thousandth item", "999. Sand the board. | Then oil it."},
    {"quoted title", "\u201cMr. Day came.\u201d | He left."},
    {"title in single quotes", "'Mr. Day came.' | He left."},
    {"versus", "In Holt v. Marsh they won. | Marsh paid."},
    {"a short word, no blank", "He ran.|Then he fell."},
    {"places of the web", "See http://mill.Then or www.mill.Then or "
			  "mailto:a.Then or a@mill.Then today."},
    {"dots in brackets at the end", "(He left...) | She stayed."},
    {"line cut off after a comma", "We sold oil,\nRags and paint."},
    {"a list after a comma", "We sold oil,\n|- rags\n|- paint"},
    {"long line cut off",
	"The board that we had bought in the summer of that year from the man "
	"by the quay, who sold it for less than it had cost him and then never "
	"came back to ask for more, must dry in the shed behind the house that "
	"my cousin built when he was young and strong, and so it stays there\n"
	"for a night before use."},
    {"emoji at the end", "We had a good time \U0001f642"},
    {"emoji at the end of a line",
	"We had a good time \U0001f642\n|Mrs. Vane left."},
    {"emoji of several parts",
	"She went up there \U0001f469\u200d\U0001f680\ufe0f | We saw it."},
    {"cited at the end", "It holds.[3]"},
    {"cited, cut off", "It holds.[3"},
};

/* Sentences of other languages, by their codes. */
static const struct {
	const char *lang, *marked;
} foreign[] = {
    {"de", "Wir zahlen z. B. f. Strom, Gas usw. | Das gilt f\303\274r alle."},
    {"de",
	"Am 12. Mai kam Dr. Vogt, vgl. Abb. 3. | Sie blieb bis zum 3. Juni."},
    {"de-AT", "Der Turm ist 9 m hoch, d. h. er ist klein, ca. 30 Mio. Jahre "
	      "alt. | Er steht im 19. Bezirk. | Im Jahr 1999. | Nun ja."},
    {"de", "\342\200\236Komm herein.\342\200\234 | Er trat ein. | "
	   "\302\273Gut.\302\253 | Sie nickte."},
    {"fr", "M. Le Goff et Mme Roy, av. J.-C., p. ex. ici, vol. 3, etc. | Elle "
	   "a ri."},
    {"fr", "Voir l'art. 5 et le n\302\260 7. | Puis on sort. | \302\253 Bien. "
	   "\302\273 | Il ferme. | \302\253\302\240Oui.\302\240\302\273 | "
	   "Voil\303\240."},
    {"es", "El Sr. Gil y la Dra. Paz viven en EE. UU. desde 1990. | Ella "
	   "canta, p. ej. Bach, cap. 3, p\303\241g. 12."},
    {"it", "La sig.ra Bo e l'avv. Re, cfr. pag. 9, abitano in S. Pietro ecc. | "
	   "Il mare \303\250 qui."},
    {"pt", "O Sr. S\303\241 e a Profa. Dra. Ana, cf. p\303\241g. 8, art. 2, "
	   "etc. | Ela riu."},
    {"nl", "Dhr. Bos en mevr. De Wit, d.w.z. zij, o.a. blz. 7, enz. | Het "
	   "regent."},
    {"pl", "Prof. dr hab. Nowak, tzn. on, m.in. Jan, ul. D\305\202uga, str. 7, "
	   "itd. | Nie wiem."},
    {"ru", "\320\220. \320\241. \320\223\321\200\320\270\320\275 \320\270 "
	   "\320\235. \320\222. \320\233\321\217\321\205 "
	   "\320\266\320\270\320\273\320\270 \320\275\320\260 "
	   "\321\203\320\273. \320\234\320\270\321\200\320\260, \321\202. "
	   "\320\265. \320\262 \320\263. \320\236\321\200\320\273\320\265, "
	   "\321\200\320\270\321\201. 5, \320\270 \321\202. \320\264. | "
	   "\320\236\320\275 \321\203\321\210\321\221\320\273."},
    {"ru", "\320\255\321\202\320\276 \320\261\321\213\320\273\320\276 \320\262 "
	   "1999 \320\263. \320\262 \320\242\320\262\320\265\321\200\320\270, "
	   "\320\264\320\276 \320\275. \321\215. | \320\235\320\276 "
	   "\320\275\320\265\321\202. | "
	   "\320\232\320\276\320\275\320\265\321\206?"},
    {"en", "It holds.[3] | It does not.[12][4] | See e.g.[2] Smith."},
    {"en", "We had a good time \360\237\231\202 | Thanks to all "
	   "\360\237\221\215\360\237\217\275 | She said so."},
    {"en", "We \360\237\230\215 New York, and I ate a \360\237\215\225 there."},
    {"de_AT", "Er wohnt in 5b. | Am 5. Mai kam A5. | Ja."},
    {"de", "Er rief: \u201aKomm.\u2018 | Sie kam. | \u201eGut.\u201c"},
    {"fr", "Voir l\u2019art. 5 et\u202fM. Roy. | Elle rit."},
    {"fr", "\u00ab Bien. \u00bb | Il ferme. | \u00ab\u00a0Oui.\u00a0\u00bb"},
    {"fr", "\u00ab Bien. \u00bb, dit-il. | Il ferme."},
    {"ru", "\u041e\u043d \u0436\u0438\u043b \u0432 \u0433. \u0411"},
    {"xx", "The rest is English, as Mr. Day says. | It is."}};

/* Whether the sentences of a text are those between the "|" of marked. */
static bool
is(const char *lang, const char *marked)
{
	struct buf plain = {0}, found = {0};
	struct str rest, sentence;
	const char *p;
	bool same;

	for (p = marked; *p != '\0'; p++)
		if (*p != '|')
			buf_putc(&plain, *p);
		else if (p[1] == ' ')
			p++;
	rest = buf_str(&plain);
	while (sentence_next(&rest, sentence_rules(str_of(lang)), &sentence)) {
		if (found.len > 0)
			buf_putc(&found, '|');
		if (found.len > 1 && found.p[found.len - 2] == ' ')
			buf_putc(&found, ' ');
		buf_puts(&found, sentence);
	}
	same = str_eq(buf_str(&found), str_of(marked));
	if (!same)
		printf("# %.*s\n", (int)found.len, found.p);
	buf_release(&plain);
	buf_release(&found);
	return same;
}

static void
rules(void)
{
	size_t i;

	for (i = 0; i < sizeof(rule) / sizeof(rule[0]); i++)
		ok(is("", rule[i].marked), rule[i].why);
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		ok(is(foreign[i].lang, foreign[i].marked), foreign[i].marked);
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
		while (good && sentence_next(
				   &rest, sentence_rules(STR("")), &sentence)) {
			good = sentence.p == p && sentence.len > 0;
			p += sentence.len;
		}
		good = good && p == text.p + text.len;
	}
	ok(good, "sentences tile any bytes");
	buf_release(&text);
}

/* Ten megabytes of a piece that makes the scan look backward and forward. */
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
		while (sentence_next(&rest, sentence_rules(STR("")), &sentence))
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
