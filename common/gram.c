#include "gram.h"

#include <stdbool.h>
#include <stdlib.h>

#include "hash.h"
#include "mem.h"

/*
 * Words of up to eight bytes are their own key, together with their length: two
 * pieces of them that overlap.  Longer ones are compared.
 */
static uint64_t
word_key(struct str s)
{
	uint32_t head, tail;

	if (s.len > 8)
		return hash_64(s.p, s.len, 0);
	if (s.len >= 4) {
		memcpy(&head, s.p, 4);
		memcpy(&tail, s.p + s.len - 4, 4);
		return (uint64_t)tail << 32 | head;
	}
	if (s.len == 0)
		return 0;
	return (uint64_t)(unsigned char)s.p[0] << 16 |
	       (uint64_t)(unsigned char)s.p[s.len / 2] << 8 |
	       (unsigned char)s.p[s.len - 1];
}

static size_t
home(uint64_t key, size_t mask)
{
	key *= 0x9e3779b97f4a7c15;
	return (key ^ key >> 32) & mask;
}

/* An empty table for n keys. */
static void
table_clear(struct gram *g, size_t n)
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
make_room(struct gram *g, size_t n)
{
	if (g->room > 0 && n <= g->room)
		return;
	g->room = n + n / 2 + 64;
	g->id = mem_grow(g->id, g->room, sizeof(*g->id));
	g->count = mem_grow(g->count, g->room, sizeof(*g->count));
	g->at = mem_grow(g->at, g->room, sizeof(*g->at));
	g->gram = mem_grow(g->gram, g->room, sizeof(*g->gram));
	g->nchar = mem_grow(g->nchar, g->room + 1, sizeof(*g->nchar));
}

void
gram_clear(struct gram *g)
{
	g->nword = g->nid = g->nat = g->n = 0;
}

void
gram_release(struct gram *g)
{
	free(g->word);
	free(g->id);
	free(g->count);
	free(g->nchar);
	free(g->at);
	free(g->gram);
	free(g->key);
	free(g->slot);
	*g = (struct gram){0};
}

void
gram_grow(struct gram *g)
{
	g->cap = g->cap > 0 ? 2 * g->cap : 1024;
	g->word = mem_grow(g->word, g->cap, sizeof(*g->word));
}

/*
 * The number of the i-th of item, which its predecessors have entered; equal
 * keys of long items are of equal bytes only if they say so.
 */
static uint32_t
number(struct gram *g, const struct gram_word *item, size_t i, uint32_t *first)
{
	struct str s = item[i].s;
	uint64_t key = word_key(s);
	size_t at = home(key + s.len, g->mask);
	uint32_t id;

	for (; g->slot[at] != 0; at = (at + 1) & g->mask) {
		id = g->slot[at] - 1;
		if (g->key[at] == key && item[first[id]].s.len == s.len &&
		    (s.len <= 8 || str_eq(item[first[id]].s, s)))
			return id;
	}
	g->slot[at] = (uint32_t)g->nid + 1;
	g->key[at] = key;
	first[g->nid] = (uint32_t)i;
	g->count[g->nid] = 0;
	return (uint32_t)g->nid++;
}

void
gram_number(struct gram *g)
{
	size_t i, n = g->nword;

	make_room(g, n);
	table_clear(g, n);
	g->nid = 0;
	g->nchar[0] = 0;
	for (i = 0; i < n; i++) {
		g->nchar[i + 1] = g->nchar[i] + g->word[i].nchar;
		g->id[i] = number(g, g->word, i, g->at);
		g->count[g->id[i]]++;
	}
	g->n = 1;
	g->nat = 0;
	for (i = 0; i < n; i++)
		if (g->count[g->id[i]] > 1) {
			g->at[g->nat] = (uint32_t)i;
			g->gram[g->nat++] = g->id[i];
		}
}

void
gram_next(struct gram *g)
{
	uint64_t key;
	size_t i, at, n = 0;

	table_clear(g, g->nat);
	g->nid = 0;
	g->n++;
	for (i = 0; i + 1 < g->nat; i++) {
		if (g->at[i + 1] != g->at[i] + 1)
			continue;
		key = (uint64_t)g->gram[i] << 32 | g->gram[i + 1];
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
		g->at[n] = g->at[i];
		g->gram[n++] = g->slot[at] - 1;
	}
	g->nat = 0;
	for (i = 0; i < n; i++)
		if (g->count[g->gram[i]] > 1) {
			g->at[g->nat] = g->at[i];
			g->gram[g->nat++] = g->gram[i];
		}
}

struct gram_copies
gram_copies(
    struct gram *g, const struct gram_word *item, size_t nitem, bool first)
{
	struct gram_copies c = {0};
	size_t i;

	make_room(g, nitem);
	table_clear(g, nitem);
	g->nid = g->nat = 0;
	for (i = 0; i < nitem; i++) {
		g->id[i] = number(g, item, i, g->at);
		g->count[g->id[i]]++;
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
				c.nchar += item[g->at[i]].nchar;
			}
	return c;
}
