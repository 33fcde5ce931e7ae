/*
 * forward: pieces of plain and compressed files are compared with the bytes in
 * memory; a file that changed or vanished ends the tool
 */

#include "spill/forward.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/rng.h"
#include "record/gz-whole.h"
#include "tap.h"

enum { LEN = 1500000 }; /* bytes: several blocks */

static struct buf bytes;
static char name[] = "/tmp/forward-XXXXXX";

static void
write_file(struct str s)
{
	FILE *fp = fopen(name, "w");

	if (fp == NULL || fwrite(s.p, 1, s.len, fp) != s.len || fclose(fp) != 0)
		abort();
}

/* Pieces of random sizes, most of them lines, some longer than a block. */
static bool
agrees(struct forward *f, struct rng *r)
{
	size_t at = 0, len;
	struct str piece;
	bool good = true;

	forward_open(f, name);
	while (good) {
		at += rng_below(r, 3) == 0 ? rng_below(r, 60000) : 0;
		len = 1 + rng_below(r, rng_below(r, 8) == 0 ? 600000 : 900);
		if (at + len > bytes.len)
			break;
		piece = forward_read(f, at, len);
		good =
		    piece.len == len && memcmp(piece.p, bytes.p + at, len) == 0;
		at += len;
	}
	if (good && at < bytes.len) {
		piece = forward_read(f, at, bytes.len - at);
		good = memcmp(piece.p, bytes.p + at, piece.len) == 0;
	}
	return good;
}

static void
test_pieces(void)
{
	static const char *const what[] = {"plain", "gzip", "zstd"};
	struct forward f = {0};
	struct buf packed = {0};
	struct rng r;
	size_t i, round, at, len;
	bool good;

	rng_init(&r, 6);
	for (i = 0; i < 3; i++) {
		packed.len = 0;
		for (at = 0; i > 0 && at < bytes.len; at += len) {
			len = bytes.len - at < 70000 ? bytes.len - at : 70000;
			gz_pack(&packed, i == 1 ? GZ_GZIP : GZ_ZSTD, 1,
			    (struct str){bytes.p + at, len});
		}
		write_file(buf_str(i == 0 ? &bytes : &packed));
		for (good = true, round = 0; round < 10; round++)
			good = good && agrees(&f, &r);
		ok(good, what[i]);
	}
	forward_close(&f);
	ok(f.gz == NULL && f.p == NULL, "closed");
	buf_release(&packed);
}

static void
beyond_the_end(void)
{
	struct forward f = {0};

	forward_open(&f, name);
	forward_read(&f, LEN - 10, 11);
}

static void
after_the_end(void)
{
	struct forward f = {0};

	forward_open(&f, name);
	forward_read(&f, LEN + 5, 1);
}

static void
not_there(void)
{
	struct forward f = {0};

	forward_open(&f, "/nowhere/at/all");
}

int
main(void)
{
	struct rng r;
	size_t i;
	int fd = mkstemp(name);

	rng_init(&r, 5);
	for (i = 0; i < LEN; i++)
		buf_putc(&bytes, (char)('a' + rng_below(&r, 20)));
	test_pieces();
	write_file(buf_str(&bytes));
	ok(tap_status(beyond_the_end) == CLI_FATAL, "a piece that is cut off");
	ok(tap_status(after_the_end) == CLI_FATAL, "a piece that is gone");
	ok(tap_status(not_there) == CLI_FATAL, "a file that is gone");
	unlink(name);
	close(fd);
	buf_release(&bytes);
	return tap_done();
}
