/*
 * option - the options of a tool, a row each
 *
 * From its rows come the parsing, the ranges, the list that --help prints, and
 * what is rejected: an option that is given twice, and one that does not belong
 * to the form in which the tool was called.  What options mean together stays
 * with the tool.  The work is getopt_long(3)'s, so options and operands mix.
 *
 *	struct opts o = {.max_words = 2500};
 *	const struct option_row rows[] = {
 *	    {"max-words", "N", "most words of a chunk (2500)",
 *		OPTION_SIZE(&o.max_words, 1, SIZE_MAX)},
 *	    {"o,output", "FILE", "where to write", OPTION_STRING(&o.output)},
 *	    {.name = NULL}};
 *
 * A row's value goes to a variable of its kind, which the compiler checks; the
 * variable holds the default before.  Options work from left to right, so that
 * a later one overrides a part of a preset.
 *
 * Forms are the ways to call a tool.  Either the first word names the form, a
 * verb ("embed-fit lsa"), or an option selects it ("text-dedup --drop LIST");
 * then the first form has no name, and holds where none is selected.
 */

#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"

/* The values of an option that may be given again; the caller frees item. */
struct option_list {
	char **item; /* (n), then NULL; borrowed from argv */
	size_t n;
};

struct option_row {
	const char *name; /* "output", or with its letter "o,output" */
	const char
	    *metavar;	  /* what --help calls the value; NULL: it has none */
	const char *help; /* one paragraph, in which --help breaks the lines */

	/*
	 * One of the macros below fills these in; without any, the row is a
	 * flag that is stored nowhere.
	 */
	enum option_kind {
		OPTION_IS_FLAG,
		OPTION_IS_SIZE,
		OPTION_IS_BYTES,
		OPTION_IS_REAL,
		OPTION_IS_CHOICE,
		OPTION_IS_STRING,
		OPTION_IS_LIST,
		OPTION_IS_CALL
	} kind;
	union {
		bool *flag;
		size_t *size;
		double *real;
		unsigned *choice;
		const char **string;
		struct option_list *list;
		void *context;
	} to;
	size_t min, max;	    /* of a size */
	double low, high;	    /* of a real */
	const char *const *choices; /* NULL-terminated */
	void (*call)(void *context, char *arg);

	/* These may be added where they are needed. */
	unsigned forms;	  /* bits: the forms it belongs to; 0: to all */
	unsigned selects; /* the form that it selects; 0: none */
	bool again;	  /* a call that may be repeated */
	unsigned writes;  /* bits: the forms in which a string or a list names
			    what is written; OPTION_ALWAYS */
	/* what may be shown of a value that holds secrets, for the caller to free */
	char *(*shown)(const char *value);
};

#define OPTION_FLAG(p) .kind = OPTION_IS_FLAG, .to.flag = (p)
#define OPTION_SIZE(p, least, most)                                            \
	.kind = OPTION_IS_SIZE, .to.size = (p), .min = (least), .max = (most)
#define OPTION_BYTES(p, least, most)                                           \
	.kind = OPTION_IS_BYTES, .to.size = (p), .min = (least), .max = (most)
#define OPTION_REAL(p, least, most)                                            \
	.kind = OPTION_IS_REAL, .to.real = (p), .low = (least), .high = (most)
/* The place of the value among names; an enum's variable is a good target. */
#define OPTION_CHOICE(p, names)                                                \
	.kind = OPTION_IS_CHOICE, .to.choice = (p), .choices = (names)
#define OPTION_STRING(p) .kind = OPTION_IS_STRING, .to.string = (p)
#define OPTION_LIST(p) .kind = OPTION_IS_LIST, .to.list = (p)
/* function(pointer, value); the value is NULL where there is no metavar. */
#define OPTION_CALL(function, pointer)                                         \
	.kind = OPTION_IS_CALL, .call = (function), .to.context = (pointer)

enum { OPTION_MAX = 64 };
#define OPTION_ALWAYS ~0U /* in every form */

struct option_set {
	struct option_row row[OPTION_MAX];
	size_t nrow;
	bool given[OPTION_MAX]; /* whether the command line has it */
	/* At most 32, NULL-terminated; NULL: there is one form only. */
	const char *const *forms;
	unsigned form;		    /* the one that is called */
	struct option_list outputs; /* files and folders to write */
	struct option_hidden {
		const char *value; /* borrowed from argv */
		char *shown;
	} * hidden; /* (nhidden), of rows that have shown */
	size_t nhidden;
};

/* Add rows up to the one without a name; they are copied. */
void option_add(struct option_set *set, const struct option_row *rows);

/*
 * Store what the command line says and give back the operands, without the
 * verb, NULL-terminated: a part of argv, whose words getopt_long(3) may put
 * into another order.  A bad value, an option given twice and one of another
 * form end the tool with a message and CLI_FATAL; NULL after a message for an
 * option that is not known and a verb that is missing.
 */
char **option_parse(struct option_set *set, int argc, char *argv[]);

/* Whether the command line has the option of this long name. */
bool option_given(const struct option_set *set, const char *name);

/*
 * Append a word of the command line that was parsed, but only what may be shown
 * of it.
 */
void option_show(
    const struct option_set *set, const char *word, struct buf *to);

/* Print the list for --help. */
void option_help(const struct option_set *set, FILE *out);

#endif
