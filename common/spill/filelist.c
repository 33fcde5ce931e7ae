#include "spill/filelist.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mem.h"
#include "record/spool.h"

static void
append(struct filelist *files, struct str name)
{
	if (files->n + 2 > files->cap) {
		files->cap = 2 * files->cap + 32;
		files->item =
		    mem_grow(files->item, files->cap, sizeof(*files->item));
	}
	files->item[files->n++] = mem_string(name);
	files->item[files->n] = NULL;
}

/* Take the part up to the next comma off the front of *list. */
static struct str
next_part(struct str *list)
{
	const char *p = memchr(list->p, ',', list->len);
	struct str part = {
	    list->p, p != NULL ? (size_t)(p - list->p) : list->len};
	size_t used = part.len + (p != NULL);

	list->p += used;
	list->len -= used;
	return part;
}

void
filelist_add_lines(struct filelist *files, const char *path)
{
	FILE *fp = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (fp == NULL)
		cli_err(CLI_NOINPUT, "%s", path);
	while ((len = getline(&line, &cap, fp)) > 0 && !ferror(fp)) {
		while (
		    len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		if (len > 0)
			append(files, (struct str){line, (size_t)len});
	}
	/* getline(3) also ends like this when memory is out */
	if (ferror(fp) || !feof(fp))
		cli_err(CLI_NOINPUT, "%s", path);
	fclose(fp);
	free(line);
}

void
filelist_add(struct filelist *files, const char *option, struct str list)
{
	size_t before = files->n;
	struct str rest = list, part;
	char *path;

	do {
		part = next_part(&rest);
		if (part.len > 1 && part.p[0] == '@') {
			path =
			    mem_string((struct str){part.p + 1, part.len - 1});
			filelist_add_lines(files, path);
			free(path);
		} else if (part.len > 0 && part.p[0] != '@')
			append(files, part);
		else
			cli_errx(CLI_FATAL, "%s: '%.*s' names no file", option,
			    (int)list.len, list.p);
	} while (rest.len > 0);
	if (files->n == before)
		cli_errx(CLI_FATAL, "%s: '%.*s' names no file", option,
		    (int)list.len, list.p);
}

static void
copy(const char *name, int fd, struct spool *spool)
{
	static char block[256 << 10];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			cli_err(CLI_FATAL, "%s", name);
		spool_write(spool, block, (size_t)n);
	}
}

void
filelist_spool(struct filelist *files)
{
	struct buf path = {0};
	struct spool spool;
	struct stat st;
	size_t i;
	int fd;

	for (i = 0; i < files->n; i++) {
		fd = STDIN_FILENO;
		if (strcmp(files->item[i], "-") != 0) {
			if (stat(files->item[i], &st) != 0)
				cli_err(CLI_NOINPUT, "%s", files->item[i]);
			if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
				continue;
			fd = open(files->item[i], O_RDONLY | O_CLOEXEC);
			if (fd < 0)
				cli_err(CLI_NOINPUT, "%s", files->item[i]);
		}
		spool_open(&spool);
		copy(files->item[i], fd, &spool);
		if (fd != STDIN_FILENO)
			close(fd);
		path.len = 0;
		buf_printf(&path, "/dev/fd/%d", spool_fd(&spool));
		free(files->item[i]);
		files->item[i] = mem_string(buf_str(&path)); /* it stays open */
	}
	buf_release(&path);
}

void
filelist_release(struct filelist *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->item[i]);
	free(files->item);
	*files = (struct filelist){0};
}
