/*
 * answer - the six labelled parts of a language model's answer
 *
 * Models write "- TOPIC: x" as they were asked to, and also "**Topic:** x",
 * "1. Topic - x", "### PREMISE (27 words)" with the text on the next line, all
 * that after some words of greeting, and a kind remark below the document.
 * DoPAMine (arXiv 2410.00260), section 2.2, gives the parts.
 */

#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

enum answer_part {
	ANSWER_TOPIC,
	ANSWER_PREMISE,
	ANSWER_AUTHOR,
	ANSWER_AUDIENCE,
	ANSWER_MOTIVE,
	ANSWER_DOCUMENT,
	ANSWER_NPART
};

extern const char *const answer_label[ANSWER_NPART]; /* "TOPIC", ... */

/*
 * Find the parts of an answer: slices of it, or of mem, without the white space
 * at their ends.  A part whose label is missing is {NULL, 0}, one without text
 * has length 0.  The first five may come in any order, each label counting
 * where it stands first; all after the label DOCUMENT is the document, without
 * a closing code fence, a whole second answer, a line "end of document", or a
 * remark to the reader of the answer.  Returns how many parts have text. What
 * mend.h tells is mended: *mended has a bit 1 << kind for each enum mend_kind.
 * Where that leaves a part without text, labels of other kinds are looked for:
 * members of JSON, tags, tables, HTML, "Target audience", "a) Topic".
 */
size_t answer_parse(struct str text, struct str part[ANSWER_NPART],
    struct arena *mem, unsigned *mended);

#endif
