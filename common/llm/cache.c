#include "llm/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/rec.h"
#include "record/spool.h"

enum { BLOCK = 1 << 20, FIRST_NSLOT = 1 << 10 };

static const uint64_t MARKED = UINT64_MAX;

bool
cache_key(struct str hex, struct hash128 *key)
{
	uint64_t half[2] = {0, 0};
	size_t i;
	unsigned c;

	if (hex.len != 32)
		return false;
	for (i = 0; i < 32; i++) {
		c = (unsigned char)hex.p[i];
		if (c - '0' < 10u)
			c -= '0';
		else if (c - 'a' < 6u)
			c -= 'a' - 10;
		else
			return false;
		half[i / 16] = half[i / 16] << 4 | c;
	}
	*key = (struct hash128){.high = half[0], .low = half[1]};
	return true;
}

/* Where a key is, or the empty slot where it would go. */
static struct cache_slot *
find(const struct cache *c, struct hash128 key)
{
	size_t i;

	for (i = key.low & (c->nslot - 1); c->slot[i].offset != 0;
	     i = (i + 1) & (c->nslot - 1))
		if (c->slot[i].key.low == key.low &&
		    c->slot[i].key.high == key.high)
			break;
	return &c->slot[i];
}

static void
grow(struct cache *c)
{
	struct cache_slot *old = c->slot;
	size_t i, nold = c->nslot;

	c->nslot = nold > 0 ? 2 * nold : FIRST_NSLOT;
	c->slot = mem_zeroed(c->nslot, sizeof(*c->slot));
	for (i = 0; i < nold; i++)
		if (old[i].offset != 0)
			*find(c, old[i].key) = old[i];
	free(old);
}

/* The slot of a key; a new key has the offset 0 there. */
static struct cache_slot *
insert(struct cache *c, struct hash128 key)
{
	struct cache_slot *slot;

	if (c->nused * 4 >= c->nslot * 3)
		grow(c);
	slot = find(c, key);
	if (slot->offset == 0) {
		slot->key = key;
		c->nused++;
	}
	return slot;
}

/* Index one line, which begins at offset. */
static void
add_line(struct cache *c, struct arena *mem, struct str line, uint64_t offset)
{
	struct cache_slot *slot;
	struct hash128 key;
	struct rec rec;
	struct str hex, finish;
	const char *why;

	if (str_trim(line).len == 0)
		return;
	if (!rec_parse(&rec, mem, line, &why) ||
	    !rec_get_str(&rec, "key", &hex) || !cache_key(hex, &key)) {
		c->nodd++;
		return;
	}
	if (rec_get_str(&rec, "finish", &finish) &&
	    str_eq(finish, STR("error")))
		return;
	slot = insert(c, key);
	if (slot->offset == 0 || slot->offset == MARKED)
		slot->offset = offset + 1;
}

/* All of len bytes at offset, or as many as the file has. */
static size_t
read_at(const struct cache *c, char *p, size_t len, uint64_t offset)
{
	size_t sum = 0;
	ssize_t n;

	while (sum < len) {
		n = pread(c->fd, p + sum, len - sum, (off_t)(offset + sum));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			cli_err(CLI_FATAL, "%s", c->path);
		if (n == 0)
			break;
		sum += (size_t)n;
	}
	return sum;
}

static uint64_t
file_size(const struct cache *c)
{
	struct stat st;

	if (fstat(c->fd, &st) != 0)
		cli_err(CLI_FATAL, "%s", c->path);
	return (uint64_t)st.st_size;
}

/* Index the whole lines after those that are known. */
static void
refresh(struct cache *c)
{
	uint64_t size = file_size(c), offset = c->seen;
	struct arena mem = {0};
	struct buf *b = &c->block;
	const char *p, *end, *feed;
	size_t n;

	b->len = 0;
	while (offset < size) {
		buf_reserve(b, BLOCK);
		n = read_at(c, b->p + b->len, BLOCK, offset);
		if (n == 0)
			break;
		offset += n;
		b->len += n;
		p = b->p;
		end = b->p + b->len;
		while ((feed = memchr(p, '\n', (size_t)(end - p))) != NULL) {
			add_line(c, &mem, (struct str){p, (size_t)(feed - p)},
			    c->seen);
			arena_clear(&mem);
			c->seen += (size_t)(feed + 1 - p);
			p = feed + 1;
		}
		b->len = (size_t)(end - p);
		memmove(b->p, p, b->len);
	}
	arena_release(&mem);
}

/* The file is open: add what it holds to the index. */
static void
index_file(struct cache *c, const char *path)
{
	if (c->fd < 0)
		cli_err(CLI_FATAL, "%s", path);
	c->path = mem_string(str_of(path));
	grow(c);
	refresh(c);
	if (c->nodd > 0)
		cli_warnx("%s: %llu lines are no answers, and are ignored",
		    path, (unsigned long long)c->nodd);
}

void
cache_open_read(struct cache *c, const char *path)
{
	*c = (struct cache){.fd = open(path, O_RDONLY | O_CLOEXEC)};
	index_file(c, path);
}

void
cache_open(struct cache *c, const char *path)
{
	struct spool spool;

	*c = (struct cache){.writable = true};
	if (path == NULL) {
		spool_open(&spool);
		c->fd = fcntl(spool_fd(&spool), F_DUPFD_CLOEXEC, 0);
		spool_close(&spool);
		path = "$TMPDIR";
	} else {
		c->fd =
		    open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
		if (c->fd < 0 && (errno == EACCES || errno == EROFS)) {
			c->writable = false;
			c->fd = open(path, O_RDONLY | O_CLOEXEC);
		}
	}
	index_file(c, path);
}

/*
 * A record lock (fcntl(2)) on a byte that no cache is long enough to have: it
 * tells who holds it, and leaves alone the flock(2) of single lines.
 */
bool
cache_hold(struct cache *c, long *pid)
{
	struct flock lock = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)1 << 62,
	    .l_len = 1};

	*pid = 0;
	if (!c->writable || fcntl(c->fd, F_SETLK, &lock) == 0)
		return true;
	if (errno != EACCES && errno != EAGAIN)
		return true;
	if (fcntl(c->fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK &&
	    lock.l_pid > 0)
		*pid = (long)lock.l_pid;
	return false;
}

void
cache_close(struct cache *c)
{
	if (close(c->fd) != 0)
		cli_err(CLI_FATAL, "%s", c->path);
	free(c->path);
	free(c->slot);
	buf_release(&c->block);
	*c = (struct cache){.fd = -1};
}

bool
cache_get(struct cache *c, struct hash128 key, struct buf *line)
{
	struct cache_slot *slot = find(c, key);
	uint64_t offset;
	const char *feed;
	size_t n;

	if (slot->offset == 0 || slot->offset == MARKED) {
		refresh(c);
		slot = find(c, key);
		if (slot->offset == 0 || slot->offset == MARKED)
			return false;
	}
	line->len = 0;
	offset = slot->offset - 1;
	for (;;) {
		buf_reserve(line, 8 << 10);
		n = read_at(c, line->p + line->len, 8 << 10, offset);
		if (n == 0)
			cli_errx(CLI_FATAL,
			    "%s: another program has made the file shorter",
			    c->path);
		feed = memchr(line->p + line->len, '\n', n);
		line->len += n;
		offset += n;
		if (feed != NULL) {
			line->len = (size_t)(feed - line->p);
			return true;
		}
	}
}

bool
cache_mark(struct cache *c, struct hash128 key)
{
	struct cache_slot *slot = insert(c, key);

	if (slot->offset != 0)
		return true;
	slot->offset = MARKED;
	return false;
}

void
cache_put(struct cache *c, struct str line)
{
	struct buf *b = &c->block;
	uint64_t size;
	char last = '\n';
	ssize_t n;

	while (flock(c->fd, LOCK_EX) != 0)
		if (errno != EINTR)
			break; /* a file system without locks: one writer */
	size = file_size(c);
	if (size > 0)
		read_at(c, &last, 1, size - 1);
	b->len = 0;
	if (last != '\n')
		buf_putc(b, '\n');
	buf_puts(b, line);
	buf_putc(b, '\n');
	n = write(c->fd, b->p, b->len);
	if (n < 0 || (size_t)n != b->len) {
		if (n >= 0)
			errno = ENOSPC;
		cli_err(CLI_FATAL, "%s", c->path);
	}
	flock(c->fd, LOCK_UN);
}
