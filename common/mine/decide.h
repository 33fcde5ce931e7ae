/*
 * decide - how likely it is that a record is of a domain
 *
 * A contrast (contrast.h) says how near a record is to a domain, as a number z
 * that is 0 for a seed of the domain, when it is left out, and -3 for one of
 * another.  What that number is worth is learnt from the seeds themselves, each
 * of them left out in turn:
 *
 *	log-odds of the domain = slope (z - RIVAL r) + base
 *
 * where r is the largest z of all other domains: most records have one domain,
 * so what is near to another one too is less likely to be of this.  Documents
 * of no domain, where there are seeds of such, are one more rival, and no more.
 * The numbers are the same for all domains, whose seeds count alike; so they
 * are known well, and a domain with few seeds has no disadvantage.  RIVAL is
 * fixed: where seeds are far apart and none are of no domain, any number up to
 * 1 would tell them apart, but 1 says that every record is of one of the
 * domains.
 *
 * On 9,955 documents of the benchmark the sum of the probabilities was .94 a
 * document where .85 labels were true, and of those with a probability near
 * .03, .85 or .97, .03, .86 and .93 were of the domain; tests/bench/rounds.md
 * has the figures.
 */

#ifndef DECIDE_H
#define DECIDE_H

#include <stdbool.h>
#include <stddef.h>

struct decide {
	double slope, base;
};

/*
 * The probability from which on a record is taken to be of a domain.  The best
 * F1 is reached where the cut is half of it, and an F1 of two thirds is what
 * seeds reach.
 */
extern const float decide_least;

/*
 * The probability from which on a record that is taken to be of one domain is
 * taken to be of another, too.  It is lower: that a record is of any domain at
 * all is known by then, and each of two makes the other less likely.
 */
extern const float decide_second;

/*
 * Learn slope and base from z (n, ncolumn), the seeds left out, and label (n,
 * ncolumn); weight (n) is what each counts, n in all.  Columns from ndomain on
 * are of rivals that are no domains.  A z that is not known is NAN.  There must
 * be two columns.  Returns the mean loss of a seed, in nats:
 * the smaller, the better z tells the domains apart.
 */
double decide_fit(struct decide *c, const float *z, const bool *label,
    const double *weight, size_t n, size_t ncolumn, size_t ndomain);

/* The probabilities p (n, ndomain) of z (n, ncolumn); p may be z. */
void decide_apply(const struct decide *c, const float *z, size_t n,
    size_t ncolumn, size_t ndomain, float *p);

#endif
