/*
 * charset - bytes of a page to UTF-8, as browsers do it
 *
 * Labels, decoders and the order of evidence are those of the WHATWG Encoding
 * Standard and of HTML's encoding sniffing algorithm; the only door to iconv
 * and uchardet.  Code tables come from iconv, with the few code points in
 * which glibc and the standard differ set right, and are made at first use.
 *
 * Beyond the standard: the prescan looks at 64 KiB instead of 1,024 bytes,
 * pages that declare nothing are detected, and a few charsets that browsers
 * dropped (UTF-32, IBM855, Johab, ISO-2022-KR, EUC-TW) are read.
 */

#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum { CHARSET_PRESCAN = 64 << 10 }; /* bytes looked at for a declaration */

struct charset; /* constant; lives as long as the program */

/* The charset of a label in any case, blanks around it; NULL: none such. */
const struct charset *charset_find(struct str label);

/* Its name in the standard, in lower case. */
const char *charset_name(const struct charset *cs);

/*
 * What the bytes themselves declare, or NULL: a byte order mark of *len bytes;
 * a <meta> or an XML declaration in the first CHARSET_PRESCAN bytes.
 */
const struct charset *charset_bom(struct str bytes, size_t *len);
const struct charset *charset_prescan(struct str bytes);

/* A guess that is never NULL: UTF-8 where valid, uchardet, windows-1252. */
const struct charset *charset_detect(struct str bytes);

/*
 * The charset of a page by all evidence: byte order mark, the label of the
 * transport (may be empty), in markup a declaration, detection.  *bytes loses
 * its mark.
 */
const struct charset *charset_choose(
    struct str *bytes, struct str label, bool markup);

/*
 * bytes as UTF-8 in *text: bytes themselves where they are valid UTF-8 by cs,
 * else a slice of out, which is emptied first.  *nreplaced counts the U+FFFD
 * put in for what is malformed.  False when text would be longer than max.
 */
bool charset_decode(const struct charset *cs, struct str bytes, size_t max,
    struct buf *out, struct str *text, size_t *nreplaced);

#endif
