/* mapfile - a file mapped read-only for the whole run, shared between processes */

#ifndef MAPFILE_H
#define MAPFILE_H

#include <stdbool.h>

#include "base/str.h"

/* All bytes of path; false with errno.  An empty file is an empty slice. */
bool mapfile_open(struct str *bytes, const char *path);

/*
 * Whether there is something at path.  Where that cannot be told (no
 * permission, a disk error), the tool ends with CLI_FATAL, since "unknown" must
 * not be taken for "no".
 */
bool mapfile_exists(const char *path);

/*
 * Give back the memory of those bytes of a mapping; reading them again brings
 * them back from the file.
 */
void mapfile_forget(struct str bytes);

/* Unmap the bytes, which become an empty slice; an empty slice is allowed. */
void mapfile_close(struct str *bytes);

/*
 * The path of the file that is mapped at an address, borrowed until it is
 * closed; NULL if none is.  Safe in a signal handler.
 */
const char *mapfile_path(const void *address);

#endif
