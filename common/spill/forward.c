#include "spill/forward.h"

#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/gz.h"

enum { FORWARD_BLOCK = 256 << 10 };

void
forward_open(struct forward *f, const char *name)
{
	gz_close(f->gz);
	if (f->p == NULL)
		f->p = mem_alloc(FORWARD_BLOCK);
	f->name = name;
	f->len = 0;
	f->offset = 0;
	if ((f->gz = gz_open(name)) == NULL)
		cli_err(CLI_FATAL, "%s", name);
}

static void
next_block(struct forward *f)
{
	f->len = gz_read(f->gz, f->p, FORWARD_BLOCK);
	f->offset += f->len;
	if (f->len == 0)
		cli_errx(CLI_FATAL,
		    "%s: the file has changed since it was first read",
		    f->name);
}

struct str
forward_read(struct forward *f, uint64_t offset, size_t len)
{
	size_t pos, n;

	while (f->offset <= offset)
		next_block(f);
	pos = f->len - (size_t)(f->offset - offset);
	if (len <= f->len - pos)
		return (struct str){f->p + pos, len};
	f->across.len = 0;
	for (;;) {
		n = len - f->across.len;
		if (n > f->len - pos)
			n = f->len - pos;
		buf_put(&f->across, f->p + pos, n);
		if (f->across.len == len)
			return buf_str(&f->across);
		next_block(f);
		pos = 0;
	}
}

void
forward_close(struct forward *f)
{
	gz_close(f->gz);
	free(f->p);
	buf_release(&f->across);
	*f = (struct forward){0};
}
