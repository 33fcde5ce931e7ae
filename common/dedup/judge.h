/*
 * judge - which records go, from their meetings, in one pass in record order
 *
 * The last step of near duplicates (dedup/steps) decides what one process would
 * that had all records come by: a record goes if an earlier one that stays
 * shares a key and is similar enough, by the sets of their runs of words.  The
 * texts are read where they lie, those of records alone that share a key with
 * one that stays.
 *
 * What is known of a key is the list of the first LSH_BUCKET records that have
 * it and stay.  It travels (time-forward processing): the record that is judged
 * takes the lists of its keys from a priority queue on disk, compares itself
 * with the records in them, earliest first, adds itself if it stays, and sends
 * each list on to the next record that has the key.  So memory doesn't grow
 * with the number of records or keys.
 *
 * What an earlier run has settled need not be judged again: of the parts of its
 * list, the records listed go, and all others stay.
 *
 * Y.-J. Chiang and others, "External-memory graph algorithms", 1995
 * (time-forward processing).
 *
 * Memory: half of what is granted for the queue, a quarter for the sets of
 * records that stay.
 */

#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dedup/meet.h"
#include "dedup/parts.h"

struct judge_opts {
	const char *options; /* of the keys (keys_open()) */
	size_t shingle;	     /* words in a run */
	bool zero_digits;    /* shingle.h */
	double jaccard;	     /* least similarity of what goes */
	size_t memory;	     /* bytes */
	const char *earlier; /* a list of an earlier run, or NULL */
};

struct judge_counts {
	uint64_t ncompare, nfull; /* comparisons; entries left out */
	uint64_t nspooled;	  /* bytes written to $TMPDIR */
	size_t held;		  /* bytes */
};

/*
 * Judge the meetings that files of --meet hold, or those of the keys that files
 * of --keys hold (NULL-terminated; "-" is standard input), and write the list
 * to out: a #records line, a #part line for each part, and a line for each
 * record that goes, with the one that stays for it and their similarity.
 * CLI_FATAL for meetings out of order or incomplete, records that aren't where
 * the meetings say, and an earlier list of other parts.
 */
void judge_meetings(const struct judge_opts *o, struct parts *parts,
    char *const file[], FILE *out, struct judge_counts *counts);
void judge_keys(const struct judge_opts *o, struct parts *parts,
    char *const file[], FILE *out, struct judge_counts *counts);

#endif
