/*
 * reader - the records of a tool's operands, one after the other
 *
 *	rec_open(&in, argv + optind);
 *	while (rec_read(&in, &rec)) {
 *		if (!rec_need_str(&in, &rec, "text", &text))
 *			continue;
 *		...
 *	}
 *	rec_close(&in);
 *	return tool_end(stdout);
 *
 * Files are plain, gzip or zstd.  What is wrong with them goes to the account
 * of the run (record/tool): a bad line is named, counted and passed over, a
 * file that cannot be opened is no input, one that is cut short is lost, and so
 * are records of which not one was good.  A tool may have several readers, one
 * after the other or at the same time.
 */

#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "record/rec.h"

/* Where a record stands.  Offsets are in bytes of the decompressed file. */
struct rec_place {
	const char *file;     /* its operand; "-" for standard input */
	size_t operand;	      /* which operand that is, from 0 */
	uint64_t line;	      /* from 1 */
	uint64_t line_offset; /* of the line */
	/*
	 * Where the line is found again: line_offset, or in a file of zstd
	 * frames its locus (record/frames.h), perhaps FRAMES_NOWHERE.
	 */
	uint64_t locus;
	uint64_t offset; /* of rec->line: after a byte order mark */
};

struct rec_reader {
	char *const *operand; /* (noperand) */
	size_t noperand;      /* of them opened so far */
	struct gz *gz;	      /* NULL between files */
	struct rec_place place;
	struct buf buf;	  /* bytes read; [pos, len) is not used yet */
	size_t pos, seen; /* no line feed in [pos, seen) */
	/* Frames of which bytes are in buf: offsets in the bytes, the file. */
	struct rec_frame {
		uint64_t first, offset;
	} * frame;		   /* (nframe) */
	size_t nframe, frame_head; /* those before frame_head are done */
	struct arena mem;	   /* of the record read last */
	const struct rec *rec;	   /* the record read last, or NULL */
	uint64_t base;		   /* offset of buf.p[0] */
	uint64_t done,
	    total;   /* bytes of the files before this one, and of all */
	bool sized;  /* whether total is known */
	bool hidden; /* from --progress */
	bool good;   /* the record read last, so far */
	/* rec_watch()'s */
	void (*watch)(void *context, size_t operand, const void *p, size_t len);
	void *watcher;
	uint64_t nrecord, ngood; /* so far, bad lines among nrecord */
};

/*
 * Begin with operands (argv + optind), NULL-terminated, which must stay; none
 * is standard input, as is "-".
 */
void rec_open(struct rec_reader *in, char *const operands[]);

/*
 * The next good record; bad lines before it are reported and counted, blank
 * lines passed over.  *rec and what it holds are borrowed from in until the
 * next rec_read() or rec_close().  False at the end of the last operand.
 */
bool rec_read(struct rec_reader *in, struct rec *rec);

/*
 * rec_get_str() of a member that the tool cannot do without; where it isn't
 * there or is no string, the record is bad: "file:line: no string "text"".
 */
bool rec_need_str(struct rec_reader *in, const struct rec *rec,
    const char *name, struct str *value);

/*
 * What messages call the record read last: its id, else "file:line"; in the
 * record's arena.
 */
struct str rec_name(const struct rec_reader *in, const struct rec *rec);

/* The same reason by itself, "no string "text"", in the record's arena. */
const char *rec_no_str(const struct rec *rec, const char *name);

/* "file:line: why (id)": the record read last is bad.  fmt is the kind. */
void rec_bad(struct rec_reader *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Where the record read last stands; borrowed, and changed by rec_read(). */
const struct rec_place *rec_place(const struct rec_reader *in);

/*
 * Whether rec_read() would return at once: a whole line is in the buffer, or
 * more can be read without waiting.  Only standard input is ever waited for.
 */
bool rec_ready(const struct rec_reader *in);

/* The descriptor to poll(2) where rec_ready() is false; -1: there is none. */
int rec_fd(const struct rec_reader *in);

/*
 * How much of all input was used so far, 0 to 1; 0 where its size is not known.
 */
double rec_share(const struct rec_reader *in);

/*
 * Show all bytes that are read, decompressed, to a function of the caller's, by
 * the number of their operand and in order; from the next read on.
 */
void rec_watch(struct rec_reader *in,
    void (*watch)(void *context, size_t operand, const void *p, size_t len),
    void *context);

/* Leave --progress to the tool: what was read is not what is done. */
void rec_hide_progress(struct rec_reader *in);

/* Free what the reader holds.  The account of the run goes on. */
void rec_close(struct rec_reader *in);

#endif
