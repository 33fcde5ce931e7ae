/*
 * normal: the texts that Hugging Face's tokenizers 0.23.3 gave for the same
 * steps, recorded from normalize_str()
 */

#include "token/normal.h"

#include "tap.h"

struct golden {
	const char *text, *normalised;
};

static const struct golden nfc[] = {{"", ""}, {"abc", "abc"},
    {"e\u0301", "\u00e9"}, {"\u1100\u1161", "\uac00"},
    {"\u0958", "\u0915\u093c"}, {"\ufb01", "\ufb01"},
    {"A\u030a\u0323", "\u1ea0\u030a"}, {NULL, NULL}};

static const struct golden nfkc[] = {{"", ""}, {"abc", "abc"},
    {"\u00bd", "1\u20442"}, {"\ufb01x", "fix"}, {"e\u0301", "\u00e9"},
    {"\uff21\uff22", "AB"}, {"\u3000x", " x"}, {"\u2167", "VIII"},
    {"\u32ff", "\u32ff"}, {"\uff21\u32ff\uff22", "A\u32ffB"},
    {"\u32fe\u32ff", "\u30f2\u32ff"},
    {"\ua7f2\ua7f3\ua7f4", "\ua7f2\ua7f3\ua7f4"}, {"\ua7f1", "\ua7f1"},
    {"\uab69\uab68", "\uab69\uab68"},
    {"\U00010781\U00010785\uff11", "\U00010781\U000107851"},
    {"\U00010787\U000107b0", "\U00010787\U000107b0"},
    {"\U000107b2\U000107ba", "\U000107b2\U000107ba"},
    {"\U0001e030\U0001e06d", "\U0001e030\U0001e06d"},
    {"\U0001f16c\U0001f16b", "\U0001f16cMD"},
    {"\U0001fbf0\U0001fbf9\U0001d7ce", "\U0001fbf0\U0001fbf90"},
    {"e\u0301\U0001fbf1e\u0301", "\u00e9\U0001fbf1\u00e9"},
    {"\u4e2d\uff0c\u6587", "\u4e2d,\u6587"},
    {"\U0001f600\ufb01", "\U0001f600fi"}, {"a\u32ff\u0301", "a\u32ff\u0301"},
    {"\ufdfa", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 "
	       "\u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645"},
    {NULL, NULL}};

static const struct golden strip[] = {{"", ""}, {" ", ""}, {"a", "a"},
    {" a ", "a"}, {"\u3000\n a b \t\u2028", "a b"}, {"\u4e2d ", "\u4e2d"},
    {"\u00a0\u4e2d\u6587\u00a0", "\u4e2d\u6587"}, {"\u3000\u3000", ""},
    {NULL, NULL}};

static const struct golden left[] = {
    {"  a  ", "a  "}, {"\u3000\u00e9 ", "\u00e9 "}, {"\n", ""}, {NULL, NULL}};

static const struct golden right[] = {
    {"  a  ", "  a"}, {" \u00e9\u3000", " \u00e9"}, {"\n", ""}, {NULL, NULL}};

static const struct golden prepend[] = {{"", ""}, {"a", "\u2581a"},
    {"\u2581a", "\u2581\u2581a"}, {" ", "\u2581 "}, {NULL, NULL}};

static const struct golden replace[] = {{"", ""}, {"ab", "\u00e9"},
    {"xabaaby", "x\u00e9a\u00e9y"}, {"aab", "a\u00e9"}, {"ba", "ba"},
    {"abab", "\u00e9\u00e9"}, {NULL, NULL}};

static const struct golden removed[] = {
    {"", ""}, {" ", ""}, {"a b  c ", "abc"}, {"abc", "abc"}, {NULL, NULL}};

static const struct golden joined[] = {{"", ""}, {" ", " "}, {"  ", " "},
    {"a b", "a b"}, {"a   b  c", "a b c"}, {"  a\n  ", " a\n "},
    {"\t \t", "\t \t"}, {NULL, NULL}};

static const struct golden several[] = {{"", ""}, {"   ", ""},
    {" \uff21\u3000b", "_A_b"}, {"\ufb01 \U0001fbf3", "_fi_\U0001fbf3"},
    {NULL, NULL}};

static const struct kind {
	const char *name;
	const struct golden *golden;
	size_t nstep;
	struct normal_step step[NORMAL_NSTEP];
} kinds[] = {
    {"NFC", nfc, 1, {{.kind = NORMAL_NFC}}},
    {"NFKC", nfkc, 1, {{.kind = NORMAL_NFKC}}},
    {"Strip", strip, 2, {{.kind = NORMAL_LEFT}, {.kind = NORMAL_RIGHT}}},
    {"Strip on the left", left, 1, {{.kind = NORMAL_LEFT}}},
    {"Strip on the right", right, 1, {{.kind = NORMAL_RIGHT}}},
    {"Prepend", prepend, 1,
	{{.kind = NORMAL_PREPEND, .to = {"\342\226\201", 3}}}},
    {"Replace", replace, 1,
	{{.kind = NORMAL_REPLACE, .from = {"ab", 2}, .to = {"\303\251", 2}}}},
    {"Replace by nothing", removed, 1,
	{{.kind = NORMAL_REPLACE, .from = {" ", 1}, .to = {"", 0}}}},
    {"Replace of blanks", joined, 1, {{.kind = NORMAL_BLANKS, .to = {" ", 1}}}},
    {"a Sequence", several, 4,
	{{.kind = NORMAL_LEFT}, {.kind = NORMAL_NFKC},
	    {.kind = NORMAL_REPLACE, .from = {" ", 1}, .to = {"_", 1}},
	    {.kind = NORMAL_PREPEND, .to = {"_", 1}}}},
};

static void
recorded(const struct kind *k)
{
	const struct golden *g;
	struct normal n = {.nstep = k->nstep};
	struct str got;
	bool good = true, same;

	memcpy(n.step, k->step, sizeof(n.step));
	for (g = k->golden; g->text != NULL; g++) {
		got = normal_text(&n, str_of(g->text));
		same = str_eq(got, str_of(g->normalised));
		if (!same)
			printf("# %s: wanted %s, got %.*s\n", g->text,
			    g->normalised, (int)got.len, got.p);
		good &= same;
	}
	ok(good, k->name);
	normal_release(&n);
}

int
main(void)
{
	struct normal none = {0};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		recorded(&kinds[i]);
	ok(str_eq(normal_text(&none, STR(" \uff21 ")), STR(" \uff21 ")),
	    "no steps change nothing");
	return tap_done();
}
