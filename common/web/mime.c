#include "web/mime.h"

#include <string.h>

#include "base/ascii.h"

enum { SNIFF = 1024 /* bytes by which mime_sniff() tells text */ };

struct str
mime_type(struct str value, struct arena *mem)
{
	size_t i;
	char *p;

	for (i = 0; i < value.len && value.p[i] != ';' && value.p[i] != ',';)
		i++;
	value = str_trim((struct str){value.p, i});
	p = arena_alloc(mem, value.len);
	for (i = 0; i < value.len; i++)
		p[i] = ascii_lower(value.p[i]);
	return (struct str){p, value.len};
}

struct str
mime_param(struct str value, const char *name)
{
	struct str wanted = str_of(name), item, key;
	const char *eq;
	size_t i;

	while (value.len > 0) {
		for (i = 0; i < value.len && value.p[i] != ';';)
			i++;
		item = (struct str){value.p, i};
		value.p += i + (i < value.len);
		value.len -= i + (i < value.len);
		eq = memchr(item.p, '=', item.len);
		if (eq == NULL)
			continue;
		key = str_trim((struct str){item.p, (size_t)(eq - item.p)});
		if (!str_ieq(key, wanted))
			continue;
		item = str_trim(
		    (struct str){eq + 1, (size_t)(item.p + item.len - eq - 1)});
		while (item.len > 0 && (item.p[0] == '"' || item.p[0] == '\''))
			item.p++, item.len--;
		for (i = 0; i < item.len && strchr("\"', ", item.p[i]) == NULL;)
			i++;
		return (struct str){item.p, i};
	}
	return (struct str){"", 0};
}

bool
mime_is_html(struct str type)
{
	return str_eq(type, STR("text/html")) ||
	       str_eq(type, STR("application/xhtml+xml"));
}

bool
mime_is_markup(struct str type)
{
	return mime_is_html(type) ||
	       (type.len >= 3 &&
		   str_eq((struct str){type.p + type.len - 3, 3}, STR("xml")));
}

bool
mime_is_text(struct str s, size_t nlook)
{
	size_t i;

	for (i = 0; i < s.len && i < nlook; i++)
		if ((unsigned char)s.p[i] < ' ' &&
		    memchr("\t\n\r\f\033", s.p[i], 5) == NULL)
			return false;
	return true;
}

struct str
mime_sniff(struct str s)
{
	static const char *const tags[] = {"<!doctype html", "<html", "<head",
	    "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
	    "<style", "<title", "<b", "<body", "<br", "<p", "<!--"};
	struct str tag;
	size_t i;

	if (str_starts(s, STR("\xef\xbb\xbf")))
		s.p += 3, s.len -= 3;
	while (s.len > 0 && strchr(" \t\r\n\f", s.p[0]) && s.p[0] != '\0')
		s.p++, s.len--;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		tag = str_of(tags[i]);
		if (s.len > tag.len &&
		    str_ieq((struct str){s.p, tag.len}, tag) &&
		    (s.p[tag.len] == ' ' || s.p[tag.len] == '>' ||
			tag.p[1] == '!'))
			return STR("text/html");
	}
	if (str_starts(s, STR("<?xml")))
		return STR("text/xml");
	return mime_is_text(s, SNIFF) ? STR("text/plain")
				      : STR("application/octet-stream");
}
