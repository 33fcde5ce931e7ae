#include "gz.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "cli.h"
#include "mem.h"

enum { IN = 256 << 10 }; /* bytes a read */

struct gz {
	int fd;
	enum { PLAIN, GZIP, ZSTD } format;
	unsigned char *in; /* bytes of the file, [pos, len) not yet used */
	size_t pos, len;
	uint64_t offset; /* of in[len] in the file */
	uint64_t size;
	bool started, ended;
	bool inside; /* a gzip member or a zstd frame has begun */
	z_stream z;
	ZSTD_DStream *zstd;
	char error[160]; /* "" is none */
};

struct gz *
gz_open(const char *path)
{
	struct stat st;
	struct gz *gz;
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return NULL;
		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
			close(fd);
			errno = EISDIR;
			return NULL;
		}
	}
	gz = mem_zeroed(1, sizeof(*gz));
	gz->fd = fd;
	gz->in = mem_alloc(IN);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		gz->size = (uint64_t)st.st_size;
	return gz;
}

static size_t
stop(struct gz *gz, const char *what)
{
	gz->ended = true;
	snprintf(gz->error, sizeof(gz->error), "%s at byte %" PRIu64, what,
	    gz_offset(gz));
	return 0;
}

/* More bytes behind [pos, len); false at the end or on an error. */
static bool
fill(struct gz *gz)
{
	ssize_t n;

	if (gz->pos > 0) {
		memmove(gz->in, gz->in + gz->pos, gz->len - gz->pos);
		gz->len -= gz->pos;
		gz->pos = 0;
	}
	do
		n = read(gz->fd, gz->in + gz->len, IN - gz->len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		stop(gz, strerror(errno));
	if (n <= 0)
		return false;
	gz->len += (size_t)n;
	gz->offset += (uint64_t)n;
	return true;
}

static bool
starts(const struct gz *gz, const char *magic, size_t len)
{
	return gz->len - gz->pos >= len &&
	       memcmp(gz->in + gz->pos, magic, len) == 0;
}

static void
start(struct gz *gz)
{
	gz->started = true;
	while (gz->len - gz->pos < 4 && fill(gz))
		;
	if (starts(gz, "\x1f\x8b", 2)) {
		gz->format = GZIP;
		if (inflateInit2(&gz->z, 15 + 16) != Z_OK)
			cli_errx(CLI_FATAL, "out of memory (zlib)");
	} else if (starts(gz, "\x28\xb5\x2f\xfd", 4)) {
		gz->format = ZSTD;
		gz->zstd = ZSTD_createDStream();
		if (gz->zstd == NULL)
			cli_errx(CLI_FATAL, "out of memory (zstd)");
	}
}

static size_t
read_plain(struct gz *gz, void *p, size_t len)
{
	size_t have = gz->len - gz->pos;
	ssize_t n;

	if (have > 0) {
		if (have > len)
			have = len;
		memcpy(p, gz->in + gz->pos, have);
		gz->pos += have;
		return have;
	}
	do
		n = read(gz->fd, p, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return stop(gz, strerror(errno));
	gz->offset += (uint64_t)n;
	return (size_t)n;
}

/* Behind a member: another one (true), or padding to the end. */
static bool
next_member(struct gz *gz)
{
	bool padded = false;

	for (;;) {
		while (gz->pos < gz->len && gz->in[gz->pos] == 0) {
			gz->pos++;
			padded = true;
		}
		if (gz->pos < gz->len &&
		    (gz->len - gz->pos >= 2 || gz->in[gz->pos] != 0x1f))
			break;
		if (!fill(gz)) {
			if (gz->pos < gz->len && gz->error[0] == '\0')
				break;
			gz->ended = true;
			return false;
		}
	}
	if (!starts(gz, "\x1f\x8b", 2) || padded) {
		stop(gz, "garbage behind gzip data");
		return false;
	}
	return inflateReset(&gz->z) == Z_OK;
}

static size_t
read_gzip(struct gz *gz, void *p, size_t len)
{
	size_t got = 0, room;
	bool more;
	int status;

	while (got == 0) {
		more = gz->pos < gz->len || fill(gz);
		room = len < (1u << 30) ? len : 1u << 30;
		gz->z.next_in = gz->in + gz->pos;
		gz->z.avail_in = (uInt)(gz->len - gz->pos);
		gz->z.next_out = p;
		gz->z.avail_out = (uInt)room;
		status = inflate(&gz->z, Z_NO_FLUSH);
		gz->pos = gz->len - gz->z.avail_in;
		got = room - gz->z.avail_out;
		if (status == Z_STREAM_END) {
			if (!next_member(gz))
				return got;
		} else if (status == Z_MEM_ERROR) {
			cli_errx(CLI_FATAL, "out of memory (zlib)");
		} else if (status != Z_OK && status != Z_BUF_ERROR) {
			stop(gz, "corrupt gzip");
			return got;
		} else if (!more && got == 0) {
			return gz->error[0] != '\0'
				   ? 0
				   : stop(gz, "truncated gzip");
		}
	}
	return got;
}

static size_t
read_zstd(struct gz *gz, void *p, size_t len)
{
	ZSTD_outBuffer out = {p, len, 0};
	ZSTD_inBuffer in;
	size_t left;
	bool more;

	while (out.pos == 0) {
		more = gz->pos < gz->len || fill(gz);
		if (!more && !gz->inside) {
			gz->ended = true;
			return 0;
		}
		in = (ZSTD_inBuffer){gz->in + gz->pos, gz->len - gz->pos, 0};
		left = ZSTD_decompressStream(gz->zstd, &out, &in);
		gz->pos += in.pos;
		if (ZSTD_isError(left)) {
			stop(gz, "corrupt zstd");
			return out.pos;
		}
		gz->inside = left != 0;
		if (!more && out.pos == 0)
			return gz->error[0] != '\0'
				   ? 0
				   : stop(gz, "truncated zstd");
	}
	return out.pos;
}

size_t
gz_read(struct gz *gz, void *p, size_t len)
{
	if (!gz->started)
		start(gz);
	if (gz->ended || len == 0)
		return 0;
	if (gz->format == GZIP)
		return read_gzip(gz, p, len);
	if (gz->format == ZSTD)
		return read_zstd(gz, p, len);
	return read_plain(gz, p, len);
}

const char *
gz_error(const struct gz *gz)
{
	return gz->error[0] != '\0' ? gz->error : NULL;
}

uint64_t
gz_offset(const struct gz *gz)
{
	return gz->offset - (gz->len - gz->pos);
}

uint64_t
gz_size(const struct gz *gz)
{
	return gz->size;
}

void
gz_close(struct gz *gz)
{
	if (gz == NULL)
		return;
	if (gz->format == GZIP)
		inflateEnd(&gz->z);
	ZSTD_freeDStream(gz->zstd);
	if (gz->fd != STDIN_FILENO)
		close(gz->fd);
	free(gz->in);
	free(gz);
}

static void
pack_gzip(struct buf *out, int level, struct str bytes)
{
	static struct libdeflate_compressor *deflate;
	static int deflate_level;
	size_t len;

	if (deflate != NULL && deflate_level != level) {
		libdeflate_free_compressor(deflate);
		deflate = NULL;
	}
	if (deflate == NULL)
		deflate = libdeflate_alloc_compressor(level);
	if (deflate == NULL)
		cli_errx(CLI_FATAL, "out of memory (libdeflate)");
	deflate_level = level;
	len = libdeflate_gzip_compress_bound(deflate, bytes.len);
	buf_reserve(out, len);
	out->len += libdeflate_gzip_compress(
	    deflate, bytes.p, bytes.len, out->p + out->len, len);
}

static void
pack_zstd(struct buf *out, int level, struct str bytes)
{
	static ZSTD_CCtx *zstd;
	size_t len = ZSTD_compressBound(bytes.len);

	if (zstd == NULL && (zstd = ZSTD_createCCtx()) == NULL)
		cli_errx(CLI_FATAL, "out of memory (zstd)");
	buf_reserve(out, len);
	len = ZSTD_compressCCtx(
	    zstd, out->p + out->len, len, bytes.p, bytes.len, level);
	if (ZSTD_isError(len))
		cli_errx(CLI_FATAL, "zstd: %s", ZSTD_getErrorName(len));
	out->len += len;
}

void
gz_pack(struct buf *out, enum gz_format format, int level, struct str bytes)
{
	switch (format) {
	case GZ_PLAIN:
		buf_puts(out, bytes);
		break;
	case GZ_GZIP:
		pack_gzip(out, level < 0 ? 6 : level, bytes);
		break;
	case GZ_ZSTD:
		pack_zstd(out, level < 0 ? 3 : level, bytes);
		break;
	}
}
