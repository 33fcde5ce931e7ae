#include "optout/hosts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/gz.h"

enum { URL_MAX = 4096 }; /* bytes of a URL that are looked at */

/*
 * A URL without scheme, user, "www.", port and fragment, its host in lower
 * case; *host is the host's part of the length that is returned.
 */
static size_t
normalise(struct str url, char out[URL_MAX], size_t *host)
{
	const char *p;
	size_t i, end, port;

	url = str_trim(url);
	p = url.len > 0 ? memmem(url.p, url.len, "://", 3) : NULL;
	if (p != NULL && memchr(url.p, '/', (size_t)(p + 1 - url.p)) == NULL) {
		url.len -= (size_t)(p + 3 - url.p);
		url.p = p + 3;
	}
	for (end = 0; end < url.len && strchr("/?#", url.p[end]) == NULL;)
		end++;
	p = end > 0 ? memrchr(url.p, '@', end) : NULL;
	if (p != NULL) {
		end -= (size_t)(p + 1 - url.p);
		url.len -= (size_t)(p + 1 - url.p);
		url.p = p + 1;
	}
	if (end > 4 && str_ieq((struct str){url.p, 4}, STR("www."))) {
		url.p += 4;
		url.len -= 4;
		end -= 4;
	}
	p = end > 0 && url.p[0] == '[' ? memchr(url.p, ']', end) : NULL;
	port = p != NULL ? (size_t)(p + 1 - url.p) : 0;
	while (port < end && url.p[port] != ':')
		port++;
	for (i = 0; i < port && i < URL_MAX; i++)
		out[i] = url.p[i] >= 'A' && url.p[i] <= 'Z' ? url.p[i] | 0x20
							    : url.p[i];
	while (i > 0 && out[i - 1] == '.')
		i--;
	*host = i;
	for (; end < url.len && i < URL_MAX && url.p[end] != '#'; end++)
		out[i++] = url.p[end];
	return i;
}

static uint64_t
key(const char *p, size_t len)
{
	uint64_t h = hash_64(p, len, 0);

	return h != 0 ? h : 1;
}

/* The slot of a key, or the free one where it belongs. */
static uint64_t *
find(const struct hosts *h, uint64_t k)
{
	size_t i = (size_t)k & (h->nslot - 1);

	while (h->slot[i] != 0 && h->slot[i] != k)
		i = (i + 1) & (h->nslot - 1);
	return &h->slot[i];
}

static void
grow(struct hosts *h)
{
	struct hosts bigger = {
	    .nslot = h->nslot > 0 ? 2 * h->nslot : 1024, .n = h->n};
	size_t i;

	bigger.slot = mem_zeroed(bigger.nslot, sizeof(*bigger.slot));
	for (i = 0; i < h->nslot; i++)
		if (h->slot[i] != 0)
			*find(&bigger, h->slot[i]) = h->slot[i];
	free(h->slot);
	*h = bigger;
}

void
hosts_add(struct hosts *h, struct str entry)
{
	char out[URL_MAX];
	size_t host, len = normalise(entry, out, &host);
	uint64_t *slot;

	/* "b.example/" names the whole site, as "b.example" does */
	if (len == host + 1)
		len = host;
	if (len == 0)
		return;
	if (h->n >= h->nslot / 4 * 3)
		grow(h);
	slot = find(h, key(out, len));
	h->n += *slot == 0;
	*slot = key(out, len);
}

bool
hosts_has(const struct hosts *h, struct str url)
{
	char out[URL_MAX];
	size_t host, len, i;

	if (h->n == 0)
		return false;
	len = normalise(url, out, &host);
	for (i = 0; i < host; i++)
		if ((i == 0 || out[i - 1] == '.') &&
		    *find(h, key(out + i, host - i)) != 0)
			return true;
	for (i = host + 1; i <= len; i++)
		if ((i == len || out[i] == '/' || out[i] == '?' ||
			out[i] == '&' || out[i - 1] == '/') &&
		    *find(h, key(out, i)) != 0)
			return true;
	return false;
}

static void
add_lines(struct hosts *h, struct gz *gz)
{
	struct buf line = {0};
	char block[1 << 16];
	size_t n, i;

	do {
		n = gz_read(gz, block, sizeof(block));
		for (i = 0; i < n; i++) {
			if (block[i] != '\n') {
				buf_putc(&line, block[i]);
				continue;
			}
			if (line.len > 0 && line.p[0] != '#')
				hosts_add(h, buf_str(&line));
			line.len = 0;
		}
	} while (n > 0);
	if (line.len > 0 && line.p[0] != '#')
		hosts_add(h, buf_str(&line));
	buf_release(&line);
}

bool
hosts_load(struct hosts *h, const char *path)
{
	struct gz *gz = gz_open(path);
	bool whole;

	if (gz == NULL)
		return false;
	add_lines(h, gz);
	whole = gz_why(gz) == NULL;
	gz_close(gz);
	errno = EIO;
	return whole;
}

void
hosts_release(struct hosts *h)
{
	free(h->slot);
	*h = (struct hosts){.n = 0};
}
