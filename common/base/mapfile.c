#include "base/mapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool
mapfile_open(struct str *bytes, const char *path)
{
	struct stat st;
	void *p;
	int fd, error;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0)
		goto fail;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		goto fail;
	}
	*bytes = STR("");
	if (st.st_size > 0) {
		p = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			goto fail;
		*bytes = (struct str){p, (size_t)st.st_size};
	}
	close(fd);
	return true;
fail:
	error = errno;
	close(fd);
	errno = error;
	return false;
}

void
mapfile_forget(struct str bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)bytes.p, to = from + bytes.len;

	from += (page - from % page) % page; /* whole pages alone */
	to -= to % page;
	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void
mapfile_close(struct str *bytes)
{
	if (bytes->len > 0)
		munmap((void *)(uintptr_t)bytes->p, bytes->len);
	*bytes = STR("");
}
