#include "record/gz-whole.h"

#include <errno.h>
#include <libdeflate.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/cli.h"

enum {
	STEP = 64 << 10, /* bytes that are unpacked at a time */
	WHOLE = 16 << 20 /* most bytes that are inflated at once */
};

/* Unpack by zlib, with the window bits that inflateInit2() takes. */
static enum gz_status
unpack_as(int bits, struct str in, size_t max, struct buf *out)
{
	z_stream z = {0};
	size_t room, len;
	enum gz_status status = GZ_PART;
	int result = Z_OK;

	if (inflateInit2(&z, bits) != Z_OK)
		cli_errx(CLI_FATAL, "out of memory (zlib)");
	out->len = 0;
	z.next_in = (unsigned char *)(uintptr_t)in.p;
	while (result == Z_OK || result == Z_STREAM_END) {
		len = (size_t)(in.p + in.len - (const char *)z.next_in);
		if (result == Z_STREAM_END) {
			status = GZ_WHOLE;
			if (bits < 16 || len < 18 || z.next_in[0] != 0x1f ||
			    z.next_in[1] != 0x8b)
				break;
			status = GZ_PART;
			inflateReset(&z);
		}
		buf_reserve(out, STEP);
		room = out->cap - out->len;
		room = room < WHOLE ? room : WHOLE;
		z.avail_in = (uInt)(len < WHOLE ? len : WHOLE);
		z.next_out = (unsigned char *)out->p + out->len;
		z.avail_out = (uInt)room;
		result = inflate(&z, Z_NO_FLUSH);
		out->len += room - z.avail_out;
		if (out->len > max) {
			status = GZ_LONG;
			out->len = max;
			break;
		}
	}
	inflateEnd(&z);
	return status == GZ_PART && out->len == 0 ? GZ_NONE : status;
}

/* The usual body is one sound gzip member: unpack it by libdeflate. */
static bool
unpack_whole(struct str in, size_t max, struct buf *out)
{
	static struct libdeflate_decompressor *whole;
	enum libdeflate_result result;
	size_t nin, nout, room = in.len * 5 < WHOLE ? in.len * 5 : WHOLE;

	if (whole == NULL)
		whole = libdeflate_alloc_decompressor();
	if (whole == NULL)
		cli_errx(CLI_FATAL, "out of memory (libdeflate)");
	out->len = 0;
	do {
		room = room < max ? room : max;
		buf_reserve(out, room);
		result = libdeflate_gzip_decompress_ex(
		    whole, in.p, in.len, out->p, room, &nin, &nout);
		room *= 4;
	} while (result == LIBDEFLATE_INSUFFICIENT_SPACE && room <= WHOLE &&
		 room / 4 < max);
	/* another member may follow; zlib goes on to it */
	if (result != LIBDEFLATE_SUCCESS ||
	    (in.len - nin >= 18 && memcmp(in.p + nin, "\x1f\x8b", 2) == 0))
		return false;
	out->len = nout;
	return true;
}

enum gz_status
gz_unpack(struct str in, size_t max, struct buf *out)
{
	enum gz_status status;
	unsigned head;

	out->len = 0;
	if (in.len == 0)
		return GZ_NONE;
	if (str_starts(in, STR("\x1f\x8b")))
		return unpack_whole(in, max, out)
			   ? GZ_WHOLE
			   : unpack_as(15 + 16, in, max, out);
	/* RFC 1950: method 8, and the first two bytes a multiple of 31 */
	head = in.len < 2 ? 0
			  : (unsigned)(unsigned char)in.p[0] << 8 |
				(unsigned char)in.p[1];
	if ((head & 0x0f00) == 0x0800 && head % 31 == 0) {
		status = unpack_as(15, in, max, out);
		if (status != GZ_NONE)
			return status;
	}
	return unpack_as(-15, in, max, out);
}

enum gz_status
gz_unzstd(struct str in, size_t max, struct buf *out)
{
	ZSTD_DStream *zstd = ZSTD_createDStream();
	enum gz_status status = GZ_PART;
	ZSTD_inBuffer from = {in.p, in.len, 0};
	ZSTD_outBuffer to;
	size_t left;

	if (zstd == NULL)
		cli_errx(CLI_FATAL, "out of memory (zstd)");
	/* 8 MiB, the largest window of a content coding: RFC 9659, 3 */
	ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 23);
	out->len = 0;
	for (;;) {
		buf_reserve(out, STEP);
		to =
		    (ZSTD_outBuffer){out->p + out->len, out->cap - out->len, 0};
		left = ZSTD_decompressStream(zstd, &to, &from);
		if (ZSTD_isError(left))
			break;
		out->len += to.pos;
		if (out->len > max) {
			status = GZ_LONG;
			out->len = max;
			break;
		}
		if (left == 0 && from.pos == in.len) {
			status = GZ_WHOLE;
			break;
		}
		if (to.pos == 0 && from.pos == in.len)
			break;
	}
	ZSTD_freeDStream(zstd);
	return status == GZ_PART && out->len == 0 ? GZ_NONE : status;
}

bool
gz_unframe(int fd, uint64_t offset, struct buf *out)
{
	static ZSTD_DStream *zstd;
	static char block[STEP];
	ZSTD_inBuffer from = {block, 0, 0};
	ZSTD_outBuffer to;
	size_t left;
	ssize_t n;

	if (zstd == NULL && (zstd = ZSTD_createDStream()) == NULL)
		cli_errx(CLI_FATAL, "out of memory (zstd)");
	ZSTD_initDStream(zstd);
	out->len = 0;
	do {
		if (from.pos == from.size) {
			do
				n = pread(
				    fd, block, sizeof(block), (off_t)offset);
			while (n < 0 && errno == EINTR);
			if (n <= 0)
				return false;
			from = (ZSTD_inBuffer){block, (size_t)n, 0};
			offset += (uint64_t)n;
		}
		buf_reserve(out, STEP);
		to =
		    (ZSTD_outBuffer){out->p + out->len, out->cap - out->len, 0};
		left = ZSTD_decompressStream(zstd, &to, &from);
		if (ZSTD_isError(left))
			return false;
		out->len += to.pos;
	} while (left != 0);
	return true;
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
	case GZ_GZIP:
		pack_gzip(out, level < 0 ? 6 : level, bytes);
		break;
	case GZ_ZSTD:
		pack_zstd(out, level < 0 ? 3 : level, bytes);
		break;
	}
}
