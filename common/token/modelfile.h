/* modelfile - JSON files of a model folder */

#ifndef MODELFILE_H
#define MODELFILE_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/* "folder/name"; CLI_FATAL where that is too long. */
void modelfile_path(char path[4096], const char *folder, const char *name);

/*
 * What stands in a file in place of a model's: a pointer of Git LFS, an HTML
 * page, nothing at all, ...  NULL if it is none of what failed downloads leave.
 */
const char *modelfile_cause(struct str bytes);

/*
 * The JSON value in a file of the folder, and the mapping that it lies in, for
 * mapfile_close().  False if there is no such file; one that can't be read, or
 * is no JSON, is CLI_FATAL.
 */
bool modelfile_object(
    const char *folder, const char *name, struct str *bytes, struct str *raw);

/* Whether a member is there and is a string; *value is borrowed from mem. */
bool modelfile_str(
    struct str object, struct arena *mem, const char *name, struct str *value);

/* A member that is true or false; else *value stays as it is. */
bool modelfile_bool(
    struct str object, struct arena *mem, const char *name, bool *value);

#endif
