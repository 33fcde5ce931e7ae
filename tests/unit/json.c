/*
 * json: the grammar of RFC 8259 by the cases of JSONTestSuite if they are
 * there, strings in both directions, and numbers that read back
 */

#include "record/json.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>

#include "base/mapfile.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"

static bool
valid(struct str text)
{
	const char *why = NULL;
	struct str raw;

	return json_valid(text, &raw, &why);
}

/* What we do with cases that RFC 8259 leaves open, and why. */
static bool
open_case(const char *name)
{
	static const char *const accepted[] = {
	    /* the grammar allows any number; no value is lost, none read */
	    "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json",
	    "i_number_neg_int_huge_exp.json",
	    "i_number_pos_double_huge_exp.json",
	    "i_number_real_neg_overflow.json",
	    "i_number_real_pos_overflow.json", "i_number_real_underflow.json",
	    "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
	    "i_number_very_big_negative_int.json",
	    /* the grammar allows lone surrogates as escapes */
	    "i_object_key_lone_2nd_surrogate.json",
	    "i_string_1st_surrogate_but_2nd_missing.json",
	    "i_string_1st_valid_surrogate_2nd_invalid.json",
	    "i_string_incomplete_surrogate_and_escape_valid.json",
	    "i_string_incomplete_surrogate_pair.json",
	    "i_string_incomplete_surrogates_escape_valid.json",
	    "i_string_invalid_lonely_surrogate.json",
	    "i_string_invalid_surrogate.json",
	    "i_string_inverted_surrogates_U+1D11E.json",
	    "i_string_lone_second_surrogate.json",
	    /* 500 levels are less than JSON_DEPTH */
	    "i_structure_500_nested_arrays.json"};
	size_t i;

	for (i = 0; i < sizeof(accepted) / sizeof(*accepted); i++)
		if (strcmp(name, accepted[i]) == 0)
			return true;
	return false; /* invalid UTF-8, UTF-16, a byte order mark */
}

static void
suite(const char *folder)
{
	char path[1024];
	struct dirent *e;
	struct str text;
	size_t n = 0, nwrong = 0;
	bool want;
	DIR *d = opendir(folder);

	if (d == NULL) {
		ok(true, "JSONTestSuite # skip no ../shared");
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (!mapfile_open(&text, path))
			continue;
		want = e->d_name[0] == 'y' ||
		       (e->d_name[0] == 'i' && open_case(e->d_name));
		n++;
		if (valid(text) != want) {
			nwrong++;
			printf("# %s: %s\n", e->d_name,
			    want ? "refused" : "accepted");
		}
		mapfile_close(&text);
	}
	closedir(d);
	ok(n > 300 && nwrong == 0, "every case of JSONTestSuite");
}

static void
strings(struct arena *mem)
{
	static const struct {
		struct str raw, text;
	} cases[] = {
	    {STR("\"\""), STR("")},
	    {STR("\"a\\u0000b\""), {"a\0b", 3}},
	    {STR("\"\\ud83d\\ude00\""), STR("\xf0\x9f\x98\x80")},
	    {STR("\"\\ud83d\""), STR("\xef\xbf\xbd")},
	    {STR("\"\\ud83dx\\ude00\""), STR("\xef\xbf\xbdx\xef\xbf\xbd")},
	    {STR("\"\\ud83d\\ud83d\\ude00\""),
		STR("\xef\xbf\xbd\xf0\x9f\x98\x80")},
	    {STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""),
		STR("\"\\/\b\f\n\r\t\xc3\xa9")},
	};
	struct str text, raw;
	size_t i;
	bool good = true;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		good = good && json_get_str(cases[i].raw, mem, &text) &&
		       str_eq(text, cases[i].text);
	ok(good, "escapes are decoded");
	raw = json_quote(
	    mem, (struct str){"\0\1\x1f\b\t\n\f\r\"\\/\x7f\xc3\xa9\xff", 15});
	ok(str_eq(raw,
	       STR("\"\\u0000\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\x7f\xc3\xa9"
		   "\xef\xbf\xbd\"")),
	    "strings are encoded");
}

/* Any bytes, written and read back: they are the same if they were UTF-8. */
static void
round_trip(struct arena *mem)
{
	struct rng r;
	struct str raw, text, s;
	char bytes[64], cp[4];
	size_t i, j, n;
	bool good = true;

	rng_init(&r, 1);
	for (i = 0; i < 20000 && good; i++) {
		s = (struct str){bytes, 0};
		for (j = rng_below(&r, 16); j > 0; j--) {
			n = utf8_encode(
			    cp, (uint32_t)rng_below(
				    &r, rng_below(&r, 3) ? 0x100 : 0x110000));
			memcpy(bytes + s.len, cp, n);
			s.len += n;
		}
		raw = json_quote(mem, s);
		good = valid(raw) && json_get_str(raw, mem, &text) &&
		       str_eq(s, text);
		for (j = 0; j < s.len; j++)
			bytes[j] = (char)rng_next(&r);
		good = good && valid(json_quote(mem, s));
		arena_clear(mem);
	}
	ok(good, "strings read back as they were written");
}

static void
numbers(void)
{
	struct rng r;
	struct buf b = {0};
	uint32_t bits;
	float x;
	size_t i;
	bool good = true;
	char shorter[32];

	rng_init(&r, 2);
	for (i = 0; i < 300000 && good; i++) {
		bits = (uint32_t)rng_next(&r);
		memcpy(&x, &bits, 4);
		if (i % 3 == 1)
			x = (float)rng_real(&r);
		if (i % 3 == 2)
			x = (float)(rng_real(&r) * rng_real(&r) * .01);
		if (i < 24) /* powers of ten, and their neighbours */
			x = nextafterf(
			    powf(10, (float)(i / 3) - 6), (float)(i % 3) - 1);
		if (!isfinite(x))
			continue;
		b.len = 0;
		json_put_real(&b, x);
		good = valid(buf_str(&b));
		buf_putc(&b, '\0');
		good = good && strtof(b.p, NULL) == x;
		/* The shortest form that reads back is the one that was written. */
		for (int d = 1; d < 9; d++) {
			snprintf(
			    shorter, sizeof(shorter), "%.*g", d, (double)x);
			if (strtof(shorter, NULL) == x) {
				good = good && strcmp(shorter, b.p) == 0;
				break;
			}
		}
	}
	ok(good, "numbers are the shortest that read back");
	buf_release(&b);
}

static void
depth(void)
{
	struct buf b = {0};
	size_t i;

	for (i = 0; i < JSON_DEPTH; i++)
		buf_putc(&b, '[');
	for (i = 0; i < JSON_DEPTH; i++)
		buf_putc(&b, ']');
	ok(valid(buf_str(&b)), "nesting up to JSON_DEPTH");
	b.p[JSON_DEPTH] = '[';
	buf_puts(&b, STR("]]"));
	ok(!valid(buf_str(&b)), "and no deeper");
	buf_release(&b);
}

/* Long strings are written in pieces, and the cuts must not show. */
static void
pieces(struct arena *mem)
{
	static const char alphabet[] = "a\"\\\n\177\xc3\xa9\xe2\x82\xac"
				       "\xf0\x9f\x98\x80\x80\x80\xf0";
	char text[3 * 4096];
	struct buf b = {0};
	bool same = true;
	struct rng r;
	size_t i, round;

	rng_init(&r, 7);
	for (round = 0; round < 300; round++) {
		for (i = 0; i < sizeof(text); i++)
			text[i] =
			    round % 2 == 0
				? alphabet[(i + round) % (sizeof(alphabet) - 1)]
				: alphabet[rng_below(&r, sizeof(alphabet) - 1)];
		b.len = 0;
		json_put_str(&b, (struct str){text, i - round % 17});
		same = same &&
		       str_eq(buf_str(&b),
			   json_quote(mem, (struct str){text, i - round % 17}));
		arena_clear(mem);
	}
	ok(same, "long strings are written as short ones are");
	buf_release(&b);
}

int
main(void)
{
	struct arena mem = {0};
	struct json_walk w;
	struct str key, raw;
	size_t n = 0;

	suite("../shared/data/json/test_parsing");
	strings(&mem);
	round_trip(&mem);
	numbers();
	depth();
	pieces(&mem);
	json_open(
	    &w, STR("{ \"a\" : [1, 2] ,\"\\u0062\":{\"c\":3}, \"a\":4 }"), '{');
	while (json_next(&w, &mem, &key, &raw))
		n += key.len * raw.len;
	ok(n == 6 + 7 + 1, "members are walked");
	ok(json_member(STR("{\"a\":1,\"a\":2}"), &mem, STR("a"), &raw) &&
		str_eq(raw, STR("2")),
	    "of two members of a name the last counts");
	ok(!json_open(&w, STR("\"{\""), '{'), "a string is no object");
	arena_release(&mem);
	return tap_done();
}
