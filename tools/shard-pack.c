/*
 * shard-pack - mix, shuffle and pack records into shards for training
 *
 * Pass 1 reads the sources and keeps of each record a note of 56 bytes, sorted
 * beyond memory: by document, to give a document of two sources to one; then
 * by source and random key, the order in which a source is drawn from; then by
 * place.  Pass 2 reads the chosen records again in the order in which they lie,
 * scatters them to piles by a second random key, sorts each pile and writes it.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dedup/drops.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "shard/card.h"
#include "shard/inputs.h"
#include "shard/manifest.h"
#include "shard/mds.h"
#include "shard/megatron.h"
#include "shard/pieces.h"
#include "shard/plan.h"
#include "shard/sequences.h"
#include "shard/shard.h"
#include "shard/sources.h"
#include "shard/takedown.h"
#include "spill/filelist.h"
#include "spill/forward.h"
#include "spill/shuffle.h"
#include "text/tokens.h"
#include "token/tokenizer.h"

enum form { PACK, CHECK, WITHOUT };

/* Bytes: places in a file have 32 bits, and its head needs some, too. */
static const size_t MDS_MOST = 2000000000;

static const struct tool_help help = {
    .usage =
	"usage: shard-pack -o DIR --source NAME=FILE[,FILE...]@WEIGHT ...\n"
	"                  [--bos TOKEN] [--budget N] [--by UNIT] [--control]\n"
	"                  [--drop NAME=LIST] [--eod TOKEN] [--eos TOKEN]\n"
	"                  [--epochs [NAME=]N]\n"
	"                  [--format NAME] [--history FILE] [--map]\n"
	"                  [--members NAME[,NAME...]] [--memory SIZE]\n"
	"                  [--pack LENGTH] [--pad TOKEN] [--resume] [--rng N]\n"
	"                  [--shard-size SIZE] [--split NAME=SHARE]\n"
	"                  [--tokenizer DIR]\n"
	"       shard-pack --check DIR\n"
	"       shard-pack -o DIR --without LIST [--tokenizer DIR]\n",
    .about =
	"Mix record files by weight, shuffle them, pack them into shards.\n",
    .example =
	"Example: a quarter of mined text, three quarters of general text\n"
	"  shard-pack -o shards --source domain=mined.jsonl@25 \\\n"
	"      --source general=crawl.jsonl.gz@75 --split valid=0.01\n",
    .forms =
	(const char *const[]){
	    [PACK] = "", [CHECK] = "--check", [WITHOUT] = "--without", NULL},
    .members = TOOL_TEXT | TOOL_ID};

struct opts {
	struct sources in;
	struct option_list drop; /* NAME=LIST of --drop */
	struct source_drop {
		const char *list; /* or NULL: nothing is dropped */
		size_t first;	  /* the source's first file */
		struct drops drops;
	} * dropped; /* (nsource) */
	struct manifest_split
	    *split; /* (nsplit), the last one takes the rest */
	size_t nsplit;
	const char *folder, *check, *without, *tokenizer_folder;
	enum plan_unit by;
	enum shard_format format;
	struct pieces ids;	 /* no tokenizer: tokens are estimated */
	struct pieces_mark pad;	 /* what fills a sequence up */
	const char *member_list; /* as it was given, or NULL */
	char *names;		 /* that members point into */
	char **members; /* (nmember) of a line, in order; NULL: as it is */
	size_t nmember;
	bool control;  /* control tokens in a text are such */
	bool map;      /* tell where records came from */
	size_t budget; /* 0: none */
	size_t seed;
	size_t shard_size, memory;
	bool resume;
	struct inputs inputs;
	const char *history;
};

static void
add_source(void *context, char *arg)
{
	sources_add(context, arg);
}

static void
add_epochs(void *context, char *arg)
{
	sources_add_epochs(context, arg);
}

/* NAME=SHARE; what is left of 1 is the split "train", after the others. */
static void
add_split(void *context, char *arg)
{
	struct opts *o = context;
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
	    (struct manifest_split){name, cli_real("--split", equal + 1, 0, 1)};
	for (i = 0; i < o->nsplit; i++) {
		sum += o->split[i].share;
		if (strcmp(o->split[i].name, "train") == 0 ||
		    (i + 1 < o->nsplit && strcmp(o->split[i].name, name) == 0))
			cli_errx(CLI_FATAL, "--split: '%s' is given twice",
			    o->split[i].name);
	}
	if (sum > 1)
		cli_errx(CLI_FATAL, "--split: the shares exceed 1");
}

/* Members that every record may have, by the names that the options give. */
static char *
usual_members(void)
{
	struct buf b = {0};

	buf_printf(&b,
	    "%s,doc,chunk,start,end,url,file,offset,within,size,"
	    "source,domains,%s",
	    tool_id(), tool_text());
	buf_putc(&b, '\0');
	return b.p;
}

/* NAME[,NAME...] in o->member_list, which stays as it is. */
static void
read_members(struct opts *o)
{
	char *name, *rest;
	size_t i;

	if (o->member_list == NULL || strcmp(o->member_list, "default") == 0)
		o->names = usual_members();
	else
		o->names = mem_string(str_of(o->member_list));
	rest = o->names;
	while ((name = strsep(&rest, ",")) != NULL) {
		for (i = 0; i < o->nmember; i++)
			if (strcmp(o->members[i], name) == 0)
				cli_errx(CLI_FATAL,
				    "--members: '%s' is given twice", name);
		if (*name == '\0')
			cli_errx(CLI_FATAL, "--members: an empty name");
		o->members =
		    mem_grow(o->members, o->nmember + 1, sizeof(*o->members));
		o->members[o->nmember++] = name;
	}
}

/* Read the lists of --drop, each for the files of its source. */
static void
read_drops(struct opts *o)
{
	struct source_drop *d;
	const char *equal;
	char **files;
	size_t i, k, n;

	o->dropped = mem_zeroed(o->in.n, sizeof(*o->dropped));
	for (i = 0; i < o->drop.n; i++) {
		equal = strchr(o->drop.item[i], '=');
		k = sources_find(&o->in, o->drop.item[i], equal);
		if (k == o->in.n)
			cli_errx(CLI_FATAL,
			    "--drop: '%s' is not NAME=LIST of a source",
			    o->drop.item[i]);
		d = &o->dropped[k];
		if (d->list != NULL)
			cli_errx(CLI_FATAL, "--drop: '%s' has two lists",
			    o->in.source[k].name);
		d->list = equal + 1;
		d->first = sources_first(&o->in, k);
		for (n = d->first; n < o->in.files.n && o->in.of_file[n] == k;
		     n++)
			;
		n -= d->first;
		files = mem_zeroed(n + 1, sizeof(*files));
		memcpy(files, o->in.files.item + d->first, n * sizeof(*files));
		drops_read(&d->drops, d->list, files, NULL);
		free(files);
	}
}

/* Whether ids are written, not records. */
static bool
has_ids(const struct opts *o)
{
	return o->format == SHARD_MEGATRON || o->ids.length > 0;
}

/*
 * Whether a record travels with its origin, as it is, and only becomes ids when
 * it is written.
 */
static bool
has_origin(const struct opts *o)
{
	return o->map || o->ids.length > 0;
}

static void
check_mark(const struct opts *o, const char *option, struct pieces_mark *mark)
{
	if (mark->name != NULL &&
	    !tokenizer_id(o->ids.tokenizer, str_of(mark->name), &mark->id))
		cli_errx(CLI_FATAL, "%s: the tokenizer has no token '%s'",
		    option, mark->name);
}

static void
check_tokenizer(struct opts *o)
{
	struct pieces *p = &o->ids;

	if (o->tokenizer_folder == NULL) {
		if (has_ids(o) || p->bos.name != NULL || p->eos.name != NULL ||
		    p->eod.name != NULL || o->pad.name != NULL || o->control)
			tool_usage(
			    "--format megatron, --pack, --pad, --bos, --eos, "
			    "--eod and --control need a --tokenizer");
		return;
	}
	p->tokenizer = tokenizer_open(o->tokenizer_folder, !o->control);
	p->width = megatron_width(tokenizer_nvocab(p->tokenizer));
	if (p->length == 0 && o->pad.name != NULL)
		tool_usage("--pad needs --pack");
	if (o->pad.name == NULL && p->length > 0)
		o->pad.name = p->eod.name != NULL ? p->eod.name : p->eos.name;
	if (o->pad.name == NULL && p->length > 0 &&
	    (o->format == SHARD_MEGATRON || o->format == SHARD_MDS))
		tool_usage("--pack needs --pad, --eod or --eos, to fill "
			   "sequences up");
	check_mark(o, "--bos", &p->bos);
	check_mark(o, "--eos", &p->eos);
	check_mark(o, "--eod", &p->eod);
	check_mark(o, "--pad", &o->pad);
}

/* Fill in defaults for a mix; reject contradicting options. */
static void
check_options(struct opts *o)
{
	double sum = 0;
	size_t i;

	if (o->folder == NULL || o->in.n == 0)
		tool_usage("-o DIR or --source is missing");
	for (i = 0; i < o->in.n; i++)
		sum += o->in.source[i].weight;
	if (sum <= 0)
		tool_usage("every weight is 0");
	check_tokenizer(o);
	if (o->member_list != NULL && strcmp(o->member_list, "all") != 0 &&
	    has_ids(o))
		tool_usage("--format megatron and --pack have no --members");
	if (o->format == SHARD_MDS && !has_ids(o) && o->member_list != NULL &&
	    strcmp(o->member_list, "all") == 0)
		tool_usage("--format mds has columns: --members names them");
	if (o->format == SHARD_MDS && o->shard_size > MDS_MOST)
		tool_usage("--format mds has shards of at most 2G");
	if (!has_ids(o) &&
	    (o->member_list == NULL || strcmp(o->member_list, "all") != 0))
		read_members(o);
	sources_ready(&o->in);
	read_drops(o);
	if (o->history != NULL)
		manifest_history(o->history);
	if (o->nsplit == 0)
		o->split = mem_grow(NULL, 1, sizeof(*o->split));
	o->split[o->nsplit++] =
	    (struct manifest_split){mem_string(STR("train")), 1};
}

static void
parse_options(struct opts *o, int argc, char *argv[])
{
	const struct option_row rows[] = {
	    {"bos", "TOKEN", "begin each record with this token",
		OPTION_STRING(&o->ids.bos.name), .forms = 1 << PACK},
	    {"budget", "N",
		"stop before more than N units; else where a source would end",
		OPTION_BYTES(&o->budget, 1, SIZE_MAX / 2), .forms = 1 << PACK},
	    {"by", "UNIT",
		"weights and budget count tokens (default), records or bytes",
		OPTION_CHOICE(&o->by, plan_unit_names), .forms = 1 << PACK},
	    {"check", "DIR", "verify every shard of DIR against its manifest",
		OPTION_STRING(&o->check), .selects = CHECK},
	    {"control", NULL,
		"a control token in a text is that token; else it is text",
		OPTION_FLAG(&o->control), .forms = 1 << PACK},
	    {"drop", "NAME=LIST",
		"pass over what a list of text-dedup names of a source",
		OPTION_LIST(&o->drop), .forms = 1 << PACK},
	    {"eod", "TOKEN",
		"end each record with this token, after that of --eos",
		OPTION_STRING(&o->ids.eod.name), .forms = 1 << PACK},
	    {"eos", "TOKEN", "end each record with this token",
		OPTION_STRING(&o->ids.eos.name), .forms = 1 << PACK},
	    {"epochs", "[NAME=]N", "take a source at most N times over (1)",
		OPTION_CALL(add_epochs, &o->in), .again = true,
		.forms = 1 << PACK},
	    {"format", "NAME",
		"jsonl.gz (default), jsonl, jsonl.zst, mds; or ids: megatron",
		OPTION_CHOICE(&o->format, manifest_formats),
		.forms = 1 << PACK},
	    {"map", NULL, "write beside each shard where its records come from",
		OPTION_FLAG(&o->map), .forms = 1 << PACK},
	    {"members", "NAME[,NAME...]",
		"members of a line, null where absent; or all: as it was",
		OPTION_STRING(&o->member_list), .forms = 1 << PACK},
	    {"history", "FILE", "what was done before, as lines of JSON",
		OPTION_STRING(&o->history), .forms = 1 << PACK},
	    {"memory", "SIZE", "working memory (256M)",
		OPTION_BYTES(&o->memory, 1000000, SIZE_MAX / 2),
		.forms = 1 << PACK},
	    {"o,output", "DIR", "folder for shards and manifest.json",
		OPTION_STRING(&o->folder), .forms = 1 << PACK | 1 << WITHOUT,
		.writes = OPTION_ALWAYS},
	    {"pack", "LENGTH",
		"write sequences of this many token ids, packed by best fit",
		OPTION_SIZE(&o->ids.length, PIECES_SHORTEST, 1 << 24),
		.forms = 1 << PACK},
	    {"pad", "TOKEN",
		"fill sequences up with it (the token of --eod or --eos)",
		OPTION_STRING(&o->pad.name), .forms = 1 << PACK},
	    {"resume", NULL, "go on with the shards of a killed run",
		OPTION_FLAG(&o->resume), .forms = 1 << PACK},
	    {"rng", "N", "seed of the shuffle (0)",
		OPTION_SIZE(&o->seed, 0, SIZE_MAX), .forms = 1 << PACK},
	    {"shard-size", "SIZE", "bytes of records a shard (256M)",
		OPTION_BYTES(&o->shard_size, 1, SIZE_MAX / 2),
		.forms = 1 << PACK},
	    {"source", "NAME=FILE[,FILE...]@WEIGHT",
		"files to draw from (@FILE names them), and their share",
		OPTION_CALL(add_source, &o->in), .again = true,
		.forms = 1 << PACK},
	    {"split", "NAME=SHARE",
		"put this share of the documents into another split",
		OPTION_CALL(add_split, o), .again = true, .forms = 1 << PACK},
	    {"tokenizer", "DIR",
		"count tokens exactly, by the tokenizer.json of a model",
		OPTION_STRING(&o->tokenizer_folder),
		.forms = 1 << PACK | 1 << WITHOUT},
	    {"without", "LIST",
		"take records, lines SHARD:LINE, out of a finished folder",
		OPTION_STRING(&o->without), .selects = WITHOUT},
	    {.name = NULL}};

	if (tool_init(argc, argv, &help, rows, NULL)[0] != NULL)
		tool_usage("files are given by --source");
	if (o->check == NULL && o->without == NULL)
		check_options(o);
	if (o->without != NULL && o->folder == NULL)
		tool_usage("--without needs -o");
}

/* Without a tokenizer an estimate. */
static uint32_t
count_tokens(struct opts *o, struct str text)
{
	return o->ids.tokenizer != NULL ? pieces_count(&o->ids, text)
					: (uint32_t)tokens_estimate(text);
}

/* A record's note; false if it is bad. */
static bool
note_record(struct opts *o, struct rec_reader *in, const struct rec *rec,
    struct plan_note *note)
{
	struct str text, name;
	uint64_t what[2];
	size_t chunk;

	if (!rec_need_str(in, rec, tool_text(), &text))
		return false;
	if (rec->line.len >= UINT32_MAX) {
		rec_bad(in, "a record longer than 4 GiB");
		return false;
	}
	if (!rec_get_str(rec, "doc", &name) &&
	    !rec_get_str(rec, tool_id(), &name))
		name = rec->line;
	note->doc = hash_64(name.p, name.len, 0);
	if (!rec_get_size(rec, "chunk", &chunk))
		chunk = 0;
	note->part = hash_64(text.p, text.len, chunk);
	note->offset = rec_place(in)->offset;
	note->check = hash_64(rec->line.p, rec->line.len, 0);
	/*
	 * The key is of the document and the text: not of the place, nor of
	 * the last digit of a score, in which processors may differ.
	 */
	what[0] = note->doc;
	what[1] = note->part;
	note->key = hash_64(what, sizeof(what), o->seed);
	note->len = (uint32_t)rec->line.len;
	note->tokens = count_tokens(o, text);
	note->copies = sources_turns(&o->in, o->in.of_file[note->file], rec);
	return true;
}

/* Pass 1: the notes of all records of sources that weigh something. */
static void
read_sources(struct opts *o, struct plan *plan)
{
	struct rec_reader in;
	struct source_drop *d;
	struct plan_note note;
	struct rec rec;
	size_t i;

	inputs_init(&o->inputs, o->in.files.n);
	for (i = 0; i < o->in.files.n; i++)
		o->inputs.input[i].source = o->in.source[o->in.of_file[i]].name;
	rec_open(&in, o->in.files.item);
	rec_watch(&in, inputs_see, &o->inputs);
	while (rec_read(&in, &rec)) {
		note.file = (uint32_t)rec_place(&in)->operand;
		i = o->in.of_file[note.file];
		d = &o->dropped[i];
		if (d->list != NULL &&
		    drops_take(
			&d->drops, note.file - d->first, rec_place(&in)->locus))
			tool_drop("listed");
		else if (o->in.source[i].weight > 0 &&
			 note_record(o, &in, &rec, &note))
			plan_put(plan, &note);
	}
	rec_close(&in);
	inputs_end(&o->inputs);
	for (i = 0; i < o->in.n; i++)
		if (o->dropped[i].list != NULL)
			inputs_add_list(&o->inputs, o->in.source[i].name,
			    o->dropped[i].list);
	for (i = 0; i < o->in.n; i++)
		if (o->dropped[i].drops.left > 0)
			tool_lost(o->dropped[i].list,
			    "%zu records of the list were not in the input",
			    o->dropped[i].drops.left);
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

/* A document of another split than train is no better for being repeated. */
static bool
kept_apart(const void *context, uint64_t doc)
{
	const struct opts *o = context;

	return split_of(o, doc) + 1 < o->nsplit;
}

/* A record that was read before: its text and its id, which it may lack. */
static void
parse_again(struct arena *mem, struct str line, struct rec *rec,
    struct str *text, struct str *id)
{
	const char *why;

	arena_clear(mem);
	*text = *id = (struct str){NULL, 0};
	if (rec_parse(rec, mem, line, &why)) {
		rec_get_str(rec, tool_text(), text);
		rec_get_str(rec, tool_id(), id);
	}
}

/* Pass 2: the chosen records, from where they lie to their piles. */
static void
scatter(struct opts *o, struct plan *plan, struct shuffle *pile)
{
	struct forward f = {0};
	struct arena mem = {0};
	struct buf bytes = {0};
	struct rec rec;
	struct shuffle_item item;
	struct plan_note note;
	struct origin origin;
	struct str text, id;
	struct str line = {NULL, 0};
	size_t file = SIZE_MAX;
	uint64_t copy, at = UINT64_MAX;

	while (plan_next(plan, &note)) {
		if (note.file != file) {
			file = note.file;
			forward_open(&f, o->in.files.item[file]);
			at = UINT64_MAX;
		}
		if (note.offset != at) /* not another turn of the same */
			line = forward_read(&f, note.offset, note.len);
		at = note.offset;
		item = (struct shuffle_item){.tokens = note.tokens,
		    .split = split_of(o, note.doc) +
			     (uint32_t)(o->nsplit * o->in.of_file[file]),
		    .bytes = line};
		if (hash_64(item.bytes.p, note.len, 0) != note.check)
			cli_errx(
			    CLI_FATAL, "%s: changed while it was read", f.name);
		if (has_origin(o)) {
			origin = (struct origin){note.offset,
			    file - sources_first(&o->in, o->in.of_file[file])};
			item.bytes = origin_put(&origin, item.bytes, &bytes);
		} else if (o->format == SHARD_MEGATRON) {
			parse_again(&mem, item.bytes, &rec, &text, &id);
			pieces_encode(&o->ids, text);
			item.bytes = buf_str(&o->ids.ids);
		}
		for (copy = 0; copy < note.copies; copy++) {
			item.key = plan_key(&note, copy);
			item.tie = note.key;
			shuffle_put(pile, &item);
		}
	}
	forward_close(&f);
	arena_release(&mem);
	buf_release(&bytes);
}

/*
 * The members of a line that are asked for, in their order, into out; and what
 * types they are of, (nmember).
 */
static void
put_members(const struct opts *o, struct arena *mem, struct str line,
    const char *source, enum card_type *type, struct buf *out)
{
	struct json_writer w = {.out = out};
	struct rec rec;
	struct str raw;
	const char *why;
	size_t i;

	arena_clear(mem);
	out->len = 0;
	if (!rec_parse(&rec, mem, line, &why))
		return; /* this cannot fail: the line was read before */
	jw_begin_object(&w, NULL);
	for (i = 0; i < o->nmember; i++) {
		raw = STR("null");
		if (strcmp(o->members[i], "source") == 0)
			raw = json_quote(mem, str_of(source));
		else
			rec_get(&rec, o->members[i], &raw);
		type[i] = card_type(type[i], raw);
		jw_key(&w, str_of(o->members[i]));
		jw_raw(&w, NULL, raw);
	}
	jw_end_object(&w);
}

/* How tokens were counted, for the manifest. */
static void
token_count(const struct opts *o, struct buf *b)
{
	if (o->ids.tokenizer == NULL)
		buf_printf(b, "estimated: by script and bytes, as of Llama 3");
	else
		buf_printf(b,
		    "exact: %s of %" PRIu32 " tokens, xxh3 %016" PRIx64,
		    tokenizer_kind(o->ids.tokenizer),
		    tokenizer_nvocab(o->ids.tokenizer),
		    tokenizer_identity(o->ids.tokenizer));
	buf_putc(b, '\0');
}

/* What is written, and what it is written with. */
struct output {
	struct shard_writer *w; /* (nsplit) */
	struct sequences ids;
	struct arena mem, members;
	struct buf line, note;
	enum card_type *type; /* (nmember) */
	struct mds mds;	      /* columns, if the format has them */
};

static void
write_record(
    const struct opts *o, struct output *out, const struct shuffle_item *item)
{
	struct shard_writer *w = &out->w[item->split % o->nsplit];
	struct origin_piece piece = {/* as scatter() put it */
	    .source = o->in.source[item->split / o->nsplit].name};
	struct str record = item->bytes, text = {NULL, 0};
	struct origin origin = {0, 0};
	struct rec rec;

	if (has_origin(o)) {
		origin = origin_take(&record);
		parse_again(&out->mem, record, &rec, &text, &piece.id);
		piece.rec = &rec;
		piece.to = utf8_count(text);
	}
	if (has_origin(o) && has_ids(o)) {
		sequences_put(
		    &out->ids, item->split % o->nsplit, text, &origin, &piece);
		return;
	}
	if (o->members != NULL) {
		put_members(o, &out->members, record, piece.source, out->type,
		    &out->line);
		record = buf_str(&out->line);
	}
	shard_put(w, record, item->tokens);
	if (has_origin(o)) {
		out->note.len = 0;
		origin_tell(&origin, &piece, &out->note);
		shard_note(w, buf_str(&out->note));
	}
}

static void
finish(const struct opts *o, struct output *out, struct manifest *m)
{
	struct buf count = {0};
	size_t i;

	sequences_finish(&out->ids);
	m->packed.length = o->ids.length;
	m->packed.texts = out->ids.ntext;
	m->packed.cut = out->ids.ncut;
	sequences_packed(&out->ids, &m->packed.sequences, &m->packed.ids);
	for (i = 0; i < o->nsplit; i++)
		shard_finish(&out->w[i]);
	token_count(o, &count);
	m->token_count = count.p;
	if (o->members != NULL && o->format != SHARD_MDS)
		card_write(o->folder, o->members, out->type, o->nmember);
	manifest_write(o->folder, m);
	buf_release(&count);
}

/* What is a string in every record: others may be null. */
static void
init_columns(const struct opts *o, struct mds *mds)
{
	const char *name;
	size_t i;

	mds_init(mds, (uint32_t)o->ids.length, o->pad.id, o->shard_size);
	for (i = 0; i < o->nmember; i++) {
		name = o->members[i];
		mds_add(mds, name,
		    strcmp(name, "source") == 0 ||
			strcmp(name, tool_text()) == 0);
	}
}

static void
write_shards(struct opts *o, const char *id, struct shuffle *pile)
{
	struct output out = {.w = mem_zeroed(o->nsplit, sizeof(*out.w)),
	    .type = mem_zeroed(o->nmember + 1, sizeof(*out.type))};
	struct manifest m = {.id = id,
	    .bos = o->ids.bos.name,
	    .eos = o->ids.eos.name,
	    .eod = o->ids.eod.name,
	    .pad = o->pad.name,
	    .members = o->members,
	    .nmember = o->nmember,
	    .control = o->control,
	    .map = has_origin(o),
	    .by = o->by,
	    .format = o->format,
	    .budget = o->budget,
	    .epochs = o->in.epochs,
	    .seed = o->seed,
	    .shard_size = o->shard_size,
	    .split = o->split,
	    .writer = out.w,
	    .nsplit = o->nsplit,
	    .source = o->in.source,
	    .nsource = o->in.n,
	    .inputs = &o->inputs,
	    .text = tool_text(),
	    .member_id = tool_id(),
	    .history = o->history};
	struct shuffle_item item;
	size_t i;

	for (i = 0; i < o->nsplit; i++)
		out.w[i] = (struct shard_writer){.folder = o->folder,
		    .split = o->split[i].name,
		    .format = o->format,
		    .width = o->ids.width,
		    .mds = &out.mds,
		    .size = o->shard_size,
		    .map = has_origin(o),
		    .resume = o->resume};
	init_columns(o, &out.mds);
	sequences_init(&out.ids, &o->ids, out.w, o->nsplit, o->pad.id, o->seed);
	while (shuffle_next(pile, &item))
		write_record(o, &out, &item);
	finish(o, &out, &m);
	sequences_release(&out.ids);
	arena_release(&out.mem);
	arena_release(&out.members);
	buf_release(&out.line);
	buf_release(&out.note);
	free(out.type);
	mds_release(&out.mds);
	for (i = 0; i < o->nsplit; i++)
		shard_release(&out.w[i]);
	free(out.w);
}

static void
add_mark(struct hash_stream *h, const struct pieces_mark *mark)
{
	bool there = mark->name != NULL;

	hash_add(h, &there, sizeof(there));
	hash_add(h, &mark->id, sizeof(mark->id));
}

/* Choose records; id: the hash of all that decides what is written. */
static void
choose(
    const struct opts *o, struct plan *plan, struct shuffle *pile, char id[17])
{
	struct hash_stream *h = hash_start();
	uint64_t identity;
	size_t i;

	plan_choose(plan, pile, h,
	    has_ids(o) && !has_origin(o) ? o->ids.width : 0,
	    has_origin(o) ? sizeof(struct origin) : 0);
	hash_add(h, &o->shard_size, sizeof(o->shard_size));
	hash_add(h, shard_suffix(o->format), strlen(shard_suffix(o->format)));
	hash_add(h, VERSION, sizeof(VERSION));
	if (o->ids.tokenizer != NULL) {
		identity = tokenizer_identity(o->ids.tokenizer);
		hash_add(h, &identity, sizeof(identity));
		add_mark(h, &o->ids.bos);
		add_mark(h, &o->ids.eos);
		add_mark(h, &o->ids.eod);
		hash_add(h, &o->control, sizeof(o->control));
	}
	if (has_origin(o)) {
		hash_add(h, &o->ids.length, sizeof(o->ids.length));
		add_mark(h, &o->pad);
	}
	for (i = 0; i < o->nmember; i++)
		hash_add(h, o->members[i], strlen(o->members[i]) + 1);
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

	filelist_spool(&o->in.files);
	if (o->ids.tokenizer == NULL && o->by == PLAN_TOKENS)
		cli_warnx("tokens are estimated; --tokenizer counts them");
	plan_init(&plan, o->in.source, o->in.n, o->in.of_file, o->memory / 4);
	plan.by = o->by;
	plan.budget = o->budget;
	plan.epochs = o->in.epochs;
	plan.once = kept_apart;
	plan.context = o;
	read_sources(o, &plan);
	plan_draw(&plan);
	shuffle_init(&pile, o->memory / 3);
	choose(o, &plan, &pile, id);
	if (!manifest_ready(o->folder, id, o->resume)) {
		scatter(o, &plan, &pile);
		write_shards(o, id, &pile);
	}
	shuffle_release(&pile);
	plan_release(&plan);
}

static uint64_t
count_line(void *context, struct str line)
{
	struct opts *o = context;
	struct arena mem = {0};
	struct str text;
	struct rec rec;
	const char *why;
	uint64_t n = 0;

	if (rec_parse(&rec, &mem, line, &why) &&
	    rec_get_str(&rec, tool_text(), &text))
		n = count_tokens(o, text);
	arena_release(&mem);
	return n;
}

/* What is taken out is counted as it was when it was put in. */
static void
take_down(struct opts *o)
{
	struct takedown t = {.folder = o->folder,
	    .list = o->without,
	    .count = count_line,
	    .context = o};
	struct buf count = {0};
	bool needed;

	if (takedown_open(&t)) {
		needed = t.exact && (!t.ids || t.pad != NULL);
		if (needed && o->tokenizer_folder == NULL)
			tool_usage("these tokens were counted by a tokenizer: "
				   "--without needs the same --tokenizer");
		if (needed)
			o->ids.tokenizer =
			    tokenizer_open(o->tokenizer_folder, !t.control);
		token_count(o, &count);
		if ((needed || !t.exact) && strcmp(count.p, t.token_count) != 0)
			cli_errx(CLI_FATAL, "%s: tokens are \"%s\", not \"%s\"",
			    o->folder, t.token_count, count.p);
		o->ids.bos.name = t.bos ? "" : NULL;
		o->ids.eos.name = t.eos ? "" : NULL;
		o->ids.eod.name = t.eod ? "" : NULL;
		o->pad.name = t.pad;
		if (t.pad != NULL)
			check_mark(o, "--pad", &o->pad);
		t.pad_id = o->pad.id;
		takedown_run(&t);
	}
	buf_release(&count);
	takedown_close(&t);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.by = PLAN_TOKENS,
	    .format = SHARD_GZIP,
	    .in.epochs = 1,
	    .shard_size = 256000000,
	    .memory = 256000000};
	size_t i;
	int status;

	parse_options(&o, argc, argv);
	if (o.check != NULL) {
		manifest_check(o.check);
		return tool_end(stdout);
	}
	if (o.without != NULL)
		take_down(&o);
	else if (sources_can_read(&o.in))
		pack(&o);
	status = tool_end(stdout);
	for (i = 0; i < o.nsplit; i++)
		free(o.split[i].name);
	tokenizer_close(o.ids.tokenizer);
	pieces_release(&o.ids);
	for (i = 0; o.dropped != NULL && i < o.in.n; i++)
		drops_release(&o.dropped[i].drops);
	free(o.dropped);
	free(o.drop.item);
	inputs_release(&o.inputs);
	free(o.members);
	free(o.names);
	free(o.split);
	sources_release(&o.in);
	return status;
}
