/*
 * mds - shards as MosaicML's streaming library reads them
 *
 * SPLIT/shard.00000.mds is the number of its samples and where each begins
 * (uint32, bytes of the file, one more than there are samples), then JSON that
 * says what columns there are, then the samples: of each column that has no fixed
 * size its length (uint32), then the bytes of all columns, by name.  SPLIT/index.json
 * has the same JSON for each shard, with its size.  All little-endian.
 *
 * A sample is made of a line of JSON, and such a line is made of it again.  A
 * member that is always a string is a column "str", any other one "json", since
 * only that can be null.  A sequence, {"input_ids":[...],"seq_lengths":[...]}, is
 * its ids, filled up to length of them ("ndarray:int32:LENGTH"), as tokens, and
 * seq_lengths ("ndarray:int32").
 * MosaicML, Streaming, streaming/base/format/mds.
 *
 *	mds_init(&m, 0, 0, size);
 *	mds_add(&m, "text", true);
 *	mds_add(&m, "url", false);
 *	mds_put(&m, &mem, line, &sample);
 *	...
 *	mds_release(&m);
 */

#ifndef MDS_H
#define MDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

struct mds {
	uint32_t length; /* ids of a sequence; 0: samples have columns: */
	struct mds_column {
		char *name;
		bool string; /* always; else JSON */
	} * column;	     /* (ncolumn), by name */
	size_t ncolumn;
	uint32_t pad;  /* the id that fills up */
	uint64_t size; /* at which a shard is cut; bytes, told to readers */
};

/* Sequences of a length, up to 2^24, or, if that is 0, columns to be added. */
void mds_init(struct mds *m, uint32_t length, uint32_t pad, uint64_t size);

/* Another column of a name; string: the member is a string in every line. */
void mds_add(struct mds *m, const char *name, bool string);

/*
 * Append the sample of a line of JSON; mem is emptied and used.  False if the line
 * is no sequence, or a column isn't of its type.  A member that is missing is null.
 */
bool mds_put(const struct mds *m, struct arena *mem, struct str line,
    struct buf *sample);

/* Append the line of a sample, by the names of columns; false if it is none. */
bool mds_line(const struct mds *m, struct str sample, struct buf *line);

/*
 * Append what comes before samples of len[0..n) bytes.  False if the file would
 * be longer than the format can say, 4 GiB.
 */
bool mds_head(
    const struct mds *m, const uint32_t *len, size_t n, struct buf *out);

/*
 * Where the samples of a shard lie: at gets their bounds, uint64_t, in bytes, one
 * more than there are samples.  False if it is no whole shard.
 */
bool mds_bounds(struct str file, struct buf *at);

/* The columns of a shard of mds_bounds(), pad being 0; false if it has others. */
bool mds_open(struct mds *m, struct str file);

/*
 * Append what index.json says of a shard: its name in that folder, bytes and
 * samples.
 */
void mds_tell(const struct mds *m, const char *name, uint64_t bytes,
    uint64_t samples, struct buf *out);

void mds_release(struct mds *m);

#endif
