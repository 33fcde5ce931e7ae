#include "llm/answer.h"
#include "base/ascii.h"

#include <stdbool.h>
#include <stdint.h>

const char *const answer_label[ANSWER_NPART] = {
    "TOPIC", "PREMISE", "AUTHOR", "AUDIENCE", "MOTIVE", "DOCUMENT"};

enum { NOTE_MAX = 80, REMARK_MAX = 600 }; /* bytes */

/* Take the next line off rest, without its line end. */
static bool
next_line(struct str *rest, struct str *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->p, '\n', rest->len);
	line->p = rest->p;
	line->len = end != NULL ? (size_t)(end - rest->p) : rest->len;
	rest->p += line->len + (end != NULL);
	rest->len -= line->len + (end != NULL);
	return true;
}

static bool
take(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	s->p += prefix.len;
	s->len -= prefix.len;
	return true;
}

/* The same, whatever the case of ASCII letters. */
static bool
itake(struct str *s, struct str prefix)
{
	if (s->len < prefix.len ||
	    !str_ieq((struct str){s->p, prefix.len}, prefix))
		return false;
	s->p += prefix.len;
	s->len -= prefix.len;
	return true;
}

/* What stands around a label, as far as it makes a line look like a heading. */
struct mark {
	bool any;  /* a bullet, a number, a heading */
	bool bold; /* an emphasis that the label's end will close */
	bool head;
};

static void
take_marks(struct str *s, struct mark *mark)
{
	for (;;) {
		if (take(s, STR(" ")) || take(s, STR("\t")))
			continue;
		if (take(s, STR("**")) || take(s, STR("__"))) {
			mark->bold = mark->any = true;
		} else if (take(s, STR("#"))) {
			mark->head = mark->any = true;
		} else if (take(s, STR("-")) || take(s, STR("*")) ||
			   take(s, STR("_")) || take(s, STR(">")) ||
			   take(s, STR("`")) || take(s, STR("[")) ||
			   take(s, STR("\xe2\x80\xa2")) || /* bullet */
			   take(s, STR("\xe2\x80\x93")) || /* en dash */
			   take(s, STR("\xe2\x80\x94"))) { /* em dash */
			mark->any = true;
		} else {
			return;
		}
	}
}

/* "1.", "2)", "(3)", "Step 4:", "Part 5 -" */
static void
take_number(struct str *s, struct mark *mark)
{
	struct str t = *s;
	bool word = itake(&t, STR("step ")) || itake(&t, STR("part "));
	size_t ndigit = 0;

	take(&t, STR("("));
	while (ndigit < 2 && t.len > 0 && ascii_is_digit(t.p[0])) {
		t.p++, t.len--;
		ndigit++;
	}
	if (ndigit == 0)
		return;
	if (!take(&t, STR(".")) && !take(&t, STR(")")) && !take(&t, STR(":")) &&
	    !word)
		return;
	mark->any = true;
	*s = t;
}

/* "(less than 30 words)" */
static void
take_note(struct str *s)
{
	const char *end;

	while (take(s, STR(" ")))
		;
	if (s->len == 0 || s->p[0] != '(')
		return;
	end = memchr(s->p, ')', s->len < NOTE_MAX ? s->len : NOTE_MAX);
	if (end == NULL)
		return;
	s->len -= (size_t)(end + 1 - s->p);
	s->p = end + 1;
}

/* Emphasis that was opened before the label ends here. */
static void
take_closing(struct str *s, const struct mark *mark)
{
	if (mark->bold)
		while (take(s, STR("**")) || take(s, STR("__")))
			;
	else if (mark->any)
		while (take(s, STR("`")) || take(s, STR("]")))
			;
}

/*
 * Whether a line begins with a label; then *which, and line is what follows
 * it.  A label is followed by a colon, or by a dash or nothing where its
 * capitals or its marks show what it is.
 */
static bool
take_label(struct str *line, enum answer_part *which)
{
	struct str s = *line;
	struct mark mark = {0};
	bool capital;
	size_t i;

	take_marks(&s, &mark);
	take_number(&s, &mark);
	take_marks(&s, &mark);
	for (i = 0; i < ANSWER_NPART; i++) {
		capital = str_starts(s, str_of(answer_label[i]));
		if (itake(&s, str_of(answer_label[i])))
			break;
	}
	if (i == ANSWER_NPART || (s.len > 0 && ascii_is_alnum(s.p[0])))
		return false;
	take_note(&s);
	take_closing(&s, &mark);
	take_note(&s);
	while (take(&s, STR(" ")))
		;
	if (take(&s, STR(":")) || take(&s, STR("\xef\xbc\x9a"))) {
		take_closing(&s, &mark);
	} else if (s.len == 0 || s.p[0] == '\r') {
		if (!mark.head && !mark.bold && !(capital && mark.any))
			return false;
	} else if (!(capital || mark.bold || mark.head) ||
		   !(take(&s, STR("- ")) || take(&s, STR("\xe2\x80\x93 ")) ||
		       take(&s, STR("\xe2\x80\x94 ")))) {
		return false;
	}
	*which = (enum answer_part)i;
	*line = s;
	return true;
}

/* The parts as they are labelled, the document to the end of the text. */
static void
find_parts(struct str text, struct str part[ANSWER_NPART])
{
	struct str rest = text, line, label;
	enum answer_part which, open = ANSWER_NPART;
	size_t i;

	for (i = 0; i < ANSWER_NPART; i++)
		part[i] = (struct str){NULL, 0};
	while (next_line(&rest, &line)) {
		label = line;
		if (!take_label(&label, &which) || part[which].p != NULL)
			continue;
		if (open < ANSWER_NPART)
			part[open].len = (size_t)(line.p - part[open].p);
		part[which] = (struct str){
		    label.p, (size_t)(text.p + text.len - label.p)};
		open = which;
		if (which == ANSWER_DOCUMENT)
			return;
	}
}

/* A line without what frames it: dashes, brackets, stars. */
static struct str
bare(struct str line)
{
	static const char frame[] = " \t\r-*_=#()[]<>.";

	while (line.len > 0 && memchr(frame, line.p[0], sizeof(frame) - 1))
		line.p++, line.len--;
	while (line.len > 0 &&
	       memchr(frame, line.p[line.len - 1], sizeof(frame) - 1))
		line.len--;
	return line;
}

/* A line of three or more dashes, stars or the like. */
static bool
is_rule(struct str line)
{
	size_t i;

	line = str_trim(line);
	if (line.len < 3 || memchr("-*_=", line.p[0], 4) == NULL)
		return false;
	for (i = 1; i < line.len; i++)
		if (line.p[i] != line.p[0])
			return false;
	return true;
}

/* Words to whom asked for the document, as none of its readers gets them. */
static bool
is_remark(struct str s)
{
	static const char *const opening[] = {"i hope this", "let me know if",
	    "would you like me", "feel free to", "i have written",
	    "i've written", "is there anything", "word count"};
	size_t i;

	s = bare(str_trim(s));
	if (s.len > REMARK_MAX)
		return false;
	for (i = 0; i < sizeof(opening) / sizeof(*opening); i++)
		if (itake(&s, str_of(opening[i])))
			return true;
	return false;
}

/*
 * Whether a last paragraph is such a remark though no rule parts it from the
 * document.  Letters close like this, too; so it must speak of the answer.
 */
static bool
is_plain_remark(struct str s)
{
	static const char *const about[] = {"hope this helps", "like me to",
	    "want me to", "need me to", "this document", "the document"};
	struct str rest;
	size_t i;

	if (!is_remark(s))
		return false;
	for (rest = bare(str_trim(s)); rest.len > 0; rest.p++, rest.len--) {
		struct str t = rest;

		for (i = 0; i < sizeof(about) / sizeof(*about); i++)
			if (itake(&t, str_of(about[i])))
				return true;
	}
	return false;
}

/* Cut off what stands below the last rule, or behind the last empty line. */
static struct str
cut_remark(struct str text)
{
	struct str rest = text, line, last = {text.p, 0}, below = {NULL, 0};
	struct str count, paragraph = {text.p, 0};
	const char *rule = NULL, *end = text.p + text.len;
	bool empty = false;

	while (next_line(&rest, &line)) {
		if (is_rule(line)) {
			rule = line.p;
			below = rest;
		}
		if (str_trim(line).len > 0) {
			last = line;
			if (empty)
				paragraph = (struct str){
				    line.p, (size_t)(end - line.p)};
		}
		empty = str_trim(line).len == 0;
	}
	count = bare(last);
	if (rule != NULL && is_remark(below))
		text.len = (size_t)(rule - text.p);
	else if (is_plain_remark(paragraph))
		text.len = (size_t)(paragraph.p - text.p);
	else if (itake(&count, STR("word count")))
		text.len = (size_t)(last.p - text.p);
	return text;
}

/* Cut off a second answer: all six labels once more, in order. */
static struct str
cut_second(struct str text)
{
	struct str rest = text, line, label;
	const char *start = NULL;
	enum answer_part which;
	size_t expected = ANSWER_NPART;

	while (next_line(&rest, &line)) {
		label = line;
		if (!take_label(&label, &which))
			continue;
		if (which == ANSWER_TOPIC) {
			start = line.p;
			expected = ANSWER_PREMISE;
		} else if (which == expected && ++expected == ANSWER_NPART) {
			text.len = (size_t)(start - text.p);
			break;
		}
	}
	return text;
}

/* A part but the document ends above a rule, if the models drew one. */
static struct str
cut_rule(struct str text)
{
	const char *line;

	text = str_trim(text);
	line = memrchr(text.p, '\n', text.len);
	line = line != NULL ? line + 1 : text.p;
	if (is_rule((struct str){line, (size_t)(text.p + text.len - line)}))
		text.len = (size_t)(line - text.p);
	return str_trim(text);
}

static struct str
cut_document(struct str text)
{
	struct str rest, line;
	bool fenced;

	text = str_trim(cut_second(text));
	rest = text;
	fenced = str_starts(text, STR("```"));
	if (fenced) {
		next_line(&rest, &line);
		text = rest;
	}
	while (next_line(&rest, &line)) {
		if ((fenced && str_starts(str_trim(line), STR("```"))) ||
		    str_ieq(bare(line), STR("end of document")) ||
		    str_ieq(bare(line), STR("end document")) ||
		    str_ieq(bare(line), STR("end of answer"))) {
			text.len = (size_t)(line.p - text.p);
			break;
		}
	}
	return str_trim(cut_remark(text));
}

size_t
answer_parse(struct str text, struct str part[ANSWER_NPART])
{
	static const struct str close = STR("</think>");
	const char *p, *end = text.p + text.len;
	size_t i, ngood = 0;

	while ((p = memmem(text.p, text.len, close.p, close.len)) != NULL) {
		text.p = p + close.len;
		text.len = (size_t)(end - text.p);
	}
	find_parts(text, part);
	for (i = 0; i < ANSWER_NPART; i++) {
		if (part[i].p == NULL)
			continue;
		part[i] = i == ANSWER_DOCUMENT ? cut_document(part[i])
					       : cut_rule(part[i]);
		ngood += part[i].len > 0;
	}
	return ngood;
}
