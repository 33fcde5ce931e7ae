#include "web/http.h"

#include <brotli/decode.h>
#include <stdint.h>

#include "base/ascii.h"
#include "base/cli.h"
#include "record/gz-whole.h"
#include "web/mime.h"

enum {
	NCODING = 8,	  /* content codings undone at most */
	FIELD_MAX = 1000, /* fields kept at most */
	LARGE = 1 << 20,  /* bytes of a buffer that isn't kept */
	NCHUNKED = 4,	  /* chunked codings undone at most */
	NINTERIM = 100	  /* responses before the last, at most */
};

/* Take a line off *rest, without its end; false when nothing is left. */
static bool
take_line(struct str *rest, struct str *line)
{
	const char *p;

	if (rest->len == 0)
		return false;
	p = memchr(rest->p, '\n', rest->len);
	line->p = rest->p;
	line->len = p == NULL ? rest->len : (size_t)(p - rest->p);
	rest->p += line->len + (p != NULL);
	rest->len -= line->len + (p != NULL);
	while (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* A value and the lines that go on with it, one blank between them. */
static struct str
unfold_all(struct str value, struct str *rest, struct arena *mem)
{
	struct str line, next, begin = *rest;
	size_t len = value.len;
	char *p;

	for (next = *rest; next.len > 0 &&
			   (next.p[0] == ' ' || next.p[0] == '\t') &&
			   take_line(&next, &line);)
		len += 1 + str_trim(line).len;
	if (next.len == rest->len)
		return value;
	*rest = next;
	if (len > HTTP_HEADER_MAX)
		return value;
	p = arena_alloc(mem, len);
	value = (struct str){memcpy(p, value.p, value.len), value.len};
	while (begin.len > next.len && take_line(&begin, &line)) {
		line = str_trim(line);
		if (line.len == 0)
			continue;
		if (value.len > 0)
			p[value.len++] = ' ';
		memcpy(p + value.len, line.p, line.len);
		value.len += line.len;
	}
	return value;
}

struct http_fields
http_fields(struct str *rest, struct arena *mem)
{
	struct http_fields f = {NULL, 0};
	struct http_field *bigger;
	struct str line;
	const char *colon, *begin = rest->p;
	size_t cap = 0;

	while (take_line(rest, &line) && line.len > 0) {
		if (f.n == FIELD_MAX ||
		    (size_t)(line.p - begin) + line.len > HTTP_HEADER_MAX)
			continue;
		colon = memchr(line.p, ':', line.len);
		if (colon == NULL)
			continue;
		if (f.n == cap) {
			cap = cap > 0 ? 2 * cap : 24;
			bigger = arena_alloc(mem, cap * sizeof(*bigger));
			if (f.n > 0)
				memcpy(bigger, f.field, f.n * sizeof(*bigger));
			f.field = bigger;
		}
		f.field[f.n].name =
		    str_trim((struct str){line.p, (size_t)(colon - line.p)});
		f.field[f.n].value = str_trim((struct str){
		    colon + 1, (size_t)(line.p + line.len - colon - 1)});
		f.field[f.n].value = unfold_all(f.field[f.n].value, rest, mem);
		f.n++;
	}
	return f;
}

void
http_keep(struct http_fields *fields, struct arena *mem)
{
	struct http_field *f = fields->field;
	size_t i;

	for (i = 0; i < fields->n; i++) {
		f[i].name = arena_copy(mem, f[i].name);
		f[i].value = arena_copy(mem, f[i].value);
	}
}

struct str
http_get(const struct http_fields *fields, const char *name)
{
	struct str wanted = str_of(name);
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (str_ieq(fields->field[i].name, wanted))
			return fields->field[i].value;
	return (struct str){"", 0};
}

struct str
http_join(const struct http_fields *fields, const char *name, struct arena *mem)
{
	struct str wanted = str_of(name), value;
	size_t i, len = 0, n = 0;
	char *p;

	for (i = 0; i < fields->n; i++)
		if (str_ieq(fields->field[i].name, wanted))
			len += fields->field[i].value.len + 2;
	if (len == 0)
		return (struct str){"", 0};
	p = arena_alloc(mem, len);
	for (i = 0; i < fields->n; i++) {
		value = fields->field[i].value;
		if (value.len == 0 || !str_ieq(fields->field[i].name, wanted))
			continue;
		if (n > 0) {
			p[n++] = ',';
			p[n++] = ' ';
		}
		memcpy(p + n, value.p, value.len);
		n += value.len;
	}
	return (struct str){p, n};
}

/* "HTTP/1.1 200 OK", its parts perhaps missing; -1: no status line. */
static int
parse_status(struct str line)
{
	size_t i = 0;
	int status = 0, ndigit = 0;

	if (line.len < 4 || !str_ieq((struct str){line.p, 4}, STR("HTTP")))
		return -1;
	while (i < line.len && line.p[i] != ' ' && line.p[i] != '\t')
		i++;
	while (i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	for (; i < line.len && ndigit < 4 && ascii_is_digit(line.p[i]);
	     i++, ndigit++)
		status = 10 * status + line.p[i] - '0';
	return ndigit == 3 ? status : 0;
}

/* "GET / HTTP/1.1" */
static bool
is_request_line(struct str line)
{
	size_t i = 0;

	while (i < line.len && ((line.p[i] >= 'A' && line.p[i] <= 'Z') ||
				   line.p[i] == '-' || line.p[i] == '_'))
		i++;
	if (i == 0 || i >= line.len || line.p[i] != ' ')
		return false;
	for (i = line.len; i > 5; i--)
		if (line.p[i - 1] == ' ')
			return str_ieq(
			    (struct str){line.p + i, line.len - i < 5 ? 0 : 5},
			    STR("HTTP/"));
	return false;
}

/*
 * Whether the message is a response before another one, its body's first line:
 * an interim one, RFC 9110, 15.2, or a proxy's to CONNECT, which has no
 * content.
 */
static bool
is_interim(const struct http_message *m)
{
	struct str rest = m->body, line;

	if (m->request || !take_line(&rest, &line) ||
	    !str_starts(line, STR("HTTP/")) || parse_status(line) <= 0)
		return false;
	return m->status / 100 == 1 ||
	       (m->status / 100 == 2 &&
		   http_get(&m->fields, "Content-Type").len == 0 &&
		   http_get(&m->fields, "Content-Encoding").len == 0 &&
		   http_get(&m->fields, "Transfer-Encoding").len == 0);
}

/* One message at the front of block. */
static bool
parse_one(struct http_message *m, struct str block, struct arena *mem)
{
	struct str rest = block, line;

	*m = (struct http_message){.status = 0};
	do
		if (!take_line(&rest, &line))
			return false;
	while (line.len == 0);
	m->status = parse_status(line);
	if (m->status < 0) {
		m->status = 0;
		m->request = true;
		if (!is_request_line(line))
			return false;
	}
	m->fields = http_fields(&rest, mem);
	m->body = rest;
	return true;
}

bool
http_parse(struct http_message *m, struct str block, struct arena *mem)
{
	int n = 0;

	if (!parse_one(m, block, mem))
		return false;
	while (n++ < NINTERIM && is_interim(m))
		parse_one(m, m->body, mem);
	m->codings = http_join(&m->fields, "Content-Encoding", mem);
	return true;
}

/*
 * Chunked coding, RFC 9112, 7.1.
 */

/* The size in a chunk's header; the bytes of the header, or 0 if it is none. */
static size_t
chunk_header(struct str s, size_t *size)
{
	size_t i = 0, ndigit = 0, digit;
	unsigned char c;

	*size = 0;
	while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	for (; i < s.len; i++, ndigit++) {
		c = (unsigned char)s.p[i];
		if (ascii_is_digit(c))
			digit = c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (size_t)(c | 0x20) - 'a' + 10;
		else
			break;
		if (*size > SIZE_MAX >> 8)
			return 0;
		*size = 16 * *size + digit;
	}
	if (ndigit == 0)
		return 0;
	while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (i < s.len && s.p[i] == ';')
		while (i < s.len && s.p[i] != '\n')
			i++;
	if (i < s.len && s.p[i] == '\r')
		i++;
	/* a header may be the last there is */
	return i < s.len && s.p[i] != '\n' ? 0 : i + (i < s.len);
}

/* Append to the len bytes at out, which may lie in front of the same buffer. */
static size_t
append(char *out, size_t len, struct str s)
{
	if (out != NULL)
		memmove(out + len, s.p, s.len);
	return len + s.len;
}

/*
 * Undo the coding, into out, which has room for s and may be s itself; or only
 * look, if out is NULL.  strict: only if every byte fits it, to the last chunk.
 * False when it doesn't fit, from the start or in the strict sense.
 */
static bool
dechunk(struct str s, bool strict, char *out, size_t *len)
{
	size_t size, n;
	bool first = true;

	for (*len = 0;; first = false) {
		n = chunk_header(s, &size);
		if (n == 0) {
			if (first || strict)
				return false;
			/* what is left may still be text: keep it */
			*len = append(out, *len, s);
			return true;
		}
		s.p += n;
		s.len -= n;
		if (size == 0)
			return !strict || str_trim(s).len == 0;
		if (size > s.len) {
			if (strict || (first && s.len == 0))
				return false;
			size = s.len;
		}
		*len = append(out, *len, (struct str){s.p, size});
		s.p += size;
		s.len -= size;
		if (s.len == 0)
			return !strict;
		n = s.p[0] == '\r' ? 1 : 0;
		if (n < s.len && s.p[n] == '\n')
			n++;
		else if (strict)
			return false;
		s.p += n;
		s.len -= n;
		if (s.len == 0)
			return !strict;
	}
}

/* Give back what only a large body needed. */
static void
trim(struct buf *b)
{
	if (b->cap > LARGE)
		buf_release(b);
}

bool
http_dechunk(const struct http_message *m, size_t max, struct buf *out,
    struct str *entity)
{
	struct str coding = http_get(&m->fields, "Transfer-Encoding");
	bool declared =
	    coding.len >= 7 &&
	    str_ieq((struct str){coding.p + coding.len - 7, 7}, STR("chunked"));

	bool strict = !declared;
	size_t len;
	int n;

	*entity = m->body;
	out->len = 0;
	for (n = 0; n < NCHUNKED && entity->len > 0; n++, strict = true) {
		if (!dechunk(*entity, strict, NULL, &len))
			break;
		buf_reserve(out, n == 0 ? entity->len : 0);
		dechunk(*entity, strict, out->p, &out->len);
		*entity = buf_str(out);
	}
	if (n == 0)
		trim(out);
	return entity->len <= max;
}

/*
 * Content codings, RFC 9110, 8.4.
 */

static enum gz_status
unbrotli(struct str in, size_t max, struct buf *out)
{
	BrotliDecoderState *br = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	BrotliDecoderResult result;
	const uint8_t *next_in = (const uint8_t *)in.p;
	size_t nin = in.len, nout;
	enum gz_status status = GZ_PART;
	uint8_t *next_out;

	if (br == NULL)
		cli_errx(CLI_FATAL, "out of memory (brotli)");
	out->len = 0;
	do {
		buf_reserve(out, 64 << 10);
		next_out = (uint8_t *)out->p + out->len;
		nout = out->cap - out->len;
		result = BrotliDecoderDecompressStream(
		    br, &nin, &next_in, &nout, &next_out, NULL);
		out->len = (size_t)(next_out - (uint8_t *)out->p);
		if (out->len > max) {
			status = GZ_LONG;
			break;
		}
	} while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
	if (status != GZ_LONG && result == BROTLI_DECODER_RESULT_SUCCESS)
		status = nin == 0 ? GZ_WHOLE : GZ_PART;
	BrotliDecoderDestroyInstance(br);
	return status == GZ_PART && out->len == 0 ? GZ_NONE : status;
}

static bool
is_gzip(struct str s)
{
	return s.len >= 10 && memcmp(s.p, "\x1f\x8b\x08", 3) == 0;
}

/*
 * Undo what the bytes show, whatever it is called.  Brotli has no magic: all of
 * it must be there, and a text come out.
 */
static enum gz_status
decode_seen(struct str in, size_t max, struct buf *out)
{
	enum gz_status status;

	if (is_gzip(in))
		return gz_unpack(in, max, out);
	if (str_starts(in, STR("\x28\xb5\x2f\xfd")))
		return gz_unzstd(in, max, out);
	if (!mime_is_binary(in) || mime_magic(in).len > 0)
		return GZ_NONE;
	status = unbrotli(in, max, out);
	return status == GZ_WHOLE && out->len > 0 &&
		       !mime_is_binary(buf_str(out))
		   ? GZ_WHOLE
		   : GZ_NONE;
}

/* Undo one coding; GZ_NONE: unknown, or the bytes aren't in it. */
static enum gz_status
decode(struct str coding, struct str in, size_t max, struct buf *out)
{
	enum gz_status status = decode_seen(in, max, out);

	if (status != GZ_NONE)
		return status;
	if (str_ieq(coding, STR("br")))
		status = unbrotli(in, max, out);
	else if (str_ieq(coding, STR("gzip")) ||
		 str_ieq(coding, STR("x-gzip")) ||
		 str_ieq(coding, STR("deflate")) ||
		 str_ieq(coding, STR("x-deflate")))
		status = gz_unpack(in, max, out);
	/*
	 * what came out before the damage is kept only if it is more useful
	 * than what went in
	 */
	if (status == GZ_PART &&
	    (!mime_is_binary(in) || mime_is_binary(buf_str(out))))
		return GZ_NONE;
	return status;
}

/* A page is never packed on purpose, but a file of another type may be. */
static bool
is_text_type(const struct http_message *m)
{
	struct str type = str_trim(http_get(&m->fields, "Content-Type"));

	while (type.len > 0 && (type.p[0] == '"' || type.p[0] == '\''))
		type.p++, type.len--;

	return memchr(type.p, '/', type.len) == NULL ||
	       (type.len >= 5 &&
		   str_ieq((struct str){type.p, 5}, STR("text/"))) ||
	       (type.len >= 21 && str_ieq((struct str){type.p, 21},
				      STR("application/xhtml+xml")));
}

/* Split off the last item of a list with commas. */
static struct str
last_item(struct str *list)
{
	struct str item;
	size_t i = list->len;

	while (i > 0 && list->p[i - 1] != ',')
		i--;
	item = str_trim((struct str){list->p + i, list->len - i});
	list->len = i > 0 ? i - 1 : 0;
	return item;
}

bool
http_is_coded(const struct http_message *m, struct str entity)
{
	return m->codings.len > 0 ||
	       (is_text_type(m) && mime_is_binary(entity));
}

enum http_status
http_decode(const struct http_message *m, struct str entity, size_t max,
    struct buf out[3], struct str *payload)
{
	struct str list = m->codings, coding;
	struct buf *from = &out[0], *to = &out[1], *done;
	bool seen = is_text_type(m);
	enum http_status result = HTTP_DECODED;
	enum gz_status status;
	size_t ncoding;

	*payload = entity;
	for (ncoding = 0; payload->len > 0 && ncoding < NCODING;) {
		coding = last_item(&list);
		if (coding.len == 0 && list.len == 0 && !seen)
			break;
		if ((coding.len == 0 && list.len > 0) ||
		    str_ieq(coding, STR("identity")) ||
		    str_ieq(coding, STR("none")))
			continue;
		status = coding.len > 0 ? decode(coding, *payload, max, to)
					: decode_seen(*payload, max, to);
		if (status == GZ_LONG) {
			payload->len = 0;
			return HTTP_LONG;
		}
		if (status == GZ_NONE) {
			trim(to);
			return coding.len > 0 && mime_is_binary(*payload)
				   ? HTTP_AS_IS
				   : result;
		}
		if (status == GZ_PART)
			result = HTTP_CUT;
		*payload = buf_str(to);
		ncoding++;
		trim(from);
		done = from;
		from = to;
		to = done == &out[0] ? &out[2] : done;
	}
	return result;
}
