/* text-dedup - drop the records whose text was there before */

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "dedup/cluster.h"
#include "dedup/lsh.h"
#include "dedup/minhash.h"
#include "dedup/shingle.h"
#include "dedup/suffix.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "spill/blobs.h"
#include "spill/extsort.h"
#include "spill/hashset.h"
#include "text/date.h"
#include "text/word.h"

static const char index_magic[] = "DEDUP  1"; /* name, version */

static const char usage[] =
    "usage: text-dedup [-hpVv] [--mode near|exact|para|substr] [--preset "
    "NAME]\n"
    "                  [--shingle N] [--bands B] [--rows R] [--jaccard J]\n"
    "                  [--min-tokens N] [--key MEMBER] [--keep "
    "first|longest|newest]\n"
    "                  [--against FILE,...] [--dups FILE] [--memory SIZE]\n"
    "                  [--index FILE] [file ...]\n"
    "       text-dedup --keys file ...\n"
    "       text-dedup --cluster --records FILE,... [file ...]\n"
    "       text-dedup --drop LIST file ...\n";

static const char help[] =
    "\n"
    "Drop every record whose text is that of an earlier record that stays.\n\n"
    "      --mode near       similar by their runs of words (the default)\n"
    "      --mode exact      equal but for white space and Unicode form\n"
    "      --mode para       cut paragraphs that were there before\n"
    "      --mode substr     cut runs of words that were there before\n"
    "      --preset NAME     fineweb (14 x 8) or lee (450 x 20)\n"
    "      --shingle N       words in a run (5)\n"
    "      --bands B, --rows R\n"
    "                        of the signature (14, 8)\n"
    "      --jaccard J       least similarity of what goes (0.8)\n"
    "      --min-tokens N    substr: words in the shortest run to cut (50)\n"
    "      --key MEMBER      exact: compare this member, not the text\n"
    "      --keep first|longest|newest\n"
    "                        near, exact: which of similar records stays "
    "(first)\n"
    "      --against FILE,...\n"
    "                        drop what shares 13 words in a row with these\n"
    "                        records instead\n"
    "      --dups FILE       write what went, and for which record\n"
    "      --memory SIZE     hold no more than this, or end with status 2\n"
    "      --index FILE      go on from the state of the run before; save it\n"
    "  -v, --verbose         how much memory is needed, on standard "
    "error\n" TOOL_HELP "\n"
    "Example:\n"
    "  text-dedup --mode exact docs.jsonl | text-dedup --dups dups.jsonl\n";

enum mode { NEAR, EXACT, PARA, SUBSTR };
enum keep { FIRST, LONGEST, NEWEST };
enum step { WHOLE, KEYS, CLUSTER, DROP };
enum {
	RUN_WORDS = 13,	       /* of --against, as GPT-3 and PaLM report it */
	NAMES_HELD = 4 << 20,  /* bytes; other names are in a file */
	ORDER_HELD = 64 << 20, /* bytes to sort in, for --keep */
	SAMPLE = 1000	       /* records, for an estimate */
};

struct opts {
	enum mode mode;
	enum keep keep;
	size_t shingle, bands, rows, min_tokens, memory;
	double jaccard;
	bool verbose;
	enum step step;
	const char *key, *drop, *index;
	const char *against, *records;
	struct outfile dups; /* .fp is NULL without --dups */
};

/* Records that are looked at again. */
struct spool {
	FILE *fp;
	uint64_t len;	      /* bytes */
	struct extsort order; /* of struct spooled, by rank */
	struct blobs names;   /* of all records, with --dups */
};

struct spooled {
	uint64_t rank; /* the least goes first */
	uint64_t number, offset, len;
};

struct work {
	struct shingler shingler;
	struct minhash minhash;
	struct lsh lsh;
	struct hashset seen;
	struct blobs names; /* of the records that stay; substr: of all */
	struct budget budget;
	struct suffix repeat;
	struct buf
	    first_word; /* of uint32_t, (nrecord), for substr with --dups */
	struct spool spool;
	struct checkpoint state; /* of --index */
	uint32_t *sig;
	uint64_t *key;
	struct buf plain, nfc, out, cut;
	char *list;	   /* of --against, cut into names */
	const char **file; /* of --against */
	uint64_t nrecord, nword, nbyte_in, nbyte_gone;
};

/* Whether names of records are asked for, in this run or a later one. */
static bool
has_names(const struct opts *o)
{
	return o->dups.fp != NULL || o->index != NULL;
}

/* What messages and --dups call the record: its id, else where it lies. */
static struct str
name_of(const struct rec_reader *in, const struct rec *rec)
{
	const struct rec_place *place = rec_place(in);
	struct str id;
	char *s;
	int len;

	if (rec_get_str(rec, "id", &id))
		return id;
	len = snprintf(NULL, 0, "%s:%" PRIu64, place->file, place->line);
	s = arena_alloc(rec->mem, (size_t)len + 1);
	snprintf(s, (size_t)len + 1, "%s:%" PRIu64, place->file, place->line);
	return (struct str){s, (size_t)len};
}

/* A line of --dups without its end: of the record and the one that stays. */
static void
put_pair(struct work *w, struct str name, const char *by, struct str kept)
{
	w->out.len = 0;
	buf_puts(&w->out, STR("{\"id\":"));
	json_put_str(&w->out, name);
	buf_printf(&w->out, ",\"%s\":", by);
	json_put_str(&w->out, kept);
}

static void
end_pair(const struct opts *o, struct work *w)
{
	buf_puts(&w->out, STR("}\n"));
	if (fwrite(w->out.p, 1, w->out.len, o->dups.fp) != w->out.len)
		tool_write_failed(o->dups.path);
}

/* The record went for another; a Jaccard below 0 wasn't measured. */
static void
tell_dup(const struct opts *o, struct work *w, struct str name, struct str kept,
    double jaccard)
{
	put_pair(w, name, "kept", kept);
	if (jaccard >= 0) {
		buf_puts(&w->out, STR(",\"jaccard\":"));
		json_put_real(&w->out, (float)jaccard);
	}
	end_pair(o, w);
}

static _Noreturn void
out_of_memory(const struct opts *o, const struct work *w)
{
	static const char steps[] =
	    "text-dedup --keys FILE ... | LC_ALL=C sort | text-dedup "
	    "--cluster --records FILE,... >LIST, then text-dedup --drop LIST "
	    "FILE";

	if (o->mode == SUBSTR && w->repeat.full)
		cli_errx(CLI_FATAL,
		    "more than 2 GiB of words after %" PRIu64
		    " records: split the input into parts",
		    w->nrecord);
	cli_errx(CLI_FATAL,
	    "--memory %zu is full after %" PRIu64 " records: %s%s", o->memory,
	    w->nrecord,
	    o->mode >= PARA || o->against != NULL
		? "give it more, or split the input into parts"
	    : o->mode == EXACT
		? "give it more, or do it in the steps of near with "
		  "--bands 1 --jaccard 1: "
		: "do it in steps: ",
	    o->mode >= PARA || o->against != NULL ? "" : steps);
}

/* The record stays: its name, if anybody may ask for it. */
static void
keep_name(const struct opts *o, struct work *w, struct str name)
{
	if (has_names(o) && !blobs_add(&w->names, name))
		out_of_memory(o, w);
}

/* NFC, white space squeezed, none at the ends. */
static struct str
squeeze(struct work *w, struct str text)
{
	struct str word;

	text = utf8_nfc(&w->nfc, text);
	w->plain.len = 0;
	while (word_next(&text, &word)) {
		if (w->plain.len > 0)
			buf_putc(&w->plain, ' ');
		buf_puts(&w->plain, word);
	}
	return buf_str(&w->plain);
}

/* Whether a record stays that is compared byte for byte. */
static bool
exact(const struct opts *o, struct work *w, struct str text, struct str name)
{
	struct hash128 h;
	uint32_t kept = 0;

	if (o->key == NULL)
		text = squeeze(w, text);
	h = hash_128(text.p, text.len);
	if (hashset_find(&w->seen, h, &kept)) {
		tool_drop("copy");
		if (o->dups.fp != NULL)
			tell_dup(o, w, name, blobs_get(&w->names, kept), -1);
		return false;
	}
	if (!hashset_add(&w->seen, h, (uint32_t)w->seen.n))
		out_of_memory(o, w);
	keep_name(o, w, name);
	return true;
}

/* The text as a set of runs of words; false if it has no words. */
static bool
make_set(const struct opts *o, struct work *w, struct str text)
{
	shingle_words(&w->shingler, text);
	shingle_runs(&w->shingler, o->shingle);
	shingle_set(&w->shingler);
	return w->shingler.nset > 0;
}

/* The set and the keys of its bands. */
static bool
sign(const struct opts *o, struct work *w, struct str text)
{
	if (!make_set(o, w, text)) {
		tool_count("without_words", 1);
		return false;
	}
	minhash_sign(&w->minhash, w->sig, w->shingler.set, w->shingler.nset);
	minhash_bands(&w->minhash, w->key, w->sig);
	return true;
}

/* Whether a record stays that is compared by its runs of words. */
static bool
near(const struct opts *o, struct work *w, struct str text, struct str name)
{
	const struct shingler *s = &w->shingler;
	double jaccard;
	size_t kept;

	if (!sign(o, w, text)) /* nothing to compare */
		return true;
	if (lsh_find(&w->lsh, w->key, s->set, s->nset, &kept, &jaccard)) {
		tool_drop("near copy");
		if (o->dups.fp != NULL)
			tell_dup(
			    o, w, name, blobs_get(&w->names, kept), jaccard);
		return false;
	}
	if (!lsh_add(&w->lsh, w->key, s->set, s->nset))
		out_of_memory(o, w);
	keep_name(o, w, name);
	return true;
}

/*
 * A line for comparison, as CCNet does it: small letters, digits as 0, no
 * punctuation, no controls.
 */
static struct str
plain_line(struct work *w, struct str line)
{
	uint32_t cp;

	w->plain.len = 0;
	while (line.len > 0) {
		cp = utf8_take(&line);
		if (cp < 0x80 ? cp < 0x20 || cp == 0x7f : cp < 0xa0)
			continue;
		if (utf8_is_punct(cp))
			continue;
		utf8_put(&w->plain, utf8_is_digit(cp) ? '0' : utf8_lower(cp));
	}
	return str_trim(buf_str(&w->plain));
}

static void
para(struct rec *rec, const struct opts *o, struct work *w, struct str text)
{
	struct str rest = text, line, plain;
	const char *p;
	struct hash128 h;
	size_t ncut = 0, nnew = 0;
	uint32_t none;
	bool cut = false; /* the line before went */

	w->out.len = 0;
	while (rest.len > 0) {
		p = memchr(rest.p, '\n', rest.len);
		line = (struct str){
		    rest.p, p != NULL ? (size_t)(p + 1 - rest.p) : rest.len};
		rest.p += line.len;
		rest.len -= line.len;
		plain = plain_line(w, line);
		if (str_trim(line).len == 0 && cut)
			continue; /* the blank line behind a paragraph */
		if (plain.len > 0) {
			h = (struct hash128){hash_64(plain.p, plain.len, 0), 0};
			if (hashset_find(&w->seen, h, &none)) {
				ncut++;
				cut = true;
				w->nbyte_gone += line.len;
				continue;
			}
			nnew++;
			if (!hashset_add(&w->seen, h, 0))
				out_of_memory(o, w);
		}
		cut = false;
		buf_puts(&w->out, line);
	}
	w->nbyte_in += text.len;
	tool_count("paragraphs_cut", ncut);
	if (ncut > 0 && nnew == 0) {
		tool_drop("no new paragraph");
		return;
	}
	if (ncut > 0)
		rec_set_str(rec, "text", str_trim(buf_str(&w->out)));
	rec_write(rec, stdout);
}

/* Enter the runs of every record of a file of --against. */
static void
read_against(struct work *w, const struct opts *o, char *file, uint32_t number)
{
	char *operand[] = {file, NULL};
	struct rec_reader in;
	struct rec rec;
	struct str text;
	size_t i;
	uint32_t old;

	rec_open(&in, operand);
	while (rec_read(&in, &rec)) {
		if (!rec_need_str(&in, &rec, "text", &text))
			continue;
		shingle_words(&w->shingler, text);
		if (w->shingler.nword < RUN_WORDS)
			continue;
		shingle_runs(&w->shingler, RUN_WORDS);
		for (i = 0; i < w->shingler.nrun; i++) {
			struct hash128 h = {w->shingler.run[i], 0};

			if (!hashset_find(&w->seen, h, &old) &&
			    !hashset_add(&w->seen, h, number))
				out_of_memory(o, w);
		}
	}
	rec_close(&in);
}

static void
against(struct rec *rec, struct work *w, const struct opts *o, struct str text,
    struct str name)
{
	uint32_t number = 0;
	size_t i;

	shingle_words(&w->shingler, text);
	shingle_runs(&w->shingler, RUN_WORDS);
	for (i = 0; w->shingler.nword >= RUN_WORDS && i < w->shingler.nrun; i++)
		if (hashset_find(&w->seen,
			(struct hash128){w->shingler.run[i], 0}, &number)) {
			tool_drop(w->file[number]);
			if (o->dups.fp == NULL)
				return;
			put_pair(w, name, "against", str_of(w->file[number]));
			end_pair(o, w);
			return;
		}
	rec_write(rec, stdout);
}

static void
open_against(struct work *w, const struct opts *o)
{
	char *file;
	size_t n = 0;

	w->list = mem_string(str_of(o->against));
	for (file = strtok(w->list, ","); file != NULL;
	     file = strtok(NULL, ",")) {
		w->file = mem_grow(w->file, n + 1, sizeof(*w->file));
		w->file[n] = file;
		read_against(w, o, file, (uint32_t)n++);
	}
	if (n == 0)
		tool_usage("--against: no file");
	tool_count("against_runs", w->seen.n);
}

static void
parse_preset(struct opts *o, const char *arg)
{
	static const char *const preset[] = {"fineweb", "lee", NULL};

	o->shingle = 5;
	o->jaccard = 0.8;
	if (cli_choice("--preset", arg, preset) == 0) {
		o->bands = 14;
		o->rows = 8;
	} else {
		o->bands = 450;
		o->rows = 20;
	}
}

static int
by_rank(const void *va, const void *vb)
{
	const struct spooled *a = va, *b = vb;

	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* The file of --index: what made it, and what it knows; both ways. */
static void
pass_state(const struct opts *o, struct work *w)
{
	struct checkpoint *s = &w->state;
	bool room;

	checkpoint_same(s, o->mode, "--mode");
	if (o->mode == NEAR) {
		checkpoint_same(s, o->shingle, "--shingle");
		checkpoint_same(s, o->bands, "--bands");
		checkpoint_same(s, o->rows, "--rows");
		checkpoint_same(s, (uint64_t)(o->jaccard * 1e9), "--jaccard");
		room = lsh_state(&w->lsh, s);
	} else {
		checkpoint_same(s,
		    o->key != NULL ? hash_64(o->key, strlen(o->key), 1) : 0,
		    "--key");
		room = hashset_state(&w->seen, s);
	}
	if (!room || !blobs_state(&w->names, s))
		out_of_memory(o, w);
	checkpoint_end(s);
}

static void
work_open(struct work *w, const struct opts *o)
{
	w->budget.max = o->memory;
	hashset_init(&w->seen, has_names(o) || o->against != NULL, &w->budget);
	blobs_init(&w->names, &w->budget, NAMES_HELD);
	minhash_init(&w->minhash, o->bands, o->rows, 1);
	lsh_init(&w->lsh, o->bands, o->jaccard, &w->budget);
	w->sig = mem_aligned(w->minhash.nlane * sizeof(*w->sig));
	w->key = mem_aligned(o->bands * sizeof(*w->key));
	if (o->against != NULL)
		open_against(w, o);
	if (o->mode == SUBSTR || o->keep != FIRST) {
		suffix_init(&w->repeat, &w->budget);
		w->spool.fp = outfile_spool();
		extsort_init(&w->spool.order, sizeof(struct spooled), by_rank,
		    ORDER_HELD);
		blobs_init(&w->spool.names, &w->budget, NAMES_HELD);
	}
	if (o->index == NULL)
		return;
	if (checkpoint_load(&w->state, o->index, index_magic))
		pass_state(o, w);
	/* Whether it can be written is known now, not when all is done. */
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
work_count(const struct work *w, const struct opts *o)
{
	if (o->mode == NEAR && o->against == NULL)
		count_comparisons(w->lsh.ncompare, w->lsh.nfull);
	if (o->verbose)
		cli_warnx("%zu bytes were held", w->budget.most);
	tool_count("memory_bytes", w->budget.most);
	tool_count("spooled_bytes", w->lsh.sets.spooled + w->names.spooled);
	if (o->mode == PARA || o->mode == SUBSTR) {
		tool_count("text_bytes", w->nbyte_in);
		tool_count("text_bytes_cut", w->nbyte_gone);
	}
}

static void
work_release(struct work *w)
{
	shingle_release(&w->shingler);
	minhash_release(&w->minhash);
	lsh_release(&w->lsh);
	hashset_release(&w->seen);
	suffix_release(&w->repeat);
	blobs_release(&w->names);
	blobs_release(&w->spool.names);
	if (w->spool.fp != NULL) {
		extsort_release(&w->spool.order);
		fclose(w->spool.fp);
	}
	buf_release(&w->first_word);
	buf_release(&w->cut);
	buf_release(&w->plain);
	buf_release(&w->nfc);
	buf_release(&w->out);
	free(w->sig);
	free(w->key);
	free(w->file);
	free(w->list);
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
put_off(struct rec *rec, const struct opts *o, struct work *w, struct str text,
    struct str name)
{
	struct spool *s = &w->spool;
	struct spooled item = {0, w->nrecord, s->len, rec->line.len};
	uint32_t first = (uint32_t)w->repeat.nword;

	if (fwrite(rec->line.p, 1, rec->line.len, s->fp) != rec->line.len ||
	    putc('\n', s->fp) == EOF)
		cli_err(CLI_FATAL, "temporary file");
	s->len += rec->line.len + 1;
	if (has_names(o) && !blobs_add(&s->names, name))
		out_of_memory(o, w);
	if (o->mode != SUBSTR) {
		item.rank = UINT64_MAX -
			    (o->keep == LONGEST ? text.len : age_rank(rec));
		extsort_put(&s->order, &item);
		return;
	}
	if (has_names(o)) {
		if (!budget_take(&w->budget, sizeof(first)))
			out_of_memory(o, w);
		buf_put(&w->first_word, &first, sizeof(first));
	}
	if (!suffix_add(&w->repeat, text))
		out_of_memory(o, w);
}

static void
parse_again(struct rec *rec, struct arena *mem, struct str line)
{
	const char *why;

	arena_clear(mem);
	if (!rec_parse(rec, mem, line, &why))
		cli_errx(CLI_FATAL, "temporary file: %s", why);
}

/* The records in the order of --keep; a bit for each that stays. */
static uint8_t *
judge_in_order(const struct opts *o, struct work *w)
{
	uint8_t *stays = mem_zeroed(w->nrecord / 8 + 1, 1);
	struct spool *s = &w->spool;
	struct spooled item;
	struct str text = {0}, name = {0};
	struct arena mem = {0};
	struct buf line = {0};
	struct rec rec;

	while (extsort_next(&s->order, &item)) {
		line.len = 0;
		buf_reserve(&line, item.len);
		outfile_spool_read(s->fp, line.p, item.len, item.offset);
		parse_again(&rec, &mem, (struct str){line.p, item.len});
		rec_get_str(&rec, o->key != NULL ? o->key : "text", &text);
		if (has_names(o))
			name = blobs_get(&s->names, item.number);
		if (o->mode == EXACT ? exact(o, w, text, name)
				     : near(o, w, text, name))
			stays[item.number / 8] |=
			    (uint8_t)(1 << item.number % 8);
	}
	buf_release(&line);
	arena_release(&mem);
	return stays;
}

static size_t
count_lines(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Which record a word is of. */
static size_t
record_of(const struct work *w, uint32_t word)
{
	const uint32_t *first = (const void *)w->first_word.p;
	size_t low = 0, high = w->nrecord, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (first[mid] <= word)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* A stretch that was cut, for --dups: it stays in another record, whom. */
struct cut {
	size_t start, end; /* bytes of the text */
	size_t until;	   /* the word where the runs told of so far end */
	size_t whom;
	bool open;
};

static void
tell_cut(const struct opts *o, struct work *w, struct cut *cut, size_t number)
{
	if (!cut->open)
		return;
	cut->open = false;
	w->plain.len = 0; /* the other name is lent in the place of this one */
	buf_puts(&w->plain, blobs_get(&w->spool.names, number));
	put_pair(w, buf_str(&w->plain), "kept",
	    blobs_get(&w->spool.names, cut->whom));
	buf_printf(&w->out, ",\"start\":%zu,\"end\":%zu", cut->start, cut->end);
	end_pair(o, w);
}

/* One word further: [start, end) of the text, i of all; in a run from run. */
static void
note_cut(const struct opts *o, struct work *w, struct cut *cut, size_t number,
    size_t i, size_t run, size_t start, size_t end)
{
	size_t whom = record_of(w, w->repeat.of[run]);

	if (cut->open && i <= cut->until && whom == cut->whom)
		cut->until = run + o->min_tokens;
	if (!cut->open || i >= cut->until) {
		tell_cut(o, w, cut, number);
		*cut =
		    (struct cut){start, end, run + o->min_tokens, whom, true};
	}
	cut->end = end;
}

/*
 * Into w->cut goes the text without the runs of words that stood before; of the
 * white space at the two ends of a cut, the one with more lines stays.  Words
 * are counted on through all records.  False if nothing was cut.
 */
static bool
cut_text(const struct opts *o, struct work *w, struct str text, size_t number)
{
	struct str rest = text, word, gap, before = {0};
	const char *last = text.p; /* end of the word before */
	size_t run = 0, until = 0, i = w->nword;
	struct cut cut = {0};
	bool in_cut = false;

	w->cut.len = 0;
	for (; word_next(&rest, &word); i++) {
		gap = (struct str){last, (size_t)(word.p - last)};
		last = word.p + word.len;
		if (w->repeat.of[i] != SUFFIX_NONE) {
			run = i;
			until = run + o->min_tokens;
		}
		if (i < until) {
			if (!in_cut)
				before = gap;
			in_cut = true;
			if (o->dups.fp != NULL)
				note_cut(o, w, &cut, number, i, run,
				    (size_t)(word.p - text.p),
				    (size_t)(last - text.p));
			continue;
		}
		tell_cut(o, w, &cut, number);
		if (in_cut &&
		    (w->cut.len == 0 || count_lines(before) > count_lines(gap)))
			gap = before;
		in_cut = false;
		buf_puts(&w->cut, gap);
		buf_puts(&w->cut, word);
	}
	tell_cut(o, w, &cut, number);
	if (w->cut.len > 0)
		buf_put(&w->cut, last, (size_t)(text.p + text.len - last));
	w->nword = i;
	return until > 0;
}

/* A record of substr: without what stood before, unless nothing is left. */
static void
substr(struct rec *rec, const struct opts *o, struct work *w, size_t number)
{
	struct str text = {0};

	rec_get_str(rec, "text", &text);
	w->nbyte_in += text.len;
	if (cut_text(o, w, text, number)) {
		w->nbyte_gone += text.len - w->cut.len;
		if (w->cut.len == 0) {
			tool_drop("no new text");
			return;
		}
		tool_count("texts_cut", 1);
		rec_set_str(rec, "text", buf_str(&w->cut));
	}
	rec_write(rec, stdout);
}

/* The second look at all records. */
static void
look_again(const struct opts *o, struct work *w)
{
	uint8_t *stays = NULL;
	struct arena mem = {0};
	struct rec rec;
	char *line = NULL;
	size_t i, cap = 0;
	ssize_t len;

	if (fflush(w->spool.fp) != 0)
		cli_err(CLI_FATAL, "temporary file");
	if (o->mode == SUBSTR)
		suffix_find(&w->repeat, o->min_tokens);
	else
		stays = judge_in_order(o, w);
	rewind(w->spool.fp);
	for (i = 0; i < w->nrecord; i++) {
		if ((len = getline(&line, &cap, w->spool.fp)) <= 0)
			cli_err(CLI_FATAL, "temporary file");
		if (stays != NULL && !(stays[i / 8] >> i % 8 & 1))
			continue;
		parse_again(&rec, &mem, (struct str){line, (size_t)len - 1});
		if (o->mode == SUBSTR)
			substr(&rec, o, w, i);
		else
			rec_write(&rec, stdout);
	}
	free(line);
	free(stays);
	arena_release(&mem);
}

/* A line a band and record: its key, the part it lies in, and where. */
static void
put_keys(struct rec_reader *in, const struct opts *o, struct work *w,
    struct str text)
{
	const struct rec_place *place = rec_place(in);
	size_t i;

	if (!sign(o, w, text))
		return;
	w->out.len = 0;
	for (i = 0; i < o->bands; i++)
		buf_printf(&w->out, "%016" PRIx64 "\t%s\t%" PRIu64 "\n",
		    w->key[i], place->file, place->line_offset);
	if (fwrite(w->out.p, 1, w->out.len, stdout) != w->out.len)
		tool_write_failed("standard output");
	tool_out(o->bands, w->out.len);
}

/* From sorted keys to the list of what goes. */
static int
cluster(const struct opts *o, char *const operand[])
{
	struct cluster_opts opts = {
	    o->shingle, o->jaccard, o->memory, o->records};
	struct cluster_counts counts;

	cluster_run(&opts, operand, stdout, &counts);
	count_comparisons(counts.ncompare, counts.nfull);
	tool_count("memory_bytes", counts.held);
	if (o->verbose)
		cli_warnx("%zu bytes were held", counts.held);
	return tool_end(stdout);
}

/* Where a record lies, as one key. */
static struct hash128
place_key(struct work *w, const char *part, uint64_t offset)
{
	w->plain.len = 0;
	buf_printf(&w->plain, "%s\t%" PRIu64, part, offset);
	return hash_128(w->plain.p, w->plain.len);
}

/* The list of --cluster, as far as it is of the operands. */
static size_t
read_drops(const struct opts *o, struct work *w, char *const operand[])
{
	FILE *fp = fopen(o->drop, "r");
	char *line = NULL, *tab, *end;
	size_t cap = 0, i, ndrop = 0;
	struct hash128 key;
	uint64_t offset, n = 0;
	uint32_t none;

	if (fp == NULL)
		cli_err(CLI_FATAL, "%s", o->drop);
	while (getline(&line, &cap, fp) > 0) {
		n++;
		tab = strchr(line, '\t');
		offset = tab != NULL ? strtoull(tab + 1, &end, 10) : 0;
		if (tab == NULL || end == tab + 1)
			cli_errx(CLI_FATAL,
			    "%s:%" PRIu64 ": no part and offset", o->drop, n);
		*tab = '\0';
		for (i = 0; operand[i] != NULL; i++)
			if (strcmp(operand[i], line) == 0)
				break;
		key = place_key(w, line, offset);
		if (operand[i] == NULL || hashset_find(&w->seen, key, &none))
			continue;
		if (!hashset_add(&w->seen, key, 0))
			out_of_memory(o, w);
		ndrop++;
	}
	if (ferror(fp))
		cli_err(CLI_FATAL, "%s", o->drop);
	fclose(fp);
	free(line);
	return ndrop;
}

/* Of --verbose: what all records will need, by the first ones. */
static void
estimate(const struct opts *o, const struct work *w, double share)
{
	double scale = share > 0 ? 1 / share : 1, need, nslot = 1;

	if (o->mode == SUBSTR)
		need = scale * (double)w->budget.held;
	else if (o->mode == NEAR && o->against == NULL)
		need = scale * ((double)w->lsh.nentry * LSH_LEN +
				   (double)w->lsh.sets.n * sizeof(uint64_t) +
				   (double)w->lsh.sets.len);
	else {
		while (nslot * 3 / 4 < scale * (double)w->seen.n)
			nslot *= 2;
		need = nslot * 1.5 * (w->seen.valued ? 20 : 16);
	}
	need += scale * (double)w->names.n * sizeof(uint64_t);
	cli_warnx("some %.0f bytes for %s %.0f records%s", need,
	    share > 0 ? "some" : "the first", scale * (double)w->nrecord,
	    o->memory == 0 || need <= (double)o->memory
		? ""
		: ", more than --memory");
}

static void
dedup(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w)
{
	const char *member = o->key != NULL ? o->key : "text";
	struct str text, name = {0};

	if (!rec_get_str(rec, member, &text)) {
		rec_bad(in, "no string \"%s\"", member);
		return;
	}
	if (has_names(o))
		name = name_of(in, rec);
	if (o->step == KEYS)
		put_keys(in, o, w, text);
	else if (o->against != NULL)
		against(rec, w, o, text, name);
	else if (o->mode == SUBSTR || o->keep != FIRST)
		put_off(rec, o, w, text, name);
	else if (o->mode == PARA)
		para(rec, o, w, text);
	else if (o->mode == EXACT ? exact(o, w, text, name)
				  : near(o, w, text, name))
		rec_write(rec, stdout);
	if (++w->nrecord == SAMPLE && o->verbose && o->step == WHOLE)
		estimate(o, w, rec_share(in));
}

/* Pass the record on if the list doesn't have it; whether it has. */
static bool
drop(struct rec_reader *in, struct rec *rec, struct work *w)
{
	const struct rec_place *place = rec_place(in);
	uint32_t none;

	if (hashset_find(&w->seen,
		place_key(w, place->file, place->line_offset), &none)) {
		tool_drop("listed");
		return true;
	}
	rec_write(rec, stdout);
	return false;
}

static void
set_step(struct opts *o, enum step step)
{
	if (o->step != WHOLE)
		tool_usage("--keys, --cluster and --drop are three steps");
	o->step = step;
}

static void
check_options(const struct opts *o, char *const operand[])
{
	size_t i;

	if (o->key != NULL && o->mode != EXACT)
		tool_usage("--key is of --mode exact");
	if (o->dups.fp != NULL && (o->mode == PARA || o->step != WHOLE))
		tool_usage("--dups is of a whole run of near, exact or substr");
	if (o->keep != FIRST &&
	    (o->mode > EXACT || o->step != WHOLE || o->against != NULL))
		tool_usage("--keep is of a whole run of near or exact");
	if (o->index != NULL &&
	    (o->mode == SUBSTR || o->step != WHOLE || o->against != NULL))
		tool_usage("--index is of a whole run of near, exact or para");
	if (o->against != NULL && o->mode != NEAR)
		tool_usage("--against has no mode");
	if (o->step != WHOLE && (o->mode != NEAR || o->against != NULL))
		tool_usage("the steps are of --mode near");
	if ((o->step == CLUSTER) != (o->records != NULL))
		tool_usage("--cluster and --records go together");
	if (o->step != KEYS && o->step != DROP)
		return;
	if (operand[0] == NULL)
		tool_usage("the records of a step lie in files");
	for (i = 0; operand[i] != NULL; i++)
		if (strcmp(operand[i], "-") == 0 ||
		    strpbrk(operand[i], "\t\n,") != NULL)
			tool_usage("a file of a step has a name without tab, "
				   "comma and line feed");
}

enum {
	OPT_MODE = TOOL_OPT_OWN,
	OPT_PRESET,
	OPT_SHINGLE,
	OPT_BANDS,
	OPT_ROWS,
	OPT_JACCARD,
	OPT_MIN_TOKENS,
	OPT_KEY,
	OPT_KEEP,
	OPT_AGAINST,
	OPT_DUPS,
	OPT_MEMORY,
	OPT_INDEX,
	OPT_KEYS,
	OPT_CLUSTER,
	OPT_RECORDS,
	OPT_DROP
};

static void
set_option(struct opts *o, int ch)
{
	static const char *const modes[] = {
	    "near", "exact", "para", "substr", NULL};
	static const char *const keeps[] = {"first", "longest", "newest", NULL};

	switch (ch) {
	case OPT_MODE:
		o->mode = cli_choice("--mode", optarg, modes);
		break;
	case OPT_PRESET:
		parse_preset(o, optarg);
		break;
	case OPT_SHINGLE:
		o->shingle = cli_size("--shingle", optarg, 1, 1000);
		break;
	case OPT_BANDS:
		o->bands = cli_size("--bands", optarg, 1, 10000);
		break;
	case OPT_ROWS:
		o->rows = cli_size("--rows", optarg, 1, 1000);
		break;
	case OPT_JACCARD:
		o->jaccard = cli_real("--jaccard", optarg, 0, 1);
		break;
	case OPT_MIN_TOKENS:
		o->min_tokens = cli_size("--min-tokens", optarg, 1, 1000000);
		break;
	case OPT_KEY:
		o->key = optarg;
		break;
	case OPT_KEEP:
		o->keep = cli_choice("--keep", optarg, keeps);
		break;
	case OPT_AGAINST:
		o->against = optarg;
		break;
	case OPT_DUPS:
		outfile_open(&o->dups, optarg);
		break;
	case OPT_MEMORY:
		o->memory = cli_bytes("--memory", optarg, 1, SIZE_MAX);
		break;
	case OPT_INDEX:
		o->index = optarg;
		break;
	case 'v':
		o->verbose = true;
		break;
	case OPT_KEYS:
		set_step(o, KEYS);
		break;
	case OPT_CLUSTER:
		set_step(o, CLUSTER);
		break;
	case OPT_RECORDS:
		o->records = optarg;
		break;
	case OPT_DROP:
		set_step(o, DROP);
		o->drop = optarg;
		break;
	default:
		tool_option(ch);
	}
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
	    {"mode", required_argument, NULL, OPT_MODE},
	    {"preset", required_argument, NULL, OPT_PRESET},
	    {"shingle", required_argument, NULL, OPT_SHINGLE},
	    {"bands", required_argument, NULL, OPT_BANDS},
	    {"rows", required_argument, NULL, OPT_ROWS},
	    {"jaccard", required_argument, NULL, OPT_JACCARD},
	    {"min-tokens", required_argument, NULL, OPT_MIN_TOKENS},
	    {"key", required_argument, NULL, OPT_KEY},
	    {"keep", required_argument, NULL, OPT_KEEP},
	    {"against", required_argument, NULL, OPT_AGAINST},
	    {"dups", required_argument, NULL, OPT_DUPS},
	    {"memory", required_argument, NULL, OPT_MEMORY},
	    {"index", required_argument, NULL, OPT_INDEX},
	    {"verbose", no_argument, NULL, 'v'},
	    {"keys", no_argument, NULL, OPT_KEYS},
	    {"cluster", no_argument, NULL, OPT_CLUSTER},
	    {"records", required_argument, NULL, OPT_RECORDS},
	    {"drop", required_argument, NULL, OPT_DROP}, TOOL_OPTIONS};
	struct opts o = {.shingle = 5,
	    .bands = 14,
	    .rows = 8,
	    .jaccard = 0.8,
	    .min_tokens = 50};
	struct work w = {0};
	struct rec_reader in;
	struct rec rec;
	size_t ndrop = 0;
	int ch, status;

	tool_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, TOOL_SHORT "v", longopts, NULL)) !=
	       -1)
		set_option(&o, ch);
	check_options(&o, argv + optind);
	work_open(&w, &o);
	if (o.step == CLUSTER) {
		status = cluster(&o, argv + optind);
		work_release(&w);
		return status;
	}
	if (o.step == DROP)
		ndrop = read_drops(&o, &w, argv + optind);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		if (o.step == DROP)
			ndrop -= drop(&in, &rec, &w);
		else
			dedup(&in, &rec, &o, &w);
	if (w.spool.fp != NULL)
		look_again(&o, &w);
	if (ndrop > 0)
		tool_lost(
		    o.drop, "%zu records of the list were not there", ndrop);
	work_count(&w, &o);
	rec_close(&in);
	status = tool_end(stdout);
	if (o.dups.fp != NULL)
		outfile_commit(&o.dups);
	if (o.index != NULL)
		pass_state(&o, &w);
	work_release(&w);
	return status;
}
