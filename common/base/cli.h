/*
 * cli - what a tool says to its user, and how it reads its options
 *
 * A message is formatted whole, cleaned of control characters (C0, C1, those
 * that turn the direction of a line, and bytes that are no UTF-8) and sent in
 * one write, so that the messages of parallel processes stay legible.
 */

#ifndef CLI_H
#define CLI_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

/*
 * How a tool ends.  Where several hold, the first of 2, 75, 66 and 1.  A record
 * that is bad among good ones, and one that a rule drops, is status 0.
 */
enum {
	CLI_OK = 0,	  /* done; bad records were named and passed over */
	CLI_LOST = 1,	  /* input is damaged, too many bad records, or all */
	CLI_FATAL = 2,	  /* fatal: usage, disk, memory, model */
	CLI_NOINPUT = 66, /* an operand is missing or can't be read */
	CLI_RETRY = 75	  /* the same command may work later */
};

const char *cli_name(void); /* as messages begin with it */

/*
 * Print "name: message: strerror(errno)", or the same without its last part, as
 * err(3) and errx(3) do.
 */
void cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void cli_err(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void cli_errx(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Print a text that strangers wrote into a table for people.  It is cleaned as
 * messages are, so that it fills its one place in its one line.  Errors are
 * left to ferror(out).
 */
void cli_show(struct str text, FILE *out);

/*
 * Read the value of an option.  A bad value ends the tool with CLI_FATAL and a
 * message that names the option and its range. cli_bytes() takes a suffix: K,
 * M, G, T (powers of 1000), Ki, Mi, Gi, Ti (of 1024). cli_choice() returns the
 * place of arg in choices, which NULL ends.
 */
size_t cli_size(const char *option, const char *arg, size_t min, size_t max);
size_t cli_bytes(const char *option, const char *arg, size_t min, size_t max);
uint64_t cli_u64(const char *option, const char *arg);
double cli_real(const char *option, const char *arg, double min, double max);
size_t cli_choice(
    const char *option, const char *arg, const char *const choices[]);

#endif
