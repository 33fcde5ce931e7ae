#include "record/gz.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/gz-inside.h"
#include "record/gz-whole.h"

/* Bytes of a zstd dictionary at most, packed or not. */
enum { DICTIONARY_MAX = 32 << 20 };

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
	gz->cap = GZ_IN;
	gz->in = mem_alloc(gz->cap);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(fd, 0, SEEK_CUR) == 0)
		gz->size = (uint64_t)st.st_size;
	return gz;
}

size_t
gz_stop(struct gz *gz, const char *what)
{
	gz->ended = true;
	snprintf(gz->error, sizeof(gz->error), "%s at byte %" PRIu64, what,
	    gz_offset(gz));
	return 0;
}

bool
gz_fill(struct gz *gz)
{
	ssize_t n;

	if (gz->pos > 0) {
		memmove(gz->in, gz->in + gz->pos, gz->len - gz->pos);
		gz->len -= gz->pos;
		gz->pos = 0;
	}
	do
		n = read(gz->fd, gz->in + gz->len, gz->cap - gz->len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		gz_stop(gz, strerror(errno));
	if (n <= 0)
		return false;
	gz->len += (size_t)n;
	gz->offset += (uint64_t)n;
	return true;
}

bool
gz_starts(const struct gz *gz, const char *magic, size_t len)
{
	return gz->len - gz->pos >= len &&
	       memcmp(gz->in + gz->pos, magic, len) == 0;
}

/* Whether a skippable zstd frame begins at p: 0x184D2A50 to 0x184D2A5F. */
static bool
skippable(const unsigned char *p)
{
	return (p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", 3) == 0;
}

/* Take n bytes of the file into p, or nowhere; false when it ends before. */
static bool
take_input(struct gz *gz, char *p, size_t n)
{
	size_t len;

	while (n > 0) {
		if (gz->pos == gz->len && !gz_fill(gz)) {
			if (gz->error[0] == '\0')
				gz_stop(gz, "truncated zstd");
			return false;
		}
		len = gz->len - gz->pos < n ? gz->len - gz->pos : n;
		if (p != NULL) {
			memcpy(p, gz->in + gz->pos, len);
			p += len;
		}
		gz->pos += len;
		n -= len;
	}
	return true;
}

/* The dictionary in the n bytes of a frame at the position of the input. */
static bool
read_dictionary(struct gz *gz, size_t n)
{
	static const struct str magic = {"\x28\xb5\x2f\xfd", 4};
	struct buf packed = {0}, unpacked = {0};
	struct str dictionary;
	bool good;

	if (n > DICTIONARY_MAX)
		gz_stop(gz, "zstd dictionary longer than 32 MiB");
	else
		buf_reserve(&packed, n);
	good = n <= DICTIONARY_MAX && take_input(gz, packed.p, n);
	packed.len = good ? n : 0;
	dictionary = buf_str(&packed);
	if (good && str_starts(dictionary, magic)) {
		good = gz_unzstd(dictionary, DICTIONARY_MAX, &unpacked) ==
		       GZ_WHOLE;
		dictionary = buf_str(&unpacked);
	}
	good = good && !ZSTD_isError(ZSTD_DCtx_loadDictionary(
			   gz->zstd, dictionary.p, dictionary.len));
	if (!good && gz->error[0] == '\0')
		gz_stop(gz, "no zstd dictionary in its frame");
	gz->undecipherable = !good;
	buf_release(&packed);
	buf_release(&unpacked);
	return good;
}

bool
gz_skip_frames(struct gz *gz)
{
	const unsigned char *p;
	bool dictionary;
	size_t n;

	for (;;) {
		while (gz->len - gz->pos < 8 && gz_fill(gz))
			;
		if (gz->error[0] != '\0')
			return false;
		p = gz->in + gz->pos;
		if (gz->len - gz->pos < 8 || !skippable(p))
			return true;
		dictionary = p[0] == 0x5d;
		n = (size_t)p[4] | (size_t)p[5] << 8 | (size_t)p[6] << 16 |
		    (size_t)p[7] << 24;
		gz->pos += 8;
		if (dictionary ? !read_dictionary(gz, n)
			       : !take_input(gz, NULL, n))
			return false;
	}
}

void
gz_start(struct gz *gz)
{
	gz->started = true;
	while (gz->len - gz->pos < 8 && gz_fill(gz))
		;
	if (gz_starts(gz, "\x1f\x8b", 2)) {
		gz->format = GZIP;
		if (inflateInit2(&gz->z, 15 + 16) != Z_OK)
			cli_errx(CLI_FATAL, "out of memory (zlib)");
	} else if (gz_starts(gz, "\x28\xb5\x2f\xfd", 4) ||
		   (gz->len - gz->pos >= 8 && skippable(gz->in + gz->pos))) {
		gz->format = ZSTD;
		gz->zstd = ZSTD_createDStream();
		if (gz->zstd == NULL)
			cli_errx(CLI_FATAL, "out of memory (zstd)");
		/* whoever seeks a frame later needs the dictionary as well */
		gz_skip_frames(gz);
	} else if (gz_starts(gz, "PAR1", 4)) {
		gz->ended = true;
		gz->pos = gz->len;
		snprintf(gz->error, sizeof(gz->error),
		    "Parquet, of which DuckDB makes records: duckdb -c \"COPY "
		    "(FROM 'FILE') TO '/dev/stdout' (FORMAT json)\"");
	}
}

size_t
gz_read_plain(struct gz *gz, void *p, size_t len)
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
		return gz_stop(gz, strerror(errno));
	gz->offset += (uint64_t)n;
	return (size_t)n;
}

/* After a member there is another one (true), or only padding up to the end. */
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
		if (!gz_fill(gz)) {
			if (gz->pos < gz->len && gz->error[0] == '\0')
				break;
			gz->ended = true;
			return false;
		}
	}
	if (!gz_starts(gz, "\x1f\x8b", 2) || padded) {
		gz_stop(gz, "garbage after gzip data");
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
		more = gz->pos < gz->len || gz_fill(gz);
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
			gz_stop(gz, "corrupt gzip");
			return got;
		} else if (!more && got == 0) {
			return gz->error[0] != '\0'
				   ? 0
				   : gz_stop(gz, "truncated gzip");
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
		if (!gz->inside && !gz_skip_frames(gz))
			return 0;
		more = gz->pos < gz->len || gz_fill(gz);
		if (!more && !gz->inside) {
			gz->ended = true;
			return 0;
		}
		if (!gz->inside)
			gz->frame = gz_offset(gz);
		in = (ZSTD_inBuffer){gz->in + gz->pos, gz->len - gz->pos, 0};
		left = ZSTD_decompressStream(gz->zstd, &out, &in);
		gz->pos += in.pos;
		if (ZSTD_isError(left)) {
			gz_stop(gz, "corrupt zstd");
			return out.pos;
		}
		gz->inside = left != 0;
		if (!more && out.pos == 0)
			return gz->error[0] != '\0'
				   ? 0
				   : gz_stop(gz, "truncated zstd");
	}
	return out.pos;
}

size_t
gz_read(struct gz *gz, void *p, size_t len)
{
	if (!gz->started)
		gz_start(gz);
	if (gz->ended || len == 0)
		return 0;
	if (gz->format == GZIP)
		return read_gzip(gz, p, len);
	if (gz->format == ZSTD)
		return read_zstd(gz, p, len);
	return gz_read_plain(gz, p, len);
}

const char *
gz_why(const struct gz *gz)
{
	return gz->error[0] != '\0' ? gz->error : NULL;
}

uint64_t
gz_offset(const struct gz *gz)
{
	return gz->offset - (gz->len - gz->pos);
}

bool
gz_frame(const struct gz *gz, uint64_t *offset)
{
	*offset = gz->frame;
	return gz->format == ZSTD;
}

uint64_t
gz_size(const struct gz *gz)
{
	return gz->size;
}

bool
gz_plain(struct gz *gz)
{
	if (!gz->started)
		gz_start(gz);
	return gz->format == PLAIN;
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
	libdeflate_free_decompressor(gz->whole);
	buf_release(&gz->out);
	free(gz->member);
	free(gz->in);
	free(gz);
}
