/*
 * state - what a run knows, in a file for the next run
 *
 * The same calls in the same order write it and read it back: each part of a
 * program that has something to keep has one function for both.  The file
 * begins with a name and version and ends with a hash of all before; it appears
 * whole or not at all, and one that isn't what was written is CLI_FATAL.
 * Numbers are in the byte order of the machine.
 */

#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "record/outfile.h"

struct state {
	bool saving;
	const char *path;
	FILE *fp;
	struct outfile save;
	struct hash_stream *hash;
	uint64_t left; /* reading: bytes that the file still has */
};

/* Read path; false if there is no such file.  magic: eight bytes. */
bool state_load(struct state *s, const char *path, const char *magic);

/* Write path, which takes its name with state_end(). */
void state_save(struct state *s, const char *path, const char *magic);

/* Whether loading or saving: p[0..len) to the file or from it. */
void state_bytes(struct state *s, void *p, size_t len);

/* A count of items of so many bytes that are to follow. */
void state_count(struct state *s, size_t *n, size_t size);

/* Loading: CLI_FATAL if value isn't what was saved; what: in the message. */
void state_same(struct state *s, uint64_t value, const char *what);

void state_end(struct state *s);

#endif
