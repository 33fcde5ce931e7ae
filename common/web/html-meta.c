#include "web/html-meta.h"

#include <string.h>

#include "base/utf8.h"
#include "web/entity.h"
#include "web/html-tag.h"

void
html_meta_clear(struct html_meta *m)
{
	m->text.len = 0;
	memset(m->at, 0, sizeof(m->at));
}

void
html_meta_release(struct html_meta *m)
{
	buf_release(&m->text);
	buf_release(&m->decoded);
}

void
html_meta_set(struct html_meta *m, enum html_meta_id id, struct str value)
{
	value = str_trim(value);
	if (m->at[id].len > 0 || value.len == 0)
		return;
	if (value.len > HTML_META_MAX && id != META_BODY)
		value.len = utf8_valid((struct str){value.p, HTML_META_MAX});
	m->at[id].at = m->text.len;
	m->at[id].len = value.len;
	buf_puts(&m->text, value);
}

/* The same of a value in which there may be references. */
void
html_meta_decode(struct html_meta *m, enum html_meta_id id, struct str value)
{
	if (m->at[id].len > 0)
		return;
	m->decoded.len = 0;
	entity_decode(&m->decoded, value);
	html_meta_set(m, id, buf_str(&m->decoded));
}

/* Four hexadecimal digits at s, or -1. */
static int
hex4(const char *s, const char *end)
{
	int i, x = 0;

	if (end - s < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		unsigned char c = html_lower((unsigned char)s[i]);

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
 * A string of JSON after its quote, decoded to out; returns the place
 * after its closing quote.  Much that stands in pages as JSON is none (raw
 * line ends, entities), so this reads what json.h would refuse.
 */
static const char *
read_string(struct buf *out, const char *s, const char *end)
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
find_value(const char *s, const char *end, bool name)
{
	const char *stop = end - s > 512 ? s + 512 : end;
	const char *q;
	int depth = 0;

	while (s < end && html_is_space((unsigned char)*s))
		s++;
	if (s == end || *s++ != ':')
		return NULL;
	while (s < end && (html_is_space((unsigned char)*s) || *s == '['))
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
	return q != NULL ? find_value(q + 6, end, false) : NULL;
}

void
html_meta_json(struct html_meta *m, struct str script)
{
	static const struct {
		const char *key;
		enum html_meta_id meta;
	} keys[] = {{"articleBody", META_BODY}, {"headline", META_HEADLINE},
	    {"datePublished", META_PUBLISHED}, {"author", META_AUTHOR},
	    {"@type", META_KIND}};
	const char *s = script.p, *end = s + script.len, *q, *v;
	struct buf value = {0};
	size_t i;

	while (s < end && (s = memchr(s, '"', (size_t)(end - s))) != NULL) {
		value.len = 0;
		q = read_string(&value, s + 1, end);
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (str_eq(buf_str(&value), str_of(keys[i].key)) &&
			    (v = find_value(q, end,
				 keys[i].meta == META_AUTHOR)) != NULL) {
				value.len = 0;
				q = read_string(&value, v, end);
				html_meta_decode(
				    m, keys[i].meta, buf_str(&value));
				break;
			}
		s = q;
	}
	buf_release(&value);
}

void
html_meta_tag(struct html_meta *m, const struct str *attr)
{
	static const struct {
		const char *name;
		enum html_meta_id meta;
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
	static const enum html_attr from[] = {
	    AT_PROPERTY, AT_NAME, AT_ITEMPROP, AT_EQUIV};
	size_t i, k;

	for (k = 0; k < sizeof(from) / sizeof(from[0]); k++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (str_ieq(attr[from[k]], str_of(names[i].name)))
				html_meta_decode(
				    m, names[i].meta, attr[AT_CONTENT]);
}

struct str
html_meta_get(struct html_meta *m, enum html_meta_id id)
{
	buf_reserve(&m->text, 1); /* even an empty slice lies somewhere */
	return (struct str){m->text.p + m->at[id].at, m->at[id].len};
}
