#include "record/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/frames.h"
#include "record/gz.h"
#include "record/json.h"
#include "record/tool.h"

enum { BLOCK = 1 << 20 };

void
rec_open(struct rec_reader *in, char *const operands[])
{
	static char name[] = "-", *const standard_input[] = {name, NULL};
	struct stat st;
	size_t i;

	*in = (struct rec_reader){.sized = true};
	in->operand = operands[0] != NULL ? operands : standard_input;
	for (i = 0; in->operand[i] != NULL; i++)
		if (strcmp(in->operand[i], "-") == 0 ||
		    stat(in->operand[i], &st) != 0 || !S_ISREG(st.st_mode))
			in->sized = false;
		else
			in->total += (uint64_t)st.st_size;
}

static void
where(const struct rec_reader *in, char *text, size_t room)
{
	snprintf(text, room, "%s:%" PRIu64, in->place.file, in->place.line);
}

static void
close_file(struct rec_reader *in)
{
	if (gz_why(in->gz) != NULL)
		tool_lost(in->place.file, "%s", gz_why(in->gz));
	in->done += gz_offset(in->gz);
	gz_close(in->gz);
	in->gz = NULL;
}

/* The next operand that opens; false when there is none left. */
static bool
next_file(struct rec_reader *in)
{
	while (in->operand[in->noperand] != NULL) {
		in->place = (struct rec_place){
		    .file = in->operand[in->noperand],
		    .operand = in->noperand,
		};
		in->noperand++;
		in->gz = gz_open(in->place.file);
		if (in->gz != NULL) {
			in->base = in->buf.len = in->pos = in->seen = 0;
			in->nframe = in->frame_head = 0;
			return true;
		}
		tool_no_input(in->place.file);
	}
	return false;
}

/* The bytes that come after buf.len may belong to another zstd frame. */
static void
note_frame(struct rec_reader *in)
{
	size_t n = in->nframe - in->frame_head;
	uint64_t offset;

	if (!gz_frame(in->gz, &offset) ||
	    (n > 0 && in->frame[in->nframe - 1].offset == offset))
		return;
	if (in->frame_head >= n) { /* half of them or more are used up */
		if (n > 0)
			memmove(in->frame, in->frame + in->frame_head,
			    n * sizeof(*in->frame));
		in->nframe = n;
		in->frame_head = 0;
	}
	in->frame = mem_grow(in->frame, in->nframe + 1, sizeof(*in->frame));
	in->frame[in->nframe++] =
	    (struct rec_frame){in->base + in->buf.len, offset};
}

/* Where the line at line_offset is found again. */
static uint64_t
locus(struct rec_reader *in)
{
	uint64_t at = in->place.line_offset;

	if (in->nframe == 0)
		return at;
	while (in->frame_head + 1 < in->nframe &&
	       in->frame[in->frame_head + 1].first <= at)
		in->frame_head++;
	return frames_locus(in->frame[in->frame_head].offset,
	    at - in->frame[in->frame_head].first);
}

/* More bytes after buf.len; false at the end of the file. */
static bool
fill(struct rec_reader *in)
{
	size_t n;

	if (in->pos > 0) {
		memmove(in->buf.p, in->buf.p + in->pos, in->buf.len - in->pos);
		in->buf.len -= in->pos;
		in->seen -= in->pos;
		in->base += in->pos;
		in->pos = 0;
	}
	buf_reserve(&in->buf, BLOCK);
	n = gz_read(in->gz, in->buf.p + in->buf.len, in->buf.cap - in->buf.len);
	if (n > 0)
		note_frame(in);
	if (n > 0 && in->watch != NULL)
		in->watch(
		    in->watcher, in->place.operand, in->buf.p + in->buf.len, n);
	in->buf.len += n;
	if (in->sized && !in->hidden)
		tool_progress(in->done + gz_offset(in->gz), in->total);
	return n > 0;
}

enum line { LINE, LINE_CUT, LINE_LONG, LINE_NONE };

/* Throw away the rest of a line that is too long. */
static void
pass_over(struct rec_reader *in)
{
	char *feed;

	for (;;) {
		feed = memchr(in->buf.p + in->pos, '\n', in->buf.len - in->pos);
		if (feed != NULL) {
			in->pos = (size_t)(feed + 1 - in->buf.p);
			break;
		}
		in->pos = in->buf.len;
		if (!fill(in))
			break;
	}
	in->seen = in->pos;
}

/* The next line of the file, without its line feed. */
static enum line
next_line(struct rec_reader *in, struct str *line)
{
	size_t max = tool_max_record(), len;
	char *feed;
	bool more = true;

	for (;;) {
		feed = in->buf.len == in->seen
			   ? NULL
			   : memchr(in->buf.p + in->seen, '\n',
				 in->buf.len - in->seen);
		in->seen = in->buf.len;
		len = feed != NULL ? (size_t)(feed - in->buf.p) - in->pos
				   : in->buf.len - in->pos;
		if (feed != NULL || len > max || !more)
			break;
		more = fill(in);
	}
	if (feed == NULL && len == 0)
		return LINE_NONE;
	in->place.line++;
	in->place.line_offset = in->place.offset = in->base + in->pos;
	in->place.locus = locus(in);
	*line = (struct str){in->buf.p + in->pos, len};
	if (len > max)
		return LINE_LONG;
	in->pos += len + (feed != NULL);
	in->seen = in->pos;
	return feed == NULL && gz_why(in->gz) != NULL ? LINE_CUT : LINE;
}

/* Make a record of a line; false if it is none, with a message. */
static bool
take(struct rec_reader *in, struct rec *rec, enum line kind, struct str line)
{
	char place[512];
	const char *why = NULL;

	if (kind == LINE_LONG) {
		where(in, place, sizeof(place));
		in->nrecord++;
		tool_unread(place, "longer than --max-record");
		pass_over(in);
		return false;
	}
	if (in->place.line == 1 && str_starts(line, STR("\xef\xbb\xbf"))) {
		line = (struct str){line.p + 3, line.len - 3};
		in->place.offset += 3;
	}
	if (rec_parse(rec, &in->mem, line, &why))
		return true;
	if (json_blank(line.p, line.p + line.len) == line.p + line.len ||
	    kind == LINE_CUT)
		return false; /* close_file() reports that the rest is lost */
	where(in, place, sizeof(place));
	in->nrecord++;
	tool_unread(place, "invalid JSON: %s", why);
	return false;
}

bool
rec_read(struct rec_reader *in, struct rec *rec)
{
	enum line kind;
	struct str line;

	for (;;) {
		if (in->gz == NULL && !next_file(in)) {
			in->rec = NULL;
			return false;
		}
		arena_clear(&in->mem);
		kind = next_line(in, &line);
		if (kind == LINE_NONE) {
			close_file(in);
			continue;
		}
		if (take(in, rec, kind, line)) {
			tool_in(1, line.len + 1);
			in->rec = rec;
			in->good = true;
			in->nrecord++;
			in->ngood++;
			return true;
		}
	}
}

static struct str
id_of(const struct rec *rec)
{
	struct str id = STR("");

	if (rec != NULL)
		rec_get_str(rec, tool_id(), &id);
	return id;
}

/* Count the record read last as bad, once, however many reasons there are. */
static void
mark_bad(struct rec_reader *in)
{
	in->ngood -= in->good;
	in->good = false;
}

void
rec_bad(struct rec_reader *in, const char *fmt, ...)
{
	char place[512];
	va_list ap;

	mark_bad(in);
	where(in, place, sizeof(place));
	va_start(ap, fmt);
	tool_vbad(place, id_of(in->rec), fmt, ap);
	va_end(ap);
}

struct str
rec_name(const struct rec_reader *in, const struct rec *rec)
{
	struct str id;
	char *s;
	int len;

	if (rec_get_str(rec, tool_id(), &id))
		return id;
	len = snprintf(NULL, 0, "%s:%" PRIu64, in->place.file, in->place.line);
	s = arena_alloc(rec->mem, (size_t)len + 1);
	snprintf(
	    s, (size_t)len + 1, "%s:%" PRIu64, in->place.file, in->place.line);
	return (struct str){s, (size_t)len};
}

const char *
rec_no_str(const struct rec *rec, const char *name)
{
	static const char fmt[] = "no string \"%s\"";
	size_t size = sizeof(fmt) + strlen(name);
	char *why = arena_alloc(rec->mem, size);

	snprintf(why, size, fmt, name);
	return why;
}

bool
rec_need_str(struct rec_reader *in, const struct rec *rec, const char *name,
    struct str *value)
{
	char place[512];

	if (rec_get_str(rec, name, value))
		return true;
	mark_bad(in);
	where(in, place, sizeof(place));
	tool_bad_str(place, id_of(in->rec), str_of(rec_no_str(rec, name)));
	return false;
}

const struct rec_place *
rec_place(const struct rec_reader *in)
{
	return &in->place;
}

int
rec_fd(const struct rec_reader *in)
{
	return in->gz != NULL && strcmp(in->place.file, "-") == 0 ? STDIN_FILENO
								  : -1;
}

bool
rec_ready(const struct rec_reader *in)
{
	struct pollfd fd = {.fd = rec_fd(in), .events = POLLIN};

	return fd.fd < 0 ||
	       memchr(in->buf.p + in->pos, '\n', in->buf.len - in->pos) !=
		   NULL ||
	       poll(&fd, 1, 0) != 0;
}

double
rec_share(const struct rec_reader *in)
{
	double used = (double)(in->base + in->pos);
	double read = (double)(in->base + in->buf.len);

	if (!in->sized || in->total == 0 || in->gz == NULL || read == 0)
		return 0;
	return ((double)in->done + (double)gz_offset(in->gz) * used / read) /
	       (double)in->total;
}

void
rec_watch(struct rec_reader *in,
    void (*watch)(void *context, size_t operand, const void *p, size_t len),
    void *context)
{
	in->watch = watch;
	in->watcher = context;
}

void
rec_hide_progress(struct rec_reader *in)
{
	in->hidden = true;
}

void
rec_close(struct rec_reader *in)
{
	if (in->gz != NULL)
		close_file(in);
	if (in->nrecord > 0 && in->ngood == 0)
		tool_lost(in->place.file, "not one record was good");
	buf_release(&in->buf);
	free(in->frame);
	arena_release(&in->mem);
}
