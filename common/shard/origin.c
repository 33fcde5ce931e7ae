#include "shard/origin.h"

#include <string.h>

#include "record/json-writer.h"

struct str
origin_put(const struct origin *origin, struct str bytes, struct buf *b)
{
	b->len = 0;
	buf_put(b, origin, sizeof(*origin));
	buf_puts(b, bytes);
	return buf_str(b);
}

struct origin
origin_take(struct str *bytes)
{
	struct origin origin;

	memcpy(&origin, bytes->p, sizeof(origin));
	bytes->p += sizeof(origin);
	bytes->len -= sizeof(origin);
	return origin;
}

void
origin_tell(const struct origin *origin, const struct origin_piece *piece,
    struct buf *out)
{
	struct json_writer w = {.out = out};

	jw_begin_object(&w, NULL);
	jw_str(&w, "source", str_of(piece->source));
	jw_u64(&w, "part", origin->part);
	jw_u64(&w, "offset", origin->offset);
	if (piece->id.p != NULL)
		jw_str(&w, "id", piece->id);
	jw_begin_array(&w, "chars");
	jw_u64(&w, NULL, piece->from);
	jw_u64(&w, NULL, piece->to);
	jw_end_array(&w);
	if (piece->ntoken > 0)
		jw_u64(&w, "tokens", piece->ntoken);
	jw_end_object(&w);
}
