#include "llm/mend.h"

#include <string.h>

#include "base/buf.h"
#include "record/json.h"

const char *const mend_name[MEND_NKIND] = {"thoughts", "chat tokens",
    "code fences", "rules", "stray emphasis", "placeholders", "other forms"};

enum { PLACEHOLDER_MAX = 120, FENCE_MAX = 40, TAG_MAX = 32 }; /* bytes */

static void
note(unsigned *done, enum mend_kind kind)
{
	*done |= 1u << kind;
}

/* The first place of a word in text, whatever the case; NULL: none. */
static const char *
ifind(struct str text, struct str word)
{
	for (; text.len >= word.len; text.p++, text.len--)
		if (str_ieq((struct str){text.p, word.len}, word))
			return text.p;
	return NULL;
}

/* The last place of a word in text; NULL: none. */
static const char *
find_last(struct str text, struct str word)
{
	const char *p, *last = NULL, *end = text.p + text.len;

	for (p = text.p; p < end && (p = memmem(p, (size_t)(end - p), word.p,
					 word.len)) != NULL;
	     p += word.len)
		last = p;
	return last;
}

static struct str
from(struct str text, const char *p)
{
	return (struct str){p, (size_t)(text.p + text.len - p)};
}

static struct str
before(struct str text, const char *p)
{
	return (struct str){text.p, (size_t)(p - text.p)};
}

/* "</think>" may come without its beginning, which a template wrote. */
static struct str
cut_thoughts(struct str text, unsigned *done)
{
	static const struct {
		struct str open, close;
	} tag[] = {{STR(""), STR("</think>")},
	    {STR("<thinking>"), STR("</thinking>")},
	    {STR("<reasoning>"), STR("</reasoning>")},
	    {STR("<reflection>"), STR("</reflection>")},
	    {STR("<scratchpad>"), STR("</scratchpad>")},
	    {STR("<draft>"), STR("</draft>")}};
	const char *close;
	size_t i;

	for (i = 0; i < sizeof(tag) / sizeof(*tag); i++) {
		close = find_last(text, tag[i].close);
		if (close == NULL ||
		    (tag[i].open.len > 0 &&
			memmem(text.p, (size_t)(close - text.p), tag[i].open.p,
			    tag[i].open.len) == NULL))
			continue;
		text = from(text, close + tag[i].close.len);
		note(done, MEND_THOUGHTS);
	}
	return text;
}

struct str
mend_turn(struct str text, unsigned *done)
{
	static const struct str token[] = {STR("<|im_end|>"),
	    STR("<|im_start|>"), STR("<|eot_id|>"), STR("<|end_of_text|>"),
	    STR("<|endoftext|>"), STR("<|end|>"), STR("<|eom_id|>"),
	    STR("<|return|>"), STR("<|user|>"), STR("<end_of_turn>"),
	    STR("<start_of_turn>"), STR("<eos>")};
	struct str last = STR("</s>");
	const char *p;
	size_t i;

	text = cut_thoughts(text, done);
	for (i = 0; i < sizeof(token) / sizeof(*token); i++)
		if ((p = memmem(text.p, text.len, token[i].p, token[i].len)) !=
			NULL &&
		    str_trim(before(text, p)).len > 0) {
			text = before(text, p);
			note(done, MEND_TOKENS);
		}
	/* in HTML it ends what is struck out */
	text = str_trim(text);
	p = text.p + text.len - last.len;
	if (text.len > last.len && str_eq(from(text, p), last) &&
	    memmem(text.p, text.len, "<s>", 3) == NULL) {
		text = str_trim(before(text, p));
		note(done, MEND_TOKENS);
	}
	return text;
}

bool
mend_is_rule(struct str line)
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

static size_t
count(struct str text, struct str word)
{
	const char *p, *end = text.p + text.len;
	size_t n = 0;

	for (p = text.p; p < end && (p = memmem(p, (size_t)(end - p), word.p,
					 word.len)) != NULL;
	     p += word.len)
		n++;
	return n;
}

/* The last line of a text that has been trimmed. */
static struct str
last_line(struct str text)
{
	const char *feed = memrchr(text.p, '\n', text.len);

	return feed != NULL ? from(text, feed + 1) : text;
}

/* The end of emphasis that began before the label; of the document it is on the
 * first line. */
static struct str
cut_bold(struct str part, bool document, struct arena *mem, unsigned *done)
{
	static const struct str bold = STR("**");
	const char *p;
	char *copy;

	p = document ? memmem(part.p, part.len, bold.p, bold.len)
		     : find_last(part, bold);
	if (p == NULL ||
	    (document && memchr(part.p, '\n', (size_t)(p - part.p)) != NULL))
		return part;
	note(done, MEND_BOLD);
	if (p + bold.len == part.p + part.len)
		return str_trim(before(part, p));
	if (p == part.p)
		return str_trim(from(part, p + bold.len));
	copy = arena_alloc(mem, part.len - bold.len);
	memcpy(copy, part.p, (size_t)(p - part.p));
	memcpy(copy + (p - part.p), p + bold.len, from(part, p + bold.len).len);
	return str_trim((struct str){copy, part.len - bold.len});
}

/* Whether a part is only a placeholder in brackets, such as "[Your text]". */
static bool
is_placeholder(struct str part)
{
	char open = part.len > 2 ? part.p[0] : ' ';
	char close = open == '[' ? ']' : open == '<' ? '>' : '}';
	struct str inside;

	if (part.len > PLACEHOLDER_MAX ||
	    (open != '[' && open != '<' && open != '{') ||
	    part.p[part.len - 1] != close)
		return false;
	inside = (struct str){part.p + 1, part.len - 2};
	return memchr(inside.p, open, inside.len) == NULL &&
	       memchr(inside.p, close, inside.len) == NULL &&
	       memchr(inside.p, '\n', inside.len) == NULL;
}

/*
 * Remove the ends of what stood around the whole answer: tags of HTML, the
 * edge of a table.
 */
static struct str
cut_ends(struct str part, unsigned *done)
{
	static const struct str end[] = {STR("<br>"), STR("<br/>"),
	    STR("<br />"), STR("</p>"), STR("</li>"), STR("</ul>"),
	    STR("</ol>"), STR("|")};
	struct str tail;
	bool again = true;
	size_t i;

	while (again)
		for (again = false, i = 0; i < sizeof(end) / sizeof(*end);
		     i++) {
			if (part.len < end[i].len)
				continue;
			tail = from(part, part.p + part.len - end[i].len);
			if (!str_ieq(tail, end[i]))
				continue;
			part = str_trim(before(part, tail.p));
			note(done, MEND_FORM);
			again = true;
		}
	return part;
}

/* Whether a line is the end of a code fence, and how such begin. */
static bool
ends_fence(struct str line, struct str *fence)
{
	size_t i;

	line = str_trim(line);
	*fence = str_starts(line, STR("~")) ? STR("~~~") : STR("```");
	for (i = 0; i < line.len; i++)
		if (line.p[i] != fence->p[0])
			return false;
	return line.len >= fence->len;
}

struct str
mend_part(struct str part, bool opened, bool document, struct arena *mem,
    unsigned *done)
{
	struct str line, fence;

	part = cut_ends(str_trim(part), done);
	while (part.len > 0) {
		line = last_line(part);
		if (ends_fence(line, &fence) && count(part, fence) % 2 == 1)
			note(done, MEND_FENCE);
		else if (mend_is_rule(line))
			note(done, MEND_RULE);
		else
			break;
		part = str_trim(before(part, line.p));
	}
	if (opened)
		part = cut_bold(part, document, mem, done);
	if (is_placeholder(part)) {
		note(done, MEND_PLACEHOLDER);
		part.len = 0;
	}
	return part;
}

/* An object, perhaps in a code fence: its text, else "". */
static struct str
find_object(struct str text)
{
	const char *feed;

	text = str_trim(text);
	if (str_starts(text, STR("```"))) {
		feed = memchr(
		    text.p, '\n', text.len < FENCE_MAX ? text.len : FENCE_MAX);
		if (feed == NULL)
			return STR("");
		text = str_trim(from(text, feed));
		if (text.len > 3 &&
		    str_eq(from(text, text.p + text.len - 3), STR("```")))
			text = str_trim(before(text, text.p + text.len - 3));
	}
	return text.len > 0 && text.p[0] == '{' ? text : STR("");
}

/* The members of an object that have the labels' names; how many. */
static size_t
take_members(struct str object, const char *const label[], struct str part[],
    size_t n, struct arena *mem)
{
	struct json_walk w;
	struct str key, raw, text;
	const char *why;
	size_t i, found = 0;

	if (!json_valid(object, &raw, &why) || !json_open(&w, raw, '{'))
		return 0;
	while (json_next(&w, mem, &key, &raw))
		for (i = 0; i < n; i++)
			if (str_ieq(key, str_of(label[i])) &&
			    json_get_str(raw, mem, &text)) {
				found += part[i].p == NULL;
				part[i] = str_trim(text);
			}
	return found;
}

/* <topic>..</topic>, each but once and closed; how many. */
static size_t
take_tags(
    struct str text, const char *const label[], struct str part[], size_t n)
{
	char open[TAG_MAX], close[TAG_MAX];
	const char *p, *end;
	size_t i, found = 0, len;

	for (i = 0; i < n; i++) {
		len = strlen(label[i]);
		open[0] = close[0] = '<';
		close[1] = '/';
		memcpy(open + 1, label[i], len);
		memcpy(close + 2, label[i], len);
		open[len + 1] = close[len + 2] = '>';
		p = ifind(text, (struct str){open, len + 2});
		if (p == NULL)
			continue;
		p += len + 2;
		end = ifind(from(text, p), (struct str){close, len + 3});
		if (end == NULL)
			continue;
		part[i] = str_trim((struct str){p, (size_t)(end - p)});
		found++;
	}
	return found;
}

bool
mend_form(struct str text, const char *const label[], struct str part[],
    size_t n, struct arena *mem, unsigned *done)
{
	struct str object = find_object(text), *found;
	size_t nfound = 0;

	found = arena_alloc(mem, n * sizeof(*found));
	memset(found, 0, n * sizeof(*found));
	if (object.len > 0)
		nfound = take_members(object, label, found, n, mem);
	else if (memchr(text.p, '<', text.len) != NULL)
		nfound = take_tags(text, label, found, n);
	if (nfound < n)
		return false;
	memcpy(part, found, n * sizeof(*part));
	note(done, MEND_FORM);
	return true;
}
