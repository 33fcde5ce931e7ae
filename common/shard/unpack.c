#include "shard/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "record/gz.h"
#include "record/json.h"
#include "record/rec.h"
#include "shard/manifest.h"
#include "shard/mds.h"
#include "shard/megatron.h"

enum { BLOCK = 1 << 20 };

/* The next line, whatever its length. */
static bool
next_line(struct unpack_lines *l, struct str *line)
{
	size_t seen = l->pos, n;
	char *feed;

	for (;;) {
		feed = l->buf.len > seen
			   ? memchr(l->buf.p + seen, '\n', l->buf.len - seen)
			   : NULL;
		if (feed != NULL) {
			*line = (struct str){l->buf.p + l->pos,
			    (size_t)(feed - l->buf.p) - l->pos};
			l->pos += line->len + 1;
			return true;
		}
		if (l->pos > 0)
			memmove(
			    l->buf.p, l->buf.p + l->pos, l->buf.len - l->pos);
		l->buf.len -= l->pos;
		l->pos = 0;
		seen = l->buf.len;
		buf_reserve(&l->buf, BLOCK);
		n = gz_read(l->gz, l->buf.p + seen, l->buf.cap - seen);
		l->buf.len += n;
		if (n == 0)
			return false;
	}
}

static void
open_lines(struct unpack_lines *l, const char *path)
{
	l->gz = gz_open(path);
	if (l->gz == NULL)
		cli_err(CLI_FATAL, "%s", path);
}

static _Noreturn void
is_other(const struct unpack *in)
{
	cli_errx(
	    CLI_FATAL, "%s: not what manifest and map say of it", in->path);
}

static void
open_ids(struct unpack *in, const char *folder, const struct shard *s)
{
	char *path;

	if (s->index.name == NULL)
		is_other(in);
	if (!mapfile_open(&in->bin, in->path))
		cli_err(CLI_FATAL, "%s", in->path);
	path = manifest_path(folder, s->index.name, "");
	if (!mapfile_open(&in->index, path))
		cli_err(CLI_FATAL, "%s", path);
	if (!megatron_bounds(in->index, &in->at, &in->width) ||
	    in->at.len / sizeof(uint64_t) != s->records + 1)
		cli_errx(CLI_FATAL, "%s: not the index of this shard", path);
	free(path);
}

static void
open_samples(struct unpack *in)
{
	if (!mapfile_open(&in->bin, in->path))
		cli_err(CLI_FATAL, "%s", in->path);
	if (!mds_bounds(in->bin, &in->at) ||
	    in->at.len / sizeof(uint64_t) != in->nrecord + 1 ||
	    !mds_open(&in->mds, in->bin))
		is_other(in);
}

void
unpack_open(struct unpack *in, const char *folder, const struct shard *shard,
    enum shard_format format)
{
	char *map;

	*in =
	    (struct unpack){.path = manifest_path(folder, shard->file.name, ""),
		.nrecord = shard->records,
		.mapped = shard->map.name != NULL};
	if (in->mapped) {
		map = manifest_path(folder, shard->map.name, "");
		open_lines(&in->map, map);
		free(map);
	}
	if (format == SHARD_MEGATRON)
		open_ids(in, folder, shard);
	else if (format == SHARD_MDS)
		open_samples(in);
	else
		open_lines(&in->lines, in->path);
}

/* The entries that the map has for the record. */
static void
read_pieces(struct unpack *in)
{
	struct json_walk walk;
	struct str line, pieces, key, raw, chars;
	struct rec rec, piece;
	const char *why;
	size_t n;

	arena_clear(&in->mem);
	in->npiece = 0;
	if (!next_line(&in->map, &line) ||
	    !rec_parse(&rec, &in->mem, line, &why) ||
	    !rec_get(&rec, "pieces", &pieces) || !json_open(&walk, pieces, '['))
		is_other(in);
	while (json_next(&walk, &in->mem, &key, &raw)) {
		if (in->npiece == in->cap) {
			in->cap = 2 * in->cap + 8;
			in->piece =
			    mem_grow(in->piece, in->cap, sizeof(*in->piece));
			in->ntoken =
			    mem_grow(in->ntoken, in->cap, sizeof(*in->ntoken));
			in->first =
			    mem_grow(in->first, in->cap, sizeof(*in->first));
		}
		if (!rec_parse(&piece, &in->mem, raw, &why))
			is_other(in);
		if (!rec_get_size(&piece, "tokens", &n))
			n = 0;
		if (n > UINT32_MAX)
			is_other(in);
		in->piece[in->npiece] = raw;
		in->first[in->npiece] = rec_get(&piece, "chars", &chars) &&
					str_starts(chars, STR("[0,"));
		in->ntoken[in->npiece++] = n;
	}
}

static void
expect_end(struct unpack *in)
{
	struct str line;

	if (in->lines.gz != NULL &&
	    (next_line(&in->lines, &line) || in->lines.buf.len > 0 ||
		gz_why(in->lines.gz) != NULL))
		is_other(in);
	if (in->mapped &&
	    (next_line(&in->map, &line) || gz_why(in->map.gz) != NULL))
		is_other(in);
}

bool
unpack_next(struct unpack *in)
{
	bool lines = in->lines.gz != NULL;
	uint64_t at[2];

	if (in->next == in->nrecord) {
		expect_end(in);
		return false;
	}
	in->number = in->next++;
	if (lines) {
		if (!next_line(&in->lines, &in->bytes))
			is_other(in);
	} else {
		memcpy(at, in->at.p + in->number * sizeof(*at), sizeof(at));
		if (at[1] > in->bin.len)
			is_other(in);
		in->bytes =
		    (struct str){in->bin.p + at[0], (size_t)(at[1] - at[0])};
	}
	if (!lines && in->width == 0) {
		in->line.len = 0;
		if (!mds_line(&in->mds, in->bytes, &in->line))
			is_other(in);
		in->bytes = buf_str(&in->line);
	}
	if (in->mapped)
		read_pieces(in);
	return true;
}

/* Append a raw array without its items i of which out[i] is true. */
static void
put_numbers(
    struct str array, struct arena *mem, const bool *out, struct buf *line)
{
	struct json_walk walk;
	struct str key, raw;
	const char *comma = "";
	size_t i;

	buf_putc(line, '[');
	json_open(&walk, array, '[');
	for (i = 0; json_next(&walk, mem, &key, &raw); i++) {
		if (out[i])
			continue;
		buf_printf(line, "%s", comma);
		buf_puts(line, raw);
		comma = ",";
	}
	buf_putc(line, ']');
}

static size_t
count_items(struct str array, struct arena *mem)
{
	struct json_walk walk;
	struct str key, raw;
	size_t n = 0;

	if (!json_open(&walk, array, '['))
		return SIZE_MAX;
	while (json_next(&walk, mem, &key, &raw))
		n++;
	return n;
}

/*
 * A sequence as a line without its pieces of which out[piece] is true: its ids
 * and their lengths.
 */
static void
cut_line(struct unpack *in, const bool *out, struct buf *line)
{
	struct str ids, lens;
	struct rec rec;
	const char *why;
	bool *gone;
	size_t i, n = 0, total = 0;

	for (i = 0; i < in->npiece; i++)
		total += in->ntoken[i];
	if (!rec_parse(&rec, &in->mem, in->bytes, &why) ||
	    !rec_get(&rec, "input_ids", &ids) ||
	    !rec_get(&rec, "seq_lengths", &lens) ||
	    count_items(ids, &in->mem) != total ||
	    count_items(lens, &in->mem) != in->npiece)
		is_other(in);
	gone = mem_zeroed(total + 1, sizeof(*gone));
	for (i = 0; i < in->npiece; n += in->ntoken[i++])
		memset(gone + n, out[i], in->ntoken[i]);
	buf_printf(line, "{\"input_ids\":");
	put_numbers(ids, &in->mem, gone, line);
	buf_printf(line, ",\"seq_lengths\":");
	put_numbers(lens, &in->mem, out, line);
	buf_putc(line, '}');
	free(gone);
}

/* The same of ids in their bytes. */
static void
cut_ids(struct unpack *in, const bool *out, uint32_t pad, struct buf *bytes)
{
	size_t i, at = 0, n, end = bytes->len + in->bytes.len;

	for (i = 0; i < in->npiece; i++, at += n) {
		n = in->ntoken[i] * in->width;
		if (n > in->bytes.len - at)
			is_other(in);
		if (!out[i])
			buf_put(bytes, in->bytes.p + at, n);
	}
	while (bytes->len < end)
		megatron_put(bytes, &pad, 1, in->width);
}

void
unpack_cut(struct unpack *in, const bool *out, uint32_t pad, struct buf *bytes)
{
	if (in->width > 0)
		cut_ids(in, out, pad, bytes);
	else
		cut_line(in, out, bytes);
}

void
unpack_notes(const struct unpack *in, const bool *out, struct buf *notes)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < in->npiece; i++) {
		if (out[i])
			continue;
		buf_printf(notes, "%s", comma);
		buf_puts(notes, in->piece[i]);
		comma = ",";
	}
}

uint64_t
unpack_tokens(const struct unpack *in, const bool *out)
{
	uint64_t n = 0;
	size_t i;

	if (!in->mapped)
		return in->bytes.len / in->width;
	for (i = 0; i < in->npiece; i++)
		n += out[i] ? 0 : in->ntoken[i];
	return n;
}

void
unpack_close(struct unpack *in)
{
	free(in->path);
	gz_close(in->lines.gz);
	gz_close(in->map.gz);
	buf_release(&in->lines.buf);
	buf_release(&in->map.buf);
	mapfile_close(&in->bin);
	mapfile_close(&in->index);
	buf_release(&in->at);
	buf_release(&in->line);
	mds_release(&in->mds);
	free(in->piece);
	free(in->ntoken);
	free(in->first);
	arena_release(&in->mem);
}
