#include "shard/megatron.h"

#include "base/number.h"
#include <string.h>

enum { UINT16 = 8, INT32 = 4, HEAD = 34 };
static const char magic[9] = "MMIDIDX";

size_t
megatron_width(uint32_t nvocab)
{
	return nvocab < 65500 ? 2 : 4;
}

void
megatron_put(struct buf *out, const uint32_t *id, size_t n, size_t width)
{
	size_t i;

	buf_reserve(out, n * width);
	for (i = 0; i < n; i++)
		buf_put_little(out, id[i], width);
}

uint32_t
megatron_get(const char *p, size_t width)
{
	return (uint32_t)number_little(p, width);
}

void
megatron_index(struct buf *out, const uint32_t *len, size_t n, size_t width)
{
	uint64_t at = 0, nsequence = 0;
	size_t i;

	for (i = 0; i < n; i++)
		nsequence += len[i] > 0;
	buf_reserve(out, HEAD + 12 * nsequence + 8 * (n + 1));
	buf_put(out, magic, sizeof(magic));
	buf_put_little(out, 1, 8);
	buf_put_little(out, width == 2 ? UINT16 : INT32, 1);
	buf_put_little(out, nsequence, 8);
	buf_put_little(out, (uint64_t)n + 1, 8);
	for (i = 0; i < n; i++)
		if (len[i] > 0)
			buf_put_little(out, len[i], 4);
	for (i = 0; i < n; at += len[i++] * (uint64_t)width)
		if (len[i] > 0)
			buf_put_little(out, at, 8);
	buf_put_little(out, at = 0, 8);
	for (i = 0; i < n; i++)
		buf_put_little(out, at += len[i] > 0, 8);
}

/* The parts of an index; false if it is none. */
static bool
read_head(
    struct str index, uint64_t *nsequence, uint64_t *nbound, size_t *width)
{
	if (index.len < HEAD || memcmp(index.p, magic, sizeof(magic)) != 0 ||
	    number_little(index.p + 9, 8) != 1)
		return false;
	*width = number_little(index.p + 17, 1) == UINT16 ? 2 : 4;
	*nsequence = number_little(index.p + 18, 8);
	*nbound = number_little(index.p + 26, 8);
	return *nsequence <= index.len && *nbound <= index.len && *nbound > 0 &&
	       HEAD + 12 * *nsequence + 8 * *nbound == index.len;
}

bool
megatron_read(struct str index, uint64_t *ndocument, uint64_t *nbyte)
{
	uint64_t nsequence, nbound, i;
	size_t width;

	if (!read_head(index, &nsequence, &nbound, &width))
		return false;
	*ndocument = nbound - 1;
	*nbyte = 0;
	for (i = 0; i < nsequence; i++)
		*nbyte += width * number_little(index.p + HEAD + 4 * i, 4);
	return true;
}

bool
megatron_bounds(struct str index, struct buf *at, size_t *width)
{
	uint64_t nsequence, nbound, i, bound, done = 0, place = 0;

	if (!read_head(index, &nsequence, &nbound, width))
		return false;
	at->len = 0;
	for (i = 0; i < nbound; i++) {
		bound =
		    number_little(index.p + HEAD + 12 * nsequence + 8 * i, 8);
		if (bound > nsequence || bound < done)
			return false;
		for (; done < bound; done++)
			place += *width *
				 number_little(index.p + HEAD + 4 * done, 4);
		buf_put(at, &place, sizeof(place));
	}
	return true;
}
