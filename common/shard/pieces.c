#include "shard/pieces.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "shard/megatron.h"

enum {
	STEP = 1024,  /* bytes that are counted at a time */
	LONGEST = 64, /* bytes of a word that isn't cut */
	ROUNDS = 4    /* how often a slice is made longer, at most */
};

static size_t
count(struct pieces *p, struct str text)
{
	size_t n;

	tokenizer_encode(p->tokenizer, text, &n);
	return n;
}

/* Whether a character is a letter of a script that has no spaces. */
static bool
is_unspaced(uint32_t cp)
{
	return ((cp >= 0xe00 && cp < 0xf00) || (cp >= 0x1000 && cp < 0x10a0) ||
		   (cp >= 0x1780 && cp < 0x1800) ||
		   (cp >= 0x2e80 && (cp < 0xac00 || cp > 0xd7ff))) &&
	       utf8_is_alpha(cp);
}

/* The next place after at where a text may be cut; its end is the last one. */
static size_t
next_place(struct str text, size_t at)
{
	struct str rest = {text.p + at, text.len - at};
	bool space, before = true;
	uint32_t cp;
	size_t i;

	while (rest.len > 0) {
		i = text.len - rest.len;
		cp = utf8_take(&rest);
		space = utf8_is_space(cp);
		if (i > at && ((space && !before) || is_unspaced(cp) ||
				  (i - at >= LONGEST && !utf8_is_mark(cp))))
			return i;
		before = space;
	}
	return text.len;
}

static size_t
place_before(struct str text, size_t end)
{
	size_t at = end > 4 * LONGEST ? end - 4 * LONGEST : 0, next;

	while (at > 0 && (text.p[at] & 0xc0) == 0x80)
		at--;
	while ((next = next_place(text, at)) < end)
		at = next;
	return at;
}

/*
 * Move *end on, before which there are *sum tokens, in steps of at least step
 * bytes while there are no more tokens than room; never to the end of text.
 */
static void
go_on(struct pieces *p, struct str text, size_t step, size_t room, size_t *end,
    size_t *sum)
{
	size_t next, n;

	for (;;) {
		next = *end;
		do
			next = next_place(text, next);
		while (next - *end < step && next < text.len);
		if (next == text.len)
			return;
		n = count(p, (struct str){text.p + *end, next - *end});
		if (*sum + n > room)
			return;
		*end = next;
		*sum += n;
	}
}

/* The same by single characters, the first of which always fits. */
static size_t
fit_characters(struct pieces *p, struct str text, size_t room)
{
	struct str rest = text;
	size_t at;

	utf8_take(&rest);
	do {
		at = text.len - rest.len;
		utf8_take(&rest);
	} while (rest.len > 0 &&
		 count(p, (struct str){text.p, text.len - rest.len}) <= room);
	return at;
}

/*
 * The length in bytes of the longest beginning of a text that has no more
 * tokens than room; the whole text has more.  The parts of a text may have
 * other tokens than the whole, so that their sum only tells where to look.
 */
static size_t
fit(struct pieces *p, struct str text, size_t room)
{
	size_t at = 0, n = 0, end, sum, round;

	for (round = 0; round < ROUNDS; round++) {
		end = at;
		sum = n;
		go_on(p, text, STEP, room, &end, &sum);
		go_on(p, text, 1, room, &end, &sum);
		while (end > at &&
		       (sum = count(p, (struct str){text.p, end})) > room)
			end = place_before(text, end);
		if (end <= at)
			break;
		at = end;
		n = sum;
	}
	return at > 0 ? at : fit_characters(p, text, room);
}

static void
put_mark(struct pieces *p, const struct pieces_mark *mark)
{
	if (mark->name != NULL)
		megatron_put(&p->ids, &mark->id, 1, p->width);
}

/* The n ids of a slice, the first or the last one of its text. */
static void
put_piece(struct pieces *p, const uint32_t *id, size_t n, struct str slice,
    bool first, bool last)
{
	struct piece *piece;
	size_t from = first ? 0 : p->piece[p->npiece - 1].to;

	if (p->npiece == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->piece = mem_grow(p->piece, p->cap, sizeof(*p->piece));
	}
	piece = &p->piece[p->npiece++];
	piece->from = from;
	piece->to = from + utf8_count(slice);
	piece->at = p->ids.len / p->width;
	if (first)
		put_mark(p, &p->bos);
	megatron_put(&p->ids, id, n, p->width);
	if (last) {
		put_mark(p, &p->eos);
		put_mark(p, &p->eod);
	}
	piece->n = p->ids.len / p->width - piece->at;
}

static size_t
marks_before(const struct pieces *p)
{
	return p->bos.name != NULL;
}

static size_t
marks_after(const struct pieces *p)
{
	return (size_t)(p->eos.name != NULL) + (p->eod.name != NULL);
}

/*
 * A text of n tokens, more than fit, slice by slice.  Whether what is left fits
 * is only looked at where it may.
 */
static void
cut(struct pieces *p, struct str text, size_t n)
{
	struct str rest = text, slice;
	size_t head = marks_before(p), at, len, most = 2 * p->length;
	const uint32_t *id;

	for (;; rest.p += at, rest.len -= at, head = 0) {
		if (rest.len < 4 * most ||
		    (double)n * (double)rest.len / (double)text.len <
			(double)most) {
			id = tokenizer_encode(p->tokenizer, rest, &at);
			if (head + at + marks_after(p) <= p->length) {
				put_piece(
				    p, id, at, rest, rest.p == text.p, true);
				return;
			}
		}
		at = fit(p, rest, p->length - head);
		slice = (struct str){rest.p, at};
		id = tokenizer_encode(p->tokenizer, slice, &len);
		put_piece(p, id, len, slice, rest.p == text.p, false);
	}
}

void
pieces_encode(struct pieces *p, struct str text)
{
	const uint32_t *id;
	size_t n;

	p->ids.len = p->npiece = 0;
	id = tokenizer_encode(p->tokenizer, text, &n);
	if (n == 0)
		return;
	if (p->length > 0 && marks_before(p) + n + marks_after(p) > p->length)
		cut(p, text, n);
	else
		put_piece(p, id, n, text, true, true);
}

uint32_t
pieces_count(struct pieces *p, struct str text)
{
	size_t n = count(p, text);

	if (n == 0)
		return 0;
	n += marks_before(p) + marks_after(p);
	if (p->length == 0 || n <= p->length)
		return (uint32_t)n;
	pieces_encode(p, text);
	return (uint32_t)(p->ids.len / p->width);
}

void
pieces_release(struct pieces *p)
{
	buf_release(&p->ids);
	free(p->piece);
	*p = (struct pieces){0};
}
