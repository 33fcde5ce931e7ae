/*
 * gz-members - a file member by member
 *
 * For archives whose records are gzip members, or zstd frames, of their own.  A
 * plain file is one member.  These functions give slices of a window over the
 * decompressed bytes, which the next call may move; they don't mix with
 * gz_read().
 *
 * A member that lies whole in the input buffer and is no longer than 16 MiB is
 * inflated at once, by libdeflate; any other piece by piece, by zlib.
 */

#ifndef GZ_MEMBERS_H
#define GZ_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/gz.h"

/*
 * At least want bytes from the position on, without taking them; fewer at the
 * end of the member at hand, beyond which it doesn't look.
 */
struct str gz_peek(struct gz *gz, size_t want);

/*
 * The first byte, of those that gz_peek() gave and from byte n on, with which
 * a member begins: *n becomes its place, counted from the position.  False if
 * there is none.
 */
bool gz_edge(const struct gz *gz, size_t *n);

/*
 * What is known to be wrong with a member that holds some of the n bytes from
 * the position on, as gz_why() puts it; or NULL.
 */
const char *gz_damage(const struct gz *gz, size_t n);

/* Take n bytes of the member at hand, borrowed or not; how many there were. */
uint64_t gz_take(struct gz *gz, uint64_t n);

/*
 * When all of the member at hand has been borrowed: the first bytes (at least
 * want, if it has so many) of the one that follows.  Empty at the end or at
 * damage.
 */
struct str gz_ahead(struct gz *gz, size_t want);

/* Whether another member follows.  Its bytes join those that are borrowed. */
bool gz_join(struct gz *gz);

/*
 * Where the next byte lies: the offset in the file of the member that holds it,
 * *within bytes of that member before it.  In a plain file, the byte itself.
 */
uint64_t gz_where(const struct gz *gz, uint64_t *within);

/*
 * The offset in the file of the byte n after the position, where that is
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

#endif
