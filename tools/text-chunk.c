/* text-chunk - cut the text of records into chunks, or join them again */

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "text/chunk.h"
#include "text/line.h"
#include "text/word.h"
#include "token/tokenizer.h"

enum form { SPLIT, JOIN };

static const struct tool_help help = {
    .usage =
	"usage: text-chunk [-hpV] [--max-words N] [--overlap N] [--min-tokens "
	"N]\n"
	"                  [file ...]\n"
	"       text-chunk --tokenizer DIR --max-tokens N [--overlap N]\n"
	"                  [--min-tokens N] [file ...]\n"
	"       text-chunk --join [file ...]\n",
    .about =
	"Write each record as chunks of its text, cut where sentences end.\n"
	"Chunks joined give the text back, byte for byte.\n",
    .example = "Example:\n"
	       "  html-strip pages.jsonl | text-chunk --max-words 400 > "
	       "chunks.jsonl\n",
    .forms = (const char *const[]){[SPLIT] = "", [JOIN] = "--join", NULL},
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1 << SPLIT | 1 << JOIN};

struct opts {
	struct chunk_rule rule;
	size_t max_words, max_tokens, least;
	const char *tokenizer;
	bool join;
};

/* The tokens of a piece, for struct chunk_rule. */
static size_t
count_tokens(void *tokenizer, struct str piece)
{
	size_t n;

	tokenizer_encode(tokenizer, piece, &n);
	return n;
}

/* The id of a record; of one without, the hash of its text. */
static struct str
parent_id(const struct rec *rec, struct str text)
{
	struct str id;
	char *hex;

	if (rec_get_str(rec, tool_id(), &id))
		return id;
	hex = arena_alloc(rec->mem, 33);
	hash_hex(hex, hash_128(text.p, text.len));
	return (struct str){hex, 32};
}

static void
split(struct rec_reader *in, struct rec *rec, const struct opts *o)
{
	struct chunk *chunk;
	struct buf id = {0};
	struct str text, doc, lang = STR("");
	struct chunk empty = {0};
	size_t i, n, out = 0;

	if (!rec_need_str(in, rec, tool_text(), &text))
		return;
	doc = parent_id(rec, text);
	rec_get_str(rec, "lang", &lang);
	n = chunk_split(text, lang, &o->rule, rec->mem, &chunk);
	if (n == 0) { /* an empty text is one empty chunk */
		chunk = &empty;
		n = 1;
	}
	for (i = 0; i < n; i++) {
		if (chunk[i].size < o->least) {
			tool_drop(text.len == 0 ? "empty text"
				  : n == 1	? "short text"
						: "short chunk");
			continue;
		}
		id.len = 0;
		buf_puts(&id, doc);
		buf_printf(&id, "#%zu", i);
		rec_set_str(rec, tool_id(), buf_str(&id));
		rec_set_str(rec, "doc", doc);
		rec_set_size(rec, "chunk", i);
		rec_set_size(rec, "start", chunk[i].start);
		rec_set_size(rec, "end", chunk[i].end);
		rec_set_str(rec, tool_text(),
		    (struct str){text.p + chunk[i].start,
			chunk[i].end - chunk[i].start});
		rec_write(rec, stdout);
		tool_count(
		    o->rule.count != NULL ? "tokens" : "words", chunk[i].size);
		out++;
	}
	tool_count("documents", out > 0);
	buf_release(&id);
}

/* Something that chunks of a document tell under a name: the best counts. */
struct item {
	struct str name, raw; /* raw: as JSON text */
	double value;
	size_t order;
};

struct items {
	struct buf list; /* of struct item */
	size_t n;
};

/* Chunks of a document that follow one another, as one record. */
struct join {
	struct rec rec; /* the first chunk's */
	struct arena mem;
	struct buf text, out;
	struct str doc;
	size_t first, last; /* chunks [first, last] */
	size_t start;	    /* of the last chunk in the document, bytes */
	size_t end;	    /* of the text there */
	struct items domain, score, hit;
	bool changed; /* the last chunk is not as it was cut */
	bool open;
};

static int
by_value(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;

	if (a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int
by_order(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;

	return a->order < b->order ? -1 : a->order > b->order;
}

static int
by_name(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;
	size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
	int d = len > 0 ? memcmp(a->name.p, b->name.p, len) : 0;

	if (d != 0)
		return d;
	if (a->name.len != b->name.len)
		return a->name.len < b->name.len ? -1 : 1;
	return by_value(a, b);
}

static void
add_item(struct items *items, struct arena *mem, struct str name,
    struct str raw, double value)
{
	struct item item = {
	    arena_copy(mem, name), arena_copy(mem, raw), value, items->n++};

	buf_put(&items->list, &item, sizeof(item));
}

/*
 * Keep one item for each name, the best, at the place of the name's first;
 * then sort.
 */
static struct item *
distinct(struct items *items, int (*order)(const void *, const void *))
{
	struct item *p = (struct item *)(void *)items->list.p;
	size_t i, n = 0;

	if (items->n == 0)
		return p;
	qsort(p, items->n, sizeof(*p), by_name);
	for (i = 0; i < items->n; i++) {
		if (n == 0 || !str_eq(p[i].name, p[n - 1].name))
			p[n++] = p[i];
		else if (p[i].order < p[n - 1].order)
			p[n - 1].order = p[i].order;
	}
	items->n = n;
	qsort(p, n, sizeof(*p), order);
	return p;
}

/* Take up what the chunk says of domains, scores and hits. */
static void
gather(struct join *j, const struct rec *rec)
{
	struct str *domain, raw, key, member, seed;
	struct json_walk w;
	double value;
	size_t i, n;

	if (rec_get_strs(rec, "domains", &domain, &n))
		for (i = 0; i < n; i++)
			add_item(&j->domain, &j->mem, domain[i], STR(""), 0);
	if (rec_get(rec, "scores", &raw) && json_open(&w, raw, '{'))
		while (json_next(&w, rec->mem, &key, &raw))
			if (json_get_num(raw, &value))
				add_item(&j->score, &j->mem, key, raw, value);
	if (rec_get(rec, "hits", &raw) && json_open(&w, raw, '['))
		while (json_next(&w, rec->mem, &key, &raw))
			if (json_member(raw, rec->mem, STR("seed"), &member) &&
			    json_get_str(member, rec->mem, &seed) &&
			    json_member(raw, rec->mem, STR("sim"), &member) &&
			    json_get_num(member, &value))
				add_item(&j->hit, &j->mem, seed, raw, value);
}

/* Set the members that were gathered; what was absent stays so. */
static void
set_gathered(struct join *j)
{
	struct json_writer w = {.out = &j->out};
	struct item *p;
	struct str *domain;
	size_t i;

	if (j->domain.n > 0) {
		p = distinct(&j->domain, by_order);
		domain = arena_alloc(&j->mem, j->domain.n * sizeof(*domain));
		for (i = 0; i < j->domain.n; i++)
			domain[i] = p[i].name;
		rec_set_strs(&j->rec, "domains", domain, j->domain.n);
	}
	if (j->score.n > 0) {
		p = distinct(&j->score, by_order);
		j->out.len = 0;
		jw_begin_object(&w, NULL);
		for (i = 0; i < j->score.n; i++) {
			jw_key(&w, p[i].name);
			jw_raw(&w, NULL, p[i].raw);
		}
		jw_end_object(&w);
		rec_set(
		    &j->rec, "scores", arena_copy(&j->mem, buf_str(&j->out)));
	}
	if (j->hit.n > 0) {
		p = distinct(&j->hit, by_value);
		j->out.len = 0;
		w = (struct json_writer){.out = &j->out};
		jw_begin_array(&w, NULL);
		for (i = 0; i < j->hit.n; i++)
			jw_raw(&w, NULL, p[i].raw);
		jw_end_array(&w);
		rec_set(&j->rec, "hits", arena_copy(&j->mem, buf_str(&j->out)));
	}
	rec_remove(&j->rec, "vec"); /* that of the first chunk alone */
}

static void
join_write(struct join *j)
{
	if (!j->open)
		return;
	j->open = false;
	if (j->first == 0)
		rec_set_str(&j->rec, tool_id(), j->doc);
	rec_set_str(&j->rec, tool_text(), buf_str(&j->text));
	rec_set_size(&j->rec, "end", j->end);
	if (j->last > j->first)
		set_gathered(j);
	rec_write(&j->rec, stdout);
}

/*
 * Whether two chunks would run together, one of which was changed: neither has
 * white space there, nor is the seam one of a script without spaces.
 */
static bool
needs_blank(struct str before, struct str next)
{
	if (before.len == 0 || next.len == 0)
		return false;
	return line_strip(next).p == next.p &&
	       line_strip(before).p + line_strip(before).len ==
		   before.p + before.len &&
	       !word_is_alone(utf8_take(&next));
}

/* Whether a chunk goes on where the one before it ends, or says its end again. */
static bool
goes_on(const struct join *j, struct str text, size_t start, size_t end)
{
	if (start == j->end)
		return true;
	return start < j->end && start >= j->start && end > j->end &&
	       text.len == end - start &&
	       (text.p[j->end - start] & 0xc0) != 0x80; /* no half character */
}

static void
join(struct rec_reader *in, const struct rec *rec, struct join *j)
{
	struct str text, doc;
	size_t chunk, start, end, lap = 0; /* bytes that both chunks have */
	const char *why;

	if (!rec_get_str(rec, tool_text(), &text) ||
	    !rec_get_str(rec, "doc", &doc) ||
	    !rec_get_size(rec, "chunk", &chunk) ||
	    !rec_get_size(rec, "start", &start) ||
	    !rec_get_size(rec, "end", &end)) {
		rec_bad(
		    in, "no chunk: text, doc, chunk, start or end is missing");
		return;
	}
	if (j->open && str_eq(doc, j->doc) && chunk == j->last + 1 &&
	    goes_on(j, text, start, end) &&
	    j->text.len + text.len <= tool_max_record()) {
		lap = j->end - start;
		text.p += lap;
		text.len -= lap;
		if ((j->changed || text.len != end - start - lap) &&
		    needs_blank(buf_str(&j->text), text))
			buf_putc(&j->text, ' ');
		j->last = chunk;
	} else {
		join_write(j);
		arena_clear(&j->mem);
		j->text.len = 0;
		j->open = true;
		j->doc = arena_copy(&j->mem, doc);
		j->first = j->last = chunk;
		j->domain.list.len = j->score.list.len = j->hit.list.len = 0;
		j->domain.n = j->score.n = j->hit.n = 0;
		rec_parse(
		    &j->rec, &j->mem, arena_copy(&j->mem, rec->line), &why);
	}
	j->end = end;
	j->start = start;
	j->changed = text.len != end - start - lap;
	buf_puts(&j->text, text);
	gather(j, rec);
}

static void
join_release(struct join *j)
{
	arena_release(&j->mem);
	buf_release(&j->text);
	buf_release(&j->out);
	buf_release(&j->domain.list);
	buf_release(&j->score.list);
	buf_release(&j->hit.list);
}

/* What chunks are measured by, as the options say. */
static void
set_rule(struct opts *o)
{
	if ((o->tokenizer != NULL) != tool_given("max-tokens"))
		tool_usage("--tokenizer and --max-tokens need each other");
	if (o->tokenizer != NULL && tool_given("max-words"))
		tool_usage("--max-words cannot be combined with --max-tokens");
	o->rule.max = o->max_words;
	if (o->tokenizer != NULL) {
		o->rule.max = o->max_tokens;
		o->rule.count = count_tokens;
		o->rule.context = tokenizer_open(o->tokenizer, true);
	}
	if (o->rule.overlap >= o->rule.max)
		tool_usage("--overlap must be less than a chunk");
}

int
main(int argc, char *argv[])
{
	struct opts o = {.max_words = 2500, .least = 20};
	const struct option_row rows[] = {
	    {"max-words", "N", "most words of a chunk (2500)",
		OPTION_SIZE(&o.max_words, 1, SIZE_MAX / 64),
		.forms = 1 << SPLIT},
	    {"tokenizer", "DIR",
		"a folder of a model: tokens are counted, not words",
		OPTION_STRING(&o.tokenizer), .forms = 1 << SPLIT},
	    {"max-tokens", "N", "most tokens of a chunk",
		OPTION_SIZE(&o.max_tokens, 1, SIZE_MAX / 64),
		.forms = 1 << SPLIT},
	    {"overlap", "N",
		"begin a chunk with the last sentences of the one before it, "
		"of at most N words or tokens (0)",
		OPTION_SIZE(&o.rule.overlap, 0, SIZE_MAX / 64),
		.forms = 1 << SPLIT},
	    {"min-tokens", "N", "drop chunks of fewer words or tokens (20)",
		OPTION_SIZE(&o.least, 0, SIZE_MAX), .forms = 1 << SPLIT},
	    {"join", NULL,
		"put chunks of a document that follow one another together: "
		"best scores, all domains",
		OPTION_FLAG(&o.join), .selects = JOIN},
	    {.name = NULL}};
	struct join joined = {0};
	struct rec_reader in;
	struct rec rec;
	char **operands;

	operands = tool_init(argc, argv, &help, rows, NULL);
	if (!o.join)
		set_rule(&o);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if (o.join)
			join(&in, &rec, &joined);
		else
			split(&in, &rec, &o);
	join_write(&joined);
	join_release(&joined);
	if (o.rule.context != NULL)
		tokenizer_close(o.rule.context);
	rec_close(&in);
	return tool_end(stdout);
}
