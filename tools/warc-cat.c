/* warc-cat - web archives as records */

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "optout/optout.h"
#include "record/gz-members.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/rec.h"
#include "record/tool.h"
#include "web/charset-decode.h"
#include "web/charset.h"
#include "web/mime.h"
#include "web/warc.h"

static const struct tool_help help = {
    .usage =
	"usage: warc-cat [-hpV] [--type LIST] [--mime html|text|any|LIST]\n"
	"           [--status LIST|any] [--headers] [--verify]\n"
	"           [--at OFFSET[+WITHIN][,SIZE]] [--from OFFSET]\n"
	"           [--skip-hosts FILE] [--robots FILE] [--agent LIST]\n"
	"           [--name NAME] [file ...]\n"
	"       warc-cat --index [--type LIST|all] [file ...]\n",
    .about =
	"Web archives (WARC, WET, ARC; plain or compressed) as JSON records: "
	"the\n"
	"page in UTF-8 as \"html\", the text of a conversion as \"text\".\n",
    .example =
	"Example:\n"
	"  warc-cat crawl.warc.gz | html-strip | text-filter > docs.jsonl\n",
    .writes = 1};

enum {
	LARGE = 1 << 20, /* bytes of a buffer that isn't kept */
	PIECE = 64 << 10 /* bytes of a page that are quoted at a time */
};

struct opts {
	const char *types, *mimes, *statuses; /* NULL: the default */
	const char *name; /* of standard input or of the one file, or NULL */
	bool headers, verify, index;
	bool has_at, has_from;
	uint64_t at, within, size; /* of --at; size 0: one record */
	struct optout out;	   /* no record of these */
};

/* What one file's records need; buffers are kept from record to record. */
struct cat {
	const struct opts *opts;
	struct warc warc;
	struct warc_record *in;
	struct http_message http;
	bool has_http;
	struct str block, entity, payload, mime;
	struct str label;    /* of its charset; empty if nobody stated one */
	const char *differs; /* the field whose digest is another, or NULL */
	struct arena mem;    /* of the record in hand */
	struct buf body[3];  /* as http_decode() takes them */
	struct buf text, line;
};

/* Whether a list with commas has that item; an x stands for any digit. */
static bool
listed(const char *list, struct str item)
{
	size_t len, i;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		for (i = 0; len == item.len && i < len; i++)
			if ((list[i] | 0x20) != (item.p[i] | 0x20) &&
			    !(list[i] == 'x' && item.p[i] >= '0' &&
				item.p[i] <= '9'))
				break;
		if (len == item.len && i == len)
			return true;
		if (list[len] == '\0')
			return false;
	}
}

static bool
wants_type(const struct opts *o, struct str type)
{
	const char *list = o->types;

	if (list == NULL)
		list = o->index || o->has_at ? "all"
					     : "response,conversion,resource";
	return strcmp(list, "all") == 0 || listed(list, type);
}

static bool
wants_status(const struct opts *o, int status)
{
	const char *list = o->statuses;
	char text[16];

	if (list == NULL)
		list = o->index || o->has_at ? "any" : "200";
	if (strcmp(list, "any") == 0)
		return true;
	snprintf(text, sizeof(text), "%d", status);
	return listed(list, str_of(text));
}

static bool
wants_mime(const struct opts *o, struct str mime, bool conversion)
{
	bool text = str_starts(mime, STR("text/")) && !mime_is_html(mime);
	const char *list = o->mimes;

	if (list == NULL)
		list = o->index || o->has_at ? "any"
		       : conversion	     ? "text,html"
					     : "html";
	return listed(list, STR("any")) ||
	       (mime_is_html(mime) && listed(list, STR("html"))) ||
	       (text && listed(list, STR("text"))) || listed(list, mime);
}

/* The payload's media type as somebody stated it; empty if nobody did. */
static struct str
stated_mime(struct cat *c)
{
	struct str value;

	value = http_get(&c->in->fields, "WARC-Identified-Payload-Type");
	if (value.len == 0 && c->has_http)
		value = http_get(&c->http.fields, "Content-Type");
	if (value.len == 0 && (!c->has_http || c->in->arc))
		value = c->in->content_type;
	value = mime_type(value, &c->mem);
	if (!mime_valid(value) || str_starts(value, STR("unknown/")) ||
	    str_eq(value, STR("application/unknown")) ||
	    str_eq(value, STR("*/*")) ||
	    str_starts(value, STR("application/http")))
		value.len = 0;
	return value;
}

/*
 * Whether the record's block may be a message of HTTP.  Only for URLs of http
 * and https does ISO 28500 say what a response holds: others, and what is no
 * URL at all, need the record's type, and no protocol of their own ("ftp://").
 */
static bool
may_be_http(const struct warc_record *r, struct arena *mem)
{
	struct str scheme = {r->url.p, 0}, rest;

	while (scheme.len < r->url.len &&
	       strchr(":/?", r->url.p[scheme.len]) == NULL)
		scheme.len++;
	rest = (struct str){r->url.p + scheme.len, r->url.len - scheme.len};
	if (rest.len == 0 || rest.p[0] != ':' || str_ieq(scheme, STR("http")) ||
	    str_ieq(scheme, STR("https")))
		return true;
	return !str_starts(rest, STR("://")) &&
	       str_eq(mime_type(r->content_type, mem), STR("application/http"));
}

/* The message in the block, if the record is one of HTTP. */
static void
open_http(struct cat *c)
{
	const struct warc_record *r = c->in;

	c->has_http = (str_eq(r->type, STR("response")) ||
			  str_eq(r->type, STR("request")) ||
			  str_eq(r->type, STR("revisit"))) &&
		      may_be_http(r, &c->mem) &&
		      http_parse(&c->http, c->block, &c->mem);
}

/*
 * The block of an ARC without what belongs to its header: the two lines that
 * describe the format, or the blank line of a capture without HTTP header.
 */
static struct str
arc_block(const struct warc_record *r, struct str block)
{
	int nline = str_eq(r->type, STR("arc_header"))	  ? 2
		    : block.len > 0 && block.p[0] == '\n' ? 1
							  : 0;
	const char *p;

	for (; nline > 0 && block.len > 0; nline--) {
		p = memchr(block.p, '\n', block.len);
		if (p == NULL)
			return (struct str){block.p, 0};
		block.len -= (size_t)(p + 1 - block.p);
		block.p = p + 1;
	}
	return block;
}

static void
where(const struct cat *c, char *text, size_t room)
{
	warc_where(&c->warc, text, room);
}

/*
 * Free the block, of which the entity is a copy by now.  So no more than two
 * of block, entity, payload and text are in memory at a time.
 */
static void
free_block(struct cat *c)
{
	if (c->entity.p != c->body[0].p) {
		if (!http_is_coded(&c->http, c->entity))
			return; /* it is the payload */
		c->body[0].len = 0;
		buf_puts(&c->body[0], c->entity);
		c->entity = buf_str(&c->body[0]);
	}
	http_keep(&c->http.fields, &c->mem);
	c->block = c->http.body = (struct str){"", 0};
	warc_release(&c->warc);
}

/* The payload: the entity decoded, or all of the block.  False: too long. */
static bool
decode_payload(struct cat *c)
{
	size_t max = tool_max_record();
	enum http_status status;

	if (!c->has_http) {
		c->payload = c->in->arc ? arc_block(c->in, c->block) : c->block;
		return true;
	}
	if (c->block.len > LARGE)
		free_block(c);
	status = http_decode(&c->http, c->entity, max, c->body, &c->payload);
	if (status == HTTP_AS_IS)
		tool_count("undecoded", 1);
	else if (status == HTTP_CUT)
		tool_count("cut_codings", 1);
	return status != HTTP_LONG;
}

static void
check(struct cat *c, const char *field, struct str bytes, struct str other)
{
	struct str declared = http_get(&c->in->fields, field);
	char at[4096];

	if (declared.len == 0)
		return;
	where(c, at, sizeof(at));
	switch (digest_check(declared, bytes)) {
	case DIGEST_SAME:
		tool_count("digests_right", 1);
		break;
	case DIGEST_DIFFERS:
		if (other.len != bytes.len &&
		    digest_check(declared, other) == DIGEST_SAME) {
			tool_count("digests_right", 1);
			break;
		}
		c->differs = field;
		tool_lost(at, "%s differs: %.*s", field,
		    (int)(declared.len < 200 ? declared.len : 200), declared.p);
		break;
	case DIGEST_UNKNOWN:
		tool_lost(at, "%s can't be checked: %.*s", field,
		    (int)(declared.len < 200 ? declared.len : 200), declared.p);
		break;
	}
}

/* Both digests; that of a payload may be over the chunks or what they hold. */
static void
verify(struct cat *c)
{
	struct str none = {"", 0};

	check(c, "WARC-Block-Digest", c->block, none);
	/*
	 * a revisit has the payload of another record, a segment only a part of
	 * it
	 */
	if (str_eq(c->in->type, STR("revisit")) ||
	    http_get(&c->in->fields, "WARC-Segment-Number").len > 0)
		return;
	check(c, "WARC-Payload-Digest", c->has_http ? c->entity : c->block,
	    c->has_http ? c->http.body : none);
}

static void
set_str(struct rec *rec, const char *name, struct str value)
{
	if (value.len > 0)
		rec_set_str(rec, name, value);
}

/* Why the bytes cannot be trusted: a damaged coding, or a wrong digest. */
static void
set_damaged(struct rec *rec, const struct cat *c)
{
	struct buf b = {0};

	buf_puts(&b, c->in->damage);
	if (c->differs != NULL)
		buf_printf(
		    &b, "%s%s differs", b.len > 0 ? "; " : "", c->differs);
	if (b.len > 0)
		rec_set_str(rec, "damaged", arena_copy(rec->mem, buf_str(&b)));
	buf_release(&b);
}

/* Headers as an object, repeated ones joined by a comma. */
static void
set_fields(struct rec *rec, const char *name, const struct http_fields *fields)
{
	struct buf b = {0}, value = {0};
	struct json_writer w = {.out = &b};
	struct str key;
	size_t i, j;

	jw_begin_object(&w, NULL);
	for (i = 0; i < fields->n; i++) {
		key = fields->field[i].name;
		for (j = 0; j < i && !str_ieq(fields->field[j].name, key);)
			j++;
		if (j < i)
			continue;
		value.len = 0;
		buf_puts(&value, fields->field[i].value);
		for (j = i + 1; j < fields->n; j++)
			if (str_ieq(fields->field[j].name, key)) {
				buf_put(&value, ", ", 2);
				buf_puts(&value, fields->field[j].value);
			}
		jw_key(&w, key);
		jw_str(&w, NULL, buf_str(&value));
	}
	jw_end_object(&w);
	rec_set(rec, name, arena_copy(rec->mem, buf_str(&b)));
	buf_release(&b);
	buf_release(&value);
}

/* Make the id of a record that has none, from the place where it lies. */
static struct str
make_id(struct cat *c)
{
	const char *slash = strrchr(c->warc.file, '/');
	struct buf b = {0};
	struct str id;

	buf_printf(
	    &b, "%s@%" PRIu64, slash ? slash + 1 : c->warc.file, c->in->offset);
	if (c->in->within > 0)
		buf_printf(&b, "+%" PRIu64, c->in->within);
	id = arena_copy(&c->mem, buf_str(&b));
	buf_release(&b);
	return id;
}

static void
set_place(struct rec *rec, const struct cat *c)
{
	rec_set_str(rec, "file", str_of(c->warc.file));
	rec_set_size(rec, "offset", c->in->offset);
	if (c->in->within > 0)
		rec_set_size(rec, "within", c->in->within);
	if (c->in->size > 0)
		rec_set_size(rec, "size", c->in->size);
}

static void
write_index(struct cat *c)
{
	char hex[DIGEST_SHA1_HEX];
	struct rec rec;

	rec_init(&rec, &c->mem);
	set_place(&rec, c);
	set_str(&rec, "type", c->in->type);
	set_str(&rec, "id", c->in->id);
	set_str(&rec, "url", c->in->url);
	set_str(&rec, "date", c->in->date);
	if (c->has_http && c->http.status > 0)
		rec_set_size(&rec, "status", (size_t)c->http.status);
	set_str(&rec, "mime", c->mime);
	rec_set_size(&rec, "payload_length", c->payload.len);
	digest_sha1(hex, c->payload);
	rec_set_str(&rec, "payload_sha1", str_of(hex));
	rec_write(&rec, stdout);
}

/*
 * The longest piece of s that is worth quoting at once; it doesn't cut the
 * bytes of a character.
 */
static size_t
piece(struct str s)
{
	size_t len = PIECE;

	if (s.len <= PIECE)
		return s.len;
	while (len > PIECE - 4 && (s.p[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void
put_line(struct buf *line, size_t from)
{
	size_t len = line->len - from;

	if (fwrite_unlocked(line->p + from, 1, len, stdout) != len)
		tool_write_failed("standard output");
	tool_out(0, len);
	line->len = 0;
}

/* Write the record with text, which is valid UTF-8, as its last member. */
static void
write_text(
    struct cat *c, const struct rec *rec, const char *name, struct str text)
{
	struct buf *line = &c->line;
	size_t len, from = 0;

	line->len = 0;
	rec_format(rec, line);
	line->len -= strlen("}\n");
	buf_printf(line, ",\"%s\":", name);
	do {
		len = piece(text);
		json_put_str(line, (struct str){text.p, len});
		line->len--; /* the quote, that another piece may follow */
		put_line(line, from);
		from = 1;
		text.p += len;
		text.len -= len;
	} while (text.len > 0);
	buf_puts(line, STR("\"}\n"));
	put_line(line, 0);
	tool_out(1, 0);
}

/* The label of the payload's charset; empty if nobody stated one. */
static struct str
stated_charset(const struct cat *c)
{
	const struct warc_record *r = c->in;
	struct str label = {"", 0};

	if (c->has_http)
		label = mime_param(
		    http_get(&c->http.fields, "Content-Type"), "charset");
	if (label.len == 0)
		label = mime_param(
		    http_get(&r->fields, "WARC-Identified-Payload-Type"),
		    "charset");
	if (label.len == 0 && !c->has_http)
		label = mime_param(r->content_type, "charset");
	return label;
}

/*
 * Find the type of the decoded payload if nobody stated one, or if it was
 * stated as text and the bytes cannot be text.  False if they are not the text
 * that somebody stated.
 */
static bool
look(struct cat *c)
{
	bool text =
	    mime_is_markup(c->mime) || str_starts(c->mime, STR("text/"));

	c->label = stated_charset(c);
	if (c->payload.len == 0)
		return true;
	if (c->mime.len == 0) {
		c->mime = mime_sniff(c->payload);
		return true;
	}
	if (!text || !mime_is_binary(c->payload) ||
	    (mime_magic(c->payload).len == 0 &&
		charset_is_wide(charset_find(c->label))))
		return true;
	c->mime = mime_sniff(c->payload);
	return false;
}

static void
write_page(struct cat *c)
{
	const struct warc_record *r = c->in;
	const struct charset *cs;
	struct str bytes = c->payload, text;
	size_t nreplaced;
	struct rec rec;
	char at[4096];

	cs = charset_choose(&bytes, c->label, mime_is_markup(c->mime));
	if (!charset_known(cs)) {
		where(c, at, sizeof(at));
		tool_bad(at, r->id, "unknown charset: %s", charset_name(cs));
		return;
	}
	if (!charset_decode(
		cs, bytes, tool_max_record(), &c->text, &text, &nreplaced)) {
		where(c, at, sizeof(at));
		tool_bad(at, r->id, "text longer than --max-record");
		return;
	}
	rec_init(&rec, &c->mem);
	rec_set_str(&rec, "id", r->id.len > 0 ? r->id : make_id(c));
	set_str(&rec, "url", r->url);
	set_str(&rec, "date", r->date);
	set_str(&rec, "mime", c->mime);
	rec_set_str(&rec, "charset", str_of(charset_name(cs)));
	if (c->has_http && c->http.status > 0)
		rec_set_size(&rec, "status", (size_t)c->http.status);
	set_place(&rec, c);
	set_str(&rec, "truncated", http_get(&r->fields, "WARC-Truncated"));
	if (r->cut)
		rec_set_str(&rec, "truncated", STR("damage"));
	set_damaged(&rec, c);
	if (nreplaced > 0) {
		rec_set_size(&rec, "replaced", nreplaced);
		tool_count("replaced", nreplaced);
	}
	if (c->has_http) {
		set_str(&rec, "robots",
		    http_join(&c->http.fields, "X-Robots-Tag", &c->mem));
		set_str(
		    &rec, "tdm", http_get(&c->http.fields, "TDM-Reservation"));
		set_str(&rec, "tdm_policy",
		    http_get(&c->http.fields, "TDM-Policy"));
	}
	if (c->opts->headers) {
		set_fields(&rec, "warc_headers", &r->fields);
		if (c->has_http)
			set_fields(&rec, "http_headers", &c->http.fields);
	}
	write_text(c, &rec,
	    str_eq(r->type, STR("conversion")) ? "text" : "html", text);
}

/* Give back what only a rare, large record needed. */
static void
shrink(struct cat *c)
{
	struct buf *all[] = {
	    &c->body[0], &c->body[1], &c->body[2], &c->text, &c->line};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i]->cap > LARGE)
			buf_release(all[i]);
}

/* One record whose header has been read. */
static void
cat_record(struct cat *c)
{
	const struct opts *o = c->opts;
	bool conversion = str_eq(c->in->type, STR("conversion")), fits, is_text;
	const char *out;
	char at[4096];

	if (!wants_type(o, c->in->type)) {
		tool_drop("type");
		return;
	}
	out = optout_why(&o->out, c->in->url);
	if (out != NULL) {
		tool_drop(out);
		return;
	}
	if (!warc_block(&c->warc, tool_max_record(), &c->block)) {
		where(c, at, sizeof(at));
		tool_bad(at, c->in->id, "block longer than --max-record");
		return;
	}
	arena_clear(&c->mem);
	open_http(c);
	if (c->has_http && !c->http.request &&
	    !wants_status(o, c->http.status)) {
		tool_drop("status");
		return;
	}
	c->mime = stated_mime(c);
	if (c->mime.len > 0 && !wants_mime(o, c->mime, conversion)) {
		tool_drop("mime");
		return;
	}
	c->entity = c->block;
	c->differs = NULL;
	fits = !c->has_http || http_dechunk(&c->http, tool_max_record(),
				   &c->body[0], &c->entity);
	if (fits && o->verify)
		verify(c);
	if (!fits || !decode_payload(c)) {
		where(c, at, sizeof(at));
		tool_bad(at, c->in->id, "payload longer than --max-record");
		return;
	}
	is_text = look(c);
	if (!wants_mime(o, c->mime, conversion)) {
		tool_drop(is_text ? "mime" : "not_text");
		return;
	}
	if (o->index)
		write_index(c);
	else
		write_page(c);
}

/* Go to where the options say; false when the file has no such place. */
static bool
go_to(struct cat *c, struct gz *gz)
{
	const struct opts *o = c->opts;

	if (!o->has_at && !o->has_from)
		return true;
	if (!gz_seek(gz, o->at)) {
		tool_lost(c->warc.file, "the file has no byte %" PRIu64, o->at);
		return false;
	}
	if (o->within > 0) {
		gz_peek(gz, 1);
		gz_join(gz);
		gz_take(gz, o->within);
	}
	return true;
}

static void
cat_file(struct cat *c, const char *file, uint64_t done, uint64_t total)
{
	const struct opts *o = c->opts;
	struct gz *gz = gz_open(file);
	uint64_t before = 0, here;

	if (gz == NULL) {
		tool_no_input(file);
		return;
	}
	if (o->name != NULL)
		file = o->name;
	warc_open(&c->warc, file, gz);
	if (go_to(c, gz))
		while ((c->in = warc_read(&c->warc)) != NULL) {
			here = gz_offset(gz);
			tool_progress(done + here, total);
			tool_in(1, (size_t)(here > before ? here - before : 0));
			before = here;
			if (o->has_at && o->size > 0 &&
			    c->in->offset >= o->at + o->size)
				break;
			cat_record(c);
			shrink(c);
			if (o->has_at && o->size == 0)
				break;
		}
	else if (gz_why(gz) != NULL)
		tool_lost(file, "%s", gz_why(gz));
	tool_progress(done + gz_offset(gz), total);
	warc_close(&c->warc);
	gz_close(gz);
}

/* "OFFSET[+WITHIN][,SIZE]" */
static void
parse_at(void *context, char *arg)
{
	struct opts *o = context;
	char *copy = strdup(arg), *p = copy;
	char *comma = strchr(copy, ','), *plus = strchr(copy, '+');

	if (comma != NULL) {
		*comma = '\0';
		o->size = cli_u64("--at", comma + 1);
	}
	if (plus != NULL && (comma == NULL || plus < comma)) {
		*plus = '\0';
		o->within = cli_u64("--at", plus + 1);
	}
	o->at = cli_u64("--at", p);
	o->has_at = true;
	free(copy);
}

static void
parse_from(void *context, char *arg)
{
	struct opts *o = context;

	o->at = cli_u64("--from", arg);
	o->has_from = true;
}

/* Take the options and give back the operands. */
static char **
options(struct opts *o, int argc, char *argv[])
{
	const struct option_row rows[] = {
	    {"type", "LIST",
		"record types, or all (response,conversion,resource)",
		OPTION_STRING(&o->types)},
	    {"mime", "LIST",
		"html, text, any, or media types (html; and text for "
		"conversions)",
		OPTION_STRING(&o->mimes)},
	    {"status", "LIST", "HTTP statuses, 2xx for a class, or any (200)",
		OPTION_STRING(&o->statuses)},
	    {"headers", NULL, "add the WARC and HTTP headers as objects",
		OPTION_FLAG(&o->headers)},
	    {"verify", NULL, "check the digests that records declare",
		OPTION_FLAG(&o->verify)},
	    {"index", NULL, "a line for each record, without its body",
		OPTION_FLAG(&o->index)},
	    {"at", "OFFSET[+WITHIN][,SIZE]", "only the record at this byte",
		OPTION_CALL(parse_at, o)},
	    {"from", "OFFSET", "begin at this byte",
		OPTION_CALL(parse_from, o)},
	    {"name", "NAME",
		"what \"file\" and messages call standard input, or the file",
		OPTION_STRING(&o->name)},
	    {"skip-hosts", "FILE",
		"drop what a file of domains and URL prefixes names",
		OPTION_LIST(&o->out.host_files)},
	    {"robots", "FILE",
		"drop what the robots.txt files in it forbid; records with "
		"url, status, text",
		OPTION_LIST(&o->out.robots_files)},
	    {"agent", "LIST",
		"whom they must allow, as CCBot,GPTBot; those of language "
		"models by default",
		OPTION_STRING(&o->out.agents)},
	    {.name = NULL}};
	char **operands;

	operands = tool_init(argc, argv, &help, rows, NULL);
	if ((o->has_at || o->has_from) && operands[0] != NULL &&
	    operands[1] != NULL)
		tool_usage("--at and --from take one file");
	if (o->name != NULL && operands[0] != NULL && operands[1] != NULL)
		tool_usage("--name takes one file");
	if (o->has_at && o->has_from)
		tool_usage("--at cannot be combined with --from");
	optout_load(&o->out);
	return operands;
}

static uint64_t
file_size(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? (uint64_t)st.st_size : 0;
}

int
main(int argc, char *argv[])
{
	struct opts o = {0};
	struct cat c = {.opts = &o};
	uint64_t done = 0, total = 0;
	char **operands;
	size_t i;

	/*
	 * large buffers then grow in place, and what is freed goes back to the
	 * system
	 */
	mallopt(M_MMAP_THRESHOLD, LARGE);
	operands = options(&o, argc, argv);
	for (i = 0; operands[i] != NULL; i++)
		total += file_size(operands[i]);
	if (operands[0] == NULL)
		cat_file(&c, "-", 0, 0);
	for (i = 0; operands[i] != NULL; i++) {
		cat_file(&c, operands[i], done, total);
		done += file_size(operands[i]);
	}
	optout_release(&o.out);
	arena_release(&c.mem);
	buf_release(&c.body[0]);
	buf_release(&c.body[1]);
	buf_release(&c.body[2]);
	buf_release(&c.text);
	buf_release(&c.line);
	return tool_end(stdout);
}
