/*
 * sandbox: which calls are refused inside, each with its error, and which are
 * not
 */

#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "tap.h"

static unsigned in_force;
static char result[] = "out/result", named[] = "deep/named", program[] = "true";
static char *const output[] = {result, named};

/* The error of opening path with these flags; 0 if it can be opened. */
static int
opening(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0666);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
error_of(int status)
{
	return status == 0 ? 0 : errno;
}

static void
files(void)
{
	if ((in_force & SANDBOX_FILES) == 0) {
		ok(true, "files # SKIP no Landlock here");
		return;
	}
	ok(opening("out/result", O_WRONLY | O_CREAT) == 0,
	    "a named output is written");
	ok(opening("out/result.tmp", O_WRONLY | O_CREAT | O_EXCL) == 0 &&
		error_of(rename("out/result.tmp", "out/result")) == 0,
	    "and takes its name");
	ok(opening("deep/named/below", O_WRONLY | O_CREAT) == 0 &&
		error_of(mkdir("deep/named/folder", 0777)) == 0 &&
		error_of(rmdir("deep/named/folder")) == 0,
	    "a named folder is, with what is below");
	ok(opening("tmp", O_TMPFILE | O_RDWR) == 0 &&
		opening("tmp/spool", O_RDWR | O_CREAT) == 0 &&
		error_of(unlink("tmp/spool")) == 0,
	    "temporary files are");
	ok(opening("else/file", O_RDONLY) == 0, "another file is read");
	ok(opening("else/file", O_WRONLY) == EACCES, "but not written");
	ok(opening("else/new", O_WRONLY | O_CREAT) == EACCES, "nor made");
	ok(error_of(unlink("else/file")) == EACCES, "nor taken away");
	ok(error_of(rename("else/file", "out/file")) != 0, "nor moved");
	ok(error_of(mkdir("else/folder", 0777)) == EACCES, "no folder is made");
	ok(error_of(symlink("else/file", "out/link")) == EACCES,
	    "no link, even beside the output");
	ok(error_of(mkfifo("out/fifo", 0666)) == EACCES, "no pipe either");
}

static void
nothing(void)
{
}

static void
calls(void)
{
	char *const command[] = {program, NULL};

	if ((in_force & SANDBOX_CALLS) == 0) {
		ok(true, "calls # SKIP no seccomp here");
		return;
	}
	ok(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM,
	    "socket(2) is refused");
	ok(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM,
	    "of every family");
	ok(execv("/bin/true", command) != 0 && errno == EPERM,
	    "execve(2) is refused");
	ok(ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 && errno == EPERM,
	    "ptrace(2) is refused");
	ok(syscall(SYS_mount, "a", "b", "tmpfs", 0, NULL) != 0 &&
		errno == EPERM,
	    "mount(2) is refused");
	ok(syscall(SYS_bpf, 0, NULL, 0) != 0 && errno == EPERM,
	    "bpf(2) is refused");
	ok(syscall(SYS_io_uring_setup, 1, NULL) != 0 && errno == EPERM,
	    "io_uring_setup(2) is refused");
#ifdef __x86_64__
	ok(syscall(0x40000000 | SYS_getpid) < 0 && errno == EPERM,
	    "and every call by the numbers of x32");
#endif
	ok(tap_status(nothing) == 0, "a process of its own is not");
}

/* Each test has a process of its own, since the sandbox cannot be left. */
static void
with_network(void)
{
	unsigned parts = sandbox_enter(output, 2, true);
	char *const command[] = {program, NULL};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		_exit(1);
	if ((parts & SANDBOX_CALLS) != 0 &&
	    (execv("/bin/true", command) == 0 || errno != EPERM))
		_exit(2);
}

static void
inside(void)
{
	int status;

	in_force = sandbox_enter(output, 2, false);
	files();
	calls();
	status = tap_done();
	fflush(stdout);
	_exit(status);
}

int
main(void)
{
	char folder[] = "/tmp/sandbox.XXXXXX";
	char clean[sizeof(folder) + 8];
	int status;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	mkdir("out", 0777);
	mkdir("deep", 0777);
	mkdir("deep/named", 0777);
	mkdir("tmp", 0777);
	mkdir("else", 0777);
	close(open("else/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
	setenv("TMPDIR", "tmp", 1);
	ok(tap_status(with_network) == 0, "with a network there are sockets");
	status = tap_status(inside);
	snprintf(clean, sizeof(clean), "rm -r %s", folder);
	return system(clean) != 0 || status != 0;
}
