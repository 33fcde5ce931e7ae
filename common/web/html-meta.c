#include "web/html-meta.h"

#include <string.h>

#include "base/utf8.h"
#include "web/entity.h"
#include "web/html-tag.h"

/* authors are looked for in so many times the length of the page, at most */
enum { AUTHORS_LOOK = 64 };

void
html_meta_clear(struct html_meta *m, size_t page_len)
{
	m->look = AUTHORS_LOOK * page_len;
	m->text.len = 0;
	memset(m->at, 0, sizeof(m->at));
	m->author = NULL;
}

void
html_meta_release(struct html_meta *m)
{
	buf_release(&m->text);
	buf_release(&m->decoded);
	buf_release(&m->list);
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

/* Add a value with references to one that may be there already. */
static void
add_value(struct html_meta *m, enum html_meta_id id, struct str value)
{
	struct str old = html_meta_get(m, id);

	m->decoded.len = 0;
	entity_decode(&m->decoded, value);
	value = str_trim(buf_str(&m->decoded));
	if (value.len == 0 || old.len + value.len > HTML_META_MAX ||
	    (old.len >= value.len &&
		memmem(old.p, old.len, value.p, value.len) != NULL))
		return;
	m->list.len = 0;
	buf_puts(&m->list, old);
	if (old.len > 0)
		buf_puts(&m->list, STR(", "));
	buf_puts(&m->list, value);
	m->at[id].len = 0;
	html_meta_set(m, id, buf_str(&m->list));
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

/* The place of a key's value, where the key has just ended at s; or NULL. */
static const char *
value_at(const char *s, const char *end)
{
	while (s < end && html_is_space((unsigned char)*s))
		s++;
	if (s == end || *s++ != ':')
		return NULL;
	while (s < end && html_is_space((unsigned char)*s))
		s++;
	return s < end ? s : NULL;
}

/* The string value of a key whose name has just ended at s; or NULL. */
static const char *
find_value(const char *s, const char *end)
{
	s = value_at(s, end);
	while (s != NULL && s < end &&
	       (html_is_space((unsigned char)*s) || *s == '['))
		s++;
	return s != NULL && s < end && *s == '"' ? s + 1 : NULL;
}

/*
 * The string that a key of the object at s has, into out, which stays empty
 * where there is none; returns what is after the object.
 */
static const char *
object_get(const char *s, const char *end, const char *key, struct buf *out)
{
	struct buf name = {0};
	int depth = 0;
	const char *v;

	out->len = 0;
	while (s < end) {
		if (*s == '{' || *s == '[') {
			depth++;
		} else if (*s == '}' || *s == ']') {
			depth--;
		} else if (*s == '"') {
			name.len = 0;
			s = read_string(&name, s + 1, end);
			v = depth == 1 && out->len == 0 &&
				    str_eq(buf_str(&name), str_of(key))
				? value_at(s, end)
				: NULL;
			if (v != NULL && *v == '"')
				s = read_string(out, v + 1, end);
			if (depth > 0)
				continue;
			s--;
		}
		s++;
		if (depth <= 0)
			break;
	}
	buf_release(&name);
	return s;
}

/*
 * The same as object_get(), as long as all calls together have not read more
 * of the page than they may, since objects within objects are read again and
 * again.  After that no object has the key, and s + 1 is returned.
 */
static const char *
member(struct html_meta *m, const char *s, const char *end, const char *key,
    struct buf *out)
{
	const char *after;

	out->len = 0;
	if (m->look == 0)
		return s + 1;
	after = object_get(s, end, key, out);
	m->look -=
	    (size_t)(after - s) < m->look ? (size_t)(after - s) : m->look;
	return after;
}

/* The name of the object in a script that has that id, into out. */
static void
name_by_id(
    struct html_meta *m, struct str script, struct str id, struct buf *out)
{
	enum { OBJECTS = 200 }; /* looked at, at most */
	const char *s = script.p, *end = s + script.len;
	struct buf other = {0};
	int n;

	out->len = 0;
	for (n = 0; n < OBJECTS && out->len == 0 && s < end; n++, s++) {
		s = memchr(s, '{', (size_t)(end - s));
		if (s == NULL)
			break;
		member(m, s, end, "@id", &other);
		if (str_eq(buf_str(&other), id))
			member(m, s, end, "name", out);
	}
	buf_release(&other);
}

/* The names of the authors whose value is at s: strings, objects, lists. */
static void
add_authors(struct html_meta *m, struct str script, const char *s)
{
	enum { AUTHORS = 50, IDS = 5 };
	const char *end = script.p + script.len, *begin;
	struct buf name = {0}, id = {0};
	bool list = *s == '[';
	int n, nid = 0;

	for (n = 0, s += list; n < AUTHORS && s < end && *s != ']';) {
		begin = s;
		name.len = 0;
		if (*s == '"') {
			s = read_string(&name, s + 1, end);
		} else if (*s == '{') {
			s = member(m, s, end, "name", &name);
			member(m, begin, end, "@id", &id);
			if (name.len == 0 && id.len > 0 && nid++ < IDS)
				name_by_id(m, script, buf_str(&id), &name);
		} else if (html_is_space((unsigned char)*s) || *s == ',') {
			s++;
			continue;
		} else {
			break;
		}
		n++;
		add_value(m, META_AUTHOR, buf_str(&name));
		if (!list)
			break;
	}
	buf_release(&name);
	buf_release(&id);
}

void
html_meta_json(struct html_meta *m, struct str script)
{
	static const struct {
		const char *key;
		enum html_meta_id meta;
	} keys[] = {{"articleBody", META_BODY}, {"headline", META_HEADLINE},
	    {"datePublished", META_PUBLISHED}, {"@type", META_KIND}};
	const char *s = script.p, *end = s + script.len, *q, *v;
	struct buf value = {0};
	size_t i;

	while (s < end && (s = memchr(s, '"', (size_t)(end - s))) != NULL) {
		value.len = 0;
		q = read_string(&value, s + 1, end);
		if (str_eq(buf_str(&value), STR("author")) &&
		    m->at[META_AUTHOR].len == 0 &&
		    (v = value_at(q, end)) != NULL)
			add_authors(m, script, v);
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (str_eq(buf_str(&value), str_of(keys[i].key)) &&
			    (v = find_value(q, end)) != NULL) {
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

/* Keep the value of a <meta> of that name. */
static void
meta_value(struct html_meta *m, enum html_meta_id id, const char *name,
    struct str value)
{
	if (id == META_ROBOTS) {
		add_value(m, id, value);
	} else if (id != META_AUTHOR) {
		html_meta_decode(m, id, value);
	} else if (m->at[id].len == 0 || m->author == name) {
		m->author = name;
		add_value(m, id, value);
	}
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
	    {"sailthru.date", META_PUBLISHED}, {"citation_author", META_AUTHOR},
	    {"citation_publication_date", META_PUBLISHED},
	    {"citation_date", META_PUBLISHED},
	    {"citation_online_date", META_PUBLISHED},
	    {"og:published_time", META_PUBLISHED},
	    {"article:published", META_PUBLISHED},
	    {"article.published", META_PUBLISHED},
	    {"published_time", META_PUBLISHED},
	    {"publish-date", META_PUBLISHED}, {"publish_date", META_PUBLISHED},
	    {"publication_date", META_PUBLISHED},
	    {"publicationdate", META_PUBLISHED},
	    {"dcterms.issued", META_PUBLISHED},
	    {"dcterms.created", META_PUBLISHED},
	    {"dcterms.date", META_PUBLISHED},
	    {"dc.date.created", META_PUBLISHED},
	    {"dc.date.publication", META_PUBLISHED},
	    {"date.issued", META_PUBLISHED}, {"content-language", META_LANG},
	    {"og:locale", META_LANG}, {"robots", META_ROBOTS},
	    {"tdm-reservation", META_TDM}, {"tdm-policy", META_TDM_POLICY}};
	static const enum html_attr from[] = {
	    AT_PROPERTY, AT_NAME, AT_ITEMPROP, AT_EQUIV};
	size_t i, k;

	for (k = 0; k < sizeof(from) / sizeof(from[0]); k++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (str_ieq(attr[from[k]], str_of(names[i].name)))
				meta_value(m, names[i].meta, names[i].name,
				    attr[AT_CONTENT]);
}

struct str
html_meta_get(struct html_meta *m, enum html_meta_id id)
{
	buf_reserve(&m->text, 1); /* even an empty slice lies somewhere */
	return (struct str){m->text.p + m->at[id].at, m->at[id].len};
}
