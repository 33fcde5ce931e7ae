#include "shard/takedown.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/hash.h"
#include "base/mapfile.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/tool.h"
#include "shard/manifest.h"
#include "shard/unpack.h"

static const char next[] = ".next";

static _Noreturn void
is_broken(const struct takedown *t, const char *why)
{
	cli_errx(CLI_FATAL, "%s/manifest.json: %s", t->folder, why);
}

/* Give NAME.next its name, if it is there. */
static void
rename_next(const char *folder, const char *name)
{
	char *from = manifest_path(folder, name, next);
	char *to = manifest_path(folder, name, "");

	if (mapfile_exists(from)) {
		if (rename(from, to) != 0)
			cli_err(CLI_FATAL, "%s", to);
		outfile_sync_name(to);
	}
	free(from);
	free(to);
}

static void
take_away(const char *folder, const char *name)
{
	char *path = manifest_path(folder, name, "");

	if (unlink(path) != 0 && mapfile_exists(path))
		cli_err(CLI_FATAL, "%s", path);
	free(path);
}

/* The name of the file that an entry of the manifest, or a part of it, tells. */
static char *
name_in(const struct takedown *t, const struct rec *entry)
{
	struct str name;
	char *own;

	if (!rec_get_str(entry, "file", &name))
		is_broken(t, "no whole entry of a shard");
	own = mem_string(name);
	if (manifest_kind(own) != MANIFEST_SHARD)
		is_broken(t, "a shard of a foreign name");
	return own;
}

static void
read_manifest(struct takedown *t, const char *ending)
{
	struct digest_stream *d = digest_start();
	char *path = manifest_path(t->folder, "manifest.json", ending);
	const char *why;

	if (!mapfile_open(&t->text, path))
		cli_err(CLI_FATAL, "%s", path);
	digest_add(d, t->text.p, t->text.len);
	digest_end(d, t->digest);
	if (!rec_parse(&t->manifest, &t->mem, t->text, &why))
		is_broken(t, why);
	free(path);
}

static int
by_name(const void *a, const void *b)
{
	const struct takedown_shard *x = *(struct takedown_shard *const *)a;
	const struct takedown_shard *y = *(struct takedown_shard *const *)b;

	return strcmp(x->shard.file.name, y->shard.file.name);
}

/* The name of a file beside a shard, or NULL. */
static char *
name_beside(struct takedown *t, const struct rec *entry, const char *what)
{
	struct str raw;
	struct rec part;
	const char *why;

	if (!rec_get(entry, what, &raw))
		return NULL;
	if (!rec_parse(&part, &t->mem, raw, &why))
		is_broken(t, "no whole entry of a shard");
	return name_in(t, &part);
}

static void
read_shards(struct takedown *t)
{
	struct takedown_shard *s;
	struct json_walk walk;
	struct str shards, key, raw, split;
	size_t records, tokens, bytes, packed, i;
	struct rec entry;
	const char *why;
	char *name;

	if (!rec_get(&t->manifest, "shards", &shards) ||
	    !json_open(&walk, shards, '['))
		is_broken(t, "no list of shards");
	while (json_next(&walk, &t->mem, &key, &raw)) {
		t->shard = mem_grow(t->shard, t->nshard + 1, sizeof(*t->shard));
		s = &t->shard[t->nshard++];
		*s = (struct takedown_shard){.raw = raw};
		if (!rec_parse(&entry, &t->mem, raw, &why) ||
		    !rec_get_str(&entry, "split", &split) ||
		    !rec_get_size(&entry, "records", &records) ||
		    !rec_get_size(&entry, "tokens", &tokens) ||
		    !rec_get_size(&entry, "bytes", &bytes) ||
		    !rec_get_size(&entry, "packed", &packed))
			is_broken(t, "no whole entry of a shard");
		s->split = mem_string(split);
		name = name_in(t, &entry);
		s->shard = (struct shard){.file.name = name,
		    .file.packed = packed,
		    .index.name = name_beside(t, &entry, "index"),
		    .map.name = name_beside(t, &entry, "map"),
		    .split = s->split,
		    .records = records,
		    .tokens = tokens,
		    .bytes = bytes};
		if (!str_eq(split, (struct str){name, strcspn(name, "-/")}))
			is_broken(t, "a shard of another split");
		if (t->pack && s->shard.map.name == NULL)
			is_broken(t, "a shard of sequences without a map");
	}
	t->by_name = mem_zeroed(t->nshard, sizeof(*t->by_name));
	for (i = 0; i < t->nshard; i++)
		t->by_name[i] = &t->shard[i];
	if (t->nshard > 0)
		qsort(t->by_name, t->nshard, sizeof(*t->by_name), by_name);
}

static void
forget_names(struct shard *s)
{
	free(s->file.name);
	free(s->index.name);
	free(s->map.name);
}

static void
forget_manifest(struct takedown *t)
{
	size_t i;

	for (i = 0; i < t->nshard; i++) {
		free(t->shard[i].split);
		forget_names(&t->shard[i].shard);
	}
	free(t->shard);
	free(t->by_name);
	t->shard = NULL;
	t->by_name = NULL;
	t->nshard = 0;
	mapfile_close(&t->text);
	arena_release(&t->mem);
}

static int
name_order(const void *name, const void *shard)
{
	const struct takedown_shard *s = *(struct takedown_shard *const *)shard;

	return str_cmp(*(const struct str *)name, str_of(s->shard.file.name));
}

/* The shard of that name, or NULL. */
static struct takedown_shard *
find_shard(const struct takedown *t, struct str name)
{
	struct takedown_shard **found = NULL;

	if (t->nshard > 0)
		found = bsearch(&name, t->by_name, t->nshard,
		    sizeof(*t->by_name), name_order);
	return found != NULL ? *found : NULL;
}

static void
each_file(const char *folder, const struct shard *s,
    void (*f)(const char *folder, const char *name))
{
	f(folder, s->file.name);
	if (s->map.name != NULL)
		f(folder, s->map.name);
	if (s->index.name != NULL)
		f(folder, s->index.name);
}

/* Remove the files that a run left that was killed before its manifest. */
static void
tidy(void *context, const char *name)
{
	const struct takedown *t = context;
	enum manifest_kind kind = manifest_kind(name);

	if (kind == MANIFEST_NEXT || kind == MANIFEST_TEMPORARY)
		take_away(t->folder, name);
}

static int
by_place(const void *a, const void *b)
{
	const struct takedown_place *x = a, *y = b;
	size_t len = x->shard.len < y->shard.len ? x->shard.len : y->shard.len;
	int order = memcmp(x->shard.p, y->shard.p, len);

	if (order == 0)
		order = (x->shard.len > y->shard.len) -
			(x->shard.len < y->shard.len);
	if (order == 0)
		order = (x->number > y->number) - (x->number < y->number);
	if (order == 0) /* all of it comes first */
		order = (x->piece + 1 > y->piece + 1) -
			(x->piece + 1 < y->piece + 1);
	return order;
}

/* The digits at p, of which something must follow; NULL if there are none. */
static const char *
read_number(const char *p, const char *end, uint64_t *number)
{
	for (*number = 0; p < end && *p >= '0' && *p <= '9'; p++) {
		if (*number > UINT64_MAX / 10 - 1)
			return NULL;
		*number = 10 * *number + (uint64_t)(*p - '0');
	}
	return p;
}

/* "FOLDER/SHARD:NUMBER.PIECE", before a tab; false if it is none. */
static bool
read_place(
    const struct takedown *t, struct str line, struct takedown_place *place)
{
	const char *tab = memchr(line.p, '\t', line.len), *colon, *slash;
	const char *end = tab != NULL ? tab : line.p + line.len, *p, *dot;

	colon = memrchr(line.p, ':', (size_t)(end - line.p));
	if (colon == NULL)
		return false;
	slash = memrchr(line.p, '/', (size_t)(colon - line.p));
	if (slash != NULL && t->format == SHARD_MDS) /* one is its own */
		slash = memrchr(line.p, '/', (size_t)(slash - line.p));
	p = slash != NULL ? slash + 1 : line.p;
	place->shard = (struct str){p, (size_t)(colon - p)};
	place->piece = UINT64_MAX;
	p = read_number(colon + 1, end, &place->number);
	if (p == NULL || p == colon + 1)
		return false;
	if (t->format != SHARD_MEGATRON && t->format != SHARD_MDS &&
	    place->number-- == 0)
		return false;
	if (p == end)
		return true;
	dot = p;
	if (!t->pack || *dot != '.')
		return false;
	p = read_number(dot + 1, end, &place->piece);
	return p == end && p > dot + 1;
}

/* A line of the list that is not of these shards ends the tool. */
static void
read_line(struct takedown *t, struct str line, size_t number)
{
	static const struct str manifest = {"#manifest ", 10};
	struct takedown_place place;

	line = str_trim(line);
	if (str_starts(line, manifest)) {
		line.p += manifest.len;
		line.len -= manifest.len;
		if (!str_eq(line, str_of(t->digest)))
			cli_errx(CLI_FATAL,
			    "%s:%zu: places in other shards than these; make "
			    "the list again",
			    t->list, number);
		return;
	}
	if (line.len == 0 || line.p[0] == '#')
		return;
	if (!read_place(t, line, &place))
		cli_errx(CLI_FATAL, "%s:%zu: no place in these shards", t->list,
		    number);
	if ((t->nplace & (t->nplace - 1)) == 0)
		t->place = mem_grow(
		    t->place, t->nplace ? 2 * t->nplace : 1, sizeof(*t->place));
	t->place[t->nplace++] = place;
}

static void
open_list(struct takedown *t)
{
	if (!mapfile_open(&t->list_text, t->list))
		cli_err(CLI_NOINPUT, "%s", t->list);
	snprintf(t->list_hash, sizeof(t->list_hash), "%016" PRIx64,
	    hash_64(t->list_text.p, t->list_text.len, 0));
}

static void
read_list(struct takedown *t)
{
	const char *p = t->list_text.p, *end = p + t->list_text.len, *feed;
	size_t i, n = 0;

	for (; p < end; p = feed + 1) {
		feed = memchr(p, '\n', (size_t)(end - p));
		if (feed == NULL)
			feed = end;
		read_line(t, (struct str){p, (size_t)(feed - p)}, ++n);
	}
	if (t->nplace == 0)
		return;
	qsort(t->place, t->nplace, sizeof(*t->place), by_place);
	for (i = n = 0; i < t->nplace; i++)
		if (i == 0 || by_place(&t->place[i], &t->place[n - 1]) != 0)
			t->place[n++] = t->place[i];
	t->nplace = n;
}

/* Whether the manifest says that the list was applied. */
static bool
was_applied(struct takedown *t)
{
	struct json_walk walk;
	struct str without, key, raw, hash;
	struct rec entry;
	const char *why;

	if (!rec_get(&t->manifest, "without", &without))
		return false;
	if (!json_open(&walk, without, '['))
		is_broken(t, "no list of what was taken out");
	while (json_next(&walk, &t->mem, &key, &raw))
		if (rec_parse(&entry, &t->mem, raw, &why) &&
		    rec_get_str(&entry, "list", &hash) &&
		    str_eq(hash, str_of(t->list_hash)))
			return true;
	return false;
}

/* Give the places to their shards; one that is in none ends the tool. */
static void
find_places(struct takedown *t)
{
	const struct takedown_place *place = t->place;
	const struct takedown_place *end = t->place + t->nplace;
	struct takedown_shard *s;

	for (; place < end; place += s->nplace) {
		s = find_shard(t, place->shard);
		if (s == NULL)
			cli_errx(CLI_FATAL, "%s: no shard %.*s in %s", t->list,
			    (int)place->shard.len, place->shard.p, t->folder);
		s->place = place;
		while (place + s->nplace < end &&
		       str_eq(place[s->nplace].shard, place->shard))
			s->nplace++;
		if (place[s->nplace - 1].number >= s->shard.records)
			cli_errx(CLI_FATAL,
			    "%s: %s has only %" PRIu64 " records", t->list,
			    s->shard.file.name, s->shard.records);
	}
}

/* How the shards were made. */
static void
read_options(struct takedown *t)
{
	struct str raw, format, count;
	struct rec options;
	const char *why;
	size_t i;

	if (!rec_get(&t->manifest, "options", &raw) ||
	    !rec_parse(&options, &t->mem, raw, &why) ||
	    !rec_get_str(&options, "format", &format) ||
	    !rec_get_str(&t->manifest, "token_count", &count))
		is_broken(t, "not of a whole folder of shards");
	for (i = 0; manifest_formats[i] != NULL; i++)
		if (str_eq(format, str_of(manifest_formats[i])))
			break;
	if (manifest_formats[i] == NULL)
		cli_errx(CLI_FATAL,
		    "%s: nothing can be taken out of the format %.*s",
		    t->folder, (int)format.len, format.p);
	t->format = (enum shard_format)i;
	free(t->token_count);
	t->token_count = mem_string(count);
	t->exact = str_starts(count, STR("exact"));
	t->pack = rec_get(&options, "pack", &raw);
	t->ids = t->pack || t->format == SHARD_MEGATRON;
	t->as_read = !t->ids && !rec_get(&options, "members", &raw);
	free(t->pad);
	t->pad = NULL;
	if (t->pack &&
	    (t->format == SHARD_MEGATRON || t->format == SHARD_MDS)) {
		if (!rec_get_str(&options, "pad", &count) &&
		    !rec_get_str(&options, "eod", &count) &&
		    !rec_get_str(&options, "eos", &count))
			is_broken(t, "says not what fills a sequence up");
		t->pad = mem_string(count);
	}
	t->bos = rec_get(&options, "bos", &raw);
	t->eos = rec_get(&options, "eos", &raw);
	t->eod = rec_get(&options, "eod", &raw);
	t->control = rec_get(&options, "control", &raw);
}

/*
 * Whether a split begins with that shard, since the shards of one follow one
 * another.
 */
static bool
begins_split(const struct takedown *t, size_t shard)
{
	return shard == 0 ||
	       strcmp(t->shard[shard - 1].split, t->shard[shard].split) != 0;
}

/* What lies beside the shards of a split: its new one takes its name. */
static void
settle_beside(const struct takedown *new, const char *split)
{
	char *name = manifest_beside_name(split, new->format);
	size_t i;

	if (name == NULL)
		return;
	for (i = 0; i < new->nshard; i++)
		if (strcmp(new->shard[i].split, split) == 0)
			break;
	if (i < new->nshard)
		rename_next(new->folder, name);
	else
		take_away(new->folder, name);
	free(name);
}

/*
 * Give all new files their names, and remove shards of which nothing is left.
 * From here on the next manifest is valid, and a killed run can be completed.
 */
static void
settle(const char *folder)
{
	struct takedown old = {.folder = folder}, new = {.folder = folder};
	const struct shard *s;
	size_t i;

	read_manifest(&old, "");
	read_shards(&old);
	read_manifest(&new, next);
	read_options(&new);
	read_shards(&new);
	for (i = 0; i < new.nshard; i++)
		each_file(folder, &new.shard[i].shard, rename_next);
	for (i = 0; i < old.nshard; i++) {
		s = &old.shard[i].shard;
		if (find_shard(&new, str_of(s->file.name)) == NULL)
			each_file(folder, s, take_away);
		if (begins_split(&old, i))
			settle_beside(&new, old.shard[i].split);
	}
	rename_next(folder, "manifest.json");
	takedown_close(&old);
	takedown_close(&new);
}

bool
takedown_open(struct takedown *t)
{
	char *begun = manifest_path(t->folder, "manifest.json", next);
	bool killed = mapfile_exists(begun);

	free(begun);
	open_list(t);
	if (killed)
		settle(t->folder);
	manifest_each(t->folder, tidy, t);
	read_manifest(t, "");
	read_options(t);
	if (was_applied(t)) {
		if (!killed)
			cli_warnx("%s: was applied before", t->list);
		return false;
	}
	read_list(t);
	read_shards(t);
	if (t->nplace == 0)
		return false;
	find_places(t);
	return true;
}

/* Whether a piece is listed; list: the places of its sequence, (n). */
static bool
is_listed(const struct takedown_place *list, size_t n, size_t piece)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].piece == piece || list[i].piece == UINT64_MAX)
			return true;
	return false;
}

/* Write what stays of a record, of which n places are listed. */
static void
put_rest(struct takedown *t, struct unpack *in, struct shard_writer *w,
    const struct takedown_place *list, size_t n)
{
	struct buf bytes = {0}, notes = {0};
	struct str rest = in->bytes;
	size_t i, nout = 0;
	bool *out;

	if (n > 0 && list[n - 1].piece != UINT64_MAX &&
	    list[n - 1].piece >= in->npiece)
		cli_errx(CLI_FATAL, "%s: no piece %" PRIu64 " in %.*s", t->list,
		    list[n - 1].piece, (int)list->shard.len, list->shard.p);
	out = mem_zeroed(in->npiece + 1, sizeof(*out));
	for (i = 0; i < in->npiece; i++) {
		out[i] = is_listed(list, n, i);
		nout += out[i];
		t->records += t->pack && out[i] && in->first[i];
	}
	if (nout > 0 && nout < in->npiece) {
		unpack_cut(in, out, t->pad_id, &bytes);
		rest = buf_str(&bytes);
	}
	if (n == 0 || nout < in->npiece) {
		shard_put(w, rest, t->ids ? unpack_tokens(in, out) : 0);
		unpack_notes(in, out, &notes);
		if (in->mapped)
			shard_note(w, buf_str(&notes));
	}
	buf_release(&bytes);
	buf_release(&notes);
	free(out);
}

/* The records of a shard that are not listed, to a writer. */
static void
copy_records(struct takedown *t, const struct takedown_shard *s,
    struct unpack *in, struct shard_writer *w, uint64_t *tokens)
{
	size_t feed = t->format != SHARD_MEGATRON, i = 0, n;

	w->width = in->width;
	w->map = in->mapped;
	w->mds = &in->mds;
	in->mds.pad = t->pad_id;
	while (unpack_next(in)) {
		tool_in(1, in->bytes.len + feed);
		for (n = 0;
		     i + n < s->nplace && s->place[i + n].number == in->number;)
			n++;
		if (n > 0) {
			tool_drop("listed");
			if (!t->ids)
				*tokens += t->count(t->context, in->bytes);
		}
		put_rest(t, in, w, s->place + i, n);
		i += n;
	}
	shard_finish(w);
}

/* The number in a shard's name. */
static size_t
number_of(const char *name)
{
	const char *slash = strchr(name, '/');

	return (size_t)strtoull(
	    slash != NULL ? slash + strlen("/shard.") : strrchr(name, '-') + 1,
	    NULL, 10);
}

static void
rewrite(struct takedown *t, struct takedown_shard *s)
{
	struct shard_writer w = {.folder = t->folder,
	    .split = s->split,
	    .format = t->format,
	    .size = SIZE_MAX,
	    .first = number_of(s->shard.file.name),
	    .ending = next};
	struct shard old = s->shard, *new = &s->shard;
	struct unpack in;
	uint64_t tokens = 0;

	unpack_open(&in, t->folder, &old, t->format);
	copy_records(t, s, &in, &w, &tokens);
	unpack_close(&in);
	*new = (struct shard){.file.name = NULL};
	if (w.nshard > 0) {
		*new = w.shard[0];
		w.shard[0] = (struct shard){.file.name = NULL};
	}
	shard_release(&w);
	if (!t->ids)
		new->tokens = old.tokens - tokens;
	if (tokens > old.tokens || new->tokens > old.tokens)
		cli_errx(CLI_FATAL, "%s/%s: its tokens were counted otherwise",
		    t->folder, old.file.name);
	if (new->bytes > old.bytes)
		is_broken(t, "a shard of more bytes than it says");
	if (!t->pack)
		t->records += old.records - new->records;
	t->tokens += old.tokens - new->tokens;
	t->bytes += old.bytes - new->bytes;
	forget_names(&old);
}

static void
put_shards(const struct takedown *t, struct buf *b)
{
	const struct takedown_shard *s;
	const char *comma = "";
	size_t i;

	buf_printf(b, "[");
	for (i = 0; i < t->nshard; i++) {
		s = &t->shard[i];
		if (s->nplace > 0 && s->shard.file.name == NULL)
			continue; /* nothing is left of it */
		buf_printf(b, "%s\n    ", comma);
		comma = ",";
		if (s->nplace == 0)
			buf_puts(b, s->raw);
		else
			manifest_put_shard(b, &s->shard);
	}
	buf_printf(b, "\n  ]");
}

static void
put_without(struct takedown *t, struct buf *b)
{
	struct json_walk walk;
	struct str before, key, raw;

	buf_printf(b, "  \"without\": [\n    ");
	if (rec_get(&t->manifest, "without", &before) &&
	    json_open(&walk, before, '['))
		while (json_next(&walk, &t->mem, &key, &raw)) {
			buf_puts(b, raw);
			buf_printf(b, ",\n    ");
		}
	buf_printf(b,
	    "{\"list\": \"%s\", \"records\": %" PRIu64 ", \"tokens\": %" PRIu64
	    ", \"bytes\": %" PRIu64 "}\n  ],\n",
	    t->list_hash, t->records, t->tokens, t->bytes);
}

/* A sum of the manifest, of which a part goes; false for other members. */
static bool
put_sum(const struct takedown *t, const struct rec_member *m, struct buf *b)
{
	static const char *const name[] = {"records", "tokens", "bytes"};
	const uint64_t less[] = {
	    t->records, t->tokens, t->as_read ? t->bytes : 0};
	size_t i, n;

	for (i = 0; i < 3; i++)
		if (str_eq(m->name, str_of(name[i])) &&
		    json_get_size(m->raw, &n)) {
			if (n < less[i])
				is_broken(t, "sums that its shards exceed");
			buf_printf(b, "%" PRIu64, n - less[i]);
			return true;
		}
	return false;
}

/* The manifest of what is left: a member a line, in the order of before. */
static void
write_manifest(struct takedown *t)
{
	char *path = manifest_path(t->folder, "manifest.json", next);
	const struct rec_member *m;
	const char *comma = "";
	struct outfile save;
	struct buf b = {0};
	size_t i;

	buf_printf(&b, "{");
	for (i = 0; i < t->manifest.nmember; i++) {
		m = &t->manifest.member[i];
		if (str_eq(m->name, STR("without")))
			continue;
		buf_printf(&b, "%s\n", comma);
		comma = ",";
		if (str_eq(m->name, STR("shards")))
			put_without(t, &b);
		buf_printf(&b, "  ");
		json_put_str(&b, m->name);
		buf_printf(&b, ": ");
		if (str_eq(m->name, STR("shards")))
			put_shards(t, &b);
		else if (!put_sum(t, m, &b))
			buf_puts(&b, m->raw);
	}
	buf_printf(&b, "\n}\n");
	outfile_open(&save, path);
	if (fwrite(b.p, 1, b.len, save.fp) != b.len)
		tool_write_failed(path);
	outfile_commit(&save);
	free(path);
	buf_release(&b);
}

/* What lies beside the shards of each split, for those that are left. */
static void
write_beside(const struct takedown *t)
{
	const struct shard **left = mem_zeroed(t->nshard + 1, sizeof(*left));
	size_t i, j, n;

	for (i = 0; i < t->nshard; i = j) {
		n = 0;
		for (j = i; j == i || (j < t->nshard && !begins_split(t, j));
		     j++)
			if (t->shard[j].shard.file.name != NULL)
				left[n++] = &t->shard[j].shard;
		manifest_beside(
		    t->folder, t->shard[i].split, t->format, left, n, next);
	}
	free(left);
}

void
takedown_run(struct takedown *t)
{
	size_t i;

	for (i = 0; i < t->nshard; i++)
		if (t->shard[i].nplace > 0)
			rewrite(t, &t->shard[i]);
	write_beside(t);
	write_manifest(t);
	forget_manifest(t);
	settle(t->folder);
}

void
takedown_close(struct takedown *t)
{
	forget_manifest(t);
	mapfile_close(&t->list_text);
	free(t->place);
	free(t->token_count);
	free(t->pad);
	*t = (struct takedown){.folder = NULL};
}
