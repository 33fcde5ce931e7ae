/*
 * charset-decode - the decoders of the charsets, over the standard's indexes
 *
 * Decoders are the state machines of the standard.  An index holds the code
 * points by pointers, which two bytes make; 0 where a sequence has no meaning.
 */

#include <stdint.h>

#include "base/utf8.h"
#include "web/charset-big5.h"
#include "web/charset-decode.h"
#include "web/charset-euc-kr.h"
#include "web/charset-gb18030.h"
#include "web/charset-jis0208.h"
#include "web/charset-jis0212.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The code point at a pointer that may lie outside of the index. */
static uint32_t
at(const uint16_t *index, size_t len, size_t pointer)
{
	return pointer < len ? index[pointer] : 0;
}

/* JIS X 0208 by row and cell from 0. */
static uint32_t
jis0208(unsigned row, unsigned cell)
{
	return at(index_jis0208, LENGTH(index_jis0208), row * 94 + cell);
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

/*
 * Copy the run of ASCII at the position; returns whether anything is left to
 * decode.
 */
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
	/* copy no more than it takes to show that the text is too long */
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
	const uint16_t *table = d->cs->table;

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
	uint32_t cp;

	while (skip_ascii(d)) {
		if (*d->p < 0x81 || *d->p > 0xfe || d->end - d->p < 2) {
			malformed(d, 1);
			continue;
		}
		cp = d->p[1] >= 0x41 && d->p[1] <= 0xfe
			 ? at(index_euc_kr, LENGTH(index_euc_kr),
			       (*d->p - 0x81u) * 190 + d->p[1] - 0x41)
			 : 0;
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

/* Two bytes of Big5, the second of which may be any; 0: no meaning. */
static uint32_t
big5(unsigned lead, unsigned trail)
{
	size_t pointer =
	    (lead - 0x81) * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);
	uint32_t cp;

	if (trail < 0x40 || (trail > 0x7e && trail < 0xa1) || trail == 0xff)
		return 0;
	cp = at(index_big5, LENGTH(index_big5), pointer);
	if (cp != 0 && (plane_big5[pointer / 16] >> pointer % 16 & 1) != 0)
		cp += 0x20000;
	return cp;
}

static void
decode_big5(struct decoder *d)
{
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
		cp = big5(d->p[0], d->p[1]);
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

/* Two bytes of Shift_JIS, the second of which may be any; 0: no meaning. */
static uint32_t
shift_jis(unsigned lead, unsigned trail)
{
	unsigned cell = trail - (trail < 0x7f ? 0x40 : 0x41);

	if (trail < 0x40 || trail == 0x7f || trail > 0xfc)
		return 0;
	if (lead >= 0xf0 && lead <= 0xf9)
		return 0xe000 + (lead - 0xf0) * 188 + cell;
	return at(index_jis0208, LENGTH(index_jis0208),
	    (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + cell);
}

static void
decode_shift_jis(struct decoder *d)
{
	unsigned lead;
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
		cp = shift_jis(lead, d->p[1]);
		if (cp == 0) {
			malformed(d, 2);
			continue;
		}
		put(d, cp);
		d->p += 2;
	}
}

static void
decode_euc_jp(struct decoder *d)
{
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
			cp = p[2] >= 0xa1 && p[2] <= 0xfe
				 ? at(index_jis0212, LENGTH(index_jis0212),
				       (p[1] - 0xa1u) * 94 + p[2] - 0xa1)
				 : 0;
			if (cp == 0) {
				malformed(d, 3);
				continue;
			}
			put(d, cp);
			d->p += 3;
		} else {
			cp = *p >= 0xa1 && p[1] >= 0xa1 && p[1] <= 0xfe
				 ? jis0208(*p - 0xa1u, p[1] - 0xa1u)
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

/* Four bytes of GB 18030, each in its range; 0: no meaning. */
static uint32_t
gb18030_four(const unsigned char *p)
{
	uint32_t pointer = ((p[0] - 0x81u) * 10 + p[1] - 0x30u) * 1260 +
			   (p[2] - 0x81u) * 10 + p[3] - 0x30u;
	size_t low = 0, high = LENGTH(range_pointer) - 1, middle;

	if (pointer >= 189000)
		return pointer <= 1237575 ? pointer - 189000 + 0x10000 : 0;
	if (pointer > 39419)
		return 0;
	if (pointer == 7457)
		return 0xe7c7;
	while (low < high) {
		middle = low + (high - low + 1) / 2;
		if (range_pointer[middle] <= pointer)
			low = middle;
		else
			high = middle - 1;
	}
	return range_point[low] + pointer - range_pointer[low];
}

static void
decode_gb18030(struct decoder *d)
{
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
				 ? at(index_gb18030, LENGTH(index_gb18030),
				       (*p - 0x81u) * 190 + p[1] -
					   (p[1] < 0x7f ? 0x40 : 0x41))
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
				 ? jis0208(*d->p - 0x21u, d->p[1] - 0x21u)
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
	case CHARSET_UNKNOWN:
		replace(&d);
		break;
	}
	*text = buf_str(out);
	*nreplaced = d.nreplaced;
	return out->len <= max;
}
