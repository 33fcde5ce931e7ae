/*
 * bestfit - lengths into as few sequences of one length as may be
 *
 * Best-fit decreasing: the longest first, each into the sequence in which it
 * leaves the least room, or into a new one.  n lengths take n steps and some of
 * the logarithm, to base 64, of the length of a sequence.
 * H. Ding et al., "Fewer truncations improve language modeling", 2024.
 */

#ifndef BESTFIT_H
#define BESTFIT_H

#include <stddef.h>
#include <stdint.h>

/*
 * len[i], each at most length, goes to sequence bin[i]; room[k], of n, is what
 * stays free of sequence k.  Returns how many sequences there are.  Equal input
 * gives equal output.
 */
size_t bestfit(const uint32_t *len, size_t n, uint32_t length, uint32_t *bin,
    uint32_t *room);

#endif
