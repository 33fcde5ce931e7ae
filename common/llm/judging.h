/*
 * judging - what a language model makes of the domains of a document
 *
 * It is asked for a line a domain, "Law: agree", inside <Judgement> tags.  It
 * also writes "**Law** - Disagreed", "agree: Law, Energy", {"Law": "agree"},
 * the name on one line and the verdict on the next, and forgets a tag.  What it
 * thought, up to the last "</think>", is passed over.
 * DoPAMine (arXiv 2410.00260), appendix B.
 */

#ifndef JUDGING_H
#define JUDGING_H

#include <stddef.h>

#include "base/str.h"

enum judging_vote { JUDGING_NONE, JUDGING_AGREE, JUDGING_DISAGREE };

/*
 * Fill vote[0..n) with what the answer says of domain[0..n); of two verdicts on
 * a domain the last counts.  Returns how many have one.
 */
size_t judging_parse(struct str answer, const struct str *domain, size_t n,
    enum judging_vote *vote);

/*
 * The 95 % interval of a share, k of n, by E. B. Wilson, "Probable inference",
 * 1927; 0 to 1 where n is 0.
 */
void judging_interval(size_t k, size_t n, double *low, double *high);

#endif
