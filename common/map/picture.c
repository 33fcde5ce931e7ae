#include "map/picture.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum {
	WIDTH = 1200,
	HEIGHT = 820,
	PLOT = 800, /* the points' square */
	TOP = 10,   /* its upper and left edge */
	LEGEND = 840,
	ROW = 25,    /* pixels a line of the legend */
	NCOLOUR = 7, /* Okabe and Ito's but black, which is the text's */
	NCLASS = 4 * NCOLOUR, /* four shapes each */
	NCELL = 24,	      /* of the grid in which names find their place */
	TITLE = 120	      /* code points of a title, at most */
};

/* All of it below the class map, since pages hold the picture too. */
static const char style[] =
    "<style>.map{background:#fff;color:#222;font:15px system-ui,sans-serif}"
    ".map text{fill:currentColor}"
    ".map .m{stroke:currentColor;stroke-width:.4}"
    ".map .n{font-weight:600;paint-order:stroke;stroke:#fff;"
    "stroke-width:4px;stroke-linejoin:round}"
    ".map .c0{fill:#0072b2}.map .c1{fill:#e69f00}.map .c2{fill:#009e73}"
    ".map .c3{fill:#cc79a7}.map .c4{fill:#d55e00}.map .c5{fill:#56b4e9}"
    ".map .c6{fill:#f0e442}.map .x{fill:#888}"
    "@media(prefers-color-scheme:dark){"
    ".map{background:#141414;color:#eee}.map .n{stroke:#141414}"
    ".map .c0{fill:#3d9be0}}"
    "@media print{.map{background:#fff;color:#000}.map .n{stroke:#fff}}"
    "</style>\n";

/* Circle, square, triangle and diamond of equal area, and the dot of none. */
static const char shapes[] =
    "<defs><circle id=\"s0\" r=\"1\"/>"
    "<path id=\"s1\" d=\"M-.89-.89h1.78v1.78h-1.78z\"/>"
    "<path id=\"s2\" d=\"M0-1.5l1.3 2.3h-2.6z\"/>"
    "<path id=\"s3\" d=\"M0-1.3l1.25 1.3-1.25 1.3-1.25-1.3z\"/>"
    "<circle id=\"s4\" r=\".7\"/></defs>\n";

/* A label and what is drawn of it. */
struct class
{
	uint32_t label;
	uint32_t rank; /* by count: 0 for the most frequent */
	size_t count;
	float x, y; /* the middle of its points, in pixels */
};

struct drawing {
	const struct picture *p;
	struct class *class; /* (nlabel), the most frequent first */
	uint32_t *rank;	     /* (nlabel): where a label stands among them */
	float low[2], scale; /* from the plane to pixels */
	size_t nmany, nnone; /* points of several labels, and of none */
	struct buf *out;
};

/* Text as XML has it; what is neither text nor blank becomes one. */
static void
put_text(struct buf *out, struct str s, size_t max)
{
	uint32_t c;
	size_t n;

	for (n = 0; s.len > 0 && n < max; n++) {
		c = utf8_take(&s);
		if (c == '<')
			buf_puts(out, STR("&lt;"));
		else if (c == '&')
			buf_puts(out, STR("&amp;"));
		else if (c == '"')
			buf_puts(out, STR("&quot;"));
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffe ||
			 c == 0xffff)
			buf_putc(out, ' ');
		else
			utf8_put(out, c);
	}
	if (s.len > 0)
		utf8_put(out, 0x2026); /* an ellipsis */
}

static int
by_count(const void *pa, const void *pb)
{
	const struct class *a = pa, *b = pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->label < b->label ? -1 : a->label > b->label;
}

static float
pixel(const struct drawing *d, float at, size_t axis)
{
	return (float)TOP + (at - d->low[axis]) * d->scale;
}

/* The scale that fits all points into the square, with a margin. */
static void
fit(struct drawing *d)
{
	float high[2] = {-INFINITY, -INFINITY}, at[2], range;
	size_t i, axis;

	d->low[0] = d->low[1] = INFINITY;
	for (i = 0; i < d->p->npoint; i++) {
		at[0] = d->p->point[i].x;
		at[1] = d->p->point[i].y;
		for (axis = 0; axis < 2; axis++) {
			d->low[axis] = fminf(d->low[axis], at[axis]);
			high[axis] = fmaxf(high[axis], at[axis]);
		}
	}
	range = fmaxf(high[0] - d->low[0], high[1] - d->low[1]);
	range = range > 0 ? 1.04f * range : 1;
	d->scale = (float)PLOT / range;
	for (axis = 0; axis < 2; axis++) /* the margins are alike */
		d->low[axis] -= (range - (high[axis] - d->low[axis])) / 2;
}

/*
 * Where the name of a class is written: in the middle of its points in the
 * densest nine cells of a grid, for it may lie in several places.
 */
static void
find_middle(struct drawing *d, struct class *c)
{
	struct {
		size_t n;
		float x, y;
	} cell[NCELL + 2][NCELL + 2] = {0}, sum, best = {0};
	const struct picture_point *at;
	size_t i, row, col;
	float x, y;

	for (i = 0; i < d->p->npoint; i++) {
		at = d->p->point + i;
		if (at->label != c->label)
			continue;
		x = pixel(d, at->x, 0);
		y = pixel(d, at->y, 1);
		row = 1 + (size_t)((y - TOP) / PLOT * (NCELL - 1) + 0.5f);
		col = 1 + (size_t)((x - TOP) / PLOT * (NCELL - 1) + 0.5f);
		cell[row][col].n++;
		cell[row][col].x += x;
		cell[row][col].y += y;
	}
	for (row = 1; row <= NCELL; row++)
		for (col = 1; col <= NCELL; col++) {
			memset(&sum, 0, sizeof(sum));
			for (i = 0; i < 9; i++) {
				sum.n +=
				    cell[row + i / 3 - 1][col + i % 3 - 1].n;
				sum.x +=
				    cell[row + i / 3 - 1][col + i % 3 - 1].x;
				sum.y +=
				    cell[row + i / 3 - 1][col + i % 3 - 1].y;
			}
			if (sum.n > best.n)
				memcpy(&best, &sum, sizeof(best));
		}
	if (best.n > 0) {
		c->x = best.x / (float)best.n;
		c->y = best.y / (float)best.n;
	}
}

static void
classify(struct drawing *d)
{
	size_t i;

	d->class = mem_zeroed(d->p->nlabel + 1, sizeof(*d->class));
	d->rank = mem_zeroed(d->p->nlabel + 1, sizeof(*d->rank));
	for (i = 0; i < d->p->nlabel; i++)
		d->class[i].label = (uint32_t)i;
	for (i = 0; i < d->p->npoint; i++) {
		if (d->p->point[i].label == PICTURE_NONE)
			d->nnone++;
		else
			d->class[d->p->point[i].label].count++;
		d->nmany += d->p->point[i].nlabel > 1;
	}
	qsort(d->class, d->p->nlabel, sizeof(*d->class), by_count);
	for (i = 0; i < d->p->nlabel; i++) {
		d->rank[d->class[i].label] = (uint32_t)i;
		if (i < NCLASS)
			find_middle(d, d->class + i);
	}
}

/* The mark of a class at a place; rank NCLASS is that of other or none. */
static void
put_mark(struct drawing *d, float x, float y, float size, uint32_t rank,
    bool many, struct str title)
{
	buf_printf(d->out, "<use href=\"#s%u\" class=\"",
	    rank < NCLASS ? rank / NCOLOUR : 4);
	if (rank < NCLASS)
		buf_printf(d->out, "c%u", rank % NCOLOUR);
	else
		buf_putc(d->out, 'x');
	buf_printf(d->out, "%s\" transform=\"translate(%.1f %.1f)scale(%.3g)\"",
	    many ? " m" : "", x, y, size);
	if (title.len == 0) {
		buf_puts(d->out, STR("/>\n"));
		return;
	}
	buf_puts(d->out, STR("><title>"));
	put_text(d->out, title, TITLE);
	buf_puts(d->out, STR("</title></use>\n"));
}

static void
put_points(struct drawing *d)
{
	const struct picture *p = d->p;
	/* As many points cover a tenth of the square, but each can be seen. */
	float size = fminf(6,
	    fmaxf(1.6f,
		sqrtf(0.1f * PLOT * PLOT / (3.14f * (float)(p->npoint + 1)))));
	const struct picture_point *at;
	uint32_t rank;
	size_t i, pass;

	/* Draw the points of no label first, so that they hide no others. */
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < p->npoint; i++) {
			at = p->point + i;
			if ((at->label != PICTURE_NONE) != pass)
				continue;
			rank = pass == 0 ? NCLASS : d->rank[at->label];
			put_mark(d, pixel(d, at->x, 0), pixel(d, at->y, 1),
			    size, rank, at->nlabel > 1, at->title);
		}
}

/* Names in the square, the most frequent first, where none is in the way. */
static void
put_names(struct drawing *d)
{
	struct {
		float x, y, width;
	} box[NCLASS];
	size_t i, j, n = 0;
	struct str name;
	float width, x;

	for (i = 0; i < d->p->nlabel && i < NCLASS; i++) {
		const struct class *c = d->class + i;

		if (c->count == 0)
			break;
		name = d->p->label[c->label];
		width =
		    8.5f * (float)utf8_count(name); /* as wide as most are */
		x = fminf(fmaxf(c->x, TOP + width / 2), TOP + PLOT - width / 2);
		for (j = 0; j < n; j++)
			if (fabsf(box[j].y - c->y) < 17 &&
			    fabsf(box[j].x - x) < (box[j].width + width) / 2)
				break;
		if (j < n)
			continue;
		box[n].x = x;
		box[n].y = c->y;
		box[n++].width = width;
		buf_printf(d->out,
		    "<text class=\"n\" text-anchor=\"middle\" x=\"%.0f\" "
		    "y=\"%.0f\">",
		    x, c->y + 5);
		put_text(d->out, name, TITLE);
		buf_puts(d->out, STR("</text>\n"));
	}
}

static void
put_row(struct drawing *d, size_t *row, uint32_t rank, bool many,
    struct str name, size_t count)
{
	float y = 62 + (float)ROW * (float)(*row)++;

	put_mark(d, LEGEND + 8, y, 6, rank, many, STR(""));
	buf_printf(d->out, "<text x=\"%d\" y=\"%.0f\">", LEGEND + 26, y + 5);
	put_text(d->out, name, 30);
	buf_printf(d->out,
	    "</text><text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%zu</text>\n",
	    WIDTH - 20, y + 5, count);
}

static void
put_legend(struct drawing *d)
{
	const struct picture *p = d->p;
	size_t i, row = 0, rest = 0;

	buf_printf(d->out, "<text x=\"%d\" y=\"30\" class=\"n\">", LEGEND);
	put_text(d->out, p->title, 40);
	buf_puts(d->out, STR("</text>\n"));
	for (i = 0; i < p->nlabel; i++)
		if (i < NCLASS && d->class[i].count > 0)
			put_row(d, &row, (uint32_t)i, false,
			    p->label[d->class[i].label], d->class[i].count);
		else
			rest += d->class[i].count;
	if (rest > 0)
		put_row(d, &row, NCLASS, false, STR("others"), rest);
	if (d->nnone > 0)
		put_row(d, &row, NCLASS, false, STR("none"), d->nnone);
	if (d->nmany > 0)
		put_row(d, &row, 0, true, STR("of several, ringed"), d->nmany);
	buf_printf(d->out, "<text x=\"%d\" y=\"%d\">", LEGEND, HEIGHT - 16);
	if (p->total > p->npoint)
		buf_printf(
		    d->out, "%zu of %" PRIu64 " records", p->npoint, p->total);
	else
		buf_printf(d->out, "%zu record%s", p->npoint,
		    p->npoint == 1 ? "" : "s");
	buf_puts(d->out, STR("</text>\n"));
}

void
picture_draw(const struct picture *p, struct buf *out)
{
	struct drawing d = {.p = p, .out = out};

	fit(&d);
	classify(&d);
	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map\" "
	    "viewBox=\"0 0 %d %d\" "
	    "role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">",
	    WIDTH, HEIGHT);
	put_text(out, p->title, TITLE);
	buf_printf(out,
	    "</title><desc id=\"d\">A map of %zu records: those that are alike "
	    "are near to each other.  The legend counts their labels.</desc>\n",
	    p->npoint);
	buf_put(out, style, sizeof(style) - 1);
	buf_put(out, shapes, sizeof(shapes) - 1);
	put_points(&d);
	put_names(&d);
	put_legend(&d);
	buf_puts(out, STR("</svg>\n"));
	free(d.class);
	free(d.rank);
}
