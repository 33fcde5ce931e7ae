/* modelfile - JSON files of a model folder */

#ifndef MODELFILE_H
#define MODELFILE_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/* "folder/name"; CLI_FATAL where that is too long. */
void modelfile_path(char path[4096], const char *folder, const char *name);

/*
 * The JSON value in a file of the folder, and the mapping that it lies in, for
 * mapfile_close().  False if there is no such file; one that can't be read, or is
 * no JSON, is CLI_FATAL.
 */
bool modelfile_object(
    const char *folder, const char *name, struct str *bytes, struct str *raw);

/* A member that is true or false; else *value stays as it is. */
bool modelfile_bool(
    struct str object, struct arena *mem, const char *name, bool *value);

#endif
