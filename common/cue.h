/*
 * cue - words that tell what a page says from what stands around it
 *
 * "cookies", "read more" or a first word "share" speak against a block of text
 * being part of the main one, "said" for it.  The words and their weights are
 * learnt (tests/bench/extract-train.py writes extract-cues.h).
 */

#ifndef CUE_H
#define CUE_H

#include <stdint.h>

enum { CUE_WORDS = 16 }; /* of a block that are looked at, from its first */

struct cue; /* the table; made once */

struct cue *cue_new(void);
void cue_free(struct cue *c);

/*
 * What a word that follows another says, as log odds: what it says alone and
 * what the two say.  Both are given as lang_hash() of their letters; a number
 * as that of "#", what is before the first word as that of "^".
 */
float cue_weight(const struct cue *c, uint32_t last, uint32_t word);

#endif
