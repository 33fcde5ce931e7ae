/*
 * warc - records of web archives, one after another
 *
 * WARC 0.17 to 1.1 (ISO 28500) and ARC 1 and 2, plain or compressed, whether
 * a record is a gzip member of its own or not.  A reader of strangers' bytes:
 * whatever is wrong is told once by tool_lost(), with file and offset, and
 * reading goes on at the next gzip member or at the next "WARC/" or line of an
 * ARC that begins a record.  Nothing sound around damage is lost.  WARC and ARC
 * may follow one another; line ends, blanks, NULs and byte order marks between
 * records are nothing.
 *
 * A record ends where Content-Length says.  Where no record begins there, one
 * that begins earlier, inside the block or at a gzip member's edge, ends it.
 */

#ifndef WARC_H
#define WARC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "web/http.h"

struct warc_record {
	struct str type;	 /* in lower case; "arc_header" heads an ARC */
	struct str id, url;	 /* without <>; an ARC has no ids */
	struct str date;	 /* as it stands; of an ARC as ISO 8601 */
	struct str content_type; /* of the block */
	struct http_fields fields; /* an ARC has none */
	bool arc;

	uint64_t length;   /* of the block, as declared */
	bool has_length;   /* whether it is, by a number */
	bool at_member;	   /* whether a gzip member begins with this record */
	bool cut;	   /* bytes are missing at its end */
	struct str damage; /* what is wrong with its gzip member, or empty */

	uint64_t offset; /* in the file: of the record, or of its member */
	uint64_t within; /* decompressed bytes of the member before it */
	uint64_t size;	 /* bytes of the file, 0 unknown; set by warc_block */
};

struct warc {
	const char *file; /* as messages name it */
	struct gz *gz;
	struct arena mem; /* of the record that is borrowed */
	struct warc_record rec;
	enum { WARC_UNKNOWN, WARC_WARC, WARC_ARC } format;
	bool pending;  /* a block is still to be passed */
	uint64_t rest; /* bytes of it */
	bool open_end; /* nobody knows how many */
	bool borrowed; /* the caller of warc_block() has borrowed it */
	uint64_t nrecord;
};

/* gz is read from where it is, and stays the caller's. */
void warc_open(struct warc *w, const char *file, struct gz *gz);

/* The next record's header, borrowed until the next call; NULL at the end. */
struct warc_record *warc_read(struct warc *w);

/*
 * The block of the record that was read last, borrowed until the next
 * warc_read(), once.  rec.cut, rec.damage and rec.size are known from then on. 
 * False when it is longer than max; it is skipped then.
 */
bool warc_block(struct warc *w, size_t max, struct str *block);

/*
 * The block that warc_block() gave is not needed any more, nor is its memory.
 */
void warc_release(struct warc *w);

/* "file:offset" of the record that is borrowed, for messages. */
void warc_where(const struct warc *w, char *text, size_t room);

/* Free what is held; gz is the caller's. */
void warc_close(struct warc *w);

#endif
