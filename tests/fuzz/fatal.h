/*
 * fatal - for targets whose readers end the tool when a file is wrong
 *
 * exit(3) returns to the target, which is linked with --wrap=exit.  What was
 * open is closed; what was allocated is lost.
 */

#ifndef FATAL_H
#define FATAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether read(context) came to its end, and did not end the tool. */
bool fatal_run(void (*read)(void *context), void *context);

/* A folder of the target's own, which goes when the process ends. */
const char *fatal_folder(void);

/* Write p[0..len) as the file of this name in it, in the place of the last. */
void fatal_write(const char *name, const void *p, size_t len);

/* The path of a file of these bytes, until the end of fatal_run(). */
const char *fatal_file(const void *p, size_t len);

#endif
