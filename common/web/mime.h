/*
 * mime - media types: as a Content-Type states them, and as bytes show them
 *
 * Lenient where archives are: blanks, quotes that are missing, lists of types.
 */

#ifndef MIME_H
#define MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

/* The type of a Content-Type's value, in lower case, no parameters, in mem. */
struct str mime_type(struct str value, struct arena *mem);

/*
 * A parameter of such a value, without quotes, a slice of it; empty if it isn't
 * there.  The name's case doesn't matter.
 */
struct str mime_param(struct str value, const char *name);

/* Whether a type, as mime_type() gives it, is HTML or XHTML. */
bool mime_is_html(struct str type);

/* Whether bytes of that type may declare their charset: HTML and XML. */
bool mime_is_markup(struct str type);

/* Whether the first nlook bytes may be of text, in some charset of bytes. */
bool mime_is_text(struct str bytes, size_t nlook);

/*
 * The type that bytes show where nobody stated one: HTML, XML, plain text or
 * application/octet-stream.  A static string.
 * WHATWG MIME Sniffing, 7.1, as far as text goes.
 */
struct str mime_sniff(struct str bytes);

#endif
