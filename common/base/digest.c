#include "base/digest.h"

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum { DIGEST_MAX = SHA512_DIGEST_SIZE, CONTEXT_MAX = 512 };

static void
compute(const struct nettle_hash *hash, struct str bytes,
    uint8_t digest[DIGEST_MAX])
{
	_Alignas(16) unsigned char context[CONTEXT_MAX];

	hash->init(context);
	hash->update(context, bytes.len, (const uint8_t *)bytes.p);
	hash->digest(context, hash->digest_size, digest);
}

static void
put_hex(char *hex, const uint8_t *digest, size_t len)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		hex[2 * i] = digit[digest[i] >> 4];
		hex[2 * i + 1] = digit[digest[i] & 15];
	}
	hex[2 * i] = '\0';
}

void
digest_sha1(char hex[DIGEST_SHA1_HEX], struct str bytes)
{
	uint8_t digest[DIGEST_MAX];

	compute(&nettle_sha1, bytes, digest);
	put_hex(hex, digest, SHA1_DIGEST_SIZE);
}

struct digest_stream {
	struct sha256_ctx sha256;
};

struct digest_stream *
digest_start(void)
{
	struct digest_stream *d = mem_alloc(sizeof(*d));

	sha256_init(&d->sha256);
	return d;
}

void
digest_add(struct digest_stream *d, const void *p, size_t len)
{
	sha256_update(&d->sha256, len, p);
}

void
digest_end(struct digest_stream *d, char hex[DIGEST_SHA256_HEX])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(&d->sha256, sizeof(digest), digest);
	put_hex(hex, digest, sizeof(digest));
	free(d);
}

/* The value of a character as a digit of base 16 or 32, or -1. */
static int
digit_value(char c, int bits)
{
	if (c >= 'A' && c <= 'Z')
		c |= 0x20;
	if (bits == 4) {
		if (c >= '0' && c <= '9')
			return c - '0';
		return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
	}
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

/* Whether text, in digits of so many bits, says exactly these bytes. */
static bool
says(struct str text, int bits, const uint8_t *digest, size_t len)
{
	size_t i, n = 0;
	unsigned acc = 0;
	int have = 0, value;

	for (i = 0; i < text.len; i++) {
		value = digit_value(text.p[i], bits);
		if (value < 0)
			return false;
		acc = (acc << bits | (unsigned)value) & 0xffff;
		have += bits;
		if (have < 8)
			continue;
		have -= 8;
		if (n >= len || digest[n++] != (acc >> have & 0xff))
			return false;
	}
	return n == len;
}

enum digest_status
digest_check(struct str declared, struct str bytes)
{
	static const struct {
		const char *name;
		const struct nettle_hash *hash;
	} known[] = {{"sha1", &nettle_sha1}, {"sha-1", &nettle_sha1},
	    {"sha256", &nettle_sha256}, {"sha-256", &nettle_sha256},
	    {"md5", &nettle_md5}, {"sha512", &nettle_sha512},
	    {"sha-512", &nettle_sha512}};
	const char *colon =
	    declared.len > 0 ? memchr(declared.p, ':', declared.len) : NULL;
	uint8_t digest[DIGEST_MAX];
	struct str name, value;
	size_t i, len;

	if (colon == NULL)
		return DIGEST_UNKNOWN;
	name = str_trim((struct str){declared.p, (size_t)(colon - declared.p)});
	value = str_trim((struct str){
	    colon + 1, (size_t)(declared.p + declared.len - colon - 1)});
	while (value.len > 0 && value.p[value.len - 1] == '=')
		value.len--;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_ieq(name, str_of(known[i].name)))
			break;
	if (i == sizeof(known) / sizeof(known[0]))
		return DIGEST_UNKNOWN;
	len = known[i].hash->digest_size;
	if (value.len != 2 * len && value.len != (8 * len + 4) / 5)
		return DIGEST_UNKNOWN;
	compute(known[i].hash, bytes, digest);
	return says(value, value.len == 2 * len ? 4 : 5, digest, len)
		   ? DIGEST_SAME
		   : DIGEST_DIFFERS;
}
