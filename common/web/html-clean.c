#include "web/html-clean.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "web/entity.h"

enum { TAG_MAX = 64 }; /* bytes of a tag's name that are looked at */

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
 * Text, its references resolved, which browsers do otherwise than libxml2.
 * White space is squeezed here already, where it may be: less to read; line
 * ends are one character.
 */
static void
clean_text(struct html_clean *c, const char *s, const char *end)
{
	struct buf *out = &c->out;
	bool squeeze = c->npre == 0;
	const char *q;
	uint32_t cp[2];
	size_t n;

	while (s < end) {
		for (q = s; q < end && *q != '&' && *q != '<'; q++)
			if (squeeze ? html_is_space((unsigned char)*q) &&
					  q + 1 < end &&
					  html_is_space((unsigned char)q[1])
				    : *q == '\r')
				break;
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

static void
attr_push(struct html_clean *c, enum html_attr a, struct str value)
{
	if (c->nattr == c->attr_cap) {
		c->attr_cap = c->attr_cap ? c->attr_cap * 2 : 1024;
		c->attr = mem_grow(c->attr, c->attr_cap, sizeof(*c->attr));
	}
	c->attr[c->nattr++] =
	    (struct html_attr_ref){.value = value, .attr = (uint8_t)a};
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
		a = html_attr_find(name);
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
tag_name(const char *s, const char *end)
{
	struct str name = {s, 0};

	while (name.len < TAG_MAX && s < end &&
	       (html_is_alpha((unsigned char)*s) || (*s >= '0' && *s <= '9') ||
		   memchr("-_:.", *s, 4) != NULL))
		s++, name.len++;
	return name;
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

/* The end tag of the <template> whose content starts at s, or end. */
static const char *
find_template_end(const char *s, const char *end)
{
	static const struct str name = {"template", 8};
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

/*
 * Leave out a drawing, or a template, whose content starts at s: markup, but no
 * text of the page.  One that doesn't end holds nothing.
 */
static const char *
clean_whole(
    struct html_clean *c, enum html_tag t, const char *s, const char *end)
{
	unsigned bit = t == HTML_SVG ? 2 : 1;
	const char *q;

	if (c->endless & bit)
		return s;
	q = t == HTML_SVG ? find_close(s, end, STR("svg"))
			  : find_template_end(s, end);
	if (q < end && (q = memchr(q, '>', (size_t)(end - q))) != NULL)
		return q + 1;
	c->endless |= bit;
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
	const char *q;
	bool self;

	name = tag_name(s + 1, end);
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
	c->npre += (html_tag_flags(t) & HTML_TAG_KEEPS) != 0;
	if ((html_tag_flags(t) & (HTML_TAG_VOID | HTML_TAG_BOX)) ==
		HTML_TAG_VOID &&
	    t != HTML_META && t != HTML_BR)
		out->len = at; /* draws no text and parts none */
	if (t == HTML_HTML || t == HTML_HEAD || t == HTML_BODY) {
		/* of a second one libxml2 asks all that is open */
		if (c->seen & 1u << t)
			out->len = at;
		c->seen |= 1u << t;
	}
	if (t == HTML_SVG || t == HTML_TEMPLATE) {
		out->len = at;
		return self ? s : clean_whole(c, t, s, end);
	}
	if (!is_raw(t))
		return s;
	q = find_close(s, end, name);
	if (t == HTML_TITLE && c->meta->at[META_TITLE].len == 0) {
		clean_text(c, s, q);
		buf_puts(out, STR("</title>"));
	} else {
		out->len = at;
	}
	if (t == HTML_SCRIPT && type.len >= 7 &&
	    str_ieq((struct str){type.p + type.len - 7, 7}, STR("ld+json")))
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
	struct str name = tag_name(s + 2, end);

	if (str_ieq(name, STR("br"))) /* is a <br>, to browsers */
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
	c->seen = c->endless = c->npre = 0;
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
	buf_putc(&c->out, '\0'); /* libxml2 looks one byte ahead */
	c->out.len--;
}

void
html_clean_release(struct html_clean *c)
{
	buf_release(&c->out);
	free(c->attr);
}
