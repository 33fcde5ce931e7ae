/* text-dedup - drop the records whose text was there before */

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "dedup/drops.h"
#include "dedup/judge.h"
#include "dedup/keys.h"
#include "dedup/meet.h"
#include "dedup/near.h"
#include "dedup/overlap.h"
#include "dedup/paragraphs.h"
#include "dedup/passages.h"
#include "record/frames.h"
#include "record/json-writer.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "spill/blobs.h"
#include "spill/filelist.h"
#include "spill/hashset.h"
#include "spill/later.h"
#include "text/date.h"
#include "text/word.h"

static const char index_magic[] = "DEDUP  2"; /* name, version */

enum mode { NEAR, EXACT, PARA, SUBSTR };
enum keep { FIRST, LONGEST, NEWEST };
enum digits { AS_THEY_STAND, ZERO };
enum step { WHOLE, KEYS, MEET, JUDGE, CLUSTER, DROP };

static const char *const digits_name[] = {"keep", "zero", NULL};

static const struct tool_help help = {
    .usage =
	"usage: text-dedup [-hpVv] [--mode near|exact|para|substr] [--preset "
	"NAME]\n"
	"                  [--shingle N] [--bands B] [--rows R] [--jaccard J]\n"
	"                  [--digits keep|zero] [--min-tokens N] [--within]\n"
	"                  [--key MEMBER] [--keep first|longest|newest]\n"
	"                  [--against FILE,...] [--ngram N] [--share S] "
	"[--cut] "
	"[--dups FILE]\n"
	"                  [--memory SIZE] [--index FILE] [file ...]\n"
	"       text-dedup --keys [--records-from FILE] [--ranges N -o PREFIX] "
	"file ...\n"
	"       text-dedup --meet --records FILE,... | --records-from FILE "
	"[file ...]\n"
	"       text-dedup --judge --records FILE,... | --records-from FILE\n"
	"                  [--earlier LIST] [file ...]\n"
	"       text-dedup --cluster --records FILE,... | --records-from FILE\n"
	"                  [--earlier LIST] [file ...]\n"
	"       text-dedup --drop LIST file ...\n",
    .about = "Drop every record whose text is that of an earlier record that "
	     "stays.\n",
    .example =
	"Example:\n"
	"  text-dedup --mode exact docs.jsonl | text-dedup --dups dups.jsonl\n",
    .forms = (const char *const[]){[WHOLE] = "",
	[KEYS] = "--keys",
	[MEET] = "--meet",
	[JUDGE] = "--judge",
	[CLUSTER] = "--cluster",
	[DROP] = "--drop",
	NULL},
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1 << WHOLE | 1 << DROP};

enum {
	NAMES_HELD = 4 << 20,  /* bytes; other names are in a file */
	STEP_HELD = 256 << 20, /* bytes of --meet, --judge and --cluster */
	STEP_LEAST = 1000000,
	OPTIONS_LEN = 128, /* bytes of the options in words */
	SAMPLE = 1000	   /* records, for an estimate */
};

struct opts {
	enum mode mode;
	enum keep keep;
	struct near_opts near;
	struct overlap_opts overlap; /* of --against */
	size_t min_tokens, memory;   /* min_tokens 0: the default of the mode */
	unsigned digits;	     /* enum digits */
	bool verbose, within;
	enum step step;
	const char *key, *drop, *index;
	const char *against, *records, *records_from, *earlier, *prefix;
	size_t nrange;
	const char *dups_path;
	struct outfile dups; /* .fp is NULL without --dups */
};

struct work {
	const struct opts *o;
	struct budget budget;
	struct near near;
	struct paragraphs paragraphs;
	struct passages passages;
	struct overlap overlap;	  /* of --against */
	struct filelist against;  /* its files */
	struct hashset seen;	  /* exact: texts; para: paragraphs */
	struct blobs names;	  /* of the records that stay */
	struct filelist part;	  /* of --records or --records-from */
	struct parts parts;	  /* these */
	struct keys keys;	  /* of --keys */
	struct drops drops;	  /* of --drop */
	struct later later;	  /* of substr and --keep */
	struct blobs later_names; /* of all records, with --dups */
	struct checkpoint state;  /* of --index */
	struct buf plain, visible, nfc, out;
	struct json_writer json; /* the line of --dups in out */
	uint64_t nrecord, nbyte_in, nbyte_gone;
};

/* Whether names of records are asked for, in this run or a later one. */
static bool
has_names(const struct opts *o)
{
	return o->dups.fp != NULL || o->index != NULL;
}

/* A line of --dups without its end: of the record and the one that stays. */
static void
put_pair(struct work *w, struct str name, const char *by, struct str kept)
{
	w->out.len = 0;
	w->json = (struct json_writer){.out = &w->out};
	jw_begin_object(&w->json, NULL);
	jw_str(&w->json, "id", name);
	jw_str(&w->json, by, kept);
}

static void
end_pair(struct work *w)
{
	jw_end_object(&w->json);
	buf_putc(&w->out, '\n');
	if (fwrite(w->out.p, 1, w->out.len, w->o->dups.fp) != w->out.len)
		tool_write_failed(w->o->dups.path);
}

static _Noreturn void
out_of_memory(const struct work *w)
{
	static const char steps[] =
	    "text-dedup --keys FILE ... | text-dedup --cluster --records "
	    "FILE,... >LIST, then text-dedup --drop LIST FILE";
	const struct opts *o = w->o;
	bool no_steps = o->mode >= PARA || o->against != NULL;

	if (o->mode == SUBSTR && w->passages.suffix.full)
		cli_errx(CLI_FATAL,
		    "more than 2 GiB of words after %" PRIu64
		    " records: split the input into parts",
		    w->nrecord);
	cli_errx(CLI_FATAL,
	    "--memory %zu is full after %" PRIu64 " records: %s%s", o->memory,
	    w->nrecord,
	    no_steps	       ? "give it more, or split the input into parts"
	    : o->mode == EXACT ? "give it more, or do it in the steps of near "
				 "with --bands 1 --jaccard 1: "
			       : "do it in steps: ",
	    no_steps ? "" : steps);
}

/* The record stays: its name is kept, if anybody may ask for it. */
static void
keep_name(struct work *w, struct str name)
{
	if (has_names(w->o) && !blobs_add(&w->names, name))
		out_of_memory(w);
}

/* The text in NFC, without invisible characters, its white space squeezed. */
static struct str
squeeze(struct work *w, struct str text)
{
	text = utf8_nfc(&w->nfc, utf8_visible(&w->visible, text));
	w->plain.len = 0;
	word_squeeze(&w->plain, text);
	return buf_str(&w->plain);
}

/*
 * Whether a record stays that is compared byte for byte; one that has no member
 * --key, whose text is NULL, always does.
 */
static bool
stays_exact(struct work *w, struct str text, struct str name)
{
	struct hash128 h;
	uint32_t kept = 0;

	if (text.p == NULL) {
		tool_count("without_key", 1);
		return true;
	}
	if (w->o->key == NULL)
		text = squeeze(w, text);
	h = hash_128(text.p, text.len);
	if (hashset_find(&w->seen, h, &kept)) {
		tool_drop("copy");
		if (w->o->dups.fp != NULL) {
			put_pair(w, name, "kept", blobs_get(&w->names, kept));
			end_pair(w);
		}
		return false;
	}
	if (!hashset_add(&w->seen, h, (uint32_t)w->seen.n))
		out_of_memory(w);
	keep_name(w, name);
	return true;
}

/* Whether a record stays that is compared by its runs of words. */
static bool
stays_near(struct work *w, struct str text, struct str name)
{
	double jaccard;
	size_t kept;

	if (!near_sign(&w->near, text)) {
		tool_count("without_words", 1);
		return true; /* there is nothing to compare */
	}
	if (near_find(&w->near, &kept, &jaccard)) {
		tool_drop("near copy");
		if (w->o->dups.fp != NULL) {
			put_pair(w, name, "kept", blobs_get(&w->names, kept));
			jw_real(&w->json, "jaccard", (float)jaccard);
			end_pair(w);
		}
		return false;
	}
	if (!near_add(&w->near))
		out_of_memory(w);
	keep_name(w, name);
	return true;
}

static bool
stays(struct work *w, struct str text, struct str name)
{
	return w->o->mode == EXACT ? stays_exact(w, text, name)
				   : stays_near(w, text, name);
}

/* For --mode para: pass on what paragraphs no earlier text had. */
static void
put_new_paragraphs(struct work *w, struct rec *rec, struct str text)
{
	struct paragraphs_cut cut;

	if (!paragraphs_cut(&w->paragraphs, text, &cut))
		out_of_memory(w);
	w->nbyte_in += text.len;
	w->nbyte_gone += cut.len_cut;
	tool_count("paragraphs_cut", cut.ncut);
	if (cut.ncompared > 0 && cut.nnew == 0) {
		tool_drop("no new paragraph");
		return;
	}
	if (cut.ncut > 0)
		rec_set_str(rec, tool_text(), cut.rest);
	rec_write(rec, stdout);
}

/* Enter the runs of every record of a file of --against. */
static void
read_against(struct work *w, char *file, uint32_t number)
{
	char *operand[] = {file, NULL};
	struct rec_reader in;
	struct rec rec;
	struct str text;

	rec_open(&in, operand);
	while (rec_read(&in, &rec))
		if (rec_need_str(&in, &rec, tool_text(), &text) &&
		    !overlap_add(&w->overlap, text, number))
			out_of_memory(w);
	rec_close(&in);
}

static void
open_against(struct work *w)
{
	size_t i;

	filelist_add(&w->against, "--against", str_of(w->o->against));
	for (i = 0; i < w->against.n; i++)
		read_against(w, w->against.item[i], (uint32_t)i);
	tool_count("against_runs", w->overlap.run.n);
}

/* The parts of --records or --records-from. */
static void
open_parts(struct work *w)
{
	const char *list = w->o->records_from;

	if (list != NULL)
		filelist_add_lines(&w->part, list);
	else
		filelist_add(&w->part, "--records", str_of(w->o->records));
	if (w->part.n == 0)
		cli_errx(CLI_FATAL, "%s: names no file", list);
	parts_init(&w->parts, list != NULL ? list : "--records", w->part.item);
}

/* For --cut: cut out what the record shares; false if the record is dropped. */
static bool
put_cut(struct work *w, struct rec *rec, struct str text)
{
	struct str rest = overlap_cut(&w->overlap, text);

	w->nbyte_gone += text.len - rest.len;
	if (w->overlap.ncut > OVERLAP_CUTS || rest.len == 0)
		return false;
	tool_count("texts_cut", 1);
	rec_set_str(rec, tool_text(), rest);
	rec_write(rec, stdout);
	return true;
}

/* For --against: pass on the record, unless it shares words with a file. */
static void
put_unless_shared(
    struct work *w, struct rec *rec, struct str text, struct str name)
{
	const bool cut = w->o->overlap.cut;
	const struct overlap_cut *at;
	uint32_t number;
	size_t i, n;

	w->nbyte_in += text.len;
	if (!overlap_find(&w->overlap, text, &number)) {
		rec_write(rec, stdout);
		return;
	}
	if (!cut || !put_cut(w, rec, text))
		tool_drop(w->against.item[number]);
	if (w->o->dups.fp == NULL)
		return;
	n = cut ? w->overlap.ncut : 1;
	for (i = 0; i < n; i++) {
		put_pair(w, name, "against", str_of(w->against.item[number]));
		at = &w->overlap.cut[i];
		if (cut) {
			jw_u64(&w->json, "start", at->start);
			jw_u64(&w->json, "end", at->end);
		}
		end_pair(w);
	}
}

/* Read or write the file of --index: its options, and what it knows. */
static void
pass_state(struct work *w)
{
	struct checkpoint *s = &w->state;
	const struct opts *o = w->o;
	bool room;

	checkpoint_same(s, o->mode, "--mode");
	if (o->mode != EXACT)
		checkpoint_same(s, o->digits, "--digits");
	if (o->mode == NEAR) {
		checkpoint_same(s, o->near.shingle, "--shingle");
		checkpoint_same(s, o->near.nband, "--bands");
		checkpoint_same(s, o->near.nrow, "--rows");
		checkpoint_same(
		    s, (uint64_t)(o->near.least * 1e9), "--jaccard");
		room = near_state(&w->near, s);
	} else {
		checkpoint_same(s,
		    o->key != NULL ? hash_64(o->key, strlen(o->key), 1) : 0,
		    "--key");
		room = hashset_state(&w->seen, s);
	}
	if (!room || !blobs_state(&w->names, s))
		out_of_memory(w);
	checkpoint_end(s);
}

/* What the keys of near records are made with, in words. */
static const char *
keys_options(const struct opts *o, char options[OPTIONS_LEN])
{
	snprintf(options, OPTIONS_LEN,
	    "--shingle %zu --bands %zu --rows %zu --digits %s", o->near.shingle,
	    o->near.nband, o->near.nrow, digits_name[o->digits]);
	return options;
}

static void
work_open(struct work *w, const struct opts *o)
{
	char options[OPTIONS_LEN];
	const struct paragraphs_opts lines = {
	    .least = o->min_tokens > 0 ? o->min_tokens : 5,
	    .within = o->within,
	    .zero_digits = o->digits == ZERO};

	w->o = o;
	w->budget.max = o->memory;
	near_init(&w->near, &o->near, &w->budget);
	paragraphs_init(&w->paragraphs, &lines, &w->seen);
	passages_init(&w->passages, o->min_tokens > 0 ? o->min_tokens : 50,
	    o->dups.fp != NULL, &w->budget);
	overlap_init(&w->overlap, &o->overlap, &w->budget);
	hashset_init(&w->seen, has_names(o), &w->budget);
	blobs_init(&w->names, &w->budget, NAMES_HELD);
	if (o->against != NULL)
		open_against(w);
	if (o->records != NULL || o->records_from != NULL)
		open_parts(w);
	if (o->step == KEYS)
		keys_open(&w->keys, o->records_from != NULL ? &w->parts : NULL,
		    keys_options(o, options), o->prefix, o->nrange);
	if (o->mode == SUBSTR || o->keep != FIRST) {
		later_open(&w->later, o->keep != FIRST);
		blobs_init(&w->later_names, &w->budget, NAMES_HELD);
	}
	if (o->index == NULL)
		return;
	if (checkpoint_load(&w->state, o->index, index_magic))
		pass_state(w);
	/* An output that cannot be written is reported before the work. */
	checkpoint_save(&w->state, o->index, index_magic);
}

static void
count_comparisons(uint64_t ncompare, uint64_t nfull)
{
	tool_count("comparisons", ncompare);
	tool_count("left_out_of_full_buckets", nfull);
	if (nfull > 0)
		cli_warnx("%" PRIu64 " entries were left out of buckets that "
			  "hold %d already",
		    nfull, LSH_BUCKET);
}

/* What the run was, for its account. */
static void
work_count(const struct work *w)
{
	const struct opts *o = w->o;
	const struct lsh *lsh = &w->near.lsh;

	if (o->mode == NEAR && o->against == NULL)
		count_comparisons(lsh->ncompare, lsh->nfull);
	if (o->verbose)
		cli_warnx(
		    "at most %zu bytes of memory were held", w->budget.most);
	tool_count("memory_bytes", w->budget.most);
	tool_count("spooled_bytes", lsh->sets.spool.len + w->names.spool.len);
	if (o->mode == PARA || o->mode == SUBSTR || o->overlap.cut) {
		tool_count("text_bytes", w->nbyte_in);
		tool_count("text_bytes_cut", w->nbyte_gone);
	}
}

static void
work_release(struct work *w)
{
	near_release(&w->near);
	paragraphs_release(&w->paragraphs);
	passages_release(&w->passages);
	overlap_release(&w->overlap);
	hashset_release(&w->seen);
	parts_release(&w->parts);
	keys_release(&w->keys);
	drops_release(&w->drops);
	blobs_release(&w->names);
	blobs_release(&w->later_names);
	later_release(&w->later);
	buf_release(&w->plain);
	buf_release(&w->visible);
	buf_release(&w->nfc);
	buf_release(&w->out);
	filelist_release(&w->against);
	filelist_release(&w->part);
}

/* A number that grows with the time of the record's date; 0 without one. */
static uint64_t
age_rank(const struct rec *rec)
{
	static const char *const member[] = {"date", "published"};
	struct str s;
	int64_t seconds;
	size_t i;

	for (i = 0; i < 2; i++)
		if (rec_get_str(rec, member[i], &s) && date_parse(s, &seconds))
			return (uint64_t)seconds + ((uint64_t)1 << 40);
	return 0;
}

/* Keep a record for a second look. */
static void
put_off(struct work *w, const struct rec *rec, struct str text, struct str name)
{
	const struct opts *o = w->o;

	if (has_names(o) && !blobs_add(&w->later_names, name))
		out_of_memory(w);
	if (o->mode == SUBSTR && !passages_add(&w->passages, text))
		out_of_memory(w);
	/* The longest or newest record has the least rank: it is first. */
	later_put(&w->later, rec,
	    UINT64_MAX - (o->keep == LONGEST ? text.len : age_rank(rec)));
}

/* The records in the order of --keep; a bit for each that stays. */
static uint8_t *
judge_in_order(struct work *w)
{
	uint8_t *bits = mem_zeroed(w->nrecord / 8 + 1, 1);
	const struct opts *o = w->o;
	struct str text, name = {0};
	struct rec rec;
	uint64_t i;

	while (later_ranked(&w->later, &rec, &i)) {
		text = (struct str){0};
		rec_get_str(&rec, o->key != NULL ? o->key : tool_text(), &text);
		if (has_names(o))
			name = blobs_get(&w->later_names, i);
		if (stays(w, text, name))
			bits[i / 8] |= (uint8_t)(1 << i % 8);
	}
	return bits;
}

/* For --dups: write the stretches that were cut, and where they stay. */
static void
tell_places(struct work *w, size_t number)
{
	const struct passages_place *place = w->passages.place;
	size_t i;

	for (i = 0; i < w->passages.nplace; i++) {
		/*
		 * The slice of blobs_get() is borrowed only until the next
		 * call.
		 */
		w->plain.len = 0;
		buf_puts(&w->plain, blobs_get(&w->later_names, number));
		put_pair(w, buf_str(&w->plain), "kept",
		    blobs_get(&w->later_names, place[i].text));
		jw_u64(&w->json, "start", place[i].start);
		jw_u64(&w->json, "end", place[i].end);
		end_pair(w);
	}
}

/* For --mode substr: pass on what no earlier text had, if there is any. */
static void
put_new_passages(struct work *w, struct rec *rec, size_t number)
{
	struct str text = {0}, rest;

	rec_get_str(rec, tool_text(), &text);
	w->nbyte_in += text.len;
	if (passages_cut(&w->passages, text, &rest)) {
		if (w->o->dups.fp != NULL)
			tell_places(w, number);
		w->nbyte_gone += text.len - rest.len;
		if (rest.len == 0) {
			tool_drop("no new text");
			return;
		}
		tool_count("texts_cut", 1);
		rec_set_str(rec, tool_text(), rest);
	}
	rec_write(rec, stdout);
}

/* The second look at all records. */
static void
look_again(struct work *w)
{
	const struct opts *o = w->o;
	uint8_t *bits = NULL;
	struct rec rec;
	size_t i;

	if (o->mode == SUBSTR)
		passages_find(&w->passages);
	else
		bits = judge_in_order(w);
	for (i = 0; later_next(&w->later, &rec); i++)
		if (o->mode == SUBSTR)
			put_new_passages(w, &rec, i);
		else if (bits[i / 8] >> i % 8 & 1)
			rec_write(&rec, stdout);
	free(bits);
}

/* A line a band and record: its key, the part it lies in, and where. */
static void
put_keys(struct work *w, const struct rec_reader *in, struct str text)
{
	const struct rec_place *place = rec_place(in);

	if (place->locus == FRAMES_NOWHERE)
		cli_errx(CLI_FATAL,
		    "%s: a frame of more than 1 MiB: write it by --zstd",
		    place->file);
	if (near_sign(&w->near, text))
		keys_put(&w->keys, w->near.band, w->o->near.nband, place->file,
		    place->locus);
	else
		tool_count("without_words", 1);
}

/* A step that reads no records, but what the steps before it wrote. */
static int
do_step(struct work *w, char *const operand[])
{
	static char dash[] = "-";
	static char *const standard_input[] = {dash, NULL};
	const struct opts *o = w->o;
	char options[OPTIONS_LEN];
	struct judge_opts opts = {.options = keys_options(o, options),
	    .shingle = o->near.shingle,
	    .zero_digits = o->near.zero_digits,
	    .jaccard = o->near.least,
	    .memory = o->memory > 0 ? o->memory : STEP_HELD,
	    .earlier = o->earlier};
	struct judge_counts counts;

	if (operand[0] == NULL)
		operand = standard_input;
	if (o->step == MEET) {
		meet_files(
		    &w->parts, opts.options, operand, opts.memory, stdout);
		return tool_end(stdout);
	}
	if (o->step == CLUSTER)
		judge_keys(&opts, &w->parts, operand, stdout, &counts);
	else
		judge_meetings(&opts, &w->parts, operand, stdout, &counts);
	count_comparisons(counts.ncompare, counts.nfull);
	tool_count("memory_bytes", counts.held);
	tool_count("spooled_bytes", counts.nspooled);
	if (o->verbose)
		cli_warnx("at most %zu bytes of memory were held", counts.held);
	return tool_end(stdout);
}

/* For --verbose: estimate from the first records what all of them will need. */
static void
estimate(const struct work *w, double share)
{
	const struct opts *o = w->o;
	const struct lsh *lsh = &w->near.lsh;
	const struct hashset *set =
	    o->against != NULL ? &w->overlap.run : &w->seen;
	double scale = share > 0 ? 1 / share : 1, need, nslot = 1;

	if (o->mode == SUBSTR)
		need = scale * (double)w->budget.held;
	else if (o->mode == NEAR && o->against == NULL)
		need = scale * ((double)lsh->nentry * LSH_LEN +
				   (double)lsh->sets.n * sizeof(uint64_t) +
				   (double)lsh->sets.len);
	else {
		while (nslot * 3 / 4 < scale * (double)set->n)
			nslot *= 2;
		need = nslot * 1.5 * (set->valued ? 20 : 16);
	}
	need += scale * (double)w->names.n * sizeof(uint64_t);
	cli_warnx("some %.0f bytes for %s %.0f records%s", need,
	    share > 0 ? "some" : "the first", scale * (double)w->nrecord,
	    o->memory == 0 || need <= (double)o->memory
		? ""
		: ", more than --memory");
}

static void
dedup(struct work *w, struct rec_reader *in, struct rec *rec)
{
	const struct opts *o = w->o;
	struct str text = {0}, name = {0};

	if (o->key != NULL)
		rec_get_str(rec, o->key, &text);
	else if (!rec_need_str(in, rec, tool_text(), &text))
		return;
	if (has_names(o))
		name = rec_name(in, rec);
	if (o->step == KEYS)
		put_keys(w, in, text);
	else if (o->against != NULL)
		put_unless_shared(w, rec, text, name);
	else if (o->mode == SUBSTR || o->keep != FIRST)
		put_off(w, rec, text, name);
	else if (o->mode == PARA)
		put_new_paragraphs(w, rec, text);
	else if (stays(w, text, name))
		rec_write(rec, stdout);
	if (++w->nrecord == SAMPLE && o->verbose && o->step == WHOLE)
		estimate(w, rec_share(in));
}

/* Pass the record on unless the list of --drop has it. */
static void
drop(struct work *w, const struct rec_reader *in, struct rec *rec)
{
	const struct rec_place *place = rec_place(in);

	if (drops_take(&w->drops, place->operand, place->locus))
		tool_drop("listed");
	else
		rec_write(rec, stdout);
}

static void
parse_preset(void *context, char *arg)
{
	struct opts *o = context;
	static const char *const preset[] = {"fineweb", "lee", NULL};
	bool fineweb = cli_choice("--preset", arg, preset) == 0;

	o->near.shingle = 5;
	o->near.nband = fineweb ? 14 : 450;
	o->near.nrow = fineweb ? 8 : 20;
	o->near.least = 0.8;
	o->digits = fineweb ? ZERO : AS_THEY_STAND;
}

/* Options of one step, which option rows have tied to their steps. */
static void
check_step(const struct opts *o, char *const operand[])
{
	bool lists = o->step == MEET || o->step == JUDGE || o->step == CLUSTER;
	bool listed = o->records_from != NULL;
	size_t i;

	if (o->records != NULL && listed)
		tool_usage("--records cannot be combined with --records-from");
	if (lists && o->records == NULL && !listed)
		tool_usage("--meet, --judge and --cluster need --records or "
			   "--records-from");
	if (lists && o->memory > 0 && o->memory < STEP_LEAST)
		tool_usage("--meet, --judge and --cluster need --memory 1M");
	if ((o->nrange > 0) != (o->prefix != NULL))
		tool_usage("--ranges and -o need each other");
	if ((o->nrange & (o->nrange - 1)) != 0)
		tool_usage("--ranges must be a power of two");
	if (o->step != KEYS && o->step != DROP)
		return;
	for (i = 0; operand[i] != NULL && strcmp(operand[i], "-") != 0; i++)
		if (o->step == KEYS &&
		    strpbrk(operand[i], listed ? "\n" : "\t\n,") != NULL)
			tool_usage("the name of a file of a step must have no "
				   "tab, comma or line feed");
	if (operand[i] != NULL || i == 0)
		tool_usage("a step needs its records in files, since it reads "
			   "them again");
}

static void
check_options(const struct opts *o, char *const operand[])
{
	if (o->key != NULL && o->mode != EXACT)
		tool_usage("--key works only with --mode exact");
	if (o->dups_path != NULL && o->mode == PARA)
		tool_usage(
		    "--dups works only with --mode near, exact or substr");
	if (o->within && o->mode != PARA)
		tool_usage("--within works only with --mode para");
	if (tool_given("digits") && o->mode != NEAR && o->mode != PARA)
		tool_usage("--digits works only with --mode near or para");
	if (o->keep != FIRST && o->mode > EXACT)
		tool_usage("--keep works only with --mode near or exact");
	if (o->index != NULL && o->mode == SUBSTR)
		tool_usage(
		    "--index works only with --mode near, exact or para");
	if (o->against != NULL &&
	    (o->mode != NEAR || o->keep != FIRST || o->index != NULL))
		tool_usage("--against cannot be combined with --mode, --keep "
			   "and --index");
	if (o->against == NULL &&
	    (tool_given("ngram") || tool_given("share") || o->overlap.cut))
		tool_usage("--ngram, --share and --cut need --against");
	if (o->step != WHOLE && o->mode != NEAR)
		tool_usage("--keys, --meet, --judge, --cluster and --drop need "
			   "--mode near");
	check_step(o, operand);
}

/* Forms that an option belongs to. */
enum {
	LIST_STEPS = 1 << JUDGE | 1 << CLUSTER,
	PART_STEPS = LIST_STEPS | 1 << MEET,
	NEAR_STEPS = PART_STEPS | 1 << WHOLE | 1 << KEYS
};

static const char *const modes[] = {"near", "exact", "para", "substr", NULL};
static const char *const keeps[] = {"first", "longest", "newest", NULL};

/* Take the options and give back the operands. */
static char **
options(struct opts *o, int argc, char *argv[])
{
	struct near_opts *near = &o->near;
	const struct option_row rows[] = {
	    {"mode", "near|exact|para|substr",
		"drop texts similar by runs of words (near, the default) or "
		"equal (exact); cut known paragraphs or runs of words",
		OPTION_CHOICE(&o->mode, modes)},
	    {"preset", "NAME", "fineweb (14 x 8, digits 0) or lee (450 x 20)",
		OPTION_CALL(parse_preset, o), .forms = NEAR_STEPS},
	    {"shingle", "N", "words in a run (5)",
		OPTION_SIZE(&near->shingle, 1, 1000), .forms = NEAR_STEPS},
	    {"bands", "B", "bands of the signature (14)",
		OPTION_SIZE(&near->nband, 1, 10000), .forms = NEAR_STEPS},
	    {"rows", "R", "rows of a band (8)",
		OPTION_SIZE(&near->nrow, 1, 1000), .forms = NEAR_STEPS},
	    {"jaccard", "J", "least similarity of what is dropped (0.8)",
		OPTION_REAL(&near->least, 0, 1), .forms = NEAR_STEPS},
	    {"digits", "keep|zero",
		"near, para: numbers as they stand, or as 0",
		OPTION_CHOICE(&o->digits, digits_name), .forms = NEAR_STEPS},
	    {"min-tokens", "N",
		"words in the shortest cut: para a line (5), substr a run (50)",
		OPTION_SIZE(&o->min_tokens, 1, 1000000), .forms = 1 << WHOLE},
	    {"within", NULL, "para: cut also what the record itself repeats",
		OPTION_FLAG(&o->within), .forms = 1 << WHOLE},
	    {"key", "MEMBER", "exact: compare this member, not the text",
		OPTION_STRING(&o->key), .forms = 1 << WHOLE},
	    {"keep", "first|longest|newest", "near, exact: which stays (first)",
		OPTION_CHOICE(&o->keep, keeps), .forms = 1 << WHOLE},
	    {"against", "FILE,...",
		"drop what shares a run of words with these records instead",
		OPTION_STRING(&o->against), .forms = 1 << WHOLE},
	    {"ngram", "N", "against: words in a run (13)",
		OPTION_SIZE(&o->overlap.nword, 1, OVERLAP_MOST),
		.forms = 1 << WHOLE},
	    {"share", "S", "against: that part of a text's runs (one run)",
		OPTION_REAL(&o->overlap.share, 0, 1), .forms = 1 << WHOLE},
	    {"cut", NULL, "against: cut this and 200 characters around alone",
		OPTION_FLAG(&o->overlap.cut), .forms = 1 << WHOLE},
	    {"dups", "FILE", "write which records were dropped, and for which",
		OPTION_STRING(&o->dups_path), .forms = 1 << WHOLE,
		.writes = OPTION_ALWAYS},
	    {"memory", "SIZE", "hold no more than this, or end with status 2",
		OPTION_BYTES(&o->memory, 1, SIZE_MAX)},
	    {"index", "FILE", "go on from the state of the run before; save it",
		OPTION_STRING(&o->index), .forms = 1 << WHOLE,
		.writes = OPTION_ALWAYS},
	    {"keys", NULL, "near, in steps: write the keys of records",
		.selects = KEYS},
	    {"ranges", "N",
		"write the keys to N files, a power of two, by leading bits",
		OPTION_SIZE(&o->nrange, 1, STEPS_RANGES), .forms = 1 << KEYS},
	    {"o,output", "PREFIX", "these files: PREFIX.0 and on",
		OPTION_STRING(&o->prefix), .forms = 1 << KEYS,
		.writes = OPTION_ALWAYS},
	    {"meet", NULL, "from the keys of a range to what --judge reads",
		.selects = MEET},
	    {"judge", NULL, "from what --meet wrote to the list of what goes",
		.selects = JUDGE},
	    {"cluster", NULL, "from all keys to that list, in one process",
		.selects = CLUSTER},
	    {"records", "FILE,...", "the files of --keys, in record order",
		OPTION_STRING(&o->records), .forms = PART_STEPS},
	    {"records-from", "FILE", "the same, a name a line",
		OPTION_STRING(&o->records_from),
		.forms = PART_STEPS | 1 << KEYS},
	    {"earlier", "LIST", "what an earlier crawl's list says stands",
		OPTION_STRING(&o->earlier), .forms = LIST_STEPS},
	    {"drop", "LIST", "pass on the records that are not in the list",
		OPTION_STRING(&o->drop), .selects = DROP},
	    {"v,verbose", NULL, "how much memory is needed, on standard error",
		OPTION_FLAG(&o->verbose)},
	    {.name = NULL}};
	char **operands;
	unsigned step;

	operands = tool_init(argc, argv, &help, rows, &step);
	o->step = step;
	return operands;
}

int
main(int argc, char *argv[])
{
	struct opts o = {
	    .near = {.shingle = 5, .nband = 14, .nrow = 8, .least = 0.8},
	    .overlap = {.nword = OVERLAP_WORDS}};
	struct work w = {0};
	struct rec_reader in;
	struct rec rec;
	char **operands;
	int status;

	operands = options(&o, argc, argv);
	o.near.zero_digits = o.digits == ZERO;
	check_options(&o, operands);
	if (o.dups_path != NULL)
		outfile_open(&o.dups, o.dups_path);
	work_open(&w, &o);
	if (o.step == MEET || o.step == JUDGE || o.step == CLUSTER) {
		status = do_step(&w, operands);
		work_release(&w);
		return status;
	}
	if (o.step == DROP &&
	    !drops_read(&w.drops, o.drop, operands, &w.budget))
		out_of_memory(&w);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if (o.step == DROP)
			drop(&w, &in, &rec);
		else
			dedup(&w, &in, &rec);
	if (later_is_open(&w.later))
		look_again(&w);
	if (w.drops.left > 0)
		tool_lost(o.drop,
		    "%zu records of the list were not in the input",
		    w.drops.left);
	work_count(&w);
	rec_close(&in);
	status = tool_end(stdout);
	keys_commit(&w.keys);
	if (o.dups.fp != NULL)
		outfile_commit(&o.dups);
	if (o.index != NULL)
		pass_state(&w);
	work_release(&w);
	return status;
}
