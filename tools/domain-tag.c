/* domain-tag - tell the domains of records by a classifier */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mapfile.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "classify/predict.h"
#include "encode/head.h"
#include "math/float16.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage = "usage: domain-tag [-hpV] --model FILE|DIR [--threshold P] [--as "
	     "MEMBER] [--all]\n"
	     "                  [--window N] [--mean] [--template TEXT] [file "
	     "...]\n",
    .about = "Set \"domains\" and \"scores\" of records by a classifier of "
	     "domain-train,\n"
	     "fastText or transformers.\n",
    .example = "Example:\n"
	       "  domain-tag --model domains.bin docs.jsonl > tagged.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1};

/* Records at a time, and bytes of their texts, for a head. */
enum { BATCH = 256, BATCH_BYTES = 4 << 20 };

struct opts {
	const char *model;
	const char *member; /* --as, or NULL */
	char *scores;	    /* the member of the scores */
	double threshold;   /* NAN: the model's */
	size_t window;	    /* words; 0: all at once */
	bool all, mean;
	const char *template; /* --template, or NULL */
	struct part *part;    /* (npart) of it */
	size_t npart;
};

/* A part of a template: text, then perhaps a member of the record. */
struct part {
	struct str text;
	char *member; /* or NULL */
};

/* A record that waits until many can be judged at once. */
struct item {
	struct str line, text;
	bool good; /* there is a text */
};

struct work {
	struct head *head; /* a model of transformers, or NULL, and then */
	struct str bytes;  /* of the model, mapped */
	struct predictor tagger;
	size_t nlabel;
	const struct str *label; /* (nlabel) */
	struct item item[BATCH]; /* (nitem) of a head */
	size_t nitem, nheld;	 /* bytes of their texts */
	struct arena held;
	struct buf filled; /* the template for the record at hand */
	float *threshold;  /* (nlabel) */
	float *p, *best;   /* (nlabel) */
	bool known;	   /* the model knows something of the record at hand */
	float *vector;	   /* (dim) of a model of vectors */
	uint32_t *order;   /* (nlabel): decided labels, best first */
	struct str *name;  /* (nlabel): likewise */
	struct str *quoted; /* (nlabel): as JSON strings */
	struct arena text;  /* of quoted */
	struct buf json;
};

/* One more part of the template, ended by a member, or by the template. */
static void
add_part(struct opts *o, struct buf *text, struct str member, bool is_member)
{
	o->part = mem_grow(o->part, o->npart + 1, sizeof(*o->part));
	o->part[o->npart++] =
	    (struct part){.text = str_of(mem_string(buf_str(text))),
		.member = is_member ? mem_string(member) : NULL};
	text->len = 0;
}

/* "{url}\n\n{text}": {{ and }} are braces, \n a line end. */
static void
read_template(struct opts *o)
{
	struct buf text = {0};
	const char *p, *end;
	bool any = false;

	for (p = o->template; *p != '\0'; p++)
		if (p[0] == '\\' && p[1] == 'n') {
			buf_putc(&text, '\n');
			p++;
		} else if ((p[0] == '{' || p[0] == '}') && p[1] == p[0]) {
			buf_putc(&text, *p++);
		} else if (p[0] == '{') {
			end = strchr(p, '}');
			if (end == NULL || end == p + 1)
				tool_usage("--template has no member between "
					   "{ and }");
			add_part(o, &text,
			    (struct str){p + 1, (size_t)(end - p - 1)}, true);
			any = true;
			p = end;
		} else {
			buf_putc(&text, *p);
		}
	if (!any)
		tool_usage("--template names no {MEMBER}");
	add_part(o, &text, STR(""), false);
	buf_release(&text);
}

/* Take the options and give back the operands. */
static char **
options(struct opts *o, int argc, char *argv[])
{
	const struct option_row rows[] = {
	    {"model", "FILE|DIR",
		"the classifier: also fastText's .bin and .ftz, and a folder "
		"of transformers",
		OPTION_STRING(&o->model)},
	    {"threshold", "P", "decide from this probability on (the model's)",
		OPTION_REAL(&o->threshold, -1e6, 1e6)},
	    {"as", "MEMBER",
		"set MEMBER to the best label instead, and MEMBER_scores",
		OPTION_STRING(&o->member)},
	    {"all", NULL, "scores of every label, not of those decided alone",
		OPTION_FLAG(&o->all)},
	    {"window", "N",
		"judge long texts N words at a time; the best counts",
		OPTION_SIZE(&o->window, 1, SIZE_MAX)},
	    {"mean", NULL, "the mean of the windows counts",
		OPTION_FLAG(&o->mean)},
	    {"template", "TEXT",
		"judge this, with {MEMBER} for a member and \\n for a line end",
		OPTION_STRING(&o->template)},
	    {.name = NULL}};
	char **operands;
	size_t len;

	*o = (struct opts){.threshold = NAN};
	operands = tool_init(argc, argv, &help, rows, NULL);
	if (o->model == NULL)
		tool_usage("--model FILE|DIR is missing");
	if (o->template != NULL)
		read_template(o);
	if (o->mean && o->window == 0)
		tool_usage("--mean needs --window");
	if (o->member == NULL) {
		o->scores = mem_string(STR("scores"));
		return operands;
	}
	if (*o->member == '\0' ||
	    utf8_valid(str_of(o->member)) != strlen(o->member))
		tool_usage("--as wants a name in UTF-8");
	len = strlen(o->member) + sizeof("_scores");
	o->scores = mem_alloc(len);
	snprintf(o->scores, len, "%s_scores", o->member);
	return operands;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
open_file(struct work *w, const struct opts *o)
{
	const char *why;

	if (!mapfile_open(&w->bytes, o->model))
		cli_err(CLI_FATAL, "%s", o->model);
	if (!predict_open(&w->tagger, w->bytes, &why))
		cli_errx(CLI_FATAL, "%s: %s", o->model, why);
	if (w->tagger.dim > 0 && (o->window > 0 || o->template != NULL))
		tool_usage("--window and --template are for texts, and the "
			   "model for vectors");
	w->nlabel = w->tagger.nlabel;
	w->label = w->tagger.label;
}

static void
open_head(struct work *w, const struct opts *o)
{
	if (o->window > 0)
		tool_usage("--window is for files; a folder's model reads the "
			   "start of a text");
	w->head = head_open(o->model);
	w->nlabel = head_nlabel(w->head);
	w->label = head_label(w->head);
	if (head_is_regression(w->head) && isnan(o->threshold) && !o->all)
		tool_usage("the model gives numbers, not probabilities: "
			   "--threshold says from which on, or --all writes "
			   "them");
}

static void
work_init(struct work *w, const struct opts *o)
{
	size_t i, n;

	*w = (struct work){0};
	if (is_folder(o->model))
		open_head(w, o);
	else
		open_file(w, o);
	if ((w->head == NULL || !head_is_regression(w->head)) &&
	    (o->threshold < 0 || o->threshold > 1))
		tool_usage("--threshold is a probability, 0 to 1");
	n = w->nlabel;
	w->threshold = mem_zeroed(n, sizeof(*w->threshold));
	w->p = mem_zeroed(n, sizeof(*w->p));
	w->best = mem_zeroed(n, sizeof(*w->best));
	w->vector = mem_zeroed(w->tagger.dim + 1, sizeof(*w->vector));
	w->order = mem_zeroed(n, sizeof(*w->order));
	w->name = mem_zeroed(n, sizeof(*w->name));
	w->quoted = mem_zeroed(n, sizeof(*w->quoted));
	for (i = 0; i < n; i++) {
		w->quoted[i] = json_quote(&w->text, w->label[i]);
		w->threshold[i] = !isnan(o->threshold) ? (float)o->threshold
				  : w->head != NULL
				      ? 0.5f
				      : predict_threshold(&w->tagger, i);
	}
}

static void
work_release(struct work *w)
{
	if (w->head != NULL)
		head_close(w->head);
	else
		predict_close(&w->tagger);
	arena_release(&w->held);
	buf_release(&w->filled);
	mapfile_close(&w->bytes);
	free(w->threshold);
	free(w->p);
	free(w->best);
	free(w->vector);
	free(w->order);
	free(w->name);
	free(w->quoted);
	arena_release(&w->text);
	buf_release(&w->json);
}

/*
 * Fill w->best with the probabilities of a text, by its windows of which the
 * model knows something; zeros, and not w->known, if there is none.
 */
static void
score(struct work *w, const struct opts *o, struct str text)
{
	size_t i, j, n = predict_cut(&w->tagger, text), step, nwindow = 0;
	size_t nlabel = w->nlabel;

	step = o->window > 0 && o->window < n ? o->window : n;
	memset(w->best, 0, nlabel * sizeof(*w->best));
	for (i = 0; i < n; i += step) {
		if (!predict_score(
			&w->tagger, i, n - i < step ? n : i + step, w->p))
			continue;
		nwindow++;
		for (j = 0; j < nlabel; j++)
			if (o->mean)
				w->best[j] += w->p[j];
			else if (w->p[j] > w->best[j])
				w->best[j] = w->p[j];
	}
	w->known = nwindow > 0;
	if (o->mean && w->known)
		for (j = 0; j < nlabel; j++)
			w->best[j] /= (float)nwindow;
}

/* The text of a record to judge; why there is none, or NULL. */
static const char *
get_text(struct work *w, const struct opts *o, const struct rec *rec,
    struct str *text)
{
	struct str value;
	bool any = false;
	size_t i;

	if (o->template == NULL)
		return rec_get_str(rec, tool_text(), text)
			   ? NULL
			   : rec_no_str(rec, tool_text());
	w->filled.len = 0;
	for (i = 0; i < o->npart; i++) {
		buf_puts(&w->filled, o->part[i].text);
		if (o->part[i].member != NULL &&
		    rec_get_str(rec, o->part[i].member, &value)) {
			buf_puts(&w->filled, value);
			any = true;
		}
	}
	*text = buf_str(&w->filled);
	return any ? NULL : "no string that --template names";
}

/* Fill w->best and w->known for a record; why that can't be, or NULL. */
static const char *
judge(struct work *w, const struct opts *o, const struct rec *rec)
{
	struct str text;
	const char *why;

	if (w->tagger.dim == 0) {
		if ((why = get_text(w, o, rec, &text)) == NULL)
			score(w, o, text);
		return why;
	}
	if (!rec_get_str(rec, "vec", &text))
		return "no string \"vec\"";
	if (float16_count(text) != w->tagger.dim ||
	    !float16_parse(text, w->vector, w->tagger.dim))
		return "\"vec\" is no vector of the model's width";
	w->known = predict_score_vector(&w->tagger, w->vector, w->best);
	return NULL;
}

static int
by_score(const void *a, const void *b, void *arg)
{
	const float *p = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (p[x] != p[y])
		return p[x] > p[y] ? -1 : 1;
	return (x > y) - (x < y);
}

static void
tag(struct work *w, const struct opts *o, struct rec *rec)
{
	size_t i, n = 0;
	bool good;

	w->json.len = 0;
	buf_putc(&w->json, '{');
	for (i = 0; i < w->nlabel; i++) {
		good = w->known && w->best[i] >= w->threshold[i];
		if (good)
			w->order[n++] = (uint32_t)i;
		if (!good && !o->all)
			continue;
		if (w->json.len > 1)
			buf_putc(&w->json, ',');
		buf_puts(&w->json, w->quoted[i]);
		buf_putc(&w->json, ':');
		json_put_real(&w->json, w->best[i]);
	}
	buf_putc(&w->json, '}');
	qsort_r(w->order, n, sizeof(*w->order), by_score, w->best);
	for (i = 0; i < n; i++)
		w->name[i] = w->label[w->order[i]];
	rec_set(rec, o->scores, arena_copy(rec->mem, buf_str(&w->json)));
	if (o->member == NULL)
		rec_set_strs(rec, "domains", w->name, n);
	else if (n > 0)
		rec_set_str(rec, o->member, w->name[0]);
	else
		rec_remove(rec, o->member);
}

/* Judge and write the records that wait. */
static void
flush_batch(struct work *w, const struct opts *o)
{
	struct str text[BATCH];
	bool known[BATCH];
	float *p = mem_zeroed(w->nitem * w->nlabel + 1, sizeof(*p));
	struct arena mem = {0};
	struct rec rec;
	const char *why;
	size_t i, n = 0;

	for (i = 0; i < w->nitem; i++)
		if (w->item[i].good)
			text[n++] = w->item[i].text;
	if (n > 0)
		head_score(w->head, text, n, p, known);
	for (i = n = 0; i < w->nitem; i++) {
		rec_parse(&rec, &mem, w->item[i].line, &why);
		if (w->item[i].good) {
			memcpy(
			    w->best, p + n * w->nlabel, w->nlabel * sizeof(*p));
			w->known = known[n++];
			tag(w, o, &rec);
		}
		rec_write(&rec, stdout);
		arena_clear(&mem);
	}
	w->nitem = w->nheld = 0;
	arena_clear(&w->held);
	arena_release(&mem);
	free(p);
}

/* A record joins those that wait. */
static void
hold(struct work *w, const struct opts *o, struct rec_reader *in,
    const struct rec *rec)
{
	struct item *item = &w->item[w->nitem++];
	const char *why;

	*item = (struct item){.line = arena_copy(&w->held, rec->line)};
	why = get_text(w, o, rec, &item->text);
	item->good = why == NULL;
	if (why != NULL)
		rec_bad(in, "%s", why);
	else
		item->text = arena_copy(&w->held, item->text);
	w->nheld += item->line.len + item->text.len;
	if (w->nitem == BATCH || w->nheld > BATCH_BYTES)
		flush_batch(w, o);
}

/* Judge and write one record by a file. */
static void
pass_on(struct work *w, const struct opts *o, struct rec_reader *in,
    struct rec *rec)
{
	const char *why = judge(w, o, rec);

	if (why == NULL)
		tag(w, o, rec);
	else
		rec_bad(in, "%s", why);
	if (predict_odd(&w->tagger))
		cli_errx(CLI_FATAL,
		    "%s: the classifier holds what is infinite or no number",
		    o->model);
	rec_write(rec, stdout);
}

static void
opts_release(struct opts *o)
{
	size_t i;

	for (i = 0; i < o->npart; i++) {
		free((void *)(uintptr_t)o->part[i].text.p);
		free(o->part[i].member);
	}
	free(o->part);
	free(o->scores);
}

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct work work;
	struct opts o;
	struct rec rec;
	char **operands;

	operands = options(&o, argc, argv);
	work_init(&work, &o);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		if (work.head != NULL)
			hold(&work, &o, &in, &rec);
		else
			pass_on(&work, &o, &in, &rec);
	if (work.nitem > 0)
		flush_batch(&work, &o);
	work_release(&work);
	opts_release(&o);
	rec_close(&in);
	return tool_end(stdout);
}
