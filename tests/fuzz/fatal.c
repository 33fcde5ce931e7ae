/* fatal - see fatal.h */

#include "fatal.h"

#include <assert.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Noreturn void __real_exit(int status);
_Noreturn void __wrap_exit(int status);
const char *__asan_default_options(void);

static jmp_buf back;
static bool inside;

void
__wrap_exit(int status)
{
	if (!inside)
		__real_exit(status);
	assert(status == 1 || status == 2 || status == 66);
	longjmp(back, 1);
}

/* What a reader holds when it ends the tool is lost. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

bool
fatal_run(void (*read)(void *), void *context)
{
	static int first = -1;
	volatile bool done = false;

	if (first < 0)
		first = dup(STDIN_FILENO);
	inside = true;
	if (setjmp(back) == 0) {
		read(context);
		done = true;
	}
	inside = false;
	close_range((unsigned)first, ~0U, 0);
	return done;
}

/* In memory where Linux has a folder for that, since takedown waits for the disk. */
static char folder[] = "/dev/shm/fuzz.XXXXXX";

static void
take_away(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		abort();
}

const char *
fatal_folder(void)
{
	static bool made;

	if (!made) {
		if (mkdtemp(folder) == NULL &&
		    mkdtemp(strcpy(folder, "/tmp/fuzz.XXXXXX")) == NULL)
			abort();
		atexit(take_away);
		made = true;
	}
	return folder;
}

void
fatal_write(const char *name, const void *p, size_t len)
{
	char path[256];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/%s", fatal_folder(), name);
	/* Not cut to nothing, since what was not closed may still map it. */
	unlink(path);
	fp = fopen(path, "w");
	if (fp == NULL || fwrite(p, 1, len, fp) != len || fclose(fp) != 0)
		abort();
}

const char *
fatal_file(const void *p, size_t len)
{
	static char path[64];
	int fd = memfd_create("fuzz", 0);

	if (fd < 0 || write(fd, p, len) != (ssize_t)len)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}
