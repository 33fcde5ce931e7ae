/*
 * overlap - texts that share a run of words with texts of another collection
 *
 * For decontamination: the runs of words of evaluation texts are entered, and a
 * text that has one of them, or enough of them, is told; or what they have in
 * common is cut from it.  Words are those of shingle, so letter case and
 * punctuation don't matter.
 *
 * An evaluation text of fewer words than a run is entered whole, from
 * OVERLAP_LEAST words on.  A run that OVERLAP_COMMON evaluation texts have is
 * common knowledge, a licence or a phrase of the form, and doesn't count.
 *
 * Memory: 27 to 54 bytes a different run.
 *
 * T. Brown and others, "Language models are few-shot learners", 2020 (appendix
 * C: runs of 13 words, 200 characters cut on both sides, texts of more than ten
 * cuts dropped).
 */

#ifndef OVERLAP_H
#define OVERLAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "dedup/shingle.h"
#include "spill/hashset.h"

enum {
	OVERLAP_WORDS = 13,   /* of a run, where nobody says otherwise */
	OVERLAP_LEAST = 8,    /* words of a text that is entered whole */
	OVERLAP_COMMON = 10,  /* texts that make a run common */
	OVERLAP_AROUND = 200, /* code points that are cut on both sides */
	OVERLAP_CUTS = 10     /* of a text that is not to be dropped, at most */
};

struct overlap_opts {
	size_t nword;	  /* of a run, at least 1 */
	double share;	  /* of a text's runs, that make it known; 0: one run */
	bool cut;	  /* overlap_cut() will be called */
	bool zero_digits; /* numbers are equal (shingle.h) */
};

/* Bytes [start, end) of a text. */
struct overlap_cut {
	size_t start, end;
};

struct overlap {
	struct overlap_opts opts;
	struct shingler shingler;
	struct hashset run; /* run.n is the number of different runs */
	bool whole[OVERLAP_WORDS * 100]; /* whether a text of so many words was
					    entered whole */
	uint64_t *sorted; /* (sorted_cap), runs of a text that is entered */
	size_t sorted_cap;
	size_t *hit; /* (hit_cap), words of the known run that begins at each
			word of a text, or 0 */
	size_t hit_cap, nword;
	struct overlap_cut *place; /* (place_cap), where each word stands */
	struct overlap_cut *cut;   /* (ncut), of the text cut last */
	size_t place_cap, ncut, cut_cap;
	struct buf rest; /* of the text being cut */
};

enum { OVERLAP_MOST = OVERLAP_WORDS * 100 - 1 }; /* words of a run */

/*
 * The budget must outlive o; NULL is no bound.  opts->nword is at most
 * OVERLAP_MOST.  The caller releases o.
 */
void overlap_init(
    struct overlap *o, const struct overlap_opts *opts, struct budget *budget);
void overlap_release(struct overlap *o);

/*
 * Enter the runs of a text of collection number `source` (below 2^28); a run
 * that several have stays with the first.  False when memory won't do; some of
 * the runs are then entered.
 */
bool overlap_add(struct overlap *o, struct str text, uint32_t source);

/*
 * Whether text has runs that were entered, as many as the options want, or a
 * text that was entered whole; and the source of the first one.
 */
bool overlap_find(struct overlap *o, struct str text, uint32_t *source);

/*
 * After overlap_find() was true of this text: what is left of it without these
 * runs and OVERLAP_AROUND code points on both sides, the pieces on lines of
 * their own.  o->cut has what was cut; it and the text are borrowed until the
 * next call.
 */
struct str overlap_cut(struct overlap *o, struct str text);

#endif
