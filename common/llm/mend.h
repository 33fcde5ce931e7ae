/*
 * mend - what models put around an answer, and leave in it
 *
 * Each function takes off what it is named after and notes in *done that it
 * did. Slices stay slices of the text, but where something goes from the middle
 * of it: then they are of mem.
 */

#ifndef MEND_H
#define MEND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

enum mend_kind {
	MEND_THOUGHTS,	  /* what was thought, up to </think> or the like */
	MEND_TOKENS,	  /* tokens of a chat template, and what follows them */
	MEND_FENCE,	  /* the end of a code fence */
	MEND_RULE,	  /* a line of dashes below a part */
	MEND_BOLD,	  /* an end of emphasis that has no beginning */
	MEND_PLACEHOLDER, /* "[Insert the document here]": no part at all */
	MEND_FORM, /* JSON, tags, a table, HTML, labels of another kind */
	MEND_NKIND
};

extern const char *const mend_name[MEND_NKIND]; /* "a code fence", ... */

/* Whether a line is a rule: three or more dashes, stars or the like. */
bool mend_is_rule(struct str line);

/* The text after its thoughts, and before the tokens that end a turn. */
struct str mend_turn(struct str text, unsigned *done);

/*
 * A part as it ought to be, trimmed.  opened: emphasis began before its label
 * and did not end there; of the document it ends on the first line.
 */
struct str mend_part(struct str part, bool opened, bool document,
    struct arena *mem, unsigned *done);

/*
 * The parts of an answer that is a JSON object, perhaps in a code fence, or has
 * a tag around each of them: part[i] is that of label[i], of n, whatever its
 * case, and trimmed.  False, and part as it was, if it is neither.
 */
bool mend_form(struct str text, const char *const label[], struct str part[],
    size_t n, struct arena *mem, unsigned *done);

#endif
