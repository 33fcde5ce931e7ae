#include "record/filelist.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"

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

/* Take the part up to the next separator off the front of *list. */
static struct str
next_part(struct str *list, char separator)
{
	const char *p = memchr(list->p, separator, list->len);
	struct str part = {
	    list->p, p != NULL ? (size_t)(p - list->p) : list->len};
	size_t used = part.len + (p != NULL);

	list->p += used;
	list->len -= used;
	return part;
}

/* Append the names that the lines of a file are; empty lines are none. */
static void
append_lines(struct filelist *files, struct str name)
{
	char *path = mem_string(name);
	struct str bytes, rest, line;

	if (!mapfile_open(&bytes, path))
		cli_err(CLI_NOINPUT, "%s", path);
	rest = bytes;
	while (rest.len > 0) {
		line = next_part(&rest, '\n');
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0)
			append(files, line);
	}
	mapfile_close(&bytes);
	free(path);
}

void
filelist_add(struct filelist *files, const char *option, struct str list)
{
	size_t before = files->n;
	struct str rest = list, part;

	do {
		part = next_part(&rest, ',');
		if (part.len > 1 && part.p[0] == '@')
			append_lines(
			    files, (struct str){part.p + 1, part.len - 1});
		else if (part.len > 0 && part.p[0] != '@')
			append(files, part);
		else
			cli_errx(CLI_FATAL, "%s: '%.*s' names no file", option,
			    (int)list.len, list.p);
	} while (rest.len > 0);
	if (files->n == before)
		cli_errx(CLI_FATAL, "%s: '%.*s' names no file", option,
		    (int)list.len, list.p);
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
