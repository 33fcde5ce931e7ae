/*
 * http, mime: any bytes as a message; its body without its codings, and its
 * type
 */

#include <assert.h>
#include <stdint.h>

#include "web/http.h"
#include "web/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX = 1 << 20 }; /* bytes of a payload */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct buf body[3];
	static struct arena mem;
	struct http_message m;
	struct str block = {(const char *)data, len}, entity, payload;
	uint64_t total = 0;
	size_t i;

	arena_clear(&mem);
	if (!http_parse(&m, block, &mem))
		return 0;
	for (i = 0; i < m.fields.n; i++) {
		total += m.fields.field[i].name.len;
		mime_type(m.fields.field[i].value, &mem);
		total += mime_param(m.fields.field[i].value, "charset").len;
	}
	if (http_dechunk(&m, MAX, &body[0], &entity)) {
		assert(entity.len <= m.body.len);
		http_decode(&m, entity, MAX, body, &payload);
		assert(payload.len <= MAX);
		total += mime_sniff(payload).len;
		for (i = 0; i < payload.len; i++)
			total += (unsigned char)payload.p[i];
	}
	return total == UINT64_MAX;
}
