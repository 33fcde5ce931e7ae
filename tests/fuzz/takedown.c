/*
 * takedown: a folder of one shard, whose manifest, list, map and shard are any
 * bytes, each after a record separator (0x1e); what was taken out is listed
 * in the new manifest, and no file waits for its name
 */

#include "shard/takedown.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mapfile.h"
#include "fatal.h"
#include "shard/manifest.h"

enum { SEPARATOR = 0x1e, NFILE = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Files of the folder, and which part of the input each holds. */
static const struct {
	const char *name;
	size_t part;
} file[NFILE] = {{"manifest.json", 0}, {"list", 1}, {"train-00000.map.gz", 2},
    {"train/shard.00000.map.gz", 2}, {"train-00000.jsonl", 3},
    {"train-00000.idx", 3}, {"train-00000.bin", 3},
    {"train/shard.00000.mds", 3}};

static char list[256];

static uint64_t
count(void *context, struct str line)
{
	(void)context;
	return line.len / 10;
}

/* Whether there was anything to take out. */
static bool
take(void)
{
	struct takedown t = {
	    .folder = fatal_folder(), .list = list, .count = count};
	bool some = takedown_open(&t);

	if (some)
		takedown_run(&t);
	takedown_close(&t);
	return some;
}

static void
see(void *context, const char *name)
{
	enum manifest_kind kind = manifest_kind(name);

	(void)context;
	assert(kind != MANIFEST_NEXT && kind != MANIFEST_TEMPORARY);
}

/* A list that was applied is not applied again. */
static void
take_twice(void *context)
{
	(void)context;
	if (take()) {
		assert(!take());
		manifest_each(fatal_folder(), see, NULL);
	}
}

static void
make_folder(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/train", fatal_folder());
	if (mkdir(path, 0700) != 0)
		abort();
	snprintf(list, sizeof(list), "%s/list", fatal_folder());
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* tokens of two bytes, a sequence of 64 and more */
	static const char ids[1024];
	const uint8_t *part[4], *end = data + len, *next;
	size_t size[4], i;

	for (i = 0; i < 4; i++) {
		next = i < 3 && data < end
			   ? memchr(data, SEPARATOR, (size_t)(end - data))
			   : NULL;
		part[i] = data;
		size[i] = (size_t)((next != NULL ? next : end) - data);
		data = next != NULL ? next + 1 : end;
	}
	if (list[0] == '\0')
		make_folder();
	for (i = 0; i < NFILE; i++)
		if (strstr(file[i].name, ".bin") != NULL)
			fatal_write(file[i].name, ids, sizeof(ids));
		else
			fatal_write(file[i].name, part[file[i].part],
			    size[file[i].part]);
	fatal_run(take_twice, NULL);
	return 0;
}
