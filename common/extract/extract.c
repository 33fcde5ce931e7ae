#include "extract/extract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "extract/choice.h"
#include "extract/features.h"
#include "extract/metadata.h"
#include "extract/table.h"
#include "extract/trees.h"
#include "text/lang.h"

enum { SHOWS_NOTHING = 250 /* bytes of main text */ };

struct extract_work {
	struct lang *lang;
	struct features *features;
	struct trees first, second;
	float *rows;   /* (features_nsecond(), TREES_LANES): blocks at hand */
	float *judged; /* (nblock): first judgement, a probability */
	size_t cap;    /* blocks for which there is room */
	bool unseen;   /* see is_unseen() */
	bool *keep;    /* (nblock) */
	struct tables tables;
	size_t nrepeated; /* blocks that repeat others */
	struct buf text, part, nfc;
	struct metadata about;
};

#include "extract/extract-trees.h"

_Static_assert((int)FEATURES_STRIDE == (int)TREES_LANES,
    "a row of features is a lane of the trees");

/* Score all blocks by the first trees. */
static void
judge_first(struct extract *x, const struct html *h)
{
	struct extract_work *k = x->work;
	float sum[TREES_LANES];
	size_t i, j, n;

	for (i = 0; i < h->nblock; i += n) {
		n = h->nblock - i;
		n = n < TREES_LANES ? n : TREES_LANES;
		for (j = 0; j < n; j++)
			features_first(k->features, h, i + j, k->rows + j);
		trees_sum(&k->first, k->rows, sum);
		memcpy(x->score + i, sum, n * sizeof(*sum));
	}
}

/* Score by the second trees those blocks that the first ones leave a hope. */
static void
judge_second(struct extract *x, const struct html *h)
{
	struct extract_work *k = x->work;
	float sum[TREES_LANES];
	size_t at[TREES_LANES], i, j, n;

	for (i = 0; i < h->nblock;) {
		for (n = 0; i < h->nblock && n < TREES_LANES; i++) {
			if (k->judged[i] <= second_least)
				continue;
			features_second(k->features, h, i, k->rows + n);
			at[n++] = i;
		}
		trees_sum(&k->second, k->rows, sum);
		for (j = 0; j < n; j++)
			x->score[at[j]] = sum[j];
	}
}

static void
judge(struct extract *x, const struct html *h)
{
	struct extract_work *k = x->work;
	size_t i;

	if (h->nblock >= k->cap) {
		k->cap = h->nblock * 2 + 64;
		x->score = mem_grow(x->score, k->cap, sizeof(*x->score));
		k->judged = mem_grow(k->judged, k->cap, sizeof(*k->judged));
		k->keep = mem_grow(k->keep, k->cap, sizeof(*k->keep));
	}
	features_read(k->features, h);
	judge_first(x, h);
	for (i = 0; i < h->nblock; i++)
		k->judged[i] = 1 / (1 + expf(-x->score[i]));
	features_judged(k->features, h, k->judged);
	judge_second(x, h);
}

/*
 * The log odds above which blocks are kept so that the expected F1, in words,
 * is greatest: blocks as probable as half of that F1 and more.
 * Z. Lipton et al., "Optimal thresholding of classifiers to maximize F1
 * measure", 2014.
 */
static float
threshold(const struct extract *x, const struct html *h)
{
	float cut = 0, f1 = 1, n, p, hit, kept, all;
	int round;
	size_t i;

	for (round = 0; round < 8 && h->nblock > 0; round++) {
		hit = kept = all = 0;
		for (i = 0; i < h->nblock; i++) {
			n = features_words(x->work->features, i).n;
			p = 1 / (1 + expf(-x->score[i])) * n;
			all += p;
			if (x->score[i] > cut) {
				kept += n;
				hit += p;
			}
		}
		f1 = kept + all > 0 ? 2 * hit / (kept + all) : 0;
		f1 = fminf(fmaxf(f1, 0.02f), 0.98f);
		cut = logf(f1 / 2 / (1 - f1 / 2));
	}
	return cut;
}

static bool
is_kept(const struct extract *x, const struct html *h, size_t i, float cut,
    const struct extract_opts *o)
{
	const struct html_block *b = &h->block[i];
	uint64_t far;

	if (b->flags & (HTML_IS_HIDDEN | HTML_IS_NOSCRIPT) &&
	    (o->all || !x->work->unseen))
		return false;
	if (o->all || x->score[i] > cut)
		return true;
	far = features_around(x->work->features, h, i);
	return o->comments && far & HTML_BIT(HINT_COMMENT) &&
	       !(far & HTML_BIT(HINT_FORM)) &&
	       features_words(x->work->features, i).n >= 3;
}

/*
 * Whether most of the main text is hidden, as on pages that a script uncovers.
 */
static bool
is_unseen(const struct extract *x, const struct html *h, float cut)
{
	float seen = 0, unseen = 0, n;
	size_t i;

	for (i = 0; i < h->nblock; i++)
		if (x->score[i] > cut) {
			n = features_words(x->work->features, i).n;
			if (h->block[i].flags &
			    (HTML_IS_HIDDEN | HTML_IS_NOSCRIPT))
				unseen += n;
			else
				seen += n;
		}
	return unseen > 2 * seen;
}

/* Which blocks are kept, into x->work->keep. */
static void
choose(struct extract *x, const struct html *h, const struct extract_opts *o)
{
	struct extract_work *k = x->work;
	float cut = threshold(x, h);
	size_t i;

	k->unseen = is_unseen(x, h, cut);
	k->nrepeated = 0;
	for (i = 0; i < h->nblock; i++)
		k->keep[i] = is_kept(x, h, i, cut, o);
	if (o->all)
		return;
	choice_answers(h, x->score, cut, k->keep);
	choice_menus(h, k->features, k->keep);
	choice_boxes(h, k->features, k->keep);
	choice_code(h, k->features, k->keep);
	choice_tables(h, k->features, &k->tables, k->keep);
	k->nrepeated = choice_again(h, k->features, k->keep);
}

/*
 * Write the separators of columns, from one column to another.  There are none
 * if it is not later, as where cells are out of place and a row goes on after
 * another one.
 */
static void
put_columns(struct buf *out, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		buf_puts(out, STR(" | "));
}

/* The columns of a row of data after the block that came last in it. */
static void
put_row_end(struct extract *x, struct buf *out, const struct html_block *last)
{
	const struct table_place *place = x->work->tables.place;

	if (last != NULL && place[last->row].table != 0)
		put_columns(
		    out, place[last->cell].slot + 1, place[last->row].slot);
}

/* Write what separates a block from the one kept before it. */
static void
put_gap(struct extract *x, struct buf *out, const struct html_block *last,
    const struct html_block *b)
{
	const struct table_place *place = x->work->tables.place;
	bool data = place[b->row].table != 0;

	if (last != NULL && b->row != 0 && b->row == last->row) {
		if (b->cell == last->cell)
			buf_putc(out, ' ');
		else if (data && place[b->cell].slot > place[last->cell].slot)
			put_columns(
			    out, place[last->cell].slot, place[b->cell].slot);
		else
			put_columns(out, 0, 1);
		return;
	}
	put_row_end(x, out, last);
	if (last != NULL && ((b->row != 0 && last->row != 0) ||
				(b->item != 0 && last->item != 0)))
		buf_putc(out, '\n');
	else if (last != NULL)
		buf_puts(out, STR("\n\n"));
	if (data)
		put_columns(out, 0, place[b->cell].slot);
}

/* The text of a block: on one line in a table. */
static void
put_block(struct buf *out, const struct html *h, const struct html_block *b)
{
	size_t i = out->len;

	buf_put(out, h->text.p + b->text, b->len);
	if (b->row != 0 && !b->pre)
		for (; i < out->len; i++)
			if (out->p[i] == '\n')
				out->p[i] = ' ';
}

/*
 * articleBody of JSON-LD, for a page that shows nothing: lines are paragraphs,
 * tags are left out.
 */
static void
put_body(struct buf *out, struct buf *part, struct str rest)
{
	const char *q;
	bool tag = false;
	size_t i, len;

	while (rest.len > 0) {
		q = memchr(rest.p, '\n', rest.len);
		len = q != NULL ? (size_t)(q - rest.p) : rest.len;
		part->len = 0;
		for (i = 0; i < len; i++) {
			tag |= rest.p[i] == '<';
			if (!tag)
				buf_putc(part, rest.p[i]);
			tag &= rest.p[i] != '>';
		}
		if (out->len > 0 && str_trim(buf_str(part)).len > 0)
			buf_puts(out, STR("\n\n"));
		metadata_squeeze(out, buf_str(part));
		len += q != NULL;
		rest = (struct str){rest.p + len, rest.len - len};
	}
}

static struct str
gather(struct extract *x, const struct html *h, const struct extract_opts *o)
{
	struct buf *out = &x->work->text;
	const struct html_block *b, *last = NULL;
	size_t i;

	out->len = 0;
	tables_read(&x->work->tables, h);
	choose(x, h, o);
	for (i = 0; i < h->nblock; i++) {
		b = &h->block[i];
		if (!x->work->keep[i])
			continue;
		put_gap(x, out, last, b);
		if (b->item != 0 && b->row == 0 &&
		    (last == NULL || last->item != b->item))
			buf_puts(out, STR("- "));
		put_block(out, h, b);
		last = b;
	}
	put_row_end(x, out, last);
	if (!o->all && out->len < SHOWS_NOTHING &&
	    h->meta[META_BODY].len > 2 * out->len) {
		out->len = 0;
		put_body(out, &x->work->part, h->meta[META_BODY]);
	}
	return utf8_nfc(&x->work->nfc, buf_str(out));
}

void
extract_init(struct extract *x)
{
	memset(x, 0, sizeof(*x));
	x->work = mem_zeroed(1, sizeof(*x->work));
	x->work->lang = lang_new();
	x->work->features = features_new(x->work->lang);
	trees_init(&x->work->first, first_node, first_root, FIRST_NTREE);
	trees_init(&x->work->second, second_node, second_root, SECOND_NTREE);
	x->work->rows = mem_zeroed(
	    features_nsecond() * TREES_LANES, sizeof(*x->work->rows));
}

void
extract_release(struct extract *x)
{
	struct extract_work *k = x->work;

	features_free(k->features);
	trees_release(&k->first);
	trees_release(&k->second);
	lang_free(k->lang);
	free(k->rows);
	free(k->judged);
	free(k->keep);
	tables_release(&k->tables);
	buf_release(&k->text);
	buf_release(&k->part);
	buf_release(&k->nfc);
	metadata_release(&k->about);
	free(k);
	free(x->score);
	memset(x, 0, sizeof(*x));
}

void
extract_page(struct extract *x, const struct html *h,
    const struct extract_opts *o, struct page *page)
{
	memset(page, 0, sizeof(*page));
	judge(x, h);
	page->text = gather(x, h, o);
	metadata_read(&x->work->about, h, x->work->lang, page->text, o->url);
	page->nrepeated = x->work->nrepeated;
	page->title = x->work->about.title;
	page->lang = x->work->about.lang;
	page->byline = x->work->about.byline;
	page->published = x->work->about.published;
}
