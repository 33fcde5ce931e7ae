/*
 * plan: which records are chosen, and how often, compared with the rules
 * followed one by one in memory; the same in any memory; what is announced to
 * the pile
 */

#include "shard/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

enum { NSOURCE = 3, NFILE = 5, NNOTE = 900, MEMORY = 1 << 20, FEW = 4800 };

static const size_t source_of[NFILE] = {0, 0, 1, 2, 2};

/* What a run of the plan is to do. */
struct task {
	enum plan_unit by;
	uint64_t budget, epochs;
	double weight[NSOURCE];
};

static struct plan_note note[NNOTE];

/* Notes in the order of their files, documents shared by sources. */
static void
make_notes(void)
{
	struct rng r;
	size_t i;
	uint64_t offset = 0;
	uint32_t file = 0;

	rng_init(&r, 12);
	for (i = 0; i < NNOTE; i++) {
		if (i > 0 && i % (NNOTE / NFILE) == 0) {
			file++;
			offset = 0;
		}
		note[i] = (struct plan_note){.doc = rng_below(&r, NNOTE),
		    .key = rng_below(&r, 200),
		    .offset = offset,
		    .check = rng_next(&r),
		    .file = file,
		    .len = (uint32_t)rng_below(&r, 300),
		    .tokens = (uint32_t)rng_below(&r, 90)};
		offset += note[i].len + 1;
	}
}

static int
by_turn(const void *a, const void *b)
{
	const struct plan_note *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? 1 : -1;
	if (x->file != y->file)
		return x->file > y->file ? 1 : -1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static int
by_place(const void *a, const void *b)
{
	const struct plan_note *x = a, *y = b;

	if (x->file != y->file)
		return x->file > y->file ? 1 : -1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static uint64_t
units(const struct plan_note *n, enum plan_unit by)
{
	return by == PLAN_TOKENS    ? n->tokens
	       : by == PLAN_RECORDS ? 1
				    : (uint64_t)n->len + 1;
}

/* The rules one by one. */
struct twin {
	struct plan_note own[NSOURCE][NNOTE];
	size_t nown[NSOURCE], nshared[NSOURCE];
	uint64_t drawn[NSOURCE], taken[NSOURCE];
	struct plan_note chosen[NNOTE];
	size_t nchosen;
};

/* The source that is furthest below its weight; NSOURCE if none is open. */
static size_t
furthest(const struct task *t, const struct twin *w, const bool *closed)
{
	double sum = 0, error, most = 0;
	uint64_t total = 0;
	size_t i, best = NSOURCE;

	for (i = 0; i < NSOURCE; i++) {
		sum += t->weight[i];
		total += w->taken[i];
	}
	for (i = 0; i < NSOURCE; i++) {
		error = t->weight[i] / sum * (total > 1 ? (double)total : 1) -
			(double)w->taken[i];
		if (!closed[i] && (best == NSOURCE || error > most)) {
			best = i;
			most = error;
		}
	}
	return best;
}

static void
twin_draw(const struct task *t, struct twin *w)
{
	bool closed[NSOURCE];
	uint64_t n, total = 0;
	size_t i;

	for (i = 0; i < NSOURCE; i++)
		closed[i] = t->weight[i] == 0;
	while ((i = furthest(t, w, closed)) < NSOURCE) {
		if (w->drawn[i] == w->nown[i] * t->epochs) {
			if (t->budget == 0)
				break;
			closed[i] = true;
			continue;
		}
		n = units(&w->own[i][w->drawn[i] % w->nown[i]], t->by);
		if (t->budget > 0 && total + n > t->budget)
			break;
		total += n;
		w->taken[i] += n;
		w->drawn[i]++;
	}
}

static void
twin_plan(const struct task *t, struct twin *w)
{
	size_t i, j, s, owner;

	*w = (struct twin){.nchosen = 0};
	for (i = 0; i < NNOTE; i++) {
		s = owner = source_of[note[i].file];
		for (j = 0; j < NNOTE; j++)
			if (note[j].doc == note[i].doc &&
			    source_of[note[j].file] < owner)
				owner = source_of[note[j].file];
		if (owner == s)
			w->own[s][w->nown[s]++] = note[i];
		else
			w->nshared[s]++;
	}
	for (s = 0; s < NSOURCE; s++)
		qsort(w->own[s], w->nown[s], sizeof(**w->own), by_turn);
	twin_draw(t, w);
	for (s = 0; s < NSOURCE; s++)
		for (j = 0; j < w->drawn[s]; j++)
			w->own[s][j % w->nown[s]].copies++;
	for (s = 0; s < NSOURCE; s++)
		for (j = 0; j < w->nown[s]; j++)
			if (w->own[s][j].copies > 0)
				w->chosen[w->nchosen++] = w->own[s][j];
	qsort(w->chosen, w->nchosen, sizeof(*w->chosen), by_place);
}

/*
 * Put the copies of a chosen record into the pile; their length is as
 * announced.
 */
static void
put_copies(struct shuffle *pile, const struct plan_note *n, size_t width)
{
	static const char zero[90 * 4 + 300];
	struct shuffle_item item = {.tokens = n->tokens};
	uint64_t copy;

	item.bytes = (struct str){zero, width > 0 ? n->tokens * width : n->len};
	for (copy = 0; copy < n->copies; copy++) {
		item.key = plan_key(n, copy);
		item.tie = copy;
		shuffle_put(pile, &item);
	}
}

/* Whether a plan does what its twin does; *id is the hash of its choice. */
static bool
agrees(const struct task *t, const struct twin *w, size_t memory, size_t width,
    uint64_t *id)
{
	static char names[NSOURCE][2] = {"a", "b", "c"};
	struct plan_source source[NSOURCE] = {{.name = NULL}};
	struct hash_stream *hash = hash_start();
	struct shuffle_item item;
	struct shuffle pile;
	struct plan_note n;
	struct plan p;
	uint64_t last = 0, ncopy = 0, ntaken = 0;
	size_t i;
	bool good = true;

	for (i = 0; i < NSOURCE; i++) {
		source[i].name = names[i];
		source[i].weight = t->weight[i];
	}
	plan_init(&p, source, NSOURCE, source_of, memory);
	p.by = t->by;
	p.budget = t->budget;
	p.epochs = t->epochs;
	for (i = 0; i < NNOTE; i++)
		plan_put(&p, &note[i]);
	plan_draw(&p);
	shuffle_init(&pile, 1 << 14);
	plan_choose(&p, &pile, hash, width, 0);
	for (i = 0; plan_next(&p, &n); i++) {
		good = good && i < w->nchosen &&
		       memcmp(&n, &w->chosen[i], sizeof(n)) == 0;
		put_copies(&pile, &n, width);
		ncopy += n.copies;
	}
	good = good && i == w->nchosen;
	for (i = 0; i < NSOURCE; i++) {
		good = good && source[i].records == w->nown[i] &&
		       source[i].shared == w->nshared[i] &&
		       source[i].drawn == w->drawn[i] &&
		       source[i].taken[t->by] == w->taken[i];
		ntaken += source[i].taken[PLAN_RECORDS];
	}
	for (i = 0; shuffle_next(&pile, &item); i++) {
		good = good && item.key >= last;
		last = item.key;
	}
	good = good && i == ncopy && i == ntaken;
	*id = hash_end(hash);
	shuffle_release(&pile);
	plan_release(&p);
	return good;
}

static void
test_tasks(void)
{
	static const struct {
		const char *what;
		struct task task;
	} list[] = {
	    {"until the first source ends", {PLAN_TOKENS, 0, 1, {3, 2, 1}}},
	    {"by records", {PLAN_RECORDS, 0, 1, {1, 1, 1}}},
	    {"by bytes", {PLAN_BYTES, 0, 1, {1, 5, 2}}},
	    {"a budget", {PLAN_TOKENS, 9000, 1, {1, 1, 1}}},
	    {"a budget that ends two sources",
		{PLAN_TOKENS, 60000, 2, {1, 1, 6}}},
	    {"two and a half epochs", {PLAN_RECORDS, 900, 9, {0, 0, 1}}},
	    {"a source without weight", {PLAN_BYTES, 30000, 3, {1, 0, 1}}}};
	static struct twin twin;
	uint64_t id, other;
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		twin_plan(&list[i].task, &twin);
		ok(twin.nchosen > 0 &&
			agrees(&list[i].task, &twin, MEMORY, 0, &id),
		    list[i].what);
		ok(agrees(&list[i].task, &twin, FEW, 4, &other) && other == id,
		    "the same in little memory");
	}
	note[7].key++;
	twin_plan(&list[0].task, &twin);
	ok(agrees(&list[0].task, &twin, MEMORY, 0, &other),
	    "another key of one record");
	twin_plan(&list[3].task, &twin);
	agrees(&list[3].task, &twin, MEMORY, 0, &id);
	ok(id != other, "another choice has another id");
}

static void
test_keys(void)
{
	struct plan_note a = {.key = 1}, b = {.key = 2, .offset = 9};

	ok(plan_key(&a, 0) != plan_key(&a, 1) &&
		plan_key(&a, 0) != plan_key(&b, 0),
	    "copies and records have keys of their own");
	b.key = 1;
	ok(plan_key(&a, 3) == plan_key(&b, 3), "the note's key decides");
}

int
main(void)
{
	make_notes();
	test_tasks();
	test_keys();
	return tap_done();
}
