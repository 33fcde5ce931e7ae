/*
 * cache - answers that were paid for, in a file of JSON lines
 *
 * A line is an object with a member "key", 32 hexadecimal digits; the rest is
 * the caller's.  Lines are only ever added, each by one write(2) under a lock
 * (flock(2)), so that several processes may share the file.  A torn last line,
 * as a killed process leaves it, counts for nothing and the next line begins
 * on a line of its own.  In memory is an index alone, 24 bytes a line or so.
 * Of two lines with one key the first counts.  A line whose "finish" is
 * "error", an answer that broke off, counts for nothing either.
 */

#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"

struct cache_slot {
	struct hash128 key;
	uint64_t offset; /* of the line, plus 1; 0: empty; or MARKED */
};

struct cache {
	int fd;
	char *path;
	bool writable;
	uint64_t seen;		 /* bytes of the file that are in the index */
	uint64_t nodd;		 /* lines that are no answers */
	struct cache_slot *slot; /* (nslot), a power of two */
	size_t nslot, nused;
	struct buf block;
};

/*
 * Made if it isn't there; CLI_FATAL if it can be neither made nor read.  A file
 * that can't be written to is only read.  NULL: an unnamed one in $TMPDIR.
 */
void cache_open(struct cache *c, const char *path);

/*
 * Hold the file until this process closes it or ends.  False if another process
 * holds it: *pid is that, or 0 if it can't be told.  A file system without
 * locks and a file that is only read are as good as held.
 */
bool cache_hold(struct cache *c, long *pid);

/* One that is only read; CLI_FATAL if it isn't there. */
void cache_open_read(struct cache *c, const char *path);

/* Close the file, which ends its lock, and free what is held. */
void cache_close(struct cache *c);

/*
 * The line of a key, without its line feed, put into line.  Looks at what other
 * processes added since.  False if there is none.
 */
bool cache_get(struct cache *c, struct hash128 key, struct buf *line);

/* Note a key in memory alone; whether it was noted or had a line already. */
bool cache_mark(struct cache *c, struct hash128 key);

/* Add a line, without line feed; CLI_FATAL if it can't be written. */
void cache_put(struct cache *c, struct str line);

/* A key of 32 hexadecimal digits; false if it is none. */
bool cache_key(struct str hex, struct hash128 *key);

#endif
