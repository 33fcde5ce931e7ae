#include "web/warc.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "record/gz-members.h"
#include "record/tool.h"
#include "web/mime.h"

enum {
	LOOK = 64 << 10,      /* bytes a step when looking for a record */
	HEADER_MAX = 1 << 20, /* bytes of a record's header */
	LINE_MAX_ARC = 16 << 10,
	SLACK = 64 /* bytes looked at behind a block */
};

void
warc_open(struct warc *w, const char *file, struct gz *gz)
{
	*w = (struct warc){.file = file, .gz = gz};
}

void
warc_close(struct warc *w)
{
	arena_release(&w->mem);
}

static void
where_at(const struct warc *w, uint64_t offset, uint64_t within, char *text,
    size_t room)
{
	if (within > 0)
		snprintf(text, room, "%s:%" PRIu64 "+%" PRIu64, w->file, offset,
		    within);
	else
		snprintf(text, room, "%s:%" PRIu64, w->file, offset);
}

void
warc_where(const struct warc *w, char *text, size_t room)
{
	where_at(w, w->rec.offset, w->rec.within, text, room);
}

/*
 * What a record begins with.
 */

/* "WARC/", in any case, which some writers change. */
static bool
warc_like(struct str s)
{
	return s.len >= 5 && str_ieq((struct str){s.p, 5}, STR("WARC/"));
}

/* "WARC/1.0" and the end of the line: for places where it may be chance. */
static bool
warc_line(struct str s)
{
	size_t i;

	if (!warc_like(s) || s.len < 9 || !ascii_is_digit(s.p[5]) ||
	    s.p[6] != '.' || !ascii_is_digit(s.p[7]))
		return false;
	for (i = 8; i < s.len && i < 16 && ascii_is_digit(s.p[i]); i++)
		;
	return i < s.len && (s.p[i] == '\r' || s.p[i] == '\n');
}

enum { ARC_FIELDS = 10 };

/*
 * The fields of an ARC header line from the right, as URLs may hold blanks;
 * how many there are, at most max.  The first of them takes what is left.
 */
static size_t
arc_split(struct str line, size_t max, struct str field[])
{
	struct str reversed[ARC_FIELDS];
	size_t n = 0, end = line.len, i;

	while (n + 1 < max) {
		for (i = end; i > 0 && line.p[i - 1] != ' '; i--)
			;
		if (i == 0)
			break;
		reversed[n++] = (struct str){line.p + i, end - i};
		end = i - 1;
	}
	reversed[n++] = (struct str){line.p, end};
	for (i = 0; i < n; i++)
		field[i] = reversed[n - 1 - i];
	return n;
}

static bool
arc_date(struct str s)
{
	size_t i;

	if (s.len == 1 && s.p[0] == '-')
		return true;
	for (i = 0; i < s.len && ascii_is_digit(s.p[i]); i++)
		;
	return i == s.len && i >= 8 && i <= 20;
}

/* The line at s, without its end; false if it has none in reach. */
static bool
first_line(struct str s, size_t max, struct str *line)
{
	const char *p = memchr(s.p, '\n', s.len < max ? s.len : max);

	if (p == NULL)
		return false;
	*line = (struct str){s.p, (size_t)(p - s.p)};
	if (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}

/*
 * "URL IP date type length", or ten fields in version 2; field has five, the
 * last of them the length.
 */
static bool
arc_line(struct str s, struct str field[5])
{
	struct str line, all[ARC_FIELDS];
	size_t i;

	/* a scheme, before anything costs time */
	for (i = 0; i < s.len && i < 16 && s.p[i] != ':'; i++)
		if (s.p[i] <= ' ' || s.p[i] == '<')
			return false;
	if (i == 0 || i == s.len || s.p[i] != ':')
		return false;
	if (!first_line(s, LINE_MAX_ARC, &line))
		return false;
	if (arc_split(line, ARC_FIELDS, all) == ARC_FIELDS &&
	    arc_date(all[2]) && !arc_date(all[7])) {
		memcpy(field, all, 4 * sizeof(*field));
		field[4] = all[9];
		return true;
	}
	return arc_split(line, 5, field) == 5 && arc_date(field[2]);
}

/* Whether a record may begin at s, the start of a line; strict by chance. */
static bool
begins(const struct warc *w, struct str s, bool strict)
{
	struct str field[5];

	if (w->format != WARC_ARC && (strict ? warc_line(s) : warc_like(s)))
		return true;
	if (w->format == WARC_WARC)
		return false;
	if (w->format == WARC_UNKNOWN && !str_starts(s, STR("filedesc:")))
		return !strict && arc_line(s, field);
	return arc_line(s, field);
}

/*
 * The first place in s, at or behind from, at which a line begins a record;
 * s.len if there is none.  The first byte of s begins a line if fresh.
 */
static size_t
find_record(const struct warc *w, struct str s, size_t from, bool fresh)
{
	const char *p;
	size_t i = from;

	if (i == 0 && fresh && begins(w, s, true))
		return 0;
	if (i > 0)
		i--;
	while (i < s.len && (p = memchr(s.p + i, '\n', s.len - i)) != NULL) {
		i = (size_t)(p - s.p) + 1;
		if (begins(w, (struct str){s.p + i, s.len - i}, true))
			return i;
	}
	return s.len;
}

/*
 * Moving on.
 */

/* Blank lines between records; true if anything but the end follows. */
static bool
skip_newlines(struct warc *w)
{
	struct str s;
	size_t i;

	for (;;) {
		s = gz_peek(w->gz, 1);
		for (i = 0; i < s.len && (s.p[i] == '\r' || s.p[i] == '\n');)
			i++;
		gz_take(w->gz, i);
		if (i < s.len)
			return true;
		if (s.len == 0)
			return false;
	}
}

/*
 * Tell of damage in the compressed bytes, if there is any, and go to the next
 * member behind it; false when there is none, or no damage.
 */
static bool
resync(struct warc *w)
{
	if (gz_why(w->gz) == NULL)
		return false;
	tool_lost(w->file, "%s", gz_why(w->gz));
	return gz_resync(w->gz);
}

/* Into the next member, past damage; false at the end of the file. */
static bool
next_member(struct warc *w)
{
	do
		if (gz_join(w->gz))
			return true;
	while (resync(w));
	return false;
}

/*
 * Pass over what is no record, to a line that begins one or to a member that
 * does.  False at the end of the file.  *n counts the bytes.
 */
static bool
skip_rubbish(struct warc *w, uint64_t *n)
{
	struct str s = gz_peek(w->gz, LOOK);
	const char *tail;
	size_t at;

	for (*n = 0;;) {
		at = find_record(w, s, 0, false);
		if (at < s.len) {
			*n += gz_take(w->gz, at);
			return true;
		}
		/* the last line may begin a record when all of it is there */
		tail = s.len > 0 ? memrchr(s.p, '\n', s.len) : NULL;
		at = tail != NULL ? (size_t)(tail - s.p) : s.len;
		if (s.len - at > LINE_MAX_ARC)
			at = s.len;
		*n += gz_take(w->gz, at);
		at = s.len - at;
		s = gz_peek(w->gz, at + LOOK);
		if (s.len > at)
			continue;
		*n += gz_take(w->gz, at);
		if (!next_member(w))
			return false;
		s = gz_peek(w->gz, LOOK);
		if (begins(w, s, false))
			return true;
	}
}

/*
 * want bytes of the record at hand, over the edges of members that begin no
 * record; fewer if it can't go on.
 */
static struct str
gather(struct warc *w, size_t want)
{
	struct str s, ahead;

	while (s = gz_peek(w->gz, want), s.len < want) {
		ahead = gz_ahead(w->gz, SLACK);
		if (ahead.len == 0 ||
		    (w->rec.at_member && begins(w, ahead, false)) ||
		    !gz_join(w->gz))
			return gz_peek(w->gz, 0);
	}
	return s;
}

/* A defect of the record at hand. */
static void __attribute__((format(printf, 2, 3)))
defect(struct warc *w, const char *fmt, ...)
{
	char at[4096], why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	warc_where(w, at, sizeof(at));
	tool_lost(at, "%s", why);
}

/*
 * Blocks.
 */

/* Without the two line ends that part it from the next record. */
static struct str
without_ends(struct str s)
{
	int i;

	for (i = 0; i < 2 && s.len > 0 && s.p[s.len - 1] == '\n'; i++) {
		s.len--;
		if (s.len > 0 && s.p[s.len - 1] == '\r')
			s.len--;
	}
	return s;
}

/*
 * What lies behind a block, at s[len..): the bytes of line ends; *sound if a
 * record, an edge or the end follows them.
 */
static size_t
behind(const struct warc *w, struct str s, size_t len, bool *sound)
{
	size_t i = len;

	while (i < s.len && (s.p[i] == '\r' || s.p[i] == '\n'))
		i++;
	s.p += i;
	s.len -= i;
	*sound = s.len < 5 || begins(w, s, false);
	return i - len;
}

void
warc_release(struct warc *w)
{
	gz_take(w->gz, w->rest);
	w->rest = 0;
}

/* The block reaches to the next record, wherever that is; false: over max. */
static bool
open_ended(struct warc *w, size_t max, struct str *block)
{
	size_t want = LOOK, from = 0, at;
	struct str s;

	for (;; want = want < max / 2 ? 2 * want : max + LOOK) {
		s = gather(w, want);
		at = find_record(w, s, from, true);
		if (at < s.len || s.len < want)
			break;
		from = s.len > LINE_MAX_ARC ? s.len - LINE_MAX_ARC : 0;
		if (s.len > max)
			return false;
	}
	w->rest = at;
	w->open_end = false;
	*block = without_ends((struct str){s.p, at});
	return block->len <= max;
}

/* A block with a length that has been read to its end, or to the file's. */
static void
closed(struct warc *w, struct str s, size_t len, struct str *block)
{
	uint64_t end;
	size_t at, nend;
	bool sound;

	w->rest = s.len < len ? s.len : len;
	*block = (struct str){s.p, (size_t)w->rest};
	if (s.len >= len) {
		nend = behind(w, s, len, &sound);
		if (sound) {
			if (w->rec.within == 0 &&
			    gz_offset_of(w->gz, len + nend, &end))
				w->rec.size = end - w->rec.offset;
			return;
		}
	}
	at = find_record(w, s, 0, true);
	if (at <= w->rest && at < s.len) {
		w->rest = at;
		*block = without_ends((struct str){s.p, at});
		defect(w,
		    "Content-Length %" PRIu64
		    " reaches into the next record, %zu bytes on",
		    w->rec.length, at);
		w->rec.cut = true;
	} else if (s.len < len) {
		w->rec.cut = true;
		/* a damaged file speaks for itself */
		if (gz_why(w->gz) == NULL) {
			*block = without_ends(*block);
			defect(w,
			    "record cut short: Content-Length %" PRIu64
			    ", %zu bytes there",
			    w->rec.length, s.len);
		}
	}
}

/* Whether a plain file is known to hold as many bytes as the block claims. */
static bool
fits_file(struct warc *w)
{
	uint64_t within, size = gz_size(w->gz);

	return gz_plain(w->gz) && size > 0 &&
	       w->rest <= size - gz_where(w->gz, &within);
}

bool
warc_block(struct warc *w, size_t max, struct str *block)
{
	size_t len;
	struct str s;

	*block = (struct str){"", 0};
	if (!w->pending || w->lent)
		return true;
	if (w->open_end) {
		w->lent = open_ended(w, max, block);
		return w->lent;
	}
	if (w->rest > max) {
		/* unless the length is a lie, it is too long */
		if (fits_file(w) || (s = gather(w, max)).len >= max)
			return false;
		closed(w, s, (size_t)w->rest, block);
		w->lent = true;
		return true;
	}
	len = (size_t)w->rest;
	s = gz_peek(w->gz, len + (w->rec.arc ? LINE_MAX_ARC : SLACK));
	if (s.len < len)
		s = gather(w, len);
	closed(w, s, len, block);
	w->lent = true;
	return true;
}

/* A block that is too long to be looked at. */
static void
skip_long(struct warc *w)
{
	uint64_t begin, within, size = gz_size(w->gz), n;
	struct str s;

	begin = gz_where(w->gz, &within);
	if (gz_plain(w->gz) && size > 0 && w->rest > size - begin) {
		defect(w,
		    "record cut short: Content-Length %" PRIu64 ", %" PRIu64
		    " bytes there",
		    w->rec.length, size - begin);
		skip_rubbish(w, &n);
		return;
	}
	while (w->rest -= gz_take(w->gz, w->rest), w->rest > 0) {
		s = gz_ahead(w->gz, SLACK);
		if (s.len == 0 || (w->rec.at_member && begins(w, s, false))) {
			if (gz_why(w->gz) == NULL)
				defect(w,
				    "record cut short: Content-Length %" PRIu64
				    ", %" PRIu64 " bytes there",
				    w->rec.length, w->rec.length - w->rest);
			return;
		}
		gz_join(w->gz);
	}
	if (!gz_plain(w->gz) || size == 0 || !skip_newlines(w) ||
	    begins(w, gz_peek(w->gz, LINE_MAX_ARC), false))
		return;
	/* the length is wrong, and what it hides may be records */
	defect(w, "no record behind Content-Length %" PRIu64, w->rec.length);
	if (gz_seek(w->gz, begin))
		skip_rubbish(w, &n);
}

/* Pass the block that is still pending. */
static void
finish(struct warc *w)
{
	struct str block;
	uint64_t n;

	if (!w->pending)
		return;
	if (!w->lent && !warc_block(w, tool_max_record(), &block)) {
		if (w->open_end)
			skip_rubbish(w, &n);
		else
			skip_long(w);
	} else {
		gz_take(w->gz, w->rest);
	}
	w->pending = w->lent = false;
}

/*
 * Headers.
 */

/* Bytes of the header with its blank line, searched from *from; 0: no end. */
static size_t
header_end(struct str s, size_t *from)
{
	const char *p;
	size_t i = *from;

	while (i < s.len && (p = memchr(s.p + i, '\n', s.len - i)) != NULL) {
		*from = (size_t)(p - s.p);
		i = *from + 1;
		if (i < s.len && s.p[i] == '\n')
			return i + 1;
		if (i + 1 < s.len && s.p[i] == '\r' && s.p[i + 1] == '\n')
			return i + 2;
	}
	return 0;
}

/* A copy of the header, which ends with the input if nowhere else. */
static bool
read_header(struct warc *w, struct str *header)
{
	size_t want = 4096, from = 0, n;
	const char *p;
	struct str s;

	for (s = gz_peek(w->gz, want);; s = gather(w, want *= 2)) {
		if (w->rec.arc) {
			p = memchr(s.p, '\n', s.len);
			n = p != NULL ? (size_t)(p - s.p) + 1 : 0;
		} else {
			n = header_end(s, &from);
		}
		/* what ends too early by peeking alone may go on yet */
		if (n > 0 || s.len > HEADER_MAX ||
		    (s.len < want && want > 4096))
			break;
	}
	if (n > HEADER_MAX || (n == 0 && s.len > HEADER_MAX)) {
		defect(w, "header longer than %d bytes", HEADER_MAX);
		return false;
	}
	if (n == 0) {
		n = s.len;
		w->rec.cut = true;
		if (gz_why(w->gz) == NULL)
			defect(w, "header cut short");
	}
	*header = arena_copy(&w->mem, (struct str){s.p, n});
	gz_take(w->gz, n);
	return true;
}

/* "<urn:uuid:...>" without its brackets. */
static struct str
bare(struct str s)
{
	if (s.len >= 2 && s.p[0] == '<' && s.p[s.len - 1] == '>')
		return str_trim((struct str){s.p + 1, s.len - 2});
	return s;
}

static bool
parse_length(struct str s, uint64_t *length)
{
	size_t i;

	*length = 0;
	for (i = 0; i < s.len && i < 18 && ascii_is_digit(s.p[i]); i++)
		*length = 10 * *length + (uint64_t)(s.p[i] - '0');
	return i > 0 && i == s.len;
}

static void
parse_warc(struct warc *w, struct str header)
{
	static const struct str known[] = {
	    {"0.17", 4}, {"0.18", 4}, {"1.0", 3}, {"1.1", 3}};
	struct warc_record *r = &w->rec;
	struct str line, version, length;
	size_t i;

	if (!first_line(header, header.len, &line))
		line = header;
	header.p += line.len;
	header.len -= line.len;
	while (header.len > 0 && header.p[0] != '\n')
		header.p++, header.len--;
	if (header.len > 0)
		header.p++, header.len--;
	version = str_trim((struct str){line.p + 5, line.len - 5});
	for (i = 0; i < 4 && !str_eq(version, known[i]); i++)
		;
	if (i == 4)
		defect(w, "unknown version WARC/%.*s",
		    (int)(version.len < 20 ? version.len : 20), version.p);
	r->fields = http_fields(&header, &w->mem);
	r->type = mime_type(http_get(&r->fields, "WARC-Type"), &w->mem);
	r->id = bare(http_get(&r->fields, "WARC-Record-ID"));
	r->url = bare(http_get(&r->fields, "WARC-Target-URI"));
	r->date = http_get(&r->fields, "WARC-Date");
	r->content_type = http_get(&r->fields, "Content-Type");
	length = http_get(&r->fields, "Content-Length");
	r->has_length = parse_length(length, &r->length);
	if (r->cut) {
		r->has_length = true;
		r->length = 0;
	} else if (!r->has_length && length.len == 0) {
		defect(w, "no Content-Length");
	} else if (!r->has_length) {
		defect(w, "Content-Length is no number: %.*s",
		    (int)(length.len < 40 ? length.len : 40), length.p);
	}
	if (r->type.len == 0 && !r->cut)
		defect(w, "no WARC-Type");
}

/* 19961104142103 as 1996-11-04T14:21:03Z; too short a date stays as it is. */
static struct str
iso_date(struct str s, struct arena *mem)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t i, n = 0;
	char *p;

	if (s.len < 14)
		return s.len > 1 ? s : (struct str){"", 0};
	p = arena_alloc(mem, sizeof(form));
	for (i = 0; i < sizeof(form); i++)
		p[i] = form[i] == '0' ? s.p[n++] : form[i];
	return (struct str){p, sizeof(form) - 1};
}

static void
parse_arc(struct warc *w, struct str header)
{
	struct warc_record *r = &w->rec;
	struct str field[5];

	if (!arc_line(header, field))
		return; /* begins() has seen one */
	r->url = field[0];
	r->type = str_starts(r->url, STR("filedesc:")) ? STR("arc_header")
						       : STR("response");
	r->date = iso_date(field[2], &w->mem);
	r->content_type = field[3];
	r->has_length = parse_length(field[4], &r->length);
	if (!r->has_length)
		defect(w, "length is no number: %.*s",
		    (int)(field[4].len < 40 ? field[4].len : 40), field[4].p);
}

struct warc_record *
warc_read(struct warc *w)
{
	struct warc_record *r = &w->rec;
	struct str s, header;
	uint64_t n;

	finish(w);
	for (;;) {
		arena_clear(&w->mem);
		*r = (struct warc_record){.has_length = false};
		if (!skip_newlines(w)) {
			if (!next_member(w))
				return NULL;
			continue;
		}
		r->offset = gz_where(w->gz, &r->within);
		r->at_member = r->within == 0;
		s = gz_peek(w->gz, SLACK);
		r->arc = !warc_like(s) || w->format == WARC_ARC;
		if (r->arc)
			s = gather(w, LINE_MAX_ARC);
		if (begins(w, s, false) && read_header(w, &header))
			break;
		gz_take(w->gz, 1); /* a header without end may begin here */
		if (!skip_rubbish(w, &n)) {
			defect(
			    w, "%" PRIu64 " bytes that are no record", n + 1);
			return NULL;
		}
		defect(w, "%" PRIu64 " bytes that are no record", n + 1);
	}
	w->format = r->arc ? WARC_ARC : WARC_WARC;
	if (r->arc)
		parse_arc(w, header);
	else
		parse_warc(w, header);
	w->pending = true;
	w->open_end = !r->has_length;
	w->rest = r->length;
	w->nrecord++;
	return r;
}
