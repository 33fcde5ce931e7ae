/*
 * checkpoint: any bytes as the file of --index, with the right hash after
 * them; what is loaded can be used
 */

#include <string.h>

#include "base/hash.h"
#include "dedup/lsh.h"
#include "fatal.h"
#include "spill/hashset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { NBAND = 2 };

static const char magic[] = "fuzzing";

static void
use_sets(struct checkpoint *state)
{
	uint64_t key[NBAND] = {1, 2};
	uint32_t set[4] = {1, 2, 3, 4};
	struct lsh lsh;
	size_t number;
	double jaccard;

	lsh_init(&lsh, NBAND, 0.1, NULL);
	lsh_state(&lsh, state);
	checkpoint_end(state);
	for (; key[0] < 100; key[0]++, key[1] += 7)
		lsh_find(&lsh, key, set, 4, &number, &jaccard);
	lsh_add(&lsh, key, set, 4);
	lsh_release(&lsh);
}

static void
use_names(struct checkpoint *state)
{
	struct hashset seen;
	struct blobs names;
	struct hash128 key = {1, 2};
	uint32_t value;
	size_t i;

	hashset_init(&seen, true, NULL);
	blobs_init(&names, NULL, 64);
	hashset_state(&seen, state);
	blobs_state(&names, state);
	checkpoint_end(state);
	for (i = 0; i < names.n + 2; i++)
		hash_64(blobs_get(&names, i).p, blobs_get(&names, i).len, 0);
	if (hashset_find(&seen, key, &value))
		blobs_get(&names, value);
	hashset_release(&seen);
	blobs_release(&names);
}

static void
load(void *context)
{
	const struct str *file = context;
	struct checkpoint state;

	if (checkpoint_load(&state, fatal_file(file->p, file->len), magic)) {
		if (file->len % 2 == 0)
			use_sets(&state);
		else
			use_names(&state);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct hash_stream *hash = hash_start();
	struct buf b = {0};
	struct str file;
	uint64_t h;

	hash_add(hash, data, len);
	h = hash_end(hash);
	buf_put(&b, magic, sizeof(magic));
	buf_put(&b, data, len);
	buf_put(&b, &h, sizeof(h));
	file = buf_str(&b);
	fatal_run(load, &file);
	buf_release(&b);
	return 0;
}
