/*
 * outfile - files that appear whole or not at all
 *
 * A file is written under a temporary name beside its own (NAME.PID.tmp);
 * outfile_commit() flushes, syncs and renames it.  A tool that ends otherwise
 * leaves nothing under the final name, and takes the temporary one away.
 * A pipe or a device, and whatever lies below /dev and /proc, is written to as
 * it stands.
 */

#ifndef OUTFILE_H
#define OUTFILE_H

#include <stddef.h>
#include <stdio.h>

struct outfile {
	FILE *fp; /* to write to */
	char *path, *tmp;
	struct outfile *next;
};

void outfile_open(
    struct outfile *s, const char *path); /* CLI_FATAL if it can't */
void outfile_commit(struct outfile *s);	  /* CLI_FATAL if it can't */

/*
 * Put what was written on the disk, without the name yet: before the first of
 * several files that belong together is named.  CLI_FATAL if it can't.
 */
void outfile_sync(struct outfile *s);

/* A folder for outputs: made if it isn't there; CLI_FATAL if it can't. */
void outfile_folder(const char *path);

#endif
