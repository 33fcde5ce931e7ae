/*
 * cue - words that tell what a page says from what stands around it
 *
 * "cookies", "read more" or a first word "share" speak against a block of text
 * being part of the main one, "said" for it; so do the words in the names of
 * the boxes around it, "related" and "entry-content".  The words and their
 * weights are learnt (tests/generate/extract-train.py writes extract-cues.h and
 * extract-names.h).
 */

#ifndef CUE_H
#define CUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	CUE_WORDS = 16, /* of a block that are looked at, from its first */
	CUE_NAMES = 16	/* words of an element's names, too */
};

struct cue; /* the table; made once */

struct cue *cue_new(void);
void cue_free(struct cue *c);

/*
 * What a word that follows another says, as log odds: what it says alone and
 * what the two say.  Both are given as lang_hash() of their letters; a number
 * as that of "#", what is before the first word as that of "^".
 */
float cue_weight(const struct cue *c, uint32_t last, uint32_t word);

/* What an element's names say of text near in it, and of text deeper down. */
struct cue_name {
	float near, far;
};

/*
 * Add to *sum what the words of name[0 .. nname) say, and each two words that
 * stand together in a name, each of them once.  Names are separated by white
 * space and fall into words at anything but letters and before a capital
 * ("navBar").
 */
void cue_names(const struct cue *c, const struct str *name, size_t nname,
    struct cue_name *sum);

/* The same of a tag, given in lower case. */
void cue_tag(const struct cue *c, struct str tag, struct cue_name *sum);

#endif
