#include "encode/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/float16.h"
#include "record/tool.h"

enum { MAX_BYTES = 64 << 20 }; /* of lines and texts; then a window is full */

void
window_init(struct window *w, const struct window_options *o)
{
	*w = (struct window){.o = *o};
	w->item = mem_alloc(o->max * sizeof(*w->item));
	w->text = mem_alloc(o->max * sizeof(*w->text));
	w->nmade = mem_alloc(o->max * sizeof(*w->nmade));
}

/* Make room for n more rows of *x after the first have. */
static void
make_room(const struct window *w, float **x, size_t *cap, size_t have, size_t n)
{
	if (have + n <= *cap)
		return;
	*cap = 2 * *cap + n + w->o.max;
	*x = mem_grow(*x, *cap, w->o.dim * sizeof(**x));
}

bool
window_vec(
    struct rec_reader *in, struct str vec, size_t n, size_t dim, float *x)
{
	size_t i, k;
	double sum;

	if (!float16_parse(vec, x, n * dim)) {
		rec_bad(in,
		    "a \"vec\" that is no base64 of %zu numbers of float16",
		    dim);
		return false;
	}
	for (i = 0; i < n; i++, x += dim) {
		for (sum = 0, k = 0; k < dim; k++)
			sum += (double)x[k] * x[k];
		if (sum != 0 && fabs(sum - 1) > 0.02) {
			rec_bad(in, "a \"vec\" that is not of unit length");
			return false;
		}
	}
	return true;
}

/* Append the vectors of a record to those stored; how many, 0 for none. */
static size_t
read_vec(struct window *w, struct rec_reader *in, struct str vec)
{
	size_t dim = w->o.dim, n = float16_count(vec) / dim;

	n = n < 1 ? 1 : n > TRANSFORMER_NWINDOW ? TRANSFORMER_NWINDOW : n;
	make_room(w, &w->stored, &w->stored_cap, w->nstored, n);
	if (!window_vec(in, vec, n, dim, w->stored + w->nstored * dim))
		return 0;
	w->nstored += n;
	return n;
}

/* Make rec the next item, unless it is a bad record. */
static void
take_record(struct window *w, struct rec_reader *in, const struct rec *rec)
{
	struct window_item *item = &w->item[w->nitem];
	struct str vec;

	*item = (struct window_item){0};
	if (rec_get_str(rec, "vec", &vec)) {
		item->nrow = read_vec(w, in, vec);
		if (item->nrow == 0)
			return;
		item->stored = true;
		if (w->o.texts &&
		    !rec_need_str(in, rec, tool_text(), &item->text))
			return;
		item->text = arena_copy(&w->mem, item->text);
	} else if (w->o.encoder == NULL) {
		rec_bad(in, "no \"vec\", and no --model to make one");
		return;
	} else if (rec_need_str(in, rec, tool_text(), &item->text)) {
		item->text = arena_copy(&w->mem, item->text);
	} else {
		return;
	}
	item->line = arena_copy(&w->mem, rec->line);
	item->id = item->line;
	if (rec_get_str(rec, tool_id(), &item->id))
		item->id = arena_copy(&w->mem, item->id);
	w->nbyte += item->line.len + item->text.len;
	w->nitem++;
}

/*
 * The vectors of the first n texts, and in nmade how many each has; the caller
 * frees them.
 */
static float *
embed_texts(struct window *w, size_t n)
{
	float *made;
	size_t i;

	if (w->o.each)
		return encoder_embed_each(w->o.encoder, w->text, n, w->nmade);
	made = mem_alloc(n * w->o.dim * sizeof(*made));
	encoder_embed(w->o.encoder, w->text, n, made);
	for (i = 0; i < n; i++)
		w->nmade[i] = 1;
	return made;
}

/* Fill x with all vectors of the window, those of each item together. */
static void
embed_items(struct window *w)
{
	const float *stored = w->stored, *next;
	size_t dim = w->o.dim, n = 0, i;
	struct window_item *item;
	float *made = NULL;

	for (i = 0; i < w->nitem; i++)
		if (!w->item[i].stored)
			w->text[n++] = w->item[i].text;
	if (n > 0)
		made = embed_texts(w, n);
	next = made;
	for (w->nrow = n = 0, i = 0; i < w->nitem; i++) {
		item = &w->item[i];
		if (!item->stored)
			item->nrow = w->nmade[n++];
		item->row = w->nrow;
		make_room(w, &w->x, &w->x_cap, w->nrow, item->nrow);
		memcpy(w->x + w->nrow * dim, item->stored ? stored : next,
		    item->nrow * dim * sizeof(*w->x));
		w->nrow += item->nrow;
		if (item->stored)
			stored += item->nrow * dim;
		else
			next += item->nrow * dim;
	}
	free(made);
}

/* Set "vec" in the item's line. */
static void
set_vec(struct window *w, struct window_item *item)
{
	struct buf b = {0};
	struct rec rec;
	const char *why;

	if (!rec_parse(&rec, &w->mem, item->line, &why))
		/* this cannot fail: the line was parsed when it was read */
		return;
	float16_format(&b, w->x + item->row * w->o.dim, item->nrow * w->o.dim);
	rec_set_str(&rec, "vec", buf_str(&b));
	b.len = 0;
	rec_format(&rec, &b);
	item->line = arena_copy(&w->mem, buf_str(&b));
	if (item->line.len > 0 && item->line.p[item->line.len - 1] == '\n')
		item->line.len--;
	buf_release(&b);
}

bool
window_read(struct window *w, struct rec_reader *in)
{
	struct rec rec;
	size_t i;

	arena_clear(&w->mem);
	w->nitem = w->nbyte = w->nstored = w->nrow = 0;
	while (
	    w->nitem < w->o.max && w->nbyte < MAX_BYTES && rec_read(in, &rec))
		take_record(w, in, &rec);
	if (w->nitem == 0)
		return false;
	embed_items(w);
	for (i = 0; w->o.add_vec && i < w->nitem; i++)
		if (!w->item[i].stored)
			set_vec(w, &w->item[i]);
	return true;
}

void
window_calibrate(struct window *w, struct rec_reader *in, struct calibrate *c)
{
	size_t i;

	while (window_read(w, in))
		for (i = 0; i < w->nrow; i++)
			calibrate_add(c, w->x + i * w->o.dim);
}

void
window_release(struct window *w)
{
	arena_release(&w->mem);
	free(w->item);
	free(w->x);
	free(w->stored);
	free(w->text);
	free(w->nmade);
	*w = (struct window){0};
}
