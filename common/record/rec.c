#include "record/rec.h"

#include "record/json-writer.h"
#include "record/json.h"
#include "record/tool.h"

enum { FIRST_CAP = 32 };

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
		*why = "no colon after a name";
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
				*why = "no comma or end after a value";
				return false;
			}
			p = json_blank(p + 1, end);
		}
		p++;
	}
	if (json_blank(p, end) != end) {
		*why = "text after the object";
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
rec_set_strs(
    struct rec *rec, const char *name, const struct str *value, size_t n)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	size_t i;

	jw_begin_array(&w, NULL);
	for (i = 0; i < n; i++)
		jw_str(&w, NULL, value[i]);
	jw_end_array(&w);
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
