#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"

uint64_t
hash_64(const void *p, size_t len, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, len, seed);
}

struct hash128
hash_128(const void *p, size_t len)
{
	XXH128_hash_t h = XXH3_128bits(p, len);

	return (struct hash128){h.low64, h.high64};
}

struct hash_stream {
	XXH3_state_t state; /* xxHash wants it aligned to 64 bytes */
};

struct hash_stream *
hash_start(void)
{
	struct hash_stream *h = mem_aligned(sizeof(*h));

	XXH3_64bits_reset(&h->state);
	return h;
}

void
hash_add(struct hash_stream *h, const void *p, size_t len)
{
	XXH3_64bits_update(&h->state, p, len);
}

uint64_t
hash_end(struct hash_stream *h)
{
	uint64_t digest = XXH3_64bits_digest(&h->state);

	free(h);
	return digest;
}

void
hash_hex(char hex[33], struct hash128 h)
{
	snprintf(hex, 33, "%016" PRIx64 "%016" PRIx64, h.high, h.low);
}
