#include "record/rec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "record/gz.h"
#include "record/json.h"
#include "record/tool.h"

enum { BLOCK = 1 << 20, FIRST_CAP = 32 };

static struct rec_member *
new_member(struct rec *rec)
{
	struct rec_member *m;

	if (rec->nmember == rec->cap) {
		rec->cap = rec->cap > 0 ? 2 * rec->cap : FIRST_CAP;
		m = arena_alloc(rec->mem, rec->cap * sizeof(*m));
		if (rec->nmember > 0)
			memcpy(m, rec->member, rec->nmember * sizeof(*m));
		rec->member = m;
	}
	m = &rec->member[rec->nmember++];
	*m = (struct rec_member){0};
	return m;
}

void
rec_init(struct rec *rec, struct arena *mem)
{
	*rec = (struct rec){.line = STR("{}"), .mem = mem};
}

/* One member at p, which is no blank; the end of its value, or NULL. */
static const char *
parse_member(struct rec *rec, const char *p, const char *end, const char **why)
{
	struct rec_member *m;
	const char *q;

	if (*p != '"') {
		*why = "no name of a member";
		return NULL;
	}
	if ((q = json_skip(p, end, why)) == NULL)
		return NULL;
	m = new_member(rec);
	m->begin = p;
	json_get_str((struct str){p, (size_t)(q - p)}, rec->mem, &m->name);
	p = json_blank(q, end);
	if (p == end || *p != ':') {
		*why = "no colon behind a name";
		return NULL;
	}
	m->value = json_blank(p + 1, end);
	if ((m->end = json_skip(m->value, end, why)) == NULL)
		return NULL;
	m->raw = (struct str){m->value, (size_t)(m->end - m->value)};
	return m->end;
}

bool
rec_parse(struct rec *rec, struct arena *mem, struct str line, const char **why)
{
	const char *end = line.p + line.len, *p = json_blank(line.p, end);

	*rec = (struct rec){.line = line, .mem = mem};
	if (p == end || *p != '{') {
		*why = "no JSON object";
		return false;
	}
	p = json_blank(p + 1, end);
	if (p < end && *p == '}') {
		p++;
	} else {
		for (;;) {
			if (p == end) {
				*why = "unfinished object";
				return false;
			}
			if ((p = parse_member(rec, p, end, why)) == NULL)
				return false;
			p = json_blank(p, end);
			if (p < end && *p == '}')
				break;
			if (p == end || *p != ',') {
				*why = "no comma or end behind a value";
				return false;
			}
			p = json_blank(p + 1, end);
		}
		p++;
	}
	if (json_blank(p, end) != end) {
		*why = "text behind the object";
		return false;
	}
	return true;
}

static struct rec_member *
find(const struct rec *rec, const char *name)
{
	struct str wanted = str_of(name);
	size_t i;

	for (i = rec->nmember; i-- > 0;)
		if (!rec->member[i].gone && str_eq(rec->member[i].name, wanted))
			return &rec->member[i];
	return NULL;
}

bool
rec_get(const struct rec *rec, const char *name, struct str *raw)
{
	const struct rec_member *m = find(rec, name);

	if (m == NULL)
		return false;
	*raw = m->raw;
	return true;
}

bool
rec_get_str(const struct rec *rec, const char *name, struct str *value)
{
	struct str raw;

	return rec_get(rec, name, &raw) && json_get_str(raw, rec->mem, value);
}

bool
rec_get_num(const struct rec *rec, const char *name, double *value)
{
	struct str raw;

	return rec_get(rec, name, &raw) && json_get_num(raw, value);
}

bool
rec_get_size(const struct rec *rec, const char *name, size_t *value)
{
	struct str raw;

	return rec_get(rec, name, &raw) && json_get_size(raw, value);
}

bool
rec_get_strs(
    const struct rec *rec, const char *name, struct str **value, size_t *n)
{
	struct str array, raw, key, *list;
	struct json_walk w;
	size_t count = 0;

	if (!rec_get(rec, name, &array) || !json_open(&w, array, '['))
		return false;
	while (json_next(&w, rec->mem, &key, &raw))
		count++;
	list = arena_alloc(rec->mem, count * sizeof(*list));
	json_open(&w, array, '[');
	for (count = 0; json_next(&w, rec->mem, &key, &raw); count++)
		if (!json_get_str(raw, rec->mem, &list[count]))
			return false;
	*value = list;
	*n = count;
	return true;
}

void
rec_remove(struct rec *rec, const char *name)
{
	struct rec_member *m;

	while ((m = find(rec, name)) != NULL) {
		m->gone = true;
		rec->edited = true;
	}
}

void
rec_set(struct rec *rec, const char *name, struct str raw)
{
	struct rec_member *m = find(rec, name);

	if (m == NULL) {
		m = new_member(rec);
		m->name = str_of(name);
	} else {
		m->gone = true; /* while those named the same are removed */
		rec_remove(rec, name);
		m->gone = false;
	}
	m->raw = raw;
	rec->edited = true;
}

void
rec_set_str(struct rec *rec, const char *name, struct str value)
{
	rec_set(rec, name, json_quote(rec->mem, value));
}

/* A buffer's bytes, moved to the record's arena. */
static void
set_buf(struct rec *rec, const char *name, struct buf *b)
{
	rec_set(rec, name, arena_copy(rec->mem, buf_str(b)));
	buf_release(b);
}

void
rec_set_size(struct rec *rec, const char *name, size_t value)
{
	struct buf b = {0};

	buf_printf(&b, "%zu", value);
	set_buf(rec, name, &b);
}

void
rec_set_real(struct rec *rec, const char *name, float value)
{
	struct buf b = {0};

	json_put_real(&b, value);
	set_buf(rec, name, &b);
}

void
rec_set_strs(
    struct rec *rec, const char *name, const struct str *value, size_t n)
{
	struct buf b = {0};
	size_t i;

	buf_putc(&b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		json_put_str(&b, value[i]);
	}
	buf_putc(&b, ']');
	set_buf(rec, name, &b);
}

/* Where a record's bytes go: to a stream, or into a buffer. */
struct sink {
	FILE *fp;
	struct buf *buf;
	size_t len;
};

static void
put(struct sink *s, const char *p, size_t len)
{
	s->len += len;
	if (s->buf != NULL)
		buf_put(s->buf, p, len);
	else if (len > 0 && fwrite_unlocked(p, 1, len, s->fp) != len)
		tool_write_failed(
		    s->fp == stdout ? "standard output" : "output");
}

/* The pieces of the line between what was replaced, removed and added. */
static void
put_edited(const struct rec *rec, struct sink *s)
{
	const char *end = rec->line.p + rec->line.len, *tail;
	const struct rec_member *m, *before = NULL;
	struct buf name = {0};
	bool first = true;
	size_t i;

	tail = json_blank(rec->line.p, end) + 1;
	if (rec->nmember > 0 && rec->member[0].begin != NULL)
		tail = rec->member[0].begin;
	put(s, rec->line.p, (size_t)(tail - rec->line.p));
	for (i = 0; i < rec->nmember; i++) {
		m = &rec->member[i];
		if (m->begin != NULL)
			tail = m->end;
		if (m->gone) {
			if (m->begin != NULL)
				before = m;
			continue;
		}
		if (m->begin != NULL) {
			if (!first)
				put(s, before->end,
				    (size_t)(m->begin - before->end));
			put(s, m->begin, (size_t)(m->value - m->begin));
			before = m;
		} else {
			name.len = 0;
			json_put_str(&name, m->name);
			buf_putc(&name, ':');
			if (!first)
				put(s, ",", 1);
			put(s, name.p, name.len);
		}
		put(s, m->raw.p, m->raw.len);
		first = false;
	}
	put(s, tail, (size_t)(end - tail));
	buf_release(&name);
}

static size_t
put_record(const struct rec *rec, struct sink *s)
{
	if (rec->edited)
		put_edited(rec, s);
	else
		put(s, rec->line.p, rec->line.len);
	put(s, "\n", 1);
	return s->len;
}

void
rec_write(const struct rec *rec, FILE *out)
{
	struct sink s = {.fp = out};
	size_t len = put_record(rec, &s);

	if (out == stdout)
		tool_out(1, len);
}

void
rec_format(const struct rec *rec, struct buf *out)
{
	struct sink s = {.buf = out};

	put_record(rec, &s);
}

void
rec_open(struct rec_reader *in, char *const operands[])
{
	static char name[] = "-", *const standard_input[] = {name, NULL};
	struct stat st;
	size_t i;

	*in = (struct rec_reader){.counted = true};
	in->operand = operands[0] != NULL ? operands : standard_input;
	for (i = 0; in->operand[i] != NULL; i++)
		if (strcmp(in->operand[i], "-") == 0 ||
		    stat(in->operand[i], &st) != 0 || !S_ISREG(st.st_mode))
			in->counted = false;
		else
			in->total += (uint64_t)st.st_size;
}

static void
where(const struct rec_reader *in, char *text, size_t room)
{
	snprintf(text, room, "%s:%" PRIu64, in->file, in->line);
}

static void
close_file(struct rec_reader *in)
{
	if (gz_error(in->gz) != NULL)
		tool_lost(in->file, "%s", gz_error(in->gz));
	in->done += gz_offset(in->gz);
	gz_close(in->gz);
	in->gz = NULL;
}

/* The next operand that opens; false when there is none left. */
static bool
next_file(struct rec_reader *in)
{
	while (*in->operand != NULL) {
		in->file = *in->operand++;
		in->gz = gz_open(in->file);
		if (in->gz != NULL) {
			in->line = in->base = 0;
			in->buf.len = in->pos = in->seen = 0;
			return true;
		}
		tool_lost(in->file, "%s", strerror(errno));
	}
	return false;
}

/* More bytes behind buf.len; false at the end of the file. */
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
	in->buf.len += n;
	if (in->counted)
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
	in->line++;
	in->offset = in->base + in->pos;
	*line = (struct str){in->buf.p + in->pos, len};
	if (len > max)
		return LINE_LONG;
	in->pos += len + (feed != NULL);
	in->seen = in->pos;
	return feed == NULL && gz_error(in->gz) != NULL ? LINE_CUT : LINE;
}

/* What a line is worth: a record, or a message. */
static bool
take(struct rec_reader *in, struct rec *rec, enum line kind, struct str line)
{
	char place[512];
	const char *why = NULL;

	if (kind == LINE_LONG) {
		where(in, place, sizeof(place));
		tool_bad(place, STR(""), "longer than --max-record");
		pass_over(in);
		return false;
	}
	if (in->line == 1 && str_starts(line, STR("\xef\xbb\xbf")))
		line = (struct str){line.p + 3, line.len - 3};
	if (rec_parse(rec, &in->mem, line, &why))
		return true;
	if (json_blank(line.p, line.p + line.len) == line.p + line.len ||
	    kind == LINE_CUT)
		return false; /* the loss of the rest is told once */
	where(in, place, sizeof(place));
	tool_bad(place, STR(""), "invalid JSON: %s", why);
	return false;
}

bool
rec_read(struct rec_reader *in, struct rec *rec)
{
	enum line kind;
	struct str line;

	for (;;) {
		if (in->gz == NULL && !next_file(in)) {
			in->lent = NULL;
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
			in->lent = rec;
			return true;
		}
	}
}

double
rec_share(const struct rec_reader *in)
{
	double lent = (double)(in->base + in->pos);
	double read = (double)(in->base + in->buf.len);

	if (!in->counted || in->total == 0 || in->gz == NULL || read == 0)
		return 0;
	return ((double)in->done + (double)gz_offset(in->gz) * lent / read) /
	       (double)in->total;
}

void
rec_bad(struct rec_reader *in, const char *fmt, ...)
{
	struct str id = STR("");
	char place[512];
	va_list ap;

	where(in, place, sizeof(place));
	if (in->lent != NULL)
		rec_get_str(in->lent, "id", &id);
	va_start(ap, fmt);
	tool_vbad(place, id, fmt, ap);
	va_end(ap);
}

int
rec_close(struct rec_reader *in, FILE *out)
{
	if (in->gz != NULL)
		close_file(in);
	buf_release(&in->buf);
	arena_release(&in->mem);
	return tool_end(out);
}
