/*
 * shard - files of records that are cut at a size, and their digests
 *
 * A shard is named SPLIT-00000.jsonl.gz (.jsonl, .jsonl.zst) and appears whole
 * or not at all.  Compressed, it is a row of gzip members (zstd frames) of
 * some 1 MB of whole records each, so that it can be entered at any of them.
 */

#ifndef SHARD_H
#define SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "digest.h"
#include "gz.h"
#include "save.h"
#include "str.h"

struct shard {
	char *name; /* without its folder */
	const char *split;
	uint64_t records, tokens;
	uint64_t bytes, packed; /* of the records; of the file */
	char xxh3[17], sha256[DIGEST_SHA256_HEX];
};

struct shard_writer {
	const char *folder, *split;
	enum gz_format format;
	size_t size;	     /* bytes of records at which a shard is cut */
	bool resume;	     /* take a shard that is there as it is */
	struct shard *shard; /* (nshard), the last one open */
	size_t nshard;
	bool open, there;
	struct buf block, packed;
	struct save save;
	struct hash_stream *xxh3;
	struct digest_stream *sha256;
};

/* ".jsonl.gz" and so on. */
const char *shard_suffix(enum gz_format format);

/*
 * A record (a line without its line feed) to the end of the last shard, or to
 * a new one where it would grow beyond size.  A failed write is CLI_FATAL.
 */
void shard_put(struct shard_writer *w, struct str line, uint64_t tokens);
void shard_finish(struct shard_writer *w);
void shard_release(struct shard_writer *w);

/*
 * Read the file of a shard again: its packed, xxh3, sha256, and, if counted,
 * its records and bytes.  False, with *why, when it can't be read to the end.
 */
bool shard_read(
    struct shard *s, const char *folder, bool counted, const char **why);

#endif
