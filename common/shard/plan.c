#include "shard/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/tool.h"
#include "shard/mix.h"

const char *const plan_unit_names[] = {"tokens", "records", "bytes", NULL};

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By source and random key; file numbers grow with source numbers. */
static int
by_turn(const void *a, const void *b, const void *context)
{
	const size_t *source_of = context;
	const struct plan_note *x = a, *y = b;
	int o = order(source_of[x->file], source_of[y->file]);

	if (o == 0)
		o = order(x->key, y->key);
	if (o == 0)
		o = order(x->file, y->file);
	return o != 0 ? o : order(x->offset, y->offset);
}

/* By name of the document, then by chunk and text. */
static int
by_document(const void *a, const void *b, const void *context)
{
	const struct plan_note *x = a, *y = b;
	int o = order(x->doc, y->doc);

	if (o == 0)
		o = order(x->part, y->part);
	return o != 0 ? o : by_turn(a, b, context);
}

static int
by_place(const void *a, const void *b, const void *context)
{
	const struct plan_note *x = a, *y = b;
	int o = order(x->file, y->file);

	(void)context;
	return o != 0 ? o : order(x->offset, y->offset);
}

void
plan_init(struct plan *p, struct plan_source *source, size_t nsource,
    const size_t *source_of, size_t memory)
{
	*p = (struct plan){.source = source,
	    .nsource = nsource,
	    .source_of = source_of,
	    .by = PLAN_TOKENS,
	    .epochs = 1,
	    .memory = memory};
	extsort_init(&p->notes, sizeof(struct plan_note), by_document,
	    p->source_of, p->memory);
}

void
plan_put(struct plan *p, const struct plan_note *note)
{
	extsort_put(&p->notes, note);
}

/*
 * The notes of one name, and which sources have the same document under it: for
 * each source the first one that has it.
 */
struct namesakes {
	struct plan_note note[256]; /* the first ones */
	struct spool rest;	    /* the others, of all names so far */
	uint64_t nnote, nrest;	    /* of this name; in rest, of earlier ones */
	uint64_t number;	    /* of this name, from 1 on */
	uint64_t *met;		    /* (nsource), the last name it has */
	size_t *owner;		    /* (nsource), of met[] == number only */
};

enum {
	NAMESAKES =
	    sizeof(((struct namesakes *)0)->note) / sizeof(struct plan_note)
};

/*
 * Both sources have the same document, and so do all that share it with one of
 * them.
 */
static void
join(struct namesakes *g, size_t a, size_t b, size_t nsource)
{
	size_t from = g->owner[a], to = g->owner[b], i;

	if (from < to) {
		i = from;
		from = to;
		to = i;
	}
	for (i = 0; i < nsource && from != to; i++)
		if (g->met[i] == g->number && g->owner[i] == from)
			g->owner[i] = to;
}

static void
keep_namesake(struct plan *p, struct namesakes *g, const struct plan_note *note)
{
	size_t source = p->source_of[note->file];

	if (g->met[source] != g->number) {
		g->met[source] = g->number;
		g->owner[source] = source;
	}
	if (g->nnote < NAMESAKES) {
		g->note[g->nnote] = *note;
	} else {
		if (!spool_is_open(&g->rest))
			spool_open(&g->rest);
		spool_write(&g->rest, note, sizeof(*note));
	}
	g->nnote++;
}

static bool
may_repeat(const struct plan *p, uint64_t doc)
{
	return p->once == NULL || !p->once(p->context, doc);
}

/* A note becomes as many as it has turns, each at a random place. */
static void
put_turns(struct plan *p, struct plan_note note, struct extsort *own)
{
	struct plan_source *s = &p->source[p->source_of[note.file]];
	bool again = may_repeat(p, note.doc);
	uint64_t in[2] = {note.key, 0};
	uint32_t n = note.copies > 1 && again ? note.copies : 1;

	note.copies = 0;
	for (; in[1] < n; in[1]++) {
		if (in[1] > 0)
			note.key = hash_64(in, sizeof(in), 3);
		extsort_put(own, &note);
	}
	s->turns += n;
	s->again += again ? n : 0;
}

/*
 * A document belongs to the first source that has it: its notes in later ones
 * end here.  A source that has another document of the name keeps it.
 */
static void
settle(struct plan *p, struct namesakes *g, struct extsort *own)
{
	struct plan_source *s;
	struct plan_note note;
	size_t source, first = p->nsource;
	uint64_t i;

	for (source = p->nsource; source-- > 0;)
		if (g->met[source] == g->number)
			first = source;
	for (i = 0; i < g->nnote; i++) {
		if (i < NAMESAKES)
			note = g->note[i];
		else
			spool_read_at(&g->rest, &note, sizeof(note),
			    (g->nrest + i - NAMESAKES) * sizeof(note));
		source = p->source_of[note.file];
		s = &p->source[source];
		if (g->owner[source] != source) {
			s->shared++;
			tool_drop("in an earlier source");
			continue;
		}
		s->other += source != first;
		s->records++;
		s->tokens += note.tokens;
		s->bytes += (uint64_t)note.len + 1;
		put_turns(p, note, own);
	}
	if (g->nnote > NAMESAKES)
		g->nrest += g->nnote - NAMESAKES;
	g->nnote = 0;
}

static void
share_out(struct plan *p, struct extsort *own)
{
	struct namesakes *g = mem_zeroed(1, sizeof(*g));
	struct plan_note note, last = {0};
	size_t i;

	g->met = mem_zeroed(p->nsource, sizeof(*g->met));
	g->owner = mem_zeroed(p->nsource, sizeof(*g->owner));
	while (extsort_next(&p->notes, &note)) {
		if (g->number == 0 || note.doc != last.doc) {
			settle(p, g, own);
			g->number++;
		}
		keep_namesake(p, g, &note);
		if (g->nnote > 1 && note.part == last.part)
			join(g, p->source_of[note.file],
			    p->source_of[last.file], p->nsource);
		last = note;
	}
	settle(p, g, own);
	for (i = 0; i < p->nsource; i++)
		if (p->source[i].other > 0)
			cli_warnx("source %s: %" PRIu64
				  " records have the name of a document of an "
				  "earlier source, but not its text; both stay",
			    p->source[i].name, p->source[i].other);
	if (spool_is_open(&g->rest))
		spool_close(&g->rest);
	free(g->met);
	free(g->owner);
	free(g);
}

/* The notes in the order in which each source is drawn from. */
static void
write_turns(struct plan *p, struct extsort *own)
{
	struct plan_note note;
	size_t i;

	spool_open(&p->turns);
	while (extsort_next(own, &note))
		spool_write(&p->turns, &note, sizeof(note));
	p->first = mem_zeroed(p->nsource + 1, sizeof(*p->first));
	for (i = 0; i < p->nsource; i++)
		p->first[i + 1] = p->first[i] + p->source[i].turns;
}

/* A source's notes, one after the other, round and round. */
struct cursor {
	struct plan_note note[64]; /* [pos, len) not yet taken */
	size_t pos, len;
	uint64_t next; /* in the source: the note after note[len - 1] */
};

/* How many turns a source gives until it ends. */
static uint64_t
limit(const struct plan *p, const struct plan_source *s)
{
	uint64_t epochs = s->epochs > 0 ? s->epochs : p->epochs;

	return s->turns + s->again * (epochs - 1);
}

/* By name, so that their order on the command line decides nothing here. */
static int
by_source(const void *a, const void *b)
{
	const struct plan_source *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const struct plan_note *
peek(struct cursor *c, struct plan *p, size_t source)
{
	uint64_t n = p->first[source + 1] - p->first[source];

	if (c->pos == c->len) {
		if (c->next == n)
			c->next = 0;
		c->len = sizeof(c->note) / sizeof(c->note[0]);
		if (c->len > n - c->next)
			c->len = (size_t)(n - c->next);
		spool_read_at(&p->turns, c->note, c->len * sizeof(c->note[0]),
		    (p->first[source] + c->next) * sizeof(c->note[0]));
		c->next += c->len;
		c->pos = 0;
	}
	return &c->note[c->pos];
}

static uint64_t
units(const struct plan_note *note, enum plan_unit by)
{
	return by == PLAN_TOKENS    ? note->tokens
	       : by == PLAN_RECORDS ? 1
				    : (uint64_t)note->len + 1;
}

static void
draw(struct plan *p)
{
	struct cursor *cursor = mem_zeroed(p->nsource, sizeof(*cursor));
	struct plan_source **source = mem_zeroed(p->nsource, sizeof(*source));
	double *weight = mem_zeroed(p->nsource, sizeof(*weight));
	struct plan_source *s;
	struct mix mix;
	uint64_t n;
	size_t i, k;

	for (i = 0; i < p->nsource; i++)
		source[i] = &p->source[i];
	qsort(source, p->nsource, sizeof(*source), by_source);
	for (i = 0; i < p->nsource; i++)
		weight[i] = source[i]->weight;
	mix_init(&mix, weight, p->nsource);
	while ((i = mix_next(&mix)) < p->nsource) {
		s = source[i];
		k = (size_t)(s - p->source);
		if (s->drawn == limit(p, s)) {
			if (s->records == 0)
				tool_lost(s->name, "a source without records");
			if (p->budget == 0)
				break;
			cli_warnx("source %s ends after %" PRIu64
				  " records; the others go on",
			    s->name, s->drawn);
			mix_close(&mix, i);
			continue;
		}
		while (s->drawn >= s->turns &&
		       !may_repeat(p, peek(&cursor[k], p, k)->doc))
			cursor[k].pos++;
		n = units(peek(&cursor[k], p, k), p->by);
		if (p->budget > 0 && mix.total + n > p->budget)
			break;
		cursor[k].pos++;
		s->drawn++;
		mix_take(&mix, i, n);
	}
	mix_release(&mix);
	free(source);
	free(weight);
	free(cursor);
}

void
plan_draw(struct plan *p)
{
	struct extsort own;

	extsort_init(
	    &own, sizeof(struct plan_note), by_turn, p->source_of, p->memory);
	share_out(p, &own);
	extsort_release(&p->notes);
	write_turns(p, &own);
	extsort_release(&own);
	draw(p);
}

uint64_t
plan_key(const struct plan_note *note, uint64_t copy)
{
	uint64_t in[2] = {note->key, copy};

	return hash_64(in, sizeof(in), 1);
}

void
plan_choose(struct plan *p, struct shuffle *pile, struct hash_stream *id,
    size_t width, size_t extra)
{
	struct cursor c;
	struct plan_source *s;
	struct plan_note note;
	uint64_t j, k, more, copy;
	size_t i;

	extsort_init(
	    &p->notes, sizeof(struct plan_note), by_place, NULL, p->memory);
	for (i = 0; i < p->nsource; i++) {
		s = &p->source[i];
		c.pos = c.len = 0;
		c.next = 0;
		k = 0; /* counts only documents that may be repeated */
		for (j = 0; j < s->turns && j < s->drawn; j++) {
			note = *peek(&c, p, i);
			c.pos++;
			note.copies = 1;
			if (s->drawn > s->turns && may_repeat(p, note.doc)) {
				more = s->drawn - s->turns;
				note.copies +=
				    (uint32_t)(more / s->again +
					       (k < more % s->again));
				k++;
			}
			for (copy = 0; copy < note.copies; copy++)
				shuffle_expect(pile, plan_key(&note, copy),
				    extra + (width > 0 ? note.tokens * width
						       : note.len));
			s->taken[PLAN_TOKENS] +=
			    (uint64_t)note.copies * note.tokens;
			s->taken[PLAN_RECORDS] += note.copies;
			s->taken[PLAN_BYTES] +=
			    (uint64_t)note.copies * ((uint64_t)note.len + 1);
			hash_add(id, &note, sizeof(note));
			extsort_put(&p->notes, &note);
		}
	}
}

bool
plan_next(struct plan *p, struct plan_note *note)
{
	return extsort_next(&p->notes, note);
}

void
plan_release(struct plan *p)
{
	extsort_release(&p->notes);
	spool_close(&p->turns);
	free(p->first);
}
