#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The numbers and structs of Landlock's first version, since the headers may be
 * older than the kernel.
 */
enum {
	CREATE_RULESET = 444, /* the same numbers on all processors */
	ADD_RULE = 445,
	RESTRICT_SELF = 446,
	ASK_VERSION = 1,
	PATH_BENEATH = 1
};

enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	REMOVE_DIR = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_CHAR = 1 << 6,
	MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8,
	MAKE_SOCK = 1 << 9,
	MAKE_FIFO = 1 << 10,
	MAKE_BLOCK = 1 << 11,
	MAKE_SYM = 1 << 12,
	REFER = 1 << 13,    /* since version 2 */
	TRUNCATE = 1 << 14, /* since version 3 */

	REFUSED = EXECUTE | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_CHAR |
		  MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK |
		  MAKE_SYM,
	FILE_RIGHTS = WRITE_FILE | TRUNCATE,
	FOLDER_RIGHTS = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR |
			MAKE_REG | REFER | TRUNCATE
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* Let path, and what is below it if it is a folder, be written. */
static void
allow(int ruleset, uint64_t handled, const char *path)
{
	struct beneath rule = {.fd = open(path, O_PATH | O_CLOEXEC)};
	struct stat st;

	if (rule.fd < 0)
		return; /* whoever opens it will say why */
	if (fstat(rule.fd, &st) == 0) {
		rule.allowed =
		    S_ISDIR(st.st_mode) ? FOLDER_RIGHTS : FILE_RIGHTS;
		rule.allowed &= handled;
		syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
	}
	close(rule.fd);
}

/* An output is written under another name beside it, or through a link. */
static void
allow_output(int ruleset, uint64_t handled, const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *end = path + strlen(path), *slash;

	while (end > path && end[-1] == '/')
		end--;
	slash = memrchr(path, '/', (size_t)(end - path));
	if (slash != NULL && slash - path >= PATH_MAX - 1)
		return;
	if (slash != NULL)
		snprintf(folder, sizeof(folder), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	allow(ruleset, handled, path);
	if (!sandbox_is_device(path))
		allow(ruleset, handled, folder);
}

static bool
guard_files(char *const output[], size_t n)
{
	const char *tmp = getenv("TMPDIR");
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	uint64_t handled = REFUSED | (version >= 2 ? REFER : 0) |
			   (version >= 3 ? TRUNCATE : 0);
	bool good;
	int ruleset;
	size_t i;

	if (version < 1)
		return false;
	ruleset = (int)syscall(CREATE_RULESET, &handled, sizeof(handled), 0);
	if (ruleset < 0)
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(output[i], "-") != 0)
			allow_output(ruleset, handled, output[i]);
	allow(ruleset, handled, tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	good = syscall(RESTRICT_SELF, ruleset, 0) == 0;
	close(ruleset);
	return good;
}

#if defined(__x86_64__)
enum { ARCHITECTURE = AUDIT_ARCH_X86_64, OTHER_ABI = 0x40000000 };
#elif defined(__aarch64__)
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64, OTHER_ABI = INT_MAX };
#else
enum { ARCHITECTURE = 0, OTHER_ABI = INT_MAX }; /* no filter */
#endif

/*
 * The calls of the network come first, since a tool may be allowed to use them.
 */
enum { NNETWORK = 6 };

static const int denied[] = {SYS_socket, SYS_connect, SYS_bind, SYS_listen,
    SYS_accept, SYS_accept4, SYS_execve, SYS_execveat, SYS_ptrace,
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_mount,
    SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_keyctl,
    SYS_request_key, SYS_io_uring_setup, SYS_open_by_handle_at, SYS_reboot,
    SYS_swapon, SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime};

enum { NDENIED = sizeof(denied) / sizeof(*denied) };

/*
 * The filter is a chain of jumps, "if it is this call, return EPERM".  Calls by
 * the numbers of another processor or ABI are refused, since they would evade
 * the filter.
 */
static bool
guard_calls(bool network)
{
	static const struct sock_filter refuse =
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	struct sock_filter code[2 * NDENIED + 8] = {
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)ARCHITECTURE, 1, 0),
	    refuse,
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_ABI, 0, 1), refuse};
	struct sock_fprog filter = {.len = 6, .filter = code};
	size_t i;

	if (ARCHITECTURE == 0)
		return false;
	for (i = network ? NNETWORK : 0; i < NDENIED; i++) {
		code[filter.len++] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)denied[i], 0, 1);
		code[filter.len++] = refuse;
	}
	code[filter.len++] =
	    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	/* without the flag, old kernels slow the whole process down */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		   SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) == 0;
}

/* Sanitizers and gcov write files of their own, and look into the process. */
#ifdef NO_SANDBOX
enum { POSSIBLE = false };
#else
enum { POSSIBLE = true };
#endif

unsigned
sandbox_enter(char *const output[], size_t n, bool network)
{
	const char *preloaded = getenv("LD_PRELOAD");
	unsigned in_force = 0;

	if (!POSSIBLE ||
	    (preloaded != NULL && strstr(preloaded, "vgpreload") != NULL))
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0;
	if (guard_files(output, n))
		in_force |= SANDBOX_FILES;
	if (guard_calls(network))
		in_force |= SANDBOX_CALLS;
	return in_force;
}

bool
sandbox_is_device(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 ||
	       (strncmp(path, "/dev/", 5) == 0 &&
		   strncmp(path, "/dev/shm/", 9) != 0);
}
