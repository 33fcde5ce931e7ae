/*
 * answer: labels in every form that models give them, and which text is cut
 * off
 */

#include "llm/answer.h"

#include "base/buf.h"
#include "llm/mend.h"
#include "tap.h"

#define FIVE                                                                   \
	"- TOPIC: t\n- PREMISE: p\n- AUTHOR: a\n- AUDIENCE: u\n- MOTIVE: m\n"

static struct str part[ANSWER_NPART];
static struct arena mem;
static unsigned mended;

static size_t
parse(const char *text)
{
	return answer_parse(str_of(text), part, &mem, &mended);
}

static bool
is(enum answer_part which, const char *text)
{
	return part[which].p != NULL && str_eq(part[which], str_of(text));
}

/*
 * Whether an answer has six parts: the values t, p, a, u and m, and document
 * d.
 */
static bool
whole(const char *text)
{
	return parse(text) == ANSWER_NPART && is(ANSWER_TOPIC, "t") &&
	       is(ANSWER_PREMISE, "p") && is(ANSWER_AUTHOR, "a") &&
	       is(ANSWER_AUDIENCE, "u") && is(ANSWER_MOTIVE, "m") &&
	       is(ANSWER_DOCUMENT, "d");
}

static void
labels(void)
{
	ok(whole(FIVE "- DOCUMENT: d"), "as asked for");
	ok(whole("TOPIC: t\nPREMISE: p\nAUTHOR: a\nAUDIENCE: u\nMOTIVE: m\n"
		 "DOCUMENT:\nd\n"),
	    "without dashes");
	ok(whole("**Topic:** t\n**Premise:** p\n**Author**: a\n"
		 "- **Audience:** u\n* **Motive:** m\n\n**Document:**\n\nd"),
	    "bold, in mixed case");
	ok(whole("1. TOPIC: t\n2) Premise: p\n(3) author: a\n"
		 "Step 4: Audience: u\n5. **Motive** - m\n6. DOCUMENT\nd"),
	    "numbered");
	ok(whole("### Topic\nt\n### Premise (1 word)\np\n## AUTHOR:\na\n"
		 "# Audience\nu\n### **Motive**\nm\n---\n### Document\nd"),
	    "headings, a rule above one");
	ok(whole("Sure, here it is.\r\n\r\n- TOPIC: t\r\n- PREMISE: p\r\n"
		 "- AUTHOR: a\r\n- AUDIENCE: u\r\n- MOTIVE: m\r\n"
		 "- DOCUMENT:\r\nd\r\n"),
	    "words before it, and CR LF");
	ok(whole("<think>TOPIC: x\nDOCUMENT: y</think>\n" FIVE "- DOCUMENT: d"),
	    "thoughts are passed over");
	ok(whole("\t- TOPIC: t\n__Premise:__ p\n\xe2\x80\x93 AUTHOR: a\n"
		 "\xe2\x80\x94 AUDIENCE: u\n`MOTIVE`: m\n[DOCUMENT]: d"),
	    "marks of other kinds");
	ok(whole("Part 1 TOPIC: t\nPart 2: Premise: p\nstep 3 author: a\n"
		 "> AUDIENCE: u\n> MOTIVE: m\n(6) DOCUMENT: d"),
	    "parts and steps");
	ok(parse("TOPIC (in short: t\n") == 0, "a note that does not end");
	ok(whole("*Topic:* t\n_Premise_: p\n- *Author:* a\n* _Audience:_ u\n"
		 "*Motive*: m\n*Document:*\nd") &&
		mended == 0,
	    "emphasis by one mark");
	ok(parse("* TOPIC: *t* x\n* PREMISE: p") == 2 &&
		is(ANSWER_TOPIC, "*t* x"),
	    "that of the text stays");
	ok(whole("\xe2\x80\xa2 Topic \xe2\x80\x93 t\n\xe2\x80\xa2 TOPIC: z") ==
		false,
	    "an en dash needs capitals or marks of weight");
	ok(whole("- TOPIC \xe2\x80\x93 t\n- PREMISE - p\n- AUTHOR \xe2\x80\x94 "
		 "a\n- AUDIENCE\xef\xbc\x9a u\n- MOTIVE: m\n- DOCUMENT: d"),
	    "dashes and a wide colon for the colon");
}

static void
missing(void)
{
	ok(parse("- TOPIC: t\n- DOCUMENT: d") == 2 &&
		part[ANSWER_PREMISE].p == NULL,
	    "a label that is not there");
	ok(parse(FIVE) == 5 && part[ANSWER_DOCUMENT].p == NULL, "cut early");
	ok(parse(FIVE "- DOCUMENT: ") == 5 && part[ANSWER_DOCUMENT].p != NULL &&
		part[ANSWER_DOCUMENT].len == 0,
	    "cut after the last label");
	ok(parse("") == 0 && parse("I can't help with that.") == 0,
	    "a refusal");
	ok(parse("Documents: d\nTopical: t\nthe author: a") == 0,
	    "words that only begin like a label");
}

/*
 * Labels in other forms than asked for: an answer has all six, or none counts.
 */
static void
other_forms(void)
{
	ok(whole("{\"topic\":\"t\",\"Premise\":\"p\",\"author\":\"a\","
		 "\"audience\":\"u\",\"MOTIVE\":\"m\",\"x\":1,\"document\":"
		 "\" d\\n\"}") &&
		mended == 1u << MEND_FORM,
	    "JSON");
	ok(whole(
	       "<thinking>{</thinking>\n```json\n{\"topic\":\"t\",\"premise\":"
	       "\"p\",\"author\":\"a\",\"audience\":\"u\",\"motive\":\"m\","
	       "\"document\":\"d\"}\n```\n"),
	    "in a fence");
	ok(parse("{\"topic\":\"t\"}") == 0, "not a part of it");
	ok(whole(
	       "Here:\n<topic>t</topic><Premise>p</Premise>\n<author>a</author>"
	       "<audience>u</audience><motive>m</motive>\n<document>\nd\n"
	       "</document>"),
	    "tags");
	ok(whole(
	       "| Part | Content |\n|---|---|\n| Topic | t |\n| Premise | p |\n"
	       "| **Author** | a |\n| Audience | u |\n| Motive | m |\n"
	       "| Document | d |\n"),
	    "a table");
	ok(whole("Topic\nt\n\nPremise\np\n\nAuthor\na\n\nAudience\nu\n\n"
		 "Motive\nm\n\nDocument\nd\n"),
	    "labels alone on their lines");
	ok(whole("<p><b>Topic:</b> t</p>\n<p><b>Premise:</b> p</p>\n"
		 "<p><b>Author:</b> a</p>\n<p><b>Audience:</b> u</p>\n"
		 "<p><b>Motive:</b> m</p>\n<p><b>Document:</b> d<br></p>"),
	    "HTML");
	ok(whole("**Chosen Topic:** t\nPremise: p\nAuthor Profile: a\n"
		 "**Intended Audience**: u\nMotive: m\nFinal Document: d"),
	    "with words of their own");
	ok(whole("\xf0\x9f\x93\x8c Topic: t\n\xe2\x9c\x85 **Premise:** p\n"
		 "A. Author: a\n(b) Audience: u\nc) Motive: m\nd) Document: d"),
	    "symbols and letters");
	ok(parse("The topic is rain.\nAn author: a\nPremise of it") == 0,
	    "plain text is none of these");
}

/* Which marks of form are removed from a part, and which are text. */
static void
leftovers(void)
{
	ok(whole("```\n" FIVE "- DOCUMENT: d\n```") &&
		mended == 1u << MEND_FENCE,
	    "the end of a fence around all");
	ok(parse(FIVE "- DOCUMENT: d\n```\nx = 1\n```") == 6 &&
		is(ANSWER_DOCUMENT, "d\n```\nx = 1\n```") && mended == 0,
	    "but not of one inside");
	ok(whole("- TOPIC: t\n---\n- PREMISE: p\n***\n- AUTHOR: a\n"
		 "- AUDIENCE: u\n- MOTIVE: m\n---\n- DOCUMENT: d\n\n---\n") &&
		mended == 1u << MEND_RULE,
	    "rules between parts, and at the end");
	ok(whole("**Topic: t**\n**Premise: p**\n**Author: a**\n"
		 "**Audience: u**\n**Motive: m**\n**Document:**\nd") &&
		mended == 1u << MEND_BOLD,
	    "emphasis of a whole line");
	ok(parse(FIVE "**Document: The Guide**\n\nRead **this**.") == 6 &&
		is(ANSWER_DOCUMENT, "The Guide\n\nRead **this**."),
	    "and of a title");
	ok(parse(FIVE "- DOCUMENT: 2 ** 3\nand **so**") == 6 &&
		is(ANSWER_DOCUMENT, "2 ** 3\nand **so**") && mended == 0,
	    "stars are text where the label has none");
	ok(whole(FIVE "- DOCUMENT: d<|im_end|>\n<|im_start|>user\nmore") &&
		mended == 1u << MEND_TOKENS &&
		whole(FIVE "- DOCUMENT: d</s>") &&
		whole(FIVE "- DOCUMENT: d\n<|eot_id|>") &&
		whole(FIVE "- DOCUMENT: d<end_of_turn>\n"),
	    "tokens that end a turn");
	ok(parse(FIVE "- DOCUMENT: <s>5</s> 4 <s>6</s>") == 6 &&
		is(ANSWER_DOCUMENT, "<s>5</s> 4 <s>6</s>"),
	    "what is struck out in HTML is text");
	ok(whole("<thinking>\n- TOPIC: x\n- DOCUMENT: y\n</thinking>\n" FIVE
		 "- DOCUMENT: d") &&
		mended == 1u << MEND_THOUGHTS &&
		whole("<reasoning>" FIVE "- DOCUMENT: y</reasoning>" FIVE
		      "- DOCUMENT: d"),
	    "drafts");
	ok(parse(FIVE "- DOCUMENT: [Insert the document here]") == 5 &&
		part[ANSWER_DOCUMENT].len == 0 &&
		mended == 1u << MEND_PLACEHOLDER,
	    "a placeholder is no document");
	ok(parse(FIVE "- DOCUMENT: [1] a\n[2] b") == 6 &&
		parse(FIVE "- DOCUMENT: Dear [Name], come.") == 6,
	    "brackets in one are text");
}

static void
documents(void)
{
	ok(parse(FIVE "- DOCUMENT: From: me\nTopic: rain\nAudience: all\n\n"
		      "DOCUMENT: x") == 6 &&
		is(ANSWER_DOCUMENT,
		    "From: me\nTopic: rain\nAudience: all\n\nDOCUMENT: x"),
	    "labels inside the document are text");
	ok(whole(FIVE "- DOCUMENT: d\n\n" FIVE "- DOCUMENT: e"),
	    "a second answer is cut off");
	ok(parse(FIVE "- DOCUMENT: d\nTopic: x\n" FIVE "- DOCUMENT: e") == 6 &&
		is(ANSWER_DOCUMENT, "d\nTopic: x"),
	    "from its own first label");
	ok(whole(FIVE "- DOCUMENT:\n```\nd\n```\nLet me know!"), "fenced");
	ok(whole(FIVE "- DOCUMENT: d\n[End of document]\nmore"), "end marker");
	ok(whole(FIVE "- DOCUMENT: d\n*End document*\nmore") &&
		whole(FIVE "- DOCUMENT: d\n--- END OF ANSWER ---\nmore") &&
		parse(FIVE "- DOCUMENT: d\nThe end of answers") == 6 &&
		is(ANSWER_DOCUMENT, "d\nThe end of answers"),
	    "its other forms");
	ok(whole(FIVE "- DOCUMENT: d\n\n---\n\nI hope this helps!"),
	    "a remark below a rule");
	ok(whole(FIVE "- DOCUMENT: d\n\nI hope this helps!") &&
		whole(FIVE "- DOCUMENT: d\n\nLet me know if you'd like me to "
			   "change anything.\n") &&
		whole(FIVE "- DOCUMENT: d\n\n(Would you like me to write a "
			   "longer one?)"),
	    "a last paragraph that speaks to the person who asked");
	ok(whole(FIVE "- DOCUMENT: d\n\n*(Word count: 512)*\n"), "word count");
	ok(parse(FIVE "- DOCUMENT: d\n---\nSigned in Bern.") == 6 &&
		is(ANSWER_DOCUMENT, "d\n---\nSigned in Bern."),
	    "a rule inside the document stays");
	ok(parse(FIVE "- DOCUMENT: d\n\nLet me know if you can come.") == 6 &&
		is(ANSWER_DOCUMENT, "d\n\nLet me know if you can come.") &&
		parse(FIVE "- DOCUMENT: I hope this document helps.") == 6 &&
		is(ANSWER_DOCUMENT, "I hope this document helps."),
	    "so does the end of a letter");
}

/* Many labels and many rules still take only one pass. */
static void
large(void)
{
	struct buf b = {0};
	size_t i;

	buf_puts(&b, STR(FIVE "- DOCUMENT: d\n"));
	for (i = 0; i < 500000; i++)
		buf_puts(&b, STR("- TOPIC: t\n- PREMISE: p\n---\n"));
	ok(answer_parse(buf_str(&b), part, &mem, &mended) == 6,
	    "14 MB of labels");
	buf_release(&b);
}

int
main(void)
{
	labels();
	missing();
	other_forms();
	leftovers();
	documents();
	large();
	arena_release(&mem);
	return tap_done();
}
