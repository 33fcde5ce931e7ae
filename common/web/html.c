#include "web/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "web/entity.h"

enum {	       /* flags of tags */
	B = 1, /* a box of its own */
	V = 2, /* void */
	S = 4, /* silent: what it holds is no text of the page */
	P = 8  /* keeps white space */
};

static const struct tag {
	const char *name;
	unsigned flags;
} tags[HTML_NTAG] = {
    {"", 0},
#define HTML_TAG(id, name, flags) {name, flags},
#include "web/html-tags.h"
#undef HTML_TAG
};

static const char *const hint_words[HTML_NHINT] = {
#define HTML_HINT(id, words) words,
#include "web/html-hints.h"
#undef HTML_HINT
};

enum attr { /* the attributes that are read */
	AT_CLASS,
	AT_ID,
	AT_ROLE,
	AT_STYLE,
	AT_HIDDEN,
	AT_ARIA_HIDDEN,
	AT_HREF,
	AT_ITEMPROP,
	AT_LANG,
	AT_NAME,
	AT_PROPERTY,
	AT_CONTENT,
	AT_DATETIME,
	AT_REL,
	AT_EQUIV,
	AT_TYPE,
	AT_TESTID,
	AT_COMPONENT,
	AT_XML_LANG,
	NATTR
};

static const struct str attr_names[NATTR] = {
#define A(name)                                                                \
	{                                                                      \
		name, sizeof(name) - 1                                         \
	}
    A("class"), A("id"), A("role"), A("style"), A("hidden"), A("aria-hidden"),
    A("href"), A("itemprop"), A("lang"), A("name"), A("property"), A("content"),
    A("datetime"), A("rel"), A("http-equiv"), A("type"), A("data-testid"),
    A("data-component"), A("xml:lang")
#undef A
};

enum {
	TAG_SLOTS = 1024,
	HINT_SLOTS = 4096,
	TAG_MAX = 64,
	WORD_MAX = 32,	/* letters of a class name's word that are looked at */
	META_MAX = 4096 /* bytes kept of what a page says about itself */
};

struct hint_slot {
	uint32_t hash; /* 0: empty */
	uint64_t hint;
};

/*
 * The attributes of a page's start tags, one after another.  libxml2 is told
 * only where those of a tag begin, as the value of one attribute of its own.
 */
struct attr_ref {
	struct str value; /* in the page, references and all */
	uint8_t attr;
	bool last; /* of its tag */
};

struct html_parse {
	uint8_t tag_slot[TAG_SLOTS];
	struct hint_slot hint_slot[HINT_SLOTS];
	htmlSAXHandler sax;
	struct buf clean, meta, value, gathered;
	struct attr_ref *attr;
	size_t nattr, attr_cap;
	unsigned npre; /* <pre> and the like that are open in clean */
	struct {
		size_t at, len; /* in meta */
	} meta_at[HTML_NMETA];
	/* the page being read */
	struct html *h;
	htmlParserCtxtPtr ctxt;
	uint32_t cur; /* innermost open element */
	uint32_t depth;
	size_t work, max_work;
	struct html_block run; /* the block being gathered, if open */
	bool open, solid;      /* has it more than white space */
	bool blank, line;      /* a blank, a line end is owed */
	unsigned nbr;	       /* <br> since the last text */
	bool after_br;
	uint32_t seen;	       /* html, head, body: their start tags */
	unsigned endless;      /* bits: a <template>, an <svg> without end */
	bool stopped;	       /* nothing more is read */
	enum html_meta gather; /* text goes to this, HTML_NMETA: none */
	uint32_t gather_elem;
};

bool
html_is_inline(enum html_tag tag)
{
	return (tags[tag].flags & B) == 0;
}

const char *
html_tag_name(enum html_tag tag)
{
	return tags[tag].name;
}

static unsigned char
lower(unsigned char c)
{
	return (unsigned)(c - 'A') < 26 ? c | 0x20 : c;
}

static uint32_t
fnv(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * UINT32_C(16777619);
}

enum { FNV_START = 0x811c9dc5 };

static uint32_t
hash_name(const char *s, size_t len)
{
	uint32_t hash = (uint32_t)FNV_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = fnv(hash, lower((unsigned char)s[i]));
	return hash;
}

static enum html_tag
tag_find(const struct html_parse *p, struct str name)
{
	uint32_t i = hash_name(name.p, name.len);

	for (;; i++) {
		uint8_t t = p->tag_slot[i % TAG_SLOTS];

		if (t == 0 || str_ieq(str_of(tags[t].name), name))
			return t;
	}
}

static uint64_t
hint_find(const struct html_parse *p, uint32_t hash)
{
	uint32_t i;

	for (i = hash;; i++) {
		const struct hint_slot *s = &p->hint_slot[i % HINT_SLOTS];

		if (s->hash == hash || s->hash == 0)
			return s->hint;
	}
}

static void
hint_add(struct html_parse *p, uint32_t hash, unsigned bit)
{
	uint32_t i = hash;
	struct hint_slot *s;

	do
		s = &p->hint_slot[i++ % HINT_SLOTS];
	while (s->hash != hash && s->hash != 0);
	s->hash = hash;
	s->hint |= HTML_BIT(bit);
}

/*
 * What a list of names hints at.  Names fall into words at anything but
 * letters, and before a capital ("navBar").  A word of the table counts alone
 * and, if it has four letters, at the start of a longer one ("commentform").
 */
static uint64_t
hints_of(const struct html_parse *p, struct str names)
{
	const unsigned char *s = (const unsigned char *)names.p;
	uint64_t hint = 0, found;
	uint32_t hash = (uint32_t)FNV_START;
	size_t i, n = 0;

	for (i = 0; i <= names.len; i++) {
		unsigned char c = i < names.len ? s[i] : ' ';
		bool upper = (unsigned)(c - 'A') < 26;

		if (upper)
			c |= 0x20;
		if ((unsigned)(c - 'a') >= 26 ||
		    (upper && i > 0 && (unsigned)(s[i - 1] - 'a') < 26)) {
			if (n >= 2 && n < 4)
				hint |= hint_find(p, hash);
			n = 0;
			hash = (uint32_t)FNV_START;
			if (!upper)
				continue;
		}
		if (n++ >= WORD_MAX)
			continue;
		hash = fnv(hash, c);
		if (n >= 4 && (found = hint_find(p, hash)) != 0)
			hint |= found;
	}
	return hint;
}

/* Whether s begins with word, in letters of either size. */
static bool
begins(struct str s, struct str word)
{
	return s.len >= word.len && str_ieq((struct str){s.p, word.len}, word);
}

/* Making a page safe and small before libxml2 sees it. */

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_alpha(unsigned char c)
{
	return (unsigned)((c | 0x20) - 'a') < 26;
}

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
clean_text(struct html_parse *p, const char *s, const char *end)
{
	struct buf *out = &p->clean;
	bool squeeze = p->npre == 0;
	const char *q;
	uint32_t cp[2];
	size_t n;

	while (s < end) {
		for (q = s; q < end && *q != '&' && *q != '<'; q++)
			if (squeeze
				? is_space((unsigned char)*q) && q + 1 < end &&
				      is_space((unsigned char)q[1])
				: *q == '\r')
				break;
		buf_put(out, s, (size_t)(q - s));
		if (q == end)
			return;
		s = q + 1;
		if (is_space((unsigned char)*q)) {
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

static enum attr
attr_find(struct str name)
{
	enum attr a;

	for (a = 0; a < NATTR; a++)
		if (attr_names[a].len == name.len &&
		    lower((unsigned char)name.p[0]) == attr_names[a].p[0] &&
		    str_ieq(attr_names[a], name))
			break;
	return a;
}

static void
attr_push(struct html_parse *p, enum attr a, struct str value)
{
	if (p->nattr == p->attr_cap) {
		p->attr_cap = p->attr_cap ? p->attr_cap * 2 : 1024;
		p->attr = mem_grow(p->attr, p->attr_cap, sizeof(*p->attr));
	}
	p->attr[p->nattr++] =
	    (struct attr_ref){.value = value, .attr = (uint8_t)a};
}

/*
 * Keep the attributes of a start tag from s: those that are read, once each.
 * Returns the end of the tag; *type is the value of "type".
 */
static const char *
clean_attrs(struct html_parse *p, const char *s, const char *end,
    struct str *type, bool *self)
{
	uint32_t seen = 0;
	struct str name, value;
	enum attr a;
	const char *q;

	*self = false;
	for (;;) {
		while (s < end && (is_space((unsigned char)*s) || *s == '/'))
			*self = *s++ == '/';
		if (s == end)
			return s;
		if (*s == '>')
			return s + 1;
		*self = false;
		name.p = s++;
		while (s < end && !is_space((unsigned char)*s) && *s != '=' &&
		       *s != '>' && *s != '/')
			s++;
		name.len = (size_t)(s - name.p);
		while (s < end && is_space((unsigned char)*s))
			s++;
		value = (struct str){s, 0};
		if (s < end && *s == '=') {
			for (s++; s < end && is_space((unsigned char)*s); s++)
				;
			value.p = s;
			if (s < end && (*s == '"' || *s == '\'')) {
				q = memchr(s + 1, *s, (size_t)(end - s - 1));
				value.p = s + 1;
				s = q != NULL ? q + 1 : end;
				value.len = (size_t)((q ? q : end) - value.p);
			} else {
				while (s < end &&
				       !is_space((unsigned char)*s) &&
				       *s != '>')
					s++;
				value.len = (size_t)(s - value.p);
			}
		}
		a = attr_find(name);
		if (a == NATTR || (seen & 1u << a))
			continue;
		seen |= 1u << a;
		if (a == AT_TYPE)
			*type = value;
		attr_push(p, a, value);
	}
}

static void json_ld(struct html_parse *p, struct str script);

/* Elements whose content is no markup. */
static bool
is_raw(enum html_tag t)
{
	return t == HTML_SCRIPT || t == HTML_STYLE || t == HTML_TEXTAREA ||
	       t == HTML_TITLE || t == HTML_IFRAME;
}

/*
 * The name of a tag at s, as far as libxml2 takes it for one: what comes behind
 * would be an attribute to it.
 */
static struct str
tag_name(const char *s, const char *end)
{
	struct str name = {s, 0};

	while (name.len < TAG_MAX && s < end &&
	       (is_alpha((unsigned char)*s) || (*s >= '0' && *s <= '9') ||
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

/* Whether a tag at s, behind its '<' or "</", is named so. */
static bool
is_named(const char *s, const char *end, struct str name)
{
	return (size_t)(end - s) > name.len &&
	       str_ieq((struct str){s, name.len}, name) &&
	       (is_space((unsigned char)s[name.len]) || s[name.len] == '>' ||
		   s[name.len] == '/');
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
    struct html_parse *p, enum html_tag t, const char *s, const char *end)
{
	unsigned bit = t == HTML_SVG ? 2 : 1;
	const char *q;

	if (p->endless & bit)
		return s;
	q = t == HTML_SVG ? find_close(s, end, STR("svg"))
			  : find_template_end(s, end);
	if (q < end && (q = memchr(q, '>', (size_t)(end - q))) != NULL)
		return q + 1;
	p->endless |= bit;
	return s;
}

/* A start tag at s ('<' and a letter); returns what is behind it. */
static const char *
clean_start(struct html_parse *p, const char *s, const char *end)
{
	struct buf *out = &p->clean;
	struct str name, type = {0};
	size_t at = out->len, first = p->nattr;
	enum html_tag t;
	const char *q;
	bool self;

	name = tag_name(s + 1, end);
	while (
	    s < end && !is_space((unsigned char)*s) && *s != '>' && *s != '/')
		s++;
	buf_putc(out, '<');
	buf_puts(out, name);
	s = clean_attrs(p, s, end, &type, &self);
	if (p->nattr > first) {
		p->attr[p->nattr - 1].last = true;
		buf_puts(out, STR(" x="));
		put_decimal(out, first);
	}
	buf_putc(out, '>');
	t = tag_find(p, name);
	p->npre += (tags[t].flags & P) != 0;
	if ((tags[t].flags & (V | B)) == V && t != HTML_META && t != HTML_BR)
		out->len = at; /* draws no text and parts none */
	if (t == HTML_HTML || t == HTML_HEAD || t == HTML_BODY) {
		/* of a second one libxml2 asks all that is open */
		if (p->seen & 1u << t)
			out->len = at;
		p->seen |= 1u << t;
	}
	if (t == HTML_SVG || t == HTML_TEMPLATE) {
		out->len = at;
		return self ? s : clean_whole(p, t, s, end);
	}
	if (!is_raw(t))
		return s;
	q = find_close(s, end, name);
	if (t == HTML_TITLE && p->meta_at[META_TITLE].len == 0) {
		clean_text(p, s, q);
		buf_puts(out, STR("</title>"));
	} else {
		out->len = at;
	}
	if (t == HTML_SCRIPT && type.len >= 7 &&
	    str_ieq((struct str){type.p + type.len - 7, 7}, STR("ld+json")))
		json_ld(p, (struct str){s, (size_t)(q - s)});
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

/* An end tag at s ("</" and a letter); returns what is behind it. */
static const char *
clean_end(struct html_parse *p, const char *s, const char *end)
{
	const char *q = memchr(s, '>', (size_t)(end - s));
	struct str name = tag_name(s + 2, end);

	if (str_ieq(name, STR("br"))) /* is a <br>, to browsers */
		buf_puts(&p->clean, STR("<br>"));
	if (p->npre > 0 && tags[tag_find(p, name)].flags & P)
		p->npre--;
	buf_puts(&p->clean, STR("</"));
	buf_puts(&p->clean, name);
	buf_putc(&p->clean, '>');
	return q != NULL ? q + 1 : end;
}

/* Copy a page into p->clean as libxml2 shall read it. */
static void
clean(struct html_parse *p, struct str page)
{
	const char *s = page.p, *end = s + page.len, *q;

	p->clean.len = p->nattr = 0;
	p->seen = p->endless = p->npre = 0;
	while (s < end) {
		q = memchr(s, '<', (size_t)(end - s));
		if (q == NULL)
			q = end;
		clean_text(p, s, q);
		s = q;
		if (s == end)
			break;
		if (end - s >= 4 && memcmp(s, "<!--", 4) == 0) {
			s = clean_comment(s, end);
		} else if (end - s >= 2 && is_alpha((unsigned char)s[1])) {
			s = clean_start(p, s, end);
		} else if (end - s >= 3 && s[1] == '/' &&
			   is_alpha((unsigned char)s[2])) {
			s = clean_end(p, s, end);
		} else if (end - s >= 2 &&
			   (s[1] == '!' || s[1] == '?' || s[1] == '/')) {
			q = memchr(s, '>', (size_t)(end - s));
			s = q != NULL ? q + 1 : end;
		} else {
			clean_char(&p->clean, '<');
			s++;
		}
	}
	for (q = p->clean.p;
	     p->clean.len > 0 &&
	     (q = memchr(q, '\0', (size_t)(p->clean.p + p->clean.len - q))) !=
		 NULL;)
		p->clean.p[q - p->clean.p] = ' ';
	buf_putc(&p->clean, '\0'); /* libxml2 looks one byte ahead */
	p->clean.len--;
}

/* What a page says about itself. */

static void
meta_set(struct html_parse *p, enum html_meta m, struct str value)
{
	value = str_trim(value);
	if (p->meta_at[m].len > 0 || value.len == 0)
		return;
	if (value.len > META_MAX && m != META_BODY)
		value.len = utf8_valid((struct str){value.p, META_MAX});
	p->meta_at[m].at = p->meta.len;
	p->meta_at[m].len = value.len;
	buf_puts(&p->meta, value);
}

/* The same of a value in which there may be references. */
static void
meta_decode(struct html_parse *p, enum html_meta m, struct str value)
{
	if (p->meta_at[m].len > 0)
		return;
	p->value.len = 0;
	entity_decode(&p->value, value);
	meta_set(p, m, buf_str(&p->value));
}

/* Four hexadecimal digits at s, or -1. */
static int
hex4(const char *s, const char *end)
{
	int i, x = 0;

	if (end - s < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		unsigned char c = lower((unsigned char)s[i]);

		if ((unsigned)(c - '0') < 10)
			x = x * 16 + c - '0';
		else if ((unsigned)(c - 'a') < 6)
			x = x * 16 + c - 'a' + 10;
		else
			return -1;
	}
	return x;
}

/*
 * A string of JSON from behind its quote, decoded to out; returns the place
 * behind its closing quote.  Much that stands in pages as JSON is none (raw
 * line ends, entities), so this reads what json.h would refuse.
 */
static const char *
json_string(struct buf *out, const char *s, const char *end)
{
	static const char escape[] = "n\nt\tr\rb f ";
	const char *e;
	int cp, low;

	while (s < end && *s != '"') {
		if (*s != '\\' || s + 1 == end) {
			buf_putc(out, *s++);
			continue;
		}
		s++;
		if (*s == 'u' && (cp = hex4(s + 1, end)) >= 0) {
			s += 5;
			if (cp >= 0xd800 && cp < 0xdc00 && end - s >= 6 &&
			    s[0] == '\\' && s[1] == 'u' &&
			    (low = hex4(s + 2, end)) >= 0xdc00 &&
			    low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) +
				     (low - 0xdc00);
				s += 6;
			}
			utf8_put(out, cp >= 0xd800 && cp < 0xe000
					  ? 0xfffd
					  : (uint32_t)cp);
			continue;
		}
		e = memchr(escape, *s, sizeof(escape) - 1);
		buf_putc(out, e != NULL && (e - escape) % 2 == 0 ? e[1] : *s);
		s++;
	}
	return s < end ? s + 1 : end;
}

/* The string value of a key whose name has just ended at s; or NULL. */
static const char *
json_value(const char *s, const char *end, bool name)
{
	const char *stop = end - s > 512 ? s + 512 : end;
	const char *q;
	int depth = 0;

	while (s < end && is_space((unsigned char)*s))
		s++;
	if (s == end || *s++ != ':')
		return NULL;
	while (s < end && (is_space((unsigned char)*s) || *s == '['))
		s++;
	if (s < end && *s == '"')
		return s + 1;
	if (!name || s == end || *s != '{' || s > stop)
		return NULL;
	/* an author is an object with a name, near its start */
	for (q = s; q < stop; q++) {
		depth += *q == '{';
		depth -= *q == '}';
		if (depth == 0)
			stop = q;
	}
	q = memmem(s, (size_t)(stop - s), "\"name\"", 6);
	return q != NULL ? json_value(q + 6, end, false) : NULL;
}

static void
json_ld(struct html_parse *p, struct str script)
{
	static const struct {
		const char *key;
		enum html_meta meta;
	} keys[] = {{"articleBody", META_BODY}, {"headline", META_HEADLINE},
	    {"datePublished", META_PUBLISHED}, {"author", META_AUTHOR},
	    {"@type", META_KIND}};
	const char *s = script.p, *end = s + script.len, *q, *v;
	struct buf value = {0};
	size_t i;

	while (s < end && (s = memchr(s, '"', (size_t)(end - s))) != NULL) {
		value.len = 0;
		q = json_string(&value, s + 1, end);
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (str_eq(buf_str(&value), str_of(keys[i].key)) &&
			    (v = json_value(q, end,
				 keys[i].meta == META_AUTHOR)) != NULL) {
				value.len = 0;
				q = json_string(&value, v, end);
				meta_decode(p, keys[i].meta, buf_str(&value));
				break;
			}
		s = q;
	}
	buf_release(&value);
}

static void
meta_tag(struct html_parse *p, const struct str *attr)
{
	static const struct {
		const char *name;
		enum html_meta meta;
	} names[] = {{"og:title", META_OG_TITLE},
	    {"twitter:title", META_OG_TITLE}, {"dc.title", META_OG_TITLE},
	    {"og:site_name", META_SITE}, {"application-name", META_SITE},
	    {"og:type", META_TYPE}, {"description", META_DESCRIPTION},
	    {"og:description", META_DESCRIPTION}, {"author", META_AUTHOR},
	    {"article:author", META_AUTHOR}, {"dc.creator", META_AUTHOR},
	    {"parsely-author", META_AUTHOR}, {"byl", META_AUTHOR},
	    {"sailthru.author", META_AUTHOR},
	    {"article:published_time", META_PUBLISHED},
	    {"datepublished", META_PUBLISHED}, {"dc.date", META_PUBLISHED},
	    {"dc.date.issued", META_PUBLISHED}, {"date", META_PUBLISHED},
	    {"pubdate", META_PUBLISHED}, {"publishdate", META_PUBLISHED},
	    {"parsely-pub-date", META_PUBLISHED},
	    {"sailthru.date", META_PUBLISHED}, {"content-language", META_LANG},
	    {"og:locale", META_LANG}};
	static const enum attr from[] = {
	    AT_PROPERTY, AT_NAME, AT_ITEMPROP, AT_EQUIV};
	size_t i, k;

	for (k = 0; k < sizeof(from) / sizeof(from[0]); k++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (str_ieq(attr[from[k]], str_of(names[i].name)))
				meta_decode(p, names[i].meta, attr[AT_CONTENT]);
}

/* Text into blocks. */

static void
tool_end(struct html_parse *p)
{
	struct html *h = p->h;
	uint32_t e;

	p->blank = p->line = false;
	p->nbr = 0;
	if (!p->open)
		return;
	p->open = false;
	p->run.len = h->text.len - p->run.text;
	while (p->run.len > 0 &&
	       is_space((unsigned char)h->text.p[h->text.len - 1]))
		h->text.len--, p->run.len--;
	if (p->run.len == 0)
		return;
	if (h->nblock == h->block_cap) {
		h->block_cap = h->block_cap ? h->block_cap * 2 : 256;
		h->block = mem_grow(h->block, h->block_cap, sizeof(*h->block));
	}
	p->run.flags = h->elem[p->run.inner].flags;
	for (e = p->run.inner; html_is_inline(h->elem[e].tag) && e != 0;)
		e = h->elem[e].parent;
	p->run.elem = e;
	h->block[h->nblock++] = p->run;
	p->after_br = false;
}

static void
run_begin(struct html_parse *p)
{
	p->open = true;
	p->solid = false;
	p->run = (struct html_block){
	    .text = p->h->text.len, .inner = p->cur, .after_br = p->after_br};
}

/* Two <br> with nothing between part paragraphs; one ends a line. */
static void
run_break(struct html_parse *p)
{
	p->nbr++;
	if (p->nbr >= 2) {
		tool_end(p);
		p->after_br = true;
		p->nbr = 2;
	} else {
		p->line = true;
	}
}

/* Room for a character that is no blank; what was owed goes before it. */
static void
run_owed(struct html_parse *p)
{
	struct buf *text = &p->h->text;

	if (!p->open) {
		run_begin(p);
	} else {
		if (p->line)
			buf_putc(text, '\n');
		else if (p->blank)
			buf_putc(text, ' ');
		while (!p->h->elem[p->run.inner].open)
			p->run.inner = p->h->elem[p->run.inner].parent;
	}
	p->blank = p->line = false;
	p->solid = true;
	p->nbr = 0;
}

/*
 * What a code point beyond ASCII is to text: nothing (a control, a soft
 * hyphen, a mark of no width), a blank, or itself.
 */
static int
rare(uint32_t cp)
{
	if (cp < 0xa0 || cp == 0xad || cp == 0x200b || cp == 0x2060 ||
	    cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb))
		return cp == 0x85 ? 1 : 0;
	return utf8_is_space(cp) ? 1 : 2;
}

/* White space in <pre>: all of it, but for blank lines that come first. */
static void
pre_space(struct html_parse *p, unsigned char c)
{
	struct buf *text = &p->h->text;

	if (c != '\n' && c != '\t' && c != ' ')
		return;
	if (!p->open)
		run_begin(p);
	buf_putc(text, (char)c);
	if (c == '\n' && !p->solid)
		text->len = p->run.text;
}

static void
text_add(struct html_parse *p, const char *s, const char *end)
{
	struct buf *text = &p->h->text;
	unsigned flags = p->h->elem[p->cur].flags;
	bool pre = flags & HTML_IS_PRE;
	size_t n;
	const char *q;

	while (s < end) {
		unsigned char c = (unsigned char)*s;

		if (c > ' ' && c < 0x7f) {
			for (q = s; q<end && * q> ' ' && *q < 0x7f; q++)
				;
		} else if (c < 0x80) {
			s++;
			if (pre && is_space(c))
				pre_space(p, c);
			else if (is_space(c))
				p->blank = true;
			continue;
		} else {
			struct str rest = {s, (size_t)(end - s)};
			uint32_t cp = utf8_take(&rest);
			int kind = rare(cp);

			q = rest.p;
			if (kind < 2) {
				if (kind == 1 && pre)
					pre_space(p, ' ');
				else
					p->blank |= kind == 1;
				s = q;
				continue;
			}
		}
		n = (size_t)(q - s);
		run_owed(p);
		if (pre)
			p->run.pre = true;
		buf_put(text, s, n);
		s = q;
		if (flags & HTML_IS_LINK)
			p->run.link += n;
		if (flags & HTML_IS_BOLD)
			p->run.bold += n;
	}
}

/* libxml2's events. */

static void
stop(struct html_parse *p, const char *why)
{
	p->h->cut = why;
	p->stopped = true;
	xmlStopParser(p->ctxt);
}

static void
spend(struct html_parse *p, size_t work)
{
	p->work += work;
	if (p->work > p->max_work)
		stop(p, "more work than --max-work");
}

static void
gather_text(struct html_parse *p, const char *s, size_t len)
{
	if (p->gather != HTML_NMETA && p->gathered.len + len <= META_MAX)
		buf_put(&p->gathered, s, len);
}

static void
gather_begin(struct html_parse *p, enum html_meta m, uint32_t elem)
{
	if (p->gather != HTML_NMETA || p->meta_at[m].len > 0)
		return;
	p->gather = m;
	p->gather_elem = elem;
	p->gathered.len = 0;
}

static void
gather_end(struct html_parse *p)
{
	meta_set(p, p->gather, buf_str(&p->gathered));
	p->gather = HTML_NMETA;
}

static void
on_text(void *ctx, const xmlChar *s, int len)
{
	struct html_parse *p = ctx;

	if (p->stopped)
		return;
	gather_text(p, (const char *)s, (size_t)len);
	if (!(p->h->elem[p->cur].flags & HTML_IS_SILENT))
		text_add(p, (const char *)s, (const char *)s + len);
}

/* Whether a style attribute keeps its element from being drawn. */
static bool
style_hides(struct html_parse *p, struct str style)
{
	bool none = false, hidden = false;
	struct str name, value;
	const char *q, *colon;

	if (style.len > 0 && memchr(style.p, '&', style.len) != NULL) {
		p->value.len = 0;
		entity_decode(&p->value, style);
		style = buf_str(&p->value);
	}
	while (style.len > 0) {
		q = memchr(style.p, ';', style.len);
		value = style;
		value.len = q != NULL ? (size_t)(q - style.p) : style.len;
		style.p += value.len + (q != NULL);
		style.len -= value.len + (q != NULL);
		colon = memchr(value.p, ':', value.len);
		if (colon == NULL)
			continue;
		name =
		    str_trim((struct str){value.p, (size_t)(colon - value.p)});
		value = str_trim((struct str){
		    colon + 1, value.len - (size_t)(colon + 1 - value.p)});
		if (str_ieq(name, STR("display")))
			none = begins(value, STR("none"));
		else if (str_ieq(name, STR("visibility")))
			hidden = begins(value, STR("hidden"));
	}
	return none || hidden;
}

static uint64_t
item_hints(struct str itemprop)
{
	static const struct {
		const char *name;
		unsigned hint;
	} props[] = {{"articlebody", HINT_ITEM_BODY},
	    {"mainentityofpage", HINT_ITEM_META}, {"text", HINT_ITEM_TEXT},
	    {"description", HINT_ITEM_TEXT}, {"reviewbody", HINT_ITEM_TEXT},
	    {"author", HINT_ITEM_META}, {"datepublished", HINT_ITEM_META},
	    {"recipeinstructions", HINT_ITEM_TEXT},
	    {"recipeingredient", HINT_ITEM_TEXT}, {"name", HINT_TITLE},
	    {"headline", HINT_TITLE}, {"commentcount", HINT_ITEM_META},
	    {"keywords", HINT_TAGS}, {"about", HINT_TAGS},
	    {"comment", HINT_COMMENT}};
	size_t i;

	for (i = 0; i < sizeof(props) / sizeof(props[0]); i++)
		if (str_ieq(itemprop, str_of(props[i].name)))
			return HTML_BIT(props[i].hint);
	return 0;
}

static void
elem_attrs(struct html_parse *p, struct html_elem *e, const struct str *attr)
{
	e->name[HTML_CLASS] = attr[AT_CLASS];
	e->name[HTML_ID] = attr[AT_ID];
	if (attr[AT_CLASS].len)
		e->hint |= hints_of(p, attr[AT_CLASS]);
	if (attr[AT_ID].len)
		e->hint |= hints_of(p, attr[AT_ID]);
	if (attr[AT_ROLE].len)
		e->hint |= hints_of(p, attr[AT_ROLE]);
	if (attr[AT_TESTID].len)
		e->hint |= hints_of(p, attr[AT_TESTID]);
	if (attr[AT_COMPONENT].len)
		e->hint |= hints_of(p, attr[AT_COMPONENT]);
	if (attr[AT_REL].len)
		e->hint |= hints_of(p, attr[AT_REL]);
	if (attr[AT_ITEMPROP].len)
		e->hint |= item_hints(attr[AT_ITEMPROP]);
	if (attr[AT_HIDDEN].p != NULL ||
	    str_ieq(attr[AT_ARIA_HIDDEN], STR("true")) ||
	    style_hides(p, attr[AT_STYLE]))
		e->flags |= HTML_IS_HIDDEN;
	if (e->tag == HTML_A && attr[AT_HREF].p != NULL)
		e->flags |= HTML_IS_LINK;
}

static uint32_t
elem_push(struct html_parse *p, enum html_tag t, const struct str *attr)
{
	struct html *h = p->h;
	struct html_elem *e;
	size_t i;

	if (h->nelem == h->elem_cap) {
		h->elem_cap = h->elem_cap ? h->elem_cap * 2 : 1024;
		h->elem = mem_grow(h->elem, h->elem_cap, sizeof(*h->elem));
	}
	e = &h->elem[h->nelem];
	*e = (struct html_elem){.parent = p->cur,
	    .tag = (uint8_t)t,
	    .open = true,
	    .sign = (uint32_t)t,
	    .block = (uint32_t)h->nblock};
	if (h->nelem > 0)
		e->flags = h->elem[p->cur].flags;
	if (tags[t].flags & S)
		e->flags |= HTML_IS_SILENT;
	if (tags[t].flags & P)
		e->flags |= HTML_IS_PRE;
	if (t == HTML_NOSCRIPT)
		e->flags |= HTML_IS_NOSCRIPT;
	if (t == HTML_B || t == HTML_STRONG)
		e->flags |= HTML_IS_BOLD;
	if (attr != NULL) {
		elem_attrs(p, e, attr);
		for (i = 0; i < attr[AT_CLASS].len; i++)
			e->sign =
			    fnv(e->sign, (unsigned char)attr[AT_CLASS].p[i]);
	}
	p->cur = (uint32_t)h->nelem++;
	p->depth++;
	return p->cur;
}

/* The attributes of a tag, by the one that libxml2 was told. */
static void
attrs_read(
    const struct html_parse *p, struct str attr[NATTR], const xmlChar **atts)
{
	const struct attr_ref *ref;
	size_t i;

	memset(attr, 0, NATTR * sizeof(attr[0]));
	if (atts == NULL || atts[0] == NULL || atts[1] == NULL)
		return;
	for (i = strtoul((const char *)atts[1], NULL, 10); i < p->nattr; i++) {
		ref = &p->attr[i];
		attr[ref->attr] = ref->value;
		if (ref->last)
			break;
	}
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct html_parse *p = ctx;
	struct str attr[NATTR];
	enum html_tag t;
	uint32_t e;

	if (p->stopped)
		return;
	spend(p, HTML_ELEM_WORK);
	t = tag_find(p, str_of((const char *)name));
	if (t == HTML_BR) {
		run_break(p);
		return;
	}
	if (tags[t].flags & B && !(p->h->elem[p->cur].flags & HTML_IS_SILENT))
		tool_end(p);
	attrs_read(p, attr, atts);
	if (t == HTML_META)
		meta_tag(p, attr);
	if (t == HTML_HTML || t == HTML_BODY)
		meta_decode(p, META_LANG,
		    attr[AT_LANG].len ? attr[AT_LANG] : attr[AT_XML_LANG]);
	if (tags[t].flags & V)
		return;
	e = elem_push(p, t, attr);
	if (t == HTML_TIME && attr[AT_DATETIME].len >= 8) /* a date in it */
		meta_decode(p, META_TIME, attr[AT_DATETIME]);
	if (t == HTML_TITLE)
		gather_begin(p, META_TITLE, e);
	else if (str_ieq(attr[AT_REL], STR("author")) ||
		 str_ieq(attr[AT_ITEMPROP], STR("author")))
		gather_begin(p, META_BYLINE, e);
	else if (p->gather == META_BYLINE &&
		 str_ieq(attr[AT_ITEMPROP], STR("name"))) {
		p->gather = HTML_NMETA; /* the name alone */
		gather_begin(p, META_BYLINE, e);
	}
	if (str_ieq(attr[AT_ITEMPROP], STR("datePublished")))
		meta_decode(p, META_PUBLISHED,
		    attr[AT_CONTENT].len ? attr[AT_CONTENT]
					 : attr[AT_DATETIME]);
}

static void
elem_pop(struct html_parse *p)
{
	struct html_elem *e = &p->h->elem[p->cur];

	if (p->gather != HTML_NMETA && p->gather_elem == p->cur)
		gather_end(p);
	if (tags[e->tag].flags & B &&
	    !(p->h->elem[e->parent].flags & HTML_IS_SILENT))
		tool_end(p);
	e->open = false;
	e->end = (uint32_t)p->h->nelem;
	e->block_end = (uint32_t)p->h->nblock;
	p->cur = e->parent;
	p->depth--;
}

static void
on_end(void *ctx, const xmlChar *name)
{
	struct html_parse *p = ctx;
	enum html_tag t = tag_find(p, str_of((const char *)name));

	if (p->stopped || (tags[t].flags & V) || p->cur == 0 ||
	    p->h->elem[p->cur].tag != t)
		return;
	elem_pop(p);
}

/* libxml2 walked its stack to find that a tag ends nothing. */
static void
on_error(void *ctx, xmlErrorPtr error)
{
	htmlParserCtxtPtr ctxt = error->ctxt;
	struct html_parse *p = ctxt != NULL ? ctxt->userData : NULL;

	(void)ctx;
	if (p != NULL && error->code == XML_ERR_TAG_NAME_MISMATCH)
		spend(p, p->depth);
}

void
html_init(struct html *h)
{
	struct html_parse *p;
	const char *s;
	uint32_t i;
	unsigned t, n;

	memset(h, 0, sizeof(*h));
	h->parse = p = mem_zeroed(1, sizeof(*p));
	for (t = 1; t < HTML_NTAG; t++) {
		i = hash_name(tags[t].name, strlen(tags[t].name));
		while (p->tag_slot[i % TAG_SLOTS] != 0)
			i++;
		p->tag_slot[i % TAG_SLOTS] = (uint8_t)t;
	}
	for (t = 0; t < HTML_NHINT; t++)
		for (s = hint_words[t]; *s != '\0'; s += n + (s[n] == ' ')) {
			n = (unsigned)strcspn(s, " ");
			hint_add(p, hash_name(s, n), t);
		}
	p->sax.initialized = XML_SAX2_MAGIC;
	p->sax.startElement = on_start;
	p->sax.endElement = on_end;
	p->sax.characters = on_text;
	p->sax.ignorableWhitespace = on_text;
	p->sax.cdataBlock = on_text;
	p->sax.serror = on_error;
	p->h = h;
}

void
html_release(struct html *h)
{
	if (h->parse != NULL) {
		buf_release(&h->parse->clean);
		buf_release(&h->parse->meta);
		buf_release(&h->parse->value);
		buf_release(&h->parse->gathered);
		free(h->parse->attr);
	}
	free(h->parse);
	free(h->elem);
	free(h->block);
	buf_release(&h->text);
	memset(h, 0, sizeof(*h));
}

/* Whether an element is one that holds rows. */
static bool
is_rows(enum html_tag t)
{
	return t == HTML_TABLE || t == HTML_TBODY || t == HTML_THEAD ||
	       t == HTML_TFOOT;
}

/* The innermost row, cell and list item of each block, from above. */
static void
place_blocks(struct html *h)
{
	uint32_t *place; /* (nelem, 3) */
	uint32_t i, up, *q;
	size_t b;

	place = mem_zeroed(h->nelem, 3 * sizeof(*place));
	for (i = 1; i < h->nelem; i++) {
		up = h->elem[i].parent;
		q = place + 3 * i;
		memcpy(q, place + 3 * up, 3 * sizeof(*q));
		switch (h->elem[i].tag) {
		case HTML_TR:
			q[0] = i;
			q[1] = 0;
			break;
		case HTML_TD:
		case HTML_TH:
			q[1] = i;
			if (q[0] == 0 && is_rows(h->elem[up].tag))
				q[0] = up; /* a cell without its <tr> */
			break;
		case HTML_TABLE:
			q[0] = q[1] = q[2] = 0;
			break;
		case HTML_LI:
			q[2] = i;
			break;
		default:
			break;
		}
	}
	for (b = 0; b < h->nblock; b++) {
		q = place + 3 * h->block[b].elem;
		h->block[b].row = q[1] != 0 ? q[0] : 0;
		h->block[b].cell = q[1];
		h->block[b].item = q[2];
	}
	free(place);
}

static void *
resize(void *p, size_t len)
{
	return mem_grow(p, len, 1);
}

static char *
duplicate(const char *text)
{
	return mem_string(str_of(text));
}

/*
 * libxml2 takes a failed allocation for the end of the page, or tries for ever.
 * With these functions it ends the tool, as every other one does.
 */
static void
set_allocators(void)
{
	static bool set;

	if (!set && xmlMemSetup(free, mem_alloc, resize, duplicate) != 0)
		cli_errx(CLI_FATAL, "libxml2 does not take an allocator");
	set = true;
}

static void
parse(struct html_parse *p)
{
	htmlParserCtxtPtr ctxt;

	if (p->clean.len == 0)
		return;
	set_allocators();
	ctxt = htmlCreateMemoryParserCtxt(p->clean.p, (int)p->clean.len);
	if (ctxt == NULL)
		cli_errx(CLI_FATAL, "out of memory for a parser of HTML");
	p->ctxt = ctxt;
	xmlSwitchEncoding(ctxt, XML_CHAR_ENCODING_UTF8);
	*ctxt->sax = p->sax;
	ctxt->userData = p;
	htmlCtxtUseOptions(ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
				     HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
	htmlParseDocument(ctxt);
	htmlFreeParserCtxt(ctxt);
	p->ctxt = NULL;
}

void
html_parse(struct html *h, struct str page, size_t max_work)
{
	struct html_parse *p = h->parse;
	int m;

	h->nelem = h->nblock = 0;
	h->text.len = p->meta.len = 0;
	h->cut = NULL;
	memset(p->meta_at, 0, sizeof(p->meta_at));
	p->cur = p->depth = 0;
	p->work = 0;
	p->max_work = max_work;
	p->open = p->blank = p->line = p->after_br = false;
	p->stopped = false;
	p->nbr = 0;
	p->gather = HTML_NMETA;
	elem_push(p, HTML_OTHER, NULL);
	p->cur = 0;
	if (page.len > max_work) {
		h->cut = "more bytes than --max-work";
		page.len = utf8_valid((struct str){page.p, max_work});
	}
	clean(p, page);
	parse(p);
	while (p->cur != 0)
		elem_pop(p);
	tool_end(p);
	h->elem[0].end = (uint32_t)h->nelem;
	h->elem[0].block_end = (uint32_t)h->nblock;
	if (p->gather != HTML_NMETA)
		gather_end(p);
	buf_reserve(&p->meta, 1); /* even an empty slice lies somewhere */
	for (m = 0; m < HTML_NMETA; m++)
		h->meta[m] = (struct str){
		    p->meta.p + p->meta_at[m].at, p->meta_at[m].len};
	place_blocks(h);
}
