/*
 * charset-decode - bytes in a known charset to UTF-8, as browsers do it
 *
 * The decoders and their tables are those of the WHATWG Encoding Standard.
 */

#ifndef CHARSET_DECODE_H
#define CHARSET_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "web/charset.h"

/* How a charset is decoded. */
enum charset_kind {
	CHARSET_UTF8,
	CHARSET_UTF16BE,
	CHARSET_UTF16LE,
	CHARSET_UTF32BE,
	CHARSET_UTF32LE,
	CHARSET_SINGLE,
	CHARSET_GB18030,
	CHARSET_BIG5,
	CHARSET_EUC_JP,
	CHARSET_ISO_2022_JP,
	CHARSET_SHIFT_JIS,
	CHARSET_EUC_KR,
	CHARSET_USER_DEFINED,
	CHARSET_REPLACEMENT,
	CHARSET_UNKNOWN /* there is such a charset, but no decoder */
};

struct charset {
	const char *name;
	enum charset_kind kind;
	const uint16_t *table; /* (128), of CHARSET_SINGLE: bytes from 0x80 */
	const char *labels;    /* with a blank before and after each */
};

/*
 * bytes as UTF-8 in *text: bytes themselves where they are valid UTF-8 by cs,
 * else a slice of out, which is emptied first.  *nreplaced counts the U+FFFD
 * put in for what is malformed; all of the bytes of a charset without a decoder
 * are.  False when text would be longer than max.
 */
bool charset_decode(const struct charset *cs, struct str bytes, size_t max,
    struct buf *out, struct str *text, size_t *nreplaced);

#endif
