/*
 * datatrove: words as spaCy 3 separates them (recorded with its blank English
 * model), and time that is linear on long runs of marks
 */

#include "text/datatrove.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

/* A text, and its words between bars. */
static const struct {
	const char *text, *words;
} cases[] = {
    {"I don't think they'd've come, would they?",
	"I|do|n't|think|they|'d|'ve|come|,|would|they|?"},
    {"It's 5pm; we can't wait (really).",
	"It|'s|5|pm|;|we|ca|n't|wait|(|really|)|."},
    {"Mr. Lund's boat cost $1,200.50, i.e. too much.",
	"Mr.|Lund|'s|boat|cost|$|1,200.50|,|i.e.|too|much|."},
    {"The well-known co-op/mill sold 12kg bags...",
	"The|well|-|known|co|-|op|/|mill|sold|12|kg|bags|..."},
    {"Visit https://www.mill.example.org/a?b=c or mail ann@mill.example.org!",
	"Visit|https://www.mill.example.org/"
	"a?b=c|or|mail|ann@mill.example.org|!"},
    {"He said \"no\" -- and left--quietly.",
	"He|said|\"|no|\"|--|and|left|--|quietly|."},
    {"U.S.A. and U.S. and e.g. this.", "U.S.A.|and|U.S.|and|e.g.|this|."},
    {"Couldn't've cannot gonna let's y'know",
	"Could|n't|'ve|can|not|gon|na|let|'s|y'know"},
    {"a.b A.B aB.Cd end.Next", "a.b|A.B|aB.Cd|end|.|Next"},
    {"10-12% of 3+4=7 x*y 5*6", "10|-|12|%|of|3|+|4=7|x*y|5|*|6"},
    {"'quoted' 'tis rock'n'roll it\u2019s \u201cfine\u201d\u2026",
	"'|quoted|'|'|tis|rock'n'roll|it|\u2019s|\u201c|fine|\u201d|\u2026"},
    {"#tag @user C++ 50\u20ac \u20ac50 US$5",
	"#|tag|@user|C++|50|\u20ac|\u20ac|50|US$|5"},
    {"well Its its shell dont im Ive", "well|Its|its|shell|do|nt|i|m|I|ve"},
    {"one,two 1,2 a:b 3:4 a<b", "one|,|two|1,2|a|:|b|3:4|a|<|b"},
    {"Co., Ltd. (Inc.) \"Corp.\"", "Co.|,|Ltd.|(|Inc.|)|\"|Corp.|\""},
    {"\u041c\u043e\u0441\u043a\u0432\u0430, \u0433\u043e\u0440\u043e\u0434. "
     "\u6771\u4eac\u3002",
	"\u041c\u043e\u0441\u043a\u0432\u0430|,|\u0433\u043e\u0440\u043e\u0434|"
	".|\u6771\u4eac|\u3002"},
    {"!!! ... . .. ,,, --", "!|!|!|...|.|..|,|,|,|--"},
    {"(((nested))) [x]: {y};", "(|(|(|nested|)|)|)|[|x|]|:|{|y|}|;"},
    {"5'10\" tall 90's '90s", "5'10|\"|tall|90|'s|'|90s"},
    {"re-enter self-made-man x-1 1-x",
	"re|-|enter|self|-|made|-|man|x-1|1|-|x"},
};

static void
words(void)
{
	struct buf found = {0};
	struct ngram g = {0};
	size_t i, j;
	bool same;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ngram_clear(&g);
		found.len = 0;
		datatrove_words(&g, str_of(cases[i].text));
		for (j = 0; j < g.nword; j++) {
			if (j > 0)
				buf_putc(&found, '|');
			buf_puts(&found, g.word[j].s);
		}
		same = str_eq(buf_str(&found), str_of(cases[i].words));
		ok(same, cases[i].text);
		if (!same)
			printf("# %.*s\n# %s\n", (int)found.len, found.p,
			    cases[i].words);
	}
	ngram_release(&g);
	buf_release(&found);
}

static void
marks(void)
{
	static const char *const piece[] = {
	    "!", "(", "a.", "'", "\u2026", "..", "a,", "$", "5%", "don't", "-"};
	struct buf text = {0};
	struct ngram g = {0};
	struct str word;
	size_t i, j, len;
	bool all = true;

	for (i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		text.len = 0;
		while (text.len < 1000000)
			buf_puts(&text, str_of(piece[i]));
		ngram_clear(&g);
		datatrove_words(&g, buf_str(&text));
		for (j = len = 0; j < g.nword; j++) {
			word = g.word[j].s;
			all = all && word.p == text.p + len;
			len += word.len;
		}
		all = all && len == text.len;
	}
	ok(all, "words of a million marks are all of them, in order");
	ngram_release(&g);
	buf_release(&text);
}

int
main(void)
{
	words();
	marks();
	return tap_done();
}
