#include "llm/caches.h"

#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"

void
caches_open(struct caches *c, char *const *path, size_t npath, bool hold)
{
	size_t i;
	long pid;

	*c = (struct caches){.open = true, .nold = npath > 0 ? npath - 1 : 0};
	c->old = mem_alloc((c->nold + 1) * sizeof(*c->old));
	for (i = 0; i < c->nold; i++)
		cache_open_read(&c->old[i], path[i]);
	cache_open(&c->last, npath > 0 ? path[c->nold] : NULL);
	if (npath > 0 && hold && !cache_hold(&c->last, &pid))
		cli_errx(CLI_RETRY,
		    "%s: in use by process %ld; wait for it, or run both with "
		    "--cache-shared",
		    c->last.path, pid);
}

void
caches_close(struct caches *c)
{
	size_t i;

	if (c->open)
		cache_close(&c->last);
	for (i = 0; i < c->nold; i++)
		cache_close(&c->old[i]);
	free(c->old);
	*c = (struct caches){0};
}

bool
caches_find(struct caches *c, struct hash128 key, struct buf *line)
{
	size_t i;

	for (i = 0; i < c->nold; i++)
		if (cache_get(&c->old[i], key, line))
			return true;
	return c->open && cache_get(&c->last, key, line);
}

void
caches_put(struct caches *c, struct str line)
{
	if (c->open)
		cache_put(&c->last, line);
}
