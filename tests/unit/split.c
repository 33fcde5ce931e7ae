/*
 * split: the pieces that Hugging Face's tokenizers 0.23.3 gave for the same
 * steps, recorded from pre_tokenize_str(); those of ByteLevel are put back
 * from its letters to bytes
 */

#include "token/split.h"

#include "tap.h"

/* A "|" between pieces; text is NULL if it is the pieces without the bars. */
struct golden {
	const char *pieces, *text;
};

static const struct golden gpt2[] = {{"", NULL}, {"a", NULL}, {" ", NULL},
    {"\n", NULL}, {"Hello|,| world", NULL}, {"don|'t", NULL},
    {"it|'s| I|'m| we|'ll", NULL}, {"DON|'|T| I|'|LL", NULL}, {"'s|'s", NULL},
    {"x|'| '|s", NULL}, {"he|'|\u017f", NULL}, {"'|VE| '|re| '|d| '|x", NULL},
    {"a| | b", NULL}, {"a|   |\n|b", NULL}, {"a| \n \n| b", NULL},
    {"  \r\n|\t|x| ", NULL}, {"x|  ", NULL}, {"1234567| 89", NULL},
    {"a|1|b|22", NULL}, {"x|=|1|;|y|=[|2|]", NULL}, {" (|ok|)!|\n|\n|No", NULL},
    {"...///|\n|/|x", NULL}, {"\u00a0|\u00a0|a", NULL},
    {"\u3000|\u2028|x", NULL},
    {"\u0416\u0443\u043a| \u0438| \u0436\u0443\u043a", NULL},
    {"\u4e2d\u6587\u5b57| 12", NULL}, {"\u3072\u3089\u30ab\u30ca\u6f22", NULL},
    {"e|\u0301|t\u00e9", NULL}, {"\u0301|x| \u0301", NULL},
    {"\u0939|\u093f|\u0928|\u094d|\u0926|\u0940", NULL},
    {"\u0634\u0643\u0631\u0627|\u064b", NULL},
    {"\u0661\u0662\u0663\u0664\u2167\u00bd", NULL},
    {"\U0001f600\u200d|ok", NULL}, {"\u01c5a\u02b0", NULL},
    {"\u2014\u201c|q|\u201d", NULL}, {"\001\002|a", NULL}, {"\ufeff|a", NULL},
    {"$|9|.|99", NULL}, {"a|\u0897|b", NULL}, {"\u1b4e|a", NULL},
    {"a|\u1b7f", NULL}, {"\u1c89\u1c8ab", NULL}, {"\u2427\u2428|x", NULL},
    {"x|\u31ef", NULL}, {"\ua7cb\ua7cda", NULL}, {"\ua7da\ua7db\ua7dc", NULL},
    {"\U000105c0\U000105f3", NULL}, {"\U00010d40\U00010d49|\U00010d4a", NULL},
    {"\U00010d50\U00010d70|'m", NULL},
    {"\U00010d69\U00010d6e|\U00010d6f", NULL}, {"\U00011380|\U000113b8", NULL},
    {"\U000113d4|x", NULL}, {"\U000116d0\U000116d1\U000116d21", NULL},
    {"\U00011bf0|a", NULL}, {"\U00013460b", NULL},
    {"\U0001611e|\U00016130", NULL}, {"\U0001ccf0|\U0001cd00", NULL},
    {"\U0001fae9| ok", NULL}, {"\U0002ebf0\U0002ee5d", NULL},
    {"\U0001e5ee|\U0001e5f1", NULL}, {NULL, NULL}};

static const struct golden gpt2_prefix[] = {{"", NULL}, {" a", "a"},
    {" a", NULL}, {" '|s", "'s"}, {" \n", "\n"}, {" \u4e2d| 1", "\u4e2d 1"},
    {" | x", NULL}, {" !", "!"}, {NULL, NULL}};

static const struct golden llama3[] = {{"", NULL}, {"a", NULL}, {" ", NULL},
    {"\n", NULL}, {"Hello|,| world", NULL}, {"don|'t", NULL},
    {"it|'s| I|'m| we|'ll", NULL}, {"DON|'T| I|'LL", NULL}, {"'s|'s", NULL},
    {"x|'| '|s", NULL}, {"he|'\u017f", NULL}, {"'VE| '|re| '|d| '|x", NULL},
    {"a| | b", NULL}, {"a|   \n|b", NULL}, {"a| \n \n| b", NULL},
    {"  \r\n|\tx| ", NULL}, {"x|  ", NULL}, {"123|456|7| |89", NULL},
    {"a|1|b|22", NULL}, {"x|=|1|;y|=[|2|]", NULL}, {" (|ok|)!\n\n|No", NULL},
    {"...///\n|/x", NULL}, {"\u00a0|\u00a0a", NULL}, {"\u3000|\u2028x", NULL},
    {"\u0416\u0443\u043a| \u0438| \u0436\u0443\u043a", NULL},
    {"\u4e2d\u6587\u5b57| |12", NULL}, {"\u3072\u3089\u30ab\u30ca\u6f22", NULL},
    {"e|\u0301t\u00e9", NULL}, {"\u0301x| \u0301", NULL},
    {"\u0939|\u093f\u0928|\u094d\u0926|\u0940", NULL},
    {"\u0634\u0643\u0631\u0627|\u064b", NULL},
    {"\u0661\u0662\u0663|\u0664\u2167\u00bd", NULL},
    {"\U0001f600\u200d|ok", NULL}, {"\u01c5a\u02b0", NULL},
    {"\u2014\u201c|q|\u201d", NULL}, {"\001\002|a", NULL}, {"\ufeffa", NULL},
    {"$|9|.|99", NULL}, {"a|\u0897b", NULL}, {"\u1b4ea", NULL},
    {"a|\u1b7f", NULL}, {"\u1c89\u1c8ab", NULL}, {"\u2427\u2428|x", NULL},
    {"x|\u31ef", NULL}, {"\ua7cb\ua7cda", NULL}, {"\ua7da\ua7db\ua7dc", NULL},
    {"\U000105c0\U000105f3", NULL}, {"\U00010d40\U00010d49|\U00010d4a", NULL},
    {"\U00010d50\U00010d70|'m", NULL},
    {"\U00010d69\U00010d6e|\U00010d6f", NULL}, {"\U00011380|\U000113b8", NULL},
    {"\U000113d4x", NULL}, {"\U000116d0\U000116d1\U000116d2|1", NULL},
    {"\U00011bf0|a", NULL}, {"\U00013460b", NULL},
    {"\U0001611e|\U00016130", NULL}, {"\U0001ccf0|\U0001cd00", NULL},
    {"\U0001fae9| ok", NULL}, {"\U0002ebf0\U0002ee5d", NULL},
    {"\U0001e5ee|\U0001e5f1", NULL}, {NULL, NULL}};

static const struct golden qwen2[] = {{"a|1|2|3|4", NULL},
    {"\u0661|\u0662|x", NULL}, {"1|\u00bd|\n", NULL},
    {"\U00010d40|\U00010d41", NULL}, {"'LL|1|2| '|ll", NULL}, {"x|=|1|0", NULL},
    {NULL, NULL}};

static const struct golden o200k[] = {{"", NULL}, {"a", NULL}, {" ", NULL},
    {"\n", NULL}, {"Hello|,| world", NULL}, {"don't", NULL},
    {"it's| I'm| we'll", NULL}, {"DON'T| I'LL", NULL}, {"'s's", NULL},
    {"x|'| '|s", NULL}, {"he'\u017f", NULL}, {"'VE| '|re| '|d| '|x", NULL},
    {"a| | b", NULL}, {"a|   \n|b", NULL}, {"a| \n \n| b", NULL},
    {"  \r\n|\tx| ", NULL}, {"x|  ", NULL}, {"123|456|7| |89", NULL},
    {"a|1|b|22", NULL}, {"x|=|1|;y|=[|2|]", NULL}, {" (|ok|)!\n\n|No", NULL},
    {"...///\n/|x", NULL}, {"\u00a0|\u00a0a", NULL}, {"\u3000|\u2028x", NULL},
    {"\u0416\u0443\u043a| \u0438| \u0436\u0443\u043a", NULL},
    {"\u4e2d\u6587\u5b57| |12", NULL}, {"\u3072\u3089\u30ab\u30ca\u6f22", NULL},
    {"e\u0301t\u00e9", NULL}, {"\u0301x| \u0301", NULL},
    {"\u0939\u093f\u0928\u094d\u0926\u0940", NULL},
    {"\u0634\u0643\u0631\u0627\u064b", NULL},
    {"\u0661\u0662\u0663|\u0664\u2167\u00bd", NULL},
    {"\U0001f600\u200d|ok", NULL}, {"\u01c5a\u02b0", NULL},
    {"\u2014\u201c|q|\u201d", NULL}, {"\001\002|a", NULL}, {"\ufeffa", NULL},
    {"$|9|.|99", NULL}, {"Hello|World", NULL}, {"HTMLParser", NULL},
    {"XML", NULL}, {"XMLdoc's", NULL}, {"A'S", NULL}, {"i|Phone'Ll", NULL},
    {" Ab", NULL}, {"-Ab", NULL}, {"-AB", NULL}, {"_\u4e2d|A", NULL},
    {"A\u4e2d", NULL}, {"A\u4e2d|B", NULL}, {"A\u4e2db", NULL},
    {"\u0301", NULL}, {"\u0301|A", NULL}, {"\u0301\u0301", NULL},
    {"!\u0301|A", NULL}, {"\u02b0A\u02b0", NULL}, {"ABC\u0301", NULL},
    {"\tAB", NULL}, {"\n|AB", NULL}, {"1|AB", NULL}, {"a|/b|//\n/|c", NULL},
    {" //", NULL}, {"A| B", NULL}, {"AB|1", NULL}, {"\u4e2d", NULL},
    {"a\u0897b", NULL}, {"\u1b4ea", NULL}, {"a|\u1b7f", NULL},
    {"\u1c89\u1c8ab", NULL}, {"\u2427\u2428|x", NULL}, {"x|\u31ef", NULL},
    {"\ua7cb\ua7cda", NULL}, {"\ua7da\ua7db|\ua7dc", NULL},
    {"\U000105c0\U000105f3", NULL}, {"\U00010d40\U00010d49|\U00010d4a", NULL},
    {"\U00010d50\U00010d70'm", NULL}, {"\U00010d69|\U00010d6e\U00010d6f", NULL},
    {"\U00011380\U000113b8", NULL}, {"\U000113d4x", NULL},
    {"\U000116d0\U000116d1\U000116d2|1", NULL}, {"\U00011bf0|a", NULL},
    {"\U00013460b", NULL}, {"\U0001611e|\U00016130", NULL},
    {"\U0001ccf0|\U0001cd00", NULL}, {"\U0001fae9| ok", NULL},
    {"\U0002ebf0\U0002ee5d", NULL}, {"\U0001e5ee|\U0001e5f1", NULL},
    {NULL, NULL}};

static const struct golden tekken[] = {{"Hello|World", NULL},
    {"HTMLParser", NULL}, {"XML", NULL}, {"XMLdoc|'s", NULL}, {"A|'S", NULL},
    {"i|Phone|'Ll", NULL}, {" Ab", NULL}, {"-Ab", NULL}, {"-AB", NULL},
    {"_\u4e2d|A", NULL}, {"A\u4e2d", NULL}, {"A\u4e2d|B", NULL},
    {"A\u4e2db", NULL}, {"\u0301", NULL}, {"\u0301|A", NULL},
    {"\u0301\u0301", NULL}, {"!\u0301|A", NULL}, {"\u02b0A\u02b0", NULL},
    {"ABC\u0301", NULL}, {"\tAB", NULL}, {"\n|AB", NULL}, {"1|AB", NULL},
    {"a|/b|//\n/|c", NULL}, {" //", NULL}, {"A| B", NULL}, {"AB|1", NULL},
    {"\u4e2d", NULL}, {"don|'t", NULL}, {"a|1|2|3| |4", NULL},
    {"1|2|\u00bd", NULL}, {"X|'s", NULL}, {NULL, NULL}};

static const struct golden deepseek[] = {{"", NULL}, {"a", NULL}, {" ", NULL},
    {"\n", NULL}, {"Hello|,| world", NULL}, {"don|'t", NULL},
    {"it|'s| I|'m| we|'ll", NULL}, {"DON|'T| I|'LL", NULL}, {"'s|'s", NULL},
    {"x|'| '|s", NULL}, {"he|'|\u017f", NULL}, {"'VE| '|re| '|d| '|x", NULL},
    {"a| | b", NULL}, {"a|   \n|b", NULL}, {"a| \n \n| b", NULL},
    {"  \r\n|\tx| ", NULL}, {"x|  ", NULL}, {"1234567| |89", NULL},
    {"a|1b|22", NULL}, {"x|=|1|;y|=[|2|]", NULL}, {" (|ok|)!\n\n|No", NULL},
    {"...///\n|/x", NULL}, {"\u00a0|\u00a0a", NULL}, {"\u3000|\u2028x", NULL},
    {"\u0416\u0443\u043a| \u0438| \u0436\u0443\u043a", NULL},
    {"\u4e2d\u6587\u5b57| |12", NULL}, {"\u3072\u3089\u30ab\u30ca\u6f22", NULL},
    {"e\u0301t\u00e9", NULL}, {"\u0301x| \u0301", NULL},
    {"\u0939\u093f\u0928\u094d\u0926\u0940", NULL},
    {"\u0634\u0643\u0631\u0627\u064b", NULL},
    {"\u0661\u0662\u0663\u0664\u2167\u00bd", NULL},
    {"\U0001f600|\u200dok", NULL}, {"\u01c5a\u02b0", NULL},
    {"\u2014\u201c|q|\u201d", NULL}, {"\001|\002a", NULL}, {"\ufeffa", NULL},
    {"$|9|.|99", NULL}, {"#include| <|x|>", NULL}, {"-x", NULL},
    {"$|\u00e9", NULL}, {"\u20ac", NULL}, {"\u20ac|a", NULL}, {"a|_b", NULL},
    {"\u0301a", NULL}, {"1\u0301", NULL}, {"1a", NULL}, {"12| a", NULL},
    {" | a", NULL}, {" \u4e2d", NULL}, {"\U0001f600\n", NULL}, {" !\r\n", NULL},
    {"\001", NULL}, {"\001a", NULL}, {"!", NULL}, {"!|1", NULL}, {"[Z", NULL},
    {"{z", NULL}, {"\n|1", NULL}, {"a\u0897b", NULL}, {"\u1b4e|a", NULL},
    {"a|\u1b7f", NULL}, {"\u1c89\u1c8ab", NULL}, {"\u2427\u2428|x", NULL},
    {"x|\u31ef", NULL}, {"\ua7cb\ua7cda", NULL}, {"\ua7da\ua7db\ua7dc", NULL},
    {"\U000105c0\U000105f3", NULL}, {"\U00010d40|\U00010d49\U00010d4a", NULL},
    {"\U00010d50\U00010d70|'m", NULL},
    {"\U00010d69|\U00010d6e|\U00010d6f", NULL}, {"\U00011380\U000113b8", NULL},
    {"\U000113d4|x", NULL}, {"\U000116d0\U000116d1\U000116d21", NULL},
    {"\U00011bf0a", NULL}, {"\U00013460b", NULL},
    {"\U0001611e|\U00016130", NULL}, {"\U0001ccf0|\U0001cd00", NULL},
    {"\U0001fae9| ok", NULL}, {"\U0002ebf0\U0002ee5d", NULL},
    {"\U0001e5ee|\U0001e5f1", NULL}, {NULL, NULL}};

static const struct golden number3[] = {{"", NULL}, {"1", NULL},
    {"123|45", NULL}, {"a|12|b|345|6|c", NULL},
    {"\u0661\u0662\u0663|\u0664", NULL}, {"\u00bd\u21671|x", NULL},
    {"abc", NULL}, {"\U00010d40\U00010d41|a", NULL}, {NULL, NULL}};

static const struct golden number[] = {{"1|2", NULL}, {"a|1|b", NULL},
    {"x", NULL}, {"\u0661|\u0662", NULL}, {"1|.|5| km|\u00b2", NULL},
    {"\u2167", NULL}, {NULL, NULL}};

static const struct golden numbers[] = {{"12", NULL}, {"a|123|b|45", NULL},
    {"x", NULL}, {"\u0661\u06621| |2", NULL}, {"1|.|5| km|\u00b2\u00b3", NULL},
    {"\u4e2d|12|\u4e2d", NULL}, {NULL, NULL}};

static const struct golden ideographs[] = {{"", NULL}, {"\u4e2d\u6587", NULL},
    {"a|\u4e2d\u6587|b", NULL}, {"\u3042\u30ab\u6f22|!|\u5b57", NULL},
    {"\u4e00\u9fa5|\u9fa6", NULL}, {"\u303f|\u3040\u30ff|\u3100", NULL},
    {"\u4dff|\u4e00", NULL}, {"\ud55c|\u4e2d", NULL}, {"abc", NULL},
    {NULL, NULL}};

static const struct golden digit3[] = {{"12", NULL}, {"123", NULL},
    {"123|4", NULL}, {"123|456|7", NULL}, {"a|123|b", NULL}, {"12a|345", NULL},
    {"\u0661\u0662\u0663|123", NULL}, {"12/34", NULL}, {"1:|234|5", NULL},
    {NULL, NULL}};

static const struct golden punctuation[] = {{"", NULL}, {"a", NULL},
    {"a|,|b", NULL}, {"!!|a|...", NULL}, {"(\u2014\u201c)|x", NULL},
    {"$+<=>| |~`^|a", NULL}, {"\u3002|\u4e2d|\uff01\uff1f", NULL},
    {"\u20ac a|\u00a7", NULL}, {"a|_|b|-|c", NULL}, {NULL, NULL}};

static const struct golden words[] = {{"", NULL}, {"", " "}, {"a", NULL},
    {"a|b", " a  b "}, {"a|b|c", "a\n\tb\u3000c"}, {"x", "\u00a0x\u2028"},
    {"\u4e2d|\u6587", "\u4e2d \u6587"}, {NULL, NULL}};

static const struct golden blanks[] = {{"", NULL}, {"\u2581a", "a"},
    {"\u2581a", " a"}, {"\u2581a|\u2581b|\u2581|\u2581c", "a b  c"},
    {"\u2581a", NULL}, {"\u2581a|\u2581b", "a\u2581b"},
    {"\u2581x|\u2581", "x "}, {"\u2581", " "}, {"\u2581a\nb|\u2581c", "a\nb c"},
    {NULL, NULL}};

static const struct golden blanks_never[] = {{"a", NULL}, {"\u2581a", " a"},
    {"a|\u2581b|\u2581|\u2581c", "a b  c"}, {"x\u3000y|\u2581z", "x\u3000y z"},
    {NULL, NULL}};

static const struct golden blanks_whole[] = {{"\u2581a", "a"},
    {"\u2581a", " a"}, {"\u2581a\u2581b\u2581\u2581c", "a b  c"}, {NULL, NULL}};

static const struct golden t5[] = {{"", NULL}, {"", "  "},
    {"\u2581a|\u2581b", "a b"}, {"\u2581a|\u2581b", " a\u2581b \n"},
    {NULL, NULL}};

static const struct golden first[] = {
    {"\u2581a|b|c", "a b c"}, {"a|b", " a b"}, {NULL, NULL}};

static const struct golden deepseek3[] = {{"x|=|123|45|;", NULL},
    {"In| |202|4|\u5e74|5|\u6708|,| ok", NULL},
    {"\u4e2d| a\u0301| |1\u00bd|\n", NULL},
    {"\uff0c\u300c|\u6f22|\u300d", NULL}, {NULL, NULL}};

static const struct golden falcon[] = {{"a| |123|45|!", NULL},
    {"\u4e8c|12", NULL}, {"x|\302|\262| \302|\274", NULL},
    {"\303|\263|\302|\263|\302|\271|a", NULL}, {"\u0661\u0662", NULL},
    {"2|,|000| km", NULL}, {"\340|\274\276|\304|\274|\304|\275", NULL},
    {"\342\202|\275|9", NULL}, {NULL, NULL}};

static const struct kind {
	const char *name;
	const struct golden *golden;
	size_t nstep;
	struct split_step step[SPLIT_NSTEP];
} kinds[] = {
    {"GPT-2", gpt2, 1, {{.kind = SPLIT_GPT2}}},
    {"GPT-2 with a blank before it", gpt2_prefix, 1,
	{{.kind = SPLIT_GPT2, .prefix = SPLIT_ALWAYS}}},
    {"Llama 3", llama3, 1, {{.kind = SPLIT_LLAMA3}}},
    {"Qwen 2", qwen2, 1, {{.kind = SPLIT_QWEN2}}},
    {"o200k", o200k, 1, {{.kind = SPLIT_O200K}}},
    {"Tekken", tekken, 1, {{.kind = SPLIT_TEKKEN}}},
    {"DeepSeek", deepseek, 1, {{.kind = SPLIT_DEEPSEEK}}},
    {"up to three numbers", number3, 1, {{.kind = SPLIT_NUMBER3}}},
    {"each number", number, 1, {{.kind = SPLIT_NUMBER}}},
    {"runs of numbers", numbers, 1, {{.kind = SPLIT_NUMBERS}}},
    {"ideographs and kana", ideographs, 1, {{.kind = SPLIT_IDEOGRAPHS}}},
    {"three digits", digit3, 1, {{.kind = SPLIT_DIGIT3}}},
    {"runs of punctuation", punctuation, 1, {{.kind = SPLIT_PUNCTUATION}}},
    {"words", words, 1, {{.kind = SPLIT_WORDS}}},
    {"Metaspace, always", blanks, 1,
	{{.kind = SPLIT_BLANKS, .prefix = SPLIT_ALWAYS, .blanks = true}}},
    {"Metaspace, never", blanks_never, 1,
	{{.kind = SPLIT_BLANKS, .blanks = true}}},
    {"Metaspace that does not split", blanks_whole, 1,
	{{.kind = SPLIT_NONE, .prefix = SPLIT_FIRST, .blanks = true}}},
    {"words, then Metaspace", t5, 2,
	{{.kind = SPLIT_WORDS},
	    {.kind = SPLIT_BLANKS, .prefix = SPLIT_ALWAYS, .blanks = true}}},
    {"words, then Metaspace of the first", first, 2,
	{{.kind = SPLIT_WORDS},
	    {.kind = SPLIT_BLANKS, .prefix = SPLIT_FIRST, .blanks = true}}},
    {"all of DeepSeek's", deepseek3, 3,
	{{.kind = SPLIT_NUMBER3}, {.kind = SPLIT_IDEOGRAPHS},
	    {.kind = SPLIT_DEEPSEEK}}},
    {"Falcon's, the last two over bytes", falcon, 4,
	{{.kind = SPLIT_PUNCTUATION}, {.kind = SPLIT_GPT2},
	    {.kind = SPLIT_NUMBERS, .bytes = true},
	    {.kind = SPLIT_DIGIT3, .bytes = true}}},
};

/* Whether a text's pieces are these; what it has instead is told. */
static bool
same(struct split *s, struct str text, const char *want, bool begins)
{
	struct buf got = {0};
	struct str piece;
	bool good, some = false;

	split_start(s, text, begins);
	for (; split_next(s, &piece); some = true) {
		if (some)
			buf_putc(&got, '|');
		buf_puts(&got, piece);
	}
	good = str_eq(buf_str(&got), str_of(want)) && !split_next(s, &piece);
	if (!good)
		printf("# wanted: %s\n# got: %.*s\n", want, (int)got.len,
		    got.len > 0 ? got.p : "");
	buf_release(&got);
	return good;
}

static void
recorded(const struct kind *k)
{
	const struct golden *g;
	struct split s = {.nstep = k->nstep};
	struct buf text = {0};
	const char *p;
	bool good = true;

	memcpy(s.step, k->step, sizeof(s.step));
	for (g = k->golden; g->pieces != NULL; g++) {
		text.len = 0;
		if (g->text != NULL)
			buf_puts(&text, str_of(g->text));
		for (p = g->pieces; g->text == NULL && *p != '\0'; p++)
			if (*p != '|')
				buf_putc(&text, *p);
		good &= same(&s, buf_str(&text), g->pieces, true);
	}
	ok(good, k->name);
	buf_release(&text);
	split_release(&s);
}

/* What comes after an added token does not begin the text. */
static void
later_parts(void)
{
	struct split s = {.nstep = 1,
	    .step = {
		{.kind = SPLIT_BLANKS, .prefix = SPLIT_FIRST, .blanks = true}}};

	ok(same(&s, STR("a b"), "\u2581a|\u2581b", true) &&
		same(&s, STR("a b"), "a|\u2581b", false),
	    "a prefix of the text's beginning alone");
	split_release(&s);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		recorded(&kinds[i]);
	later_parts();
	return tap_done();
}
