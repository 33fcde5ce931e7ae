/*
 * sandbox - what the kernel shall refuse to a tool once its options are read
 *
 * Strangers' bytes go through parsers, of this library and of others.  Should
 * one of them have a bug that somebody can use, the kernel refuses what no tool
 * does: to change files that are not in the folders of the named outputs or of
 * temporary files (Landlock), and to start programs, speak to the network, look
 * into other processes, mount, or load code into the kernel (seccomp).  Reading
 * is left free: lists name files, the files of a model may be links to
 * anywhere, and without a network what was read can go nowhere but into the
 * output.
 *
 * What a kernel does not have is left out without a word.  A build under
 * sanitizers or for coverage has no sandbox, nor has a tool under valgrind.
 */

#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

enum { SANDBOX_FILES = 1, SANDBOX_CALLS = 2 };

/*
 * From here on, for good, and for threads and processes made later: files are
 * written only if they are one of output[0..n), or lie below the folder of one
 * of them or below $TMPDIR; network: whether sockets are let through.  Gives
 * the parts that are in force, of the two above.
 */
unsigned sandbox_enter(char *const output[], size_t n, bool network);

/*
 * Whether a path names what is written as it stands: what lies below /proc or
 * /dev, but for /dev/shm, in which there are files as anywhere.
 */
bool sandbox_is_device(const char *path);

#endif
