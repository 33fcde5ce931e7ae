#include "record/gz.h"

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

#include "base/cli.h"
#include "base/mem.h"

enum {
	IN = 256 << 10,	     /* bytes a read */
	IN_MEMBER = 1 << 20, /* when members are read */
	STEP = 64 << 10,     /* bytes that zlib inflates at a time */
	WHOLE = 16 << 20,    /* longest member that is inflated at once */
	STRIDE = 1 << 20,    /* most bytes behind the window at a time */
	BACK = 16 << 10	     /* how far before damage a member may begin */
};

/* A member of which bytes are in the window. */
struct member {
	uint64_t begin, end; /* in the file; end when done */
	uint64_t first;	     /* its first byte, by decompressed bytes */
	bool fresh;	     /* nothing of it has been inflated yet */
	bool done;	     /* all of it has */
};

struct gz {
	int fd;
	enum { PLAIN, GZIP, ZSTD } format;
	unsigned char *in; /* bytes of the file, [pos, len) not yet used */
	size_t pos, len, cap;
	uint64_t offset; /* of in[len] in the file */
	uint64_t size;
	bool started, ended;
	bool inside; /* a gzip member or a zstd frame has begun */
	z_stream z;
	ZSTD_DStream *zstd;
	char error[160]; /* "" is none */

	/*
	 * Member by member: the window holds decompressed bytes, numbered
	 * from base; [taken, out.len) are not yet taken.  Members [head, last]
	 * are lent; at most one follows, which gz_ahead() has opened.
	 */
	struct buf out;
	size_t taken;
	uint64_t base;
	struct member *member;
	size_t head, last, nmember, member_cap;
	struct libdeflate_decompressor *whole;
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
	gz->cap = IN;
	gz->in = mem_alloc(gz->cap);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(fd, 0, SEEK_CUR) == 0)
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
		n = read(gz->fd, gz->in + gz->len, gz->cap - gz->len);
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
gz_why(const struct gz *gz)
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

bool
gz_plain(struct gz *gz)
{
	if (!gz->started)
		start(gz);
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

/*
 * Member by member.
 */

static uint64_t
position(const struct gz *gz)
{
	return gz->base + gz->taken;
}

/* Bytes of the members that are lent, from the position on. */
static size_t
lendable(const struct gz *gz)
{
	if (gz->last + 1 < gz->nmember)
		return (size_t)(gz->member[gz->last + 1].first - position(gz));
	return gz->out.len - gz->taken;
}

/* Give back what a giant record needed of the window. */
static void
trim(struct gz *gz)
{
	size_t left = gz->out.len - gz->taken;

	if (gz->out.cap <= WHOLE || left > gz->out.cap / 4)
		return;
	memmove(gz->out.p, gz->out.p + gz->taken, left);
	gz->base += gz->taken;
	gz->taken = 0;
	gz->out.len = left;
	gz->out.cap = left + STEP;
	gz->out.p = mem_grow(gz->out.p, gz->out.cap, 1);
}

/* Room for n bytes behind the window, what was taken thrown out if it pays. */
static void
make_room(struct gz *gz, size_t n)
{
	size_t left = gz->out.len - gz->taken;

	if (gz->taken > 0 && (left == 0 || (gz->out.cap - gz->out.len < n &&
					       gz->taken >= left))) {
		memmove(gz->out.p, gz->out.p + gz->taken, left);
		gz->base += gz->taken;
		gz->out.len = left;
		gz->taken = 0;
	}
	buf_reserve(&gz->out, n);
}

/* The file has a member at the position of the input: add it to the list. */
static void
add_member(struct gz *gz)
{
	if (gz->head > 0 && gz->head >= gz->nmember - gz->head) {
		gz->nmember -= gz->head;
		gz->last -= gz->head;
		memmove(gz->member, gz->member + gz->head,
		    gz->nmember * sizeof(*gz->member));
		gz->head = 0;
	}
	if (gz->nmember == gz->member_cap) {
		gz->member_cap = gz->member_cap > 0 ? 2 * gz->member_cap : 16;
		gz->member =
		    mem_grow(gz->member, gz->member_cap, sizeof(*gz->member));
	}
	gz->member[gz->nmember++] = (struct member){.begin = gz_offset(gz),
	    .first = gz->base + gz->out.len,
	    .fresh = true};
}

/* Begin with the members at an offset of the file. */
static void
start_members(struct gz *gz)
{
	if (!gz->started)
		start(gz);
	if (gz->cap < IN_MEMBER) {
		gz->cap = IN_MEMBER;
		gz->in = mem_grow(gz->in, gz->cap, 1);
	}
	if (gz->whole == NULL) {
		gz->whole = libdeflate_alloc_decompressor();
		if (gz->whole == NULL)
			cli_errx(CLI_FATAL, "out of memory (libdeflate)");
	}
	gz->out.len = gz->taken = 0;
	gz->base = 0;
	make_room(gz, STEP); /* so that even an empty slice points somewhere */
	gz->head = gz->last = gz->nmember = 0;
	add_member(gz);
	/* an empty one stands before the first, which is yet to be found */
	if (gz->format != PLAIN) {
		gz->member[0].fresh = false;
		gz->member[0].done = true;
		gz->member[0].end = gz->member[0].begin;
	} else {
		gz->base = gz->member[0].first = gz_offset(gz);
	}
}

/* Go to the member behind the one that ended here; false: end or damage. */
static bool
open_member(struct gz *gz)
{
	if (gz->ended || gz->format == PLAIN)
		return false;
	for (;;) {
		while (gz->pos < gz->len && gz->in[gz->pos] == 0)
			gz->pos++;
		if (gz->len - gz->pos >= 4 || !fill(gz))
			break;
	}
	while (gz->pos < gz->len && gz->in[gz->pos] == 0)
		gz->pos++;
	if (gz->pos == gz->len) {
		gz->ended = true;
		return false;
	}
	if (gz->format == GZIP ? !starts(gz, "\x1f\x8b", 2)
			       : !starts(gz, "\x28\xb5\x2f\xfd", 4)) {
		stop(gz,
		    gz->format == GZIP ? "no gzip member" : "no zstd frame");
		return false;
	}
	add_member(gz);
	return true;
}

static void
member_done(struct gz *gz, struct member *m)
{
	m->done = true;
	m->end = gz_offset(gz);
}

/* All of a member by libdeflate; false, and zlib is ready, if that fails. */
static bool
inflate_whole(struct gz *gz, struct member *m)
{
	enum libdeflate_result result;
	size_t nin, nout, room = 1 << 20;

	m->fresh = false;
	if (inflateReset(&gz->z) != Z_OK)
		cli_errx(CLI_FATAL, "out of memory (zlib)");
	while (gz->len - gz->pos < IN && fill(gz))
		;
	if (gz->error[0] != '\0')
		return false;
	for (;; room *= 4) {
		make_room(gz, room);
		room = gz->out.cap - gz->out.len;
		result = libdeflate_gzip_decompress_ex(gz->whole,
		    gz->in + gz->pos, gz->len - gz->pos,
		    gz->out.p + gz->out.len, room, &nin, &nout);
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room * 4 > WHOLE)
			break;
	}
	if (result != LIBDEFLATE_SUCCESS)
		return false;
	gz->pos += nin;
	gz->out.len += nout;
	member_done(gz, m);
	return true;
}

static void
inflate_step(struct gz *gz, struct member *m)
{
	size_t room;
	bool more = gz->pos < gz->len || fill(gz);
	int status;

	make_room(gz, STEP);
	room = gz->out.cap - gz->out.len;
	room = room < STRIDE ? room : STRIDE;
	gz->z.next_in = gz->in + gz->pos;
	gz->z.avail_in = (uInt)(gz->len - gz->pos);
	gz->z.next_out = (unsigned char *)gz->out.p + gz->out.len;
	gz->z.avail_out = (uInt)room;
	status = inflate(&gz->z, Z_NO_FLUSH);
	gz->pos = gz->len - gz->z.avail_in;
	gz->out.len += room - gz->z.avail_out;
	if (status == Z_STREAM_END) {
		member_done(gz, m);
	} else if (status == Z_MEM_ERROR) {
		cli_errx(CLI_FATAL, "out of memory (zlib)");
	} else if (status != Z_OK && status != Z_BUF_ERROR) {
		stop(gz, "corrupt gzip");
		m->done = true;
	} else if (!more && gz->z.avail_out == room) {
		if (gz->error[0] == '\0')
			stop(gz, "truncated gzip");
		m->done = true;
	}
}

static void
unzstd_step(struct gz *gz, struct member *m)
{
	bool more = gz->pos < gz->len || fill(gz);
	ZSTD_outBuffer out;
	ZSTD_inBuffer in;
	size_t left;

	if (m->fresh)
		ZSTD_initDStream(gz->zstd);
	m->fresh = false;
	make_room(gz, STEP);
	out = (ZSTD_outBuffer){gz->out.p + gz->out.len, STEP, 0};
	in = (ZSTD_inBuffer){gz->in + gz->pos, gz->len - gz->pos, 0};
	left = ZSTD_decompressStream(gz->zstd, &out, &in);
	gz->pos += in.pos;
	gz->out.len += out.pos;
	if (ZSTD_isError(left)) {
		stop(gz, "corrupt zstd");
		m->done = true;
	} else if (left == 0) {
		member_done(gz, m);
	} else if (!more && out.pos == 0) {
		if (gz->error[0] == '\0')
			stop(gz, "truncated zstd");
		m->done = true;
	}
}

static void
plain_step(struct gz *gz, struct member *m)
{
	size_t n;

	make_room(gz, IN);
	n = gz->out.cap - gz->out.len;
	n = read_plain(gz, gz->out.p + gz->out.len, n < STRIDE ? n : STRIDE);
	gz->out.len += n;
	if (n == 0)
		member_done(gz, m);
}

/* More bytes of the last member that is open. */
static void
step(struct gz *gz)
{
	struct member *m = &gz->member[gz->nmember - 1];

	if (gz->format == PLAIN)
		plain_step(gz, m);
	else if (gz->format == ZSTD)
		unzstd_step(gz, m);
	else if (!m->fresh || !inflate_whole(gz, m))
		inflate_step(gz, m);
}

struct str
gz_peek(struct gz *gz, size_t want)
{
	if (gz->nmember == 0)
		start_members(gz);
	while (lendable(gz) < want && gz->last + 1 == gz->nmember &&
	       !gz->member[gz->last].done)
		step(gz);
	return (struct str){gz->out.p + gz->taken, lendable(gz)};
}

uint64_t
gz_take(struct gz *gz, uint64_t n)
{
	uint64_t left = n;
	size_t len;

	/* what nobody wants to see of a plain file isn't read */
	if (gz->format == PLAIN && gz->size > 0 && n > lendable(gz) + IN &&
	    gz->size - position(gz) >= n && gz_seek(gz, position(gz) + n))
		return n;
	while (left > 0 && (len = gz_peek(gz, 1).len) > 0) {
		len = len < left ? len : (size_t)left;
		gz->taken += len;
		left -= len;
	}
	while (gz->head < gz->last &&
	       gz->member[gz->head + 1].first <= position(gz))
		gz->head++;
	trim(gz);
	return n - left;
}

struct str
gz_ahead(struct gz *gz, size_t want)
{
	struct str none = {"", 0};
	struct member *m;

	if (gz->nmember == 0)
		start_members(gz);
	if (gz->last + 1 == gz->nmember &&
	    (!gz->member[gz->last].done || !open_member(gz)))
		return none;
	for (;;) {
		m = &gz->member[gz->nmember - 1];
		none.len = (size_t)(gz->base + gz->out.len - m->first);
		if (none.len >= want || m->done)
			break;
		step(gz);
	}
	none.p = gz->out.p + gz->out.len - none.len;
	return none;
}

bool
gz_join(struct gz *gz)
{
	if (gz->last + 1 == gz->nmember) {
		gz_ahead(gz, 0);
		if (gz->last + 1 == gz->nmember)
			return false;
	}
	gz->last++;
	gz_take(gz, 0);
	return true;
}

uint64_t
gz_where(const struct gz *gz, uint64_t *within)
{
	const struct member *m = &gz->member[gz->head];

	*within = position(gz) - m->first;
	if (gz->format == PLAIN) {
		*within = 0;
		return position(gz);
	}
	return m->begin;
}

bool
gz_offset_of(const struct gz *gz, size_t n, uint64_t *offset)
{
	const struct member *m = &gz->member[gz->last];

	if (gz->format == PLAIN) {
		*offset = position(gz) + n;
		return true;
	}
	if (!m->done || m->end == 0 || n != lendable(gz))
		return false;
	*offset = m->end;
	return true;
}

/* Put the input at an offset of the file, if that can still be had. */
static bool
rewind_to(struct gz *gz, uint64_t offset)
{
	uint64_t first = gz->offset - gz->len;

	if (offset < first) {
		if (gz->size == 0 ||
		    lseek(gz->fd, (off_t)offset, SEEK_SET) < 0) {
			gz->pos = 0;
			return false;
		}
		gz->pos = gz->len = 0;
		gz->offset = offset;
		return true;
	}
	while (offset > gz->offset) {
		gz->pos = gz->len;
		if (!fill(gz))
			return false;
	}
	gz->pos = gz->len - (size_t)(gz->offset - offset);
	return true;
}

/* Whether what lies at the input's position inflates, for a start. */
static bool
plausible(struct gz *gz)
{
	unsigned char out[512];
	int status;

	if (gz->format == ZSTD)
		return starts(gz, "\x28\xb5\x2f\xfd", 4);
	if (!starts(gz, "\x1f\x8b\x08", 3) || gz->len - gz->pos < 10 ||
	    (gz->in[gz->pos + 3] & 0xe0) != 0)
		return false;
	if (inflateReset(&gz->z) != Z_OK)
		return false;
	gz->z.next_in = gz->in + gz->pos;
	gz->z.avail_in = (uInt)(gz->len - gz->pos);
	gz->z.next_out = out;
	gz->z.avail_out = sizeof(out);
	status = inflate(&gz->z, Z_NO_FLUSH);
	return (status == Z_OK || status == Z_STREAM_END ||
		   status == Z_BUF_ERROR) &&
	       gz->z.avail_out < sizeof(out);
}

bool
gz_resync(struct gz *gz)
{
	const struct member *m = &gz->member[gz->nmember - 1];
	const unsigned char *p;
	uint64_t from = gz_offset(gz);

	if (gz->format == PLAIN || gz->error[0] == '\0')
		return false;
	/* damage shows late: the next member may have begun before it did */
	if (m->done && m->end == 0) {
		from = from > BACK ? from - BACK : 0;
		from = from > m->begin ? from : m->begin + 1;
	}
	gz->error[0] = '\0';
	gz->ended = false;
	rewind_to(gz, from);
	for (;;) {
		p = memchr(gz->in + gz->pos, gz->format == GZIP ? 0x1f : 0x28,
		    gz->len - gz->pos);
		gz->pos = p != NULL ? (size_t)(p - gz->in) : gz->len;
		while (gz->len - gz->pos < STEP && fill(gz))
			;
		if (gz->pos == gz->len || gz->error[0] != '\0') {
			gz->ended = true;
			return false;
		}
		if (p != NULL && plausible(gz))
			return true;
		if (p != NULL)
			gz->pos++;
	}
}

bool
gz_seek(struct gz *gz, uint64_t offset)
{
	if (!gz->started)
		start(gz);
	gz->error[0] = '\0';
	gz->ended = false;
	if (gz->size > 0) {
		if (offset > gz->size ||
		    lseek(gz->fd, (off_t)offset, SEEK_SET) < 0)
			return false;
		gz->pos = gz->len = 0;
		gz->offset = offset;
	} else if (!rewind_to(gz, offset)) {
		return false;
	}
	start_members(gz);
	return true;
}

/*
 * Bytes in memory.
 */

/* By zlib, for bits window bits as inflateInit2() takes them. */
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

/* The usual body, one sound gzip member, by libdeflate. */
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
