/* text-filter - pass on the records whose text is that of a good page */

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "classify/predict.h"
#include "optout/optout.h"
#include "quality/badwords.h"
#include "quality/gopher.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "text/lang.h"
#include "text/line.h"

static const struct tool_help help = {
    .usage = "usage: text-filter [-hpV] [--rules LIST] [--dialect NAME] [--set "
	     "RULE=N]\n"
	     "                   [--bad-words FILE] [--lang LIST] "
	     "[--lang-model FILE]\n"
	     "                   [--min MEMBER=N] [--skip-hosts FILE] "
	     "[--robots FILE]\n"
	     "                   [--agent LIST] [--annotate] [--rejects FILE] "
	     "[file ...]\n",
    .about = "Drop the records whose text breaks a rule of quality or of "
	     "repetition.\n",
    .example = "Example:\n"
	       "  text-filter --rules gopher,fineweb --rejects bad.jsonl "
	       "docs.jsonl > good.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1};

enum { MAX_LANG = 64, MAX_MIN = 16 };

/* The least probability of a language that a model's word is taken for. */
static const float sure = 0.5f;

/* A number that a record must have: a member, or a member of a member. */
struct least {
	char *path;	 /* as it was given: "quality_scores.good" */
	char *name;	 /* "quality_scores" */
	struct str part; /* "good", or empty */
	double min;
};

struct opts {
	struct gopher_plan plan;
	struct str lang[MAX_LANG];
	size_t nlang;
	const char *lang_model; /* NULL: "lang" stands as it is */
	struct least least[MAX_MIN];
	size_t nleast;
	struct optout out; /* by "url" */
	bool annotate;
	struct outfile rejects; /* .fp is NULL without --rejects */
};

/* Memory that is used again for every record. */
struct work {
	struct gopher gopher;
	struct buf json;
	double value[GOPHER_NRULE];
	/* of --lang-model */
	struct str model; /* its bytes */
	struct predictor predictor;
	float *p; /* (nlabel) */
};

/* Take the next name off a list separated by commas. */
static bool
next_name(struct str *list, struct str *name)
{
	const char *p;

	if (list->len == 0)
		return false;
	p = memchr(list->p, ',', list->len);
	name->p = list->p;
	name->len = p != NULL ? (size_t)(p - list->p) : list->len;
	list->p += name->len + (p != NULL);
	list->len -= name->len + (p != NULL);
	return true;
}

static void
parse_rules(void *context, char *arg)
{
	struct opts *o = context;
	static const char *const choices[] = {"gopher", "c4", "fineweb", NULL};
	const bool none = strcmp(arg, "none") == 0;
	struct str list = str_of(arg), name;
	unsigned set;
	size_t i;
	char *s;

	o->plan.nset = 0;
	while (!none && next_name(&list, &name)) {
		s = mem_string(name);
		set = 1u << cli_choice("--rules", s, choices);
		free(s);
		for (i = 0; i < o->plan.nset; i++)
			if (o->plan.set[i] == set)
				tool_usage("--rules: a set is named twice");
		o->plan.set[o->plan.nset++] = set;
	}
	if (o->plan.nset == 0 && !none)
		tool_usage("--rules names no set");
}

static void
parse_set(void *context, char *arg)
{
	struct opts *o = context;
	const char *eq = strchr(arg, '=');
	size_t i;

	if (eq == NULL)
		cli_errx(CLI_FATAL, "--set %s: '=' is missing", arg);
	for (i = 0; i < GOPHER_NRULE; i++)
		if (str_eq((struct str){arg, (size_t)(eq - arg)},
			str_of(gopher_rule[i].name)))
			break;
	if (i == GOPHER_NRULE)
		cli_errx(CLI_FATAL, "--set %s: no such rule", arg);
	o->plan.limit[i] = cli_real("--set", eq + 1, 0, 1e18);
}

static void
parse_lang(void *context, char *arg)
{
	struct opts *o = context;
	struct str list = str_of(arg);

	while (o->nlang < MAX_LANG && next_name(&list, &o->lang[o->nlang]))
		o->nlang++;
	if (list.len > 0)
		cli_errx(CLI_FATAL, "--lang: more than %d languages", MAX_LANG);
}

static void
parse_min(void *context, char *arg)
{
	struct opts *o = context;
	struct least *l = &o->least[o->nleast];
	const char *eq = strrchr(arg, '='), *dot;

	if (eq == NULL || eq == arg)
		cli_errx(CLI_FATAL, "--min %s: not MEMBER=N", arg);
	if (o->nleast == MAX_MIN)
		cli_errx(CLI_FATAL, "--min: more than %d members", MAX_MIN);
	o->nleast++;
	l->min = cli_real("--min", eq + 1, -1e18, 1e18);
	l->path = mem_string((struct str){arg, (size_t)(eq - arg)});
	l->name = mem_string(str_of(l->path));
	dot = strchr(l->path, '.');
	if (dot != NULL) {
		l->name[dot - l->path] = '\0';
		l->part = str_of(dot + 1);
	}
}

/* Whether a record has the number that --min asks for, and it is enough. */
static bool
has_least(const struct rec *rec, const struct least *l)
{
	struct json_walk walk;
	struct str raw;
	double n;

	if (!rec_get(rec, l->name, &raw))
		return false;
	if (l->part.p != NULL &&
	    (!json_open(&walk, raw, '{') ||
		!json_member(raw, rec->mem, l->part, &raw)))
		return false;
	return json_get_num(raw, &n) && n >= l->min;
}

/* Whether --lang lets the language pass; "en" passes en-GB too. */
static bool
good_lang(const struct opts *o, struct str lang)
{
	struct str head;
	size_t i;

	for (i = 0; i < o->nlang; i++) {
		head = lang;
		if (head.len > o->lang[i].len &&
		    (head.p[o->lang[i].len] == '-' ||
			head.p[o->lang[i].len] == '_'))
			head.len = o->lang[i].len;
		if (str_ieq(head, o->lang[i]))
			return true;
	}
	return o->nlang == 0;
}

static bool
applies(const struct opts *o, size_t id)
{
	const struct gopher_rule *r = &gopher_rule[id];
	size_t i;

	if ((r->dialect & 1u << o->plan.dialect) == 0 || r->line ||
	    (id == GOPHER_C4_BAD_WORDS && o->plan.bad == NULL))
		return false;
	for (i = 0; i < o->plan.nset; i++)
		if (o->plan.set[i] == r->set)
			return true;
	return false;
}

/* Set "rules": shares as float32, counts as they are. */
static void
set_rules(struct rec *rec, const struct opts *o, struct work *w)
{
	struct json_writer json = {.out = &w->json};
	const char *name;
	size_t i;

	w->json.len = 0;
	jw_begin_object(&json, NULL);
	for (i = 0; i < GOPHER_NRULE; i++) {
		if (!applies(o, i))
			continue;
		name = gopher_rule[i].name;
		if (w->value[i] == floor(w->value[i]))
			jw_double(&json, name, "%.0f", w->value[i]);
		else
			jw_real(&json, name, (float)w->value[i]);
	}
	jw_end_object(&json);
	rec_set(rec, "rules", arena_copy(rec->mem, buf_str(&w->json)));
}

/*
 * What C4 leaves of a text; that of a chunk keeps the white space at its ends,
 * which stands between it and the chunks beside it.
 */
static void
set_text(struct rec *rec, struct work *w, struct str text, struct str cleaned)
{
	struct str raw, bare = line_strip(text);

	if (rec_get(rec, "chunk", &raw) && bare.len > 0) {
		w->json.len = 0;
		buf_put(&w->json, text.p, (size_t)(bare.p - text.p));
		buf_puts(&w->json, cleaned);
		buf_puts(&w->json,
		    (struct str){bare.p + bare.len,
			(size_t)(text.p + text.len - bare.p - bare.len)});
		cleaned = buf_str(&w->json);
	}
	if (!str_eq(text, cleaned))
		rec_set_str(rec, tool_text(), cleaned);
}

/* The list of --bad-words, which C4's rules must be there for. */
static void
open_bad_words(struct gopher_plan *plan, const char *file)
{
	struct str list;
	size_t i;

	for (i = 0; i < plan->nset && plan->set[i] != GOPHER_C4; i++)
		;
	if (i == plan->nset)
		tool_usage("--bad-words needs --rules c4");
	if (!mapfile_open(&list, file))
		cli_err(CLI_FATAL, "%s", file);
	plan->bad = badwords_new(list);
	mapfile_close(&list);
}

static void
open_model(struct work *w, const char *file)
{
	const char *why;

	if (!mapfile_open(&w->model, file))
		cli_err(CLI_FATAL, "%s", file);
	if (!predict_open(&w->predictor, w->model, &why))
		cli_errx(CLI_FATAL, "%s: %s", file, why);
	if (w->predictor.dim > 0)
		cli_errx(CLI_FATAL,
		    "%s: a model of vectors cannot tell the language of texts",
		    file);
	w->p = mem_zeroed(w->predictor.nlabel, sizeof(*w->p));
}

/*
 * Set "lang" to what the model makes of a text, if it is sure: its label as far
 * as that is a code ("eng_Latn"), of two letters where there is one.
 */
static void
set_lang(struct rec *rec, struct work *w, struct str text)
{
	size_t n = predict_cut(&w->predictor, text), best = 0, i;
	struct str label;

	if (n == 0 || !predict_score(&w->predictor, 0, n, NULL, w->p))
		return;
	for (i = 1; i < w->predictor.nlabel; i++)
		if (w->p[i] > w->p[best])
			best = i;
	if (w->p[best] < sure)
		return;
	label = w->predictor.label[best];
	for (i = 0; i < label.len && label.p[i] != '_' && label.p[i] != '-';)
		i++;
	rec_set_str(rec, "lang", lang_two((struct str){label.p, i}));
}

static void
filter(struct rec_reader *in, struct rec *rec, const struct opts *o,
    struct work *w)
{
	struct str text, lang = {"", 0}, cleaned, url,
			 reason[2 + MAX_MIN + GOPHER_NRULE];
	const char *out = NULL;
	size_t i, ngone, nreason = 0;

	if (!rec_need_str(in, rec, tool_text(), &text))
		return;
	if (text.len > UINT32_MAX) {
		rec_bad(in, "text of 4 GiB or more");
		return;
	}
	if (o->lang_model != NULL)
		set_lang(rec, w, text);
	rec_get_str(rec, "lang", &lang);
	if (rec_get_str(rec, "url", &url))
		out = optout_why(&o->out, url);
	if (out != NULL)
		reason[nreason++] = str_of(out);
	if (!good_lang(o, lang))
		reason[nreason++] = STR("lang");
	for (i = 0; i < o->nleast; i++)
		if (!has_least(rec, &o->least[i]))
			reason[nreason++] = str_of(o->least[i].path);
	cleaned =
	    gopher_measure(&w->gopher, &o->plan, text, lang, w->value, &ngone);
	if (ngone > 0)
		tool_count("c4_lines_dropped", ngone);
	for (i = 0; i < GOPHER_NRULE; i++)
		if (applies(o, i) &&
		    !gopher_good(i, w->value[i], o->plan.limit[i]))
			reason[nreason++] = str_of(gopher_rule[i].name);
	if (o->annotate || (nreason > 0 && o->rejects.fp != NULL))
		set_rules(rec, o, w);
	if (nreason == 0) {
		set_text(rec, w, text, cleaned);
		rec_write(rec, stdout);
		return;
	}
	tool_drop(reason[0].p);
	if (o->rejects.fp != NULL) {
		rec_set_strs(rec, "reasons", reason, nreason);
		rec_write(rec, o->rejects.fp);
	}
}

/* Free what options and records have taken. */
static void
release(struct opts *o, struct work *w)
{
	size_t i;

	if (o->lang_model != NULL) {
		predict_close(&w->predictor);
		mapfile_close(&w->model);
		free(w->p);
	}
	for (i = 0; i < o->nleast; i++) {
		free(o->least[i].name);
		free(o->least[i].path);
	}
	optout_release(&o->out);
	badwords_free(o->plan.bad);
	gopher_release(&w->gopher);
	buf_release(&w->json);
}

int
main(int argc, char *argv[])
{
	static const char *const dialects[] = {"gopher", "datatrove", NULL};
	struct opts o = {.plan = {.set = {GOPHER_RULES}, .nset = 1}};
	const char *rejects = NULL, *bad_words = NULL;
	const struct option_row rows[] = {
	    {"rules", "LIST",
		"gopher, c4, fineweb; in this order (gopher); or none",
		OPTION_CALL(parse_rules, &o)},
	    {"dialect", "NAME",
		"count as the Gopher paper does (gopher), or as datatrove",
		OPTION_CHOICE(&o.plan.dialect, dialects)},
	    {"set", "RULE=N", "another limit for a rule; see text-filter(1)",
		OPTION_CALL(parse_set, &o), .again = true},
	    {"bad-words", "FILE",
		"c4 drops what has a word of this list, a line each",
		OPTION_STRING(&bad_words)},
	    {"lang", "LIST", "keep records of these languages alone, as en,de",
		OPTION_CALL(parse_lang, &o), .again = true},
	    {"lang-model", "FILE",
		"set \"lang\" by a model of fastText's, where it is sure",
		OPTION_STRING(&o.lang_model)},
	    {"min", "MEMBER=N",
		"drop records of which this number is less, or not there: "
		"scores.Law=0.5",
		OPTION_CALL(parse_min, &o), .again = true},
	    {"skip-hosts", "FILE",
		"drop what a file of domains and URL prefixes names",
		OPTION_LIST(&o.out.host_files)},
	    {"robots", "FILE",
		"drop what the robots.txt files in it forbid; records with "
		"url, status, text",
		OPTION_LIST(&o.out.robots_files)},
	    {"agent", "LIST",
		"whom they must allow, as CCBot,GPTBot; those of language "
		"models by default",
		OPTION_STRING(&o.out.agents)},
	    {"annotate", NULL, "set \"rules\" to the figure of every rule",
		OPTION_FLAG(&o.annotate)},
	    {"rejects", "FILE",
		"write what is dropped, with \"rules\" and \"reasons\"",
		OPTION_STRING(&rejects), .writes = OPTION_ALWAYS},
	    {.name = NULL}};
	struct work w = {0};
	struct rec_reader in;
	struct rec rec;
	char **operands;
	size_t i;
	int status;

	for (i = 0; i < GOPHER_NRULE; i++)
		o.plan.limit[i] = gopher_rule[i].limit;
	operands = tool_init(argc, argv, &help, rows, NULL);
	if (o.lang_model != NULL)
		open_model(&w, o.lang_model);
	optout_load(&o.out);
	if (bad_words != NULL)
		open_bad_words(&o.plan, bad_words);
	if (rejects != NULL)
		outfile_open(&o.rejects, rejects);
	o.plan.decide = !o.annotate && rejects == NULL;
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		filter(&in, &rec, &o, &w);
	release(&o, &w);
	rec_close(&in);
	status = tool_end(stdout);
	if (o.rejects.fp != NULL)
		outfile_commit(&o.rejects);
	return status;
}
