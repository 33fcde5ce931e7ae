#include "dedup/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/hash.h"
#include "dedup/lsh.h"
#include "dedup/shingle.h"
#include "dedup/steps.h"
#include "record/json.h"
#include "record/rec.h"
#include "record/tool.h"
#include "spill/pqueue.h"

/* The set of a record that stays, if the record was read lately. */
struct cached {
	struct place at;
	uint32_t *set; /* (nset); NULL: there is none */
	size_t nset;
};

/* Sets are cached by the hash of their places. */
enum { NCACHED = 4096 };

/* A key of the record being judged, with the list that has come to it. */
struct visit {
	struct meeting m;
	size_t at, len; /* of the list, in lists */
	unsigned nkept; /* records in it */
	struct place last;
};

/* The list of an earlier run, read along with the meetings. */
struct earlier {
	struct steps_file file;
	uint32_t npart;	   /* parts that it has settled; 0: there is no list */
	bool more;	   /* a line is still to come: */
	struct place next; /* its record */
	struct buf line;
};

struct judge {
	const struct judge_opts *opts;
	struct judge_counts *counts;
	struct parts *parts;
	struct pqueue queue;
	struct earlier earlier;
	struct shingler shingler;
	struct cached *cached;		/* (NCACHED) */
	size_t cached_len, cached_most; /* bytes of all sets, now and ever */
	size_t hand;			/* the set to be forgotten next */
	struct visit *visit;		/* (nvisit), by key */
	size_t nvisit, visit_cap;
	struct buf lists;    /* as they were sent, one after the other */
	struct place *found; /* (nfound), of all lists */
	size_t nfound, found_cap;
	uint32_t *set; /* (nset), of the record being judged */
	size_t nset;
	struct buf out;
	struct arena mem;
	FILE *to;
};

/* Texts of records, and their sets of shingles. */

/* Fill the shingler's set from the record where it lies. */
static void
read_set(struct judge *j, struct place at)
{
	struct shingler *s = &j->shingler;
	const char *why = "no record there";
	struct str line, text;
	struct rec rec;

	arena_clear(&j->mem);
	if (!parts_line(j->parts, at, &line) ||
	    !rec_parse(&rec, &j->mem, line, &why) ||
	    !rec_get_str(&rec, tool_text(), &text))
		cli_errx(CLI_FATAL, "%s: byte %" PRIu64 ": %s: was it changed?",
		    j->parts->name[at.part], at.offset, why);
	shingle_words(s, text);
	shingle_runs(s, j->opts->shingle);
	shingle_set(s);
}

static uint32_t *
copy_set(uint32_t *to, const struct shingler *s)
{
	to = mem_grow(to, s->nset + 1, sizeof(*to));
	if (s->nset > 0)
		memcpy(to, s->set, s->nset * sizeof(*to));
	return to;
}

static void
forget(struct judge *j, struct cached *c)
{
	if (c->set == NULL)
		return;
	j->cached_len -= c->nset * sizeof(*c->set);
	free(c->set);
	c->set = NULL;
}

/* The set of a record that stays; it lives until the next call. */
static const struct cached *
kept_set(struct judge *j, struct place at)
{
	uint64_t hash = hash_64(&at.offset, sizeof(at.offset), at.part);
	struct cached *c = &j->cached[hash % NCACHED];
	size_t len;

	if (c->set != NULL && place_cmp(c->at, at) == 0)
		return c;
	read_set(j, at);
	forget(j, c);
	len = j->shingler.nset * sizeof(*c->set);
	while (j->cached_len > 0 && j->cached_len + len > j->opts->memory / 4)
		forget(j, &j->cached[j->hand++ % NCACHED]);
	c->set = copy_set(NULL, &j->shingler);
	c->nset = j->shingler.nset;
	c->at = at;
	j->cached_len += len;
	if (j->cached_len > j->cached_most)
		j->cached_most = j->cached_len;
	return c;
}

/*
 * Lists of records.  A list is the number of its records, one byte, and then
 * their places, each as the difference to the one before: that of the part;
 * then that of the offset where the part is the same, else the offset itself.
 * A number has seven bits a byte, the lowest first.
 */

static void
put_varint(struct buf *to, uint64_t n)
{
	for (; n > 127; n >>= 7)
		buf_putc(to, (char)(n | 128));
	buf_putc(to, (char)n);
}

static const char *
take_varint(const char *p, uint64_t *n)
{
	unsigned shift = 0;

	for (*n = 0; *p & 128; p++, shift += 7)
		*n |= (uint64_t)(*p & 127) << shift;
	*n |= (uint64_t)*p << shift;
	return p + 1;
}

static void
append(struct buf *list, struct place last, struct place at)
{
	put_varint(list, at.part - last.part);
	put_varint(
	    list, at.part == last.part ? at.offset - last.offset : at.offset);
}

/* Add the places of a visit's list to those found. */
static void
read_list(struct judge *j, struct visit *v)
{
	const char *p = j->lists.p + v->at;
	struct place at = {0, 0};
	uint64_t part, offset;
	unsigned i;

	v->nkept = (unsigned char)*p++;
	if (j->nfound + v->nkept > j->found_cap) {
		j->found_cap = 2 * j->found_cap + v->nkept;
		j->found = mem_grow(j->found, j->found_cap, sizeof(*j->found));
	}
	for (i = 0; i < v->nkept; i++) {
		p = take_varint(take_varint(p, &part), &offset);
		at.offset = part == 0 ? at.offset + offset : offset;
		at.part += (uint32_t)part;
		j->found[j->nfound++] = at;
	}
	v->last = at;
}

/* Judging records. */

static _Noreturn void
not_of_meet(void)
{
	cli_errx(CLI_FATAL, "the meetings do not fit together: a file of "
			    "--meet is missing, incomplete or given twice");
}

/* Take the lists that were sent to the record of the visits. */
static void
take_lists(struct judge *j)
{
	const struct meeting *at = &j->visit[0].m;
	const uint64_t *rank;
	struct pqueue_item item;
	struct visit *v = j->visit, *end = v + j->nvisit;

	j->lists.len = j->nfound = 0;
	while ((rank = pqueue_first(&j->queue)) != NULL) {
		if (rank[0] != at->part || rank[1] != at->offset)
			break;
		pqueue_take(&j->queue, &item);
		while (v < end && v->m.key < item.rank[2])
			v++;
		if (v == end || v->m.key != item.rank[2] || v->len > 0)
			not_of_meet();
		v->at = j->lists.len;
		v->len = item.bytes.len;
		buf_puts(&j->lists, item.bytes);
		read_list(j, v);
	}
	if (rank != NULL && (rank[0] < at->part ||
				(rank[0] == at->part && rank[1] < at->offset)))
		not_of_meet();
}

/* Send each list on, with this record if it stays. */
static void
send_lists(struct judge *j, struct place here, bool stays)
{
	struct pqueue_item item;
	struct visit *v;
	size_t i;

	for (i = 0; i < j->nvisit; i++) {
		v = &j->visit[i];
		j->out.len = 0;
		buf_putc(&j->out, (char)v->nkept);
		if (v->len > 0)
			buf_put(&j->out, j->lists.p + v->at + 1, v->len - 1);
		if (stays && v->nkept < LSH_BUCKET) {
			append(&j->out, v->last, here);
			j->out.p[0] = (char)(v->nkept + 1);
		} else if (stays)
			j->counts->nfull++;
		if (v->m.next_part == PARTS_NONE || j->out.p[0] == 0)
			continue;
		item.rank[0] = v->m.next_part;
		item.rank[1] = v->m.next_offset;
		item.rank[2] = v->m.key;
		item.bytes = buf_str(&j->out);
		pqueue_put(&j->queue, &item);
	}
}

static int
ascending(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	return place_cmp(*a, *b);
}

/* Sort the places found, the earliest first, and keep each once. */
static void
sort_found(struct judge *j)
{
	size_t i, n = 0;

	if (j->nfound > 1)
		qsort(j->found, j->nfound, sizeof(*j->found), ascending);
	for (i = 0; i < j->nfound; i++)
		if (n == 0 || place_cmp(j->found[i], j->found[n - 1]) != 0)
			j->found[n++] = j->found[i];
	j->nfound = n;
}

static void
write_out(struct judge *j)
{
	if (fwrite(j->out.p, 1, j->out.len, j->to) != j->out.len)
		tool_write_failed("standard output");
	tool_out(1, j->out.len);
}

/* Write the line of a record that goes. */
static void
tell(struct judge *j, struct place at, struct place kept, double jaccard)
{
	j->out.len = 0;
	steps_put_place(&j->out, at);
	buf_putc(&j->out, '\t');
	steps_put_place(&j->out, kept);
	buf_putc(&j->out, '\t');
	json_put_real(&j->out, (float)jaccard);
	buf_putc(&j->out, '\n');
	write_out(j);
}

/* Whether the record stays; if not, it is told for which other one it goes. */
static bool
stays(struct judge *j, struct place at)
{
	const struct cached *other;
	double jaccard;
	size_t i;

	sort_found(j);
	if (j->nfound > 0) {
		read_set(j, at);
		j->set = copy_set(j->set, &j->shingler);
		j->nset = j->shingler.nset;
	}
	for (i = 0; i < j->nfound; i++) {
		other = kept_set(j, j->found[i]);
		j->counts->ncompare++;
		jaccard = shingle_jaccard(
		    other->set, other->nset, j->set, j->nset, j->opts->jaccard);
		if (jaccard >= j->opts->jaccard) {
			tell(j, at, j->found[i], jaccard);
			return false;
		}
	}
	return true;
}

/* The list of an earlier run. */

static void
read_earlier(struct judge *j)
{
	struct earlier *e = &j->earlier;
	struct place last = e->next;
	struct str line;

	e->more = steps_line(&e->file, &line);
	if (!e->more)
		return;
	e->line.len = 0;
	buf_puts(&e->line, line);
	buf_putc(&e->line, '\n');
	if (!steps_take_place(&line, e->npart, &e->next))
		steps_bad(&e->file, "no line of --cluster or --judge");
	if (place_cmp(e->next, last) < 0)
		steps_bad(&e->file, "not in the order of records");
}

/* Open it; its first lines say which parts it is of. */
static void
open_earlier(struct judge *j)
{
	struct steps_head head = {.parts = j->parts};
	struct earlier *e = &j->earlier;
	struct str line;
	uint64_t n;

	steps_open(&e->file, j->opts->earlier);
	if (!steps_line(&e->file, &line) || !str_starts(line, STR("#records ")))
		steps_bad(&e->file, "no list of --cluster or --judge");
	steps_take_head(&head, &e->file, line);
	line = (struct str){line.p + 9, line.len - 9};
	steps_take_u64(&line, &n);
	e->npart = (uint32_t)n;
	for (; n > 0; n--)
		if (!steps_line(&e->file, &line) ||
		    !str_starts(line, STR("#part ")))
			steps_bad(&e->file, "no line '#part N NAME'");
	read_earlier(j);
}

/*
 * Copy the lines of the earlier list up to a record; whether it is among them.
 */
static bool
is_listed(struct judge *j, struct place at)
{
	struct earlier *e = &j->earlier;
	bool listed = false;
	int order;

	while (e->more && (order = place_cmp(e->next, at)) <= 0) {
		listed = listed || order == 0;
		j->out.len = 0;
		buf_puts(&j->out, buf_str(&e->line));
		write_out(j);
		read_earlier(j);
	}
	return listed;
}

/* The record that all visits at hand belong to. */
static void
judge(struct judge *j)
{
	struct place here = {j->visit[0].m.offset, j->visit[0].m.part};
	bool listed = is_listed(j, here);

	take_lists(j);
	send_lists(
	    j, here, here.part < j->earlier.npart ? !listed : stays(j, here));
}

/* Take all meetings, those of one record at a time. */
static void
judge_all(struct judge *j, bool (*next)(void *source, struct meeting *x),
    void *source)
{
	struct meeting x;

	while (next(source, &x)) {
		if (j->nvisit > 0 && (x.part != j->visit[0].m.part ||
					 x.offset != j->visit[0].m.offset)) {
			judge(j);
			j->nvisit = 0;
		}
		if (j->nvisit > 0 && x.key == j->visit[j->nvisit - 1].m.key)
			not_of_meet();
		if (j->nvisit == j->visit_cap) {
			j->visit_cap = 2 * j->visit_cap + 16;
			j->visit =
			    mem_grow(j->visit, j->visit_cap, sizeof(*j->visit));
		}
		j->visit[j->nvisit++] = (struct visit){.m = x};
	}
	if (j->nvisit > 0)
		judge(j);
	if (pqueue_first(&j->queue) != NULL)
		not_of_meet();
	/* Copy what is left of the earlier list. */
	is_listed(j, (struct place){UINT64_MAX, PARTS_NONE});
}

static void
put_head(struct judge *j)
{
	size_t i;

	j->out.len = 0;
	steps_put_records(&j->out, j->parts);
	write_out(j);
	for (i = 0; i < j->parts->n; i++) {
		j->out.len = 0;
		buf_printf(&j->out, "#part %zu %s\n", i + 1, j->parts->name[i]);
		write_out(j);
	}
}

static void
release(struct judge *j)
{
	size_t i;

	for (i = 0; i < NCACHED; i++)
		free(j->cached[i].set);
	free(j->cached);
	free(j->visit);
	free(j->found);
	free(j->set);
	pqueue_release(&j->queue);
	shingle_release(&j->shingler);
	buf_release(&j->lists);
	buf_release(&j->out);
	buf_release(&j->earlier.line);
	arena_release(&j->mem);
	if (j->opts->earlier != NULL)
		steps_close(&j->earlier.file);
}

static void
run(const struct judge_opts *o, struct parts *parts,
    bool (*next)(void *source, struct meeting *x), void *source, FILE *out,
    struct judge_counts *counts)
{
	struct judge j = {.opts = o,
	    .counts = counts,
	    .parts = parts,
	    .to = out,
	    .shingler.zero_digits = o->zero_digits};

	*counts = (struct judge_counts){0};
	parts_check(parts);
	pqueue_init(&j.queue, o->memory / 2);
	j.cached = mem_zeroed(NCACHED, sizeof(*j.cached));
	if (o->earlier != NULL)
		open_earlier(&j);
	put_head(&j);
	judge_all(&j, next, source);
	counts->nspooled = j.queue.nspooled;
	counts->held = j.queue.most + j.cached_most;
	release(&j);
}

void
judge_meetings(const struct judge_opts *o, struct parts *parts,
    char *const file[], FILE *out, struct judge_counts *counts)
{
	struct meet_merge m;

	meet_merge_init(&m, parts, o->options, file);
	run(o, parts, meet_merge_next, &m, out, counts);
	meet_merge_release(&m);
}

void
judge_keys(const struct judge_opts *o, struct parts *parts, char *const file[],
    FILE *out, struct judge_counts *counts)
{
	struct judge_opts half = *o;
	struct meet m;

	half.memory /= 2; /* the other half sorts the meetings */
	meet_init(&m, parts, o->options, file, half.memory);
	steps_need_all(&m.head);
	run(&half, parts, meet_next, &m, out, counts);
	counts->held += half.memory;
	meet_release(&m);
}
