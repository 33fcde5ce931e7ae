/*
 * sequences - texts into shards of token ids
 *
 * A text becomes ids (pieces.h).  With a length, its pieces are packed into
 * sequences of that many ids (packer.h), a packer for each split; else a text
 * is a sequence.  Formats of lines get them as {"input_ids":[...],
 * "seq_lengths":[...]}, the second member saying how many ids each piece has,
 * and are not filled up; others get length ids in their bytes.
 *
 *	sequences_init(&s, &pieces, writer, nsplit, pad, seed);
 *	while (...)
 *		sequences_put(&s, split, text, &origin, &piece);
 *	sequences_finish(&s);
 *
 * Where a record comes from, its origin, stands before its bytes while it waits
 * in a pile.  In a map it is told as {"source":"mined","part":0,"offset":1234,
 * "id":"a#1","chars":[0,531]}: the number of the file among those of its
 * source, the byte of the decompressed file at which the line begins, and the
 * characters of the text; "tokens" where there are ids; and as "record" those
 * members of it that lead back to an archive, so that the way back needs no
 * source.
 */

#ifndef SEQUENCES_H
#define SEQUENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "record/rec.h"
#include "shard/packer.h"
#include "shard/pieces.h"
#include "shard/shard.h"

struct origin {
	uint64_t offset;
	uint64_t part;
};

/* The record's bytes with its origin before them, borrowed from b. */
struct str origin_put(
    const struct origin *origin, struct str bytes, struct buf *b);

/* Take the origin off. */
struct origin origin_take(struct str *bytes);

/* A piece of a text: characters from..to; ntoken: of its ids, 0: it has none. */
struct origin_piece {
	const char *source;
	struct str id;	       /* no p: none */
	const struct rec *rec; /* the record, or NULL */
	size_t from, to, ntoken;
};

/* Append it as JSON. */
void origin_tell(const struct origin *origin, const struct origin_piece *piece,
    struct buf *out);

struct sequences {
	struct pieces *pieces; /* the caller's, with a length or without */
	struct shard_writer *writer; /* (nsplit), the caller's */
	struct packer *packer;	     /* (nsplit), or NULL */
	size_t nsplit;
	uint64_t ntext, ncut; /* of those packed: all, in more than a piece */
	struct buf line, note;
};

/* Everything given must live until sequences_finish(). */
void sequences_init(struct sequences *s, struct pieces *pieces,
    struct shard_writer *writer, size_t nsplit, uint32_t pad, uint64_t seed);

/*
 * A text to the shards of a split; of piece, source and id are read.  A text
 * without tokens is a sequence without ids, or, packed, none.
 */
void sequences_put(struct sequences *s, size_t split, struct str text,
    const struct origin *origin, const struct origin_piece *piece);

/* Write what is not yet full; the counts stay to be read. */
void sequences_finish(struct sequences *s);

/* How many sequences were packed, and how many ids they have of texts. */
void sequences_packed(
    const struct sequences *s, uint64_t *nsequence, uint64_t *nid);

/* Free what is held; pieces and writer are the caller's. */
void sequences_release(struct sequences *s);

#endif
