/*
 * allocate.so - make the nth allocation of a program fail
 *
 * Preloaded into a tool, it counts malloc(3) and its kin from the start of
 * main() on.
 *
 *	FAULT_N=n	the nth of them fails with ENOMEM; 0 only counts
 *	FAULT_ALL=1	and so do all that follow
 *	FAULT_COUNT=f	at exit, the number of allocations is written to f
 *
 * It also marks the start of main() for `inject`, with a call of getpriority(2)
 * that no program makes, so that the dynamic linker's calls are not counted.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "marker.h"

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);

static unsigned long nallocation, failing;
static bool counting, all;

/* dlsym(3) may allocate before the real functions are known. */
static _Alignas(16) char early[1 << 16];
static size_t early_len;

static void
find_functions(void)
{
	static bool inside;

	if (real_malloc != NULL || inside)
		return;
	inside = true;
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
	*(void **)&real_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	inside = false;
}

static bool
fails(void)
{
	unsigned long n;

	if (!counting)
		return false;
	n = __atomic_add_fetch(&nallocation, 1, __ATOMIC_RELAXED);
	if (failing == 0 || n < failing || (n > failing && !all))
		return false;
	errno = ENOMEM;
	return true;
}

static void *
allocate_early(size_t size)
{
	void *p = early + early_len;

	early_len += (size + 15) & ~(size_t)15;
	if (early_len > sizeof(early))
		abort();
	return p;
}

void *
malloc(size_t size)
{
	find_functions();
	if (real_malloc == NULL)
		return allocate_early(size);
	return fails() ? NULL : real_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	find_functions();
	if (real_malloc == NULL)
		return allocate_early(n * size);
	return fails() ? NULL : real_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	find_functions();
	return fails() ? NULL : real_realloc(p, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	find_functions();
	return fails() ? NULL : real_aligned_alloc(alignment, size);
}

int
posix_memalign(void **p, size_t alignment, size_t size)
{
	find_functions();
	return fails() ? ENOMEM : real_posix_memalign(p, alignment, size);
}

static void
write_count(void)
{
	char text[32];
	int fd =
	    open(getenv("FAULT_COUNT"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
	int len = snprintf(text, sizeof(text), "%lu\n", nallocation);

	if (fd < 0 || write(fd, text, (size_t)len) != len)
		_exit(127);
	close(fd);
}

static __attribute__((constructor)) void
begin(void)
{
	const char *n = getenv("FAULT_N");

	find_functions();
	if (n != NULL)
		failing = strtoul(n, NULL, 10);
	all = getenv("FAULT_ALL") != NULL;
	if (getenv("FAULT_COUNT") != NULL)
		atexit(write_count);
	unsetenv("LD_PRELOAD"); /* for what the program starts itself */
	syscall(SYS_getpriority, MARKER_WHICH, MARKER_WHO);
	counting = true;
}
