/* warc: any bytes as an archive, read to its end, with every block borrowed */

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/gz.h"
#include "web/warc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX = 1 << 16 }; /* bytes of a block */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[64];
	struct gz *gz;
	struct warc w;
	struct warc_record *r;
	struct str block;
	uint64_t total = 0;
	size_t i;
	int fd = memfd_create("warc", 0);

	assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	gz = gz_open(path);
	assert(gz != NULL);
	warc_open(&w, "-", gz);
	while ((r = warc_read(&w)) != NULL && w.nrecord < 10000) {
		assert(r->offset <= len);
		/* some blocks are never asked for */
		if (len > 0 && (data[w.nrecord % len] & 1) != 0)
			continue;
		if (!warc_block(&w, MAX, &block))
			continue;
		assert(block.len <= MAX);
		assert(r->size == 0 || r->offset + r->size <= len);
		for (i = 0; i < block.len; i++)
			total += (unsigned char)block.p[i];
	}
	assert(gz_offset(gz) <= len);
	warc_close(&w);
	gz_close(gz);
	close(fd);
	return total == UINT64_MAX;
}
