/*
 * tool - the account of one run of a tool
 *
 * A process has one account, as it has one standard output: what came in, what
 * went out, what was bad, dropped or lost.  tool_init() opens it and readies the
 * standard streams (1 MiB pipes, large blocks, SIGPIPE as the shell means it);
 * tool_end() closes it, writes --stats and gives the exit status.
 *
 *	enum { OPT_WORDS = TOOL_OPT_OWN };
 *	static const struct option longopts[] = {
 *		{"words", required_argument, NULL, OPT_WORDS}, TOOL_OPTIONS};
 *
 *	tool_init(argc, argv, usage, help);
 *	while ((ch = getopt_long(argc, argv, TOOL_SHORT "n:", longopts, NULL)) !=
 *	    -1)
 *		switch (ch) {
 *		case 'n': ...
 *		default:
 *			tool_option(ch);
 *		}
 */

#ifndef TOOL_H
#define TOOL_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cli.h"
#include "base/str.h"

/* Long options without a letter: the shared ones, then the tool's own. */
enum {
	TOOL_OPT_STATS = 256,
	TOOL_OPT_MAX_BAD,
	TOOL_OPT_MAX_RECORD,
	TOOL_OPT_OWN
};

#define TOOL_SHORT "hpV"
#define TOOL_OPTIONS                                                           \
	{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, \
	    {"progress", no_argument, NULL, 'p'},                              \
	    {"stats", required_argument, NULL, TOOL_OPT_STATS},                \
	    {"max-bad", required_argument, NULL, TOOL_OPT_MAX_BAD},            \
	    {"max-record", required_argument, NULL, TOOL_OPT_MAX_RECORD},      \
	{                                                                      \
		NULL, 0, NULL, 0                                               \
	}

/* Lines for the end of a tool's help text. */
#define TOOL_HELP                                                              \
	"      --max-bad N[%]    status 1 when more records than this are "    \
	"bad\n"                                                                \
	"      --max-record SIZE longest record (64Mi)\n"                      \
	"      --stats FILE      write one JSON object about the run (- is "   \
	"stderr)\n"                                                            \
	"  -p, --progress        status line on a terminal\n"                  \
	"  -V, --version         print the version\n"                          \
	"  -h, --help            print this\n"

/*
 * usage is the synopsis ("usage: tool ...\n"), word for word that of the page;
 * help follows it under --help.  Both must live on.
 */
void tool_init(int argc, char *argv[], const char *usage, const char *help);

/* One of TOOL_OPTIONS, with its optarg; anything else is a usage error. */
void tool_option(int ch);

/* A usage error: why (or NULL), then the synopsis, CLI_FATAL. */
_Noreturn void tool_usage(const char *why);

size_t tool_max_record(void); /* --max-record, bytes */

/* Counts; where says the input ("file:line") for a message. */
void tool_in(size_t nrecord, size_t len);
void tool_out(size_t nrecord, size_t len);

/*
 * One bad record.  The first ten of a kind (fmt is the kind) are named on
 * standard error, later ones only counted.  id may be empty.
 */
void tool_bad(const char *where, struct str id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, for callers that have a va_list; fmt is still the kind. */
void tool_vbad(
    const char *where, struct str id, const char *fmt, __builtin_va_list ap);

/* The same of a plain text made at run time, which is its own kind. */
void tool_bad_str(const char *where, struct str id, struct str why);

/*
 * Input that is damaged: always named, and the exit status will be CLI_LOST.
 */
void tool_lost(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * An operand that is missing or can't be read, by errno: always named, and the
 * exit status will be CLI_NOINPUT.  The others are still to be read.
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
