#include "token/unigram.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "base/vocab.h"

enum { NONE = UINT32_MAX, UNKNOWN_COSTS = 10 };

/* From a node of the trie along a byte; node 0 of child: an empty slot. */
struct edge {
	uint32_t node;
	unsigned char byte;
	uint32_t child;
};

/* The best way to write the text that ends here. */
struct way {
	double score;
	uint32_t start, id; /* of its last token; start NONE: there is none */
};

struct unigram {
	struct vocab vocab; /* numbers are not ids where tokens come again */
	uint32_t *id;	    /* (cap), by number */
	size_t cap;
	uint32_t ntoken;
	struct edge *edge; /* (nslot), a power of two */
	size_t nslot, nedge;
	uint32_t *leaf; /* (leaf_cap), by node: the token's id, or NONE */
	uint32_t nnode;
	size_t leaf_cap;
	double *score; /* (score_cap), by id */
	size_t score_cap;
	double least;
	uint32_t unk;
	bool bytes;
	uint32_t byte_id[256]; /* or NONE */
	struct way *way;       /* (nway) */
	size_t nway;
	uint32_t *out; /* (nway) */
};

struct unigram *
unigram_new(void)
{
	struct unigram *u = mem_zeroed(1, sizeof(*u));

	u->leaf_cap = 1024;
	u->leaf = mem_grow(NULL, u->leaf_cap, sizeof(*u->leaf));
	u->leaf[0] = NONE;
	u->nnode = 1;
	u->nslot = 1024;
	u->edge = mem_zeroed(u->nslot, sizeof(*u->edge));
	return u;
}

static struct edge *
find_edge(const struct unigram *u, uint32_t node, unsigned char byte)
{
	uint64_t key = (uint64_t)node << 8 | byte;
	size_t i = (key * 0x9e3779b97f4a7c15 >> 32) & (u->nslot - 1);

	while (u->edge[i].child != 0 &&
	       (u->edge[i].node != node || u->edge[i].byte != byte))
		i = (i + 1) & (u->nslot - 1);
	return &u->edge[i];
}

static void
grow_edges(struct unigram *u)
{
	struct edge *old = u->edge;
	size_t i, nold = u->nslot;

	u->nslot *= 2;
	u->edge = mem_zeroed(u->nslot, sizeof(*u->edge));
	for (i = 0; i < nold; i++)
		if (old[i].child != 0)
			*find_edge(u, old[i].node, old[i].byte) = old[i];
	free(old);
}

/* The node of a token, with those on the way to it. */
static uint32_t
make_node(struct unigram *u, struct str token)
{
	struct edge *e;
	uint32_t node = 0;
	size_t i;

	for (i = 0; i < token.len; i++) {
		if (2 * (u->nedge + 1) > u->nslot)
			grow_edges(u);
		e = find_edge(u, node, (unsigned char)token.p[i]);
		if (e->child == 0) {
			if (u->nnode == u->leaf_cap) {
				u->leaf_cap *= 2;
				u->leaf = mem_grow(
				    u->leaf, u->leaf_cap, sizeof(*u->leaf));
			}
			u->leaf[u->nnode] = NONE;
			*e = (struct edge){
			    node, (unsigned char)token.p[i], u->nnode++};
			u->nedge++;
		}
		node = e->child;
	}
	return node;
}

void
unigram_token(struct unigram *u, struct str token, double score)
{
	uint32_t id = u->ntoken++, number = vocab_add(&u->vocab, token), node;

	if (number >= u->cap) {
		u->cap = 2 * (size_t)number + 1024;
		u->id = mem_grow(u->id, u->cap, sizeof(*u->id));
	}
	u->id[number] = id;
	if (id >= u->score_cap) {
		u->score_cap = 2 * (size_t)id + 1024;
		u->score = mem_grow(u->score, u->score_cap, sizeof(*u->score));
	}
	u->score[id] = score;
	if (id == 0 || score < u->least)
		u->least = score;
	if (token.len == 0)
		return;
	node = make_node(u, token); /* moves leaf */
	u->leaf[node] = id;
}

bool
unigram_ready(struct unigram *u, size_t unk, bool bytes)
{
	char text[8];
	unsigned i;

	if (unk >= u->ntoken)
		return false;
	u->unk = (uint32_t)unk;
	u->bytes = bytes;
	for (i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "<0x%02X>", i);
		if (!unigram_id(u, str_of(text), &u->byte_id[i]))
			u->byte_id[i] = NONE;
	}
	return true;
}

bool
unigram_id(const struct unigram *u, struct str token, uint32_t *id)
{
	uint32_t number = vocab_find(&u->vocab, token);

	if (number == VOCAB_NONE)
		return false;
	*id = u->id[number];
	return true;
}

static void
offer(struct way *w, double score, uint32_t start, uint32_t id)
{
	if (w->start == NONE || score > w->score)
		*w = (struct way){score, start, id};
}

/* All tokens that begin at at, where a character of len bytes stands. */
static void
extend(struct unigram *u, struct str s, size_t at, size_t len)
{
	struct way *w = u->way;
	uint32_t node = 0;
	bool single = false;
	size_t end;

	for (end = at; end < s.len;) {
		node = find_edge(u, node, (unsigned char)s.p[end])->child;
		if (node == 0)
			break;
		end++;
		if (u->leaf[node] == NONE)
			continue;
		offer(&w[end], u->score[u->leaf[node]] + w[at].score,
		    (uint32_t)at, u->leaf[node]);
		single |= end == at + len;
	}
	if (!single)
		offer(&w[at + len], u->least - UNKNOWN_COSTS + w[at].score,
		    (uint32_t)at, u->unk);
}

/* The ids of what is unknown, before out, which goes down. */
static uint32_t *
put_unknown(const struct unigram *u, uint32_t *out, struct str s)
{
	uint32_t id;
	size_t i;

	if (unigram_id(u, s, &id)) {
		*--out = id;
		return out;
	}
	for (i = 0; u->bytes && i < s.len; i++)
		if (u->byte_id[(unsigned char)s.p[i]] == NONE)
			break;
	if (!u->bytes || i < s.len) {
		*--out = u->unk;
		return out;
	}
	for (i = s.len; i-- > 0;)
		*--out = u->byte_id[(unsigned char)s.p[i]];
	return out;
}

size_t
unigram_encode(struct unigram *u, struct str s, const uint32_t **ids)
{
	struct str rest = s;
	uint32_t *out;
	size_t at, end, i;

	if (s.len + 1 > u->nway) {
		u->nway = 2 * s.len + 64;
		free(u->way);
		free(u->out);
		u->way = mem_grow(NULL, u->nway, sizeof(*u->way));
		u->out = mem_grow(NULL, u->nway, sizeof(*u->out));
	}
	for (i = 0; i <= s.len; i++)
		u->way[i] = (struct way){0, NONE, 0};
	for (at = 0; at < s.len; at = end) {
		utf8_take(&rest);
		end = s.len - rest.len;
		extend(u, s, at, end - at);
	}
	out = u->out + s.len;
	for (end = s.len; end > 0;) {
		at = end;
		while (at > 0 && u->way[at].id == u->unk)
			at = u->way[at].start;
		if (at < end) {
			out = put_unknown(
			    u, out, (struct str){s.p + at, end - at});
			end = at;
		} else {
			*--out = u->way[end].id;
			end = u->way[end].start;
		}
	}
	*ids = out;
	return (size_t)(u->out + s.len - out);
}

void
unigram_free(struct unigram *u)
{
	if (u == NULL)
		return;
	vocab_release(&u->vocab);
	free(u->id);
	free(u->edge);
	free(u->leaf);
	free(u->score);
	free(u->way);
	free(u->out);
	free(u);
}
