#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/mem.h"

void
buf_reserve(struct buf *b, size_t more)
{
	size_t cap;

	if (b->cap - b->len >= more)
		return;
	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		cli_errx(CLI_FATAL, "out of memory (%zu bytes more)", more);
	cap = b->cap + b->cap / 2;
	if (cap < b->len + more)
		cap = b->len + more;
	if (cap < 64)
		cap = 64;
	b->p = mem_grow(b->p, cap, 1);
	b->cap = cap;
}

void
buf_put(struct buf *b, const void *p, size_t len)
{
	if (len == 0)
		return;
	buf_reserve(b, len);
	memcpy(b->p + b->len, p, len);
	b->len += len;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	buf_reserve(b, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(b->p + b->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
