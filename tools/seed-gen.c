/* seed-gen - prompts for seed documents, and seeds from their answers */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "base/vocab.h"
#include "dedup/near.h"
#include "llm/answer.h"
#include "llm/mend.h"
#include "llm/seedplan.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

enum verb { PROMPT, PARSE };

static const struct tool_help help = {
    .usage =
	"usage: seed-gen prompt [-bhpvV] [--domain NAME] [--pair A B] "
	"[--none]\n"
	"           [--count N] [--language NAME] [--dims FILE] [--params "
	"FILE]\n"
	"           [--template FILE] [--rng N] [--max-bad N[%]] [--max-record "
	"SIZE]\n"
	"           [--stats FILE] [NAME ...]\n"
	"       seed-gen parse [-hpvV] [--dedup] [--rejects FILE] [--max-bad "
	"N[%]]\n"
	"           [--max-record SIZE] [--stats FILE] [file ...]\n",
    .about =
	"Seeds show what a domain is about: short documents that a language "
	"model\n"
	"writes, each from a prompt that samples who writes what to whom.\n\n"
	"prompt: one record a prompt, for llm-ask\n"
	"parse: answers to seeds\n",
    .example = "Example: forty prompts about law, and what one looks like\n"
	       "  seed-gen prompt --domain Law --count 40 >prompts.jsonl\n"
	       "  head -n 1 prompts.jsonl | jq -r .prompt\n",
    .forms =
	(const char *const[]){[PROMPT] = "prompt", [PARSE] = "parse", NULL},
    .members = TOOL_ID,
    .writes = 1 << PROMPT | 1 << PARSE};

/* What seed-gen prompt works with. */
struct prompter {
	struct seedplan plan;
	size_t seed, count;
	bool balance, verbose;
	const char *params, *template;
	char **argv;
	struct seedplan_target *target; /* (ntarget) */
	size_t ntarget;
	struct arena mem; /* of the targets */
};

static void
add_target(struct prompter *p, struct str a, struct str b /* or empty */)
{
	struct str *domain = arena_alloc(&p->mem, 2 * sizeof(*domain));

	domain[0] = a;
	domain[1] = b;
	p->target = mem_grow(p->target, p->ntarget + 1, sizeof(*p->target));
	p->target[p->ntarget++] =
	    (struct seedplan_target){domain, b.len > 0 ? 2 : 1};
}

static void
read_dims(void *context, char *path)
{
	struct seedplan *plan = context;
	struct str file;
	struct buf why = {0};

	if (!mapfile_open(&file, path))
		cli_err(CLI_FATAL, "%s", path);
	if (!seedplan_read_dims(plan, file, &why))
		cli_errx(CLI_FATAL, "%s: %.*s", path, (int)why.len, why.p);
	mapfile_close(&file);
}

static void
read_template(struct seedplan *plan, const char *path)
{
	struct str file;
	size_t i;

	if (!mapfile_open(&file, path))
		cli_err(CLI_FATAL, "%s", path);
	plan->template = arena_copy(&plan->mem, file);
	mapfile_close(&file);
	if (!seedplan_has_mark(plan, "more"))
		for (i = 0; i < plan->ndim; i++)
			if (!seedplan_has_mark(plan, plan->dim[i].name))
				cli_warnx("%s: no {%s}: prompts will differ "
					  "in it only in name",
				    path, plan->dim[i].name);
}

/*
 * Set id, domains, the values and the prompt of a record.  Values that the
 * record has are kept; the others are the chosen ones: choice[] (ndim).
 */
static void
write_prompt(struct seedplan *plan, struct rec *rec, struct str id,
    const struct seedplan_target *t, const size_t *choice)
{
	struct str *text = arena_alloc(rec->mem, plan->ndim * sizeof(*text));
	struct buf b = {0}, why = {0};
	struct seedplan_dim *dim;
	struct str given;
	size_t i;

	for (i = 0; i < plan->ndim; i++) {
		dim = &plan->dim[i];
		if (rec_get_str(rec, dim->name, &given)) {
			text[i] = seedplan_given(dim, given);
		} else {
			rec_set_str(rec, dim->name, dim->value[choice[i]].name);
			text[i] = seedplan_listed(dim, choice[i]);
		}
	}
	if (!seedplan_prompt(&b, plan, id, t, text, &why))
		cli_errx(CLI_FATAL, "template: %.*s", (int)why.len, why.p);
	rec_set_str(rec, "prompt", buf_str(&b));
	buf_release(&b);
	rec_write(rec, stdout);
}

/* The ids of a target's prompts begin with its slug, so no two may share it. */
static void
check_slugs(const struct prompter *p)
{
	struct vocab seen = {0};
	struct buf slug = {0};
	size_t i;

	for (i = 0; i < p->ntarget; i++) {
		slug.len = 0;
		seedplan_slug(&slug, &p->target[i]);
		if (vocab_add(&seen, buf_str(&slug)) != i)
			cli_errx(CLI_FATAL,
			    "\"%.*s\": two domains have this id", (int)slug.len,
			    slug.p);
	}
	buf_release(&slug);
	vocab_release(&seen);
}

/* The prompts of one target. */
static void
sample(struct prompter *p, const struct seedplan_target *t)
{
	struct seedplan *plan = &p->plan;
	size_t *choice = mem_zeroed(plan->ndim, sizeof(*choice));
	struct arena mem = {0};
	struct seedplan_walk walk;
	struct buf id = {0};
	struct rec rec;
	uint64_t n;
	size_t nslug;

	seedplan_slug(&id, t);
	nslug = id.len;
	seedplan_walk_init(&walk, plan, p->seed, buf_str(&id));
	for (n = 0; n < p->count; n++) {
		arena_clear(&mem);
		rec_init(&rec, &mem);
		id.len = nslug;
		buf_printf(&id, "-%zu-%04" PRIu64, p->seed, n + 1);
		rec_set_str(&rec, tool_id(), buf_str(&id));
		rec_set_strs(&rec, "domains", t->domain, t->ndomain);
		if (p->balance)
			seedplan_walk_at(&walk, plan, n, choice);
		else
			seedplan_draw(plan, p->seed, buf_str(&id), choice);
		write_prompt(plan, &rec, buf_str(&id), t, choice);
	}
	seedplan_walk_release(&walk, plan);
	arena_release(&mem);
	buf_release(&id);
	free(choice);
}

static void
take_params(struct prompter *p)
{
	char *const operands[] = {mem_string(str_of(p->params)), NULL};
	size_t *choice = mem_zeroed(p->plan.ndim, sizeof(*choice));
	struct seedplan_target t = {0};
	struct rec_reader in;
	struct rec rec;
	struct str id;

	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (!rec_need_str(&in, &rec, tool_id(), &id))
			continue;
		if (!rec_get_strs(&rec, "domains", &t.domain, &t.ndomain)) {
			rec_bad(&in, "no \"domains\" to write about");
		} else {
			seedplan_draw(&p->plan, p->seed, id, choice);
			write_prompt(&p->plan, &rec, id, &t, choice);
		}
	}
	free(choice);
	rec_close(&in);
	free(operands[0]);
}

/* The front of a line; it is padded as printf(3) would. */
static void
report_share(const char *name, uint64_t n, uint64_t sum)
{
	cli_show(str_of(name), stderr);
	fprintf(stderr, "%*s %8" PRIu64 " %5.1f %%  ",
	    strlen(name) < 10 ? (int)(10 - strlen(name)) : 0, "", n,
	    100.0 * (double)n / (double)sum);
}

static void
report_dim(const struct seedplan_dim *dim, bool unused)
{
	uint64_t sum = dim->nother;
	size_t i;

	for (i = 0; i < dim->nvalue; i++)
		sum += dim->value[i].n;
	if (sum == 0)
		return;
	for (i = 0; i < dim->nvalue; i++)
		if (unused || dim->value[i].n > 0) {
			report_share(dim->name, dim->value[i].n, sum);
			cli_show(dim->value[i].name, stderr);
			fputc('\n', stderr);
		}
	if (dim->nother > 0) {
		report_share(dim->name, dim->nother, sum);
		fputs("(others)\n", stderr);
	}
}

/* What sampling starts from: the operands, or all industries. */
static void
finish_targets(struct prompter *p, char *const operand[])
{
	bool given = p->params != NULL;
	const struct seedplan_dim *industry = &p->plan.industry;
	size_t i;

	for (; *operand != NULL; operand++)
		add_target(p, str_of(*operand), STR(""));
	if (given && p->ntarget > 0)
		tool_usage(
		    "--params names the domains; no others may be given");
	if (!given && p->ntarget == 0)
		for (i = 0; i < industry->nvalue; i++)
			add_target(p, industry->value[i].name, STR(""));
	check_slugs(p);
}

static void
report_plan(const struct seedplan *plan)
{
	size_t i;

	report_dim(&plan->industry, false);
	for (i = 0; i < plan->ndim; i++)
		report_dim(&plan->dim[i], true);
}

static void
take_domain(void *context, char *arg)
{
	add_target(context, str_of(arg), STR(""));
}

/* --pair A B: the second word is the next of the command line. */
static void
take_pair(void *context, char *arg)
{
	struct prompter *p = context;

	if (p->argv[optind] == NULL)
		tool_usage("--pair takes two domains");
	add_target(p, str_of(arg), str_of(p->argv[optind++]));
}

static void
take_none(void *context, char *arg)
{
	struct prompter *p = context;

	(void)arg;
	p->target = mem_grow(p->target, p->ntarget + 1, sizeof(*p->target));
	p->target[p->ntarget++] = (struct seedplan_target){NULL, 0};
}

static void
take_language(void *context, char *arg)
{
	struct buf why = {0};

	if (*arg == '\0')
		tool_usage("--language has no name");
	if (!seedplan_add_language(context, str_of(arg), &why))
		cli_errx(CLI_FATAL, "--language: %.*s", (int)why.len, why.p);
	buf_release(&why);
}

static int
prompt(struct prompter *p, char *operands[])
{
	size_t i;
	int status;

	if (p->template != NULL)
		read_template(&p->plan, p->template);
	finish_targets(p, operands);
	if (p->params != NULL)
		take_params(p);
	else
		for (i = 0; i < p->ntarget; i++)
			sample(p, &p->target[i]);
	status = tool_end(stdout);
	if (p->verbose)
		report_plan(&p->plan);
	free(p->target);
	arena_release(&p->mem);
	return status;
}

/* Why an answer is no seed: a list of reasons, borrowed from the record. */
static size_t
find_faults(const struct rec *rec, const struct str *part, struct str *reason)
{
	struct buf b = {0};
	struct str finish;
	size_t i, n = 0;

	if (rec_get_str(rec, "finish", &finish)) {
		buf_printf(
		    &b, "the answer was cut (%.*s)", (int)finish.len, finish.p);
		reason[n++] = arena_copy(rec->mem, buf_str(&b));
	}
	for (i = 0; i < ANSWER_NPART; i++) {
		if (part[i].len > 0)
			continue;
		b.len = 0;
		buf_printf(&b, "%s %s", part[i].p != NULL ? "empty" : "no",
		    answer_label[i]);
		reason[n++] = arena_copy(rec->mem, buf_str(&b));
	}
	buf_release(&b);
	return n;
}

/* The documents so far, by which repetitions are recognised. */
struct kept {
	struct near near;
	struct str *id; /* (near.lsh.sets.n) */
	size_t cap;
	struct arena mem; /* of the ids */
};

static void
kept_init(struct kept *k)
{
	/*
	 * Two documents are near each other by the same settings as in
	 * text-dedup.
	 */
	static const struct near_opts opts = {
	    .shingle = 5, .nband = 14, .nrow = 8, .least = 0.8};

	*k = (struct kept){0};
	near_init(&k->near, &opts, NULL);
}

static void
kept_release(struct kept *k)
{
	near_release(&k->near);
	free(k->id);
	arena_release(&k->mem);
}

/* Whether text is near one that was kept, whose id it gives; else keep it. */
static bool
kept_find(struct kept *k, struct str text, struct str id, struct str *twin)
{
	size_t number = k->near.lsh.sets.n, found;
	double jaccard;

	near_sign(&k->near, text);
	if (near_find(&k->near, &found, &jaccard)) {
		*twin = k->id[found];
		return true;
	}
	if (number == k->cap) {
		k->cap = 2 * k->cap + 64;
		k->id = mem_grow(k->id, k->cap, sizeof(*k->id));
	}
	k->id[number] = arena_copy(&k->mem, id);
	near_add(&k->near);
	return false;
}

/* What seed-gen parse works with. */
struct parser {
	struct rec_reader in;
	struct outfile rejects;
	bool dedup, verbose;
	size_t nmended[MEND_NKIND]; /* answers */
	const char *rejects_path;
	struct kept kept;
};

static void
reject(struct parser *p, struct rec *rec, const struct str *reason, size_t n)
{
	if (p->rejects.fp == NULL)
		return;
	rec_set_strs(rec, "reasons", reason, n);
	rec_write(rec, p->rejects.fp);
}

static void
report_faults(struct parser *p, const struct str *reason, size_t n)
{
	struct buf b = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_puts(&b, STR(", "));
		buf_puts(&b, reason[i]);
	}
	rec_bad(&p->in, "no seed: %.*s", (int)b.len, b.p);
	buf_release(&b);
}

/* Whether a document is near an earlier one; then it is dropped. */
static bool
is_twin(struct parser *p, struct rec *rec, struct str text)
{
	struct str id = STR("?"), twin, reason;
	struct buf b = {0};

	rec_get_str(rec, tool_id(), &id);
	if (!p->dedup || !kept_find(&p->kept, text, id, &twin))
		return false;
	tool_drop("near-identical");
	buf_printf(&b, "nearly %.*s", (int)twin.len, twin.p);
	reason = buf_str(&b);
	reject(p, rec, &reason, 1);
	buf_release(&b);
	return true;
}

static void
parse_record(struct parser *p, struct rec *rec)
{
	static const char *const member[ANSWER_NPART] = {
	    "topic", "premise", "author", "audience", "motive", "text"};
	struct str response, part[ANSWER_NPART], reason[ANSWER_NPART + 1];
	unsigned mended;
	size_t i, n;

	if (!rec_need_str(&p->in, rec, "response", &response))
		return;
	answer_parse(response, part, rec->mem, &mended);
	for (i = 0; i < MEND_NKIND; i++)
		p->nmended[i] += mended >> i & 1;
	n = find_faults(rec, part, reason);
	if (n > 0) {
		report_faults(p, reason, n);
		reject(p, rec, reason, n);
		return;
	}
	if (is_twin(p, rec, part[ANSWER_DOCUMENT]))
		return;
	for (i = 0; i < ANSWER_NPART; i++)
		rec_set_str(rec, member[i], part[i]);
	rec_remove(rec, "prompt");
	rec_remove(rec, "response");
	rec_write(rec, stdout);
}

/* What was mended, in how many answers, on standard error. */
static void
tell_mended(const struct parser *p)
{
	size_t i;

	for (i = 0; i < MEND_NKIND; i++)
		if (p->nmended[i] > 0)
			fprintf(stderr, "mended %s: %zu answers\n",
			    mend_name[i], p->nmended[i]);
}

static int
parse(struct parser *p, char *operands[])
{
	struct rec rec;

	if (p->rejects_path != NULL)
		outfile_open(&p->rejects, p->rejects_path);
	kept_init(&p->kept);
	rec_open(&p->in, operands);
	while (rec_read(&p->in, &rec))
		parse_record(p, &rec);
	kept_release(&p->kept);
	if (p->verbose)
		tell_mended(p);
	if (p->rejects.fp != NULL)
		outfile_commit(&p->rejects);
	rec_close(&p->in);
	return tool_end(stdout);
}

int
main(int argc, char *argv[])
{
	struct prompter asking = {.seed = 1, .count = 200, .argv = argv};
	struct parser parsing = {0};
	bool verbose = false;
	const struct option_row rows[] = {
	    {"d,domain", "NAME",
		"an industry; as an operand too (all that are known, when "
		"neither this nor --pair nor --none is given)",
		OPTION_CALL(take_domain, &asking), .again = true,
		.forms = 1 << PROMPT},
	    {"pair", "A B", "two industries in one document",
		OPTION_CALL(take_pair, &asking), .again = true,
		.forms = 1 << PROMPT},
	    {"none", NULL, "documents of no industry, the contrast to all",
		OPTION_CALL(take_none, &asking), .forms = 1 << PROMPT},
	    {"c,count", "N", "prompts for each of these (200)",
		OPTION_SIZE(&asking.count, 0, SIZE_MAX), .forms = 1 << PROMPT},
	    {"b,balance", NULL, "use all values evenly, instead of at random",
		OPTION_FLAG(&asking.balance), .forms = 1 << PROMPT},
	    {"language", "NAME",
		"have the documents written in this language, drawn if there "
		"are several",
		OPTION_CALL(take_language, &asking.plan), .again = true,
		.forms = 1 << PROMPT},
	    {"dims", "FILE",
		"JSON: {\"doc_type\":[..]} replaces the values of a dimension "
		"or adds one, {\"+doc_type\":[..]} extends",
		OPTION_CALL(read_dims, &asking.plan), .again = true,
		.forms = 1 << PROMPT},
	    {"params", "FILE", "take id, domains and values from these records",
		OPTION_STRING(&asking.params), .forms = 1 << PROMPT},
	    {"template", "FILE",
		"the text of a prompt, with {subject}, {doc_type}, ...",
		OPTION_STRING(&asking.template), .forms = 1 << PROMPT},
	    {"rng", "N", "seed of the random numbers (1)",
		OPTION_SIZE(&asking.seed, 0, SIZE_MAX), .forms = 1 << PROMPT},
	    {"v,verbose", NULL,
		"how often each value was used, or what was mended in how many "
		"answers, on standard error",
		OPTION_FLAG(&verbose)},
	    {"dedup", NULL, "drop a document that is nearly one before it",
		OPTION_FLAG(&parsing.dedup), .forms = 1 << PARSE},
	    {"rejects", "FILE", "answers that are no seeds, and the reasons",
		OPTION_STRING(&parsing.rejects_path), .forms = 1 << PARSE,
		.writes = OPTION_ALWAYS},
	    {.name = NULL}};
	char **operands;
	unsigned verb;
	int status;

	seedplan_init(&asking.plan);
	operands = tool_init(argc, argv, &help, rows, &verb);
	asking.verbose = parsing.verbose = verbose;
	status = verb == PROMPT ? prompt(&asking, operands)
				: parse(&parsing, operands);
	seedplan_release(&asking.plan);
	return status;
}
