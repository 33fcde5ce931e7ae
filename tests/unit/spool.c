/*
 * spool: what was written comes back, in each of the three ways; a full disk
 * and a file that lost its end are noticed
 */

#include "record/spool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/rng.h"
#include "tap.h"

enum { LEN = 3000000, FEW = 100 }; /* bytes: beyond any buffer, within one */

static unsigned char bytes[LEN], back[LEN];

static void
write_pieces(struct spool *s, size_t len)
{
	struct rng r;
	size_t at, n;

	rng_init(&r, 1);
	for (at = 0; at < len; at += n) {
		n = (size_t)rng_below(&r, 5000);
		n = n < len - at ? n : len - at;
		spool_write(s, bytes + at, n);
	}
}

static void
reads(void)
{
	struct spool s;
	struct rng r;
	size_t at, n, i;
	bool good = true;
	const unsigned char *map;

	spool_open(&s);
	write_pieces(&s, LEN / 2);
	rng_init(&r, 2);
	for (i = 0; i < 100; i++) {
		at = (size_t)rng_below(&r, LEN / 2);
		n = (size_t)rng_below(&r, LEN / 2 - at + 1);
		spool_read_at(&s, back, n, at);
		good = good && memcmp(back, bytes + at, n) == 0;
	}
	ok(good, "read at places");
	spool_write(&s, bytes + LEN / 2, LEN - LEN / 2);
	spool_read_at(&s, back, LEN, 0);
	ok(s.len == LEN && memcmp(back, bytes, LEN) == 0,
	    "written to after that");
	for (i = 0; i < 2; i++) {
		spool_rewind(&s);
		memset(back, 0, LEN);
		good = spool_read(&s, back, 1) &&
		       spool_read(&s, back + 1, LEN - 1) &&
		       !spool_read(&s, back, 1) && spool_read(&s, back, 0);
		ok(good && memcmp(back, bytes, LEN) == 0,
		    "read from the first byte to the last");
	}
	map = spool_map(&s);
	ok(memcmp(map, bytes, LEN) == 0, "mapped");
	spool_close(&s);
	ok(!spool_is_open(&s), "closed");
	spool_close(&s);
	spool_open(&s);
	ok(spool_map(&s) == NULL, "nothing is mapped as nothing");
	spool_rewind(&s);
	ok(!spool_read(&s, back, 1), "nothing to read");
	spool_close(&s);
}

static void
lines(void)
{
	struct spool s;
	struct str line;

	spool_open(&s);
	spool_write(&s, "one\n\nthree\n", 11);
	spool_rewind(&s);
	ok(spool_line(&s, &line) && str_eq(line, STR("one")) &&
		spool_line(&s, &line) && line.len == 0 &&
		spool_line(&s, &line) && str_eq(line, STR("three")) &&
		!spool_line(&s, &line),
	    "lines, an empty one too");
	spool_close(&s);
}

static void
places(void)
{
	struct spool s;

	spool_open(&s);
	spool_write_at(&s, "world", 5, 6);
	spool_write_at(&s, "hello ", 6, 0);
	spool_read_at(&s, back, 11, 0);
	ok(memcmp(back, "hello world", 11) == 0, "written at places");
	spool_close(&s);
}

/* Faults, each in a process of its own, since each ends its process. */

static void
in_no_folder(void)
{
	struct spool s;

	setenv("TMPDIR", "/no/such/folder", 1);
	spool_open(&s);
}

static void
on_a_full_disk(struct spool *s)
{
	struct rlimit limit = {LEN / 2, LEN / 2};

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	spool_open(s);
}

static void
write_much(void)
{
	struct spool s;

	on_a_full_disk(&s);
	write_pieces(&s, LEN);
}

static void
write_beyond(void)
{
	struct spool s;

	on_a_full_disk(&s);
	spool_write_at(&s, bytes, LEN, 0);
}

/* The last bytes are still in the buffer when the disk is found to be full. */
static void
write_last(struct spool *s)
{
	on_a_full_disk(s);
	spool_write(s, bytes, LEN / 2);
	spool_write(s, bytes, FEW);
}

static void
last_rewind(void)
{
	struct spool s;

	write_last(&s);
	spool_rewind(&s);
}

static void
last_read_at(void)
{
	struct spool s;

	write_last(&s);
	spool_read_at(&s, back, 1, 0);
}

static void
last_map(void)
{
	struct spool s;

	write_last(&s);
	spool_map(&s);
}

static void
last_fd(void)
{
	struct spool s;

	write_last(&s);
	spool_fd(&s);
}

static void
cut(struct spool *s, size_t left)
{
	spool_open(s);
	spool_write(s, "first\nlast\n", 11);
	if (ftruncate(spool_fd(s), (off_t)left) != 0)
		_exit(CLI_OK);
	spool_rewind(s);
}

static void
cut_read_at(void)
{
	struct spool s;

	cut(&s, 10);
	spool_read_at(&s, back, 11, 0);
}

static void
cut_read(void)
{
	struct spool s;

	cut(&s, 10);
	spool_read(&s, back, 11);
}

static void
cut_between_reads(void)
{
	struct spool s;

	cut(&s, 6);
	spool_read(&s, back, 6);
	spool_read(&s, back, 5);
}

static void
cut_line(void)
{
	struct spool s;
	struct str line;

	cut(&s, 10);
	spool_line(&s, &line);
	spool_line(&s, &line);
}

static void
cut_between_lines(void)
{
	struct spool s;
	struct str line;

	cut(&s, 6);
	spool_line(&s, &line);
	spool_line(&s, &line);
}

static void
fatal(void (*fault)(void), const char *what)
{
	ok(tap_status(fault) == CLI_FATAL, what);
}

int
main(void)
{
	struct rng r;
	size_t i;

	rng_init(&r, 0);
	for (i = 0; i < LEN; i++)
		bytes[i] = (unsigned char)rng_below(&r, 256);
	reads();
	lines();
	places();
	fatal(in_no_folder, "no folder to write to");
	fatal(write_much, "a full disk while writing");
	fatal(write_beyond, "a full disk while writing at a place");
	fatal(last_rewind, "a full disk at a rewind");
	fatal(last_read_at, "a full disk at reading");
	fatal(last_map, "a full disk at mapping");
	fatal(last_fd, "a full disk at handing out the descriptor");
	fatal(cut_read_at, "a lost end, read at a place");
	fatal(cut_read, "a lost end, read in order");
	fatal(cut_between_reads, "a lost end between two reads");
	fatal(cut_line, "a lost end of a line");
	fatal(cut_between_lines, "a lost line");
	return tap_done();
}
