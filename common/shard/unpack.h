/*
 * unpack - a finished shard, read record by record, with what its map says
 *
 * A record is a line, a document of token ids, or a sequence of either format
 * into which pieces of texts were packed (sequences.h, origin.h).  What can't
 * be read, and what differs from the manifest, ends the tool with CLI_FATAL.
 *
 *	unpack_open(&in, folder, &shard, format);
 *	while (unpack_next(&in))
 *		...
 *	unpack_close(&in);
 */

#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "shard/shard.h"

struct unpack {
	uint64_t number;  /* of the record, from 0 */
	struct str bytes; /* of the record: a line without line feed, as which
			     a sample is told, too; or ids */
	/* What the map says of it, where there is one. */
	struct str *piece; /* (npiece), JSON */
	uint64_t *ntoken;  /* (npiece) */
	bool *first;	   /* (npiece), whether a text begins with it */
	size_t npiece;
	size_t width;	/* bytes of an id, SHARD_MEGATRON */
	struct mds mds; /* columns, SHARD_MDS */
	bool mapped;

	/* Inside. */
	char *path;
	uint64_t next, nrecord;
	struct unpack_lines {
		struct gz *gz; /* or NULL */
		struct buf buf;
		size_t pos;
	} lines, map;
	struct str bin, index;
	struct buf at; /* uint64_t: bounds of documents or samples, bytes */
	struct buf line;
	size_t cap;
	struct arena mem;
};

/* A shard with the names and the number of records that a manifest has. */
void unpack_open(struct unpack *in, const char *folder,
    const struct shard *shard, enum shard_format format);

/*
 * The next record, borrowed until the next call; false after the last one,
 * where nothing may follow.
 */
bool unpack_next(struct unpack *in);

/*
 * Append the record, a sequence, without its pieces i of which out[i] is true.
 * Ids in their bytes stay as many, for pad fills up what is free at the end.
 */
void unpack_cut(
    struct unpack *in, const bool *out, uint32_t pad, struct buf *bytes);

/* Append what the map has for the pieces that stay, with commas. */
void unpack_notes(const struct unpack *in, const bool *out, struct buf *notes);

/* Ids of the pieces that stay; without a map, of all. */
uint64_t unpack_tokens(const struct unpack *in, const bool *out);

/* Free what is held. */
void unpack_close(struct unpack *in);

#endif
