/*
 * keys - a line for each band key of a record, in one file or by ranges
 *
 * The first of the steps of near duplicates (dedup/steps).  A range is that of
 * the leading bits of a key, so that all lines of one key are in one file.
 */

#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dedup/parts.h"
#include "record/outfile.h"

struct keys {
	const struct parts *parts; /* NULL: parts are named, not numbered */
	size_t nrange;		   /* 0: all keys go to standard output */
	unsigned shift;		   /* of a key, to its range */
	struct outfile *range;	   /* (nrange) */
	struct buf line, end;
};

/*
 * Write to standard output (nrange 0), or to nrange files (a power of two, at
 * most STEPS_RANGES), PREFIX.0, PREFIX.1 and so on, with leading zeros where
 * there are more than ten; they appear, each whole, with keys_commit().
 * options tells what keys are made with; whoever reads them must give the same.
 */
void keys_open(struct keys *k, const struct parts *parts, const char *options,
    const char *prefix, size_t nrange);

/*
 * key[0..n) of the record at that byte of the part of that name.  CLI_FATAL if
 * the list of parts has no such name.
 */
void keys_put(struct keys *k, const uint64_t *key, size_t n, const char *part,
    uint64_t offset);

/* Close and name the files of ranges; CLI_FATAL if it can't. */
void keys_commit(struct keys *k);
void keys_release(struct keys *k);

#endif
