/* map - a file mapped read-only for the whole run, shared between processes */

#ifndef MAP_H
#define MAP_H

#include <stdbool.h>

#include "str.h"

/* All bytes of path; false with errno.  An empty file is an empty slice. */
bool map_open(struct str *bytes, const char *path);
void map_close(struct str *bytes);

#endif
