/*
 * frames: each frame has whole lines, and all of them give the same bytes
 * again
 */

#include "record/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "record/gz-whole.h"
#include "record/reader.h"
#include "tap.h"

static const char magic[] = "\x28\xb5\x2f\xfd"; /* RFC 8878, 3.1.1 */

/* All bytes of a descriptor, from its start. */
static struct buf
contents(int fd)
{
	struct buf b = {0};
	char block[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_puts(&b, (struct str){block, (size_t)n});
	return b;
}

/*
 * Unpack the frames one by one. Returns whether each has whole lines, and at
 * most FRAMES_MAX bytes or one line, and all together are want.
 */
static bool
are_whole_lines(struct str packed, struct str want)
{
	struct buf all = {0}, frame = {0};
	const char *next;
	bool good = true;
	size_t len;

	while (packed.len > 0 && good) {
		next = memmem(packed.p + 1, packed.len - 1, magic, 4);
		len = next != NULL ? (size_t)(next - packed.p) : packed.len;
		good = gz_unzstd((struct str){packed.p, len}, SIZE_MAX,
			   &frame) == GZ_WHOLE &&
		       frame.len > 0 && frame.p[frame.len - 1] == '\n' &&
		       (frame.len <= FRAMES_MAX ||
			   memchr(frame.p, '\n', frame.len) ==
			       frame.p + frame.len - 1);
		buf_puts(&all, buf_str(&frame));
		packed.p += len;
		packed.len -= len;
	}
	good = good && str_eq(buf_str(&all), want);
	buf_release(&all);
	buf_release(&frame);
	return good;
}

static bool
round_trip(const struct buf *lines, size_t piece)
{
	char path[] = "/tmp/frames-XXXXXX";
	int fd = mkstemp(path);
	struct frames *f;
	struct buf packed;
	size_t done, n;
	FILE *out;
	bool good;

	unlink(path);
	f = frames_open(fd, &out);
	for (done = 0; done < lines->len; done += n) {
		n = lines->len - done < piece ? lines->len - done : piece;
		fwrite(lines->p + done, 1, n, out);
	}
	good = frames_end(f);
	packed = contents(fd);
	close(fd);
	good = good && are_whole_lines(buf_str(&packed), buf_str(lines));
	buf_release(&packed);
	return good;
}

/* Records of several frames are found again where the reader says they lie. */
static void
look_up(struct rng *rng)
{
	enum { N = 9000 };
	static uint64_t locus[N];
	char path[] = "/tmp/frames-XXXXXX", want[32];
	char *operands[] = {path, NULL};
	struct frames_cache *cache = frames_cache_new();
	struct rec_reader in;
	struct rec rec;
	struct frames *f;
	struct str line;
	size_t i, k, n;
	FILE *out;
	bool good = true;
	int fd = mkstemp(path);

	f = frames_open(fd, &out);
	for (i = 0; i < N; i++) {
		fprintf(out, "{\"id\":%zu,\"text\":\"", i);
		n = i == N / 2 ? 2 * FRAMES_MAX : rng_below(rng, 1000);
		for (k = 0; k < n; k++)
			putc((int)('a' + rng_below(rng, 26)), out);
		fputs("\"}\n", out);
	}
	good = frames_end(f);
	rec_open(&in, operands);
	for (n = 0; n < N && rec_read(&in, &rec); n++)
		locus[n] = rec_place(&in)->locus;
	rec_close(&in);
	ok(good && n == N && locus[N - 1] / FRAMES_MAX > locus[0] / FRAMES_MAX,
	    "records of several frames are read");
	for (i = 0; i < N && good; i++) {
		n = i % 2 ? rng_below(rng, N) : i;
		snprintf(want, sizeof(want), "{\"id\":%zu,", n);
		good = frames_line(cache, 0, fd, locus[n], &line) &&
		       str_starts(line, str_of(want)) &&
		       line.p[line.len - 1] == '}';
	}
	ok(good, "each is found at its locus");
	ok(!frames_line(cache, 0, fd, locus[N - 1] + FRAMES_MAX - 1, &line) &&
		!frames_line(
		    cache, 1, fd, 1000 * (uint64_t)FRAMES_MAX << 10, &line),
	    "nothing is found elsewhere");
	frames_cache_free(cache);
	close(fd);
	unlink(path);
}

int
main(void)
{
	struct buf lines = {0};
	struct frames *f;
	struct rng rng;
	size_t i, k, n;
	FILE *out;
	int fd;

	ok(round_trip(&lines, 1), "nothing is nothing");
	buf_puts(&lines, STR("one line\n"));
	ok(round_trip(&lines, 3), "a line");
	rng_init(&rng, 1);
	for (i = 0; i < 40; i++) {
		/* lines of random letters, some of them longer than a frame */
		n = i % 13 == 0 ? FRAMES_MAX + rng_below(&rng, 100000)
				: rng_below(&rng, 300000);
		for (k = 0; k < n; k++)
			buf_putc(&lines, (char)('a' + rng_below(&rng, 26)));
		buf_putc(&lines, '\n');
	}
	ok(round_trip(&lines, 1 << 16), "many lines");
	ok(round_trip(&lines, SIZE_MAX), "in one write");
	lines.len = 0;
	for (i = 0; i + 1 < FRAMES_MAX; i++)
		buf_putc(&lines, 'x');
	buf_putc(&lines, '\n');
	buf_puts(&lines, STR("y\n"));
	ok(round_trip(&lines, 1000), "a line as long as a frame");

	look_up(&rng);

	fd = open("/dev/full", O_WRONLY);
	f = frames_open(fd, &out);
	fwrite(lines.p, 1, lines.len, out);
	errno = 0;
	ok(!frames_end(f) && errno == ENOSPC, "a full disk");
	close(fd);
	buf_release(&lines);
	return tap_done();
}
