#include "llm/answer.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/ascii.h"
#include "llm/mend.h"

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

/* The same, ignoring the case of ASCII letters. */
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
		while (take(s, STR("`")) || take(s, STR("]")) ||
		       take(s, STR("*")) || take(s, STR("_")))
			;
}

/* One of the words, and the blank after it. */
static bool
take_word(struct str *s, const char *const list[])
{
	struct str t;

	for (; *list != NULL; list++) {
		t = *s;
		if (itake(&t, str_of(*list)) && take(&t, STR(" "))) {
			*s = t;
			return true;
		}
	}
	return false;
}

/*
 * What may come before labels in other forms: a symbol, a letter that numbers
 * them, a tag of HTML, the edge of a table.
 */
static void
take_dress(struct str *s)
{
	static const char *const tag[] = {"<b>", "<strong>", "<p>", "<li>",
	    "<br>", "<h2>", "<h3>", "|", NULL};
	struct str t;
	size_t i;

	while (s->len > 0 && ((unsigned char)s->p[0] >= 0x80 ||
				 s->p[0] == ' ' || s->p[0] == '\t'))
		s->p++, s->len--;
	t = *s;
	take(&t, STR("("));
	if (t.len > 1 && ascii_is_alpha(t.p[0]) &&
	    (t.p[1] == ')' || t.p[1] == '.')) {
		t.p += 2, t.len -= 2;
		*s = t;
	}
	for (i = 0; tag[i] != NULL; i++)
		while (take(s, STR(" ")) || itake(s, str_of(tag[i])))
			i = 0;
}

/* "Selected Topic", "Target Audience" */
static void
take_before(struct str *s)
{
	static const char *const word[] = {"selected", "chosen", "specific",
	    "target", "intended", "generated", "final", "the", NULL};

	take_word(s, word);
}

/* "Author Persona" */
static void
take_after(struct str *s)
{
	static const char *const word[] = {
	    " persona", " profile", " text", " content", " description", NULL};
	size_t i;

	for (i = 0; word[i] != NULL; i++)
		if (itake(s, str_of(word[i])))
			return;
}

static void
take_end_tag(struct str *s)
{
	static const char *const tag[] = {
	    "</b>", "</strong>", "</h2>", "</h3>", NULL};
	size_t i;

	for (i = 0; tag[i] != NULL; i++)
		itake(s, str_of(tag[i]));
}

/*
 * Whether a line begins with a label; if so, *which says which one, and line
 * becomes the text after it.  A label is followed by a colon, or by a dash or
 * nothing if its capitals or its marks show what it is.  If loose, a label may
 * also be alone on its line, in a table or between tags, and with a word of
 * its own.
 */
static bool
take_label(struct str *line, bool loose, enum answer_part *which)
{
	struct str s = *line;
	struct mark mark = {0};
	bool capital;
	size_t i;

	if (loose)
		take_dress(&s);
	take_marks(&s, &mark);
	take_number(&s, &mark);
	take_marks(&s, &mark);
	if (loose)
		take_before(&s);
	for (i = 0; i < ANSWER_NPART; i++) {
		capital = str_starts(s, str_of(answer_label[i]));
		if (itake(&s, str_of(answer_label[i])))
			break;
	}
	if (i == ANSWER_NPART || (s.len > 0 && ascii_is_alnum(s.p[0])))
		return false;
	if (loose)
		take_after(&s);
	take_note(&s);
	take_closing(&s, &mark);
	take_note(&s);
	while (take(&s, STR(" ")))
		;
	if (take(&s, STR(":")) || take(&s, STR("\xef\xbc\x9a"))) {
		take_closing(&s, &mark);
		if (loose)
			take_end_tag(&s);
	} else if (loose && take(&s, STR("|"))) {
		; /* a row of a table */
	} else if (s.len == 0 || s.p[0] == '\r') {
		if (!loose && !mark.head && !mark.bold &&
		    !(capital && mark.any))
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
find_parts(struct str text, bool loose, struct str part[ANSWER_NPART])
{
	struct str rest = text, line, label;
	enum answer_part which, open = ANSWER_NPART;
	size_t i;

	for (i = 0; i < ANSWER_NPART; i++)
		part[i] = (struct str){NULL, 0};
	while (next_line(&rest, &line)) {
		label = line;
		if (!take_label(&label, loose, &which) || part[which].p != NULL)
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

/* The line without the dashes, brackets and stars around it. */
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

/*
 * Words for the person who asked for the document, which none of its readers
 * would get.
 */
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
 * Whether a last paragraph is such a remark although no rule separates it from
 * the document.  Letters close like this, too, so that it must speak of the
 * answer.
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

/* Cut off what stands below the last rule, or after the last empty line. */
static struct str
cut_remark(struct str text)
{
	struct str rest = text, line, last = {text.p, 0}, below = {NULL, 0};
	struct str count, paragraph = {text.p, 0};
	const char *rule = NULL, *end = text.p + text.len;
	bool empty = false;

	while (next_line(&rest, &line)) {
		if (mend_is_rule(line)) {
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
		if (!take_label(&label, false, &which))
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

static size_t
count_good(const struct str part[ANSWER_NPART])
{
	size_t i, n = 0;

	for (i = 0; i < ANSWER_NPART; i++)
		n += part[i].len > 0;
	return n;
}

/* Whether emphasis begins on the line of a part, before it, and doesn't end. */
static bool
is_opened(struct str text, struct str part)
{
	const char *p = part.p;
	size_t n = 0;

	for (; p > text.p && p[-1] != '\n'; p--)
		if (p - text.p >= 2 && p[-1] == '*' && p[-2] == '*') {
			n++;
			p--;
		}
	return n % 2 == 1;
}

/* The six parts of a text whose labels are read strictly, or loosely. */
static size_t
take_parts(struct str text, bool loose, struct str part[ANSWER_NPART],
    struct arena *mem, unsigned *mended)
{
	size_t i;
	bool opened;

	find_parts(text, loose, part);
	for (i = 0; i < ANSWER_NPART; i++) {
		if (part[i].p == NULL)
			continue;
		opened = is_opened(text, part[i]);
		if (i == ANSWER_DOCUMENT)
			part[i] = cut_document(part[i]);
		part[i] = mend_part(
		    part[i], opened, i == ANSWER_DOCUMENT, mem, mended);
	}
	return count_good(part);
}

size_t
answer_parse(struct str text, struct str part[ANSWER_NPART], struct arena *mem,
    unsigned *mended)
{
	struct str other[ANSWER_NPART] = {{0}};
	unsigned strictly, loosely;
	size_t ngood;

	*mended = 0;
	text = mend_turn(text, mended);
	strictly = loosely = *mended;
	ngood = take_parts(text, false, part, mem, &strictly);
	if (ngood < ANSWER_NPART &&
	    (mend_form(text, answer_label, other, ANSWER_NPART, mem, mended) ||
		take_parts(text, true, other, mem, &loosely) == ANSWER_NPART)) {
		memcpy(part, other, sizeof(other));
		*mended |= loosely | 1u << MEND_FORM;
		return count_good(part);
	}
	*mended = strictly;
	return ngood;
}
