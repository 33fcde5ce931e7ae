/*
 * meet - records that share a key, in the order of the records
 *
 * The middle step of near duplicates (dedup/steps).  The lines of --keys are
 * sorted by key, and within a key by record; a key that one record has is
 * forgotten.  Each other line becomes a meeting: of the record with the next
 * record that has the key, or with none if it is the last.  The meetings are
 * sorted by record, as dedup/judge wants them.
 *
 * Which of two records goes is not decided here, so that each range of the
 * keys can be done by a process of its own.
 *
 * Memory: as much as is granted; what has no room is sorted in $TMPDIR, 24
 * bytes a line and 32 a meeting.
 */

#ifndef MEET_H
#define MEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dedup/parts.h"
#include "dedup/steps.h"
#include "spill/extsort.h"

struct meeting {
	uint64_t key;
	uint64_t offset, next_offset; /* of the record and of the next one */
	uint32_t part, next_part;     /* PARTS_NONE: there is no next one */
};

/* From keys to meetings, in memory and in $TMPDIR. */
struct meet {
	struct steps_head head;	 /* of all keys read */
	struct extsort lines;	 /* of keys */
	struct extsort meetings; /* in the order of records and keys */
};

/* Read the keys of these files (NULL-terminated), "-" being standard input. */
void meet_init(struct meet *m, const struct parts *parts, const char *options,
    char *const file[], size_t memory);

/* The next meeting; false after the last.  source: the struct meet. */
bool meet_next(void *source, struct meeting *x);

/* Free what is held. */
void meet_release(struct meet *m);

/*
 * From keys in files to lines of meetings.  CLI_FATAL if the keys are of more
 * than one range, but not of all.
 */
void meet_files(const struct parts *parts, const char *options,
    char *const file[], size_t memory, FILE *out);

/* Files of meetings, each in order, as one in order. */
struct meet_merge {
	struct steps_head head; /* of all files */
	struct meet_file {
		struct steps_file file;
		struct meeting next;
	} * file; /* (nfile) */
	size_t nfile;
	size_t *heap; /* (nheap) files, the one with the least next first */
	size_t nheap;
};

/* Begin to read these files (NULL-terminated). */
void meet_merge_init(struct meet_merge *m, const struct parts *parts,
    const char *options, char *const file[]);

/* The next meeting; false after the last.  source: the struct meet_merge. */
bool meet_merge_next(void *source, struct meeting *x);
void meet_merge_release(struct meet_merge *m);

#endif
