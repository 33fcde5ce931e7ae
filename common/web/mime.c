#include "web/mime.h"

#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "web/charset.h"

enum { LOOK = 4096 /* bytes by which text is told */ };

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

static bool
is_token(struct str s)
{
	size_t i;

	for (i = 0; i < s.len && s.p[i] != '\0' &&
		    (ascii_is_alnum((unsigned char)s.p[i]) ||
			strchr("!#$%&'*+-.^_`|~", s.p[i]) != NULL);
	     i++)
		;
	return i > 0 && i == s.len && ascii_is_alnum((unsigned char)s.p[0]);
}

bool
mime_valid(struct str type)
{
	const char *slash = memchr(type.p, '/', type.len);

	return slash != NULL &&
	       is_token((struct str){type.p, (size_t)(slash - type.p)}) &&
	       is_token((struct str){
		   slash + 1, (size_t)(type.p + type.len - slash) - 1});
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

/* The first bytes of formats that are no text, at an offset. */
static const struct magic {
	size_t at;
	struct str bytes;
	const char *type;
} magics[] = {{0, STR("%PDF-"), "application/pdf"},
    {0, STR("%!PS-Adobe-"), "application/postscript"},
    {0, STR("{\\rtf"), "application/rtf"},
    {0, STR("\xff\xd8\xff"), "image/jpeg"},
    {0, STR("\x89PNG\r\n\x1a\n"), "image/png"}, {0, STR("GIF87a"), "image/gif"},
    {0, STR("GIF89a"), "image/gif"}, {0, STR("II*\0"), "image/tiff"},
    {0, STR("MM\0*"), "image/tiff"}, {0, STR("\0\0\1\0"), "image/x-icon"},
    {8, STR("WEBPVP"), "image/webp"}, {8, STR("WAVEfmt "), "audio/wav"},
    {8, STR("AVI LIST"), "video/x-msvideo"}, {4, STR("ftyp"), "video/mp4"},
    {0, STR("\x1a\x45\xdf\xa3"), "video/webm"},
    {0, STR("FLV\1"), "video/x-flv"}, {0, STR("OggS\0"), "application/ogg"},
    {0, STR("ID3\2"), "audio/mpeg"}, {0, STR("ID3\3"), "audio/mpeg"},
    {0, STR("ID3\4"), "audio/mpeg"}, {0, STR("wOFF"), "font/woff"},
    {0, STR("wOF2"), "font/woff2"}, {0, STR("\0\1\0\0\0"), "font/ttf"},
    {0, STR("OTTO\0"), "font/otf"}, {0, STR("PK\3\4"), "application/zip"},
    {0, STR("PK\5\6"), "application/zip"},
    {0, STR("\x1f\x8b\x08"), "application/gzip"},
    {0, STR("\x28\xb5\x2f\xfd"), "application/zstd"},
    {0, STR("\xfd\x37zXZ\0"), "application/x-xz"},
    {0, STR("BZh91AY&SY"), "application/x-bzip2"},
    {0, STR("7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed"},
    {0, STR("Rar!\x1a\7"), "application/vnd.rar"},
    {257, STR("ustar"), "application/x-tar"},
    {0, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage"},
    {0, STR("\x7f\x45LF"), "application/x-executable"},
    {0, STR("MZ\x90\0"), "application/x-msdownload"},
    {0, STR("\xca\xfe\xba\xbe\0"), "application/java-vm"},
    {0, STR("\0asm\1"), "application/wasm"},
    {0, STR("SQLite format 3\0"), "application/vnd.sqlite3"}};

/* Without the mark and the blanks that text may begin with. */
static struct str
skip_blanks(struct str s)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s.p += 3, s.len -= 3;
	while (s.len > 0 && str_blank(s.p[0]))
		s.p++, s.len--;
	return s;
}

struct str
mime_magic(struct str s)
{
	const struct magic *m;
	struct str rest = skip_blanks(s);
	size_t i;

	if (str_starts(rest, magics[0].bytes))
		return str_of(magics[0].type);
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		m = &magics[i];
		if (s.len >= m->at &&
		    str_starts(
			(struct str){s.p + m->at, s.len - m->at}, m->bytes))
			return str_of(m->type);
	}
	return STR("");
}

/*
 * A character that text does not have: WHATWG MIME Sniffing, 3, except NUL and
 * those that shift a charset's sets (ISO 2022).
 */
static bool
is_control(char c)
{
	return (unsigned char)c < ' ' &&
	       strchr("\t\n\r\f\016\017\033", c) == NULL;
}

bool
mime_is_binary(struct str s)
{
	size_t i, ncontrol = 0, nzero = 0;

	if (mime_magic(s).len > 0)
		return true;
	if (charset_bom(s, &i) != NULL || charset_wide(s) != NULL)
		return false;
	s.len = s.len < LOOK ? s.len : LOOK;
	for (i = 0; i < s.len; i++) {
		nzero += s.p[i] == '\0';
		ncontrol += is_control(s.p[i]);
	}
	if (ncontrol == 0 && nzero == 0)
		return false;
	/*
	 * in compressed bytes about one byte in eleven is a control character
	 */
	if (utf8_valid(s) + 4 > s.len)
		return ncontrol * 8 > s.len;
	return ncontrol * 32 > s.len || nzero * 4 > s.len;
}

struct str
mime_sniff(struct str s)
{
	static const char *const tags[] = {"<!doctype html", "<html", "<head",
	    "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
	    "<style", "<title", "<b", "<body", "<br", "<p", "<!--"};
	struct str tag;
	size_t i;

	tag = mime_magic(s);
	if (tag.len > 0)
		return tag;
	s = skip_blanks(s);
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
	return mime_is_binary(s) ? STR("application/octet-stream")
				 : STR("text/plain");
}
