#include "record/gz-members.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/gz-inside.h"

enum {
	IN_MEMBER = 1 << 20, /* bytes a read */
	STEP = 64 << 10,     /* bytes that zlib inflates at a time */
	WHOLE = 16 << 20,    /* longest member that is inflated at once */
	STRIDE = 1 << 20,    /* most bytes after the window at a time */
	BACK = 16 << 10	     /* how far before damage a member may begin */
};

static uint64_t
position(const struct gz *gz)
{
	return gz->base + gz->taken;
}

/* How many bytes of the borrowed members lie at and after the position. */
static size_t
lendable(const struct gz *gz)
{
	if (gz->last + 1 < gz->nmember)
		return (size_t)(gz->member[gz->last + 1].first - position(gz));
	return gz->out.len - gz->taken;
}

/* Give back memory of the window that only a giant record needed. */
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

/*
 * Make room for n bytes after the window; what was taken is thrown out if that
 * is worth the copy.
 */
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
	gz->member[gz->nmember++] = (struct gz_member){.begin = gz_offset(gz),
	    .first = gz->base + gz->out.len,
	    .fresh = true};
}

/* Begin with the members at an offset of the file. */
static void
start_members(struct gz *gz)
{
	if (!gz->started)
		gz_start(gz);
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

/*
 * Go to the next byte of the file that is not zero, with some bytes after it.
 */
static void
skip_zeros(struct gz *gz)
{
	do
		while (gz->pos < gz->len && gz->in[gz->pos] == 0)
			gz->pos++;
	while (gz->len - gz->pos < 4 && gz_fill(gz));
	while (gz->pos < gz->len && gz->in[gz->pos] == 0)
		gz->pos++;
}

/*
 * Go to the member after the one that ended here.  False at the end of the file
 * or at damage.
 */
static bool
open_member(struct gz *gz)
{
	if (gz->ended || gz->format == PLAIN)
		return false;
	skip_zeros(gz);
	if (gz->format == ZSTD) {
		if (!gz_skip_frames(gz))
			return false;
		skip_zeros(gz);
	}
	if (gz->pos == gz->len) {
		gz->ended = true;
		return false;
	}
	if (gz->format == GZIP ? !gz_starts(gz, "\x1f\x8b", 2)
			       : !gz_starts(gz, "\x28\xb5\x2f\xfd", 4)) {
		gz_stop(gz,
		    gz->format == GZIP ? "no gzip member" : "no zstd frame");
		return false;
	}
	add_member(gz);
	return true;
}

static void
member_done(struct gz *gz, struct gz_member *m)
{
	m->done = true;
	m->end = gz_offset(gz);
}

/*
 * Inflate all of a member by libdeflate.  If that fails, return false with zlib
 * made ready.
 */
static bool
inflate_whole(struct gz *gz, struct gz_member *m)
{
	enum libdeflate_result result;
	size_t nin, nout, room = 1 << 20;

	m->fresh = false;
	if (inflateReset(&gz->z) != Z_OK)
		cli_errx(CLI_FATAL, "out of memory (zlib)");
	while (gz->len - gz->pos < GZ_IN && gz_fill(gz))
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
inflate_step(struct gz *gz, struct gz_member *m)
{
	size_t room;
	bool more = gz->pos < gz->len || gz_fill(gz);
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
		gz_stop(gz, "corrupt gzip");
		m->done = true;
	} else if (!more && gz->z.avail_out == room) {
		if (gz->error[0] == '\0')
			gz_stop(gz, "truncated gzip");
		m->done = true;
	}
}

static void
unzstd_step(struct gz *gz, struct gz_member *m)
{
	bool more = gz->pos < gz->len || gz_fill(gz);
	ZSTD_outBuffer out;
	ZSTD_inBuffer in;
	size_t left;

	if (m->fresh)
		ZSTD_DCtx_reset(gz->zstd, ZSTD_reset_session_only);
	m->fresh = false;
	make_room(gz, STEP);
	out = (ZSTD_outBuffer){gz->out.p + gz->out.len, STEP, 0};
	in = (ZSTD_inBuffer){gz->in + gz->pos, gz->len - gz->pos, 0};
	left = ZSTD_decompressStream(gz->zstd, &out, &in);
	gz->pos += in.pos;
	gz->out.len += out.pos;
	if (ZSTD_isError(left)) {
		gz_stop(gz, "corrupt zstd");
		m->done = true;
	} else if (left == 0) {
		member_done(gz, m);
	} else if (!more && out.pos == 0) {
		if (gz->error[0] == '\0')
			gz_stop(gz, "truncated zstd");
		m->done = true;
	}
}

static void
plain_step(struct gz *gz, struct gz_member *m)
{
	size_t n;

	make_room(gz, GZ_IN);
	n = gz->out.cap - gz->out.len;
	n = gz_read_plain(gz, gz->out.p + gz->out.len, n < STRIDE ? n : STRIDE);
	gz->out.len += n;
	if (n == 0)
		member_done(gz, m);
}

/* More bytes of the last member that is open. */
static void
step(struct gz *gz)
{
	struct gz_member *m = &gz->member[gz->nmember - 1];

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

/*
 * The member, among those that are borrowed, that has the n-th byte after the
 * position.
 */
static size_t
member_at(const struct gz *gz, size_t n)
{
	size_t low = gz->head, high = gz->last, middle;

	while (low < high) {
		middle = low + (high - low + 1) / 2;
		if (gz->member[middle].first <= position(gz) + n)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

bool
gz_edge(const struct gz *gz, size_t *n)
{
	size_t i;

	if (gz->nmember == 0 || gz->format == PLAIN)
		return false;
	i = member_at(gz, *n);
	if (gz->member[i].first < position(gz) + *n && ++i > gz->last)
		return false;
	*n = (size_t)(gz->member[i].first - position(gz));
	return *n < lendable(gz);
}

const char *
gz_damage(const struct gz *gz, size_t n)
{
	const struct gz_member *m;
	size_t i;

	if (gz->nmember == 0 || gz->error[0] == '\0')
		return NULL;
	/* reading ends at damage, so that none but the last can have it */
	i = member_at(gz, n > 0 ? n - 1 : 0);
	m = &gz->member[i];
	return i + 1 == gz->nmember && m->done && m->end == 0 ? gz->error
							      : NULL;
}

uint64_t
gz_take(struct gz *gz, uint64_t n)
{
	uint64_t left = n;
	size_t len;

	/* what nobody wants to see of a plain file isn't read */
	if (gz->format == PLAIN && gz->size > 0 && n > lendable(gz) + GZ_IN &&
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
	struct gz_member *m;

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
	const struct gz_member *m = &gz->member[gz->head];

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
	const struct gz_member *m = &gz->member[gz->last];

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
		if (!gz_fill(gz))
			return false;
	}
	gz->pos = gz->len - (size_t)(gz->offset - offset);
	return true;
}

/*
 * Whether the bytes at the input's position can be inflated, at least the first
 * of them.
 */
static bool
plausible(struct gz *gz)
{
	unsigned char out[512];
	int status;

	if (gz->format == ZSTD)
		return gz_starts(gz, "\x28\xb5\x2f\xfd", 4);
	if (!gz_starts(gz, "\x1f\x8b\x08", 3) || gz->len - gz->pos < 10 ||
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
	const struct gz_member *m = &gz->member[gz->nmember - 1];
	const unsigned char *p;
	uint64_t from = gz_offset(gz);

	if (gz->format == PLAIN || gz->undecipherable || gz->error[0] == '\0')
		return false;
	/*
	 * damage is noticed late: the next member may have begun before that
	 * place
	 */
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
		while (gz->len - gz->pos < STEP && gz_fill(gz))
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
		gz_start(gz);
	if (gz->undecipherable)
		return false;
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
