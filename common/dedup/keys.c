#include "dedup/keys.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"
#include "dedup/steps.h"
#include "record/tool.h"

static void
write_line(struct keys *k, size_t range)
{
	FILE *out = k->nrange > 0 ? k->range[range].fp : stdout;

	if (fwrite_unlocked(k->line.p, 1, k->line.len, out) != k->line.len)
		tool_write_failed(
		    k->nrange > 0 ? k->range[range].path : "standard output");
	k->line.len = 0;
}

/* Write what is the same in all files. */
static void
put_head(struct keys *k, const char *options)
{
	steps_put_options(&k->line, options);
	if (k->parts != NULL)
		steps_put_records(&k->line, k->parts);
}

void
keys_open(struct keys *k, const struct parts *parts, const char *options,
    const char *prefix, size_t nrange)
{
	struct buf path = {0};
	size_t i;

	*k = (struct keys){.parts = parts, .nrange = nrange, .shift = 64};
	if (nrange == 0) {
		put_head(k, options);
		write_line(k, 0);
	}
	for (i = nrange; i > 1; i /= 2)
		k->shift--;
	k->range = mem_zeroed(nrange + 1, sizeof(*k->range));
	for (i = 0; i < nrange; i++) {
		path.len = 0;
		buf_printf(&path, "%s.%0*zu", prefix,
		    nrange > 100  ? 3
		    : nrange > 10 ? 2
				  : 1,
		    i);
		buf_putc(&path, '\0');
		outfile_open(&k->range[i], path.p);
		put_head(k, options);
		steps_put_range(&k->line, i, nrange);
		write_line(k, i);
	}
	buf_release(&path);
}

void
keys_put(struct keys *k, const uint64_t *key, size_t n, const char *part,
    uint64_t offset)
{
	struct buf *end = &k->end;
	uint32_t number = 0;
	uint64_t len = 0;
	size_t i;

	if (k->parts != NULL) {
		number = parts_find(k->parts, str_of(part));
		if (number == PARTS_NONE)
			cli_errx(CLI_FATAL, "%s does not name %s",
			    k->parts->source, part);
	}
	/* What all lines of the record end with. */
	end->len = 0;
	buf_putc(end, '\t');
	if (k->parts != NULL)
		steps_put_u64(end, (uint64_t)number + 1);
	else
		buf_puts(end, str_of(part));
	buf_putc(end, '\t');
	steps_put_u64(end, offset);
	buf_putc(end, '\n');
	for (i = 0; i < n; i++) {
		steps_put_key(&k->line, key[i]);
		buf_puts(&k->line, buf_str(end));
		len += k->line.len;
		write_line(k, k->shift < 64 ? key[i] >> k->shift : 0);
	}
	tool_out(n, len);
}

void
keys_commit(struct keys *k)
{
	size_t i;

	/* All files are on the disk before the first one gets its name. */
	for (i = 0; i < k->nrange; i++)
		outfile_sync(&k->range[i]);
	for (i = 0; i < k->nrange; i++)
		outfile_commit(&k->range[i]);
}

void
keys_release(struct keys *k)
{
	free(k->range);
	buf_release(&k->line);
	buf_release(&k->end);
	*k = (struct keys){0};
}
