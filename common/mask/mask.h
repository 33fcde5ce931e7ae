/*
 * mask - what in a text belongs to a person or an account
 *
 *	struct mask m;
 *	struct mask_span span;
 *
 *	mask_begin(&m, text);
 *	while (mask_next(&m, &span))
 *		...
 *
 * Spans come in the order of the text and do not overlap.  Any bytes are text;
 * time is linear, since what is looked at around a digit or an "@" is bounded.
 */

#ifndef MASK_H
#define MASK_H

#include <stdbool.h>

#include "base/str.h"

enum mask_kind {
	MASK_EMAIL,
	MASK_PHONE,
	MASK_IP,
	MASK_CARD,
	MASK_IBAN,
	MASK_SSN,
	MASK_NKIND
};

/* "email", "phone", ...; what stands for each in a text, "<EMAIL>", ... */
extern const char *const mask_name[MASK_NKIND + 1]; /* NULL at the end */
extern const char *const mask_token[MASK_NKIND];

struct mask {
	struct str text;   /* borrowed */
	const char *p;	   /* what is before was looked at */
	const char *last;  /* the end of the last span */
	const char *phone; /* the end of the last telephone number, or NULL */
};

struct mask_span {
	enum mask_kind kind;
	struct str value; /* borrowed from the text */
};

/*
 * Begin with a text, which must live until the last mask_next(), and take its
 * next span; false after the last.
 */
void mask_begin(struct mask *m, struct str text);
bool mask_next(struct mask *m, struct mask_span *span);

#endif
