#include "record/filelist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
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
	if (ferror(fp) || !feof(fp)) /* it also ends without memory */
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

void
filelist_release(struct filelist *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->item[i]);
	free(files->item);
	*files = (struct filelist){0};
}
