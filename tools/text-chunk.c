/* text-chunk - cut the text of records into chunks, or join them again */

#include <stdlib.h>

#include "buf.h"
#include "chunk.h"
#include "hash.h"
#include "json.h"
#include "rec.h"
#include "run.h"
#include "word.h"

static const char usage[] =
    "usage: text-chunk [-hpV] [--max-words N] [--min-tokens N] [file ...]\n"
    "       text-chunk --join [file ...]\n";

static const char help[] =
    "\n"
    "Write each record as chunks of its text, cut where sentences end.\n"
    "Chunks joined give the text back, byte for byte.\n\n"
    "      --max-words N     words of a chunk, at most (2500)\n"
    "      --min-tokens N    drop chunks of fewer words (20)\n"
    "      --join            put chunks of a document that follow one another\n"
    "                        together: best scores, all domains\n" RUN_HELP "\n"
    "Example:\n"
    "  html-strip pages.jsonl | text-chunk --max-words 400 > chunks.jsonl\n";

struct opts {
	size_t max_words, min_words;
	bool join;
};

/* The id of a record; of one without, the hash of its text. */
static struct str
parent_id(const struct rec *rec, struct str text)
{
	struct str id;
	char *hex;

	if (rec_get_str(rec, "id", &id))
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
	struct str text, doc;
	size_t i, n, out = 0;

	if (!rec_get_str(rec, "text", &text)) {
		rec_bad(in, "no string \"text\"");
		return;
	}
	doc = parent_id(rec, text);
	n = chunk_split(text, o->max_words, rec->mem, &chunk);
	if (n == 0)
		run_drop("empty text");
	for (i = 0; i < n; i++) {
		if (chunk[i].nword < o->min_words) {
			run_drop(n == 1 ? "short text" : "short chunk");
			continue;
		}
		id.len = 0;
		buf_puts(&id, doc);
		buf_printf(&id, "#%zu", i);
		rec_set_str(rec, "id", buf_str(&id));
		rec_set_str(rec, "doc", doc);
		rec_set_size(rec, "chunk", i);
		rec_set_size(rec, "start", chunk[i].start);
		rec_set_size(rec, "end", chunk[i].end);
		rec_set_str(rec, "text",
		    (struct str){text.p + chunk[i].start,
			chunk[i].end - chunk[i].start});
		rec_write(rec, stdout);
		out++;
	}
	run_count("documents", out > 0);
	buf_release(&id);
}

/* A seed that found the record, as JSON text, with how near it is. */
struct hit {
	struct str raw, seed;
	double sim;
	size_t order;
};

/* Chunks of a document that follow one another, as one record. */
struct join {
	struct rec rec; /* the first chunk's */
	struct arena mem;
	struct buf text;
	struct str doc;
	size_t first, last; /* chunks [first, last] */
	size_t end;	    /* of the text in the document, bytes */
	struct str *domain; /* (ndomain) */
	size_t ndomain;
	struct str scores, hits; /* raw, merged so far; empty: none */
	bool open;
};

/* The greater of every score, names in the order of their first coming. */
static struct str
merge_scores(struct arena *mem, struct str a, struct str b)
{
	struct json_walk w;
	struct buf out = {0};
	struct str key, raw, other;
	double x, y;

	if (a.len == 0)
		return arena_copy(mem, b);
	buf_putc(&out, '{');
	json_open(&w, a, '{');
	while (json_next(&w, mem, &key, &raw)) {
		if (out.len > 1)
			buf_putc(&out, ',');
		json_put_str(&out, key);
		buf_putc(&out, ':');
		if (json_get_num(raw, &x) && json_member(b, mem, key, &other) &&
		    json_get_num(other, &y) && y > x)
			raw = other;
		buf_puts(&out, raw);
	}
	json_open(&w, b, '{');
	while (json_next(&w, mem, &key, &raw)) {
		if (json_member(a, mem, key, &other))
			continue;
		if (out.len > 1)
			buf_putc(&out, ',');
		json_put_str(&out, key);
		buf_putc(&out, ':');
		buf_puts(&out, raw);
	}
	buf_putc(&out, '}');
	a = arena_copy(mem, buf_str(&out));
	buf_release(&out);
	return a;
}

static int
nearer(const void *va, const void *vb)
{
	const struct hit *a = va, *b = vb;

	if (a->sim != b->sim)
		return a->sim > b->sim ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static int
by_seed(const void *va, const void *vb)
{
	const struct hit *a = va, *b = vb;
	size_t len = a->seed.len < b->seed.len ? a->seed.len : b->seed.len;
	int d = len > 0 ? memcmp(a->seed.p, b->seed.p, len) : 0;

	if (d != 0)
		return d;
	if (a->seed.len != b->seed.len)
		return a->seed.len < b->seed.len ? -1 : 1;
	return nearer(a, b);
}

/* All hits, best first; of a seed that is there twice the nearer. */
static struct str
merge_hits(struct arena *mem, struct str a, struct str b)
{
	struct json_walk w;
	struct buf list = {0}, out = {0};
	struct str part[] = {a, b}, key, raw, member;
	struct hit hit, *p;
	size_t i, j, n = 0;

	for (i = 0; i < 2; i++) {
		if (part[i].len == 0 || !json_open(&w, part[i], '['))
			continue;
		while (json_next(&w, mem, &key, &raw)) {
			hit = (struct hit){.raw = raw, .order = n};
			if (json_member(raw, mem, STR("seed"), &member))
				json_get_str(member, mem, &hit.seed);
			if (json_member(raw, mem, STR("sim"), &member))
				json_get_num(member, &hit.sim);
			buf_put(&list, &hit, sizeof(hit));
			n++;
		}
	}
	p = (struct hit *)(void *)list.p;
	if (n > 0)
		qsort(p, n, sizeof(*p), by_seed);
	for (i = j = 0; i < n; i++)
		if (j == 0 || p[i].seed.len == 0 ||
		    !str_eq(p[i].seed, p[j - 1].seed))
			p[j++] = p[i];
	if (j > 0)
		qsort(p, j, sizeof(*p), nearer);
	buf_putc(&out, '[');
	for (i = 0; i < j; i++) {
		if (i > 0)
			buf_putc(&out, ',');
		buf_puts(&out, p[i].raw);
	}
	buf_putc(&out, ']');
	a = arena_copy(mem, buf_str(&out));
	buf_release(&list);
	buf_release(&out);
	return a;
}

/* Add what the chunk says of domains, scores and hits. */
static void
gather(struct join *j, const struct rec *rec)
{
	struct str *domain, *all, raw;
	struct json_walk w;
	size_t i, k, n;

	if (rec_get_strs(rec, "domains", &domain, &n)) {
		all = arena_alloc(&j->mem, (j->ndomain + n + 1) * sizeof(*all));
		if (j->ndomain > 0)
			memcpy(all, j->domain, j->ndomain * sizeof(*all));
		for (i = 0; i < n; i++) {
			for (k = 0; k < j->ndomain; k++)
				if (str_eq(all[k], domain[i]))
					break;
			if (k == j->ndomain)
				all[j->ndomain++] =
				    arena_copy(&j->mem, domain[i]);
		}
		j->domain = all;
	}
	if (rec_get(rec, "scores", &raw) && json_open(&w, raw, '{'))
		j->scores = merge_scores(&j->mem, j->scores, raw);
	if (rec_get(rec, "hits", &raw) && json_open(&w, raw, '['))
		j->hits = merge_hits(&j->mem, j->hits, raw);
}

static void
join_write(struct join *j)
{
	if (!j->open)
		return;
	j->open = false;
	if (j->first == 0)
		rec_set_str(&j->rec, "id", j->doc);
	rec_set_str(&j->rec, "text", buf_str(&j->text));
	rec_set_size(&j->rec, "end", j->end);
	if (j->last > j->first) {
		if (j->domain != NULL)
			rec_set_strs(&j->rec, "domains", j->domain, j->ndomain);
		if (j->scores.len > 0)
			rec_set(&j->rec, "scores", j->scores);
		if (j->hits.len > 0)
			rec_set(&j->rec, "hits", j->hits);
		rec_remove(&j->rec, "vec"); /* that of the first chunk alone */
	}
	rec_write(&j->rec, stdout);
}

static void
join(struct rec_reader *in, const struct rec *rec, struct join *j)
{
	struct str text, doc;
	size_t chunk, start, end;
	const char *why;

	if (!rec_get_str(rec, "text", &text) ||
	    !rec_get_str(rec, "doc", &doc) ||
	    !rec_get_size(rec, "chunk", &chunk) ||
	    !rec_get_size(rec, "start", &start) ||
	    !rec_get_size(rec, "end", &end)) {
		rec_bad(in, "no chunk: text, doc, chunk, start or end is not "
			    "there");
		return;
	}
	if (j->open && str_eq(doc, j->doc) && start == j->end &&
	    chunk == j->last + 1 &&
	    j->text.len + text.len <= run_max_record()) {
		j->last = chunk;
	} else {
		join_write(j);
		arena_clear(&j->mem);
		j->text.len = 0;
		j->open = true;
		j->doc = arena_copy(&j->mem, doc);
		j->first = j->last = chunk;
		j->domain = NULL;
		j->ndomain = 0;
		j->scores = j->hits = (struct str){0};
		rec_parse(
		    &j->rec, &j->mem, arena_copy(&j->mem, rec->line), &why);
	}
	j->end = end;
	buf_puts(&j->text, text);
	gather(j, rec);
}

int
main(int argc, char *argv[])
{
	enum { OPT_MAX_WORDS = RUN_OPT_OWN, OPT_MIN_TOKENS, OPT_JOIN };
	static const struct option longopts[] = {
	    {"max-words", required_argument, NULL, OPT_MAX_WORDS},
	    {"min-tokens", required_argument, NULL, OPT_MIN_TOKENS},
	    {"join", no_argument, NULL, OPT_JOIN}, RUN_OPTIONS};
	struct opts o = {.max_words = 2500, .min_words = 20};
	struct join joined = {0};
	struct rec_reader in;
	struct rec rec;
	int ch;

	run_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, RUN_SHORT, longopts, NULL)) != -1)
		switch (ch) {
		case OPT_MAX_WORDS:
			o.max_words =
			    cli_size("--max-words", optarg, 1, SIZE_MAX / 64);
			break;
		case OPT_MIN_TOKENS:
			o.min_words =
			    cli_size("--min-tokens", optarg, 0, SIZE_MAX);
			break;
		case OPT_JOIN:
			o.join = true;
			break;
		default:
			run_option(ch);
		}
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		if (o.join)
			join(&in, &rec, &joined);
		else
			split(&in, &rec, &o);
	join_write(&joined);
	arena_release(&joined.mem);
	buf_release(&joined.text);
	return rec_close(&in, stdout);
}
