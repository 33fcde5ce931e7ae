/*
 * json: any bytes as a record; one that is accepted is written as it was read,
 * is still a valid record after an edit, and its strings decode to valid UTF-8
 */

#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "record/json.h"
#include "record/rec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str line = {(const char *)data, len}, text;
	struct arena mem = {0};
	struct buf out = {0};
	struct rec rec, again;
	const char *why;
	size_t i;

	if (rec_parse(&rec, &mem, line, &why)) {
		rec_format(&rec, &out);
		assert(out.len == len + 1 && memcmp(out.p, data, len) == 0);
		for (i = 0; i < rec.nmember; i++)
			if (json_get_str(rec.member[i].raw, &mem, &text))
				assert(utf8_valid(text) == text.len);
		rec_set_str(&rec, "a", line);
		rec_remove(&rec, "b");
		out.len = 0;
		rec_format(&rec, &out);
		assert(rec_parse(
		    &again, &mem, (struct str){out.p, out.len - 1}, &why));
		assert(rec_get_str(&again, "a", &text));
	}
	buf_release(&out);
	arena_release(&mem);
	return 0;
}
