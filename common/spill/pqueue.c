#include "spill/pqueue.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A cell of the arena: the length of the bytes, then these, in whole units. */
enum { UNIT = 16, NONE = 0, LEAST_MEMORY = 16 << 10 };

/*
 * The number of children in a heap: four lie side by side, where two would
 * take twice as many reads.
 */
enum { KIDS = 4 };

void
pqueue_init(struct pqueue *q, size_t memory)
{
	*q = (struct pqueue){
	    .memory = memory > LEAST_MEMORY ? memory : LEAST_MEMORY};
	q->used = UNIT; /* so that no cell is at NONE */
}

static bool
before(const uint64_t *a, const uint64_t *b)
{
	if (a[0] != b[0])
		return a[0] < b[0];
	if (a[1] != b[1])
		return a[1] < b[1];
	return a[2] < b[2];
}

static size_t
units(size_t len)
{
	return (sizeof(uint32_t) + len + UNIT - 1) / UNIT;
}

static uint32_t
cell_len(const struct pqueue *q, size_t at)
{
	uint32_t len;

	memcpy(&len, q->arena + at, sizeof(len));
	return len;
}

static const char *
cell_bytes(const struct pqueue *q, size_t at)
{
	return q->arena + at + sizeof(uint32_t);
}

/* Sorted runs on disk. */

/* The next head of a run; false when it is used up. */
static bool
advance(struct pqueue_run *run)
{
	if (spool_read(&run->spool, &run->head, sizeof(run->head)))
		return true;
	spool_close(&run->spool);
	return false;
}

static void
find_least(struct pqueue *q)
{
	size_t i;

	for (i = 1, q->least = 0; i < q->nrun; i++)
		if (before(q->run[i].head.rank, q->run[q->least].head.rank))
			q->least = i;
}

/* Begin an empty run after the others. */
static struct pqueue_run *
new_run(struct pqueue *q, size_t age)
{
	if (q->nrun == q->run_cap) {
		q->run_cap = q->run_cap + PQUEUE_WAYS;
		q->run = mem_grow(q->run, q->run_cap, sizeof(*q->run));
	}
	q->run[q->nrun] = (struct pqueue_run){.age = age};
	spool_open(&q->run[q->nrun].spool);
	return &q->run[q->nrun++];
}

static void
write_item(struct pqueue *q, struct pqueue_run *run,
    const struct pqueue_head *head, const char *bytes)
{
	spool_write(&run->spool, head, sizeof(*head));
	spool_write(&run->spool, bytes, head->len);
	q->nspooled += sizeof(*head) + head->len;
}

/* Bytes of the head of a run, and the next head. */
static bool
take_from(struct pqueue *q, struct pqueue_run *run)
{
	q->bytes.len = 0;
	buf_reserve(&q->bytes, run->head.len + 1);
	spool_read(&run->spool, q->bytes.p, run->head.len);
	q->bytes.len = run->head.len;
	return advance(run);
}

static void
remove_run(struct pqueue *q, size_t i)
{
	memmove(
	    &q->run[i], &q->run[i + 1], (q->nrun - i - 1) * sizeof(*q->run));
	q->nrun--;
}

/*
 * Merge the runs from number first on, which are the youngest and all of the
 * same age, into one run.
 */
static void
merge(struct pqueue *q, size_t first)
{
	struct pqueue_run *to = new_run(q, q->run[first].age + 1);
	struct pqueue_head head;
	size_t i, least;
	bool more;

	for (; first + 1 < q->nrun; to = &q->run[q->nrun - 1]) {
		for (i = least = first; i + 1 < q->nrun; i++)
			if (before(
				q->run[i].head.rank, q->run[least].head.rank))
				least = i;
		head = q->run[least].head;
		more = take_from(q, &q->run[least]);
		write_item(q, to, &head, q->bytes.p);
		if (!more)
			remove_run(q, least);
	}
	spool_rewind(&to->spool);
	advance(to);
}

/*
 * Merge while there are PQUEUE_WAYS runs of the least age.  Ages never rise
 * from one run to the next.
 */
static void
merge_runs(struct pqueue *q)
{
	size_t n;

	do {
		for (n = 1; n < q->nrun && q->run[q->nrun - 1 - n].age ==
					       q->run[q->nrun - 1].age;
		     n++)
			;
		if (n >= PQUEUE_WAYS)
			merge(q, q->nrun - n);
	} while (n >= PQUEUE_WAYS);
	find_least(q);
}

static int
by_rank(const void *va, const void *vb)
{
	const struct pqueue_slot *a = va, *b = vb;

	return before(a->rank, b->rank) ? -1 : before(b->rank, a->rank);
}

/*
 * Sort all items of the heap into a new run; their memory is free for other
 * items then.
 */
static void
spill(struct pqueue *q)
{
	struct pqueue_run *run = new_run(q, 0);
	struct pqueue_head head;
	size_t i;

	qsort(q->heap, q->nheap, sizeof(*q->heap), by_rank);
	for (i = 0; i < q->nheap; i++) {
		memcpy(head.rank, q->heap[i].rank, sizeof(head.rank));
		head.len = cell_len(q, q->heap[i].at);
		write_item(q, run, &head, cell_bytes(q, q->heap[i].at));
	}
	spool_rewind(&run->spool);
	advance(run);
	free(q->heap);
	free(q->arena);
	q->heap = NULL;
	q->arena = NULL;
	q->nheap = q->heap_cap = q->arena_cap = 0;
	q->used = UNIT;
	if (q->nfreed > 0)
		memset(q->freed, 0, q->nfreed * sizeof(*q->freed));
	merge_runs(q);
}

/* The heap in memory. */

static size_t
held(const struct pqueue *q)
{
	return q->heap_cap * sizeof(*q->heap) + q->arena_cap;
}

/*
 * An array with room for n items: half as much again, or what is needed, or
 * NULL if the memory has no room for that.  The first item always finds room.
 */
static void *
make_room(struct pqueue *q, void *array, size_t *cap, size_t n, size_t size)
{
	size_t to = *cap + *cap / 2 + 64;

	if (n <= *cap)
		return array;
	if (to < n || held(q) + (to - *cap) * size > q->memory)
		to = n;
	if (held(q) + (to - *cap) * size > q->memory && q->nheap > 0)
		return NULL;
	array = mem_grow(array, to, size);
	*cap = to;
	if (held(q) > q->most)
		q->most = held(q);
	return array;
}

/* A cell for so many bytes; NONE where memory won't do. */
static size_t
new_cell(struct pqueue *q, size_t n)
{
	char *arena;
	size_t at;

	if (n < q->nfreed && q->freed[n] != NONE) {
		at = q->freed[n];
		memcpy(&q->freed[n], q->arena + at, sizeof(at));
		return at;
	}
	arena = make_room(q, q->arena, &q->arena_cap, q->used + n * UNIT, 1);
	if (arena == NULL)
		return NONE;
	q->arena = arena;
	at = q->used;
	q->used += n * UNIT;
	return at;
}

static void
free_cell(struct pqueue *q, size_t at)
{
	size_t n = units(cell_len(q, at));

	if (n >= q->nfreed) {
		q->freed = mem_grow(q->freed, n + 1, sizeof(*q->freed));
		memset(q->freed + q->nfreed, 0,
		    (n + 1 - q->nfreed) * sizeof(*q->freed));
		q->nfreed = n + 1;
	}
	memcpy(q->arena + at, &q->freed[n], sizeof(at));
	q->freed[n] = at;
}

static void
sift_up(struct pqueue *q, size_t at)
{
	struct pqueue_slot s = q->heap[at];

	for (; at > 0 && before(s.rank, q->heap[(at - 1) / KIDS].rank);
	     at = (at - 1) / KIDS)
		q->heap[at] = q->heap[(at - 1) / KIDS];
	q->heap[at] = s;
}

static void
sift_down(struct pqueue *q)
{
	struct pqueue_slot s = q->heap[0];
	size_t at = 0, kid, least, end;

	while ((kid = KIDS * at + 1) < q->nheap) {
		end = kid + KIDS < q->nheap ? kid + KIDS : q->nheap;
		for (least = kid++; kid < end; kid++)
			if (before(q->heap[kid].rank, q->heap[least].rank))
				least = kid;
		if (!before(q->heap[least].rank, s.rank))
			break;
		q->heap[at] = q->heap[least];
		at = least;
	}
	q->heap[at] = s;
}

/* A cell for so many bytes, and a place in the heap; NONE: no room. */
static size_t
place_for(struct pqueue *q, size_t len)
{
	struct pqueue_slot *heap =
	    make_room(q, q->heap, &q->heap_cap, q->nheap + 1, sizeof(*q->heap));

	if (heap == NULL)
		return NONE;
	q->heap = heap;
	return new_cell(q, units(len));
}

void
pqueue_put(struct pqueue *q, const struct pqueue_item *item)
{
	uint32_t len = (uint32_t)item->bytes.len;
	size_t at = place_for(q, len);
	struct pqueue_slot *s;

	if (at == NONE) {
		spill(q);
		at = place_for(q, len);
	}
	memcpy(q->arena + at, &len, sizeof(len));
	if (len > 0)
		memcpy(q->arena + at + sizeof(len), item->bytes.p, len);
	s = &q->heap[q->nheap];
	memcpy(s->rank, item->rank, sizeof(s->rank));
	s->at = at;
	sift_up(q, q->nheap++);
}

const uint64_t *
pqueue_first(const struct pqueue *q)
{
	const uint64_t *run = q->nrun > 0 ? q->run[q->least].head.rank : NULL;

	if (q->nheap == 0 || (run != NULL && before(run, q->heap[0].rank)))
		return run;
	return q->heap[0].rank;
}

static void
take_from_heap(struct pqueue *q)
{
	size_t at = q->heap[0].at;

	q->bytes.len = 0;
	buf_put(&q->bytes, cell_bytes(q, at), cell_len(q, at));
	free_cell(q, at);
	q->heap[0] = q->heap[--q->nheap];
	if (q->nheap > 0)
		sift_down(q);
}

bool
pqueue_take(struct pqueue *q, struct pqueue_item *item)
{
	const uint64_t *first = pqueue_first(q);

	if (first == NULL)
		return false;
	memcpy(item->rank, first, sizeof(item->rank));
	if (q->nheap > 0 && first == q->heap[0].rank)
		take_from_heap(q);
	else {
		if (!take_from(q, &q->run[q->least]))
			remove_run(q, q->least);
		find_least(q);
	}
	item->bytes = buf_str(&q->bytes);
	return true;
}

void
pqueue_release(struct pqueue *q)
{
	size_t i;

	for (i = 0; i < q->nrun; i++)
		spool_close(&q->run[i].spool);
	free(q->run);
	free(q->heap);
	free(q->arena);
	free(q->freed);
	buf_release(&q->bytes);
	*q = (struct pqueue){0};
}
