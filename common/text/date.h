/*
 * date - a date as the web writes it, as a point in time
 *
 * RFC 3339, of which anything may be missing from the end: "2024",
 * "2024-05", "2024-05-01", "2024-05-01T10:00:00", "2024-05-01 10:00:00-03:00".
 * A time without a zone is taken as UTC.
 */

#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Seconds since 1970, less than 0 before; whatever follows the date is passed
 * over.  False, with *seconds left alone, if s doesn't begin with a year.
 */
bool date_parse(struct str s, int64_t *seconds);

#endif
