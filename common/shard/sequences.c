#include "shard/sequences.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "record/json-writer.h"
#include "shard/megatron.h"

struct str
origin_put(const struct origin *origin, struct str bytes, struct buf *b)
{
	b->len = 0;
	buf_put(b, origin, sizeof(*origin));
	buf_puts(b, bytes);
	return buf_str(b);
}

struct origin
origin_take(struct str *bytes)
{
	struct origin origin;

	memcpy(&origin, bytes->p, sizeof(origin));
	bytes->p += sizeof(origin);
	bytes->len -= sizeof(origin);
	return origin;
}

/* The members of a record that say which page it is of. */
static void
tell_record(const struct rec *rec, struct json_writer *w)
{
	static const char *const name[] = {"doc", "chunk", "start", "end",
	    "url", "date", "file", "offset", "within", "size"};
	struct str raw;
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(name) / sizeof(*name); i++) {
		if (!rec_get(rec, name[i], &raw))
			continue;
		if (!any)
			jw_begin_object(w, "record");
		any = true;
		jw_raw(w, name[i], raw);
	}
	if (any)
		jw_end_object(w);
}

void
origin_tell(const struct origin *origin, const struct origin_piece *piece,
    struct buf *out)
{
	struct json_writer w = {.out = out};

	jw_begin_object(&w, NULL);
	jw_str(&w, "source", str_of(piece->source));
	jw_u64(&w, "part", origin->part);
	jw_u64(&w, "offset", origin->offset);
	if (piece->id.p != NULL)
		jw_str(&w, "id", piece->id);
	jw_begin_array(&w, "chars");
	jw_u64(&w, NULL, piece->from);
	jw_u64(&w, NULL, piece->to);
	jw_end_array(&w);
	if (piece->ntoken > 0)
		jw_u64(&w, "tokens", piece->ntoken);
	if (piece->rec != NULL)
		tell_record(piece->rec, &w);
	jw_end_object(&w);
}

void
sequences_init(struct sequences *s, struct pieces *pieces,
    struct shard_writer *writer, size_t nsplit, uint32_t pad, uint64_t seed)
{
	size_t i;

	*s = (struct sequences){
	    .pieces = pieces, .writer = writer, .nsplit = nsplit};
	if (pieces->length == 0)
		return;
	s->packer = mem_zeroed(nsplit, sizeof(*s->packer));
	for (i = 0; i < nsplit; i++)
		packer_init(&s->packer[i], (uint32_t)pieces->length,
		    pieces->width, pad, seed + i);
}

/* A sequence as a line; those that fill it up are left out. */
static void
put_line(const struct sequences *s, const struct packer_sequence *sequence,
    struct buf *line)
{
	struct json_writer w = {.out = line};
	uint32_t n;
	size_t i;

	line->len = 0;
	jw_begin_object(&w, NULL);
	jw_begin_array(&w, "input_ids");
	for (i = 0; i < sequence->n; i++)
		jw_u64(&w, NULL,
		    megatron_get(sequence->ids.p + i * s->pieces->width,
			s->pieces->width));
	jw_end_array(&w);
	jw_begin_array(&w, "seq_lengths");
	for (i = 0; i < sequence->lens.len; i += sizeof(n)) {
		memcpy(&n, sequence->lens.p + i, sizeof(n));
		jw_u64(&w, NULL, n);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}

/* Every sequence of a split that is ready. */
static void
write_ready(struct sequences *s, size_t split, bool last)
{
	struct shard_writer *w = &s->writer[split];
	const struct packer_sequence *sequence;
	struct str bytes;

	while (packer_next(&s->packer[split], last, &sequence)) {
		bytes = buf_str(&sequence->ids);
		if (w->format != SHARD_MEGATRON) {
			put_line(s, sequence, &s->line);
			bytes = buf_str(&s->line);
		}
		shard_put(w, bytes, sequence->n);
		shard_note(w, buf_str(&sequence->notes));
	}
}

void
sequences_put(struct sequences *s, size_t split, struct str text,
    const struct origin *origin, const struct origin_piece *piece)
{
	const struct pieces *p = s->pieces;
	struct origin_piece told = *piece;
	struct str ids;
	size_t i;

	pieces_encode(s->pieces, text);
	if (s->packer == NULL && p->npiece == 0) {
		s->note.len = 0;
		told.from = 0;
		told.to = utf8_count(text);
		origin_tell(origin, &told, &s->note);
		shard_put(&s->writer[split], buf_str(&p->ids), 0);
		shard_note(&s->writer[split], buf_str(&s->note));
	}
	for (i = 0; i < p->npiece; i++) {
		told.from = p->piece[i].from;
		told.to = p->piece[i].to;
		told.ntoken = p->piece[i].n;
		s->note.len = 0;
		origin_tell(origin, &told, &s->note);
		ids = (struct str){p->ids.p + p->piece[i].at * p->width,
		    p->piece[i].n * p->width};
		if (s->packer != NULL) {
			packer_put(&s->packer[split], ids, buf_str(&s->note));
		} else {
			shard_put(&s->writer[split], ids, told.ntoken);
			shard_note(&s->writer[split], buf_str(&s->note));
		}
	}
	if (s->packer != NULL) {
		s->ntext += p->npiece > 0;
		s->ncut += p->npiece > 1;
		write_ready(s, split, false);
	}
}

void
sequences_finish(struct sequences *s)
{
	size_t i;

	for (i = 0; s->packer != NULL && i < s->nsplit; i++)
		write_ready(s, i, true);
}

void
sequences_packed(const struct sequences *s, uint64_t *nsequence, uint64_t *nid)
{
	size_t i;

	*nsequence = *nid = 0;
	for (i = 0; s->packer != NULL && i < s->nsplit; i++) {
		*nsequence += s->packer[i].nsequence;
		*nid += s->packer[i].nid;
	}
}

void
sequences_release(struct sequences *s)
{
	size_t i;

	for (i = 0; s->packer != NULL && i < s->nsplit; i++)
		packer_release(&s->packer[i]);
	free(s->packer);
	buf_release(&s->line);
	buf_release(&s->note);
	*s = (struct sequences){0};
}
