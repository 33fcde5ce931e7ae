#include "dedup/drops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/hash.h"

static struct hash128
place_key(struct drops *d, const char *part, uint64_t offset)
{
	d->name.len = 0;
	buf_printf(&d->name, "%s\t%" PRIu64, part, offset);
	return hash_128(d->name.p, d->name.len);
}

static bool
is_operand(const char *part, char *const operand[])
{
	size_t i;

	for (i = 0; operand[i] != NULL; i++)
		if (strcmp(operand[i], part) == 0)
			return true;
	return false;
}

/* Enter a place that isn't there yet; false when memory won't do. */
static bool
enter(struct drops *d, struct hash128 key)
{
	uint32_t none;

	if (hashset_find(&d->place, key, &none))
		return true;
	d->left++;
	return hashset_add(&d->place, key, 0);
}

bool
drops_read(struct drops *d, const char *list, char *const operand[],
    struct budget *budget)
{
	FILE *fp = fopen(list, "r");
	char *line = NULL, *tab, *end;
	size_t cap = 0;
	uint64_t offset, n = 0;
	bool room = true;

	*d = (struct drops){0};
	hashset_init(&d->place, false, budget);
	if (fp == NULL)
		cli_err(CLI_FATAL, "%s", list);
	while (room && getline(&line, &cap, fp) > 0) {
		n++;
		tab = strchr(line, '\t');
		offset = tab != NULL ? strtoull(tab + 1, &end, 10) : 0;
		if (tab == NULL || end == tab + 1)
			cli_errx(CLI_FATAL,
			    "%s:%" PRIu64 ": no part and offset", list, n);
		*tab = '\0';
		if (is_operand(line, operand))
			room = enter(d, place_key(d, line, offset));
	}
	if (room && !feof(fp)) /* getline() also ends without memory */
		cli_err(CLI_FATAL, "%s", list);
	fclose(fp);
	free(line);
	return room;
}

bool
drops_take(struct drops *d, const char *part, uint64_t offset)
{
	uint32_t none;

	if (!hashset_find(&d->place, place_key(d, part, offset), &none))
		return false;
	d->left--;
	return true;
}

void
drops_release(struct drops *d)
{
	hashset_release(&d->place);
	buf_release(&d->name);
}
