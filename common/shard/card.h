/*
 * card - README.md of a folder of shards, as the datasets library reads it
 *
 * The library takes the type of each member from the first lines that it sees,
 * and fails at a later line of another type, null being one.  Its dataset card
 * names the types instead.
 */

#ifndef CARD_H
#define CARD_H

#include <stddef.h>

#include "base/str.h"

enum card_type {
	CARD_NULL, /* nothing but null so far: a string */
	CARD_BOOL,
	CARD_INT,
	CARD_REAL,
	CARD_STRING,
	CARD_STRINGS, /* an array of strings */
	CARD_OTHER    /* what the library must find out by itself */
};

/* The type of a member that was of type before and is raw, JSON, now. */
enum card_type card_type(enum card_type before, struct str raw);

/*
 * Write folder/README.md for members with these names and types, (n).  None is
 * written where one is CARD_OTHER.  A failed write is CLI_FATAL.
 */
void card_write(const char *folder, char *const *name,
    const enum card_type *type, size_t n);

#endif
