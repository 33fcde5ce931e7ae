#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cli.h"

struct arena_block {
	struct arena_block *next;
	size_t cap;
	_Alignas(16) char bytes[];
};

enum { BLOCK_MIN = 64 << 10, BLOCK_KEPT = 8 << 20 };
enum { HUGE = 2 << 20 }; /* bytes of a huge page, on most machines */

static void *
checked(void *p, size_t len)
{
	if (p == NULL && len > 0)
		cli_errx(CLI_FATAL, "out of memory (%zu bytes more)", len);
	return p;
}

static size_t
product(size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		cli_errx(
		    CLI_FATAL, "out of memory (%zu times %zu bytes)", n, size);
	return n * size;
}

void *
mem_alloc(size_t len)
{
	return checked(malloc(len), len);
}

void *
mem_zeroed(size_t n, size_t size)
{
	return checked(calloc(n, size), product(n, size));
}

void *
mem_grow(void *p, size_t n, size_t size)
{
	size_t len = product(n, size);

	return checked(realloc(p, len > 0 ? len : 1), len);
}

char *
mem_string(struct str s)
{
	char *copy = mem_alloc(s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	return copy;
}

void *
mem_aligned(size_t len)
{
	size_t rounded = (len + 63) & ~(size_t)63;

	return checked(aligned_alloc(64, rounded > 0 ? rounded : 64), len);
}

void *
mem_huge(size_t len)
{
	size_t rounded = (len + HUGE - 1) / HUGE * HUGE;
	void *p;

	if (len < HUGE || rounded < len)
		return mem_alloc(len);
	p = checked(aligned_alloc(HUGE, rounded), len);
	madvise(p, rounded, MADV_HUGEPAGE); /* a hint; it may fail */
	return p;
}

bool
budget_take(struct budget *b, size_t more)
{
	if (b == NULL)
		return true;
	if (b->max > 0 && (b->held > b->max || more > b->max - b->held))
		return false;
	b->held += more;
	if (b->held > b->most)
		b->most = b->held;
	return true;
}

void
budget_give(struct budget *b, size_t less)
{
	if (b != NULL)
		b->held -= less;
}

void *
arena_alloc(struct arena *a, size_t len)
{
	struct arena_block *b;
	size_t cap, need;
	void *p;

	if (len > SIZE_MAX / 4)
		cli_errx(CLI_FATAL, "out of memory (%zu bytes more)", len);
	need = (len + 15) & ~(size_t)15;
	if (a->head == NULL || a->cap - a->used < need) {
		cap = a->head != NULL ? 2 * a->cap : BLOCK_MIN;
		if (cap < need)
			cap = need;
		b = mem_alloc(sizeof(*b) + cap);
		b->cap = cap;
		b->next = a->head;
		a->head = b;
		a->cap = cap;
		a->used = 0;
	}
	p = a->head->bytes + a->used;
	a->used += need;
	return p;
}

struct str
arena_copy(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len);

	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return (struct str){p, s.len};
}

/*
 * Keep the newest block, which is the largest, unless a giant request made it
 * so.
 */
void
arena_clear(struct arena *a)
{
	struct arena_block *b, *next;

	if (a->head == NULL)
		return;
	for (b = a->head->next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->head->next = NULL;
	a->used = 0;
	if (a->cap > BLOCK_KEPT)
		arena_release(a);
}

void
arena_release(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){0};
}
