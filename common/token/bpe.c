#include "token/bpe.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vocab.h"

enum {
	CACHE_SLOTS = 1 << 15, /* pieces remembered; a power of two */
	CACHE_KEY = 32,	       /* bytes of the longest one remembered */
	CACHE_IDS = 7,	       /* ids of it */
	NONE = UINT32_MAX
};

/* What a code point is to the regular expressions. */
enum { LETTER = 1, NUMBER = 2, SPACE = 4, NEWLINE = 8, OTHER = 16 };

struct merge { /* of two ids; rank NONE is an empty slot */
	uint32_t left, right, rank, id;
};

struct known { /* a piece with its ids; len 0 is an empty slot */
	unsigned char len, nid;
	char key[CACHE_KEY];
	uint32_t id[CACHE_IDS];
};

/*
 * A piece being joined: symbols by the place of their first byte.  Those that
 * join with the next one are in a heap, the least rank on top.
 */
struct joining {
	uint32_t *id, *prev, *next; /* (cap) */
	uint32_t *rank, *place;	    /* (cap): with the next one; in the heap */
	uint32_t *heap;		    /* (nheap) */
	size_t nheap, cap;
};

struct bpe {
	struct bpe_options options;
	bool plain;	    /* control tokens in a text are text */
	struct vocab vocab; /* tokens as bytes */
	uint32_t *vocab_id; /* (vocab_cap), by number in vocab */
	size_t vocab_cap;
	uint32_t byte_id[256]; /* or NONE */
	struct merge *merge;   /* (nslot), a power of two */
	size_t nslot, nmerge;
	uint32_t nrank;
	struct bpe_added *added; /* (nadded) */
	size_t nadded;
	bool starts_added[2][1 << 16]; /* by normalised and two bytes */
	struct arena mem;
	unsigned char kind[128]; /* of ASCII */
	struct known *known;
	struct joining join;
	uint32_t *id; /* (nid) of the text */
	size_t nid, id_cap;
	struct buf normal, spaced, key;
};

/*
 * Letters and numbers of Unicode 15.1 and 16, which the tokenizers library
 * knows and Debian's utf8proc doesn't; found by asking both about each code
 * point.
 */
static unsigned
later_kind(uint32_t cp)
{
	static const uint32_t number[][2] = {{0x10d40, 0x10d49},
	    {0x116d0, 0x116e3}, {0x11bf0, 0x11bf9}, {0x16130, 0x16139},
	    {0x16d70, 0x16d79}, {0x1ccf0, 0x1ccf9}, {0x1e5f1, 0x1e5fa}};
	static const uint32_t letter[][2] = {{0x1c89, 0x1c8a}, {0xa7cb, 0xa7cd},
	    {0xa7da, 0xa7dc}, {0x105c0, 0x105f3}, {0x10d4a, 0x10d65},
	    {0x10d6f, 0x10d85}, {0x10ec2, 0x10ec4}, {0x11380, 0x11389},
	    {0x1138b, 0x1138b}, {0x1138e, 0x1138e}, {0x11390, 0x113b5},
	    {0x113b7, 0x113b7}, {0x113d1, 0x113d1}, {0x113d3, 0x113d3},
	    {0x11bc0, 0x11be0}, {0x13460, 0x143fa}, {0x16100, 0x1611d},
	    {0x16d40, 0x16d6c}, {0x18cff, 0x18cff}, {0x1e5d0, 0x1e5ed},
	    {0x1e5f0, 0x1e5f0}, {0x2ebf0, 0x2ee5d}};
	size_t i;

	for (i = 0; i < sizeof(number) / sizeof(*number); i++)
		if (cp >= number[i][0] && cp <= number[i][1])
			return NUMBER;
	for (i = 0; i < sizeof(letter) / sizeof(*letter); i++)
		if (cp >= letter[i][0] && cp <= letter[i][1])
			return LETTER;
	return OTHER;
}

static unsigned
kind_of(uint32_t cp)
{
	const char *category;

	if (cp == '\r' || cp == '\n')
		return NEWLINE;
	if (utf8_is_space(cp))
		return SPACE;
	category = utf8_category(cp);
	if (category[0] == 'L')
		return LETTER;
	if (category[0] == 'N')
		return NUMBER;
	return category[0] == 'C' ? later_kind(cp) : OTHER;
}

struct bpe *
bpe_new(const struct bpe_options *options)
{
	struct bpe *b = mem_zeroed(1, sizeof(*b));
	size_t i;

	b->options = *options;
	for (i = 0; i < 128; i++)
		b->kind[i] = (unsigned char)kind_of((uint32_t)i);
	for (i = 0; i < 256; i++)
		b->byte_id[i] = NONE;
	b->known = mem_zeroed(CACHE_SLOTS, sizeof(*b->known));
	return b;
}

void
bpe_free(struct bpe *b)
{
	if (b == NULL)
		return;
	vocab_release(&b->vocab);
	free(b->vocab_id);
	free(b->merge);
	free(b->added);
	arena_release(&b->mem);
	free(b->known);
	free(b->join.id);
	free(b->join.prev);
	free(b->join.next);
	free(b->join.rank);
	free(b->join.place);
	free(b->join.heap);
	free(b->id);
	buf_release(&b->normal);
	buf_release(&b->spaced);
	buf_release(&b->key);
	free(b);
}

/*
 * The byte that GPT-2 writes as cp: printable ones stand for themselves, the
 * others are counted from U+0100 on.  256 for no byte.
 */
static unsigned
byte_of(uint32_t cp)
{
	if ((cp >= '!' && cp <= '~') ||
	    (cp >= 0xa1 && cp <= 0xff && cp != 0xad))
		return cp;
	if (cp >= 0x100 && cp <= 0x120)
		return cp - 0x100;
	if (cp >= 0x121 && cp <= 0x142)
		return cp - 0x121 + 0x7f;
	return cp == 0x143 ? 0xad : 256;
}

/* Append the bytes of a token; false if it is written in other letters. */
static bool
put_bytes(struct buf *out, struct str token)
{
	unsigned byte;

	while (token.len > 0) {
		if ((byte = byte_of(utf8_take(&token))) > 0xff)
			return false;
		buf_putc(out, (char)byte);
	}
	return true;
}

static bool
find_token(const struct bpe *b, struct str bytes, uint32_t *id)
{
	uint32_t number = vocab_find(&b->vocab, bytes);

	if (number == VOCAB_NONE)
		return false;
	*id = b->vocab_id[number];
	return true;
}

void
bpe_token(struct bpe *b, struct str token, uint32_t id)
{
	uint32_t number;

	b->key.len = 0;
	if (!put_bytes(&b->key, token))
		return; /* no text can give it */
	number = vocab_add(&b->vocab, buf_str(&b->key));
	if (number == VOCAB_NONE)
		return;
	if (number >= b->vocab_cap) {
		b->vocab_cap = 2 * (size_t)number + 1024;
		b->vocab_id =
		    mem_grow(b->vocab_id, b->vocab_cap, sizeof(*b->vocab_id));
	}
	b->vocab_id[number] = id;
	if (b->key.len == 1)
		b->byte_id[(unsigned char)b->key.p[0]] = id;
}

static struct merge *
find_merge(const struct bpe *b, uint32_t left, uint32_t right)
{
	uint64_t pair = (uint64_t)left << 32 | right;
	size_t i = (pair * 0x9e3779b97f4a7c15 >> 32) & (b->nslot - 1);

	while (b->merge[i].rank != NONE &&
	       (b->merge[i].left != left || b->merge[i].right != right))
		i = (i + 1) & (b->nslot - 1);
	return &b->merge[i];
}

static void
grow_merges(struct bpe *b)
{
	struct merge *old = b->merge;
	size_t i, nold = b->nslot;

	b->nslot = nold > 0 ? 2 * nold : 1024;
	b->merge = mem_grow(NULL, b->nslot, sizeof(*b->merge));
	for (i = 0; i < b->nslot; i++)
		b->merge[i].rank = NONE;
	for (i = 0; i < nold; i++)
		if (old[i].rank != NONE)
			*find_merge(b, old[i].left, old[i].right) = old[i];
	free(old);
}

bool
bpe_merge(struct bpe *b, struct str left, struct str right)
{
	struct merge new = {.rank = b->nrank}, *slot;
	size_t middle;

	b->key.len = 0;
	if (!put_bytes(&b->key, left))
		return false;
	middle = b->key.len;
	if (!put_bytes(&b->key, right) ||
	    !find_token(b, (struct str){b->key.p, middle}, &new.left) ||
	    !find_token(b, (struct str){b->key.p + middle, b->key.len - middle},
		&new.right) ||
	    !find_token(b, buf_str(&b->key), &new.id))
		return false;
	if (2 * (b->nmerge + 1) > b->nslot)
		grow_merges(b);
	slot = find_merge(b, new.left, new.right);
	b->nmerge += slot->rank == NONE;
	*slot = new;
	b->nrank++;
	return true;
}

void
bpe_add(struct bpe *b, const struct bpe_added *added)
{
	bool *starts = b->starts_added[added->normalised];
	struct bpe_added *new;
	unsigned char first;
	size_t i;

	b->added = mem_grow(b->added, b->nadded + 1, sizeof(*b->added));
	new = &b->added[b->nadded++];
	*new = *added;
	if (new->normalised && b->options.nfc)
		new->text = utf8_nfc(&b->normal, new->text);
	new->text = arena_copy(&b->mem, new->text);
	find_token(b, added->text, &new->id);
	first = (unsigned char)new->text.p[0];
	if (new->text.len > 1)
		starts[first << 8 | (unsigned char)new->text.p[1]] = true;
	for (i = 0; new->text.len == 1 && i < 256; i++)
		starts[first << 8 | i] = true;
}

void
bpe_plain(struct bpe *b, bool plain)
{
	b->plain = plain;
}

bool
bpe_whole(const struct bpe *b)
{
	size_t i;

	for (i = 0; i < 256; i++)
		if (b->byte_id[i] == NONE)
			return false;
	return true;
}

bool
bpe_id(const struct bpe *b, struct str text, uint32_t *id)
{
	size_t i;

	for (i = 0; i < b->nadded; i++)
		if (str_eq(b->added[i].text, text)) {
			*id = b->added[i].id;
			return true;
		}
	return find_token(b, text, id);
}

static void
put_id(struct bpe *b, uint32_t id)
{
	if (b->nid == b->id_cap) {
		b->id_cap = 2 * b->id_cap + 1024;
		b->id = mem_grow(b->id, b->id_cap, sizeof(*b->id));
	}
	b->id[b->nid++] = id;
}

/* What is on top of the heap: the least rank, the leftmost of equals. */
static bool
before(const struct joining *j, uint32_t x, uint32_t y)
{
	return j->rank[x] != j->rank[y] ? j->rank[x] < j->rank[y] : x < y;
}

static void
set_place(struct joining *j, size_t i, uint32_t at)
{
	j->heap[i] = at;
	j->place[at] = (uint32_t)i;
}

/* Put at where it belongs, from the free place i up or down. */
static void
sift(struct joining *j, size_t i, uint32_t at)
{
	size_t child;

	for (; i > 0 && before(j, at, j->heap[(i - 1) / 2]); i = (i - 1) / 2)
		set_place(j, i, j->heap[(i - 1) / 2]);
	for (; (child = 2 * i + 1) < j->nheap; i = child) {
		if (child + 1 < j->nheap &&
		    before(j, j->heap[child + 1], j->heap[child]))
			child++;
		if (!before(j, j->heap[child], at))
			break;
		set_place(j, i, j->heap[child]);
	}
	set_place(j, i, at);
}

static void
heap_remove(struct joining *j, uint32_t at)
{
	size_t i = j->place[at];
	uint32_t last;

	if (i == NONE)
		return;
	j->place[at] = NONE;
	last = j->heap[--j->nheap];
	if (last != at)
		sift(j, i, last);
}

/* The symbol at that place has another neighbour, or is another. */
static void
rank_again(const struct bpe *b, struct joining *j, uint32_t at)
{
	uint32_t next = j->next[at];

	j->rank[at] = next == NONE || b->nmerge == 0
			  ? NONE
			  : find_merge(b, j->id[at], j->id[next])->rank;
	if (j->rank[at] == NONE)
		heap_remove(j, at);
	else
		sift(j, j->place[at] != NONE ? j->place[at] : j->nheap++, at);
}

static void
reserve_symbols(struct joining *j, size_t n)
{
	uint32_t **part[] = {
	    &j->id, &j->prev, &j->next, &j->rank, &j->place, &j->heap};
	size_t i;

	if (n <= j->cap)
		return;
	j->cap = n + 64;
	for (i = 0; i < sizeof(part) / sizeof(*part); i++) {
		free(*part[i]);
		*part[i] = mem_grow(NULL, j->cap, sizeof(**part[i]));
	}
}

/* Join the bytes of a piece; what is left are its ids. */
static void
join_piece(struct bpe *b, struct str piece)
{
	struct joining *j = &b->join;
	uint32_t i, at, right, n = (uint32_t)piece.len;

	reserve_symbols(j, n);
	j->nheap = 0;
	for (i = 0; i < n; i++) {
		j->id[i] = b->byte_id[(unsigned char)piece.p[i]];
		j->prev[i] = i > 0 ? i - 1 : NONE;
		j->next[i] = i + 1 < n ? i + 1 : NONE;
		j->place[i] = NONE;
	}
	for (i = 0; i < n; i++)
		rank_again(b, j, i);
	while (j->nheap > 0) {
		at = j->heap[0];
		right = j->next[at];
		j->id[at] = find_merge(b, j->id[at], j->id[right])->id;
		heap_remove(j, right);
		j->next[at] = j->next[right];
		if (j->next[at] != NONE)
			j->prev[j->next[at]] = at;
		rank_again(b, j, at);
		if (j->prev[at] != NONE)
			rank_again(b, j, j->prev[at]);
	}
	for (at = 0; at != NONE; at = j->next[at])
		put_id(b, j->id[at]);
}

static void
encode_piece(struct bpe *b, struct str piece)
{
	struct known *known = NULL;
	size_t i, from = b->nid;
	uint32_t id;

	if (piece.len <= CACHE_KEY) {
		known = &b->known[hash_64(piece.p, piece.len, 0) &
				  (CACHE_SLOTS - 1)];
		if (known->len == piece.len &&
		    memcmp(known->key, piece.p, piece.len) == 0) {
			for (i = 0; i < known->nid; i++)
				put_id(b, known->id[i]);
			return;
		}
	}
	if (b->options.ignore_merges && find_token(b, piece, &id))
		put_id(b, id);
	else
		join_piece(b, piece);
	if (known == NULL || b->nid - from > CACHE_IDS)
		return;
	known->len = (unsigned char)piece.len;
	known->nid = (unsigned char)(b->nid - from);
	memcpy(known->key, piece.p, piece.len);
	memcpy(known->id, b->id + from, known->nid * sizeof(*known->id));
}

/* The kind of the code point at s.p[*at], and *at behind it; 0 at the end. */
static unsigned
take_kind(const struct bpe *b, struct str s, size_t *at)
{
	struct str rest = {s.p + *at, s.len - *at};
	unsigned kind;

	if (rest.len == 0)
		return 0;
	if ((unsigned char)*rest.p < 0x80) {
		kind = b->kind[(unsigned char)*rest.p];
		++*at;
	} else {
		kind = kind_of(utf8_take(&rest));
		*at = s.len - rest.len;
	}
	return kind;
}

/* Where at most max code points of these kinds end that start at at. */
static size_t
kinds_end(
    const struct bpe *b, struct str s, size_t at, unsigned kinds, size_t max)
{
	size_t next;

	for (next = at; max-- > 0 && take_kind(b, s, &next) & kinds; at = next)
		;
	return at;
}

/* 's|'t|'re|'ve|'m|'ll|'d: its length, or 0.  U+017F is a small s, too. */
static size_t
contraction(struct str s, bool any_case)
{
	static const char *const end[] = {
	    "s", "t", "re", "ve", "m", "ll", "d", "\xc5\xbf"};
	size_t i, len;

	if (s.len < 2 || s.p[0] != '\'')
		return 0;
	for (i = 0; i < (any_case ? 8 : 7); i++) {
		struct str tail = {s.p + 1, len = strlen(end[i])};

		if (len < s.len && (any_case ? str_ieq(tail, str_of(end[i]))
					     : str_eq(tail, str_of(end[i]))))
			return len + 1;
	}
	return 0;
}

/* \s+(?!\S)|\s+ where the code point before end is the last white space. */
static size_t
blank_piece(struct str s, size_t end)
{
	size_t last = end - 1;

	while ((s.p[last] & 0xc0) == 0x80)
		last--;
	return end == s.len || last == 0 ? end : last;
}

static size_t
gpt2_piece(const struct bpe *b, struct str s)
{
	size_t len = contraction(s, false), from = s.p[0] == ' ', at = from;
	unsigned kind;

	if (len > 0)
		return len;
	kind = take_kind(b, s, &at);
	if (kind & (LETTER | NUMBER | OTHER))
		return kinds_end(b, s, at, kind, SIZE_MAX);
	return blank_piece(s, kinds_end(b, s, from, SPACE | NEWLINE, SIZE_MAX));
}

static size_t
llama_piece(const struct bpe *b, struct str s, size_t ndigit)
{
	size_t len = contraction(s, true), at = 0, next;
	unsigned kind;

	if (len > 0)
		return len;
	kind = take_kind(b, s, &at);
	if (kind == NUMBER)
		return kinds_end(b, s, 0, NUMBER, ndigit);
	next = at;
	if (kind == LETTER ||
	    (kind != NEWLINE && take_kind(b, s, &next) == LETTER))
		return kinds_end(b, s, next, LETTER, SIZE_MAX);
	next = s.p[0] == ' ' ? at : 0;
	if (take_kind(b, s, &next) == OTHER) {
		next = kinds_end(b, s, next, OTHER, SIZE_MAX);
		return kinds_end(b, s, next, NEWLINE, SIZE_MAX);
	}
	at = kinds_end(b, s, 0, SPACE | NEWLINE, SIZE_MAX);
	for (next = at; next > 0; next--)
		if (s.p[next - 1] == '\n' || s.p[next - 1] == '\r')
			return next;
	return blank_piece(s, at);
}

/* Text without added tokens, normalised. */
static void
encode_plain(struct bpe *b, struct str s)
{
	size_t len;

	if (b->options.prefix_space && s.len > 0 && s.p[0] != ' ') {
		b->spaced.len = 0;
		buf_putc(&b->spaced, ' ');
		buf_puts(&b->spaced, s);
		s = buf_str(&b->spaced);
	}
	while (s.len > 0) {
		len = b->options.split == BPE_GPT2
			  ? gpt2_piece(b, s)
			  : llama_piece(
				b, s, b->options.split == BPE_LLAMA3 ? 3 : 1);
		encode_piece(b, (struct str){s.p, len});
		s.p += len;
		s.len -= len;
	}
}

/* The longest added token that s begins with, or NULL. */
static const struct bpe_added *
added_at(const struct bpe *b, struct str s, bool normalised)
{
	const struct bpe_added *best = NULL, *a;
	unsigned char second = s.len > 1 ? (unsigned char)s.p[1] : 0;

	if (!b->starts_added[normalised][(unsigned char)s.p[0] << 8 | second])
		return NULL;
	for (a = b->added; a < b->added + b->nadded; a++)
		if (a->normalised == normalised && str_starts(s, a->text) &&
		    (best == NULL || a->text.len > best->text.len))
			best = a;
	return best;
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
space_behind(struct str s, size_t at)
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
encode_part(struct bpe *b, struct str s, bool normalised)
{
	const struct bpe_added *a = NULL;
	size_t at = 0, done = 0, start;

	while (at <= s.len) {
		start = at;
		if (at < s.len) {
			a = added_at(
			    b, (struct str){s.p + at, s.len - at}, normalised);
			if (a == NULL) {
				at++;
				continue;
			}
			if (a->special && b->plain) {
				at += a->text.len;
				continue;
			}
			if (a->lstrip)
				start = space_before(s, done, at);
		}
		if (start > done) {
			struct str part = {s.p + done, start - done};

			if (normalised)
				encode_plain(b, part);
			else if (b->options.nfc)
				encode_part(
				    b, utf8_nfc(&b->normal, part), true);
			else
				encode_part(b, part, true);
		}
		if (at == s.len)
			break;
		put_id(b, a->id);
		at += a->text.len;
		done = a->rstrip ? space_behind(s, at) : at;
	}
}

const uint32_t *
bpe_encode(struct bpe *b, struct str text, size_t *n)
{
	b->nid = 0;
	encode_part(b, text, false);
	*n = b->nid;
	return b->id;
}
