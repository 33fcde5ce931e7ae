/*
 * phone - telephone numbers
 *
 * An international number is known by its country code and length; a national
 * one by its digits and how they are separated, by patterns of the countries;
 * any other by a word before it, such as "Tel.".  What dates, prices,
 * coordinates, serial numbers, lists and URLs have is no number to call.
 */

#ifndef PHONE_H
#define PHONE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mask/number.h"

/*
 * The end in form of the telephone number that begins at i, 0 if there is none.
 * last is the end of the number before it in the text, or NULL: one that
 * follows directly ("or", a comma) needs no word of its own.
 */
size_t phone_match(
    const struct number *n, struct str text, const char *last, size_t i);

/*
 * The end of an extension ("ext. 12", "x12") after a number that ends at p; p
 * where there is none.
 */
const char *phone_end(struct str text, const char *p);

/*
 * Digits of the country code that digit[0..n) begins with, as in "+49 30 ...",
 * if what follows has a length that the country's numbers have; else 0.
 */
size_t phone_country(const char *digit, size_t n);

#endif
