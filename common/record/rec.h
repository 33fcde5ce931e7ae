/*
 * rec - records: one JSON object a line
 *
 * A record is a line and a table of its members as slices of it.  Nothing is
 * decoded until it is asked for, and what no tool asks for goes out byte for
 * byte, in order.  Of a member named twice the last counts, as in jq and
 * Python; setting it removes the others.
 *
 * Life of a record: one from rec_read() (record/reader) is borrowed until the
 * next rec_read(), with an arena that lives as long.  A tool that must hold
 * records longer keeps copies of rec->line and calls rec_parse() again, which
 * is nearly free.
 *
 * Limitations: a record is one line of at most --max-record bytes; a value
 * nests at most JSON_DEPTH deep; a byte order mark is passed over at the start
 * of a file.
 */

#ifndef REC_H
#define REC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

struct rec_member {
	struct str name;   /* decoded */
	struct str raw;	   /* the value now */
	const char *begin; /* in the line: the name's quote; NULL if new */
	const char *value; /* in the line: where the value began */
	const char *end;   /* in the line: where it ended */
	bool gone;
};

struct rec {
	struct str line;	   /* as it was read, without its line feed */
	struct rec_member *member; /* (nmember), in order, new ones last */
	size_t nmember, cap;
	bool edited;
	struct arena *mem; /* lives as long as the record; for the tool too */
};

/*
 * A record that the caller owns: an empty one, or one made of a line.  False if
 * the line is no record; *why then says what is wrong.
 */
void rec_init(struct rec *rec, struct arena *mem);
bool rec_parse(
    struct rec *rec, struct arena *mem, struct str line, const char **why);

/*
 * Members.  rec_get() gives the raw JSON text; the others are false, and leave
 * *value alone, when the member is absent or of another type.  Strings are
 * borrowed from the record.  rec_get_strs(): an array of strings alone, (*n).
 */
bool rec_get(const struct rec *rec, const char *name, struct str *raw);
bool rec_get_str(const struct rec *rec, const char *name, struct str *value);
bool rec_get_size(const struct rec *rec, const char *name, size_t *value);
bool rec_get_strs(
    const struct rec *rec, const char *name, struct str **value, size_t *n);

/*
 * Set a member: in place if it is there, else after the last.  name must live
 * as long as the record (a constant).  rec_set() takes raw JSON text, which
 * must be valid and live as long; strings are copied.
 */
void rec_set(struct rec *rec, const char *name, struct str raw);
void rec_set_str(struct rec *rec, const char *name, struct str value);
void rec_set_size(struct rec *rec, const char *name, size_t value);
void rec_set_strs(
    struct rec *rec, const char *name, const struct str *value, size_t n);
void rec_remove(struct rec *rec, const char *name);

/*
 * The record as a line, with its line feed.  A failed write ends the tool.
 * What goes to stdout is counted by tool_out().
 */
void rec_write(const struct rec *rec, FILE *out);
void rec_format(const struct rec *rec, struct buf *out);

#endif
