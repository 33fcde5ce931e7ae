#include "web/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "web/entity.h"
#include "web/html-clean.h"

struct html_parse {
	struct html_names names;
	struct html_clean clean;
	struct html_meta meta;
	htmlSAXHandler sax;
	struct buf value, gathered;
	/* the page being read */
	struct html *h;
	htmlParserCtxtPtr ctxt;
	uint32_t cur; /* innermost open element */
	uint32_t depth;
	size_t work, max_work;
	struct html_block run; /* the block being gathered, if open */
	bool open, solid;      /* open, with more than white space */
	bool blank, line;      /* must precede the next text */
	unsigned nbr;	       /* <br> since the last text */
	struct {
		uint32_t elem;	 /* the <sup> that is open, 0: none */
		size_t text;	 /* bytes of text before it */
		bool open, link; /* was the block open, has it a link */
		bool fresh;	 /* nothing of it has been read */
	} sup;
	bool after_br;
	bool stopped;		  /* nothing more is read */
	enum html_meta_id gather; /* text goes to this, HTML_NMETA: none */
	uint32_t gather_elem;
};

/* Whether s begins with word, in letters of either size. */
static bool
begins(struct str s, struct str word)
{
	return s.len >= word.len && str_ieq((struct str){s.p, word.len}, word);
}

/* Text into blocks. */

/* The number on a line of its own at s, without its line end; or -1. */
static long
line_number(const char *s, size_t len)
{
	long n = 0;
	size_t i = 0, first;

	while (i < len && html_is_space((unsigned char)s[i]))
		i++;
	for (first = i; i < len && i - first < 8 && (unsigned)(s[i] - '0') < 10;
	     i++)
		n = 10 * n + (s[i] - '0');
	if (i == first)
		return -1;
	while (i < len && (html_is_space((unsigned char)s[i]) || s[i] == '.'))
		i++;
	return i == len ? n : -1;
}

/*
 * Take the numbers of lines out of code, where they stand on lines of their
 * own and count up from the first; returns its new length.
 */
static size_t
drop_line_numbers(char *s, size_t len)
{
	long next = -1, n;
	size_t at, line, to, count = 0;
	bool drop;
	char *q;
	int pass;

	for (pass = 0, to = 0; pass < 2; pass++) {
		for (at = 0, next = -1; at < len; at += line) {
			q = memchr(s + at, '\n', len - at);
			line = q != NULL ? (size_t)(q - s) - at : len - at;
			n = line_number(s + at, line);
			drop = n >= 0 && (next < 0 || n == next);
			if (n >= 0 && !drop)
				return len; /* no numbers of lines */
			if (drop) {
				next = n + 1;
				count++;
			}
			line += q != NULL;
			if (pass == 1 && !drop) {
				memmove(s + to, s + at, line);
				to += line;
			}
		}
		if (count < 2)
			return len;
	}
	return to;
}

static void
run_end(struct html_parse *p)
{
	struct html *h = p->h;
	uint32_t e;

	p->blank = p->line = false;
	p->nbr = 0;
	if (!p->open)
		return;
	p->open = false;
	p->run.len = (uint32_t)(h->text.len - p->run.text);
	if (p->run.pre) {
		p->run.len = (uint32_t)drop_line_numbers(
		    h->text.p + p->run.text, p->run.len);
		h->text.len = p->run.text + p->run.len;
	}
	while (p->run.len > 0 &&
	       html_is_space((unsigned char)h->text.p[h->text.len - 1]))
		h->text.len--, p->run.len--;
	if (p->run.len == 0)
		return;
	if (h->nblock == h->block_cap) {
		h->block_cap = h->block_cap ? h->block_cap * 2 : 256;
		h->block = mem_grow(h->block, h->block_cap, sizeof(*h->block));
	}
	p->run.flags = h->elem[p->run.inner].flags;
	for (e = p->run.inner; html_tag_is_inline(h->elem[e].tag) && e != 0;)
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
	p->run = (struct html_block){.text = (uint32_t)p->h->text.len,
	    .inner = p->cur,
	    .after_br = p->after_br};
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

static bool
in_pre(const struct html_parse *p, uint32_t elem)
{
	return (p->h->elem[elem].flags & HTML_IS_PRE) != 0;
}

/* The edge of a box within <pre>, where it ends a line. */
static void
pre_edge(struct html_parse *p)
{
	struct buf *text = &p->h->text;

	if (p->open && p->solid && text->p[text->len - 1] != '\n')
		buf_putc(text, '\n');
}

/* Two <br> with nothing between them separate paragraphs; one ends a line. */
static void
run_break(struct html_parse *p)
{
	if (in_pre(p, p->cur)) {
		pre_space(p, '\n');
		return;
	}
	p->nbr++;
	if (p->nbr >= 2) {
		run_end(p);
		p->after_br = true;
		p->nbr = 2;
	} else {
		p->line = true;
	}
}

/* Whether a <sup> that begins with s raises what stands before it. */
static bool
is_power(const struct html_parse *p, struct str s)
{
	const struct buf *text = &p->h->text;
	unsigned char last;

	if (!p->open || p->blank || p->line || text->len <= p->run.text)
		return false;
	last = (unsigned char)text->p[text->len - 1];
	if (str_starts(s, STR("\xe2\x88\x92"))) /* a minus sign */
		s = (struct str){s.p + 3, s.len - 3};
	else if (s.len > 1 && (s.p[0] == '-' || s.p[0] == '+'))
		s = (struct str){s.p + 1, s.len - 1};
	return s.len > 0 && (unsigned)(s.p[0] - '0') < 10 &&
	       (html_is_alpha(last) || (unsigned)(last - '0') < 10 ||
		   last == ')' || last == ']' || last >= 0x80);
}

/*
 * A <sup> has ended.  If it is the mark of a footnote, which is a link, or a
 * number after a full stop, it goes.
 */
static void
sup_end(struct html_parse *p)
{
	enum { MARK = 24 }; /* bytes of the longest mark */
	struct buf *text = &p->h->text;
	size_t from = p->sup.text, i;
	bool mark = p->sup.link;

	p->sup.elem = 0;
	if (!p->open || text->len <= from || text->len - from > MARK)
		return;
	if (!mark && from > p->run.text &&
	    strchr(".,;:!?\"", text->p[from - 1]) != NULL)
		for (mark = true, i = from; i < text->len; i++)
			mark = mark && (unsigned)(text->p[i] - '0') < 10;
	if (!mark)
		return;
	text->len = from;
	p->open = p->sup.open;
}

/*
 * Make room for a character that is no blank, and write the blank or line end
 * that must precede it.
 */
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
			if (pre && html_is_space(c))
				pre_space(p, c);
			else if (html_is_space(c))
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
		if (p->sup.elem != 0 && p->sup.fresh) {
			p->sup.fresh = false;
			if (is_power(p, (struct str){s, (size_t)(end - s)}))
				buf_putc(text, '^');
		}
		run_owed(p);
		if (pre)
			p->run.pre = true;
		buf_put(text, s, n);
		s = q;
		if (flags & HTML_IS_LINK)
			p->run.link += (uint32_t)n;
		if (flags & HTML_IS_BOLD)
			p->run.bold += (uint32_t)n;
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
	if (p->gather != HTML_NMETA && p->gathered.len + len <= HTML_META_MAX)
		buf_put(&p->gathered, s, len);
}

static void
gather_begin(struct html_parse *p, enum html_meta_id m, uint32_t elem)
{
	if (p->gather != HTML_NMETA || p->meta.at[m].len > 0)
		return;
	p->gather = m;
	p->gather_elem = elem;
	p->gathered.len = 0;
}

static void
gather_end(struct html_parse *p)
{
	html_meta_set(&p->meta, p->gather, buf_str(&p->gathered));
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

/* Whether display gives an element that is inline a box of its own. */
static bool
is_box(struct str display)
{
	return begins(display, STR("block")) || begins(display, STR("flex")) ||
	       begins(display, STR("grid")) || begins(display, STR("table")) ||
	       begins(display, STR("list-item")) ||
	       begins(display, STR("flow-root"));
}

/* Whether a style may hold "display" or "visibility": it has an "is", or "&". */
static bool
may_draw(struct str style)
{
	size_t i;

	for (i = 0; i + 1 < style.len; i++)
		if (((style.p[i] | 0x20) == 'i' &&
			(style.p[i + 1] | 0x20) == 's') ||
		    style.p[i] == '&')
			return true;
	return false;
}

/*
 * Whether a style attribute keeps its element from being drawn; *box says that
 * it makes a box of it.
 */
static bool
style_hides(struct html_parse *p, struct str style, bool *box)
{
	bool none = false, hidden = false;
	struct str name, value;
	const char *q, *colon;

	if (!may_draw(style))
		return false;
	if (memchr(style.p, '&', style.len) != NULL) {
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
		if (str_ieq(name, STR("display"))) {
			none = begins(value, STR("none"));
			*box = is_box(value);
		} else if (str_ieq(name, STR("visibility")))
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

/* The number of rows or columns that an attribute states, or 0. */
static uint16_t
span_of(struct str s)
{
	unsigned n = 0;
	size_t i;

	s = str_trim(s);
	for (i = 0; i < s.len && i < 4 && (unsigned)(s.p[i] - '0') < 10; i++)
		n = 10 * n + (unsigned)(s.p[i] - '0');
	return (uint16_t)n;
}

/* The attributes of a start tag. */
struct attrs {
	struct str at[HTML_NATTR];
	const struct html_class *klass; /* never NULL */
	uint32_t nklass;		/* its number */
	bool hidden, box;		/* by its style */
};

static void
elem_attrs(struct html_parse *p, struct html_elem *e, const struct attrs *a)
{
	static const enum html_attr named[] = {
	    AT_ID, AT_ROLE, AT_TESTID, AT_COMPONENT, AT_REL};
	const struct str *attr = a->at;
	size_t i;

	e->klass = a->nklass;
	e->hint = a->klass->hint;
	e->sign ^= a->klass->hash * UINT32_C(0x9e3779b1);
	if (attr[AT_ID].len > 0) {
		e->id = (uint32_t)(attr[AT_ID].p - p->h->page.p);
		e->id_len = (uint32_t)attr[AT_ID].len;
	}
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (attr[named[i]].len > 0)
			e->hint |= html_hints(&p->names, attr[named[i]]);
	if (attr[AT_ITEMPROP].len)
		e->hint |= item_hints(attr[AT_ITEMPROP]);
	if (attr[AT_HIDDEN].p != NULL ||
	    str_ieq(attr[AT_ARIA_HIDDEN], STR("true")) || a->hidden)
		e->flags |= HTML_IS_HIDDEN;
	e->box = a->box;
	e->colspan = span_of(attr[AT_COLSPAN]);
	e->rowspan = span_of(attr[AT_ROWSPAN]);
	if (e->tag == HTML_A && attr[AT_HREF].p != NULL)
		e->flags |= HTML_IS_LINK;
}

static uint32_t
elem_push(struct html_parse *p, enum html_tag t, const struct attrs *attr)
{
	struct html *h = p->h;
	struct html_elem *e;

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
	if (html_tag_flags(t) & HTML_TAG_SILENT ||
	    (attr != NULL && (e->flags & HTML_IS_PRE || t == HTML_TD) &&
		attr->klass->kind & HTML_NAMES_LINES))
		e->flags |= HTML_IS_SILENT;
	if (html_tag_flags(t) & HTML_TAG_KEEPS)
		e->flags |= HTML_IS_PRE;
	if (t == HTML_NOSCRIPT)
		e->flags |= HTML_IS_NOSCRIPT;
	if (t == HTML_B || t == HTML_STRONG)
		e->flags |= HTML_IS_BOLD;
	if (attr != NULL)
		elem_attrs(p, e, attr);
	p->cur = (uint32_t)h->nelem++;
	p->depth++;
	return p->cur;
}

/* The attributes of a tag, by the one that libxml2 was told. */
static void
attrs_read(struct html_parse *p, struct attrs *a, const xmlChar **atts)
{
	const struct html_attr_ref *ref;
	size_t i;

	memset(a, 0, sizeof(*a));
	a->klass = &p->clean.klass[0];
	if (atts == NULL || atts[0] == NULL || atts[1] == NULL)
		return;
	for (i = strtoul((const char *)atts[1], NULL, 10); i < p->clean.nattr;
	     i++) {
		ref = &p->clean.attr[i];
		a->at[ref->attr] = ref->value;
		if (ref->attr == AT_CLASS) {
			a->nklass = ref->klass;
			a->klass = &p->clean.klass[ref->klass];
		}
		if (ref->last)
			break;
	}
	if (a->at[AT_STYLE].len > 0)
		a->hidden = style_hides(p, a->at[AT_STYLE], &a->box);
}

/* The start or the end of a box, the parent of which is given. */
static void
edge(struct html_parse *p, uint32_t parent)
{
	if (p->h->elem[parent].flags & HTML_IS_SILENT)
		return;
	if (in_pre(p, parent))
		pre_edge(p);
	else
		run_end(p);
}

static void
sup_begin(struct html_parse *p, uint32_t elem, unsigned kind)
{
	if (p->sup.elem != 0)
		return;
	p->sup.elem = elem;
	p->sup.text = p->h->text.len;
	p->sup.open = p->open;
	p->sup.fresh = true;
	p->sup.link =
	    (p->h->elem[elem].flags & HTML_IS_LINK) || kind & HTML_NAMES_NOTE;
}

/*
 * Whether the current element belongs to the subject of the page: not to a box
 * beside it, of related pages or of comments.
 */
static bool
is_own(const struct html_parse *p)
{
	enum { UP = 64 }; /* elements around it that are looked at, at most */
	static const uint64_t others =
	    HTML_BIT(HINT_RELATED) | HTML_BIT(HINT_COMMENT) |
	    HTML_BIT(HINT_POPULAR) | HTML_BIT(HINT_TEASER);
	const struct html_elem *e;
	uint32_t i = p->cur;
	int up;

	for (up = 0; up < UP && i != 0; up++, i = e->parent) {
		e = &p->h->elem[i];
		if (e->tag == HTML_ASIDE || e->tag == HTML_FOOTER ||
		    e->tag == HTML_NAV ||
		    (e->tag != HTML_BODY && e->hint & others))
			return false;
	}
	return true;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct html_parse *p = ctx;
	struct attrs attrs;
	const struct str *attr = attrs.at;
	enum html_tag t;
	uint32_t e;

	if (p->stopped)
		return;
	spend(p, HTML_ELEM_WORK);
	t = html_tag_find(&p->names, str_of((const char *)name));
	if (t == HTML_BR) {
		run_break(p);
		return;
	}
	attrs_read(p, &attrs, atts);
	if (html_tag_flags(t) & HTML_TAG_BOX || attrs.box)
		edge(p, p->cur);
	else if (t == HTML_OTHER && strchr((const char *)name, '-') != NULL)
		p->blank = true; /* a script says what is drawn in it */
	if (t == HTML_META)
		html_meta_tag(&p->meta, attr);
	if (t == HTML_HTML || t == HTML_BODY)
		html_meta_decode(&p->meta, META_LANG,
		    attr[AT_LANG].len ? attr[AT_LANG] : attr[AT_XML_LANG]);
	if (html_tag_flags(t) & HTML_TAG_VOID)
		return;
	if (p->sup.elem != 0 && t == HTML_A && attr[AT_HREF].len > 1)
		p->sup.link = true;
	e = elem_push(p, t, &attrs);
	p->h->elem[e].custom =
	    t == HTML_OTHER && strchr((const char *)name, '-') != NULL;
	if (t == HTML_SUP)
		sup_begin(p, e, attrs.klass->kind);
	if (t == HTML_TIME && attr[AT_DATETIME].len >= 8 && /* a date in it */
	    is_own(p))
		html_meta_decode(&p->meta, META_TIME, attr[AT_DATETIME]);
	if (t == HTML_TITLE)
		gather_begin(p, META_TITLE, e);
	else if ((str_ieq(attr[AT_REL], STR("author")) ||
		     str_ieq(attr[AT_ITEMPROP], STR("author"))) &&
		 is_own(p))
		gather_begin(p, META_BYLINE, e);
	else if (p->meta.at[META_NAMES].len == 0 &&
		 attrs.klass->kind & HTML_NAMES_BYLINE && is_own(p))
		gather_begin(p, META_NAMES, e);
	else if (p->gather == META_BYLINE &&
		 str_ieq(attr[AT_ITEMPROP], STR("name"))) {
		p->gather = HTML_NMETA; /* the name alone */
		gather_begin(p, META_BYLINE, e);
	}
	if (str_ieq(attr[AT_ITEMPROP], STR("datePublished")))
		html_meta_decode(&p->meta, META_PUBLISHED,
		    attr[AT_CONTENT].len ? attr[AT_CONTENT]
					 : attr[AT_DATETIME]);
}

static void
elem_pop(struct html_parse *p)
{
	struct html_elem *e = &p->h->elem[p->cur];

	if (p->gather != HTML_NMETA && p->gather_elem == p->cur)
		gather_end(p);
	if (p->sup.elem == p->cur && p->cur != 0)
		sup_end(p);
	if (html_tag_flags(e->tag) & HTML_TAG_BOX || e->box)
		edge(p, e->parent);
	else if (e->custom)
		p->blank = true;
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
	enum html_tag t = html_tag_find(&p->names, str_of((const char *)name));

	if (p->stopped || (html_tag_flags(t) & HTML_TAG_VOID) || p->cur == 0 ||
	    p->h->elem[p->cur].tag != t)
		return;
	elem_pop(p);
}

/* libxml2 has walked its whole stack to find that this tag ends nothing. */
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

	memset(h, 0, sizeof(*h));
	h->parse = p = mem_zeroed(1, sizeof(*p));
	html_names_init(&p->names);
	p->clean.names = &p->names;
	p->clean.meta = &p->meta;
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
		html_clean_release(&h->parse->clean);
		html_meta_release(&h->parse->meta);
		buf_release(&h->parse->value);
		buf_release(&h->parse->gathered);
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

	if (p->clean.out.len == 0)
		return;
	set_allocators();
	ctxt =
	    htmlCreateMemoryParserCtxt(p->clean.out.p, (int)p->clean.out.len);
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
	enum html_meta_id m;

	h->nelem = h->nblock = 0;
	h->page = page;
	h->text.len = 0;
	h->cut = NULL;
	html_meta_clear(&p->meta, page.len);
	p->cur = p->depth = 0;
	p->work = 0;
	p->max_work = max_work;
	p->open = p->blank = p->line = p->after_br = false;
	p->stopped = false;
	p->nbr = 0;
	p->sup.elem = 0;
	p->gather = HTML_NMETA;
	elem_push(p, HTML_OTHER, NULL);
	p->cur = 0;
	if (page.len > INT_MAX / 2) {
		h->cut = "a page of more than 1 GiB";
		page.len = utf8_valid((struct str){page.p, INT_MAX / 2});
	}
	if (page.len > max_work) {
		h->cut = "more bytes than --max-work";
		page.len = utf8_valid((struct str){page.p, max_work});
	}
	html_clean(&p->clean, page);
	if (p->clean.out.len > INT_MAX / 2) { /* all places fit 32 bits */
		h->cut = "a page of more than 1 GiB";
		p->clean.out.len =
		    utf8_valid((struct str){p->clean.out.p, INT_MAX / 2});
		p->clean.out.p[p->clean.out.len] = '\0';
	}
	parse(p);
	while (p->cur != 0)
		elem_pop(p);
	run_end(p);
	h->elem[0].end = (uint32_t)h->nelem;
	h->elem[0].block_end = (uint32_t)h->nblock;
	if (p->gather != HTML_NMETA)
		gather_end(p);
	for (m = 0; m < HTML_NMETA; m++)
		h->meta[m] = html_meta_get(&p->meta, m);
	place_blocks(h);
}

struct str
html_name(const struct html *h, uint32_t elem, int which)
{
	const struct html_elem *e = &h->elem[elem];

	if (which == HTML_CLASS)
		return h->parse->clean.klass[e->klass].name;
	return (struct str){h->page.p + e->id, e->id_len};
}
