/*
 * meet: from keys to meetings, compared with a search of all pairs, in one
 * process and by ranges
 */

#include "dedup/meet.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rng.h"
#include "dedup/keys.h"
#include "tap.h"

enum { NRECORD = 300, NBAND = 4, NRANGE = 4 };

struct record {
	struct place at;
	uint64_t key[NBAND];
};

/* The meeting that there should be for key k of record i, if any. */
static bool
expected(const struct record *r, size_t i, size_t k, struct meeting *x)
{
	uint64_t key = r[i].key[k];
	bool before = false;
	size_t j, m;

	*x = (struct meeting){key, r[i].at.offset, 0, r[i].at.part, PARTS_NONE};
	for (j = 0; j < NRECORD; j++)
		for (m = 0; m < NBAND; m++) {
			if (r[j].key[m] != key || j == i)
				continue;
			if (j < i)
				before = true;
			else if (x->next_part == PARTS_NONE) {
				x->next_part = r[j].at.part;
				x->next_offset = r[j].at.offset;
			}
		}
	return before || x->next_part != PARTS_NONE;
}

/*
 * Whether the meetings are the expected ones, in the order of records and
 * keys.
 */
static bool
right(const struct record *r, bool (*next)(void *, struct meeting *),
    void *source)
{
	struct meeting x, want, last = {0};
	size_t i, k, n = 0, nwant = 0;
	bool same = true;

	while (next(source, &x)) {
		for (i = 0; i < NRECORD; i++)
			if (r[i].at.part == x.part &&
			    r[i].at.offset == x.offset)
				break;
		for (k = 0; i < NRECORD && k < NBAND; k++)
			if (r[i].key[k] == x.key)
				break;
		same = same && i < NRECORD && k < NBAND &&
		       expected(r, i, k, &want) &&
		       want.next_part == x.next_part &&
		       want.next_offset == x.next_offset;
		same =
		    same &&
		    (n == 0 || last.part < x.part ||
			(last.part == x.part && (last.offset < x.offset ||
						    (last.offset == x.offset &&
							last.key < x.key))));
		last = x;
		n++;
	}
	for (i = 0; i < NRECORD; i++)
		for (k = 0; k < NBAND; k++)
			nwant += expected(r, i, k, &want);
	return same && n == nwant && n > 0;
}

static void
make(struct record *r)
{
	struct rng rng;
	size_t i, k;

	rng_init(&rng, 1);
	for (i = 0; i < NRECORD; i++) {
		r[i].at.part = (uint32_t)(i / 100);
		r[i].at.offset = 1000 * (i % 100);
		/* Of each band other keys, of all ranges. */
		for (k = 0; k < NBAND; k++)
			r[i].key[k] =
			    (rng_below(&rng, 150) * NBAND + k) << 52 | k;
	}
}

static struct parts parts;
static char dir[] = "/tmp/meet.XXXXXX";

/* The keys of all records, in whatever order, to files DIR/keys.I. */
static void
write_keys(const struct record *r, size_t nrange)
{
	char prefix[64];
	struct keys keys;
	size_t i;

	snprintf(prefix, sizeof(prefix), "%s/keys", dir);
	keys_open(&keys, &parts, "x", prefix, nrange);
	for (i = NRECORD; i-- > 0;)
		keys_put(&keys, r[i].key, NBAND, parts.name[r[i].at.part],
		    r[i].at.offset);
	keys_commit(&keys);
	keys_release(&keys);
}

static void
whole(const struct record *r)
{
	char in[96], *const file[] = {in, NULL};
	struct meet m;

	write_keys(r, 1);
	snprintf(in, sizeof(in), "%s/keys.0", dir);
	meet_init(&m, &parts, "x", file, 1 << 20);
	ok(right(r, meet_next, &m), "meetings in one process");
	meet_release(&m);
	meet_init(&m, &parts, "x", file, 200);
	ok(right(r, meet_next, &m), "in a memory of a few lines");
	meet_release(&m);
	unlink(in);
}

static void
by_ranges(const struct record *r)
{
	char in[96], out[NRANGE][96], *file[NRANGE + 1] = {NULL};
	char *const keys[] = {in, NULL};
	struct meet_merge m;
	FILE *fp;
	size_t i;

	write_keys(r, NRANGE);
	for (i = 0; i < NRANGE; i++) {
		snprintf(in, sizeof(in), "%s/keys.%zu", dir, i);
		snprintf(out[i], sizeof(out[i]), "%s/meet.%zu", dir, i);
		file[i] = out[i];
		fp = fopen(out[i], "w");
		if (fp == NULL)
			exit(1);
		meet_files(&parts, "x", keys, 1 << 20, fp);
		fclose(fp);
		unlink(in);
	}
	meet_merge_init(&m, &parts, "x", file);
	ok(m.head.nrange == NRANGE, "files know their ranges");
	ok(right(r, meet_merge_next, &m), "meetings by ranges, merged");
	meet_merge_release(&m);
	for (i = 0; i < NRANGE; i++)
		unlink(out[i]);
}

int
main(void)
{
	static char one[] = "one", two[] = "two", three[] = "three";
	char *const names[] = {one, two, three, NULL};
	struct record *r = mem_zeroed(NRECORD, sizeof(*r));

	if (mkdtemp(dir) == NULL)
		return 1;
	make(r);
	parts_init(&parts, "list", names);
	whole(r);
	by_ranges(r);
	parts_release(&parts);
	rmdir(dir);
	free(r);
	return tap_done();
}
