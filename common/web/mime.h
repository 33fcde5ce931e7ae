/*
 * mime - media types: as a Content-Type states them, and as bytes show them
 *
 * Lenient where archives are: blanks, quotes that are missing, lists of types.
 * What can't be a type, quotes around it among that, states nothing.
 */

#ifndef MIME_H
#define MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

/*
 * The type of a Content-Type's value, in lower case, no parameters, in mem; it
 * may be none: mime_valid() tells.
 */
struct str mime_type(struct str value, struct arena *mem);

/* Whether it is "type/subtype", tokens (RFC 9110, 8.3.1) that begin as words. */
bool mime_valid(struct str type);

/*
 * A parameter of such a value, without quotes, a slice of it; empty if it isn't
 * there.  The name's case doesn't matter.
 */
struct str mime_param(struct str value, const char *name);

/* Whether a type, as mime_type() gives it, is HTML or XHTML. */
bool mime_is_html(struct str type);

/* Whether bytes of that type may declare their charset: HTML and XML. */
bool mime_is_markup(struct str type);

/*
 * The type that a binary format's first bytes show, or an empty string.  PDF,
 * PostScript and RTF are among them, whose bytes may be text, but no page's.
 */
struct str mime_magic(struct str bytes);

/*
 * Whether bytes can't be text in any charset: a magic, or more control
 * characters than a text has by accident.  UTF-16 and UTF-32 are text where a
 * mark or the places of their zero bytes tell them.
 */
bool mime_is_binary(struct str bytes);

/*
 * The type that bytes show where nobody stated one: a binary format, HTML, XML,
 * plain text or application/octet-stream.  A static string.
 * WHATWG MIME Sniffing, 7.1, as far as text goes.
 */
struct str mime_sniff(struct str bytes);

#endif
