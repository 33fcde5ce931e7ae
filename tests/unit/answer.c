/* answer: labels in every dress that models give them, and what is cut off */

#include "llm/answer.h"

#include "base/buf.h"
#include "tap.h"

#define FIVE                                                                   \
	"- TOPIC: t\n- PREMISE: p\n- AUTHOR: a\n- AUDIENCE: u\n- MOTIVE: m\n"

static struct str part[ANSWER_NPART];

static size_t
parse(const char *text)
{
	return answer_parse(str_of(text), part);
}

static bool
is(enum answer_part which, const char *text)
{
	return part[which].p != NULL && str_eq(part[which], str_of(text));
}

/* Whether an answer has six parts, the values t p a u m and the document d. */
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
	    "cut behind the last label");
	ok(parse("") == 0 && parse("I can't help with that.") == 0,
	    "a refusal");
	ok(parse("Documents: d\nTopical: t\nthe author: a") == 0,
	    "words that only begin like a label");
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
	ok(whole(FIVE "- DOCUMENT: d\n\n---\n\nI hope this helps!"),
	    "a remark below a rule");
	ok(whole(FIVE "- DOCUMENT: d\n\nI hope this helps!") &&
		whole(FIVE "- DOCUMENT: d\n\nLet me know if you'd like me to "
			   "change anything.\n") &&
		whole(FIVE "- DOCUMENT: d\n\n(Would you like me to write a "
			   "longer one?)"),
	    "a last paragraph to whom asked for it");
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

/* Many labels, many rules: still one pass. */
static void
large(void)
{
	struct buf b = {0};
	size_t i;

	buf_puts(&b, STR(FIVE "- DOCUMENT: d\n"));
	for (i = 0; i < 500000; i++)
		buf_puts(&b, STR("- TOPIC: t\n- PREMISE: p\n---\n"));
	ok(answer_parse(buf_str(&b), part) == 6, "14 MB of labels");
	buf_release(&b);
}

int
main(void)
{
	labels();
	missing();
	documents();
	large();
	return tap_done();
}
