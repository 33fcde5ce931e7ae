#include "shard/packer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "math/bestfit.h"
#include "shard/megatron.h"

enum { WINDOW = 1 << 22, SEQUENCES = 256, NONE = UINT32_MAX };

void
packer_init(struct packer *p, uint32_t length, size_t width, uint32_t pad,
    uint64_t seed)
{
	*p = (struct packer){.length = length,
	    .width = width,
	    .pad = pad,
	    .seed = seed,
	    .kept = NONE};
}

void
packer_put(struct packer *p, struct str ids, struct str note)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 1024;
		p->piece = mem_grow(p->piece, p->cap, sizeof(*p->piece));
	}
	p->piece[p->n++] = (struct packer_piece){.at = p->ids.len,
	    .note = p->notes.len,
	    .n = (uint32_t)(ids.len / p->width),
	    .notelen = (uint32_t)note.len};
	buf_puts(&p->ids, ids);
	buf_puts(&p->notes, note);
}

static bool
is_full(const struct packer *p)
{
	size_t n = p->ids.len / p->width;

	return n >= WINDOW && n / SEQUENCES >= p->length;
}

/* Which pieces a sequence has, in the order in which they came. */
static void
link_pieces(struct packer *p, const uint32_t *bin)
{
	size_t i;

	p->first = mem_alloc(p->nbin * sizeof(*p->first));
	for (i = 0; i < p->nbin; i++)
		p->first[i] = NONE;
	for (i = p->n; i-- > 0;) {
		p->piece[i].next = p->first[bin[i]];
		p->first[bin[i]] = (uint32_t)i;
	}
}

static void
lay_out(struct packer *p, bool last)
{
	uint32_t *len = mem_zeroed(p->n, sizeof(*len));
	uint32_t *bin = mem_zeroed(p->n, sizeof(*bin));
	uint32_t *room = mem_zeroed(p->n, sizeof(*room)), swap;
	struct rng r;
	size_t i, j;

	for (i = 0; i < p->n; i++)
		len[i] = p->piece[i].n;
	p->nbin = bestfit(len, p->n, p->length, bin, room);
	link_pieces(p, bin);
	p->kept = NONE;
	for (i = 0; i < p->nbin && !last; i++)
		if (p->kept == NONE || room[i] >= room[p->kept])
			p->kept = (uint32_t)i;
	p->order = mem_zeroed(p->nbin, sizeof(*p->order));
	rng_init(&r, p->seed ^ p->nsequence << 20);
	for (i = 0; i < p->nbin; i++) {
		j = (size_t)rng_below(&r, i + 1);
		swap = p->order[j];
		p->order[i] = swap;
		p->order[j] = (uint32_t)i;
	}
	p->next = 0;
	free(len);
	free(bin);
	free(room);
}

/* The pieces that were kept are those of a new window. */
static void
begin_anew(struct packer *p)
{
	struct buf ids = {0}, notes = {0};
	struct packer_piece *piece;
	uint32_t i, next;
	size_t n = 0;

	for (i = p->kept == NONE ? NONE : p->first[p->kept]; i != NONE;
	     i = next) {
		piece = &p->piece[i];
		next = piece->next;
		buf_put(&ids, p->ids.p + piece->at, piece->n * p->width);
		buf_put(&notes, p->notes.p + piece->note, piece->notelen);
		piece->at = ids.len - piece->n * p->width;
		piece->note = notes.len - piece->notelen;
		p->piece[n++] = *piece; /* n <= i: they lie in order */
	}
	p->n = n;
	p->ids.len = p->notes.len = 0;
	buf_puts(&p->ids, buf_str(&ids));
	buf_puts(&p->notes, buf_str(&notes));
	buf_release(&ids);
	buf_release(&notes);
	free(p->first);
	free(p->order);
	p->first = p->order = NULL;
	p->nbin = 0;
}

static void
write_sequence(struct packer *p, uint32_t first)
{
	struct packer_sequence *s = &p->sequence;
	const struct packer_piece *piece;
	uint32_t i;

	s->ids.len = s->lens.len = s->notes.len = 0;
	for (i = first; i != NONE; i = piece->next) {
		piece = &p->piece[i];
		if (s->notes.len > 0)
			buf_putc(&s->notes, ',');
		buf_put(&s->ids, p->ids.p + piece->at, piece->n * p->width);
		buf_put(&s->lens, &piece->n, sizeof(piece->n));
		buf_put(&s->notes, p->notes.p + piece->note, piece->notelen);
	}
	s->n = (uint32_t)(s->ids.len / p->width);
	p->nid += s->n;
	p->nsequence++;
	for (i = s->n; i < p->length; i++)
		megatron_put(&s->ids, &p->pad, 1, p->width);
}

bool
packer_next(
    struct packer *p, bool last, const struct packer_sequence **sequence)
{
	if (p->first == NULL) {
		if (p->n == 0 || (!last && !is_full(p)))
			return false;
		lay_out(p, last);
	}
	while (p->next < p->nbin) {
		uint32_t k = p->order[p->next++];

		if (k == p->kept)
			continue;
		write_sequence(p, p->first[k]);
		*sequence = &p->sequence;
		return true;
	}
	begin_anew(p);
	return false;
}

void
packer_release(struct packer *p)
{
	free(p->first);
	free(p->order);
	free(p->piece);
	buf_release(&p->ids);
	buf_release(&p->notes);
	buf_release(&p->sequence.ids);
	buf_release(&p->sequence.lens);
	buf_release(&p->sequence.notes);
	*p = (struct packer){0};
}
