/*
 * progress - the status line of --progress, which the tools of a pipe share
 *
 * The tools that show progress on one terminal divide its line among them, in
 * the order of their process ids, which is that of the pipe: each writes to its
 * own columns, in one write(2).  They know of each other by record locks
 * (fcntl(2)) on bytes of the terminal's file: a tool holds the first byte that
 * is free, and the kernel gives it back however the tool ends.  Where a
 * terminal takes no locks, or more tools share it than its line has room for, a
 * tool has the line to itself, or shows nothing until it ends.
 *
 * A tool that ends leaves its last state on a line of its own.
 */

#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	uint64_t nin, nout, nbyte; /* records in and out, bytes in */
	double share;		   /* done, 0 to 1; 0: not known */
	double seconds;		   /* since the start */
	const char *note;	   /* what the tool tells besides, or "" */
};

/* Whether standard error is a terminal; then there is a line to show. */
bool progress_begin(void);

/* Show p in the columns of this tool.  Nothing can fail. */
void progress_show(const struct progress *p);

/* Show p on a line of its own, and leave the shared line to the others. */
void progress_end(const struct progress *p);

#endif
