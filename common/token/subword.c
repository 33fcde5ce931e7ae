#include "token/subword-inside.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/utf8.h"

enum {
	CACHE_SLOTS = 1 << 15, /* pieces remembered; a power of two */
	CACHE_KEY = 32,	       /* bytes of the longest one remembered */
	CACHE_IDS = 7	       /* ids of it */
};

struct subword_known { /* a piece with its ids; len 0 is an empty slot */
	unsigned char len, nid;
	char key[CACHE_KEY];
	uint32_t id[CACHE_IDS];
};

struct subword *
subword_empty(void)
{
	struct subword *s = mem_zeroed(1, sizeof(*s));

	s->known = mem_zeroed(CACHE_SLOTS, sizeof(*s->known));
	return s;
}

void
subword_free(struct subword *s)
{
	if (s == NULL)
		return;
	added_release(&s->added);
	normal_release(&s->normal);
	split_release(&s->split);
	bpe_free(s->bpe);
	unigram_free(s->unigram);
	arena_release(&s->mem);
	free(s->known);
	free(s->id);
	free(s);
}

const char *
subword_kind(const struct subword *s)
{
	return s->bpe != NULL ? "BPE" : "Unigram";
}

void
subword_plain(struct subword *s, bool plain)
{
	s->plain = plain;
}

bool
subword_id(const struct subword *s, struct str token, uint32_t *id)
{
	size_t i;

	for (i = 0; i < s->added.n; i++)
		if (str_eq(s->added.token[i].text, token)) {
			*id = s->added.token[i].id;
			return true;
		}
	return s->bpe != NULL ? bpe_id(s->bpe, token, id)
			      : unigram_id(s->unigram, token, id);
}

static void
reserve_ids(struct subword *s, size_t more)
{
	if (s->nid + more <= s->id_cap)
		return;
	s->id_cap = 2 * s->id_cap + more + 1024;
	s->id = mem_grow(s->id, s->id_cap, sizeof(*s->id));
}

static void
put_ids(struct subword *s, const uint32_t *id, size_t n)
{
	size_t i;

	reserve_ids(s, n);
	for (i = 0; i < n; i++)
		s->id[s->nid++] = id[i];
}

static void
encode_piece(struct subword *s, struct str piece)
{
	struct subword_known *known = NULL;
	const uint32_t *id;
	size_t n;

	if (piece.len <= CACHE_KEY) {
		known = &s->known[hash_64(piece.p, piece.len, 0) &
				  (CACHE_SLOTS - 1)];
		if (known->len == piece.len &&
		    memcmp(known->key, piece.p, piece.len) == 0) {
			put_ids(s, known->id, known->nid);
			return;
		}
	}
	n = s->bpe != NULL ? bpe_encode(s->bpe, piece, &id)
			   : unigram_encode(s->unigram, piece, &id);
	put_ids(s, id, n);
	if (known == NULL || n > CACHE_IDS)
		return;
	known->len = (unsigned char)piece.len;
	known->nid = (unsigned char)n;
	memcpy(known->key, piece.p, piece.len);
	memcpy(known->id, id, n * sizeof(*id));
}

/* Text without added tokens, normalised; first: nothing stands before it. */
static void
encode_plain(struct subword *s, struct str text, bool first)
{
	struct str piece;
	size_t len;

	split_start(&s->split, text, first);
	while (split_next(&s->split, &piece)) {
		if (s->bpe == NULL) {
			encode_piece(s, piece);
			continue;
		}
		while ((len = bpe_part(s->bpe, piece)) < piece.len) {
			encode_piece(s, (struct str){piece.p, len});
			piece.p += len;
			piece.len -= len;
		}
		encode_piece(s, piece);
	}
}

/* Where the white space at the end of s.p[from..to) begins. */
static size_t
space_before(struct str s, size_t from, size_t to)
{
	struct str last;
	size_t at = to;

	while (at > from) {
		at--;
		while (at > from && (s.p[at] & 0xc0) == 0x80)
			at--;
		last = (struct str){s.p + at, to - at};
		if (!utf8_is_space(utf8_take(&last)))
			break;
		to = at;
	}
	return to;
}

static size_t
space_after(struct str s, size_t at)
{
	struct str rest = {s.p + at, s.len - at};

	for (; rest.len > 0 && utf8_is_space(utf8_take(&rest));
	     at = s.len - rest.len)
		;
	return at;
}

/*
 * Added tokens, and what lies between them: first those that are looked for in
 * the text as it is, then, in what is left and normalised, the others.
 */
static void
encode_part(struct subword *s, struct str text, bool normalised, bool first)
{
	const struct added_token *a;
	size_t at = 0, done = 0, start;

	while (at <= text.len) {
		a = added_next(&s->added, text, &at, normalised);
		if (a != NULL && a->special && s->plain) {
			at += a->text.len;
			continue;
		}
		start =
		    a != NULL && a->lstrip ? space_before(text, done, at) : at;
		if (start > done) {
			struct str part = {text.p + done, start - done};
			bool begins = first && done == 0;

			if (normalised)
				encode_plain(s, part, begins);
			else
				encode_part(s, normal_text(&s->normal, part),
				    true, begins);
		}
		if (a == NULL)
			break;
		put_ids(s, &a->id, 1);
		at += a->text.len;
		done = a->rstrip ? space_after(text, at) : at;
	}
}

const uint32_t *
subword_encode(struct subword *s, struct str text, size_t *n)
{
	s->nid = 0;
	encode_part(s, text, false, true);
	*n = s->nid;
	return s->id;
}
