/*
 * parts - the files that records lie in, for steps that look them up there
 *
 * A part is known by its number, the line of a list of names; the records of
 * all parts are in the order of the list, and within a part in that of the
 * file.  A list may be as long as the disk has room for: names are found by
 * hash, and records are read through at most PARTS_OPEN descriptors, of which
 * the one that was used longest ago is closed for the next.
 *
 * Of each list there is a hash of its first n names, for every n: who has noted
 * n and that hash knows later whether the list is still the same, or only
 * longer, or another one.
 *
 * Memory: some 80 bytes a part besides its name.
 */

#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "spill/hashset.h"

enum { PARTS_OPEN = 256 };
#define PARTS_NONE UINT32_MAX

/*
 * Where a record lies: in which part, from 0, and at which locus of it: the
 * byte, or in zstd frames as record/frames.h has it.
 */
struct place {
	uint64_t offset;
	uint32_t part;
};

struct parts {
	const char *source; /* of the list, for messages */
	char *const *name;  /* (n), borrowed */
	uint64_t *hash;	    /* (n), of the names up to this one */
	size_t n;	    /* below PARTS_NONE */
	struct hashset number;
	uint16_t *opened; /* (n), place in open + 1, or 0 */
	struct parts_open {
		int fd;
		uint32_t part;
		uint64_t used; /* when, as counted by clock */
		bool zstd;
	} * open; /* (nopen) */
	size_t nopen;
	uint64_t clock;
	struct frames_cache *frames; /* of parts that are zstd */
	struct buf line;
};

/*
 * The parts of these names (NULL-terminated), which are borrowed, as is source,
 * what messages call the list.  CLI_FATAL if there is none, or one twice.
 */
void parts_init(struct parts *p, const char *source, char *const name[]);
void parts_release(struct parts *p);

/* The number of the part of that name, or PARTS_NONE. */
uint32_t parts_find(const struct parts *p, struct str name);

/* See that each part can be read and is no gzip file, else CLI_FATAL. */
void parts_check(const struct parts *p);

/*
 * The line at a place, without its line feed and without a byte order mark;
 * borrowed until the next call.  False if the part has no such byte.
 */
bool parts_line(struct parts *p, struct place at, struct str *line);

/* The order of records. */
static inline int
place_cmp(struct place a, struct place b)
{
	if (a.part != b.part)
		return a.part < b.part ? -1 : 1;
	return a.offset < b.offset ? -1 : a.offset > b.offset;
}

#endif
