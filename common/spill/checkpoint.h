/*
 * checkpoint - what a run knows, in a file for the next run
 *
 * The same calls in the same order write it and read it back: each part of a
 * program that has something to keep has one function for both.  The file
 * begins with a name and version and ends with a hash of all before; it appears
 * whole or not at all, and one that isn't what was written is CLI_FATAL.
 * Numbers are in the byte order of the machine.
 */

#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "record/outfile.h"

struct checkpoint {
	bool saving;
	const char *path;
	FILE *fp;
	struct outfile save;
	struct hash_stream *hash;
	uint64_t left; /* reading: bytes that the file still has */
};

/* Read path; false if there is no such file.  magic: eight bytes. */
bool checkpoint_load(struct checkpoint *s, const char *path, const char *magic);

/* Write path, which takes its name with checkpoint_end(). */
void checkpoint_save(struct checkpoint *s, const char *path, const char *magic);

/* Whether loading or saving: p[0..len) to the file or from it. */
void checkpoint_bytes(struct checkpoint *s, void *p, size_t len);

/* A count of items of so many bytes that are to follow. */
void checkpoint_count(struct checkpoint *s, size_t *n, size_t size);

/* Loading: CLI_FATAL if value isn't what was saved; what: in the message. */
void checkpoint_same(struct checkpoint *s, uint64_t value, const char *what);

/*
 * Loading: what was read can't have been saved, whatever its hash.  It ends the
 * tool with CLI_FATAL.
 */
_Noreturn void checkpoint_corrupt(const struct checkpoint *s);

/*
 * End loading, by comparing the hash, or saving, by giving the file its name;
 * CLI_FATAL if either fails.
 */
void checkpoint_end(struct checkpoint *s);

#endif
