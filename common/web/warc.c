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
	LOOK = 64 << 10, /* bytes a step when looking for a record */
	LINE_MAX_ARC = 16 << 10,
	SLACK = 64 /* bytes looked at after a block */
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

/* "WARC/1.0" and a line that may be a field: for places in a line's middle. */
static bool
warc_lines(struct str s)
{
	size_t i = 0;

	if (!warc_line(s))
		return false;
	while (s.p[i] != '\n' && i + 1 < s.len)
		i++;
	for (i++; i < s.len && (ascii_is_alnum(s.p[i]) || s.p[i] == '-'); i++)
		;
	return i < s.len && s.p[i] == ':';
}

static bool
all_digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.len && ascii_is_digit(s.p[i]); i++)
		;
	return i > 0 && i == s.len;
}

/* A time by its digits, as little as a day; or "-". */
static bool
arc_date(struct str s)
{
	return str_eq(s, STR("-")) ||
	       (all_digits(s) && s.len >= 8 && s.len <= 20);
}

static bool
arc_address(struct str s)
{
	bool point = false;
	size_t i;

	for (i = 0; i < s.len && (ascii_is_alnum(s.p[i]) || s.p[i] == '.' ||
				     s.p[i] == ':' || s.p[i] == '-');
	     i++)
		point = point || s.p[i] == '.' || s.p[i] == ':';
	return i == s.len && point;
}

/* Split the last word off *s; false if no blank stands before it. */
static bool
last_word(struct str *s, struct str *word)
{
	size_t i;

	for (i = s->len; i > 0 && s->p[i - 1] != ' '; i--)
		;
	if (i == 0)
		return false;
	*word = (struct str){s->p + i, s->len - i};
	s->len = i - 1;
	return true;
}

/*
 * The type out of what stands between the date and the length, blanks and all:
 * version 2 has five fields more there, "result checksum location offset file".
 * Whether it has.
 */
static bool
arc_type(struct str *type)
{
	struct str s = *type, word, offset, result;

	if (!last_word(&s, &word) || !last_word(&s, &offset) ||
	    !last_word(&s, &word) || !last_word(&s, &word) ||
	    !last_word(&s, &result) || !all_digits(offset) ||
	    !all_digits(result) || result.len != 3)
		return false;
	*type = s;
	return true;
}

/*
 * Split "URL address date type length".  URLs and types may hold blanks, so the
 * date is looked for from the right: it follows an address.  Failing that, it
 * stands where it does if the type has none.
 */
static bool
arc_split(struct str line, struct str field[5])
{
	struct str before, word, address, url, type;
	bool found = false, second;
	int n;

	if (!last_word(&line, &field[4]))
		return false;
	for (before = line, n = 0; last_word(&before, &word); n++) {
		url = before;
		if (n == 0 || !arc_date(word) || !last_word(&url, &address))
			continue;
		type.p = word.p + word.len + 1;
		type.len = (size_t)(line.p + line.len - type.p);
		second = arc_type(&type);
		if (!arc_address(address) && n != 1 && !(second && n == 6))
			continue;
		field[0] = url;
		field[1] = address;
		field[2] = word;
		field[3] = type;
		found = true;
		if (arc_address(address))
			break;
	}
	return found;
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

/* The header of an ARC's record: "URL address date type length". */
static bool
arc_line(struct str s, struct str field[5])
{
	struct str line;
	size_t i;

	/* a scheme, before anything costs time */
	for (i = 0; i < s.len && i < 16 && s.p[i] != ':'; i++)
		if (s.p[i] <= ' ' || s.p[i] == '<')
			return false;
	if (i == 0 || i == s.len || s.p[i] != ':')
		return false;
	return first_line(s, LINE_MAX_ARC, &line) && arc_split(line, field);
}

/*
 * Whether a record may begin at s, the start of a line; strict by chance.  Of
 * an ARC's record in a WARC, its length must be one.
 */
static bool
begins(const struct warc *w, struct str s, bool strict)
{
	struct str field[5];

	if (strict ? warc_line(s) : warc_like(s))
		return true;
	if (w->format != WARC_ARC && strict && !str_starts(s, STR("filedesc:")))
		return false;
	return arc_line(s, field) &&
	       (w->format != WARC_WARC || all_digits(field[4]));
}

/* Bytes at the front of s that may stand between records. */
static size_t
between(struct str s)
{
	size_t i = 0;

	for (;;)
		if (i < s.len && (str_blank(s.p[i]) || s.p[i] == '\0'))
			i++;
		else if (s.len - i >= 3 &&
			 memcmp(s.p + i, "\xef\xbb\xbf", 3) == 0)
			i += 3;
		else
			return i;
}

/* Whether the first bytes of a member, s, begin a record. */
static bool
member_begins(const struct warc *w, struct str s)
{
	size_t n = between(s);

	return begins(w, (struct str){s.p + n, s.len - n}, false);
}

/*
 * The first place in s, which gz_peek() gave, at or after from, at which a
 * line or a member begins a record; s.len if there is none.  The first byte of
 * s begins a line if fresh.
 */
static size_t
find_record(const struct warc *w, struct str s, size_t from, bool fresh)
{
	size_t i = from, at = from, edge = s.len, n;

	for (; at < s.len && gz_edge(w->gz, &at); at++)
		if (member_begins(w, (struct str){s.p + at, s.len - at})) {
			edge = at;
			break;
		}
	if (i == 0 && fresh && begins(w, s, true))
		return 0;
	for (i -= i > 0; i < edge; i++) {
		if (s.p[i] != '\n' && s.p[i] != '\0')
			continue;
		n = i + 1;
		n += between((struct str){s.p + n, s.len - n});
		if (n < edge &&
		    begins(w, (struct str){s.p + n, s.len - n}, true))
			return n;
		i = n - 1;
	}
	return edge;
}

/* The same for what is no record: "WARC/" may stand anywhere. */
static size_t
find_in_rubbish(const struct warc *w, struct str s, size_t from)
{
	size_t end = find_record(w, s, from, false), i = from;
	const char *p;

	while (i < end && (p = memmem(s.p + i, end - i, "WARC/", 5)) != NULL) {
		i = (size_t)(p - s.p);
		if (warc_lines((struct str){p, s.len - i}))
			return i;
		i++;
	}
	return end;
}

/*
 * Moving on.
 */

/* What may stand between records; true if anything but the end follows. */
static bool
skip_between(struct warc *w)
{
	struct str s;
	size_t n;

	for (;;) {
		s = gz_peek(w->gz, 3); /* a byte order mark */
		n = between(s);
		gz_take(w->gz, n);
		if (n < s.len)
			return true;
		if (s.len == 0)
			return false;
	}
}

/*
 * Tell of damage in the compressed bytes, if there is any, and go to the next
 * member after it; false when there is none, or no damage.
 */
static bool
resync(struct warc *w)
{
	if (gz_why(w->gz) == NULL)
		return false;
	tool_lost(w->file, "%s", gz_why(w->gz));
	return gz_resync(w->gz);
}

/* Go into the next member, past damage; false at the end of the file. */
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
 * Pass over what is no record, to a line or a member that begins one, or to
 * "WARC/" within a line.  False at the end of the file.  *n counts the bytes.
 */
static bool
skip_rubbish(struct warc *w, uint64_t *n)
{
	struct str s = gz_peek(w->gz, LOOK);
	const char *tail;
	size_t at;

	for (*n = 0;;) {
		at = find_in_rubbish(w, s, 0);
		if (at < s.len) {
			*n += gz_take(w->gz, at);
			return true;
		}
		/*
		 * the last line may begin a record when all of it is there, and
		 * "WARC/" may stand at the end of the one before
		 */
		tail = s.len > 0 ? memrchr(s.p, '\n', s.len) : NULL;
		at = tail != NULL ? (size_t)(tail - s.p) : 0;
		if (s.len - at > LINE_MAX_ARC)
			at = s.len;
		at = at > SLACK ? at - SLACK : 0;
		*n += gz_take(w->gz, at);
		at = s.len - at;
		s = gz_peek(w->gz, at + LOOK);
		if (s.len > at)
			continue;
		*n += gz_take(w->gz, at);
		if (!next_member(w))
			return false;
		s = gz_peek(w->gz, LOOK);
		if (member_begins(w, s))
			return true;
	}
}

/*
 * Make want bytes of the record available, also from following members that
 * begin no record; fewer if the input ends or is damaged.
 */
static struct str
gather(struct warc *w, size_t want)
{
	struct str s, ahead;

	while (s = gz_peek(w->gz, want), s.len < want) {
		ahead = gz_ahead(w->gz, SLACK);
		if (ahead.len == 0 ||
		    (w->rec.at_member && member_begins(w, ahead)) ||
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

/* The block without the two line ends that separate it from the next record. */
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
 * What lies after a block, at s[len..): the bytes of line ends; *sound if a
 * record, an edge or the end follows them.
 */
static size_t
after(const struct warc *w, struct str s, size_t len, bool *sound)
{
	size_t n = between((struct str){s.p + len, s.len - len});

	s.p += len + n;
	s.len -= len + n;
	*sound = s.len < 5 || begins(w, s, false);
	return n;
}

void
warc_release(struct warc *w)
{
	gz_take(w->gz, w->rest);
	w->rest = 0;
}

/* Ask whether the members that hold len bytes of the block are damaged. */
static void
note_damage(struct warc *w, size_t len)
{
	const char *why = gz_damage(w->gz, len);

	if (why != NULL)
		w->rec.damage = arena_copy(&w->mem, str_of(why));
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
	note_damage(w, at);
	*block = without_ends((struct str){s.p, at});
	return block->len <= max;
}

/* A block with a length that has been read to its end, or to the file's. */
static void
closed(struct warc *w, struct str s, size_t len, struct str *block)
{
	uint64_t end;
	size_t at, nend;
	bool sound = false;

	w->rest = s.len < len ? s.len : len;
	if (s.len >= len) {
		nend = after(w, s, len, &sound);
		/* of a damaged member there may be more than there was */
		if (!sound)
			s = gz_peek(w->gz, len + LOOK);
	}
	note_damage(w, (size_t)w->rest);
	*block = (struct str){s.p, (size_t)w->rest};
	if (s.len >= len) {
		if (sound) {
			if (w->rec.within == 0 &&
			    gz_offset_of(w->gz, len + nend, &end))
				w->rec.size = end - w->rec.offset;
			return;
		}
	}
	at = find_record(w, s, 0, true);
	/* a length that is a little too long may end within the next header */
	if (at > w->rest)
		at = find_in_rubbish(
		    w, s, w->rest > SLACK ? (size_t)w->rest - SLACK : 0);
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
		/* a damaged file has been reported already */
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
	if (!w->pending || w->borrowed)
		return true;
	if (w->open_end) {
		w->borrowed = open_ended(w, max, block);
		return w->borrowed;
	}
	if (w->rest > max) {
		/* if the length is right, the block is too long */
		if (fits_file(w) || (s = gather(w, max)).len >= max)
			return false;
		closed(w, s, (size_t)w->rest, block);
		w->borrowed = true;
		return true;
	}
	len = (size_t)w->rest;
	s = gz_peek(w->gz, len + LINE_MAX_ARC);
	if (s.len < len)
		s = gather(w, len);
	closed(w, s, len, block);
	w->borrowed = true;
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
		if (s.len == 0 || (w->rec.at_member && member_begins(w, s))) {
			if (gz_why(w->gz) == NULL)
				defect(w,
				    "record cut short: Content-Length %" PRIu64
				    ", %" PRIu64 " bytes there",
				    w->rec.length, w->rec.length - w->rest);
			return;
		}
		gz_join(w->gz);
	}
	if (!gz_plain(w->gz) || size == 0 || !skip_between(w) ||
	    begins(w, gz_peek(w->gz, LINE_MAX_ARC), false))
		return;
	/* the length is wrong, and what it hides may be records */
	defect(w, "no record after Content-Length %" PRIu64, w->rec.length);
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
	if (!w->borrowed && !warc_block(w, tool_max_record(), &block)) {
		if (w->open_end)
			skip_rubbish(w, &n);
		else
			skip_long(w);
	} else {
		gz_take(w->gz, w->rest);
	}
	w->pending = w->borrowed = false;
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
	size_t want = 4096, from = 0, n, at;
	const char *p;
	struct str s;

	for (s = gz_peek(w->gz, want);; s = gather(w, want *= 2)) {
		if (w->rec.arc) {
			p = memchr(s.p, '\n', s.len);
			n = p != NULL ? (size_t)(p - s.p) + 1 : 0;
		} else {
			n = header_end(s, &from);
		}
		/*
		 * a header that seems to end too early may go on beyond the
		 * peek
		 */
		if (n > 0 || s.len > HTTP_HEADER_MAX ||
		    (s.len < want && want > 4096))
			break;
	}
	if (n > HTTP_HEADER_MAX || (n == 0 && s.len > HTTP_HEADER_MAX)) {
		defect(w, "header longer than %d bytes", HTTP_HEADER_MAX);
		return false;
	}
	if (n == 0) {
		n = s.len;
		w->rec.cut = true;
	}
	/* the header may be the next record's from here on */
	at = find_record(w, (struct str){s.p, n}, 1, false);
	if (at < n) {
		n = at;
		w->rec.cut = true;
	}
	if (w->rec.cut && (at < s.len || gz_why(w->gz) == NULL))
		defect(w, "header cut short");
	note_damage(w, n);
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

/*
 * 19961104142103 as 1996-11-04T14:21:03Z.  Of twelve digits the seconds are 00,
 * of ten the minutes too; of fewer there is no time.
 */
static struct str
iso_date(struct str s, struct arena *mem)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t len = s.len < 10 ? 10 : sizeof(form) - 1, i, n = 0;
	char *p;

	if (s.len < 8)
		return (struct str){"", 0};
	p = memcpy(arena_alloc(mem, len), form, len);
	for (i = 0; i < len && n < s.len; i++)
		if (form[i] == '0')
			p[i] = s.p[n++];
	return (struct str){p, len};
}

static void
parse_arc(struct warc *w, struct str header)
{
	struct warc_record *r = &w->rec;
	struct str field[5];

	if (!arc_line(header, field))
		return; /* begins() has already seen one */
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
		if (!skip_between(w)) {
			if (!next_member(w))
				return NULL;
			continue;
		}
		r->offset = gz_where(w->gz, &r->within);
		r->at_member = r->within == 0;
		s = gz_peek(w->gz, SLACK);
		r->arc = !warc_like(s);
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
