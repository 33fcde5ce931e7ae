#include "spill/extsort.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/spool.h"

/* Sort by insertion up to so many items, each of at most so many bytes. */
enum { FEW = 8, FEW_SIZE = 64 };

void
extsort_init(struct extsort *s, size_t size,
    int (*compare)(const void *, const void *, const void *context),
    const void *context, size_t memory)
{
	*s = (struct extsort){
	    .size = size, .compare = compare, .context = context};
	s->memory = memory > 8 * size ? memory : 8 * size;
}

/* Sort the first n items from at on, by insertion. */
static void
sort_few(const struct extsort *s, char *at, size_t n)
{
	size_t i, j, size = s->size;
	char held[FEW_SIZE];

	for (i = 1; i < n; i++) {
		for (j = i; j > 0 && s->compare(at + (j - 1) * size,
					 at + i * size, s->context) > 0;
		     j--)
			;
		if (j == i)
			continue;
		memcpy(held, at + i * size, size);
		memmove(at + (j + 1) * size, at + j * size, (i - j) * size);
		memcpy(at + j * size, held, size);
	}
}

/*
 * Merge sort, bottom up: stable.  Of n items, with room for as many more; which
 * of the two they are in at the end.
 */
static char *
merge_sort(const struct extsort *s, char *item, char *other, size_t n)
{
	size_t width = 1, lo, mid, hi, a, b, size = s->size;
	char *to, *swap;

	if (size <= FEW_SIZE) {
		width = FEW;
		for (lo = 0; lo < n; lo += width)
			sort_few(s, item + lo * size,
			    lo + width < n ? width : n - lo);
	}
	for (; width < n; width *= 2) {
		to = other;
		for (lo = 0; lo < n; lo = hi) {
			mid = lo + width < n ? lo + width : n;
			hi = mid + width < n ? mid + width : n;
			for (a = lo, b = mid; a < mid || b < hi; to += size) {
				if (b == hi ||
				    (a < mid &&
					s->compare(item + a * size,
					    item + b * size, s->context) <= 0))
					memcpy(to, item + a++ * size, size);
				else
					memcpy(to, item + b++ * size, size);
			}
		}
		swap = item;
		item = other;
		other = swap;
	}
	return item;
}

static uint64_t
number(const struct extsort *s, size_t i)
{
	uint64_t n;

	memcpy(&n, s->item + i * s->size, sizeof(n));
	return n;
}

/*
 * Numbers that are spread evenly are almost in order once each item is in the
 * bucket of its leading bits, of which there are about as many as items.  Then
 * each bucket is sorted.
 */
static void
sort_numbered(struct extsort *s)
{
	uint64_t least = UINT64_MAX, most = 0, x;
	size_t i, at, n = s->nitem, size = s->size, *start;
	unsigned shift = 0;
	char *swap, *sorted;

	for (i = 0; i < n; i++) {
		x = number(s, i);
		least = x < least ? x : least;
		most = x > most ? x : most;
	}
	while ((most - least) >> shift >= n)
		shift++;
	/* start[b + 1]: first the items of b, then where they begin, or end. */
	start = mem_zeroed(n + 2, sizeof(*start));
	for (i = 0; i < n; i++)
		start[((number(s, i) - least) >> shift) + 2]++;
	for (i = 2; i < n + 2; i++)
		start[i] += start[i - 1];
	for (i = 0; i < n; i++) {
		at = start[((number(s, i) - least) >> shift) + 1]++;
		memcpy(s->other + at * size, s->item + i * size, size);
	}
	swap = s->item;
	s->item = s->other;
	s->other = swap;
	for (i = 0; i < n; i++) {
		at = start[i];
		if (start[i + 1] - at < 2)
			continue;
		sorted = merge_sort(s, s->item + at * size,
		    s->other + at * size, start[i + 1] - at);
		if (sorted != s->item + at * size)
			memcpy(s->item + at * size, sorted,
			    (start[i + 1] - at) * size);
	}
	free(start);
}

static void
sort_items(struct extsort *s)
{
	char *sorted;

	if (s->numbered && s->nitem > 0) {
		sort_numbered(s);
		return;
	}
	sorted = merge_sort(s, s->item, s->other, s->nitem);
	if (sorted != s->item) {
		s->other = s->item;
		s->item = sorted;
	}
}

void
extsort_numbered(struct extsort *s)
{
	s->numbered = true;
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
	size_t each = 2 * s->size + (s->numbered ? sizeof(size_t) : 0);
	size_t most = s->memory / each;

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

/* Load items of a run into its buffer; false when there are none left. */
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
