/*
 * steps - the lines in which the steps of near duplicates speak to each other
 *
 *	KEY TAB PART TAB OFFSET				--keys
 *	PART TAB OFFSET TAB KEY [TAB PART TAB OFFSET]	--meet
 *	PART TAB OFFSET TAB PART TAB OFFSET TAB JACCARD	--cluster, --judge
 *
 * KEY is 16 hexadecimal digits.  PART is the number of a part (from 1) and
 * OFFSET the byte of it where a record begins; keys that were made without a
 * list of parts have the name of the part instead.  Lines that begin with '#',
 * which sort(1) in the C locale puts before the others, say what they are of:
 *
 *	#options TEXT		what the keys were made with; each file of keys
 *				and of meetings has it
 *	#records N HASH		parts are numbered by a list whose first N names
 *				have this hash (dedup/parts)
 *	#range I N		of all keys, those of range I (from 0) of N
 *	#part N NAME		of a list of what goes: each of its parts
 *
 * A line that isn't as it should be is CLI_FATAL.
 */

#ifndef STEPS_H
#define STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "dedup/parts.h"

enum { STEPS_RANGES = 256 }; /* at most */

/* A file of such lines. */
struct steps_file {
	const char *name;
	FILE *fp;
	char *line; /* (cap), of getline(3) */
	size_t cap;
	uint64_t nline; /* read so far; 0: that is not known */
};

/* What the lines with '#' of one or several files say. */
struct steps_head {
	const struct parts *parts; /* the list at hand */
	const char *options;	   /* the text that #options must have */
	bool optioned, numbered;   /* there was an #options, a #records */
	size_t nrange;		   /* of #range; 0: there was none */
	bool range[STEPS_RANGES];  /* those that were there */
};

/* Open a file ("-" is standard input); CLI_FATAL if it can't. */
void steps_open(struct steps_file *f, const char *name);
void steps_close(struct steps_file *f);

/*
 * The next line without its line feed, borrowed until the next call; false
 * after the last.  A last line without a line feed is an incomplete file.
 */
bool steps_line(struct steps_file *f, struct str *line);

/* "file:line: why", or "file: why" where the line is not known; CLI_FATAL. */
_Noreturn void steps_bad(const struct steps_file *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether a line begins with '#'. */
static inline bool
steps_is_head(struct str line)
{
	return line.len > 0 && line.p[0] == '#';
}

/*
 * Ready h for the next file: what each file must say by itself is not there.
 */
void steps_open_head(struct steps_head *h);

/*
 * An #options, #records or #range, for h.  CLI_FATAL if it is none of them, if
 * the options are others, if the list at hand does not begin with the parts of
 * #records, or if files with another number of ranges came before.
 */
void steps_take_head(
    struct steps_head *h, const struct steps_file *f, struct str line);

/* That the file had its #options; else CLI_FATAL. */
void steps_need_options(const struct steps_head *h, const struct steps_file *f);

/* That all ranges were there, or there are none; else CLI_FATAL. */
void steps_need_all(const struct steps_head *h);

/* Append to a line, or to several of them. */
void steps_put_u64(struct buf *to, uint64_t n);
void steps_put_key(struct buf *to, uint64_t key);
void steps_put_place(struct buf *to, struct place at); /* PART TAB OFFSET */
void steps_put_records(struct buf *to, const struct parts *parts);
void steps_put_options(struct buf *to, const char *options);
void steps_put_range(struct buf *to, size_t range, size_t nrange);

/* Take from the front of a line what stands there; false if it does not. */
bool steps_take_u64(struct str *line, uint64_t *n);
bool steps_take_key(struct str *line, uint64_t *key);
bool steps_take_tab(struct str *line);

/* PART TAB OFFSET of one of npart parts. */
bool steps_take_place(struct str *line, size_t npart, struct place *at);

#endif
