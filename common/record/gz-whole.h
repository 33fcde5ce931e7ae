/*
 * gz-whole - bytes in memory, unpacked and packed
 */

#ifndef GZ_WHOLE_H
#define GZ_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * gz_unpack() takes bytes that are gzip (any number of members), zlib or raw
 * deflate, which is told by looking; gz_unzstd() takes zstd.  What was unpacked
 * before damage or before max is in out, which is emptied first.
 */
enum gz_status {
	GZ_WHOLE, /* to the end */
	GZ_PART,  /* damaged or cut short */
	/* not a byte came out: the bytes are in none of these formats */
	GZ_NONE,
	GZ_LONG /* more than max */
};
enum gz_status gz_unpack(struct str in, size_t max, struct buf *out);
enum gz_status gz_unzstd(struct str in, size_t max, struct buf *out);

/*
 * Unpack the zstd frame that begins at an offset of a file into out, which is
 * emptied first.  False if there is no whole and sound frame, or the file can't
 * be read (errno).
 */
bool gz_unframe(int fd, uint64_t offset, struct buf *out);

/*
 * Append bytes to out as one gzip member or one zstd frame of its own.  A file
 * made of such pieces reads as one, and can be entered at any of them.  Equal
 * bytes give equal pieces, on one build of the libraries.  level: of the
 * format, or -1 for its usual one (gzip 6, zstd 3).
 */
enum gz_format { GZ_GZIP, GZ_ZSTD };
void gz_pack(
    struct buf *out, enum gz_format format, int level, struct str bytes);

#endif
