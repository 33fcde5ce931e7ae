#include "spill/shuffle.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/spool.h"

enum { BUCKET_BITS = 16, NBUCKET = 1 << BUCKET_BITS };
enum { MIN_BUF = 4 << 10, MAX_BUF = 1 << 20 }; /* bytes a pile */
enum { AHEAD = 8 }; /* records that are on their way from memory */

/* What stands before a record's bytes in the temporary file. */
struct head {
	uint64_t key, tie;
	uint32_t tokens, split, len, unused;
};

static size_t
bucket(uint64_t key)
{
	return (size_t)(key >> (64 - BUCKET_BITS));
}

void
shuffle_init(struct shuffle *p, size_t memory)
{
	*p = (struct shuffle){.memory = memory};
	p->nbyte = mem_zeroed(NBUCKET, sizeof(*p->nbyte));
	p->of_bucket = mem_zeroed(NBUCKET, sizeof(*p->of_bucket));
}

void
shuffle_expect(struct shuffle *p, uint64_t key, size_t len)
{
	p->nbyte[bucket(key)] += sizeof(struct head) + len;
}

/* Neighbouring buckets become a pile while they fit into the memory. */
static void
lay_out(struct shuffle *p)
{
	struct shuffle_region *r = NULL;
	uint64_t at = 0;
	size_t i;

	p->region = mem_zeroed(NBUCKET, sizeof(*p->region));
	for (i = 0; i < NBUCKET; i++) {
		if (r == NULL || r->len + p->nbyte[i] > p->memory) {
			r = &p->region[p->npile++];
			r->at = at;
		}
		p->of_bucket[i] = (uint32_t)(p->npile - 1);
		r->len += p->nbyte[i];
		at += p->nbyte[i];
	}
	if (p->npile == 1) {
		p->room = (size_t)r->len;
		return;
	}
	p->room = p->memory / p->npile;
	if (p->room < MIN_BUF)
		p->room = MIN_BUF;
	if (p->room > MAX_BUF)
		p->room = MAX_BUF;
	spool_open(&p->spool);
}

static void
write_out(
    struct shuffle *p, struct shuffle_region *r, const void *bytes, size_t len)
{
	spool_write_at(&p->spool, bytes, len, r->at + r->put);
	r->put += len;
}

static void
put(struct shuffle *p, struct shuffle_region *r, const void *bytes, size_t len)
{
	if (r->buf == NULL)
		r->buf = mem_huge(p->room);
	if (r->nbuf + len > p->room) {
		write_out(p, r, r->buf, r->nbuf);
		r->nbuf = 0;
	}
	if (len > p->room) {
		write_out(p, r, bytes, len);
		return;
	}
	if (len > 0) /* an empty text has no ids, so bytes may be NULL */
		memcpy(r->buf + r->nbuf, bytes, len);
	r->nbuf += len;
}

void
shuffle_put(struct shuffle *p, const struct shuffle_item *item)
{
	struct head head = {item->key, item->tie, item->tokens, item->split,
	    (uint32_t)item->bytes.len, 0};
	struct shuffle_region *r;

	if (p->region == NULL)
		lay_out(p);
	r = &p->region[p->of_bucket[bucket(item->key)]];
	put(p, r, &head, sizeof(head));
	put(p, r, item->bytes.p, item->bytes.len);
}

static int
by_key(const void *a, const void *b)
{
	const struct shuffle_item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->tie > y->tie) - (x->tie < y->tie);
}

/* Room for the longest pile, to be used for one after the other. */
static void
make_room(struct shuffle *p)
{
	uint64_t longest = 0;
	size_t i;

	for (i = 0; i < p->npile; i++)
		if (p->region[i].len > longest)
			longest = p->region[i].len;
	p->loaded = mem_huge((size_t)longest);
}

/*
 * What was put into a pile is loaded: what was spooled of it, then what still
 * lies in its buffer.  The only pile lies there whole.
 */
static void
read_region(struct shuffle *p, struct shuffle_region *r)
{
	if (p->npile == 1) {
		p->loaded = r->buf;
		r->buf = NULL;
		return;
	}
	if (p->loaded == NULL)
		make_room(p);
	spool_read_at(&p->spool, p->loaded, (size_t)r->put, r->at);
	if (r->nbuf > 0)
		memcpy(p->loaded + r->put, r->buf, r->nbuf);
	free(r->buf);
	r->buf = NULL;
}

static void
load(struct shuffle *p, struct shuffle_region *r)
{
	const char *at, *end;
	struct head head;

	read_region(p, r);
	p->nitem = p->next = 0;
	for (at = p->loaded, end = at + r->len; at < end; at += head.len) {
		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		if (p->nitem == p->cap) {
			p->cap = p->cap ? 2 * p->cap : 1024;
			p->item = mem_grow(p->item, p->cap, sizeof(*p->item));
		}
		p->item[p->nitem++] = (struct shuffle_item){head.key, head.tie,
		    head.tokens, head.split, {at, head.len}};
	}
	if (p->nitem > 0)
		qsort(p->item, p->nitem, sizeof(*p->item), by_key);
}

bool
shuffle_next(struct shuffle *p, struct shuffle_item *item)
{
	while (p->next == p->nitem) {
		if (p->reading == p->npile)
			return false;
		load(p, &p->region[p->reading++]);
	}
	if (p->next + AHEAD < p->nitem)
		__builtin_prefetch(p->item[p->next + AHEAD].bytes.p);
	*item = p->item[p->next++];
	return true;
}

void
shuffle_release(struct shuffle *p)
{
	size_t i;

	for (i = 0; i < p->npile; i++)
		free(p->region[i].buf);
	free(p->region);
	free(p->nbyte);
	free(p->of_bucket);
	free(p->loaded);
	free(p->item);
	spool_close(&p->spool);
	*p = (struct shuffle){0};
}
