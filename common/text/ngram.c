#include "text/ngram.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

static size_t
home(uint64_t key, size_t mask)
{
	key *= 0x9e3779b97f4a7c15;
	return (key ^ key >> 32) & mask;
}

/* An empty table for n keys. */
static void
table_clear(struct ngram *g, size_t n)
{
	size_t nslot = 64;

	while (nslot < 2 * n)
		nslot *= 2;
	if (nslot > g->nslot) {
		g->key = mem_grow(g->key, nslot, sizeof(*g->key));
		g->slot = mem_grow(g->slot, nslot, sizeof(*g->slot));
		g->nslot = nslot;
	}
	g->mask = nslot - 1;
	memset(g->slot, 0, nslot * sizeof(*g->slot));
}

static void
make_room(struct ngram *g, size_t n)
{
	if (g->room > 0 && n <= g->room)
		return;
	g->room = n + n / 2 + 64;
	g->id = mem_grow(g->id, g->room, sizeof(*g->id));
	g->known = mem_grow(g->known, g->room + 1, sizeof(*g->known));
	g->pair = mem_grow(g->pair, g->room, sizeof(*g->pair));
	g->count = mem_grow(g->count, g->room, sizeof(*g->count));
	g->at = mem_grow(g->at, g->room, sizeof(*g->at));
	g->gram = mem_grow(g->gram, g->room, sizeof(*g->gram));
	g->nchar = mem_grow(g->nchar, g->room + 1, sizeof(*g->nchar));
}

void
ngram_clear(struct ngram *g)
{
	g->nword = g->nid = g->nat = g->n = 0;
	g->end = NULL;
}

void
ngram_release(struct ngram *g)
{
	free(g->word);
	free(g->id);
	free(g->known);
	free(g->pair);
	free(g->count);
	free(g->nchar);
	free(g->at);
	free(g->gram);
	free(g->key);
	free(g->slot);
	*g = (struct ngram){0};
}

void
ngram_grow(struct ngram *g)
{
	g->cap = g->cap > 0 ? 2 * g->cap : 1024;
	g->word = mem_grow(g->word, g->cap, sizeof(*g->word));
}

/*
 * Number the i-th item, when all before it are numbered.  About half of the
 * items are new, so a branch on that would be mispredicted.  Instead the key
 * is always written to the slot where a new one belongs, and a free slot leads
 * there.
 */
static uint32_t
number(
    struct ngram *g, const struct ngram_word *item, size_t i, const char *end)
{
	struct str s = item[i].s;
	struct wordkey k = wordkey_of(s, end);
	const struct wordkey *other;
	size_t at = wordkey_hash(k) & g->mask;
	size_t id;

	k.value = (uint32_t)i;
	g->known[g->nid] = k;
	g->count[g->nid] = 0;
	for (;; at = (at + 1) & g->mask) {
		id = g->slot[at] == 0 ? g->nid : g->slot[at] - 1;
		other = &g->known[id];
		if (wordkey_eq(*other, k) &&
		    (s.len <= WORDKEY_WHOLE || str_eq(item[other->value].s, s)))
			break;
	}
	g->slot[at] = (uint32_t)id + 1;
	g->nid += id == g->nid;
	g->count[id]++;
	return (uint32_t)id;
}

/* Keep those of n places whose n-gram occurs at least twice. */
static void
keep_repeated(struct ngram *g, size_t n)
{
	size_t i;

	g->nat = 0;
	for (i = 0; i < n; i++) {
		g->at[g->nat] = g->at[i];
		g->gram[g->nat] = g->gram[i];
		g->nat += g->count[g->gram[i]] > 1;
	}
}

void
ngram_number(struct ngram *g)
{
	size_t i, n = g->nword;

	make_room(g, n);
	table_clear(g, n);
	g->nid = 0;
	g->nchar[0] = 0;
	for (i = 0; i < n; i++) {
		g->nchar[i + 1] = g->nchar[i] + g->word[i].nchar;
		g->id[i] = number(g, g->word, i, g->end);
		g->at[i] = (uint32_t)i;
		g->gram[i] = g->id[i];
	}
	g->n = 1;
	keep_repeated(g, n);
}

void
ngram_next(struct ngram *g)
{
	size_t i, at, n = 0;
	uint64_t key;

	for (i = 0; i + 1 < g->nat; i++) {
		g->pair[n] = (uint64_t)g->gram[i] << 32 | g->gram[i + 1];
		g->at[n] = g->at[i];
		n += g->at[i + 1] == g->at[i] + 1;
	}
	table_clear(g, n);
	g->nid = 0;
	g->n++;
	for (i = 0; i < n; i++) {
		key = g->pair[i];
		for (at = home(key, g->mask);
		     g->slot[at] != 0 && g->key[at] != key;
		     at = (at + 1) & g->mask)
			;
		if (g->slot[at] == 0) {
			g->key[at] = key;
			g->count[g->nid++] = 0;
			g->slot[at] = (uint32_t)g->nid;
		}
		g->count[g->slot[at] - 1]++;
		g->gram[i] = g->slot[at] - 1;
	}
	keep_repeated(g, n);
}

struct ngram_copies
gram_copies(
    struct ngram *g, const struct ngram_word *item, size_t nitem, bool first)
{
	struct ngram_copies c = {0};
	size_t i;

	make_room(g, nitem);
	table_clear(g, nitem);
	g->nid = g->nat = 0;
	for (i = 0; i < nitem; i++) {
		g->id[i] = number(g, item, i, NULL);
		c.total += item[i].nchar;
		if (g->count[g->id[i]] > 1) {
			c.ncopy++;
			c.nchar += item[i].nchar;
		}
	}
	if (first)
		for (i = 0; i < g->nid; i++)
			if (g->count[i] > 1) {
				c.ncopy++;
				c.nchar += item[g->known[i].value].nchar;
			}
	return c;
}
