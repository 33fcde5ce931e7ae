/*
 * shard - files of records that are cut at a size, and their digests
 *
 * A shard is named SPLIT-00000.jsonl.gz (.jsonl, .jsonl.zst) and appears whole
 * or not at all.  Compressed, it is a row of gzip members (zstd frames) of
 * some 1 MB of whole records each, so that it can be entered at any of them.
 * A shard for Megatron-LM (megatron.h) is two files, SPLIT-00000.bin and .idx;
 * the second is named last; one for MosaicML's streaming (mds.h) is
 * SPLIT/shard.00000.mds.  Where each record came from may be told beside it,
 * a line each, in SPLIT-00000.map.gz (SPLIT/shard.00000.map.gz), which is gzip in
 * such members.
 */

#ifndef SHARD_H
#define SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/str.h"
#include "record/outfile.h"
#include "record/spool.h"
#include "shard/mds.h"

enum shard_format {
	SHARD_JSONL,
	SHARD_GZIP,
	SHARD_ZSTD,
	SHARD_MEGATRON,
	SHARD_MDS
};

struct shard_file {
	char *name;	 /* without its folder */
	uint64_t packed; /* bytes of the file */
	char xxh3[17], sha256[DIGEST_SHA256_HEX];
};

struct shard {
	struct shard_file file, index, map; /* no name: there is none */
	const char *split;
	uint64_t records, tokens;
	uint64_t bytes; /* of the records */
};

/* A file that is being written. */
struct shard_out {
	struct outfile save;
	struct hash_stream *xxh3;
	struct digest_stream *sha256;
};

struct shard_writer {
	const char *folder, *split;
	enum shard_format format;
	size_t width;	       /* bytes of an id, SHARD_MEGATRON */
	const struct mds *mds; /* columns, SHARD_MDS; the caller's */
	size_t size;	       /* bytes of records at which a shard is cut */
	bool map;	       /* tell where records came from */
	bool resume;	       /* take a shard that is there as it is */
	size_t first;	       /* number of the first shard */
	const char *ending;    /* put after the names of files; or NULL */
	struct shard *shard;   /* (nshard), the last one open */
	size_t nshard;
	bool open, there;
	struct buf block, packed;
	struct buf lens; /* uint32_t, of each record: ids, SHARD_MEGATRON */
			 /* or bytes, SHARD_MDS */
	struct spool samples; /* SHARD_MDS, until their number is known */
	struct buf sample;
	struct arena mem;
	struct buf notes; /* of the map, not yet written */
	struct shard_out file, index, map_out;
};

/* ".jsonl.gz" and so on. */
const char *shard_suffix(enum shard_format format);

/*
 * A record (a line without its line feed, or ids in their bytes) to the end of
 * the last shard, or to a new one where it would grow beyond size.  For SHARD_MDS
 * it is a line with the members that its columns need, and counts as a sample.  A
 * failed write is CLI_FATAL.
 */
void shard_put(struct shard_writer *w, struct str record, uint64_t tokens);

/*
 * What the map tells of the record that was put last: JSON objects with commas
 * between them, one for each piece of a text.
 */
void shard_note(struct shard_writer *w, struct str pieces);

/* Close the shard that is open, if one is, and give it its name. */
void shard_finish(struct shard_writer *w);
void shard_release(struct shard_writer *w);

/*
 * Read the files of a shard again: their packed, xxh3, sha256, and, if counted,
 * its records and bytes.  False, with *why, when one can't be read to the end.
 */
bool shard_read(
    struct shard *s, const char *folder, bool counted, const char **why);

#endif
