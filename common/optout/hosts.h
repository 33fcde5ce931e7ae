/*
 * hosts - a block list: domains and URL prefixes, millions of them
 *
 * An entry is a line: a domain, which stands for its subdomains too
 * ("b.example"), or a URL or the beginning of one, its scheme and a leading
 * "www." left out or not ("b.example/dir/").  A prefix ends where a part of a
 * URL does: before or after a slash, before ? or &, or at its end.  Empty
 * lines and those with # in front are passed over.  Entries are kept as 64-bit
 * hashes, 8 to 16 bytes each: of n entries one URL in 2^64 / n is dropped by
 * mistake.
 */

#ifndef HOSTS_H
#define HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct hosts {
	uint64_t *slot; /* (nslot), a power of two; 0 is free */
	size_t nslot, n;
};

/*
 * Add the lines of a file, which may be compressed; false, with errno, when it
 * can't be opened or read to its end.
 */
bool hosts_load(struct hosts *h, const char *path);

/* Add one entry, which is a line as above without its line feed. */
void hosts_add(struct hosts *h, struct str entry);
bool hosts_has(const struct hosts *h, struct str url);
void hosts_release(struct hosts *h);

#endif
