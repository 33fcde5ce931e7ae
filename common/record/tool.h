/*
 * tool - the account of one run of a tool
 *
 * A process has one account, as it has one standard output: what came in, what
 * went out, what was bad, dropped or lost.  tool_init() opens it and readies
 * the standard streams (1 MiB pipes, large blocks, SIGPIPE as the shell means
 * it); tool_end() closes it, writes --stats and gives the exit status.
 *
 *	static const struct tool_help help = {
 *	    .usage = "usage: word-min [-hpV] [--words N] [file ...]\n", ...};
 *	size_t nword = 20;
 *	const struct option_row rows[] = {
 *	    {"words", "N", "least words (20)", OPTION_SIZE(&nword, 1, 1000)},
 *	    {.name = NULL}};
 *
 *	operands = tool_init(argc, argv, &help, rows, NULL);
 */

#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cli.h"
#include "base/option.h"
#include "base/str.h"

/* What --help prints; all of it must live on. */
struct tool_help {
	const char *usage;   /* the synopsis, word for word that of the page */
	const char *about;   /* what the tool does; lines, before the options */
	const char *example; /* lines after the options, or NULL */
	const char *const *forms; /* as option.h has them; NULL: one form */
	unsigned members; /* TOOL_TEXT, TOOL_ID: those whose names --text and
			     --id give */
	unsigned writes;  /* bits: the forms that write records, for --zstd */
	bool network;	  /* whether the tool speaks to a server */
};

/* Members of records that may bear another name. */
enum { TOOL_TEXT = 1, TOOL_ID = 2 };

/*
 * Ready the streams and take the options: rows, up to the one without a name,
 * those that help->members and help->writes add, and those that all tools
 * share. Gives back the operands (option_parse()), and in *form, unless it is
 * NULL, the form that is called.  Then the sandbox closes (base/sandbox.h):
 * only what rows with .writes have named is written.  What is wrong with the
 * command line ends the tool with CLI_FATAL; --help and --version end it too.
 */
char **tool_init(int argc, char *argv[], const struct tool_help *help,
    const struct option_row *rows, unsigned *form);

/* Whether the command line has the option of this long name. */
bool tool_given(const char *name);

/* A usage error: why (or NULL), then the synopsis, CLI_FATAL. */
_Noreturn void tool_usage(const char *why);

size_t tool_max_record(void); /* --max-record, bytes */

/*
 * The names of the members that hold the text and the id of a record that is
 * read: "text" and "id", or what --text and --id say.
 */
const char *tool_text(void);
const char *tool_id(void);

/* Counts; where says the input ("file:line") for a message. */
void tool_in(size_t nrecord, size_t len);
void tool_out(size_t nrecord, size_t len);

/*
 * One bad record.  The first ten of a kind (fmt is the kind) are named on
 * standard error, later ones only counted.  id may be empty.  Of "%s" alone, its
 * text is the kind.
 */
void tool_bad(const char *where, struct str id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, for callers that have a va_list; fmt is still the kind. */
void tool_vbad(
    const char *where, struct str id, const char *fmt, __builtin_va_list ap);

/*
 * The same with a plain text that was made at run time; the text is its own
 * kind.
 */
void tool_bad_str(const char *where, struct str id, struct str why);

/* The same for what is no record, so that tool_in() has not counted it. */
void tool_unread(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Input that is damaged: always named, and the exit status will be CLI_LOST.
 */
void tool_lost(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * An operand that is missing or can't be read, by errno: always named, and the
 * exit status will be CLI_NOINPUT.  The others are still to be read.  Of a URL
 * the message has the command that fetches it.
 */
void tool_no_input(const char *file);

/* A record dropped, as filters do; reason must be a constant string. */
void tool_drop(const char *reason);

/* Add n to a figure of the tool's own in --stats; name: a constant string. */
void tool_count(const char *name, uint64_t n);

/* Sizes for --progress: of all input, and how far into it; 0 if unknown. */
void tool_progress(uint64_t done, uint64_t total);

/* What --progress tells besides: "8 in flight, 1200 tokens". */
void tool_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Flush out and look for errors (a full disk is CLI_FATAL at once), write
 * --stats, return the exit status.
 */
int tool_end(FILE *out);

/* A failed write to a stream, told and fatal. */
_Noreturn void tool_write_failed(const char *what);

#endif
