/*
 * steps: numbers, keys and places are written and read back; what is none of
 * these is refused
 */

#include "dedup/steps.h"

#include "tap.h"

/* Whether a number is written and read back. */
static bool
number(uint64_t n)
{
	struct buf b = {0};
	struct str line;
	uint64_t back = !n;
	bool same;

	steps_put_u64(&b, n);
	buf_putc(&b, '\t');
	steps_put_key(&b, n);
	line = buf_str(&b);
	same = steps_take_u64(&line, &back) && back == n &&
	       steps_take_tab(&line) && steps_take_key(&line, &back) &&
	       back == n && line.len == 0;
	buf_release(&b);
	return same;
}

static void
numbers(void)
{
	struct str line = STR("18446744073709551616\t");
	uint64_t n;

	ok(number(0) && number(9) && number(10) && number(UINT64_MAX) &&
		number(0x0123456789abcdef),
	    "numbers and keys come back");
	ok(!steps_take_u64(&line, &n), "more than 64 bits");
	line = STR("x");
	ok(!steps_take_u64(&line, &n) && !steps_take_tab(&line), "no number");
	line = STR("");
	ok(!steps_take_u64(&line, &n) && !steps_take_tab(&line), "nothing");
	line = STR("0123456789abcdeg");
	ok(!steps_take_key(&line, &n), "no digit");
	line = STR("0123456789abcde");
	ok(!steps_take_key(&line, &n), "a digit too few");
}

static void
places(void)
{
	struct place at = {77, 4}, back = {0, 0};
	struct buf b = {0};
	struct str line;

	steps_put_place(&b, at);
	ok(str_eq(buf_str(&b), STR("5\t77")), "parts are counted from 1");
	line = buf_str(&b);
	ok(steps_take_place(&line, 5, &back) && place_cmp(at, back) == 0,
	    "a place comes back");
	line = buf_str(&b);
	ok(!steps_take_place(&line, 4, &back), "a part that there is not");
	line = STR("0\t77");
	ok(!steps_take_place(&line, 4, &back), "nor is there part 0");
	buf_release(&b);
}

static void
heads(void)
{
	char one[] = "one", two[] = "two", three[] = "three";
	char *const names[] = {one, two, three, NULL}, *const less[] = {
							   one, two, NULL};
	struct steps_file f = {.name = "file", .nline = 1};
	struct steps_head h = {0};
	struct parts parts, fewer;
	struct buf b = {0};

	parts_init(&parts, "list", names);
	parts_init(&fewer, "list", less);
	h.parts = &parts;
	h.options = "--rows 3";
	steps_put_options(&b, h.options);
	steps_take_head(&h, &f, (struct str){b.p, b.len - 1});
	steps_need_options(&h, &f);
	ok(h.optioned, "the options at hand");
	steps_open_head(&h);
	ok(!h.optioned, "each file tells them");
	b.len = 0;
	steps_put_records(&b, &fewer);
	steps_take_head(&h, &f, (struct str){b.p, b.len - 1});
	ok(h.numbered && h.nrange == 0, "a list that has grown since");
	b.len = 0;
	steps_put_range(&b, 1, 2);
	ok(str_eq(buf_str(&b), STR("#range 1 2\n")), "a range");
	steps_take_head(&h, &f, (struct str){b.p, b.len - 1});
	ok(h.nrange == 2 && h.range[1] && !h.range[0], "is noted");
	steps_take_head(&h, &f, STR("#range 0 2"));
	steps_need_all(&h);
	ok(h.range[0], "all ranges are there");
	buf_release(&b);
	parts_release(&parts);
	parts_release(&fewer);
}

int
main(void)
{
	numbers();
	places();
	heads();
	return tap_done();
}
