/* domain-pick - pick the records that teach a domain, by their scores */

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapfile.h"
#include "base/mem.h"
#include "base/rng.h"
#include "mine/pick.h"
#include "mine/sites.h"
#include "mine/thresholds.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

enum form { PICK, HISTOGRAM, MERGE, HOSTS };

static const struct tool_help help = {
    .usage =
	"usage: domain-pick [--share Q] [--min-score P] [--second S] "
	"[--grey G]\n"
	"                   [--background N] [--all] [--prior MEMBER] "
	"[--prior-weight W]\n"
	"                   [--from SCORES] [--thresholds FILE] [--rng N]\n"
	"                   [--absent P] [--host-list FILE --host-score P "
	"[--host-share S]]\n"
	"                   [file ...]\n"
	"       domain-pick --histogram FILE [--share Q] [--min-score P] "
	"[--grey G]\n"
	"                   [--background N] [--prior MEMBER] "
	"[--prior-weight W]\n"
	"                   [--from SCORES] [--thresholds FILE] [--rng N] "
	"[file ...]\n"
	"       domain-pick --merge [--share Q] [--min-score P] [--grey G]\n"
	"                   [--background N] [--prior MEMBER] "
	"[--prior-weight W]\n"
	"                   [--thresholds FILE] [--rng N] [counts ...]\n"
	"       domain-pick --hosts [file ...]\n",
    .about = "Pick the records that teach a domain, by their scores.\n",
    .example = "Example:\n"
	       "  domain-pick --share 0.02 --grey 3 --background 1000 "
	       "tagged.jsonl > train.jsonl\n",
    .forms = (const char *const[]){[PICK] = "",
	[HISTOGRAM] = "--histogram",
	[MERGE] = "--merge",
	[HOSTS] = "--hosts",
	NULL},
    .members = TOOL_ID,
    .writes = 1 << PICK};

struct opts {
	struct pick_rule rule;
	const char *prior; /* member, or NULL */
	double prior_weight;
	const char *from, *histogram, *thresholds; /* files, or NULL */
	const char *host_list;			   /* likewise */
	double host_score, host_share;
	size_t rng;
	bool all;
};

struct job {
	const struct opts *o;
	struct buf rule; /* the options that all runs over parts share, JSON */
	uint64_t pass;	 /* that the thresholds have been through */
	struct pick pick;
	struct rec_reader in;

	/* --from */
	char *from_operand[2];
	struct rec_reader from;
	struct rec scored;    /* its next record */
	struct str scored_id; /* of it */
	bool scored_left;     /* whether there is one */

	struct sites sites; /* of --host-list, or for --hosts */
	uint64_t nby_host;  /* records kept by their hosts */

	/* of the record at hand */
	struct pick_score *score; /* (nscore) */
	size_t nscore, cap;
	size_t *at; /* (at_cap), by domain: where in score it may be */
	size_t at_cap;
	enum pick_verdict *verdict; /* (cap) */
	struct str *name;	    /* (cap) */
};

/* Reading scores. */

/*
 * The log-odds of a probability, kept away from 0 and 1 so that they are
 * finite.
 */
static double
odds(double p, double least)
{
	p = p < least ? least : p > 1 - least ? 1 - least : p;
	return p / (1 - p);
}

/* A score and that of the prior as one. */
static double
combine(const struct opts *o, double score, double prior)
{
	static const double least = 1e-6, least_prior = 0.01;
	double both =
	    odds(score, least) * pow(odds(prior, least_prior), o->prior_weight);

	return both / (1 + both);
}

static uint32_t
number_of(struct job *j, struct str domain)
{
	uint32_t d;

	if (!j->pick.settled)
		return pick_domain(&j->pick, domain);
	d = vocab_find(&j->pick.names, domain);
	if (d == VOCAB_NONE)
		cli_errx(CLI_FATAL,
		    "%s: does not know the domain %.*s, so it was made of "
		    "other records",
		    j->o->thresholds, (int)domain.len, domain.p);
	return d;
}

/* Note a score; of a domain that is named twice the last counts. */
static void
add_score(struct job *j, struct str domain, double x)
{
	uint32_t d = number_of(j, domain);
	size_t i;

	if (d >= j->at_cap) {
		j->at = mem_grow(j->at, 2 * (d + 16), sizeof(*j->at));
		memset(j->at + j->at_cap, 0,
		    (2 * (d + 16) - j->at_cap) * sizeof(*j->at));
		j->at_cap = 2 * (d + 16);
	}
	i = j->at[d];
	if (i >= j->nscore || j->score[i].domain != d)
		i = j->nscore++;
	if (i == j->cap) {
		j->cap = j->cap > 0 ? 2 * j->cap : 32;
		j->score = mem_grow(j->score, j->cap, sizeof(*j->score));
		j->verdict = mem_grow(j->verdict, j->cap, sizeof(*j->verdict));
		j->name = mem_grow(j->name, j->cap, sizeof(*j->name));
	}
	j->at[d] = i;
	j->score[i] = (struct pick_score){d, (float)x};
}

/*
 * The number of a member of the prior, whose members are most often in the
 * order of the scores: prior stands at the next of them.
 */
static bool
read_prior(struct json_walk *prior, struct str raw, struct str name,
    struct arena *mem, double *x)
{
	struct str key, item;

	if (json_next(prior, mem, &key, &item) && str_eq(key, name))
		return json_get_num(item, x);
	return json_member(raw, mem, name, &item) && json_get_num(item, x);
}

/*
 * The scores of the object raw, and those of the object prior where there is
 * one; false if one of them is missing, or no number.
 */
static bool
read_object(struct job *j, struct str raw, struct str prior, struct arena *mem)
{
	struct json_walk w, at_prior;
	struct str key, item;
	double x, p;

	j->nscore = 0;
	if (!json_open(&w, raw, '{') ||
	    (j->o->prior != NULL && !json_open(&at_prior, prior, '{')))
		return false;
	while (json_next(&w, mem, &key, &item)) {
		if (!json_get_num(item, &x) || !isfinite((float)x))
			return false;
		if (j->o->prior != NULL) {
			if (!read_prior(&at_prior, prior, key, mem, &p))
				return false;
			x = combine(j->o, x, p);
		}
		add_score(j, key, x);
	}
	return true;
}

/* Go on to the next record of --from. */
static void
next_scored(struct job *j)
{
	do
		j->scored_left = rec_read(&j->from, &j->scored);
	while (j->scored_left &&
	       !rec_need_str(&j->from, &j->scored, tool_id(), &j->scored_id));
}

/*
 * The record of --from that a record is joined with; NULL, after a message or a
 * count, if there is none.
 */
static const struct rec *
join(struct job *j, const struct rec *rec)
{
	struct str id;

	if (j->o->from == NULL)
		return rec;
	if (!rec_need_str(&j->in, rec, tool_id(), &id))
		return NULL;
	if (j->scored_left && str_eq(id, j->scored_id))
		return &j->scored;
	tool_drop("no scores");
	return NULL;
}

/* What is known of a record; false, after a message, if it has no scores. */
static bool
know(struct job *j, const struct rec *rec, struct pick_record *r)
{
	struct str raw, prior = STR(""), id = rec->line;
	const struct rec *scored = join(j, rec);
	struct rng rng;
	bool good;

	if (scored == NULL)
		return false;
	good = rec_get(scored, "scores", &raw) &&
	       (j->o->prior == NULL || rec_get(rec, j->o->prior, &prior)) &&
	       read_object(j, raw, prior, rec->mem);
	if (scored == &j->scored)
		next_scored(j);
	if (!good) {
		rec_bad(&j->in, j->o->prior == NULL
				    ? "no object \"scores\" of numbers"
				    : "no object \"scores\" of numbers, each "
				      "with one in the prior");
		return false;
	}
	rec_get_str(rec, tool_id(), &id);
	rng_init_id(&rng, j->o->rng, id);
	*r = (struct pick_record){
	    rec->line, rng_next(&rng), j->score, j->nscore};
	return true;
}

/* Writing records. */

static int
by_bytes(const void *pa, const void *pb)
{
	const struct str *a = pa, *b = pb;

	return str_cmp(*a, *b);
}

/* Set a member to the names of the domains of a verdict, in their order. */
static void
set_names(struct job *j, struct rec *rec, const char *member,
    const struct pick_record *r, enum pick_verdict verdict)
{
	size_t i, n = 0;

	for (i = 0; i < r->nscore; i++)
		if (j->verdict[i] == verdict)
			j->name[n++] = j->pick.names.word[r->score[i].domain];
	if (n > 1)
		qsort(j->name, n, sizeof(*j->name), by_bytes);
	rec_set_strs(rec, member, j->name, n);
}

static void
set_scores(struct job *j, struct rec *rec, const struct pick_record *r)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	size_t i;

	jw_begin_object(&w, NULL);
	for (i = 0; i < r->nscore; i++) {
		jw_key(&w, j->pick.names.word[r->score[i].domain]);
		jw_real(&w, NULL, r->score[i].score);
	}
	jw_end_object(&w);
	rec_set(rec, "scores", arena_copy(rec->mem, buf_str(&b)));
	buf_release(&b);
}

/*
 * Keep a record for domains whose thresholds it does not reach, if its host
 * allows that.  Returns whether it does for one.
 */
static bool
ask_host(struct job *j, const struct rec *rec, const struct pick_record *r)
{
	struct str url;
	bool any = false;
	size_t i;

	if (j->o->host_list == NULL || !rec_get_str(rec, "url", &url))
		return false;
	for (i = 0; i < r->nscore; i++)
		if (j->verdict[i] != PICK_KEPT &&
		    (double)r->score[i].score >= j->o->host_score &&
		    sites_take(&j->sites, url,
			j->pick.names.word[r->score[i].domain],
			j->o->host_share)) {
			j->verdict[i] = PICK_KEPT;
			any = true;
		}
	j->nby_host += any;
	return any;
}

/* Write a record if it passes; all thresholds are known. */
static void
finish(struct job *j, struct rec *rec, const struct pick_record *r)
{
	bool good = pick_judge(&j->pick, r, j->verdict);

	good |= ask_host(j, rec, r);
	if (!good && !j->o->all) {
		tool_drop("not picked");
		return;
	}
	if (j->o->prior != NULL || j->o->from != NULL)
		set_scores(j, rec, r);
	set_names(j, rec, "domains", r, PICK_KEPT);
	if (j->o->rule.grey > 0)
		set_names(j, rec, "maybe", r, PICK_GREY);
	rec_write(rec, stdout);
}

/* What the tool does in each of its forms. */

static void
run_pick(struct job *j)
{
	bool now = j->o->thresholds != NULL || !pick_needs_all(&j->o->rule);
	struct arena mem = {0};
	struct pick_record r;
	struct rec rec;
	const char *why;

	if (j->o->thresholds != NULL && (j->pass == 0 || !pick_exact(&j->pick)))
		cli_errx(CLI_FATAL,
		    "%s: not exact yet: it needs another pass of --histogram "
		    "and --merge",
		    j->o->thresholds);
	while (rec_read(&j->in, &rec))
		if (!know(j, &rec, &r))
			continue;
		else if (now)
			finish(j, &rec, &r);
		else
			pick_put(&j->pick, &r);
	if (now)
		return;
	pick_decide(&j->pick);
	while (pick_next(&j->pick, &r)) {
		if (!rec_parse(&rec, &mem, r.line, &why))
			cli_errx(
			    CLI_FATAL, "a spooled record was lost: %s", why);
		finish(j, &rec, &r);
		arena_clear(&mem);
	}
	arena_release(&mem);
}

static void
put(FILE *fp, struct buf *b, const char *name)
{
	if (b->len > 0 && fwrite(b->p, 1, b->len, fp) != b->len)
		tool_write_failed(name);
	b->len = 0;
}

/* Count a part's scores into the file of --histogram. */
static void
run_histogram(struct job *j)
{
	uint64_t *bin = mem_alloc(PICK_NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	const char *name = j->o->histogram;
	struct buf b = {0};
	struct pick_record r;
	struct outfile out;
	struct rec rec;
	size_t first, t;

	while (rec_read(&j->in, &rec))
		if (know(j, &rec, &r)) {
			r.line = STR("");
			pick_put(&j->pick, &r);
		}
	pick_tables(&j->pick);
	outfile_open(&out, name);
	thresholds_put_head(&j->pick, buf_str(&j->rule), j->pass + 1, &b);
	for (first = 0; first < j->pick.ntable; first += PICK_NCHUNK) {
		pick_count(&j->pick, first, bin);
		for (t = first; t < j->pick.ntable && t < first + PICK_NCHUNK;
		     t++) {
			thresholds_put_table(
			    &j->pick, t, bin + (t - first) * CUTOFF_NBIN, &b);
			put(out.fp, &b, name);
		}
	}
	put(out.fp, &b, name);
	outfile_commit(&out);
	buf_release(&b);
	free(bin);
}

/* Add the counts of parts; write the thresholds as far as they are known. */
static void
run_merge(struct job *j)
{
	struct thresholds_sum sum = {
	    .pick = &j->pick, .rule = buf_str(&j->rule), .pass = j->pass + 1};
	const struct rec_place *place = rec_place(&j->in);
	struct buf b = {0};
	struct rec rec;
	const char *why;

	while (rec_read(&j->in, &rec))
		if ((why = thresholds_add(&sum, &rec)) != NULL)
			cli_errx(CLI_FATAL, "%s:%" PRIu64 ": %s", place->file,
			    place->line, why);
	if ((why = thresholds_close(&sum)) != NULL)
		cli_errx(CLI_FATAL, "%s", why);
	thresholds_put(&j->pick, sum.rule, sum.pass, &b);
	tool_out(j->pick.names.nword + 2, b.len);
	put(stdout, &b, "standard output");
	buf_release(&b);
}

/* List the hosts of records, by the share of each domain. */
static void
run_hosts(struct job *j)
{
	struct str url, *domain;
	struct buf b = {0};
	struct rec rec;
	size_t n;

	while (rec_read(&j->in, &rec))
		if (!rec_need_str(&j->in, &rec, "url", &url))
			continue;
		else if (!rec_get_strs(&rec, "domains", &domain, &n))
			rec_bad(&j->in, "no array of strings \"domains\"");
		else
			sites_add(&j->sites, url, domain, n);
	sites_write(&j->sites, &b);
	tool_out(j->sites.pairs.nword, b.len);
	put(stdout, &b, "standard output");
	buf_release(&b);
}

/* Read the list of --host-list. */
static void
read_hosts(struct job *j)
{
	char *operands[] = {mem_string(str_of(j->o->host_list)), NULL};
	struct rec_reader in;
	struct rec rec;
	const char *why;

	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if ((why = sites_read(&j->sites, &rec)) != NULL)
			rec_bad(&in, "%s", why);
	rec_close(&in);
	free(operands[0]);
}

/* A number by the fewest digits that read back as it. */
static void
put_number(struct json_writer *w, const char *key, double x)
{
	char text[64];
	int digits = 1;

	do
		snprintf(text, sizeof(text), "%.*g", digits, x);
	while (strtod(text, NULL) != x && ++digits < 18);
	jw_raw(w, key, str_of(text));
}

/* The options that thresholds depend on, so that no run has others. */
static void
put_rule(struct job *j)
{
	const struct opts *o = j->o;
	const struct pick_rule *rule = &o->rule;
	struct json_writer w = {.out = &j->rule};

	jw_begin_object(&w, NULL);
	if (rule->by_share)
		put_number(&w, "share", rule->share);
	if (rule->by_score)
		put_number(&w, "min_score", rule->min_score);
	if (o->prior != NULL) {
		jw_str(&w, "prior", str_of(o->prior));
		put_number(&w, "prior_weight", o->prior_weight);
	}
	put_number(&w, "grey", rule->grey);
	jw_u64(&w, "background", rule->background);
	jw_u64(&w, "rng", o->rng);
	jw_end_object(&w);
}

static void
read_thresholds(struct job *j)
{
	const char *name = j->o->thresholds, *why;
	struct str text;

	if (!mapfile_open(&text, name))
		cli_err(CLI_FATAL, "%s", name);
	why = thresholds_get(&j->pick, text, buf_str(&j->rule), &j->pass);
	if (why != NULL)
		cli_errx(CLI_FATAL, "%s: %s", name, why);
	mapfile_close(&text);
}

static void
open_from(struct job *j)
{
	rec_open(&j->from, j->from_operand);
	rec_hide_progress(&j->from);
	next_scored(j);
}

/* The record of --from that comes next was never in the input. */
static void
close_from(struct job *j)
{
	if (j->scored_left)
		tool_lost(j->o->from,
		    "the record %.*s and what follows it are not in the input, "
		    "or in another order",
		    (int)j->scored_id.len, j->scored_id.p);
	rec_close(&j->from);
}

static void
release(struct job *j)
{
	pick_release(&j->pick);
	sites_release(&j->sites);
	buf_release(&j->rule);
	free(j->score);
	free(j->at);
	free(j->verdict);
	free(j->name);
}

static void
check(const struct opts *o, unsigned form, char *const operands[])
{
	size_t i;

	if (form == HOSTS)
		return;
	if ((o->host_list != NULL) != tool_given("host-score") ||
	    (o->host_list == NULL && tool_given("host-share")))
		tool_usage("--host-list and --host-score need each other");
	if (!o->rule.by_share && !o->rule.by_score)
		tool_usage("--share or --min-score is missing");
	if (o->all && o->rule.background > 0)
		tool_usage("--all cannot be combined with --background");
	if (tool_given("second") && tool_given("grey"))
		tool_usage("--second cannot be combined with --grey");
	if (tool_given("absent") &&
	    (o->rule.by_share || tool_given("grey") || o->thresholds != NULL))
		tool_usage("--absent cannot be combined with --share, --grey "
			   "or --thresholds");
	if (tool_given("prior-weight") && o->prior == NULL)
		tool_usage("--prior-weight needs --prior");
	if (o->from == NULL || strcmp(o->from, "-") != 0)
		return;
	for (i = 0; operands[i] != NULL && strcmp(operands[i], "-") != 0; i++)
		;
	if (i == 0 || operands[i] != NULL)
		tool_usage("--from - and the records cannot both be standard "
			   "input");
}

/* Take the options and give back the operands. */
static char **
options(struct opts *o, unsigned *form, int argc, char *argv[])
{
	enum {
		READS = 1 << PICK | 1 << HISTOGRAM,
		SELECTS = READS | 1 << MERGE
	};
	struct pick_rule *rule = &o->rule;
	const struct option_row rows[] = {
	    {"share", "Q", "keep the best share Q of all records, by domain",
		OPTION_REAL(&rule->share, 0, 1), .forms = SELECTS},
	    {"min-score", "P", "keep domains of at least this score, 0..1",
		OPTION_REAL(&rule->min_score, 0, 1), .forms = SELECTS},
	    {"second", "S",
		"of a record that is kept, also domains of at least this score",
		OPTION_REAL(&rule->second, 0, 1), .forms = 1 << PICK},
	    {"absent", "P",
		"take a domain whose kept records have a mean score below this "
		"to be absent: it keeps those of 0.9 or more",
		OPTION_REAL(&rule->absent, 0, 1), .forms = 1 << PICK},
	    {"grey", "G",
		"the next best become maybe, until both together are G times "
		"as many "
		"as those kept",
		OPTION_REAL(&rule->grey, 1, 1e9), .forms = SELECTS},
	    {"background", "N", "also N of the other records, domains []",
		OPTION_SIZE(&rule->background, 0, SIZE_MAX), .forms = SELECTS},
	    {"all", NULL, "drop no record: those not kept have domains []",
		OPTION_FLAG(&o->all), .forms = 1 << PICK},
	    {"prior", "MEMBER",
		"multiply the odds of the scores by those of the scores in "
		"MEMBER",
		OPTION_STRING(&o->prior), .forms = SELECTS},
	    {"prior-weight", "W", "... to this power (0.5)",
		OPTION_REAL(&o->prior_weight, 0, 1000), .forms = SELECTS},
	    {"from", "SCORES",
		"take the scores from these records, joined by id; in the same "
		"order, some may be missing",
		OPTION_STRING(&o->from), .forms = READS},
	    {"histogram", "FILE",
		"of a part of a corpus: only count the scores, into FILE",
		OPTION_STRING(&o->histogram), .selects = HISTOGRAM,
		.writes = OPTION_ALWAYS},
	    {"merge", NULL, "add the counts of all parts, write the thresholds",
		.selects = MERGE},
	    {"thresholds", "FILE",
		"the thresholds as far as they are known; to pick by, all of "
		"them",
		OPTION_STRING(&o->thresholds), .forms = SELECTS},
	    {"rng", "N", "seed of the random numbers (0)",
		OPTION_SIZE(&o->rng, 0, SIZE_MAX), .forms = SELECTS},
	    {"hosts", NULL,
		"list the hosts of records, by the share that is of each "
		"domain",
		.selects = HOSTS},
	    {"host-list", "FILE",
		"a list of --hosts: on those, keep what reaches --host-score, "
		"as many records at most as the list has",
		OPTION_STRING(&o->host_list), .forms = 1 << PICK},
	    {"host-score", "P", "the least score there, 0..1",
		OPTION_REAL(&o->host_score, 0, 1), .forms = 1 << PICK},
	    {"host-share", "S",
		"where at least this share is of the domain (0.5)",
		OPTION_REAL(&o->host_share, 0, 1), .forms = 1 << PICK},
	    {.name = NULL}};
	char **operands;

	*o = (struct opts){.prior_weight = 0.5, .host_share = 0.5};
	operands = tool_init(argc, argv, &help, rows, form);
	rule->by_share = tool_given("share");
	rule->by_score = tool_given("min-score");
	check(o, *form, operands);
	return operands;
}

int
main(int argc, char *argv[])
{
	struct opts o;
	struct job j = {.o = &o};
	char **operands;
	unsigned form;

	operands = options(&o, &form, argc, argv);
	pick_init(&j.pick, &o.rule);
	put_rule(&j);
	if (o.thresholds != NULL)
		read_thresholds(&j);
	rec_open(&j.in, operands);
	if (o.from != NULL) {
		j.from_operand[0] = mem_string(str_of(o.from));
		open_from(&j);
	}
	if (o.host_list != NULL)
		read_hosts(&j);
	if (form == HOSTS)
		run_hosts(&j);
	else if (form == MERGE)
		run_merge(&j);
	else if (form == HISTOGRAM)
		run_histogram(&j);
	else
		run_pick(&j);
	if (o.from != NULL)
		close_from(&j);
	if (o.host_list != NULL)
		tool_count("by_host", j.nby_host);
	if (tool_given("absent"))
		tool_count("absent", pick_nabsent(&j.pick));
	free(j.from_operand[0]);
	release(&j);
	rec_close(&j.in);
	return tool_end(stdout);
}
