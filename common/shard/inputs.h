/*
 * inputs - of which bytes shards are made: a hash of each file
 *
 * A file is hashed while it is read for something else, as it is decompressed,
 * so that "zcat FILE | xxhsum -H3" finds the number again.  Neither names nor
 * folders count: equal inputs are equal wherever they lie.
 */

#ifndef INPUTS_H
#define INPUTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

struct inputs {
	struct input {
		const char *source; /* whose file it is; the caller's */
		const char *list;   /* what else it is ("drop"), or NULL */
		uint64_t bytes;	    /* decompressed */
		uint64_t xxh3;
	} * input; /* (n) */
	size_t n;
	size_t reading;		  /* the file whose hash is open */
	struct hash_stream *hash; /* or NULL */
};

/* n files, of which the caller sets source and list. */
void inputs_init(struct inputs *in, size_t n);

/*
 * More bytes of file number file, after all of those before it: for
 * rec_watch(), context is the struct inputs.
 */
void inputs_see(void *context, size_t file, const void *p, size_t len);

/* All files were read. */
void inputs_end(struct inputs *in);

/*
 * Add a list of text-dedup's that is at path, without the lines with #, of
 * names.  CLI_FATAL if it can't be read.
 */
void inputs_add_list(struct inputs *in, const char *source, const char *path);

/* Append an object a file, a line each with a comma between. */
void inputs_put(const struct inputs *in, struct buf *b);

/* Free what is held. */
void inputs_release(struct inputs *in);

#endif
