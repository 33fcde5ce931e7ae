#include "web/html-tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { EMPTY = 1, STRICT = 2 };

static const struct {
	const char *name;
	unsigned flags;
	const char *closes;
} elements[] = {
#define CLOSES(name, flags, closes) {name, flags, closes},
#include "web/html-closes.h"
#undef CLOSES
};

enum {
	NELEMENT = sizeof(elements) / sizeof(elements[0]),
	SLOT_BITS = 9,	 /* at first */
	TEXT_MAX = 1000, /* bytes after which a piece of text ends */
	PRIORITY = 100	 /* of an element that is not below */
};
_Static_assert(NELEMENT < 128, "their names are bits of closes[2]");

/* An end tag ends no element of a higher priority. */
static const struct {
	const char *name;
	uint8_t priority;
} priorities[] = {{"div", 150}, {"td", 160}, {"th", 160}, {"tr", 170},
    {"thead", 180}, {"tbody", 180}, {"tfoot", 180}, {"table", 190},
    {"head", 200}, {"body", 200}, {"html", 220}};

/* Names. */

static bool
is_name(unsigned char c)
{
	return html_is_alpha(c) || (unsigned)(c - '0') < 10 || c == '-' ||
	       c == '_' || c == ':' || c == '.';
}

/*
 * The letters of a name in lower case, the others as they are: in what names
 * consist of, the bit of the case is set in all that are no letters, but for
 * "_", which becomes a byte that no name has.  A name of more than 8 bytes is
 * hashed.
 */
static uint64_t
key_of(struct str name)
{
	uint64_t key = 0, part;
	size_t i;

	for (i = 0; i < name.len; i += 8) {
		part = 0;
		memcpy(&part, name.p + i,
		    name.len - i < 8 ? name.len - i : (size_t)8);
		part |= UINT64_C(0x2020202020202020) >>
			(name.len - i < 8 ? 64 - 8 * (name.len - i) : 0);
		key = (key ^ part) *
		      (name.len > 8 ? UINT64_C(0x9fb21c651e98df25) : 1);
		key ^= name.len > 8 ? key >> 29 : 0;
	}
	return key;
}

/* The slot of a name: where it is, or where it would be. */
static uint32_t *
place(const struct html_tree *t, struct str name, uint64_t key)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1, i;
	const struct html_tree_name *n;

	i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >>
		     (64 - t->slot_bits));
	for (;; i = (i + 1) & mask) {
		n = &t->name[t->slot[i]];
		if (t->slot[i] == 0 ||
		    (n->key == key && n->name.len == name.len &&
			(name.len <= 8 || str_ieq(n->name, name))))
			return &t->slot[i];
	}
}

static void
names_grow(struct html_tree *t)
{
	uint32_t i;

	if (t->nname == t->name_cap) {
		t->name_cap *= 2;
		t->name = mem_grow(t->name, t->name_cap, sizeof(*t->name));
	}
	if (2 * t->nname < (size_t)1 << t->slot_bits)
		return;
	t->slot_bits++;
	free(t->slot);
	t->slot = mem_zeroed((size_t)1 << t->slot_bits, sizeof(*t->slot));
	for (i = 1; i < t->nname; i++)
		*place(t, t->name[i].name, t->name[i].key) = i;
}

/* The number of a name, which may be a new one; 0 is none. */
static uint32_t
number_of(struct html_tree *t, struct str name)
{
	uint64_t key = key_of(name);
	uint32_t *slot = place(t, name, key);
	struct html_tree_name *n;

	if (*slot != 0)
		return *slot;
	names_grow(t);
	slot = place(t, name, key);
	n = &t->name[t->nname];
	*n = (struct html_tree_name){.name = name,
	    .key = key,
	    .priority = PRIORITY,
	    .tag = (uint8_t)html_tag_find(t->names, name)};
	n->custom =
	    n->tag == HTML_OTHER && memchr(name.p, '-', name.len) != NULL;
	return *slot = (uint32_t)t->nname++;
}

/* Forget the names that only this page had, the last one first. */
static void
names_forget(struct html_tree *t)
{
	const struct html_tree_name *n;

	while (t->nname > t->nfixed) {
		n = &t->name[--t->nname];
		*place(t, n->name, n->key) = 0;
	}
}

/* The names of the list at s, as bits. */
static void
closes_read(struct html_tree *t, uint64_t closes[2], const char *s)
{
	uint32_t number;
	size_t len;

	for (; *s != '\0'; s += len + (s[len] == ' ')) {
		len = strcspn(s, " ");
		number = number_of(t, (struct str){s, len});
		closes[number / 64] |= UINT64_C(1) << number % 64;
	}
}

void
html_tree_init(struct html_tree *t, const struct html_names *names,
    const struct html_tree_events *events, void *ctx)
{
	size_t i;
	unsigned tag;

	memset(t, 0, sizeof(*t));
	t->names = names;
	t->events = events;
	t->ctx = ctx;
	t->slot_bits = SLOT_BITS;
	t->slot = mem_zeroed((size_t)1 << SLOT_BITS, sizeof(*t->slot));
	t->name_cap = 2 * NELEMENT;
	t->name = mem_zeroed(t->name_cap, sizeof(*t->name));
	t->nname = 1;
	for (i = 0; i < NELEMENT; i++)
		number_of(t, str_of(elements[i].name));
	for (i = 0; i < NELEMENT; i++) {
		t->name[i + 1].empty = elements[i].flags & EMPTY;
		t->name[i + 1].strict = elements[i].flags & STRICT;
		closes_read(t, t->name[i + 1].closes, elements[i].closes);
	}
	for (i = 0; i < sizeof(priorities) / sizeof(priorities[0]); i++)
		t->name[number_of(t, str_of(priorities[i].name))].priority =
		    priorities[i].priority;
	for (tag = HTML_OTHER + 1; tag < HTML_NTAG; tag++)
		number_of(t, str_of(html_tag_name(tag)));
	t->nfixed = t->nname;
}

void
html_tree_release(struct html_tree *t)
{
	free(t->name);
	free(t->slot);
	free(t->open);
	buf_release(&t->text);
	memset(t, 0, sizeof(*t));
}

/* Elements. */

/* The name of the innermost open element, or NULL. */
static struct html_tree_name *
top(const struct html_tree *t)
{
	return t->nopen > 0 ? &t->name[t->open[t->nopen - 1]] : NULL;
}

static bool
top_is(const struct html_tree *t, enum html_tag tag)
{
	return t->nopen > 0 && top(t)->tag == tag;
}

static void
begin(struct html_tree *t, uint32_t number, uint32_t attr)
{
	struct html_tree_name *n = &t->name[number];

	if (t->nopen == t->open_cap) {
		t->open_cap = t->open_cap ? 2 * t->open_cap : 256;
		t->open = mem_grow(t->open, t->open_cap, sizeof(*t->open));
	}
	t->open[t->nopen++] = number;
	n->nopen++;
	t->head_seen |= n->tag == HTML_HEAD;
	t->body_seen |= n->tag == HTML_BODY;
	t->events->start(t->ctx, n, attr);
}

static void
finish(struct html_tree *t)
{
	struct html_tree_name *n = top(t);

	t->events->end(t->ctx, n);
	n->nopen--;
	t->nopen--;
}

/* End the elements that the start tag of a name closes. */
static void
close_by(struct html_tree *t, const struct html_tree_name *n)
{
	uint32_t number;

	for (; t->nopen > 0; finish(t)) {
		number = t->open[t->nopen - 1];
		if (number > NELEMENT ||
		    !(n->closes[number / 64] >> number % 64 & 1))
			return;
	}
}

static uint32_t
number_of_tag(struct html_tree *t, enum html_tag tag)
{
	return number_of(t, str_of(html_tag_name(tag)));
}

/* Whether an element stands in the head, if nothing else says where. */
static bool
is_of_head(enum html_tag tag)
{
	return tag == HTML_SCRIPT || tag == HTML_STYLE || tag == HTML_META ||
	       tag == HTML_LINK || tag == HTML_TITLE || tag == HTML_BASE;
}

/* Begin what must stand around an element, and does not: html, head, body. */
static void
imply(struct html_tree *t, const struct html_tree_name *n)
{
	enum html_tag tag = n->tag;

	if (tag == HTML_HTML)
		return;
	if (t->nopen == 0)
		begin(t, number_of_tag(t, HTML_HTML), HTML_TREE_NONE);
	if (tag == HTML_BODY || tag == HTML_HEAD)
		return;
	if (t->nopen <= 1 && is_of_head(tag)) {
		if (!t->head_seen && !t->body_seen)
			begin(t, number_of_tag(t, HTML_HEAD), HTML_TREE_NONE);
	} else if (!t->body_seen && tag != HTML_FRAME &&
		   !str_ieq(n->name, STR("noframes")) &&
		   !str_ieq(n->name, STR("frameset")) &&
		   t->name[number_of_tag(t, HTML_HEAD)].nopen == 0) {
		begin(t, number_of_tag(t, HTML_BODY), HTML_TREE_NONE);
	}
}

/* Text and references make a paragraph where no text may be. */
static void
imply_paragraph(struct html_tree *t)
{
	uint32_t p;

	if (t->nopen > 0 && !top_is(t, HTML_HTML) && !top_is(t, HTML_HEAD))
		return;
	p = number_of_tag(t, HTML_P);
	close_by(t, &t->name[p]);
	imply(t, &t->name[p]);
	begin(t, p, HTML_TREE_NONE);
}

/* Whether a start tag is left out, since its element is open or not in place. */
static bool
is_misplaced(const struct html_tree *t, const struct html_tree_name *n)
{
	switch (n->tag) {
	case HTML_HTML:
		return t->nopen > 0;
	case HTML_HEAD:
		return t->nopen != 1;
	case HTML_BODY:
		return n->nopen > 0;
	default:
		return false;
	}
}

static void
start_tag(struct html_tree *t, struct str name, uint32_t attr)
{
	const char *dot = memchr(name.p, '.', name.len);
	uint32_t number, before;

	if (dot != NULL) { /* what is before a point closes elements too */
		before =
		    number_of(t, (struct str){name.p, (size_t)(dot - name.p)});
		close_by(t, &t->name[before]);
	}
	number = number_of(t, name);
	close_by(t, &t->name[number]);
	imply(t, &t->name[number]);
	if (is_misplaced(t, &t->name[number])) {
		t->nmisplaced++;
		return;
	}
	begin(t, number, attr);
	if (t->name[number].empty)
		finish(t);
}

/* End the elements inside the last one of a name, unless one is above it. */
static void
close_inside(struct html_tree *t, uint32_t number)
{
	size_t i;

	for (i = t->nopen; t->open[i - 1] != number; i--)
		if (t->name[t->open[i - 1]].priority > t->name[number].priority)
			return;
	while (t->open[t->nopen - 1] != number) {
		if (top(t)->strict)
			t->events->stray(t->ctx);
		finish(t);
	}
}

static void
end_tag(struct html_tree *t, struct str name)
{
	uint32_t number = number_of(t, name);
	enum html_tag tag = t->name[number].tag;

	if (t->nmisplaced > 0 &&
	    (tag == HTML_HTML || tag == HTML_HEAD || tag == HTML_BODY)) {
		t->nmisplaced--;
		return;
	}
	if (t->name[number].nopen == 0) {
		t->events->stray(t->ctx);
		return;
	}
	close_inside(t, number);
	if (t->open[t->nopen - 1] == number)
		finish(t);
	else
		t->events->stray(t->ctx);
}

/* Text. */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * A piece of text, never empty, before a character or, if that is 0, the end.
 * White space before a tag needs no paragraph.
 */
static void
put_text(struct html_tree *t, const char *s, size_t len, char next)
{
	size_t i;

	if (t->nopen == 0 || top_is(t, HTML_HTML) || top_is(t, HTML_HEAD)) {
		for (i = 0; i < len && is_blank(s[i]); i++)
			;
		if (i < len || (next != '<' && next != '\0'))
			imply_paragraph(t);
	}
	t->events->text(t->ctx, s, len);
}

/* Text before a character, or the end of the page, in pieces. */
static void
put_pieces(struct html_tree *t, struct str s, char next)
{
	size_t len;

	while (s.len >= TEXT_MAX && !t->stop) {
		for (len = TEXT_MAX;
		     len < s.len && ((unsigned char)s.p[len] & 0xc0) == 0x80;)
			len++;
		put_text(t, s.p, len, s.p[len - 1]);
		s = (struct str){s.p + len, s.len - len};
	}
	if (s.len > 0 && !t->stop)
		put_text(t, s.p, s.len, next);
}

/* The bytes of a character at s that XML forbids, or 0. */
static size_t
forbidden(struct str s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c < ' ')
		return !is_blank(s.p[0]);
	return s.len >= 3 && c == 0xef && (unsigned char)s.p[1] == 0xbf &&
		       (unsigned char)s.p[2] >= 0xbe
		   ? 3
		   : 0;
}

/* The same of text that may hold forbidden characters. */
static void
put_allowed(struct html_tree *t, struct str s, char next)
{
	size_t len;

	t->text.len = 0;
	while (s.len > 0) {
		len = forbidden(s);
		if (len == 0)
			buf_putc(&t->text, s.p[len++]);
		s = (struct str){s.p + len, s.len - len};
	}
	put_pieces(t, buf_str(&t->text), next);
}

/* Whether a page holds any forbidden character. */
static bool
has_forbidden(struct str page)
{
	const char *end = page.p + page.len, *s;
	size_t i;

	for (i = 0; i < page.len; i++)
		if ((unsigned char)page.p[i] < ' ' && !is_blank(page.p[i]))
			return true;
	for (s = page.p; s < end; s++) {
		s = memchr(s, '\xef', (size_t)(end - s));
		if (s == NULL)
			return false;
		if (forbidden((struct str){s, (size_t)(end - s)}) > 0)
			return true;
	}
	return false;
}

/* The page. */

/* A tag at s, a '<'; returns what is after it. */
static const char *
read_tag(struct html_tree *t, const char *s, const char *end)
{
	bool closing = end - s > 1 && s[1] == '/';
	struct str name = {s + 1 + closing, 0};
	uint32_t attr = HTML_TREE_NONE;
	const char *q;

	for (q = name.p; q < end && is_name((unsigned char)*q); q++)
		;
	name.len = (size_t)(q - name.p);
	if (end - q > 3 && *q == ' ')
		for (attr = 0, q += 3; q < end && *q != '>'; q++)
			attr = 10 * attr + (uint32_t)(*q - '0');
	if (closing)
		end_tag(t, name);
	else
		start_tag(t, name, attr);
	return q < end ? q + 1 : end;
}

/* A reference at s, a '&'; returns what is after it. */
static const char *
read_reference(struct html_tree *t, const char *s, const char *end)
{
	struct str rest = {s, (size_t)(end - s)};

	imply_paragraph(t);
	if (str_starts(rest, STR("&lt;"))) {
		t->events->text(t->ctx, "<", 1);
		return s + 4;
	}
	t->events->text(t->ctx, "&", 1);
	return s + (str_starts(rest, STR("&amp;")) ? 5 : 1);
}

/* Where the page begins: after a mark of byte order, or two, and blanks. */
static struct str
begin_of(struct str page)
{
	static const struct str mark = {"\xef\xbb\xbf", 3};

	if (str_starts(page, mark))
		page = (struct str){page.p + 3, page.len - 3};
	if (page.len > 3 && str_starts(page, mark))
		page = (struct str){page.p + 3, page.len - 3};
	while (page.len > 0 && is_blank(page.p[0]))
		page.p++, page.len--;
	return page;
}

void
html_tree_read(struct html_tree *t, struct str page)
{
	const char *s, *end, *q;
	bool allowed;

	page = begin_of(page);
	allowed = !has_forbidden(page);
	t->stop = t->head_seen = t->body_seen = false;
	t->nmisplaced = 0;
	for (s = page.p, end = s + page.len; s < end && !t->stop;) {
		if (*s == '<') {
			s = read_tag(t, s, end);
			continue;
		}
		if (*s == '&') {
			s = read_reference(t, s, end);
			continue;
		}
		for (q = s; q < end && *q != '<' && *q != '&';)
			q++;
		(allowed ? put_pieces : put_allowed)(
		    t, (struct str){s, (size_t)(q - s)}, q < end ? *q : '\0');
		s = q;
	}
	while (t->nopen > 0)
		t->name[t->open[--t->nopen]].nopen = 0;
	names_forget(t);
}
