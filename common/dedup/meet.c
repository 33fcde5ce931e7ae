#include "dedup/meet.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/tool.h"

/* A line of keys. */
struct keyed {
	uint64_t key;
	struct place at;
};

static int
by_key(const void *va, const void *vb, const void *context)
{
	const struct keyed *a = va, *b = vb;

	(void)context;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return place_cmp(a->at, b->at);
}

/* Record order, and within a record that of the keys. */
static int
by_record(const void *va, const void *vb, const void *context)
{
	const struct meeting *a = va, *b = vb;

	(void)context;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

/* PART TAB OFFSET, where PART is a name, with tabs in it or not. */
static bool
take_named(const struct parts *parts, struct str line, struct keyed *e)
{
	const char *tab = memrchr(line.p, '\t', line.len);
	struct str name = {line.p, 0}, offset;

	if (tab == NULL)
		return false;
	name.len = (size_t)(tab - line.p);
	offset = (struct str){tab + 1, line.len - name.len - 1};
	e->at.part = parts_find(parts, name);
	if (e->at.part == PARTS_NONE)
		cli_errx(CLI_FATAL, "%s does not name %.*s", parts->source,
		    (int)name.len, name.p);
	return steps_take_u64(&offset, &e->at.offset) && offset.len == 0;
}

static void
read_keys(struct meet *m, const char *name)
{
	const struct parts *parts = m->head.parts;
	struct steps_file f;
	struct keyed e;
	struct str line;
	bool any = false;

	steps_open(&f, name);
	steps_open_head(&m->head);
	while (steps_line(&f, &line)) {
		tool_in(1, line.len + 1);
		if (steps_is_head(line)) {
			steps_take_head(&m->head, &f, line);
			continue;
		}
		any = true;
		memset(&e, 0, sizeof(e));
		if (!steps_take_key(&line, &e.key) || !steps_take_tab(&line) ||
		    (m->head.numbered
			    ? !steps_take_place(&line, parts->n, &e.at) ||
				  line.len > 0
			    : !take_named(parts, line, &e)))
			steps_bad(&f, "no line of --keys");
		extsort_put(&m->lines, &e);
	}
	if (any) /* sort(1) in another locale puts it anywhere */
		steps_need_options(&m->head, &f);
	steps_close(&f);
}

/* Put the meeting of a record with the next one of its key; NULL: with none. */
static void
put_meeting(struct meet *m, const struct keyed *e, const struct keyed *next)
{
	struct meeting x = {e->key, e->at.offset, 0, e->at.part, PARTS_NONE};

	if (next != NULL) {
		x.next_offset = next->at.offset;
		x.next_part = next->at.part;
	}
	extsort_put(&m->meetings, &x);
}

/* From lines in the order of keys to meetings in the order of records. */
static void
find_meetings(struct meet *m)
{
	struct keyed last = {0}, e;
	size_t n = 0; /* records of the key of last */

	while (extsort_next(&m->lines, &e)) {
		if (n > 0 && e.key == last.key) {
			if (place_cmp(e.at, last.at) == 0)
				continue; /* a line that is there twice */
			put_meeting(m, &last, &e);
			n++;
		} else {
			if (n > 1)
				put_meeting(m, &last, NULL);
			n = 1;
		}
		last = e;
	}
	if (n > 1)
		put_meeting(m, &last, NULL);
}

void
meet_init(struct meet *m, const struct parts *parts, const char *options,
    char *const file[], size_t memory)
{
	*m = (struct meet){.head.parts = parts, .head.options = options};
	extsort_init(&m->lines, sizeof(struct keyed), by_key, NULL, memory / 2);
	extsort_numbered(&m->lines);
	extsort_init(
	    &m->meetings, sizeof(struct meeting), by_record, NULL, memory / 2);
	for (; *file != NULL; file++)
		read_keys(m, *file);
	find_meetings(m);
	extsort_release(&m->lines);
}

bool
meet_next(void *source, struct meeting *x)
{
	struct meet *m = source;

	return extsort_next(&m->meetings, x);
}

/* Note which parts the lines are about, and which range of the keys, if any. */
static void
put_head(const struct meet *m, struct buf *line)
{
	size_t i, n = 0, range = 0;

	for (i = 0; i < m->head.nrange; i++)
		if (m->head.range[i]) {
			range = i;
			n++;
		}
	steps_put_options(line, m->head.options);
	steps_put_records(line, m->head.parts);
	if (n > 1)
		steps_need_all(&m->head);
	if (n == 1)
		steps_put_range(line, range, m->head.nrange);
}

void
meet_release(struct meet *m)
{
	extsort_release(&m->lines);
	extsort_release(&m->meetings);
}

void
meet_files(const struct parts *parts, const char *options, char *const file[],
    size_t memory, FILE *out)
{
	struct buf line = {0};
	struct meeting x;
	struct meet m;

	meet_init(&m, parts, options, file, memory);
	put_head(&m, &line);
	for (;;) {
		if (fwrite_unlocked(line.p, 1, line.len, out) != line.len)
			tool_write_failed("standard output");
		tool_out(1, line.len);
		if (!meet_next(&m, &x))
			break;
		line.len = 0;
		steps_put_place(&line, (struct place){x.offset, x.part});
		buf_putc(&line, '\t');
		steps_put_key(&line, x.key);
		if (x.next_part != PARTS_NONE) {
			buf_putc(&line, '\t');
			steps_put_place(
			    &line, (struct place){x.next_offset, x.next_part});
		}
		buf_putc(&line, '\n');
	}
	buf_release(&line);
	meet_release(&m);
}

/* Files of meetings. */

static bool
parse(struct str line, size_t npart, struct meeting *x)
{
	struct place at, next = {0, PARTS_NONE};

	if (!steps_take_place(&line, npart, &at) || !steps_take_tab(&line) ||
	    !steps_take_key(&line, &x->key) ||
	    (line.len > 0 && (!steps_take_tab(&line) ||
				 !steps_take_place(&line, npart, &next) ||
				 line.len > 0 || place_cmp(at, next) >= 0)))
		return false;
	x->offset = at.offset;
	x->part = at.part;
	x->next_offset = next.offset;
	x->next_part = next.part;
	return true;
}

/* The next meeting of a file; false after the last. */
static bool
read_meeting(struct meet_merge *m, struct meet_file *f)
{
	struct meeting last = f->next;
	struct str line;
	bool first = f->file.nline == 0;

	do {
		if (!steps_line(&f->file, &line))
			return false;
		tool_in(1, line.len + 1);
		if (steps_is_head(line))
			steps_take_head(&m->head, &f->file, line);
	} while (first && steps_is_head(line));
	if (first)
		steps_need_options(&m->head, &f->file);
	if (!parse(line, m->head.parts->n, &f->next))
		steps_bad(&f->file, "no line of --meet");
	if (!first && by_record(&last, &f->next, NULL) >= 0)
		steps_bad(&f->file,
		    "not in the order of records: each file of --meet must "
		    "be an operand of its own");
	return true;
}

static void
sift(struct meet_merge *m, size_t at)
{
	size_t kid, file = m->heap[at];

	while ((kid = 2 * at + 1) < m->nheap) {
		if (kid + 1 < m->nheap &&
		    by_record(&m->file[m->heap[kid + 1]].next,
			&m->file[m->heap[kid]].next, NULL) < 0)
			kid++;
		if (by_record(&m->file[file].next, &m->file[m->heap[kid]].next,
			NULL) <= 0)
			break;
		m->heap[at] = m->heap[kid];
		at = kid;
	}
	m->heap[at] = file;
}

void
meet_merge_init(struct meet_merge *m, const struct parts *parts,
    const char *options, char *const file[])
{
	size_t i, n = 0;

	while (file[n] != NULL)
		n++;
	*m = (struct meet_merge){
	    .head.parts = parts, .head.options = options, .nfile = n};
	m->file = mem_zeroed(n + 1, sizeof(*m->file));
	m->heap = mem_zeroed(n + 1, sizeof(*m->heap));
	for (i = 0; i < n; i++) {
		steps_open_head(&m->head);
		steps_open(&m->file[i].file, file[i]);
		if (read_meeting(m, &m->file[i]))
			m->heap[m->nheap++] = i;
		if (!m->head.numbered)
			steps_bad(&m->file[i].file, "no file of --meet");
	}
	steps_need_all(&m->head);
	for (i = m->nheap / 2; i-- > 0;)
		sift(m, i);
}

bool
meet_merge_next(void *source, struct meeting *x)
{
	struct meet_merge *m = source;
	struct meet_file *f;

	if (m->nheap == 0)
		return false;
	f = &m->file[m->heap[0]];
	*x = f->next;
	if (!read_meeting(m, f))
		m->heap[0] = m->heap[--m->nheap];
	if (m->nheap > 0)
		sift(m, 0);
	return true;
}

void
meet_merge_release(struct meet_merge *m)
{
	size_t i;

	for (i = 0; i < m->nfile; i++)
		steps_close(&m->file[i].file);
	free(m->file);
	free(m->heap);
	*m = (struct meet_merge){0};
}
