/* seed-gen - prompts for seed documents, and seeds from their answers */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "base/rng.h"
#include "dedup/lsh.h"
#include "dedup/minhash.h"
#include "dedup/shingle.h"
#include "llm/answer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/rec.h"
#include "record/tool.h"

static const char usage_text[] =
    "usage: seed-gen prompt [-bhpvV] [--domain NAME] [--pair A B] [--count N]\n"
    "           [--dims FILE] [--params FILE] [--template FILE] [--rng N]\n"
    "           [--max-bad N[%]] [--max-record SIZE] [--stats FILE] [NAME "
    "...]\n"
    "       seed-gen parse [-hpV] [--dedup] [--rejects FILE] [--max-bad N[%]]\n"
    "           [--max-record SIZE] [--stats FILE] [file ...]\n";

static const char help_text[] =
    "Seeds show what a domain is about: short documents that a language model\n"
    "writes, each from a prompt that samples who writes what to whom.\n"
    "\n"
    "seed-gen prompt: one record a prompt, for llm-ask\n"
    "  -d, --domain NAME     an industry; as an operand too (all that are\n"
    "                        known, when neither this nor --pair is given)\n"
    "      --pair A B        two industries in one document\n"
    "  -c, --count N         prompts for each of these (200)\n"
    "  -b, --balance         use all values evenly, instead of at random\n"
    "      --dims FILE       JSON: {\"doc_type\":[..]} replaces the values of "
    "a\n"
    "                        dimension or adds one, {\"+doc_type\":[..]} "
    "extends\n"
    "      --params FILE     take id, domains and values from these records\n"
    "      --template FILE   the prompt, with {subject}, {doc_type}, ...\n"
    "      --rng N           seed of the random numbers (1)\n"
    "  -v, --verbose         how often each value was used, on standard error\n"
    "\n"
    "seed-gen parse: answers to seeds\n"
    "      --dedup           drop a document that is nearly one before it\n"
    "      --rejects FILE    answers that are no seeds, and the reasons\n"
    "\n" TOOL_HELP "\n"
    "Example: forty prompts about law, and what one looks like\n"
    "  seed-gen prompt --domain Law --count 40 >prompts.jsonl\n"
    "  head -n 1 prompts.jsonl | jq -r .prompt\n";

static const char default_template[] =
    "Write one document as it could be found on the web. Think in six steps "
    "and give the result of each.\n"
    "\n"
    "1. Pick a random topic about {subject}. This is request {id} of a long "
    "series: avoid the topics that come to mind first.\n"
    "2. Write a short premise{cap} for a document of the type \"{doc_type}\" "
    "on that topic.\n"
    "3. Describe briefly{cap} its author, who works in {field}.\n"
    "4. Describe the audience that the author has in mind.\n"
    "5. Give the author's motive{cap} for writing it. The author's demeanor: "
    "{demeanor}.\n"
    "6. Write the document itself, whole and in the author's voice, from the "
    "topic, the premise, the author, the audience and the motive. Its length: "
    "{length}.{more}\n"
    "\n"
    "Answer in these six labelled parts, each label at the start of a line, "
    "and add nothing behind the document:\n"
    "- TOPIC:\n"
    "- PREMISE:\n"
    "- AUTHOR:\n"
    "- AUDIENCE:\n"
    "- MOTIVE:\n"
    "- DOCUMENT:\n";

/* Two industries make for long answers; the paper asks for less. */
static const char pair_cap[] = " (less than 30 words)";

/* DoPAMine (arXiv 2410.00260), section 3.1. */
static const char *const industries[] = {"Media & Entertainment",
    "Financial Services", "Sports", "Public Sector", "Education", "Gaming",
    "Retail", "Software & Internet", "Travel & Hospitality", "Agriculture",
    "Utilities", "Healthcare & Life sciences", "Real Estate & Construction",
    "Manufacturing", "Telecommunications", "Automotive", "Services",
    "Consumer goods", "Transportation & Logistics", "Law", "Energy", NULL};
static const char *const doc_types[] = {"Report", "Blog post", "News article",
    "List of tweets", "Press release", "Email", "Technical report",
    "Textbook chapter", "Research paper", "Short story", "Advertisement",
    "Product proposal", "Research proposal", "Status update", "Legal brief",
    "Contract", "Memo", NULL};
static const char *const demeanors[] = {"Professional", "Angry", "Bored",
    "Informal", "Sad", "Excited", "Confident", "Exacting", "Poetic", "Pedantic",
    "Attentive to detail", NULL};
static const char *const lengths[] = {"Very long", "Long", "Short", NULL};
static const char *const length_texts[] = {"very long (more than 1,000 words)",
    "long (more than 500 words)", "short (fewer than 500 words)", NULL};

/* When documents are near each other, as text-dedup has it. */
enum { SHINGLE = 5, NBAND = 14, NROW = 8 };
static const double least_jaccard = 0.8;

struct value {
	struct str name; /* in the record */
	struct str text; /* in the prompt */
	uint64_t n;	 /* prompts that have it */
};

struct dim {
	const char *name;
	struct value *value; /* (nvalue) */
	size_t nvalue;
	uint64_t nother; /* prompts with a value that isn't listed */
};

struct plan {
	struct dim industry;
	struct dim *dim; /* (ndim), in the order of the members */
	size_t ndim;
	struct str template;
	uint64_t seed, count;
	bool balance;
	struct arena mem; /* names and texts, for the whole run */
};

/* What a prompt is about: one industry or more. */
struct target {
	struct str *domain; /* (ndomain) */
	size_t ndomain;
	struct str slug;
};

struct targets {
	struct target *target; /* (n) */
	size_t n;
	struct arena mem;
};

static void
add_target(struct targets *all, struct str a, struct str b /* or empty */)
{
	struct str *domain = arena_alloc(&all->mem, 2 * sizeof(*domain));

	domain[0] = a;
	domain[1] = b;
	all->target = mem_grow(all->target, all->n + 1, sizeof(*all->target));
	all->target[all->n++] =
	    (struct target){.domain = domain, b.len > 0 ? 2 : 1};
}

static void
add_value(const char *path, struct dim *dim, struct str name, struct str text)
{
	size_t i;

	for (i = 0; i < dim->nvalue; i++)
		if (str_eq(dim->value[i].name, name))
			cli_errx(CLI_FATAL, "%s: %s: \"%.*s\" is listed twice",
			    path, dim->name, (int)name.len, name.p);
	dim->value = mem_grow(dim->value, dim->nvalue + 1, sizeof(*dim->value));
	dim->value[dim->nvalue++] = (struct value){name, text, 0};
}

static void
add_values(
    struct dim *dim, const char *const names[], const char *const texts[])
{
	for (; *names != NULL; names++, texts++)
		add_value("", dim, str_of(*names), str_of(*texts));
}

static struct dim *
add_dim(struct plan *plan, const char *name)
{
	struct dim *dim;

	plan->dim = mem_grow(plan->dim, plan->ndim + 1, sizeof(*plan->dim));
	dim = &plan->dim[plan->ndim++];
	*dim = (struct dim){.name = name};
	return dim;
}

static struct dim *
find_dim(struct plan *plan, struct str name)
{
	size_t i;

	if (str_eq(name, str_of(plan->industry.name)))
		return &plan->industry;
	for (i = 0; i < plan->ndim; i++)
		if (str_eq(name, str_of(plan->dim[i].name)))
			return &plan->dim[i];
	return NULL;
}

static void
plan_init(struct plan *plan)
{
	*plan = (struct plan){.industry = {.name = "industry"},
	    .template = str_of(default_template),
	    .seed = 1,
	    .count = 200};
	add_values(&plan->industry, industries, industries);
	add_values(add_dim(plan, "doc_type"), doc_types, doc_types);
	add_values(add_dim(plan, "demeanor"), demeanors, demeanors);
	add_values(add_dim(plan, "length"), lengths, length_texts);
}

static void
plan_release(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->ndim; i++)
		free(plan->dim[i].value);
	free(plan->dim);
	free(plan->industry.value);
	arena_release(&plan->mem);
}

/* Members that a dimension can't be named after, and marks of the template. */
static bool
is_reserved(struct str name)
{
	static const char *const list[] = {"id", "domains", "prompt",
	    "response", "text", "topic", "premise", "author", "audience",
	    "motive", "subject", "field", "cap", "more", NULL};
	size_t i;

	for (i = 0; list[i] != NULL; i++)
		if (str_eq(name, str_of(list[i])))
			return true;
	return name.len == 0 || memchr(name.p, '}', name.len) != NULL;
}

/* ["a", "b"], or {"a": "text of a", ...} */
static void
read_values(
    const char *path, struct plan *plan, struct dim *dim, struct str list)
{
	struct json_walk w;
	struct str key, raw, text;
	bool array = json_open(&w, list, '[');

	if (!array && !json_open(&w, list, '{'))
		cli_errx(CLI_FATAL, "%s: %s: neither array nor object", path,
		    dim->name);
	while (json_next(&w, &plan->mem, &key, &raw)) {
		if (!json_get_str(raw, &plan->mem, &text))
			cli_errx(CLI_FATAL, "%s: %s: a value is no string",
			    path, dim->name);
		text = arena_copy(&plan->mem, text);
		add_value(path, dim, array ? text : arena_copy(&plan->mem, key),
		    text);
	}
	if (dim->nvalue == 0)
		cli_errx(CLI_FATAL, "%s: %s: no value", path, dim->name);
}

/* NUL-terminated, for as long as the plan. */
static const char *
kept_string(struct plan *plan, struct str s)
{
	char *p = arena_alloc(&plan->mem, s.len + 1);

	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

static void
read_dims(struct plan *plan, const char *path)
{
	struct str file, object, key, raw;
	struct json_walk w;
	struct dim *dim;
	const char *why;
	bool extend;

	if (!mapfile_open(&file, path))
		cli_err(CLI_FATAL, "%s", path);
	if (!json_valid(file, &object, &why))
		cli_errx(CLI_FATAL, "%s: %s", path, why);
	if (!json_open(&w, object, '{'))
		cli_errx(CLI_FATAL, "%s: no JSON object", path);
	while (json_next(&w, &plan->mem, &key, &raw)) {
		extend = key.len > 0 && key.p[0] == '+';
		key.p += extend;
		key.len -= extend;
		if (is_reserved(key))
			cli_errx(CLI_FATAL,
			    "%s: a dimension can't be named \"%.*s\"", path,
			    (int)key.len, key.p);
		dim = find_dim(plan, key);
		if (dim == NULL)
			dim = add_dim(plan, kept_string(plan, key));
		else if (!extend)
			dim->nvalue = 0;
		read_values(path, plan, dim, raw);
	}
	mapfile_close(&file);
}

/* "A", "A and B", "A, B and C" */
static void
put_domains(struct buf *b, const struct target *t)
{
	size_t i;

	for (i = 0; i < t->ndomain; i++) {
		if (i > 0)
			buf_puts(
			    b, i + 1 < t->ndomain ? STR(", ") : STR(" and "));
		buf_puts(b, t->domain[i]);
	}
}

static bool
template_has(struct str template, const char *name)
{
	struct buf mark = {0};
	bool found;

	buf_printf(&mark, "{%s}", name);
	found = memmem(template.p, template.len, mark.p, mark.len) != NULL;
	buf_release(&mark);
	return found;
}

/* What fills one mark of the template; false if there is none such. */
static bool
put_mark(struct buf *b, struct plan *plan, struct str mark, struct str id,
    const struct target *t, const struct str *text /* (ndim) */)
{
	size_t i;

	if (str_eq(mark, STR("id"))) {
		buf_puts(b, id);
	} else if (str_eq(mark, STR("subject"))) {
		if (t->ndomain == 1)
			buf_puts(b, STR("the industry: "));
		else
			buf_printf(b, "%zu industries: ", t->ndomain);
		put_domains(b, t);
	} else if (str_eq(mark, STR("field"))) {
		put_domains(b, t);
	} else if (str_eq(mark, STR("cap"))) {
		if (t->ndomain > 1)
			buf_puts(b, str_of(pair_cap));
	} else if (str_eq(mark, STR("more"))) {
		for (i = 0; i < plan->ndim; i++)
			if (!template_has(plan->template, plan->dim[i].name))
				buf_printf(b, " Its %s: %.*s.",
				    plan->dim[i].name, (int)text[i].len,
				    text[i].p);
	} else {
		for (i = 0; i < plan->ndim; i++)
			if (str_eq(mark, str_of(plan->dim[i].name)))
				break;
		if (i == plan->ndim)
			return false;
		buf_puts(b, text[i]);
	}
	return true;
}

/* {{ and }} are braces. */
static void
put_prompt(struct buf *b, struct plan *plan, struct str id,
    const struct target *t, const struct str *text /* (ndim) */)
{
	const char *p = plan->template.p, *end = p + plan->template.len;
	struct str mark;

	for (; p < end; p++) {
		if (p + 1 < end && (*p == '{' || *p == '}') && p[1] == *p) {
			buf_putc(b, *p++);
			continue;
		}
		if (*p != '{') {
			buf_putc(b, *p);
			continue;
		}
		for (mark = (struct str){p + 1, 0}; mark.p + mark.len < end;
		     mark.len++)
			if (mark.p[mark.len] == '}')
				break;
		if (mark.p + mark.len == end)
			cli_errx(CLI_FATAL, "template: a { is not closed");
		if (!put_mark(b, plan, mark, id, t, text))
			cli_errx(CLI_FATAL,
			    "template: nothing is called {%.*s}", (int)mark.len,
			    mark.p);
		p = mark.p + mark.len;
	}
}

static void
read_template(struct plan *plan, const char *path)
{
	struct str file;
	size_t i;

	if (!mapfile_open(&file, path))
		cli_err(CLI_FATAL, "%s", path);
	plan->template = arena_copy(&plan->mem, file);
	mapfile_close(&file);
	if (!template_has(plan->template, "more"))
		for (i = 0; i < plan->ndim; i++)
			if (!template_has(plan->template, plan->dim[i].name))
				cli_warnx("%s: no {%s}: prompts will differ "
					  "in it only in name",
				    path, plan->dim[i].name);
}

/*
 * Set id, domains, the values and the prompt of a record.  A value that the
 * record has stands; the others are those chosen: choice[] (ndim).
 */
static void
write_prompt(struct plan *plan, struct rec *rec, struct str id,
    const struct target *t, const size_t *choice)
{
	struct str *text = arena_alloc(rec->mem, plan->ndim * sizeof(*text));
	struct buf b = {0};
	struct str given;
	struct dim *dim;
	size_t i, k;

	for (i = 0; i < plan->ndim; i++) {
		dim = &plan->dim[i];
		k = choice[i];
		if (rec_get_str(rec, dim->name, &given)) {
			for (k = 0; k < dim->nvalue; k++)
				if (str_ieq(dim->value[k].name, given))
					break;
		} else {
			rec_set_str(rec, dim->name, dim->value[k].name);
		}
		if (k < dim->nvalue) {
			text[i] = dim->value[k].text;
			dim->value[k].n++;
		} else {
			text[i] = given;
			dim->nother++;
		}
	}
	for (i = 0; i < t->ndomain; i++) {
		for (k = 0; k < plan->industry.nvalue; k++)
			if (str_eq(plan->industry.value[k].name, t->domain[i]))
				break;
		if (k < plan->industry.nvalue)
			plan->industry.value[k].n++;
		else
			plan->industry.nother++;
	}
	put_prompt(&b, plan, id, t, text);
	rec_set_str(rec, "prompt", buf_str(&b));
	buf_release(&b);
	rec_write(rec, stdout);
}

static void
choose(struct plan *plan, struct str id, size_t *choice)
{
	struct rng rng;
	size_t i;

	rng_init_id(&rng, plan->seed, id);
	for (i = 0; i < plan->ndim; i++)
		choice[i] = rng_below(&rng, plan->dim[i].nvalue);
}

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	uint64_t rest;

	while (b != 0) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* An even walk over the grid of all values, its order drawn by target. */
struct walk {
	size_t **order; /* (ndim), each (nvalue): a permutation */
};

static void
walk_init(struct walk *w, struct plan *plan, struct str slug)
{
	struct rng rng;
	size_t i, j, k, nvalue;

	rng_init_id(&rng, plan->seed, slug);
	w->order = mem_zeroed(plan->ndim, sizeof(*w->order));
	for (i = 0; i < plan->ndim; i++) {
		nvalue = plan->dim[i].nvalue;
		w->order[i] = mem_zeroed(nvalue, sizeof(**w->order));
		for (j = 0; j < nvalue; j++) {
			k = rng_below(&rng, j + 1);
			w->order[i][j] = w->order[i][k];
			w->order[i][k] = j;
		}
	}
}

static void
walk_release(struct walk *w, size_t ndim)
{
	size_t i;

	for (i = 0; i < ndim; i++)
		free(w->order[i]);
	free(w->order);
}

/*
 * The n-th place of the walk.  Every dimension turns by one a step, so that its
 * values are used evenly; where the turns of the dimensions so far and of the
 * next would meet again too early, at their least common multiple, the next is
 * moved on by one.  So each cell of the grid comes once before any comes twice.
 */
static void
walk_at(
    const struct walk *w, const struct plan *plan, uint64_t n, size_t *choice)
{
	uint64_t ncell = 1, nvalue, lcm;
	size_t i;

	for (i = 0; i < plan->ndim; i++) {
		nvalue = plan->dim[i].nvalue;
		if (ncell > UINT64_MAX / nvalue / nvalue)
			nvalue = 1; /* a grid that no run comes to the end of */
		lcm = ncell / gcd(ncell, nvalue) * nvalue;
		ncell *= nvalue;
		choice[i] =
		    w->order[i][(n + n % ncell / lcm) % plan->dim[i].nvalue];
	}
}

/* "Media & Entertainment" + "Law": "media-entertainment-law" */
static struct str
make_slug(struct arena *mem, const struct target *t)
{
	struct buf b = {0};
	struct str slug;
	size_t i, j;
	unsigned c;

	for (i = 0; i < t->ndomain; i++) {
		if (b.len > 0 && b.p[b.len - 1] != '-')
			buf_putc(&b, '-');
		for (j = 0; j < t->domain[i].len; j++) {
			c = (unsigned char)t->domain[i].p[j];
			if (c - 'A' < 26u)
				c |= 0x20;
			if (c - 'a' < 26u || c - '0' < 10u || c >= 0x80)
				buf_putc(&b, (char)c);
			else if (b.len > 0 && b.p[b.len - 1] != '-')
				buf_putc(&b, '-');
		}
	}
	while (b.len > 0 && b.p[b.len - 1] == '-')
		b.len--;
	slug = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return slug;
}

static void
sample(struct plan *plan, const struct targets *all)
{
	struct target *t = all->target;
	size_t *choice = mem_zeroed(plan->ndim, sizeof(*choice));
	struct arena mem = {0};
	struct walk walk;
	struct buf id = {0};
	struct rec rec;
	uint64_t n;
	size_t i, j;

	for (i = 0; i < all->n; i++) {
		t[i].slug = make_slug(&plan->mem, &t[i]);
		for (j = 0; j < i; j++)
			if (str_eq(t[i].slug, t[j].slug))
				cli_errx(CLI_FATAL,
				    "\"%.*s\": two domains have this id",
				    (int)t[i].slug.len, t[i].slug.p);
		walk_init(&walk, plan, t[i].slug);
		for (n = 0; n < plan->count; n++) {
			arena_clear(&mem);
			rec_init(&rec, &mem);
			id.len = 0;
			buf_puts(&id, t[i].slug);
			buf_printf(
			    &id, "-%" PRIu64 "-%04" PRIu64, plan->seed, n + 1);
			rec_set_str(&rec, "id", buf_str(&id));
			rec_set_strs(
			    &rec, "domains", t[i].domain, t[i].ndomain);
			if (plan->balance)
				walk_at(&walk, plan, n, choice);
			else
				choose(plan, buf_str(&id), choice);
			write_prompt(plan, &rec, buf_str(&id), &t[i], choice);
		}
		walk_release(&walk, plan->ndim);
	}
	arena_release(&mem);
	buf_release(&id);
	free(choice);
}

static int
take_params(struct plan *plan, char *path)
{
	char *const operands[] = {path, NULL};
	size_t *choice = mem_zeroed(plan->ndim, sizeof(*choice));
	struct target t = {0};
	struct rec_reader in;
	struct rec rec;
	struct str id;

	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (!rec_get_str(&rec, "id", &id)) {
			rec_bad(&in, "no string \"id\"");
		} else if (!rec_get_strs(
			       &rec, "domains", &t.domain, &t.ndomain) ||
			   t.ndomain == 0) {
			rec_bad(&in, "no \"domains\" to write about");
		} else {
			choose(plan, id, choice);
			write_prompt(plan, &rec, id, &t, choice);
		}
	}
	free(choice);
	return rec_close(&in, stdout);
}

static void
report_dim(const struct dim *dim, bool unused)
{
	uint64_t sum = dim->nother;
	size_t i;

	for (i = 0; i < dim->nvalue; i++)
		sum += dim->value[i].n;
	if (sum == 0)
		return;
	for (i = 0; i < dim->nvalue; i++)
		if (unused || dim->value[i].n > 0)
			fprintf(stderr, "%-10s %8" PRIu64 " %5.1f %%  %.*s\n",
			    dim->name, dim->value[i].n,
			    100.0 * (double)dim->value[i].n / (double)sum,
			    (int)dim->value[i].name.len, dim->value[i].name.p);
	if (dim->nother > 0)
		fprintf(stderr, "%-10s %8" PRIu64 " %5.1f %%  (others)\n",
		    dim->name, dim->nother,
		    100.0 * (double)dim->nother / (double)sum);
}

/* What sampling starts from: the operands, or all industries. */
static void
finish_targets(struct targets *all, char *const operand[],
    const struct plan *plan, bool given)
{
	size_t i;

	for (; *operand != NULL; operand++)
		add_target(all, str_of(*operand), STR(""));
	if (given && all->n > 0)
		tool_usage("--params says the domains; none may be given");
	if (!given && all->n == 0)
		for (i = 0; i < plan->industry.nvalue; i++)
			add_target(all, plan->industry.value[i].name, STR(""));
}

static int
prompt(int argc, char *argv[])
{
	enum {
		OPT_DIMS = TOOL_OPT_OWN,
		OPT_PAIR,
		OPT_PARAMS,
		OPT_TEMPLATE,
		OPT_RNG
	};
	static const struct option longopts[] = {
	    {"domain", required_argument, NULL, 'd'},
	    {"pair", required_argument, NULL, OPT_PAIR},
	    {"count", required_argument, NULL, 'c'},
	    {"balance", no_argument, NULL, 'b'},
	    {"dims", required_argument, NULL, OPT_DIMS},
	    {"params", required_argument, NULL, OPT_PARAMS},
	    {"template", required_argument, NULL, OPT_TEMPLATE},
	    {"rng", required_argument, NULL, OPT_RNG},
	    {"verbose", no_argument, NULL, 'v'}, TOOL_OPTIONS};
	struct plan plan;
	struct targets all = {0};
	char *params = NULL;
	const char *template = NULL;
	bool verbose = false;
	size_t i;
	int ch, status;

	plan_init(&plan);
	while ((ch = getopt_long(
		    argc, argv, TOOL_SHORT "bc:d:v", longopts, NULL)) != -1)
		switch (ch) {
		case 'b':
			plan.balance = true;
			break;
		case 'c':
			plan.count = cli_u64("--count", optarg);
			break;
		case 'd':
			add_target(&all, str_of(optarg), STR(""));
			break;
		case 'v':
			verbose = true;
			break;
		case OPT_DIMS:
			read_dims(&plan, optarg);
			break;
		case OPT_PAIR:
			if (optind >= argc)
				tool_usage("--pair takes two domains");
			add_target(
			    &all, str_of(optarg), str_of(argv[optind++]));
			break;
		case OPT_PARAMS:
			params = optarg;
			break;
		case OPT_TEMPLATE:
			template = optarg;
			break;
		case OPT_RNG:
			plan.seed = cli_u64("--rng", optarg);
			break;
		default:
			tool_option(ch);
		}
	if (template != NULL)
		read_template(&plan, template);
	finish_targets(&all, argv + optind, &plan, params != NULL);
	if (params != NULL) {
		status = take_params(&plan, params);
	} else {
		sample(&plan, &all);
		status = tool_end(stdout);
	}
	if (verbose) {
		report_dim(&plan.industry, false);
		for (i = 0; i < plan.ndim; i++)
			report_dim(&plan.dim[i], true);
	}
	free(all.target);
	arena_release(&all.mem);
	plan_release(&plan);
	return status;
}

/* Why an answer is no seed: a list of reasons, lent by the record. */
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

/* The documents so far, to know one again. */
struct kept {
	struct shingler shingler;
	struct minhash minhash;
	struct lsh lsh;
	struct str *id; /* (lsh.sets.n) */
	size_t cap;
	struct arena mem; /* of the ids */
};

static void
kept_init(struct kept *k)
{
	*k = (struct kept){0};
	minhash_init(&k->minhash, NBAND, NROW, 1);
	lsh_init(&k->lsh, NBAND, least_jaccard, NULL);
}

static void
kept_release(struct kept *k)
{
	shingle_release(&k->shingler);
	minhash_release(&k->minhash);
	lsh_release(&k->lsh);
	free(k->id);
	arena_release(&k->mem);
}

/* Whether text is near one that was kept, whose id it gives; else keep it. */
static bool
kept_find(struct kept *k, struct str text, struct str id, struct str *twin)
{
	struct shingler *s = &k->shingler;
	uint32_t *sig = mem_aligned(k->minhash.nlane * sizeof(*sig));
	uint64_t key[NBAND];
	size_t set = k->lsh.sets.n;
	double jaccard;
	bool found;

	shingle_words(s, text);
	shingle_runs(s, SHINGLE);
	shingle_set(s);
	minhash_sign(&k->minhash, sig, s->set, s->nset);
	minhash_bands(&k->minhash, key, sig);
	free(sig);
	found = lsh_find(&k->lsh, key, s->set, s->nset, &set, &jaccard);
	if (found) {
		*twin = k->id[set];
		return true;
	}
	if (set == k->cap) {
		k->cap = 2 * k->cap + 64;
		k->id = mem_grow(k->id, k->cap, sizeof(*k->id));
	}
	k->id[k->lsh.sets.n] = arena_copy(&k->mem, id);
	lsh_add(&k->lsh, key, s->set, s->nset);
	return false;
}

/* What seed-gen parse works with. */
struct parser {
	struct rec_reader in;
	struct outfile rejects;
	bool dedup;
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

	rec_get_str(rec, "id", &id);
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
	size_t i, n;

	if (!rec_get_str(rec, "response", &response)) {
		rec_bad(&p->in, "no string \"response\"");
		return;
	}
	answer_parse(response, part);
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

static int
parse(int argc, char *argv[])
{
	enum { OPT_REJECTS = TOOL_OPT_OWN, OPT_DEDUP };
	static const struct option longopts[] = {
	    {"dedup", no_argument, NULL, OPT_DEDUP},
	    {"rejects", required_argument, NULL, OPT_REJECTS}, TOOL_OPTIONS};
	struct parser p = {0};
	struct rec rec;
	int ch;

	while ((ch = getopt_long(argc, argv, TOOL_SHORT, longopts, NULL)) != -1)
		switch (ch) {
		case OPT_DEDUP:
			p.dedup = true;
			break;
		case OPT_REJECTS:
			outfile_open(&p.rejects, optarg);
			break;
		default:
			tool_option(ch);
		}
	kept_init(&p.kept);
	rec_open(&p.in, argv + optind);
	while (rec_read(&p.in, &rec))
		parse_record(&p, &rec);
	kept_release(&p.kept);
	if (p.rejects.fp != NULL)
		outfile_commit(&p.rejects);
	return rec_close(&p.in, stdout);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {TOOL_OPTIONS};
	const char *command = argc > 1 ? argv[1] : "";
	int ch;

	tool_init(argc, argv, usage_text, help_text);
	optind = 2;
	if (strcmp(command, "prompt") == 0)
		return prompt(argc, argv);
	if (strcmp(command, "parse") == 0)
		return parse(argc, argv);
	optind = 1;
	while ((ch = getopt_long(argc, argv, TOOL_SHORT, longopts, NULL)) != -1)
		tool_option(ch);
	tool_usage("neither \"prompt\" nor \"parse\" was asked for");
}
