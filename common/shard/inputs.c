#include "shard/inputs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "record/json.h"

void
inputs_init(struct inputs *in, size_t n)
{
	size_t i;

	*in =
	    (struct inputs){.input = mem_zeroed(n, sizeof(*in->input)), .n = n};
	for (i = 0; i < n; i++) /* one that is empty is never seen */
		in->input[i].xxh3 = hash_64("", 0, 0);
}

static void
end_file(struct inputs *in)
{
	if (in->hash != NULL)
		in->input[in->reading].xxh3 = hash_end(in->hash);
	in->hash = NULL;
}

void
inputs_see(void *context, size_t file, const void *p, size_t len)
{
	struct inputs *in = context;

	if (in->reading != file)
		end_file(in);
	if (in->hash == NULL)
		in->hash = hash_start();
	in->reading = file;
	hash_add(in->hash, p, len);
	in->input[file].bytes += len;
}

void
inputs_end(struct inputs *in)
{
	end_file(in);
}

void
inputs_add_list(struct inputs *in, const char *source, const char *path)
{
	struct hash_stream *hash = hash_start();
	struct input *list;
	const char *p, *end, *feed;
	struct str all;

	in->input = mem_grow(in->input, in->n + 1, sizeof(*in->input));
	list = &in->input[in->n++];
	*list = (struct input){.source = source, .list = "drop"};
	if (!mapfile_open(&all, path))
		cli_err(CLI_FATAL, "%s", path);
	end = all.p + all.len;
	for (p = all.p; p < end; p = feed) {
		feed = memchr(p, '\n', (size_t)(end - p));
		feed = feed != NULL ? feed + 1 : end;
		if (*p == '#')
			continue;
		hash_add(hash, p, (size_t)(feed - p));
		list->bytes += (size_t)(feed - p);
	}
	list->xxh3 = hash_end(hash);
	mapfile_close(&all);
}

void
inputs_put(const struct inputs *in, struct buf *b)
{
	const struct input *f;
	size_t i;

	for (i = 0; i < in->n; i++) {
		f = &in->input[i];
		buf_printf(b, "    {\"source\": ");
		json_put_str(b, str_of(f->source));
		if (f->list != NULL)
			buf_printf(b, ", \"list\": \"%s\"", f->list);
		buf_printf(b,
		    ", \"bytes\": %" PRIu64 ", \"xxh3\": \"%016" PRIx64
		    "\"}%s\n",
		    f->bytes, f->xxh3, i + 1 < in->n ? "," : "");
	}
}

void
inputs_release(struct inputs *in)
{
	end_file(in);
	free(in->input);
	*in = (struct inputs){.input = NULL};
}
