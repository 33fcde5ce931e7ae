/*
 * charset - labels, evidence and decoders
 *
 * Decoders are the state machines of the standard over tables: 128 code points
 * for a single-byte charset, (126, 191) by lead and trail byte for a
 * double-byte one.  A table holds 0 where a sequence has no meaning.
 */

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <uchardet/uchardet.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "web/charset.h"

enum kind {
	UTF8,
	UTF16BE,
	UTF16LE,
	SINGLE,
	GB18030,
	BIG5,
	EUC_JP,
	ISO_2022_JP,
	SHIFT_JIS,
	EUC_KR,
	USER_DEFINED,
	REPLACEMENT,
	OTHER /* no browser's; iconv decodes it */
};

struct charset {
	const char *name;
	enum kind kind;
	const char *iconv;  /* its name there, where a table is made */
	const char *labels; /* with a blank before and behind each */
};

/* The standard's names and labels, 4.2; our own at the end. */
static const struct charset charsets[] = {
    {"utf-8", UTF8, NULL,
	" unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 "
	"x-unicode20utf8 "},
    {"ibm866", SINGLE, "IBM866", " 866 cp866 csibm866 ibm866 "},
    {"iso-8859-2", SINGLE, "ISO-8859-2",
	" csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
	"iso_8859-2:1987 l2 latin2 "},
    {"iso-8859-3", SINGLE, "ISO-8859-3",
	" csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
	"iso_8859-3:1988 l3 latin3 "},
    {"iso-8859-4", SINGLE, "ISO-8859-4",
	" csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
	"iso_8859-4:1988 l4 latin4 "},
    {"iso-8859-5", SINGLE, "ISO-8859-5",
	" csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 "
	"iso88595 iso_8859-5 iso_8859-5:1988 "},
    {"iso-8859-6", SINGLE, "ISO-8859-6",
	" arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
	"iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 "
	"iso_8859-6 iso_8859-6:1987 "},
    {"iso-8859-7", SINGLE, "ISO-8859-7",
	" csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 "
	"iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 "
	"sun_eu_greek "},
    {"iso-8859-8", SINGLE, "ISO-8859-8",
	" csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e "
	"iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual "},
    {"iso-8859-8-i", SINGLE, "ISO-8859-8",
	" csiso88598i iso-8859-8-i logical "},
    {"iso-8859-10", SINGLE, "ISO-8859-10",
	" csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 "
	"latin6 "},
    {"iso-8859-13", SINGLE, "ISO-8859-13",
	" iso-8859-13 iso8859-13 iso885913 "},
    {"iso-8859-14", SINGLE, "ISO-8859-14",
	" iso-8859-14 iso8859-14 iso885914 "},
    {"iso-8859-15", SINGLE, "ISO-8859-15",
	" csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 "},
    {"iso-8859-16", SINGLE, "ISO-8859-16", " iso-8859-16 "},
    {"koi8-r", SINGLE, "KOI8-R", " cskoi8r koi koi8 koi8-r koi8_r "},
    {"koi8-u", SINGLE, "KOI8-U", " koi8-ru koi8-u "},
    {"macintosh", SINGLE, "MACINTOSH",
	" csmacintosh mac macintosh x-mac-roman "},
    {"windows-874", SINGLE, "CP874",
	" dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 "},
    {"windows-1250", SINGLE, "CP1250", " cp1250 windows-1250 x-cp1250 "},
    {"windows-1251", SINGLE, "CP1251", " cp1251 windows-1251 x-cp1251 "},
    {"windows-1252", SINGLE, "CP1252",
	" ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 "
	"iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 "
	"us-ascii windows-1252 x-cp1252 "},
    {"windows-1253", SINGLE, "CP1253", " cp1253 windows-1253 x-cp1253 "},
    {"windows-1254", SINGLE, "CP1254",
	" cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 "
	"iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254 "},
    {"windows-1255", SINGLE, "CP1255", " cp1255 windows-1255 x-cp1255 "},
    {"windows-1256", SINGLE, "CP1256", " cp1256 windows-1256 x-cp1256 "},
    {"windows-1257", SINGLE, "CP1257", " cp1257 windows-1257 x-cp1257 "},
    {"windows-1258", SINGLE, "CP1258", " cp1258 windows-1258 x-cp1258 "},
    {"x-mac-cyrillic", SINGLE, "MAC-UK",
	" x-mac-cyrillic x-mac-ukrainian mac-cyrillic maccyrillic "},
    {"gbk", GB18030, "GB18030",
	" chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk "
	"iso-ir-58 x-gbk "},
    {"gb18030", GB18030, "GB18030", " gb18030 "},
    {"big5", BIG5, "BIG5-HKSCS", " big5 big5-hkscs cn-big5 csbig5 x-x-big5 "},
    {"euc-jp", EUC_JP, "CP932", " cseucpkdfmtjapanese euc-jp x-euc-jp "},
    {"iso-2022-jp", ISO_2022_JP, "CP932", " csiso2022jp iso-2022-jp "},
    {"shift_jis", SHIFT_JIS, "CP932",
	" csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j "
	"x-sjis "},
    {"euc-kr", EUC_KR, "UHC",
	" cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 "
	"ks_c_5601-1989 ksc5601 ksc_5601 windows-949 uhc "},
    {"replacement", REPLACEMENT, NULL,
	" hz-gb-2312 iso-2022-cn iso-2022-cn-ext replacement "},
    {"utf-16be", UTF16BE, NULL, " unicodefffe utf-16be "},
    {"utf-16le", UTF16LE, NULL,
	" csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 "
	"utf-16le "},
    {"x-user-defined", USER_DEFINED, NULL, " x-user-defined "},
    {"utf-32be", OTHER, "UTF-32BE", " utf-32be "},
    {"utf-32le", OTHER, "UTF-32LE", " utf-32le utf-32 "},
    {"ibm855", SINGLE, "IBM855", " ibm855 cp855 "},
    {"johab", OTHER, "JOHAB", " johab "},
    {"euc-tw", OTHER, "EUC-TW", " euc-tw "},
    {"iso-2022-kr", OTHER, "ISO-2022-KR", " csiso2022kr iso-2022-kr "},
    {"viscii", SINGLE, "VISCII", " viscii "},
};

enum { NCHARSET = sizeof(charsets) / sizeof(charsets[0]), LABEL_MAX = 32 };
enum { NLEAD = 126, NTRAIL = 191, LEAD = 0x81, TRAIL = 0x40 };

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
		if (strstr(charsets[i].labels, key) != NULL)
			return &charsets[i];
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

const struct charset *
charset_bom(struct str bytes, size_t *len)
{
	*len = 0;
	if (str_starts(bytes, STR("\xef\xbb\xbf"))) {
		*len = 3;
		return named("utf-8");
	}
	/* before UTF-16LE, whose mark it begins with; U+0000 is no text */
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

/* A declaration read byte by byte can't be in UTF-16. */
static const struct charset *
declared(const struct charset *cs)
{
	if (cs == NULL)
		return NULL;
	if (cs->kind == UTF16BE || cs->kind == UTF16LE ||
	    (cs->kind == OTHER && cs->name[0] == 'u'))
		return named("utf-8");
	if (cs->kind == USER_DEFINED)
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

/* UTF-16 and UTF-32 without a mark, by where their zero bytes lie. */
static const struct charset *
detect_wide(struct str s)
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

	cs = detect_wide(bytes);
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
	if (cs == NULL || cs->kind == REPLACEMENT || cs->kind == UTF16BE ||
	    cs->kind == UTF16LE)
		cs = utf8_valid(bytes) == bytes.len ? named("utf-8")
						    : named("windows-1252");
	return plausible(cs, bytes);
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
		cs = charset_detect(*bytes);
	return cs;
}

/*
 * Tables.
 */

struct patch {
	uint16_t code;
	uint16_t cp;
};

/* Big5 codes that HKSCS-2008 gave up in favour of others; the web did not. */
static const struct patch big5_patch[] = {{0x8e69, 0x7bb8}, {0x8e6f, 0x7c06},
    {0x8e7e, 0x7cce}, {0x8eab, 0x7dd2}, {0x8eb4, 0x7e1d}, {0x8ecd, 0x8005},
    {0x8ed0, 0x8028}, {0x8f57, 0x83c1}, {0x8f69, 0x84a8}, {0x8f6e, 0x840f},
    {0x8fcb, 0x89a6}, {0x8fcc, 0x89a9}, {0x8ffe, 0x8d77}, {0x906d, 0x90fd},
    {0x907a, 0x92b9}, {0x90dc, 0x975c}, {0x90f1, 0x97ff}, {0x91bf, 0x9f16},
    {0x9244, 0x8503}, {0x92af, 0x5159}, {0x92b0, 0x515b}, {0x92b1, 0x515d},
    {0x92b2, 0x515e}, {0x92c8, 0x936e}, {0x92d1, 0x7479}, {0x9447, 0x6d67},
    {0x94ca, 0x799b}, {0x95d9, 0x9097}, {0x9644, 0x975d}, {0x96ed, 0x701e},
    {0x96fc, 0x5b28}, {0x9b76, 0x7201}, {0x9b78, 0x77d7}, {0x9b7b, 0x7e87},
    {0x9bc6, 0x99d6}, {0x9bde, 0x91d4}, {0x9bec, 0x60de}, {0x9bf6, 0x6fb6},
    {0x9c42, 0x8f36}, {0x9c53, 0x4fbb}, {0x9c62, 0x71df}, {0x9c68, 0x9104},
    {0x9c6b, 0x9df0}, {0x9c77, 0x83cf}, {0x9cbc, 0x5c10}, {0x9cbd, 0x79e3},
    {0x9cd0, 0x5a67}, {0x9d57, 0x8f0b}, {0x9d5a, 0x7b51}, {0x9dc4, 0x62d0},
    {0x9ea9, 0x6062}, {0x9eef, 0x75f9}, {0x9efd, 0x6c4a}, {0x9f60, 0x9b2e},
    {0x9f66, 0x9f17}, {0x9fcb, 0x50ed}, {0x9fd8, 0x5f0c}, {0xa063, 0x880f},
    {0xa077, 0x62ce}, {0xa0d5, 0x7468}, {0xa0df, 0x7162}, {0xa0e4, 0x7250},
    {0xa3e0, 0x2421}, {0xc6cf, 0x5ef4}, {0xc6d3, 0x65e0}, {0xc6d5, 0x7676},
    {0xc6d7, 0x96b6}, {0xc6de, 0x3003}, {0xc6df, 0x4edd}, {0xfa5f, 0x5029},
    {0xfa66, 0x507d}, {0xfabd, 0x5305}, {0xfac5, 0x5344}, {0xfad5, 0x537f},
    {0xfb48, 0x5605}, {0xfbb8, 0x5a77}, {0xfbf3, 0x5e75}, {0xfbf9, 0x5ed0},
    {0xfc4f, 0x5f58}, {0xfc6c, 0x60a4}, {0xfcb9, 0x6490}, {0xfce2, 0x6674},
    {0xfcf1, 0x675e}, {0xfdb7, 0x6c9c}, {0xfdb8, 0x6e1d}, {0xfdbb, 0x6e2f},
    {0xfdf1, 0x716e}, {0xfe52, 0x732a}, {0xfe6f, 0x745c}, {0xfeaa, 0x74e9},
    {0xfedd, 0x7809}};

/* GB 18030 codes that the standard reads as 2005 did, or as GBK. */
static const struct patch gb_patch[] = {{0xa3a0, 0x3000}, {0xfe51, 0xe816},
    {0xfe52, 0xe817}, {0xfe53, 0xe818}, {0xfe6c, 0xe831}, {0xfe76, 0xe83b},
    {0xfe91, 0xe855}};

/* One character by iconv, from its initial state; 0 if it is none, or two. */
static uint32_t
one(iconv_t cd, const char *bytes, size_t len)
{
	uint32_t cp[4] = {0};
	char *in = (char *)(uintptr_t)bytes, *out = (char *)cp;
	size_t left = len, room = sizeof(cp);

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &in, &left, &out, &room) == (size_t)-1 || left > 0)
		return 0;
	/* a base letter may wait for its combining mark */
	iconv(cd, NULL, NULL, &out, &room);
	return sizeof(cp) - room == sizeof(cp[0]) ? cp[0] : 0;
}

static iconv_t
descriptor(const char *name)
{
	static const char *const target = "UTF-32LE";
	iconv_t cd;

	cd = iconv_open(target, name);
	if (cd == (iconv_t)-1)
		cli_errx(CLI_FATAL, "this system's iconv lacks %s", name);
	return cd;
}

static const uint32_t *
single_table(const struct charset *cs)
{
	static uint32_t *cache[NCHARSET]; /* each (128) */
	uint32_t **table = &cache[cs - charsets], cp;
	iconv_t cd;
	unsigned i;
	char c;

	if (*table != NULL)
		return *table;
	*table = mem_zeroed(128, sizeof(**table));
	cd = descriptor(cs->iconv);
	for (i = 0; i < 128; i++) {
		c = (char)(128 + i);
		cp = one(cd, &c, 1);
		/* a hole among the C1 controls is that control */
		(*table)[i] = cp == 0 && i < 32 ? 128 + i : cp;
	}
	iconv_close(cd);
	if (strcmp(cs->name, "koi8-u") == 0) {
		(*table)[0xae - 128] = 0x45e;
		(*table)[0xbe - 128] = 0x40e;
	} else if (strcmp(cs->name, "macintosh") == 0) {
		(*table)[0xc6 - 128] = 0x2206;
		(*table)[0xf0 - 128] = 0xf8ff;
	} else if (strcmp(cs->name, "windows-1255") == 0) {
		(*table)[0xca - 128] = 0x5ba;
	} else if (strcmp(cs->name, "x-mac-cyrillic") == 0) {
		(*table)[0xff - 128] = 0x20ac;
	}
	return *table;
}

static void
fill(uint32_t *table, const char *iconv_name, unsigned first, unsigned last)
{
	iconv_t cd = descriptor(iconv_name);
	unsigned lead, trail;
	uint32_t cp;
	char c[2];

	for (lead = first; lead <= last; lead++)
		for (trail = TRAIL; trail < TRAIL + NTRAIL; trail++) {
			c[0] = (char)lead;
			c[1] = (char)trail;
			cp = one(cd, c, 2);
			if (cp != 0)
				table[(lead - LEAD) * NTRAIL + trail - TRAIL] =
				    cp;
		}
	iconv_close(cd);
}

static void
patch(uint32_t *table, const struct patch *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table[((list[i].code >> 8) - LEAD) * NTRAIL +
		      (list[i].code & 0xff) - TRAIL] = list[i].cp;
}

/* (NLEAD, NTRAIL): the code points of the two-byte sequences. */
static const uint32_t *
double_table(enum kind kind, const char *iconv_name)
{
	static uint32_t *cache[OTHER];
	uint32_t *table = cache[kind];
	unsigned i;

	if (table != NULL)
		return table;
	table = mem_zeroed(NLEAD * NTRAIL, sizeof(*table));
	fill(table, iconv_name, LEAD, LEAD + NLEAD - 1);
	if (kind == BIG5) {
		fill(table, "CP950", 0xa1, 0xa3);
		for (i = 0; i < 32; i++)
			table[(0xa3 - LEAD) * NTRAIL + 0xc0 - TRAIL + i] =
			    0x2400 + i;
		patch(table, big5_patch,
		    sizeof(big5_patch) / sizeof(big5_patch[0]));
	} else if (kind == GB18030) {
		patch(table, gb_patch, sizeof(gb_patch) / sizeof(gb_patch[0]));
	}
	cache[kind] = table;
	return table;
}

/* JIS X 0208 by row and cell from 0, through its Shift_JIS form. */
static uint32_t
jis0208(const uint32_t *sjis, unsigned row, unsigned cell)
{
	unsigned pointer = row * 94 + cell, lead = pointer / 188;
	unsigned trail = pointer % 188;

	lead += lead < 0x1f ? 0x81 : 0xc1;
	trail += trail < 0x3f ? 0x40 : 0x41;
	/* from here on Shift_JIS has its users' own characters */
	if (lead >= 0xf0 && lead <= 0xf9)
		return 0;
	return sjis[(lead - LEAD) * NTRAIL + trail - TRAIL];
}

/*
 * Decoders: each appends to out, counts what it replaced, and stops early
 * when out has grown beyond max.
 */

struct decoder {
	const struct charset *cs;
	const unsigned char *p, *end;
	struct buf *out;
	size_t max;
	size_t nreplaced;
};

static void
put(struct decoder *d, uint32_t cp)
{
	if (cp < 0x80)
		buf_putc(d->out, (char)cp);
	else
		utf8_put(d->out, cp);
}

static void
replace(struct decoder *d)
{
	utf8_put(d->out, 0xfffd);
	d->nreplaced++;
}

/* Copy the run of ASCII at hand; whether anything is left to decode. */
static bool
skip_ascii(struct decoder *d)
{
	const unsigned char *p = d->p;
	uint64_t word;

	while (d->end - p >= 8) {
		memcpy(&word, p, 8);
		if (word & 0x8080808080808080u)
			break;
		p += 8;
	}
	while (p < d->end && *p < 0x80)
		p++;
	/* no more of it than shows that it is too much */
	if (d->out->len + (size_t)(p - d->p) > d->max)
		p = d->p +
		    (d->out->len > d->max ? 0 : d->max - d->out->len + 1);
	buf_put(d->out, d->p, (size_t)(p - d->p));
	d->p = p;
	return p < d->end && d->out->len <= d->max;
}

static void
decode_single(struct decoder *d)
{
	const uint32_t *table = single_table(d->cs);

	while (skip_ascii(d))
		do {
			uint32_t cp = table[*d->p++ - 128];

			if (cp == 0)
				replace(d);
			else
				put(d, cp);
		} while (
		    d->p < d->end && *d->p >= 0x80 && d->out->len <= d->max);
}

/*
 * A sequence of n bytes without meaning: U+FFFD, and an ASCII byte at its end
 * is read again, for it may be markup.
 */
static void
malformed(struct decoder *d, size_t n)
{
	replace(d);
	d->p += n > 1 && d->p[n - 1] < 0x80 ? n - 1 : n;
}

static void
decode_euc_kr(struct decoder *d)
{
	const uint32_t *table = double_table(EUC_KR, d->cs->iconv);
	uint32_t cp;

	while (skip_ascii(d)) {
		if (*d->p < 0x81 || *d->p > 0xfe || d->end - d->p < 2) {
			malformed(d, 1);
			continue;
		}
		cp = d->p[1] >= 0x41 && d->p[1] <= 0xfe
			 ? table[(*d->p - LEAD) * NTRAIL + d->p[1] - TRAIL]
			 : 0;
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

static void
decode_big5(struct decoder *d)
{
	const uint32_t *table = double_table(BIG5, d->cs->iconv);
	uint32_t cp;
	unsigned code;

	while (skip_ascii(d)) {
		if (*d->p < 0x81 || *d->p > 0xfe || d->end - d->p < 2) {
			malformed(d, 1);
			continue;
		}
		code = (unsigned)*d->p << 8 | d->p[1];
		if (code == 0x8862 || code == 0x8864 || code == 0x88a3 ||
		    code == 0x88a5) {
			put(d, code < 0x8870 ? 0xca : 0xea);
			put(d,
			    code == 0x8862 || code == 0x88a3 ? 0x304 : 0x30c);
			d->p += 2;
			continue;
		}
		cp = (d->p[1] >= 0x40 && d->p[1] <= 0x7e) ||
			     (d->p[1] >= 0xa1 && d->p[1] <= 0xfe)
			 ? table[(*d->p - LEAD) * NTRAIL + d->p[1] - TRAIL]
			 : 0;
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

static void
decode_shift_jis(struct decoder *d)
{
	const uint32_t *table = double_table(SHIFT_JIS, d->cs->iconv);
	unsigned lead, trail;
	uint32_t cp;

	while (skip_ascii(d)) {
		lead = *d->p;
		if (lead == 0x80 || (lead >= 0xa1 && lead <= 0xdf)) {
			put(d, lead == 0x80 ? 0x80 : 0xff61 - 0xa1 + lead);
			d->p++;
			continue;
		}
		if (lead == 0xa0 || lead > 0xfc || d->end - d->p < 2) {
			malformed(d, 1);
			continue;
		}
		trail = d->p[1];
		if (trail < 0x40 || trail == 0x7f || trail > 0xfc)
			cp = 0;
		else if (lead >= 0xf0 && lead <= 0xf9)
			cp = 0xe000 + (lead - 0xf0) * 188 + trail -
			     (trail < 0x7f ? 0x40 : 0x41);
		else
			cp = table[(lead - LEAD) * NTRAIL + trail - TRAIL];
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

/* JIS X 0212 by EUC bytes; the supplement lives in no other web charset. */
static uint32_t
jis0212(unsigned lead, unsigned trail)
{
	static iconv_t cd;
	char c[3] = {(char)0x8f, (char)lead, (char)trail};

	if (lead > 0xf3 || (lead == 0xf3 && trail >= 0xf3))
		return 0; /* vendors' additions */
	if (lead == 0xa2 && trail == 0xc3)
		return 0xa6;
	if (cd == NULL)
		cd = descriptor("EUC-JP-MS");
	return one(cd, c, 3);
}

static void
decode_euc_jp(struct decoder *d)
{
	const uint32_t *sjis = double_table(SHIFT_JIS, d->cs->iconv);
	const unsigned char *p;
	uint32_t cp;

	while (skip_ascii(d)) {
		p = d->p;
		if ((*p != 0x8e && *p != 0x8f && *p < 0xa1) || *p == 0xff ||
		    d->end - p < 2) {
			malformed(d, 1);
		} else if (*p == 0x8e && p[1] >= 0xa1 && p[1] <= 0xdf) {
			put(d, 0xff61 - 0xa1 + p[1]);
			d->p += 2;
		} else if (*p == 0x8f && p[1] >= 0xa1 && p[1] <= 0xfe) {
			if (d->end - p < 3) {
				replace(d);
				d->p = d->end;
				continue;
			}
			cp = p[2] >= 0xa1 && p[2] <= 0xfe ? jis0212(p[1], p[2])
							  : 0;
			if (cp == 0) {
				malformed(d, 3);
				continue;
			}
			put(d, cp);
			d->p += 3;
		} else {
			cp = *p >= 0xa1 && p[1] >= 0xa1 && p[1] <= 0xfe
				 ? jis0208(sjis, *p - 0xa1u, p[1] - 0xa1u)
				 : 0;
			if (cp == 0) {
				malformed(d, 2);
				continue;
			}
			put(d, cp);
			d->p += 2;
		}
	}
}

/* Four bytes of GB 18030, or 0. */
static uint32_t
gb18030_four(const unsigned char *p)
{
	static iconv_t cd;
	uint32_t cp, pointer;

	if (cd == NULL)
		cd = descriptor("GB18030");
	cp = one(cd, (const char *)p, 4);
	if (cp != 0)
		return cp;
	/* what glibc reads by two bytes alone, the standard by four as well */
	pointer = ((p[0] - 0x81u) * 10 + p[1] - 0x30u) * 1260 +
		  (p[2] - 0x81u) * 10 + p[3] - 0x30u;
	if (pointer >= 19057 && pointer < 19057 + 8)
		return 0x9fb4 + pointer - 19057;
	if (pointer >= 39076 && pointer < 39076 + 10)
		return 0xfe10 + pointer - 39076;
	return 0;
}

static void
decode_gb18030(struct decoder *d)
{
	const uint32_t *table = double_table(GB18030, d->cs->iconv);
	const unsigned char *p;
	uint32_t cp;

	while (skip_ascii(d)) {
		p = d->p;
		if (*p == 0x80) {
			put(d, 0x20ac);
			d->p++;
		} else if (*p == 0xff || d->end - p < 2) {
			malformed(d, 1);
		} else if (p[1] >= 0x30 && p[1] <= 0x39) {
			if (d->end - p < 3 ||
			    (p[2] >= 0x81 && p[2] <= 0xfe && d->end - p < 4)) {
				replace(d);
				d->p = d->end;
				continue;
			}
			cp = p[2] >= 0x81 && p[2] <= 0xfe && p[3] >= 0x30 &&
				     p[3] <= 0x39
				 ? gb18030_four(p)
				 : 0;
			if (cp != 0) {
				put(d, cp);
				d->p += 4;
			} else if (p[2] >= 0x81 && p[2] <= 0xfe &&
				   p[3] >= 0x30 && p[3] <= 0x39) {
				replace(d);
				d->p += 4;
			} else {
				replace(d);
				d->p++;
			}
		} else {
			cp = p[1] >= 0x40 && p[1] != 0x7f && p[1] != 0xff
				 ? table[(*p - LEAD) * NTRAIL + p[1] - TRAIL]
				 : 0;
			if (cp == 0) {
				malformed(d, 2);
				continue;
			}
			put(d, cp);
			d->p += 2;
		}
	}
}

/* The escape at p, where *p is ESC; 0 if it is none that the web knows. */
static char
iso_2022_jp_escape(const unsigned char *p, const unsigned char *end)
{
	if (end - p < 3)
		return 0;
	if (p[1] == '(' && (p[2] == 'B' || p[2] == 'J' || p[2] == 'I'))
		return (char)p[2];
	if (p[1] == '$' && (p[2] == '@' || p[2] == 'B'))
		return '$';
	return 0;
}

static void
decode_iso_2022_jp(struct decoder *d)
{
	const uint32_t *sjis = double_table(SHIFT_JIS, d->cs->iconv);
	char mode = 'B', next;
	bool fresh = false; /* nothing has come out since the last escape */
	uint32_t cp;

	for (; d->p < d->end && d->out->len <= d->max;) {
		if (*d->p == 0x1b) {
			next = iso_2022_jp_escape(d->p, d->end);
			if (next == 0 || fresh)
				replace(d);
			fresh = next != 0;
			mode = next != 0 ? next : mode;
			d->p += next != 0 ? 3 : 1;
			continue;
		}
		fresh = false;
		if (mode == '$') {
			if (*d->p < 0x21 || *d->p > 0x7e) {
				malformed(d, 1);
				continue;
			}
			if (d->end - d->p < 2) {
				replace(d);
				d->p++;
				continue;
			}
			if (d->p[1] == 0x1b) {
				replace(d);
				d->p++;
				continue;
			}
			cp = d->p[1] >= 0x21 && d->p[1] <= 0x7e
				 ? jis0208(sjis, *d->p - 0x21u, d->p[1] - 0x21u)
				 : 0;
			if (cp == 0)
				replace(d);
			else
				put(d, cp);
			d->p += 2;
			continue;
		}
		if (mode == 'I' && *d->p >= 0x21 && *d->p <= 0x5f)
			put(d, 0xff61 - 0x21 + *d->p);
		else if (*d->p >= 0x80 || *d->p == 0x0e || *d->p == 0x0f ||
			 mode == 'I')
			replace(d);
		else if (mode == 'J' && *d->p == 0x5c)
			put(d, 0xa5);
		else if (mode == 'J' && *d->p == 0x7e)
			put(d, 0x203e);
		else
			put(d, *d->p);
		d->p++;
	}
}

static void
decode_utf16(struct decoder *d)
{
	bool be = d->cs->kind == UTF16BE;
	uint32_t unit, high = 0;

	for (; d->end - d->p >= 2 && d->out->len <= d->max; d->p += 2) {
		unit = be ? (uint32_t)d->p[0] << 8 | d->p[1]
			  : (uint32_t)d->p[1] << 8 | d->p[0];
		if (high != 0) {
			if (unit >= 0xdc00 && unit <= 0xdfff) {
				put(d, 0x10000 + ((high - 0xd800) << 10) +
					   (unit - 0xdc00));
				high = 0;
				continue;
			}
			replace(d);
			high = 0;
		}
		if (unit >= 0xd800 && unit <= 0xdbff)
			high = unit;
		else if (unit >= 0xdc00 && unit <= 0xdfff)
			replace(d);
		else
			put(d, unit);
	}
	if (high != 0 || (d->end - d->p == 1 && d->out->len <= d->max))
		replace(d);
	d->p = d->end;
}

static void
decode_user_defined(struct decoder *d)
{
	while (skip_ascii(d))
		put(d, 0xf700u + *d->p++);
}

/* By iconv, in steps: what it refuses is replaced, a byte at a time. */
static void
decode_other(struct decoder *d)
{
	static iconv_t cache[NCHARSET];
	iconv_t *cd = &cache[d->cs - charsets];
	bool won =
	    strcmp(d->cs->name, "johab") == 0; /* of 0x5C, like Windows */
	uint32_t cp[1024];
	char *in, *out;
	size_t left, room, i, n;
	bool bad;

	if (*cd == NULL)
		*cd = descriptor(d->cs->iconv);
	iconv(*cd, NULL, NULL, NULL, NULL);
	while (d->p < d->end && d->out->len <= d->max) {
		in = (char *)(uintptr_t)d->p;
		left = (size_t)(d->end - d->p);
		out = (char *)cp;
		room = sizeof(cp);
		bad = iconv(*cd, &in, &left, &out, &room) == (size_t)-1 &&
		      room >= 4 * sizeof(cp[0]);
		n = (sizeof(cp) - room) / sizeof(cp[0]);
		for (i = 0; i < n; i++)
			put(d, won && cp[i] == 0x20a9 ? '\\' : cp[i]);
		d->p = d->end - left;
		if (bad && d->p < d->end) {
			replace(d);
			n = d->cs->name[0] == 'u' ? 4 : 1; /* UTF-32 */
			d->p += n < left ? n : left;
		}
	}
}

/*
 * A piece at a time, as what is malformed may become three times as long.  A
 * piece ends where no sequence goes on: before ASCII, a lead byte, or the
 * fourth in a row of the bytes that may follow one.
 */
static void
repair_utf8(struct decoder *d)
{
	enum { PIECE = 1 << 20 };
	size_t len, back;

	while (d->p < d->end && d->out->len <= d->max) {
		len = (size_t)(d->end - d->p);
		if (len > PIECE) {
			for (back = 0; back < 4; back++)
				if ((d->p[PIECE - back] & 0xc0) != 0x80)
					break;
			len = PIECE - back % 4;
		}
		d->nreplaced +=
		    utf8_repair(d->out, (struct str){(const char *)d->p, len});
		d->p += len;
	}
}

bool
charset_decode(const struct charset *cs, struct str bytes, size_t max,
    struct buf *out, struct str *text, size_t *nreplaced)
{
	struct decoder d = {cs, (const unsigned char *)bytes.p,
	    (const unsigned char *)bytes.p + bytes.len, out, max, 0};

	out->len = 0;
	*nreplaced = 0;
	if (bytes.len == 0) {
		*text = bytes;
		return true;
	}
	switch (cs->kind) {
	case UTF8:
		if (utf8_valid(bytes) == bytes.len) {
			*text = bytes;
			return bytes.len <= max;
		}
		repair_utf8(&d);
		break;
	case UTF16BE:
	case UTF16LE:
		decode_utf16(&d);
		break;
	case SINGLE:
		decode_single(&d);
		break;
	case GB18030:
		decode_gb18030(&d);
		break;
	case BIG5:
		decode_big5(&d);
		break;
	case EUC_JP:
		decode_euc_jp(&d);
		break;
	case ISO_2022_JP:
		decode_iso_2022_jp(&d);
		break;
	case SHIFT_JIS:
		decode_shift_jis(&d);
		break;
	case EUC_KR:
		decode_euc_kr(&d);
		break;
	case USER_DEFINED:
		decode_user_defined(&d);
		break;
	case REPLACEMENT:
		replace(&d);
		break;
	case OTHER:
		decode_other(&d);
		break;
	}
	*text = buf_str(out);
	*nreplaced = d.nreplaced;
	return out->len <= max;
}
