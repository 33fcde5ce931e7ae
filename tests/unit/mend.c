/* mend: what is taken off an answer, and what only looks so */

#include "llm/mend.h"

#include <string.h>

#include "tap.h"

static struct arena mem;

static bool
same(struct str got, unsigned done, const char *want, unsigned kinds,
    const char *given)
{
	bool good = str_eq(got, str_of(want)) && done == kinds;

	if (!good)
		printf("# %s: %.*s (%x)\n", given, (int)got.len, got.p, done);
	return good;
}

static void
test_turn(void)
{
	static const struct {
		const char *text, *want;
		unsigned kinds;
	} row[] = {
	    {"<think>x</think> a", "a", 1u << MEND_THOUGHTS},
	    {"x</think>a", "a", 1u << MEND_THOUGHTS},
	    {"<thinking>x</thinking>a", "a", 1u << MEND_THOUGHTS},
	    {"x</thinking>a", "x</thinking>a", 0},
	    {"<draft>x</draft><scratchpad>y</scratchpad>a", "a",
		1u << MEND_THOUGHTS},
	    {"a<|im_end|>b", "a", 1u << MEND_TOKENS},
	    {"<|im_end|>b", "<|im_end|>b", 0},
	    {"a</s>", "a", 1u << MEND_TOKENS},
	    {"<s>a</s>", "<s>a</s>", 0},
	    {"</s>", "</s>", 0},
	    {" a ", "a", 0},
	};
	bool good = true;
	unsigned done;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct str got;

		done = 0;
		got = mend_turn(str_of(row[i].text), &done);
		good &= same(got, done, row[i].want, row[i].kinds, row[i].text);
	}
	ok(good, "thoughts, and tokens of a chat");
}

static void
test_part(void)
{
	enum { NONE, OPENED, DOCUMENT };
	static const struct {
		int how;
		const char *text, *want;
		unsigned kinds;
	} row[] = {
	    {NONE, "a**", "a**", 0},
	    {OPENED, "a**", "a", 1u << MEND_BOLD},
	    {OPENED, "** a", "a", 1u << MEND_BOLD},
	    {OPENED, "a** b", "a b", 1u << MEND_BOLD},
	    {OPENED, "a", "a", 0},
	    {DOCUMENT, "a** b\nc", "a b\nc", 1u << MEND_BOLD},
	    {DOCUMENT, "a\nb** c", "a\nb** c", 0},
	    {DOCUMENT, "a\nb", "a\nb", 0},
	    {NONE, "a\n```", "a", 1u << MEND_FENCE},
	    {NONE, "a\n~~~~", "a", 1u << MEND_FENCE},
	    {NONE, "~~~\na\n~~~", "~~~\na\n~~~", 0},
	    {NONE, "a\n~~~b", "a\n~~~b", 0},
	    {NONE, "a\n``", "a\n``", 0},
	    {NONE, "a\n---\n***", "a", 1u << MEND_RULE},
	    {NONE, "a\n--", "a\n--", 0},
	    {NONE, "a\n--*", "a\n--*", 0},
	    {NONE, "---", "", 1u << MEND_RULE},
	    {NONE, "[Your text]", "", 1u << MEND_PLACEHOLDER},
	    {NONE, "<text>", "", 1u << MEND_PLACEHOLDER},
	    {NONE, "{text}", "", 1u << MEND_PLACEHOLDER},
	    {NONE, "(text)", "(text)", 0},
	    {NONE, "[a][b]", "[a][b]", 0},
	    {NONE, "[a]b]", "[a]b]", 0},
	    {NONE, "[a\nb]", "[a\nb]", 0},
	    {NONE, "[a", "[a", 0},
	    {NONE, "[]", "[]", 0},
	    {NONE, "a<BR>\n</p> |", "a", 1u << MEND_FORM},
	};
	bool good = true;
	unsigned done;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct str got;

		done = 0;
		got = mend_part(str_of(row[i].text), row[i].how != NONE,
		    row[i].how == DOCUMENT, &mem, &done);
		good &= same(got, done, row[i].want, row[i].kinds, row[i].text);
	}
	ok(good, "fences, rules, emphasis, placeholders");
}

/* Whether a text has the parts a and b, with values x and y. */
static bool
has_both(const char *text)
{
	static const char *const label[] = {"a", "b"};
	struct str part[2] = {{0}};
	unsigned done = 0;

	if (!mend_form(str_of(text), label, part, 2, &mem, &done))
		return done != 0 || part[0].p != NULL || part[1].p != NULL;
	return done == 1u << MEND_FORM && str_eq(part[0], STR("x")) &&
	       str_eq(part[1], STR("y"));
}

static void
test_form(void)
{
	ok(has_both("{\"a\":\"x\",\"b\":\" y \",\"c\":1}") &&
		has_both("```json\n{\"A\":\"x\",\"B\":\"y\"}\n```") &&
		has_both("```\n{\"a\":\"x\",\"b\":\"y\"}"),
	    "an object, in a fence or not");
	ok(!has_both("{\"a\":\"x\"}") && !has_both("{\"a\":\"x\",\"b\":1}") &&
		!has_both("{\"a\":\"x\",\"a\":\"y\"}") &&
		!has_both("{\"a\":\"x\",\"b\":\"y\"") &&
		!has_both("[\"x\",\"y\"]") && !has_both("```json") &&
		!has_both("```\nab") && !has_both("```\n") && !has_both(""),
	    "less than that, or no object");
	ok(has_both("<a>x</a> and <B> y </B>") && !has_both("<a>x</a><b>y") &&
		!has_both("<a>x</a>") && !has_both("a < b"),
	    "tags, each with its end");
}

int
main(void)
{
	test_turn();
	test_part();
	test_form();
	arena_release(&mem);
	return tap_done();
}
