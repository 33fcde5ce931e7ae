/* mds: lines as samples and back; heads, and files that are none */

#include "shard/mds.h"

#include <string.h>

#include "tap.h"

static struct arena mem;
static struct buf dropped; /* what no test reads */

/* The line that comes back, borrowed until the next call; empty if none does. */
static struct str
again(const struct mds *m, struct str line)
{
	static struct buf sample, back;

	sample.len = back.len = 0;
	if (!mds_put(m, &mem, line, &sample) ||
	    !mds_line(m, buf_str(&sample), &back))
		back.len = 0;
	return buf_str(&back);
}

static void
test_members(void)
{
	struct mds m;
	struct buf sample = {0};

	mds_init(&m, 0, 0, 1000);
	mds_add(&m, "text", true);
	mds_add(&m, "n", false);
	mds_add(&m, "Z", false);
	ok(mds_put(&m, &mem, STR("{\"text\":\"\\u00e9\\n\",\"n\":[1, 2.0]}"),
	       &sample) &&
		str_eq(buf_str(&sample),
		    STR("\4\0\0\0\10\0\0\0\3\0\0\0null[1, 2.0]\303\251\n")),
	    "columns by name, lengths first");
	ok(str_eq(
	       again(&m, STR("{\"n\":\"\\u00e9\",\"text\":\"\\u00e9\\\"\"}")),
	       STR("{\"Z\":null,\"n\":\"\\u00e9\",\"text\":\"\303\251\\\"\"}")),
	    "JSON stays as it was written");
	ok(again(&m, STR("{\"text\":null}")).len == 0 &&
		again(&m, STR("{\"n\":1}")).len == 0 &&
		again(&m, STR("[]")).len == 0,
	    "a text that is no string");
	sample.len = 0;
	buf_puts(&sample, STR("\4\0\0\0\1\0\0\0\1\0\0\0null{x"));
	ok(!mds_line(&m, buf_str(&sample), &dropped), "no JSON");
	sample.p[12] = 'N';
	ok(!mds_line(&m, STR("\4\0\0\0\1\0\0\0"), &dropped) &&
		!mds_line(&m, STR("\1\0\0\0\1\0\0\0\1\0\0\0001"), &dropped) &&
		!mds_line(&m, STR("\1\0\0\0\1\0\0\0\1\0\0\00012xy"), &dropped),
	    "cut off, or too long");
	buf_release(&sample);
	mds_release(&m);
}

/* A sequence of n pieces of one id each, in length ids. */
static bool
pieces_are_kept(const struct mds *m, size_t n)
{
	struct buf line = {0};
	size_t i;
	bool good;

	buf_puts(&line, STR("{\"input_ids\":["));
	for (i = 0; i < n; i++)
		buf_printf(&line, "%s%zu", i > 0 ? "," : "", i * 7001);
	buf_puts(&line, STR("],\"seq_lengths\":["));
	for (i = 0; i < n; i++)
		buf_printf(&line, i > 0 ? ",1" : "1");
	buf_puts(&line, STR("]}"));
	good = str_eq(again(m, buf_str(&line)), buf_str(&line));
	buf_release(&line);
	return good;
}

static void
test_sequences(void)
{
	struct mds m;
	struct buf sample = {0};

	mds_init(&m, 4, 258, 1000);
	ok(mds_put(&m, &mem,
	       STR("{\"input_ids\":[5,6,7],\"seq_lengths\":[1,2]}"), &sample) &&
		str_eq(
		    buf_str(&sample), STR("\12\0\0\0\4\2\1\0\0\0\2\0\0\0"
					  "\5\0\0\0\6\0\0\0\7\0\0\0\2\1\0\0")),
	    "ids, filled up, after the lengths of pieces");
	ok(pieces_are_kept(&m, 1) && pieces_are_kept(&m, 4), "and back");
	ok(!pieces_are_kept(&m, 5) && !pieces_are_kept(&m, 0) &&
		again(&m, STR("{\"input_ids\":[-1],\"seq_lengths\":[1]}"))
			.len == 0 &&
		again(&m, STR("{\"input_ids\":[1]}")).len == 0,
	    "more ids than fit, or none");
	ok(again(&m, STR("{\"seq_lengths\":[1]}")).len == 0 &&
		again(&m, STR("{\"input_ids\":[1],\"seq_lengths\":1}")).len ==
		    0 &&
		again(&m, STR("{\"input_ids\":1,\"seq_lengths\":[1]}")).len ==
		    0 &&
		again(
		    &m, STR("{\"input_ids\":[2147483648],\"seq_lengths\":[1]}"))
			.len == 0 &&
		again(
		    &m, STR("{\"input_ids\":[1,2,3,4,5],\"seq_lengths\":[5]}"))
			.len == 0,
	    "what is no sequence");
	ok(again(&m, STR("{\"input_ids\":[2147483647],\"seq_lengths\":[1]}"))
		    .len > 0,
	    "the largest id");
	sample.p[6] = 9;
	ok(!mds_line(&m, buf_str(&sample), &dropped),
	    "lengths of more ids than there are");
	sample.len--;
	ok(!mds_line(&m, buf_str(&sample), &dropped), "cut off");
	mds_init(&m, 70000, 0, 1000);
	ok(pieces_are_kept(&m, 255) && pieces_are_kept(&m, 256) &&
		pieces_are_kept(&m, 65535) && pieces_are_kept(&m, 65536),
	    "numbers of pieces of every width");
	buf_release(&sample);
}

/* Samples of sequences of 4 ids that other programs may have written. */
static void
test_foreign_sequences(void)
{
#define IDS "\5\0\0\0\6\0\0\0\7\0\0\0\10\0\0\0"
	static const struct str wrong[] = {
	    STR("\6\0\0"), STR("\377\0\0\0\4\1\3\0\0\0" IDS),
	    STR("\6\0\0\0\10\1\3\0\0\0" IDS), /* of two dimensions */
	    STR("\15\0\0\0\7\1\0\0\0\0\0\0\0\3\0\0\0" IDS), /* of 64 bits */
	    STR("\1\0\0\0\4" IDS),
	    STR("\6\0\0\0\4\2\3\0\0\0" IDS), /* two lengths, and but one */
	    STR("\6\0\0\0\4\1\3\0\0\0" IDS "\0"),
	    STR("\6\0\0\0\4\1\5\0\0\0" IDS), /* of five ids */
	};
#undef IDS
	struct mds m;
	struct buf line = {0};
	bool good = true;
	size_t i;

	mds_init(&m, 4, 0, 1000);
	ok(mds_line(&m,
	       STR("\6\0\0\0\4\1\3\0\0\0"
		   "\5\0\0\0\6\0\0\0\7\0\0\0\10\0\0\0"),
	       &line) &&
		str_eq(buf_str(&line),
		    STR("{\"input_ids\":[5,6,7],\"seq_lengths\":[3]}")),
	    "a piece, and what fills up");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (mds_line(&m, wrong[i], &dropped)) {
			printf("# %zu\n", i);
			good = false;
		}
	}
	ok(good, "lengths that are none");
	buf_release(&line);
}

/* Whether a head that has this for its columns opens; the columns then. */
static bool
opens(struct mds *m, const char *columns)
{
	struct buf file = {0}, at = {0};
	uint32_t end = 8 + (uint32_t)strlen(columns);
	bool good;

	buf_puts(&file, STR("\0\0\0\0"));
	buf_put(&file, &end, 4);
	buf_puts(&file, str_of(columns));
	good = mds_bounds(buf_str(&file), &at) && mds_open(m, buf_str(&file));
	buf_release(&file);
	buf_release(&at);
	return good;
}

static void
test_columns(void)
{
	static const char *const wrong[] = {
	    "[]",
	    "{\"column_encodings\":[\"str\"],\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":[\"str\"]}",
	    "{\"column_names\":\"a\",\"column_encodings\":[\"str\"],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":\"str\","
	    "\"size_limit\":1}",
	    "{\"column_names\":[5],\"column_encodings\":[\"str\"],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":[],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":[5],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":[\"int\"],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\"],\"column_encodings\":[\"str\",\"str\"],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"b\",\"a\"],\"column_encodings\":[\"str\","
	    "\"str\"],\"size_limit\":1}",
	    "{\"column_names\":[\"a\",\"b\"],\"column_encodings\":"
	    "[\"ndarray:int32\", \"ndarray:int32:99999999\"],"
	    "\"size_limit\":1}",
	    "{\"column_names\":[\"a\",\"b\"],\"column_encodings\":"
	    "[\"ndarray:int32\", \"ndarray:int32:x\"],\"size_limit\":1}",
	};
	struct mds m;
	bool good = true;
	size_t i;

	ok(opens(&m, "{\"column_names\":[\"a\",\"b\"],\"column_encodings\":"
		     "[\"str\",\"json\"],\"size_limit\":1}") &&
		m.ncolumn == 2 && m.column[0].string && !m.column[1].string &&
		m.size == 1,
	    "columns that are known");
	mds_release(&m);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (opens(&m, wrong[i])) {
			printf("# %s\n", wrong[i]);
			good = false;
		}
		mds_release(&m);
	}
	ok(good, "columns that are not");
}

static void
test_files(void)
{
	static const uint32_t len[] = {3, 0, 2};
	static const uint32_t big[] = {3000000000, 2000000000};
	struct mds m, read;
	struct buf file = {0}, at = {0}, told = {0};
	uint64_t bound[4];

	mds_init(&m, 0, 0, 1000);
	mds_add(&m, "b\"", false);
	mds_add(&m, "a", true);
	ok(mds_head(&m, len, 3, &file), "a head");
	buf_puts(&file, STR("abcde"));
	ok(mds_bounds(buf_str(&file), &at) && at.len == sizeof(bound),
	    "the bounds of samples");
	memcpy(bound, at.p, sizeof(bound));
	ok(bound[3] == file.len && bound[0] == file.len - 5 &&
		bound[1] == bound[2],
	    "which end with the file");
	ok(mds_open(&read, buf_str(&file)) && read.ncolumn == 2 &&
		read.size == 1000 && read.length == 0 &&
		strcmp(read.column[1].name, "b\"") == 0 &&
		read.column[0].string && !read.column[1].string,
	    "the columns");
	mds_tell(&read, "shard.00007.mds", 99, 3, &told);
	ok(str_eq(buf_str(&told),
	       STR("{\"column_encodings\": [\"str\", \"json\"], "
		   "\"column_names\": [\"a\", \"b\\\"\"], "
		   "\"column_sizes\": [null, null], \"compression\": null, "
		   "\"format\": \"mds\", \"hashes\": [], \"raw_data\": "
		   "{\"basename\": \"shard.00007.mds\", \"bytes\": 99, "
		   "\"hashes\": {}}, \"samples\": 3, \"size_limit\": 1000, "
		   "\"version\": 2, \"zip_data\": null}")),
	    "an entry of the index");
	file.len--;
	ok(!mds_bounds(buf_str(&file), &at), "a shorter file");
	ok(!mds_bounds(STR("\1\0\0\0\14\0\0"), &at) &&
		!mds_bounds(STR("\377\377\377\377\0\0\0\0"), &at),
	    "no file of samples");
	ok(!mds_head(&m, big, 2, &told), "more than 4 GiB");
	mds_release(&read);
	mds_release(&m);
	mds_init(&m, 512, 0, 7);
	file.len = 0;
	ok(mds_head(&m, len, 0, &file) && mds_bounds(buf_str(&file), &at) &&
		mds_open(&read, buf_str(&file)) && read.length == 512,
	    "of sequences");
	buf_release(&file);
	buf_release(&at);
	buf_release(&told);
}

int
main(void)
{
	test_members();
	test_sequences();
	test_foreign_sequences();
	test_columns();
	test_files();
	arena_release(&mem);
	buf_release(&dropped);
	return tap_done();
}
