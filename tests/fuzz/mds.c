/* mds: any bytes as a shard and as a sample; what is written is read back */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shard/mds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Every sample of a shard as a line, and that as the same sample again. */
static void
read_shard(struct str file)
{
	struct buf at = {0}, line = {0}, sample = {0}, again = {0};
	struct arena mem = {0};
	uint64_t bound[2];
	struct mds m;
	size_t i;
	bool open;

	if (mds_bounds(file, &at)) {
		open = mds_open(&m, file);
		for (i = 0; open && i + 2 <= at.len / sizeof(*bound); i++) {
			memcpy(bound, at.p + i * sizeof(*bound), sizeof(bound));
			line.len = sample.len = again.len = 0;
			if (!mds_line(&m,
				(struct str){file.p + bound[0],
				    (size_t)(bound[1] - bound[0])},
				&line) ||
			    !mds_put(&m, &mem, buf_str(&line), &sample))
				continue;
			assert(mds_line(&m, buf_str(&sample), &again));
			assert(str_eq(buf_str(&line), buf_str(&again)));
		}
		mds_release(&m);
	}
	arena_release(&mem);
	buf_release(&at);
	buf_release(&line);
	buf_release(&sample);
	buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *bytes = malloc(len > 0 ? len : 1); /* shows an over-read */
	struct buf file = {0};
	struct mds m;
	uint32_t n;

	if (bytes == NULL)
		return 0;
	memcpy(bytes, data, len);
	read_shard((struct str){bytes, len});
	/* the same bytes as the only sample, of columns or of a sequence */
	n = (uint32_t)len;
	mds_init(&m, len > 0 && data[0] & 1 ? 1 + data[0] % 8 : 0, 0, 100);
	if (m.length == 0) {
		mds_add(&m, "a", true);
		mds_add(&m, "b", false);
	}
	if (mds_head(&m, &n, 1, &file)) {
		buf_put(&file, bytes, len);
		read_shard(buf_str(&file));
	}
	mds_release(&m);
	buf_release(&file);
	free(bytes);
	return 0;
}
