#include "dedup/steps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"

void
steps_open(struct steps_file *f, const char *name)
{
	*f = (struct steps_file){.name = name};
	f->fp = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	if (f->fp == NULL)
		cli_err(CLI_FATAL, "%s", name);
}

void
steps_close(struct steps_file *f)
{
	if (f->fp != NULL && f->fp != stdin)
		fclose(f->fp);
	free(f->line);
	*f = (struct steps_file){0};
}

bool
steps_line(struct steps_file *f, struct str *line)
{
	ssize_t len = getline(&f->line, &f->cap, f->fp);

	/*
	 * getline(3) also ends when memory is out, and an error may come after
	 * half a line
	 */
	if (ferror(f->fp) || (len <= 0 && !feof(f->fp)))
		cli_err(CLI_FATAL, "%s", f->name);
	if (len <= 0)
		return false;
	f->nline++;
	if (f->line[len - 1] != '\n')
		steps_bad(f, "incomplete file");
	*line = (struct str){f->line, (size_t)len - 1};
	return true;
}

void
steps_bad(const struct steps_file *f, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (f->nline == 0)
		cli_errx(CLI_FATAL, "%s: %s", f->name, text);
	cli_errx(CLI_FATAL, "%s:%" PRIu64 ": %s", f->name, f->nline, text);
}

/* A word at the front of a line, with the blank that follows it. */
static bool
take_word(struct str *line, struct str word)
{
	if (!str_starts(*line, word))
		return false;
	*line = (struct str){line->p + word.len, line->len - word.len};
	return true;
}

static void
take_records(struct steps_head *h, const struct steps_file *f, struct str line)
{
	const struct parts *p = h->parts;
	uint64_t n, hash;

	if (!steps_take_u64(&line, &n) || n == 0 ||
	    !take_word(&line, STR(" ")) || !steps_take_key(&line, &hash) ||
	    line.len > 0)
		steps_bad(f, "no line '#records N HASH'");
	if (n > p->n)
		steps_bad(f, "made with %" PRIu64 " parts, but %s names %zu", n,
		    p->source, p->n);
	if (p->hash[n - 1] != hash)
		steps_bad(f,
		    "made with other parts than the first %" PRIu64
		    " that %s names: has it changed?",
		    n, p->source);
	h->numbered = true;
}

static void
take_options(struct steps_head *h, const struct steps_file *f, struct str line)
{
	if (!str_eq(line, str_of(h->options)))
		steps_bad(f, "made with %.*s, not %s", (int)line.len, line.p,
		    h->options);
	h->optioned = true;
}

static void
take_range(struct steps_head *h, const struct steps_file *f, struct str line)
{
	uint64_t range, n;

	if (!steps_take_u64(&line, &range) || !take_word(&line, STR(" ")) ||
	    !steps_take_u64(&line, &n) || line.len > 0 || n > STEPS_RANGES ||
	    range >= n)
		steps_bad(f, "no line '#range I N'");
	if (h->nrange != 0 && h->nrange != n)
		steps_bad(f, "of %" PRIu64 " ranges; a file before is of %zu",
		    n, h->nrange);
	h->nrange = (size_t)n;
	h->range[range] = true;
}

void
steps_take_head(
    struct steps_head *h, const struct steps_file *f, struct str line)
{
	if (take_word(&line, STR("#options ")))
		take_options(h, f, line);
	else if (take_word(&line, STR("#records ")))
		take_records(h, f, line);
	else if (take_word(&line, STR("#range ")))
		take_range(h, f, line);
	else
		steps_bad(f, "no line of this step");
}

void
steps_open_head(struct steps_head *h)
{
	h->optioned = h->numbered = false;
}

void
steps_need_options(const struct steps_head *h, const struct steps_file *f)
{
	if (!h->optioned)
		steps_bad(f, "no line '#options'");
}

void
steps_need_all(const struct steps_head *h)
{
	size_t i;

	for (i = 0; i < h->nrange; i++)
		if (!h->range[i])
			cli_errx(CLI_FATAL,
			    "range %zu of %zu (from 0) is missing", i,
			    h->nrange);
}

void
steps_put_u64(struct buf *to, uint64_t n)
{
	char digit[20];
	size_t i = sizeof(digit);

	do {
		digit[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_put(to, digit + i, sizeof(digit) - i);
}

void
steps_put_key(struct buf *to, uint64_t key)
{
	char *p;
	int i;

	buf_reserve(to, 16);
	p = to->p + to->len;
	for (i = 0; i < 16; i++)
		p[i] = "0123456789abcdef"[key >> (60 - 4 * i) & 15];
	to->len += 16;
}

void
steps_put_place(struct buf *to, struct place at)
{
	steps_put_u64(to, (uint64_t)at.part + 1);
	buf_putc(to, '\t');
	steps_put_u64(to, at.offset);
}

void
steps_put_records(struct buf *to, const struct parts *parts)
{
	buf_printf(to, "#records %zu %016" PRIx64 "\n", parts->n,
	    parts->hash[parts->n - 1]);
}

void
steps_put_options(struct buf *to, const char *options)
{
	buf_printf(to, "#options %s\n", options);
}

void
steps_put_range(struct buf *to, size_t range, size_t nrange)
{
	buf_printf(to, "#range %zu %zu\n", range, nrange);
}

bool
steps_take_u64(struct str *line, uint64_t *n)
{
	size_t i;
	unsigned digit;

	*n = 0;
	for (i = 0; i < line->len; i++) {
		digit = (unsigned)line->p[i] - '0';
		if (digit > 9)
			break;
		if (*n > (UINT64_MAX - digit) / 10)
			return false;
		*n = *n * 10 + digit;
	}
	*line = (struct str){line->p + i, line->len - i};
	return i > 0;
}

bool
steps_take_key(struct str *line, uint64_t *key)
{
	unsigned c, digit, wrong = 0;
	size_t i;

	*key = 0;
	if (line->len < 16)
		return false;
	/*
	 * Without a branch, since nobody can predict which digits are letters.
	 */
	for (i = 0; i < 16; i++) {
		c = (unsigned char)line->p[i];
		digit = ((c & 15) + (c >> 6) * 9) & 15;
		wrong |= c ^ (unsigned char)"0123456789abcdef"[digit];
		*key = *key << 4 | digit;
	}
	*line = (struct str){line->p + 16, line->len - 16};
	return wrong == 0;
}

bool
steps_take_tab(struct str *line)
{
	return take_word(line, STR("\t"));
}

bool
steps_take_place(struct str *line, size_t npart, struct place *at)
{
	uint64_t part;

	if (!steps_take_u64(line, &part) || part == 0 || part > npart ||
	    !steps_take_tab(line) || !steps_take_u64(line, &at->offset))
		return false;
	at->part = (uint32_t)(part - 1);
	return true;
}
