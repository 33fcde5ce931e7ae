/*
 * queue - requests in flight, in the order of their records
 *
 * A ring of items from when a record is read until it is written.  An item is
 * queued, flying, or waiting for the answer to an equal request; then it is
 * answered or rejected, and free when it was written.  Free items leave the
 * queue from its head.
 */

#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"

enum queue_state {
	QUEUE_FREE,
	QUEUE_READY,	/* to be sent, when it is due */
	QUEUE_WAITING,	/* for the answer to an equal request */
	QUEUE_FLYING,	/* sent */
	QUEUE_ANSWERED, /* answer holds it */
	QUEUE_REJECTED	/* why says it */
};

struct queue_item {
	enum queue_state state; /* changed by queue_set() alone */
	struct buf line, body, answer, why;
	struct hash128 key; /* of the request; equal requests have equal keys */
	const char *file;   /* where the record came from */
	uint64_t lineno;
	unsigned ntry;
	double due; /* seconds of the monotonic clock */
	bool again; /* asking later may help */
};

struct queue {
	struct queue_item *item; /* (nitem), a ring: head, count */
	size_t nitem, head, count;
	size_t held; /* bytes of the lines and bodies of [head, count) */
	size_t nready, nwaiting, nflying;
};

/* Room for nitem items at a time. */
void queue_init(struct queue *q, size_t nitem);
void queue_release(struct queue *q);

/* The item of place i, counted from the head; that of count is the next. */
struct queue_item *queue_at(const struct queue *q, size_t i);

/* Take queue_at(q, count), of which line and body are set, to the end. */
void queue_push(struct queue *q);

/*
 * Take free items from the head.  Returns the bytes of their records, each with
 * its line feed.
 */
uint64_t queue_shift(struct queue *q);

/* Put an item into another state, and keep the counts right. */
void queue_set(
    struct queue *q, struct queue_item *item, enum queue_state state);

/* Reject an item; again: asking later may help. */
void queue_reject(
    struct queue *q, struct queue_item *item, struct str why, bool again);

/* Whether an equal request is waiting to be sent or has been sent. */
bool queue_has(const struct queue *q, struct hash128 key);

/*
 * When done is answered, so are those that waited for it; returns how many.
 * When it is rejected, the first of them is ready to be sent.
 */
size_t queue_wake(struct queue *q, const struct queue_item *done);

#endif
