/*
 * entity - character references of HTML
 *
 * Read as browsers do (HTML standard, 13.2.5.72 to 80): any of the 2,125 names,
 * some old ones without their semicolon too ("&copy2026"), numbers in two
 * bases, of which 128 to 159 are characters of windows-1252.  Unlike there, a
 * number that is no character stands for nothing, not for U+FFFD.
 */

#ifndef ENTITY_H
#define ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * The reference at the start of s, where there is a '&': its code points in
 * cp[0..2), unused ones 0.  Returns its length in bytes, or 0 if it is none.
 * In the value of an attribute fewer are: see "?a=1&copy=2".
 */
size_t entity_read(struct str s, bool attribute, uint32_t cp[2]);

/* Append s, an attribute's value, with its references resolved. */
void entity_decode(struct buf *out, struct str s);

#endif
