/*
 * retry - when to ask a server again
 *
 * Pure functions over the values of HTTP headers; the caller has the clock.
 */

#ifndef RETRY_H
#define RETRY_H

#include <stdbool.h>
#include <time.h>

#include "base/str.h"

/*
 * Seconds to wait by the value of Retry-After: a number, with or without a
 * fraction, or one of the three HTTP-dates (RFC 9110, 5.6.7 and 10.2.3), which
 * is 0 if it is past.  -1 if it is neither.
 */
double retry_after(struct str value, time_t now);

/*
 * Seconds until a rate limit is reset: "1s", "6m0s", "120ms", "2h3m4.5s", a
 * bare number of seconds, or a time of RFC 3339.  -1 if it is none of these.
 */
double retry_reset(struct str value, time_t now);

/*
 * Seconds before try number n (1: the first repetition) where the server says
 * nothing: half a second, doubled each time up to 8 s, less up to a quarter by
 * jitter in [0, 1), so that many clients don't come back at once.
 */
double retry_backoff(unsigned n, double jitter);

#endif
