#include "record/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "base/sandbox.h"

static struct outfile *open_saves; /* to be taken away when the tool ends */
static void (*end_folders)(bool quiet);

/* What is in a folder is removed before the folder. */
static void
clean(bool quiet)
{
	const struct outfile *s;

	for (s = open_saves; s != NULL; s = s->next)
		unlink(s->tmp);
	open_saves = NULL;
	if (end_folders != NULL)
		end_folders(quiet);
}

static void
clean_at_exit(void)
{
	clean(false);
}

/* End by the signal, as if it had not been caught. */
static void
on_signal(int sig)
{
	sigset_t one;

	clean(true);
	signal(sig, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(sig);
	_exit(128 + sig); /* the first process of a container lives on */
}

/*
 * A page of a mapped file can't be read: another program has made the file
 * shorter, or the disk fails.  The signal comes from where the page was used,
 * in this library or in memcpy(3), so a message may be formatted.
 */
static void
on_lost_page(int sig, siginfo_t *info, void *context)
{
	const char *path = mapfile_path(info->si_addr);

	(void)context;
	if (info->si_code != BUS_ADRERR && path == NULL)
		on_signal(sig); /* a fault of this program itself */
	cli_warnx("%s: another program has made it shorter, or it cannot be "
		  "read any more",
	    path != NULL ? path : "a temporary file");
	clean(true);
	_exit(CLI_FATAL);
}

void
outfile_guard(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU};
	struct sigaction action = {.sa_handler = on_signal}, before;
	struct sigaction lost = {
	    .sa_sigaction = on_lost_page, .sa_flags = SA_SIGINFO};
	size_t i;

	atexit(clean_at_exit);
	sigfillset(&action.sa_mask);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends[i] == SIGPIPE ||
		    (sigaction(ends[i], NULL, &before) == 0 &&
			/* ignored ones stay so, as under nohup(1) */
			before.sa_handler != SIG_IGN))
			sigaction(ends[i], &action, NULL);
	sigaction(SIGBUS, &lost, NULL);
	signal(SIGXFSZ, SIG_IGN); /* write(2) fails instead */
}

void
outfile_folders(void (*end)(bool quiet))
{
	end_folders = end;
}

sigset_t
outfile_hold(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	return before;
}

void
outfile_release(sigset_t before)
{
	sigprocmask(SIG_SETMASK, &before, NULL);
}

char *
outfile_temporary(const char *path)
{
	size_t len = strlen(path) + 32;
	char *name = mem_alloc(len);
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		cli_err(CLI_FATAL, "getrandom");
	snprintf(name, len, "%s.%012" PRIx64 ".tmp", path, random >> 16);
	return name;
}

/* A pipe, a device, or a name of an open file as /dev/stderr. */
static bool
as_it_stands(const char *path)
{
	struct stat st;

	if (sandbox_is_device(path))
		return true;
	if (stat(path, &st) == 0)
		return !S_ISREG(st.st_mode);
	if (errno != ENOENT)
		cli_err(CLI_FATAL, "%s", path);
	return false;
}

void
outfile_open(struct outfile *s, const char *path)
{
	sigset_t before;
	int fd;

	*s = (struct outfile){.path = mem_string(str_of(path))};
	if (as_it_stands(path)) {
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	} else {
		s->tmp = outfile_temporary(path);
		before = outfile_hold();
		fd = open(s->tmp,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (fd >= 0) {
			s->next = open_saves;
			open_saves = s;
		}
		outfile_release(before);
	}
	if (fd < 0 || (s->fp = fdopen(fd, "w")) == NULL)
		cli_err(CLI_FATAL, "%s", s->tmp != NULL ? s->tmp : path);
	setvbuf(s->fp, NULL, _IOFBF, 256 << 10);
}

void
outfile_sync_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	if (slash == NULL)
		folder = mem_string(STR("."));
	else
		folder = mem_string((struct str){
		    path, slash > path ? (size_t)(slash - path) : 1});
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

void
outfile_sync(struct outfile *s)
{
	if (fflush(s->fp) != 0 || ferror(s->fp) ||
	    (s->tmp != NULL && fsync(fileno(s->fp)) != 0))
		cli_err(CLI_FATAL, "%s", s->path);
}

void
outfile_commit(struct outfile *s)
{
	struct outfile **link;
	sigset_t before;

	outfile_sync(s);
	if (fclose(s->fp) != 0 ||
	    (s->tmp != NULL && rename(s->tmp, s->path) != 0))
		cli_err(CLI_FATAL, "%s", s->path);
	if (s->tmp != NULL)
		outfile_sync_name(s->path);
	before = outfile_hold();
	for (link = &open_saves; *link != NULL; link = &(*link)->next)
		if (*link == s) {
			*link = s->next;
			break;
		}
	outfile_release(before);
	free(s->path);
	free(s->tmp);
	*s = (struct outfile){0};
}

void
outfile_folder(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return;
	if (errno == EEXIST && stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return;
		errno = ENOTDIR;
	}
	cli_err(CLI_FATAL, "%s", path);
}
