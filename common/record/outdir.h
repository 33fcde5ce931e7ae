/*
 * outdir - folders that appear whole or not at all
 *
 * Files are written into a folder beside the final one (NAME.RANDOM.tmp), which
 * then takes its name; one that was there is replaced in one step.  A tool
 * that ends otherwise leaves what was there as it was.
 */

#ifndef OUTDIR_H
#define OUTDIR_H

#include <dirent.h>

#include "record/outfile.h"

struct outdir {
	char *path, *tmp;
	char **name; /* (nname) what was made in it so far, files and folders */
	size_t nname, cap;
	struct outdir *next;
};

/*
 * mark is the name of a file that every such folder holds.  If something is at
 * path that is no folder, or is one without mark that is not empty, the tool
 * ends with CLI_FATAL: it is somebody else's.
 */
void outdir_open(struct outdir *f, const char *path, const char *mark);

/* Begin a file of the folder; outfile_commit() ends it. */
void outdir_file(struct outdir *f, struct outfile *s, const char *name);

/*
 * Copy what is in the folder from, and in folders of it, but for names that
 * begin with a dot.  CLI_FATAL if that can't be, or if from is the folder that
 * is to be written itself.
 */
void outdir_copy(struct outdir *f, const char *from);

/*
 * The next entry of a folder, as readdir(3); NULL at its end.  path: for the
 * message when it can't be read, which is CLI_FATAL.
 */
struct dirent *outdir_next(DIR *dir, const char *path);

/* Give the folder its name; CLI_FATAL if it can't be had. */
void outdir_commit(struct outdir *f);

#endif
