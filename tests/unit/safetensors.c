/*
 * safetensors: what is written reads back; what the format forbids is refused
 */

#include "encode/safetensors.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

/* NULL if a file of a header and nbyte bytes of data opens, or why not. */
static const char *
refusal(const char *header, size_t nbyte)
{
	struct safetensors st;
	struct buf b = {0};
	uint64_t len = strlen(header);
	const char *why;
	bool good;
	size_t i;

	for (i = 0; i < 8; i++)
		buf_putc(&b, (char)(len >> (8 * i) & 0xff));
	buf_puts(&b, str_of(header));
	for (i = 0; i < nbyte; i++)
		buf_putc(&b, (char)i);
	good = safetensors_open(&st, buf_str(&b), &why);
	safetensors_release(&st);
	buf_release(&b);
	return good ? NULL : why;
}

static bool
opens(const char *header, size_t nbyte)
{
	return refusal(header, nbyte) == NULL;
}

#define TENSOR(dtype, shape, range)                                            \
	"{\"a\":{\"dtype\":" dtype ",\"shape\":" shape                         \
	",\"data_offsets\":" range "}}"

/* Each of these has one byte of data. */
static const struct {
	const char *header, *why;
} refused[] = {
    {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}",
	"a tensor lacks dtype, shape or data_offsets"},
    {"{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}",
	"a tensor lacks dtype, shape or data_offsets"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}",
	"a tensor lacks dtype, shape or data_offsets"},
    {TENSOR("8", "[1]", "[0,1]"),
	"a tensor lacks dtype, shape or data_offsets"},
    {TENSOR("\"U8\"", "1", "[0,1]"), "a shape that is no array"},
    {TENSOR("\"U8\"", "[\"1\"]", "[0,1]"), "a shape that is no array of sizes"},
    {TENSOR("\"U8\"", "[-1]", "[0,1]"), "a shape that is no array of sizes"},
    {TENSOR("\"U8\"", "[1,1,1,1,1,1,1,1,1]", "[0,1]"),
	"a shape has more than 8 dimensions"},
    {TENSOR("\"\"", "[1]", "[0,1]"), "an unknown dtype"},
    {TENSOR("\"U8\"", "[1]", "1"),
	"data_offsets that are no range of the file"},
    {TENSOR("\"U8\"", "[1]", "[0,\"1\"]"),
	"data_offsets that are no range of the file"},
    {TENSOR("\"U8\"", "[1]", "[0]"),
	"data_offsets that are no range of the file"},
    {TENSOR("\"U8\"", "[1]", "[0,1,1]"),
	"data_offsets that are no range of the file"},
    {TENSOR("\"U8\"", "[1]", "[1,0]"),
	"data_offsets that are no range of the file"},
    {TENSOR("\"U8\"", "[2]", "[0,2]"),
	"cut short: it ends before its tensors do"},
    {TENSOR("\"U8\"", "[0]", "[0,0]"),
	"bytes after the last tensor, or missing ones"},
    {"", "no safetensors file"},
    {"{", "no safetensors file"},
    {"[]", "no safetensors file"},
};

/* Files that end early, or whose header is longer than any may be. */
static void
lengths(void)
{
	static const struct {
		struct str bytes;
		const char *why;
	} file[] = {{{"", 0}, "no safetensors file"},
	    {{"\2\0\0\0\0\0\0", 7}, "no safetensors file"},
	    {{"\2\0\0\0\0\0\0\0", 8}, "no safetensors file"},
	    {{"\1\0\0\0\0\0\0\0{}", 10}, "no safetensors file"},
	    {{"\2\0\0\0\0\0\0\1{}", 10}, "no safetensors file"},
	    {{"\3\0\0\0\0\0\0\0{}", 10},
		"cut short: it ends before its header does"}};
	struct safetensors st;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(file) / sizeof(*file); i++) {
		ok(!safetensors_open(&st, file[i].bytes, &why) &&
			strcmp(why, file[i].why) == 0,
		    file[i].why);
		safetensors_release(&st);
	}
	ok(safetensors_open(
	       &st, (struct str){"\2\0\0\0\0\0\0\0{}", 10}, &why) &&
		st.ntensor == 0,
	    "nothing in it");
	safetensors_release(&st);
}

static void
round_trip(void)
{
	static const float m[6] = {1, 2, 3, 4, 5, 6}, v[2] = {-1, 0.5f};
	const struct tensor_out t[] = {{"m", m, 2, {3, 2}}, {"v", v, 1, {2}}};
	struct safetensors st;
	const struct tensor *got;
	char *bytes = NULL;
	size_t len = 0;
	const char *why;
	float *copy = NULL;
	FILE *fp = open_memstream(&bytes, &len);

	safetensors_write(fp, t, 2);
	fclose(fp);
	ok(safetensors_open(&st, (struct str){bytes, len}, &why),
	    "what was written opens");
	got = safetensors_find(&st, "m");
	ok(got != NULL && got->ndim == 2 && got->shape[0] == 3 &&
		got->shape[1] == 2 &&
		memcmp(safetensors_floats(got, &copy), m, sizeof(m)) == 0,
	    "a matrix comes back");
	free(copy);
	got = safetensors_find(&st, "v");
	ok(got != NULL && got->ndim == 1 &&
		safetensors_floats(got, &copy)[1] == 0.5f,
	    "a vector comes back");
	free(copy);
	ok(safetensors_find(&st, "w") == NULL, "what is not there");
	safetensors_release(&st);
	free(bytes);
}

static void
half_floats(void)
{
	static const char header[] =
	    "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
	    "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[4,6]}}";
	struct buf b = {0};
	struct safetensors st;
	const char *why;
	float *copy = NULL;
	size_t i;

	for (i = 0; i < 8; i++)
		buf_putc(&b, i == 0 ? (char)(sizeof(header) - 1) : 0);
	buf_puts(&b, STR(header));
	buf_put(&b, "\x00\x3c\x00\xc0\x80\x3f", 6);
	ok(safetensors_open(&st, buf_str(&b), &why) &&
		safetensors_floats(safetensors_find(&st, "h"), &copy)[1] == -2,
	    "float16");
	free(copy);
	ok(safetensors_floats(safetensors_find(&st, "b"), &copy)[0] == 1,
	    "bfloat16");
	free(copy);
	safetensors_release(&st);
	buf_release(&b);
}

/* Numbers of other widths, as floats and as rows of a table. */
static void
numbers(void)
{
	static const char header[] =
	    "{\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
	    "\"i\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[8,10]},"
	    "\"r\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[10,18]},"
	    "\"n\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[18,26]}}";
	struct buf b = {0};
	struct safetensors st;
	const struct tensor *rows;
	const char *why;
	float *copy = NULL;
	uint32_t *row;
	size_t i;

	for (i = 0; i < 8; i++)
		buf_putc(&b, (char)((sizeof(header) - 1) >> 8 * i));
	buf_puts(&b, STR(header));
	buf_put(&b,
	    "\0\0\0\0\0\0\xf0\xbf"   /* -1 */
	    "\x80\x7f"		     /* -128, 127 */
	    "\x02\0\0\0\x01\x01\0\0" /* 2, 257 */
	    "\xff\xff\xff\xff\xff\xff\xff\xff",
	    26);
	ok(safetensors_open(&st, buf_str(&b), &why), "four types");
	ok(safetensors_floats(safetensors_find(&st, "d"), &copy)[0] == -1,
	    "float64");
	free(copy);
	ok(safetensors_floats(safetensors_find(&st, "i"), &copy)[0] == -128 &&
		copy[1] == 127,
	    "int8");
	free(copy);
	rows = safetensors_find(&st, "r");
	row = safetensors_numbers(rows, 258);
	ok(row != NULL && row[0] == 2 && row[1] == 257, "numbers below 258");
	free(row);
	ok(safetensors_numbers(rows, 257) == NULL, "and not all below 257");
	ok(safetensors_numbers(safetensors_find(&st, "n"), UINT32_MAX) == NULL,
	    "a negative one");
	ok(safetensors_numbers(safetensors_find(&st, "i"), UINT32_MAX) ==
		    NULL &&
		safetensors_floats(rows, &copy) == NULL,
	    "types that are none of these");
	safetensors_release(&st);
	buf_release(&b);
}

int
main(void)
{
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		why = refusal(refused[i].header, 1);
		ok(why != NULL && strcmp(why, refused[i].why) == 0,
		    refused[i].header);
	}
	lengths();
	round_trip();
	half_floats();
	numbers();
	ok(opens("{}", 0) && opens("{\"__metadata__\":{\"a\":\"b\"}}   ", 0),
	    "empty ones");
	ok(!opens("{}", 1), "bytes left over");
	ok(opens("{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}"
		 "}",
	       1),
	    "a scalar");
	ok(!opens("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,"
		  "3]}}",
	       3),
	    "a hole");
	ok(!opens("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,"
		  "2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],"
		  "\"data_offsets\":[1,3]}}",
	       3),
	    "an overlap");
	ok(!opens("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,"
		  "1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],"
		  "\"data_offsets\":[1,2]}}",
	       2),
	    "a name is given twice");
	ok(!opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,"
		  "2]}}",
	       2),
	    "a shape that does not fit");
	ok(!opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,2],"
		  "\"data_offsets\":[0,0]}}",
	       0),
	    "a product that overflows");
	ok(!opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],"
		  "\"data_offsets\":[0,0]}}",
	       0),
	    "bytes that overflow");
	ok(!opens("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,"
		  "9]}}",
	       1),
	    "a range beyond the file");
	ok(!opens("{\"a\":{\"dtype\":\"X9\",\"shape\":[1],\"data_offsets\":[0,"
		  "1]}}",
	       1) &&
		!opens("{\"a\":1}", 0) && !opens("[]", 0) &&
		!opens("{\"a\":{}}", 0),
	    "what is no tensor");
	return tap_done();
}
