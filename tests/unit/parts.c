/*
 * parts: numbers of parts, hashes of prefixes of the list, and lines read
 * through few descriptors
 */

#include "dedup/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap.h"

enum { NFILE = 3 * PARTS_OPEN };

static void
write_file(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL)
		exit(1);
	fputs(text, fp);
	fclose(fp);
}

static void
names(void)
{
	static char one[] = "one", two[] = "two, with a comma",
		    three[] = "three";
	static char four[] = "four";
	char *const all[] = {one, two, three, NULL};
	char *const other[] = {one, three, NULL};
	char *const more[] = {one, two, three, four, NULL};
	struct parts a, b, c;

	parts_init(&a, "a", all);
	parts_init(&b, "b", other);
	parts_init(&c, "c", more);
	ok(a.n == 3 && parts_find(&a, STR("two, with a comma")) == 1 &&
		parts_find(&a, STR("three")) == 2,
	    "parts are found by name");
	ok(parts_find(&a, STR("thre")) == PARTS_NONE &&
		parts_find(&a, STR("")) == PARTS_NONE,
	    "and no others");
	ok(c.n == 4 && a.hash[0] == b.hash[0] && a.hash[1] != b.hash[1] &&
		a.hash[2] == c.hash[2] && a.hash[2] != c.hash[3],
	    "a list that has grown begins as before, another one does not");
	parts_release(&a);
	parts_release(&b);
	parts_release(&c);
}

static void
lines(const char *dir)
{
	struct place at = {0, 0}, last = {12, 1};
	char *operand[NFILE + 1], text[64];
	struct parts p;
	struct str line;
	size_t i, round;
	bool same = true;

	for (i = 0; i < NFILE; i++) {
		operand[i] = mem_alloc(64);
		snprintf(operand[i], 64, "%s/%zu", dir, i);
		snprintf(text, sizeof(text),
		    "\xef\xbb\xbf"
		    "first\nof %zu\nlast",
		    i);
		write_file(operand[i], text);
	}
	operand[NFILE] = NULL;
	parts_init(&p, "list", operand);
	parts_check(&p);
	for (round = 0; round < 2; round++)
		for (i = 0; i < NFILE; i++) {
			at.part = (uint32_t)(round ? NFILE - 1 - i : i);
			at.offset = 9;
			snprintf(text, sizeof(text), "of %u", at.part);
			same = same && parts_line(&p, at, &line) &&
			       str_eq(line, str_of(text));
		}
	ok(same && p.nopen == PARTS_OPEN, "more files than descriptors");
	at = (struct place){0, 7};
	ok(parts_line(&p, at, &line) && str_eq(line, STR("first")),
	    "no byte order mark");
	at = (struct place){14, 7};
	ok(parts_line(&p, at, &line) && str_eq(line, STR("last")),
	    "a last line without its end");
	at.offset = 18;
	ok(!parts_line(&p, at, &line), "nothing after the end");
	ok(place_cmp(at, last) > 0 && place_cmp(last, at) < 0 &&
		place_cmp(at, at) == 0,
	    "the order of records");
	parts_release(&p);
	for (i = 0; i < NFILE; i++) {
		unlink(operand[i]);
		free(operand[i]);
	}
}

/* A line that takes more than one read. */
static void
long_line(const char *dir)
{
	enum { LEN = 100000 };
	char path[64], *text = mem_alloc(LEN + 2);
	char *operand[] = {path, NULL};
	struct place at = {1, 0};
	struct parts p;
	struct str line;

	snprintf(path, sizeof(path), "%s/long", dir);
	memset(text, 'x', LEN);
	text[LEN] = '\n';
	text[LEN + 1] = '\0';
	write_file(path, text);
	parts_init(&p, "list", operand);
	ok(parts_line(&p, at, &line) && line.len == LEN - 1 &&
		memcmp(line.p, text, LEN - 1) == 0,
	    "a long line");
	parts_release(&p);
	unlink(path);
	free(text);
}

int
main(void)
{
	char dir[] = "/tmp/parts.XXXXXX";

	if (mkdtemp(dir) == NULL)
		return 1;
	names();
	lines(dir);
	long_line(dir);
	rmdir(dir);
	return tap_done();
}
