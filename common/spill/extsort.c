#include "spill/extsort.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/spool.h"

void
extsort_init(struct extsort *s, size_t size,
    int (*compare)(const void *, const void *, const void *context),
    const void *context, size_t memory)
{
	*s = (struct extsort){
	    .size = size, .compare = compare, .context = context};
	s->memory = memory > 4 * size ? memory : 4 * size;
}

/* Merge sort, bottom up: stable. */
static void
sort_items(struct extsort *s)
{
	size_t width, lo, mid, hi, a, b, n = s->nitem, size = s->size;
	char *from, *to, *swap;

	for (width = 1; width < n; width *= 2) {
		from = s->item;
		to = s->other;
		for (lo = 0; lo < n; lo = hi) {
			mid = lo + width < n ? lo + width : n;
			hi = mid + width < n ? mid + width : n;
			for (a = lo, b = mid; a < mid || b < hi; to += size) {
				if (b == hi ||
				    (a < mid &&
					s->compare(from + a * size,
					    from + b * size, s->context) <= 0))
					memcpy(to, from + a++ * size, size);
				else
					memcpy(to, from + b++ * size, size);
			}
		}
		swap = s->item;
		s->item = s->other;
		s->other = swap;
	}
}

static void
spool_run(struct extsort *s)
{
	struct extsort_run *run;

	if (!spool_is_open(&s->spool))
		spool_open(&s->spool);
	sort_items(s);
	spool_write(&s->spool, s->item, s->nitem * s->size);
	if ((s->nrun & (s->nrun - 1)) == 0)
		s->run = mem_grow(
		    s->run, s->nrun ? 2 * s->nrun : 1, sizeof(*s->run));
	run = &s->run[s->nrun++];
	*run = (struct extsort_run){.next = s->nspooled};
	s->nspooled += s->nitem;
	run->end = s->nspooled;
	s->nitem = 0;
}

void
extsort_put(struct extsort *s, const void *item)
{
	size_t most = s->memory / (2 * s->size);

	if (s->nitem == most)
		spool_run(s);
	if (s->nitem == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		if (s->room > most)
			s->room = most;
		s->item = mem_grow(s->item, s->room, s->size);
		s->other = mem_grow(s->other, s->room, s->size);
	}
	memcpy(s->item + s->nitem++ * s->size, item, s->size);
}

/* Items of a run into its buffer; false when there are none left. */
static bool
fill(struct extsort *s, struct extsort_run *run)
{
	size_t want;

	if (run->next == run->end)
		return false;
	if (run->item == NULL)
		run->item = mem_grow(NULL, s->room, s->size);
	want = run->end - run->next < s->room ? run->end - run->next : s->room;
	spool_read_at(
	    &s->spool, run->item, want * s->size, run->next * s->size);
	run->next += want;
	run->pos = 0;
	run->len = want;
	return true;
}

static const char *
head(const struct extsort *s, size_t run)
{
	return s->run[run].item + s->run[run].pos * s->size;
}

static bool
before(const struct extsort *s, size_t a, size_t b)
{
	int order = s->compare(head(s, a), head(s, b), s->context);

	return order < 0 || (order == 0 && a < b);
}

static void
sift(struct extsort *s, size_t at)
{
	size_t kid, run = s->heap[at];

	while ((kid = 2 * at + 1) < s->nheap) {
		if (kid + 1 < s->nheap &&
		    before(s, s->heap[kid + 1], s->heap[kid]))
			kid++;
		if (before(s, run, s->heap[kid]))
			break;
		s->heap[at] = s->heap[kid];
		at = kid;
	}
	s->heap[at] = run;
}

static void
start_merge(struct extsort *s)
{
	size_t i;

	s->merging = true;
	if (s->nrun == 0) {
		sort_items(s);
		s->room = 0; /* from here on the next item to give */
		return;
	}
	if (s->nitem > 0)
		spool_run(s);
	free(s->item);
	free(s->other);
	s->item = s->other = NULL;
	s->room = s->memory / (s->nrun * s->size);
	if (s->room < 64)
		s->room = 64;
	s->heap = mem_grow(NULL, s->nrun, sizeof(*s->heap));
	for (i = 0; i < s->nrun; i++) {
		fill(s, &s->run[i]);
		s->heap[s->nheap++] = i;
	}
	for (i = s->nheap / 2; i-- > 0;)
		sift(s, i);
}

bool
extsort_next(struct extsort *s, void *item)
{
	struct extsort_run *run;

	if (!s->merging)
		start_merge(s);
	if (s->nrun == 0) {
		if (s->room == s->nitem)
			return false;
		memcpy(item, s->item + s->room++ * s->size, s->size);
		return true;
	}
	if (s->nheap == 0)
		return false;
	run = &s->run[s->heap[0]];
	memcpy(item, head(s, s->heap[0]), s->size);
	if (++run->pos == run->len && !fill(s, run))
		s->heap[0] = s->heap[--s->nheap];
	if (s->nheap > 0)
		sift(s, 0);
	return true;
}

void
extsort_release(struct extsort *s)
{
	size_t i;

	for (i = 0; i < s->nrun; i++)
		free(s->run[i].item);
	free(s->run);
	free(s->heap);
	free(s->item);
	free(s->other);
	spool_close(&s->spool);
	*s = (struct extsort){0};
}
