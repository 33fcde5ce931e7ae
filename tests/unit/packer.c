/*
 * packer, bestfit: sequences are compared with a naive best fit; every piece
 * is in one of them, whole, with its note, whatever the windows
 */

#include "shard/packer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "math/bestfit.h"
#include "shard/megatron.h"
#include "tap.h"

enum { N = 3000, MOST = 5000 };

static uint32_t len[N], bin[N], room[N];

/* Best-fit decreasing that looks at each sequence for each length. */
static size_t
naive(size_t n, uint32_t length, uint32_t *rooms)
{
	static uint32_t sorted[N];
	size_t nbin = 0, i, j, best;
	uint32_t swap;

	memcpy(sorted, len, n * sizeof(*sorted));
	for (i = 1; i < n; i++)
		for (j = i; j > 0 && sorted[j - 1] < sorted[j]; j--) {
			swap = sorted[j];
			sorted[j] = sorted[j - 1];
			sorted[j - 1] = swap;
		}
	for (i = 0; i < n; i++) {
		best = nbin;
		for (j = 0; j < nbin; j++)
			if (rooms[j] >= sorted[i] &&
			    (best == nbin || rooms[j] < rooms[best]))
				best = j;
		if (best == nbin)
			rooms[nbin++] = length;
		rooms[best] -= sorted[i];
	}
	return nbin;
}

static int
by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
fits_best(struct rng *r, size_t n, uint32_t length)
{
	static uint32_t rooms[N], sum[N];
	size_t i, nbin;

	memset(sum, 0, sizeof(sum));
	for (i = 0; i < n; i++)
		len[i] = 1 + (uint32_t)rng_below(r, 1 + rng_below(r, length));
	nbin = bestfit(len, n, length, bin, room);
	for (i = 0; i < n; i++)
		sum[bin[i]] += len[i];
	for (i = 0; i < nbin; i++)
		if (sum[i] + room[i] != length)
			return false;
	if (naive(n, length, rooms) != nbin)
		return false;
	qsort(rooms, nbin, sizeof(*rooms), by_size);
	qsort(room, nbin, sizeof(*room), by_size);
	return memcmp(rooms, room, nbin * sizeof(*room)) == 0;
}

/* What came out of a packer. */
struct found {
	uint8_t *times; /* (npiece) */
	uint64_t nsequence, nid;
	bool good;
};

/* The number at p, and p after it and the comma that follows. */
static uint32_t
number(const char **p, const char *end)
{
	uint32_t n = 0;

	while (*p < end && **p != ',')
		n = 10 * n + (uint32_t)(*(*p)++ - '0');
	*p += *p < end;
	return n;
}

/* The ids of a piece are its number, repeated. */
static void
take(struct packer *p, bool last, struct found *f)
{
	const struct packer_sequence *s;
	const char *note, *end;
	uint32_t n, id, at;
	size_t i, k;

	while (packer_next(p, last, &s)) {
		f->nsequence++;
		f->nid += s->n;
		f->good &= s->ids.len == p->length * p->width;
		note = s->notes.p;
		end = note + s->notes.len;
		for (i = at = 0; i < s->lens.len / sizeof(n); i++) {
			memcpy(&n, s->lens.p + i * sizeof(n), sizeof(n));
			id = megatron_get(s->ids.p + at * p->width, p->width);
			f->good &=
			    number(&note, end) == id && f->times[id]++ == 0;
			for (k = 0; k < n; k++, at++)
				f->good &=
				    megatron_get(s->ids.p + at * p->width,
					p->width) == id;
		}
		f->good &= at == s->n && note == end;
		for (; at < p->length; at++)
			f->good &= megatron_get(s->ids.p + at * p->width,
				       p->width) == p->pad;
	}
}

/* Pieces of at most most ids until there are nid of them. */
static struct found
run(uint32_t length, uint64_t nid, uint64_t seed)
{
	struct found f = {.good = true};
	struct packer p;
	struct buf ids = {0}, note = {0};
	struct rng r;
	uint64_t put = 0;
	uint32_t id, n, k;

	f.times = mem_zeroed(nid, 1);
	rng_init(&r, 5);
	packer_init(&p, length, 4, 0xffffff, seed);
	for (id = 0; put < nid; id++) {
		n = 1 + (uint32_t)rng_below(&r,
			    1 + rng_below(&r, length < MOST ? length : MOST));
		ids.len = note.len = 0;
		for (k = 0; k < n; k++)
			megatron_put(&ids, &id, 1, 4);
		buf_printf(&note, "%u", id);
		packer_put(&p, buf_str(&ids), buf_str(&note));
		put += n;
		take(&p, false, &f);
	}
	take(&p, true, &f);
	for (k = 0; k < id; k++)
		f.good &= f.times[k] == 1;
	f.good &= f.nid == put && f.nid == p.nid && f.nsequence == p.nsequence;
	packer_release(&p);
	buf_release(&ids);
	buf_release(&note);
	free(f.times);
	return f;
}

int
main(void)
{
	static const uint32_t length[] = {
	    1, 2, 63, 64, 65, 1000, 4095, 4096, 4097, 300000, 1 << 24};
	bool good = true;
	struct found f;
	struct rng r;
	size_t i;

	rng_init(&r, 1);
	for (i = 0; i < sizeof(length) / sizeof(*length); i++)
		good &= fits_best(&r, i % 2 > 0 ? N : 200, length[i]);
	ok(good, "best fit into sequences of eleven lengths");
	f = run(2048, 100, 0);
	ok(f.good && f.nsequence == 1, "less than a sequence");
	f = run(2048, 13000000, 0);
	ok(f.good, "three windows: every piece once, its ids, its note");
	ok((double)f.nsequence <= 13000000 / 2048 * 1.003, "and almost full");
	f = run(60000, 40000000, 3);
	ok(f.good, "long sequences of short pieces");
	ok(f.nsequence <= 40000000 / 60000 + 2, "and full");
	return tap_done();
}
