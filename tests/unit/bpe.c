/*
 * bpe: with thousands of merges in any order, pieces are joined as the
 * definition has it, by a loop over all pairs
 */

#include "token/bpe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

/*
 * Tokens are letters, ids from 0 on, pairs of them, from NLETTER on, and pairs
 * of those, from FOURS on.
 */
enum {
	NLETTER = 8,
	NPAIR = NLETTER * NLETTER,
	FOURS = NLETTER + NPAIR,
	NTOKEN = FOURS + NPAIR * NPAIR,
	LONGEST = 80
};

static uint32_t rank_of[NTOKEN]; /* of the merge that makes a token */

static struct str
token_text(char text[4], size_t id)
{
	size_t pair[2], i, n = 0;

	if (id < NLETTER) {
		text[0] = (char)('a' + id);
		return (struct str){text, 1};
	}
	if (id < FOURS)
		pair[n++] = id - NLETTER;
	else
		pair[n++] = (id - FOURS) / NPAIR,
		pair[n++] = (id - FOURS) % NPAIR;
	for (i = 0; i < n; i++) {
		text[2 * i] = (char)('a' + pair[i] / NLETTER);
		text[2 * i + 1] = (char)('a' + pair[i] % NLETTER);
	}
	return (struct str){text, 2 * n};
}

/* The token that two others make; NTOKEN if they make none. */
static size_t
joined(size_t left, size_t right)
{
	if (left < NLETTER && right < NLETTER)
		return NLETTER + left * NLETTER + right;
	if (left >= NLETTER && left < FOURS && right >= NLETTER &&
	    right < FOURS)
		return FOURS + (left - NLETTER) * NPAIR + right - NLETTER;
	return NTOKEN;
}

static void
add_merge(struct bpe *b, size_t id)
{
	char text[4];
	struct str whole = token_text(text, id);
	size_t half = whole.len / 2;

	bpe_merge(
	    b, (struct str){whole.p, half}, (struct str){whole.p + half, half});
}

/* Merges in a random order. */
static struct bpe *
make_model(const struct bpe_options *options, struct rng *rng)
{
	struct bpe *b = bpe_new(options);
	uint32_t order[NTOKEN - NLETTER], other;
	size_t i, k, n = NTOKEN - NLETTER;
	char text[4];

	for (i = 0; i < NTOKEN; i++)
		bpe_token(b, token_text(text, i), (uint32_t)i);
	for (i = 0; i < n; i++)
		order[i] = (uint32_t)(NLETTER + i);
	for (i = n; i-- > 1;) {
		k = (size_t)rng_below(rng, i + 1);
		other = order[i];
		order[i] = order[k];
		order[k] = other;
	}
	for (i = 0; i < n; i++) {
		add_merge(b, order[i]);
		rank_of[order[i]] = (uint32_t)i;
	}
	return b;
}

/* Join the pair of least rank, the leftmost of equals, while there is one. */
static size_t
join_slowly(size_t *id, size_t n)
{
	size_t i, best, token;

	for (;;) {
		best = n;
		for (i = 0; i + 1 < n; i++) {
			token = joined(id[i], id[i + 1]);
			if (token < NTOKEN &&
			    (best == n ||
				rank_of[token] <
				    rank_of[joined(id[best], id[best + 1])]))
				best = i;
		}
		if (best == n)
			return n;
		id[best] = joined(id[best], id[best + 1]);
		n--;
		for (i = best + 1; i < n; i++)
			id[i] = id[i + 1];
	}
}

static void
many_merges(const struct bpe_options *options, const char *what)
{
	struct rng rng;
	struct bpe *b;
	char text[LONGEST];
	size_t want[LONGEST], ntext, len, i, n;
	const uint32_t *id;
	uint32_t unk;
	bool good = true;

	rng_init(&rng, 5);
	b = make_model(options, &rng);
	bpe_token(b, STR("?"), NTOKEN);
	bpe_ready(b, options->bytes ? STR("") : STR("?"));
	ok(bpe_id(b, STR("?"), &unk) && unk == NTOKEN &&
		!bpe_id(b, STR("abc"), &unk),
	    "ids by name");
	for (ntext = 0; ntext < 500; ntext++) {
		len = 1 + (size_t)rng_below(&rng, LONGEST - 1);
		for (i = 0; i < len; i++) {
			want[i] = (size_t)rng_below(&rng, NLETTER);
			text[i] = (char)('a' + want[i]);
		}
		n = bpe_encode(b, (struct str){text, len}, &id);
		len = join_slowly(want, len);
		good &= n == len;
		for (i = 0; good && i < n; i++)
			good = id[i] == want[i];
	}
	ok(good, what);
	bpe_free(b);
}

/* A model of bytes is written in GPT-2's letters. */
static void
letters(void)
{
	struct bpe *b = bpe_new(&(struct bpe_options){.bytes = true});
	const uint32_t *id;
	uint32_t n;

	bpe_token(b, STR("a"), 1);
	bpe_token(b, STR("\u0120"), 2);	 /* a blank */
	bpe_token(b, STR("\u0120a"), 3); /* and a letter after it */
	bpe_token(b, STR("\u0143"), 4);	 /* the byte 0xad */
	bpe_token(b, STR("\u0121"), 5);	 /* the byte 0x7f */
	bpe_token(b, STR("\u4e2d"), 6);	 /* in no such letter */
	bpe_token(b, STR("\u00ad"), 7);	 /* which is written as U+0143 */
	bpe_token(b, STR(""), 8);
	ok(!bpe_id(b, STR("\u4e2d"), &n) && !bpe_id(b, STR(""), &n) &&
		!bpe_id(b, STR(" "), &n) && !bpe_id(b, STR("\u00ad"), &n) &&
		bpe_id(b, STR("\u0120"), &n) && n == 2,
	    "tokens that no text has are none");
	ok(bpe_merge(b, STR("\u0120"), STR("a")) &&
		!bpe_merge(b, STR("\u4e2d"), STR("a")) &&
		!bpe_merge(b, STR("a"), STR("\u4e2d")) &&
		!bpe_merge(b, STR("a"), STR("a")) &&
		!bpe_merge(b, STR("b"), STR("a")) &&
		!bpe_merge(b, STR("a"), STR("b")),
	    "merges of tokens alone");
	ok(!bpe_ready(b, STR("")) && !bpe_ready(b, STR("<unk>")),
	    "most bytes have no token");
	ok(bpe_encode(b, STR("\xad a\x7f"), &id) == 3 && id[0] == 4 &&
		id[1] == 3 && id[2] == 5,
	    "bytes are found by their letters");
	ok(bpe_encode(b, STR("\x01"), &id) == 0,
	    "a byte without a token gives no id");
	bpe_free(b);
	bpe_free(NULL);
}

int
main(void)
{
	many_merges(&(struct bpe_options){.bytes = true}, "merges of bytes");
	many_merges(
	    &(struct bpe_options){.fuse_unk = true}, "merges of characters");
	letters();
	return tap_done();
}
