#include "record/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"

static struct outdir *open_folders; /* to be taken away by exit(3) */

/* "a b", for the caller to free. */
static char *
join(const char *a, const char *b)
{
	size_t len = strlen(a) + strlen(b) + 1;
	char *path = mem_alloc(len);

	snprintf(path, len, "%s%s", a, b);
	return path;
}

static char *
path_of(const char *folder, const char *name)
{
	char *start = join(folder, "/"), *path = join(start, name);

	free(start);
	return path;
}

/* Our own files of a folder, then the folder if nothing else is in it. */
static void
take_away(const struct outdir *f, const char *path)
{
	char *file;
	int i;

	for (i = 0; i < f->nfile; i++) {
		file = path_of(path, f->file[i]);
		unlink(file);
		free(file);
	}
	if (rmdir(path) != 0 && errno != ENOENT)
		cli_warn("%s", path);
}

static void
take_all_away(void)
{
	struct outdir *f;

	for (f = open_folders; f != NULL; f = f->next)
		take_away(f, f->tmp);
}

static bool
is_empty(const char *path)
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool empty = true;

	if (dir == NULL)
		cli_err(CLI_FATAL, "%s", path);
	while (empty && (entry = readdir(dir)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

void
outdir_open(struct outdir *f, const char *path, const char *mark)
{
	static bool registered;
	char *file, end[32];
	struct stat st;

	*f = (struct outdir){.path = mem_string(str_of(path))};
	for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		f->path[len - 1] = '\0';
	if (stat(f->path, &st) == 0) {
		file = path_of(f->path, mark);
		if (!S_ISDIR(st.st_mode) ||
		    (access(file, F_OK) != 0 && !is_empty(f->path)))
			cli_errx(CLI_FATAL,
			    "%s: is there and holds no %s; not replaced",
			    f->path, mark);
		free(file);
	}
	if (!registered)
		atexit(take_all_away);
	registered = true;
	snprintf(end, sizeof(end), ".%ld.tmp", (long)getpid());
	f->tmp = join(f->path, end);
	if (mkdir(f->tmp, 0777) != 0)
		cli_err(CLI_FATAL, "%s", f->tmp);
	f->next = open_folders;
	open_folders = f;
}

void
outdir_file(struct outdir *f, struct outfile *s, const char *name)
{
	char *path = path_of(f->tmp, name);

	if (f->nfile == OUTDIR_NFILE)
		cli_errx(CLI_FATAL, "%s: too many files", f->path);
	f->file[f->nfile++] = name;
	outfile_open(s, path);
	free(path);
}

static void
forget(struct outdir *f)
{
	struct outdir **link;

	for (link = &open_folders; *link != f; link = &(*link)->next)
		;
	*link = f->next;
	free(f->path);
	free(f->tmp);
	*f = (struct outdir){0};
}

void
outdir_commit(struct outdir *f)
{
	char *old;

	if (rename(f->tmp, f->path) == 0) {
		forget(f);
		return;
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		cli_err(CLI_FATAL, "%s", f->path);
	/* the two change places; the old one then has the temporary name */
	if (renameat2(AT_FDCWD, f->tmp, AT_FDCWD, f->path, RENAME_EXCHANGE) ==
	    0) {
		take_away(f, f->tmp);
	} else {
		/* a file system that can't: for a moment neither is there */
		old = join(f->tmp, ".old");
		if (rename(f->path, old) != 0 || rename(f->tmp, f->path) != 0)
			cli_err(CLI_FATAL, "%s", f->path);
		take_away(f, old);
		free(old);
	}
	forget(f);
}
