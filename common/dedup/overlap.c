#include "dedup/overlap.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/line.h"
#include "text/word.h"

enum { COUNT = 16 }; /* a value is a source times this, and a count of texts */

void
overlap_init(
    struct overlap *o, const struct overlap_opts *opts, struct budget *budget)
{
	*o = (struct overlap){
	    .opts = *opts, .shingler.zero_digits = opts->zero_digits};
	hashset_init(&o->run, true, budget);
}

void
overlap_release(struct overlap *o)
{
	shingle_release(&o->shingler);
	hashset_release(&o->run);
	buf_release(&o->rest);
	free(o->sorted);
	free(o->hit);
	free(o->place);
	free(o->cut);
	*o = (struct overlap){0};
}

static int
by_hash(const void *va, const void *vb)
{
	uint64_t a = *(const uint64_t *)va, b = *(const uint64_t *)vb;

	return a < b ? -1 : a > b;
}

/* Enter a run of one more text. */
static bool
enter(struct overlap *o, uint64_t run, uint32_t source)
{
	struct hash128 h = {run, 0};
	uint32_t value;

	if (!hashset_find(&o->run, h, &value))
		return hashset_add(&o->run, h, source * COUNT + 1);
	if (value % COUNT < OVERLAP_COMMON)
		hashset_set(&o->run, h, value + 1);
	return true;
}

bool
overlap_add(struct overlap *o, struct str text, uint32_t source)
{
	struct shingler *s = &o->shingler;
	size_t i, n = o->opts.nword;

	shingle_words(s, text);
	if (s->nword < n) {
		if (s->nword < OVERLAP_LEAST)
			return true;
		n = s->nword;
		o->whole[n] = true;
	}
	shingle_runs(s, n);
	if (s->nrun > o->sorted_cap) {
		o->sorted_cap = s->nrun + s->nrun / 2;
		o->sorted =
		    mem_grow(o->sorted, o->sorted_cap, sizeof(*o->sorted));
	}
	memcpy(o->sorted, s->run, s->nrun * sizeof(*s->run));
	qsort(o->sorted, s->nrun, sizeof(*o->sorted), by_hash);
	for (i = 0; i < s->nrun; i++)
		if ((i == 0 || o->sorted[i] != o->sorted[i - 1]) &&
		    !enter(o, o->sorted[i], source))
			return false;
	return true;
}

/* Mark the runs of n words that were entered; *first and *source: the first. */
static void
mark(struct overlap *o, size_t n, size_t *first, uint32_t *source)
{
	struct shingler *s = &o->shingler;
	struct hash128 h = {0};
	uint32_t value;
	size_t i;

	shingle_runs(s, n);
	for (i = 0; i < s->nrun; i++) {
		h.low = s->run[i];
		if (!hashset_find(&o->run, h, &value) ||
		    value % COUNT >= OVERLAP_COMMON)
			continue;
		if (i < *first) {
			*first = i;
			*source = value / COUNT;
		}
		o->hit[i] = n;
	}
}

bool
overlap_find(struct overlap *o, struct str text, uint32_t *source)
{
	struct shingler *s = &o->shingler;
	size_t i, n = o->opts.nword, first = SIZE_MAX, nrun, nhit = 0;
	bool whole; /* a text that is shorter than a run is in it */

	shingle_words(s, text);
	o->nword = s->nword;
	if (o->nword > o->hit_cap) {
		o->hit_cap = o->nword + o->nword / 2;
		o->hit = mem_grow(o->hit, o->hit_cap, sizeof(*o->hit));
	}
	if (o->nword > 0)
		memset(o->hit, 0, o->nword * sizeof(*o->hit));
	for (i = OVERLAP_LEAST; i < n && i <= o->nword; i++)
		if (o->whole[i])
			mark(o, i, &first, source);
	whole = first != SIZE_MAX;
	if (o->nword >= n)
		mark(o, n, &first, source);
	for (i = 0; i < o->nword; i++)
		nhit += o->hit[i] > 0;
	nrun = o->nword >= n ? o->nword - n + 1 : 1;
	return whole ||
	       (nhit > 0 && (double)nhit >= o->opts.share * (double)nrun);
}

/* The bytes of each word, without the white space and the marks around it. */
static void
find_places(struct overlap *o, struct str text)
{
	struct str rest = text, word;
	struct overlap_cut at;
	size_t i = 0, n;

	if (o->nword > o->place_cap) {
		o->place_cap = o->nword + o->nword / 2;
		o->place = mem_grow(o->place, o->place_cap, sizeof(*o->place));
	}
	while (word_next(&rest, &word)) {
		at.start = (size_t)(word.p - text.p);
		at.end = at.start + word.len;
		shingle_words(&o->shingler, word);
		for (n = o->shingler.nword; n > 0 && i < o->nword; n--)
			o->place[i++] = at;
	}
	at.start = at.end = text.len;
	while (i < o->nword)
		o->place[i++] = at;
}

/* The byte that is n code points before at, or after it. */
static size_t
back(struct str text, size_t at, size_t n)
{
	while (at > 0 && n > 0)
		n -= ((unsigned char)text.p[--at] & 0xc0) != 0x80;
	return at;
}

static size_t
forth(struct str text, size_t at, size_t n)
{
	for (; at < text.len; at++)
		if (((unsigned char)text.p[at] & 0xc0) != 0x80 && n-- == 0)
			break;
	return at;
}

static void
add_cut(struct overlap *o, struct overlap_cut cut)
{
	if (o->ncut > 0 && cut.start <= o->cut[o->ncut - 1].end) {
		if (cut.end > o->cut[o->ncut - 1].end)
			o->cut[o->ncut - 1].end = cut.end;
		return;
	}
	if (o->ncut == o->cut_cap) {
		o->cut_cap = 2 * o->cut_cap + 16;
		o->cut = mem_grow(o->cut, o->cut_cap, sizeof(*o->cut));
	}
	o->cut[o->ncut++] = cut;
}

static void
put_piece(struct buf *rest, struct str text, size_t start, size_t end)
{
	struct str piece =
	    line_strip((struct str){text.p + start, end - start});

	if (piece.len == 0)
		return;
	if (rest->len > 0)
		buf_putc(rest, '\n');
	buf_puts(rest, piece);
}

struct str
overlap_cut(struct overlap *o, struct str text)
{
	size_t i, from = 0;

	find_places(o, text);
	o->ncut = 0;
	for (i = 0; i < o->nword; i++)
		if (o->hit[i] > 0)
			add_cut(o,
			    (struct overlap_cut){
				back(text, o->place[i].start, OVERLAP_AROUND),
				forth(text, o->place[i + o->hit[i] - 1].end,
				    OVERLAP_AROUND)});
	o->rest.len = 0;
	for (i = 0; i < o->ncut; i++) {
		put_piece(&o->rest, text, from, o->cut[i].start);
		from = o->cut[i].end;
	}
	put_piece(&o->rest, text, from, text.len);
	return buf_str(&o->rest);
}
