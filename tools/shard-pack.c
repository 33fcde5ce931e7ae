/*
 * shard-pack - mix, shuffle and pack records into shards for training
 *
 * Pass 1 reads the sources and keeps of each record a note of 48 bytes, sorted
 * beyond memory: by document, to give a document of two sources to one; then
 * by source and random key, the order in which a source is drawn from; then by
 * place.  Pass 2 reads the chosen records again in the order in which they lie,
 * scatters them to piles by a second random key, sorts each pile and writes it.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "base/rng.h"
#include "record/forward.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/spool.h"
#include "record/tool.h"
#include "shard/megatron.h"
#include "shard/plan.h"
#include "shard/shard.h"
#include "spill/shuffle.h"
#include "text/word.h"
#include "token/tokenizer.h"

static const char usage[] =
    "usage: shard-pack -o dir --source name=file[,file...]@weight ...\n"
    "                  [--budget n] [--by unit] [--eod token] [--epochs n]\n"
    "                  [--format name] [--memory size] [--resume] [--rng n]\n"
    "                  [--shard-size size] [--split name=share]\n"
    "                  [--tokenizer dir]\n"
    "       shard-pack --check dir\n";

static const char help[] =
    "Mix record files by weight, shuffle them, pack them into shards.\n"
    "\n"
    "      --budget N        stop before more than N units (K, M, G, T);\n"
    "                        else where the first source would end\n"
    "      --by UNIT         weights and budget count tokens (default;\n"
    "                        estimated, 4/3 a word), records or bytes\n"
    "      --check DIR       verify every shard of DIR against its manifest\n"
    "      --eod TOKEN       end each record with this token\n"
    "      --epochs N        take a source at most N times over (1)\n"
    "      --format NAME     jsonl.gz (default), jsonl, jsonl.zst; or "
    "megatron:\n"
    "                        token ids, .bin and .idx\n"
    "      --memory SIZE     working memory (256M)\n"
    "  -o, --output DIR      folder for shards and manifest.json\n"
    "      --resume          go on with the shards of a killed run\n"
    "      --rng N           seed of the shuffle (0)\n"
    "      --shard-size SIZE bytes of records a shard (256M)\n"
    "      --source NAME=FILE[,FILE...]@WEIGHT\n"
    "                        files to draw from, and their share\n"
    "      --split NAME=SHARE\n"
    "                        put this share of the documents apart\n"
    "      --tokenizer DIR   count tokens exactly: WordPiece, or a byte-level\n"
    "                        BPE from tokenizer.json\n" TOOL_HELP "\n"
    "Example: a quarter of mined text, three quarters of general text\n"
    "  shard-pack -o shards --source domain=mined.jsonl@25 \\\n"
    "      --source general=crawl.jsonl.gz@75 --split valid=0.01\n";

static const char *const format_names[] = {"jsonl", "jsonl.gz", "jsonl.zst",
    "megatron", NULL}; /* as enum shard_format */

struct split {
	char *name;
	double share;
};

struct opts {
	struct plan_source *source; /* (nsource) */
	size_t nsource;
	char **file;	 /* (nfile), NULL-terminated */
	size_t *of_file; /* (nfile), its source */
	size_t nfile;
	struct split *split; /* (nsplit), the last one takes the rest */
	size_t nsplit;
	const char *folder, *check;
	enum plan_unit by;
	enum shard_format format;
	struct tokenizer *tokenizer; /* NULL: tokens are estimated */
	const char *eod;	     /* a token of it, or NULL */
	uint32_t eod_id;
	size_t width;	 /* bytes of an id */
	uint64_t budget; /* 0: none */
	uint64_t seed, epochs;
	size_t shard_size, memory;
	bool resume;
};

/* NAME=FILE[,FILE...]@WEIGHT */
static void
add_source(struct opts *o, const char *arg)
{
	const char *equal = arg + strcspn(arg, "="), *at = equal, *p;
	struct plan_source *s;
	size_t len;

	for (p = equal; *p != '\0'; p++)
		if (*p == '@')
			at = p;
	if (equal == arg || at <= equal + 1)
		cli_errx(CLI_FATAL,
		    "--source: '%s' is not NAME=FILE[,FILE...]@WEIGHT", arg);
	o->source = mem_grow(o->source, o->nsource + 1, sizeof(*o->source));
	s = &o->source[o->nsource];
	*s = (struct plan_source){0};
	s->name = mem_string((struct str){arg, (size_t)(equal - arg)});
	s->weight = cli_real("--source weight", at + 1, 0, 1e300);
	for (p = equal + 1; p < at; p += len + 1) {
		len = strcspn(p, ",");
		if (p + len > at)
			len = (size_t)(at - p);
		if (len == 0)
			cli_errx(CLI_FATAL, "--source: '%s': no file", arg);
		o->file = mem_grow(o->file, o->nfile + 2, sizeof(*o->file));
		o->of_file =
		    mem_grow(o->of_file, o->nfile + 1, sizeof(*o->of_file));
		o->of_file[o->nfile] = o->nsource;
		o->file[o->nfile++] = mem_string((struct str){p, len});
		o->file[o->nfile] = NULL;
	}
	o->nsource++;
	for (len = 0; len + 1 < o->nsource; len++)
		if (strcmp(o->source[len].name, s->name) == 0)
			cli_errx(CLI_FATAL, "--source: '%s' is there twice",
			    s->name);
}

/* NAME=SHARE; what is left of 1 is the split "train", behind the others. */
static void
add_split(struct opts *o, const char *arg)
{
	const char *equal = arg + strcspn(arg, "=");
	char *name;
	double sum = 0;
	size_t i;

	if (*equal == '\0' || equal == arg ||
	    strspn(arg, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_") != (size_t)(equal - arg))
		cli_errx(CLI_FATAL, "--split: '%s' is not NAME=SHARE", arg);
	name = mem_string((struct str){arg, (size_t)(equal - arg)});
	o->split = mem_grow(o->split, o->nsplit + 2, sizeof(*o->split));
	o->split[o->nsplit++] =
	    (struct split){name, cli_real("--split", equal + 1, 0, 1)};
	for (i = 0; i < o->nsplit; i++) {
		sum += o->split[i].share;
		if (strcmp(o->split[i].name, "train") == 0 ||
		    (i + 1 < o->nsplit && strcmp(o->split[i].name, name) == 0))
			cli_errx(CLI_FATAL, "--split: '%s' is there twice",
			    o->split[i].name);
	}
	if (sum > 1)
		cli_errx(CLI_FATAL, "--split: the shares exceed 1");
}

enum {
	OPT_BUDGET = TOOL_OPT_OWN,
	OPT_BY,
	OPT_CHECK,
	OPT_EOD,
	OPT_EPOCHS,
	OPT_FORMAT,
	OPT_MEMORY,
	OPT_RESUME,
	OPT_RNG,
	OPT_SHARD_SIZE,
	OPT_SOURCE,
	OPT_SPLIT,
	OPT_TOKENIZER
};

static const struct option longopts[] = {
    {"budget", required_argument, NULL, OPT_BUDGET},
    {"by", required_argument, NULL, OPT_BY},
    {"check", required_argument, NULL, OPT_CHECK},
    {"eod", required_argument, NULL, OPT_EOD},
    {"epochs", required_argument, NULL, OPT_EPOCHS},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"output", required_argument, NULL, 'o'},
    {"resume", no_argument, NULL, OPT_RESUME},
    {"rng", required_argument, NULL, OPT_RNG},
    {"shard-size", required_argument, NULL, OPT_SHARD_SIZE},
    {"source", required_argument, NULL, OPT_SOURCE},
    {"split", required_argument, NULL, OPT_SPLIT},
    {"tokenizer", required_argument, NULL, OPT_TOKENIZER}, TOOL_OPTIONS};

static void
set_option(struct opts *o, int ch)
{
	switch (ch) {
	case 'o':
		o->folder = optarg;
		break;
	case OPT_BUDGET:
		o->budget = cli_bytes("--budget", optarg, 1, SIZE_MAX / 2);
		break;
	case OPT_BY:
		o->by =
		    (enum plan_unit)cli_choice("--by", optarg, plan_unit_names);
		break;
	case OPT_CHECK:
		o->check = optarg;
		break;
	case OPT_EOD:
		o->eod = optarg;
		break;
	case OPT_EPOCHS:
		o->epochs = cli_size("--epochs", optarg, 1, UINT32_MAX);
		break;
	case OPT_FORMAT:
		o->format = (enum shard_format)cli_choice(
		    "--format", optarg, format_names);
		break;
	case OPT_MEMORY:
		o->memory =
		    cli_bytes("--memory", optarg, 1000000, SIZE_MAX / 2);
		break;
	case OPT_RESUME:
		o->resume = true;
		break;
	case OPT_RNG:
		o->seed = cli_u64("--rng", optarg);
		break;
	case OPT_SHARD_SIZE:
		o->shard_size =
		    cli_bytes("--shard-size", optarg, 1, SIZE_MAX / 2);
		break;
	case OPT_SOURCE:
		add_source(o, optarg);
		break;
	case OPT_SPLIT:
		add_split(o, optarg);
		break;
	case OPT_TOKENIZER:
		tokenizer_close(o->tokenizer);
		o->tokenizer = tokenizer_open(optarg);
		break;
	default:
		tool_option(ch);
	}
}

static void
check_tokenizer(struct opts *o)
{
	if (o->tokenizer == NULL) {
		if (o->format == SHARD_MEGATRON || o->eod != NULL)
			tool_usage("--format megatron and --eod need a "
				   "--tokenizer");
		return;
	}
	o->width = megatron_width(tokenizer_nvocab(o->tokenizer));
	if (o->eod != NULL &&
	    !tokenizer_id(o->tokenizer, str_of(o->eod), &o->eod_id))
		cli_errx(CLI_FATAL, "--eod: the tokenizer has no token '%s'",
		    o->eod);
}

static void
parse_options(struct opts *o, int argc, char *argv[])
{
	double sum = 0;
	size_t i;
	int ch;

	while ((ch = getopt_long(
		    argc, argv, TOOL_SHORT "o:", longopts, NULL)) != -1)
		set_option(o, ch);
	if (optind < argc)
		tool_usage("files are given by --source");
	if (o->check != NULL) {
		if (o->folder != NULL || o->nsource > 0)
			tool_usage("--check stands alone");
		return;
	}
	if (o->folder == NULL || o->nsource == 0)
		tool_usage("-o and --source are needed");
	for (i = 0; i < o->nsource; i++)
		sum += o->source[i].weight;
	if (sum <= 0)
		tool_usage("every weight is 0");
	check_tokenizer(o);
	if (o->nsplit == 0)
		o->split = mem_grow(NULL, 1, sizeof(*o->split));
	o->split[o->nsplit++] = (struct split){mem_string(STR("train")), 1};
}

/*
 * Sources are read twice: what is no regular file is copied to a temporary one
 * and read from there.
 */
static void
copy_pipes(struct opts *o)
{
	static char block[256 << 10];
	struct buf path = {0};
	struct stat st;
	size_t i;
	ssize_t n;
	struct spool spool;
	int fd;

	for (i = 0; i < o->nfile; i++) {
		fd = STDIN_FILENO;
		if (strcmp(o->file[i], "-") != 0) {
			if (stat(o->file[i], &st) != 0 || S_ISREG(st.st_mode) ||
			    S_ISDIR(st.st_mode) ||
			    (fd = open(o->file[i], O_RDONLY | O_CLOEXEC)) < 0)
				continue;
		}
		spool_open(&spool);
		while ((n = read(fd, block, sizeof(block))) != 0) {
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				cli_err(CLI_FATAL, "%s", o->file[i]);
			spool_write(&spool, block, (size_t)n);
		}
		if (fd != STDIN_FILENO)
			close(fd);
		path.len = 0;
		buf_printf(&path, "/dev/fd/%d", spool_fd(&spool));
		free(o->file[i]);
		o->file[i] = mem_string(buf_str(&path)); /* it stays open */
	}
	buf_release(&path);
}

/*
 * Without a tokenizer an estimate, 4/3 a word, rounded up.  A text without
 * tokens has no end, either, as in Megatron-LM.
 */
static uint32_t
count_tokens(const struct opts *o, struct str text)
{
	size_t n;

	if (o->tokenizer == NULL)
		return (uint32_t)((word_count(text) * 4 + 2) / 3);
	tokenizer_encode(o->tokenizer, text, &n);
	return (uint32_t)(n + (n > 0 && o->eod != NULL));
}

/* A record's note; false if it is bad. */
static bool
note_record(const struct opts *o, struct rec_reader *in, const struct rec *rec,
    struct plan_note *note)
{
	uint64_t place[2];
	struct str text, name;

	if (!rec_need_str(in, rec, "text", &text))
		return false;
	if (rec->line.len >= UINT32_MAX) {
		rec_bad(in, "longer than 4 GiB");
		return false;
	}
	if (!rec_get_str(rec, "doc", &name) && !rec_get_str(rec, "id", &name))
		name = rec->line;
	place[0] = note->file;
	place[1] = rec_place(in)->line;
	note->doc = hash_64(name.p, name.len, 0);
	note->key = hash_64(place, sizeof(place), o->seed);
	note->offset = rec_place(in)->offset;
	note->check = hash_64(rec->line.p, rec->line.len, 0);
	note->len = (uint32_t)rec->line.len;
	note->tokens = count_tokens(o, text);
	note->copies = 0;
	return true;
}

/* Pass 1: the notes of all records of sources that weigh something. */
static void
read_sources(struct opts *o, struct plan *plan)
{
	struct rec_reader in;
	struct plan_source *s;
	struct plan_note note;
	struct rec rec;

	rec_open(&in, o->file);
	while (rec_read(&in, &rec)) {
		note.file = (uint32_t)rec_place(&in)->operand;
		s = &o->source[o->of_file[note.file]];
		if (s->weight > 0 && note_record(o, &in, &rec, &note))
			plan_put(plan, &note);
	}
	rec_close(&in);
}

/* By document, so that the chunks of one page stay together. */
static uint32_t
split_of(const struct opts *o, uint64_t doc)
{
	uint64_t in[2] = {doc, o->seed};
	double at = (double)(hash_64(in, sizeof(in), 2) >> 11) * 0x1p-53;
	size_t i;

	for (i = 0; i + 1 < o->nsplit; i++) {
		if (at < o->split[i].share)
			break;
		at -= o->split[i].share;
	}
	return (uint32_t)i;
}

/* The ids of a record that was read before, in their bytes, into ids. */
static void
encode_record(
    const struct opts *o, struct arena *mem, struct str line, struct buf *ids)
{
	const uint32_t *id;
	struct str text;
	struct rec rec;
	const char *why;
	size_t n;

	arena_clear(mem);
	ids->len = 0;
	if (!rec_parse(&rec, mem, line, &why) ||
	    !rec_get_str(&rec, "text", &text))
		return;
	id = tokenizer_encode(o->tokenizer, text, &n);
	megatron_put(ids, id, n, o->width);
	if (n > 0 && o->eod != NULL)
		megatron_put(ids, &o->eod_id, 1, o->width);
}

/* Pass 2: the chosen records, from where they lie to their piles. */
static void
scatter(const struct opts *o, struct plan *plan, struct shuffle *pile)
{
	struct forward f = {0};
	struct arena mem = {0};
	struct buf ids = {0};
	struct shuffle_item item;
	struct plan_note note;
	size_t file = SIZE_MAX;
	uint64_t copy;

	while (plan_next(plan, &note)) {
		if (note.file != file) {
			file = note.file;
			forward_open(&f, o->file[file]);
		}
		item = (struct shuffle_item){.tokens = note.tokens,
		    .split = split_of(o, note.doc),
		    .bytes = forward_read(&f, note.offset, note.len)};
		if (hash_64(item.bytes.p, note.len, 0) != note.check)
			cli_errx(
			    CLI_FATAL, "%s: changed while it was read", f.name);
		if (o->format == SHARD_MEGATRON) {
			encode_record(o, &mem, item.bytes, &ids);
			item.bytes = buf_str(&ids);
		}
		for (copy = 0; copy < note.copies; copy++) {
			item.key = plan_key(&note, copy);
			item.tie = note.key;
			shuffle_put(pile, &item);
		}
	}
	forward_close(&f);
	arena_release(&mem);
	buf_release(&ids);
}

static char *
path_in(const char *folder, const char *name)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	buf_putc(&path, '\0');
	return path.p;
}

/* What a folder of shards may hold. */
enum kind { OTHER, SHARD, MANIFEST, PLAN, TEMPORARY };

static enum kind
kind_of(const char *name)
{
	size_t len = strlen(name), i;
	enum shard_format format;
	const char *dash;

	if (strcmp(name, "manifest.json") == 0)
		return MANIFEST;
	if (strcmp(name, "plan") == 0)
		return PLAN;
	if (len > 4 && strcmp(name + len - 4, ".tmp") == 0) {
		for (i = len - 4;
		     i > 0 && name[i - 1] >= '0' && name[i - 1] <= '9';)
			i--;
		if (i > 1 && i < len - 4 && name[i - 1] == '.') {
			char *whole = mem_string((struct str){name, i - 1});
			enum kind kind = kind_of(whole);

			free(whole);
			return kind == OTHER ? OTHER : TEMPORARY;
		}
	}
	if ((dash = strrchr(name, '-')) == NULL)
		return OTHER;
	dash++;
	i = strspn(dash, "0123456789");
	if (i >= 5 && strcmp(dash + i, ".idx") == 0)
		return SHARD;
	for (format = SHARD_JSONL; format <= SHARD_MEGATRON; format++)
		if (i >= 5 && strcmp(dash + i, shard_suffix(format)) == 0)
			return SHARD;
	return OTHER;
}

static bool
holds(const char *folder, const char *name, const char *text)
{
	char *path = path_in(folder, name), line[64] = "";
	FILE *fp = fopen(path, "re");
	bool same = false;

	if (fp != NULL) {
		while (!same && fgets(line, sizeof(line), fp) != NULL)
			same = strstr(line, text) != NULL;
		fclose(fp);
	}
	free(path);
	return same;
}

/*
 * Ready the folder for the plan.  True if there is nothing left to do: it
 * holds the manifest of the same plan.
 */
static bool
ready_folder(const struct opts *o, const char *id)
{
	bool shards = false, manifest = false, planned = false;
	struct dirent *e;
	struct outfile save;
	char *path;
	DIR *dir;

	outfile_folder(o->folder);
	if ((dir = opendir(o->folder)) == NULL)
		cli_err(CLI_FATAL, "%s", o->folder);
	while ((e = readdir(dir)) != NULL) {
		enum kind kind = kind_of(e->d_name);

		shards |= kind == SHARD;
		manifest |= kind == MANIFEST;
		planned |= kind == PLAN;
		if (kind == TEMPORARY && o->resume) {
			path = path_in(o->folder, e->d_name);
			unlink(path);
			free(path);
		}
	}
	closedir(dir);
	if (!o->resume && (shards || manifest || planned))
		cli_errx(CLI_FATAL,
		    "%s: holds shards already; --resume goes on with them",
		    o->folder);
	if (manifest && holds(o->folder, "manifest.json", id))
		return true;
	if (manifest || (planned && !holds(o->folder, "plan", id)) ||
	    (shards && !planned))
		cli_errx(CLI_FATAL,
		    "%s: holds shards of other inputs or options", o->folder);
	path = path_in(o->folder, "plan");
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
put_options(struct buf *b, const struct opts *o)
{
	size_t i;

	buf_printf(b, "  \"options\": {");
	put_json(b, "by", plan_unit_names[o->by]);
	if (o->budget > 0)
		buf_printf(b, ", \"budget\": %" PRIu64, o->budget);
	buf_printf(b, ", \"epochs\": %" PRIu64 ", ", o->epochs);
	if (o->eod != NULL) {
		put_json(b, "eod", o->eod);
		buf_printf(b, ", ");
	}
	put_json(b, "format", format_names[o->format]);
	buf_printf(b,
	    ", \"rng\": %" PRIu64 ", \"shard_size\": %zu, \"split\": {",
	    o->seed, o->shard_size);
	for (i = 0; i + 1 < o->nsplit; i++)
		buf_printf(b, "%s\"%s\": %g", i > 0 ? ", " : "",
		    o->split[i].name, o->split[i].share);
	buf_printf(b, "}},\n");
}

static double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* One line a source: what it has, what was taken of it. */
static void
put_sources(struct buf *b, const struct opts *o, const uint64_t total[3])
{
	const struct plan_source *s;
	double sum = 0;
	size_t i;

	for (i = 0; i < o->nsource; i++)
		sum += o->source[i].weight;
	buf_printf(b, "  \"sources\": [\n");
	for (i = 0; i < o->nsource; i++) {
		s = &o->source[i];
		buf_printf(b, "    {");
		put_json(b, "name", s->name);
		buf_printf(b,
		    ", \"weight\": %.6g, \"share\": %.6f, \"epochs\": %.6g, "
		    "\"records\": %" PRIu64 ", \"tokens\": %" PRIu64
		    ", \"bytes\": %" PRIu64 ", \"of_records\": %" PRIu64
		    ", \"of_tokens\": %" PRIu64 ", \"of_bytes\": %" PRIu64
		    ", \"in_earlier_source\": %" PRIu64 "}%s\n",
		    s->weight / sum, share(s->taken[o->by], total[o->by]),
		    share(s->drawn, s->records), s->taken[PLAN_RECORDS],
		    s->taken[PLAN_TOKENS], s->taken[PLAN_BYTES], s->records,
		    s->tokens, s->bytes, s->shared,
		    i + 1 < o->nsource ? "," : "");
	}
	buf_printf(b, "  ],\n");
}

/* The members of a file of a shard behind its name. */
static void
put_file(struct buf *b, const struct shard_file *f)
{
	buf_printf(b,
	    "\"packed\": %" PRIu64 ", \"xxh3\": \"%s\", \"sha256\": \"%s\"",
	    f->packed, f->xxh3, f->sha256);
}

static void
put_shards(
    struct buf *b, const struct shard_writer *w, size_t nsplit, size_t nshard)
{
	const struct shard *s;
	size_t i, j, n = 0;

	buf_printf(b, "  \"shards\": [\n");
	for (i = 0; i < nsplit; i++)
		for (j = 0; j < w[i].nshard; j++) {
			s = &w[i].shard[j];
			buf_printf(b, "    {");
			put_json(b, "file", s->file.name);
			buf_printf(b, ", ");
			put_json(b, "split", s->split);
			buf_printf(b,
			    ", \"records\": %" PRIu64 ", \"tokens\": %" PRIu64
			    ", \"bytes\": %" PRIu64 ", ",
			    s->records, s->tokens, s->bytes);
			put_file(b, &s->file);
			if (s->index.name != NULL) {
				buf_printf(b, ", \"index\": {");
				put_json(b, "file", s->index.name);
				buf_printf(b, ", ");
				put_file(b, &s->index);
				buf_putc(b, '}');
			}
			buf_printf(b, "}%s\n", ++n < nshard ? "," : "");
		}
	buf_printf(b, "  ]\n");
}

static void
write_manifest(
    const struct opts *o, const char *id, const struct shard_writer *w)
{
	uint64_t total[3] = {0};
	struct buf b = {0};
	struct outfile save;
	size_t i, nshard = 0;
	char *path;
	int unit;

	for (i = 0; i < o->nsource; i++)
		for (unit = PLAN_TOKENS; unit <= PLAN_BYTES; unit++)
			total[unit] += o->source[i].taken[unit];
	for (i = 0; i < o->nsplit; i++)
		nshard += w[i].nshard;
	buf_printf(&b,
	    "{\n  \"tool\": \"shard-pack\", \"version\": \"%s\",\n"
	    "  \"plan\": \"%s\",\n",
	    VERSION, id);
	put_options(&b, o);
	buf_printf(&b, "  \"token_count\": \"");
	if (o->tokenizer == NULL)
		buf_printf(&b, "estimated: 4/3 a word");
	else
		buf_printf(&b,
		    "exact: %s of %" PRIu32 " tokens, xxh3 %016" PRIx64,
		    tokenizer_kind(o->tokenizer),
		    tokenizer_nvocab(o->tokenizer),
		    tokenizer_identity(o->tokenizer));
	buf_printf(&b,
	    "\",\n"
	    "  \"records\": %" PRIu64 ", \"tokens\": %" PRIu64
	    ", \"bytes\": %" PRIu64 ",\n",
	    total[PLAN_RECORDS], total[PLAN_TOKENS], total[PLAN_BYTES]);
	put_sources(&b, o, total);
	put_shards(&b, w, o->nsplit, nshard);
	buf_printf(&b, "}\n");
	path = path_in(o->folder, "manifest.json");
	outfile_open(&save, path);
	if (fwrite(b.p, 1, b.len, save.fp) != b.len)
		tool_write_failed(path);
	outfile_commit(&save);
	free(path);
	path = path_in(o->folder, "plan");
	unlink(path);
	free(path);
	buf_release(&b);
}

static void
write_shards(const struct opts *o, const char *id, struct shuffle *pile)
{
	struct shard_writer *w = mem_zeroed(o->nsplit, sizeof(*w));
	struct shuffle_item item;
	size_t i;

	for (i = 0; i < o->nsplit; i++)
		w[i] = (struct shard_writer){.folder = o->folder,
		    .split = o->split[i].name,
		    .format = o->format,
		    .width = o->width,
		    .size = o->shard_size,
		    .resume = o->resume};
	while (shuffle_next(pile, &item))
		shard_put(&w[item.split], item.bytes, item.tokens);
	for (i = 0; i < o->nsplit; i++)
		shard_finish(&w[i]);
	write_manifest(o, id, w);
	for (i = 0; i < o->nsplit; i++)
		shard_release(&w[i]);
	free(w);
}

/* Choose records; id: the hash of all that decides what is written. */
static void
choose(
    const struct opts *o, struct plan *plan, struct shuffle *pile, char id[17])
{
	struct hash_stream *h = hash_start();
	uint64_t identity;
	size_t i;

	plan_choose(plan, pile, h, o->format == SHARD_MEGATRON ? o->width : 0);
	hash_add(h, &o->shard_size, sizeof(o->shard_size));
	hash_add(h, shard_suffix(o->format), strlen(shard_suffix(o->format)));
	hash_add(h, VERSION, sizeof(VERSION));
	if (o->tokenizer != NULL) {
		identity = tokenizer_identity(o->tokenizer);
		hash_add(h, &identity, sizeof(identity));
		hash_add(h, &o->eod_id, sizeof(o->eod_id));
	}
	for (i = 0; i < o->nsplit; i++) {
		hash_add(h, o->split[i].name, strlen(o->split[i].name) + 1);
		hash_add(h, &o->split[i].share, sizeof(o->split[i].share));
	}
	snprintf(id, 17, "%016" PRIx64, hash_end(h));
}

static void
pack(struct opts *o)
{
	struct shuffle pile;
	struct plan plan;
	char id[17];

	copy_pipes(o);
	plan_init(&plan, o->source, o->nsource, o->of_file, o->memory / 4);
	plan.by = o->by;
	plan.budget = o->budget;
	plan.epochs = o->epochs;
	read_sources(o, &plan);
	plan_draw(&plan);
	shuffle_init(&pile, o->memory / 3);
	choose(o, &plan, &pile, id);
	if (!ready_folder(o, id)) {
		scatter(o, &plan, &pile);
		write_shards(o, id, &pile);
	}
	shuffle_release(&pile);
	plan_release(&plan);
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
	if (strchr(own, '/') != NULL || kind_of(own) != SHARD)
		differs(folder, "manifest.json", "a shard of a foreign name");
	return own;
}

/* One entry of the manifest against the files it speaks of. */
static void
check_shard(
    const char *folder, struct str member, struct arena *mem, struct shard *s)
{
	struct rec rec, index;
	size_t records, bytes;
	struct str raw;
	const char *why;

	*s = (struct shard){0};
	if (!rec_parse(&rec, mem, member, &why) ||
	    !rec_get_size(&rec, "records", &records) ||
	    !rec_get_size(&rec, "bytes", &bytes))
		differs(folder, "manifest.json", "no whole entry of a shard");
	s->file.name = file_name(folder, &rec);
	if (rec_get(&rec, "index", &raw)) {
		if (!rec_parse(&index, mem, raw, &why))
			differs(folder, "manifest.json",
			    "no whole entry of a shard");
		s->index.name = file_name(folder, &index);
	}
	if (!shard_read(s, folder, true, &why))
		differs(folder, s->file.name, why);
	compare_file(folder, &rec, &s->file);
	if (s->index.name != NULL)
		compare_file(folder, &index, &s->index);
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
static char *
find_unlisted(const char *folder, char **name, size_t n)
{
	char *found = NULL, *own;
	struct dirent *e;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		cli_err(CLI_LOST, "%s", folder);
	while ((e = readdir(dir)) != NULL) {
		own = e->d_name;
		if (kind_of(own) == SHARD &&
		    bsearch(&own, name, n, sizeof(*name), by_name) == NULL &&
		    (found == NULL || strcmp(own, found) < 0)) {
			free(found);
			found = mem_string(str_of(own));
		}
	}
	closedir(dir);
	return found;
}

/* Names the first difference, with CLI_LOST. */
static void
check(const char *folder)
{
	char *path = path_in(folder, "manifest.json"), **name = NULL, *other;
	struct str text, shards, key, raw;
	struct arena mem = {0};
	struct json_walk walk;
	struct shard s;
	struct rec rec;
	const char *why;
	size_t n = 0;

	if (!mapfile_open(&text, path))
		cli_err(CLI_LOST, "%s", path);
	if (!rec_parse(&rec, &mem, text, &why))
		differs(folder, "manifest.json", why);
	if (!rec_get(&rec, "shards", &shards) || !json_open(&walk, shards, '['))
		differs(folder, "manifest.json", "no list of shards");
	while (json_next(&walk, &mem, &key, &raw)) {
		check_shard(folder, raw, &mem, &s);
		name = mem_grow(name, n + 2, sizeof(*name));
		name[n++] = s.file.name;
		if (s.index.name != NULL)
			name[n++] = s.index.name;
	}
	if (n > 0)
		qsort(name, n, sizeof(*name), by_name);
	if ((other = find_unlisted(folder, name, n)) != NULL)
		differs(folder, other, "not in the manifest");
	while (n > 0)
		free(name[--n]);
	free(name);
	mapfile_close(&text);
	arena_release(&mem);
	free(path);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.by = PLAN_TOKENS,
	    .format = SHARD_GZIP,
	    .epochs = 1,
	    .shard_size = 256000000,
	    .memory = 256000000};
	size_t i;
	int status;

	tool_init(argc, argv, usage, help);
	parse_options(&o, argc, argv);
	if (o.check != NULL) {
		check(o.check);
		return tool_end(stdout);
	}
	pack(&o);
	status = tool_end(stdout);
	for (i = 0; i < o.nsource; i++)
		free(o.source[i].name);
	for (i = 0; i < o.nfile; i++)
		free(o.file[i]);
	for (i = 0; i < o.nsplit; i++)
		free(o.split[i].name);
	tokenizer_close(o.tokenizer);
	free(o.source);
	free(o.file);
	free(o.of_file);
	free(o.split);
	return status;
}
