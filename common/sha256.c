#include "sha256.h"

#include <stdint.h>
#include <stdio.h>

void
sha256_start(struct sha256 *s)
{
	sha256_init(&s->ctx);
}

void
sha256_add(struct sha256 *s, const void *p, size_t len)
{
	sha256_update(&s->ctx, len, p);
}

void
sha256_hex(struct sha256 *s, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	size_t i;

	sha256_digest(&s->ctx, sizeof(digest), digest);
	for (i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
