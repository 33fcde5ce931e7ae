/*
 * pqueue: the least comes first, with memory for a few items as with memory
 * for all
 */

#include "spill/pqueue.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

/* Bytes that follow from a rank, so that they needn't be remembered. */
static size_t
make_bytes(char *p, const uint64_t *rank, size_t most)
{
	size_t len = rank[2] % most, i;

	for (i = 0; i < len; i++)
		p[i] = (char)(rank[2] + i);
	return len;
}

static int
by_rank(const void *va, const void *vb)
{
	const uint64_t *a = va, *b = vb;
	size_t i;

	for (i = 0; i < 2 && a[i] == b[i]; i++)
		;
	return a[i] < b[i] ? -1 : a[i] > b[i];
}

/*
 * Some items are put and some taken, many times; what comes out is compared
 * with a sort.
 */
static void
alternate(size_t memory, size_t most, bool forward, const char *what)
{
	enum { ROUNDS = 300, EACH = 100 };
	uint64_t(*all)[3] = mem_grow(NULL, ROUNDS * EACH, sizeof(*all));
	uint64_t last[3] = {0};
	char *p = mem_alloc(most);
	struct pqueue_item item;
	struct pqueue q;
	struct rng r;
	size_t i, j, n = 0, left = 0;
	bool same = true;

	rng_init(&r, 7);
	pqueue_init(&q, memory);
	for (i = 0; i < ROUNDS; i++) {
		for (j = 0; j < EACH; j++, left++) {
			item.rank[0] =
			    (forward ? last[0] : 0) + rng_below(&r, 50);
			item.rank[1] = rng_below(&r, 3) + 1000;
			item.rank[2] = n + j;
			item.bytes =
			    (struct str){p, make_bytes(p, item.rank, most)};
			memcpy(all[n + j], item.rank, sizeof(item.rank));
			pqueue_put(&q, &item);
		}
		n += EACH;
		/*
		 * In "forward" use an item that is put is never less than the
		 * last one that was taken.
		 */
		for (j = rng_below(&r, 120); forward && j > 0 && left > 0;
		     j--) {
			same = same && pqueue_first(&q) != NULL &&
			       pqueue_first(&q)[0] >= last[0] &&
			       pqueue_take(&q, &item);
			memcpy(last, item.rank, sizeof(last));
			same =
			    same &&
			    item.bytes.len == make_bytes(p, item.rank, most) &&
			    memcmp(item.bytes.p, p, item.bytes.len) == 0;
			left--;
		}
	}
	qsort(all, n, sizeof(*all), by_rank);
	for (i = n - left; !forward && i < n; i++)
		same = same && pqueue_take(&q, &item) &&
		       memcmp(item.rank, all[i], sizeof(item.rank)) == 0 &&
		       item.bytes.len == make_bytes(p, item.rank, most) &&
		       memcmp(item.bytes.p, p, item.bytes.len) == 0;
	for (; forward && left > 0; left--) {
		same =
		    same && pqueue_take(&q, &item) && item.rank[0] >= last[0];
		memcpy(last, item.rank, sizeof(last));
	}
	ok(same && !pqueue_take(&q, &item) && pqueue_first(&q) == NULL, what);
	ok(q.most <= (memory < 16384 ? 16384 : memory), "in its memory");
	pqueue_release(&q);
	free(all);
	free(p);
}

int
main(void)
{
	struct pqueue_item item = {{1, 2, 3}, {NULL, 0}};
	char *large = mem_zeroed(40000, 1);
	struct pqueue q;

	alternate(64 << 20, 60, false, "all in memory");
	alternate(1, 60, false, "runs, merged more than once");
	alternate(1, 2000, false, "a few items a run");
	alternate(1, 200, true, "forward in time");
	alternate(1 << 20, 200, true, "forward in more memory");

	pqueue_init(&q, 0);
	ok(pqueue_first(&q) == NULL && !pqueue_take(&q, &item), "nothing");
	pqueue_put(&q, &item);
	item.bytes = (struct str){large, 40000};
	item.rank[0] = 0;
	pqueue_put(&q, &item);
	ok(pqueue_take(&q, &item) && item.bytes.len == 40000,
	    "an item of more than the memory");
	ok(pqueue_take(&q, &item) && item.rank[2] == 3 && item.bytes.len == 0,
	    "one without bytes");
	pqueue_release(&q);
	free(large);
	return tap_done();
}
