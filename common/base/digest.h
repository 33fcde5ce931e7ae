/*
 * digest - MD5, SHA-1, SHA-256 and SHA-512 (the only door to nettle)
 */

#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>

#include "base/str.h"

enum { DIGEST_SHA1_HEX = 41, DIGEST_SHA256_HEX = 65 };

/* The SHA-1 of bytes in lower-case hexadecimal, and a NUL. */
void digest_sha1(char hex[DIGEST_SHA1_HEX], struct str bytes);

/* SHA-256 of a stream; the end writes it likewise and frees the stream. */
struct digest_stream;
struct digest_stream *digest_start(void);
void digest_add(struct digest_stream *d, const void *p, size_t len);
void digest_end(struct digest_stream *d, char hex[DIGEST_SHA256_HEX]);

/*
 * Whether bytes have the digest that a WARC field declares: "algorithm:value",
 * the value in base32 (RFC 4648, any case, padded or not) or hexadecimal.
 */
enum digest_status {
	DIGEST_SAME,
	DIGEST_DIFFERS,
	/* the algorithm is not known, or the value has no meaning */
	DIGEST_UNKNOWN
};
enum digest_status digest_check(struct str declared, struct str bytes);

#endif
