/* hash - XXH3 (the only door to xxHash) */

#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct hash128 {
	uint64_t low, high;
};

/* XXH3 of p[0..len), of 64 bits with a seed, and of 128 bits without one. */
uint64_t hash_64(const void *p, size_t len, uint64_t seed);
struct hash128 hash_128(const void *p, size_t len);

/*
 * XXH3, 64 bits, of a stream. hash_end() returns what hash_64(all bytes, 0)
 * would and frees the stream.
 */
struct hash_stream;
struct hash_stream *hash_start(void);
void hash_add(struct hash_stream *h, const void *p, size_t len);
uint64_t hash_end(struct hash_stream *h);

/* A hash of 128 bits as 32 hexadecimal digits and a NUL, high half first. */
void hash_hex(char hex[33], struct hash128 h);

#endif
