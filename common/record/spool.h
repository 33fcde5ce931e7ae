/*
 * spool - an unnamed file in $TMPDIR, for what memory has no room for
 *
 *	spool_open(&s);
 *	while (...)
 *		spool_write(&s, p, len);
 *	spool_rewind(&s);
 *	while (spool_read(&s, p, len))
 *		...
 *	spool_close(&s);
 *
 * Writing appends.  What was written is read in one of three ways: from the
 * first byte on after spool_rewind(), after which nothing may be written any
 * more; anywhere with spool_read_at(), which may alternate with writing; or as
 * memory with spool_map().
 *
 * The file has no name, so that nothing is left however the tool ends.  Every
 * error is CLI_FATAL, with a message that names the folder: that it cannot be
 * written to, that its disk is full, or that the file is shorter than what was
 * written to it.
 */

#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

struct spool {
	FILE *fp;     /* NULL: not open */
	uint64_t len; /* bytes that spool_write() was given */
	uint64_t pos; /* bytes read since spool_rewind() */
	bool pending; /* some of them are still in the buffer of fp */
	void *map;    /* (map_len), or NULL */
	size_t map_len;
	char *line; /* (cap), for spool_line() */
	size_t cap;
};

/* Make the file in TMPDIR; if that fails the tool ends. */
void spool_open(struct spool *s);

/* Whether it is open; a spool of zeros is not. */
bool spool_is_open(const struct spool *s);

/* Append p[0..len); a full disk ends the tool. */
void spool_write(struct spool *s, const void *p, size_t len);

/* Write at a place of one's own; not together with spool_write(). */
void spool_write_at(struct spool *s, const void *p, size_t len, uint64_t at);

/* Read the first byte next. */
void spool_rewind(struct spool *s);

/* The next len bytes, all of them; false where the last were read before. */
bool spool_read(struct spool *s, void *p, size_t len);

/*
 * The next line without its line feed, borrowed until the next call; false
 * after the last.
 */
bool spool_line(struct spool *s, struct str *line);

/* len bytes from byte at on, all of which must have been written. */
void spool_read_at(struct spool *s, void *p, size_t len, uint64_t at);

/*
 * All that was written, as memory that may be changed and lives until
 * spool_close(); NULL if nothing was.  Nothing may be written any more.
 */
void *spool_map(struct spool *s);

/* The descriptor, with all that was written in the file. */
int spool_fd(struct spool *s);

/*
 * Remove the file and free what the spool holds.  Nothing happens to a spool
 * that is not open.
 */
void spool_close(struct spool *s);

#endif
