#include "shard/mds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/rec.h"

void
mds_init(struct mds *m, uint32_t length, uint32_t pad, uint64_t size)
{
	*m = (struct mds){.length = length, .pad = pad, .size = size};
}

void
mds_add(struct mds *m, const char *name, bool string)
{
	size_t i;

	m->column = mem_grow(m->column, m->ncolumn + 1, sizeof(*m->column));
	for (i = m->ncolumn++; i > 0 && strcmp(m->column[i - 1].name, name) > 0;
	     i--)
		m->column[i] = m->column[i - 1];
	m->column[i] = (struct mds_column){mem_string(str_of(name)), string};
}

void
mds_release(struct mds *m)
{
	while (m->ncolumn > 0)
		free(m->column[--m->ncolumn].name);
	free(m->column);
	*m = (struct mds){.column = NULL};
}

/* The numbers of an array, uint32 each; *n of them.  False if one is none. */
static bool
put_numbers(struct str array, struct arena *mem, struct buf *out, size_t *n)
{
	struct json_walk walk;
	struct str key, raw;
	size_t x;

	if (!json_open(&walk, array, '['))
		return false;
	for (*n = 0; json_next(&walk, mem, &key, &raw); ++*n) {
		if (!json_get_size(raw, &x) || x > INT32_MAX)
			return false;
		buf_put_little(out, (uint32_t)x, 4);
	}
	return true;
}

/* How many bytes the number of items of an array takes. */
static uint32_t
count_log2(size_t n)
{
	return n < 1 << 8 ? 0 : n < 1 << 16 ? 1 : 2;
}

static bool
put_sequence(const struct mds *m, struct arena *mem, const struct rec *rec,
    struct buf *sample)
{
	struct str ids, lens;
	size_t n, at = sample->len, log2;

	if (!rec_get(rec, "input_ids", &ids) ||
	    !rec_get(rec, "seq_lengths", &lens))
		return false;
	/* the lengths come first, but only when written is their number known */
	if (!put_numbers(lens, mem, sample, &n) || n == 0 || n > m->length)
		return false;
	log2 = count_log2(n);
	sample->len = at;
	buf_put_little(sample, (uint32_t)(1 + (1U << log2) + 4 * n), 4);
	buf_put_little(sample, 1 << 2 | (uint32_t)log2, 1); /* one dimension */
	buf_put_little(sample, (uint32_t)n, 1U << log2);
	put_numbers(lens, mem, sample, &n);
	if (!put_numbers(ids, mem, sample, &n) || n > m->length)
		return false;
	for (; n < m->length; n++)
		buf_put_little(sample, m->pad, 4);
	return true;
}

bool
mds_put(
    const struct mds *m, struct arena *mem, struct str line, struct buf *sample)
{
	size_t i, at = sample->len, head = 4 * m->ncolumn;
	struct buf lens = {0};
	const char *why;
	struct str value;
	struct rec rec;
	bool good = true;

	arena_clear(mem);
	if (!rec_parse(&rec, mem, line, &why))
		return false;
	if (m->length > 0)
		return put_sequence(m, mem, &rec, sample);
	buf_reserve(sample, head + line.len);
	sample->len += head;
	for (i = 0; good && i < m->ncolumn; i++) {
		value = STR("null");
		if (m->column[i].string)
			good = rec_get_str(&rec, m->column[i].name, &value);
		else
			rec_get(&rec, m->column[i].name, &value);
		buf_puts(sample, value);
		buf_put_little(&lens, (uint32_t)value.len, 4);
	}
	if (good)
		memcpy(sample->p + at, lens.p, lens.len);
	buf_release(&lens);
	return good;
}

/* seq_lengths of a sample, (*n) uint32 in their bytes; false if it has none. */
static bool
get_lengths(const struct mds *m, struct str sample, struct str *lens, size_t *n)
{
	size_t len, width;

	if (sample.len < 5)
		return false;
	len = number_little(sample.p, 4);
	width = (size_t)1 << (sample.p[4] & 3);
	if (len > sample.len - 4 || sample.p[4] >> 2 != 1 || width > 4 ||
	    len < 1 + width || sample.len - 4 - len != 4 * (size_t)m->length)
		return false;
	*n = number_little(sample.p + 5, width);
	*lens = (struct str){sample.p + 5 + width, len - 1 - width};
	return lens->len == 4 * *n;
}

static bool
line_of_sequence(const struct mds *m, struct str sample, struct buf *line)
{
	struct json_writer w = {.out = line};
	const char *ids = sample.p + sample.len - 4 * (size_t)m->length;
	struct str lens;
	size_t i, n;
	uint64_t total = 0;

	if (!get_lengths(m, sample, &lens, &n))
		return false;
	for (i = 0; i < n; i++)
		total += number_little(lens.p + 4 * i, 4);
	if (total > m->length)
		return false;
	jw_begin_object(&w, NULL);
	jw_begin_array(&w, "input_ids");
	for (i = 0; i < total; i++)
		jw_u64(&w, NULL, number_little(ids + 4 * i, 4));
	jw_end_array(&w);
	jw_begin_array(&w, "seq_lengths");
	for (i = 0; i < n; i++)
		jw_u64(&w, NULL, number_little(lens.p + 4 * i, 4));
	jw_end_array(&w);
	jw_end_object(&w);
	return true;
}

bool
mds_line(const struct mds *m, struct str sample, struct buf *line)
{
	struct json_writer w = {.out = line};
	size_t i, at = 4 * m->ncolumn;
	struct str value, raw;
	const char *why;

	if (m->length > 0)
		return line_of_sequence(m, sample, line);
	if (sample.len < at)
		return false;
	jw_begin_object(&w, NULL);
	for (i = 0; i < m->ncolumn; i++) {
		value = (struct str){
		    sample.p + at, number_little(sample.p + 4 * i, 4)};
		if (value.len > sample.len - at)
			return false;
		at += value.len;
		jw_key(&w, str_of(m->column[i].name));
		if (m->column[i].string)
			jw_str(&w, NULL, value);
		else if (json_valid(value, &raw, &why))
			jw_raw(&w, NULL, raw);
		else
			return false;
	}
	jw_end_object(&w);
	return at == sample.len;
}

/* What all shards have in common, up to the members of one of them. */
static void
put_columns(const struct mds *m, struct buf *out)
{
	size_t i;

	if (m->length > 0) {
		buf_printf(out,
		    "{\"column_encodings\": [\"ndarray:int32\", "
		    "\"ndarray:int32:%" PRIu32 "\"], \"column_names\": "
		    "[\"seq_lengths\", \"tokens\"], \"column_sizes\": [null, "
		    "%" PRIu32 "], ",
		    m->length, 4 * m->length);
	} else {
		buf_printf(out, "{\"column_encodings\": [");
		for (i = 0; i < m->ncolumn; i++)
			buf_printf(out, "%s\"%s\"", i > 0 ? ", " : "",
			    m->column[i].string ? "str" : "json");
		buf_printf(out, "], \"column_names\": [");
		for (i = 0; i < m->ncolumn; i++) {
			buf_printf(out, i > 0 ? ", " : "");
			json_put_str(out, str_of(m->column[i].name));
		}
		buf_printf(out, "], \"column_sizes\": [");
		for (i = 0; i < m->ncolumn; i++)
			buf_printf(out, i > 0 ? ", null" : "null");
		buf_printf(out, "], ");
	}
	buf_printf(out,
	    "\"compression\": null, \"format\": \"mds\", \"hashes\": [], ");
}

bool
mds_head(const struct mds *m, const uint32_t *len, size_t n, struct buf *out)
{
	struct buf columns = {0};
	uint64_t at;
	size_t i;

	put_columns(m, &columns);
	buf_printf(
	    &columns, "\"size_limit\": %" PRIu64 ", \"version\": 2}", m->size);
	at = 4 * ((uint64_t)n + 2) + columns.len;
	buf_put_little(out, (uint32_t)n, 4);
	for (i = 0; i <= n && at <= UINT32_MAX; i++) {
		buf_put_little(out, (uint32_t)at, 4);
		at += i < n ? len[i] : 0;
	}
	buf_puts(out, buf_str(&columns));
	buf_release(&columns);
	return at <= UINT32_MAX;
}

void
mds_tell(const struct mds *m, const char *name, uint64_t bytes,
    uint64_t samples, struct buf *out)
{
	put_columns(m, out);
	buf_printf(out,
	    "\"raw_data\": {\"basename\": \"%s\", \"bytes\": %" PRIu64
	    ", \"hashes\": {}}, \"samples\": %" PRIu64
	    ", \"size_limit\": %" PRIu64
	    ", \"version\": 2, \"zip_data\": null}",
	    name, bytes, samples, m->size);
}

bool
mds_bounds(struct str file, struct buf *at)
{
	uint64_t bound, last, i, n;

	if (file.len < 8 || (n = number_little(file.p, 4)) > (file.len - 8) / 4)
		return false;
	at->len = 0;
	last = 4 * (n + 2);
	for (i = 0; i <= n; i++) {
		bound = number_little(file.p + 4 + 4 * i, 4);
		if (bound < last)
			return false;
		last = bound;
		buf_put(at, &bound, sizeof(bound));
	}
	return last == file.len;
}

/* The length of the sequences whose columns have these encodings, or 0. */
static uint32_t
length_of(struct str encodings)
{
	static const char before[] = "[\"ndarray:int32\", \"ndarray:int32:";
	size_t i;
	uint32_t length = 0;

	if (!str_starts(encodings, STR(before)))
		return 0;
	for (i = strlen(before); i < encodings.len; i++) {
		if (encodings.p[i] < '0' || encodings.p[i] > '9')
			break;
		length = 10 * length + (uint32_t)(encodings.p[i] - '0');
		if (length > 1 << 24)
			return 0;
	}
	return length;
}

/*
 * Columns by their names and encodings, in their order, which is that of the names;
 * false if one is other.
 */
static bool
add_columns(
    struct mds *m, struct arena *mem, struct str names, struct str encodings)
{
	struct json_walk name, encoding;
	struct str key, raw, text, kind;
	char *own;
	bool good = true;

	if (!json_open(&name, names, '[') ||
	    !json_open(&encoding, encodings, '['))
		return false;
	while (good && json_next(&name, mem, &key, &raw)) {
		good = json_get_str(raw, mem, &text) &&
		       json_next(&encoding, mem, &key, &raw) &&
		       json_get_str(raw, mem, &kind) &&
		       (str_eq(kind, STR("str")) || str_eq(kind, STR("json")));
		if (!good)
			break;
		own = mem_string(text);
		good = m->ncolumn == 0 ||
		       strcmp(m->column[m->ncolumn - 1].name, own) < 0;
		mds_add(m, own, str_eq(kind, STR("str")));
		free(own);
	}
	return good && !json_next(&encoding, mem, &key, &raw);
}

bool
mds_open(struct mds *m, struct str file)
{
	struct arena mem = {0};
	struct str names, encodings, columns;
	const char *why;
	struct rec rec;
	size_t n = number_little(file.p, 4), size, begin = 4 * (n + 2);
	bool good;

	*m = (struct mds){.column = NULL};
	columns =
	    (struct str){file.p + begin, number_little(file.p + 4, 4) - begin};
	good = rec_parse(&rec, &mem, columns, &why) &&
	       rec_get(&rec, "column_names", &names) &&
	       rec_get(&rec, "column_encodings", &encodings) &&
	       rec_get_size(&rec, "size_limit", &size);
	if (good) {
		m->size = size;
		m->length = length_of(encodings);
		good = m->length > 0 || add_columns(m, &mem, names, encodings);
	}
	arena_release(&mem);
	return good;
}
