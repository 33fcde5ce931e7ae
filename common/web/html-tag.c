#include "web/html-tag.h"

#include <string.h>

#define B HTML_TAG_BOX
#define V HTML_TAG_VOID
#define S HTML_TAG_SILENT
#define P HTML_TAG_KEEPS

static const struct tag {
	struct str name;
	unsigned flags;
} tags[HTML_NTAG] = {
    {{"", 0}, 0},
#define HTML_TAG(id, name, flags) {{name, sizeof(name) - 1}, flags},
#include "web/html-tags.h"
#undef HTML_TAG
};

#undef B
#undef V
#undef S
#undef P

static const char *const hint_words[HTML_NHINT] = {
#define HTML_HINT(id, words) words,
#include "web/html-hints.h"
#undef HTML_HINT
};

static const struct str attr_names[HTML_NATTR] = {
#define A(name)                                                                \
	{                                                                      \
		name, sizeof(name) - 1                                         \
	}
    A("class"), A("id"), A("role"), A("style"), A("hidden"), A("aria-hidden"),
    A("href"), A("itemprop"), A("lang"), A("name"), A("property"), A("content"),
    A("datetime"), A("rel"), A("http-equiv"), A("type"), A("data-testid"),
    A("data-component"), A("xml:lang"), A("alt"), A("alttext"), A("colspan"),
    A("rowspan")
#undef A
};

enum { WORD_MAX = 32 }; /* letters of a word that are looked at */

bool
html_tag_is_inline(enum html_tag tag)
{
	return (tags[tag].flags & HTML_TAG_BOX) == 0;
}

const char *
html_tag_name(enum html_tag tag)
{
	return tags[tag].name.p;
}

unsigned
html_tag_flags(enum html_tag tag)
{
	return tags[tag].flags;
}

enum { FNV_START = 0x811c9dc5 };

static uint32_t
hash_name(const char *s, size_t len)
{
	uint32_t hash = (uint32_t)FNV_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = html_hash_byte(hash, html_lower((unsigned char)s[i]));
	return hash;
}

enum html_tag
html_tag_find(const struct html_names *names, struct str name)
{
	uint32_t i = hash_name(name.p, name.len);

	for (;; i++) {
		uint8_t t = names->tag_slot[i % HTML_TAG_SLOTS];

		if (t == 0 || str_ieq(tags[t].name, name))
			return t;
	}
}

/* The slot from which on an attribute is searched for. */
static unsigned
attr_start(struct str name)
{
	return ((unsigned)name.p[0] & 0x1f) * 8 + (unsigned)name.len * 5 +
	       ((unsigned)name.p[name.len - 1] & 0x1f);
}

enum html_attr
html_attr_find(const struct html_names *names, struct str name)
{
	unsigned i;

	for (i = attr_start(name);; i++) {
		enum html_attr a = names->attr_slot[i % HTML_ATTR_SLOTS];

		if (a == HTML_NATTR || str_ieq(attr_names[a], name))
			return a;
	}
}

static void
attrs_init(struct html_names *names)
{
	enum html_attr a;
	unsigned i;

	memset(names->attr_slot, HTML_NATTR, sizeof(names->attr_slot));
	for (a = 0; a < HTML_NATTR; a++) {
		i = attr_start(attr_names[a]);
		while (names->attr_slot[i % HTML_ATTR_SLOTS] != HTML_NATTR)
			i++;
		names->attr_slot[i % HTML_ATTR_SLOTS] = (uint8_t)a;
	}
}

static void
bytes_init(struct html_names *names)
{
	unsigned c;

	for (c = 0; c < 128; c++) {
		if (html_is_space((unsigned char)c))
			names->byte[c] |= HTML_BYTE_SPACE;
		if (html_is_alpha((unsigned char)c) || c - '0' < 10 ||
		    c == '-' || c == '_' || c == ':' || c == '.')
			names->byte[c] |= HTML_BYTE_NAME;
		if (c == '<' || c == '&')
			names->byte[c] |= HTML_BYTE_MARKUP;
	}
}

/* A star at the end of a name stands for any ending. */
static const struct {
	const char *names;
	unsigned kind;
} kinds[] = {
    {"code-block codeblock code_block code-snippet codesnippet code-example "
     "code-sample code-listing source-code sourcecode prettyprint hljs "
     "codehilite",
	HTML_NAMES_CODE},
    {"mwe-math* math* tex latex", HTML_NAMES_MATH},
    {"katex-html", HTML_NAMES_KATEX}, {"mathjax*", HTML_NAMES_MATHJAX},
    {"lineno linenos lineno* line-number line-numbers linenumber* "
     "hljs-ln-numbers hljs-ln-n blob-num gutter rouge-gutter lnt ln-num",
	HTML_NAMES_LINES},
    {"reference footnote* fn noteref", HTML_NAMES_NOTE},
    {"byline by-line author-name author__name byline__name byline-name "
     "post-author entry-author article-author article__author",
	HTML_NAMES_BYLINE}};

/* Take the next name off a list; empty: there is none. */
static struct str
take_name(struct str *list)
{
	struct str name;
	size_t i = 0;

	while (i < list->len && html_is_space((unsigned char)list->p[i]))
		i++;
	name = (struct str){list->p + i, 0};
	while (i < list->len && !html_is_space((unsigned char)list->p[i]))
		i++, name.len++;
	*list = (struct str){list->p + i, list->len - i};
	return name;
}

bool
html_has_name(struct str list, struct str name)
{
	struct str one;

	while ((one = take_name(&list)).len > 0)
		if (str_ieq(one, name))
			return true;
	return false;
}

/* The slot of a name's hash, which may be free. */
static size_t
kind_place(const struct html_names *names, uint32_t hash)
{
	size_t at = hash % HTML_KIND_SLOTS;

	while (
	    names->kind_slot[at].hash != 0 && names->kind_slot[at].hash != hash)
		at = (at + 1) % HTML_KIND_SLOTS;
	return at;
}

unsigned
html_kinds(const struct html_names *names, struct str list)
{
	unsigned kind = 0;
	struct str name, begin;
	size_t i;

	while ((name = take_name(&list)).len > 0) {
		if (name.len <= WORD_MAX)
			kind |= names
				    ->kind_slot[kind_place(
					names, hash_name(name.p, name.len))]
				    .kind;
		for (i = 0; i < names->nprefix; i++) {
			begin = names->prefix[i].name;
			if (begin.len <= name.len &&
			    (name.p[0] | 0x20) == begin.p[0] &&
			    str_ieq((struct str){name.p, begin.len}, begin))
				kind |= names->prefix[i].kind;
		}
	}
	return kind;
}

static void
kinds_init(struct html_names *names)
{
	struct str list, name;
	uint32_t hash;
	size_t i, at;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		list = str_of(kinds[i].names);
		while ((name = take_name(&list)).len > 0) {
			if (name.p[name.len - 1] == '*') {
				name.len--;
				names->prefix[names->nprefix].name = name;
				names->prefix[names->nprefix++].kind =
				    kinds[i].kind;
				continue;
			}
			hash = hash_name(name.p, name.len);
			at = kind_place(names, hash);
			names->kind_slot[at].hash = hash;
			names->kind_slot[at].kind |= kinds[i].kind;
		}
	}
}

static uint64_t
hint_find(const struct html_names *names, uint32_t hash)
{
	uint32_t i;

	for (i = hash;; i++) {
		const struct html_hint_slot *s =
		    &names->hint_slot[i % HTML_HINT_SLOTS];

		if (s->hash == hash || s->hash == 0)
			return s->hint;
	}
}

static void
hint_add(struct html_names *names, uint32_t hash, unsigned bit)
{
	uint32_t i = hash;
	struct html_hint_slot *s;

	do
		s = &names->hint_slot[i++ % HTML_HINT_SLOTS];
	while (s->hash != hash && s->hash != 0);
	s->hash = hash;
	s->hint |= HTML_BIT(bit);
}

/*
 * What a list of names hints at.  Names fall into words at anything but
 * letters, and before a capital ("navBar").  A word of the table counts alone
 * and, if it has four letters, at the start of a longer one ("commentform").
 */
uint64_t
html_hints(const struct html_names *names, struct str list)
{
	const unsigned char *s = (const unsigned char *)list.p;
	uint64_t hint = 0, found;
	uint32_t hash = (uint32_t)FNV_START;
	size_t i, n = 0;

	for (i = 0; i <= list.len; i++) {
		unsigned char c = i < list.len ? s[i] : ' ';
		bool upper = (unsigned)(c - 'A') < 26;

		if (upper)
			c |= 0x20;
		if ((unsigned)(c - 'a') >= 26 ||
		    (upper && i > 0 && (unsigned)(s[i - 1] - 'a') < 26)) {
			if (n >= 2 && n < 4)
				hint |= hint_find(names, hash);
			n = 0;
			hash = (uint32_t)FNV_START;
			if (!upper)
				continue;
		}
		if (n++ >= WORD_MAX)
			continue;
		hash = html_hash_byte(hash, c);
		if (n >= 4 && (found = hint_find(names, hash)) != 0)
			hint |= found;
	}
	return hint;
}

void
html_names_init(struct html_names *names)
{
	const char *s;
	uint32_t i;
	unsigned t, n;

	memset(names, 0, sizeof(*names));
	for (t = 1; t < HTML_NTAG; t++) {
		i = hash_name(tags[t].name.p, tags[t].name.len);
		while (names->tag_slot[i % HTML_TAG_SLOTS] != 0)
			i++;
		names->tag_slot[i % HTML_TAG_SLOTS] = (uint8_t)t;
	}
	for (t = 0; t < HTML_NHINT; t++)
		for (s = hint_words[t]; *s != '\0'; s += n + (s[n] == ' ')) {
			n = (unsigned)strcspn(s, " ");
			hint_add(names, hash_name(s, n), t);
		}
	kinds_init(names);
	attrs_init(names);
	bytes_init(names);
}
