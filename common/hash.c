#include "hash.h"

#include <inttypes.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

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

void
hash_hex(char hex[33], struct hash128 h)
{
	snprintf(hex, 33, "%016" PRIx64 "%016" PRIx64, h.high, h.low);
}
