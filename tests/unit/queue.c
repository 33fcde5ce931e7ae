/*
 * queue: random lives of requests, compared with a scan of all items; which
 * requests are woken by an answer and by a rejection
 */

#include "llm/queue.h"

#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NITEM = 9, NKEY = 4 };

static struct hash128
key_of(uint64_t n)
{
	return (struct hash128){n, n * 7};
}

static void
set_text(struct buf *b, const char *text)
{
	b->len = 0;
	buf_puts(b, str_of(text));
}

static struct queue_item *
push(struct queue *q, uint64_t key, const char *line)
{
	struct queue_item *item = queue_at(q, q->count);

	set_text(&item->line, line);
	set_text(&item->body, "body");
	item->key = key_of(key);
	queue_set(
	    q, item, queue_has(q, item->key) ? QUEUE_WAITING : QUEUE_READY);
	queue_push(q);
	return item;
}

static void
test_wake(void)
{
	struct queue q;
	struct queue_item *a, *b, *c, *d;

	queue_init(&q, NITEM);
	a = push(&q, 1, "a");
	b = push(&q, 1, "b");
	c = push(&q, 2, "c");
	d = push(&q, 1, "d");
	ok(q.nready == 2 && q.nwaiting == 2, "equal requests wait for one");
	queue_set(&q, a, QUEUE_FLYING);
	ok(queue_has(&q, key_of(1)) && !queue_has(&q, key_of(3)),
	    "a request that was sent is there");
	b->due = d->due = 5;
	queue_reject(&q, a, STR("no"), true);
	ok(a->state == QUEUE_REJECTED && a->again &&
		str_eq(buf_str(&a->why), STR("no")),
	    "a rejection has its reason");
	ok(queue_wake(&q, a) == 0 && b->state == QUEUE_READY && b->due == 0,
	    "the first that waited is sent in its place");
	ok(d->state == QUEUE_WAITING && d->due == 5,
	    "the others go on waiting");
	set_text(&b->answer, "yes");
	queue_set(&q, b, QUEUE_ANSWERED);
	ok(queue_wake(&q, b) == 1 && d->state == QUEUE_ANSWERED &&
		str_eq(buf_str(&d->answer), STR("yes")),
	    "an answer is that of all that waited");
	ok(c->state == QUEUE_READY, "and of no other request");
	queue_set(&q, b, QUEUE_FREE);
	ok(queue_shift(&q) == 0 && q.count == 4, "the head must go first");
	queue_set(&q, a, QUEUE_FREE);
	ok(queue_shift(&q) == 4 && q.count == 2 && queue_at(&q, 0) == c,
	    "all free ones go with it");
	ok(q.held == 2 * 5, "the bytes that are left");
	queue_release(&q);
}

/* Whether the counts are those of a scan, and items lie in order. */
static bool
is_sound(const struct queue *q, uint64_t first)
{
	size_t i, held = 0, n[QUEUE_REJECTED + 1] = {0};
	const struct queue_item *item;
	uint64_t key;
	bool has;

	for (i = 0; i < q->count; i++) {
		item = queue_at(q, i);
		n[item->state]++;
		held += item->line.len + item->body.len;
		if (item->lineno != first + i)
			return false;
	}
	for (key = 0; key < NKEY; key++) {
		for (has = false, i = 0; i < q->count; i++) {
			item = queue_at(q, i);
			has |= item->key.low == key &&
			       (item->state == QUEUE_READY ||
				   item->state == QUEUE_FLYING);
		}
		if (has != queue_has(q, key_of(key)))
			return false;
	}
	return held == q->held && n[QUEUE_READY] == q->nready &&
	       n[QUEUE_WAITING] == q->nwaiting && n[QUEUE_FLYING] == q->nflying;
}

/*
 * One more step in the life of an item; items that wait for another are left
 * alone.
 */
static void
step(struct queue *q, struct queue_item *item, struct rng *r)
{
	switch (item->state) {
	case QUEUE_READY:
		queue_set(q, item, QUEUE_FLYING);
		break;
	case QUEUE_FLYING:
		if (rng_below(r, 2) == 0) {
			queue_reject(q, item, STR("no"), false);
		} else {
			set_text(&item->answer, "yes");
			queue_set(q, item, QUEUE_ANSWERED);
		}
		queue_wake(q, item);
		break;
	case QUEUE_ANSWERED:
	case QUEUE_REJECTED:
		queue_set(q, item, QUEUE_FREE);
		break;
	case QUEUE_FREE:
	case QUEUE_WAITING:
		break;
	}
}

static void
test_random(void)
{
	static const char *const line[] = {"", "1", "22", "4444", "55555"};
	struct queue q;
	struct queue_item *item;
	struct rng r;
	uint64_t npushed = 0, nshifted = 0, put = 0, got = 0;
	size_t i, n;
	const char *text;
	bool good = true;

	rng_init(&r, 4);
	queue_init(&q, NITEM);
	for (i = 0; i < 20000 && good; i++) {
		if (rng_below(&r, 3) == 0 && q.count < NITEM) {
			text = line[rng_below(&r, 5)];
			item = push(&q, rng_below(&r, NKEY), text);
			item->lineno = npushed++;
			put += strlen(text) + 1;
		} else if (q.count > 0) {
			step(&q, queue_at(&q, rng_below(&r, q.count)), &r);
		}
		n = q.count;
		got += queue_shift(&q);
		nshifted += n - q.count;
		good = is_sound(&q, nshifted);
	}
	ok(good, "counts, bytes and order after each step");
	ok(npushed > 1000, "many went through");
	while (q.count > 0) {
		for (i = 0; i < q.count; i++)
			step(&q, queue_at(&q, i), &r);
		got += queue_shift(&q);
	}
	ok(got == put, "all bytes came out again");
	ok(q.held == 0 && q.nready + q.nwaiting + q.nflying == 0,
	    "nothing is left, and nobody waits for ever");
	queue_release(&q);
}

int
main(void)
{
	test_wake();
	test_random();
	return tap_done();
}
