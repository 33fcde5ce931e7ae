/*
 * cache: any bytes as a file of cached answers; a line that is found has its
 * key, and a line that is added is found
 */

#include "llm/cache.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "fatal.h"
#include "record/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The line found under key is an object whose "key" is that. */
static void
check_line(struct str line, struct hash128 key)
{
	struct arena mem = {0};
	struct hash128 own;
	struct str object, raw, hex;
	const char *why;

	assert(json_valid(line, &object, &why));
	assert(json_member(object, &mem, STR("key"), &raw));
	assert(json_get_str(raw, &mem, &hex) && cache_key(hex, &own));
	assert(own.low == key.low && own.high == key.high);
	arena_release(&mem);
}

static void
use(void *context)
{
	const struct str *file = context;
	struct hash128 key = hash_128("new", 3);
	struct cache c;
	struct buf line = {0}, found = {0};
	char hex[33];
	size_t i;

	cache_open(&c, fatal_file(file->p, file->len));
	for (i = 0; i < c.nslot; i++)
		if (c.slot[i].offset != 0 &&
		    cache_get(&c, c.slot[i].key, &found))
			check_line(buf_str(&found), c.slot[i].key);
	if (!cache_get(&c, key, &found)) {
		hash_hex(hex, key);
		buf_printf(&line, "{\"key\":\"%s\",\"response\":1}", hex);
		cache_put(&c, buf_str(&line));
		assert(cache_get(&c, key, &found));
		assert(str_eq(buf_str(&line), buf_str(&found)));
	}
	buf_release(&line);
	buf_release(&found);
	cache_close(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str file = {(const char *)data, len};

	fatal_run(use, &file);
	return 0;
}
