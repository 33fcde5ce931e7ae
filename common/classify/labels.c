#include "classify/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const uint32_t every_label = UINT32_MAX;
/* a number that no label gets */
static const uint32_t no_label = UINT32_MAX - 1;

static void
add_mark(struct labels *t, uint32_t label, uint32_t given)
{
	uint64_t n = t->start[t->nrecord + 1]++;

	if (n == t->mark_cap) {
		t->mark_cap = 2 * t->mark_cap + 1024;
		t->mark = mem_grow(t->mark, t->mark_cap, sizeof(*t->mark));
	}
	t->mark[n] = (struct labels_mark){label, given};
}

void
labels_add(struct labels *t, const struct str *given, size_t ngiven,
    const struct str *maybe, size_t nmaybe)
{
	size_t i;

	if (t->nrecord + 1 >= t->cap) {
		t->cap = 2 * t->cap + 1024;
		t->start = mem_grow(t->start, t->cap, sizeof(*t->start));
		t->start[0] = 0;
	}
	t->start[t->nrecord + 1] = t->start[t->nrecord];
	for (i = 0; i < nmaybe; i++)
		add_mark(t,
		    str_eq(maybe[i], STR("*")) ? every_label
					       : vocab_add(&t->seen, maybe[i]),
		    0);
	for (i = 0; i < ngiven; i++)
		add_mark(t, vocab_add(&t->seen, given[i]), 1);
	t->nrecord++;
}

static int
by_name(const void *a, const void *b, void *arg)
{
	const struct str *name = arg;

	return str_cmp(name[*(const uint32_t *)a], name[*(const uint32_t *)b]);
}

/* Count the positives and negatives of each label. */
static void
count(struct labels *t)
{
	uint8_t *mark = mem_alloc(t->nlabel + 1);
	size_t i, j;

	for (i = 0; i < t->nrecord; i++) {
		labels_get(t, i, 0, t->nlabel, mark);
		for (j = 0; j < t->nlabel; j++) {
			t->npositive[j] += mark[j] == LABELS_POSITIVE;
			t->nnegative[j] += mark[j] == LABELS_NEGATIVE;
		}
	}
	free(mark);
}

void
labels_settle(struct labels *t)
{
	uint64_t i, nmark = t->nrecord > 0 ? t->start[t->nrecord] : 0;
	size_t j, n = 0;
	uint32_t *order = mem_zeroed(t->seen.nword + 1, sizeof(*order));
	uint32_t *number = mem_zeroed(t->seen.nword + 1, sizeof(*number));

	for (i = 0; i < nmark; i++)
		if (t->mark[i].given)
			number[t->mark[i].label] = 1;
	for (j = 0; j < t->seen.nword; j++)
		if (number[j])
			order[n++] = (uint32_t)j;
	qsort_r(order, n, sizeof(*order), by_name, t->seen.word);
	t->nlabel = n;
	t->label = mem_zeroed(n + 1, sizeof(*t->label));
	t->npositive = mem_zeroed(n + 1, sizeof(*t->npositive));
	t->nnegative = mem_zeroed(n + 1, sizeof(*t->nnegative));
	for (j = 0; j < t->seen.nword; j++)
		number[j] = no_label;
	for (j = 0; j < n; j++) {
		t->label[j] = t->seen.word[order[j]];
		number[order[j]] = (uint32_t)j;
	}
	for (i = 0; i < nmark; i++)
		if (t->mark[i].label != every_label)
			t->mark[i].label = number[t->mark[i].label];
	free(order);
	free(number);
	count(t);
}

void
labels_get(const struct labels *t, size_t record, size_t first, size_t n,
    uint8_t *mark)
{
	const struct labels_mark *m = t->mark + t->start[record];
	const struct labels_mark *end = t->mark + t->start[record + 1];

	memset(mark, LABELS_NEGATIVE, n);
	/* labels that are given come after those that may be, and win */
	for (; m < end; m++)
		if (m->label == every_label)
			memset(mark, LABELS_MASKED, n);
		else if (m->label >= first && m->label - first < n)
			mark[m->label - first] =
			    m->given ? LABELS_POSITIVE : LABELS_MASKED;
}

void
labels_release(struct labels *t)
{
	vocab_release(&t->seen);
	free(t->start);
	free(t->mark);
	free(t->label);
	free(t->npositive);
	free(t->nnegative);
	*t = (struct labels){0};
}
