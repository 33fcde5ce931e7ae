/*
 * manifest: any bytes as the manifest.json of a folder of one shard, or as
 * that shard (the first byte says which); the check of the folder must find
 * the difference
 */

#include "shard/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fatal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const name[] = {"manifest.json", "train-00000.jsonl"};
static const char *const right[] = {
    "{\"shards\":[{\"file\":\"train-00000.jsonl\",\"split\":\"train\","
    "\"records\":1,\"bytes\":13,\"packed\":13,"
    "\"xxh3\":\"60a4d75b0da344c8\",\"sha256\":"
    "\"314d3a971f6f7c623e7dceb546ddde0687e41e9df02b0edc52ddb4a7a77f57e3\"}]}",
    "{\"text\":\"a\"}\n"};

static void
check(void *context)
{
	(void)context;
	manifest_check(fatal_folder());
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool made;
	size_t i;

	if (!made) {
		for (i = 0; i < 2; i++)
			fatal_write(name[i], right[i], strlen(right[i]));
		made = true;
		if (!fatal_run(check, NULL))
			abort(); /* it would show nothing */
	}
	if (len == 0)
		return 0;
	i = data[0] % 2;
	fatal_write(name[i], data + 1, len - 1);
	fatal_run(check, NULL);
	fatal_write(name[i], right[i], strlen(right[i]));
	return 0;
}
