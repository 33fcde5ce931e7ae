#include "base/mapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"

/*
 * One entry a mapped file, so that a file which can no longer be read is named.
 */
struct mapping {
	struct mapping *next;
	struct str bytes;
	char *path;
};

static struct mapping *mappings;

static void
note(struct str bytes, const char *path)
{
	struct mapping *m = mem_alloc(sizeof(*m));

	*m = (struct mapping){mappings, bytes, mem_string(str_of(path))};
	mappings = m;
}

static void
forget(struct str bytes)
{
	struct mapping **link, *m;

	for (link = &mappings; (m = *link) != NULL; link = &m->next)
		if (m->bytes.p == bytes.p) {
			*link = m->next;
			free(m->path);
			free(m);
			return;
		}
}

const char *
mapfile_path(const void *address)
{
	const struct mapping *m;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t at = (uintptr_t)address, from;

	for (m = mappings; m != NULL; m = m->next) {
		from = (uintptr_t)m->bytes.p;
		if (at >= from && at - from < m->bytes.len + page)
			return m->path;
	}
	return NULL;
}

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
		note(*bytes, path);
	}
	close(fd);
	return true;
fail:
	error = errno;
	close(fd);
	errno = error;
	return false;
}

bool
mapfile_exists(const char *path)
{
	if (access(path, F_OK) == 0)
		return true;
	if (errno != ENOENT && errno != ENOTDIR)
		cli_err(CLI_FATAL, "%s", path);
	return false;
}

void
mapfile_forget(struct str bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)bytes.p, to = from + bytes.len;

	from += (page - from % page) % page; /* whole pages only */
	to -= to % page;
	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void
mapfile_close(struct str *bytes)
{
	if (bytes->len > 0) {
		forget(*bytes);
		munmap((void *)(uintptr_t)bytes->p, bytes->len);
	}
	*bytes = STR("");
}
