#include "shard/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/hash.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "record/gz-whole.h"
#include "record/gz.h"
#include "record/tool.h"
#include "shard/megatron.h"

enum { BLOCK = 1 << 20 }; /* bytes of records a member */

const char *
shard_suffix(enum shard_format format)
{
	static const char *const suffix[] = {
	    ".jsonl", ".jsonl.gz", ".jsonl.zst", ".bin", ".mds"};

	return suffix[format];
}

/* The name of a file beside SPLIT-00000, to be freed. */
static char *
name_of(const struct shard_writer *w, size_t number, const char *suffix)
{
	struct buf name = {0};

	buf_printf(&name,
	    w->format == SHARD_MDS ? "%s/shard.%05zu%s" : "%s-%05zu%s",
	    w->split, number, suffix);
	buf_putc(&name, '\0');
	return name.p;
}

static char *
path_of(const char *folder, const char *name, const char *ending)
{
	struct buf path = {0};

	buf_printf(
	    &path, "%s/%s%s", folder, name, ending != NULL ? ending : "");
	buf_putc(&path, '\0');
	return path.p;
}

static void
out_open(struct shard_out *out, const char *path)
{
	outfile_open(&out->save, path);
	out->xxh3 = hash_start();
	out->sha256 = digest_start();
}

static void
out_put(struct shard_out *out, struct shard_file *file, struct str bytes)
{
	if (fwrite(bytes.p, 1, bytes.len, out->save.fp) != bytes.len)
		tool_write_failed(out->save.path);
	hash_add(out->xxh3, bytes.p, bytes.len);
	digest_add(out->sha256, bytes.p, bytes.len);
	file->packed += bytes.len;
}

static void
out_commit(struct shard_out *out, struct shard_file *file)
{
	outfile_commit(&out->save);
	snprintf(
	    file->xxh3, sizeof(file->xxh3), "%016" PRIx64, hash_end(out->xxh3));
	digest_end(out->sha256, file->sha256);
}

/* The files of a shard, in the order in which they get their names. */
struct part {
	struct shard_file *file;
	struct shard_out *out;
};

static size_t
parts_of(struct shard_writer *w, struct shard *s, struct part part[3])
{
	size_t n = 0;

	part[n++] = (struct part){&s->file, &w->file};
	if (s->map.name != NULL)
		part[n++] = (struct part){&s->map, &w->map_out};
	if (s->index.name != NULL)
		part[n++] = (struct part){&s->index, &w->index};
	return n;
}

/* What files of shards need before they can be made. */
static void
ready_folder(struct shard_writer *w)
{
	char *path;

	if (w->format != SHARD_MDS)
		return;
	path = path_of(w->folder, w->split, NULL);
	outfile_folder(path);
	free(path);
	if (!w->there)
		spool_open(&w->samples);
}

static void
open_shard(struct shard_writer *w)
{
	struct shard *s;
	struct part part[3];
	char *path[3];
	size_t i, npart, number = w->first + w->nshard;

	if ((w->nshard & (w->nshard - 1)) == 0)
		w->shard = mem_grow(
		    w->shard, w->nshard ? 2 * w->nshard : 1, sizeof(*w->shard));
	s = &w->shard[w->nshard++];
	*s = (struct shard){.split = w->split};
	s->file.name = name_of(w, number, shard_suffix(w->format));
	if (w->format == SHARD_MEGATRON)
		s->index.name = name_of(w, number, ".idx");
	if (w->map)
		s->map.name = name_of(w, number, ".map.gz");
	npart = parts_of(w, s, part);
	w->there = w->resume;
	for (i = 0; i < npart; i++) {
		path[i] = path_of(w->folder, part[i].file->name, w->ending);
		w->there = w->there && mapfile_exists(path[i]);
	}
	ready_folder(w);
	for (i = 0; i < npart; i++) {
		if (!w->there)
			out_open(part[i].out, path[i]);
		free(path[i]);
	}
	w->open = true;
}

static void
flush_block(struct shard_writer *w)
{
	struct shard *s = &w->shard[w->nshard - 1];
	struct str bytes = buf_str(&w->block);

	if (bytes.len > 0 && !w->there) {
		if (w->format == SHARD_GZIP || w->format == SHARD_ZSTD) {
			w->packed.len = 0;
			gz_pack(&w->packed,
			    w->format == SHARD_GZIP ? GZ_GZIP : GZ_ZSTD, -1,
			    bytes);
			bytes = buf_str(&w->packed);
		}
		if (w->format == SHARD_MDS)
			spool_write(&w->samples, bytes.p, bytes.len);
		else
			out_put(&w->file, &s->file, bytes);
	}
	w->block.len = 0;
}

/* The lines of the map so far, as one member. */
static void
flush_notes(struct shard_writer *w)
{
	struct shard *s = &w->shard[w->nshard - 1];

	if (w->notes.len > 0 && !w->there) {
		w->packed.len = 0;
		gz_pack(&w->packed, GZ_GZIP, -1, buf_str(&w->notes));
		out_put(&w->map_out, &s->map, buf_str(&w->packed));
	}
	w->notes.len = 0;
}

/* The samples, after what says where they are. */
static void
put_samples(struct shard_writer *w, struct shard *s)
{
	size_t left = w->samples.len, n;

	w->packed.len = 0;
	if (!mds_head(w->mds, (const uint32_t *)(void *)w->lens.p,
		w->lens.len / sizeof(uint32_t), &w->packed))
		cli_errx(CLI_FATAL, "%s/%s: longer than 4 GiB", w->folder,
		    s->file.name);
	out_put(&w->file, &s->file, buf_str(&w->packed));
	spool_rewind(&w->samples);
	buf_reserve(&w->block, BLOCK);
	for (; left > 0; left -= n) {
		n = left < BLOCK ? left : BLOCK;
		spool_read(&w->samples, w->block.p, n);
		out_put(&w->file, &s->file, (struct str){w->block.p, n});
	}
	spool_close(&w->samples);
}

/* All files are on the disk before one of them has its name. */
static void
commit_shard(struct shard_writer *w, struct shard *s)
{
	struct part part[3];
	size_t i, n = parts_of(w, s, part);

	if (w->format == SHARD_MEGATRON) {
		w->packed.len = 0;
		megatron_index(&w->packed, (const uint32_t *)(void *)w->lens.p,
		    w->lens.len / sizeof(uint32_t), w->width);
		out_put(&w->index, &s->index, buf_str(&w->packed));
	} else if (w->format == SHARD_MDS) {
		put_samples(w, s);
	}
	for (i = 1; i < n; i++)
		outfile_sync(&part[i].out->save);
	for (i = 0; i < n; i++)
		out_commit(part[i].out, part[i].file);
}

static void
close_shard(struct shard_writer *w)
{
	struct shard *s = &w->shard[w->nshard - 1];
	const char *why;

	flush_block(w);
	flush_notes(w);
	if (!w->there)
		commit_shard(w, s);
	else if (!shard_read(s, w->folder, false, &why))
		cli_errx(CLI_FATAL, "%s/%s: %s", w->folder, s->file.name, why);
	w->lens.len = 0;
	w->open = false;
}

/* A line as a sample. */
static struct str
sample_of(struct shard_writer *w, struct str line)
{
	w->sample.len = 0;
	if (!mds_put(w->mds, &w->mem, line, &w->sample))
		cli_errx(CLI_FATAL, "%s: a record that has not the columns",
		    w->folder);
	if (w->sample.len > UINT32_MAX)
		cli_errx(
		    CLI_FATAL, "%s: a record longer than 4 GiB", w->folder);
	return buf_str(&w->sample);
}

void
shard_put(struct shard_writer *w, struct str record, uint64_t tokens)
{
	struct shard *s = w->open ? &w->shard[w->nshard - 1] : NULL;
	bool line = w->format != SHARD_MEGATRON && w->format != SHARD_MDS;
	uint32_t n = 0;
	size_t len;

	if (w->format == SHARD_MDS)
		record = sample_of(w, record);
	len = record.len + line; /* a line feed */
	if (!line)
		n = (uint32_t)(w->format == SHARD_MDS ? len : len / w->width);
	if (s != NULL && s->bytes + len > w->size)
		close_shard(w);
	if (!w->open)
		open_shard(w);
	s = &w->shard[w->nshard - 1];
	if (w->block.len > 0 && w->block.len + len > BLOCK)
		flush_block(w);
	buf_puts(&w->block, record);
	if (line)
		buf_putc(&w->block, '\n');
	else
		buf_put(&w->lens, &n, sizeof(n));
	s->records++;
	s->tokens += tokens;
	s->bytes += len;
	tool_out(1, len);
}

void
shard_note(struct shard_writer *w, struct str pieces)
{
	const struct shard *s = &w->shard[w->nshard - 1];

	buf_printf(&w->notes, "{\"sequence\":%" PRIu64 ",\"pieces\":[",
	    s->records - 1);
	buf_puts(&w->notes, pieces);
	buf_put(&w->notes, "]}\n", 3);
	if (w->notes.len >= BLOCK)
		flush_notes(w);
}

void
shard_finish(struct shard_writer *w)
{
	if (w->open)
		close_shard(w);
}

void
shard_release(struct shard_writer *w)
{
	size_t i;

	for (i = 0; i < w->nshard; i++) {
		free(w->shard[i].file.name);
		free(w->shard[i].index.name);
		free(w->shard[i].map.name);
	}
	free(w->shard);
	buf_release(&w->block);
	buf_release(&w->packed);
	buf_release(&w->lens);
	buf_release(&w->notes);
	buf_release(&w->sample);
	arena_release(&w->mem);
	*w = (struct shard_writer){0};
}

/* The digests of the file as it lies. */
static bool
read_digests(struct shard_file *f, const char *path, char *p)
{
	struct hash_stream *xxh3;
	struct digest_stream *sha256;
	bool good;
	FILE *fp = fopen(path, "re");
	size_t n;

	if (fp == NULL)
		return false;
	xxh3 = hash_start();
	sha256 = digest_start();
	f->packed = 0;
	while ((n = fread(p, 1, BLOCK, fp)) > 0) {
		hash_add(xxh3, p, n);
		digest_add(sha256, p, n);
		f->packed += n;
	}
	snprintf(f->xxh3, sizeof(f->xxh3), "%016" PRIx64, hash_end(xxh3));
	digest_end(sha256, f->sha256);
	good = !ferror(fp);
	fclose(fp);
	return good;
}

static bool
read_lines(struct shard *s, const char *path, char *p)
{
	struct gz *gz = gz_open(path);
	size_t n, i;
	bool good;

	if (gz == NULL)
		return false;
	s->records = s->bytes = 0;
	while ((n = gz_read(gz, p, BLOCK)) > 0) {
		s->bytes += n;
		for (i = 0; i < n; i++)
			s->records += p[i] == '\n';
	}
	good = gz_why(gz) == NULL;
	gz_close(gz);
	errno = EILSEQ;
	return good;
}

/* The documents of an index, whose ids fill the other file. */
static bool
read_index(struct shard *s, const char *path)
{
	struct str index;
	bool good;

	if (!mapfile_open(&index, path))
		return false;
	good = megatron_read(index, &s->records, &s->bytes) &&
	       s->bytes == s->file.packed;
	mapfile_close(&index);
	errno = EILSEQ;
	return good;
}

/* The samples of a shard of its own kind. */
static bool
read_samples(struct shard *s, const char *path)
{
	struct buf at = {0};
	struct str file;
	uint64_t first, end;
	bool good;

	if (!mapfile_open(&file, path))
		return false;
	good = mds_bounds(file, &at);
	if (good) {
		memcpy(&first, at.p, sizeof(first));
		memcpy(&end, at.p + at.len - sizeof(end), sizeof(end));
		s->records = at.len / sizeof(end) - 1;
		s->bytes = end - first;
	}
	mapfile_close(&file);
	buf_release(&at);
	errno = EILSEQ;
	return good;
}

/* The lines of a map, one a record. */
static bool
read_map(const struct shard *s, const char *path, char *p)
{
	struct shard lines = {0};

	return read_lines(&lines, path, p) && lines.records == s->records;
}

bool
shard_read(struct shard *s, const char *folder, bool counted, const char **why)
{
	char *path = path_of(folder, s->file.name, NULL), *p = mem_alloc(BLOCK);
	bool good = read_digests(&s->file, path, p);

	if (good && s->index.name != NULL) {
		free(path);
		path = path_of(folder, s->index.name, NULL);
		good = read_digests(&s->index, path, p) &&
		       (!counted || read_index(s, path));
	} else if (good && counted) {
		good = strchr(s->file.name, '/') != NULL /* only SHARD_MDS */
			   ? read_samples(s, path)
			   : read_lines(s, path, p);
	}
	if (good && s->map.name != NULL) {
		free(path);
		path = path_of(folder, s->map.name, NULL);
		good = read_digests(&s->map, path, p) &&
		       (!counted || read_map(s, path, p));
	}
	if (!good)
		*why = errno == EILSEQ ? "corrupt" : strerror(errno);
	free(p);
	free(path);
	return good;
}
