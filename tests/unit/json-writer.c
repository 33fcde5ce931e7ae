/*
 * json-writer: commas and keys in objects and arrays, every kind of value, and
 * random nestings compared with a naive twin
 */

#include "record/json-writer.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "record/json.h"
#include "tap.h"

static struct buf out;

static struct json_writer
fresh(void)
{
	out.len = 0;
	return (struct json_writer){.out = &out};
}

static bool
is(const char *text)
{
	return str_eq(buf_str(&out), str_of(text));
}

static void
test_kinds(void)
{
	struct json_writer w = fresh();

	jw_begin_object(&w, NULL);
	jw_str(&w, "s", STR("a\"b\n\xff"));
	jw_u64(&w, "u", 0);
	jw_u64(&w, "most", UINT64_MAX);
	jw_real(&w, "r", 0.1f);
	jw_real(&w, "inf", INFINITY);
	jw_double(&w, "d", "%.3f", 2);
	jw_double(&w, "nan", "%g", NAN);
	jw_bool(&w, "yes", true);
	jw_bool(&w, "no", false);
	jw_null(&w, "null");
	jw_raw(&w, "raw", STR("[1, 2]"));
	jw_end_object(&w);
	ok(is("{\"s\":\"a\\\"b\\n\xef\xbf\xbd\",\"u\":0,"
	      "\"most\":18446744073709551615,\"r\":0.1,\"inf\":null,"
	      "\"d\":2.000,\"nan\":null,\"yes\":true,\"no\":false,"
	      "\"null\":null,\"raw\":[1, 2]}"),
	    "every kind, as a member");
	w = fresh();
	jw_begin_array(&w, NULL);
	jw_str(&w, NULL, STR(""));
	jw_u64(&w, NULL, 10);
	jw_real(&w, NULL, -2);
	jw_double(&w, NULL, "%.0f", 1e15);
	jw_bool(&w, NULL, true);
	jw_null(&w, NULL);
	jw_raw(&w, NULL, STR("{}"));
	jw_end_array(&w);
	ok(is("[\"\",10,-2,1000000000000000,true,null,{}]"),
	    "every kind, as an item");
}

static void
test_nesting(void)
{
	struct json_writer w = fresh();

	jw_begin_object(&w, NULL);
	jw_end_object(&w);
	ok(is("{}"), "an empty object");
	w = fresh();
	jw_begin_array(&w, NULL);
	jw_begin_array(&w, NULL);
	jw_end_array(&w);
	jw_begin_object(&w, NULL);
	jw_end_object(&w);
	jw_end_array(&w);
	ok(is("[[],{}]"), "empty ones in an array");
	w = fresh();
	jw_begin_object(&w, NULL);
	jw_begin_array(&w, "a");
	jw_u64(&w, NULL, 1);
	jw_end_array(&w);
	jw_begin_object(&w, "o");
	jw_null(&w, "n");
	jw_end_object(&w);
	jw_u64(&w, "z", 2);
	jw_end_object(&w);
	ok(is("{\"a\":[1],\"o\":{\"n\":null},\"z\":2}"), "members after ends");
	w = fresh();
	jw_begin_object(&w, NULL);
	jw_key(&w, STR("a\"b"));
	jw_u64(&w, NULL, 1);
	jw_key(&w, STR(""));
	jw_begin_array(&w, NULL);
	jw_end_array(&w);
	jw_u64(&w, "c", 3);
	jw_end_object(&w);
	ok(is("{\"a\\\"b\":1,\"\":[],\"c\":3}"), "keys that are data");
}

/* The caller may take away what was written so far, as a stream does. */
static void
test_pieces(void)
{
	struct json_writer w = fresh();
	struct buf all = {0};
	uint64_t i;

	buf_puts(&out, STR("# "));
	jw_begin_array(&w, NULL);
	for (i = 0; i < 3; i++) {
		jw_u64(&w, NULL, i);
		buf_puts(&all, buf_str(&out));
		out.len = 0;
	}
	jw_end_array(&w);
	buf_puts(&all, buf_str(&out));
	ok(str_eq(buf_str(&all), STR("# [0,1,2]")), "piece by piece");
	buf_release(&all);
}

/* A random value of some depth, by the writer; and in want, as it must be. */
static void
random_value(struct rng *r, struct json_writer *w, const char *key,
    struct buf *want, unsigned depth)
{
	static const char *const keys[] = {"a", "b", "c", "d"};
	bool object = rng_below(r, 2) == 0;
	size_t i, n = (size_t)rng_below(r, 4);

	if (key != NULL)
		buf_printf(want, "\"%s\":", key);
	if (depth == 0 || rng_below(r, 4) == 0) {
		jw_u64(w, key, n);
		buf_printf(want, "%zu", n);
		return;
	}
	if (object)
		jw_begin_object(w, key);
	else
		jw_begin_array(w, key);
	buf_putc(want, object ? '{' : '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(want, ',');
		random_value(r, w, object ? keys[i] : NULL, want, depth - 1);
	}
	if (object)
		jw_end_object(w);
	else
		jw_end_array(w);
	buf_putc(want, object ? '}' : ']');
}

static void
test_random(void)
{
	struct buf want = {0};
	struct json_writer w;
	struct rng r;
	struct str raw;
	const char *why;
	size_t i;
	bool same = true, valid = true;

	rng_init(&r, 11);
	for (i = 0; i < 500; i++) {
		w = fresh();
		want.len = 0;
		random_value(&r, &w, NULL, &want, 5);
		same = same && str_eq(buf_str(&out), buf_str(&want));
		valid = valid && json_valid(buf_str(&out), &raw, &why);
	}
	ok(same, "random values are written as they must be");
	ok(valid, "and are JSON");
	buf_release(&want);
}

int
main(void)
{
	test_kinds();
	test_nesting();
	test_pieces();
	test_random();
	buf_release(&out);
	return tap_done();
}
