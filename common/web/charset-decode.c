/*
 * charset-decode - the tables of the charsets and the decoders over them
 *
 * Decoders are the state machines of the standard over tables: 128 code points
 * for a single-byte charset, (126, 191) by lead and trail byte for a
 * double-byte one.  A table holds 0 where a sequence has no meaning.
 */

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "web/charset-decode.h"

/* The shape of a double-byte table, and its first lead and trail byte. */
enum { NLEAD = 126, NTRAIL = 191, LEAD = 0x81, TRAIL = 0x40 };

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
	static uint32_t *cache[CHARSET_MAX]; /* each (128) */
	uint32_t **table = &cache[cs - charset_list], cp;
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
double_table(enum charset_kind kind, const char *iconv_name)
{
	static uint32_t *cache[CHARSET_OTHER];
	uint32_t *table = cache[kind];
	unsigned i;

	if (table != NULL)
		return table;
	table = mem_zeroed(NLEAD * NTRAIL, sizeof(*table));
	fill(table, iconv_name, LEAD, LEAD + NLEAD - 1);
	if (kind == CHARSET_BIG5) {
		fill(table, "CP950", 0xa1, 0xa3);
		for (i = 0; i < 32; i++)
			table[(0xa3 - LEAD) * NTRAIL + 0xc0 - TRAIL + i] =
			    0x2400 + i;
		patch(table, big5_patch,
		    sizeof(big5_patch) / sizeof(big5_patch[0]));
	} else if (kind == CHARSET_GB18030) {
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
	const uint32_t *table = double_table(CHARSET_EUC_KR, d->cs->iconv);
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
	const uint32_t *table = double_table(CHARSET_BIG5, d->cs->iconv);
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
	const uint32_t *table = double_table(CHARSET_SHIFT_JIS, d->cs->iconv);
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
	const uint32_t *sjis = double_table(CHARSET_SHIFT_JIS, d->cs->iconv);
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
	const uint32_t *table = double_table(CHARSET_GB18030, d->cs->iconv);
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
	const uint32_t *sjis = double_table(CHARSET_SHIFT_JIS, d->cs->iconv);
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
	bool be = d->cs->kind == CHARSET_UTF16BE;
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
decode_utf32(struct decoder *d)
{
	bool be = d->cs->kind == CHARSET_UTF32BE;
	uint32_t cp, i;

	for (; d->end - d->p >= 4 && d->out->len <= d->max; d->p += 4) {
		for (cp = 0, i = 0; i < 4; i++)
			cp = cp << 8 | d->p[be ? i : 3 - i];
		if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
			replace(d);
		else
			put(d, cp);
	}
	if (d->end - d->p > 0 && d->out->len <= d->max)
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
	static iconv_t cache[CHARSET_MAX];
	iconv_t *cd = &cache[d->cs - charset_list];
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
			d->p++;
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
	case CHARSET_UTF8:
		if (utf8_valid(bytes) == bytes.len) {
			*text = bytes;
			return bytes.len <= max;
		}
		repair_utf8(&d);
		break;
	case CHARSET_UTF16BE:
	case CHARSET_UTF16LE:
		decode_utf16(&d);
		break;
	case CHARSET_UTF32BE:
	case CHARSET_UTF32LE:
		decode_utf32(&d);
		break;
	case CHARSET_SINGLE:
		decode_single(&d);
		break;
	case CHARSET_GB18030:
		decode_gb18030(&d);
		break;
	case CHARSET_BIG5:
		decode_big5(&d);
		break;
	case CHARSET_EUC_JP:
		decode_euc_jp(&d);
		break;
	case CHARSET_ISO_2022_JP:
		decode_iso_2022_jp(&d);
		break;
	case CHARSET_SHIFT_JIS:
		decode_shift_jis(&d);
		break;
	case CHARSET_EUC_KR:
		decode_euc_kr(&d);
		break;
	case CHARSET_USER_DEFINED:
		decode_user_defined(&d);
		break;
	case CHARSET_REPLACEMENT:
		replace(&d);
		break;
	case CHARSET_OTHER:
		decode_other(&d);
		break;
	}
	*text = buf_str(out);
	*nreplaced = d.nreplaced;
	return out->len <= max;
}
