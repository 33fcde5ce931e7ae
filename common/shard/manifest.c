#include "shard/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "base/number.h"
#include "record/json.h"
#include "record/outdir.h"
#include "record/rec.h"
#include "record/tool.h"
#include "shard/mds.h"

const char *const manifest_formats[] = {"jsonl", "jsonl.gz", "jsonl.zst",
    "megatron", "mds", NULL}; /* as enum shard_format */

char *
manifest_path(const char *folder, const char *name, const char *ending)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s%s", folder, name, ending);
	buf_putc(&path, '\0');
	return path.p;
}

static char *
path_in(const char *folder, const char *name)
{
	return manifest_path(folder, name, "");
}

/* What the middle of a temporary name is made of; see outfile.h. */
static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The kind of a name that is len bytes of another one. */
static enum manifest_kind
kind_before(const char *name, size_t len)
{
	char *whole = mem_string((struct str){name, len});
	enum manifest_kind kind = manifest_kind(whole);

	free(whole);
	return kind;
}

/* Names of splits. */
static size_t
split_length(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* The kind of name, which is in a folder of a split. */
static enum manifest_kind
kind_below(const char *name)
{
	static const char shard[] = "shard.";
	size_t i;

	if (strcmp(name, "index.json") == 0)
		return MANIFEST_BESIDE;
	if (strncmp(name, shard, strlen(shard)) != 0)
		return MANIFEST_OTHER;
	name += strlen(shard);
	i = strspn(name, "0123456789");
	return i >= 5 && (strcmp(name + i, shard_suffix(SHARD_MDS)) == 0 ||
			     strcmp(name + i, ".map.gz") == 0)
		   ? MANIFEST_SHARD
		   : MANIFEST_OTHER;
}

/* The kind of a name that ends as none that will be changed. */
static enum manifest_kind
kind_of_settled(const char *name)
{
	enum shard_format format;
	size_t i = split_length(name);
	const char *dash;

	if (strcmp(name, "manifest.json") == 0)
		return MANIFEST_ITSELF;
	if (strcmp(name, "plan") == 0)
		return MANIFEST_PLAN;
	if (strcmp(name, "README.md") == 0 ||
	    (i > 0 && strcmp(name + i, ".data-path") == 0))
		return MANIFEST_BESIDE;
	if (i > 0 && name[i] == '/')
		return kind_below(name + i + 1);
	dash = strrchr(name, '-');
	if (dash == NULL || strchr(name, '/') != NULL)
		return MANIFEST_OTHER;
	dash++;
	i = strspn(dash, "0123456789");
	if (i >= 5 &&
	    (strcmp(dash + i, ".idx") == 0 || strcmp(dash + i, ".map.gz") == 0))
		return MANIFEST_SHARD;
	for (format = SHARD_JSONL; format <= SHARD_MEGATRON; format++)
		if (i >= 5 && strcmp(dash + i, shard_suffix(format)) == 0)
			return MANIFEST_SHARD;
	return MANIFEST_OTHER;
}

enum manifest_kind
manifest_kind(const char *name)
{
	size_t len = strlen(name), i;
	enum manifest_kind kind;

	if (len > 5 && strcmp(name + len - 5, ".next") == 0) {
		kind = kind_before(name, len - 5);
		return kind == MANIFEST_SHARD || kind == MANIFEST_ITSELF ||
			       kind == MANIFEST_BESIDE
			   ? MANIFEST_NEXT
			   : MANIFEST_OTHER;
	}
	if (len > 4 && strcmp(name + len - 4, ".tmp") == 0) {
		for (i = len - 4; i > 0 && is_hex(name[i - 1]); i--)
			;
		if (i > 1 && i < len - 4 && name[i - 1] == '.')
			return kind_before(name, i - 1) == MANIFEST_OTHER
				   ? MANIFEST_OTHER
				   : MANIFEST_TEMPORARY;
	}
	return kind_of_settled(name);
}

/* The files of a folder of a split, if name is one. */
static void
each_below(const char *folder, const char *name,
    void (*f)(void *context, const char *name), void *context)
{
	char *path = path_in(folder, name), *below;
	const struct dirent *e;
	DIR *dir = opendir(path);

	if (dir == NULL && errno != ENOTDIR)
		cli_err(CLI_FATAL, "%s", path);
	while (dir != NULL && (e = outdir_next(dir, path)) != NULL) {
		below = path_in(name, e->d_name);
		if (manifest_kind(below) != MANIFEST_OTHER)
			f(context, below);
		free(below);
	}
	if (dir != NULL)
		closedir(dir);
	free(path);
}

void
manifest_each(const char *folder, void (*f)(void *context, const char *name),
    void *context)
{
	const struct dirent *e;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		cli_err(CLI_FATAL, "%s", folder);
	while ((e = outdir_next(dir, folder)) != NULL) {
		f(context, e->d_name);
		if (e->d_name[0] != '\0' &&
		    e->d_name[split_length(e->d_name)] == '\0')
			each_below(folder, e->d_name, f, context);
	}
	closedir(dir);
}

/* Whether a line of a file has that text; a file that isn't there has none. */
static bool
holds(const char *folder, const char *name, const char *text)
{
	char *path = path_in(folder, name), line[64] = "";
	FILE *fp = fopen(path, "re");
	bool same = false;

	if (fp == NULL && errno != ENOENT)
		cli_err(CLI_FATAL, "%s", path);
	if (fp != NULL) {
		while (!same && fgets(line, sizeof(line), fp) != NULL)
			same = strstr(line, text) != NULL;
		if (ferror(fp))
			cli_err(CLI_FATAL, "%s", path);
		fclose(fp);
	}
	free(path);
	return same;
}

/* What a folder holds. */
struct found {
	const char *folder;
	bool resume, shards, manifest, planned;
};

static void
look_at(void *context, const char *name)
{
	struct found *found = context;
	enum manifest_kind kind = manifest_kind(name);
	char *path;

	found->shards |= kind == MANIFEST_SHARD;
	found->manifest |= kind == MANIFEST_ITSELF;
	found->planned |= kind == MANIFEST_PLAN;
	if (kind == MANIFEST_TEMPORARY && found->resume) {
		path = path_in(found->folder, name);
		unlink(path);
		free(path);
	}
}

bool
manifest_ready(const char *folder, const char *id, bool resume)
{
	struct found found = {.folder = folder, .resume = resume};
	struct outfile save;
	char *path;

	outfile_folder(folder);
	manifest_each(folder, look_at, &found);
	if (!resume && (found.shards || found.manifest || found.planned))
		cli_errx(CLI_FATAL,
		    "%s: holds shards already; give --resume to go on with "
		    "them",
		    folder);
	path = path_in(folder, "plan");
	if (found.manifest && holds(folder, "manifest.json", id)) {
		/* a run that was killed at its very end has left it */
		unlink(path);
		free(path);
		return true;
	}
	if (found.manifest || (found.planned && !holds(folder, "plan", id)) ||
	    (found.shards && !found.planned))
		cli_errx(CLI_FATAL,
		    "%s: holds shards of other inputs or options", folder);
	outfile_open(&save, path);
	fprintf(save.fp, "%s\n", id);
	outfile_commit(&save);
	free(path);
	return false;
}

static void
put_json(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "\"%s\": ", name);
	json_put_str(b, str_of(value));
}

static void
put_mark(struct buf *b, const char *name, const char *token)
{
	if (token == NULL)
		return;
	put_json(b, name, token);
	buf_printf(b, ", ");
}

static void
put_options(struct buf *b, const struct manifest *m)
{
	size_t i;

	buf_printf(b, "  \"options\": {");
	if (strcmp(m->text, "text") != 0)
		put_mark(b, "text", m->text);
	if (strcmp(m->member_id, "id") != 0)
		put_mark(b, "id", m->member_id);
	put_json(b, "by", plan_unit_names[m->by]);
	if (m->budget > 0)
		buf_printf(b, ", \"budget\": %" PRIu64, m->budget);
	buf_printf(b, ", \"epochs\": %" PRIu64 ", ", m->epochs);
	put_mark(b, "bos", m->bos);
	if (m->control)
		buf_printf(b, "\"control\": true, ");
	for (i = 0; i < m->nmember; i++) {
		buf_printf(b, i > 0 ? ", " : "\"members\": [");
		json_put_str(b, str_of(m->members[i]));
	}
	if (m->nmember > 0)
		buf_printf(b, "], ");
	put_mark(b, "eos", m->eos);
	put_mark(b, "eod", m->eod);
	if (m->packed.length > 0)
		buf_printf(b, "\"pack\": %zu, ", m->packed.length);
	put_mark(b, "pad", m->pad);
	if (m->map)
		buf_printf(b, "\"map\": true, ");
	put_json(b, "format", manifest_formats[m->format]);
	buf_printf(b,
	    ", \"rng\": %" PRIu64 ", \"shard_size\": %zu, \"split\": {",
	    m->seed, m->shard_size);
	for (i = 0; i + 1 < m->nsplit; i++)
		buf_printf(b, "%s\"%s\": %g", i > 0 ? ", " : "",
		    m->split[i].name, m->split[i].share);
	buf_printf(b, "}},\n");
}

/* The objects of a history, a line each; *n of them.  b may be NULL. */
static bool
put_lines(struct buf *b, struct str all, size_t *n)
{
	const char *p = all.p, *end = all.p + all.len, *feed, *why;
	struct arena mem = {0};
	struct rec rec;
	bool good = true;

	for (*n = 0; good && p < end; p = feed) {
		feed = memchr(p, '\n', (size_t)(end - p));
		feed = feed != NULL ? feed + 1 : end;
		arena_clear(&mem);
		good = rec_parse(&rec, &mem,
		    str_trim((struct str){p, (size_t)(feed - p)}), &why);
		if (good && b != NULL) {
			buf_printf(b, *n > 0 ? ",\n    " : "    ");
			buf_puts(b, rec.line);
		}
		*n += good;
	}
	arena_release(&mem);
	return good;
}

static void
read_history(const char *path, struct buf *b)
{
	struct str all;
	size_t n;

	if (!mapfile_open(&all, path))
		cli_err(CLI_FATAL, "%s", path);
	if (!put_lines(b, all, &n))
		cli_errx(CLI_FATAL, "%s:%zu: no object of JSON", path, n + 1);
	mapfile_close(&all);
}

void
manifest_history(const char *path)
{
	read_history(path, NULL);
}

static void
put_origin(struct buf *b, const struct manifest *m)
{
	buf_printf(b, "  \"inputs\": [\n");
	inputs_put(m->inputs, b);
	buf_printf(b, "  ],\n");
	if (m->history == NULL)
		return;
	buf_printf(b, "  \"history\": [\n");
	read_history(m->history, b);
	buf_printf(b, "\n  ],\n");
}

/* What packing made of the texts. */
static void
put_packed(struct buf *b, const struct manifest_packed *p)
{
	if (p->length > 0)
		buf_printf(b,
		    "  \"packed\": {\"sequences\": %" PRIu64
		    ", \"padding\": %.6f, \"documents\": %" PRIu64
		    ", \"cut\": %.6f},\n",
		    p->sequences, 1 - share(p->ids, p->sequences * p->length),
		    p->texts, share(p->cut, p->texts));
}

/* One line a source: what it has, what was taken of it. */
static void
put_sources(struct buf *b, const struct manifest *m, const uint64_t total[3])
{
	const struct plan_source *s;
	double sum = 0;
	size_t i;

	for (i = 0; i < m->nsource; i++)
		sum += m->source[i].weight;
	buf_printf(b, "  \"sources\": [\n");
	for (i = 0; i < m->nsource; i++) {
		s = &m->source[i];
		buf_printf(b, "    {");
		put_json(b, "name", s->name);
		buf_printf(b, ", ");
		put_mark(b, "score", s->score);
		if (s->epochs > 0)
			buf_printf(
			    b, "\"epochs_most\": %" PRIu64 ", ", s->epochs);
		buf_printf(b,
		    "\"weight\": %.6g, \"share\": %.6f, \"epochs\": %.6g, "
		    "\"records\": %" PRIu64 ", \"tokens\": %" PRIu64
		    ", \"bytes\": %" PRIu64 ", \"of_records\": %" PRIu64
		    ", \"of_tokens\": %" PRIu64 ", \"of_bytes\": %" PRIu64
		    ", \"in_earlier_source\": %" PRIu64
		    ", \"same_name_other_text\": %" PRIu64 "}%s\n",
		    s->weight / sum, share(s->taken[m->by], total[m->by]),
		    share(s->drawn, s->turns), s->taken[PLAN_RECORDS],
		    s->taken[PLAN_TOKENS], s->taken[PLAN_BYTES], s->records,
		    s->tokens, s->bytes, s->shared, s->other,
		    i + 1 < m->nsource ? "," : "");
	}
	buf_printf(b, "  ],\n");
}

/* The members of a file of a shard that follow its name. */
static void
put_file(struct buf *b, const struct shard_file *f)
{
	buf_printf(b,
	    "\"packed\": %" PRIu64 ", \"xxh3\": \"%s\", \"sha256\": \"%s\"",
	    f->packed, f->xxh3, f->sha256);
}

/* A file beside the shard's own, if there is one. */
static void
put_beside(struct buf *b, const char *what, const struct shard_file *f)
{
	if (f->name == NULL)
		return;
	buf_printf(b, ", \"%s\": {", what);
	put_json(b, "file", f->name);
	buf_printf(b, ", ");
	put_file(b, f);
	buf_putc(b, '}');
}

void
manifest_put_shard(struct buf *b, const struct shard *s)
{
	buf_printf(b, "{");
	put_json(b, "file", s->file.name);
	buf_printf(b, ", ");
	put_json(b, "split", s->split);
	buf_printf(b,
	    ", \"records\": %" PRIu64 ", \"tokens\": %" PRIu64
	    ", \"bytes\": %" PRIu64 ", ",
	    s->records, s->tokens, s->bytes);
	put_file(b, &s->file);
	put_beside(b, "index", &s->index);
	put_beside(b, "map", &s->map);
	buf_putc(b, '}');
}

static void
put_shards(
    struct buf *b, const struct shard_writer *w, size_t nsplit, size_t nshard)
{
	size_t i, j, n = 0;

	buf_printf(b, "  \"shards\": [\n");
	for (i = 0; i < nsplit; i++)
		for (j = 0; j < w[i].nshard; j++) {
			buf_printf(b, "    ");
			manifest_put_shard(b, &w[i].shard[j]);
			buf_printf(b, "%s\n", ++n < nshard ? "," : "");
		}
	buf_printf(b, "  ]\n");
}

/* What Megatron-LM takes after --data-path: of each shard its share and name. */
static void
put_data_path(const struct shard *const *shard, size_t n, struct buf *b)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < n; i++)
		total += shard[i]->bytes;
	for (i = 0; i < n; i++)
		buf_printf(b, "%s%.9f %.*s", i > 0 ? " " : "",
		    share(shard[i]->bytes, total),
		    (int)(strlen(shard[i]->file.name) - strlen(".bin")),
		    shard[i]->file.name);
	buf_putc(b, '\n');
}

/* The index of MosaicML's streaming; columns are those of the first shard. */
static void
put_index(const char *folder, const struct shard *const *shard, size_t n,
    const char *ending, struct buf *b)
{
	char *path = manifest_path(folder, shard[0]->file.name, ending);
	struct buf at = {0};
	struct str file;
	struct mds mds;
	size_t i;

	if (!mapfile_exists(path)) {
		free(path);
		path = path_in(folder, shard[0]->file.name);
	}
	if (!mapfile_open(&file, path))
		cli_err(CLI_FATAL, "%s", path);
	if (!mds_bounds(file, &at) || !mds_open(&mds, file))
		cli_errx(CLI_FATAL, "%s: corrupt", path);
	buf_printf(b, "{\"shards\": [\n");
	for (i = 0; i < n; i++) {
		mds_tell(&mds, strchr(shard[i]->file.name, '/') + 1,
		    shard[i]->file.packed, shard[i]->records, b);
		buf_printf(b, i + 1 < n ? ",\n" : "\n");
	}
	buf_printf(b, "], \"version\": 2}\n");
	mds_release(&mds);
	mapfile_close(&file);
	buf_release(&at);
	free(path);
}

char *
manifest_beside_name(const char *split, enum shard_format format)
{
	struct buf name = {0};

	if (format != SHARD_MEGATRON && format != SHARD_MDS)
		return NULL;
	buf_printf(&name, "%s%s", split,
	    format == SHARD_MDS ? "/index.json" : ".data-path");
	buf_putc(&name, '\0');
	return name.p;
}

void
manifest_beside(const char *folder, const char *split, enum shard_format format,
    const struct shard *const *shard, size_t n, const char *ending)
{
	char *name = manifest_beside_name(split, format), *path;
	struct buf b = {0};
	struct outfile save;

	if (name == NULL || n == 0) {
		free(name);
		return;
	}
	path = manifest_path(folder, name, ending);
	if (format == SHARD_MDS)
		put_index(folder, shard, n, ending, &b);
	else
		put_data_path(shard, n, &b);
	outfile_open(&save, path);
	if (fwrite(b.p, 1, b.len, save.fp) != b.len)
		tool_write_failed(path);
	outfile_commit(&save);
	free(path);
	free(name);
	buf_release(&b);
}

/* The same of the shards of a writer. */
static void
write_beside(
    const char *folder, enum shard_format format, const struct shard_writer *w)
{
	const struct shard **shard = mem_zeroed(w->nshard + 1, sizeof(*shard));
	size_t i;

	for (i = 0; i < w->nshard; i++)
		shard[i] = &w->shard[i];
	manifest_beside(folder, w->split, format, shard, w->nshard, "");
	free(shard);
}

void
manifest_write(const char *folder, const struct manifest *m)
{
	uint64_t total[3] = {0};
	struct buf b = {0};
	struct outfile save;
	size_t i, nshard = 0;
	char *path;
	int unit;

	for (i = 0; i < m->nsource; i++)
		for (unit = PLAN_TOKENS; unit <= PLAN_BYTES; unit++)
			total[unit] += m->source[i].taken[unit];
	for (i = 0; i < m->nsplit; i++)
		nshard += m->writer[i].nshard;
	for (i = 0; i < m->nsplit; i++)
		write_beside(folder, m->format, &m->writer[i]);
	buf_printf(&b,
	    "{\n  \"tool\": \"shard-pack\", \"version\": \"%s\",\n"
	    "  \"plan\": \"%s\",\n",
	    VERSION, m->id);
	put_options(&b, m);
	buf_printf(&b, "  ");
	put_json(&b, "token_count", m->token_count);
	buf_printf(&b,
	    ",\n"
	    "  \"records\": %" PRIu64 ", \"tokens\": %" PRIu64
	    ", \"bytes\": %" PRIu64 ",\n",
	    total[PLAN_RECORDS], total[PLAN_TOKENS], total[PLAN_BYTES]);
	put_origin(&b, m);
	put_packed(&b, &m->packed);
	put_sources(&b, m, total);
	put_shards(&b, m->writer, m->nsplit, nshard);
	buf_printf(&b, "}\n");
	path = path_in(folder, "manifest.json");
	outfile_open(&save, path);
	if (fwrite(b.p, 1, b.len, save.fp) != b.len)
		tool_write_failed(path);
	outfile_commit(&save);
	free(path);
	path = path_in(folder, "plan");
	unlink(path);
	free(path);
	buf_release(&b);
}

static _Noreturn void
differs(const char *folder, const char *name, const char *what)
{
	cli_errx(CLI_LOST, "%s/%s: %s", folder, name, what);
}

/* A file of a shard, as the manifest has it and as it was found. */
static void
compare_file(
    const char *folder, const struct rec *rec, const struct shard_file *found)
{
	struct str xxh3, sha256;
	size_t packed;

	if (!rec_get_str(rec, "xxh3", &xxh3) ||
	    !rec_get_str(rec, "sha256", &sha256) ||
	    !rec_get_size(rec, "packed", &packed))
		differs(folder, "manifest.json", "no whole entry of a shard");
	if (found->packed != packed)
		differs(
		    folder, found->name, "another size than in the manifest");
	if (!str_eq(xxh3, str_of(found->xxh3)))
		differs(
		    folder, found->name, "another XXH3 than in the manifest");
	if (!str_eq(sha256, str_of(found->sha256)))
		differs(folder, found->name,
		    "another SHA-256 than in the manifest");
}

/* The name of a file of a shard; nothing leads out of the folder. */
static char *
file_name(const char *folder, const struct rec *rec)
{
	struct str name;
	char *own;

	if (!rec_get_str(rec, "file", &name))
		differs(folder, "manifest.json", "no whole entry of a shard");
	own = mem_string(name);
	if (manifest_kind(own) != MANIFEST_SHARD)
		differs(folder, "manifest.json", "a shard of a foreign name");
	return own;
}

/* A file beside a shard: its name, and what the manifest says of it. */
static void
read_beside(const char *folder, const struct rec *shard, const char *what,
    struct arena *mem, struct shard_file *file, struct rec *rec)
{
	struct str raw;
	const char *why;

	if (!rec_get(shard, what, &raw))
		return;
	if (!rec_parse(rec, mem, raw, &why))
		differs(folder, "manifest.json", "no whole entry of a shard");
	file->name = file_name(folder, rec);
}

/* One entry of the manifest against the files it speaks of. */
static void
check_shard(
    const char *folder, struct str member, struct arena *mem, struct shard *s)
{
	struct rec rec, index, map;
	size_t records, bytes;
	const char *why;

	*s = (struct shard){0};
	if (!rec_parse(&rec, mem, member, &why) ||
	    !rec_get_size(&rec, "records", &records) ||
	    !rec_get_size(&rec, "bytes", &bytes))
		differs(folder, "manifest.json", "no whole entry of a shard");
	s->file.name = file_name(folder, &rec);
	read_beside(folder, &rec, "index", mem, &s->index, &index);
	read_beside(folder, &rec, "map", mem, &s->map, &map);
	if (!shard_read(s, folder, true, &why))
		differs(folder, s->file.name, why);
	compare_file(folder, &rec, &s->file);
	if (s->index.name != NULL)
		compare_file(folder, &index, &s->index);
	if (s->map.name != NULL)
		compare_file(folder, &map, &s->map);
	if (s->records != records || s->bytes != bytes)
		differs(
		    folder, s->file.name, "other counts than in the manifest");
	tool_in(records, bytes);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A shard in the folder that is none of name[0..n), sorted; or NULL. */
struct unlisted {
	char **name;
	size_t n;
	char *found;
};

static void
find_unlisted(void *context, const char *name)
{
	struct unlisted *u = context;
	char *own;

	if (manifest_kind(name) != MANIFEST_SHARD)
		return;
	own = mem_string(str_of(name));
	if ((u->n > 0 && bsearch(&own, u->name, u->n, sizeof(*u->name),
			     by_name) != NULL) ||
	    (u->found != NULL && strcmp(own, u->found) >= 0)) {
		free(own);
		return;
	}
	free(u->found);
	u->found = own;
}

void
manifest_check(const char *folder)
{
	char *path = path_in(folder, "manifest.json"), **name = NULL;
	struct unlisted unlisted = {0};
	char *next;
	struct str text, shards, key, raw;
	struct arena mem = {0};
	struct json_walk walk;
	struct shard s;
	struct rec rec;
	const char *why;
	size_t n = 0;

	next = manifest_path(folder, "manifest.json", ".next");
	if (mapfile_exists(next))
		differs(folder, "manifest.json.next",
		    "--without was killed; call it again");
	free(next);
	if (!mapfile_open(&text, path))
		cli_err(CLI_LOST, "%s", path);
	if (!rec_parse(&rec, &mem, text, &why))
		differs(folder, "manifest.json", why);
	if (!rec_get(&rec, "shards", &shards) || !json_open(&walk, shards, '['))
		differs(folder, "manifest.json", "no list of shards");
	while (json_next(&walk, &mem, &key, &raw)) {
		check_shard(folder, raw, &mem, &s);
		name = mem_grow(name, n + 3, sizeof(*name));
		name[n++] = s.file.name;
		if (s.index.name != NULL)
			name[n++] = s.index.name;
		if (s.map.name != NULL)
			name[n++] = s.map.name;
	}
	if (n > 0)
		qsort(name, n, sizeof(*name), by_name);
	unlisted = (struct unlisted){.name = name, .n = n};
	manifest_each(folder, find_unlisted, &unlisted);
	if (unlisted.found != NULL)
		differs(folder, unlisted.found, "not in the manifest");
	while (n > 0)
		free(name[--n]);
	free(name);
	mapfile_close(&text);
	arena_release(&mem);
	free(path);
}
