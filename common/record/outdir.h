/*
 * outdir - folders that appear whole or not at all
 *
 * Files are written into a folder beside the final one (NAME.PID.tmp), which
 * then takes its name; one that was there is replaced in one step.  A tool
 * that ends otherwise leaves what was there as it was.
 */

#ifndef OUTDIR_H
#define OUTDIR_H

#include "record/outfile.h"

enum { OUTDIR_NFILE = 8 };

struct outdir {
	char *path, *tmp;
	const char *file[OUTDIR_NFILE]; /* (nfile) written so far */
	int nfile;
	struct outdir *next;
};

/*
 * mark is the name of a file that every such folder holds.  If something is at
 * path that is no folder, or is one without mark that is not empty, the tool
 * ends with CLI_FATAL: it is somebody else's.
 */
void outdir_open(struct outdir *f, const char *path, const char *mark);

/* Begin a file of the folder; outfile_commit() ends it.  name is a constant. */
void outdir_file(struct outdir *f, struct outfile *s, const char *name);

/* Give the folder its name; CLI_FATAL if it can't be had. */
void outdir_commit(struct outdir *f);

#endif
