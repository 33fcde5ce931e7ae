/* sha256 - SHA-256 of a stream of bytes (FIPS 180-4), by nettle */

#ifndef SHA256_H
#define SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>

struct sha256 {
	struct sha256_ctx ctx;
};

void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t len);

/* 64 hexadecimal digits and a NUL; s may be started again. */
void sha256_hex(struct sha256 *s, char hex[65]);

#endif
