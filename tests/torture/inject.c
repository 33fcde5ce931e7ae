/*
 * inject - run a program and make one of its system calls fail
 *
 *	inject count COUNTS -- program ...
 *	inject NAME N ACTION -- program ...
 *
 * The first form writes to the file COUNTS a line "NAME N" for each group of
 * system calls (below), where N says how often the program made one of them.
 * The second form makes the Nth call of a group go wrong.  ACTION is one of
 *
 *	the number of an error: the call is not made and gives that error;
 *	short: a read or write asks for one byte less, but for at least one;
 *	kill: the program is killed when the call begins (SIGKILL).
 *
 * Calls are counted from the start of main(), which allocate.so marks (it must
 * be preloaded, by INJECT_PRELOAD).  The status is the program's, 128 + its
 * signal, or 77 if the system calls of this processor are not known here.
 */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "marker.h"

#if defined(__x86_64__)

enum { NCALL = 4, NTHREAD = 64 };

/* System calls that can go wrong for the same reasons. */
static struct group {
	const char *name;
	long call[NCALL]; /* ends with 0 if it has fewer; read(2) is 0, first */
	unsigned long n;
} group[] = {
    {"read", {SYS_read, SYS_pread64, SYS_readv}, 0},
    {"write", {SYS_write, SYS_pwrite64, SYS_writev}, 0},
    {"open", {SYS_open, SYS_openat}, 0},
    {"close", {SYS_close}, 0},
    {"sync", {SYS_fsync, SYS_fdatasync}, 0},
    {"rename", {SYS_rename, SYS_renameat, SYS_renameat2}, 0},
    {"unlink", {SYS_unlink, SYS_unlinkat, SYS_rmdir}, 0},
    {"mkdir", {SYS_mkdir, SYS_mkdirat}, 0},
    {"stat", {SYS_stat, SYS_fstat, SYS_newfstatat, SYS_statx}, 0},
    {"seek", {SYS_lseek}, 0},
    {"truncate", {SYS_ftruncate, SYS_truncate}, 0},
    {"mmap", {SYS_mmap}, 0},
    {"lock", {SYS_flock}, 0},
    {"list", {SYS_getdents64}, 0},
};

enum { NGROUP = sizeof(group) / sizeof(*group) };

/* What is to be done to which call. */
static struct {
	const struct group *group; /* NULL: only count */
	unsigned long nth;
	int error; /* or 0 */
	bool cut, kill;
} fault;

struct thread {
	pid_t pid;
	bool inside; /* a system call */
	int error;   /* that the call under way will give, or 0 */
};

static bool started; /* main() of the program */

static struct group *
group_of(long call)
{
	size_t i, j;

	for (i = 0; i < NGROUP; i++)
		for (j = 0; j < NCALL; j++)
			if (group[i].call[j] == call && (j == 0 || call != 0))
				return &group[i];
	return NULL;
}

/* A system call begins. */
static void
enter(struct thread *t, struct user_regs_struct *r)
{
	struct group *g = group_of((long)r->orig_rax);

	if (r->orig_rax == SYS_getpriority && r->rdi == MARKER_WHICH &&
	    r->rsi == MARKER_WHO)
		started = true;
	if (!started || g == NULL)
		return;
	g->n++;
	if (g != fault.group || g->n != fault.nth)
		return;
	if (fault.kill) {
		kill(t->pid, SIGKILL);
		r->orig_rax = (unsigned long long)-1;
	} else if (fault.cut) {
		if (r->rdx > 1 && g->call[2] != (long)r->orig_rax)
			r->rdx--;
	} else {
		r->orig_rax = (unsigned long long)-1; /* no call at all */
		t->error = fault.error;
	}
	ptrace(PTRACE_SETREGS, t->pid, NULL, r);
}

static void
at_call(struct thread *t)
{
	struct user_regs_struct r;

	if (ptrace(PTRACE_GETREGS, t->pid, NULL, &r) != 0)
		return;
	t->inside = !t->inside;
	if (t->inside) {
		enter(t, &r);
	} else if (t->error != 0) {
		r.rax = (unsigned long long)-t->error;
		t->error = 0;
		ptrace(PTRACE_SETREGS, t->pid, NULL, &r);
	}
}

static struct thread *
find_thread(struct thread thread[NTHREAD], pid_t pid)
{
	size_t i;

	for (i = 0; i < NTHREAD; i++)
		if (thread[i].pid == pid)
			return &thread[i];
	for (i = 0; i < NTHREAD; i++)
		if (thread[i].pid == 0) {
			thread[i] = (struct thread){.pid = pid};
			return &thread[i];
		}
	fputs("inject: too many threads\n", stderr);
	exit(127);
}

/* Follows the program to its end and gives its status. */
static int
follow(pid_t program)
{
	struct thread thread[NTHREAD] = {0}, *t;
	int status, sig;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		t = find_thread(thread, pid);
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			t->pid = 0;
			if (pid != program)
				continue;
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		}
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80)) {
			at_call(t);
			sig = 0;
		} else if (sig == SIGTRAP || sig == SIGSTOP) {
			sig = 0;
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
	}
	return 127;
}

static pid_t
start(char *const command[])
{
	const char *preload = getenv("INJECT_PRELOAD");
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (preload != NULL)
			setenv("LD_PRELOAD", preload, 1);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	    (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
			   PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			   PTRACE_O_TRACEVFORK));
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	return pid;
}

static void
write_counts(const char *path)
{
	FILE *fp = fopen(path, "w");
	size_t i;

	if (fp == NULL) {
		perror(path);
		exit(127);
	}
	for (i = 0; i < NGROUP; i++)
		fprintf(fp, "%s %lu\n", group[i].name, group[i].n);
	fclose(fp);
}

int
main(int argc, char *argv[])
{
	bool count = argc > 4 && strcmp(argv[1], "count") == 0;
	int status, i;

	if (!count && argc < 6) {
		fputs("usage: inject count FILE -- program ...\n"
		      "       inject NAME N ERROR|short|kill -- program ...\n",
		    stderr);
		return 127;
	}
	if (!count) {
		for (i = 0; i < NGROUP; i++)
			if (strcmp(group[i].name, argv[1]) == 0)
				fault.group = &group[i];
		fault.nth = strtoul(argv[2], NULL, 10);
		fault.cut = strcmp(argv[3], "short") == 0;
		fault.kill = strcmp(argv[3], "kill") == 0;
		fault.error = atoi(argv[3]);
	}
	status = follow(start(argv + (count ? 4 : 5)));
	if (count)
		write_counts(argv[2]);
	return status;
}

#else

int
main(void)
{
	return 77;
}

#endif
