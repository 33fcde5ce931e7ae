/*
 * filelist - the files that the value of an option names
 *
 * The value is a list with commas; in it, @FILE stands for the files that FILE
 * names, one a line, so that no command line has to hold a hundred thousand
 * names.  A file whose own name begins with @ is written ./@name.
 */

#ifndef FILELIST_H
#define FILELIST_H

#include <stddef.h>

#include "base/str.h"

/* All zero is an empty list; the caller releases it. */
struct filelist {
	char **item; /* (n), then NULL; the list's own */
	size_t n, cap;
};

/*
 * Append what the list names.  A list without a file is a usage error that
 * names the option; a FILE of names that is missing or cannot be read ends the
 * tool with CLI_NOINPUT.
 */
void filelist_add(struct filelist *files, const char *option, struct str list);

/* Append the names that the lines of a file are; empty lines are none. */
void filelist_add_lines(struct filelist *files, const char *path);

/*
 * For files that are to be read twice: what is neither a regular file nor a
 * folder is copied to a temporary file, whose name, "/dev/fd/N", takes its
 * place in the list.  What can't be opened ends the tool with CLI_NOINPUT, what
 * can't be read with CLI_FATAL.
 */
void filelist_spool(struct filelist *files);

/* Free what is held. */
void filelist_release(struct filelist *files);

#endif
