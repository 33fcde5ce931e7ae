/*
 * inputs: hashes of files that are read in blocks, one after the other, and of
 * lists without the lines that name files
 */

#include "shard/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "tap.h"

static char name[] = "/tmp/inputs-XXXXXX";

static void
write_file(struct str s)
{
	FILE *fp = fopen(name, "w");

	if (fp == NULL || fwrite(s.p, 1, s.len, fp) != s.len || fclose(fp) != 0)
		abort();
}

static void
missing(void)
{
	struct inputs in;

	inputs_init(&in, 0);
	inputs_add_list(&in, "a", "/nowhere/at/all");
}

int
main(void)
{
	static const char text[] = "{}\n{\"text\":\"a\"}\n";
	struct inputs in;
	struct buf b = {0};

	if (mkstemp(name) < 0)
		abort();
	inputs_init(&in, 3);
	in.input[0].source = in.input[1].source = "one";
	in.input[2].source = "a \"b\"";
	inputs_see(&in, 0, text, 3);
	inputs_see(&in, 0, text + 3, sizeof(text) - 4);
	inputs_see(&in, 2, text, 3);
	inputs_end(&in);
	ok(in.input[0].xxh3 == hash_64(text, sizeof(text) - 1, 0) &&
		in.input[0].bytes == sizeof(text) - 1,
	    "blocks of a file are one");
	ok(in.input[1].xxh3 == hash_64("", 0, 0) && in.input[1].bytes == 0,
	    "a file without bytes");
	ok(in.input[2].xxh3 == hash_64(text, 3, 0), "the one after it");

	write_file(STR("#records 3\n#part 0 out/a\n0\t17\tx\n0\t9"));
	inputs_add_list(&in, "one", name);
	ok(in.n == 4 && in.input[3].xxh3 == hash_64("0\t17\tx\n0\t9", 10, 0) &&
		in.input[3].bytes == 10,
	    "a list is hashed without its names");
	write_file(STR(""));
	inputs_add_list(&in, "one", name);
	ok(in.input[4].bytes == 0, "an empty list");
	ok(tap_status(missing) == CLI_FATAL, "a list that is not there");

	inputs_put(&in, &b);
	buf_putc(&b, '\0');
	ok(strstr(b.p, "{\"source\": \"a \\\"b\\\"\", \"bytes\": 3, ") !=
		    NULL &&
		strstr(b.p, "\"one\", \"list\": \"drop\", \"bytes\": 10") !=
		    NULL,
	    "written as JSON");
	buf_release(&b);
	inputs_release(&in);
	unlink(name);
	return tap_done();
}
