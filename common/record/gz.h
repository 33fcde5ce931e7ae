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

#include "base/buf.h"
#include "base/str.h"

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

/* Whether the file is not compressed. */
bool gz_plain(struct gz *gz);

void gz_close(struct gz *gz);

/*
 * The same file member by member, for archives whose records are members of
 * their own.  A plain file is one member.  These functions lend slices of a
 * window over the decompressed bytes, which the next call may move; they don't
 * mix with gz_read().
 *
 * A member that lies whole in the input buffer and is no longer than 16 MiB is
 * inflated at once, by libdeflate; any other piece by piece, by zlib.
 */

/*
 * At least want bytes from the position on, without taking them; fewer at the
 * end of the member at hand, beyond which it doesn't look.
 */
struct str gz_peek(struct gz *gz, size_t want);

/* Take n bytes of the member at hand, lent or not; how many there were. */
uint64_t gz_take(struct gz *gz, uint64_t n);

/*
 * When all of the member at hand has been lent: the first bytes (at least want,
 * if it has so many) of the one that follows.  Empty at the end or at damage.
 */
struct str gz_ahead(struct gz *gz, size_t want);

/* Whether another member follows.  Its bytes join those that are lent. */
bool gz_join(struct gz *gz);

/*
 * Where the next byte lies: the offset in the file of the member that holds it,
 * *within bytes of that member before it.  In a plain file, the byte itself.
 */
uint64_t gz_where(const struct gz *gz, uint64_t *within);

/*
 * The offset in the file of the byte n behind the position, where that is
 * known: in a plain file, or if a member ends before it.
 */
bool gz_offset_of(const struct gz *gz, size_t n, uint64_t *offset);

/*
 * After gz_why(): look for the next place at which a member may begin, and
 * forget the error.  False when there is none, or no member to look for.
 */
bool gz_resync(struct gz *gz);

/* Go on at an offset of the file; false if it has no such byte. */
bool gz_seek(struct gz *gz, uint64_t offset);

/*
 * Bytes that are gzip (any number of members), zlib or raw deflate, which is
 * told by looking.  What was unpacked before damage or before max is in out,
 * which is emptied first.
 */
enum gz_status {
	GZ_WHOLE, /* to the end */
	GZ_PART,  /* damaged or cut short */
	GZ_NONE,  /* not a byte: none of the three */
	GZ_LONG	  /* more than max */
};
enum gz_status gz_unpack(struct str in, size_t max, struct buf *out);
enum gz_status gz_unzstd(struct str in, size_t max, struct buf *out);

/*
 * Append bytes to out as one gzip member or one zstd frame of its own.  A file
 * made of such pieces reads as one, and can be entered at any of them.  Equal
 * bytes give equal pieces, on one build of the libraries. level: of the format,
 * or -1 for its usual one (gzip 6, zstd 3).
 */
enum gz_format { GZ_GZIP, GZ_ZSTD };
void gz_pack(
    struct buf *out, enum gz_format format, int level, struct str bytes);

#endif
