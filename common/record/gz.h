/*
 * gz - bytes of a file, plain or compressed
 *
 * With gz-members and gz-whole the only door to zlib, libdeflate and libzstd.
 * gzip and zstd are told by their magic; any number of gzip members follow one
 * another (RFC 1952, 2.2); zero bytes after the last one are padding.  What was
 * read before damage is good.  Parquet is told by its magic too, and is refused
 * with the command that makes records of it.
 *
 * Skippable frames of zstd (RFC 8878, 3.1.2) may stand before, between and
 * after the others.  One with the magic 0x184D2A5D holds the dictionary of the
 * frames that follow it, perhaps compressed itself: the WARC-zstd
 * specification.
 */

#ifndef GZ_H
#define GZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gz;

/* "-" is standard input.  NULL, with errno, when it can't be opened. */
struct gz *gz_open(const char *path);

/*
 * Up to len bytes into p: 0 at the end, or when the rest is lost, of which
 * gz_why() then tells.
 */
size_t gz_read(struct gz *gz, void *p, size_t len);

/* What ended the bytes too early ("truncated gzip at byte 812"), or NULL. */
const char *gz_why(const struct gz *gz);

/* Bytes of the file read so far, as they lie in it; and its size or 0. */
uint64_t gz_offset(const struct gz *gz);
uint64_t gz_size(const struct gz *gz);

/*
 * Where the zstd frame begins that the bytes of the last gz_read() come from,
 * all of them; false if the file is not zstd.
 */
bool gz_frame(const struct gz *gz, uint64_t *offset);

/* Whether the file is not compressed. */
bool gz_plain(struct gz *gz);

/* Free what is held. */
void gz_close(struct gz *gz);

#endif
