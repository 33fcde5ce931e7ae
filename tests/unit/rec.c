/*
 * rec: lines are written as they were read; members are replaced in place,
 * added and removed; a twin that edits a list of members agrees on random
 * records
 */

#include "record/rec.h"

#include <stdlib.h>

#include "base/rng.h"
#include "record/json.h"
#include "tap.h"

static struct arena mem;

static bool
edits_to(const char *line, void (*edit)(struct rec *), const char *want)
{
	struct rec rec;
	struct buf out = {0};
	const char *why;
	bool good;

	if (!rec_parse(&rec, &mem, str_of(line), &why))
		return false;
	edit(&rec);
	rec_format(&rec, &out);
	out.len--; /* the line feed */
	good = str_eq(buf_str(&out), str_of(want));
	if (!good)
		printf("# %.*s\n", (int)out.len, out.p);
	buf_release(&out);
	return good;
}

static void
nothing(struct rec *rec)
{
	struct str s;

	rec_get_str(rec, "a", &s);
}

static void
set_a(struct rec *rec)
{
	rec_set_str(rec, "a", STR("x\n"));
}

static void
remove_a(struct rec *rec)
{
	rec_remove(rec, "a");
}

static void
swap(struct rec *rec)
{
	rec_remove(rec, "a");
	rec_set_size(rec, "n", 1);
	rec_set(rec, "x", STR("0.1"));
}

static void
add_remove(struct rec *rec)
{
	rec_set_size(rec, "n", 1);
	rec_set_size(rec, "n", 2);
	rec_remove(rec, "n");
	rec_set_size(rec, "n", 3);
}

static void
edits(void)
{
	ok(edits_to(" { \"a\" : 1 , \"b\":2 } \r", nothing,
	       " { \"a\" : 1 , \"b\":2 } \r"),
	    "untouched is the same bytes");
	ok(edits_to("{\"b\": 2, \"a\": 1, \"c\": 3}", set_a,
	       "{\"b\": 2, \"a\": \"x\\n\", \"c\": 3}"),
	    "replaced in place");
	ok(edits_to("{\"\\u0061\": 1}", set_a, "{\"\\u0061\": \"x\\n\"}"),
	    "a name with escapes is the same name");
	ok(edits_to(
	       "{\"a\":1,\"b\":2,\"a\":3}", set_a, "{\"b\":2,\"a\":\"x\\n\"}"),
	    "of two the last is set and the first goes");
	ok(edits_to("{ }", set_a, "{\"a\":\"x\\n\" }"), "added to nothing");
	ok(edits_to("{\"b\":2}\r", set_a, "{\"b\":2,\"a\":\"x\\n\"}\r"),
	    "added after the last");
	ok(edits_to("{\"a\":1}", remove_a, "{}"), "removed alone");
	ok(edits_to("{ \"a\":1 , \"b\":2 }", remove_a, "{ \"b\":2 }"),
	    "removed first");
	ok(edits_to("{\"b\":2, \"a\":1}", remove_a, "{\"b\":2}"),
	    "removed last");
	ok(edits_to(
	       "{\"b\":2 , \"a\":1,\"c\":3}", remove_a, "{\"b\":2,\"c\":3}"),
	    "removed between");
	ok(edits_to("{\"a\":1,\"a\":2}", remove_a, "{}"), "removed twice");
	ok(edits_to("{\"a\":1}", swap, "{\"n\":1,\"x\":0.1}"),
	    "removed and added");
	ok(edits_to("{}", add_remove, "{\"n\":3}"), "added, removed, added");
}

static void
gets(void)
{
	struct rec rec;
	struct str s = STR("before"), *list;
	const char *why;
	size_t n = 7;

	ok(rec_parse(&rec, &mem,
	       STR("{\"s\":\"a\\tb\",\"n\":12,\"x\":-1e2,\"l\":[\"p\",\"q\"],"
		   "\"m\":[\"p\",1],\"s\":\"last\"}"),
	       &why),
	    "parses");
	ok(rec_get_str(&rec, "s", &s) && str_eq(s, STR("last")),
	    "the last of a name");
	ok(rec_get_size(&rec, "n", &n) && n == 12, "a size");
	ok(!rec_get_size(&rec, "x", &n) && n == 12, "that is no size");
	ok(!rec_get_str(&rec, "n", &s) && str_eq(s, STR("last")),
	    "a number is no string");
	ok(rec_get_strs(&rec, "l", &list, &n) && n == 2 &&
		str_eq(list[1], STR("q")),
	    "an array of strings");
	ok(!rec_get_strs(&rec, "m", &list, &n), "that holds a number");
	ok(!rec_parse(&rec, &mem, STR("[]"), &why), "an array is no record");
	ok(!rec_parse(&rec, &mem, STR("{\"a\":1}{}"), &why),
	    "nor are two objects");
	ok(!rec_parse(&rec, &mem, STR("{\"a\":1,}"), &why),
	    "nor a comma without a member");
	ok(!rec_parse(&rec, &mem, STR(""), &why), "nor nothing");
}

enum { NNAME = 6, NOP = 12 };

/* A list of (name, value) that knows nothing of lines. */
struct twin {
	char name, value;
};

static size_t
twin_edit(struct twin *t, size_t n, char name, char value)
{
	size_t i, last = n, out = 0;

	for (i = 0; i < n; i++)
		if (t[i].name == name)
			last = i;
	if (last == n && value != 0)
		t[n++].name = name;
	for (i = 0; i < n; i++) {
		if (t[i].name == name && (i != last || value == 0))
			continue;
		t[out] = t[i];
		if (i == last)
			t[out].value = value;
		out++;
	}
	return out;
}

static void
random_edits(void)
{
	static const char *const names[NNAME] = {"a", "b", "c", "d", "e", "f"};
	struct twin t[64];
	struct rng r;
	struct rec rec;
	struct buf line = {0}, out = {0}, want = {0};
	const char *why;
	size_t i, j, n, round, k;
	bool good = true;

	rng_init(&r, 3);
	for (round = 0; round < 20000 && good; round++) {
		arena_clear(&mem);
		line.len = out.len = want.len = 0;
		n = rng_below(&r, 8);
		buf_putc(&line, '{');
		for (i = 0; i < n; i++) {
			t[i].name = (char)('a' + rng_below(&r, NNAME));
			t[i].value = (char)('0' + rng_below(&r, 10));
			buf_printf(&line, "%s\"%c\":%c", i ? "," : "",
			    t[i].name, t[i].value);
		}
		buf_putc(&line, '}');
		good = rec_parse(&rec, &mem, buf_str(&line), &why);
		for (j = rng_below(&r, NOP); j > 0; j--) {
			k = rng_below(&r, NNAME);
			if (rng_below(&r, 3) == 0) {
				rec_remove(&rec, names[k]);
				n = twin_edit(t, n, names[k][0], 0);
			} else {
				i = rng_below(&r, 10);
				rec_set_size(&rec, names[k], i);
				n = twin_edit(
				    t, n, names[k][0], (char)('0' + i));
			}
		}
		rec_format(&rec, &out);
		buf_putc(&want, '{');
		for (i = 0; i < n; i++)
			buf_printf(&want, "%s\"%c\":%c", i ? "," : "",
			    t[i].name, t[i].value);
		buf_puts(&want, STR("}\n"));
		good = good && str_eq(buf_str(&out), buf_str(&want));
		if (!good)
			printf("# %.*s to %.*s, not %.*s", (int)line.len,
			    line.p, (int)out.len, out.p, (int)want.len, want.p);
	}
	ok(good, "random edits agree with a plain list");
	buf_release(&line);
	buf_release(&out);
	buf_release(&want);
}

int
main(void)
{
	edits();
	gets();
	random_edits();
	arena_release(&mem);
	return tap_done();
}
