/*
 * syllable - the syllables of English words
 *
 * Groups of vowels, corrected by runs of letters that were learnt from the
 * counts of the textstat library (syllable-rules.h).  Counts are remembered by
 * the hash of the word.
 */

#ifndef SYLLABLE_H
#define SYLLABLE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { SYLLABLE_NKNOWN = 1 << 18 /* words that are remembered */ };

struct syllable {
	uint64_t *rule;	  /* by letters */
	uint64_t *known;  /* (SYLLABLE_NKNOWN): counts, by hash of a word */
	struct buf plain; /* the letters of a word */
};

/* Ready the table of remembered words, which the caller releases. */
void syllable_init(struct syllable *s);
void syllable_release(struct syllable *s);

/*
 * Syllables of a word in small letters; at least 1.  The hash is the caller's:
 * words with equal hashes, by their low 59 bits, count as one word.
 */
size_t syllable_count(struct syllable *s, struct str word, uint64_t hash);

/*
 * The expected syllables x 1000 of a word of this length and rule count: the
 * count of the rules, less what words of so many bytes and syllables are
 * counted too long on average.
 */
uint64_t syllable_expected(struct syllable *s, struct str word, uint64_t hash);

/* Fetch from memory what the two above will look for at that hash. */
static inline void
syllable_prefetch(const struct syllable *s, uint64_t hash)
{
	__builtin_prefetch(&s->known[hash % SYLLABLE_NKNOWN]);
}

#endif
