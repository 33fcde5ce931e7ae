/*
 * gz - bytes of a file, plain or compressed
 *
 * The only door to zlib, libdeflate and libzstd.  gzip and zstd are told by
 * their magic; any number of gzip members follow one another (RFC 1952, 2.2);
 * zero bytes behind the last one are padding.  What was read before damage is
 * good.
 */

#ifndef GZ_H
#define GZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

struct gz;

/* "-" is standard input.  NULL, with errno, when it can't be opened. */
struct gz *gz_open(const char *path);

/*
 * Up to len bytes into p: 0 at the end, or when the rest is lost, of which
 * gz_error() then tells.
 */
size_t gz_read(struct gz *gz, void *p, size_t len);

/* What ended the bytes too early ("truncated gzip at byte 812"), or NULL. */
const char *gz_error(const struct gz *gz);

/* Bytes of the file read so far, as they lie in it; and its size or 0. */
uint64_t gz_offset(const struct gz *gz);
uint64_t gz_size(const struct gz *gz);

void gz_close(struct gz *gz);

/*
 * Append bytes to out as one gzip member or one zstd frame of its own, or as
 * they are.  A file made of such pieces reads as one, and can be entered at
 * any of them.  Equal bytes give equal pieces, on one build of the libraries.
 * level: of the format, or -1 for its usual one (gzip 6, zstd 3).
 */
enum gz_format { GZ_PLAIN, GZ_GZIP, GZ_ZSTD };
void gz_pack(
    struct buf *out, enum gz_format format, int level, struct str bytes);

#endif
