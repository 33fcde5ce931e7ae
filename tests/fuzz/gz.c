/* gz: any bytes as a file, read to their end in small steps */

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[64], out[777];
	struct gz *gz;
	size_t n, total = 0;
	int fd = memfd_create("gz", 0);

	assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	gz = gz_open(path);
	assert(gz != NULL);
	while ((n = gz_read(gz, out, sizeof(out))) > 0 && total < 1 << 20)
		total += n;
	assert(gz_offset(gz) <= len);
	gz_close(gz);
	close(fd);
	return 0;
}
