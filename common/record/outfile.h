/*
 * outfile - files that appear whole or not at all
 *
 * A file is written under a temporary name beside its own (NAME.RANDOM.tmp,
 * which is nobody else's file and no link); outfile_commit() flushes, syncs and
 * renames it.  A tool that ends otherwise, by exit(3) or by a signal that can
 * be caught, leaves nothing under the final name, and takes the temporary one
 * away. A pipe or a device, and whatever lies below /dev (but for /dev/shm) and
 * /proc, is written to as it stands.
 */

#ifndef OUTFILE_H
#define OUTFILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct outfile {
	FILE *fp; /* to write to */
	char *path, *tmp;
	struct outfile *next;
};

/*
 * Once, before the first file: what has a temporary name is taken away by
 * exit(3) and by SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGXCPU, which then end
 * the tool as ever.  Those that were ignored stay so, but for SIGPIPE.  A file
 * over the limit on sizes is a failed write.  A page of a mapped file that is
 * no longer there is told, with CLI_FATAL.
 */
void outfile_guard(void);

void outfile_open(
    struct outfile *s, const char *path); /* CLI_FATAL if it can't */
void outfile_commit(struct outfile *s);	  /* CLI_FATAL if it can't */

/*
 * Put what was written on the disk, without the name yet: before the first of
 * several files that belong together is named.  CLI_FATAL if it can't.
 */
void outfile_sync(struct outfile *s);

/*
 * Sync the folder of path, so that the name itself outlives a crash of the
 * machine.
 */
void outfile_sync_name(const char *path);

/*
 * For outdir: a new temporary name beside path, for the caller to free; what
 * takes its folders away, which must be safe in a signal handler where quiet is
 * true; and signals held back (with those that were before) and let through
 * again.
 */
char *outfile_temporary(const char *path);
void outfile_folders(void (*end)(bool quiet));
sigset_t outfile_hold(void);
void outfile_release(sigset_t before);

/* A folder for outputs: made if it isn't there; CLI_FATAL if it can't. */
void outfile_folder(const char *path);

#endif
