/* megatron: any bytes as an index; one that is written is read back */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shard/megatron.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint64_t ndocument = 0, nbyte = 0, sum = 0;
	uint32_t n[64];
	struct buf index = {0};
	size_t i, count = len / sizeof(*n) < 64 ? len / sizeof(*n) : 64;
	char *bytes = malloc(len > 0 ? len : 1); /* shows an over-read */

	if (bytes == NULL)
		return 0;
	memcpy(bytes, data, len);
	megatron_read((struct str){bytes, len}, &ndocument, &nbyte);
	memcpy(n, bytes, count * sizeof(*n));
	for (i = 0; i < count; i++) {
		n[i] &= 0xfffffff;
		sum += n[i];
	}
	megatron_index(&index, n, count, 4);
	assert(megatron_read(buf_str(&index), &ndocument, &nbyte));
	assert(ndocument == count && nbyte == 4 * sum);
	/*
	 * With a byte changed it is accepted or refused, but never read beyond
	 * its end.
	 */
	if (len > 1) {
		index.p[data[0] % index.len] ^= (char)data[1];
		megatron_read(buf_str(&index), &ndocument, &nbyte);
		index.len -= data[1] % index.len;
		megatron_read(buf_str(&index), &ndocument, &nbyte);
	}
	buf_release(&index);
	free(bytes);
	return 0;
}
