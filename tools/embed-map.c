/* embed-map - a map of records by their vectors (UMAP) */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vocab.h"
#include "encode/window.h"
#include "map/layout.h"
#include "map/neighbours.h"
#include "map/picture.h"
#include "math/float16.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"
#include "spill/later.h"

enum {
	BATCH = 256,   /* records that are placed at a time */
	SMALL = 10000, /* records, up to which there are more epochs */
	NEPOCH_SMALL = 500,
	NEPOCH = 200
};

enum form { SVG, JSON };

static const struct tool_help help = {
    .usage =
	"usage: embed-map [--by MEMBER] [--neighbours K] [--min-dist D]\n"
	"                 [--epochs N] [--sample N] [--title TEXT] [--rng N]\n"
	"                 [-o FILE] [file ...]\n"
	"       embed-map --json [--by MEMBER] [--neighbours K] [--min-dist "
	"D]\n"
	"                 [--epochs N] [--sample N] [--title TEXT] [--rng N]\n"
	"                 [-o FILE] [file ...]\n",
    .about = "Draw records that have \"vec\" as a map, an SVG: those that are "
	     "alike are near\nto each other (UMAP), and coloured by their "
	     "domains.\n",
    .example = "Example:\n"
	       "  embed-score --model MODEL --vec docs.jsonl | "
	       "embed-map > map.svg\n",
    .forms = (const char *const[]){[SVG] = "", [JSON] = "--json", NULL},
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1 << JSON};

struct opts {
	const char *by, *title, *output; /* output: NULL is standard output */
	size_t neighbours, epochs, sample, rng;
	double min_dist;
	bool json;
};

/* A point of the map, and the record it stands for. */
struct place {
	uint64_t number; /* of the record, in input order */
	uint32_t point;	 /* a row of x and y */
};

struct job {
	const struct opts *o;
	struct rec_reader in;
	size_t dim;	  /* of the vectors; 0 before the first */
	struct later all; /* the records that may be needed again */
	uint64_t total;	  /* records that have a direction */
	uint64_t *least;  /* (nleast): a heap of the least ranks, worst first */
	size_t nleast;

	/* of those that the map is made of */
	float *x;	     /* (n, dim) */
	float *y;	     /* (n, 2) */
	struct place *place; /* (n), by number */
	size_t n, cap;
	struct picture_point *point; /* (n), of an SVG */
	struct vocab label;
	struct arena titles;
};

/* Which records the map is made of. */

/*
 * Whether a record of this rank may be one of the sample: note it, and forget
 * the worst of them where there are enough.
 */
static bool
among_least(struct job *j, uint64_t rank)
{
	uint64_t *heap = j->least;
	size_t i, child;

	if (j->nleast < j->o->sample) {
		if ((j->nleast & (j->nleast - 1)) == 0)
			heap = j->least =
			    mem_grow(heap, 2 * j->nleast + 1, sizeof(*heap));
		for (i = j->nleast++; i > 0 && heap[(i - 1) / 2] < rank;
		     i = (i - 1) / 2)
			heap[i] = heap[(i - 1) / 2];
		heap[i] = rank;
		return true;
	}
	if (rank >= heap[0])
		return false;
	for (i = 0; (child = 2 * i + 1) < j->nleast; i = child) {
		child += child + 1 < j->nleast && heap[child + 1] > heap[child];
		if (heap[child] <= rank)
			break;
		heap[i] = heap[child];
	}
	heap[i] = rank;
	return true;
}

static bool
is_zero(const float *x, size_t n)
{
	size_t i;

	for (i = 0; i < n && x[i] == 0; i++)
		;
	return i == n;
}

/* Read the vector of a record into x, which has room for it. */
static bool
read_vector(struct job *j, const struct rec *rec, float **x)
{
	struct str vec;

	if (!rec_need_str(&j->in, rec, "vec", &vec))
		return false;
	if (j->dim == 0) {
		j->dim = float16_count(vec);
		*x = mem_alloc((j->dim + 1) * sizeof(**x));
	}
	return window_vec(&j->in, vec, 1, j->dim, *x);
}

/* Keep what will be wanted: of an SVG the sample, else all records. */
static void
read_records(struct job *j)
{
	float *x = NULL;
	struct rec rec;
	struct str id;
	struct rng rng;
	uint64_t rank;

	while (rec_read(&j->in, &rec)) {
		if (!read_vector(j, &rec, &x))
			continue;
		id = rec.line;
		rec_get_str(&rec, tool_id(), &id);
		rng_init_id(&rng, j->o->rng, id);
		rank = rng_next(&rng) >> 1;
		if (is_zero(x, j->dim))
			rank = UINT64_MAX;
		else
			j->total++;
		if ((rank != UINT64_MAX && among_least(j, rank)) || j->o->json)
			later_put(&j->all, &rec, rank);
		if (rank == UINT64_MAX)
			tool_count("no_direction", 1);
	}
	free(x);
}

/*
 * What a point is called in the picture: its title, else its URL, its text or
 * its id.
 */
static struct str
title_of(const struct rec *rec)
{
	struct str title = STR("");

	(void)(rec_get_str(rec, "title", &title) && title.len > 0);
	if (title.len == 0)
		rec_get_str(rec, "url", &title);
	if (title.len == 0)
		rec_get_str(rec, tool_text(), &title);
	if (title.len == 0)
		rec_get_str(rec, tool_id(), &title);
	if (title.len > 500)
		title.len = 500;
	return title;
}

static void
describe(struct job *j, const struct rec *rec, struct picture_point *point)
{
	struct str *label = NULL, one;
	size_t nlabel = 0;

	*point = (struct picture_point){.label = PICTURE_NONE};
	if (rec_get_str(rec, j->o->by, &one)) {
		label = &one;
		nlabel = 1;
	} else {
		rec_get_strs(rec, j->o->by, &label, &nlabel);
	}
	if (nlabel > 0)
		point->label = vocab_add(&j->label, label[0]);
	point->nlabel = (uint32_t)nlabel;
	point->title = arena_copy(&j->titles, title_of(rec));
}

static int
by_number(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	return a->number < b->number ? -1 : a->number > b->number;
}

/* Take the records of the least ranks from those that were kept. */
static void
take_sample(struct job *j)
{
	size_t n = j->total < j->o->sample ? j->total : j->o->sample;
	uint64_t number;
	struct rec rec;
	struct str vec;

	j->x = mem_huge((n * j->dim + 1) * sizeof(*j->x));
	j->y = mem_alloc((2 * n + 1) * sizeof(*j->y));
	j->place = mem_alloc((n + 1) * sizeof(*j->place));
	j->point = mem_alloc((n + 1) * sizeof(*j->point));
	for (j->n = 0; j->n < n && later_ranked(&j->all, &rec, &number);
	     j->n++) {
		rec_get_str(&rec, "vec", &vec);
		float16_parse(vec, j->x + j->n * j->dim, j->dim);
		j->place[j->n] = (struct place){number, (uint32_t)j->n};
		describe(j, &rec, j->point + j->n);
	}
	qsort(j->place, j->n, sizeof(*j->place), by_number);
}

/* Compute the map of the sample (UMAP). */
static void
lay_out(struct job *j)
{
	/* The point itself counts as one of K. */
	size_t k = j->o->neighbours - 1 < j->n ? j->o->neighbours - 1
		   : j->n > 0		       ? j->n - 1
					       : 0;
	struct layout_options o = {.nepoch = j->o->epochs,
	    .min_dist = j->o->min_dist,
	    .rng = j->o->rng};
	struct neighbour *near = mem_alloc((j->n * k + 1) * sizeof(*near));
	struct neighbour_graph g;
	size_t i;

	if (o.nepoch == 0)
		o.nepoch = j->n <= SMALL ? NEPOCH_SMALL : NEPOCH;
	neighbours_find(j->x, j->n, j->x, j->n, j->dim, k, true, near);
	for (i = 0; i < j->n; i++)
		neighbours_weigh(near + i * k, k);
	neighbours_graph(&g, near, j->n, k);
	free(near);
	layout_start(&g, j->x, j->dim, j->o->rng, j->y);
	layout_optimise(&g, &o, j->y);
	neighbours_release(&g);
}

static void
draw(struct job *j)
{
	struct picture p = {.title = str_of(j->o->title),
	    .point = j->point,
	    .npoint = j->n,
	    .label = j->label.word,
	    .nlabel = j->label.nword,
	    .total = j->total};
	struct buf svg = {0};
	struct outfile out;
	size_t i;

	for (i = 0; i < j->n; i++) {
		j->point[i].x = j->y[2 * i];
		j->point[i].y = j->y[2 * i + 1];
	}
	picture_draw(&p, &svg);
	if (j->o->output != NULL) {
		outfile_open(&out, j->o->output);
		if (fwrite(svg.p, 1, svg.len, out.fp) != svg.len)
			tool_write_failed(j->o->output);
		outfile_commit(&out);
	} else {
		tool_out(0, svg.len);
		if (fwrite(svg.p, 1, svg.len, stdout) != svg.len)
			tool_write_failed("standard output");
	}
	buf_release(&svg);
}

/* Coordinates as members of the records. */

struct batch {
	struct str line[BATCH];
	float y[BATCH][2];	/* NAN: it has no direction */
	size_t to_place[BATCH]; /* (nplace): items that are in no sample */
	float *x;		/* (nplace of BATCH, dim) */
	size_t n, nplace;
	struct arena mem;
};

/* Place records where their nearest neighbours in the sample are, on average. */
static void
place_others(struct job *j, struct batch *b)
{
	size_t k = j->o->neighbours < j->n ? j->o->neighbours : j->n, i, e;
	struct neighbour *near = mem_alloc((BATCH * k + 1) * sizeof(*near));
	const struct neighbour *at;
	double x, y, sum;

	neighbours_find(j->x, j->n, b->x, b->nplace, j->dim, k, false, near);
	for (i = 0; i < b->nplace; i++) {
		at = near + i * k;
		neighbours_weigh(near + i * k, k);
		x = y = sum = 0;
		for (e = 0; e < k; e++) {
			x += at[e].weight * j->y[2 * at[e].at];
			y += at[e].weight * j->y[2 * at[e].at + 1];
			sum += at[e].weight;
		}
		b->y[b->to_place[i]][0] = (float)(x / sum);
		b->y[b->to_place[i]][1] = (float)(y / sum);
	}
	free(near);
}

static void
set_number(struct rec *rec, const char *member, float x)
{
	char text[32];

	snprintf(text, sizeof(text), "%.4f", x);
	rec_set(rec, member, arena_copy(rec->mem, str_of(text)));
}

static void
write_batch(struct job *j, struct batch *b)
{
	struct arena mem = {0};
	const char *why;
	struct rec rec;
	size_t i;

	if (b->nplace > 0)
		place_others(j, b);
	for (i = 0; i < b->n; i++) {
		if (!rec_parse(&rec, &mem, b->line[i], &why))
			cli_errx(CLI_FATAL, "temporary file: %s", why);
		if (!isnan(b->y[i][0])) {
			set_number(&rec, "map_x", b->y[i][0]);
			set_number(&rec, "map_y", b->y[i][1]);
		}
		rec_write(&rec, stdout);
		arena_clear(&mem);
	}
	arena_release(&mem);
	arena_clear(&b->mem);
	b->n = b->nplace = 0;
}

/* Write all records, in input order, with map_x and map_y. */
static void
write_records(struct job *j)
{
	struct batch b = {.x = mem_alloc((BATCH * j->dim + 1) * sizeof(*b.x))};
	const struct place *next = j->place, *end = j->place + j->n;
	float *x, *y;
	uint64_t number;
	struct rec rec;
	struct str vec;

	for (number = 0; later_next(&j->all, &rec); number++) {
		y = b.y[b.n];
		x = b.x + b.nplace * j->dim;
		rec_get_str(&rec, "vec", &vec);
		float16_parse(vec, x, j->dim);
		if (next < end && next->number == number)
			memcpy(y, j->y + 2 * (size_t)next++->point,
			    2 * sizeof(*y));
		else if (j->n == 0 || is_zero(x, j->dim))
			y[0] = y[1] = NAN;
		else
			b.to_place[b.nplace++] = b.n;
		b.line[b.n++] = arena_copy(&b.mem, rec.line);
		if (b.n == BATCH)
			write_batch(j, &b);
	}
	write_batch(j, &b);
	arena_release(&b.mem);
	free(b.x);
}

static void
release(struct job *j)
{
	later_release(&j->all);
	vocab_release(&j->label);
	arena_release(&j->titles);
	free(j->least);
	free(j->x);
	free(j->y);
	free(j->place);
	free(j->point);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.by = "domains",
	    .title = "Records by their vectors",
	    .neighbours = 15,
	    .sample = 50000,
	    .min_dist = 0.1};
	const struct option_row rows[] = {
	    {"by", "MEMBER",
		"colour by this member, a string or an array of strings "
		"(domains)",
		OPTION_STRING(&o.by)},
	    {"neighbours", "K",
		"a record's neighbours, itself among them: few show detail, "
		"many the whole (15)",
		OPTION_SIZE(&o.neighbours, 2, 1000)},
	    {"min-dist", "D", "how near points may come, 0..1 (0.1)",
		OPTION_REAL(&o.min_dist, 0, 1)},
	    {"epochs", "N",
		"rounds of moving the points (500; of more than 10,000 "
		"records 200)",
		OPTION_SIZE(&o.epochs, 1, 100000)},
	    {"sample", "N",
		"make the map of N records at most, drawn by hash of their id "
		"(50000)",
		OPTION_SIZE(&o.sample, 2, 1000000)},
	    {"title", "TEXT", "the title of the map", OPTION_STRING(&o.title)},
	    {"rng", "N", "seed of the random numbers (0)",
		OPTION_SIZE(&o.rng, 0, SIZE_MAX)},
	    {"json", NULL,
		"write the records, all of them, with their place, map_x and "
		"map_y",
		.selects = JSON},
	    {"o,output", "FILE", "write the SVG to FILE, beside --json too",
		OPTION_STRING(&o.output), .writes = OPTION_ALWAYS},
	    {.name = NULL}};
	struct job j = {.o = &o};
	char **operands;
	unsigned form;

	operands = tool_init(argc, argv, &help, rows, &form);
	o.json = form == JSON;

	later_open(&j.all, true);
	rec_open(&j.in, operands);
	read_records(&j);
	take_sample(&j);
	lay_out(&j);
	if (o.json)
		write_records(&j);
	if (!o.json || o.output != NULL)
		draw(&j);
	release(&j);
	rec_close(&j.in);
	return tool_end(stdout);
}
