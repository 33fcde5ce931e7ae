/*
 * unpack: shards of every format give back what was put into them, and
 * sequences without some of their pieces are those of a naive twin
 */

#include "shard/unpack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/rng.h"
#include "shard/megatron.h"
#include "tap.h"

enum { NRECORD = 300, WIDTH = 2, PAD = 7, MAX_PIECES = 5 };

/* A sequence: its pieces, one after the other, then what fills it up. */
struct sequence {
	size_t npiece, ntoken[MAX_PIECES];
	uint32_t id[MAX_PIECES * 20];
};

static char folder[] = "/tmp/unpack-XXXXXX";
static struct shard_writer writer;
static struct mds columns;
static struct sequence sequence[NRECORD];
static uint64_t few; /* records that a shard says it lacks */

/* The lines of a sequence that has only the pieces that stay. */
static void
line_of(const struct sequence *s, const bool *out, struct buf *line)
{
	const char *comma = "";
	size_t i, j, at = 0;

	line->len = 0;
	buf_printf(line, "{\"input_ids\":[");
	for (i = 0; i < s->npiece; at += s->ntoken[i++])
		for (j = 0; j < s->ntoken[i] && !out[i]; j++) {
			buf_printf(line, "%s%" PRIu32, comma, s->id[at + j]);
			comma = ",";
		}
	buf_printf(line, "],\"seq_lengths\":[");
	comma = "";
	for (i = 0; i < s->npiece; i++)
		if (!out[i]) {
			buf_printf(line, "%s%zu", comma, s->ntoken[i]);
			comma = ",";
		}
	buf_printf(line, "]}");
}

/* The same in bytes, filled up to what all of them take. */
static void
ids_of(const struct sequence *s, const bool *out, struct buf *bytes)
{
	const uint32_t pad = PAD;
	size_t i, at = 0, end = 0;

	bytes->len = 0;
	for (i = 0; i < s->npiece; at += s->ntoken[i++]) {
		end += s->ntoken[i] * WIDTH;
		if (!out[i])
			megatron_put(bytes, s->id + at, s->ntoken[i], WIDTH);
	}
	while (bytes->len < end)
		megatron_put(bytes, &pad, 1, WIDTH);
}

static void
notes_of(const struct sequence *s, const bool *out, struct buf *notes)
{
	const char *comma = "";
	size_t i;

	notes->len = 0;
	for (i = 0; i < s->npiece; i++)
		if (!out[i]) {
			buf_printf(notes, "%s{\"chars\":[%d,9],\"tokens\":%zu}",
			    comma, i % 2 ? 5 : 0, s->ntoken[i]);
			comma = ",";
		}
}

static void
make_sequences(struct rng *rng)
{
	struct sequence *s;
	size_t i, j, n;

	for (i = 0; i < NRECORD; i++) {
		s = &sequence[i];
		s->npiece = 1 + rng_below(rng, MAX_PIECES);
		for (j = n = 0; j < s->npiece; j++)
			n += s->ntoken[j] = rng_below(rng, 21);
		for (j = 0; j < n; j++)
			s->id[j] = (uint32_t)rng_below(rng, 60000);
	}
}

static void
begin_shard(enum shard_format format, bool map)
{
	shard_release(&writer);
	writer = (struct shard_writer){.folder = folder,
	    .split = "train",
	    .format = format,
	    .width = format == SHARD_MEGATRON ? WIDTH : 0,
	    .mds = &columns,
	    .size = SIZE_MAX,
	    .map = map};
}

/* Lines, of which one is longer than a block that is read at once. */
static bool
lines_come_back(enum shard_format format)
{
	struct unpack in;
	struct buf line[NRECORD] = {{0}};
	bool same = true;
	size_t i;

	begin_shard(format, false);
	for (i = 0; i < NRECORD; i++) {
		buf_printf(&line[i], "{\"text\":\"%zu", i);
		while (line[i].len < (i == 7 ? 3000000 : i))
			buf_putc(&line[i], 'a');
		buf_printf(&line[i], "\"}");
		shard_put(&writer, buf_str(&line[i]), 1);
	}
	shard_finish(&writer);
	unpack_open(&in, folder, &writer.shard[0], format);
	for (i = 0; unpack_next(&in); i++)
		same &= in.number == i && in.npiece == 0 &&
			str_eq(in.bytes, buf_str(&line[i]));
	unpack_close(&in);
	for (i = 0; i < NRECORD; i++)
		buf_release(&line[i]);
	return same && writer.shard[0].records == NRECORD;
}

/* Sequences with their map; of each, some pieces are taken out. */
static bool
sequences_come_back(enum shard_format format, struct rng *rng)
{
	bool ids = format == SHARD_MEGATRON, none[MAX_PIECES] = {false};
	bool same = true, out[MAX_PIECES];
	struct buf right = {0}, notes = {0}, cut = {0}, told = {0};
	struct unpack in;
	uint64_t left;
	size_t i, j;

	begin_shard(format, true);
	for (i = 0; i < NRECORD; i++) {
		if (ids)
			ids_of(&sequence[i], none, &right);
		else
			line_of(&sequence[i], none, &right);
		notes_of(&sequence[i], none, &notes);
		shard_put(&writer, buf_str(&right), 1);
		shard_note(&writer, buf_str(&notes));
	}
	shard_finish(&writer);
	unpack_open(&in, folder, &writer.shard[0], format);
	for (i = 0; i < NRECORD && unpack_next(&in); i++) {
		for (j = left = 0; j < in.npiece; j++) {
			out[j] = rng_below(rng, 2);
			left += out[j] ? 0 : sequence[i].ntoken[j];
			same &= in.first[j] == (j % 2 == 0);
		}
		if (ids)
			ids_of(&sequence[i], out, &right);
		else
			line_of(&sequence[i], out, &right);
		notes_of(&sequence[i], out, &notes);
		cut.len = told.len = 0;
		unpack_cut(&in, out, PAD, &cut);
		unpack_notes(&in, out, &told);
		same &= in.npiece == sequence[i].npiece &&
			unpack_tokens(&in, out) == left &&
			str_eq(buf_str(&cut), buf_str(&right)) &&
			str_eq(buf_str(&told), buf_str(&notes));
	}
	same &= i == NRECORD && !unpack_next(&in);
	unpack_close(&in);
	buf_release(&right);
	buf_release(&notes);
	buf_release(&cut);
	buf_release(&told);
	return same;
}

static void
put_sample(size_t i, struct buf *line)
{
	buf_printf(
	    line, "{\"text\":\"%zu\",\"url\":%s}", i, i % 2 ? "null" : "\"u\"");
}

/* Samples come back as lines with the same members. */
static bool
samples_come_back(void)
{
	struct unpack in;
	struct buf line = {0};
	bool same = true;
	size_t i;

	mds_init(&columns, 0, 0, SIZE_MAX / 2);
	mds_add(&columns, "text", true);
	mds_add(&columns, "url", false);
	begin_shard(SHARD_MDS, false);
	for (i = 0; i < NRECORD; i++) {
		line.len = 0;
		put_sample(i, &line);
		shard_put(&writer, buf_str(&line), 1);
	}
	shard_finish(&writer);
	unpack_open(&in, folder, &writer.shard[0], SHARD_MDS);
	for (i = 0; unpack_next(&in); i++) {
		line.len = 0;
		put_sample(i, &line);
		same &= str_eq(in.bytes, buf_str(&line));
	}
	unpack_close(&in);
	mds_release(&columns);
	buf_release(&line);
	return same && i == NRECORD;
}

/* What the manifest says is another number of records than there are. */
static void
read_all(void)
{
	struct shard s = writer.shard[0];
	struct unpack in;

	s.records -= few;
	unpack_open(&in, folder, &s, writer.format);
	while (unpack_next(&in))
		;
	unpack_close(&in);
}

/* A shard of one line and its map, as a manifest may have them. */
static struct shard foreign = {.records = 1};
static enum shard_format foreign_format;

static void
cut_all(void)
{
	bool out[MAX_PIECES] = {true};
	struct unpack in;
	struct buf cut = {0};

	unpack_open(&in, folder, &foreign, foreign_format);
	while (unpack_next(&in))
		if (in.npiece > 0)
			unpack_cut(&in, out, PAD, &cut);
	unpack_close(&in);
	buf_release(&cut);
}

static void
write_file(const char *name, const char *text)
{
	char path[64];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fp = fopen(path, "w");
	if (fp == NULL || fputs(text, fp) == EOF || fclose(fp) != 0)
		abort();
}

static void
test_foreign(void)
{
#define LINE "{\"input_ids\":[1,2],\"seq_lengths\":[2]}\n"
#define MAP "{\"pieces\":[{\"tokens\":2}]}\n"
	static const struct {
		const char *line, *map;
		int status;
	} row[] = {
	    {LINE, MAP, 0},
	    {LINE, "{\"pieces\":[]}\n", 0},
	    {"{\"input_ids\":[],\"seq_lengths\":[0]}\n",
		"{\"pieces\":[{\"tokens\":\"x\"}]}\n", 0},
	    {LINE, "", CLI_FATAL},
	    {LINE, "{\"pieces\":[{\"tokens\":2}]", CLI_FATAL},
	    {LINE, "[]\n", CLI_FATAL},
	    {LINE, "{\"piece\":[]}\n", CLI_FATAL},
	    {LINE, "{\"pieces\":5}\n", CLI_FATAL},
	    {LINE, "{\"pieces\":[5]}\n", CLI_FATAL},
	    {LINE, "{\"pieces\":[{\"tokens\":4294967296}]}\n", CLI_FATAL},
	    {LINE, "{\"pieces\":[{\"tokens\":1}]}\n", CLI_FATAL},
	    {LINE, "{\"pieces\":[{\"tokens\":1},{\"tokens\":1}]}\n", CLI_FATAL},
	    {LINE, MAP MAP, CLI_FATAL},
	    {LINE LINE, MAP, CLI_FATAL},
	    {LINE "{", MAP, CLI_FATAL},
	    {"", MAP, CLI_FATAL},
	    {"{\n", MAP, CLI_FATAL},
	    {"{\"input_ids\":[1,2]}\n", MAP, CLI_FATAL},
	    {"{\"seq_lengths\":[2]}\n", MAP, CLI_FATAL},
	    {"{\"input_ids\":5,\"seq_lengths\":[2]}\n", MAP, CLI_FATAL},
	    {"{\"input_ids\":[1,2],\"seq_lengths\":2}\n", MAP, CLI_FATAL},
	};
#undef LINE
#undef MAP
	char line[] = "line", map[] = "map", none[] = "none";
	bool good = true;
	size_t i;

	foreign.file.name = line;
	foreign.map.name = map;
	foreign_format = SHARD_JSONL;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		write_file(line, row[i].line);
		write_file(map, row[i].map);
		if (tap_status(cut_all) != row[i].status) {
			printf("# %s# %s", row[i].line, row[i].map);
			good = false;
		}
	}
	ok(good, "lines and maps that are not each other's");
	foreign.map.name = none;
	ok(tap_status(cut_all) == CLI_FATAL, "no map");
	foreign.map.name = NULL;
	foreign_format = SHARD_MDS;
	ok(tap_status(cut_all) == CLI_FATAL, "no samples");
	foreign_format = SHARD_MEGATRON;
	ok(tap_status(cut_all) == CLI_FATAL, "ids without an index");
	foreign.index.name = none;
	ok(tap_status(cut_all) == CLI_FATAL, "an index that is not there");
	foreign.index.name = map;
	ok(tap_status(cut_all) == CLI_FATAL, "an index that is none");
	foreign.file.name = none;
	ok(tap_status(cut_all) == CLI_FATAL, "ids that are not there");
	foreign_format = SHARD_MDS;
	ok(tap_status(cut_all) == CLI_FATAL, "samples that are not there");
	foreign_format = SHARD_ZSTD;
	ok(tap_status(cut_all) == CLI_FATAL, "lines that are not there");
}

int
main(void)
{
	char command[64];
	struct rng rng;

	if (mkdtemp(folder) == NULL)
		abort();
	rng_init(&rng, 1);
	make_sequences(&rng);
	ok(lines_come_back(SHARD_JSONL), "plain lines");
	few = 1;
	ok(tap_status(read_all) == CLI_FATAL, "one line more than is told");
	few = (uint64_t)-1;
	ok(tap_status(read_all) == CLI_FATAL, "one line less");
	few = 0;
	ok(tap_status(read_all) == 0, "as many as are told");
	ok(lines_come_back(SHARD_GZIP), "lines of gzip");
	ok(lines_come_back(SHARD_ZSTD), "lines of zstd");
	ok(sequences_come_back(SHARD_JSONL, &rng),
	    "sequences of lines, and without some of their pieces");
	ok(sequences_come_back(SHARD_GZIP, &rng), "the same of gzip");
	ok(sequences_come_back(SHARD_MEGATRON, &rng),
	    "ids, and without some of their pieces, filled up");
	few = 1;
	ok(tap_status(read_all) == CLI_FATAL, "ids of another index");
	ok(samples_come_back(), "samples");
	few = 1;
	ok(tap_status(read_all) == CLI_FATAL, "more samples than are told");
	test_foreign();
	shard_release(&writer);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		abort();
	return tap_done();
}
