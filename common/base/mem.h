/*
 * mem - memory that is there
 *
 * Every function here returns memory or ends the tool with CLI_FATAL.
 * An arena gives memory that is given back all at once: arena_clear() empties
 * it and keeps its blocks for the next round, arena_release() frees them.
 * A zeroed struct arena is an empty one.
 */

#ifndef MEM_H
#define MEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

void *mem_alloc(size_t len);			/* free(3) it */
void *mem_zeroed(size_t n, size_t size);	/* n * size zero bytes */
void *mem_grow(void *p, size_t n, size_t size); /* realloc(3) to n * size */
char *mem_string(struct str s);			/* a NUL-terminated copy */
void *mem_aligned(size_t len); /* at a multiple of 64; free(3) */

/*
 * Memory of many megabytes, in huge pages where the system has them; free(3)
 * it.
 */
void *mem_huge(size_t len);

/*
 * How much memory a tool promised to stay within.  All parts of the tool that
 * hold much share one budget.
 */
struct budget {
	size_t held, most; /* bytes, now and at any time */
	size_t max;	   /* 0 is no bound */
};

/*
 * Whether more bytes may be held; they count from then on.  No budget (NULL)
 * has no bound.
 */
bool budget_take(struct budget *b, size_t more);
void budget_give(struct budget *b, size_t less);

struct arena {
	struct arena_block *head; /* the block in use; older ones follow */
	size_t used, cap;	  /* bytes of head */
};

void *arena_alloc(struct arena *a, size_t len); /* at a multiple of 16 */
struct str arena_copy(struct arena *a, struct str s);
void arena_clear(struct arena *a);
void arena_release(struct arena *a);

#endif
