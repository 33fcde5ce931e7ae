/*
 * folder - folders that appear whole or not at all
 *
 * Files are written into a folder beside the final one (NAME.PID.tmp), which
 * then takes its name; one that was there is replaced in one step.  A tool
 * that ends otherwise leaves what was there as it was.
 */

#ifndef FOLDER_H
#define FOLDER_H

#include "record/save.h"

enum { FOLDER_NFILE = 8 };

struct folder {
	char *path, *tmp;
	const char *file[FOLDER_NFILE]; /* (nfile) written so far */
	int nfile;
	struct folder *next;
};

/*
 * mark is the name of a file that every such folder holds.  If something is at
 * path that is no folder, or is one without mark that is not empty, the tool
 * ends with CLI_FATAL: it is somebody else's.
 */
void folder_open(struct folder *f, const char *path, const char *mark);

/* Begin a file of the folder; save_commit() ends it.  name is a constant. */
void folder_file(struct folder *f, struct save *s, const char *name);

/* Give the folder its name; CLI_FATAL if it can't be had. */
void folder_commit(struct folder *f);

#endif
