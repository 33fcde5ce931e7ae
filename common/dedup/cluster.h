/*
 * cluster - near copies among records that lie in files, from sorted keys
 *
 * The middle one of three steps (text-dedup --keys, --cluster, --drop).  A line
 * of keys is HASH TAB PART TAB OFFSET: a band key of the record at that byte of
 * that file.  Lines whose key no other has are passed over; the others are
 * sorted into the order of the records, through $TMPDIR, and the records are
 * judged one after another as if they had come by: a record goes if an earlier
 * one that stays shares a key and is similar enough, by their texts, which are
 * read where they lie.
 *
 * Memory: some 12 bytes a line that is not alone with its key, and the sets of
 * the last few thousand records that stay.
 */

#ifndef CLUSTER_H
#define CLUSTER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"

struct cluster_opts {
	size_t shingle;	     /* words in a run */
	double jaccard;	     /* least similarity of what goes */
	size_t memory;	     /* bytes; 0 for no bound */
	const char *records; /* files, parted by commas, in record order */
};

struct cluster_counts {
	uint64_t ncompare, nfull; /* comparisons; entries left out */
	size_t held;		  /* bytes */
};

/*
 * Read the keys of the operands (none, or "-": standard input) and write a line
 * to out for each record that goes: PART TAB OFFSET TAB PART TAB OFFSET TAB
 * JACCARD, the second of them the one that stays.  CLI_FATAL for keys that are
 * none or not sorted, and for records that aren't where the keys say.
 */
void cluster_run(const struct cluster_opts *o, char *const operand[], FILE *out,
    struct cluster_counts *counts);

#endif
