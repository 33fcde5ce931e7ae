/* clue - what the words before a number say that it is */

#ifndef CLUE_H
#define CLUE_H

#include "base/str.h"

enum clue {
	CLUE_NONE,
	CLUE_PHONE,   /* "Tel.", "fax", "call" */
	CLUE_SSN,     /* "SSN", "social security number" */
	CLUE_ADDRESS, /* of the network: "IP", "host" */
	CLUE_VERSION, /* "version", "section", "Chrome" */
	CLUE_OTHER    /* "order", "ISBN", "patent" */
};

/*
 * The nearest word that is a clue, among the last few before p on the same
 * line; "number", "no." and the like say nothing.  Nothing before begin is
 * looked at.
 */
enum clue clue_before(const char *begin, const char *p);

#endif
