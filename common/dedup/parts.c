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

/* All bytes of a file, with a NUL. */
static char *
read_whole(const char *file)
{
	FILE *fp = fopen(file, "r");
	struct buf all = {0};
	size_t n;

	if (fp == NULL)
		cli_err(CLI_FATAL, "%s", file);
	do {
		buf_reserve(&all, BLOCK);
		n = fread(all.p + all.len, 1, BLOCK, fp);
		all.len += n;
	} while (n > 0);
	if (ferror(fp))
		cli_err(CLI_FATAL, "%s", file);
	fclose(fp);
	if (all.len > 0 && memchr(all.p, '\0', all.len) != NULL)
		cli_errx(CLI_FATAL, "%s: a NUL byte in a list of names", file);
	buf_putc(&all, '\0');
	return all.p;
}

/* One more part, whose name ends at a NUL. */
static void
add(struct parts *p, const char *name)
{
	struct str s = str_of(name);
	struct hash128 h = hash_128(s.p, s.len);
	uint32_t other;

	if (s.len == 0)
		cli_errx(CLI_FATAL, "%s:%zu: a part without a name", p->source,
		    p->n + 1);
	if (hashset_find(&p->number, h, &other))
		cli_errx(CLI_FATAL, "%s:%zu: %s is part %zu already", p->source,
		    p->n + 1, name, (size_t)other + 1);
	if ((p->n & (p->n - 1)) == 0) {
		p->name = mem_grow(p->name, 2 * p->n + 1, sizeof(*p->name));
		p->hash = mem_grow(p->hash, 2 * p->n + 1, sizeof(*p->hash));
	}
	p->name[p->n] = name;
	p->hash[p->n] = hash_64(s.p, s.len, p->n > 0 ? p->hash[p->n - 1] : 0);
	hashset_add(&p->number, h, (uint32_t)p->n++);
	if (p->n == PARTS_NONE)
		cli_errx(CLI_FATAL, "%s: too many parts", p->source);
}

/* After the last part. */
static void
complete(struct parts *p)
{
	if (p->n == 0)
		cli_errx(CLI_FATAL, "%s: no parts", p->source);
	p->opened = mem_zeroed(p->n, sizeof(*p->opened));
	p->open = mem_grow(NULL, PARTS_OPEN, sizeof(*p->open));
}

void
parts_init(struct parts *p, const char *names, const char *file)
{
	char *at, *end, between = file != NULL ? '\n' : ',';

	*p = (struct parts){.source = file != NULL ? file : "--records"};
	hashset_init(&p->number, true, NULL);
	p->names = file != NULL ? read_whole(file) : mem_string(str_of(names));
	for (at = p->names; *at != '\0'; at = end) {
		end = strchr(at, between);
		if (end != NULL)
			*end++ = '\0';
		else
			end = at + strlen(at);
		add(p, at);
	}
	complete(p);
}

void
parts_init_operands(struct parts *p, char *const operand[])
{
	*p = (struct parts){.source = "operands"};
	hashset_init(&p->number, true, NULL);
	for (; *operand != NULL; operand++)
		add(p, *operand);
	complete(p);
}

void
parts_release(struct parts *p)
{
	size_t i;

	for (i = 0; i < p->nopen; i++)
		close(p->open[i].fd);
	hashset_release(&p->number);
	free(p->names);
	free(p->name);
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
