#include "mine/cutoff.h"

#include <string.h>

/*
 * The bits of a float32 rise with the number if all bits of a negative one are
 * inverted, and only the sign of any other.  Ranks must fall as scores rise,
 * so all bits are inverted once more.
 */
struct cutoff_key
cutoff_key(float score, uint64_t tie)
{
	uint32_t bits;

	score += 0.0F; /* -0 becomes 0 */
	memcpy(&bits, &score, sizeof(bits));
	bits = bits >> 31 ? ~bits : bits | UINT32_C(1) << 31;
	return (struct cutoff_key){~bits, tie};
}

float
cutoff_score(struct cutoff_key key)
{
	uint32_t bits = ~key.rank;
	float score;

	bits = bits >> 31 ? bits & ~(UINT32_C(1) << 31) : ~bits;
	memcpy(&score, &bits, sizeof(score));
	return score;
}

bool
cutoff_exact(const struct cutoff *c)
{
	return c->left == 0 || c->ndigit == CUTOFF_NDIGIT;
}

bool
cutoff_same(const struct cutoff *a, const struct cutoff *b)
{
	return a->ndigit == b->ndigit && a->key.rank == b->key.rank &&
	       a->key.tie == b->key.tie;
}

static bool
begins_alike(const struct cutoff *c, struct cutoff_key key)
{
	uint64_t rank = (uint64_t)(c->key.rank ^ key.rank);

	if (c->ndigit < 2)
		return rank >> (32 - 16 * c->ndigit) == 0;
	return rank == 0 &&
	       (c->ndigit == 2 ||
		   (c->key.tie ^ key.tie) >> (96 - 16 * c->ndigit) == 0);
}

/* How far to the left the digit that is looked for stands, in rank or tie. */
static unsigned
shift_of(const struct cutoff *c)
{
	return 16 * ((c->ndigit < 2 ? 1 : 5) - c->ndigit);
}

void
cutoff_count(const struct cutoff *c, struct cutoff_key key, uint64_t *bin)
{
	uint64_t digits = c->ndigit < 2 ? key.rank : key.tie;

	if (begins_alike(c, key))
		bin[digits >> shift_of(c) & (CUTOFF_NBIN - 1)]++;
}

/* All records whose keys begin with the digits found are among the best. */
static void
take_all(struct cutoff *c)
{
	if (c->ndigit == 0)
		c->key.rank = UINT32_MAX;
	if (c->ndigit == 1)
		c->key.rank |= 0xffff;
	if (c->ndigit <= 2)
		c->key.tie = UINT64_MAX;
	else if (c->ndigit < CUTOFF_NDIGIT)
		c->key.tie |= UINT64_MAX >> 16 * (c->ndigit - 2);
	c->ndigit = CUTOFF_NDIGIT;
}

void
cutoff_refine(struct cutoff *c, const uint64_t *bin)
{
	uint64_t digit = 0;

	if (cutoff_exact(c))
		return;
	while (digit < CUTOFF_NBIN && bin[digit] < c->left)
		c->left -= bin[digit++];
	if (digit == CUTOFF_NBIN) {
		take_all(c);
		return;
	}
	if (c->ndigit < 2)
		c->key.rank |= (uint32_t)(digit << shift_of(c));
	else
		c->key.tie |= digit << shift_of(c);
	c->ndigit++;
	if (c->left == bin[digit])
		take_all(c);
}

bool
cutoff_has(const struct cutoff *c, struct cutoff_key key)
{
	if (c->left == 0)
		return false;
	return key.rank != c->key.rank ? key.rank < c->key.rank
				       : key.tie <= c->key.tie;
}
