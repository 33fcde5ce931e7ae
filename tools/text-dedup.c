/* text-dedup - drop the records whose text was there before */

#include <inttypes.h>
#include <stdlib.h>

#include "buf.h"
#include "hash.h"
#include "json.h"
#include "lsh.h"
#include "minhash.h"
#include "rec.h"
#include "run.h"
#include "save.h"
#include "seen.h"
#include "shingle.h"
#include "utf8.h"
#include "word.h"

static const char usage[] =
    "usage: text-dedup [-hpV] [--mode near|exact|para] [--preset NAME]\n"
    "                  [--shingle N] [--bands B] [--rows R] [--jaccard J]\n"
    "                  [--key MEMBER] [--against FILE,...] [--dups FILE]\n"
    "                  [--memory SIZE] [file ...]\n";

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
enum { RUN_WORDS = 13 }; /* of --against, as GPT-3 and PaLM report it */

struct opts {
	enum mode mode;
	size_t shingle, bands, rows, memory;
	double jaccard;
	const char *key, *against;
	struct save dups; /* .fp is NULL without --dups */
};

/* Names of the records that stay, for --dups. */
struct names {
	struct buf text;
	struct buf start; /* of uint64_t */
	size_t n;
};

struct work {
	struct shingler shingler;
	struct minhash minhash;
	struct lsh lsh;
	struct seen seen;
	struct names names;
	uint32_t *sig;
	uint64_t *key;
	struct buf plain, nfc, out;
	const char **file; /* of --against */
	uint64_t nbyte_in, nbyte_gone;
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

static void
add_name(struct names *names, struct str name)
{
	uint64_t start = names->text.len;

	buf_put(&names->start, &start, sizeof(start));
	buf_puts(&names->text, name);
	names->n++;
}

static struct str
get_name(const struct names *names, size_t i)
{
	const uint64_t *start = (const uint64_t *)(const void *)names->start.p;
	size_t end = i + 1 < names->n ? start[i + 1] : names->text.len;

	return (struct str){names->text.p + start[i], end - start[i]};
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
out_of_memory(const struct opts *o, size_t nrecord)
{
	cli_errx(CLI_FATAL,
	    "more than --memory %zu bytes are needed after %zu records that "
	    "stay",
	    o->memory, nrecord);
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
			    get_name(&w->names, kept), "kept", -1);
		return;
	}
	if (!seen_add(&w->seen, h, (uint32_t)w->names.n))
		out_of_memory(o, w->seen.n);
	if (o->dups.fp != NULL)
		add_name(&w->names, name_of(in, rec));
	rec_write(rec, stdout);
}

static void
near(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w, struct str text)
{
	struct shingler *s = &w->shingler;
	double jaccard;
	size_t kept;

	shingle_words(s, text);
	shingle_runs(s, o->shingle);
	shingle_set(s);
	if (s->nset == 0) { /* nothing to compare */
		run_count("without_words", 1);
		rec_write(rec, stdout);
		return;
	}
	minhash_sign(&w->minhash, w->sig, s->set, s->nset);
	minhash_bands(&w->minhash, w->key, w->sig);
	if (lsh_find(&w->lsh, w->key, s->set, s->nset, &kept, &jaccard)) {
		run_drop("near copy");
		if (o->dups.fp != NULL)
			tell_dup(o, w, name_of(in, rec),
			    get_name(&w->names, kept), "kept", jaccard);
		return;
	}
	if (!lsh_add(&w->lsh, w->key, s->set, s->nset))
		out_of_memory(o, w->lsh.nset);
	if (o->dups.fp != NULL)
		add_name(&w->names, name_of(in, rec));
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
				out_of_memory(o, w->seen.n);
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
				out_of_memory(o, w->seen.n);
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
	char *list = mem_string(str_of(o->against)), *file;
	size_t n = 0;

	for (file = strtok(list, ","); file != NULL; file = strtok(NULL, ",")) {
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
	seen_init(
	    &w->seen, o->dups.fp != NULL || o->against != NULL, o->memory);
	minhash_init(&w->minhash, o->bands, o->rows, 1);
	lsh_init(&w->lsh, o->bands, o->jaccard, o->memory);
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
	buf_release(&w->names.text);
	buf_release(&w->names.start);
	buf_release(&w->plain);
	buf_release(&w->nfc);
	buf_release(&w->out);
	free(w->sig);
	free(w->key);
	if (w->file != NULL)
		free((char *)(uintptr_t)w->file[0]);
	free(w->file);
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
	if (o->against != NULL)
		against(in, rec, w, o, text);
	else if (o->mode == EXACT)
		exact(in, rec, o, w, text);
	else if (o->mode == PARA)
		para(rec, o, w, text);
	else
		near(in, rec, o, w, text);
}

int
main(int argc, char *argv[])
{
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
		OPT_MEMORY
	};
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
	    {"memory", required_argument, NULL, OPT_MEMORY}, RUN_OPTIONS};
	static const char *const modes[] = {"near", "exact", "para", NULL};
	struct opts o = {.shingle = 5, .bands = 14, .rows = 8, .jaccard = 0.8};
	struct work w = {0};
	struct rec_reader in;
	struct rec rec;
	int ch, status;

	run_init(argc, argv, usage, help);
	while ((ch = getopt_long(argc, argv, RUN_SHORT, longopts, NULL)) != -1)
		switch (ch) {
		case OPT_MODE:
			o.mode = cli_choice("--mode", optarg, modes);
			break;
		case OPT_PRESET:
			parse_preset(&o, optarg);
			break;
		case OPT_SHINGLE:
			o.shingle = cli_size("--shingle", optarg, 1, 1000);
			break;
		case OPT_BANDS:
			o.bands = cli_size("--bands", optarg, 1, 10000);
			break;
		case OPT_ROWS:
			o.rows = cli_size("--rows", optarg, 1, 1000);
			break;
		case OPT_JACCARD:
			o.jaccard = cli_real("--jaccard", optarg, 0, 1);
			break;
		case OPT_KEY:
			o.key = optarg;
			break;
		case OPT_AGAINST:
			o.against = optarg;
			break;
		case OPT_DUPS:
			save_open(&o.dups, optarg);
			break;
		case OPT_MEMORY:
			o.memory = cli_bytes("--memory", optarg, 1, SIZE_MAX);
			break;
		default:
			run_option(ch);
		}
	if (o.key != NULL && o.mode != EXACT)
		run_usage("--key is of --mode exact");
	if (o.dups.fp != NULL && o.mode == PARA)
		run_usage("--dups is not of --mode para");
	work_open(&w, &o);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		dedup(&in, &rec, &o, &w);
	work_count(&w, &o);
	status = rec_close(&in, stdout);
	work_release(&w);
	if (o.dups.fp != NULL)
		save_commit(&o.dups);
	return status;
}
