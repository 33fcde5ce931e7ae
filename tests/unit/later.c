/* later: records come back by rank, then in the order in which they were put */

#include "spill/later.h"

#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

enum { NRECORD = 1000 };

static uint64_t
rank_of(uint64_t i)
{
	return i * 7919 % 100;
}

static bool
is_record(const struct rec *rec, uint64_t i)
{
	struct str id;
	char text[32];

	snprintf(text, sizeof(text), "r%zu", (size_t)i);
	return rec_get_str(rec, "id", &id) && str_eq(id, str_of(text));
}

static void
put_all(struct later *l)
{
	struct arena mem = {0};
	const char *why;
	struct rec rec;
	char line[64];
	size_t i;

	for (i = 0; i < NRECORD; i++) {
		snprintf(line, sizeof(line), "{\"id\": \"r%zu\"}", i);
		arena_clear(&mem);
		if (!rec_parse(&rec, &mem, str_of(line), &why))
			exit(1);
		later_put(l, &rec, rank_of(i));
	}
	arena_release(&mem);
}

int
main(void)
{
	struct later l = {0};
	struct rec rec;
	uint64_t i, last = 0;
	size_t n;
	bool same = true;

	ok(!later_is_open(&l), "zeros are not open");
	later_open(&l, true);
	put_all(&l);
	ok(later_is_open(&l) && l.n == NRECORD, "all were put");
	for (n = 0; later_ranked(&l, &rec, &i); n++) {
		same = same && is_record(&rec, i) &&
		       (n == 0 || rank_of(last) < rank_of(i) ||
			   (rank_of(last) == rank_of(i) && last < i));
		last = i;
	}
	ok(same && n == NRECORD, "by rank, equal ones as they were put");
	for (n = 0; later_next(&l, &rec); n++)
		same = same && is_record(&rec, n);
	ok(same && n == NRECORD, "then as they were put");
	later_release(&l);
	later_open(&l, false);
	ok(!later_ranked(&l, &rec, &i) && !later_next(&l, &rec), "none");
	later_release(&l);
	return tap_done();
}
