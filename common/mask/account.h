/* account - numbers of cards, of bank accounts, of the US social security */

#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mask/number.h"

/* Whether the last of n digits is the check digit of the others (ISO 7812). */
bool account_luhn(const char *digit, size_t n);

/*
 * The remainder of an IBAN by 97, of which n letters and digits are given: 1 is
 * right (ISO 13616).
 */
unsigned account_mod97(const char *iban, size_t n);

/*
 * The end in form of a card number at i, 0 if there is none: 14 to 19 digits as
 * a network of cards has them, alone or separated as on the card, with their
 * check digit.
 */
size_t account_card(const struct number *n, struct str text, size_t i);

/* The same of a social security number of the United States. */
size_t account_ssn(const struct number *n, struct str text, size_t i);

/*
 * The IBAN whose two check digits begin at p, of the length of its country and
 * with a right check; in groups, or not.
 */
bool account_iban(
    struct str text, const char *from, const char *p, struct str *found);

#endif
