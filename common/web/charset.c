/*
 * charset - the charset of a page, by its label or by what its bytes tell
 */

#include <uchardet/uchardet.h>

#include "base/utf8.h"
#include "web/charset-decode.h"
#include "web/charset-single.h"
#include "web/charset.h"

/* The standard's names and labels, 4.2; our own at the end. */
static const struct charset charset_list[] = {
    {"utf-8", CHARSET_UTF8, NULL,
	" unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 "
	"x-unicode20utf8 "},
    {"ibm866", CHARSET_SINGLE, single_ibm866, " 866 cp866 csibm866 ibm866 "},
    {"iso-8859-2", CHARSET_SINGLE, single_iso_8859_2,
	" csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
	"iso_8859-2:1987 l2 latin2 "},
    {"iso-8859-3", CHARSET_SINGLE, single_iso_8859_3,
	" csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
	"iso_8859-3:1988 l3 latin3 "},
    {"iso-8859-4", CHARSET_SINGLE, single_iso_8859_4,
	" csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
	"iso_8859-4:1988 l4 latin4 "},
    {"iso-8859-5", CHARSET_SINGLE, single_iso_8859_5,
	" csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 "
	"iso88595 iso_8859-5 iso_8859-5:1988 "},
    {"iso-8859-6", CHARSET_SINGLE, single_iso_8859_6,
	" arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
	"iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 "
	"iso_8859-6 iso_8859-6:1987 "},
    {"iso-8859-7", CHARSET_SINGLE, single_iso_8859_7,
	" csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 "
	"iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 "
	"sun_eu_greek "},
    {"iso-8859-8", CHARSET_SINGLE, single_iso_8859_8,
	" csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e "
	"iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual "},
    {"iso-8859-8-i", CHARSET_SINGLE, single_iso_8859_8,
	" csiso88598i iso-8859-8-i logical "},
    {"iso-8859-10", CHARSET_SINGLE, single_iso_8859_10,
	" csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 "
	"latin6 "},
    {"iso-8859-13", CHARSET_SINGLE, single_iso_8859_13,
	" iso-8859-13 iso8859-13 iso885913 "},
    {"iso-8859-14", CHARSET_SINGLE, single_iso_8859_14,
	" iso-8859-14 iso8859-14 iso885914 "},
    {"iso-8859-15", CHARSET_SINGLE, single_iso_8859_15,
	" csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 "},
    {"iso-8859-16", CHARSET_SINGLE, single_iso_8859_16, " iso-8859-16 "},
    {"koi8-r", CHARSET_SINGLE, single_koi8_r,
	" cskoi8r koi koi8 koi8-r koi8_r "},
    {"koi8-u", CHARSET_SINGLE, single_koi8_u, " koi8-ru koi8-u "},
    {"macintosh", CHARSET_SINGLE, single_macintosh,
	" csmacintosh mac macintosh x-mac-roman "},
    {"windows-874", CHARSET_SINGLE, single_windows_874,
	" dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 "},
    {"windows-1250", CHARSET_SINGLE, single_windows_1250,
	" cp1250 windows-1250 x-cp1250 "},
    {"windows-1251", CHARSET_SINGLE, single_windows_1251,
	" cp1251 windows-1251 x-cp1251 "},
    {"windows-1252", CHARSET_SINGLE, single_windows_1252,
	" ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 "
	"iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 "
	"us-ascii windows-1252 x-cp1252 "},
    {"windows-1253", CHARSET_SINGLE, single_windows_1253,
	" cp1253 windows-1253 x-cp1253 "},
    {"windows-1254", CHARSET_SINGLE, single_windows_1254,
	" cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 "
	"iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254 "},
    {"windows-1255", CHARSET_SINGLE, single_windows_1255,
	" cp1255 windows-1255 x-cp1255 "},
    {"windows-1256", CHARSET_SINGLE, single_windows_1256,
	" cp1256 windows-1256 x-cp1256 "},
    {"windows-1257", CHARSET_SINGLE, single_windows_1257,
	" cp1257 windows-1257 x-cp1257 "},
    {"windows-1258", CHARSET_SINGLE, single_windows_1258,
	" cp1258 windows-1258 x-cp1258 "},
    {"x-mac-cyrillic", CHARSET_SINGLE, single_x_mac_cyrillic,
	" x-mac-cyrillic x-mac-ukrainian mac-cyrillic maccyrillic "},
    {"gbk", CHARSET_GB18030, NULL,
	" chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk "
	"iso-ir-58 x-gbk "},
    {"gb18030", CHARSET_GB18030, NULL, " gb18030 "},
    {"big5", CHARSET_BIG5, NULL, " big5 big5-hkscs cn-big5 csbig5 x-x-big5 "},
    {"euc-jp", CHARSET_EUC_JP, NULL, " cseucpkdfmtjapanese euc-jp x-euc-jp "},
    {"iso-2022-jp", CHARSET_ISO_2022_JP, NULL, " csiso2022jp iso-2022-jp "},
    {"shift_jis", CHARSET_SHIFT_JIS, NULL,
	" csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j "
	"x-sjis "},
    {"euc-kr", CHARSET_EUC_KR, NULL,
	" cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 "
	"ks_c_5601-1989 ksc5601 ksc_5601 windows-949 uhc "},
    {"replacement", CHARSET_REPLACEMENT, NULL,
	" hz-gb-2312 iso-2022-cn iso-2022-cn-ext replacement "},
    {"utf-16be", CHARSET_UTF16BE, NULL, " unicodefffe utf-16be "},
    {"utf-16le", CHARSET_UTF16LE, NULL,
	" csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 "
	"utf-16le "},
    {"x-user-defined", CHARSET_USER_DEFINED, NULL, " x-user-defined "},
    {"utf-32be", CHARSET_UTF32BE, NULL, " utf-32be "},
    {"utf-32le", CHARSET_UTF32LE, NULL, " utf-32le utf-32 "},
    {"ibm855", CHARSET_SINGLE, single_ibm855, " ibm855 cp855 "},
    {"johab", CHARSET_UNKNOWN, NULL, " johab "},
    {"euc-tw", CHARSET_UNKNOWN, NULL, " euc-tw "},
    {"iso-2022-kr", CHARSET_UNKNOWN, NULL, " csiso2022kr iso-2022-kr "},
    {"viscii", CHARSET_SINGLE, single_viscii, " viscii "},
};

enum { NCHARSET = sizeof(charset_list) / sizeof(charset_list[0]) };
enum { LABEL_MAX = 32 }; /* bytes; no label of the standard is longer */
static const struct charset *
named(const char *label)
{
	return charset_find(str_of(label));
}

const struct charset *
charset_find(struct str label)
{
	char key[LABEL_MAX + 3];
	size_t i;

	label = str_trim(label);
	if (label.len == 0 || label.len > LABEL_MAX)
		return NULL;
	key[0] = ' ';
	for (i = 0; i < label.len; i++) {
		key[i + 1] = label.p[i];
		if (key[i + 1] >= 'A' && key[i + 1] <= 'Z')
			key[i + 1] |= 0x20;
		if (key[i + 1] <= ' ')
			return NULL;
	}
	key[i + 1] = ' ';
	key[i + 2] = '\0';
	for (i = 0; i < NCHARSET; i++)
		if (strstr(charset_list[i].labels, key) != NULL)
			return &charset_list[i];
	return NULL;
}

const char *
charset_name(const struct charset *cs)
{
	return cs->name;
}

/*
 * Evidence.
 */

bool
charset_known(const struct charset *cs)
{
	return cs->kind != CHARSET_UNKNOWN;
}

const struct charset *
charset_bom(struct str bytes, size_t *len)
{
	*len = 0;
	if (str_starts(bytes, STR("\xef\xbb\xbf"))) {
		*len = 3;
		return named("utf-8");
	}
	/*
	 * this mark must be tried before that of UTF-16LE, with which it
	 * begins; its U+0000 could be no text
	 */
	if (str_starts(bytes, STR("\xff\xfe\0\0"))) {
		*len = 4;
		return named("utf-32le");
	}
	if (str_starts(bytes, STR("\0\0\xfe\xff"))) {
		*len = 4;
		return named("utf-32be");
	}
	if (str_starts(bytes, STR("\xfe\xff"))) {
		*len = 2;
		return named("utf-16be");
	}
	if (str_starts(bytes, STR("\xff\xfe"))) {
		*len = 2;
		return named("utf-16le");
	}
	return NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool
starts_nocase(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       str_ieq((struct str){s.p, prefix.len}, prefix);
}

/* The place of byte c at or after i, or the end. */
static size_t
find(struct str s, size_t i, char c)
{
	const char *p;

	if (i >= s.len)
		return s.len;
	p = memchr(s.p + i, c, s.len - i);
	return p == NULL ? s.len : (size_t)(p - s.p);
}

/* HTML, 13.2.3.2: "get an attribute"; false when there is none left. */
static bool
attribute(struct str s, size_t *pos, struct str *name, struct str *value)
{
	size_t i = *pos, begin;
	char quote;

	while (i < s.len && (is_blank(s.p[i]) || s.p[i] == '/'))
		i++;
	*pos = i;
	if (i >= s.len || s.p[i] == '>')
		return false;
	begin = i;
	while (i < s.len && !is_blank(s.p[i]) && s.p[i] != '/' &&
	       s.p[i] != '>' && (s.p[i] != '=' || i == begin))
		i++;
	*name = (struct str){s.p + begin, i - begin};
	*value = (struct str){s.p + i, 0};
	while (i < s.len && is_blank(s.p[i]))
		i++;
	*pos = i;
	if (i >= s.len || s.p[i] != '=')
		return true;
	for (i++; i < s.len && is_blank(s.p[i]); i++)
		;
	if (i < s.len && (s.p[i] == '"' || s.p[i] == '\'')) {
		quote = s.p[i++];
		begin = i;
		i = find(s, i, quote);
		*value = (struct str){s.p + begin, i - begin};
		*pos = i < s.len ? i + 1 : i;
		/* a value without end declares nothing */
		return i < s.len;
	}
	begin = i;
	while (i < s.len && !is_blank(s.p[i]) && s.p[i] != '>')
		i++;
	*value = (struct str){s.p + begin, i - begin};
	*pos = i;
	return true;
}

/* HTML, 2.5.4: "extracting a character encoding from a meta element". */
static struct str
content_charset(struct str s)
{
	struct str none = {s.p, 0};
	size_t i = 0, end;

	for (;; i++) {
		while (i + 7 <= s.len &&
		       !starts_nocase(
			   (struct str){s.p + i, s.len - i}, STR("charset")))
			i++;
		if (i + 7 > s.len)
			return none;
		end = i + 7;
		while (end < s.len && is_blank(s.p[end]))
			end++;
		if (end < s.len && s.p[end] == '=')
			break;
	}
	for (i = end + 1; i < s.len && is_blank(s.p[i]); i++)
		;
	if (i >= s.len)
		return none;
	if (s.p[i] == '"' || s.p[i] == '\'') {
		end = find(s, i + 1, s.p[i]);
		if (end >= s.len)
			return none;
		return (struct str){s.p + i + 1, end - i - 1};
	}
	for (end = i; end < s.len && !is_blank(s.p[end]) && s.p[end] != ';';)
		end++;
	return (struct str){s.p + i, end - i};
}

bool
charset_is_wide(const struct charset *cs)
{
	return cs != NULL &&
	       (cs->kind == CHARSET_UTF16BE || cs->kind == CHARSET_UTF16LE ||
		   cs->kind == CHARSET_UTF32BE || cs->kind == CHARSET_UTF32LE);
}

/*
 * A declaration that was read byte by byte cannot be in UTF-16, so UTF-8 is
 * meant.
 */
static const struct charset *
declared(const struct charset *cs)
{
	if (cs == NULL)
		return NULL;
	if (charset_is_wide(cs))
		return named("utf-8");
	if (cs->kind == CHARSET_USER_DEFINED)
		return named("windows-1252");
	return cs;
}

/* The attributes of a <meta>, from *pos on; NULL when it declares nothing. */
static const struct charset *
meta(struct str s, size_t *pos)
{
	const struct charset *cs = NULL;
	struct str name, value;
	bool pragma = false, need = false, known = false;
	bool seen_http = false, seen_content = false, seen_charset = false;

	while (attribute(s, pos, &name, &value)) {
		if (str_ieq(name, STR("http-equiv")) && !seen_http) {
			seen_http = true;
			if (str_ieq(value, STR("content-type")))
				pragma = true;
		} else if (str_ieq(name, STR("content")) && !seen_content) {
			seen_content = true;
			if (!known) {
				cs = charset_find(content_charset(value));
				known = need = cs != NULL;
			}
		} else if (str_ieq(name, STR("charset")) && !seen_charset) {
			seen_charset = true;
			cs = charset_find(value);
			known = true;
			need = false;
		}
	}
	if (!known || (need && !pragma))
		return NULL;
	return declared(cs);
}

/* <?xml ... encoding="label"?> at the very start. */
static const struct charset *
xml_declaration(struct str s)
{
	struct str name, value, decl;
	size_t pos = 5;

	if (str_starts(s, STR("<\0?\0x\0")))
		return named("utf-16le");
	if (str_starts(s, STR("\0<\0?\0x")))
		return named("utf-16be");
	if (!str_starts(s, STR("<?xml")))
		return NULL;
	decl = (struct str){s.p, find(s, 0, '>')};
	while (attribute(decl, &pos, &name, &value))
		if (str_ieq(name, STR("encoding")))
			return declared(charset_find(value));
	return NULL;
}

static bool
is_alpha(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* HTML, 13.2.3.2: "prescan a byte stream to determine its encoding". */
const struct charset *
charset_prescan(struct str s)
{
	const struct charset *cs;
	struct str name, value, rest;
	const char *end;
	size_t i;

	if (s.len > CHARSET_PRESCAN)
		s.len = CHARSET_PRESCAN;
	for (i = find(s, 0, '<'); i < s.len; i = find(s, i, '<')) {
		rest = (struct str){s.p + i, s.len - i};
		if (str_starts(rest, STR("<!--"))) {
			end = memmem(rest.p + 2, rest.len - 2, "-->", 3);
			if (end == NULL)
				break;
			i = (size_t)(end - s.p) + 3;
		} else if (starts_nocase(rest, STR("<meta")) && rest.len > 5 &&
			   (is_blank(rest.p[5]) || rest.p[5] == '/')) {
			i += 5;
			cs = meta(s, &i);
			if (cs != NULL)
				return cs;
		} else if (rest.len > 1 &&
			   (is_alpha(rest.p[1]) ||
			       (rest.len > 2 && rest.p[1] == '/' &&
				   is_alpha(rest.p[2])))) {
			while (i < s.len && !is_blank(s.p[i]) && s.p[i] != '>')
				i++;
			while (attribute(s, &i, &name, &value))
				;
		} else if (rest.len > 1 && strchr("!/?", rest.p[1]) != NULL &&
			   rest.p[1] != '\0') {
			i = find(s, i, '>');
		} else {
			i++;
		}
	}
	return xml_declaration(s);
}

const struct charset *
charset_wide(struct str s)
{
	size_t zero[4] = {0}, i, n = s.len < 4096 ? s.len & ~3u : 4096;

	if (n < 4 || memchr(s.p, '\0', n) == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		zero[i & 3] += s.p[i] == '\0';
	n /= 4;
	if (zero[0] == n && zero[1] > n * 9 / 10 && zero[3] <= n / 10)
		return named("utf-32be");
	if (zero[3] == n && zero[2] > n * 9 / 10 && zero[0] <= n / 10)
		return named("utf-32le");
	if (zero[1] + zero[3] > n && zero[0] + zero[2] <= n / 10)
		return named("utf-16le");
	if (zero[0] + zero[2] > n && zero[1] + zero[3] <= n / 10)
		return named("utf-16be");
	return NULL;
}

/*
 * A guess of ISO 8859 that can't be, as the bytes 0x80 to 0x9F are controls
 * there, stands for the Windows charset that has letters at the same places.
 * Nobody ever wrote ISO 8859-16.
 */
static const struct charset *
plausible(const struct charset *cs, struct str s)
{
	static const char *const twin[][2] = {{"iso-8859-2", "windows-1250"},
	    {"iso-8859-6", "windows-1256"}, {"iso-8859-7", "windows-1253"},
	    {"iso-8859-8", "windows-1255"}, {"iso-8859-13", "windows-1257"},
	    {"iso-8859-15", "windows-1252"}};
	size_t i, j;

	if (strcmp(cs->name, "iso-8859-16") == 0)
		return named("windows-1250");
	for (i = 0; i < sizeof(twin) / sizeof(twin[0]); i++)
		if (strcmp(cs->name, twin[i][0]) == 0)
			for (j = 0; j < s.len; j++)
				if ((s.p[j] & 0xe0) == 0x80)
					return named(twin[i][1]);
	return cs;
}

const struct charset *
charset_detect(struct str bytes)
{
	enum { WINDOW = 1 << 20 };
	const struct charset *cs;
	uchardet_t ud;

	cs = charset_wide(bytes);
	if (cs != NULL)
		return cs;
	if (utf8_valid(bytes) == bytes.len &&
	    memchr(bytes.p, '\033', bytes.len) == NULL)
		return named("utf-8");
	ud = uchardet_new();
	uchardet_handle_data(
	    ud, bytes.p, bytes.len < WINDOW ? bytes.len : WINDOW);
	uchardet_data_end(ud);
	cs = charset_find(str_of(uchardet_get_charset(ud)));
	uchardet_delete(ud);
	if (cs == NULL || cs->kind == CHARSET_REPLACEMENT ||
	    cs->kind == CHARSET_UTF16BE || cs->kind == CHARSET_UTF16LE)
		cs = utf8_valid(bytes) == bytes.len ? named("utf-8")
						    : named("windows-1252");
	return plausible(cs, bytes);
}

/*
 * Whether bytes that are declared to be in cs are in UTF-8.  Two sequences in
 * nothing but ASCII are beyond chance for a charset of single bytes, whose
 * letters would have to be followed by signs.  Those of two bytes, and Thai,
 * have some pairs that look alike.  A cut may end the last sequence.
 */
static bool
is_utf8(const struct charset *cs, struct str s)
{
	size_t i, n = utf8_valid(s), nsequence = 0;

	if (n + 3 < s.len)
		return false;
	if (charset_is_wide(cs))
		return n > 0 && memchr(s.p, '\0', s.len) == NULL;
	if (cs->kind == CHARSET_UNKNOWN && n == s.len &&
	    memchr(s.p, '\033', s.len) == NULL)
		return true;
	for (i = 0; i < n; i++)
		nsequence += ((unsigned char)s.p[i] & 0xc0) == 0xc0;
	if (cs->kind != CHARSET_SINGLE || strcmp(cs->name, "windows-874") == 0)
		return nsequence >= 8;
	return nsequence >= 2;
}

const struct charset *
charset_choose(struct str *bytes, struct str label, bool markup)
{
	const struct charset *cs;
	size_t len;

	cs = charset_bom(*bytes, &len);
	if (cs != NULL) {
		bytes->p += len;
		bytes->len -= len;
		return cs;
	}
	cs = charset_find(label);
	if (cs == NULL && markup)
		cs = charset_prescan(*bytes);
	if (cs == NULL)
		return charset_detect(*bytes);
	return cs->kind != CHARSET_UTF8 && is_utf8(cs, *bytes) ? named("utf-8")
							       : cs;
}
