/*
 * charset: labels; decoders by the cases of the standard, and by checksums
 * over everything that they give; declarations; and the tables and pages of
 * ../shared if they are there
 */

#include "web/charset.h"
#include "web/charset-decode.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "record/gz.h"
#include "tap.h"

static struct buf out;

static bool
decodes(const char *label, struct str bytes, const char *want, size_t nbad)
{
	struct str text;
	size_t n;

	return charset_decode(charset_find(str_of(label)), bytes, 1 << 20, &out,
		   &text, &n) &&
	       str_eq(text, str_of(want)) && n == nbad;
}

static bool
named(const struct charset *cs, const char *name)
{
	return cs == NULL ? name == NULL
			  : name != NULL && strcmp(charset_name(cs), name) == 0;
}

static void
test_labels(void)
{
	ok(named(charset_find(STR(" Latin1\n")), "windows-1252") &&
		named(charset_find(STR("UTF8")), "utf-8") &&
		named(charset_find(STR("x-sjis")), "shift_jis") &&
		named(charset_find(STR("GB2312")), "gbk"),
	    "labels in any case, with blanks around them");
	ok(named(charset_find(STR("")), NULL) &&
		named(charset_find(STR("utf-8 utf8")), NULL) &&
		named(charset_find(STR("utf")), NULL) &&
		named(charset_find((struct str){"utf-8\0x", 7}), NULL),
	    "what is no label");
}

static void
test_decoders(void)
{
	ok(decodes("latin1", STR("\x80\x81\xe9"), "\u20ac\302\201\u00e9", 0),
	    "windows-1252 has no holes");
	ok(decodes("windows-1253", STR("\xaa\xe1"), "\ufffd\u03b1", 1),
	    "a hole above 0x9F");
	ok(decodes("koi8-u", STR("\xae\xbe"), "\u045e\u040e", 0), "koi8-u");
	ok(decodes("mac", STR("\xdb\xf0"), "\u20ac\uf8ff", 0), "macintosh");
	ok(decodes("shift_jis", STR("\x80\xb1\xf0\x40\x81\x22\xa0\x81"),
	       "\302\200\uff71\ue000\ufffd\"\ufffd\ufffd", 3),
	    "shift_jis: private characters; an ASCII byte is read again");
	ok(decodes("euc-jp", STR("\x8e\xb1\x8f\xb0\xa1\xa4\xa2\x8f\xa2"),
	       "\uff71\u4e02\u3042\ufffd", 1),
	    "euc-jp: katakana, the supplement, an end too soon");
	ok(decodes("iso-2022-jp", STR("\x1b$B$\"\x1b(J\\~\x1b(I1\x1b(Bz"),
	       "\u3042\u00a5\u203e\uff71z", 0),
	    "iso-2022-jp: four sets");
	ok(decodes("iso-2022-jp", STR("\x1b(B\x1b(Ba\x1bz\x80"),
	       "\ufffda\ufffdz\ufffd", 3),
	    "iso-2022-jp: empty runs and unknown escapes are errors");
	ok(decodes("gb18030",
	       STR("\x80\xa3\xa0\x81\x30\x81\x30\x95\x32\x90\x31\xfe\x51"),
	       "\u20ac\u3000\302\200\U00020087\ue816", 0),
	    "gb18030: one, two and four bytes");
	ok(decodes("gbk", STR("\x82\x35\x90\x37\x84\x31\x82\x36"),
	       "\u9fb4\ufe10", 0),
	    "gbk: two bytes as the standard has them now");
	ok(decodes(
	       "gb18030", STR("\x81\x30<\xff\x81"), "\ufffd0<\ufffd\ufffd", 3),
	    "gb18030: bytes after an incomplete sequence are read again");
	ok(decodes("big5", STR("\x88\x62\x92\xb0\xa1\x45\x87\x30"),
	       "\u00ca\u0304\u515b\u2027\ufffd0", 1),
	    "big5: two code points, and the web's own");
	ok(decodes("euc-kr", STR("\x8c\x63\xc9\x41"), "\ub620\ufffd\x41", 1),
	    "euc-kr");
	ok(decodes("utf-16le", STR("\x3d\xd8\x00\xde\x3d\xd8z\0\x00\xdcz"),
	       "\U0001f600\ufffdz\ufffd\ufffd", 3),
	    "utf-16: pairs, halves, an odd byte");
	ok(decodes("utf-8", STR("\xed\xa0\x80\xe2\x82z"),
	       "\ufffd\ufffd\ufffd\ufffdz", 4),
	    "utf-8");
	ok(decodes("x-user-defined", STR("a\x80\xff"), "a\uf780\uf7ff", 0),
	    "x-user-defined");
	ok(!charset_known(charset_find(STR("johab"))) &&
		decodes("johab", STR("\x88\x61"), "\ufffd", 1),
	    "johab has no decoder");
	ok(decodes(
	       "viscii", STR("Ti\xaang Vi\xaet"), "Ti\u1ebfng Vi\u1ec7t", 0),
	    "viscii");
	ok(decodes("big5", STR("\x87\x45\xfe\xfe\xff"),
	       "\U00027267\u79d4\ufffd", 1),
	    "big5: a code point beyond 16 bits, the last pointer");
	ok(decodes("gb18030",
	       STR("\x90\x30\x81\x30\xe3\x32\x9a\x35\x81\x35\xf4\x37"
		   "\x84\x31\xa4\x39\xe3\x32\x9a\x36"),
	       "\U00010000\U0010ffff\ue7c7\uffff\ufffd", 1),
	    "gb18030: the ends of the ranges of four bytes");
	ok(decodes("utf-32be", STR("\0\0\0z\0\1\xf6\0\1\2\3\4"),
	       "z\U0001f600\ufffd", 1),
	    "utf-32");
}

/* Long input is repaired in pieces, with the same result as in one piece. */
static void
test_pieces(void)
{
	enum { PIECE = 1 << 20, LEN = PIECE + 64 };
	static const char *const odd[] = {"\xf0\x9f\x98\x80",
	    "\x80\x80\x80\x80\x80\x80\x80", "\xf0\x9f\x98", "\xe2\x82\xac",
	    "\xe2\x82\xac\x80\x80", "\xc3\xa9\xa9", "\xff\xf0\x9f"};
	char *p = mem_alloc(LEN);
	struct str bytes = {p, LEN}, text;
	struct buf whole = {0};
	bool good = true;
	size_t i, at, n;

	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		for (at = PIECE - 9; at < PIECE + 2; at++) {
			memset(p, 'a', LEN);
			p[0] = '\xff';
			memcpy(p + at, odd[i], strlen(odd[i]));
			whole.len = 0;
			good = good &&
			       charset_decode(charset_find(STR("utf-8")), bytes,
				   2 * LEN, &out, &text, &n) &&
			       n == utf8_repair(&whole, bytes) &&
			       str_eq(text, buf_str(&whole));
		}
	ok(good, "UTF-8 is repaired alike wherever a piece ends");
	memset(p, '\x81', LEN);
	ok(!charset_decode(
	       charset_find(STR("utf-8")), bytes, LEN, &out, &text, &n) &&
		out.len < 4 * PIECE,
	    "and no further than max");
	ok(!charset_decode(charset_find(STR("windows-1251")), bytes, LEN, &out,
	       &text, &n) &&
		out.len <= LEN + 4,
	    "nor is a charset of single bytes");
	buf_release(&whole);
	free(p);
}

/*
 * Every byte, and every pair of two, by each decoder with a table: a checksum
 * of what comes out.  The sums were taken when the tables agreed with the
 * browsers' (test_tables) and, those of single bytes, with Python's codecs.
 */
static void
test_sums(void)
{
	static const struct {
		const char *label;
		uint64_t sum;
	} known[] = {
	    {"ibm866", 0xcd2de4a527669bbd},
	    {"iso-8859-2", 0xacba473e4628c2c9},
	    {"iso-8859-3", 0x84381ef7ebcfc624},
	    {"iso-8859-4", 0xfb48aec6b758637d},
	    {"iso-8859-5", 0x84aaa56618f55960},
	    {"iso-8859-6", 0x67cb9ebd972bd989},
	    {"iso-8859-7", 0xe40bfddb9b722239},
	    {"iso-8859-8", 0x5a7bacc80851a174},
	    {"iso-8859-8-i", 0x5a7bacc80851a174},
	    {"iso-8859-10", 0x485f75298c1bca6b},
	    {"iso-8859-13", 0x7738a5e1c030986},
	    {"iso-8859-14", 0xf763c1dc876b8461},
	    {"iso-8859-15", 0x13fcdda0a0005ebc},
	    {"iso-8859-16", 0x91cad1783163d5da},
	    {"koi8-r", 0x271bf44f7f7dd5ba},
	    {"koi8-u", 0x3dfa881d533e6474},
	    {"macintosh", 0x67ac7cbc9b57171},
	    {"windows-874", 0x5992874bfd748c89},
	    {"windows-1250", 0x376e42d34abaa28f},
	    {"windows-1251", 0x8e4c7415c3b3024d},
	    {"windows-1252", 0x8df019af1215d987},
	    {"windows-1253", 0x612ad37130a201f6},
	    {"windows-1254", 0x3b57fdeb135bfa44},
	    {"windows-1255", 0x4271a3a3f82bc38e},
	    {"windows-1256", 0x6f00286536a5c25f},
	    {"windows-1257", 0x40bdc9337fd2a08c},
	    {"windows-1258", 0xdaf6d767a9e3a20a},
	    {"x-mac-cyrillic", 0x23c961ce197f97d1},
	    {"ibm855", 0x6b17f10d9d6a03fe},
	    {"viscii", 0xf1fc64f65a1cfb40},
	    {"gbk", 0x1cb6942ef3361ae0},
	    {"gb18030", 0x1cb6942ef3361ae0},
	    {"big5", 0xc105265ac41b869c},
	    {"euc-jp", 0x321ed0178bb54795},
	    {"shift_jis", 0x60ba976d3951684e},
	    {"euc-kr", 0x636f1f1cf242ff40},
	};
	struct buf in = {0};
	struct str text;
	char name[64];
	unsigned a, b;
	size_t i, n;

	for (a = 0x80; a < 0x100; a++)
		buf_printf(&in, "%c\n", (int)a);
	for (a = 0x81; a < 0x100; a++)
		for (b = 0x30; b < 0x100; b++)
			buf_printf(&in, "%c%c\n", (int)a, (int)b);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		charset_decode(charset_find(str_of(known[i].label)),
		    buf_str(&in), SIZE_MAX, &out, &text, &n);
		snprintf(name, sizeof(name), "%s: %#llx", known[i].label,
		    (unsigned long long)hash_64(text.p, text.len, 0));
		ok(hash_64(text.p, text.len, 0) == known[i].sum, name);
	}
	buf_release(&in);
}

static void
test_evidence(void)
{
	struct str s;
	size_t len;

	ok(named(charset_bom(STR("\xef\xbb\xbfx"), &len), "utf-8") &&
		len == 3 &&
		named(charset_bom(STR("\xff\xfex\0"), &len), "utf-16le") &&
		named(charset_bom(STR("\xff\xfe\0\0"), &len), "utf-32le") &&
		named(charset_bom(STR("x"), &len), NULL) && len == 0,
	    "byte order marks");
	ok(named(
	       charset_prescan(STR("<META x charset = 'koi8-r'>")), "koi8-r") &&
		named(charset_prescan(STR("<!-- <meta charset=big5> -->")),
		    NULL) &&
		named(charset_prescan(STR("<a title='<meta charset=big5>'>")),
		    NULL) &&
		named(charset_prescan(STR("<meta content='a;charset=big5'>")),
		    NULL) &&
		named(charset_prescan(STR("<meta content='a;charset=big5' "
					  "http-equiv=content-type>")),
		    "big5") &&
		named(charset_prescan(STR("<meta charset=utf-16>")), "utf-8") &&
		named(charset_prescan(STR("<?xml version='1.0' "
					  "encoding='gbk'?>")),
		    "gbk"),
	    "declarations");
	s = STR("\xef\xbb\xbfz");
	ok(named(charset_choose(&s, STR("gbk"), true), "utf-8") && s.len == 1,
	    "a mark is stronger than a label");
	s = STR("<meta charset=big5>");
	ok(named(charset_choose(&s, STR("gbk"), true), "gbk") &&
		named(charset_choose(&s, STR("nonsense"), true), "big5") &&
		named(charset_choose(&s, STR(""), false), "utf-8"),
	    "a label is stronger than a declaration");
	ok(named(charset_detect(STR("caf\xc3\xa9")), "utf-8") &&
		named(charset_detect(STR("la t\xeate du caf\xe9, \x93"
					 "d\xe9j\xe0 vu\x94")),
		    "windows-1252") &&
		named(charset_detect((struct str){"a\0b\0c\0d\0", 8}),
		    "utf-16le") &&
		named(charset_detect(STR("")), "utf-8"),
	    "guesses");
}

static bool
load(const char *path, struct buf *b)
{
	struct gz *gz = gz_open(path);
	size_t n;

	b->len = 0;
	if (gz == NULL)
		return false;
	do {
		buf_reserve(b, 1 << 16);
		n = gz_read(gz, b->p + b->len, 1 << 16);
		b->len += n;
	} while (n > 0);
	gz_close(gz);
	return true;
}

/* Whole code tables, as the browsers' own decoder reads them. */
static void
test_tables(const char *shared)
{
	static const char *const table[][2] = {{"big5", "big5"},
	    {"gb18030", "gb18030"}, {"jis0208", "euc-jp"},
	    {"shift_jis", "shift_jis"}, {"euc_kr", "euc-kr"},
	    {"jis0212", "euc-jp"}, {"iso_2022_jp", "iso-2022-jp"}};
	char path[4096], name[64];
	struct buf in = {0}, ref = {0};
	struct str text;
	size_t i, n;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(path, sizeof(path),
		    "%s/data/web/encoding/encoding_rs/%s_in.txt.gz", shared,
		    table[i][0]);
		if (!load(path, &in))
			continue;
		snprintf(path, sizeof(path),
		    "%s/data/web/encoding/encoding_rs/%s_in_ref.txt.gz", shared,
		    table[i][0]);
		load(path, &ref);
		charset_decode(charset_find(str_of(table[i][1])), buf_str(&in),
		    SIZE_MAX, &out, &text, &n);
		snprintf(name, sizeof(name), "the whole table %s", table[i][0]);
		ok(str_eq(text, buf_str(&ref)), name);
	}
	buf_release(&in);
	buf_release(&ref);
}

/* html5lib's cases: "#data", the page, "#encoding", what a browser takes. */
static void
test_html5lib(const char *shared)
{
	static const char begin[] = "#data\n", middle[] = "\n#encoding\n";
	char path[4096], why[200];
	struct buf in = {0};
	struct str page, want;
	const struct charset *cs;
	const char *p, *q, *r;
	size_t len;

	snprintf(path, sizeof(path),
	    "%s/data/web/html5lib-tests/encoding/tests1.dat.gz", shared);
	if (!load(path, &in))
		return;
	buf_putc(&in, '\0');
	for (p = in.p; (p = strstr(p, begin)) != NULL; p = r) {
		p += strlen(begin);
		q = strstr(p, middle);
		if (q == NULL)
			break;
		page = (struct str){p, (size_t)(q - p)};
		q += strlen(middle);
		r = q + strcspn(q, "\n");
		want = (struct str){q, (size_t)(r - q)};
		cs = charset_bom(page, &len);
		if (cs == NULL)
			cs = charset_prescan(page);
		if (cs == NULL)
			cs = charset_find(STR("windows-1252"));
		snprintf(why, sizeof(why), "html5lib: %.*s for %.*s",
		    (int)want.len, want.p, (int)strcspn(page.p, "\n"), page.p);
		ok(cs == charset_find(want), why);
	}
	buf_release(&in);
}

int
main(void)
{
	const char *shared = access("../shared/data", R_OK) == 0
				 ? "../shared"
				 : "no-such-folder";

	test_labels();
	test_decoders();
	test_pieces();
	test_sums();
	test_evidence();
	test_tables(shared);
	test_html5lib(shared);
	buf_release(&out);
	return tap_done();
}
