/* text-dedup - drop the records whose text was there before */

#include <inttypes.h>
#include <stdlib.h>

#include "buf.h"
#include "hash.h"
#include "json.h"
#include "lsh.h"
#include "map.h"
#include "minhash.h"
#include "rec.h"
#include "run.h"
#include "save.h"
#include "seen.h"
#include "shingle.h"
#include "store.h"
#include "utf8.h"
#include "word.h"

static const char usage[] =
    "usage: text-dedup [-hpV] [--mode near|exact|para] [--preset NAME]\n"
    "                  [--shingle N] [--bands B] [--rows R] [--jaccard J]\n"
    "                  [--key MEMBER] [--against FILE,...] [--dups FILE]\n"
    "                  [--memory SIZE] [file ...]\n"
    "       text-dedup --keys file ...\n"
    "       text-dedup --cluster --records FILE,... [file ...]\n"
    "       text-dedup --drop LIST file ...\n";

static const char help[] =
    "\n"
    "Drop every record whose text is that of an earlier record that stays.\n\n"
    "      --mode near       similar by their runs of words (the default)\n"
    "      --mode exact      equal but for white space and Unicode form\n"
    "      --mode para       cut paragraphs that were there before\n"
    "      --preset NAME     fineweb (14 x 8) or lee (450 x 20)\n"
    "      --shingle N       words in a run (5)\n"
    "      --bands B, --rows R\n"
    "                        of the signature (14, 8)\n"
    "      --jaccard J       least similarity of what goes (0.8)\n"
    "      --key MEMBER      exact: compare this member, not the text\n"
    "      --against FILE,...\n"
    "                        drop what shares 13 words in a row with these\n"
    "                        records instead\n"
    "      --dups FILE       write what went, and for which record\n"
    "      --memory SIZE     hold no more than this, or end with status "
    "2\n" RUN_HELP "\n"
    "Example:\n"
    "  text-dedup --mode exact docs.jsonl | text-dedup --dups dups.jsonl\n";

enum mode { NEAR, EXACT, PARA };
enum step { WHOLE, KEYS, CLUSTER, DROP };
enum {
	RUN_WORDS = 13, /* of --against, as GPT-3 and PaLM report it */
	NAMES_HELD =
	    4 << 20 /* bytes of names in memory, the others in a file */
};

struct opts {
	enum mode mode;
	size_t shingle, bands, rows, memory;
	double jaccard;
	enum step step;
	const char *key, *drop;
	const char *against, *records;
	struct save dups; /* .fp is NULL without --dups */
};

struct work {
	struct shingler shingler;
	struct minhash minhash;
	struct lsh lsh;
	struct seen seen;
	struct store names; /* of the records that stay */
	struct budget budget;
	uint32_t *sig;
	uint64_t *key;
	struct buf plain, nfc, out;
	char *list;	   /* of --against or --records, cut into names */
	const char **file; /* of --against */
	uint64_t nrecord, nbyte_in, nbyte_gone;
};

/* What messages and --dups call the record: its id, else where it lies. */
static struct str
name_of(const struct rec_reader *in, const struct rec *rec)
{
	struct str id;
	char *s;
	int len;

	if (rec_get_str(rec, "id", &id))
		return id;
	len = snprintf(NULL, 0, "%s:%" PRIu64, in->file, in->line);
	s = arena_alloc(rec->mem, (size_t)len + 1);
	snprintf(s, (size_t)len + 1, "%s:%" PRIu64, in->file, in->line);
	return (struct str){s, (size_t)len};
}

/* A line of --dups: the record went, kept stayed for it. */
static void
tell_dup(const struct opts *o, struct work *w, struct str name, struct str kept,
    const char *by, double jaccard)
{
	w->out.len = 0;
	buf_puts(&w->out, STR("{\"id\":"));
	json_put_str(&w->out, name);
	buf_printf(&w->out, ",\"%s\":", by);
	json_put_str(&w->out, kept);
	if (jaccard >= 0) {
		buf_puts(&w->out, STR(",\"jaccard\":"));
		json_put_real(&w->out, (float)jaccard);
	}
	buf_puts(&w->out, STR("}\n"));
	if (fwrite(w->out.p, 1, w->out.len, o->dups.fp) != w->out.len)
		run_write_failed(o->dups.path);
}

static _Noreturn void
out_of_memory(const struct opts *o, const struct work *w)
{
	cli_errx(CLI_FATAL,
	    "--memory %zu is full after %" PRIu64 " records: %s", o->memory,
	    w->nrecord,
	    o->mode == NEAR && o->against == NULL
		? "do it in steps, text-dedup --keys FILE ... | LC_ALL=C sort "
		  "| text-dedup --cluster --records FILE,... >LIST, then "
		  "text-dedup --drop LIST FILE"
		: "give it more, or do parts that LC_ALL=C sort brings "
		  "together");
}

/* The record stays: its name, if anybody may ask for it. */
static void
keep_name(const struct rec_reader *in, const struct rec *rec,
    const struct opts *o, struct work *w)
{
	if (o->dups.fp != NULL && !store_add(&w->names, name_of(in, rec)))
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

static void
exact(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w, struct str text)
{
	struct hash128 h;
	uint32_t kept = 0;

	if (o->key == NULL)
		text = squeeze(w, text);
	h = hash_128(text.p, text.len);
	if (seen_find(&w->seen, h, &kept)) {
		run_drop("copy");
		if (o->dups.fp != NULL)
			tell_dup(o, w, name_of(in, rec),
			    store_get(&w->names, kept), "kept", -1);
		return;
	}
	if (!seen_add(&w->seen, h, (uint32_t)w->seen.n))
		out_of_memory(o, w);
	keep_name(in, rec, o, w);
	rec_write(rec, stdout);
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
		run_count("without_words", 1);
		return false;
	}
	minhash_sign(&w->minhash, w->sig, w->shingler.set, w->shingler.nset);
	minhash_bands(&w->minhash, w->key, w->sig);
	return true;
}

static void
near(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w, struct str text)
{
	const struct shingler *s = &w->shingler;
	double jaccard;
	size_t kept;

	if (!sign(o, w, text)) { /* nothing to compare */
		rec_write(rec, stdout);
		return;
	}
	if (lsh_find(&w->lsh, w->key, s->set, s->nset, &kept, &jaccard)) {
		run_drop("near copy");
		if (o->dups.fp != NULL)
			tell_dup(o, w, name_of(in, rec),
			    store_get(&w->names, kept), "kept", jaccard);
		return;
	}
	if (!lsh_add(&w->lsh, w->key, s->set, s->nset))
		out_of_memory(o, w);
	keep_name(in, rec, o, w);
	rec_write(rec, stdout);
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
			if (seen_find(&w->seen, h, &none)) {
				ncut++;
				cut = true;
				w->nbyte_gone += line.len;
				continue;
			}
			nnew++;
			if (!seen_add(&w->seen, h, 0))
				out_of_memory(o, w);
		}
		cut = false;
		buf_puts(&w->out, line);
	}
	w->nbyte_in += text.len;
	run_count("paragraphs_cut", ncut);
	if (ncut > 0 && nnew == 0) {
		run_drop("no new paragraph");
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
		if (!rec_get_str(&rec, "text", &text)) {
			rec_bad(&in, "no string \"text\"");
			continue;
		}
		shingle_words(&w->shingler, text);
		if (w->shingler.nword < RUN_WORDS)
			continue;
		shingle_runs(&w->shingler, RUN_WORDS);
		for (i = 0; i < w->shingler.nrun; i++) {
			struct hash128 h = {w->shingler.run[i], 0};

			if (!seen_find(&w->seen, h, &old) &&
			    !seen_add(&w->seen, h, number))
				out_of_memory(o, w);
		}
	}
	/* The account of the run goes on: this isn't rec_close(). */
	buf_release(&in.buf);
	arena_release(&in.mem);
}

static void
against(struct rec_reader *in, struct rec *rec, struct work *w,
    const struct opts *o, struct str text)
{
	uint32_t number = 0;
	size_t i;

	shingle_words(&w->shingler, text);
	shingle_runs(&w->shingler, RUN_WORDS);
	for (i = 0; w->shingler.nword >= RUN_WORDS && i < w->shingler.nrun; i++)
		if (seen_find(&w->seen, (struct hash128){w->shingler.run[i], 0},
			&number)) {
			run_drop(w->file[number]);
			if (o->dups.fp != NULL)
				tell_dup(o, w, name_of(in, rec),
				    str_of(w->file[number]), "against", -1);
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
		run_usage("--against: no file");
	run_count("against_runs", w->seen.n);
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

static void
work_open(struct work *w, const struct opts *o)
{
	w->budget.max = o->memory;
	seen_init(
	    &w->seen, o->dups.fp != NULL || o->against != NULL, &w->budget);
	store_init(&w->names, &w->budget, NAMES_HELD);
	minhash_init(&w->minhash, o->bands, o->rows, 1);
	lsh_init(&w->lsh, o->bands, o->jaccard, &w->budget);
	w->sig = mem_aligned(w->minhash.nlane * sizeof(*w->sig));
	w->key = mem_aligned(o->bands * sizeof(*w->key));
	if (o->against != NULL)
		open_against(w, o);
}

/* What the run was, for its account. */
static void
work_count(const struct work *w, const struct opts *o)
{
	if (o->mode == NEAR && o->against == NULL) {
		run_count("comparisons", w->lsh.ncompare);
		run_count("left_out_of_full_buckets", w->lsh.nfull);
		if (w->lsh.nfull > 0)
			cli_warnx("%" PRIu64 " entries were left out of "
				  "buckets that hold %d already",
			    w->lsh.nfull, LSH_BUCKET);
	}
	run_count("memory_bytes", w->budget.held);
	run_count("spooled_bytes", w->lsh.sets.spooled + w->names.spooled);
	if (o->mode == PARA) {
		run_count("text_bytes", w->nbyte_in);
		run_count("text_bytes_cut", w->nbyte_gone);
	}
}

static void
work_release(struct work *w)
{
	shingle_release(&w->shingler);
	minhash_release(&w->minhash);
	lsh_release(&w->lsh);
	seen_release(&w->seen);
	store_release(&w->names);
	buf_release(&w->plain);
	buf_release(&w->nfc);
	buf_release(&w->out);
	free(w->sig);
	free(w->key);
	free(w->file);
	free(w->list);
}

/* A line a band and record: its key, the part it lies in, and where. */
static void
put_keys(struct rec_reader *in, const struct opts *o, struct work *w,
    struct str text)
{
	size_t i;

	if (!sign(o, w, text))
		return;
	w->out.len = 0;
	for (i = 0; i < o->bands; i++)
		buf_printf(&w->out, "%016" PRIx64 "\t%s\t%" PRIu64 "\n",
		    w->key[i], in->file, in->offset);
	if (fwrite(w->out.p, 1, w->out.len, stdout) != w->out.len)
		run_write_failed("standard output");
	run_out(o->bands, w->out.len);
}

/* A key of --keys that more than one record has, at one of them. */
struct entry {
	uint64_t offset;
	uint32_t part, group;
};

/* The records that stay, of a group: in a list from the last to the first. */
struct member {
	uint32_t kept, next; /* of kept and of member; UINT32_MAX ends */
};

/* The set of a record that stays, if it was read lately. */
struct cached {
	uint32_t kept;
	bool there;
	uint32_t *set;
	size_t nset;
};

enum { NCACHED = 4096 };

struct cluster {
	const char **part; /* (npart), in the order of --records */
	struct str *bytes; /* (npart), mapped */
	size_t npart;
	struct entry *entry; /* (nentry) */
	size_t nentry, entry_cap, ngroup;
	uint32_t *head, *size; /* (ngroup), of the list; of those in it */
	struct member *member; /* (nmember) */
	size_t nmember, member_cap;
	struct entry *kept; /* (nkept) */
	size_t nkept, kept_cap;
	uint32_t *found; /* (found_cap) */
	size_t found_cap;
	struct cached *cached; /* (NCACHED) */
	struct arena mem;
};

static uint32_t
find_part(const struct cluster *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->npart; i++)
		if (strcmp(c->part[i], name) == 0)
			return (uint32_t)i;
	cli_errx(CLI_FATAL, "--records names no %s", name);
}

static void
open_parts(struct cluster *c, char *list /* is cut up */)
{
	char *name;

	for (name = strtok(list, ","); name != NULL; name = strtok(NULL, ",")) {
		c->part = mem_grow(c->part, c->npart + 1, sizeof(*c->part));
		c->bytes = mem_grow(c->bytes, c->npart + 1, sizeof(*c->bytes));
		c->part[c->npart] = name;
		if (!map_open(&c->bytes[c->npart], name))
			cli_err(CLI_FATAL, "%s", name);
		if (str_starts(c->bytes[c->npart], STR("\x1f\x8b")) ||
		    str_starts(c->bytes[c->npart], STR("\x28\xb5\x2f\xfd")))
			cli_errx(CLI_FATAL,
			    "%s: records are looked up where they lie: "
			    "decompress it",
			    name);
		c->npart++;
	}
	if (c->npart == 0)
		run_usage("--records: no file");
}

static void
add_entry(struct cluster *c, uint32_t part, uint64_t offset)
{
	if (c->nentry == c->entry_cap) {
		c->entry_cap = c->entry_cap + c->entry_cap / 2 + 1024;
		c->entry = mem_grow(c->entry, c->entry_cap, sizeof(*c->entry));
	}
	c->entry[c->nentry++] =
	    (struct entry){offset, part, (uint32_t)c->ngroup};
}

/* One sorted stream of keys: entries of keys that come more than once. */
static void
read_keys(struct cluster *c, FILE *fp, const char *file)
{
	char *line = NULL, *tab, *end;
	char last[17] = "", key[17];
	size_t cap = 0, first = 0;
	uint64_t n = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, fp)) > 0) {
		n++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		tab = strrchr(line, '\t');
		if (len < 20 || tab == NULL || tab < line + 17 ||
		    line[16] != '\t')
			cli_errx(CLI_FATAL, "%s:%" PRIu64 ": no line of --keys",
			    file, n);
		memcpy(key, line, 16);
		key[16] = *tab = '\0';
		if (strcmp(key, last) < 0)
			cli_errx(
			    CLI_FATAL, "%s:%" PRIu64 ": not sorted", file, n);
		if (strcmp(key, last) != 0) {
			if (c->nentry - first == 1)
				c->nentry = first; /* alone with its key */
			else
				c->ngroup += c->nentry > first;
			first = c->nentry;
			memcpy(last, key, sizeof(last));
		}
		add_entry(
		    c, find_part(c, line + 17), strtoull(tab + 1, &end, 10));
		if (end == tab + 1 || *end != '\0')
			cli_errx(
			    CLI_FATAL, "%s:%" PRIu64 ": no offset", file, n);
		run_in(1, (size_t)len + 1);
	}
	if (ferror(fp))
		cli_err(CLI_FATAL, "%s", file);
	if (c->nentry - first == 1)
		c->nentry = first;
	else
		c->ngroup += c->nentry > first;
	free(line);
}

static int
in_record_order(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->group < b->group ? -1 : a->group > b->group;
}

/* Fill the shingler's set from the record where it lies. */
static void
read_set(struct cluster *c, const struct opts *o, struct work *w,
    const struct entry *e)
{
	struct str bytes = c->bytes[e->part], text;
	struct rec rec;
	const char *end, *why = "no record there";

	arena_clear(&c->mem);
	if (e->offset < bytes.len) {
		bytes.p += e->offset;
		bytes.len -= e->offset;
		end = memchr(bytes.p, '\n', bytes.len);
		if (end != NULL)
			bytes.len = (size_t)(end - bytes.p);
		if (rec_parse(&rec, &c->mem, bytes, &why) &&
		    rec_get_str(&rec, "text", &text)) {
			make_set(o, w, text);
			return;
		}
	}
	cli_errx(CLI_FATAL, "%s: byte %" PRIu64 ": %s: was it changed?",
	    c->part[e->part], e->offset, why);
}

/* The set of a record that stays, which lives until the next call. */
static struct cached *
kept_set(struct cluster *c, const struct opts *o, struct work *w, uint32_t kept)
{
	struct cached *at = &c->cached[kept % NCACHED];

	if (at->there && at->kept == kept)
		return at;
	read_set(c, o, w, &c->kept[kept]);
	at->set = mem_grow(at->set, w->shingler.nset + 1, sizeof(*at->set));
	memcpy(at->set, w->shingler.set, w->shingler.nset * sizeof(*at->set));
	at->nset = w->shingler.nset;
	at->kept = kept;
	at->there = true;
	return at;
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

/* Those that stay of the groups of entries e[0..n), earliest first; how many.
 */
static size_t
candidates(struct cluster *c, const struct entry *e, size_t n)
{
	size_t i, j, nfound = 0;
	uint32_t m;

	for (i = 0; i < n; i++)
		for (m = c->head[e[i].group]; m != UINT32_MAX;
		     m = c->member[m].next) {
			if (nfound == c->found_cap) {
				c->found_cap = 2 * c->found_cap + 64;
				c->found = mem_grow(
				    c->found, c->found_cap, sizeof(*c->found));
			}
			c->found[nfound++] = c->member[m].kept;
		}
	if (nfound > 1)
		qsort(c->found, nfound, sizeof(*c->found), ascending);
	for (i = j = 0; i < nfound; i++)
		if (j == 0 || c->found[i] != c->found[j - 1])
			c->found[j++] = c->found[i];
	return j;
}

static void
keep(struct cluster *c, struct work *w, const struct entry *e, size_t n)
{
	size_t i;

	if (c->nkept == c->kept_cap) {
		c->kept_cap = c->kept_cap + c->kept_cap / 2 + 1024;
		c->kept = mem_grow(c->kept, c->kept_cap, sizeof(*c->kept));
	}
	c->kept[c->nkept] = e[0];
	for (i = 0; i < n; i++) {
		if (c->size[e[i].group] == LSH_BUCKET) {
			w->lsh.nfull++;
			continue;
		}
		if (c->nmember == c->member_cap) {
			c->member_cap =
			    c->member_cap + c->member_cap / 2 + 1024;
			c->member = mem_grow(
			    c->member, c->member_cap, sizeof(*c->member));
		}
		c->member[c->nmember] =
		    (struct member){(uint32_t)c->nkept, c->head[e[i].group]};
		c->head[e[i].group] = (uint32_t)c->nmember++;
		c->size[e[i].group]++;
	}
	c->nkept++;
}

/* One record, of entries e[0..n): does it go, and for whom? */
static void
judge(struct cluster *c, const struct opts *o, struct work *w,
    const struct entry *e, size_t n)
{
	size_t i, nfound = candidates(c, e, n), nset = 0;
	const struct cached *other;
	const struct entry *kept;
	uint32_t *set = NULL;
	double jaccard;

	for (i = 0; i < nfound; i++) {
		if (set == NULL) {
			read_set(c, o, w, e);
			nset = w->shingler.nset;
			set = mem_grow(NULL, nset + 1, sizeof(*set));
			memcpy(set, w->shingler.set, nset * sizeof(*set));
		}
		other = kept_set(c, o, w, c->found[i]);
		w->lsh.ncompare++;
		jaccard = shingle_jaccard(
		    other->set, other->nset, set, nset, o->jaccard);
		if (jaccard >= o->jaccard)
			break;
	}
	free(set);
	if (i == nfound) {
		keep(c, w, e, n);
		return;
	}
	kept = &c->kept[c->found[i]];
	w->out.len = 0;
	buf_printf(&w->out, "%s\t%" PRIu64 "\t%s\t%" PRIu64 "\t",
	    c->part[e->part], e->offset, c->part[kept->part], kept->offset);
	json_put_real(&w->out, (float)jaccard);
	buf_putc(&w->out, '\n');
	if (fwrite(w->out.p, 1, w->out.len, stdout) != w->out.len)
		run_write_failed("standard output");
	run_out(1, w->out.len);
}

/* From sorted keys to the list of what goes. */
static int
cluster(const struct opts *o, struct work *w, char *const operand[])
{
	static char dash[] = "-";
	static char *const standard_input[] = {dash, NULL};
	struct cluster c = {0};
	size_t i, j;
	FILE *fp;

	w->list = mem_string(str_of(o->records));
	open_parts(&c, w->list);
	for (operand = operand[0] != NULL ? operand : standard_input;
	     *operand != NULL; operand++) {
		fp = strcmp(*operand, "-") == 0 ? stdin : fopen(*operand, "r");
		if (fp == NULL)
			cli_err(CLI_FATAL, "%s", *operand);
		read_keys(&c, fp, *operand);
		if (fp != stdin)
			fclose(fp);
	}
	c.head = mem_grow(NULL, c.ngroup + 1, sizeof(*c.head));
	memset(c.head, 0xff, (c.ngroup + 1) * sizeof(*c.head));
	c.size = mem_zeroed(c.ngroup + 1, sizeof(*c.size));
	c.cached = mem_zeroed(NCACHED, sizeof(*c.cached));
	if (c.nentry > 0)
		qsort(c.entry, c.nentry, sizeof(*c.entry), in_record_order);
	for (i = 0; i < c.nentry; i = j) {
		for (j = i + 1;
		     j < c.nentry && c.entry[j].part == c.entry[i].part &&
		     c.entry[j].offset == c.entry[i].offset;
		     j++)
			;
		judge(&c, o, w, &c.entry[i], j - i);
	}
	for (i = 0; i < NCACHED; i++)
		free(c.cached[i].set);
	for (i = 0; i < c.npart; i++)
		map_close(&c.bytes[i]);
	free(c.part);
	free(c.bytes);
	free(c.entry);
	free(c.head);
	free(c.size);
	free(c.member);
	free(c.kept);
	free(c.found);
	free(c.cached);
	arena_release(&c.mem);
	work_count(w, o);
	return run_end(stdout);
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
		if (operand[i] == NULL || seen_find(&w->seen, key, &none))
			continue;
		if (!seen_add(&w->seen, key, 0))
			out_of_memory(o, w);
		ndrop++;
	}
	if (ferror(fp))
		cli_err(CLI_FATAL, "%s", o->drop);
	fclose(fp);
	free(line);
	return ndrop;
}

static void
dedup(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w)
{
	const char *member = o->key != NULL ? o->key : "text";
	struct str text;

	if (!rec_get_str(rec, member, &text)) {
		rec_bad(in, "no string \"%s\"", member);
		return;
	}
	w->nrecord++;
	if (o->step == KEYS)
		put_keys(in, o, w, text);
	else if (o->against != NULL)
		against(in, rec, w, o, text);
	else if (o->mode == EXACT)
		exact(in, rec, o, w, text);
	else if (o->mode == PARA)
		para(rec, o, w, text);
	else
		near(in, rec, o, w, text);
}

/* Pass the record on if the list doesn't have it; whether it has. */
static bool
drop(struct rec_reader *in, struct rec *rec, struct work *w)
{
	uint32_t none;

	if (seen_find(&w->seen, place_key(w, in->file, in->offset), &none)) {
		run_drop("listed");
		return true;
	}
	rec_write(rec, stdout);
	return false;
}

static void
set_step(struct opts *o, enum step step)
{
	if (o->step != WHOLE)
		run_usage("--keys, --cluster and --drop are three steps");
	o->step = step;
}

static void
check_options(const struct opts *o, char *const operand[])
{
	size_t i;

	if (o->key != NULL && o->mode != EXACT)
		run_usage("--key is of --mode exact");
	if (o->dups.fp != NULL && (o->mode == PARA || o->step != WHOLE))
		run_usage("--dups is of a whole run of near or exact");
	if (o->step != WHOLE && (o->mode != NEAR || o->against != NULL))
		run_usage("the steps are of --mode near");
	if ((o->step == CLUSTER) != (o->records != NULL))
		run_usage("--cluster and --records go together");
	if (o->step != KEYS && o->step != DROP)
		return;
	if (operand[0] == NULL)
		run_usage("the records of a step lie in files");
	for (i = 0; operand[i] != NULL; i++)
		if (strcmp(operand[i], "-") == 0 ||
		    strpbrk(operand[i], "\t\n,") != NULL)
			run_usage("a file of a step has a name without tab, "
				  "comma and line feed");
}

enum {
	OPT_MODE = RUN_OPT_OWN,
	OPT_PRESET,
	OPT_SHINGLE,
	OPT_BANDS,
	OPT_ROWS,
	OPT_JACCARD,
	OPT_KEY,
	OPT_AGAINST,
	OPT_DUPS,
	OPT_MEMORY,
	OPT_KEYS,
	OPT_CLUSTER,
	OPT_RECORDS,
	OPT_DROP
};

static void
set_option(struct opts *o, int ch)
{
	static const char *const modes[] = {"near", "exact", "para", NULL};

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
	case OPT_KEY:
		o->key = optarg;
		break;
	case OPT_AGAINST:
		o->against = optarg;
		break;
	case OPT_DUPS:
		save_open(&o->dups, optarg);
		break;
	case OPT_MEMORY:
		o->memory = cli_bytes("--memory", optarg, 1, SIZE_MAX);
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
		run_option(ch);
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
	    {"key", required_argument, NULL, OPT_KEY},
	    {"against", required_argument, NULL, OPT_AGAINST},
	    {"dups", required_argument, NULL, OPT_DUPS},
	    {"memory", required_argument, NULL, OPT_MEMORY},
	    {"keys", no_argument, NULL, OPT_KEYS},
	    {"cluster", no_argument, NULL, OPT_CLUSTER},
	    {"records", required_argument, NULL, OPT_RECORDS},
	    {"drop", required_argument, NULL, OPT_DROP}, RUN_OPTIONS};
	struct opts o = {.shingle = 5, .bands = 14, .rows = 8, .jaccard = 0.8};
	struct work w = {0};
	struct rec_reader in;
	struct rec rec;
	size_t ndrop = 0;
	int ch, status;

	run_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, RUN_SHORT, longopts, NULL)) != -1)
		set_option(&o, ch);
	check_options(&o, argv + optind);
	work_open(&w, &o);
	if (o.step == CLUSTER) {
		status = cluster(&o, &w, argv + optind);
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
	if (ndrop > 0)
		run_lost(
		    o.drop, "%zu records of the list were not there", ndrop);
	work_count(&w, &o);
	status = rec_close(&in, stdout);
	work_release(&w);
	if (o.dups.fp != NULL)
		save_commit(&o.dups);
	return status;
}
