/*
 * caches - the files that a run takes answers from
 *
 * The last of them gets the new answers; those before it are only read.
 */

#ifndef CACHES_H
#define CACHES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "llm/cache.h"

struct caches {
	bool open; /* whether there are any */
	struct cache last;
	struct cache *old; /* (nold) */
	size_t nold;
};

/*
 * Open path[0..npath); without one, a file of TMPDIR that has no name.  hold:
 * if another process holds the last one the tool ends with CLI_RETRY, and says
 * which. A file that can't be opened is CLI_FATAL.  A zeroed struct has no
 * caches.
 */
void caches_open(struct caches *c, char *const *path, size_t npath, bool hold);
void caches_close(struct caches *c);

/* The line of an answer that one of them has. */
bool caches_find(struct caches *c, struct hash128 key, struct buf *line);

/* Keep an answer, if there is a file for it. */
void caches_put(struct caches *c, struct str line);

#endif
