/* substitute - another value of the same form in the place of a masked one */

#ifndef SUBSTITUTE_H
#define SUBSTITUTE_H

#include <stdint.h>

#include "base/buf.h"
#include "mask/mask.h"

/*
 * Append a value of the same kind and form, drawn by the hash of the value and
 * a seed, so that equal values stay equal.  Where there are values that nobody
 * can have, it is one of them: example.com, .net and .org, the addresses and
 * the numbers of North America that are for documentation (192.0.2.0/24 and its
 * like, 2001:db8::/32, 555-01XX), a social security number of the area 666.  A
 * card keeps its first four digits and an IBAN its country; their checks are
 * right.
 */
void substitute_value(
    struct buf *out, const struct mask_span *span, uint64_t seed);

#endif
