#include "web/html-math.h"

#include <stdbool.h>
#include <string.h>

#include "web/html-tag.h"

enum {
	DEPTH = 100,  /* elements within one another that are read */
	NCHILD = 4,   /* children of an element whose places are kept */
	NAME_MAX = 24 /* bytes of a name that are looked at */
};

void
html_math_tex(struct buf *out, struct str tex)
{
	static const char *const wraps[][2] = {{"{\\displaystyle", "}"},
	    {"{\\textstyle", "}"}, {"\\(", "\\)"}, {"\\[", "\\]"}, {"$$", "$$"},
	    {"$", "$"}, {"<![CDATA[", "]]>"}, {"%", ""},
	    {"&lt;![CDATA[", "]]&gt;"}};
	size_t i, n, m;

	tex = str_trim(tex);
	for (i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++) {
		n = strlen(wraps[i][0]);
		m = strlen(wraps[i][1]);
		if (tex.len <= n + m || !str_starts(tex, str_of(wraps[i][0])) ||
		    memcmp(tex.p + tex.len - m, wraps[i][1], m) != 0)
			continue;
		tex = str_trim((struct str){tex.p + n, tex.len - n - m});
		while (m > 0 && tex.len > 0 && tex.p[tex.len - 1] == '%')
			tex = str_trim((struct str){tex.p, tex.len - 1});
		i = (size_t)-1; /* one may lie within another */
	}
	buf_puts(out, tex);
}

/* Take a tag off *rest, which begins with '<': its name, whether it ends one. */
static struct str
take_tag(struct str *rest, bool *end, bool *empty)
{
	const char *q = memchr(rest->p, '>', rest->len);
	size_t len = q != NULL ? (size_t)(q - rest->p) + 1 : rest->len;
	struct str name = {rest->p + 1, 0};
	const char *stop = rest->p + len, *colon;

	*empty = len >= 2 && rest->p[len - 2] == '/';
	*end = len > 1 && name.p[0] == '/';
	name.p += *end;
	while (name.p + name.len < stop && name.len < NAME_MAX &&
	       (html_is_alpha((unsigned char)name.p[name.len]) ||
		   name.p[name.len] == ':' || name.p[name.len] == '-'))
		name.len++;
	colon = memchr(name.p, ':', name.len); /* a prefix of XML */
	if (colon != NULL) {
		name.len -= (size_t)(colon + 1 - name.p);
		name.p = colon + 1;
	}
	rest->p += len;
	rest->len -= len;
	return name;
}

/* An element while it is read: its name, and where its children begin. */
struct node {
	struct str name;
	size_t child[NCHILD + 1]; /* in out; the last one where the next goes */
	size_t nchild;
};

/* Put one string into b at a place. */
static void
insert(struct buf *b, size_t at, struct str s)
{
	buf_reserve(b, s.len);
	memmove(b->p + at + s.len, b->p + at, b->len - at);
	memcpy(b->p + at, s.p, s.len);
	b->len += s.len;
}

/* Whether what is at [from, to) reads as one thing before or after a sign. */
static bool
is_single(const struct buf *b, size_t from, size_t to)
{
	size_t i;
	unsigned char c;

	for (i = from; i < to; i++) {
		c = (unsigned char)b->p[i];
		if (!html_is_alpha(c) && (unsigned)(c - '0') >= 10 &&
		    c < 0x80 && strchr(".&;#", c) == NULL)
			return false;
	}
	return true;
}

/* Brackets round the child at [from, to), unless it is a single thing. */
static size_t
bracket(struct buf *b, size_t from, size_t to)
{
	if (is_single(b, from, to))
		return 0;
	insert(b, to, STR(")"));
	insert(b, from, STR("("));
	return 2;
}

/* Join the children of an element that has ended, as its name says. */
static void
combine(struct buf *out, const struct node *n)
{
	static const struct {
		const char *name, *before, *first, *second;
	} forms[] = {{"mfrac", "", "/", ""}, {"msup", "", "^", ""},
	    {"mover", "", "^", ""}, {"msub", "", "_", ""},
	    {"munder", "", "_", ""}, {"msubsup", "", "_", "^"},
	    {"munderover", "", "_", "^"}, {"mroot", "root", ", ", ""}};
	const char *sign[2];
	size_t i, k, at, last;

	if (str_ieq(n->name, STR("msqrt"))) {
		insert(out, n->child[0], STR("sqrt("));
		buf_putc(out, ')');
		return;
	}
	if (str_ieq(n->name, STR("mfenced"))) {
		insert(out, n->child[0], STR("("));
		buf_putc(out, ')');
		return;
	}
	if (str_ieq(n->name, STR("mtd")) || str_ieq(n->name, STR("mtr"))) {
		buf_puts(out, n->name.p[2] == 'd' || n->name.p[2] == 'D'
				  ? STR(" ")
				  : STR("; "));
		return;
	}
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (str_ieq(n->name, str_of(forms[i].name)))
			break;
	if (i == sizeof(forms) / sizeof(forms[0]) || n->nchild < 2 ||
	    n->nchild > 3)
		return;
	if (forms[i].before[0] != '\0') {
		insert(out, n->child[1], str_of(forms[i].first));
		insert(out, n->child[0], STR("("));
		insert(out, n->child[0], str_of(forms[i].before));
		buf_putc(out, ')');
		return;
	}
	sign[0] = forms[i].first;
	sign[1] = forms[i].second;
	/* from the last child on, as what is put in moves what follows */
	last = out->len;
	for (k = n->nchild; k-- > 0; last = at) {
		at = n->child[k];
		bracket(out, at, last);
		if (k > 0)
			insert(out, at, str_of(sign[k - 1]));
	}
}

/* Whether b, from begin on, ends with a reference, as "&pi;" with its ';'. */
static bool
ends_reference(const struct buf *b, size_t begin)
{
	size_t i = b->len - 1;

	while (i > begin &&
	       (html_is_alpha((unsigned char)b->p[i - 1]) ||
		   (unsigned)(b->p[i - 1] - '0') < 10 || b->p[i - 1] == '#'))
		i--;
	return i > begin && i + 1 < b->len && b->p[i - 1] == '&';
}

/* MathML as a line of text. */
static void
linear(struct buf *out, struct str rest)
{
	struct node stack[DEPTH] = {{.nchild = 0}};
	size_t depth = 0, begin = out->len, skip = 0;
	struct str name, text;
	bool end, empty;
	const char *q;

	while (rest.len > 0) {
		if (rest.p[0] != '<') {
			q = memchr(rest.p, '<', rest.len);
			text.p = rest.p;
			text.len = q != NULL ? (size_t)(q - rest.p) : rest.len;
			rest.p += text.len;
			rest.len -= text.len;
			if (skip == 0)
				buf_puts(out, str_trim(text));
			continue;
		}
		name = take_tag(&rest, &end, &empty);
		if (end) {
			if (depth == 0 || !str_ieq(stack[depth - 1].name, name))
				continue;
			depth--;
			if (skip == 0)
				combine(out, &stack[depth]);
			else if (depth < skip)
				skip = 0;
			continue;
		}
		if (depth > 0 && stack[depth - 1].nchild < NCHILD)
			stack[depth - 1].child[stack[depth - 1].nchild++] =
			    out->len;
		if (empty || name.len == 0 || depth == DEPTH)
			continue;
		stack[depth] = (struct node){.name = name, .child = {out->len}};
		depth++;
		if (skip == 0 && (str_ieq(name, STR("annotation")) ||
				     str_ieq(name, STR("annotation-xml"))))
			skip = depth;
	}
	while (out->len > begin && (out->p[out->len - 1] == ' ' ||
				       (out->p[out->len - 1] == ';' &&
					   !ends_reference(out, begin))))
		out->len--; /* what stands after the last cell and row */
}

/* The annotation in TeX, if there is one. */
static struct str
annotation(struct str content)
{
	struct str rest = content, tag, none = {content.p, 0};
	const char *p, *q, *end;

	while ((p = memmem(rest.p, rest.len, "<annotation", 11)) != NULL) {
		rest.len -= (size_t)(p + 11 - rest.p);
		rest.p = p + 11;
		q = memchr(rest.p, '>', rest.len);
		if (q == NULL)
			break;
		tag = (struct str){rest.p, (size_t)(q - rest.p)};
		rest.len -= (size_t)(q + 1 - rest.p);
		rest.p = q + 1;
		if (memmem(tag.p, tag.len, "tex", 3) == NULL &&
		    memmem(tag.p, tag.len, "TeX", 3) == NULL)
			continue;
		end = memmem(rest.p, rest.len, "</annotation", 12);
		if (end != NULL)
			return (struct str){rest.p, (size_t)(end - rest.p)};
	}
	return none;
}

void
html_math(struct buf *out, struct str content, struct str alttext)
{
	struct str tex = annotation(content);

	if (str_trim(tex).len == 0)
		tex = alttext;
	if (str_trim(tex).len > 0)
		html_math_tex(out, tex);
	else
		linear(out, content);
}
