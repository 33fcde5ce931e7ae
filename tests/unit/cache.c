/*
 * cache: lines are found again while the cache grows, after torn lines, and
 * with another writer
 */

#include "llm/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

enum { N = 20000 };

static struct hash128
key_of(uint64_t i)
{
	return hash_128(&i, sizeof(i));
}

static void
put(struct cache *c, uint64_t i, const char *value)
{
	struct buf line = {0};
	char hex[33];

	hash_hex(hex, key_of(i));
	buf_printf(&line, "{\"key\":\"%s\",\"v\":\"%s\"}", hex, value);
	cache_put(c, buf_str(&line));
	buf_release(&line);
}

static bool
has(struct cache *c, uint64_t i, const char *value)
{
	struct buf line = {0};
	char want[64];
	bool good;

	snprintf(want, sizeof(want), "\"v\":\"%s\"}", value);
	good =
	    cache_get(c, key_of(i), &line) && line.len > strlen(want) &&
	    memcmp(line.p + line.len - strlen(want), want, strlen(want)) == 0;
	buf_release(&line);
	return good;
}

static void
append(const char *path, const char *text)
{
	FILE *fp = fopen(path, "a");

	if (fp == NULL || fputs(text, fp) < 0 || fclose(fp) != 0)
		perror(path);
}

static const char *file;
static struct cache held;

/* Exits with 9 where another process holds the file, and tells which. */
static void
hold_other(void)
{
	struct cache c;
	long pid;

	cache_open(&c, file);
	if (!cache_hold(&c, &pid))
		exit(pid == (long)getppid() ? 9 : 8);
}

static void
read_shortened(void)
{
	struct buf line = {0};

	if (truncate(file, 0) != 0)
		_exit(8);
	cache_get(&held, key_of(1), &line);
}

static void
open_none(void)
{
	struct cache c;

	cache_open_read(&c, "/nowhere/cache");
}

/* One that is held by a process, read alone, cut by another program. */
static void
test_held(const char *path)
{
	struct cache c;
	struct hash128 one = {1, 2}, other = {1, 3};
	struct buf value = {0};
	char hex[33];
	long pid;

	file = path;
	cache_open(&held, path);
	put(&held, 1, "x");
	while (value.len < 50000)
		buf_putc(&value, 'y');
	buf_putc(&value, '\0');
	put(&held, 2, value.p);
	cache_get(&held, key_of(2), &value);
	ok(value.len > 50000 && value.p[value.len - 1] == '}' &&
		has(&held, 1, "x"),
	    "a line of any length");
	value.len = 0;
	hash_hex(hex, key_of(3));
	buf_printf(&value, "{\"key\":\"%s\",\"finish\":\"error\"}", hex);
	cache_put(&held, buf_str(&value));
	value.len = 0;
	hash_hex(hex, key_of(4));
	buf_printf(
	    &value, "{\"key\":\"%s\",\"finish\":\"length\",\"v\":\"z\"}", hex);
	cache_put(&held, buf_str(&value));
	ok(!has(&held, 3, "") && has(&held, 4, "z"),
	    "an answer that broke off is none, one that was cut is");
	ok(cache_hold(&held, &pid) && pid == 0 && tap_status(hold_other) == 9,
	    "who holds a cache is told");
	cache_open_read(&c, path);
	ok(cache_hold(&c, &pid) && has(&c, 1, "x"),
	    "who only reads needs not hold it");
	cache_close(&c);
	ok(!cache_mark(&held, one) && !cache_mark(&held, other) &&
		cache_mark(&held, one) && cache_mark(&held, other),
	    "keys of which half is the same");
	ok(tap_status(read_shortened) == 2, "a file that became shorter");
	cache_close(&held);
	ok(tap_status(open_none) == 2, "a file that is not there");
	buf_release(&value);
}

int
main(void)
{
	char path[] = "/tmp/cache.XXXXXX", hex[33];
	struct cache a, b, unnamed;
	struct hash128 key = key_of(7), back;
	bool all = true;
	uint64_t i;

	close(mkstemp(path));
	cache_open(&a, path);
	for (i = 0; i < N; i++)
		put(&a, i, "x");
	for (i = 0; i < N; i++)
		all &= has(&a, i, "x");
	ok(all && !has(&a, N, "x"), "20,000 lines are found, no other");
	cache_open(&b, path);
	ok(b.nused == N && has(&b, 1, "x") && !has(&b, N, "x"),
	    "and read again");
	put(&a, N, "y");
	ok(has(&b, N, "y"), "a line that another process adds");
	put(&b, N, "z");
	ok(has(&a, N, "y") && has(&b, N, "y"), "the first of a key counts");
	append(path, "{\"key\":\"0123");
	put(&a, N + 1, "after");
	ok(has(&b, N + 1, "after") && b.nodd == 1,
	    "a torn line is ignored, the next begins on its own");
	append(path, "{\"key\":\"0123456789abcdef\"}\nno JSON\n\n[]\n");
	ok(!has(&b, N + 2, "") && b.nodd == 4, "lines that are no answers");
	ok(!cache_mark(&b, key_of(N + 3)) && cache_mark(&b, key_of(N + 3)) &&
		!has(&b, N + 3, "x") && cache_mark(&b, key_of(1)),
	    "a mark is no answer");
	put(&a, N + 3, "late");
	ok(has(&b, N + 3, "late"), "but gives way to one");
	cache_close(&a);
	cache_close(&b);
	if (truncate(path, 0) != 0)
		perror(path);
	test_held(path);
	unlink(path);

	cache_open(&unnamed, NULL);
	put(&unnamed, 5, "u");
	ok(has(&unnamed, 5, "u"), "a cache without a name");
	cache_close(&unnamed);

	hash_hex(hex, key);
	ok(cache_key(str_of(hex), &back) && back.low == key.low &&
		back.high == key.high && !cache_key(STR("12"), &back) &&
		!cache_key(STR("0123456789abcdef0123456789abcdeg"), &back),
	    "keys in hexadecimal");
	return tap_done();
}
