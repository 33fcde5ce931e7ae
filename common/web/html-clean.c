#include "web/html-clean.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "web/entity.h"
#include "web/html-math.h"

enum {
	TAG_MAX = 64,	     /* bytes of a tag's name that are looked at */
	CODE_MAX = 64 << 10, /* bytes of code that is no <pre> */
	MATH_NEAR = 256 /* bytes of tags between a formula and its picture */
};

enum { /* bits of html_clean.endless: elements whose end tag the page lacks */
	NO_TEMPLATE = 1,
	NO_SVG = 2,
	NO_MATH = 4,
	NO_DRAWN = 8
};

/* The place of "</name" at or after s, or end. */
static const char *
find_close(const char *s, const char *end, struct str name)
{
	const char *q;

	for (; s < end && (q = memchr(s, '<', (size_t)(end - s))) != NULL;
	     s = q + 1)
		if ((size_t)(end - q) >= name.len + 2 && q[1] == '/' &&
		    str_ieq((struct str){q + 2, name.len}, name))
			return q;
	return end;
}

/* A character as libxml2 is to read it. */
static void
clean_char(struct buf *out, uint32_t cp)
{
	if (cp == '<')
		buf_puts(out, STR("&lt;"));
	else if (cp == '&')
		buf_puts(out, STR("&amp;"));
	else if (cp != 0)
		utf8_put(out, cp);
}

/*
 * Resolve references in text, which browsers do in another way than libxml2.
 * White space is squeezed here already, if it may be, so that less text is
 * read later; each line end becomes one character.
 */
static void
clean_text(struct html_clean *c, const char *s, const char *end)
{
	const uint8_t *byte = c->names->byte;
	struct buf *out = &c->out;
	bool squeeze = c->npre == 0;
	const char *q;
	int kind;
	uint32_t cp[2];
	size_t n;

	while (s < end) {
		for (q = s; q < end; q++) {
			kind = byte[(unsigned char)*q] & ~HTML_BYTE_NAME;
			if (kind == 0)
				continue;
			if (kind == HTML_BYTE_MARKUP)
				break;
			if (squeeze ? q + 1 < end &&
					  html_is_space((unsigned char)q[1])
				    : *q == '\r')
				break;
		}
		buf_put(out, s, (size_t)(q - s));
		if (q == end)
			return;
		s = q + 1;
		if (html_is_space((unsigned char)*q)) {
			if (!squeeze && (s == end || *s != '\n'))
				buf_putc(out, '\n');
			continue;
		}
		n = *q == '<' ? 0
			      : entity_read((struct str){q, (size_t)(end - q)},
				    false, cp);
		if (n == 0) {
			clean_char(out, (unsigned char)*q);
			continue;
		}
		clean_char(out, cp[0]);
		clean_char(out, cp[1]);
		s = q + n;
	}
}

/* Classes of elements. */

/* The slot of a class: where it is, or where it would be. */
static size_t
class_place(const struct html_clean *c, struct str name, uint32_t hash)
{
	size_t i;

	for (i = hash;; i++) {
		const struct html_class *k;

		i &= c->nslot - 1;
		k = &c->klass[c->slot[i]];
		if (c->slot[i] == 0 ||
		    (k->hash == hash && str_eq(k->name, name)))
			return i;
	}
}

static void
classes_grow(struct html_clean *c)
{
	size_t i;

	c->klass_cap = c->klass_cap ? c->klass_cap * 2 : 256;
	c->klass = mem_grow(c->klass, c->klass_cap, sizeof(*c->klass));
	c->nslot = 2 * c->klass_cap;
	free(c->slot);
	c->slot = mem_zeroed(c->nslot, sizeof(*c->slot));
	for (i = 1; i < c->nklass; i++)
		c->slot[class_place(c, c->klass[i].name, c->klass[i].hash)] =
		    (uint32_t)i;
}

/*
 * Forget the classes of the page before, and free memory that only few pages
 * need.
 */
static void
classes_clear(struct html_clean *c)
{
	enum { MANY = 4096 };

	if (c->klass_cap == 0 || c->klass_cap > MANY) {
		free(c->klass);
		c->klass = NULL;
		c->klass_cap = c->nklass = 0;
		classes_grow(c);
	} else {
		memset(c->slot, 0, c->nslot * sizeof(*c->slot));
	}
	c->klass[0] = (struct html_class){.name = {"", 0}};
	c->nklass = 1;
}

/* The number of a class, which the page may have for the first time. */
static uint32_t
class_of(struct html_clean *c, struct str name)
{
	uint32_t hash;
	size_t at;

	if (name.len == 0)
		return 0;
	hash = (uint32_t)hash_64(name.p, name.len, 0);
	hash += hash == 0;
	at = class_place(c, name, hash);
	if (c->slot[at] != 0)
		return c->slot[at];
	if (c->nklass == c->klass_cap) {
		classes_grow(c);
		at = class_place(c, name, hash);
	}
	c->klass[c->nklass] = (struct html_class){.name = name,
	    .hint = html_hints(c->names, name),
	    .hash = hash,
	    .kind = html_kinds(c->names, name)};
	return c->slot[at] = (uint32_t)c->nklass++;
}

static void
attr_push(struct html_clean *c, enum html_attr a, struct str value)
{
	if (c->nattr == c->attr_cap) {
		c->attr_cap = c->attr_cap ? c->attr_cap * 2 : 1024;
		c->attr = mem_grow(c->attr, c->attr_cap, sizeof(*c->attr));
	}
	c->attr[c->nattr++] = (struct html_attr_ref){.value = value,
	    .klass = a == AT_CLASS ? class_of(c, value) : 0,
	    .attr = (uint8_t)a};
}

/*
 * Keep the attributes of a start tag from s: those that are read, once each.
 * Returns the end of the tag; *type is the value of "type".
 */
static const char *
clean_attrs(struct html_clean *c, const char *s, const char *end,
    struct str *type, bool *self)
{
	uint32_t seen = 0;
	struct str name, value;
	enum html_attr a;
	const char *q;

	*self = false;
	for (;;) {
		while (
		    s < end && (html_is_space((unsigned char)*s) || *s == '/'))
			*self = *s++ == '/';
		if (s == end)
			return s;
		if (*s == '>')
			return s + 1;
		*self = false;
		name.p = s++;
		while (s < end && !html_is_space((unsigned char)*s) &&
		       *s != '=' && *s != '>' && *s != '/')
			s++;
		name.len = (size_t)(s - name.p);
		while (s < end && html_is_space((unsigned char)*s))
			s++;
		value = (struct str){s, 0};
		if (s < end && *s == '=') {
			for (s++; s < end && html_is_space((unsigned char)*s);
			     s++)
				;
			value.p = s;
			if (s < end && (*s == '"' || *s == '\'')) {
				q = memchr(s + 1, *s, (size_t)(end - s - 1));
				value.p = s + 1;
				s = q != NULL ? q + 1 : end;
				value.len = (size_t)((q ? q : end) - value.p);
			} else {
				while (s < end &&
				       !html_is_space((unsigned char)*s) &&
				       *s != '>')
					s++;
				value.len = (size_t)(s - value.p);
			}
		}
		a = html_attr_find(c->names, name);
		if (a == HTML_NATTR || (seen & 1u << a))
			continue;
		seen |= 1u << a;
		if (a == AT_TYPE)
			*type = value;
		attr_push(c, a, value);
	}
}

/* Elements whose content is no markup. */
static bool
is_raw(enum html_tag t)
{
	return t == HTML_SCRIPT || t == HTML_STYLE || t == HTML_TEXTAREA ||
	       t == HTML_TITLE || t == HTML_IFRAME;
}

/*
 * The name of a tag at s, as far as libxml2 takes it for one: what comes after
 * would be an attribute to it.
 */
static struct str
tag_name(const struct html_clean *c, const char *s, const char *end)
{
	const char *q = s;

	end = end - s > TAG_MAX ? s + TAG_MAX : end;
	while (q < end && c->names->byte[(unsigned char)*q] & HTML_BYTE_NAME)
		q++;
	return (struct str){s, (size_t)(q - s)};
}

static void
put_decimal(struct buf *out, size_t n)
{
	char digit[20], *q = digit + sizeof(digit);

	do
		*--q = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_put(out, q, (size_t)(digit + sizeof(digit) - q));
}

/* Whether a tag at s, after its '<' or "</", is named so. */
static bool
is_named(const char *s, const char *end, struct str name)
{
	return (size_t)(end - s) > name.len &&
	       str_ieq((struct str){s, name.len}, name) &&
	       (html_is_space((unsigned char)s[name.len]) ||
		   s[name.len] == '>' || s[name.len] == '/');
}

/* The end tag of the element of that name whose content starts at s, or end. */
static const char *
find_end(const char *s, const char *end, struct str name)
{
	size_t depth = 1;
	const char *q;

	for (; (q = memchr(s, '<', (size_t)(end - s))) != NULL; s = q + 1)
		if (is_named(q + 1, end, name))
			depth++;
		else if (end - q > 2 && q[1] == '/' &&
			 is_named(q + 2, end, name) && --depth == 0)
			return q;
	return end;
}

/* After the '>' at or after q, or end. */
static const char *
after_tag(const char *q, const char *end)
{
	q = q < end ? memchr(q, '>', (size_t)(end - q)) : NULL;
	return q != NULL ? q + 1 : end;
}

/*
 * Leave out a drawing, or a template, whose content starts at s: markup, but no
 * text of the page.  One that doesn't end holds nothing.
 */
static const char *
clean_whole(
    struct html_clean *c, enum html_tag t, const char *s, const char *end)
{
	unsigned bit = t == HTML_SVG ? NO_SVG : NO_TEMPLATE;
	const char *q;

	if (c->endless & bit)
		return s;
	q = t == HTML_SVG ? find_close(s, end, STR("svg"))
			  : find_end(s, end, STR("template"));
	if (q < end && (q = memchr(q, '>', (size_t)(end - q))) != NULL)
		return q + 1;
	c->endless |= bit;
	return s;
}

/* The value of an attribute of the tag whose attributes begin at first. */
static struct str
attr_of(const struct html_clean *c, size_t first, enum html_attr a)
{
	for (; first < c->nattr; first++)
		if (c->attr[first].attr == a)
			return c->attr[first].value;
	return (struct str){"", 0};
}

/* The class of the tag whose attributes begin at first. */
static const struct html_class *
class_at(const struct html_clean *c, size_t first)
{
	for (; first < c->nattr; first++)
		if (c->attr[first].attr == AT_CLASS)
			return &c->klass[c->attr[first].klass];
	return &c->klass[0];
}

/*
 * Formulas.
 */

/* Write the formula in c->math as text. */
static void
put_math(struct html_clean *c)
{
	buf_reserve(&c->math, 1); /* even an empty formula lies somewhere */
	c->math_at = c->out.len;
	clean_text(c, c->math.p, c->math.p + c->math.len);
	c->math_end = c->out.len;
}

/* "math", or the same with a prefix of XML. */
static bool
is_math(struct str name)
{
	const char *colon = memchr(name.p, ':', name.len);

	if (colon != NULL) {
		name.len -= (size_t)(colon + 1 - name.p);
		name.p = colon + 1;
	}
	return str_ieq(name, STR("math"));
}

/* A <math> of that name whose content starts at s: its formula. */
static const char *
clean_math(struct html_clean *c, struct str name, struct str alttext,
    const char *s, const char *end)
{
	const char *q = end;

	if (!(c->endless & NO_MATH))
		q = find_close(s, end, name);
	if (q == end) {
		c->endless |= NO_MATH;
		return s;
	}
	c->math.len = 0;
	html_math(&c->math, (struct str){s, (size_t)(q - s)}, alttext);
	put_math(c);
	return after_tag(q, end);
}

/*
 * The picture of a formula: its text.  If that stood there as MathML right
 * before it, maybe where it isn't seen, the text moves to the picture.
 */
static void
clean_math_image(struct html_clean *c, struct str alt)
{
	struct buf *out = &c->out, tex = {0};
	size_t len = c->math_end - c->math_at;

	html_math_tex(&tex, alt);
	if (len > 0 && str_eq(buf_str(&tex), buf_str(&c->math)) &&
	    out->len - c->math_end <= MATH_NEAR) {
		memmove(out->p + c->math_at, out->p + c->math_end,
		    out->len - c->math_end);
		out->len -= len;
	}
	c->math.len = 0;
	buf_puts(&c->math, buf_str(&tex));
	put_math(c);
	buf_release(&tex);
}

/* Whether formulas stand in scripts of the page. */
static bool
has_tex(struct html_clean *c)
{
	if (c->tex < 0)
		c->tex = memmem(c->page.p, c->page.len, "math/tex", 8) != NULL;
	return c->tex;
}

/*
 * What KaTeX and MathJax drew, whose content starts at s, when the formula
 * stands beside it: NULL if it isn't left out.
 */
static const char *
clean_drawn(struct html_clean *c, struct str name, unsigned kind, const char *s,
    const char *end)
{
	bool katex = kind & HTML_NAMES_KATEX;
	bool mathjax =
	    kind & HTML_NAMES_MATHJAX || str_ieq(name, STR("mjx-container"));
	const char *q, *math;

	if ((!katex && !mathjax) || (c->endless & NO_DRAWN) ||
	    (katex &&
		(c->math_end == 0 || c->out.len - c->math_end > MATH_NEAR)))
		return NULL;
	q = find_end(s, end, name);
	if (q == end) {
		c->endless |= NO_DRAWN;
		return NULL;
	}
	if (mathjax && !has_tex(c)) {
		math = memmem(s, (size_t)(q - s), "<math", 5);
		if (math == NULL)
			return NULL;
		s = after_tag(math, q);
		clean_math(c, STR("math"), (struct str){"", 0}, s, q);
	}
	return after_tag(q, end);
}

/*
 * Code in elements that keep no white space.
 */

/* Whether the content at [s, q) has lines, and no boxes but those of lines. */
static bool
has_lines(const struct html_clean *c, const char *s, const char *q, bool boxes)
{
	bool text = false, lines = false, owed = false;
	struct str name;
	enum html_tag t;

	for (; s < q; s++) {
		if (*s != '<') {
			owed |= text && *s == '\n';
			if (!html_is_space((unsigned char)*s)) {
				text = true;
				lines |= owed;
			}
			continue;
		}
		name = tag_name(c, s + 1 + (s + 1 < q && s[1] == '/'), q);
		t = html_tag_find(c->names, name);
		owed |= text && t == HTML_BR;
		if ((html_tag_flags(t) & HTML_TAG_BOX) && t != HTML_BR) {
			if (!boxes ||
			    (t != HTML_DIV && t != HTML_LI && t != HTML_OL))
				return false;
			owed |= text;
		}
		s = memchr(s, '>', (size_t)(q - s));
		if (s == NULL)
			break;
	}
	return lines;
}

/* Whether what was written last is the tag of a box, and no text after it. */
static bool
begins_box(const struct html_clean *c, size_t at)
{
	const char *p = c->out.p;
	size_t i = at;

	while (i > 0 && html_is_space((unsigned char)p[i - 1]))
		i--;
	if (i == 0 || p[i - 1] != '>')
		return i == 0;
	while (i > 0 && p[i - 1] != '<')
		i--;
	return (html_tag_flags(html_tag_find(
		    c->names, tag_name(c, p + i + (p[i] == '/'), p + at))) &
		   HTML_TAG_BOX) != 0;
}

/*
 * Whether an element whose content starts at s, and whose tag at out.p[at], is
 * code that a style sheet shows as <pre>: by its class, or a <code> of several
 * lines that fills its box.
 */
static bool
is_code(struct html_clean *c, enum html_tag t, unsigned kind, size_t at,
    const char *s, const char *end)
{
	bool named = (t == HTML_DIV || t == HTML_SPAN || t == HTML_P ||
			 t == HTML_CODE) &&
		     kind & HTML_NAMES_CODE;
	const char *q, *stop = end, *next;
	struct str name;

	if (c->npre > 0 || (!named && t != HTML_CODE) ||
	    (!named && !begins_box(c, at)))
		return false;
	name = str_of(html_tag_name(t));
	if ((size_t)(end - s) > CODE_MAX)
		stop = s + CODE_MAX;
	if (c->look < (size_t)(stop - s))
		return false;
	q = find_end(s, stop, name);
	c->look -= (size_t)(q - s);
	if (q == stop || !has_lines(c, s, q, named))
		return false;
	if (!named) {
		next = after_tag(q, end);
		while (next < end && html_is_space((unsigned char)*next))
			next++;
		if (next < end && *next != '<')
			return false;
	}
	c->code_end = q;
	return true;
}

/* Put <pre> in the place of the tag at out.p[at]; its attributes stay. */
static void
give_as_pre(struct html_clean *c, size_t at, size_t name_len)
{
	struct buf *out = &c->out;
	size_t from = at + 1 + name_len, len = out->len - from;

	buf_reserve(out, 3);
	memmove(out->p + at + 4, out->p + from, len);
	memcpy(out->p + at + 1, "pre", 3);
	out->len = at + 4 + len;
	c->npre++;
}

/* Whether a <template> whose tag is [s, q) declares a shadow tree. */
static bool
is_shadow(const char *s, const char *q)
{
	return memmem(s, (size_t)(q - s), " shadowroot", 11) != NULL;
}

/*
 * An element whose start tag has been written at out.p[at], its content at s:
 * what is a formula, a drawn one, or code; returns what is after what was read.
 */
static const char *
clean_special(struct html_clean *c, enum html_tag t, struct str name, size_t at,
    size_t first, const char *s, const char *end)
{
	unsigned kind = class_at(c, first)->kind;
	const char *q;

	if (t == HTML_IMG) {
		if (kind & HTML_NAMES_MATH && attr_of(c, first, AT_ALT).len > 0)
			clean_math_image(c, attr_of(c, first, AT_ALT));
		return s;
	}
	if (t == HTML_OTHER && is_math(name)) {
		c->out.len = at;
		return clean_math(
		    c, name, attr_of(c, first, AT_ALTTEXT), s, end);
	}
	if (kind & (HTML_NAMES_KATEX | HTML_NAMES_MATHJAX) || t == HTML_OTHER) {
		size_t keep = c->out.len;

		c->out.len = at;
		q = clean_drawn(c, name, kind, s, end);
		if (q != NULL)
			return q;
		c->out.len = keep;
	}
	if (is_code(c, t, kind, at, s, end))
		give_as_pre(c, at, name.len);
	return s;
}

/* A start tag at s ('<' and a letter); returns what is after it. */
static const char *
clean_start(struct html_clean *c, const char *s, const char *end)
{
	struct buf *out = &c->out;
	struct str name, type = {0};
	size_t at = out->len, first = c->nattr;
	enum html_tag t;
	const char *q, *tag = s;
	bool self;

	name = tag_name(c, s + 1, end);
	while (s < end && !html_is_space((unsigned char)*s) && *s != '>' &&
	       *s != '/')
		s++;
	buf_putc(out, '<');
	buf_puts(out, name);
	s = clean_attrs(c, s, end, &type, &self);
	if (c->nattr > first) {
		c->attr[c->nattr - 1].last = true;
		buf_puts(out, STR(" x="));
		put_decimal(out, first);
	}
	buf_putc(out, '>');
	t = html_tag_find(c->names, name);
	if (html_has_name(attr_of(c, first, AT_REL), STR("license")))
		html_meta_decode(
		    c->meta, META_LICENSE, attr_of(c, first, AT_HREF));
	c->npre += (html_tag_flags(t) & HTML_TAG_KEEPS) != 0;
	if ((html_tag_flags(t) & (HTML_TAG_VOID | HTML_TAG_BOX)) ==
		HTML_TAG_VOID &&
	    t != HTML_META && t != HTML_BR)
		out->len = at; /* draws no text and separates none */
	if (t == HTML_HTML || t == HTML_HEAD || t == HTML_BODY) {
		/*
		 * at a second one, libxml2 searches all elements that are open
		 */
		if (c->seen & 1u << t)
			out->len = at;
		c->seen |= 1u << t;
	}
	if (t == HTML_TEMPLATE && is_shadow(tag, s)) {
		out->len = at;
		buf_puts(out, STR("<div>"));
		c->nshadow++;
		return s;
	}
	if (t == HTML_SVG || t == HTML_TEMPLATE) {
		out->len = at;
		return self ? s : clean_whole(c, t, s, end);
	}
	if (!is_raw(t))
		return clean_special(c, t, name, at, first, s, end);
	q = find_close(s, end, name);
	if (t == HTML_TITLE && c->meta->at[META_TITLE].len == 0) {
		clean_text(c, s, q);
		buf_puts(out, STR("</title>"));
	} else {
		out->len = at;
	}
	if (t == HTML_SCRIPT && type.len >= 8 &&
	    str_ieq((struct str){type.p, 8}, STR("math/tex"))) {
		c->math.len = 0;
		html_math_tex(&c->math, (struct str){s, (size_t)(q - s)});
		put_math(c);
	} else if (t == HTML_SCRIPT && type.len >= 7 &&
		   str_ieq(
		       (struct str){type.p + type.len - 7, 7}, STR("ld+json")))
		html_meta_json(c->meta, (struct str){s, (size_t)(q - s)});
	q = q < end ? memchr(q, '>', (size_t)(end - q)) : NULL;
	return q != NULL ? q + 1 : end;
}

static const char *
clean_comment(const char *s, const char *end)
{
	const char *q;

	if (end - s >= 5 && s[4] == '>')
		return s + 5;
	if (end - s >= 6 && s[4] == '-' && s[5] == '>')
		return s + 6;
	for (s += 4; (q = memmem(s, (size_t)(end - s), "--", 2)) != NULL;
	     s = q + 1) {
		if (end - q >= 3 && q[2] == '>')
			return q + 3;
		if (end - q >= 4 && q[2] == '!' && q[3] == '>')
			return q + 4;
	}
	return end;
}

/* An end tag at s ("</" and a letter); returns what is after it. */
static const char *
clean_end(struct html_clean *c, const char *s, const char *end)
{
	const char *q = memchr(s, '>', (size_t)(end - s));
	struct str name = tag_name(c, s + 2, end);

	if (s == c->code_end) {
		c->code_end = NULL;
		name = STR("pre");
	} else if (c->nshadow > 0 && str_ieq(name, STR("template"))) {
		c->nshadow--;
		name = STR("div");
	}
	if (str_ieq(name, STR("br"))) /* browsers take it for a <br> */
		buf_puts(&c->out, STR("<br>"));
	if (c->npre > 0 &&
	    html_tag_flags(html_tag_find(c->names, name)) & HTML_TAG_KEEPS)
		c->npre--;
	buf_puts(&c->out, STR("</"));
	buf_puts(&c->out, name);
	buf_putc(&c->out, '>');
	return q != NULL ? q + 1 : end;
}

/* Copy a page into c->out as libxml2 shall read it. */
void
html_clean(struct html_clean *c, struct str page)
{
	const char *s = page.p, *end = s + page.len, *q;

	c->out.len = c->nattr = 0;
	c->seen = c->endless = c->npre = c->nshadow = 0;
	c->code_end = NULL;
	c->look = 4 * page.len + CODE_MAX;
	c->page = page;
	c->tex = -1;
	classes_clear(c);
	c->math.len = c->math_at = c->math_end = 0;
	while (s < end) {
		q = memchr(s, '<', (size_t)(end - s));
		if (q == NULL)
			q = end;
		clean_text(c, s, q);
		s = q;
		if (s == end)
			break;
		if (end - s >= 4 && memcmp(s, "<!--", 4) == 0) {
			s = clean_comment(s, end);
		} else if (end - s >= 2 && html_is_alpha((unsigned char)s[1])) {
			s = clean_start(c, s, end);
		} else if (end - s >= 3 && s[1] == '/' &&
			   html_is_alpha((unsigned char)s[2])) {
			s = clean_end(c, s, end);
		} else if (end - s >= 2 &&
			   (s[1] == '!' || s[1] == '?' || s[1] == '/')) {
			q = memchr(s, '>', (size_t)(end - s));
			s = q != NULL ? q + 1 : end;
		} else {
			clean_char(&c->out, '<');
			s++;
		}
	}
	for (q = c->out.p; c->out.len > 0 &&
			   (q = memchr(q, '\0',
				(size_t)(c->out.p + c->out.len - q))) != NULL;)
		c->out.p[q - c->out.p] = ' ';
	/* libxml2 looks one byte ahead, so a zero byte follows */
	buf_putc(&c->out, '\0');
	c->out.len--;
}

void
html_clean_release(struct html_clean *c)
{
	buf_release(&c->out);
	buf_release(&c->math);
	free(c->attr);
	free(c->klass);
	free(c->slot);
}
