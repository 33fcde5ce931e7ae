#include "dedup/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/frames.h"

enum { BLOCK = 4 << 10 }; /* bytes of a first look */

/*
 * Add the next name, with the hash of the list that ends with it and the hash
 * of the name itself.
 */
static void
number_part(struct parts *p, size_t i)
{
	struct str name = str_of(p->name[i]);
	struct hash128 h = hash_128(name.p, name.len);
	uint32_t other;

	if (hashset_find(&p->number, h, &other))
		cli_errx(CLI_FATAL, "%s: %s is listed twice, as %zu and %zu",
		    p->source, p->name[i], (size_t)other + 1, i + 1);
	p->hash[i] = hash_64(name.p, name.len, i > 0 ? p->hash[i - 1] : 0);
	hashset_add(&p->number, h, (uint32_t)i);
}

void
parts_init(struct parts *p, const char *source, char *const name[])
{
	size_t i;

	*p = (struct parts){.source = source, .name = name};
	while (name[p->n] != NULL)
		p->n++;
	if (p->n == 0 || p->n >= PARTS_NONE)
		cli_errx(CLI_FATAL, "%s: %s", source,
		    p->n == 0 ? "no parts" : "too many parts");
	hashset_init(&p->number, true, NULL);
	p->hash = mem_grow(NULL, p->n, sizeof(*p->hash));
	for (i = 0; i < p->n; i++)
		number_part(p, i);
	p->opened = mem_zeroed(p->n, sizeof(*p->opened));
	p->open = mem_grow(NULL, PARTS_OPEN, sizeof(*p->open));
}

void
parts_release(struct parts *p)
{
	size_t i;

	for (i = 0; i < p->nopen; i++)
		close(p->open[i].fd);
	hashset_release(&p->number);
	free(p->hash);
	free(p->opened);
	free(p->open);
	frames_cache_free(p->frames);
	buf_release(&p->line);
	*p = (struct parts){0};
}

uint32_t
parts_find(const struct parts *p, struct str name)
{
	uint32_t part;

	return hashset_find(&p->number, hash_128(name.p, name.len), &part)
		   ? part
		   : PARTS_NONE;
}

/* len bytes of a part, or as many as there are from offset on. */
static size_t
read_at(const char *name, int fd, char *to, size_t len, uint64_t offset)
{
	size_t sum = 0;
	ssize_t n;

	do {
		n = pread(fd, to + sum, len - sum, (off_t)(offset + sum));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			cli_err(CLI_FATAL, "%s", name);
		sum += (size_t)n;
	} while (n != 0 && sum < len);
	return sum;
}

static int
open_part(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		cli_err(CLI_FATAL, "%s", name);
	return fd;
}

void
parts_check(const struct parts *p)
{
	struct str start;
	char magic[4] = {0};
	size_t i;
	int fd;

	for (i = 0; i < p->n; i++) {
		fd = open_part(p->name[i]);
		start = (struct str){
		    magic, read_at(p->name[i], fd, magic, sizeof(magic), 0)};
		close(fd);
		if (str_starts(start, STR("\x1f\x8b")))
			cli_errx(CLI_FATAL,
			    "%s: records are looked up where they lie: "
			    "decompress it, or write it by --zstd",
			    p->name[i]);
	}
}

static void
open_at(struct parts *p, struct parts_open *o, uint32_t part)
{
	char magic[4] = {0};

	o->fd = open_part(p->name[part]);
	o->part = part;
	read_at(p->name[part], o->fd, magic, sizeof(magic), 0);
	o->zstd = memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0;
}

/* The descriptor of a part, opened if it isn't. */
static const struct parts_open *
descriptor(struct parts *p, uint32_t part)
{
	size_t i, at = p->opened[part];

	if (at == 0) {
		if (p->nopen < PARTS_OPEN) {
			at = p->nopen++;
		} else {
			for (i = 0; i < p->nopen; i++)
				if (p->open[i].used < p->open[at].used)
					at = i;
			p->opened[p->open[at].part] = 0;
			close(p->open[at].fd);
		}
		open_at(p, &p->open[at++], part);
	}
	p->opened[part] = (uint16_t)at;
	p->open[at - 1].used = ++p->clock;
	return &p->open[at - 1];
}

/* The line at a byte of a part that is not compressed. */
static bool
plain_line(struct parts *p, const struct parts_open *o, uint64_t offset,
    struct str *line)
{
	const char *name = p->name[o->part], *end;
	size_t want = BLOCK, n;

	p->line.len = 0;
	do {
		buf_reserve(&p->line, want);
		n = read_at(name, o->fd, p->line.p + p->line.len, want,
		    offset + p->line.len);
		end = n > 0 ? memchr(p->line.p + p->line.len, '\n', n) : NULL;
		p->line.len += n;
		n = n < want ? 0 : n; /* the file ends here */
		want = p->line.len;   /* twice as much in all */
	} while (end == NULL && n > 0);
	*line = buf_str(&p->line);
	if (end != NULL)
		line->len = (size_t)(end - line->p);
	return p->line.len > 0;
}

bool
parts_line(struct parts *p, struct place at, struct str *line)
{
	const struct parts_open *o = descriptor(p, at.part);
	bool found;

	if (o->zstd && p->frames == NULL)
		p->frames = frames_cache_new();
	found = o->zstd
		    ? frames_line(p->frames, at.part, o->fd, at.offset, line)
		    : plain_line(p, o, at.offset, line);
	if (found && at.offset == 0 && str_starts(*line, STR("\xef\xbb\xbf")))
		*line = (struct str){line->p + 3, line->len - 3};
	return found;
}
