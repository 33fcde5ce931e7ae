/*
 * diversity - how rich a text is in words: metrics of types and tokens
 *
 * Tokens are numbers of their types, so any unit may be counted.  A metric that
 * isn't defined, as of too few tokens, is NAN.
 *
 * F. J. Tweedie, R. H. Baayen, "How variable may a constant be?", 1998;
 * P. M. McCarthy, S. Jarvis, "MTLD, vocd-D, and HD-D", 2010.
 */

#ifndef DIVERSITY_H
#define DIVERSITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* N tokens, V types, V1 and V2 of them once and twice, f of each. */
enum diversity_id {
	DIVERSITY_TTR,	 /* V / N */
	DIVERSITY_HAPAX, /* V1 / N */
	DIVERSITY_TYPES, /* V */
	DIVERSITY_MTLD, /* tokens a factor, both ways; a factor ends at TTR 0.72 */
	DIVERSITY_NBASIC,
	DIVERSITY_LENGTH = DIVERSITY_NBASIC, /* N */
	DIVERSITY_HAPAX_TYPES,		     /* V1 / V */
	DIVERSITY_GUIRAUD,		     /* V / sqrt N */
	DIVERSITY_CTTR,			     /* V / sqrt 2 N */
	DIVERSITY_HERDAN,		     /* ln V / ln N */
	DIVERSITY_SUMMER,		     /* ln ln V / ln ln N */
	DIVERSITY_DUGAST,		     /* ln^2 N / (ln N - ln V) */
	DIVERSITY_MAAS,			     /* (ln N - ln V) / ln^2 N */
	DIVERSITY_YULE_K,		     /* 10^4 (sum f^2 - N) / N^2 */
	DIVERSITY_YULE_I,		     /* V^2 / (sum f^2 - V) */
	DIVERSITY_HERDAN_VM,		     /* sqrt(sum (f / N)^2 - 1 / V) */
	DIVERSITY_SIMPSON,		     /* sum f (f - 1) / N (N - 1) */
	DIVERSITY_HONORE,		     /* 100 ln N / (1 - V1 / V) */
	DIVERSITY_BRUNET,		     /* N^(V^-0.165) */
	DIVERSITY_SICHEL,		     /* V2 / V */
	DIVERSITY_MSTTR, /* mean TTR of segments of 100 tokens, without the last */
	DIVERSITY_MATTR, /* mean TTR of all runs of 100 tokens */
	DIVERSITY_HDD,	 /* sum (1 - P(type not among 42 tokens)) / 42 */
	DIVERSITY_NMETRIC
};

/* Memory that is used again; a zeroed one is ready. */
struct diversity {
	uint32_t *freq;	   /* (cap), of types; 0 but while measuring */
	uint64_t *stamp;   /* (cap), the last factor of each type */
	uint64_t factor;   /* of all texts so far */
	uint32_t *present; /* (cap), the types of what is measured */
	size_t cap;
};

/* Free what is held. */
void diversity_release(struct diversity *d);

/*
 * The metrics of token[0 .. n), n > 0, each less than ntype, into value; those
 * from DIVERSITY_NBASIC on are NAN unless all.  Linear in n and, the first
 * time, in ntype.
 */
void diversity_measure(struct diversity *d, const uint32_t *token, size_t n,
    size_t ntype, bool all, double value[DIVERSITY_NMETRIC]);

#endif
