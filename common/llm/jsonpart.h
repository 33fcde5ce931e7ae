/* jsonpart - parts of a server's JSON, where null is as good as not there */

#ifndef JSONPART_H
#define JSONPART_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/* A member of an object; false if that is none, or the member is null. */
bool jsonpart(
    struct str object, struct arena *mem, const char *name, struct str *raw);

/* The same of a string; else *text stays as it is. */
bool jsonpart_str(
    struct str object, struct arena *mem, const char *name, struct str *text);

/* The first item of an array; false if it is none, or empty. */
bool jsonpart_first(struct str array, struct arena *mem, struct str *item);

#endif
