/*
 * pack: the mix is compared with its rule computed naively, the external sort
 * with qsort(3) in a memory of a few items, and piles with a sort of the whole
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "record/gz-whole.h"
#include "shard/mix.h"
#include "spill/extsort.h"
#include "spill/shuffle.h"
#include "tap.h"

/*
 * Megatron's error of each source; returns the first source with the largest
 * one.
 */
static size_t
twin_next(const double *weight, const double *taken, double total, size_t n)
{
	size_t i, best = 0;
	double error[8];

	for (i = 0; i < n; i++) {
		error[i] = weight[i] * (total > 1 ? total : 1) - taken[i];
		if (error[i] > error[best])
			best = i;
	}
	return best;
}

static void
mixes(void)
{
	const double weight[4] = {5, 1, 3, 1};
	double share[4] = {.5, .1, .3, .1}, taken[4] = {0}, total = 0, off = 0;
	struct mix m;
	size_t i, step;
	uint64_t units;
	bool same = true;
	struct rng r;

	rng_init(&r, 1);
	mix_init(&m, weight, 4);
	for (step = 0; step < 20000; step++) {
		i = mix_next(&m);
		same = same && i == twin_next(share, taken, total, 4);
		units = rng_below(&r, 100);
		mix_take(&m, i, units);
		taken[i] += (double)units;
		total += (double)units;
	}
	ok(same, "the next source is the one furthest below its weight");
	for (i = 0; i < 4; i++)
		if (taken[i] - share[i] * total > off)
			off = taken[i] - share[i] * total;
	ok(off <= 100, "no share is off by more than one draw");
	mix_close(&m, 0);
	mix_close(&m, 2);
	for (i = 0, same = true; i < 100; i++) {
		step = mix_next(&m);
		same = same && (step == 1 || step == 3);
		mix_take(&m, step, 1);
	}
	ok(same, "closed sources are not drawn");
	mix_close(&m, 1);
	mix_close(&m, 3);
	ok(mix_next(&m) == 4, "all are closed");
	mix_release(&m);
}

struct item {
	uint32_t key, place;
};

static int
by_key(const void *a, const void *b, const void *context)
{
	const struct item *x = a, *y = b;

	(void)context;
	return (x->key > y->key) - (x->key < y->key);
}

static bool
sorts(size_t n, size_t memory, uint32_t nkey)
{
	struct item item, last = {0, 0};
	struct extsort s;
	struct rng r;
	uint64_t sum = 0;
	size_t i;
	bool good = true;

	rng_init(&r, n);
	extsort_init(&s, sizeof(item), by_key, NULL, memory);
	for (i = 0; i < n; i++) {
		item =
		    (struct item){(uint32_t)rng_below(&r, nkey), (uint32_t)i};
		extsort_put(&s, &item);
	}
	for (i = 0; extsort_next(&s, &item); i++) {
		if (i > 0 &&
		    (item.key < last.key ||
			(item.key == last.key && item.place < last.place)))
			good = false;
		last = item;
		sum += item.place;
	}
	good = good && i == n && sum == (uint64_t)n * (n - (n > 0)) / 2 &&
	       !extsort_next(&s, &item);
	extsort_release(&s);
	return good;
}

static bool
piles(size_t n, size_t memory)
{
	struct shuffle_item item;
	struct shuffle p;
	struct rng r;
	char text[300];
	uint64_t last = 0, sum = 0, want = 0;
	size_t i, len;
	bool good = true;

	shuffle_init(&p, memory);
	rng_init(&r, 5);
	for (i = 0; i < n; i++)
		shuffle_expect(&p, rng_next(&r), i % 300);
	rng_init(&r, 5);
	for (i = 0; i < n; i++) {
		len = i % 300;
		memset(text, (int)(i % 251), len);
		item = (struct shuffle_item){
		    rng_next(&r), i, (uint32_t)i, 0, {text, len}};
		shuffle_put(&p, &item);
		want += i;
	}
	for (i = 0; shuffle_next(&p, &item); i++) {
		good = good && item.key >= last &&
		       item.bytes.len == item.tie % 300;
		for (len = 0; len < item.bytes.len; len++)
			good = good && (unsigned char)item.bytes.p[len] ==
					   item.tie % 251;
		last = item.key;
		sum += item.tokens;
	}
	shuffle_release(&p);
	return good && i == n && sum == want;
}

static void
packs(void)
{
	struct buf raw = {0}, packed = {0}, out = {0};
	struct rng r;
	size_t i, at;
	enum gz_format f;
	bool good;

	rng_init(&r, 9);
	for (i = 0; i < 100000; i++)
		buf_putc(&raw, (char)('a' + rng_below(&r, 5)));
	for (f = GZ_GZIP; f <= GZ_ZSTD; f++) {
		packed.len = 0;
		for (at = 0; at < raw.len; at += i) {
			i = 1 + rng_below(&r, 40000);
			if (i > raw.len - at)
				i = raw.len - at;
			gz_pack(&packed, f, -1, (struct str){raw.p + at, i});
		}
		gz_pack(&packed, f, 1, (struct str){"", 0});
		if (f == GZ_GZIP)
			good = gz_unpack(buf_str(&packed), 1 << 20, &out) ==
				   GZ_WHOLE &&
			       str_eq(buf_str(&out), buf_str(&raw));
		else
			good = gz_unzstd(buf_str(&packed), 1 << 20, &out) ==
				   GZ_WHOLE &&
			       str_eq(buf_str(&out), buf_str(&raw));
		ok(good, "pieces of a format read as one");
	}
	buf_release(&raw);
	buf_release(&packed);
	buf_release(&out);
}

int
main(void)
{
	mixes();
	ok(sorts(0, 64, 10) && sorts(1, 64, 10), "nothing and one item");
	ok(sorts(10000, 1 << 20, 1 << 30), "a sort in memory");
	ok(sorts(10000, 1 << 20, 7), "is stable");
	ok(sorts(10000, 128, 1 << 30), "a sort of runs of eight");
	ok(sorts(10000, 1 << 12, 3), "is stable, too");
	ok(piles(0, 1 << 20), "no records");
	ok(piles(5000, 1 << 24), "one pile");
	ok(piles(5000, 1 << 14), "many piles");
	ok(piles(5000, 1), "piles of a record or none");
	packs();
	return tap_done();
}
