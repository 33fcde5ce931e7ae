/*
 * hits: any bytes as records of the parts of a corpus that are merged, by
 * their hits or by their scores, or as seeds with "vec" (the first byte says
 * which); hits that are kept are those of existing seeds
 */

#include <assert.h>
#include <math.h>
#include <stdint.h>

#include "fatal.h"
#include "mine/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct input {
	const uint8_t *p;
	size_t len;
};

static void
merge(char *path, bool by_share)
{
	char *const file[] = {path, NULL};
	struct select_rule rule = {
	    .by_share = by_share, .share = 0.5, .per_seed = by_share ? 0 : 2};
	struct seeds seeds = {0};
	struct rec_reader in;
	struct select s;
	struct select_verdict v;
	size_t i;

	select_init(&s, &rule, &seeds);
	rec_open(&in, file);
	merge_read(&s, &seeds, &in);
	rec_close(&in);
	select_decide(&s);
	while (select_next(&s, &v))
		for (i = 0; v.pass && i < s.nhit; i++)
			assert(s.hit[i].seed < seeds.nseed);
	select_release(&s);
	seeds_release(&seeds);
}

static void
read_seeds(char *path)
{
	char *const file[] = {path};
	struct seeds seeds;
	double square;
	size_t i, d;

	seeds_read(&seeds, file, 1, NULL, true);
	assert(seeds.nseed > 0 && seeds.ndomain > 0 && seeds.dim > 0);
	for (i = 0; i < seeds.nseed; i++) {
		square = 0;
		for (d = 0; d < seeds.dim; d++)
			square += (double)seeds.vec[i * seeds.dim + d] *
				  seeds.vec[i * seeds.dim + d];
		assert(square == 0 || fabs(square - 1) < 0.05);
	}
	for (d = 0; d < seeds.ndomain; d++)
		for (i = seeds.first[d]; i < seeds.first[d + 1]; i++)
			assert(seeds.member[i] < seeds.nseed);
	seeds_release(&seeds);
}

static void
read_file(void *context)
{
	const struct input *in = context;
	char *path = (char *)(uintptr_t)fatal_file(in->p + 1, in->len - 1);

	if (in->p[0] % 3 == 2)
		read_seeds(path);
	else
		merge(path, in->p[0] % 3 == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};

	if (len > 0)
		fatal_run(read_file, &in);
	return 0;
}
