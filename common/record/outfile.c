#include "record/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"

static struct outfile *open_saves; /* to be taken away by exit(3) */

static void
take_away(void)
{
	struct outfile *s;

	for (s = open_saves; s != NULL; s = s->next)
		if (s->tmp != NULL)
			unlink(s->tmp);
}

/* A pipe, a device, or a name of an open file as /dev/stderr. */
static bool
as_it_stands(const char *path)
{
	struct stat st;

	return strncmp(path, "/dev/", 5) == 0 ||
	       strncmp(path, "/proc/", 6) == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

void
outfile_open(struct outfile *s, const char *path)
{
	static int registered;
	size_t len = strlen(path) + 32;
	int fd;

	if (!registered++)
		atexit(take_away);
	s->path = mem_string(str_of(path));
	s->tmp = NULL;
	if (as_it_stands(path)) {
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	} else {
		s->tmp = mem_alloc(len);
		snprintf(s->tmp, len, "%s.%ld.tmp", path, (long)getpid());
		fd = open(
		    s->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	}
	s->next = open_saves; /* before anything else can fail */
	open_saves = s;
	if (fd < 0 || (s->fp = fdopen(fd, "w")) == NULL)
		cli_err(CLI_FATAL, "%s", s->tmp != NULL ? s->tmp : path);
	setvbuf(s->fp, NULL, _IOFBF, 256 << 10);
}

/* So that the new name itself outlives a crash of the machine. */
static void
sync_folder(const char *path)
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

	outfile_sync(s);
	if (fclose(s->fp) != 0 ||
	    (s->tmp != NULL && rename(s->tmp, s->path) != 0))
		cli_err(CLI_FATAL, "%s", s->path);
	if (s->tmp != NULL)
		sync_folder(s->path);
	for (link = &open_saves; *link != NULL; link = &(*link)->next)
		if (*link == s) {
			*link = s->next;
			break;
		}
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
