#include "record/outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"

static struct outdir *open_folders; /* to be taken away at the end */

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

/*
 * Remove the entries that f names in the folder path, and then the folder
 * itself if nothing else is in it.  A folder in it is named before its
 * entries, so the last name is removed first.  This allocates and opens
 * nothing, since it may run while the tool ends because it cannot.
 */
static void
take_away(const struct outdir *f, const char *path, bool quiet)
{
	char name[PATH_MAX];
	size_t i;
	int n;

	for (i = f->nname; i-- > 0;) {
		n = snprintf(name, sizeof(name), "%s/%s", path, f->name[i]);
		if (n > 0 && n < (int)sizeof(name) && unlink(name) != 0)
			rmdir(name);
	}
	if (rmdir(path) != 0 && errno != ENOENT && !quiet)
		cli_warn("%s", path);
}

static void
take_all_away(bool quiet)
{
	const struct outdir *f;

	for (f = open_folders; f != NULL; f = f->next)
		take_away(f, f->tmp, quiet);
	open_folders = NULL;
}

struct dirent *
outdir_next(DIR *dir, const char *path)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(dir);
	if (entry == NULL && errno != 0)
		cli_err(CLI_FATAL, "%s", path);
	return entry;
}

static bool
is_empty(const char *path)
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool empty = true;

	if (dir == NULL)
		cli_err(CLI_FATAL, "%s", path);
	while (empty && (entry = outdir_next(dir, path)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

void
outdir_open(struct outdir *f, const char *path, const char *mark)
{
	char *file;
	struct stat st;
	sigset_t before;
	bool made;

	*f = (struct outdir){.path = mem_string(str_of(path))};
	for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		f->path[len - 1] = '\0';
	if (stat(f->path, &st) == 0) {
		file = path_of(f->path, mark);
		if (!S_ISDIR(st.st_mode) ||
		    (!mapfile_exists(file) && !is_empty(f->path)))
			cli_errx(CLI_FATAL,
			    "%s: is not replaced, since it holds no %s",
			    f->path, mark);
		free(file);
	} else if (errno != ENOENT) {
		cli_err(CLI_FATAL, "%s", f->path);
	}
	outfile_folders(take_all_away);
	f->tmp = outfile_temporary(f->path);
	before = outfile_hold();
	made = mkdir(f->tmp, 0777) == 0;
	if (made) {
		f->next = open_folders;
		open_folders = f; /* only now, so that an old folder stays */
	}
	outfile_release(before);
	if (!made)
		cli_err(CLI_FATAL, "%s", f->tmp);
}

/* Note that name is about to be made in the folder. */
static void
add_name(struct outdir *f, const char *name)
{
	char *copy = mem_string(str_of(name));
	sigset_t before = outfile_hold();

	if (f->nname == f->cap) {
		f->cap = 2 * f->cap + 8;
		f->name = mem_grow(f->name, f->cap, sizeof(*f->name));
	}
	f->name[f->nname++] = copy;
	outfile_release(before);
}

void
outdir_file(struct outdir *f, struct outfile *s, const char *name)
{
	char *path = path_of(f->tmp, name);

	add_name(f, name);
	outfile_open(s, path);
	free(path);
}

static void
copy_file(struct outdir *f, const char *from, const char *name)
{
	struct outfile s;
	struct str bytes;

	if (!mapfile_open(&bytes, from))
		cli_err(CLI_FATAL, "%s", from);
	outdir_file(f, &s, name);
	fwrite(bytes.p, 1, bytes.len, s.fp); /* outfile_commit() finds errors */
	outfile_commit(&s);
	mapfile_close(&bytes);
}

static void copy_folder(struct outdir *f, const char *from, const char *within);

/*
 * Copy an entry of the folder from to the same name in the folder within, which
 * is "" or ends in a slash.  A link is copied as the file it leads to; links to
 * folders are refused, as they can form a circle.
 */
static void
copy_entry(
    struct outdir *f, const char *from, const char *within, const char *entry)
{
	char *path = path_of(from, entry), *name = join(within, entry), *made;
	struct stat own, st, link;

	if (stat(f->tmp, &own) != 0 || stat(path, &st) != 0 ||
	    lstat(path, &link) != 0)
		cli_err(CLI_FATAL, "%s", path);
	if (S_ISREG(st.st_mode)) {
		copy_file(f, path, name);
	} else if (!S_ISDIR(link.st_mode)) {
		cli_errx(CLI_FATAL, "%s: neither a file nor a folder", path);
	} else if (st.st_dev != own.st_dev || st.st_ino != own.st_ino) {
		made = path_of(f->tmp, name);
		add_name(f, name);
		if (mkdir(made, 0777) != 0)
			cli_err(CLI_FATAL, "%s", made);
		free(made);
		made = join(name, "/");
		copy_folder(f, path, made);
		free(made);
	}
	free(path);
	free(name);
}

static void
copy_folder(struct outdir *f, const char *from, const char *within)
{
	const struct dirent *entry;
	DIR *dir = opendir(from);

	if (dir == NULL)
		cli_err(CLI_FATAL, "%s", from);
	while ((entry = outdir_next(dir, from)) != NULL)
		if (entry->d_name[0] != '.')
			copy_entry(f, from, within, entry->d_name);
	closedir(dir);
}

void
outdir_copy(struct outdir *f, const char *from)
{
	struct stat a, b;

	if (stat(from, &a) != 0)
		cli_err(CLI_FATAL, "%s", from);
	if (stat(f->path, &b) != 0) {
		if (errno != ENOENT)
			cli_err(CLI_FATAL, "%s", f->path);
	} else if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		cli_errx(
		    CLI_FATAL, "%s: can't copy a folder into itself", from);
	copy_folder(f, from, "");
}

static void
forget(struct outdir *f)
{
	struct outdir **link;
	sigset_t before = outfile_hold();

	for (link = &open_folders; *link != f; link = &(*link)->next)
		;
	*link = f->next;
	outfile_release(before);
	while (f->nname > 0)
		free(f->name[--f->nname]);
	free(f->name);
	free(f->path);
	free(f->tmp);
	*f = (struct outdir){0};
}

void
outdir_commit(struct outdir *f)
{
	char *old = path_of(f->tmp, "");

	outfile_sync_name(old);
	free(old);
	if (rename(f->tmp, f->path) == 0) {
		outfile_sync_name(f->path);
		forget(f);
		return;
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		cli_err(CLI_FATAL, "%s", f->path);
	/* the two change places; the old one then has the temporary name */
	if (renameat2(AT_FDCWD, f->tmp, AT_FDCWD, f->path, RENAME_EXCHANGE) ==
	    0) {
		outfile_sync_name(f->path);
		take_away(f, f->tmp, false);
	} else {
		/*
		 * this file system cannot exchange names: for a moment neither
		 * folder is there
		 */
		old = join(f->tmp, ".old");
		if (rename(f->path, old) != 0 || rename(f->tmp, f->path) != 0)
			cli_err(CLI_FATAL, "%s", f->path);
		outfile_sync_name(f->path);
		take_away(f, old, false);
		free(old);
	}
	forget(f);
}
