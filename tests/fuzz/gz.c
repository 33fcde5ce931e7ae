/*
 * gz: any bytes as a file, read to their end in small steps and member by
 * member, which must agree; as a body; and compressed again
 */

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/gz-members.h"
#include "record/gz-whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX = 1 << 20 }; /* bytes that are unpacked */

/* Whether it was read to its end, without damage, into out. */
static bool
by_steps(const char *path, size_t len, struct buf *out)
{
	struct gz *gz = gz_open(path);
	bool sound;
	size_t n;

	assert(gz != NULL);
	out->len = 0;
	do {
		buf_reserve(out, 777);
		n = gz_read(gz, out->p + out->len, 777);
		out->len += n;
	} while (n > 0 && out->len < MAX);
	sound = n == 0 && gz_why(gz) == NULL;
	assert(gz_offset(gz) <= len);
	gz_close(gz);
	return sound;
}

/* The same by members; reading goes on after damage. */
static bool
by_members(const char *path, size_t len, struct buf *out)
{
	struct gz *gz = gz_open(path);
	bool sound = true;
	uint64_t within, end, total = 0;
	struct str s;

	assert(gz != NULL);
	out->len = 0;
	do {
		do {
			while ((s = gz_peek(gz, 1)).len > 0 && total < MAX) {
				assert(gz_where(gz, &within) <= len);
				assert(!gz_offset_of(gz, s.len, &end) ||
				       end <= len);
				buf_puts(out, s);
				total += gz_take(gz, s.len);
			}
		} while (total < MAX && gz_join(gz));
		sound = sound && gz_why(gz) == NULL;
	} while (total < MAX && gz_resync(gz));
	if (len > 0 && total < MAX && gz_seek(gz, len / 2)) {
		gz_peek(gz, 100);
		gz_ahead(gz, 100);
	}
	gz_close(gz);
	return sound && total < MAX;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct buf steps, members, body;
	struct str bytes = {(const char *)data, len};
	char path[64];
	int fd = memfd_create("gz", 0);
	bool sound;

	assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	sound = by_steps(path, len, &steps);
	if (by_members(path, len, &members) && sound)
		assert(str_eq(buf_str(&steps), buf_str(&members)));
	close(fd);

	gz_unzstd(bytes, MAX, &body);
	assert(body.len <= MAX);
	if (gz_unpack(bytes, MAX, &body) == GZ_WHOLE && sound && len > 2 &&
	    data[0] == 0x1f && data[1] == 0x8b)
		assert(str_eq(buf_str(&steps), buf_str(&body)));
	assert(body.len <= MAX);
	members.len = 0;
	gz_pack(&members, GZ_GZIP, 1, bytes);
	assert(
	    gz_unpack(buf_str(&members), MAX, &body) == GZ_WHOLE || len == 0);
	assert(str_eq(buf_str(&body), bytes));
	return 0;
}
