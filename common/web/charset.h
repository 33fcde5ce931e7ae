/*
 * charset - which charset the bytes of a page are in, as browsers find it
 *
 * Labels and the order of evidence are those of the WHATWG Encoding Standard
 * and of HTML's encoding sniffing algorithm; the only door to uchardet.
 * charset-decode.h turns the bytes into UTF-8.
 *
 * Beyond the standard: the prescan looks at 64 KiB instead of 1,024 bytes,
 * pages that declare nothing are detected, UTF-8 is told under another label,
 * and UTF-32, IBM855 and VISCII are decoded.  Johab, EUC-TW and ISO-2022-KR are
 * known by name, but have no decoder.
 */

#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>
#include <stddef.h>

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

/* Whether cs has a decoder. */
bool charset_known(const struct charset *cs);

/* Whether cs, which may be NULL, is UTF-16 or UTF-32. */
bool charset_is_wide(const struct charset *cs);

/* UTF-16 or UTF-32 without a mark, told by where zero bytes lie, or NULL. */
const struct charset *charset_wide(struct str bytes);

/* A guess that is never NULL: UTF-8 where valid, uchardet, windows-1252. */
const struct charset *charset_detect(struct str bytes);

/*
 * The charset of a page by all evidence: byte order mark, the label of the
 * transport (may be empty), in markup a declaration, detection.  *bytes loses
 * its mark.  A browser believes a label; here it is UTF-8 whatever is declared
 * if the bytes hold many of its sequences and nothing else beyond ASCII.
 */
const struct charset *charset_choose(
    struct str *bytes, struct str label, bool markup);

#endif
