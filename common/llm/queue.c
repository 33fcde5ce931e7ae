#include "llm/queue.h"

#include <stdlib.h>

#include "base/mem.h"

void
queue_init(struct queue *q, size_t nitem)
{
	*q = (struct queue){.nitem = nitem};
	q->item = mem_zeroed(nitem, sizeof(*q->item));
}

void
queue_release(struct queue *q)
{
	size_t i;

	for (i = 0; i < q->nitem; i++) {
		buf_release(&q->item[i].line);
		buf_release(&q->item[i].body);
		buf_release(&q->item[i].answer);
		buf_release(&q->item[i].why);
	}
	free(q->item);
}

struct queue_item *
queue_at(const struct queue *q, size_t i)
{
	return &q->item[(q->head + i) % q->nitem];
}

void
queue_push(struct queue *q)
{
	const struct queue_item *item = queue_at(q, q->count);

	q->held += item->line.len + item->body.len;
	q->count++;
}

uint64_t
queue_shift(struct queue *q)
{
	const struct queue_item *item;
	uint64_t len = 0;

	while (q->count > 0 && (item = queue_at(q, 0))->state == QUEUE_FREE) {
		q->held -= item->line.len + item->body.len;
		len += item->line.len + 1;
		q->head = (q->head + 1) % q->nitem;
		q->count--;
	}
	return len;
}

void
queue_set(struct queue *q, struct queue_item *item, enum queue_state state)
{
	q->nready -= item->state == QUEUE_READY;
	q->nwaiting -= item->state == QUEUE_WAITING;
	q->nflying -= item->state == QUEUE_FLYING;
	item->state = state;
	q->nready += state == QUEUE_READY;
	q->nwaiting += state == QUEUE_WAITING;
	q->nflying += state == QUEUE_FLYING;
}

void
queue_reject(
    struct queue *q, struct queue_item *item, struct str why, bool again)
{
	item->why.len = 0;
	buf_puts(&item->why, why);
	item->again = again;
	queue_set(q, item, QUEUE_REJECTED);
}

static bool
same_key(struct hash128 a, struct hash128 b)
{
	return a.low == b.low && a.high == b.high;
}

bool
queue_has(const struct queue *q, struct hash128 key)
{
	const struct queue_item *item;
	size_t i;

	for (i = 0; i < q->count; i++) {
		item = queue_at(q, i);
		if ((item->state == QUEUE_FLYING ||
			item->state == QUEUE_READY) &&
		    same_key(item->key, key))
			return true;
	}
	return false;
}

size_t
queue_wake(struct queue *q, const struct queue_item *done)
{
	struct queue_item *item;
	size_t i, n = 0;

	for (i = 0; q->nwaiting > 0 && i < q->count; i++) {
		item = queue_at(q, i);
		if (item->state != QUEUE_WAITING ||
		    !same_key(item->key, done->key))
			continue;
		if (done->state != QUEUE_ANSWERED) {
			queue_set(q, item, QUEUE_READY);
			item->due = 0;
			break;
		}
		item->answer.len = 0;
		buf_puts(&item->answer, buf_str(&done->answer));
		queue_set(q, item, QUEUE_ANSWERED);
		n++;
	}
	return n;
}
