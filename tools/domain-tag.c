/* domain-tag - tell the domains of records by a classifier */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mapfile.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "classify/fold.h"
#include "classify/predict.h"
#include "encode/encoder.h"
#include "encode/head.h"
#include "math/float16.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage =
	"usage: domain-tag [-hpV] --model FILE|DIR [--crosswise] [--threshold "
	"P]\n"
	"                  [--as MEMBER] [--all] [--window N] [--mean]\n"
	"                  [--template TEXT] [--precision float32|int8] [file "
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
	struct option_list models;
	const char *member; /* --as, or NULL */
	char *scores;	    /* the member of the scores */
	double threshold;   /* NAN: the model's */
	size_t window;	    /* words; 0: all at once */
	bool all, mean, crosswise;
	enum { FLOAT32, INT8 } precision;
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
	struct str line, text, id;
	float *vec; /* (dim) of struct work */
	bool good;  /* it can be judged */
};

/* A model of domain-train or fastText. */
struct judge {
	const char *path;
	struct str bytes; /* mapped */
	struct predictor predictor;
	struct encoder *encoder; /* of its folder, or NULL */
	float *x;		 /* (BATCH, dim) of the encoder */
};

struct work {
	struct head *head;   /* a model of transformers, or NULL, and then */
	struct judge *judge; /* (njudge) */
	size_t njudge;
	bool batches; /* many records are judged at once */
	size_t nlabel;
	const struct str *label; /* (nlabel) */
	struct item item[BATCH]; /* (nitem) of a head */
	size_t nitem, nheld;	 /* bytes of their texts */
	struct arena held;
	struct buf filled; /* the template for the record at hand */
	float *threshold;  /* (nlabel) */
	float *p, *best;   /* (nlabel) */
	double *sum;	   /* (nlabel): of log-odds */
	bool known;	   /* the model knows something of the record at hand */
	float *vector;	   /* (dim) of a record's vec */
	size_t dim;	   /* the most that a model wants */
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
	static const char *const precisions[] = {"float32", "int8", NULL};
	const struct option_row rows[] = {
	    {"model", "FILE|DIR",
		"the classifier: also fastText's .bin and .ftz, and a folder "
		"of transformers, or of an encoder with domains.bin; given "
		"again, all judge together",
		OPTION_LIST(&o->models)},
	    {"crosswise", NULL,
		"a record is judged by that model alone which --fold of "
		"domain-train kept from it",
		OPTION_FLAG(&o->crosswise)},
	    {"threshold", "P", "decide from this probability on (the model's)",
		OPTION_REAL(&o->threshold, -1e6, 1e6)},
	    {"as", "MEMBER",
		"set MEMBER to the best label instead, and MEMBER_scores",
		OPTION_STRING(&o->member)},
	    {"all", NULL,
		"write the scores of every label, not only of those decided "
		"for",
		OPTION_FLAG(&o->all)},
	    {"window", "N",
		"judge long texts N words at a time; the best counts",
		OPTION_SIZE(&o->window, 1, SIZE_MAX)},
	    {"mean", NULL, "the mean of the windows counts",
		OPTION_FLAG(&o->mean)},
	    {"template", "TEXT",
		"judge this, with {MEMBER} for a member and \\n for a line end",
		OPTION_STRING(&o->template)},
	    {"precision", "float32|int8",
		"int8: dense layers of an encoder's BERT in eight bits "
		"(float32)",
		OPTION_CHOICE(&o->precision, precisions)},
	    {.name = NULL}};
	char **operands;
	size_t len;

	*o = (struct opts){.threshold = NAN};
	operands = tool_init(argc, argv, &help, rows, NULL);
	if (o->models.n == 0)
		tool_usage("--model FILE|DIR is missing");
	if (o->crosswise && (o->models.n < 2 || o->models.n > FOLD_MAX))
		tool_usage("--crosswise needs the models of all folds");
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
		tool_usage("--as must be a name in UTF-8");
	len = strlen(o->member) + sizeof("_scores");
	o->scores = mem_alloc(len);
	snprintf(o->scores, len, "%s_scores", o->member);
	return operands;
}

/* The classifier in an encoder's folder; NULL: it is another folder. */
static char *
in_folder(const char *folder)
{
	struct buf path = {0};

	buf_printf(&path, "%s/domains.bin", folder);
	if (access(path.p, F_OK) == 0)
		return path.p;
	buf_release(&path);
	return NULL;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
open_head(struct work *w, const struct opts *o)
{
	if (o->models.n > 1)
		tool_usage("a folder of transformers cannot be combined with "
			   "other models");
	if (o->window > 0)
		tool_usage("--window works only with model files; a folder's "
			   "model reads the start of a text");
	w->head = head_open(o->models.item[0]);
	w->batches = true;
	w->nlabel = head_nlabel(w->head);
	w->label = head_label(w->head);
	if (head_is_regression(w->head) && isnan(o->threshold) && !o->all)
		tool_usage("the model gives numbers, not probabilities: give "
			   "--threshold, or --all to write them");
}

/* Models that judge together know the same labels. */
static void
check_labels(const struct work *w, const struct judge *j)
{
	const struct predictor *p = &j->predictor;
	size_t i;

	for (i = 0; i < p->nlabel && i < w->nlabel; i++)
		if (!str_eq(p->label[i], w->label[i]))
			break;
	if (i < p->nlabel || i < w->nlabel)
		cli_errx(CLI_FATAL, "%s: its labels differ from those of %s",
		    j->path, w->judge[0].path);
}

/* The encoder of a folder, for the classifier in it. */
static void
open_encoder(struct work *w, struct judge *j, const struct opts *o)
{
	size_t dim;

	j->encoder = encoder_open(j->path);
	dim = encoder_dim(j->encoder);
	if (dim != j->predictor.dim)
		cli_errx(CLI_FATAL,
		    "%s: domains.bin is not of vectors of the encoder's width",
		    j->path);
	if (o->precision == INT8)
		encoder_int8(j->encoder);
	j->x = mem_alloc(BATCH * dim * sizeof(*j->x));
	w->batches = true;
}

static void
open_judge(struct work *w, struct judge *j, const struct opts *o)
{
	struct predictor *p = &j->predictor;
	char *inside = is_folder(j->path) ? in_folder(j->path) : NULL;
	const char *file = inside != NULL ? inside : j->path, *why;

	if (!mapfile_open(&j->bytes, file))
		cli_err(CLI_FATAL, "%s", file);
	if (!predict_open(p, j->bytes, &why))
		cli_errx(CLI_FATAL, "%s: %s", file, why);
	if (inside != NULL)
		open_encoder(w, j, o);
	free(inside);
	if (p->dim > 0 && j->encoder == NULL &&
	    (o->window > 0 || o->template != NULL))
		tool_usage("--window and --template need a model of texts; "
			   "this is one of vectors");
	if (p->dim > 0 && o->window > 0)
		tool_usage(
		    "--window needs a model of texts; this is one of vectors");
	if (p->dim > w->dim)
		w->dim = p->dim;
}

static void
open_judges(struct work *w, const struct opts *o)
{
	size_t i;

	w->njudge = o->models.n;
	w->judge = mem_zeroed(w->njudge, sizeof(*w->judge));
	for (i = 0; i < w->njudge; i++) {
		w->judge[i].path = o->models.item[i];
		open_judge(w, &w->judge[i], o);
		if (i == 0) {
			w->nlabel = w->judge[0].predictor.nlabel;
			w->label = w->judge[0].predictor.label;
		}
		check_labels(w, &w->judge[i]);
	}
}

/*
 * The threshold of a label where no option gives one: the mean of those that
 * the models hold.
 */
static float
threshold(const struct work *w, const struct opts *o, size_t label)
{
	float sum = 0;
	size_t i;

	if (!isnan(o->threshold))
		return (float)o->threshold;
	if (w->head != NULL)
		return 0.5f;
	for (i = 0; i < w->njudge; i++)
		sum += predict_threshold(&w->judge[i].predictor, label);
	return sum / (float)w->njudge;
}

static void
work_init(struct work *w, const struct opts *o)
{
	const char *first = o->models.item[0];
	size_t i, n;
	char *inside = NULL;

	*w = (struct work){0};
	if (is_folder(first) && (inside = in_folder(first)) == NULL)
		open_head(w, o);
	else
		open_judges(w, o);
	free(inside);
	if ((w->head == NULL || !head_is_regression(w->head)) &&
	    (o->threshold < 0 || o->threshold > 1))
		tool_usage("--threshold is a probability, 0 to 1");
	n = w->nlabel;
	w->threshold = mem_zeroed(n, sizeof(*w->threshold));
	w->p = mem_zeroed(n, sizeof(*w->p));
	w->best = mem_zeroed(n, sizeof(*w->best));
	w->sum = mem_zeroed(n, sizeof(*w->sum));
	w->vector = mem_zeroed(w->dim + 1, sizeof(*w->vector));
	w->order = mem_zeroed(n, sizeof(*w->order));
	w->name = mem_zeroed(n, sizeof(*w->name));
	w->quoted = mem_zeroed(n, sizeof(*w->quoted));
	for (i = 0; i < n; i++) {
		w->quoted[i] = json_quote(&w->text, w->label[i]);
		w->threshold[i] = threshold(w, o, i);
	}
}

static void
work_release(struct work *w)
{
	size_t i;

	if (w->head != NULL)
		head_close(w->head);
	for (i = 0; i < w->njudge; i++) {
		predict_close(&w->judge[i].predictor);
		mapfile_close(&w->judge[i].bytes);
		if (w->judge[i].encoder != NULL)
			encoder_close(w->judge[i].encoder);
		free(w->judge[i].x);
	}
	free(w->judge);
	arena_release(&w->held);
	buf_release(&w->filled);
	free(w->threshold);
	free(w->p);
	free(w->best);
	free(w->sum);
	free(w->vector);
	free(w->order);
	free(w->name);
	free(w->quoted);
	arena_release(&w->text);
	buf_release(&w->json);
}

/*
 * Fill w->best with the probabilities of a text, by its windows of which the
 * model knows something, and of its vector x where the model wants one; zeros,
 * and not w->known, if nothing is known.
 */
static void
score(struct work *w, const struct opts *o, struct predictor *model,
    struct str text, const float *x)
{
	size_t i, j, n, step, nwindow = 0, nlabel = w->nlabel;

	if (!model->texts) {
		w->known = predict_score_vector(model, x, w->best);
		return;
	}
	n = predict_cut(model, text);
	if (n == 0 && model->dim > 0) {
		w->known = predict_score(model, 0, 0, x, w->best);
		return;
	}
	step = o->window > 0 && o->window < n ? o->window : n;
	memset(w->best, 0, nlabel * sizeof(*w->best));
	for (i = 0; i < n; i += step) {
		if (!predict_score(
			model, i, n - i < step ? n : i + step, x, w->p))
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

static double
log_odds(float p)
{
	/* no model is taken to be surer than this */
	static const double least = 1e-6;
	double x = (double)p;

	x = x < least ? least : x > 1 - least ? 1 - least : x;
	return log(x / (1 - x));
}

/*
 * Fill w->best with what the models say of the i-th text of a batch: the mean
 * of their log-odds, those left out that know nothing of it.  x is its vec.
 */
static void
score_by_all(struct work *w, const struct opts *o, struct str id,
    struct str text, const float *x, size_t i)
{
	size_t k, d, nsaid = 0,
		     only = o->crosswise ? fold_of(id, w->njudge) : 0;
	struct judge *j;

	memset(w->sum, 0, w->nlabel * sizeof(*w->sum));
	for (k = 0; k < w->njudge; k++) {
		if (only > 0 && k + 1 != only)
			continue;
		j = &w->judge[k];
		score(w, o, &j->predictor, text,
		    j->encoder != NULL ? j->x + i * j->predictor.dim : x);
		if (predict_odd(&j->predictor))
			cli_errx(CLI_FATAL,
			    "%s: the classifier holds an infinity or NaN",
			    j->path);
		if (w->njudge == 1 || only > 0)
			return;
		for (d = 0; w->known && d < w->nlabel; d++)
			w->sum[d] += log_odds(w->best[d]);
		nsaid += w->known;
	}
	w->known = nsaid > 0;
	for (d = 0; d < w->nlabel; d++)
		w->best[d] =
		    w->known
			? (float)(1 / (1 + exp(-w->sum[d] / (double)nsaid)))
			: 0;
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

/* Whether some model judges texts, and whether some wants a record's own vec. */
static bool
wants_text(const struct work *w)
{
	size_t i;

	for (i = 0; i < w->njudge; i++)
		if (w->judge[i].predictor.texts || w->judge[i].encoder != NULL)
			return true;
	return w->head != NULL;
}

static bool
wants_vec(const struct work *w)
{
	size_t i;

	for (i = 0; i < w->njudge; i++)
		if (w->judge[i].predictor.dim > 0 &&
		    w->judge[i].encoder == NULL)
			return true;
	return false;
}

/*
 * The id, the text and the vector (w->vector) of a record, as far as the models
 * want them; why one of them is missing, or NULL.
 */
static const char *
get_input(struct work *w, const struct opts *o, const struct rec *rec,
    struct str *id, struct str *text)
{
	struct str vec;
	const char *why;
	size_t i;

	*id = *text = STR("");
	if (wants_text(w) && (why = get_text(w, o, rec, text)) != NULL)
		return why;
	if (o->crosswise && !rec_get_str(rec, tool_id(), id))
		return rec_no_str(rec, tool_id());
	if (!wants_vec(w))
		return NULL;
	if (!rec_get_str(rec, "vec", &vec))
		return "no string \"vec\"";
	for (i = 0; i < w->njudge; i++)
		if (w->judge[i].encoder == NULL &&
		    w->judge[i].predictor.dim > 0 &&
		    w->judge[i].predictor.dim != float16_count(vec))
			break;
	if (i < w->njudge || !float16_parse(vec, w->vector, float16_count(vec)))
		return "\"vec\" is no vector of the model's width";
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

/* The vectors of the n texts of a batch, by the encoders of all folders. */
static void
embed(struct work *w, const struct str *text, size_t n)
{
	size_t i;

	for (i = 0; i < w->njudge; i++)
		if (w->judge[i].encoder != NULL)
			encoder_embed(
			    w->judge[i].encoder, text, n, w->judge[i].x);
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
	if (n > 0 && w->head != NULL)
		head_score(w->head, text, n, p, known);
	else if (n > 0)
		embed(w, text, n);
	for (i = n = 0; i < w->nitem; i++) {
		rec_parse(&rec, &mem, w->item[i].line, &why);
		if (w->item[i].good && w->head != NULL) {
			memcpy(
			    w->best, p + n * w->nlabel, w->nlabel * sizeof(*p));
			w->known = known[n];
		} else if (w->item[i].good) {
			score_by_all(
			    w, o, w->item[i].id, text[n], w->item[i].vec, n);
		}
		if (w->item[i].good) {
			n++;
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
	struct str id, text;
	const char *why;

	*item = (struct item){.line = arena_copy(&w->held, rec->line)};
	why = get_input(w, o, rec, &id, &text);
	item->good = why == NULL;
	if (why != NULL) {
		rec_bad(in, "%s", why);
	} else {
		item->text = arena_copy(&w->held, text);
		item->id = arena_copy(&w->held, id);
		item->vec =
		    arena_alloc(&w->held, (w->dim + 1) * sizeof(*item->vec));
		memcpy(item->vec, w->vector, w->dim * sizeof(*item->vec));
	}
	w->nheld += item->line.len + item->text.len;
	if (w->nitem == BATCH || w->nheld > BATCH_BYTES)
		flush_batch(w, o);
}

/* Judge and write one record by files alone. */
static void
pass_on(struct work *w, const struct opts *o, struct rec_reader *in,
    struct rec *rec)
{
	struct str id, text;
	const char *why = get_input(w, o, rec, &id, &text);

	if (why != NULL) {
		rec_bad(in, "%s", why);
	} else {
		score_by_all(w, o, id, text, w->vector, 0);
		tag(w, o, rec);
	}
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
	free(o->models.item);
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
		if (work.batches)
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
