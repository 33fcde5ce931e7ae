#include "token/bpe.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vocab.h"

enum { NONE = UINT32_MAX, BLANK = 0x2581 };

struct merge { /* of two ids; rank NONE is an empty slot */
	uint32_t left, right, rank, id;
};

/*
 * A piece being joined: symbols by number.  Those that join with the next one
 * are in a heap, the least rank on top.
 */
struct joining {
	uint32_t *id, *prev, *next; /* (cap) */
	uint32_t *rank, *place;	    /* (cap): with the next one; in the heap */
	uint32_t *heap;		    /* (nheap) */
	size_t nheap, cap;
};

struct bpe {
	struct bpe_options options;
	struct vocab vocab; /* tokens as bytes */
	uint32_t *vocab_id; /* (vocab_cap), by number in vocab */
	size_t vocab_cap;
	uint32_t byte_id[256];	/* of each byte, or NONE */
	uint32_t ascii_id[128]; /* of each character, or NONE; for characters */
	uint32_t unk;		/* the unknown token, or NONE */
	struct merge *merge;	/* (nslot), a power of two */
	size_t nslot, nmerge;
	uint32_t nrank;
	/*
	 * Whether a token may hold a character, hashed, before U+2581, and
	 * before or after a line feed; and whether texts are cut where none
	 * does.
	 */
	bool joins_blank[1 << 12], joins_line[1 << 12];
	bool cuts_blank, cuts_line;
	struct joining join;
	struct buf key;
};

struct bpe *
bpe_new(const struct bpe_options *options)
{
	struct bpe *b = mem_zeroed(1, sizeof(*b));
	size_t i;

	b->options = *options;
	b->unk = NONE;
	for (i = 0; i < 256; i++)
		b->byte_id[i] = NONE;
	for (i = 0; i < 128; i++)
		b->ascii_id[i] = NONE;
	b->cuts_blank = b->cuts_line =
	    !options->bytes && !options->ignore_merges;
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
	free(b->join.id);
	free(b->join.prev);
	free(b->join.next);
	free(b->join.rank);
	free(b->join.place);
	free(b->join.heap);
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

/*
 * Append a token as texts have it: the bytes of GPT-2's letters, or all as it
 * is.  False if it is written in other letters.
 */
static bool
put_token(const struct bpe *b, struct buf *out, struct str token)
{
	unsigned byte;

	if (!b->options.bytes) {
		buf_puts(out, token);
		return true;
	}
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

/* The number in a token that is written as <0x0A>; 256 for any other. */
static unsigned
byte_token(struct str token)
{
	char text[8];
	unsigned byte;

	if (token.len != 6 || !str_starts(token, STR("<0x")))
		return 256;
	for (byte = 0; byte < 256; byte++) {
		snprintf(text, sizeof(text), "<0x%02X>", byte);
		if (str_eq(token, str_of(text)))
			return byte;
	}
	return 256;
}

static size_t
pair_slot(uint32_t cp)
{
	return cp * 0x9e3779b1u >> 20;
}

/* Note which characters a token has beside U+2581 and line feeds. */
static void
note_pairs(struct bpe *b, struct str token)
{
	uint32_t cp, last = utf8_take(&token);

	for (; token.len > 0; last = cp) {
		cp = utf8_take(&token);
		if (cp == BLANK)
			b->joins_blank[pair_slot(last)] = true;
		if (cp == '\n')
			b->joins_line[pair_slot(last)] = true;
		if (last == '\n')
			b->joins_line[pair_slot(cp)] = true;
	}
}

void
bpe_token(struct bpe *b, struct str token, uint32_t id)
{
	uint32_t number;
	unsigned byte;

	b->key.len = 0;
	if (token.len == 0 || !put_token(b, &b->key, token))
		return; /* no text can produce this token */
	number = vocab_add(&b->vocab, buf_str(&b->key));
	if (number == VOCAB_NONE)
		return;
	if (number >= b->vocab_cap) {
		b->vocab_cap = 2 * (size_t)number + 1024;
		b->vocab_id =
		    mem_grow(b->vocab_id, b->vocab_cap, sizeof(*b->vocab_id));
	}
	b->vocab_id[number] = id;
	if (b->options.bytes) {
		if (b->key.len == 1)
			b->byte_id[(unsigned char)b->key.p[0]] = id;
		return;
	}
	if (b->options.byte_fallback && (byte = byte_token(token)) < 256)
		b->byte_id[byte] = id;
	if (token.len == 1 && (unsigned char)token.p[0] < 0x80)
		b->ascii_id[(unsigned char)token.p[0]] = id;
	note_pairs(b, token);
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
	if (!put_token(b, &b->key, left))
		return false;
	middle = b->key.len;
	if (!put_token(b, &b->key, right) ||
	    !find_token(b, (struct str){b->key.p, middle}, &new.left) ||
	    !find_token(b, (struct str){b->key.p + middle, b->key.len - middle},
		&new.right) ||
	    !find_token(b, buf_str(&b->key), &new.id))
		return false;
	if (!b->options.bytes &&
	    (byte_token(left) < 256 || byte_token(right) < 256))
		b->cuts_blank = b->cuts_line = false;
	if (2 * (b->nmerge + 1) > b->nslot)
		grow_merges(b);
	slot = find_merge(b, new.left, new.right);
	b->nmerge += slot->rank == NONE;
	*slot = new;
	b->nrank++;
	return true;
}

/*
 * Bytes of control characters, of planes of Unicode that hold no characters,
 * and those that UTF-8 does not have: a vocabulary learnt from text may lack
 * them.
 */
static bool
is_rare(size_t byte)
{
	return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') ||
	       byte == 0x7f || byte == 0xc0 || byte == 0xc1 || byte == 0xf1 ||
	       byte == 0xf2 || byte >= 0xf5;
}

bool
bpe_ready(struct bpe *b, struct str unk)
{
	uint32_t id;
	bool bytes = true;
	size_t i;

	if (unk.len > 0 && !bpe_id(b, unk, &b->unk))
		return false;
	for (i = 0; i < 256; i++)
		if (b->byte_id[i] == NONE && !(b->options.bytes && is_rare(i)))
			bytes = false;
	b->cuts_blank &= find_token(b, STR("\xe2\x96\x81"), &id);
	b->cuts_line &= bytes || find_token(b, STR("\n"), &id);
	return bytes || (!b->options.bytes && b->unk != NONE);
}

bool
bpe_id(const struct bpe *b, struct str token, uint32_t *id)
{
	struct buf bytes = {0};
	bool there;

	there =
	    put_token(b, &bytes, token) && find_token(b, buf_str(&bytes), id);
	buf_release(&bytes);
	return there;
}

size_t
bpe_part(const struct bpe *b, struct str s)
{
	struct str rest = s;
	uint32_t cp, last;

	if (!b->cuts_blank)
		return s.len;
	for (last = utf8_take(&rest); rest.len > 0; last = cp) {
		size_t at = s.len - rest.len;

		cp = utf8_take(&rest);
		if (cp == BLANK && !b->joins_blank[pair_slot(last)])
			return at;
		if (b->cuts_line &&
		    ((cp == '\n' && !b->joins_line[pair_slot(last)]) ||
			(last == '\n' && !b->joins_line[pair_slot(cp)])))
			return at;
	}
	return s.len;
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

/* Note that a symbol has another neighbour, or is another symbol. */
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

/*
 * Begin with the bytes of a piece; how many symbols they are.  Rare bytes that
 * have no token are passed over, as Hugging Face's tokenizers do.
 */
static size_t
start_bytes(const struct bpe *b, struct joining *j, struct str piece)
{
	size_t i, n = 0;

	for (i = 0; i < piece.len; i++) {
		j->id[n] = b->byte_id[(unsigned char)piece.p[i]];
		n += j->id[n] != NONE;
	}
	return n;
}

/* Whether each byte of s has a token, whose ids are then put down from n on. */
static bool
put_fallback(const struct bpe *b, struct joining *j, size_t n, struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		j->id[n + i] = b->byte_id[(unsigned char)s.p[i]];
		if (j->id[n + i] == NONE)
			return false;
	}
	return true;
}

/*
 * Begin with the characters of a piece.  One that is no token is its bytes, or
 * unknown, as is a run of such where the model fuses them.
 */
static size_t
start_characters(const struct bpe *b, struct joining *j, struct str piece)
{
	struct str rest = piece, here;
	bool unknown = false;
	size_t n = 0;
	uint32_t id;

	while (rest.len > 0) {
		here.p = rest.p;
		id = NONE;
		if ((unsigned char)*rest.p < 0x80) {
			id = b->ascii_id[(unsigned char)*rest.p];
			rest.p++, rest.len--;
			here.len = 1;
		} else {
			utf8_take(&rest);
			here.len = (size_t)(rest.p - here.p);
			find_token(b, here, &id);
		}
		if (id != NONE) {
			if (unknown)
				j->id[n++] = b->unk;
			unknown = false;
			j->id[n++] = id;
		} else if (b->options.byte_fallback &&
			   put_fallback(b, j, n, here)) {
			n += here.len; /* before what is unknown, if any */
		} else if (b->unk != NONE) {
			if (unknown && !b->options.fuse_unk)
				j->id[n++] = b->unk;
			unknown = true;
		}
	}
	if (unknown)
		j->id[n++] = b->unk;
	return n;
}

size_t
bpe_encode(struct bpe *b, struct str piece, const uint32_t **ids)
{
	struct joining *j = &b->join;
	uint32_t i, at, right, n;
	size_t nid = 0;

	reserve_symbols(j, piece.len + 1);
	*ids = j->heap;
	if (b->options.ignore_merges && find_token(b, piece, &j->heap[0]))
		return 1;
	n = (uint32_t)(b->options.bytes ? start_bytes(b, j, piece)
					: start_characters(b, j, piece));
	if (n == 0)
		return 0;
	j->nheap = 0;
	for (i = 0; i < n; i++) {
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
		j->heap[nid++] = j->id[at];
	return nid;
}
