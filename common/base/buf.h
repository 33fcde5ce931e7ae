/*
 * buf - bytes that grow
 *
 * A zeroed struct buf is an empty one.  p is owned by the buffer and moves
 * when it grows; buf_release() frees it.  Growth ends the tool when memory is
 * out.
 */

#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
	char *p;
	size_t len, cap; /* bytes */
};

void buf_reserve(struct buf *b, size_t more); /* room for more beyond len */
void buf_put(struct buf *b, const void *p, size_t len);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_release(struct buf *b);

static inline void
buf_putc(struct buf *b, char c)
{
	if (b->len == b->cap)
		buf_reserve(b, 1);
	b->p[b->len++] = c;
}

static inline void
buf_puts(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.len);
}

/* The lower nbyte bytes of x, at most 8, the lowest first. */
static inline void
buf_put_little(struct buf *b, uint64_t x, size_t nbyte)
{
	for (; nbyte > 0; nbyte--, x >>= 8)
		buf_putc(b, (char)(x & 0xff));
}

/* Its bytes; never NULL, so that an end can be told from any slice. */
static inline struct str
buf_str(const struct buf *b)
{
	return b->p != NULL ? (struct str){b->p, b->len} : STR("");
}

#endif
